package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"schalter/server/civic"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

func TestBackupUnderLoadAndRestore(t *testing.T) {
	s := storetest.SQLite(t)
	w := newTown("a").save(t, s)
	var wg sync.WaitGroup
	var drawn, stop atomic.Int64
	for range 8 {
		wg.Go(func() {
			for stop.Load() == 0 {
				err := s.Write(t.Context(), func(tx *store.Tx) error { return draw(t.Context(), tx, w, uniqueName(), false) })
				if err != nil {
					t.Error(err)
					return
				}
				drawn.Add(1)
			}
		})
	}
	dir := t.TempDir()
	backup := filepath.Join(dir, "backup.db")
	var before int64
	for range 3 { // over the older one
		before = drawn.Load()
		if err := s.Backup(t.Context(), backup); err != nil {
			t.Fatal(err)
		}
	}
	after := drawn.Load()
	stop.Store(1)
	wg.Wait()

	path := filepath.Join(dir, "restored.db")
	if err := os.WriteFile(path+"-wal", []byte("of a database that was here before"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.Restore(t.Context(), backup, path); err != nil {
		t.Fatal(err)
	}
	restored := storetest.Open(t, path)
	all := func(s *store.Store) []civic.Ticket {
		return read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Ticket, error) {
			return tx.Tickets(ctx, w.authority.ID, w.offices[0].ID, civic.TicketStates...)
		})
	}
	byNumber := func(a, b civic.Ticket) int { return a.Number - b.Number }
	live, kept := all(s), all(restored)
	slices.SortFunc(live, byNumber)
	slices.SortFunc(kept, byNumber)
	n := len(kept)
	t.Logf("%d tickets acknowledged before the last backup, %d in it, %d after it", before, n, after)
	if int64(n) < before || n > len(live) {
		t.Fatalf("%d tickets in the backup, %d were acknowledged before it", n, before)
	}
	equal(t, "tickets", kept, live[:n])
	equal(t, "issued", read(t, restored, func(ctx context.Context, tx *store.Tx) (int, error) {
		return tx.Issued(ctx, w.authority.ID, w.offices[0].ID, today)
	}), n)
	equal(t, "revision", revision(t, restored, w), int64(n))
	equal(t, "clerks", read(t, restored, func(ctx context.Context, tx *store.Tx) ([]civic.Clerk, error) {
		return tx.Clerks(ctx, w.authority.ID)
	}), w.clerks[:])
	if err := restored.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	for _, file := range []string{backup, path} {
		st, err := os.Stat(file)
		if err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", file, st.Mode(), err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.tmp")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

var names atomic.Int64

// uniqueName names a draw that has no other name.
func uniqueName() string { return "x" + strconv.FormatInt(names.Add(1), 10) }

func TestRestoreRefuses(t *testing.T) {
	s := storetest.SQLite(t)
	newTown("a").save(t, s)
	dir := t.TempDir()
	backup := filepath.Join(dir, "backup.db")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	damaged := slices.Clone(whole)
	for i := len(damaged) / 2; i < len(damaged)/2+8192; i++ {
		damaged[i] ^= 0x5a
	}
	foreign := filepath.Join(dir, "foreign.db")
	db, err := sql.Open("sqlite", foreign)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("CREATE TABLE t (x)"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	inUse := file("in-use.db", whole)
	file("in-use.db-wal", []byte("writes that the file lacks"))
	for what, c := range map[string]struct{ backup, path, says string }{
		"an existing database": {backup, file("exists.db", nil), "exists"},
		"a damaged backup":     {file("damaged.db", damaged), filepath.Join(dir, "1.db"), ""},
		"half a backup":        {file("half.db", whole[:len(whole)/2]), filepath.Join(dir, "2.db"), ""},
		"an empty file":        {file("empty.db", nil), filepath.Join(dir, "3.db"), "not a database of Schalter"},
		"a foreign database":   {foreign, filepath.Join(dir, "4.db"), "not a database of Schalter"},
		"a database in use":    {inUse, filepath.Join(dir, "5.db"), "not a backup"},
		"a missing backup":     {filepath.Join(dir, "none.db"), filepath.Join(dir, "6.db"), "no such file"},
		"PostgreSQL":           {backup, "postgres://localhost/x", "pg_restore"},
	} {
		err := store.Restore(t.Context(), c.backup, c.path)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q in it", what, err, c.says)
		}
		if _, err := os.Stat(c.path); err == nil && what != "an existing database" {
			t.Errorf("%s has made %s", what, c.path)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.tmp*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestBackupOfPostgresNamesItsTool(t *testing.T) {
	err := storetest.Postgres(t).Backup(t.Context(), filepath.Join(t.TempDir(), "x"))
	if err == nil || !strings.Contains(err.Error(), "pg_dump") {
		t.Error(err)
	}
}

func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=6m"); err != nil {
		t.Skipf("a small file system can't be mounted (only root may): %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) }) // after the store is closed
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 3<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "schalter.db")
	s := storetest.Open(t, path)
	w := newTown("a").save(t, s)
	var full error
	drawn := 0
	for full == nil && drawn < 100_000 {
		if full = s.Write(t.Context(), func(tx *store.Tx) error { return draw(t.Context(), tx, w, uniqueName(), false) }); full == nil {
			drawn++
		}
	}
	refused(t, "draw on a full disk", full, civic.Unavailable, civic.KeyStorageFull)
	count := func() int {
		return len(read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Ticket, error) {
			return tx.Tickets(ctx, w.authority.ID, w.offices[0].ID, civic.Waiting)
		}))
	}
	equal(t, "tickets read from a full disk", count(), drawn)
	refused(t, "backup on a full disk", s.Backup(t.Context(), filepath.Join(dir, "backup.db")), civic.Unavailable, civic.KeyStorageFull)

	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := s.Write(t.Context(), func(tx *store.Tx) error { return draw(t.Context(), tx, w, uniqueName(), false) }); err == nil {
				t.Error("drawn on a full disk")
			}
		})
	}
	wg.Wait()
	// A job so large that SQLite writes before the commit: the disk is full in its middle, and the batch is undone.
	refused(t, "large job on a full disk", attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
		for range 4000 {
			if err := draw(ctx, tx, w, uniqueName(), false); err != nil {
				return err
			}
		}
		return nil
	}), civic.Unavailable, civic.KeyStorageFull)
	equal(t, "tickets after that", count(), drawn)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("not ready with space again: %v", err)
	}
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return draw(ctx, tx, w, uniqueName(), false) })
	equal(t, "tickets at the end", count(), drawn+1)
	equal(t, "issued, without gap", read(t, s, func(ctx context.Context, tx *store.Tx) (int, error) {
		return tx.Issued(ctx, w.authority.ID, w.offices[0].ID, today)
	}), drawn+1)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity: %s %v", verdict, err)
	}
	t.Logf("%d draws until the disk was full", drawn)
}
