package store_test

import (
	"context"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

func TestAuthorities(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w := newTown("a").save(t, s)
		newTown("b").save(t, s)
		w.authority.Slug, w.authority.Origins, w.authority.Texts = "new", nil, nil
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveAuthority(ctx, w.authority) })
		w.authority.Revision = 1 // saving again raises it
		equal(t, "by id", read(t, s, func(ctx context.Context, tx *store.Tx) (civic.Authority, error) {
			return tx.Authority(ctx, w.authority.ID)
		}), w.authority)
		bySlug := func(slug string) func(context.Context, *store.Tx) (civic.Authority, error) {
			return func(ctx context.Context, tx *store.Tx) (civic.Authority, error) { return tx.AuthorityBySlug(ctx, slug) }
		}
		equal(t, "by slug", read(t, s, bySlug("new")), w.authority)
		_, err := lookUp(t, s, bySlug("a"))
		refused(t, "old slug", err, civic.NotFound, civic.KeyAuthorityUnknown)
		_, err = lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Authority, error) { return tx.Authority(ctx, "x") })
		refused(t, "unknown id", err, civic.NotFound, civic.KeyAuthorityUnknown)
		w.authority.Slug = "b"
		refused(t, "slug of another", attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.SaveAuthority(ctx, w.authority)
		}), civic.Conflict, "slug_taken")
	})
}

func TestOffices(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w, other := newTown("a").save(t, s), newTown("b").save(t, s)
		offices := func() []civic.Office {
			return read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Office, error) {
				return tx.Offices(ctx, w.authority.ID)
			})
		}
		equal(t, "by position", offices(), []civic.Office{w.offices[1], w.offices[0]})

		o := w.offices[0]
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.SetInRow(ctx, w.authority.ID, o.ID, 2); err != nil {
				return err
			}
			if err := tx.SetIssuingStopped(ctx, w.authority.ID, o.ID, today); err != nil {
				return err
			}
			touched, err := tx.Touch(ctx, w.authority.ID, o.ID)
			o.InRow, o.IssuingStopped, o.Revision = 2, today, 1
			equal(t, "touched", touched, o)
			return err
		})
		settings := o // settings come from a form, which knows nothing of the queue
		settings.InRow, settings.IssuingStopped, settings.Revision = 0, "", 0
		settings.Name, settings.Hours, settings.Position, settings.AppointmentOnly = civic.Text{"de": "Neu"}, nil, 10, true
		o.Name, o.Hours, o.Position, o.AppointmentOnly = settings.Name, nil, 10, true
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveOffice(ctx, settings) })
		equal(t, "settings saved, queue kept", offices(), []civic.Office{w.offices[1], o})

		for what, err := range map[string]error{
			"office": func() error {
				_, err := lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Office, error) {
					return tx.Office(ctx, other.authority.ID, o.ID)
				})
				return err
			}(),
			"touch": attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Touch(ctx, other.authority.ID, o.ID)
				return err
			}),
			"in row": attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.SetInRow(ctx, other.authority.ID, o.ID, 1)
			}),
			"issuing": attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.SetIssuingStopped(ctx, other.authority.ID, o.ID, "")
			}),
			"save": attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
				stolen := o
				stolen.AuthorityID = other.authority.ID
				stolen.Slug = "stolen"
				return tx.SaveOffice(ctx, stolen)
			}),
			"save topic": attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.SaveTopic(ctx, other.authority.ID, w.topic)
			}),
		} {
			refused(t, what+" by another authority", err, civic.NotFound, civic.KeyOfficeUnknown)
		}
		refused(t, "slug taken", attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
			o.Slug = w.offices[1].Slug
			return tx.SaveOffice(ctx, o)
		}), civic.Conflict, "slug_taken")
	})
}

func TestTopics(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w, other := newTown("a").save(t, s), newTown("b").save(t, s)
		first := civic.Topic{ID: "z", OfficeID: w.offices[0].ID, Name: civic.Text{"de": "Zuerst"}}
		w.topic.Name = civic.Text{"de": "Pass"}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.SaveTopic(ctx, w.authority.ID, first); err != nil {
				return err
			}
			return tx.SaveTopic(ctx, w.authority.ID, w.topic)
		})
		equal(t, "topics", read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Topic, error) {
			return tx.Topics(ctx, w.authority.ID)
		}), []civic.Topic{first, w.topic})
		refused(t, "id of another authority's topic", attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
			stolen := other.topic
			stolen.ID = w.topic.ID
			return tx.SaveTopic(ctx, other.authority.ID, stolen)
		}), civic.NotFound, civic.KeyTopicUnknown)
	})
}

func TestClerks(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w, other := newTown("a").save(t, s), newTown("b").save(t, s)
		c := w.clerks[0]
		c.Name, c.Offices = "Frau Äpfel", []civic.OfficeID{w.offices[0].ID, w.offices[1].ID}
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveClerk(ctx, c) })
		bare := civic.Clerk{ID: "bare", AuthorityID: w.authority.ID, Email: "bare@a.example", Name: "Z", Role: civic.RoleClerk}
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveClerk(ctx, bare) })

		got := read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Clerk, error) { return tx.Clerks(ctx, w.authority.ID) })
		equal(t, "by name", got, []civic.Clerk{w.clerks[1], c, bare})
		equal(t, "one", read(t, s, func(ctx context.Context, tx *store.Tx) (civic.Clerk, error) {
			return tx.Clerk(ctx, w.authority.ID, c.ID)
		}), c)
		byEmail := func(email string) (civic.Clerk, error) {
			return lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Clerk, error) { return tx.ClerkByEmail(ctx, email) })
		}
		equal(t, "by e-mail in other case", must(byEmail(" cLERK0@A.example"))(t), c)
		_, err := byEmail("nobody@a.example")
		refused(t, "unknown e-mail", err, civic.NotFound, civic.KeyLoginWrong)
		_, err = lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Clerk, error) {
			return tx.Clerk(ctx, other.authority.ID, c.ID)
		})
		refused(t, "clerk of another authority", err, civic.NotFound, civic.KeyLoginWrong)

		save := func(c civic.Clerk) error {
			return attempt(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SaveClerk(ctx, c) })
		}
		double := other.clerks[0]
		double.Email = "CLERK0@a.example"
		refused(t, "e-mail taken", save(double), civic.Conflict, "email_taken")
		stolen := c
		stolen.AuthorityID, stolen.Email = other.authority.ID, "new@b.example"
		refused(t, "another authority's clerk", save(stolen), civic.NotFound, civic.KeyLoginWrong)
		foreign := c
		foreign.Offices = []civic.OfficeID{other.offices[0].ID}
		if err := save(foreign); err == nil {
			t.Error("a clerk must not serve another authority's office")
		}
		equal(t, "unharmed by all that", must(byEmail(c.Email))(t), c)
	})
}

func TestSessions(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w, other := newTown("a").save(t, s), newTown("b").save(t, s)
		one := civic.Session{ID: "s1", AuthorityID: w.authority.ID, ClerkID: w.clerks[0].ID, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(time.Hour)}
		two := one
		two.ID, two.ExpiresAt = "s2", now.Add(2*time.Hour)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.InsertSession(ctx, one, hash("one")); err != nil {
				return err
			}
			if err := tx.InsertSession(ctx, two, hash("two")); err != nil {
				return err
			}
			if err := tx.SeeSession(ctx, w.authority.ID, two.ID, now.Add(time.Minute)); err != nil {
				return err
			}
			return tx.SeeSession(ctx, other.authority.ID, one.ID, now.Add(time.Minute))
		})
		two.SeenAt = now.Add(time.Minute)
		get := func(token string) (civic.Session, error) {
			return lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Session, error) {
				return tx.SessionByHash(ctx, hash(token))
			})
		}
		equal(t, "one", must(get("one"))(t), one)
		equal(t, "two, seen", must(get("two"))(t), two)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			n, err := tx.DeleteSessionsBefore(ctx, one.ExpiresAt)
			equal(t, "expired", n, 1)
			return err
		})
		_, err := get("one")
		refused(t, "expired", err, civic.NotFound, civic.KeySessionOver)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.DeleteSession(ctx, w.authority.ID, two.ClerkID, two.ID)
		})
		_, err = get("two")
		refused(t, "logged out", err, civic.NotFound, civic.KeySessionOver)
	})
}

func TestDesks(t *testing.T) {
	forEachBackend(t, func(t *testing.T, s *store.Store) {
		w, other := newTown("a").save(t, s), newTown("b").save(t, s)
		d := w.desks[0]
		get := func(a civic.AuthorityID) (civic.Desk, error) {
			return lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Desk, error) { return tx.Desk(ctx, a, d.ID) })
		}
		equal(t, "desk", must(get(w.authority.ID))(t), d)
		_, err := get(other.authority.ID)
		refused(t, "desk of another authority", err, civic.NotFound, civic.KeyDeskUnknown)
		equal(t, "all", read(t, s, func(ctx context.Context, tx *store.Tx) ([]civic.Desk, error) {
			return tx.Desks(ctx, w.authority.ID, w.offices[0].ID)
		}), w.desks[:])
		equal(t, "of the clerk", read(t, s, func(ctx context.Context, tx *store.Tx) (civic.Desk, error) {
			return tx.DeskOf(ctx, w.authority.ID, w.offices[0].ID, w.clerks[0].ID)
		}), d)
		_, err = lookUp(t, s, func(ctx context.Context, tx *store.Tx) (civic.Desk, error) {
			return tx.DeskOf(ctx, w.authority.ID, w.offices[1].ID, w.clerks[0].ID)
		})
		refused(t, "in an office without", err, civic.NotFound, civic.KeyDeskUnknown)
		double := d
		double.ID = "double"
		refused(t, "second desk", attempt(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertDesk(ctx, double)
		}), civic.Conflict, civic.KeyDeskState)

		update := func(d civic.Desk, from civic.DeskState) error {
			return attempt(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateDesk(ctx, d, from) })
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.See(ctx, now.Add(time.Second), nil, []civic.DeskID{d.ID})
		})
		paused := must(d.Pause(now.Add(time.Hour), now))(t)
		if err := update(paused, civic.DeskOpen); err != nil {
			t.Fatal(err)
		}
		paused.SeenAt = now.Add(time.Second) // presence does not go back
		equal(t, "paused", must(get(w.authority.ID))(t), paused)
		refused(t, "paused twice", update(paused, civic.DeskOpen), civic.Conflict, civic.KeyDeskState)
		absent := must(paused.Vanish(now.Add(time.Minute)))(t)
		if err := update(absent, civic.DeskPaused); err != nil {
			t.Fatal(err)
		}
		back := must(absent.Back(now.Add(2 * time.Minute)))(t)
		if err := update(back, civic.DeskAbsent); err != nil {
			t.Fatal(err)
		}
		equal(t, "back", must(get(w.authority.ID))(t), back)
		foreign := back
		foreign.AuthorityID = other.authority.ID
		refused(t, "by another authority", update(foreign, civic.DeskOpen), civic.NotFound, civic.KeyDeskUnknown)
	})
}
