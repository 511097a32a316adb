package store_test

import (
	"context"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

func TestVisits(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w, other := newTown("a").save(t, s), newTown("b").save(t, s)
		k, v := w.call(t, s, w.draw(t, s, 1), w.desks[0])
		_, second := w.call(t, s, w.draw(t, s, 2), w.desks[1])
		get := func(a civic.AuthorityID) (civic.Visit, error) {
			return lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Visit, error) { return tx.Visit(ctx, a, v.ID) })
		}
		ofTicket := func(a civic.AuthorityID) (civic.Visit, error) {
			return lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Visit, error) { return tx.VisitOfTicket(ctx, a, k.ID) })
		}
		open := func() []civic.Visit {
			return read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Visit, error) { return tx.OpenVisits(ctx) })
		}
		update := func(v civic.Visit, from civic.VisitState) error {
			return attempt(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateVisit(ctx, v, from) })
		}
		equal(t, "visit", must(get(w.authority.ID))(t), v)
		equal(t, "of the ticket", must(ofTicket(w.authority.ID))(t), v)
		equal(t, "open", open(), []civic.Visit{v, second})
		_, err := get(other.authority.ID)
		refused(t, "of another authority", err, civic.NotFound, civic.KeyVisitOver)
		_, err = ofTicket(other.authority.ID)
		refused(t, "of another authority's ticket", err, civic.NotFound, civic.KeyVisitOver)
		refused(t, "second visit of a ticket", attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
			double := v
			double.ID, double.Room = "double", "double"
			return tx.InsertVisit(ctx, double)
		}), civic.Conflict, civic.KeyTakenByColleague)

		lost := must(must(v.Admit(now))(t).Lose(now))(t)
		if err := update(lost, civic.VisitOpen); err != nil {
			t.Fatal(err)
		}
		equal(t, "interrupted", must(get(w.authority.ID))(t), lost)
		refused(t, "interrupted twice", update(lost, civic.VisitOpen), civic.Conflict, civic.KeyVisitOver)
		foreign := lost
		foreign.AuthorityID = other.authority.ID
		refused(t, "moved by another authority", update(foreign, civic.VisitInterrupted), civic.NotFound, civic.KeyVisitOver)
		ended := must(lost.End(civic.OutcomeServed, now))(t)
		if err := update(ended, civic.VisitInterrupted); err != nil {
			t.Fatal(err)
		}
		equal(t, "ended", must(get(w.authority.ID))(t), ended)
		equal(t, "still open", open(), []civic.Visit{second})
		_, err = ofTicket(w.authority.ID)
		refused(t, "of the ticket, ended", err, civic.NotFound, civic.KeyVisitOver)
	})
}

func TestGrantWorksOnce(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a").save(t, s)
		_, v := w.call(t, s, w.draw(t, s, 1), w.desks[0])
		g := store.Grant{Hash: hash("token"), Authority: w.authority.ID, Visit: v.ID, Side: civic.SideCitizen, Participant: "p",
			Name: "Ada", Expires: now.Add(time.Minute)}
		old := g
		old.Hash, old.Expires = hash("old"), now
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.InsertGrant(ctx, g); err != nil {
				return err
			}
			return tx.InsertGrant(ctx, old)
		})
		take := func(token string) (got store.Grant, err error) {
			err = attempt(t, s, func(ctx context.Context, tx *store.Tx) (err error) {
				got, err = tx.TakeGrant(ctx, hash(token), now)
				return err
			})
			return got, err
		}
		equal(t, "first use", must(take("token"))(t), g)
		for _, token := range []string{"token", "old", "unknown"} {
			_, err := take(token)
			refused(t, token, err, civic.NotFound, civic.KeyGrantUnknown)
		}
	})
}
