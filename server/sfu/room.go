package sfu

import (
	"slices"
	"sync"
	"time"
)

const (
	beatEvery     = 50 * time.Millisecond
	connectWithin = time.Minute // a peer that is not connected by then has failed
	emptyFor      = time.Minute // a room that nobody joins ends
)

// Room is one visit's media room. All its state belongs to its goroutine; others send it functions, or set
// a flag on a peer and kick it.
type Room struct {
	id    string
	sw    *Switch
	inbox chan func()
	wake  chan struct{} // of one
	done  chan struct{} // closed when the room takes no more functions

	closers sync.WaitGroup // connections being closed

	// Owned by run:
	peers   []*Peer // in order of joining
	closing bool
	used    bool // somebody joined once
	dirty   bool // somebody's lines or presence changed
	beats   uint64
	opened  time.Time
	scripts map[string]*script // what is being written, by participant; gone with the room
	entries map[string]entry   // by participant
}

func newRoom(sw *Switch, id string) *Room {
	return &Room{
		id: id, sw: sw, inbox: make(chan func(), 64), wake: make(chan struct{}, 1), done: make(chan struct{}), opened: time.Now(),
		scripts: make(map[string]*script), entries: make(map[string]entry),
	}
}

// Join adds a participant. A second Join of the same participant replaces the first, which ends with
// ReasonReplaced. A room that ended meanwhile because it was empty is opened again.
//
// Errors: ErrClosed when the room or the switch was closed.
func (r *Room) Join(participant string, ev Events) (*Peer, error) {
	var p *Peer
	if r.do(func() {
		if r.closing {
			return
		}
		for _, old := range r.peers {
			if old.participant == participant {
				old.end(ReasonReplaced)
				r.remove(old)
				break
			}
		}
		p = newPeer(r, participant, ev)
		r.peers = append(r.peers, p)
		r.greet(participant)
		r.used = true
		r.sw.log.Info("peer joined", "room", r.id, "participant", participant)
	}) {
		if p == nil {
			return nil, ErrClosed
		}
		return p, nil
	}
	if again := r.sw.successor(r); again != nil {
		return again.Join(participant, ev)
	}
	return nil, ErrClosed
}

// do runs f on the room's goroutine and waits for it. It is false when the room has ended.
func (r *Room) do(f func()) bool {
	ran := make(chan struct{})
	select {
	case r.inbox <- func() { f(); close(ran) }:
	case <-r.done:
		return false
	}
	select {
	case <-ran:
		return true
	case <-r.done:
		select {
		case <-ran:
			return true
		default:
			return false
		}
	}
}

// kick makes the room look at its peers. It never blocks.
func (r *Room) kick() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// background runs f, and the room's end waits for it.
func (r *Room) background(f func()) {
	r.closers.Add(1)
	go func() {
		defer r.closers.Done()
		f()
	}()
}

// run is the room's goroutine.
func (r *Room) run() {
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	for !r.over() {
		select {
		case f := <-r.inbox:
			f()
		case <-r.wake:
			r.dirty = true
		case <-ticker.C:
			r.beat(time.Now())
		}
		r.settle(time.Now())
	}
	close(r.done)
	r.closers.Wait()
}

// over says whether the room may end, and then forgets it.
func (r *Room) over() bool {
	if len(r.peers) > 0 || !r.closing && !r.used && time.Since(r.opened) < emptyFor {
		return false
	}
	return r.sw.forget(r)
}

// beat is the room's one timer: reports and feedback of all peers, and the lookout for lines that fell silent.
func (r *Room) beat(now time.Time) {
	if len(r.peers) == 0 {
		return
	}
	r.beats++
	ns := now.UnixNano()
	for _, p := range r.peers {
		p.report(r.beats, ns)
		if way := p.path.Load(); way != nil {
			way.askAgain(now)
		}
		if !p.connected.Load() && now.Sub(p.joined) > connectWithin {
			p.fail()
		}
	}
	if r.beats%2 == 0 {
		r.listen(ns)
	}
	if r.beats%5 == 0 {
		r.dirty = true
	}
}

// settle brings everything in line with what the peers say: those who ended leave, seats are assigned and
// told, and media flow where the client knows who it is.
func (r *Room) settle(now time.Time) {
	if !r.dirty {
		return
	}
	r.dirty = false
	for _, p := range slices.Clone(r.peers) {
		if p.why.Load() != nil {
			r.remove(p)
		}
	}
	ns := now.UnixNano()
	var seated, sharing []string
	byName := make(map[string]*Peer, len(r.peers))
	for _, p := range r.peers {
		byName[p.participant] = p
		if p.connected.Load() && !p.announced {
			p.announced, p.connectedAt = true, now
			r.sw.log.Info("peer connected", "room", r.id, "participant", p.participant)
			if p.ev.Connected != nil {
				p.ev.Connected()
			}
		}
		if p.lines.sound != nil || p.lines.camera != nil {
			seated = append(seated, p.participant)
		}
		if p.lines.screen.sends(ns) {
			sharing = append(sharing, p.participant)
		}
	}
	for _, p := range r.peers {
		if p.placed {
			r.seat(p, byName, seated, sharing, ns)
			r.wire(p, byName, ns)
			r.share(p, now)
		}
	}
	for _, p := range r.peers {
		if p.placed {
			r.tellLayers(p, ns)
		}
	}
	r.relay()
}

// seat assigns the others to a peer's places and tells it when the map changed.
func (r *Room) seat(p *Peer, byName map[string]*Peer, seated, sharing []string, now int64) {
	p.seats = resize(p.seats, len(p.lines.seats))
	p.screens = resize(p.screens, len(p.lines.screens))
	others := func(all []string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(who string) bool { return who == p.participant })
	}
	_, short := assign(p.seats, others(seated), p.version+1)
	assign(p.screens, others(sharing), p.version+1)

	told := make([]Seat, 0, len(p.seats)+len(p.screens))
	for i, place := range p.seats {
		s := Seat{Participant: place.who}
		if from := byName[place.who]; from != nil {
			s.Sound, s.Picture = from.lines.sound.sends(now), from.lines.camera.sends(now)
		}
		if from := byName[place.who]; from == nil || place.since > p.acked.Load() {
			p.lines.seats[i].give(nil, nil, now) // forwarding ends before the map says so
		}
		if d := p.lines.seats[i].picture; d != nil && s.Picture {
			s.Withheld = d.given != nil && d.withheld
			s.Unreadable = !d.takes(byName[place.who].lines.camera)
		}
		told = append(told, s)
	}
	for i, place := range p.screens {
		if place.who == "" || place.since > p.acked.Load() {
			p.lines.screens[i].give(nil, now)
		}
		d := p.lines.screens[i]
		s := Seat{Participant: place.who}
		if from := byName[place.who]; from != nil {
			s.Picture, s.Withheld, s.Unreadable = true, d.given != nil && d.withheld, !d.takes(from.lines.screen)
		}
		told = append(told, s)
	}
	if p.version == 0 || !slices.Equal(told, p.told) {
		p.version++
		p.told = told
		if p.ev.Seats != nil {
			n := len(p.seats)
			p.ev.Seats(p.version, slices.Clone(told[:n]), slices.Clone(told[n:]))
		}
	}
	if need := len(p.seats) + short; short > 0 && need > p.neededSeats {
		p.neededSeats = need
		if p.ev.More != nil {
			p.ev.More(need)
		}
	}
}

// wire lets media flow to those places whose map the client acknowledged, once the client is connected.
func (r *Room) wire(p *Peer, byName map[string]*Peer, now int64) {
	acked := min(p.acked.Load(), p.version)
	from := func(place place) *Peer {
		if place.who == "" || place.since > acked || !p.connected.Load() || p.held.Load() {
			return nil
		}
		return byName[place.who]
	}
	for i, place := range p.seats {
		if source := from(place); source != nil {
			p.lines.seats[i].give(source.lines.sound.open(), source.lines.camera.open(), now)
		} else {
			p.lines.seats[i].give(nil, nil, now)
		}
	}
	for i, place := range p.screens {
		if source := from(place); source != nil && p.lines.screens[i].takes(source.lines.screen) {
			p.lines.screens[i].give(source.lines.screen.open(), now)
		} else {
			p.lines.screens[i].give(nil, now)
		}
	}
}

// give attaches both lines of a seat.
func (t seatTracks) give(soundFrom, pictureFrom *upTrack, now int64) {
	t.sound.give(soundFrom, now)
	if t.picture == nil {
		return
	}
	if !t.picture.takes(pictureFrom) {
		pictureFrom = nil
	}
	t.picture.give(pictureFrom, now)
}

func resize(places []place, n int) []place {
	for len(places) < n {
		places = append(places, place{})
	}
	return places[:n]
}

// remove takes a peer out: nobody forwards to it or from it any more, its connection is closed, and it is told.
func (r *Room) remove(p *Peer) {
	now := time.Now().UnixNano()
	r.peers = slices.DeleteFunc(r.peers, func(o *Peer) bool { return o == p })
	r.dirty = true
	for _, d := range p.lines.downs() {
		d.give(nil, now)
	}
	for _, up := range []*upTrack{p.lines.sound, p.lines.camera, p.lines.screen} {
		if up == nil {
			continue
		}
		for _, d := range up.list() {
			d.give(nil, now)
		}
	}
	p.hangUp()
	why := *p.why.Load()
	r.sw.log.Info("peer left", "room", r.id, "participant", p.participant, "reason", string(why))
	if p.ev.Closed != nil {
		p.ev.Closed(why)
	}
}

// install takes the lines that an offer made; those that are no longer among them are closed.
func (p *Peer) install(made layout, now int64) {
	kept := made.downs()
	for _, d := range p.lines.downs() {
		if !slices.Contains(kept, d) {
			d.give(nil, now)
		}
	}
	p.lines, p.placed = made, true
	p.room.dirty = true
}

// downs lists all receiving lines.
func (l *layout) downs() []*downTrack {
	all := slices.Clone(l.screens)
	for _, seat := range l.seats {
		all = append(all, seat.sound)
		if seat.picture != nil {
			all = append(all, seat.picture)
		}
	}
	return all
}

// closeAll ends all peers and then the room.
func (r *Room) closeAll() {
	r.closing = true
	for _, p := range slices.Clone(r.peers) {
		p.end(ReasonRoomClosed)
		r.remove(p)
	}
}
