package queue

import (
	"context"

	"schalter/server/bus"
	"schalter/server/civic"
)

// Settle goes on with the desk's ticket: recall calls it again, lapse takes back a call, finish ends the conversation, park
// puts it aside. Errors: Conflict (ticket_state) if the desk has no ticket (any more), or the state forbids it; recall of
// the last call that is granted: Conflict (last_call).
func (s *Service) Settle(ctx context.Context, caller civic.Caller, desk civic.DeskID, move civic.TicketMove) error {
	return s.settle(ctx, caller, desk, move, func(m *mover, t civic.Ticket) error {
		switch move {
		case civic.MoveRecall:
			return m.recall(t)
		case civic.MoveLapse:
			return m.lapse(t)
		case civic.MoveFinish:
			if err := m.finish(t, civic.OutcomeServed); err != nil {
				return err
			}
			return m.audit("ticket.finished", t.Label, nil)
		case civic.MovePark:
			return m.park(t)
		default:
			return civic.Errorf(civic.Invalid, civic.KeyTicketState, "a desk does not %s", move)
		}
	})
}

// PassOn hands the desk's ticket to the office to, with a note for the clerk there. Errors as of Settle; Conflict with the
// reason if that office is not open, NotFound or Invalid (office_unknown) if there is none, or it is the own.
func (s *Service) PassOn(ctx context.Context, caller civic.Caller, desk civic.DeskID, to civic.OfficeID, note string) error {
	return s.settle(ctx, caller, desk, civic.MoveTransfer, func(m *mover, t civic.Ticket) error { return m.transfer(t, to, note) })
}

func (s *Service) settle(ctx context.Context, caller civic.Caller, desk civic.DeskID, move civic.TicketMove, fn func(*mover, civic.Ticket) error) error {
	may := caller.MayWork
	if move == civic.MoveFinish || move == civic.MoveLapse {
		may = caller.MayEnd
	}
	return s.deskMoveIf(ctx, caller, may, desk, func(m *mover, d civic.Desk) error {
		t, err := m.current(d)
		if civic.CodeOf(err) == civic.NotFound {
			return civic.Errorf(civic.Conflict, civic.KeyTicketState, "%s: desk %s has no ticket", move, d.ID)
		}
		if err != nil {
			return err
		}
		return fn(m, t)
	})
}

// PassOnWaiting is PassOn for one who waits in an office that the caller serves.
func (s *Service) PassOnWaiting(ctx context.Context, caller civic.Caller, office civic.OfficeID, ticket civic.TicketID, to civic.OfficeID, note string) error {
	return s.ticketMove(ctx, caller, office, ticket, func(m *mover, t civic.Ticket) error {
		if t.State != civic.Waiting {
			return civic.Errorf(civic.Conflict, civic.KeyTicketState, "transfer: ticket %s is %s", t.ID, t.State)
		}
		return m.transfer(t, to, note)
	})
}

// PutBack undoes that a ticket was missed: it stands at the head of the queue again. Gone on a later day.
func (s *Service) PutBack(ctx context.Context, caller civic.Caller, office civic.OfficeID, ticket civic.TicketID) error {
	return s.ticketMove(ctx, caller, office, ticket, func(m *mover, t civic.Ticket) error {
		head, err := m.head()
		if err != nil {
			return err
		}
		moved, err := t.PutBack(head, civic.DayOf(m.now, s.loc))
		if err != nil {
			return err
		}
		if err := m.audit("ticket.put_back", t.Label, nil); err != nil {
			return err
		}
		return m.ticket(moved, t.State)
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
	if err := m.audit("ticket.parked", t.Label, nil); err != nil {
		return err
	}
	return m.ticket(moved, t.State)
}

func (m *mover) transfer(t civic.Ticket, office civic.OfficeID, note string) error {
	to, err := m.tx.Touch(m.ctx, t.AuthorityID, office)
	if err != nil {
		return err
	}
	m.others = append(m.others, to)
	target := &mover{s: m.s, ctx: m.ctx, tx: m.tx, office: to, now: m.now}
	if err := target.mayTake(); err != nil {
		return err
	}
	moved, err := t.Transfer(to, note)
	if err != nil {
		return err
	}
	if err := m.endVisit(t, civic.OutcomeTransferred); err != nil {
		return err
	}
	m.touched = append(m.touched, bus.Office(office))
	if err := m.audit("ticket.transferred", t.Label, map[string]string{"to": string(office)}); err != nil {
		return err
	}
	return m.ticket(moved, t.State)
}

// interrupt puts the citizen of a conversation that has lost a side to the head of the queue.
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

// SetIssuing stops or resumes issuing numbers for today.
func (s *Service) SetIssuing(ctx context.Context, caller civic.Caller, office civic.OfficeID, on bool) error {
	return s.officeMove(ctx, caller, office, func(m *mover) error {
		day := civic.Day("")
		if !on {
			day = civic.DayOf(m.now, s.loc)
		}
		if err := m.tx.SetIssuingStopped(ctx, caller.AuthorityID, office, day); err != nil {
			return err
		}
		if on {
			return m.audit("office.issuing_on", string(office), nil)
		}
		return m.audit("office.issuing_off", string(office), nil)
	})
}

// Tell tells all who wait in the office something, until the day ends or another message replaces it; empty: nothing
// any more.
func (s *Service) Tell(ctx context.Context, caller civic.Caller, office civic.OfficeID, text string) error {
	return s.officeMove(ctx, caller, office, func(m *mover) error {
		if err := m.tx.SetMessage(ctx, caller.AuthorityID, office, text, m.now); err != nil {
			return err
		}
		return m.audit("office.message", string(office), nil)
	})
}

// officeMove runs a move of an office that the caller serves.
func (s *Service) officeMove(ctx context.Context, caller civic.Caller, office civic.OfficeID, fn func(*mover) error) error {
	if err := caller.MayServe(caller.AuthorityID, office); err != nil {
		return err
	}
	return s.move(ctx, caller.AuthorityID, office, func(m *mover) error {
		m.clerk = caller.Clerk
		return fn(m)
	})
}

// ticketMove runs a move of a ticket in an office that the caller serves.
func (s *Service) ticketMove(ctx context.Context, caller civic.Caller, office civic.OfficeID, ticket civic.TicketID, fn func(*mover, civic.Ticket) error) error {
	return s.officeMove(ctx, caller, office, func(m *mover) error {
		t, err := m.tx.Ticket(ctx, caller.AuthorityID, ticket)
		if err == nil && t.OfficeID != office {
			err = civic.Errorf(civic.NotFound, civic.KeyTicketUnknown, "ticket %s is not of office %s", ticket, office)
		}
		if err != nil {
			return err
		}
		return fn(m, t)
	})
}
