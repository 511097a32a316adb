package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

var postgresDialect = &dialect{
	elements:   func(param string) string { return "(SELECT jsonb_array_elements_text(" + param + "::jsonb))" },
	skipLocked: " FOR UPDATE SKIP LOCKED",
}

const (
	// connections of one node; PostgreSQL allows 100 by default.
	connections = 16
	// attempts of a transaction that met a serialization failure or a deadlock.
	attempts = 6
	// pause before the second attempt at most, doubled with each: two that met must not meet again at once.
	pause = 10 * time.Millisecond
)

// postgresEngine is a pool of connections. Moves of one office wait for each other by its row (see Tx.Touch).
type postgresEngine struct {
	db     *sql.DB
	closed atomic.Bool // database/sql has no error of its own for it that could be asked for
}

func openPostgres(ctx context.Context, cfg Config) (_ engine, version string, err error) {
	db, err := sql.Open("pgx", cfg.DSN)
	if err != nil {
		return nil, "", err
	}
	defer func() {
		if err != nil {
			db.Close()
		}
	}()
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.QueryRowContext(ctx, "SHOW server_version").Scan(&version); err != nil {
		return nil, "", err
	}
	// Several nodes may start at once: one migrates, the others look again every second.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return nil, "", err
	}
	if err := migrate(ctx, db, goose.DialectPostgres, cfg.Log, goose.WithSessionLocker(locker)); err != nil {
		return nil, "", err
	}
	return &postgresEngine{db: db}, "PostgreSQL " + version, nil
}

func (e *postgresEngine) write(ctx context.Context, fn func(*Tx) error) (err error) {
	for i := range attempts {
		if i > 0 {
			select {
			case <-time.After(rand.N(pause << (i - 1))):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		// READ COMMITTED: a statement sees what was committed before it began, so after Touch has waited for the
		// office's row, the queries after it see the other's move.
		if err = e.transact(ctx, nil, fn); err == nil || e.fault(err) != faultRetry {
			return err
		}
	}
	return err
}

// read sees one moment: a view of revision 7 must not hold a ticket of revision 8.
func (e *postgresEngine) read(ctx context.Context, fn func(*Tx) error) error {
	return e.transact(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn)
}

func (e *postgresEngine) transact(ctx context.Context, opts *sql.TxOptions, fn func(*Tx) error) error {
	t, err := e.db.BeginTx(ctx, opts)
	if err != nil {
		if e.closed.Load() {
			return errClosed
		}
		return err
	}
	defer t.Rollback()
	tx := &Tx{db: t, dialect: postgresDialect, fault: e.fault}
	if err := fn(tx); err != nil {
		if tx.failed != nil && e.fault(tx.failed) == faultRetry {
			return tx.failed // fn may have given it another meaning
		}
		return err
	}
	if tx.failed != nil {
		return tx.failed
	}
	return t.Commit()
}

func (e *postgresEngine) backup(context.Context, string) error {
	return errors.New("the database is PostgreSQL: use pg_dump")
}

func (e *postgresEngine) close() error {
	e.closed.Store(true)
	return e.db.Close()
}

func (e *postgresEngine) fault(err error) fault {
	var p *pgconn.PgError
	if errors.As(err, &p) {
		switch {
		case p.Code == "23505":
			return faultUnique
		case p.Code == "40001", p.Code == "40P01":
			return faultRetry
		case p.Code == "53100":
			return faultFull
		case strings.HasPrefix(p.Code, "08"), strings.HasPrefix(p.Code, "53"), strings.HasPrefix(p.Code, "57P"),
			p.Code == "25006": // read-only: we talk to a standby
			return faultAway
		}
		return faultOther
	}
	var c *pgconn.ConnectError
	var n net.Error
	if errors.As(err, &c) || errors.As(err, &n) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) {
		return faultAway
	}
	return faultOther
}
