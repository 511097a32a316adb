package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var sqliteDialect = &dialect{
	elements: func(param string) string { return "(SELECT value FROM json_each(" + param + "))" },
}

// readers is how many Reads run at once. They work in memory; more would only wait for the processor.
const readers = 4

// sqliteEngine is one file with one writer goroutine and a pool of readers.
type sqliteEngine struct {
	path   string
	db     *sql.DB // writes
	ro     *sql.DB // reads
	writer *writer
	idle   chan *conn // the readers; nil is one that has to be opened
	done   chan struct{}
}

func openSQLite(ctx context.Context, cfg Config) (_ engine, version string, err error) {
	if err := touch(cfg.DSN); err != nil {
		return nil, "", err
	}
	e := &sqliteEngine{path: cfg.DSN, idle: make(chan *conn, readers), done: make(chan struct{})}
	defer func() {
		if err != nil {
			e.closePools()
		}
	}()
	if e.db, err = sql.Open("sqlite", sqliteDSN(cfg.DSN, "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		// what is deleted is overwritten, not only unlinked: names and secrets are gone when their rows are
		"secure_delete(1)",
		// the log shrinks again after a long read has kept it from being reused
		"journal_size_limit(67108864)")); err != nil {
		return nil, "", err
	}
	e.db.SetMaxOpenConns(1)
	if err := e.db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return nil, "", err
	}
	if !atLeast(version, 3, 51, 3) {
		return nil, "", fmt.Errorf("SQLite %s can corrupt a WAL database; 3.51.3 or newer is needed", version)
	}
	if err := migrate(ctx, e.db, goose.DialectSQLite3, cfg.Log); err != nil {
		return nil, "", err
	}
	if e.ro, err = sql.Open("sqlite", sqliteDSN(cfg.DSN, "query_only(1)")); err != nil {
		return nil, "", err
	}
	for range readers {
		e.idle <- nil
	}
	e.writer = startWriter(func(ctx context.Context) (*conn, error) { return connect(ctx, e.db) })
	return e, "SQLite " + version, nil
}

// touch makes the file before SQLite does, readable for the owner only; SQLite gives -wal and -shm the same mode.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// sqliteDSN puts the pragmas in the DSN, where they reach every connection of a pool. busy_timeout comes first, so
// that the others already wait for a lock.
func sqliteDSN(path string, pragmas ...string) string {
	q := url.Values{"_pragma": append([]string{"busy_timeout(5000)"}, pragmas...), "_txlock": {"immediate"}}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func atLeast(version string, want ...int) bool {
	for i, part := range strings.Split(version, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || i >= len(want) || n != want[i] {
			return err == nil && (i >= len(want) || n > want[i])
		}
	}
	return true
}

func (e *sqliteEngine) write(ctx context.Context, fn func(*Tx) error) error {
	return e.writer.write(ctx, fn)
}

func (e *sqliteEngine) read(ctx context.Context, fn func(*Tx) error) (err error) {
	var c *conn
	select {
	case c = <-e.idle:
	case <-ctx.Done():
		return ctx.Err()
	case <-e.done:
		return errClosed
	}
	defer func() { e.idle <- c }()
	if c == nil {
		if c, err = connect(ctx, e.ro); err != nil {
			c = nil
			return err
		}
	}
	if _, err := c.ExecContext(ctx, "BEGIN"); err != nil {
		c.discard()
		c = nil
		return err
	}
	defer func() { // also when fn panics: nothing was written, so there is nothing to keep
		if _, err := c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"); err != nil {
			c.discard()
			c = nil
		}
	}()
	tx := &Tx{db: c, dialect: sqliteDialect, fault: e.fault}
	if err := fn(tx); err != nil {
		return err
	}
	return tx.failed
}

func (e *sqliteEngine) fault(err error) fault {
	var s *sqlite.Error
	if !errors.As(err, &s) {
		return faultOther
	}
	switch s.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return faultUnique
	}
	switch s.Code() & 0xff { // the primary code of an extended one
	case sqlite3.SQLITE_FULL:
		return faultFull
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return faultAway
	}
	return faultOther
}

func (e *sqliteEngine) close() error {
	if !e.writer.close() {
		return nil // somebody has closed it already
	}
	close(e.done)
	for range readers {
		if c := <-e.idle; c != nil {
			c.release()
		}
	}
	return e.closePools()
}

func (e *sqliteEngine) closePools() error {
	var errs []error
	for _, db := range []*sql.DB{e.ro, e.db} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// conn is one connection with its prepared statements. The queries are constants, so their number is bounded.
type conn struct {
	*sql.Conn
	stmts map[string]*sql.Stmt
}

func connect(ctx context.Context, db *sql.DB) (*conn, error) {
	c, err := db.Conn(context.WithoutCancel(ctx)) // it outlives the one who happened to need it first
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c, stmts: map[string]*sql.Stmt{}}, nil
}

func (c *conn) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := c.stmts[query]; s != nil {
		return s, nil
	}
	s, err := c.PrepareContext(ctx, query)
	if err == nil {
		c.stmts[query] = s
	}
	return s, err
}

// ExecContext implements querier.
func (c *conn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// QueryContext implements querier.
func (c *conn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// release gives the connection back to its pool.
func (c *conn) release() {
	for _, s := range c.stmts {
		s.Close()
	}
	c.Close()
}

// discard closes a connection whose transaction may still be open; the pool makes a new one.
func (c *conn) discard() {
	for _, s := range c.stmts {
		s.Close()
	}
	c.Raw(func(any) error { return driver.ErrBadConn })
	c.Close()
}
