package queue

import (
	"context"
	"time"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/store"
)

// OpenDesk opens the caller's desk at an office, making it on the first day. An open one stays open.
func (s *Service) OpenDesk(ctx context.Context, caller civic.Caller, office civic.OfficeID) error {
	if err := caller.MayServe(caller.AuthorityID, office); err != nil {
		return err
	}
	return s.move(ctx, caller.AuthorityID, office, func(m *mover) error {
		if m.office.Retired {
			return civic.Errorf(civic.NotFound, civic.KeyOfficeUnknown, "office %s is retired", office)
		}
		d, err := m.tx.DeskOf(ctx, caller.AuthorityID, office, caller.Clerk)
		if civic.CodeOf(err) == civic.NotFound {
			d = civic.Desk{
				ID: civic.DeskID(newID()), AuthorityID: caller.AuthorityID, OfficeID: office, ClerkID: caller.Clerk, State: civic.DeskClosed,
			}
			err = m.tx.InsertDesk(ctx, d)
		}
		if err != nil {
			return err
		}
		from := d.State
		switch from {
		case civic.DeskOpen:
			return nil
		case civic.DeskPaused:
			d, err = d.Resume()
		case civic.DeskAbsent:
			d, err = d.Back(m.now)
		default:
			d, err = d.Open(m.now)
		}
		if err != nil {
			return err
		}
		return m.desk(d, from)
	})
}

// PauseDesk shows a short break, with its end if until is not zero.
func (s *Service) PauseDesk(ctx context.Context, caller civic.Caller, desk civic.DeskID, until time.Time) error {
	return s.deskMove(ctx, caller, desk, func(m *mover, d civic.Desk) error {
		paused, err := d.Pause(until, m.now)
		if err != nil {
			return err
		}
		return m.desk(paused, d.State)
	})
}

// ResumeDesk ends a pause.
func (s *Service) ResumeDesk(ctx context.Context, caller civic.Caller, desk civic.DeskID) error {
	return s.deskMove(ctx, caller, desk, func(m *mover, d civic.Desk) error {
		open, err := d.Resume()
		if err != nil {
			return err
		}
		return m.desk(open, d.State)
	})
}

// CloseDesk closes the desk. A ticket called there lapses; a running conversation has to be ended first: Conflict.
func (s *Service) CloseDesk(ctx context.Context, caller civic.Caller, desk civic.DeskID) error {
	return s.deskMove(ctx, caller, desk, func(m *mover, d civic.Desk) error {
		t, err := m.current(d)
		if err == nil && t.State == civic.Serving {
			return civic.Errorf(civic.Conflict, civic.KeyDeskBusy, "desk %s serves ticket %s", d.ID, t.ID)
		}
		return m.closeDesk(d)
	})
}

// closeDesk closes a desk and gives back what it held: a called ticket lapses, a conversation that nobody took up
// again puts the citizen at the head of the queue.
func (m *mover) closeDesk(d civic.Desk) error {
	t, err := m.current(d)
	switch {
	case civic.CodeOf(err) == civic.NotFound: // nothing to give back
		err = nil
	case err == nil && t.State == civic.Called:
		err = m.lapse(t)
	case err == nil:
		err = m.interrupt(t)
	}
	if err != nil {
		return err
	}
	closed, err := d.Close()
	if err != nil {
		return err
	}
	return m.desk(closed, d.State)
}

// current is the ticket called or serving at a desk; NotFound if none.
func (m *mover) current(d civic.Desk) (civic.Ticket, error) {
	t, err := m.tx.TicketOfClerk(m.ctx, d.AuthorityID, d.ClerkID)
	if err == nil && t.Desk != d.ID {
		return civic.Ticket{}, civic.Errorf(civic.NotFound, civic.KeyTicketUnknown, "clerk's ticket is at desk %s", t.Desk)
	}
	return t, err
}

// Call calls a ticket to the desk: the one named, or whoever is next (civic.Next). A ticket called before to no avail
// lapses by it. The visit made is the one that the clerk's side joins at once. Errors: Conflict if the clerk is in
// conversation (desk_busy), if nobody waits (nobody_waiting), if a colleague was faster (taken_by_colleague), or if
// the desk is not open.
func (s *Service) Call(ctx context.Context, caller civic.Caller, desk civic.DeskID, ticket civic.TicketID) (civic.Visit, error) {
	var v civic.Visit
	err := s.deskMove(ctx, caller, desk, func(m *mover, d civic.Desk) error {
		if d.State != civic.DeskOpen {
			return civic.Errorf(civic.Conflict, civic.KeyDeskState, "desk %s is %s", d.ID, d.State)
		}
		if err := m.free(d); err != nil {
			return err
		}
		t, err := m.choose(ticket)
		if err != nil {
			return err
		}
		called, err := t.Call(d, m.now)
		if err != nil {
			return err
		}
		if err := m.ticket(called, t.State); err != nil {
			return err
		}
		v = civic.NewVisit(called, d, civic.VisitID(newID()), newRoom(), m.now)
		if err := m.tx.InsertVisit(ctx, v); err != nil {
			return err
		}
		return m.hintOffices(d.ClerkID)
	})
	return v, err
}

// free lapses a ticket that the clerk called to no avail, and refuses while the clerk is in conversation.
func (m *mover) free(d civic.Desk) error {
	t, err := m.tx.TicketOfClerk(m.ctx, d.AuthorityID, d.ClerkID)
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if t.State != civic.Called || t.OfficeID != d.OfficeID {
		return civic.Errorf(civic.Conflict, civic.KeyDeskBusy, "clerk %s has ticket %s, %s", d.ClerkID, t.ID, t.State)
	}
	return m.lapse(t)
}

// choose picks the ticket to call, and marks those who are passed over for it.
func (m *mover) choose(id civic.TicketID) (civic.Ticket, error) {
	if id != "" {
		t, err := m.tx.Ticket(m.ctx, m.office.AuthorityID, id)
		if err == nil && t.OfficeID != m.office.ID {
			err = civic.Errorf(civic.NotFound, civic.KeyTicketUnknown, "ticket %s is not of office %s", id, m.office.ID)
		}
		if err == nil && t.State != civic.Waiting && t.State != civic.Parked {
			err = civic.Errorf(civic.Conflict, civic.KeyTakenByColleague, "ticket %s is %s", id, t.State)
		}
		return t, err
	}
	waiting, err := m.tx.Tickets(m.ctx, m.office.AuthorityID, m.office.ID, civic.Waiting)
	if err != nil {
		return civic.Ticket{}, err
	}
	t, over, ok := civic.Next(civic.Order(m.s.seen(waiting), m.office.InRow), m.now)
	if !ok {
		return t, civic.Errorf(civic.Conflict, civic.KeyNobodyWaiting, "office %s", m.office.ID)
	}
	for _, o := range over {
		m.tickets = append(m.tickets, o.ID)
		if err := m.tx.UpdateTicket(m.ctx, o, civic.Waiting); err != nil {
			return t, err
		}
	}
	return t, m.tx.SetInRow(m.ctx, m.office.AuthorityID, m.office.ID, civic.InRow(waiting, t, m.office.InRow))
}

func (m *mover) lapse(t civic.Ticket) error {
	moved, err := t.Lapse(m.now)
	if err != nil {
		return err
	}
	if err := m.endVisit(t, civic.OutcomeUnanswered); err != nil {
		return err
	}
	return m.ticket(moved, t.State)
}

func (m *mover) interrupt(t civic.Ticket) error {
	head, err := m.head()
	if err != nil {
		return err
	}
	moved, err := t.Interrupt(head)
	if err != nil {
		return err
	}
	if err := m.endVisit(t, civic.OutcomeInterrupted); err != nil {
		return err
	}
	return m.ticket(moved, t.State)
}

// Settle ends what the desk is doing with its ticket: lapse takes back a call, finish ends the conversation, park puts
// it aside, transfer hands it to the office to. Errors: Conflict (ticket_state) if the desk has no ticket (any more), or
// the state forbids it; transfer to an office that is not open: Conflict (office_closed).
func (s *Service) Settle(ctx context.Context, caller civic.Caller, desk civic.DeskID, move civic.TicketMove, to civic.OfficeID) error {
	return s.deskMove(ctx, caller, desk, func(m *mover, d civic.Desk) error {
		t, err := m.current(d)
		if civic.CodeOf(err) == civic.NotFound {
			return civic.Errorf(civic.Conflict, civic.KeyTicketState, "%s: desk %s has no ticket", move, d.ID)
		}
		if err != nil {
			return err
		}
		switch move {
		case civic.MoveLapse:
			return m.lapse(t)
		case civic.MoveFinish:
			return m.finish(t, civic.OutcomeServed)
		case civic.MovePark:
			return m.park(t)
		case civic.MoveTransfer:
			return m.transfer(t, to)
		default:
			return civic.Errorf(civic.Invalid, civic.KeyTicketState, "a desk does not %s", move)
		}
	})
}

func (m *mover) park(t civic.Ticket) error {
	moved, err := t.Park()
	if err != nil {
		return err
	}
	if err := m.endVisit(t, civic.OutcomeParked); err != nil {
		return err
	}
	return m.ticket(moved, t.State)
}

func (m *mover) transfer(t civic.Ticket, office civic.OfficeID) error {
	to, err := m.tx.Touch(m.ctx, t.AuthorityID, office)
	if err != nil {
		return err
	}
	m.others = append(m.others, to)
	target := &mover{s: m.s, ctx: m.ctx, tx: m.tx, office: to, now: m.now}
	if err := target.mayDraw(); err != nil && civic.KeyOf(err) != civic.KeyIssuingStopped {
		return err // stopped issuing concerns new numbers only
	}
	moved, err := t.Transfer(to)
	if err != nil {
		return err
	}
	if err := m.endVisit(t, civic.OutcomeTransferred); err != nil {
		return err
	}
	m.touched = append(m.touched, bus.Office(office))
	return m.ticket(moved, t.State)
}

// SetIssuing stops or resumes issuing numbers for today.
func (s *Service) SetIssuing(ctx context.Context, caller civic.Caller, office civic.OfficeID, on bool) error {
	if err := caller.MayServe(caller.AuthorityID, office); err != nil {
		return err
	}
	return s.move(ctx, caller.AuthorityID, office, func(m *mover) error {
		day := civic.Day("")
		if !on {
			day = civic.DayOf(m.now, s.loc)
		}
		return m.tx.SetIssuingStopped(ctx, caller.AuthorityID, office, day)
	})
}

// deskMove runs a move of the caller's own desk.
func (s *Service) deskMove(ctx context.Context, caller civic.Caller, desk civic.DeskID, fn func(*mover, civic.Desk) error) error {
	d, err := s.ownDesk(ctx, caller, desk)
	if err != nil {
		return err
	}
	return s.move(ctx, d.AuthorityID, d.OfficeID, func(m *mover) error {
		d, err := m.tx.Desk(ctx, caller.AuthorityID, desk)
		if err != nil {
			return err
		}
		return fn(m, d)
	})
}

func (s *Service) ownDesk(ctx context.Context, caller civic.Caller, desk civic.DeskID) (civic.Desk, error) {
	var d civic.Desk
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		var err error
		d, err = tx.Desk(ctx, caller.AuthorityID, desk)
		return err
	})
	if err != nil {
		return d, err
	}
	return d, caller.MayWork(d)
}

// AtDesk returns the running visit of the caller's desk, so that a reloaded console can join its room again. Gone
// (visit_over) if there is none.
func (s *Service) AtDesk(ctx context.Context, caller civic.Caller, desk civic.DeskID) (civic.Visit, error) {
	d, err := s.ownDesk(ctx, caller, desk)
	if err != nil {
		return civic.Visit{}, err
	}
	var v civic.Visit
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		t, err := tx.TicketOfClerk(ctx, d.AuthorityID, d.ClerkID)
		if err != nil {
			return err
		}
		v, err = tx.VisitOfTicket(ctx, t.AuthorityID, t.ID)
		return err
	})
	if civic.CodeOf(err) == civic.NotFound {
		err = civic.Errorf(civic.Gone, civic.KeyVisitOver, "desk %s has no visit", d.ID)
	}
	return v, err
}

// OfficeOf returns the office of the caller's desk.
func (s *Service) OfficeOf(ctx context.Context, caller civic.Caller, desk civic.DeskID) (civic.OfficeID, error) {
	d, err := s.ownDesk(ctx, caller, desk)
	return d.OfficeID, err
}
