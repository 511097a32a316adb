package store_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"schalter/server/civic"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// batch lets the jobs run in one commit: a first job holds the writer until all of them queue for it. It returns their
// answers. Only for SQLite.
func batch(t *testing.T, s *store.Store, jobs ...func(*store.Tx) error) []error {
	t.Helper()
	hold := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Write(t.Context(), func(*store.Tx) error { <-hold; return nil }); err != nil {
			t.Error(err)
		}
	})
	synctest.Wait()
	errs := make([]error, len(jobs))
	for i, job := range jobs {
		wg.Go(func() { errs[i] = s.Write(t.Context(), job) })
		synctest.Wait() // one by one, so that their order is known
	}
	close(hold)
	wg.Wait()
	return errs
}

func TestFailingJobDoesNotHarmItsNeighbours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := storetest.SQLite(t)
		w := newTown("a").save(t, s)
		touch := func(ctx context.Context, tx *store.Tx) (int64, error) {
			o, err := tx.Touch(ctx, w.authority.ID, w.offices[0].ID)
			return o.Revision, err
		}
		good := func(tx *store.Tx) error { _, err := touch(t.Context(), tx); return err }
		refusal := civic.Errorf(civic.Conflict, civic.KeyNobodyWaiting, "as it happens")
		cancelled, cancel := context.WithCancel(t.Context())
		errs := batch(t, s,
			good,
			func(tx *store.Tx) error { good(tx); return refusal },
			good,
			func(tx *store.Tx) error { good(tx); panic("at the disco") },
			good,
			func(tx *store.Tx) error { // its context ends in the middle
				_, err := touch(cancelled, tx)
				cancel()
				touch(cancelled, tx)
				return err
			},
			good,
			func(tx *store.Tx) error { // a statement fails, and the job does not care
				good(tx)
				tx.InsertSession(t.Context(), civic.Session{ID: "s", AuthorityID: w.authority.ID, ClerkID: "nobody"}, hash("s"))
				return nil
			},
			good,
		)
		for i, err := range errs {
			if i%2 == 0 && err != nil {
				t.Errorf("good job %d: %v", i, err)
			}
		}
		if errs[1] != refusal {
			t.Errorf("a refusal comes back as it is: %v", errs[1])
		}
		if errs[3] == nil || !strings.Contains(errs[3].Error(), "at the disco") || civic.CodeOf(errs[3]) != civic.Internal {
			t.Errorf("panic: %v", errs[3])
		}
		if !errors.Is(errs[5], context.Canceled) {
			t.Errorf("ended context: %v", errs[5])
		}
		if errs[7] == nil {
			t.Error("a failed statement must fail its job")
		}
		equal(t, "revision", revision(t, s, w), 5)
	})
}

func revision(t *testing.T, s *store.Store, w town) int64 {
	t.Helper()
	return read(t, s, func(ctx context.Context, tx *store.Tx) (civic.Office, error) {
		return tx.Office(ctx, w.authority.ID, w.offices[0].ID)
	}).Revision
}

func TestJobIsAnsweredAfterTheCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := storetest.SQLite(t)
		w := newTown("a").save(t, s)
		touch := func(tx *store.Tx) error { _, err := tx.Touch(t.Context(), w.authority.ID, w.offices[0].ID); return err }
		first, second := make(chan struct{}), make(chan struct{})
		var answered atomic.Bool
		var wg sync.WaitGroup
		wg.Go(func() { s.Write(t.Context(), func(*store.Tx) error { <-first; return nil }) })
		synctest.Wait()
		wg.Go(func() {
			if err := s.Write(t.Context(), touch); err != nil {
				t.Error(err)
			}
			answered.Store(true)
			equal(t, "revision when answered", revision(t, s, w), 2)
		})
		synctest.Wait()
		wg.Go(func() {
			s.Write(t.Context(), func(tx *store.Tx) error { err := touch(tx); <-second; return err })
		})
		synctest.Wait()
		close(first)
		synctest.Wait() // the last job of the batch holds up the commit
		if answered.Load() {
			t.Error("answered before the commit")
		}
		equal(t, "revision seen by others", revision(t, s, w), 0)
		close(second)
		wg.Wait()
	})
}

func TestDroppedJobs(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		ran := false
		for what, do := range map[string]func(context.Context, func(*store.Tx) error) error{"write": s.Write, "read": s.Read} {
			if err := do(ctx, func(*store.Tx) error { ran = true; return nil }); !errors.Is(err, context.Canceled) || ran {
				t.Errorf("%s with an ended context: %v, ran %v", what, err, ran)
			}
		}
	})
}

func TestJobThatEndsItsGoroutine(t *testing.T) {
	s := storetest.SQLite(t)
	w := newTown("a").save(t, s)
	err := s.Write(t.Context(), func(tx *store.Tx) error {
		tx.Touch(t.Context(), w.authority.ID, w.offices[0].ID)
		runtime.Goexit() // as t.FailNow in a job does
		return nil
	})
	if err == nil {
		t.Error("the job has not ended well")
	}
	equal(t, "revision", revision(t, s, w), 0)
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("the writer is dead: %v", err)
	}
}

func TestPanicUndoesTheTransaction(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a").save(t, s)
		err := attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
			tx.Touch(ctx, w.authority.ID, w.offices[0].ID)
			panic("oh")
		})
		refused(t, "panic", err, civic.Internal, "internal")
		equal(t, "revision", revision(t, s, w), 0)
	})
}

func TestFailedStatementEndsTheTransaction(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a").save(t, s)
		bad := civic.Session{ID: "s", AuthorityID: w.authority.ID, ClerkID: "nobody"}
		var first, second error
		err := attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
			first = tx.InsertSession(ctx, bad, hash("s"))
			_, second = tx.Touch(ctx, w.authority.ID, w.offices[0].ID)
			return nil
		})
		if first == nil || second != first || err != first {
			t.Errorf("first %v, second %v, answer %v", first, second, err)
		}
		equal(t, "revision", revision(t, s, w), 0)
	})
}

func TestReadSeesOneMomentAndWritesNothing(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a").save(t, s)
		get := func(tx *store.Tx) int64 {
			o, err := tx.Office(t.Context(), w.authority.ID, w.offices[0].ID)
			if err != nil {
				t.Error(err)
			}
			return o.Revision
		}
		touch := func(tx *store.Tx) error { _, err := tx.Touch(t.Context(), w.authority.ID, w.offices[0].ID); return err }
		err := s.Read(t.Context(), func(tx *store.Tx) error {
			before := get(tx)
			if err := s.Write(t.Context(), touch); err != nil {
				return err
			}
			equal(t, "revision within one read", get(tx), before)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "revision after", revision(t, s, w), 1)
		if err := s.Read(t.Context(), touch); err == nil {
			t.Error("a read has written")
		}
		equal(t, "revision after the attempt", revision(t, s, w), 1)
		for range 20 { // more than there are readers: a refused one must not use one up
			s.Read(t.Context(), touch)
		}
		equal(t, "revision at the end", revision(t, s, w), 1)
	})
}

func TestReadyAndClosed(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		for range 2 {
			if err := s.Ready(t.Context()); err != nil {
				t.Error(err)
			}
		}
		for range 2 {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		nothing := func(*store.Tx) error { return nil }
		refused(t, "write", s.Write(t.Context(), nothing), civic.Unavailable, civic.KeyUnavailable)
		refused(t, "read", s.Read(t.Context(), nothing), civic.Unavailable, civic.KeyUnavailable)
		refused(t, "ready", s.Ready(t.Context()), civic.Unavailable, civic.KeyUnavailable)
	})
}

func TestDeadlockIsRetried(t *testing.T) {
	s := storetest.Open(t, storetest.PostgresDSN(t)+"&deadlock_timeout=20ms")
	w := newTown("a").save(t, s)
	var both, wg sync.WaitGroup
	both.Add(2)
	var runs atomic.Int32
	for i := range 2 {
		wg.Go(func() {
			first := true
			err := s.Write(t.Context(), func(tx *store.Tx) error {
				runs.Add(1)
				if _, err := tx.Touch(t.Context(), w.authority.ID, w.offices[i].ID); err != nil {
					return err
				}
				if first {
					first = false
					both.Done()
					both.Wait()
				}
				if _, err := tx.Touch(t.Context(), w.authority.ID, w.offices[1-i].ID); err != nil {
					// a feature that gives errors a meaning of its own must not hide the retry
					return civic.Errorf(civic.Internal, civic.KeyInternal, "%v", err)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := runs.Load(); n < 3 {
		t.Errorf("%d runs: there was no deadlock", n)
	}
	equal(t, "revision", revision(t, s, w), 2)
}

func TestReadsWhoseContextEnds(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a").save(t, s)
		for range 20 { // more than there are readers
			ctx, cancel := context.WithCancel(t.Context())
			err := s.Read(ctx, func(tx *store.Tx) error {
				if _, err := tx.Offices(ctx, w.authority.ID); err != nil {
					return err
				}
				cancel()
				_, err := tx.Offices(ctx, w.authority.ID)
				return err
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("read: %v", err)
			}
		}
		equal(t, "revision", revision(t, s, w), 0)
	})
}

func TestLostConnection(t *testing.T) {
	dsn := storetest.PostgresDSN(t)
	s := storetest.Open(t, dsn)
	w := newTown("a").save(t, s)
	db, _ := raw(t, dsn)
	err := attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Touch(ctx, w.authority.ID, w.offices[0].ID); err != nil {
			return err
		}
		if _, err := db.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
			return err
		}
		_, err := tx.Touch(ctx, w.authority.ID, w.offices[0].ID)
		return err
	})
	refused(t, "move while the server ends our connections", err, civic.Unavailable, civic.KeyUnavailable)
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("not ready with a new connection: %v", err)
	}
	equal(t, "revision", revision(t, s, w), 0)
}

// BenchmarkWrite is a draw: touch, number, ticket. 32 citizens draw at once.
func BenchmarkWrite(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *store.Store{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			w := newTown("a")
			err := s.Write(b.Context(), func(tx *store.Tx) error {
				return errors.Join(tx.SaveAuthority(b.Context(), w.authority), tx.SaveOffice(b.Context(), w.offices[0]))
			})
			if err != nil {
				b.Fatal(err)
			}
			var n atomic.Int64
			b.SetParallelism(16) // times GOMAXPROCS
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					name := fmt.Sprint(n.Add(1))
					if err := s.Write(b.Context(), func(tx *store.Tx) error { return draw(b.Context(), tx, w, name, false) }); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "draws/s")
		})
	}
}
