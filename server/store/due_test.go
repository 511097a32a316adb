package store_test

import (
	"context"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

func TestPresence(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a").save(t, s)
		one, two := w.draw(t, s, 1), w.draw(t, s, 2)
		later := now.Add(time.Hour)
		see := func(at time.Time, tickets []civic.TicketID, desks []civic.DeskID) {
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.See(ctx, at, tickets, desks) })
		}
		see(later, []civic.TicketID{one.ID, "gone"}, []civic.DeskID{w.desks[1].ID})
		see(later, nil, nil)
		see(now.Add(time.Minute), []civic.TicketID{one.ID, two.ID}, nil) // from a node whose clock is behind
		one.SeenAt, two.SeenAt, w.desks[1].SeenAt = later, now.Add(time.Minute), later
		equal(t, "tickets", read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Ticket, error) {
			return tx.Tickets(ctx, w.authority.ID, w.offices[0].ID, civic.Waiting)
		}), []civic.Ticket{one, two})
		equal(t, "desks", read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Desk, error) {
			return tx.Desks(ctx, w.authority.ID, w.offices[0].ID)
		}), w.desks[:])
		equal(t, "revision", read(t, s, func(ctx context.Context, tx *store.Tx) (civic.Office, error) {
			return tx.Office(ctx, w.authority.ID, w.offices[0].ID)
		}).Revision, 0)
		many := make([]civic.TicketID, 20_000)
		for i := range many {
			many[i] = civic.TicketID(w.ticket(i).ID)
		}
		see(later.Add(time.Hour), many, nil)
	})
}

func TestClockworkScans(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		next := func() time.Time {
			return read(t, s, func(ctx context.Context, tx *store.Tx) (time.Time, error) { return tx.NextDeadline(ctx) })
		}
		equal(t, "deadline of an empty database", next(), time.Time{})
		w := newTown("a").save(t, s)
		equal(t, "deadline with open desks", next(), now.Add(civic.DeskAbsentAfter))
		_, second := w.desks[0], w.desks[1]
		move := func(d civic.Desk, err error) civic.Desk {
			t.Helper()
			from := second.State
			second = must(d, err)(t)
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateDesk(ctx, second, from) })
			return second
		}
		desks := func(find func(*store.Tx, context.Context, time.Time) ([]civic.Desk, error), at time.Time) []civic.Desk {
			return read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Desk, error) { return find(tx, ctx, at) })
		}

		unseen := (*store.Tx).UnseenDesks
		equal(t, "unseen before", desks(unseen, now.Add(-1*time.Microsecond)), nil)
		equal(t, "unseen", desks(unseen, now), w.desks[:])

		move(second.Pause(now.Add(30*time.Second), now))
		equal(t, "deadline of the pause", next(), now.Add(30*time.Second))
		paused := (*store.Tx).PausedBefore
		equal(t, "paused before", desks(paused, now), nil)
		equal(t, "paused", desks(paused, now.Add(30*time.Second)), []civic.Desk{second})
		equal(t, "unseen, also paused", desks(unseen, now), []civic.Desk{w.desks[0], second})
		move(second.Resume())
		move(second.Pause(time.Time{}, now))
		equal(t, "paused with no return", desks(paused, now.Add(99*time.Hour)), nil)

		move(second.Vanish(now.Add(time.Minute)))
		absent := (*store.Tx).AbsentDesks
		equal(t, "absent before", desks(absent, now), nil)
		equal(t, "absent", desks(absent, now.Add(time.Minute)), []civic.Desk{second})
		equal(t, "unseen, not the absent", desks(unseen, now), w.desks[:1])
		closed := must(w.desks[0].Close())(t)
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateDesk(ctx, closed, civic.DeskOpen) })
		equal(t, "deadline of the absence", next(), now.Add(time.Minute+civic.DeskClosedAfter))
		move(second.Close())
		equal(t, "deadline with closed desks", next(), time.Time{})

		waiting := w.draw(t, s, 2)
		equal(t, "deadline while waiting", next(), time.Time{})
		called, v := w.call(t, s, w.draw(t, s, 1), w.desks[0])
		equal(t, "deadline of the call", next(), called.Deadline)
		calledBefore := func(at time.Time) []civic.Ticket {
			return read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Ticket, error) { return tx.CalledBefore(ctx, at) })
		}
		equal(t, "called before", calledBefore(now), nil)
		equal(t, "called", calledBefore(called.Deadline), []civic.Ticket{called})
		openBefore := func(day civic.Day) []civic.Ticket {
			return read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Ticket, error) { return tx.OpenBefore(ctx, day) })
		}
		equal(t, "open of today", openBefore(today), nil)
		equal(t, "open of yesterday", openBefore("2026-11-22"), []civic.Ticket{called, waiting})

		serving := must(called.Enter(now))(t)
		lost := must(must(v.Admit(now))(t).Lose(now))(t)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.UpdateTicket(ctx, serving, civic.Called); err != nil {
				return err
			}
			return tx.UpdateVisit(ctx, lost, civic.VisitOpen)
		})
		equal(t, "deadline of the grace", next(), lost.Deadline)
		interrupted := func(at time.Time) []civic.Visit {
			return read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Visit, error) { return tx.InterruptedBefore(ctx, at) })
		}
		equal(t, "interrupted before", interrupted(now), nil)
		equal(t, "interrupted", interrupted(lost.Deadline), []civic.Visit{lost})
		equal(t, "a running visit outlives midnight", openBefore("2026-11-22"), []civic.Ticket{waiting})
	})
}

func TestDeleteEnded(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a").save(t, s)
		k, v := w.call(t, s, w.draw(t, s, 1), w.desks[0])
		running, runningVisit := w.call(t, s, w.draw(t, s, 2), w.desks[1])
		served := must(must(k.Enter(now))(t).Finish(civic.OutcomeServed, now))(t)
		ended := must(v.End(civic.OutcomeServed, now))(t)
		end := now.Add(time.Hour)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for _, day := range []civic.Day{"2026-11-13", "2026-11-14", today} {
				if _, err := tx.NextNumber(ctx, w.authority.ID, w.offices[0].ID, day); err != nil {
					return err
				}
			}
			for i, about := range []struct {
				ticket  civic.TicketID
				visit   civic.VisitID
				expires time.Time
			}{{k.ID, v.ID, end}, {running.ID, runningVisit.ID, end}, {running.ID, runningVisit.ID, now}} {
				secret := hash(string(rune('a' + i)))
				if err := tx.InsertResumeCode(ctx, secret, w.authority.ID, about.ticket, about.expires); err != nil {
					return err
				}
				if err := tx.InsertGrant(ctx, store.Grant{Hash: secret, Authority: w.authority.ID, Visit: about.visit, Side: civic.SideClerk, Expires: about.expires}); err != nil {
					return err
				}
			}
			if err := tx.UpdateTicket(ctx, served, civic.Called); err != nil {
				return err
			}
			return tx.UpdateVisit(ctx, ended, civic.VisitOpen)
		})
		deleted := func(at time.Time) (d store.Deleted) {
			write(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
				d, err = tx.DeleteEnded(ctx, at, at)
				return err
			})
			return d
		}
		equal(t, "too early", deleted(now.Add(-time.Microsecond)), store.Deleted{Counters: 1})
		equal(t, "deleted", deleted(now), store.Deleted{Tickets: 1, Visits: 1, Codes: 2, Grants: 2})
		equal(t, "again", deleted(now), store.Deleted{})
		_, err := lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Ticket, error) {
			return tx.Ticket(ctx, w.authority.ID, k.ID)
		})
		refused(t, "ended", err, civic.NotFound, civic.KeyTicketUnknown)
		equal(t, "running", read(t, s, func(ctx context.Context, tx *store.Tx) (civic.Ticket, error) {
			return tx.Ticket(ctx, w.authority.ID, running.ID)
		}), running)
	})
}

func TestDeletionIsADeadline(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a")
		for i := range w.desks {
			w.desks[i].State = civic.DeskClosed
		}
		w.save(t, s)
		left := must(w.draw(t, s, 1).Leave(now))(t)
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTicket(ctx, left, civic.Waiting) })
		equal(t, "deadline", read(t, s, func(ctx context.Context, tx *store.Tx) (time.Time, error) { return tx.NextDeadline(ctx) }),
			now.Add(civic.TicketRetention))
	})
}

func TestRecords(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w, other := newTown("a").save(t, s), newTown("b").save(t, s)
		visit := store.VisitRecord{Authority: w.authority.ID, Office: w.offices[0].ID, Topic: w.topic.ID, Weekday: time.Saturday, Participants: 2}
		ticket := store.TicketRecord{Authority: w.authority.ID, Office: w.offices[0].ID, Weekday: time.Saturday, Hour: 9}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for _, r := range []struct {
				day     civic.Day
				hour    int
				outcome civic.Outcome
				seconds int
			}{{"2026-11-20", 15, civic.OutcomeServed, 100}, {today, 9, civic.OutcomeCitizenLeft, 200}, {today, 10, civic.OutcomeServed, 300},
				{today, 10, civic.OutcomeUnanswered, 1}} {
				visit.Day, visit.Hour, visit.Outcome, visit.Seconds = r.day, r.hour, r.outcome, r.seconds
				if err := tx.InsertVisitRecord(ctx, visit); err != nil {
					return err
				}
			}
			foreign := visit
			foreign.Authority, foreign.Office, foreign.Outcome = other.authority.ID, other.offices[0].ID, civic.OutcomeServed
			if err := tx.InsertVisitRecord(ctx, foreign); err != nil {
				return err
			}
			for _, r := range []struct {
				day     civic.Day
				outcome civic.Outcome
				wait    int
			}{{"2026-11-20", civic.OutcomeServed, 9999}, {today, civic.OutcomeServed, 100}, {today, civic.OutcomeInterrupted, 301},
				{today, civic.OutcomeMissed, 7777}, {today, civic.OutcomeLeft, 7777}, {today, civic.OutcomeClosed, 7777}} {
				ticket.Day, ticket.Outcome, ticket.WaitSeconds = r.day, r.outcome, r.wait
				if err := tx.InsertTicketRecord(ctx, ticket); err != nil {
					return err
				}
			}
			return tx.InsertDeskRecord(ctx, store.DeskRecord{Authority: w.authority.ID, Office: w.offices[0].ID, Day: today, Seconds: 3600})
		})
		recent := func(n int) []int {
			return read(t, s, func(ctx context.Context, tx *store.Tx) ([]int, error) {
				return tx.RecentVisitSeconds(ctx, w.authority.ID, w.offices[0].ID, n)
			})
		}
		equal(t, "all recent", recent(10), []int{300, 200, 100})
		equal(t, "two recent", recent(2), []int{300, 200})
		figures := func(day civic.Day) store.Figures {
			return read(t, s, func(ctx context.Context, tx *store.Tx) (store.Figures, error) {
				return tx.FiguresOf(ctx, w.authority.ID, w.offices[0].ID, day)
			})
		}
		equal(t, "figures", figures(today), store.Figures{Visits: 2, MeanWaitSeconds: 200, Missed: 1})
		equal(t, "figures of a day without", figures("2026-01-01"), store.Figures{})
	})
}

// TestWhatExpiresIsDeleted: sessions, invitations and logins under way go by their own expiry, the audit log by its age.
func TestWhatExpiresIsDeleted(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		w := newTown("a").save(t, s)
		db, _ := raw(t, dsn)
		for i, expires := range []time.Time{now, now.Add(time.Second)} {
			at, secret := expires.UnixMicro(), hash(string(rune('a'+i)))
			for query, args := range map[string][]any{
				`INSERT INTO sessions (authority_id, id, clerk_id, hash, created_at, seen_at, expires_at) VALUES ($1, $2, $3, $4, 0, 0, $5)`: {
					w.authority.ID, string(rune('a' + i)), w.clerks[0].ID, secret, at},
				`INSERT INTO account_tokens (authority_id, hash, clerk_id, kind, expires_at) VALUES ($1, $2, $3, 'invitation', $4)`: {
					w.authority.ID, secret, w.clerks[0].ID, at},
				`INSERT INTO sso_logins (authority_id, hash, nonce, verifier, expires_at) VALUES ($1, $2, '', '', $3)`: {w.authority.ID, secret, at},
				`INSERT INTO setup_tokens (hash, expires_at) VALUES ($1, $2)`:                                          {secret, at},
			} {
				if _, err := db.Exec(query, args...); err != nil {
					t.Fatalf("%s: %v", query, err)
				}
			}
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for _, at := range []time.Time{now.Add(-time.Second), now} {
				if err := tx.InsertAudit(ctx, store.AuditEntry{Authority: w.authority.ID, At: at, Act: "ticket.called"}); err != nil {
					return err
				}
			}
			if err := tx.DeleteExpired(ctx, now); err != nil {
				return err
			}
			if err := tx.DeleteAudit(ctx, now.Add(time.Hour), []civic.AuthorityID{w.authority.ID}); err != nil { // it has a time of its own
				return err
			}
			return tx.DeleteAuditOf(ctx, w.authority.ID, now)
		})
		for _, table := range []string{"sessions", "account_tokens", "sso_logins", "setup_tokens", "audit"} {
			var left int
			if err := db.QueryRow(`SELECT COUNT(*) FROM ` + table).Scan(&left); err != nil || left != 1 {
				t.Errorf("%s: %d left, %v", table, left, err)
			}
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteAudit(ctx, now.Add(time.Hour), nil) })
		equal(t, "audit", read(t, s, func(ctx context.Context, tx *store.Tx) ([]store.AuditEntry, error) {
			return tx.Audit(ctx, w.authority.ID, now.Add(-time.Hour), now.Add(time.Hour), 9)
		}), nil)
	})
}
