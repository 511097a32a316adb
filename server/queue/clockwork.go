package queue

import (
	"context"
	"errors"
	"time"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/store"
)

// clockworkAnew is how often the clockwork reads all deadlines anew, whatever it has slept for.
const clockworkAnew = 30 * time.Second

// clockwork is the one goroutine that makes the moves which time makes due. It sleeps to the earliest deadline of all
// authorities; every due move is an ordinary transaction, guarded like all others, so that a second machine doing the
// same does no harm. Openings are not its business: a status is computed, and every feed wakes at its next change.
func (s *Service) clockwork() {
	hints, end := s.bus.Subscribe(bus.Anything)
	defer end()
	for {
		if err := s.Due(s.ctx); err != nil && s.ctx.Err() == nil {
			s.log.Warn("due moves failed, will try again", "error", err)
		}
		timer := time.NewTimer(s.sleep())
		select {
		case <-s.ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		case <-hints:
			timer.Stop()
			// A hint may bring an earlier deadline. Under load hints come in crowds; a short rest takes them as one.
			select {
			case <-s.ctx.Done():
				return
			case <-time.After(250 * time.Millisecond):
			}
		}
	}
}

// sleep is the time to the earliest deadline, at most clockworkAnew.
func (s *Service) sleep() time.Duration {
	now := s.now()
	next := civic.DayEnd(now, s.loc)
	err := s.store.Read(s.ctx, func(tx *store.Tx) error {
		at, err := tx.NextDeadline(s.ctx)
		if err == nil && !at.IsZero() && at.Before(next) {
			next = at
		}
		return err
	})
	if err != nil {
		return time.Second
	}
	return min(max(next.Sub(now), 50*time.Millisecond), clockworkAnew)
}

// Due makes every move that is due now: lapsed calls, interrupted visits whose grace is over, ended pauses, absent and
// closed desks, the end of the day, deletion. A move that fails does not hold up the others.
func (s *Service) Due(ctx context.Context) error {
	if err := s.writePresence(ctx); err != nil { // or a desk would vanish whose answer is only not yet written
		return err
	}
	var due struct {
		called, day            []civic.Ticket
		visits                 []civic.Visit
		paused, unseen, absent []civic.Desk
	}
	now := s.now()
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		var errs [6]error
		due.called, errs[0] = tx.CalledBefore(ctx, now)
		due.visits, errs[1] = tx.InterruptedBefore(ctx, now)
		due.paused, errs[2] = tx.PausedBefore(ctx, now)
		due.unseen, errs[3] = tx.UnseenDesks(ctx, now.Add(-civic.DeskAbsentAfter))
		due.absent, errs[4] = tx.AbsentDesks(ctx, now.Add(-civic.DeskClosedAfter))
		due.day, errs[5] = tx.OpenBefore(ctx, civic.DayOf(now, s.loc))
		return errors.Join(errs[:]...)
	})
	if err != nil {
		return err
	}
	var errs []error
	try := func(err error) {
		if c := civic.CodeOf(err); err != nil && c != civic.Conflict && c != civic.Gone && c != civic.NotFound { // somebody was faster
			errs = append(errs, err)
		}
	}
	for _, t := range due.called {
		try(s.dueTicket(ctx, t, func(m *mover, t civic.Ticket) error {
			if t.State != civic.Called || t.Deadline.After(m.now) {
				return nil
			}
			return m.lapse(t)
		}))
	}
	for _, v := range due.visits {
		try(s.dueVisit(ctx, v))
	}
	for _, d := range due.paused {
		try(s.dueDesk(ctx, d, func(m *mover, d civic.Desk) error {
			if d.PausedUntil.IsZero() || d.PausedUntil.After(m.now) {
				return nil
			}
			open, err := d.Resume()
			if err != nil {
				return err
			}
			return m.desk(open, d.State)
		}))
	}
	for _, d := range due.unseen {
		try(s.dueDesk(ctx, d, func(m *mover, d civic.Desk) error {
			if m.now.Sub(d.SeenAt) < civic.DeskAbsentAfter {
				return nil
			}
			gone, err := d.Vanish(m.now)
			if err != nil {
				return err
			}
			return m.desk(gone, d.State)
		}))
	}
	for _, d := range due.absent {
		try(s.dueDesk(ctx, d, func(m *mover, d civic.Desk) error {
			if d.State != civic.DeskAbsent || m.now.Sub(d.AbsentAt) < civic.DeskClosedAfter {
				return nil
			}
			return m.closeDesk(d)
		}))
	}
	for _, t := range due.day {
		try(s.dueTicket(ctx, t, func(m *mover, t civic.Ticket) error {
			closed, err := t.CloseDay(m.now)
			if err != nil {
				return err
			}
			if err := m.endVisit(t, civic.OutcomeUnanswered); err != nil {
				return err
			}
			return m.ticket(closed, t.State)
		}))
	}
	if now.Sub(s.deleted) >= time.Second { // not with every hint of a busy office
		s.deleted = now
		try(s.delete(ctx, now))
	}
	return errors.Join(errs...)
}

func (s *Service) dueTicket(ctx context.Context, t civic.Ticket, fn func(*mover, civic.Ticket) error) error {
	return s.move(ctx, t.AuthorityID, t.OfficeID, func(m *mover) error {
		t, err := m.tx.Ticket(ctx, t.AuthorityID, t.ID)
		if err != nil {
			return err
		}
		return fn(m, t)
	})
}

func (s *Service) dueDesk(ctx context.Context, d civic.Desk, fn func(*mover, civic.Desk) error) error {
	return s.move(ctx, d.AuthorityID, d.OfficeID, func(m *mover) error {
		d, err := m.tx.Desk(ctx, d.AuthorityID, d.ID)
		if err != nil {
			return err
		}
		return fn(m, d)
	})
}

func (s *Service) dueVisit(ctx context.Context, v civic.Visit) error {
	return s.move(ctx, v.AuthorityID, v.OfficeID, func(m *mover) error {
		v, err := m.tx.Visit(ctx, v.AuthorityID, v.ID)
		if err != nil {
			return err
		}
		if v.State != civic.VisitInterrupted || v.Deadline.After(m.now) {
			return nil
		}
		t, err := m.tx.Ticket(ctx, v.AuthorityID, v.TicketID)
		if err != nil {
			return err
		}
		return m.interrupt(t)
	})
}

// Together says whether all needed sides of a visit are in its room. Without them a conversation is interrupted, and
// its grace runs; with them it goes on. It is what package visit reports; saying the same again changes nothing.
func (s *Service) Together(ctx context.Context, authority civic.AuthorityID, visit civic.VisitID, all bool) error {
	var v civic.Visit
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		var err error
		v, err = tx.Visit(ctx, authority, visit)
		return err
	})
	if err != nil || v.EnteredAt.IsZero() || all == (v.State == civic.VisitOpen) || v.State == civic.VisitEnded {
		return err
	}
	return s.move(ctx, authority, v.OfficeID, func(m *mover) error {
		v, err := m.tx.Visit(ctx, authority, visit)
		if err != nil {
			return err
		}
		from := v.State
		if all {
			v, err = v.Reconnect()
		} else {
			v, err = v.Lose(m.now)
		}
		if err != nil {
			return err
		}
		m.touched = append(m.touched, bus.Visit(v.ID))
		return m.tx.UpdateVisit(ctx, v, from)
	})
}
