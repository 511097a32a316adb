package queue

import "schalter/server/civic"

func (m *model) settle(d deskOf, move civic.TicketMove, now int64) string {
	p := m.at(d)
	if p == nil {
		return refused
	}
	switch {
	case move == civic.MoveRecall && p.state == "called":
		if p.calls == 2 {
			return "last_call"
		}
		p.calls++
		p.deadline = now + 120*second
	case move == civic.MoveLapse && p.state == "called":
		p.lapse(now)
	case move == civic.MoveFinish && p.state == "serving":
		p.finish("served", now)
	case move == civic.MovePark && p.state == "serving":
		p.state = "parked"
		p.visit, p.entered, p.grace = "", false, 0
	default:
		return refused
	}
	return ""
}

func (m *model) passOn(p *place, to int, waiting bool) string {
	switch {
	case p == nil, waiting && p.state != "waiting":
		return refused
	case !m.staffed(to):
		return "office_unattended"
	case p.state != "waiting" && p.state != "serving":
		return refused
	case p.office == to:
		return "office_unknown"
	}
	p.back()
	p.from, p.noted, p.wants, p.office, p.key, p.calls = p.office, true, -1, to, p.arrivedMicro, 0
	return ""
}

// own is a citizen's move.
func (m *model) own(p *place, move string, now int64) string {
	if over(p.state) {
		return "ticket_over"
	}
	switch {
	case move == "enter" && p.state == "serving":
	case move == "enter" && p.state == "called":
		p.state, p.deadline, p.calls, p.entered = "serving", 0, 0, true
	case move == "more time" && p.state == "called":
		p.back()
		p.deferred = true
	case move == "leave" && p.state == "serving":
		p.finish("served", now)
	case move == "leave" && p.state != "missed":
		p.finish("left", now)
	case move == "away" && p.state == "waiting":
		p.away = true
	case move == "here":
		p.away = false
	case move == "return" && p.state == "missed":
		if p.returned || now > p.deadline {
			return "return_over"
		}
		front := m.front(p.office)
		p.back()
		p.key, p.returned, p.calls = min(p.key, front), true, 0
	default:
		return refused
	}
	return ""
}

func (m *model) putBack(p *place, now int64) string {
	switch {
	case over(p.state):
		return "ticket_over"
	case p.state != "missed":
		return refused
	case p.day != m.today(now):
		return "return_over"
	}
	front := m.front(p.office)
	p.back()
	p.key, p.calls = min(p.key, front), 0
	return ""
}

func (m *model) take(d deskOf, p *place, now int64) string {
	switch {
	case p.office != d.office:
		return "ticket_unknown"
	case over(p.state):
		return "ticket_over"
	case p.state != "called" && p.state != "serving":
		return refused
	case m.desks[d].state != "open":
		return "desk_state"
	case p.clerk == d.clerk:
		return refused
	}
	holder := m.desks[deskOf{p.clerk, p.deskOffice}]
	if holder.state != "absent" && now-max(holder.seen, holder.pending) <= 30*second {
		return "taken_by_colleague"
	}
	if key := m.free(d, now); key != "" {
		return key
	}
	if p.entered && p.visit == "open" {
		return "conversation_running"
	}
	if p.visit == "interrupted" {
		p.grace = now + minute
	}
	p.clerk, p.deskOffice = d.clerk, d.office
	return ""
}

func (m *model) together(p *place, all bool, now int64) {
	switch {
	case !p.entered || p.visit == "":
	case all && p.visit == "interrupted":
		p.visit, p.grace = "open", 0
	case !all && p.visit == "open":
		p.visit, p.grace = "interrupted", now+minute
	}
}

func (m *model) forget(p *place) string {
	if p.state == "serving" {
		return "conversation_running"
	}
	delete(m.tickets, p.id)
	return ""
}

func (m *model) desk(d deskOf, move string, now int64) string {
	at := m.desks[d]
	if at == nil {
		at = &counter{state: "closed"}
		m.desks[d] = at
	}
	switch {
	case move == "open" && at.state == "closed", move == "open" && at.state == "absent":
		at.state, at.seen, at.absent = "open", max(at.seen, now), 0
	case move == "open" && at.state == "open":
	case (move == "open" || move == "resume") && at.state == "paused":
		at.state, at.until = "open", 0
	case move == "pause" && at.state == "open":
		at.state, at.until = "paused", now+10*minute
	case move == "close" && m.at(d) != nil && m.at(d).state == "serving":
		return "desk_busy"
	case move == "close" && at.state != "closed":
		m.shut(d, now)
	default:
		return "desk_state"
	}
	return ""
}

func (m *model) shut(d deskOf, now int64) {
	if p := m.at(d); p != nil && p.state == "called" {
		p.lapse(now)
	} else if p != nil {
		m.interrupt(p)
	}
	*m.desks[d] = counter{state: "closed", seen: m.desks[d].seen, pending: m.desks[d].pending}
}
