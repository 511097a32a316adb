package store_test

import (
	"bytes"
	"context"
	"os"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// TestWhatIsDeletedIsGone: after the retention no page of the file holds the name any more (REQUIREMENTS P07). The log
// beside it is written back first, as at every ordinary close.
func TestWhatIsDeletedIsGone(t *testing.T) {
	const canary = "Frau Zwetschgenkern"
	dsn := storetest.SQLiteDSN(t)
	holds := func() bool {
		file, err := os.ReadFile(dsn)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Contains(file, []byte(canary))
	}
	ctx := t.Context()
	open := func() *store.Store {
		s, err := store.Open(ctx, store.Config{DSN: dsn})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	w := newTown("a").save(t, s)
	k := w.draw(t, s, 1)
	k.Name = canary
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DescribeTicket(ctx, k) })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !holds() {
		t.Fatal("the name is not in the file: this test would not see it stay")
	}
	s = open()
	left := must(k.Leave(now))(t)
	left.Name = canary // as if the end had not wiped it
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTicket(ctx, left, civic.Waiting) })
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.DeleteEnded(ctx, now.Add(time.Second), now.Add(time.Second))
		return err
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if holds() {
		t.Error("the name of a deleted ticket is still in the file")
	}
}
