package queue

import (
	"context"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

// sweepEvery is how often that is deleted which expires by itself: nobody is shown it meanwhile.
const sweepEvery = time.Minute

// delete is the deletion job (civic.Retention.Table): ended tickets by what their authority says, and, less often, what has
// expired. Only the clockwork runs it.
func (s *Service) delete(ctx context.Context, now time.Time) error {
	var own map[civic.AuthorityID]civic.Retention
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		own, err = tx.Retentions(ctx)
		return err
	})
	if err != nil {
		return err
	}
	sweep := now.Sub(s.swept) >= sweepEvery
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.DeleteEnded(ctx, now.Add(-civic.TicketRetention), now); err != nil {
			return err
		}
		for authority, kept := range own {
			if _, err := tx.DeleteEndedOf(ctx, authority, now.Add(-kept.Tickets())); err != nil {
				return err
			}
		}
		if !sweep {
			return nil
		}
		return sweepUp(ctx, tx, own, now)
	})
	if err == nil && sweep {
		s.swept = now
	}
	return err
}

// sweepUp deletes old entries of the audit log and whatever has expired.
func sweepUp(ctx context.Context, tx *store.Tx, own map[civic.AuthorityID]civic.Retention, now time.Time) error {
	var but []civic.AuthorityID
	for authority, kept := range own {
		but = append(but, authority)
		if err := tx.DeleteAuditOf(ctx, authority, now.Add(-kept.Audit())); err != nil {
			return err
		}
	}
	if err := tx.DeleteAudit(ctx, now.Add(-civic.AuditRetention), but); err != nil {
		return err
	}
	return tx.DeleteExpired(ctx, now)
}

// Export is all that is kept of the caller, and until when at the latest.
type Export struct {
	Ticket  map[string]any
	Visits  []map[string]any
	Deleted time.Time
}

// Export returns all that is kept of the caller (GDPR Art. 15 and 20), without hashes.
func (s *Service) Export(ctx context.Context, caller civic.Caller) (Export, error) {
	t, err := s.Held(ctx, caller)
	if err != nil {
		return Export{}, err
	}
	var e Export
	var a civic.Authority
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if a, err = tx.Authority(ctx, t.AuthorityID); err != nil {
			return err
		}
		e.Ticket, e.Visits, err = tx.Export(ctx, t.AuthorityID, t.ID)
		return err
	})
	end := t.EndedAt
	if end.IsZero() {
		end = civic.DayEnd(s.now(), s.loc)
	}
	e.Deleted = end.Add(a.Retention.Tickets())
	return e, err
}

// Forget gives the caller's place up, as Leave does, and deletes all that is kept of the citizen at once (GDPR Art. 17); the
// anonymous record stays. A running conversation has to be ended first: Conflict (conversation_running).
func (s *Service) Forget(ctx context.Context, caller civic.Caller) error {
	return s.citizenMove(ctx, caller, func(m *mover, t civic.Ticket) error {
		if t.State == civic.Serving {
			return civic.Errorf(civic.Conflict, civic.KeyConversationRunning, "delete: ticket %s is %s", t.ID, t.State)
		}
		if !t.State.Over() {
			leave := t.Leave
			if t.State == civic.Missed {
				leave = t.CloseDay
			}
			gone, err := leave(m.now)
			if err != nil {
				return err
			}
			if err := m.endVisit(t, civic.OutcomeUnanswered); err != nil {
				return err
			}
			if err := m.ticket(gone, t.State); err != nil {
				return err
			}
		}
		m.tickets = append(m.tickets, t.ID)
		return m.tx.DeleteTicket(ctx, t.AuthorityID, t.ID)
	})
}
