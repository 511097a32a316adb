package store_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

func TestTicketIsKeptWhole(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w, other := newTown("a").save(t, s), newTown("b").save(t, s)
		k := w.draw(t, s, 1)
		get := func(a civic.AuthorityID) (civic.Ticket, error) {
			return lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Ticket, error) { return tx.Ticket(ctx, a, k.ID) })
		}
		equal(t, "drawn", must(get(w.authority.ID))(t), k)
		_, err := get(other.authority.ID)
		refused(t, "ticket of another authority", err, civic.NotFound, civic.KeyTicketUnknown)

		full := k
		full.State, full.Priority, full.Deferred, full.Passed, full.Returned = civic.Parked, true, true, true, true
		full.OfficeID, full.Rank, full.Calls = w.offices[1].ID, -5, 2
		full.Topic, full.Name, full.Lang, full.TextOnly = "", "", "en", true
		full.Camera, full.Microphone, full.Desk, full.Clerk = civic.CheckDenied, civic.CheckMissing, w.desks[0].ID, w.clerks[0].ID
		full.Outcome, full.ArrivedAt = civic.OutcomeInterrupted, now.Add(-time.Hour)
		full.CalledAt, full.Deadline, full.ServedAt, full.EndedAt = now, now.Add(1), now.Add(2*time.Microsecond), now.Add(3*time.Hour)
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTicket(ctx, full, civic.Waiting) })
		full.Deadline = full.Deadline.Truncate(time.Microsecond)
		equal(t, "moved", must(get(w.authority.ID))(t), full)

		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTicket(ctx, k, civic.Parked) })
		equal(t, "moved back to empty fields", must(get(w.authority.ID))(t), k)

		bySecret := func(secret string) (civic.Ticket, error) {
			return lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Ticket, error) {
				return tx.TicketBySecret(ctx, hash(secret))
			})
		}
		first := "secret " + string(k.ID)
		equal(t, "by secret", must(bySecret(first))(t), k)
		add := func(secret string) {
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.AddSecret(ctx, w.authority.ID, k.ID, hash(secret))
			})
		}
		for i := range 15 {
			add(fmt.Sprint(i))
		}
		equal(t, "by the first of many secrets", must(bySecret(first))(t), k)
		equal(t, "by the last of many secrets", must(bySecret("14"))(t), k)
		add("15")
		_, err = bySecret(first)
		refused(t, "the oldest of too many", err, civic.NotFound, civic.KeyTicketUnknown)
		equal(t, "by the second of too many", must(bySecret("0"))(t), k)
		refused(t, "by another authority", attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.AddSecret(ctx, other.authority.ID, k.ID, hash("foreign"))
		}), civic.NotFound, civic.KeyTicketUnknown)
	})
}

func TestTicketMovesAreGuarded(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w, other := newTown("a").save(t, s), newTown("b").save(t, s)
		one, two := w.draw(t, s, 1), w.draw(t, s, 2)
		called, _ := w.call(t, s, one, w.desks[0])
		update := func(k civic.Ticket, from civic.TicketState) error {
			return attempt(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTicket(ctx, k, from) })
		}
		refused(t, "called twice", update(must(one.Call(civic.Office{}, w.desks[1], now))(t), civic.Waiting),
			civic.Conflict, civic.KeyTakenByColleague)
		refused(t, "left while called", update(must(one.Leave(now))(t), civic.Waiting), civic.Conflict, civic.KeyTicketState)
		foreign := must(two.Leave(now))(t)
		foreign.AuthorityID = other.authority.ID
		refused(t, "moved by another authority", update(foreign, civic.Waiting), civic.NotFound, civic.KeyTicketUnknown)

		refused(t, "second ticket of a clerk", update(must(two.Call(civic.Office{}, w.desks[0], now))(t), civic.Waiting),
			civic.Conflict, civic.KeyDeskBusy)
		mixed := w.desks[0]
		mixed.ClerkID = w.clerks[1].ID
		refused(t, "second ticket of a desk", update(must(two.Call(civic.Office{}, mixed, now))(t), civic.Waiting),
			civic.Conflict, civic.KeyDeskBusy)

		ofClerk := func() (civic.Ticket, error) {
			return lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Ticket, error) {
				return tx.TicketOfClerk(ctx, w.authority.ID, w.clerks[0].ID)
			})
		}
		equal(t, "the clerk's ticket", must(ofClerk())(t), called)
		serving := must(called.Enter(now))(t)
		if err := update(serving, civic.Called); err != nil {
			t.Fatal(err)
		}
		parked := must(serving.Park())(t)
		if err := update(parked, civic.Serving); err != nil {
			t.Fatal(err)
		}
		_, err := ofClerk()
		refused(t, "a parked ticket is nobody's current", err, civic.NotFound, civic.KeyTicketUnknown)
		if err := update(must(two.Call(civic.Office{}, w.desks[0], now))(t), civic.Waiting); err != nil {
			t.Errorf("a parked ticket must leave its desk free: %v", err)
		}
		refused(t, "two back at once", update(must(parked.Call(civic.Office{}, w.desks[0], now))(t), civic.Parked),
			civic.Conflict, civic.KeyDeskBusy)
	})
}

func TestDescribeTicketUntilItIsOver(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a").save(t, s)
		k := w.draw(t, s, 1)
		k.Topic, k.Name, k.Lang, k.TextOnly, k.Camera, k.Microphone = "", "Grace", "en", true, civic.CheckMissing, civic.CheckReady
		describe := func(ctx context.Context, tx *store.Tx) error { return tx.DescribeTicket(ctx, k) }
		write(t, s, describe)
		get := func(ctx context.Context, tx *store.Tx) (civic.Ticket, error) {
			return tx.Ticket(ctx, w.authority.ID, k.ID)
		}
		equal(t, "described", read(t, s, get), k)

		left := must(k.Leave(now))(t)
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTicket(ctx, left, civic.Waiting) })
		refused(t, "described after leaving", attempt(t, s, describe), civic.Gone, civic.KeyTicketOver)
		refused(t, "new secret after leaving", attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.AddSecret(ctx, w.authority.ID, k.ID, hash("new"))
		}), civic.Gone, civic.KeyTicketOver)
		equal(t, "left", read(t, s, get), left)
		k.ID = "none"
		refused(t, "described unknown", attempt(t, s, describe), civic.NotFound, civic.KeyTicketUnknown)
	})
}

func TestTicketsOfAnOffice(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w, other := newTown("a").save(t, s), newTown("b").save(t, s)
		other.draw(t, s, 1)
		one, two, three := w.draw(t, s, 1), w.draw(t, s, 2), w.draw(t, s, 3)
		called, _ := w.call(t, s, one, w.desks[0])
		head := two
		head.Rank = 1
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTicket(ctx, head, civic.Waiting) })
		list := func(office civic.OfficeID, states ...civic.TicketState) []civic.Ticket {
			return read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Ticket, error) {
				return tx.Tickets(ctx, w.authority.ID, office, states...)
			})
		}
		equal(t, "waiting, by rank", list(w.offices[0].ID, civic.Waiting), []civic.Ticket{head, three})
		equal(t, "all", list(w.offices[0].ID, civic.TicketStates...), []civic.Ticket{head, called, three})
		equal(t, "none asked", list(w.offices[0].ID), nil)
		equal(t, "other office", list(w.offices[1].ID, civic.TicketStates...), nil)
		equal(t, "office of another authority", list(other.offices[0].ID, civic.TicketStates...), nil)
	})
}

func TestDrawIsIdempotent(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a").save(t, s)
		first := w.draw(t, s, 1)
		again := w.ticket(2)
		// the refusal leaves the transaction usable, on both databases
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			err := tx.InsertTicket(ctx, again, hash("other"), hash("key "+string(first.ID)))
			refused(t, "same key", err, civic.Conflict, civic.KeyIdempotencyReused)
			k, err := tx.TicketByIdempotency(ctx, hash("key "+string(first.ID)))
			equal(t, "by key", k, first)
			return err
		})
		refused(t, "same number", attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
			k := w.ticket(1)
			k.ID = "another"
			return tx.InsertTicket(ctx, k, hash("x"), nil)
		}), civic.Internal, civic.KeyInternal)
		write(t, s, func(ctx context.Context, tx *store.Tx) error { // no key: nothing to collide with
			if err := tx.InsertTicket(ctx, w.ticket(3), hash("3"), nil); err != nil {
				return err
			}
			return tx.InsertTicket(ctx, w.ticket(4), hash("4"), []byte{})
		})
		_, err := lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Ticket, error) {
			return tx.TicketByIdempotency(ctx, hash("never"))
		})
		refused(t, "unknown key", err, civic.NotFound, civic.KeyTicketUnknown)
	})
}

func TestSameKeyInParallelDrawsOnce(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a").save(t, s)
		var wg sync.WaitGroup
		errs := make([]error, 16)
		for i := range errs {
			wg.Go(func() {
				errs[i] = attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
					k := w.ticket(i + 1)
					return tx.InsertTicket(ctx, k, hash(string(k.ID)), hash("the same"))
				})
			})
		}
		wg.Wait()
		drawn := 0
		for _, err := range errs {
			if err == nil {
				drawn++
			} else {
				refused(t, "the others", err, civic.Conflict, civic.KeyIdempotencyReused)
			}
		}
		equal(t, "drawn", drawn, 1)
	})
}

func TestParallelDrawsAreGapless(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a").save(t, s)
		const draws = 200
		var wg sync.WaitGroup
		for i := range draws {
			wg.Go(func() {
				err := s.Write(t.Context(), func(tx *store.Tx) error { return draw(t.Context(), tx, w, fmt.Sprint(i), i%10 == 3) })
				if failing := i%10 == 3; (err != nil) != failing {
					t.Errorf("draw %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		tickets := read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Ticket, error) {
			return tx.Tickets(ctx, w.authority.ID, w.offices[0].ID, civic.Waiting)
		})
		var numbers []int
		for _, k := range tickets {
			numbers = append(numbers, k.Number)
		}
		slices.Sort(numbers)
		var want []int
		for i := range draws - draws/10 {
			want = append(want, i+1)
		}
		equal(t, "numbers", numbers, want)
		equal(t, "issued", read(t, s, func(ctx context.Context, tx *store.Tx) (int, error) {
			return tx.Issued(ctx, w.authority.ID, w.offices[0].ID, today)
		}), len(want))
		o := read(t, s, func(ctx context.Context, tx *store.Tx) (civic.Office, error) {
			return tx.Office(ctx, w.authority.ID, w.offices[0].ID)
		})
		equal(t, "revision", o.Revision, int64(len(want)))
	})
}

// draw is what queue does for a draw. One that fails does so after all its statements.
func draw(ctx context.Context, tx *store.Tx, w town, name string, fail bool) error {
	o, err := tx.Touch(ctx, w.authority.ID, w.offices[0].ID)
	if err != nil {
		return err
	}
	n, err := tx.NextNumber(ctx, w.authority.ID, o.ID, today)
	if err != nil {
		return err
	}
	k := civic.Draw(o, civic.TicketID("ticket-"+name), today, n, now)
	if err := tx.InsertTicket(ctx, k, hash("secret "+name), hash("key "+name)); err != nil {
		return err
	}
	if fail {
		return fmt.Errorf("draw %s is meant to fail", name)
	}
	return nil
}

func TestNumbersPerOfficeAndDay(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a").save(t, s)
		next := func(o civic.Office, day civic.Day) (n int) {
			write(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
				n, err = tx.NextNumber(ctx, w.authority.ID, o.ID, day)
				return err
			})
			return n
		}
		equal(t, "numbers", []int{next(w.offices[0], today), next(w.offices[0], today), next(w.offices[1], today),
			next(w.offices[0], "2026-11-22"), next(w.offices[0], today)}, []int{1, 2, 1, 1, 3})
		equal(t, "issued on a day without", read(t, s, func(ctx context.Context, tx *store.Tx) (int, error) {
			return tx.Issued(ctx, w.authority.ID, w.offices[1].ID, "2026-11-22")
		}), 0)
	})
}

func TestResumeCodeWorksOnce(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a").save(t, s)
		k := w.draw(t, s, 1)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.InsertResumeCode(ctx, hash("code"), w.authority.ID, k.ID, now.Add(time.Minute)); err != nil {
				return err
			}
			return tx.InsertResumeCode(ctx, hash("old"), w.authority.ID, k.ID, now)
		})
		take := func(code string) (c store.ResumeCode, err error) {
			err = attempt(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
				c, err = tx.TakeResumeCode(ctx, hash(code), now)
				return err
			})
			return c, err
		}
		c, err := take("code")
		if c != (store.ResumeCode{Authority: w.authority.ID, Ticket: k.ID}) || err != nil {
			t.Errorf("first use: %+v %v", c, err)
		}
		for _, code := range []string{"code", "old", "unknown"} {
			_, err := take(code)
			refused(t, code, err, civic.NotFound, civic.KeyResumeUnknown)
		}
	})
}
