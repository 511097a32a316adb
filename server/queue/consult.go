package queue

import (
	"context"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/store"
)

// Consult is a consult as one of the two sees it.
type Consult struct {
	civic.Consult
	With   string // name of the other one
	Number string
	Office civic.Text
	Topic  civic.Text
}

// Consults returns what the caller has asked of a colleague and what a colleague asks of the caller.
func (s *Service) Consults(ctx context.Context, caller civic.Caller) ([]Consult, error) {
	var out []Consult
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		out = nil
		consults, err := tx.ConsultsOf(ctx, caller.AuthorityID, caller.Clerk)
		if err != nil {
			return err
		}
		for _, c := range consults {
			told, err := describe(ctx, tx, c, caller.Clerk)
			if err != nil {
				return err
			}
			out = append(out, told)
		}
		return nil
	})
	return out, err
}

// describe says what the other one needs to know: the matter, and no name of the citizen.
func describe(ctx context.Context, tx *store.Tx, c civic.Consult, me civic.ClerkID) (Consult, error) {
	other := c.Colleague
	if me == c.Colleague {
		other = c.Asker
	}
	clerk, err := tx.Clerk(ctx, c.AuthorityID, other)
	if err != nil {
		return Consult{}, err
	}
	v, err := tx.Visit(ctx, c.AuthorityID, c.VisitID)
	if err != nil {
		return Consult{}, err
	}
	t, err := tx.Ticket(ctx, c.AuthorityID, v.TicketID)
	if err != nil {
		return Consult{}, err
	}
	office, err := tx.Office(ctx, c.AuthorityID, v.OfficeID)
	if err != nil {
		return Consult{}, err
	}
	told := Consult{Consult: c, With: clerk.Name, Number: t.Label, Office: office.Name}
	if t.Topic == "" {
		return told, nil
	}
	topics, err := tx.Topics(ctx, c.AuthorityID)
	for _, topic := range topics {
		if topic.ID == t.Topic {
			told.Topic = topic.Name
		}
	}
	return told, err
}

// WatchConsults returns a channel that receives a value after everything that concerns the clerk's consults, and the function
// that ends it.
func (s *Service) WatchConsults(clerk civic.ClerkID) (<-chan struct{}, func()) {
	return s.bus.Subscribe(bus.Clerk(clerk))
}

// ConsultOf returns the consult and its visit, if the caller is one of the two. To others it does not exist.
func (s *Service) ConsultOf(ctx context.Context, caller civic.Caller, consult civic.ConsultID) (c civic.Consult, v civic.Visit, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		if c, err = tx.Consult(ctx, caller.AuthorityID, consult); err != nil {
			return err
		}
		if caller.Clerk != c.Asker && caller.Clerk != c.Colleague {
			return civic.Errorf(civic.NotFound, civic.KeyConsultOver, "clerk %s is not in consult %s", caller.Clerk, consult)
		}
		v, err = tx.Visit(ctx, caller.AuthorityID, c.VisitID)
		return err
	})
	return c, v, err
}

// Ask asks a colleague about the conversation at the caller's desk. Errors: Conflict if there is no conversation (consult_state),
// a consult already (consult_state), or the colleague is not there (colleague_away), speaks with somebody (colleague_busy;
// never for a chat) or can't take over (colleague_no_desk); NotFound (colleague_unknown).
func (s *Service) Ask(ctx context.Context, caller civic.Caller, desk civic.DeskID, colleague civic.ClerkID, wish civic.ConsultWay, note string) (civic.Consult, error) {
	var c civic.Consult
	err := s.deskMove(ctx, caller, desk, func(m *mover, d civic.Desk) error {
		t, err := m.current(d)
		if err == nil && t.State != civic.Serving {
			err = civic.Errorf(civic.NotFound, civic.KeyTicketUnknown, "ticket %s is %s", t.ID, t.State)
		}
		if civic.CodeOf(err) == civic.NotFound {
			return civic.Errorf(civic.Conflict, civic.KeyConsultState, "desk %s has no conversation", d.ID)
		}
		if err != nil {
			return err
		}
		v, err := m.tx.VisitOfTicket(ctx, t.AuthorityID, t.ID)
		if err != nil {
			return err
		}
		if err := m.consultable(colleague, wish); err != nil {
			return err
		}
		if c, err = civic.NewConsult(v, civic.ConsultID(newID()), colleague, wish, note, newRoom(), m.now); err != nil {
			return err
		}
		if err := m.tx.InsertConsult(ctx, c); err != nil {
			return err
		}
		m.hintConsult(c)
		return m.audit("ticket.colleague_asked", t.Label, map[string]string{"way": string(wish)})
	})
	return c, err
}

// consultable refuses a colleague who can't be asked in that way now.
func (m *mover) consultable(colleague civic.ClerkID, wish civic.ConsultWay) error {
	clerk, err := m.tx.Clerk(m.ctx, m.office.AuthorityID, colleague)
	if civic.CodeOf(err) == civic.NotFound || err == nil && (clerk.Disabled || clerk.Deleted) {
		return civic.Errorf(civic.NotFound, civic.KeyColleagueUnknown, "no colleague %s", colleague)
	}
	if err != nil {
		return err
	}
	if err := m.tx.LineUpClerk(m.ctx, m.office.AuthorityID, colleague); err != nil {
		return err
	}
	desks, err := m.tx.StaffedDesks(m.ctx, m.office.AuthorityID)
	if err != nil {
		return err
	}
	at, err := m.s.colleague(m.ctx, m.tx, clerk, m.s.seenDesks(desks))
	switch {
	case err != nil:
		return err
	case at.State == civic.ColleagueAway:
		return civic.Errorf(civic.Conflict, civic.KeyColleagueAway, "clerk %s is away", colleague)
	case wish == civic.WayChat:
		return nil
	case at.State == civic.ColleagueBusy:
		return civic.Errorf(civic.Conflict, civic.KeyColleagueBusy, "clerk %s is busy", colleague)
	case wish == civic.WayHandOver && !at.serves(m.office.ID):
		return civic.Errorf(civic.Conflict, civic.KeyColleagueNoDesk, "clerk %s has no open desk in office %s", colleague, m.office.ID)
	}
	return nil
}

// ConsultMove makes a move of a consult for one of the two: each has moves of their own (civic.ConsultMove). wish and note are those
// of the wish. Errors: NotFound to everybody else; Gone or Conflict as the consult stands; Conflict if the colleague who
// accepts is in conversation (desk_busy) or can't take over (colleague_no_desk).
func (s *Service) ConsultMove(ctx context.Context, caller civic.Caller, consult civic.ConsultID, move civic.ConsultMove, wish civic.ConsultWay, note string) error {
	c, _, err := s.ConsultOf(ctx, caller, consult)
	if err != nil {
		return err
	}
	return s.move(ctx, caller.AuthorityID, c.OfficeID, func(m *mover) error {
		m.clerk = caller.Clerk
		from, err := m.tx.Consult(ctx, caller.AuthorityID, consult)
		if err != nil {
			return err
		}
		to, err := m.consultMove(caller, from, move, wish, note)
		if err != nil {
			return err
		}
		return m.consult(to, from)
	})
}

func (m *mover) consultMove(caller civic.Caller, c civic.Consult, move civic.ConsultMove, wish civic.ConsultWay, note string) (civic.Consult, error) {
	if caller.Clerk == c.Colleague {
		switch move {
		case civic.MoveConsultAccept:
			return m.accept(caller, c)
		case civic.MoveConsultLater:
			return c.AnswerLater()
		case civic.MoveConsultDecline:
			return c.Decline()
		case civic.MoveConsultLeave:
			return c.Leave()
		}
	} else if caller.Clerk == c.Asker {
		switch move {
		case civic.MoveConsultWish:
			to, err := c.Ask(wish, note)
			if err != nil || c.Together() { // with nobody else; the rest is looked at when they accept
				return to, err
			}
			return to, m.consultable(c.Colleague, wish)
		case civic.MoveConsultWithdraw:
			return c.Withdraw()
		case civic.MoveConsultBack:
			return c.Back()
		case civic.MoveConsultEnd:
			return c.End()
		}
	}
	return c, civic.Errorf(civic.Forbidden, civic.KeyForbidden, "clerk %s may not %s in consult %s", caller.Clerk, move, c.ID)
}

// accept is the colleague's yes. Whoever is to speak must be free, and is not called away by an own citizen meanwhile.
func (m *mover) accept(caller civic.Caller, c civic.Consult) (civic.Consult, error) {
	to, err := c.Accept(m.now)
	if err != nil || c.Wish == civic.WayChat {
		return to, err
	}
	if err := m.tx.LineUpClerk(m.ctx, c.AuthorityID, c.Colleague); err != nil {
		return c, err
	}
	t, err := m.tx.TicketOfClerk(m.ctx, c.AuthorityID, c.Colleague)
	if err == nil {
		return c, civic.Errorf(civic.Conflict, civic.KeyDeskBusy, "clerk %s has ticket %s, %s", c.Colleague, t.ID, t.State)
	}
	if civic.CodeOf(err) != civic.NotFound {
		return c, err
	}
	if c.Wish == civic.WayHandOver {
		return to, m.give(caller, c)
	}
	to.Room = newRoom() // nobody who spoke in an earlier one is in it
	return to, nil
}

// give hands ticket and visit to the desk of the colleague who accepts. The room and the citizen's connection stay; the
// clerk's part in it ends.
func (m *mover) give(caller civic.Caller, c civic.Consult) error {
	if err := caller.MayServe(c.AuthorityID, c.OfficeID); err != nil {
		return civic.Errorf(civic.Conflict, civic.KeyColleagueNoDesk, "%v", err)
	}
	d, err := m.tx.DeskOf(m.ctx, c.AuthorityID, c.OfficeID, c.Colleague)
	if civic.CodeOf(err) == civic.NotFound {
		return civic.Errorf(civic.Conflict, civic.KeyColleagueNoDesk, "clerk %s has no desk in office %s", c.Colleague, c.OfficeID)
	}
	if err != nil {
		return err
	}
	v, err := m.tx.Visit(m.ctx, c.AuthorityID, c.VisitID)
	if err != nil {
		return err
	}
	t, err := m.tx.Ticket(m.ctx, c.AuthorityID, v.TicketID)
	if err != nil {
		return err
	}
	moved, err := t.Give(d, c.Note)
	if err != nil {
		return err
	}
	from := v.State
	if v, err = v.Give(d); err != nil {
		return err
	}
	if err := m.tx.UpdateVisit(m.ctx, v, from); err != nil {
		return err
	}
	if err := m.tx.DeleteGrants(m.ctx, v.AuthorityID, v.ID, civic.SideClerk); err != nil {
		return err
	}
	for _, clerk := range []civic.ClerkID{c.Asker, c.Colleague} {
		if err := m.hintOffices(clerk); err != nil {
			return err
		}
	}
	if err := m.audit("ticket.given", t.Label, map[string]string{"from": string(c.Asker), "to": string(c.Colleague)}); err != nil {
		return err
	}
	return m.ticket(moved, t.State)
}

// consult stores a consult that has moved, and voids what admitted to its rooms before.
func (m *mover) consult(c, from civic.Consult) error {
	if err := m.tx.UpdateConsult(m.ctx, c, from); err != nil {
		return err
	}
	for _, side := range []civic.Side{civic.SideApart, civic.SideColleague} {
		if err := m.tx.DeleteGrants(m.ctx, c.AuthorityID, c.VisitID, side); err != nil {
			return err
		}
	}
	m.hintConsult(c)
	return nil
}

func (m *mover) hintConsult(c civic.Consult) {
	m.touched = append(m.touched, bus.Visit(c.VisitID), bus.Clerk(c.Asker), bus.Clerk(c.Colleague))
}

// AnswerColleague is the citizen's word to a colleague who is to take part: yes, or no, also after a yes. Gone if nobody is to.
func (s *Service) AnswerColleague(ctx context.Context, caller civic.Caller, consult civic.ConsultID, yes bool) error {
	return s.citizenMove(ctx, caller, func(m *mover, t civic.Ticket) error {
		c, err := m.tx.Consult(ctx, t.AuthorityID, consult)
		if err != nil {
			return err
		}
		v, err := m.tx.Visit(ctx, t.AuthorityID, c.VisitID)
		if err == nil && v.TicketID != t.ID {
			err = civic.Errorf(civic.NotFound, civic.KeyConsultOver, "consult %s is not about ticket %s", consult, t.ID)
		}
		if err != nil {
			return err
		}
		to, err := c.Refuse()
		if yes {
			to, err = c.Agree(m.now)
		}
		if err != nil {
			return err
		}
		return m.consult(to, c)
	})
}

// endConsult ends the consult of a visit that another clerk goes on with.
func (m *mover) endConsult(v civic.Visit) error {
	c, err := m.tx.ConsultOfVisit(m.ctx, v.AuthorityID, v.ID)
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	to, err := c.End()
	if err != nil {
		return err
	}
	return m.consult(to, c)
}

// endConsults deletes all that an ended visit had of them, and counts the colleagues who took part in the conversation.
func (m *mover) endConsults(v civic.Visit) (joined int, err error) {
	if err := m.endConsult(v); err != nil {
		return 0, err
	}
	if joined, err = m.tx.JoinedVisit(m.ctx, v.AuthorityID, v.ID); err != nil {
		return 0, err
	}
	return joined, m.tx.DeleteConsults(m.ctx, v.AuthorityID, v.ID)
}

// apart refuses a clerk whose sound and picture are with a colleague: the next citizen would hear and see it.
func (m *mover) apart(d civic.Desk) error {
	if err := m.tx.LineUpClerk(m.ctx, d.AuthorityID, d.ClerkID); err != nil {
		return err
	}
	consults, err := m.tx.ConsultsOf(m.ctx, d.AuthorityID, d.ClerkID)
	if err != nil {
		return err
	}
	for _, c := range consults {
		if c.Colleague == d.ClerkID && c.Together() {
			return civic.Errorf(civic.Conflict, civic.KeyConsulting, "clerk %s is in consult %s", d.ClerkID, c.ID)
		}
	}
	return nil
}
