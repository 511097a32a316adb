package visit

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/sfu"
	"schalter/server/store"
)

// maxSaid is how many lines of a consult's chat are kept; the oldest go first.
const maxSaid = 200

// Said is one line of a consult's chat. It is in the memory of the visit's room only, and gone with the consult.
type Said struct {
	From civic.ClerkID
	Text string
	At   time.Time
}

// apart is what a clerk and a colleague are at beside the citizen. The room's goroutine owns it.
type apart struct {
	consult   civic.Consult // zero: there is none
	colleague string        // name
	said      []Said
	members   map[string]*Member // in the consult's own room of the switch
}

// held says whether the clerk is with the colleague, so that the citizen waits a moment.
func (a *apart) held() bool { return !a.consult.HeldSince.IsZero() }

// consult reads the visit's consult; zero if there is none.
func consult(ctx context.Context, tx *store.Tx, v civic.Visit) (c civic.Consult, colleague string, err error) {
	c, err = tx.ConsultOfVisit(ctx, v.AuthorityID, v.ID)
	if civic.CodeOf(err) == civic.NotFound {
		return civic.Consult{}, "", nil
	}
	if err != nil {
		return c, "", err
	}
	clerk, err := tx.Clerk(ctx, c.AuthorityID, c.Colleague)
	return c, clerk.Name, err
}

// consulted brings the room in line with the consult as it stands now. The clerk is held before anybody can speak apart, and
// comes back after everybody has stopped to.
func (r *room) consulted(c civic.Consult, colleague string) {
	before := r.apart.consult
	r.apart.consult, r.apart.colleague = c, colleague
	if c.ID != before.ID {
		r.apart.said = nil
	}
	if before.ID != "" && (c.Room != before.Room || c.State != civic.ConsultOpen || c.Way != civic.WayVoice) {
		r.closeApart(before, EndFinished)
	}
	for id, m := range r.members {
		if m.here && m.side == civic.SideClerk {
			m.peer.Hold(r.apart.held())
		}
		if m.side == civic.SideColleague && r.mayBeHere(m) != nil {
			r.putOut(id, m)
		}
	}
}

// closeApart ends the consult's own room. When it returns nothing is forwarded there any more.
func (r *room) closeApart(c civic.Consult, reason End) {
	r.s.media.CloseRoom(c.Room)
	for id, m := range r.apart.members {
		delete(r.apart.members, id)
		if m.here {
			m.here = false
			m.out.Ended(reason)
		}
	}
}

// joinApart takes a grant's holder into the consult's own room: never before the clerk is held in the citizen's.
func (r *room) joinApart(g store.Grant, out Outputs) (*Member, error) {
	who := civic.ClerkID(g.Participant)
	m := &Member{room: r, out: out, here: true, side: civic.SideClerk, id: string(civic.SideClerk), clerk: who, apart: true}
	err := r.inRoom(func() (err error) {
		if err := r.read(); err != nil {
			return err
		}
		c := r.apart.consult
		if err := c.MaySpeak(who); err != nil {
			return err
		}
		if who == c.Colleague {
			m.side, m.id = civic.SideColleague, c.Participant()
		}
		if before := r.apart.members[m.id]; before != nil && before.here {
			before.here = false
			before.peer.Close()
			before.out.Ended(EndReplaced)
		}
		events := out.Media
		events.Closed = func(reason sfu.Reason) { m.closed(reason) }
		if m.peer, err = r.s.media.Room(c.Room).Join(m.id, events); err != nil {
			return civic.Errorf(civic.Unavailable, civic.KeyRoomUnavailable, "join apart: %v", err)
		}
		r.apart.members[m.id] = m
		r.tell()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// inRoom runs fn on the room's goroutine. Gone if the room has ended.
func (r *room) inRoom(fn func() error) error {
	var err error
	if !r.in(func() { err = fn() }) {
		return civic.Errorf(civic.Gone, civic.KeyVisitOver, "room of visit %s has ended", r.visit.ID)
	}
	return err
}

// GrantConsult admits one of the two where the consult takes place: to its own room while they speak apart, or the colleague, to
// whom the citizen has agreed, to the visit's. Errors: Gone if the consult has moved on; Forbidden before the citizen's word.
func (s *Service) GrantConsult(ctx context.Context, c civic.Consult, v civic.Visit, who civic.ClerkID) (token string, until time.Time, err error) {
	r, err := s.room(ctx, v)
	if err != nil {
		return "", time.Time{}, err
	}
	if c.Way == civic.WayVoice { // not before the clerk is held there
		err := r.inRoom(func() error {
			if err := r.read(); err != nil {
				return err
			}
			return r.apart.consult.MaySpeak(who)
		})
		if err != nil {
			return "", time.Time{}, err
		}
	}
	token, until = rand.Text(), s.now().Add(GrantLife)
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		now, err := tx.Consult(ctx, c.AuthorityID, c.ID)
		if err != nil {
			return err
		}
		g := store.Grant{Hash: hash(token), Authority: c.AuthorityID, Visit: c.VisitID, Side: civic.SideApart, Participant: string(who), Expires: until}
		if now.Way != civic.WayVoice {
			if err := now.MayJoin(v, who); err != nil {
				return err
			}
			clerk, err := tx.Clerk(ctx, c.AuthorityID, who)
			if err != nil {
				return err
			}
			g.Side, g.Participant, g.Name = civic.SideColleague, now.Participant(), clerk.Name
		} else if err := now.MaySpeak(who); err != nil {
			return err
		}
		return tx.InsertGrant(ctx, g)
	})
	return token, until, err
}

// Say puts a line into the consult's chat: by who asked from the beginning on, by the colleague once they have accepted.
func (s *Service) Say(ctx context.Context, c civic.Consult, v civic.Visit, from civic.ClerkID, text string) error {
	r, err := s.room(ctx, v)
	if err != nil {
		return err
	}
	err = r.inRoom(func() error {
		if r.apart.consult.ID != c.ID || r.apart.consult.State != c.State {
			if err := r.read(); err != nil {
				return err
			}
		}
		now := r.apart.consult
		if now.ID != c.ID || !now.Running() {
			return civic.Errorf(civic.Gone, civic.KeyConsultOver, "consult %s is over", c.ID)
		}
		if now.State == civic.ConsultAsked && from != now.Asker {
			return civic.Errorf(civic.Conflict, civic.KeyConsultState, "consult %s is not accepted", c.ID)
		}
		r.apart.said = append(r.apart.said, Said{From: from, Text: text, At: s.now()})
		if over := len(r.apart.said) - maxSaid; over > 0 {
			r.apart.said = slices.Delete(r.apart.said, 0, over)
		}
		return nil
	})
	if err == nil {
		s.bus.Publish(bus.Clerk(c.Asker), bus.Clerk(c.Colleague))
	}
	return err
}

// Said returns what has been said in the consult's chat, the latest last.
func (s *Service) Said(c civic.Consult) (out []Said) {
	s.mu.Lock()
	r := s.rooms[c.VisitID]
	s.mu.Unlock()
	if r == nil {
		return nil
	}
	r.in(func() {
		if r.apart.consult.ID == c.ID {
			out = slices.Clone(r.apart.said)
		}
	})
	return out
}
