package queue

import (
	"cmp"
	"slices"
	"time"

	"schalter/server/civic"
)

// model is the queue written down a second time, in memory and without looking at civic's: what a town with two offices and
// three clerks should be after every move. Times are microseconds, clerks and offices indices, -1 is none.
type model struct {
	tickets map[civic.TicketID]*place
	desks   map[deskOf]*counter
	inRow   [2]int
	numbers map[string]int // the last of an office and day
	pending map[civic.TicketID]int64
	visits  int
	loc     *time.Location
}

type deskOf struct{ clerk, office int }

// counter is a desk.
type counter struct {
	state               string
	until, absent, seen int64
	pending             int64 // seen, and not yet written
}

// place is a ticket.
type place struct {
	row
	id   civic.TicketID
	seen int64
	// the visit that has not ended: "" is none
	visit        string
	entered      bool
	grace        int64
	visitNumber  int
	endedAt      int64
	arrivedMicro int64
}

// row is what is compared with the database.
type row struct {
	state                                                    string
	office, issuer, number                                   int
	day                                                      string
	key                                                      int64
	priority, deferred, passed, returned, away, noted, named bool
	calls, wants, clerk, deskOffice, from                    int
	deadline                                                 int64
}

const (
	minute  = int64(60e6)
	second  = int64(1e6)
	refused = "ticket_state"
)

func newModel(loc *time.Location) *model {
	return &model{tickets: map[civic.TicketID]*place{}, desks: map[deskOf]*counter{}, numbers: map[string]int{}, pending: map[civic.TicketID]int64{}, loc: loc}
}

func (m *model) clone() *model {
	c := *m
	c.tickets, c.desks, c.numbers, c.pending = map[civic.TicketID]*place{}, map[deskOf]*counter{}, map[string]int{}, map[civic.TicketID]int64{}
	for k, v := range m.tickets {
		p := *v
		c.tickets[k] = &p
	}
	for k, v := range m.desks {
		d := *v
		c.desks[k] = &d
	}
	for k, v := range m.numbers {
		c.numbers[k] = v
	}
	for k, v := range m.pending {
		c.pending[k] = v
	}
	return &c
}

func over(state string) bool { return state == "served" || state == "left" || state == "closed" }

func (m *model) staffed(office int) bool {
	for at, d := range m.desks {
		if at.office == office && (d.state == "open" || d.state == "paused") {
			return true
		}
	}
	return false
}

func (m *model) today(now int64) string { return time.UnixMicro(now).In(m.loc).Format(time.DateOnly) }

// line is who waits in an office: priority first, but after three in a row the earliest of the others; who is not for
// everybody neither counts nor ends a row.
func (m *model) line(office int) []*place {
	var fast, slow, out []*place
	for _, p := range m.tickets {
		if p.state == "waiting" && p.office == office {
			if p.priority {
				fast = append(fast, p)
			} else {
				slow = append(slow, p)
			}
		}
	}
	earlier := func(a, b *place) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id)) }
	slices.SortFunc(fast, earlier)
	slices.SortFunc(slow, earlier)
	row := m.inRow[office]
	for len(fast)+len(slow) > 0 {
		takeFast := len(slow) == 0 || len(fast) > 0 && (earlier(fast[0], slow[0]) < 0 || row < 3)
		from := &slow
		if takeFast {
			from = &fast
		}
		p := (*from)[0]
		everybodys := !p.away && p.wants < 0
		switch {
		case !everybodys:
		case takeFast && len(slow) > 0 && earlier(p, slow[0]) > 0:
			row++
		default:
			row = 0
		}
		out, *from = append(out, p), (*from)[1:]
	}
	return out
}

func (m *model) front(office int) int64 {
	front := int64(1<<63 - 1)
	for _, p := range m.tickets {
		if p.state == "waiting" && p.office == office {
			front = min(front, p.key)
		}
	}
	return front - 1
}

func (m *model) lastSeen(p *place) int64 { return max(p.seen, m.pending[p.id]) }

func (p *place) back() {
	p.state, p.clerk, p.deskOffice, p.deadline, p.deferred, p.passed = "waiting", -1, -1, 0, false, false
	p.visit, p.entered, p.grace = "", false, 0
}

func (p *place) finish(state string, now int64) {
	p.state, p.endedAt, p.deadline = state, now, 0
	p.visit, p.entered, p.grace = "", false, 0
	p.wants, p.priority, p.away, p.noted, p.named = -1, false, false, false, false
}

func (p *place) lapse(now int64) {
	calls := p.calls + 1
	p.back()
	p.calls, p.deferred = calls, true
	if calls >= 3 {
		p.state, p.deferred, p.deadline = "missed", false, now+30*minute
	}
}

func (m *model) interrupt(p *place) {
	front := m.front(p.office)
	p.back()
	p.key = min(p.key, front)
}

// with returns what a clerk has called or serves, and where.
func (m *model) with(clerk int) *place {
	for _, p := range m.tickets {
		if p.clerk == clerk && (p.state == "called" || p.state == "serving") {
			return p
		}
	}
	return nil
}

func (m *model) at(d deskOf) *place {
	if p := m.with(d.clerk); p != nil && p.deskOffice == d.office {
		return p
	}
	return nil
}

func (m *model) draw(id civic.TicketID, office int, now int64) string {
	if !m.staffed(office) {
		return "office_unattended"
	}
	sheet := m.today(now) + string(rune('0'+office))
	m.numbers[sheet]++
	m.tickets[id] = &place{id: id, seen: now, arrivedMicro: now, row: row{
		state: "waiting", office: office, issuer: office, number: m.numbers[sheet], day: m.today(now), key: now, wants: -1, clerk: -1, deskOffice: -1, from: -1,
	}}
	return ""
}

// free ends the clerk's call in vain before the next one.
func (m *model) free(d deskOf, now int64) string {
	p := m.with(d.clerk)
	if p == nil {
		return ""
	}
	if p.state != "called" || p.office != d.office {
		return "desk_busy"
	}
	p.lapse(now)
	return ""
}

// next is whom the clerk's desk takes, and who is passed over for it.
func (m *model) next(d deskOf, now int64) (taken *place, passed []*place) {
	var ready []*place
	for _, p := range m.line(d.office) {
		if !p.away && (p.wants < 0 || p.wants == d.clerk) {
			ready = append(ready, p)
		}
	}
	for i, p := range ready {
		if !p.deferred && (p.passed || now-m.lastSeen(p) <= 30*second) {
			return p, ready[:i]
		}
	}
	if len(ready) == 0 {
		return nil, nil
	}
	return ready[0], ready[1:]
}

// call calls a certain ticket, or the next if there is none; it returns whom.
func (m *model) call(d deskOf, certain *place, reason bool, now int64) (*place, string) {
	if m.desks[d] == nil || m.desks[d].state != "open" {
		return nil, "desk_state"
	}
	if key := m.free(d, now); key != "" {
		return nil, key
	}
	taken := certain
	if certain == nil {
		line := m.line(d.office)
		next, passed := m.next(d, now)
		switch {
		case len(line) == 0:
			return nil, "nobody_waiting"
		case next == nil:
			return nil, "nobody_ready"
		}
		taken = next
		row := 0
		for _, p := range line {
			if next.priority && !p.priority && !p.away && p.key < next.key {
				row = m.inRow[d.office] + 1
			}
		}
		m.inRow[d.office] = row
		for _, p := range passed {
			if p.deferred {
				p.deferred = false
			} else {
				p.passed = true
			}
		}
	} else {
		switch {
		case certain.office != d.office:
			return nil, "ticket_unknown"
		case certain.state != "waiting" && certain.state != "parked":
			return nil, "taken_by_colleague"
		case certain.state == "waiting" && !reason && m.overtakes(d, certain, now):
			return nil, "reason_missing"
		}
	}
	m.visits++
	taken.state, taken.clerk, taken.deskOffice, taken.deadline = "called", d.clerk, d.office, now+120*second
	taken.deferred, taken.passed, taken.away = false, false, false
	taken.visit, taken.entered, taken.grace, taken.visitNumber = "open", false, 0, m.visits
	return taken, ""
}

func (m *model) overtakes(d deskOf, certain *place, now int64) bool {
	next, _ := m.next(d, now)
	line := m.line(d.office)
	return next != nil && certain.wants != d.clerk && slices.Index(line, certain) > slices.Index(line, next)
}

// see is that pages answer: those of the tickets, and the consoles of the clerks.
func (m *model) see(tickets []civic.TicketID, clerks []int, now int64) {
	for _, id := range tickets {
		m.pending[id] = now
	}
	for at, d := range m.desks {
		if d.state == "closed" || !slices.Contains(clerks, at.clerk) {
			continue
		}
		d.pending = now
		if d.state == "absent" {
			d.state, d.absent, d.seen = "open", 0, max(d.seen, now)
		}
	}
}

// due is what time has made due, in the order of the clockwork: everything is looked up first, then moved.
func (m *model) due(now int64) {
	m.write()
	var called, day, graces []*place
	var ended, unseen, absent []deskOf
	for _, p := range m.tickets {
		switch {
		case p.state == "called" && p.deadline <= now:
			called = append(called, p)
		case p.visit == "interrupted" && p.grace <= now:
			graces = append(graces, p)
		}
		if p.day < m.today(now) && !over(p.state) && p.state != "serving" {
			day = append(day, p)
		}
	}
	for at, d := range m.desks {
		switch {
		case d.state == "paused" && d.until > 0 && d.until <= now:
			ended = append(ended, at)
		}
		if (d.state == "open" || d.state == "paused") && d.seen <= now-minute {
			unseen = append(unseen, at)
		}
		if d.state == "absent" && d.absent <= now-5*minute {
			absent = append(absent, at)
		}
	}
	for _, p := range called {
		p.lapse(now)
	}
	slices.SortFunc(graces, func(a, b *place) int {
		return cmp.Or(cmp.Compare(a.grace, b.grace), cmp.Compare(a.visitNumber, b.visitNumber))
	})
	for _, p := range graces {
		m.interrupt(p)
	}
	for _, at := range ended {
		m.desks[at].state, m.desks[at].until = "open", 0
	}
	for _, at := range unseen {
		m.desks[at].state, m.desks[at].absent, m.desks[at].until = "absent", now, 0
	}
	slices.SortFunc(absent, func(a, b deskOf) int {
		return cmp.Or(cmp.Compare(m.desks[a].absent, m.desks[b].absent), cmp.Compare(a.clerk, b.clerk), cmp.Compare(a.office, b.office))
	})
	for _, at := range absent {
		m.shut(at, now)
	}
	for _, p := range day {
		p.finish("closed", now)
	}
	for id, p := range m.tickets {
		if p.endedAt > 0 && p.endedAt <= now-24*60*minute {
			delete(m.tickets, id)
		}
	}
}

// write is that presence reaches the rows: the latest answer stands for all of them.
func (m *model) write() {
	var latest int64
	for _, at := range m.pending {
		latest = max(latest, at)
	}
	for _, d := range m.desks {
		latest = max(latest, d.pending)
	}
	for id := range m.pending {
		if p := m.tickets[id]; p != nil {
			p.seen = max(p.seen, latest)
		}
	}
	clear(m.pending)
	for _, d := range m.desks {
		if d.pending > 0 {
			d.seen, d.pending = max(d.seen, latest), 0
		}
	}
}
