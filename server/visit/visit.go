// Package visit is the consultation from the grant on: who may join, where its room runs, and what lies on the table
// between the participants while it lasts.
//
// May import: store, bus, sfu, civic, mail, uuid and the standard library. It moves no ticket: when a needed side is lost or back it
// says so through a function that main ties to the queue.
package visit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"log/slog"
	"sync"
	"time"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/mail"
	"schalter/server/sfu"
	"schalter/server/store"
)

// GrantLife is how long a grant may be used. It admits once.
const GrantLife = 60 * time.Second

// Together is told when all needed sides of a visit have come together in its room, or no longer are.
type Together func(ctx context.Context, authority civic.AuthorityID, visit civic.VisitID, all bool) error

// Service runs the rooms of visits on this machine.
type Service struct {
	store    *store.Store
	bus      *bus.Bus
	media    *sfu.Switch
	mail     *mail.Sender // nil: invitations are handed over by hand
	now      func() time.Time
	together Together
	log      *slog.Logger

	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	running sync.WaitGroup
	probing chan struct{} // one for each connection test under way
	mu      sync.Mutex    // guards rooms
	rooms   map[civic.VisitID]*room

	attending sync.Mutex // guards pages
	pages     map[civic.GuestID]int
}

// New makes the service. mailer may be nil; now is the clock.
func New(st *store.Store, b *bus.Bus, media *sfu.Switch, mailer *mail.Sender, now func() time.Time, together Together, log *slog.Logger) *Service {
	ctx, cancel := context.WithCancel(context.Background())
	return &Service{
		store: st, bus: b, media: media, mail: mailer, now: now, together: together, log: log,
		ctx: ctx, cancel: cancel, rooms: map[civic.VisitID]*room{}, pages: map[civic.GuestID]int{},
		probing: make(chan struct{}, maxProbes),
	}
}

// Start takes up the conversations that a restart has cut: their rooms run again and wait for both sides, and whoever
// does not come back within the grace is lost.
func (s *Service) Start(ctx context.Context) error {
	var open []civic.Visit
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		open, err = tx.OpenVisits(ctx)
		return err
	})
	if err != nil {
		return err
	}
	for _, v := range open {
		if _, err := s.room(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// Close ends all rooms on this machine, not their visits, and waits for them.
func (s *Service) Close() {
	s.cancel()
	s.running.Wait()
}

// Grant admits one side of a visit to its room, once and within GrantLife. Errors: Forbidden for a citizen who has not
// entered, Gone once the visit is over.
func (s *Service) Grant(ctx context.Context, v civic.Visit, side civic.Side) (token string, until time.Time, err error) {
	if err := v.MayJoin(side); err != nil {
		return "", time.Time{}, err
	}
	if _, err := s.room(ctx, v); err != nil {
		return "", time.Time{}, err
	}
	token, until = rand.Text(), s.now().Add(GrantLife)
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		now, err := tx.Visit(ctx, v.AuthorityID, v.ID)
		if err != nil {
			return err
		}
		if side == civic.SideClerk && now.ClerkID != v.ClerkID { // handed over to a colleague meanwhile
			return civic.Errorf(civic.Gone, civic.KeyVisitOver, "visit %s is clerk %s's now", v.ID, now.ClerkID)
		}
		return tx.InsertGrant(ctx, store.Grant{
			Hash: hash(token), Authority: v.AuthorityID, Visit: v.ID, Side: side, Participant: string(side), Expires: until,
		})
	})
	return token, until, err
}

// Join takes a grant and puts its holder into the room. From then on out is told everything, until it was told Ended or
// the member has left. Errors: Unauthenticated for a grant that is unknown, used or over; Gone if the visit has ended
// since.
func (s *Service) Join(ctx context.Context, token string, out Outputs) (*Member, error) {
	var v civic.Visit
	var g store.Grant
	err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		if g, err = tx.TakeGrant(ctx, hash(token), s.now()); err != nil {
			return err
		}
		if v, err = tx.Visit(ctx, g.Authority, g.Visit); err != nil || v.MayJoin(g.Side) != nil {
			return err
		}
		switch g.Side {
		case civic.SideGuest:
			return tx.GuestEntered(ctx, g.Authority, g.Visit, g.Participant, s.now())
		case civic.SideColleague:
			return tx.ColleagueEntered(ctx, g.Authority, g.Visit, g.Participant, s.now())
		}
		return nil
	})
	if civic.CodeOf(err) == civic.NotFound {
		return nil, civic.Errorf(civic.Unauthenticated, civic.KeyGrantUnknown, "grant unknown, used or over")
	}
	if err != nil {
		return nil, err
	}
	if err := v.MayJoin(g.Side); err != nil {
		return nil, err
	}
	r, err := s.room(ctx, v)
	if err != nil {
		return nil, err
	}
	if g.Side == civic.SideApart {
		return r.joinApart(g, out)
	}
	return r.join(g, v.ClerkID, out)
}

// room returns the running room of a visit, starting it if need be.
func (s *Service) room(ctx context.Context, v civic.Visit) (*room, error) {
	s.mu.Lock()
	r := s.rooms[v.ID]
	s.mu.Unlock()
	if r != nil {
		return r, nil
	}
	fresh := &room{s: s, visit: v, do: make(chan func()), done: make(chan struct{}), members: map[string]*Member{}, leaves: map[string]Leave{}}
	fresh.apart.members = map[string]*Member{}
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		office, err := tx.Office(ctx, v.AuthorityID, v.OfficeID)
		if err != nil {
			return err
		}
		clerk, err := tx.Clerk(ctx, v.AuthorityID, v.ClerkID)
		if err != nil {
			return err
		}
		ticket, err := tx.Ticket(ctx, v.AuthorityID, v.TicketID)
		fresh.office, fresh.number, fresh.clerk, fresh.citizen = office.Name, ticket.Label, clerk.Name, ticket.Name
		return err
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.rooms[v.ID]; r != nil { // somebody was faster
		return r, nil
	}
	s.rooms[v.ID] = fresh
	s.running.Go(fresh.run)
	return fresh, nil
}

func (s *Service) forget(r *room) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rooms[r.visit.ID] == r {
		delete(s.rooms, r.visit.ID)
	}
}

// Rooms counts the rooms on this machine.
func (s *Service) Rooms() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.rooms)
}

func hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
