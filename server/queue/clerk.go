package queue

import (
	"context"
	"time"

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
		if err := caller.MayServe(d.AuthorityID, d.OfficeID); err != nil {
			return err
		}
		open, err := d.Resume()
		if err != nil {
			return err
		}
		return m.desk(open, d.State)
	})
}

// CloseDesk closes the desk. A ticket called there lapses; a running conversation has to be ended first: Conflict.
func (s *Service) CloseDesk(ctx context.Context, caller civic.Caller, desk civic.DeskID) error {
	return s.deskMoveIf(ctx, caller, caller.MayEnd, desk, func(m *mover, d civic.Desk) error {
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

// deskMove runs a move of the caller's own desk.
func (s *Service) deskMove(ctx context.Context, caller civic.Caller, desk civic.DeskID, fn func(*mover, civic.Desk) error) error {
	return s.deskMoveIf(ctx, caller, caller.MayWork, desk, fn)
}

// deskMoveIf runs a move of a desk at which the caller may do that.
func (s *Service) deskMoveIf(ctx context.Context, caller civic.Caller, may func(civic.Desk) error, desk civic.DeskID, fn func(*mover, civic.Desk) error) error {
	d, err := s.deskIf(ctx, caller, may, desk)
	if err != nil {
		return err
	}
	return s.move(ctx, d.AuthorityID, d.OfficeID, func(m *mover) error {
		m.clerk = caller.Clerk
		d, err := m.tx.Desk(ctx, caller.AuthorityID, desk)
		if err != nil {
			return err
		}
		return fn(m, d)
	})
}

func (s *Service) deskIf(ctx context.Context, caller civic.Caller, may func(civic.Desk) error, desk civic.DeskID) (civic.Desk, error) {
	var d civic.Desk
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		var err error
		d, err = tx.Desk(ctx, caller.AuthorityID, desk)
		return err
	})
	if err != nil {
		return d, err
	}
	return d, may(d)
}

// AtDesk returns the running visit of the caller's desk, so that a reloaded console can join its room again. Gone
// (visit_over) if there is none.
func (s *Service) AtDesk(ctx context.Context, caller civic.Caller, desk civic.DeskID) (civic.Visit, error) {
	d, err := s.deskIf(ctx, caller, caller.MayEnd, desk)
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
	d, err := s.deskIf(ctx, caller, caller.MayEnd, desk)
	return d.OfficeID, err
}
