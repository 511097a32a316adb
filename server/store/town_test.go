package store_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"reflect"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

func forEachBackend(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	storetest.Each(t, test)
}

// now is a Saturday's morning; every time of the tests is counted from it.
var now = time.Date(2026, 11, 21, 9, 30, 0, 123456000, time.UTC)

const today = civic.Day("2026-11-21")

func hash(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

// town is an authority with two offices, a topic, two clerks and their desks; and another one like it, to look from.
type town struct {
	authority civic.Authority
	offices   [2]civic.Office
	topic     civic.Topic
	clerks    [2]civic.Clerk
	desks     [2]civic.Desk // both in the first office
}

func newTown(name string) town {
	a := civic.AuthorityID("authority-" + name)
	w := town{
		authority: civic.Authority{
			ID: a, Slug: name, Name: civic.Text{"de": "Stadt " + name, "en": "Town of " + name}, Phone: "+49 30 1",
			Email: "post@" + name + ".example", Address: "Markt 1", Privacy: "/privacy", Imprint: "/imprint",
			Statement: "/a11y", Accent: "#336699", Origins: []string{"https://" + name + ".example"},
			Texts: map[string]civic.Text{"draw": {"de": "Ziehen"}},
		},
		topic: civic.Topic{ID: civic.TopicID("topic-" + name), Name: civic.Text{"de": "Ausweis"}, Position: 1},
	}
	for i := range w.offices {
		w.offices[i] = civic.Office{
			ID: civic.OfficeID(fmt.Sprintf("office-%s-%d", name, i)), AuthorityID: a, Slug: fmt.Sprintf("o%d", i),
			Name: civic.Text{"de": "Bürgerbüro"}, About: civic.Text{"de": "Ausweise"}, Prefix: "H", Position: 9 - i,
			Hours: civic.OpeningHours{{Weekday: time.Monday, From: 480, To: 720}}, Phone: "2", Email: "o@x.example",
			AppointmentOnly: i == 1, ListsContacts: i == 0,
		}
		c := civic.ClerkID(fmt.Sprintf("clerk-%s-%d", name, i))
		w.clerks[i] = civic.Clerk{
			ID: c, AuthorityID: a, Email: fmt.Sprintf("Clerk%d@%s.example", i, name), Name: fmt.Sprintf("Frau %d", i),
			PasswordHash: "$argon2id$", ContactPerson: i == 0, Offices: []civic.OfficeID{w.offices[0].ID}, Role: civic.RoleClerk,
		}
		w.desks[i] = civic.Desk{
			ID: civic.DeskID(fmt.Sprintf("desk-%s-%d", name, i)), AuthorityID: a, OfficeID: w.offices[0].ID, ClerkID: c,
			State: civic.DeskOpen, OpenedAt: now, SeenAt: now,
		}
	}
	w.topic.OfficeID = w.offices[0].ID
	return w
}

func (w town) save(t *testing.T, s *store.Store) town {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.SaveAuthority(ctx, w.authority); err != nil {
			return err
		}
		for _, o := range w.offices {
			if err := tx.SaveOffice(ctx, o); err != nil {
				return err
			}
		}
		if err := tx.SaveTopic(ctx, w.authority.ID, w.topic); err != nil {
			return err
		}
		for i := range w.clerks {
			if err := tx.SaveClerk(ctx, w.clerks[i]); err != nil {
				return err
			}
			if err := tx.InsertDesk(ctx, w.desks[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

// ticket makes a waiting ticket, not stored. Only the queue in which it stands is checked by the database.
func (w town) ticket(number int) civic.Ticket {
	id := civic.TicketID(fmt.Sprintf("ticket-%s-%d", w.authority.Slug, number))
	t := civic.Draw(w.offices[0], id, today, number, now.Add(time.Duration(number)*time.Second))
	t.Topic, t.Name, t.Lang, t.Camera = w.topic.ID, "Ada", "de", civic.CheckReady
	return t
}

// draw stores the waiting ticket of that number.
func (w town) draw(t *testing.T, s *store.Store, number int) civic.Ticket {
	t.Helper()
	k := w.ticket(number)
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertTicket(ctx, k, hash("secret "+string(k.ID)), hash("key "+string(k.ID)))
	})
	return k
}

// call stores the ticket as called by the desk, and its visit.
func (w town) call(t *testing.T, s *store.Store, k civic.Ticket, d civic.Desk) (civic.Ticket, civic.Visit) {
	t.Helper()
	called := must(k.Call(civic.Office{}, d, now))(t)
	v := civic.NewVisit(called, d, civic.VisitID("visit-"+k.ID), "room-"+string(k.ID), now)
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.UpdateTicket(ctx, called, k.State); err != nil {
			return err
		}
		return tx.InsertVisit(ctx, v)
	})
	return called, v
}

func write(t *testing.T, s *store.Store, fn func(context.Context, *store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), func(tx *store.Tx) error { return fn(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

// attempt returns what a write answers.
func attempt(t *testing.T, s *store.Store, fn func(context.Context, *store.Tx) error) error {
	t.Helper()
	return s.Write(t.Context(), func(tx *store.Tx) error { return fn(t.Context(), tx) })
}

// read returns what a query finds.
func read[T any](t *testing.T, s *store.Store, query func(context.Context, *store.Tx) (T, error)) T {
	t.Helper()
	v, err := lookUp(t, s, query)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func lookUp[T any](t *testing.T, s *store.Store, query func(context.Context, *store.Tx) (T, error)) (v T, err error) {
	t.Helper()
	err = s.Read(t.Context(), func(tx *store.Tx) error {
		var err error
		v, err = query(t.Context(), tx)
		return err
	})
	return v, err
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func refused(t *testing.T, what string, err error, code civic.Code, key string) {
	t.Helper()
	if civic.CodeOf(err) != code || civic.KeyOf(err) != key {
		t.Errorf("%s: got %v, want %s: %s", what, err, code, key)
	}
}
