package visit

import (
	"log/slog"
	"testing"
	"time"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/sfu"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// begun returns a service with a visit whose citizen has just been called.
func begun(t *testing.T) (*Service, civic.Visit) {
	t.Helper()
	const town = "a-town"
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	st := storetest.SQLite(t)
	office := civic.Office{ID: "office", AuthorityID: town, Slug: "office", Name: civic.Text{"de": "Bürgerbüro"}, Prefix: "H"}
	clerk := civic.Clerk{
		ID: "clerk", AuthorityID: town, Email: "clerk@town.example", Name: "Frau Huber", PasswordHash: "-",
		Offices: []civic.OfficeID{office.ID}, Role: civic.RoleClerk,
	}
	now := time.Now()
	desk := civic.Desk{ID: "desk", AuthorityID: town, OfficeID: office.ID, ClerkID: clerk.ID, State: civic.DeskOpen, OpenedAt: now, SeenAt: now}
	waiting := civic.Draw(office, "ticket", "2026-11-22", 1, now)
	called, err := waiting.Call(office, desk, now)
	must(err)
	v := civic.Visit{
		ID: "visit", AuthorityID: town, OfficeID: office.ID, TicketID: called.ID, DeskID: desk.ID, ClerkID: clerk.ID,
		State: civic.VisitOpen, Room: "room", CalledAt: now,
	}
	must(st.Write(t.Context(), func(tx *store.Tx) error {
		for _, do := range []func() error{
			func() error {
				return tx.SaveAuthority(t.Context(), civic.Authority{ID: town, Slug: "town", Name: civic.Text{"de": "Stadt"}})
			},
			func() error { return tx.SaveOffice(t.Context(), office) },
			func() error { return tx.SaveClerk(t.Context(), clerk) },
			func() error { return tx.InsertDesk(t.Context(), desk) },
			func() error { return tx.InsertTicket(t.Context(), waiting, hash("secret"), hash("key")) },
			func() error { return tx.UpdateTicket(t.Context(), called, civic.Waiting) },
			func() error { return tx.InsertVisit(t.Context(), v) },
		} {
			if err := do(); err != nil {
				return err
			}
		}
		return nil
	}))
	media, err := sfu.New(sfu.Config{Listen: "127.0.0.1:0"})
	must(err)
	s := New(st, bus.New(), media, nil, time.Now, nil, slog.New(slog.DiscardHandler))
	t.Cleanup(func() {
		s.Close()
		must(media.Close())
	})
	return s, v
}

// TestATokenThatIsVoidedInTheMomentOfEntering: between the first look at a captioner's token and its place in the room the clerk
// takes it back, or makes another. Whoever comes by it is refused, though the one who voided it found nobody to put out.
func TestATokenThatIsVoidedInTheMomentOfEntering(t *testing.T) {
	caller := civic.Caller{Role: civic.RoleClerk, AuthorityID: "a-town", Clerk: "clerk"}
	for how, void := range map[string]func(*Service, civic.Visit) error{
		"withdrawn": func(s *Service, v civic.Visit) error { return s.WithdrawCaptioner(t.Context(), caller, v) },
		"replaced": func(s *Service, v civic.Visit) error {
			_, err := s.IssueCaptioner(t.Context(), caller, v)
			return err
		},
	} {
		t.Run(how, func(t *testing.T) {
			s, v := begun(t)
			token, err := s.IssueCaptioner(t.Context(), caller, v)
			if err != nil {
				t.Fatal(err)
			}
			found, err := s.captioned(t.Context(), token)
			if err != nil || found.ID != v.ID {
				t.Fatalf("found %s, %v", found.ID, err)
			}
			if err := void(s, v); err != nil {
				t.Fatal(err)
			}
			c, err := s.caption(t.Context(), found, token, func(View) {}, func(End) {})
			if civic.CodeOf(err) != civic.Unauthenticated || c != nil {
				t.Errorf("a captioner by a void token is in: %v", err)
			}
		})
	}
}
