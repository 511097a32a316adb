package queue

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

// presenceEvery is how often the pages that answered are written down, all in one statement.
const presenceEvery = 10 * time.Second

// presence remembers which pages have answered the server's ping frame.
type presence struct {
	mu      sync.Mutex // guards the maps
	tickets map[civic.TicketID]time.Time
	desks   map[civic.DeskID]time.Time
	clerks  map[civic.ClerkID]time.Time // with a console open, at a desk or not; in memory only
}

// SeenTicket notes that a ticket's page has answered.
func (s *Service) SeenTicket(id civic.TicketID) {
	s.presence.mu.Lock()
	defer s.presence.mu.Unlock()
	s.presence.tickets[id] = s.now()
}

// SeenClerk notes that a clerk's console has answered: all desks of the clerk that are not closed are seen, and an
// absent one is back at once. Of an office that was taken away only the desk at which somebody is called or served.
func (s *Service) SeenClerk(ctx context.Context, caller civic.Caller) error {
	s.presence.mu.Lock()
	s.presence.clerks[caller.Clerk] = s.now()
	s.presence.mu.Unlock()
	var busy civic.Ticket
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		busy, err = tx.TicketOfClerk(ctx, caller.AuthorityID, caller.Clerk)
		return err
	})
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return err
	}
	if busy.Desk != "" {
		s.presence.mu.Lock()
		s.presence.desks[busy.Desk] = s.now()
		s.presence.mu.Unlock()
	}
	for _, office := range caller.Offices {
		snap, err := s.Snapshot(ctx, caller.AuthorityID, office)
		if err != nil {
			return err
		}
		for _, d := range snap.Desks {
			if d.ClerkID != caller.Clerk || d.State == civic.DeskClosed {
				continue
			}
			s.presence.mu.Lock()
			s.presence.desks[d.ID] = s.now()
			s.presence.mu.Unlock()
			if d.State != civic.DeskAbsent {
				continue
			}
			err := s.deskMove(ctx, caller, d.ID, func(m *mover, d civic.Desk) error {
				back, err := d.Back(m.now)
				if err != nil {
					return err
				}
				return m.desk(back, d.State)
			})
			if err != nil && civic.CodeOf(err) != civic.Conflict { // it has moved since the snapshot
				return err
			}
		}
	}
	return nil
}

// seen puts the latest answers into tickets read from the database, which lags by presenceEvery.
func (s *Service) seen(tickets []civic.Ticket) []civic.Ticket {
	s.presence.mu.Lock()
	defer s.presence.mu.Unlock()
	for i, t := range tickets {
		if at, ok := s.presence.tickets[t.ID]; ok && at.After(t.SeenAt) {
			tickets[i].SeenAt = at
		}
	}
	return tickets
}

// seenDesks does the same for desks.
func (s *Service) seenDesks(desks []civic.Desk) []civic.Desk {
	s.presence.mu.Lock()
	defer s.presence.mu.Unlock()
	for i, d := range desks {
		if at, ok := s.presence.desks[d.ID]; ok && at.After(d.SeenAt) {
			desks[i].SeenAt = at
		}
	}
	return desks
}

func (s *Service) keepPresence() {
	tick := time.NewTicker(presenceEvery)
	defer tick.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-tick.C:
			if err := s.writePresence(s.ctx); err != nil && s.ctx.Err() == nil {
				s.log.Warn("presence not written, will try again", "error", err)
			}
		}
	}
}

// writePresence writes all pages that have answered since the last time.
func (s *Service) writePresence(ctx context.Context) error {
	s.presence.mu.Lock()
	tickets, desks := s.presence.tickets, s.presence.desks
	s.presence.tickets = make(map[civic.TicketID]time.Time, len(tickets))
	s.presence.desks = make(map[civic.DeskID]time.Time, len(desks))
	s.presence.mu.Unlock()
	if len(tickets)+len(desks) == 0 {
		return nil
	}
	var at time.Time // the latest answer stands for all of the last seconds
	for _, seen := range slices.AppendSeq(slices.Collect(maps.Values(tickets)), maps.Values(desks)) {
		if seen.After(at) {
			at = seen
		}
	}
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		return tx.See(ctx, at, slices.Collect(maps.Keys(tickets)), slices.Collect(maps.Keys(desks)))
	})
	if err == nil {
		return nil
	}
	s.presence.mu.Lock()
	defer s.presence.mu.Unlock()
	restore(s.presence.tickets, tickets)
	restore(s.presence.desks, desks)
	return err
}

// restore puts back what could not be written, unless there is a newer answer.
func restore[K comparable](to, from map[K]time.Time) {
	for k, at := range from {
		if _, ok := to[k]; !ok {
			to[k] = at
		}
	}
}
