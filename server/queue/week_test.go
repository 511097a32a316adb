package queue

import (
	"math/rand/v2"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/statistics"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// TestAWeekOfOfficeLife lives through a week at three offices, by a clock that is turned: hundreds of people draw, wait,
// are called, ask for time, miss their calls and come back, talk, are parked, passed on and cut off, leave, or are still
// there at midnight; desks open, close, stay open over midnight, and one is deserted. The week keeps its own books of what
// it did, and the statistics must say the same.
func TestAWeekOfOfficeLife(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWeek(t, st)
		for ; w.time().Before(w.end); w.pass(time.Minute) {
			w.minute()
		}
		t.Logf("%d numbers, %d visits, %d times at a desk; what happened: %v", len(w.fates), len(w.talks), len(w.staffed), w.did)
		for _, what := range []string{
			"served", "left by citizen", "left", "missed", "returned", "closed", "parked", "called back", "passed on", "interrupted", "more time", "deserted",
		} {
			if w.did[what] == 0 {
				t.Errorf("in the whole week nobody was %s", what)
			}
		}
		figures, err := statistics.New(st, w.time)
		w.ok(err)
		w.compare(figures)
	})
}

// week is a town in the midst of its week.
type week struct {
	*town
	r       *rand.Rand
	end     time.Time
	people  []*person // who are not through yet
	at      map[civic.TicketID]*person
	windows []*window
	books
}

// person is one with a number.
type person struct {
	caller   civic.Caller
	office   int
	drawn    time.Time
	served   time.Time // first entering
	state    civic.TicketState
	calls    int
	returned bool
}

// window is a desk, its plan, and what goes on at it.
type window struct {
	clerk, office int
	hours         []string // local, "Mon 08:00-12:00"
	id            civic.DeskID
	opened, seen  time.Time
	who           *person
	visit         civic.VisitID
	entered, next time.Time // of the conversation; when the next thing happens
	plan          string
	deserted      bool
}

func newWeek(t *testing.T, st *store.Store) *week {
	w := &week{town: newTown(t, st), r: rand.New(rand.NewPCG(2026, 47)), at: map[civic.TicketID]*person{}, books: books{did: map[string]int{}}}
	third := civic.OfficeID(w.slug + "/C")
	w.ok(st.Write(w.ctx, func(tx *store.Tx) error { return w.addThird(tx, third) }))
	w.offices = append(w.offices, third)
	w.clerks = append(w.clerks, civic.Caller{Role: civic.RoleClerk, AuthorityID: w.id, Clerk: civic.ClerkID(w.slug + "/clerk-3"), Offices: w.offices})
	morning := time.Date(2026, 11, 23, 7, 30, 0, 0, w.Service.loc)
	w.clock.Store(morning.UnixMicro())
	w.end = time.Date(2026, 11, 30, 0, 31, 0, 0, w.Service.loc)
	days := func(hours ...string) (out []string) {
		for _, day := range []string{"Mon", "Tue", "Wed", "Thu", "Fri"} {
			for _, h := range hours {
				out = append(out, day+" "+h)
			}
		}
		return out
	}
	w.windows = []*window{
		{clerk: 0, office: 0, hours: days("08:00-12:00", "13:00-16:00")},
		{clerk: 1, office: 0, hours: days("09:00-11:30")},
		{clerk: 2, office: 1, hours: append(days("08:30-12:30"), "Thu 22:00-01:10")},
		{clerk: 3, office: 2, hours: append(days("10:00-15:00"), "Sun 23:10-03:00")}, // still open when it is counted
	}
	return w
}

func (w *week) addThird(tx *store.Tx, third civic.OfficeID) error {
	o, err := tx.Office(w.ctx, w.id, w.offices[0])
	if err != nil {
		return err
	}
	o.ID, o.Slug, o.Prefix, o.Position = third, "C", "C", 2
	if err := tx.SaveOffice(w.ctx, o); err != nil {
		return err
	}
	return tx.SaveClerk(w.ctx, civic.Clerk{ID: civic.ClerkID(w.slug + "/clerk-3"), AuthorityID: w.id, Email: "c3@" + w.slug + ".example", Name: "Clerk 3", Offices: []civic.OfficeID{third}})
}

// minute is what happens in one minute.
func (w *week) minute() {
	now := w.time()
	local := now.In(w.Service.loc)
	for _, c := range w.windows {
		w.planned(c, local)
	}
	w.due(now, local)
	for office := range w.offices {
		if w.open(office) && w.r.IntN(100) < 7 {
			w.arrive(office)
		}
	}
	for _, p := range append([]*person(nil), w.people...) {
		switch n := w.r.IntN(1000); {
		case p.state == civic.Waiting && n < 3:
			w.ok(w.Leave(w.ctx, p.caller))
			w.over(p, "left")
		case p.state == civic.Missed && n < 40 && !p.returned:
			if err := w.Return(w.ctx, p.caller); civic.CodeOf(err) == civic.Gone {
				continue // the half hour is over
			}
			p.state, p.calls, p.returned = civic.Waiting, 0, true
			w.did["returned"]++
		}
	}
	for _, c := range w.windows {
		if !c.opened.IsZero() && !c.deserted {
			w.work(c)
		}
	}
}

func (w *week) open(office int) bool {
	for _, c := range w.windows {
		if c.office == office && !c.opened.IsZero() && !c.deserted {
			return true
		}
	}
	return false
}

// planned opens and closes a desk by its plan. On Wednesday at eleven the second clerk just goes.
func (w *week) planned(c *window, local time.Time) {
	stamp := local.Format("Mon 15:04")
	for _, h := range c.hours {
		day, from, to := h[:3], h[4:9], h[10:]
		switch {
		case stamp == day+" "+from:
			c.id, c.opened, c.seen, c.deserted = w.town.open(c.clerk, c.office), w.time(), w.time(), false
		case !c.opened.IsZero() && !c.deserted && local.Format("15:04") == to:
			if c.plan != "" && c.plan != "called" {
				w.finish(c)
			}
			if c.who != nil { // called, and the desk closes over it
				w.lapsed(c)
			}
			w.ok(w.CloseDesk(w.ctx, w.clerks[c.clerk], c.id))
			w.left(c, w.time())
		}
	}
	if c.clerk == 1 && local.Weekday() == time.Wednesday && local.Hour() == 11 && c.who == nil && !c.opened.IsZero() && w.did["deserted"] == 0 {
		c.deserted = true
		w.did["deserted"]++
	}
}

// left closes the books on a desk's time.
func (w *week) left(c *window, until time.Time) {
	w.staffed = append(w.staffed, staffed{c.office, c.opened, until})
	c.opened = time.Time{}
}

// due lets the clockwork look: every minute at a desk that is deserted or waits for an answer, and at midnight.
func (w *week) due(now, local time.Time) {
	needed := local.Hour() == 0 && local.Minute() == 0
	for _, c := range w.windows {
		needed = needed || c.deserted || c.who != nil && (c.plan == "called" || c.plan == "interrupted")
	}
	if !needed {
		return
	}
	for _, c := range w.windows {
		if c.opened.IsZero() || c.deserted {
			continue
		}
		w.ok(w.SeenClerk(w.ctx, w.clerks[c.clerk]))
		c.seen = now
	}
	w.ok(w.Due(w.ctx))
	for _, c := range w.windows {
		switch {
		case c.deserted && now.Sub(c.seen) > 10*time.Minute: // absent after one, closed after five more
			w.left(c, c.seen)
			c.deserted = false
		case c.who != nil && c.plan == "called" && now.Sub(c.next) >= civic.CallWindow:
			w.lapsed(c)
		case c.who != nil && c.plan == "interrupted" && now.Sub(c.next) >= civic.VisitGrace:
			w.ended(c)
			c.who.state = civic.Waiting
			c.who = nil
			w.did["interrupted"]++
		}
	}
	if local.Hour() == 0 && local.Minute() == 0 {
		for _, p := range append([]*person(nil), w.people...) {
			if p.state == civic.Serving || p.drawn.In(w.Service.loc).Day() == local.Day() {
				continue // a running conversation outlives midnight
			}
			if p.state == civic.Missed {
				w.over(p, "missed")
			} else {
				w.over(p, "closed")
			}
			for _, c := range w.windows {
				if c.who == p {
					c.who, c.plan = nil, ""
				}
			}
		}
	}
}

func (w *week) arrive(office int) {
	p := &person{caller: w.mustDraw(office), office: office, drawn: w.time(), state: civic.Waiting}
	w.people = append(w.people, p)
	w.at[p.caller.Ticket] = p
}

// over closes the books on a number.
func (w *week) over(p *person, how string) {
	w.did[how]++
	w.fates = append(w.fates, fate{p.office, p.drawn, p.served, how})
	for i, other := range w.people {
		if other == p {
			w.people = append(w.people[:i], w.people[i+1:]...)
			return
		}
	}
}

// ended closes the books on the conversation at a desk.
func (w *week) ended(c *window) {
	w.talks = append(w.talks, talk{c.office, c.entered, w.time()})
	c.plan = ""
}

func (w *week) lapsed(c *window) {
	p := c.who
	p.calls++
	p.state = civic.Waiting
	if p.calls >= civic.MaxCalls {
		p.state = civic.Missed
	}
	c.who, c.plan = nil, ""
}

func (w *week) finish(c *window) {
	w.ok(w.Settle(w.ctx, w.clerks[c.clerk], c.id, civic.MoveFinish))
	w.ended(c)
	w.over(c.who, "served")
	c.who = nil
}

// work is a desk's minute.
func (w *week) work(c *window) {
	now, clerk := w.time(), w.clerks[c.clerk]
	switch {
	case c.who == nil:
		w.call(c)
	case c.plan == "called":
		w.answer(c)
	case now.Before(c.next):
	case c.plan == "finish":
		w.finish(c)
	case c.plan == "leaves":
		w.ok(w.Leave(w.ctx, c.who.caller))
		w.ended(c)
		w.did["left by citizen"]++
		w.over(c.who, "served")
		c.who = nil
	case c.plan == "park":
		w.ok(w.Settle(w.ctx, clerk, c.id, civic.MovePark))
		w.ended(c)
		c.who.state = civic.Parked
		c.who = nil
		w.did["parked"]++
	case c.plan == "pass on":
		to := (c.office + 1 + w.r.IntN(2)) % 3
		if !w.open(to) {
			w.finish(c)
			return
		}
		w.ok(w.PassOn(w.ctx, clerk, c.id, w.offices[to], "bitte weiter"))
		w.ended(c)
		c.who.state, c.who.office, c.who.calls = civic.Waiting, to, 0
		c.who = nil
		w.did["passed on"]++
	case c.plan == "cut":
		w.ok(w.Together(w.ctx, w.id, c.visit, false))
		c.plan, c.next = "interrupted", now
	}
}

// call calls a parked one back, or whoever is next.
func (w *week) call(c *window) {
	ticket := civic.TicketID("")
	for _, p := range w.people {
		if p.state == civic.Parked && p.office == c.office && w.r.IntN(8) == 0 {
			ticket = p.caller.Ticket
		}
	}
	v, err := w.Call(w.ctx, w.clerks[c.clerk], c.id, ticket, "")
	if civic.CodeOf(err) == civic.Conflict {
		return // nobody waits, or is ready
	}
	w.ok(err)
	if ticket != "" {
		w.did["called back"]++
	}
	c.who, c.visit, c.plan, c.next = w.at[v.TicketID], v.ID, "called", w.time()
	c.who.state = civic.Called
}

// answer is what the called one does: enter, ask for time, go, or nothing.
func (w *week) answer(c *window) {
	p, now := c.who, w.time()
	switch n := w.r.IntN(100); {
	case n < 60:
		_, err := w.Enter(w.ctx, p.caller)
		w.ok(err)
		if p.served.IsZero() {
			p.served = now
		}
		p.state, p.calls, c.entered = civic.Serving, 0, now
		c.next = now.Add(time.Duration(1+w.r.IntN(12)) * time.Minute)
		plans := []string{"finish", "finish", "finish", "finish", "finish", "finish", "leaves", "park", "pass on", "cut"}
		c.plan = plans[w.r.IntN(len(plans))]
	case n < 64:
		w.ok(w.MoreTime(w.ctx, p.caller))
		p.state, c.who, c.plan = civic.Waiting, nil, ""
		w.did["more time"]++
	case n < 66:
		w.ok(w.Leave(w.ctx, p.caller))
		w.over(p, "left")
		c.who, c.plan = nil, ""
	}
}
