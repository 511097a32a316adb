package statistics

import (
	"context"
	"fmt"
	"testing"
	"time"
	_ "time/tzdata"

	"schalter/server/civic"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// town is an authority with three offices, one of them retired, and a clock that the test sets.
type town struct {
	*Service
	t   *testing.T
	st  *store.Store
	now time.Time
	id  civic.AuthorityID
}

const (
	main   civic.OfficeID = "main"
	second civic.OfficeID = "second"
	old    civic.OfficeID = "old" // retired
)

// admin and supervisor are of the town; the supervisor manages the office "main" only.
var (
	admin      = civic.Caller{Role: civic.RoleAdmin, AuthorityID: "a", Clerk: "c-1"}
	supervisor = civic.Caller{Role: civic.RoleSupervisor, AuthorityID: "a", Clerk: "c-2", Offices: []civic.OfficeID{main}}
)

func each(t *testing.T, fn func(*testing.T, *town)) {
	storetest.Each(t, func(t *testing.T, st *store.Store) { fn(t, newTown(t, st)) })
}

func newTown(t *testing.T, st *store.Store) *town {
	w := &town{t: t, st: st, id: "a", now: time.Date(2026, 11, 25, 11, 0, 0, 0, time.UTC)} // a Wednesday, noon in Berlin
	s, err := New(st, func() time.Time { return w.now })
	if err != nil {
		t.Fatal(err)
	}
	w.Service = s
	w.write(func(ctx context.Context, tx *store.Tx) error {
		for _, a := range []civic.AuthorityID{"a", "b"} {
			if err := tx.SaveAuthority(ctx, civic.Authority{ID: a, Slug: string(a), Name: civic.Text{"de": "Stadt"}}); err != nil {
				return err
			}
		}
		for i, o := range []civic.Office{{ID: main}, {ID: second}, {ID: old, Retired: true}, {ID: "foreign", AuthorityID: "b"}} {
			if o.AuthorityID == "" {
				o.AuthorityID = "a"
			}
			o.Slug, o.Name, o.Position = string(o.ID), civic.Text{"de": "Amt " + string(o.ID)}, i
			if err := tx.SaveOffice(ctx, o); err != nil {
				return err
			}
		}
		for i, topic := range []civic.Topic{{ID: "pass", OfficeID: main}, {ID: "plan", OfficeID: second}} {
			topic.Position, topic.Name = i, civic.Text{"de": string(topic.ID)}
			if err := tx.SaveTopic(ctx, "a", topic); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

func (w *town) write(fn func(context.Context, *store.Tx) error) {
	w.t.Helper()
	ctx := w.t.Context()
	if err := w.st.Write(ctx, func(tx *store.Tx) error { return fn(ctx, tx) }); err != nil {
		w.t.Fatal(err)
	}
}

// clerk adds one to the staff list.
func (w *town) clerk(id civic.ClerkID, contact, disabled bool, offices ...civic.OfficeID) {
	w.t.Helper()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.SaveClerk(ctx, civic.Clerk{
			ID: id, AuthorityID: w.id, Email: string(id) + "@a.example", Name: "Frau " + string(id), ContactPerson: contact, Disabled: disabled, Offices: offices,
		})
	})
}

// ticket is the record of a number drawn at that hour, n times.
func (w *town) ticket(n int, office civic.OfficeID, topic civic.TopicID, day civic.Day, hour int, o civic.Outcome, wait int) {
	w.t.Helper()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		for range n {
			err := tx.InsertTicketRecord(ctx, store.TicketRecord{Authority: w.authorityOf(office), Office: office, Topic: topic, Day: day, Hour: hour,
				Weekday: weekday(w.t, day), Outcome: o, WaitSeconds: wait})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// visit is the record of a visit, n times.
func (w *town) visit(n int, office civic.OfficeID, topic civic.TopicID, day civic.Day, hour, seconds, participants int, clerk civic.ClerkID) {
	w.t.Helper()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		for range n {
			err := tx.InsertVisitRecord(ctx, store.VisitRecord{Authority: w.authorityOf(office), Office: office, Topic: topic, Day: day, Hour: hour,
				Weekday: weekday(w.t, day), Outcome: civic.OutcomeServed, Seconds: seconds, Participants: participants, Clerk: clerk})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *town) staffed(office civic.OfficeID, day civic.Day, seconds int) {
	w.t.Helper()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertDeskRecord(ctx, store.DeskRecord{Authority: w.authorityOf(office), Office: office, Day: day, Seconds: seconds})
	})
}

func (w *town) authorityOf(office civic.OfficeID) civic.AuthorityID {
	if office == "foreign" {
		return "b"
	}
	return w.id
}

func weekday(t *testing.T, day civic.Day) time.Weekday {
	t.Helper()
	at, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		t.Fatal(err)
	}
	return at.Weekday()
}

func (w *town) figures(caller civic.Caller, q Query) Figures {
	w.t.Helper()
	f, err := w.Figures(w.t.Context(), caller, q)
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

func refused(t *testing.T, err error, code civic.Code, key string) {
	t.Helper()
	if civic.CodeOf(err) != code || civic.KeyOf(err) != key {
		t.Errorf("error %v, want %s: %s", err, code, key)
	}
}

// says is a row as a table would show it.
func says(r Row) string {
	counts := ""
	for _, c := range r.counts() {
		switch c.Hidden {
		case Few:
			counts += " <5"
		case Guarded:
			counts += " ?"
		case Unknown:
			counts += " -"
		default:
			counts += fmt.Sprintf(" %d", c.N)
		}
	}
	return counts[1:] + " wait " + spreadSays(r.Wait) + " talk " + spreadSays(r.Talk) + " talking " + minutesSay(r.Talking) + " open " + minutesSay(r.Open)
}

func spreadSays(s *Spread) string {
	if s == nil {
		return "-"
	}
	return fmt.Sprintf("%d/%d/%d", s.Mean, s.Median, s.P90)
}

func minutesSay(seconds *int) string {
	if seconds == nil {
		return "-"
	}
	return fmt.Sprint(Minutes(*seconds))
}
