package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestCopiesGrowNoOlderThanTheyMay: a directory of dated copies is its own rotation.
func TestCopiesGrowNoOlderThanTheyMay(t *testing.T) {
	database, dir := filled(t), t.TempDir()
	now := time.Now()
	name := func(days int) string { return now.UTC().AddDate(0, 0, -days).Format(copyName) }
	for _, file := range []string{name(31), name(30) + ".old", name(29), "notes.txt"} {
		must(t, os.WriteFile(filepath.Join(dir, file), []byte("old"), 0o600))
	}
	out, code := command(t, "", "backup", "--database", database, dir)
	if code != 0 || !strings.Contains(out, "deleted "+name(31)) {
		t.Fatalf("%d %s", code, out)
	}
	var kept []string
	files, err := os.ReadDir(dir)
	must(t, err)
	for _, f := range files {
		kept = append(kept, f.Name())
	}
	for _, file := range []string{name(30) + ".old", name(29), "notes.txt"} {
		if !slices.Contains(kept, file) {
			t.Errorf("%s is gone", file)
		}
	}
	if slices.Contains(kept, name(31)) || len(kept) != 4 {
		t.Errorf("kept %v", kept)
	}
	made := kept[slices.IndexFunc(kept, func(f string) bool { return strings.HasSuffix(f, ".db") && f != name(29) })]
	restored := filepath.Join(t.TempDir(), "restored.db")
	if out, code := command(t, "", "restore", "--database", restored, filepath.Join(dir, made)); code != 0 {
		t.Errorf("restore of %s: %s", made, out)
	}
	if out, code := command(t, "", "backup", "--database", database, "--keep-days", "31", dir); code == 0 || !strings.Contains(out, "between 1 and 30") {
		t.Errorf("kept for 31 days: %d %s", code, out)
	}
}
