package store_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"schalter/server/civic"
	"schalter/server/store"
)

// TestExport: what a citizen is told of, the same from both databases, and nothing that opens a door.
func TestExport(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w, other := newTown("a").save(t, s), newTown("b").save(t, s)
		k, v := w.call(t, s, w.draw(t, s, 1), w.desks[0])
		shown := must(v.Invite("g1", civic.Interpreter, "Herr Yılmaz", v.ClerkID, nil, now))(t)
		hidden := must(v.Invite("g2", civic.Expert, "Frau Unbekannt", v.ClerkID, nil, now))(t)
		shown = must(shown.Knock(v, now))(t)
		entered := must(v.Admit(now))(t)
		c := must(civic.NewConsult(entered, "consult", w.clerks[1].ID, civic.WayVoice, "bringt den Plan mit", "a secret room", now))(t)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for _, g := range []civic.Guest{shown, hidden} {
				if err := tx.InsertGuest(ctx, g, []byte("hash of "+g.ID)); err != nil {
					return err
				}
			}
			if err := tx.InsertConsult(ctx, c); err != nil {
				return err
			}
			return tx.SetCaptioner(ctx, v.AuthorityID, v.ID, []byte("hash of a captioner"))
		})
		export := func(a civic.AuthorityID) (ticket map[string]any, visits []map[string]any, err error) {
			err = s.Read(t.Context(), func(tx *store.Tx) (err error) {
				ticket, visits, err = tx.Export(t.Context(), a, k.ID)
				return err
			})
			return ticket, visits, err
		}
		_, _, err := export(other.authority.ID)
		refused(t, "of another authority", err, civic.NotFound, civic.KeyTicketUnknown)
		ticket, visits, err := export(w.authority.ID)
		if err != nil || len(visits) != 1 || ticket["name"] != "Ada" {
			t.Fatalf("exported %v, %v, %v", ticket, visits, err)
		}
		raw, err := json.Marshal(visits[0])
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Captioned, Locked bool
			Guests            []struct {
				Kind, State, Name string
				Knocked           *string `json:"knocked_at"`
			}
			Consults []struct {
				Way, Wish, Note string
				Later           bool
				Asked           string  `json:"asked_at"`
				Agreed          *string `json:"agreed_at"`
			}
		}
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatalf("%v in %s", err, raw)
		}
		if !got.Captioned || got.Locked || len(got.Guests) != 2 || len(got.Consults) != 1 {
			t.Fatalf("exported %s", raw)
		}
		if g := got.Guests; g[0].Name != "Herr Yılmaz" || g[0].Knocked == nil || g[0].State != "waiting" || g[1].Name != "" || g[1].Knocked != nil || g[1].Kind != "expert" {
			t.Errorf("guests %+v", g)
		}
		if k := got.Consults[0]; k.Wish != "voice" || k.Note != "bringt den Plan mit" || !strings.HasPrefix(k.Asked, "2026-11-21T09:30:00") || k.Agreed != nil {
			t.Errorf("consult %+v", k)
		}
		for _, secret := range []string{"hash", "secret room", "aGFzaC", "Unbekannt"} { // aGFzaC: "hash" in base64
			if strings.Contains(string(raw), secret) {
				t.Errorf("%q is in %s", secret, raw)
			}
		}
	})
}
