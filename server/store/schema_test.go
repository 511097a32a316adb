package store_test

import (
	"context"
	"database/sql"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"schalter/server/civic"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// raw opens the database beside the store.
func raw(t *testing.T, dsn string) (*sql.DB, bool) {
	t.Helper()
	driver := "pgx"
	_, err := os.Stat(dsn)
	sqlite := err == nil
	if sqlite {
		driver, dsn = "sqlite", "file:"+escape(dsn)
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db, sqlite
}

// withoutAuthority are the tables that need no authority_id.
var withoutAuthority = map[string]string{
	"authorities":      "its id is the authority",
	"probe":            "holds no data of anybody",
	"setup_tokens":     "there is no authority yet",
	"goose_db_version": "the list of migrations that have run",
}

func TestEveryRowHasItsAuthority(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		storetest.Open(t, dsn)
		db, sqlite := raw(t, dsn)
		query := `SELECT t.table_name, COUNT(c.column_name) FROM information_schema.tables t
			LEFT JOIN information_schema.columns c ON c.table_name = t.table_name AND c.column_name = 'authority_id'
				AND c.is_nullable = 'NO'
			WHERE t.table_schema = current_schema() GROUP BY t.table_name`
		if sqlite {
			query = `SELECT name, (SELECT COUNT(*) FROM pragma_table_info(t.name) WHERE name = 'authority_id' AND "notnull" = 1)
				FROM sqlite_master t WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
		}
		rows, err := db.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		tables := 0
		for rows.Next() {
			var table string
			var columns int
			if err := rows.Scan(&table, &columns); err != nil {
				t.Fatal(err)
			}
			tables++
			if reason, excepted := withoutAuthority[table]; (columns == 0) != excepted {
				t.Errorf("table %s: authority_id %v, excepted because %q", table, columns > 0, reason)
			}
		}
		if err := rows.Err(); err != nil || tables < 15 {
			t.Errorf("%d tables, %v", tables, err)
		}
	})
}

// TestPriorityHasNoReason (REQUIREMENTS Q09): it is the citizen's own word, and nobody asks for more.
func TestPriorityHasNoReason(t *testing.T) {
	dsn := storetest.SQLiteDSN(t)
	storetest.Open(t, dsn)
	db, _ := raw(t, dsn)
	rows, err := db.Query(`SELECT name FROM pragma_table_info('tickets')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var columns []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		columns = append(columns, name)
	}
	if err := rows.Err(); err != nil || !slices.Contains(columns, "priority") {
		t.Fatalf("columns %v, %v", columns, err)
	}
	for _, name := range columns {
		for _, word := range []string{"reason", "disab", "pregnan", "health"} {
			if strings.Contains(name, word) {
				t.Errorf("tickets have a column %s", name)
			}
		}
	}
}

func TestMigrationsRunTwice(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		w := newTown("a").save(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		again := storetest.Open(t, dsn)
		equal(t, "authority", read(t, again, func(ctx context.Context, tx *store.Tx) (civic.Authority, error) {
			return tx.Authority(ctx, w.authority.ID)
		}), w.authority)
	})
}

func TestTwoNodesStartAtOnce(t *testing.T) {
	dsn := storetest.PostgresDSN(t)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			s, err := store.Open(t.Context(), store.Config{DSN: dsn, Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Error(err)
				return
			}
			s.Close()
		})
	}
	wg.Wait()
}

func TestSQLiteIsSetUpForSafety(t *testing.T) {
	dsn := storetest.SQLiteDSN(t)
	storetest.Open(t, dsn)
	st, err := os.Stat(dsn)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode of the file: %v %v", st.Mode(), err)
	}
	db, _ := raw(t, dsn)
	var mode string
	if err := db.QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("journal mode %s, %v", mode, err)
	}
}

func TestOpenFails(t *testing.T) {
	for what, dsn := range map[string]string{
		"no such directory": t.TempDir() + "/none/x.db",
		"no server":         "postgres://nobody@127.0.0.1:1/x?connect_timeout=1",
	} {
		if _, err := store.Open(t.Context(), store.Config{DSN: dsn}); err == nil {
			t.Errorf("%s: opened", what)
		}
	}
}

func escape(path string) string { return (&url.URL{Path: path}).EscapedPath() }
