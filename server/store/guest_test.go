package store_test

import (
	"context"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

func TestGuests(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w, other := newTown("a").save(t, s), newTown("b").save(t, s)
		k, v := w.call(t, s, w.draw(t, s, 1), w.desks[0])
		insert := func(id civic.GuestID, token string) civic.Guest {
			t.Helper()
			g := must(v.Invite(id, civic.Interpreter, "Herr Yılmaz", v.ClerkID, nil, now))(t)
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertGuest(ctx, g, []byte(token)) })
			return g
		}
		get := func(a civic.AuthorityID, id civic.GuestID) (civic.Guest, error) {
			return lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Guest, error) { return tx.Guest(ctx, a, v.ID, id) })
		}
		update := func(g civic.Guest, from civic.GuestState) error {
			return attempt(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateGuest(ctx, g, from) })
		}
		first, second := insert("g1", "one"), insert("g2", "two")
		equal(t, "guest", must(get(w.authority.ID, "g1"))(t), first)
		equal(t, "guests", read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Guest, error) {
			return tx.Guests(ctx, w.authority.ID, v.ID)
		}), []civic.Guest{first, second})
		equal(t, "by token", read(t, s, func(ctx context.Context, tx *store.Tx) (civic.Guest, error) {
			return tx.GuestByToken(ctx, []byte("two"))
		}), second)
		_, err := get(other.authority.ID, "g1")
		refused(t, "of another authority", err, civic.NotFound, civic.KeyGuestUnknown)
		_, err = lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Guest, error) {
			return tx.GuestByToken(ctx, []byte("three"))
		})
		refused(t, "by no token", err, civic.NotFound, civic.KeyGuestUnknown)

		waiting := must(first.Knock(v, now))(t)
		if err := update(waiting, civic.GuestInvited); err != nil {
			t.Fatal(err)
		}
		equal(t, "waiting", must(get(w.authority.ID, "g1"))(t), waiting)
		refused(t, "moved twice", update(waiting, civic.GuestInvited), civic.Conflict, civic.KeyGuestState)
		foreign := waiting
		foreign.AuthorityID = other.authority.ID
		refused(t, "moved by another authority", update(foreign, civic.GuestWaiting), civic.Conflict, civic.KeyGuestState)

		enters := func(a civic.AuthorityID, at time.Time) {
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.GuestEntered(ctx, a, v.ID, waiting.Participant(), at)
			})
		}
		joined := func() int {
			return read(t, s, func(ctx context.Context, tx *store.Tx) (int, error) { return tx.JoinedVisit(ctx, w.authority.ID, v.ID) })
		}
		enters(other.authority.ID, now)
		if n := joined(); n != 0 {
			t.Errorf("%d guests before one came", n)
		}
		enters(w.authority.ID, now)
		enters(w.authority.ID, now.Add(time.Hour)) // again, after a reload
		waiting.EnteredAt = now
		equal(t, "entered", must(get(w.authority.ID, "g1"))(t), waiting)
		if n := joined(); n != 1 {
			t.Errorf("%d guests took part", n)
		}

		grant := func(g civic.Guest) error {
			return attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.InsertGrant(ctx, store.Grant{Hash: []byte("of " + g.ID), Authority: g.AuthorityID, Visit: g.VisitID, Side: civic.SideGuest, Participant: g.Participant(), Name: g.Name, Expires: now.Add(time.Minute)})
			})
		}
		for _, g := range []civic.Guest{first, second} {
			if err := grant(g); err != nil {
				t.Fatal(err)
			}
		}
		if err := update(must(must(waiting.Silence(v, true, false))(t).Decline(v, now))(t), civic.GuestWaiting); err != nil {
			t.Fatal(err)
		}
		take := func(g civic.Guest) error {
			return attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.TakeGrant(ctx, []byte("of "+g.ID), now)
				return err
			})
		}
		refused(t, "a declined guest's grant", take(first), civic.NotFound, civic.KeyGrantUnknown)
		if err := take(second); err != nil {
			t.Errorf("the other one's grant: %v", err)
		}

		lock := func(a civic.AuthorityID) error {
			return attempt(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.LockVisit(ctx, a, v.ID, true) })
		}
		refused(t, "locked by another authority", lock(other.authority.ID), civic.Gone, civic.KeyVisitOver)
		if err := lock(w.authority.ID); err != nil {
			t.Fatal(err)
		}
		now := read(t, s, func(ctx context.Context, tx *store.Tx) (civic.Visit, error) {
			return tx.Visit(ctx, w.authority.ID, v.ID)
		})
		equal(t, "locked", now.Locked, true)

		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteTicket(ctx, w.authority.ID, k.ID) })
		equal(t, "guests of a deleted ticket", read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Guest, error) {
			return tx.Guests(ctx, w.authority.ID, v.ID)
		}), nil)
	})
}
