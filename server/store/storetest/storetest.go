// Package storetest opens real databases for tests: a SQLite file in the test's own directory, and a PostgreSQL server
// that is started once per test process.
//
// May import: store and the standard library. Imported by tests only.
package storetest

import (
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"

	"schalter/server/store"
)

// Each runs test once on an empty store of each database.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	EachDSN(t, func(t *testing.T, dsn string) { test(t, Open(t, dsn)) })
}

// EachDSN runs test once with the address of a database of each kind that does not exist yet or is empty. For tests
// that open it themselves: twice, or from two programs.
func EachDSN(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, SQLiteDSN(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, PostgresDSN(t)) })
}

// SQLite opens an empty store on a SQLite file.
func SQLite(t testing.TB) *store.Store {
	t.Helper()
	return Open(t, SQLiteDSN(t))
}

// Postgres opens an empty store on a PostgreSQL database of its own.
func Postgres(t testing.TB) *store.Store {
	t.Helper()
	return Open(t, PostgresDSN(t))
}

// Open opens a store and closes it when the test ends. Warnings and errors go to the test's output.
func Open(t testing.TB, dsn string) *store.Store {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	s, err := store.Open(t.Context(), store.Config{DSN: dsn, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return s
}

// SQLiteDSN names a file in the test's own directory. The name shows that addresses are escaped.
func SQLiteDSN(t testing.TB) string { return filepath.Join(t.TempDir(), "schalter #1 %41?.db") }

var databases atomic.Int64

// PostgresDSN makes an empty database. It goes with the server: dropping it would cost a checkpoint. Without PostgreSQL the test is skipped, or fails
// where it is required (see required).
func PostgresDSN(t testing.TB) string {
	t.Helper()
	pg, err := server()
	if err != nil {
		if required() {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	name := fmt.Sprintf("schalter_%d", databases.Add(1))
	db, err := sql.Open("pgx", pg.address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return pg.address(name)
}
