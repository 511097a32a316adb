package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// backup copies the running database: VACUUM INTO reads one moment of it without stopping the writer.
func (e *sqliteEngine) backup(ctx context.Context, path string) (err error) {
	temp, err := tempBeside(path)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	db, err := sql.Open("sqlite", sqliteDSN(e.path))
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "VACUUM INTO $1", temp); err != nil {
		return err
	}
	if err := check(ctx, temp); err != nil {
		return err
	}
	if err := fsync(temp); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return fsync(filepath.Dir(path))
}

// Restore puts a backup in the place of a database that does not exist, for a server that does not run. It refuses a
// backup that is damaged or not one of Schalter's, and never overwrites a database.
func Restore(ctx context.Context, backup, path string) error {
	if isPostgres(path) {
		return errors.New("restore: the database is PostgreSQL: use pg_restore")
	}
	if err := restore(ctx, backup, path); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}

func restore(ctx context.Context, backup, path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return errors.Join(err, fmt.Errorf("%s exists: move it away first", path))
	}
	// A log beside it means that this is a running server's file and not a backup: a copy without it lacks writes.
	if st, err := os.Stat(backup + "-wal"); err == nil && st.Size() > 0 {
		return fmt.Errorf("%s-wal exists: %s is not a backup, but a database in use", backup, backup)
	}
	temp, err := tempBeside(path)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	if err := copyFile(temp, backup); err != nil {
		return err
	}
	if err := check(ctx, temp); err != nil { // the copy, for it is what will be used
		return err
	}
	// The log of a database that was here before would be replayed into the new one.
	for _, stale := range []string{"-wal", "-shm", "-journal"} {
		if err := os.Remove(path + stale); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := os.Link(temp, path); err != nil { // unlike a rename it does not overwrite
		return err
	}
	return fsync(filepath.Dir(path))
}

// check reads every page of a database file that nobody writes.
func check(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", sqliteDSN(path)+"&mode=ro&immutable=1")
	if err != nil {
		return err
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("integrity check: %w", err)
	}
	if verdict != "ok" {
		return fmt.Errorf("integrity check: %s", verdict)
	}
	var n int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM authorities").Scan(&n); err != nil {
		return fmt.Errorf("not a database of Schalter: %w", err)
	}
	return nil
}

// tempBeside makes an empty file on the file system of path, readable for the owner only.
func tempBeside(path string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

func copyFile(to, from string) (err error) {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	if _, err := io.Copy(dst, src); err != nil {
		return err
	}
	return dst.Sync()
}

// fsync makes a file, or the names in a directory, survive a power loss.
func fsync(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
