package queue

import (
	"context"
	"time"

	"schalter/server/civic"
	"schalter/server/holiday"
	"schalter/server/store"
)

// Snapshot is an office as it stands at one revision: computed once, read by all who watch. Nobody changes it.
type Snapshot struct {
	Authority civic.Authority
	Office    civic.Office
	Status    civic.Status
	Waiting   []civic.Ticket // in the order of calling
	Desks     []civic.Desk
	Clerks    map[civic.ClerkID]civic.Clerk
	Topics    map[civic.TopicID]civic.Topic
	TopicList []civic.Topic // of this office, in order
	Visits    map[civic.TicketID]civic.Visit
	Days      []civic.CalendarDay // the coming seven, from today on
	Figures   store.Figures
	Contacts  []Contact // contact persons by name; none if the office lists none
	Message   string    // to all who wait today, since MessageAt
	MessageAt time.Time
	Change    time.Time // until when time alone changes nothing of it

	busy   map[civic.ClerkID]bool // clerks with a ticket called or serving, at whichever office
	ahead  map[civic.TicketID]int // index in Waiting
	others map[civic.TicketID]civic.Ticket
	recent []int
	free   []int // how many before each place in Waiting wait for nobody in particular
	// origins are the names of offices that have transferred somebody here.
	origins map[civic.OfficeID]civic.Text
	staff   int // desks that serve
}

// Ticket returns a ticket that is not over and the number of people before it.
func (s *Snapshot) Ticket(id civic.TicketID) (t civic.Ticket, ahead int, ok bool) {
	if i, ok := s.ahead[id]; ok {
		return s.Waiting[i], i, true
	}
	t, ok = s.others[id]
	return t, 0, ok
}

// Before counts those who stand before a waiting ticket that is younger than the snapshot.
func (s *Snapshot) Before(t civic.Ticket) int {
	n := 0
	for _, w := range s.Waiting {
		if w.Rank < t.Rank {
			n++
		}
	}
	return n
}

// Missed returns the tickets that missed their calls today, by rank.
func (s *Snapshot) Missed() []civic.Ticket {
	var out []civic.Ticket
	for _, t := range s.others {
		if t.State == civic.Missed {
			out = append(out, t)
		}
	}
	return civic.Order(out, 0)
}

// OfficeName is the name of another office from which a ticket was transferred here.
func (s *Snapshot) OfficeName(id civic.OfficeID) civic.Text { return s.origins[id] }

// At returns the ticket called or serving at a desk.
func (s *Snapshot) At(d civic.DeskID) (civic.Ticket, bool) {
	for _, t := range s.others {
		if t.Desk == d && (t.State == civic.Called || t.State == civic.Serving) {
			return t, true
		}
	}
	return civic.Ticket{}, false
}

// Parked returns the parked tickets.
func (s *Snapshot) Parked() []civic.Ticket {
	var out []civic.Ticket
	for _, t := range s.others {
		if t.State == civic.Parked {
			out = append(out, t)
		}
	}
	return civic.Order(out, 0)
}

// Estimate is the wait of one with ahead people before.
func (s *Snapshot) Estimate(ahead int) Estimate { return estimate(ahead, s.staff, s.recent) }

// take computes an office's snapshot from its rows and now. The caller holds the ledger.
func (s *Service) take(ctx context.Context, l *ledger, authority civic.AuthorityID, office civic.OfficeID) (*Snapshot, error) {
	snap := &Snapshot{}
	var tickets []civic.Ticket
	var issued int
	var contacts []civic.Clerk
	now := s.now()
	day := civic.DayOf(now, s.loc)
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if snap.Office, err = tx.Office(ctx, authority, office); err != nil {
			return err
		}
		if snap.Authority, err = tx.Authority(ctx, authority); err != nil {
			return err
		}
		if tickets, err = l.at(ctx, tx, snap.Office, now); err != nil {
			return err
		}
		if snap.Desks, err = tx.Desks(ctx, authority, office); err != nil {
			return err
		}
		if issued, err = tx.Issued(ctx, authority, office, day); err != nil {
			return err
		}
		if snap.recent, err = tx.RecentVisitSeconds(ctx, authority, office, durationsAsked); err != nil {
			return err
		}
		if snap.Figures, err = tx.FiguresOf(ctx, authority, office, day); err != nil {
			return err
		}
		clerks, err := tx.Clerks(ctx, authority)
		if err != nil {
			return err
		}
		snap.Clerks = make(map[civic.ClerkID]civic.Clerk, len(clerks))
		for _, c := range clerks {
			snap.Clerks[c.ID] = c
		}
		contacts = contactsOf(snap.Office, clerks)
		if snap.origins, err = originsOf(ctx, tx, tickets); err != nil {
			return err
		}
		topics, err := tx.Topics(ctx, authority)
		if err != nil {
			return err
		}
		snap.Topics = make(map[civic.TopicID]civic.Topic, len(topics))
		for _, t := range topics {
			snap.Topics[t.ID] = t
			if t.OfficeID == office && !t.Retired {
				snap.TopicList = append(snap.TopicList, t)
			}
		}
		snap.busy = map[civic.ClerkID]bool{}
		for _, d := range snap.Desks {
			if d.State == civic.DeskClosed {
				continue
			}
			if _, err := tx.TicketOfClerk(ctx, authority, d.ClerkID); err == nil {
				snap.busy[d.ClerkID] = true
			} else if civic.CodeOf(err) != civic.NotFound {
				return err
			}
		}
		snap.Visits = map[civic.TicketID]civic.Visit{}
		for _, t := range tickets {
			if t.State != civic.Called && t.State != civic.Serving {
				continue
			}
			v, err := tx.VisitOfTicket(ctx, authority, t.ID)
			if err == nil {
				snap.Visits[t.ID] = v
			} else if civic.CodeOf(err) != civic.NotFound {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.seenDesks(snap.Desks)
	snap.compute(bindingWishes(s.seen(tickets), contacts), issued, now, s.loc)
	snap.placeContacts(contacts)
	return snap, nil
}

// compute derives order, positions and status.
func (s *Snapshot) compute(tickets []civic.Ticket, issued int, now time.Time, loc *time.Location) {
	var waiting []civic.Ticket
	s.others = map[civic.TicketID]civic.Ticket{}
	for _, t := range tickets {
		if t.State == civic.Waiting {
			waiting = append(waiting, t)
		} else {
			s.others[t.ID] = t
		}
	}
	s.Waiting = civic.Order(waiting, s.Office.InRow)
	s.ahead = make(map[civic.TicketID]int, len(s.Waiting))
	for i, t := range s.Waiting {
		s.ahead[t.ID] = i
	}
	desks := countDesks(s.Desks, s.busy)
	s.staff = desks.Free + desks.Busy
	calendar := civic.CalendarOf(s.Authority, s.Office, holiday.Names(s.Authority.Holidays))
	in := civic.Situation{Authority: s.Authority, Office: s.Office, Calendar: calendar, Desks: desks, Waiting: len(s.Waiting), Issued: issued}
	in.Wait, in.WaitKnown = expected(in.Waiting, s.staff, s.recent)
	s.Status = civic.StatusOf(in, now, loc)
	s.Days = calendar.Days(civic.DayOf(now, loc), 7)
	s.Message, s.MessageAt = s.Office.Told(now, loc)
	s.Change = s.Status.Change
	if at := s.takeable(now); at.After(now) && at.Before(s.Change) {
		s.Change = at
	}
}

// originsOf names the offices that have transferred one of the tickets; mostly there is none, and nothing is asked.
func originsOf(ctx context.Context, tx *store.Tx, tickets []civic.Ticket) (map[civic.OfficeID]civic.Text, error) {
	var out map[civic.OfficeID]civic.Text
	for _, t := range tickets {
		if _, known := out[t.From]; known || t.From == "" {
			continue
		}
		o, err := tx.Office(ctx, t.AuthorityID, t.From)
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = map[civic.OfficeID]civic.Text{}
		}
		out[o.ID] = o.Name
	}
	return out, nil
}

// takeable is when the next desk with a ticket counts as left alone, if its clerk is not seen until then; zero: none.
func (s *Snapshot) takeable(now time.Time) time.Time {
	var first time.Time
	for _, d := range s.Desks {
		if d.State == civic.DeskClosed || d.Unseen(now) {
			continue
		}
		at := d.SeenAt.Add(civic.SilentAfter + time.Second)
		if _, has := s.At(d.ID); has && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// countDesks counts desks as the status table needs them.
func countDesks(desks []civic.Desk, busy map[civic.ClerkID]bool) civic.DeskCount {
	var n civic.DeskCount
	for _, d := range desks {
		switch {
		case d.State == civic.DeskOpen && busy[d.ClerkID]:
			n.Busy++
		case d.State == civic.DeskOpen:
			n.Free++
		case d.State == civic.DeskAbsent:
			n.Absent++
		case d.State == civic.DeskPaused:
			n.Paused++
			if !d.PausedUntil.IsZero() && (n.PausedUntil.IsZero() || d.PausedUntil.Before(n.PausedUntil)) {
				n.PausedUntil = d.PausedUntil
			}
		}
	}
	return n
}
