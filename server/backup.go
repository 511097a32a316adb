package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"schalter/server/store"
)

// copyName dates a copy in a directory of copies, in UTC.
const copyName = "schalter-20060102T150405Z.db"

// backup copies a running database: to the file named or, dated, into the directory named. There, copies older than
// KeepDays are deleted: what is deleted in the database must go from its copies too (GDPR Art. 17; REQUIREMENTS P19).
func backup(ctx context.Context, c Backup, now time.Time, out io.Writer) error {
	if _, err := os.Stat(c.Database); err != nil {
		return err // Open would make an empty one
	}
	st, err := store.Open(ctx, store.Config{DSN: c.Database, Log: newLog("warn", os.Stderr)})
	if err != nil {
		return err
	}
	defer st.Close()
	to := c.To
	info, err := os.Stat(to)
	directory := err == nil && info.IsDir()
	if directory {
		to = filepath.Join(to, now.UTC().Format(copyName))
	}
	if err := st.Backup(ctx, to); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "copied %s to %s\n", c.Database, to); err != nil || !directory {
		return err
	}
	return deleteOld(c.To, now.AddDate(0, 0, -c.KeepDays), out)
}

// deleteOld deletes the copies dated before. The name counts, not the file's time, which a move would change; files of
// other names are nobody's business.
func deleteOld(directory string, before time.Time, out io.Writer) error {
	files, err := os.ReadDir(directory)
	if err != nil {
		return err
	}
	for _, f := range files {
		made, err := time.Parse(copyName, f.Name())
		if err != nil || !made.Before(before) {
			continue
		}
		if err := os.Remove(filepath.Join(directory, f.Name())); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "deleted %s\n", f.Name()); err != nil {
			return err
		}
	}
	return nil
}
