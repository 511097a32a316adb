package queue

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/store"
)

// change changes an authority and an office as the administration does: rows and a hint.
func (w *town) change(office int, fn func(*civic.Authority, *civic.Office)) {
	w.t.Helper()
	w.ok(w.store.Write(w.ctx, func(tx *store.Tx) error {
		a, err := tx.Authority(w.ctx, w.id)
		if err != nil {
			return err
		}
		o, err := tx.Touch(w.ctx, w.id, w.offices[office])
		if err != nil {
			return err
		}
		fn(&a, &o)
		if err := tx.SaveAuthority(w.ctx, a); err != nil {
			return err
		}
		return tx.SaveOffice(w.ctx, o)
	}))
	w.bus.Publish(bus.Office(w.offices[office]))
}

// at turns the clock to a time of day in Berlin, on the town's Monday or so many days later.
func (w *town) at(days int, clock string) {
	w.t.Helper()
	t, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-23 "+clock, w.loc)
	w.ok(err)
	w.clock.Store(t.AddDate(0, 0, days).UnixMicro())
}

func (w *town) status(office int) civic.Status {
	w.t.Helper()
	snap, err := w.Fresh(w.ctx, w.id, w.offices[office])
	w.ok(err)
	return snap.Status
}

// shows compares what is shown with what may be done: both are the same table.
func (w *town) shows(text string, draws bool) civic.Status {
	w.t.Helper()
	s := w.status(0)
	if s.Text != text || (s.Action == civic.ActionDraw) != draws {
		w.t.Fatalf("at %v the office shows %s, %s", w.time().In(w.loc), s.Text, s.Action)
	}
	if _, err := w.draw(0); (err == nil) != draws || err != nil && civic.KeyOf(err) != civic.KeyOf(s.MayDraw()) {
		w.t.Fatalf("shown %s, and drawn: %v", s.Text, err)
	}
	return s
}

func office(from, to int) civic.OpeningHours {
	var h civic.OpeningHours
	for day := time.Monday; day <= time.Friday; day++ {
		h = append(h, civic.Interval{Weekday: day, From: from * 60, To: to * 60})
	}
	return h
}

func TestHolidaysClosuresAndExtraOpenings(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.change(0, func(a *civic.Authority, o *civic.Office) {
			o.Hours, a.Holidays = office(8, 16), civic.Holidays{Land: "BY"}
			a.Closures = []civic.Closure{{From: "2026-11-24", To: "2026-11-24", Name: civic.Text{"de": "Personalversammlung"}, Start: 600, End: 720}}
			o.Closures = []civic.Closure{{From: "2026-12-28", To: "2027-01-05", Name: civic.Text{"de": "Winterpause"}}}
			o.Openings = []civic.Opening{{Day: "2027-01-06", From: 600, To: 660}}
		})
		w.open(0, 0)
		w.shows(civic.TextOpenFree, true)
		w.at(1, "10:00")
		if s := w.shows(civic.TextClosedUntil, false); s.Until.In(w.loc).Format("15:04") != "12:00" {
			t.Errorf("an assembly until %v", s.Until)
		}
		w.at(1, "12:00")
		w.ok(w.OpenDesk(w.ctx, w.clerks[0], w.offices[0])) // nobody's page has answered since yesterday
		w.shows(civic.TextWaiting, true)
		w.at(32, "09:00") // Friday, 25 December
		s := w.shows(civic.TextHoliday, false)
		if s.Reason["de"] != "1. Weihnachtstag" || civic.DayOf(s.Until, w.loc) != "2027-01-06" {
			t.Errorf("Christmas: %+v", s)
		}
		w.at(36, "09:00")
		if s := w.shows(civic.TextHoliday, false); s.Reason["de"] != "Winterpause" || s.Until.In(w.loc).Format("2.1. 15:04") != "6.1. 10:00" {
			t.Errorf("winter: %+v", s)
		}
		w.at(44, "10:00") // Epiphany, open for an hour
		w.ok(w.SeenClerk(w.ctx, w.clerks[0]))
		w.ok(w.Due(w.ctx))
		w.shows(civic.TextOpenFree, true)
		w.at(44, "11:00")
		w.shows(civic.TextClosedUntil, false)
		snap, err := w.Fresh(w.ctx, w.id, w.offices[0])
		w.ok(err)
		if today := snap.Days[0]; len(snap.Days) != 7 || len(today.Open) != 1 || today.Open[0].From != 600 || len(snap.Days[1].Open) != 1 || len(snap.Days[3].Open) != 0 {
			t.Errorf("the coming days: %+v", snap.Days)
		}
	})
}

// known gives the office conversations of that length.
func (w *town) known(seconds ...int) {
	w.t.Helper()
	w.ok(w.store.Write(w.ctx, func(tx *store.Tx) error {
		for _, n := range seconds {
			err := tx.InsertVisitRecord(w.ctx, store.VisitRecord{Authority: w.id, Office: w.offices[0], Day: civic.DayOf(w.time(), w.loc), Outcome: civic.OutcomeServed, Seconds: n})
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// TestClosingTimeNears: a queue that is too long for the rest of the day gets no more people, those in it are told, keep
// their places and are called after the closing too; when the queue gets shorter, numbers are issued again.
func TestClosingTimeNears(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.change(0, func(_ *civic.Authority, o *civic.Office) { o.Hours, o.StopsWhenFull = office(8, 16), true })
		w.at(0, "15:00")
		desk := w.open(0, 0)
		w.known(600, 600, 600, 600)
		var queue []civic.Caller
		for { // ten minutes each, fifty-five until the buffer
			k, err := w.draw(0)
			if err != nil {
				w.refused(err, civic.Conflict, civic.KeyIssuingFull)
				break
			}
			queue = append(queue, k)
		}
		if len(queue) != 6 {
			t.Errorf("%d numbers until 16:00, want 6: the last one's turn is at 15:50", len(queue))
		}
		if s := w.shows(civic.TextIssuingStopped, false); s.Stop != civic.StoppedByTime || s.TextWaiting() != civic.TextIssuingStopped {
			t.Errorf("%+v", s)
		}
		w.ok(w.Leave(w.ctx, queue[5]))
		w.shows(civic.TextWaiting, true) // reopened by itself
		w.shows(civic.TextIssuingStopped, false)
		w.ok(w.OpenDesk(w.ctx, w.clerks[1], w.offices[0]))
		w.shows(civic.TextWaiting, true) // a second desk halves the wait
		w.at(0, "16:00")
		w.ok(w.SeenClerk(w.ctx, w.clerks[0]))
		w.shows(civic.TextClosedUntil, false)
		w.want(queue[0], civic.Waiting)
		_, err := w.Call(w.ctx, w.clerks[0], desk, queue[0].Ticket, civic.ReasonAgreed)
		w.ok(err)
		w.want(queue[0], civic.Called)
	})
}

func TestWithoutEstimateNothingStops(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.change(0, func(_ *civic.Authority, o *civic.Office) { o.Hours, o.StopsWhenFull = office(8, 16), true })
		w.at(0, "15:58")
		w.open(0, 0)
		w.known(600, 600) // too few to say anything
		w.shows(civic.TextOpenFree, true)
		w.shows(civic.TextWaiting, true)
		w.change(0, func(_ *civic.Authority, o *civic.Office) { o.StopsWhenFull = false })
		w.known(6000)
		w.shows(civic.TextWaiting, true)
	})
}

func TestTheDaysNumbersAreNeverExceeded(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		const limit = 17
		w.change(0, func(_ *civic.Authority, o *civic.Office) { o.DayLimit = limit })
		w.open(0, 0)
		var drawn atomic.Int32
		var wg sync.WaitGroup
		for range 3 * limit {
			wg.Go(func() {
				secret := identity.NewSecret()
				_, err := w.Draw(context.WithoutCancel(w.ctx), Draw{Authority: w.slug, Office: w.offices[0], SecretHash: secret.Hash, Idempotency: identity.Hash(secret.Text + "key")})
				switch {
				case err == nil:
					drawn.Add(1)
				case civic.KeyOf(err) != civic.KeyIssuingLimit:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if drawn.Load() != limit {
			t.Errorf("%d numbers, want exactly %d", drawn.Load(), limit)
		}
		if s := w.shows(civic.TextIssuingStopped, false); s.Stop != civic.StoppedByLimit {
			t.Errorf("%+v", s)
		}
		w.at(1, "09:00")
		w.ok(w.SeenClerk(w.ctx, w.clerks[0]))
		w.ok(w.Due(w.ctx))
		w.ok(w.OpenDesk(w.ctx, w.clerks[0], w.offices[0]))
		w.shows(civic.TextOpenFree, true) // a new day
	})
}

func TestUnpublishedAndRetired(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.open(0, 0)
		holder := w.mustDraw(0)
		w.change(0, func(a *civic.Authority, _ *civic.Office) { a.Published = false })
		w.shows(civic.TextUnpublished, false)
		w.change(0, func(a *civic.Authority, o *civic.Office) { a.Published, o.Retired = true, true })
		_, err := w.draw(0)
		w.refused(err, civic.NotFound, civic.KeyOfficeUnknown)
		_, offices, err := w.Board(w.ctx, w.slug)
		w.ok(err)
		if len(offices) != 1 || offices[0].Office.ID != w.offices[1] {
			t.Errorf("%d offices on the board", len(offices))
		}
		snap, err := w.Fresh(w.ctx, w.id, w.offices[0])
		w.ok(err)
		if _, _, ok := snap.Ticket(holder.Ticket); !ok || snap.Office.Name["de"] != "A" {
			t.Error("a running ticket has lost its office's name")
		}
	})
}

func TestARetiredTopicIsNamedButNotOffered(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		topic := civic.Topic{ID: civic.TopicID(w.slug + "/topic"), OfficeID: w.offices[0], Name: civic.Text{"de": "Ausweis"}}
		save := func() {
			w.ok(w.store.Write(w.ctx, func(tx *store.Tx) error { return tx.SaveTopic(w.ctx, w.id, topic) }))
		}
		save()
		w.open(0, 0)
		draw := Draw{Authority: w.slug, Office: w.offices[0], Topic: topic.ID, SecretHash: identity.Hash(w.slug + "1"), Idempotency: identity.Hash(w.slug + "2")}
		_, err := w.Draw(w.ctx, draw)
		w.ok(err)
		topic.Retired = true
		save()
		snap, err := w.Fresh(w.ctx, w.id, w.offices[0])
		w.ok(err)
		if len(snap.TopicList) != 0 || snap.Topics[topic.ID].Name["de"] != "Ausweis" {
			t.Errorf("offered: %v, named: %v", snap.TopicList, snap.Topics)
		}
		draw.SecretHash, draw.Idempotency = identity.Hash(w.slug+"3"), identity.Hash(w.slug+"4")
		_, err = w.Draw(w.ctx, draw)
		w.refused(err, civic.NotFound, civic.KeyTopicUnknown)
	})
}

// TestContactPersons: each is free, in conversation or not in, at each office by its own desk, but busy at all at once.
func TestContactPersons(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		state := func(office, clerk int) string {
			t.Helper()
			snap, err := w.Fresh(w.ctx, w.id, w.offices[office])
			w.ok(err)
			i := slices.IndexFunc(snap.Contacts, func(c Contact) bool { return c.Clerk.ID == w.clerks[clerk].Clerk })
			switch {
			case i < 0:
				return "not listed"
			case !snap.Contacts[i].Open:
				return "away"
			case snap.Contacts[i].Busy:
				return "busy"
			}
			return "free"
		}
		want := func(step string, here, there, colleague string) {
			t.Helper()
			if a, b, c := state(0, 0), state(1, 0), state(0, 1); a != here || b != there || c != colleague {
				t.Errorf("%s: %s, %s, %s, want %s, %s, %s", step, a, b, c, here, there, colleague)
			}
		}
		want("before work", "away", "away", "away")
		desk := w.open(0, 0)
		want("one desk", "free", "away", "away")
		w.open(0, 1)
		want("at two offices", "free", "free", "away")
		k := w.mustDraw(0)
		_, err := w.Call(w.ctx, w.clerks[0], desk, k.Ticket, civic.ReasonAgreed)
		w.ok(err)
		want("has called at one", "busy", "busy", "away")
		_, err = w.Enter(w.ctx, k)
		w.ok(err)
		w.ok(w.Settle(w.ctx, w.clerks[0], desk, civic.MoveFinish))
		want("after it", "free", "free", "away")
		w.ok(w.PauseDesk(w.ctx, w.clerks[0], desk, time.Time{}))
		want("paused at one", "away", "free", "away")
		w.ok(w.store.Write(w.ctx, func(tx *store.Tx) error {
			c, err := tx.Clerk(w.ctx, w.id, w.clerks[1].Clerk)
			if err != nil {
				return err
			}
			c.Disabled = true
			return tx.SaveClerk(w.ctx, c)
		}))
		want("a colleague has left", "away", "free", "not listed")
	})
}

// TestTheFeedKnowsTheClosing: whoever watches is told of the closing when it comes, not at the next hint.
func TestTheFeedKnowsTheClosing(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.change(0, func(_ *civic.Authority, o *civic.Office) { o.Hours = office(8, 16) })
		w.at(0, "15:00")
		w.open(0, 0)
		w.mustDraw(0)
		w.clock.Store(time.Date(2026, 11, 23, 14, 59, 59, 900_000_000, time.UTC).UnixMicro())
		w.bus.Publish(bus.Office(w.offices[0]))
		feed, err := w.Watch(w.ctx, w.id, w.offices[0])
		w.ok(err)
		snap, changed := feed.Snapshot()
		for deadline := time.After(10 * time.Second); snap.Status.State != civic.OfficeClosed; {
			if d := w.untilChange(snap); snap.Status.State == civic.OfficeOpen && snap.Status.Change.Sub(w.time()) == 100*time.Millisecond {
				if d != 100*time.Millisecond {
					t.Fatalf("looks again in %v", d)
				}
				w.pass(100 * time.Millisecond) // four o'clock; no hint goes out
			}
			select {
			case <-changed:
			case <-deadline:
				t.Fatalf("still %s", snap.Status.Text)
			}
			snap, changed = feed.Snapshot()
		}
		if len(snap.Waiting) != 1 {
			t.Error("who waited at closing time has lost the place")
		}
	})
}
