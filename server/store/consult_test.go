package store_test

import (
	"context"
	"testing"

	"schalter/server/civic"
	"schalter/server/store"
)

func TestConsults(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w, other := newTown("a").save(t, s), newTown("b").save(t, s)
		_, v := w.call(t, s, w.draw(t, s, 1), w.desks[0])
		v = must(v.Admit(now))(t)
		colleague := w.clerks[1].ID
		c := must(civic.NewConsult(v, "k", colleague, civic.WayVoice, "ein Plan", "apart", now))(t)
		insert := func(c civic.Consult) error {
			return attempt(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertConsult(ctx, c) })
		}
		update := func(c, from civic.Consult) error {
			return attempt(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateConsult(ctx, c, from) })
		}
		ofVisit := func(a civic.AuthorityID) (civic.Consult, error) {
			return lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Consult, error) { return tx.ConsultOfVisit(ctx, a, v.ID) })
		}
		of := func(a civic.AuthorityID, clerk civic.ClerkID) []civic.Consult {
			return read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Consult, error) { return tx.ConsultsOf(ctx, a, clerk) })
		}
		joined := func() int {
			return read(t, s, func(ctx context.Context, tx *store.Tx) (int, error) {
				return tx.JoinedVisit(ctx, w.authority.ID, v.ID)
			})
		}
		if err := insert(c); err != nil {
			t.Fatal(err)
		}
		equal(t, "of the visit", must(ofVisit(w.authority.ID))(t), c)
		equal(t, "of who asked", of(w.authority.ID, c.Asker), []civic.Consult{c})
		equal(t, "of who is asked", of(w.authority.ID, colleague), []civic.Consult{c})
		equal(t, "seen by another authority", of(other.authority.ID, colleague), []civic.Consult(nil))
		_, err := ofVisit(other.authority.ID)
		refused(t, "of another authority", err, civic.NotFound, civic.KeyConsultOver)
		_, err = lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Consult, error) {
			return tx.Consult(ctx, other.authority.ID, c.ID)
		})
		refused(t, "looked up by another authority", err, civic.NotFound, civic.KeyConsultOver)

		second := c
		second.ID, second.Room = "second", "second"
		refused(t, "a second one of the visit", insert(second), civic.Conflict, civic.KeyConsultState)
		_, elsewhere := w.call(t, s, w.draw(t, s, 2), w.desks[1])
		second.VisitID, second.Asker = elsewhere.ID, w.clerks[1].ID
		refused(t, "a second one of the colleague", insert(second), civic.Conflict, civic.KeyColleagueBusy)

		speaking := must(c.Accept(now))(t)
		if err := update(speaking, c); err != nil {
			t.Fatal(err)
		}
		equal(t, "accepted", must(ofVisit(w.authority.ID))(t), speaking)
		refused(t, "accepted twice", update(speaking, c), civic.Conflict, civic.KeyConsultState)
		foreign := speaking
		foreign.AuthorityID = other.authority.ID
		refused(t, "moved by another authority", update(foreign, speaking), civic.NotFound, civic.KeyConsultOver)
		left := must(speaking.Leave())(t)
		if err := update(left, speaking); err != nil {
			t.Fatal(err)
		}
		equal(t, "of who has left", of(w.authority.ID, colleague), []civic.Consult(nil))
		equal(t, "of who asked, still", of(w.authority.ID, c.Asker), []civic.Consult{left})
		if n := joined(); n != 0 {
			t.Errorf("%d have taken part", n)
		}
		enters := func(a civic.AuthorityID, participant string) {
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.ColleagueEntered(ctx, a, v.ID, participant, now)
			})
		}
		enters(other.authority.ID, c.Participant())
		enters(w.authority.ID, "colleague-nobody")
		if n := joined(); n != 0 {
			t.Errorf("%d have taken part before anybody came", n)
		}
		enters(w.authority.ID, c.Participant())
		ended := must(left.End())(t)
		if err := update(ended, left); err != nil {
			t.Fatal(err)
		}
		if n := joined(); n != 1 || len(of(w.authority.ID, c.Asker)) != 0 {
			t.Errorf("%d have taken part", n)
		}
		if err := insert(second); err != nil {
			t.Errorf("the colleague is free again: %v", err)
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteConsults(ctx, other.authority.ID, v.ID) })
		if joined() != 1 {
			t.Error("another authority has deleted it")
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteConsults(ctx, w.authority.ID, v.ID) })
		if joined() != 0 {
			t.Error("still there")
		}
	})
}
