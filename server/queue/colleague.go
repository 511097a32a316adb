package queue

import (
	"context"
	"slices"

	"schalter/server/civic"
	"schalter/server/store"
)

// Colleague is somebody of the authority's staff who is at work.
type Colleague struct {
	Clerk   civic.Clerk
	State   civic.Colleagueship
	Offices []civic.Text     // that the colleague serves
	OpenAt  []civic.OfficeID // where a desk is open
}

func (c Colleague) serves(office civic.OfficeID) bool { return slices.Contains(c.OpenAt, office) }

// Colleagues returns who is at work beside the caller, by name: at a desk, or with a console open. It is computed from this moment
// and kept nowhere.
func (s *Service) Colleagues(ctx context.Context, caller civic.Caller) ([]Colleague, error) {
	var out []Colleague
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		out = nil
		clerks, err := tx.Clerks(ctx, caller.AuthorityID)
		if err != nil {
			return err
		}
		desks, err := tx.StaffedDesks(ctx, caller.AuthorityID)
		if err != nil {
			return err
		}
		s.seenDesks(desks)
		offices, err := tx.Offices(ctx, caller.AuthorityID)
		if err != nil {
			return err
		}
		for _, clerk := range clerks {
			if clerk.ID == caller.Clerk || clerk.Disabled || clerk.Deleted || !s.atWork(clerk.ID, desks) {
				continue
			}
			c, err := s.colleague(ctx, tx, clerk, desks)
			if err != nil {
				return err
			}
			for _, o := range offices {
				if !o.Retired && slices.Contains(clerk.Offices, o.ID) {
					c.Offices = append(c.Offices, o.Name)
				}
			}
			out = append(out, c)
		}
		return nil
	})
	return out, err
}

// atWork says whether it is worth asking more of a clerk.
func (s *Service) atWork(clerk civic.ClerkID, desks []civic.Desk) bool {
	return s.consoleOpen(clerk) || slices.ContainsFunc(desks, func(d civic.Desk) bool { return d.ClerkID == clerk })
}

// consoleOpen says whether a console of the clerk has answered lately, on this machine.
func (s *Service) consoleOpen(clerk civic.ClerkID) bool {
	s.presence.mu.Lock()
	defer s.presence.mu.Unlock()
	at, ok := s.presence.clerks[clerk]
	return ok && s.now().Sub(at) <= civic.SilentAfter
}

// colleague says how it is with a clerk. desks are all of the authority that are not closed.
func (s *Service) colleague(ctx context.Context, tx *store.Tx, clerk civic.Clerk, desks []civic.Desk) (Colleague, error) {
	c := Colleague{Clerk: clerk}
	var own []civic.Desk
	for _, d := range desks {
		if d.ClerkID != clerk.ID {
			continue
		}
		own = append(own, d)
		if d.State == civic.DeskOpen && slices.Contains(clerk.Offices, d.OfficeID) {
			c.OpenAt = append(c.OpenAt, d.OfficeID)
		}
	}
	_, err := tx.TicketOfClerk(ctx, clerk.AuthorityID, clerk.ID)
	busy := err == nil
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return c, err
	}
	consults, err := tx.ConsultsOf(ctx, clerk.AuthorityID, clerk.ID)
	for _, k := range consults {
		busy = busy || k.Colleague == clerk.ID && k.Together()
	}
	c.State, _ = civic.ColleagueshipOf(s.consoleOpen(clerk.ID), own, busy, s.now())
	return c, err
}
