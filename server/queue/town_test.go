package queue

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"
	_ "time/tzdata"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/store"
)

// town is a small authority on a real database with a clock that the test turns.
type town struct {
	*Service
	t       testing.TB
	ctx     context.Context
	clock   atomic.Int64 // microseconds
	ticking atomic.Bool  // every look at the clock moves it on
	id      civic.AuthorityID
	slug    string
	offices []civic.OfficeID
	clerks  []civic.Caller
	desks   map[deskAt]civic.DeskID
	drawn   int
}

type deskAt struct {
	clerk  int
	office civic.OfficeID
}

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) // 10:00 in Berlin

var towns atomic.Int64

// newTown founds a town with two offices, open around the clock, and three clerks who serve both. The names differ from
// town to town, so that many can stand on one database.
func newTown(t testing.TB, st *store.Store) *town {
	n := towns.Add(1)
	w := &town{t: t, ctx: t.Context(), slug: fmt.Sprintf("town-%d", n), id: civic.AuthorityID(fmt.Sprintf("town-%d", n)), desks: map[deskAt]civic.DeskID{}}
	w.clock.Store(monday.UnixMicro())
	s, err := still(st, bus.New(), w.time, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	w.Service = s
	t.Cleanup(s.Close)
	var hours civic.OpeningHours
	for day := time.Sunday; day <= time.Saturday; day++ {
		hours = append(hours, civic.Interval{Weekday: day, From: 0, To: 24 * 60})
	}
	err = st.Write(w.ctx, func(tx *store.Tx) error {
		a := civic.Authority{ID: w.id, Slug: w.slug, Name: civic.Text{"de": "Stadt"}, Phone: "1", Published: true}
		if err := tx.SaveAuthority(w.ctx, a); err != nil {
			return err
		}
		for i, prefix := range []string{"A", "B"} {
			o := civic.Office{ID: civic.OfficeID(w.slug + "/" + prefix), AuthorityID: w.id, Slug: prefix, Prefix: prefix, Position: i, Hours: hours, Name: civic.Text{"de": prefix}, ListsContacts: true}
			if err := tx.SaveOffice(w.ctx, o); err != nil {
				return err
			}
			w.offices = append(w.offices, o.ID)
		}
		for i := range 3 {
			c := civic.Clerk{ID: civic.ClerkID(fmt.Sprintf("%s/clerk-%d", w.slug, i)), AuthorityID: w.id, Email: fmt.Sprintf("c%d@%s.example", i, w.slug), Name: fmt.Sprintf("Clerk %d", i), ContactPerson: true, Offices: w.offices}
			if err := tx.SaveClerk(w.ctx, c); err != nil {
				return err
			}
			w.clerks = append(w.clerks, civic.Caller{Role: civic.RoleClerk, AuthorityID: w.id, Clerk: c.ID, Offices: w.offices})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *town) time() time.Time {
	if w.ticking.Load() {
		w.pass(time.Microsecond)
	}
	return time.UnixMicro(w.clock.Load()).UTC()
}

func (w *town) pass(d time.Duration) { w.clock.Add(d.Microseconds()) }

// open opens a clerk's desk at an office and remembers it.
func (w *town) open(clerk, office int) civic.DeskID {
	w.t.Helper()
	if err := w.OpenDesk(w.ctx, w.clerks[clerk], w.offices[office]); err != nil {
		w.t.Fatal(err)
	}
	snap, err := w.Fresh(w.ctx, w.id, w.offices[office])
	if err != nil {
		w.t.Fatal(err)
	}
	for _, d := range snap.Desks {
		if d.ClerkID == w.clerks[clerk].Clerk {
			w.desks[deskAt{clerk, w.offices[office]}] = d.ID
			return d.ID
		}
	}
	w.t.Fatal("an opened desk is not there")
	return ""
}

// draw draws a number; a tick of the clock keeps ranks apart.
func (w *town) draw(office int) (civic.Caller, error) {
	w.drawn++
	w.pass(time.Millisecond)
	secret := identity.NewSecret()
	t, err := w.Draw(w.ctx, Draw{
		Authority: w.slug, Office: w.offices[office], Lang: "de", SecretHash: secret.Hash, Idempotency: identity.Hash(fmt.Sprintf("%s-%d", w.slug, w.drawn)),
	})
	return civic.Caller{Role: civic.RoleCitizen, AuthorityID: w.id, Ticket: t.ID}, err
}

func (w *town) mustDraw(office int) civic.Caller {
	w.t.Helper()
	c, err := w.draw(office)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *town) ticket(c civic.Caller) civic.Ticket {
	w.t.Helper()
	t, err := w.Held(w.ctx, c)
	if err != nil {
		w.t.Fatal(err)
	}
	return t
}

func (w *town) want(c civic.Caller, state civic.TicketState) civic.Ticket {
	w.t.Helper()
	t := w.ticket(c)
	if t.State != state {
		w.t.Fatalf("ticket %s is %s, want %s", t.Label, t.State, state)
	}
	return t
}

func (w *town) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused wants an error of that code and text key.
func (w *town) refused(err error, code civic.Code, key string) {
	w.t.Helper()
	if civic.CodeOf(err) != code || civic.KeyOf(err) != key {
		w.t.Fatalf("error %v, want %s: %s", err, code, key)
	}
}
