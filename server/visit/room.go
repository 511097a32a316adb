package visit

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/sfu"
	"schalter/server/store"
)

const (
	// blip is how long a needed side may be out of the room before the visit counts as interrupted: a socket that
	// reconnects at once is not worth a word.
	blip = 3 * time.Second
	// roomAnew is how often a room reads its visit although no hint has come.
	roomAnew = 30 * time.Second
)

// End says why the room closed on a member.
type End string

// The ends, as protocol.EndReason.
const (
	EndFinished End = "finished"
	EndLeft     End = "left"
	EndReplaced End = "replaced"
	EndRemoved  End = "removed"
	EndFailed   End = "failed"
)

// Sends says what a member sends at the moment. SecondCamera: it is what the screen line shows. Signing: the member signs.
type Sends struct{ Sound, Picture, Screen, SecondCamera, Signing bool }

// Present is one in the room's view.
type Present struct {
	ID   string
	Side civic.Side
	Name string
	Kind civic.GuestKind // of a guest
	Here bool
	Leave
	Sends
}

// View is who is in the room.
type View struct {
	Office  civic.Text
	Number  string
	Started time.Time // when the citizen entered; zero before
	Moment  time.Time // since when the citizen waits a moment; zero: does not
	// Colleague is the consult whose colleague is to take part, or does; nil: nobody.
	Colleague     *civic.Consult
	ColleagueName string
	Present       []Present
	Guests        []GuestPresence // for clerk and citizen
	Locked        bool            // lets no further guest in
	// Captioned: somebody writes captions.
	Captioned bool
}

// Outputs is what a member is told. The functions are called one at a time from the room's or the switch's goroutine
// and must not block.
type Outputs struct {
	View  func(View)
	Media sfu.Events // without Closed, which the room looks after
	Ended func(End)
	// Caption: somebody says something.
	Caption func(Caption)
}

// room is one visit's room on this machine. Its goroutine owns everything in it; others send it functions.
type room struct {
	s    *Service
	do   chan func()
	done chan struct{}

	visit           civic.Visit
	office          civic.Text
	number          string
	clerk, citizen  string // names
	guests          []civic.Guest
	members         map[string]*Member
	apart           apart
	captioner       *Captioner       // nil: there is none
	leaves          map[string]Leave // to show a screen, by participant; they outlast a lost connection
	reported, known bool             // what the queue was last told, and whether it was told anything
	alone           *time.Timer      // when it is looked again whether the sides are together
	again           *time.Timer      // when a read that failed is tried again
	failed          int              // reads in a row
}

// Member is one participant's place in a room.
type Member struct {
	room  *room
	peer  *sfu.Peer
	out   Outputs
	here  bool
	sends Sends
	side  civic.Side
	id    string
	name  string        // that the grant carries
	clerk civic.ClerkID // of the clerk's and the colleague's side; never changed
	apart bool          // in the consult's own room
}

// run is the room's goroutine.
func (r *room) run() {
	defer close(r.done)
	defer r.s.forget(r)
	hints, end := r.s.bus.Subscribe(bus.Visit(r.visit.ID))
	defer end()
	anew := time.NewTicker(roomAnew)
	defer anew.Stop()
	r.alone = time.NewTimer(blip)
	defer r.alone.Stop()
	r.again = time.NewTimer(roomAnew)
	defer r.again.Stop()
	_ = r.read() // the visit may have moved before the subscription
	for r.visit.State != civic.VisitEnded {
		select {
		case <-r.s.ctx.Done():
			r.end(EndFailed)
			return
		case fn := <-r.do:
			together := r.together()
			fn()
			if together && !r.together() {
				r.alone.Reset(blip)
			}
		case <-hints:
			_ = r.read()
		case <-anew.C:
			_ = r.read()
		case <-r.again.C:
			if r.failed > 0 {
				_ = r.read()
			}
		case <-r.alone.C:
			if !r.together() {
				r.report(false)
			}
		}
		if r.together() {
			r.report(true)
		}
	}
	reason := EndFinished
	if o := r.visit.Outcome; o != civic.OutcomeServed && o != civic.OutcomeCitizenLeft {
		reason = EndRemoved
	}
	r.end(reason)
}

// remove puts a side out of the room: its visit is a colleague's now.
func (r *room) remove(side civic.Side) {
	for id, m := range r.members {
		if m.side != side {
			continue
		}
		r.putOut(id, m)
	}
}

// putOut takes a member's admission back.
func (r *room) putOut(id string, m *Member) {
	delete(r.members, id)
	if m.here {
		m.here = false
		m.peer.Forget()
		m.peer.Close()
		m.out.Ended(EndRemoved)
	}
}

// together says whether both sides are in the room.
func (r *room) together() bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(r.members)), func(m *Member) bool { return m.here && m.side == civic.SideCitizen }) &&
		slices.ContainsFunc(slices.Collect(maps.Values(r.members)), func(m *Member) bool { return m.here && m.side == civic.SideClerk })
}

// report tells the queue, once for each change, and only once there is a conversation to interrupt. What the queue could
// not take is said again: else two who talk would count as interrupted until their grace is over.
func (r *room) report(all bool) {
	if r.visit.EnteredAt.IsZero() || r.known && r.reported == all {
		return
	}
	ctx, cancel := context.WithTimeout(r.s.ctx, 10*time.Second)
	defer cancel()
	err := r.s.together(ctx, r.visit.AuthorityID, r.visit.ID, all)
	switch civic.CodeOf(err) {
	case "", civic.Conflict, civic.Gone, civic.NotFound: // said, or the visit has moved on
		r.known, r.reported = true, all
	default:
		r.s.log.Warn("queue not told of a visit's sides, will try again", "visit", r.visit.ID, "all", all, "error", err)
		r.alone.Reset(blip)
	}
}

// tell sends the view to everyone who is here.
func (r *room) tell() {
	v := View{
		Office: r.office, Number: r.number, Started: r.visit.EnteredAt, Locked: r.visit.Locked,
		Moment: r.apart.consult.HeldSince, Captioned: r.captioner != nil,
	}
	if c := r.apart.consult; c.State == civic.ConsultOpen && c.Way == civic.WayJoin {
		v.Colleague, v.ColleagueName = &c, r.apart.colleague
	}
	for _, id := range slices.Sorted(maps.Keys(r.members)) {
		m := r.members[id]
		g, guest := r.guestOf(id)
		if guest && !m.here && !r.s.attends(g.ID) {
			continue // has gone, and may come back
		}
		p := Present{ID: id, Side: m.side, Name: r.nameOf(m), Here: m.here, Leave: r.leaves[id], Sends: m.sends}
		if guest {
			p.Kind, p.Sound, p.Picture, p.Screen = g.Kind, p.Sound && !g.Muted, p.Picture && !g.Hidden, p.Screen && !g.Hidden
		}
		if m.side == civic.SideClerk && r.apart.held() {
			p.Sends = Sends{}
		}
		v.Present = append(v.Present, p)
	}
	for _, m := range r.members {
		if m.here {
			v.Guests = r.guestsFor(m.side)
			m.out.View(v)
		}
	}
	if r.captioner != nil {
		r.captioner.view(v)
	}
	r.tellApart()
}

// tellApart sends those who speak apart who is there.
func (r *room) tellApart() {
	if len(r.apart.members) == 0 {
		return
	}
	v := View{Office: r.office, Number: r.number, Started: r.apart.consult.HeldSince}
	for _, id := range slices.Sorted(maps.Keys(r.apart.members)) {
		m := r.apart.members[id]
		name := r.apart.colleague
		if m.side == civic.SideClerk {
			name = r.clerk
		}
		v.Present = append(v.Present, Present{ID: id, Side: m.side, Name: name, Here: m.here, Sends: m.sends})
	}
	for _, m := range r.apart.members {
		if m.here {
			m.out.View(v)
		}
	}
}

// nameOf says how a member is shown. The names of the two who talk may change in the midst of it, those of others came with
// their grants.
func (r *room) nameOf(m *Member) string {
	switch m.side {
	case civic.SideCitizen:
		return r.citizen
	case civic.SideClerk:
		return r.clerk
	}
	return m.name
}

// end closes the room on everyone.
func (r *room) end(reason End) {
	r.s.media.CloseRoom(r.visit.Room)
	if r.captioner != nil {
		r.captioner.ended(reason)
		r.captioner = nil
	}
	if len(r.apart.members) > 0 {
		r.closeApart(r.apart.consult, reason)
	}
	for _, m := range r.members {
		if m.here {
			m.here = false
			m.out.Ended(reason)
		}
	}
}

// in runs fn on the room's goroutine and waits for it. It returns false if the room has ended.
func (r *room) in(fn func()) bool {
	ran := make(chan struct{})
	select {
	case r.do <- func() { fn(); close(ran) }:
		<-ran
		return true
	case <-r.done:
		return false
	}
}

// join takes a grant's holder in. clerk is whose visit it was when the grant was taken.
func (r *room) join(g store.Grant, clerk civic.ClerkID, out Outputs) (*Member, error) {
	m := &Member{room: r, out: out, here: true, side: g.Side, id: g.Participant, name: g.Name}
	switch g.Side {
	case civic.SideClerk:
		m.clerk = clerk // who has taken the grant; nobody else gets in by it
	case civic.SideColleague:
		m.clerk = civic.ClerkID(strings.TrimPrefix(g.Participant, "colleague-"))
	}
	var err error
	ok := r.in(func() {
		// One of the two is older than a hand-over; or the citizen may have thought better of it since the grant.
		if r.visit.ClerkID != clerk || g.Side == civic.SideGuest || g.Side == civic.SideColleague {
			if err = r.read(); err != nil {
				return
			}
		}
		if g.Side == civic.SideClerk && r.visit.ClerkID != clerk {
			err = civic.Errorf(civic.Gone, civic.KeyVisitOver, "visit %s is clerk %s's now", r.visit.ID, r.visit.ClerkID)
			return
		}
		if err = r.mayBeHere(m); err != nil {
			return
		}
		if before := r.members[m.id]; before != nil && before.here {
			before.here = false
			before.peer.Close()
			before.out.Ended(EndReplaced)
		}
		events := out.Media
		events.Closed = func(reason sfu.Reason) { m.closed(reason) }
		if m.peer, err = r.s.media.Room(r.visit.Room).Join(m.id, events); err != nil {
			return
		}
		m.peer.Sending(true, true, false) // a screen needs the client's word, and maybe leave
		if g.Side == civic.SideClerk && r.apart.held() {
			m.peer.Hold(true) // before the first offer
		}
		r.members[m.id] = m
		r.heedGuests()
		r.tell()
	})
	if !ok {
		return nil, civic.Errorf(civic.Gone, civic.KeyVisitOver, "room of visit %s has ended", r.visit.ID)
	}
	if c := civic.CodeOf(err); c != "" && c != civic.Internal {
		return nil, err
	}
	if err != nil {
		return nil, civic.Errorf(civic.Unavailable, civic.KeyRoomUnavailable, "join: %v", err)
	}
	return m, nil
}

// closed is told by the switch, from its goroutine: the media connection has ended by itself. The socket may still be
// there; its owner is told to come again with a new grant.
func (m *Member) closed(reason sfu.Reason) {
	if reason != sfu.ReasonFailed {
		return // left, replaced and room closed are the room's own doing
	}
	m.room.s.running.Go(func() { m.gone(EndFailed) })
}

func (m *Member) gone(reason End) {
	m.room.in(func() {
		if !m.here {
			return
		}
		m.here = false
		m.sends = Sends{}
		if reason == EndLeft {
			delete(m.room.leaves, m.id)
		}
		if reason == EndLeft || reason == EndRemoved {
			m.peer.Forget()
		}
		m.peer.Close()
		if reason != "" {
			m.out.Ended(reason)
		}
		if m.side == civic.SideGuest && reason == EndLeft {
			delete(m.room.members, m.id) // nobody waits for one who has said goodbye
		}
		m.room.tell()
	})
}

// ID is the member's id in seats and views.
func (m *Member) ID() string { return m.id }

// Room is the switch's room.
func (m *Member) Room() string { return m.peer.Room() }

// Peer is the member's media connection.
func (m *Member) Peer() *sfu.Peer { return m.peer }

// Leave takes the member out of the room.
func (m *Member) Leave() { m.gone(EndLeft) }

// Lost takes the member out of the room because its socket is gone: there is nobody to tell.
func (m *Member) Lost() { m.gone("") }

// Clerk is which of the staff the member is: the clerk, or a colleague; else empty.
func (m *Member) Clerk() civic.ClerkID { return m.clerk }

// Aside says whether the member is a colleague, or with one in the consult's own room.
func (m *Member) Aside() bool { return m.apart || m.side == civic.SideColleague }
