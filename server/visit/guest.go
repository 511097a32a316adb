package visit

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"github.com/google/uuid"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/store"
)

// Acts of the audit log. They name neither guest nor number.
const (
	actGuestInvited       = "guest.invited"
	actGuestRemoved       = "guest.removed"
	actCaptionerIssued    = "captioner.issued"
	actCaptionerWithdrawn = "captioner.withdrawn"
)

// Invitation is what a clerk has made: the guest, and the token for the link, which is told once.
type Invitation struct {
	Guest civic.Guest
	Token string
}

// Invite invites a guest to a visit of the caller. Errors as civic.Visit.Invite.
func (s *Service) Invite(ctx context.Context, caller civic.Caller, v civic.Visit, kind civic.GuestKind, name string) (Invitation, error) {
	i := Invitation{Token: rand.Text()}
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		now, err := tx.Visit(ctx, v.AuthorityID, v.ID)
		if err != nil {
			return err
		}
		before, err := tx.Guests(ctx, v.AuthorityID, v.ID)
		if err != nil {
			return err
		}
		id := civic.GuestID(uuid.Must(uuid.NewV7()).String())
		if i.Guest, err = now.Invite(id, kind, name, caller.Clerk, before, s.now()); err != nil {
			return err
		}
		if err := tx.InsertGuest(ctx, i.Guest, hash(i.Token)); err != nil {
			return err
		}
		return s.note(ctx, tx, caller, now, actGuestInvited, map[string]string{"kind": string(kind)})
	})
	if err != nil {
		return Invitation{}, err
	}
	s.tellGuests(v.ID)
	return i, nil
}

func (s *Service) note(ctx context.Context, tx *store.Tx, caller civic.Caller, v civic.Visit, act string, detail map[string]string) error {
	return tx.InsertAudit(ctx, store.AuditEntry{
		Authority: v.AuthorityID, At: s.now(), Clerk: caller.Clerk, Act: act, Office: v.OfficeID, Detail: detail,
	})
}

// Guest says who holds an invitation's token: Unauthenticated if nobody does. The invitation may be over.
func (s *Service) Guest(ctx context.Context, token string) (civic.Caller, error) {
	var g civic.Guest
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		g, err = tx.GuestByToken(ctx, hash(token))
		return err
	})
	if civic.CodeOf(err) == civic.NotFound {
		return civic.Caller{}, civic.Errorf(civic.Unauthenticated, civic.KeyGuestUnknown, "no guest has this token")
	}
	if err != nil {
		return civic.Caller{}, err
	}
	return civic.Caller{Role: civic.RoleGuest, AuthorityID: g.AuthorityID, Guest: g.ID, Visit: g.VisitID}, nil
}

// Lobby is what a guest is told before the room: who invites, and how far it is. Nothing of the citizen.
type Lobby struct {
	Authority civic.Authority
	Office    civic.Text
	Clerk     string
	Guest     civic.Guest
	Visit     civic.Visit
}

// Lobby returns the guest's view.
func (s *Service) Lobby(ctx context.Context, caller civic.Caller) (l Lobby, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		if l.Guest, err = tx.Guest(ctx, caller.AuthorityID, caller.Visit, caller.Guest); err != nil {
			return err
		}
		if l.Visit, err = tx.Visit(ctx, caller.AuthorityID, caller.Visit); err != nil {
			return err
		}
		if l.Authority, err = tx.Authority(ctx, caller.AuthorityID); err != nil {
			return err
		}
		office, err := tx.Office(ctx, caller.AuthorityID, l.Visit.OfficeID)
		if err != nil {
			return err
		}
		clerk, err := tx.Clerk(ctx, caller.AuthorityID, l.Visit.ClerkID)
		l.Office, l.Clerk = office.Name, clerk.Name
		return err
	})
	return l, err
}

// Hints returns a channel that says when the views of a visit may have changed, and the function that ends it.
func (s *Service) Hints(v civic.VisitID) (<-chan struct{}, func()) {
	return s.bus.Subscribe(bus.Visit(v))
}

// Attend says that the guest's page is open, until the returned function is called: clerk and citizen see who is there.
func (s *Service) Attend(caller civic.Caller) (leave func()) {
	count := func(by int) {
		s.attending.Lock()
		if s.pages[caller.Guest] += by; s.pages[caller.Guest] == 0 {
			delete(s.pages, caller.Guest)
		}
		s.attending.Unlock()
		s.bus.Publish(bus.Visit(caller.Visit))
	}
	count(1)
	return func() { count(-1) }
}

func (s *Service) attends(g civic.GuestID) bool {
	s.attending.Lock()
	defer s.attending.Unlock()
	return s.pages[g] > 0
}

// Knock says that the guest is there and asks to be let in.
func (s *Service) Knock(ctx context.Context, caller civic.Caller) error {
	return s.moveGuest(ctx, caller.AuthorityID, caller.Visit, caller.Guest, civic.Guest.Knock)
}

// Answer is the citizen's word about a guest of the own visit, which can be taken back by a later one.
func (s *Service) Answer(ctx context.Context, caller civic.Caller, guest civic.GuestID, agree bool) error {
	var v civic.Visit
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		v, err = tx.VisitOfTicket(ctx, caller.AuthorityID, caller.Ticket)
		return err
	})
	if civic.CodeOf(err) == civic.NotFound {
		return civic.Errorf(civic.Gone, civic.KeyVisitOver, "ticket %s has no visit", caller.Ticket)
	}
	if err != nil {
		return err
	}
	move := civic.Guest.Decline
	if agree {
		move = civic.Guest.Agree
	}
	return s.moveGuest(ctx, v.AuthorityID, v.ID, guest, move)
}

// RemoveGuest takes an invitation back, or a guest out of a visit of the caller's.
func (s *Service) RemoveGuest(ctx context.Context, caller civic.Caller, v civic.Visit, guest civic.GuestID) error {
	return s.moveGuest(ctx, v.AuthorityID, v.ID, guest, civic.Guest.Remove, func(tx *store.Tx, g civic.Guest) error {
		return s.note(ctx, tx, caller, v, actGuestRemoved, map[string]string{"kind": string(g.Kind)})
	})
}

// SilenceGuest switches a guest's sound and picture off or on. The switch drops them, whatever the guest's page does.
func (s *Service) SilenceGuest(ctx context.Context, v civic.Visit, guest civic.GuestID, muted, hidden bool) error {
	return s.moveGuest(ctx, v.AuthorityID, v.ID, guest, func(g civic.Guest, v civic.Visit, _ time.Time) (civic.Guest, error) {
		return g.Silence(v, muted, hidden)
	})
}

// moveGuest makes one move. A guest's moves raise no office's revision: no view of an office shows any of it. When it
// returns, this machine's room goes by it.
func (s *Service) moveGuest(ctx context.Context, authority civic.AuthorityID, visit civic.VisitID, guest civic.GuestID,
	move func(civic.Guest, civic.Visit, time.Time) (civic.Guest, error), also ...func(*store.Tx, civic.Guest) error) error {
	var moved civic.Guest
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		g, err := tx.Guest(ctx, authority, visit, guest)
		if err != nil {
			return err
		}
		v, err := tx.Visit(ctx, authority, visit)
		if err != nil {
			return err
		}
		moved, err = move(g, v, s.now())
		if err != nil || moved == g {
			return err
		}
		if err := tx.UpdateGuest(ctx, moved, g.State); err != nil {
			return err
		}
		for _, do := range also {
			if err := do(tx, moved); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		s.tellGuests(visit, moved)
	}
	return err
}

// Lock shuts the room to guests who are not in it yet, or opens it again.
func (s *Service) Lock(ctx context.Context, v civic.Visit, locked bool) error {
	err := s.store.Write(ctx, func(tx *store.Tx) error { return tx.LockVisit(ctx, v.AuthorityID, v.ID, locked) })
	if err == nil {
		s.tellGuests(v.ID)
	}
	return err
}

// tellGuests lets this machine's room read anew before it returns, and hints at all others who watch the visit. A guest
// who has moved to be out is out even if the database cannot be read just now.
func (s *Service) tellGuests(v civic.VisitID, moved ...civic.Guest) {
	s.mu.Lock()
	r := s.rooms[v]
	s.mu.Unlock()
	if r != nil {
		r.in(func() {
			for _, g := range moved {
				r.dismiss(g)
			}
			_ = r.read()
		})
	}
	s.bus.Publish(bus.Visit(v))
}

// GuestGrant admits a guest to the room.
type GuestGrant struct {
	Token, Participant string
	Until              time.Time
}

// GrantGuest admits the guest to the room, once and within GrantLife. Errors as civic.Guest.MayJoin.
func (s *Service) GrantGuest(ctx context.Context, caller civic.Caller) (v civic.Visit, out GuestGrant, err error) {
	out.Token, out.Until = rand.Text(), s.now().Add(GrantLife)
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		g, err := tx.Guest(ctx, caller.AuthorityID, caller.Visit, caller.Guest)
		if err != nil {
			return err
		}
		if v, err = tx.Visit(ctx, caller.AuthorityID, caller.Visit); err != nil {
			return err
		}
		if err := g.MayJoin(v); err != nil {
			return err
		}
		out.Participant = g.Participant()
		return tx.InsertGrant(ctx, store.Grant{
			Hash: hash(out.Token), Authority: v.AuthorityID, Visit: v.ID, Side: civic.SideGuest, Participant: out.Participant, Name: g.Name, Expires: out.Until,
		})
	})
	if err != nil {
		return v, GuestGrant{}, err
	}
	_, err = s.room(ctx, v)
	return v, out, err
}

// guestOf returns the guest whose participant that is.
func (r *room) guestOf(participant string) (civic.Guest, bool) {
	i := slices.IndexFunc(r.guests, func(g civic.Guest) bool { return g.Participant() == participant })
	if i < 0 {
		return civic.Guest{}, false
	}
	return r.guests[i], true
}

// mayBeHere refuses a guest or a colleague to whom the citizen has not agreed, or no more.
func (r *room) mayBeHere(m *Member) error {
	switch m.side {
	case civic.SideColleague:
		return r.apart.consult.MayJoin(r.visit, m.clerk)
	case civic.SideCitizen, civic.SideClerk:
		return nil
	}
	g, ok := r.guestOf(m.id)
	if !ok {
		return civic.Errorf(civic.Gone, civic.KeyGuestRemoved, "no guest %s", m.id)
	}
	return g.MayJoin(r.visit)
}

// dismiss puts a guest out who is over.
func (r *room) dismiss(g civic.Guest) {
	i := slices.IndexFunc(r.guests, func(o civic.Guest) bool { return o.ID == g.ID })
	if i >= 0 && g.Over() {
		r.guests[i] = g
		r.heedGuests()
	}
}

// heedGuests makes of the room what the database says of its guests: who may not be in it is out, at once, and who is
// silenced is not heard.
func (r *room) heedGuests() {
	for id, m := range r.members {
		if m.side != civic.SideGuest || !m.here {
			continue
		}
		if r.mayBeHere(m) != nil {
			r.putOut(id, m)
			continue
		}
		g, _ := r.guestOf(id)
		m.peer.Silence(g.Muted, g.Hidden)
	}
}

// GuestPresence is a guest as clerk and citizen see one.
type GuestPresence struct {
	civic.Guest
	Here bool // the guest's page is open
}

// guestsFor says which guests a side is told of: the clerk of all that are not removed, the citizen of those to agree to,
// and agreed to, others of none.
func (r *room) guestsFor(side civic.Side) (out []GuestPresence) {
	for _, g := range r.guests {
		told := side == civic.SideClerk && g.State != civic.GuestRemoved ||
			side == civic.SideCitizen && (g.State == civic.GuestAdmitted || g.State == civic.GuestWaiting && !r.visit.Locked)
		if told {
			out = append(out, GuestPresence{g, r.s.attends(g.ID)})
		}
	}
	return out
}
