// Package store keeps the rows of Schalter in SQLite or PostgreSQL. It is the only place with SQL: one set of
// queries, one migration folder and one test suite for both databases; what differs stands in dialect_sqlite.go and
// dialect_postgres.go.
//
// May import: civic, the standard library, the two drivers and goose.
//
// A change is one Write, a view is one Read; both hand out a Tx, whose methods are the queries. The rules of moves
// are civic's: the store only guards them, by an UPDATE that names the old state. Instants are stored as microseconds
// UTC and come back as such; the zero time is 0.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync/atomic"

	"schalter/server/civic"
)

// Config says where the rows are.
type Config struct {
	// DSN is "postgres://..." or the path of a SQLite file, which is made if it does not exist.
	DSN string
	// Log takes a line when the store is open, down or back, and one for a panic in a transaction. Nil: slog.Default.
	Log *slog.Logger
}

// Store is an open database. All methods may be called from any goroutine.
type Store struct {
	engine engine
	log    *slog.Logger
	// down remembers that writing failed, so that the log has a line when it begins and one when it ends, however many
	// are refused between.
	down atomic.Bool
}

// engine is what the two databases do differently: how a transaction comes about.
type engine interface {
	write(ctx context.Context, fn func(*Tx) error) error
	read(ctx context.Context, fn func(*Tx) error) error
	backup(ctx context.Context, path string) error
	// fault sorts an error of the driver.
	fault(err error) fault
	close() error
}

// Open opens the database and brings it to the newest migration.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	open := openSQLite
	if isPostgres(cfg.DSN) {
		open = openPostgres
	}
	e, version, err := open(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	cfg.Log.Info("store open", "database", version)
	return &Store{engine: e, log: cfg.Log}, nil
}

func isPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// Close ends the running transactions properly and closes the database. A Write after it is Unavailable.
func (s *Store) Close() error { return s.engine.close() }

// Write runs fn in one transaction and returns after its commit: what Write has answered with nil survives a power
// loss. Any error of fn undoes all of it and is returned. Once a statement has failed (a guard that answers Conflict is
// not a failure of the statement), the transaction can only end: later statements return the same error, and so does
// Write, even if fn does not.
//
// On SQLite fn runs in the writer's goroutine, together with others' in one commit: it must not block, and must not
// call Write. On PostgreSQL fn may run more than once (serialization, deadlock), so it must not do anything but queries
// and assignments. A panic in fn is logged and becomes an Internal error.
//
// Codes: those of fn; Unavailable with KeyStorageFull if the disk is full, with KeyUnavailable if the database can't
// be reached.
func (s *Store) Write(ctx context.Context, fn func(*Tx) error) error {
	return s.refusal("write", s.engine.write(ctx, func(tx *Tx) error { return s.run(tx, fn) }))
}

// Read runs fn in a transaction that sees one moment of the whole database and can't write. fn must not call Read or
// Write.
//
// Codes: those of fn; Unavailable if the database can't be reached.
func (s *Store) Read(ctx context.Context, fn func(*Tx) error) error {
	return s.refusal("read", s.engine.read(ctx, fn))
}

// Ready reports whether the database can be read and written: a full disk shows only in a real write.
func (s *Store) Ready(ctx context.Context) error {
	return s.Write(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `INSERT INTO probe (id, beats) VALUES (1, 1)
			ON CONFLICT (id) DO UPDATE SET beats = probe.beats + 1`)
		return err
	})
}

// Backup writes a copy of the running database to path, replacing an older one only when the copy is whole.
func (s *Store) Backup(ctx context.Context, path string) error {
	if err := s.engine.backup(ctx, path); err != nil {
		return s.refusal("backup", fmt.Errorf("backup: %w", err))
	}
	return nil
}

// run calls fn and turns a panic into an error: the goroutine may be the writer, on which everyone depends.
func (s *Store) run(tx *Tx, fn func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("panic in a transaction", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic in a transaction: %v", p)
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.failed
}

// fault sorts errors of the drivers.
type fault int

const (
	faultOther  fault = iota
	faultUnique       // a unique index refused the row
	faultFull         // no space left
	faultRetry        // the same transaction may succeed if run again
	faultAway         // the database can't be reached, or is locked by another program
)

var errClosed = civic.Errorf(civic.Unavailable, civic.KeyUnavailable, "the store is closed")

// refusal gives an error of the driver the meaning it has for the caller.
func (s *Store) refusal(what string, err error) error {
	if err == nil {
		if what == "write" && s.down.CompareAndSwap(true, false) {
			s.log.Info("database is back")
		}
		return nil
	}
	var known *civic.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err // the caller's own
	}
	key := civic.KeyUnavailable
	switch s.engine.fault(err) {
	case faultFull:
		key = civic.KeyStorageFull
	case faultAway, faultRetry:
	default:
		return err
	}
	if s.down.CompareAndSwap(false, true) {
		s.log.Error("database is down", "reason", key, "during", what, "error", err)
	}
	return civic.Errorf(civic.Unavailable, key, "%s: %v", what, err)
}
