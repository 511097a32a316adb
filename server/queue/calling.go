package queue

import (
	"context"
	"slices"

	"schalter/server/bus"
	"schalter/server/civic"
)

// Call calls a ticket to the desk: the one named, or whoever is next (civic.Next). A ticket called before to no avail
// lapses by it. The visit made is the one that the clerk's side joins at once. Errors: Conflict if the clerk is in
// conversation (desk_busy), if nobody waits (nobody_waiting) or all who wait are away or wait for another clerk
// (nobody_ready), if a colleague was faster (taken_by_colleague), or if the desk is not open; Invalid (reason_missing) if
// the one named overtakes whose turn it is, and reason is empty.
func (s *Service) Call(ctx context.Context, caller civic.Caller, desk civic.DeskID, ticket civic.TicketID, reason civic.CallReason) (civic.Visit, error) {
	var v civic.Visit
	err := s.deskMove(ctx, caller, desk, func(m *mover, d civic.Desk) error {
		if err := caller.MayServe(d.AuthorityID, d.OfficeID); err != nil { // it may have been taken from the clerk since
			return err
		}
		if d.State != civic.DeskOpen {
			return civic.Errorf(civic.Conflict, civic.KeyDeskState, "desk %s is %s", d.ID, d.State)
		}
		if err := m.free(d); err != nil {
			return err
		}
		t, outOfTurn, err := m.choose(ticket, reason)
		if err != nil {
			return err
		}
		called, err := t.Call(m.office, d, m.now)
		if err != nil {
			return err
		}
		if err := m.ticket(called, t.State); err != nil {
			return err
		}
		if outOfTurn {
			err = m.audit("ticket.called_out_of_turn", t.Label, map[string]string{"reason": string(reason)})
		} else {
			err = m.audit("ticket.called", t.Label, nil)
		}
		if err != nil {
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

// free lapses a ticket that the clerk called to no avail, and refuses while the clerk is in conversation, with a citizen or a
// colleague.
func (m *mover) free(d civic.Desk) error {
	if err := m.apart(d); err != nil {
		return err
	}
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

// choose picks the ticket to call: the one named, and whether it overtakes whose turn it is; or whoever is next, and marks
// those who are passed over.
func (m *mover) choose(id civic.TicketID, reason civic.CallReason) (t civic.Ticket, outOfTurn bool, err error) {
	if id != "" {
		if t, err = m.named(id); err != nil || t.State == civic.Parked {
			return t, false, err
		}
	}
	waiting, err := m.waiting()
	if err != nil {
		return t, false, err
	}
	ordered := civic.Order(waiting, m.office.InRow)
	if id != "" {
		outOfTurn = civic.OutOfTurn(ordered, id, m.clerk, m.now)
		if outOfTurn && reason == "" {
			err = civic.Errorf(civic.Invalid, civic.KeyReasonMissing, "ticket %s is not next", id)
		}
		return t, outOfTurn, err
	}
	t, over, ok := civic.Next(ordered, m.clerk, m.now)
	switch {
	case len(ordered) == 0:
		return t, false, civic.Errorf(civic.Conflict, civic.KeyNobodyWaiting, "office %s", m.office.ID)
	case !ok:
		return t, false, civic.Errorf(civic.Conflict, civic.KeyNobodyReady, "office %s: %d wait", m.office.ID, len(ordered))
	}
	for _, o := range over {
		m.tickets = append(m.tickets, o.ID)
		if err := m.tx.UpdateTicket(m.ctx, o, civic.Waiting); err != nil {
			return t, false, err
		}
	}
	return t, false, m.tx.SetInRow(m.ctx, m.office.AuthorityID, m.office.ID, civic.InRow(waiting, t, m.office.InRow))
}

func (m *mover) named(id civic.TicketID) (civic.Ticket, error) {
	t, err := m.tx.Ticket(m.ctx, m.office.AuthorityID, id)
	if err == nil && t.OfficeID != m.office.ID {
		err = civic.Errorf(civic.NotFound, civic.KeyTicketUnknown, "ticket %s is not of office %s", id, m.office.ID)
	}
	if err == nil && t.State != civic.Waiting && t.State != civic.Parked {
		err = civic.Errorf(civic.Conflict, civic.KeyTakenByColleague, "ticket %s is %s", id, t.State)
	}
	return t, err
}

// waiting are those who wait in the office, with the latest of what is known of them. The wish for somebody who is a
// contact person no more binds nobody.
func (m *mover) waiting() ([]civic.Ticket, error) {
	waiting, err := m.tx.Tickets(m.ctx, m.office.AuthorityID, m.office.ID, civic.Waiting)
	if err != nil || !slices.ContainsFunc(waiting, func(t civic.Ticket) bool { return t.Wants != "" }) {
		return m.s.seen(waiting), err
	}
	clerks, err := m.tx.Clerks(m.ctx, m.office.AuthorityID)
	return bindingWishes(m.s.seen(waiting), contactsOf(m.office, clerks)), err
}

// lapse ends a call in vain: by time, or because the clerk goes on.
func (m *mover) lapse(t civic.Ticket) error {
	moved, err := t.Lapse(m.office, m.now)
	if err != nil {
		return err
	}
	if m.clerk != "" {
		if err := m.audit("ticket.lapsed", t.Label, nil); err != nil {
			return err
		}
	}
	if err := m.endVisit(t, civic.OutcomeUnanswered); err != nil {
		return err
	}
	return m.ticket(moved, t.State)
}

// recall calls the called one again; the visit stays.
func (m *mover) recall(t civic.Ticket) error {
	moved, err := t.Recall(m.office, m.now)
	if err != nil {
		return err
	}
	if err := m.audit("ticket.called_again", t.Label, nil); err != nil {
		return err
	}
	return m.ticket(moved, t.State)
}

// Take hands the caller's desk what a vanished colleague of the same office has called or serves. The room and the
// citizen's connection stay; the colleague's part in it ends. Errors: Conflict if that colleague is there after all, or
// another was faster (taken_by_colleague), if both sides are talking (conversation_running), or the own desk is not open
// or busy.
func (s *Service) Take(ctx context.Context, caller civic.Caller, desk civic.DeskID, ticket civic.TicketID) (civic.Visit, error) {
	var v civic.Visit
	err := s.deskMove(ctx, caller, desk, func(m *mover, d civic.Desk) error {
		if err := caller.MayServe(d.AuthorityID, d.OfficeID); err != nil {
			return err
		}
		t, err := m.tx.Ticket(ctx, d.AuthorityID, ticket)
		if err == nil && t.OfficeID != d.OfficeID {
			err = civic.Errorf(civic.NotFound, civic.KeyTicketUnknown, "ticket %s is not of office %s", ticket, d.OfficeID)
		}
		if err != nil {
			return err
		}
		if _, err := t.TakeOver(d); err != nil {
			return err
		}
		if err := m.vanished(t, d); err != nil {
			return err
		}
		if err := m.free(d); err != nil {
			return err
		}
		moved, err := t.TakeOver(d)
		if err != nil {
			return err
		}
		if v, err = m.handOver(t, d); err != nil {
			return err
		}
		if err := m.audit("ticket.taken_over", t.Label, nil); err != nil {
			return err
		}
		return m.ticket(moved, t.State)
	})
	return v, err
}

// vanished refuses unless the clerk at whose desk the ticket is has vanished.
func (m *mover) vanished(t civic.Ticket, d civic.Desk) error {
	if t.Desk == d.ID {
		return civic.Errorf(civic.Conflict, civic.KeyTicketState, "ticket %s is at the own desk", t.ID)
	}
	before, err := m.tx.Desk(m.ctx, t.AuthorityID, t.Desk)
	if err != nil {
		return err
	}
	if m.s.seenDesks([]civic.Desk{before})[0].Unseen(m.now) {
		return nil
	}
	return civic.Errorf(civic.Conflict, civic.KeyTakenByColleague, "ticket %s is at desk %s, whose clerk is there", t.ID, t.Desk)
}

// handOver gives the ticket's visit to the desk, and voids the grants of the clerk who had it.
func (m *mover) handOver(t civic.Ticket, d civic.Desk) (civic.Visit, error) {
	v, err := m.tx.VisitOfTicket(m.ctx, t.AuthorityID, t.ID)
	if err != nil {
		return v, err
	}
	before, from := v.ClerkID, v.State
	if v, err = v.HandOver(d, m.now); err != nil {
		return v, err
	}
	if err := m.tx.UpdateVisit(m.ctx, v, from); err != nil {
		return v, err
	}
	if err := m.tx.DeleteGrants(m.ctx, v.AuthorityID, v.ID, civic.SideClerk); err != nil {
		return v, err
	}
	if err := m.endConsult(v); err != nil {
		return v, err
	}
	m.touched = append(m.touched, bus.Visit(v.ID))
	if err := m.hintOffices(before); err != nil {
		return v, err
	}
	return v, m.hintOffices(d.ClerkID)
}
