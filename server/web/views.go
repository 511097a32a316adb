package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/queue"
)

// Views are what the features know, told to one audience in the wire's words. What a citizen must not see is not in
// the citizen's type.

func boardOf(a civic.Authority, offices []*queue.Snapshot, now time.Time) protocol.Board {
	b := protocol.Board{Authority: authorityOf(a), Offices: make([]protocol.BoardOffice, 0, len(offices)), Zone: civic.Zone,
		Now: now.UTC().Truncate(time.Second), // fractions are noise that no compression helps
	}
	for _, o := range offices {
		b.Offices = append(b.Offices, boardOffice(o))
	}
	return b
}

func authorityOf(a civic.Authority) protocol.BoardAuthority {
	return protocol.BoardAuthority{
		Slug: a.Slug, Name: a.Name, Phone: a.Phone, Email: a.Email, Address: a.Address, Privacy: a.Privacy, Imprint: a.Imprint,
		Statement: a.Statement, Accent: a.Accent, Texts: a.Texts, Languages: a.Languages, Logo: logoPath(a), PrivacySince: moment(a.PrivacySince),
	}
}

func boardOffice(s *queue.Snapshot) protocol.BoardOffice {
	o := protocol.BoardOffice{
		ID: s.Office.ID, Slug: s.Office.Slug, Name: s.Office.Name, About: s.Office.About, Status: s.Status.State, Text: s.Status.Text,
		Action: s.Status.Action, Until: moment(s.Status.Until), Waiting: len(s.Waiting), Estimate: rangeOf(s.Estimate(len(s.Waiting))),
		Holiday: s.Status.Reason, Days: boardDays(s.Days), Phone: s.Office.Phone, Email: s.Office.Email,
	}
	for _, c := range s.Contacts {
		state := contactState(c)
		if state == protocol.ContactFree && s.Status.State == civic.OfficeClosed {
			state = protocol.ContactAway // there, but nobody can come
		}
		o.Contacts = append(o.Contacts, protocol.Contact{Name: c.Clerk.Name, State: state})
	}
	for _, t := range s.TopicList {
		o.Topics = append(o.Topics, protocol.Topic{ID: t.ID, Name: t.Name})
	}
	return o
}

func contactState(c queue.Contact) protocol.ContactState {
	switch {
	case !c.Open:
		return protocol.ContactAway
	case c.Busy:
		return protocol.ContactBusy
	}
	return protocol.ContactFree
}

// wanted lists whom the one at that place of the list may wait for, and what it costs.
func wanted(s *queue.Snapshot, place int) []protocol.WantedPerson {
	var out []protocol.WantedPerson
	for _, c := range s.Contacts {
		ahead, wait := s.For(c, place)
		out = append(out, protocol.WantedPerson{ID: c.Clerk.ID, Name: c.Clerk.Name, State: contactState(c), Ahead: ahead, Estimate: rangeOf(wait)})
	}
	return out
}

func officeMessage(s *queue.Snapshot) *protocol.OfficeMessage {
	if s.Message == "" {
		return nil
	}
	return &protocol.OfficeMessage{Text: s.Message, At: s.MessageAt}
}

// citizenTicket is a ticket as its holder sees it. snap is of the ticket's office; t itself if the snapshot does not have
// it, because it is over or younger than the snapshot.
func citizenTicket(snap *queue.Snapshot, t civic.Ticket, now time.Time) protocol.CitizenTicket {
	in, ahead, ok := snap.Ticket(t.ID)
	if ok {
		t = in
	} else if t.State == civic.Waiting {
		ahead = snap.Before(t)
	}
	v := protocol.CitizenTicket{
		ID: t.ID, Revision: snap.Office.Revision, Authority: snap.Authority.Slug, Office: snap.Office.ID, Name: snap.Office.Name,
		Number: t.Label, State: t.State, DrawnAt: t.DrawnAt, Status: snap.Status.State, Text: snap.Status.TextWaiting(),
		Until: moment(snap.Status.Until), Holiday: snap.Status.Reason, Topic: t.Topic, Called: t.Name, Outcome: t.Outcome, Now: now,
		From: snap.OfficeName(t.From), Wants: t.Wants, Priority: t.Priority, Interpreter: t.Interpreter, Away: t.Away,
		TextOnly: t.TextOnly,
	}
	if !t.State.Over() {
		v.Message = officeMessage(snap)
	}
	switch t.State {
	case civic.Waiting:
		v.Ahead, v.Estimate, v.Contacts = ahead, rangeOf(snap.Estimate(ahead)), wanted(snap, ahead)
		for _, c := range v.Contacts {
			if c.ID == t.Wants { // nobody else's desk shortens the wait
				v.Estimate = c.Estimate
			}
		}
	case civic.Called, civic.Serving:
		visit := snap.Visits[t.ID]
		v.Call = &protocol.Call{
			Clerk: snap.Clerks[t.Clerk].Name, Deadline: moment(t.Deadline), Calls: t.Calls,
			Interrupted: moment(visit.Deadline), EnteredAt: moment(visit.EnteredAt),
		}
	case civic.Missed:
		if !t.Returned {
			v.ReturnUntil = moment(t.Deadline)
		}
	}
	return v
}

// officeView is an office as one of its clerks sees it.
func officeView(s *queue.Snapshot, clerk civic.ClerkID, now time.Time) protocol.OfficeView {
	v := protocol.OfficeView{
		ID: s.Office.ID, Revision: s.Office.Revision, Name: s.Office.Name, Status: s.Status.State, Text: s.Status.Text,
		Until: moment(s.Status.Until), Issuing: s.Status.Stop != civic.StoppedByClerk, Stop: s.Status.Stop, Holiday: s.Status.Reason,
		MaxCalls: s.Office.Attempts(), Today: intervals(s.Days[0].Open),
		Waiting: clerkTickets(s, s.Waiting, clerk, now), Parked: clerkTickets(s, s.Parked(), clerk, now), Missed: clerkTickets(s, s.Missed(), clerk, now),
		Message: officeMessage(s), Colleague: []protocol.ColleagueDesk{},
		Figures: protocol.Figures{Visits: s.Figures.Visits, MeanMinutes: (s.Figures.MeanWaitSeconds + 30) / 60, Missed: s.Figures.Missed},
		Now:     now,
	}
	for _, d := range s.Desks {
		if d.State == civic.DeskClosed {
			continue
		}
		current, has := s.At(d.ID)
		if d.ClerkID != clerk {
			c := protocol.ColleagueDesk{Name: s.Clerks[d.ClerkID].Name, State: d.State}
			if has {
				visit := s.Visits[current.ID]
				c.Ticket, c.Since = current.Label, moment(current.CalledAt)
				if !visit.EnteredAt.IsZero() {
					c.Since = moment(visit.EnteredAt)
				}
				if d.Unseen(now) && (visit.EnteredAt.IsZero() || visit.State == civic.VisitInterrupted) {
					c.Takes = current.ID
				}
			}
			v.Colleague = append(v.Colleague, c)
			continue
		}
		v.Desk = &protocol.DeskView{ID: d.ID, State: d.State, PausedUntil: moment(d.PausedUntil)}
		if has {
			t := clerkTicket(s, current, clerk, now)
			v.Current = &t
		}
	}
	return v
}

func clerkTickets(s *queue.Snapshot, tickets []civic.Ticket, clerk civic.ClerkID, now time.Time) []protocol.ClerkTicket {
	out := make([]protocol.ClerkTicket, 0, len(tickets))
	for _, t := range tickets {
		out = append(out, clerkTicket(s, t, clerk, now))
	}
	return out
}

func clerkTicket(s *queue.Snapshot, t civic.Ticket, clerk civic.ClerkID, now time.Time) protocol.ClerkTicket {
	visit := s.Visits[t.ID]
	return protocol.ClerkTicket{
		ID: t.ID, Number: t.Label, State: t.State, Topic: t.Topic, TopicName: s.Topics[t.Topic].Name, Name: t.Name, Lang: t.Lang,
		TextOnly: t.TextOnly, Camera: t.Camera, Microphone: t.Microphone, Since: t.ArrivedAt, Deferred: t.Deferred,
		Silent: t.State == civic.Waiting && now.Sub(t.SeenAt) > civic.SilentAfter, Calls: t.Calls, Deadline: moment(t.Deadline),
		EnteredAt: moment(visit.EnteredAt), Interrupted: moment(visit.Deadline),
		Away: t.Away, Priority: t.Priority, Wants: s.Clerks[t.Wants].Name, WantsMe: t.Wants != "" && t.Wants == clerk,
		From: s.OfficeName(t.From), Note: t.Note, Interpreter: t.Interpreter,
	}
}

// moment is an optional instant on the wire.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func rangeOf(e queue.Estimate) *protocol.Range {
	if !e.Known() {
		return nil
	}
	return &protocol.Range{From: e.From, To: e.To}
}

// boardDays are the coming days by weekday; none if there is nothing to say of any of them.
func boardDays(days []civic.CalendarDay) []protocol.BoardDay {
	if !slices.ContainsFunc(days, func(d civic.CalendarDay) bool { return len(d.Open) > 0 || len(d.Closed) > 0 }) {
		return []protocol.BoardDay{}
	}
	out := make([]protocol.BoardDay, 7)
	for _, d := range days {
		var open []string
		for _, iv := range d.Open {
			open = append(open, hhmm(iv.From)+"–"+hhmm(iv.To))
		}
		out[d.Day.Weekday()] = protocol.BoardDay{Open: strings.Join(open, ", "), Closed: d.Closed}
	}
	return out
}

// intervals are the openings of a day.
func intervals(open []civic.Interval) []protocol.Interval {
	out := make([]protocol.Interval, 0, len(open))
	for _, iv := range open {
		out = append(out, protocol.Interval{Weekday: int(iv.Weekday), From: hhmm(iv.From), To: hhmm(iv.To)})
	}
	return out
}

func hhmm(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
