package sfu

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
)

// Events tell one participant's side what happens. They are called from the room's goroutine, one at a
// time, and must not block: hand the news on. Peer's methods Seated, Sending, Close and Stats may be called
// from them, Offer, Join and CloseRoom not. Any of them may be nil.
type Events struct {
	// Seats: who sits where in this peer's receiving lines, in the order of Lines. It is told before media
	// changes; the client shows it, blanks the tiles that changed, and acknowledges with Peer.Seated.
	Seats func(version uint64, seats, screens []Seat)
	// More: the room needs at least so many seats; the client should offer again with more.
	More func(seats int)
	// Layers: only these rids of the camera are received by anybody, the others need not be sent; and the
	// screen may take so many bits a second (0: as many as it likes).
	// repeat: sound gets lost on the way to us and should carry its predecessors (RED).
	Layers func(camera []string, screen int, repeat bool)
	// Speaking: who speaks, in the order of joining; the same for all in the room.
	Speaking func(participants []string)
	// Connected: ICE and DTLS are up.
	Connected func()
	// Closed: the peer has ended. It is the last event.
	Closed func(Reason)
}

// Seat is one receiving place. Sound and Picture say whether that participant sends them now; in a screen
// line Picture is the screen and Sound is false.
type Seat struct {
	Participant    string // empty: free
	Sound, Picture bool
	Withheld       bool // there is a picture, but the way to this client is too narrow for it
	Unreadable     bool // there is a picture, in a codec that this client does not decode
}

// PeerStats are counters since the peer joined. In: from the client; out: to it.
type PeerStats struct {
	PacketsIn, BytesIn   uint64 // RTP packets; bytes of payload
	PacketsOut, BytesOut uint64 // without retransmissions
	NacksIn, NacksOut    uint64 // packets asked for
	Retransmits          uint64 // packets sent again to the client
	Recovered            uint64 // packets that the client sent again
	Padding              uint64 // bytes sent to see what the way to the client carries
	Estimate             int    // bits a second that it carries; 0: not known
	PLIsIn, PLIsOut      uint64 // key frame requests
}

type counters struct {
	packetsIn, bytesIn, packetsOut, bytesOut, nacksIn, nacksOut, retransmits, recovered, plisIn, plisOut, padding atomic.Uint64
}

// Peer is one participant's connection to a room.
type Peer struct {
	room        *Room
	participant string
	ev          Events
	ssrc        uint32 // ours, in RTCP
	phase       uint64 // in the room's beats, so that not all reports go out at once

	negotiating chan struct{} // who holds it owns the next five
	api         *webrtc.API
	pc          *webrtc.PeerConnection // nil before the first answered offer
	ups         map[string]*upTrack    // by mid
	downs       map[string]*downTrack  // by mid
	offersFrom  time.Time

	sender    atomic.Pointer[webrtc.PeerConnection] // pc, for who does not hold negotiating
	path      atomic.Pointer[path]                  // of pc's media
	wired     atomic.Pointer[wiring]
	gone      atomic.Bool // nothing is forwarded from or to it any more
	why       atomic.Pointer[Reason]
	paused    [3]atomic.Bool // by lineKind: the client says it does not send it now
	held      atomic.Bool    // nothing of it reaches others, nor of others it; set by the room
	silenced  [3]atomic.Bool // likewise: the room's owner drops it, whatever the client says
	connected atomic.Bool
	acked     atomic.Uint64
	clockSkew atomic.Int64 // our clock minus the client's, ns, least seen; 0: unknown
	channels  atomic.Int32 // data channels that the client has opened
	stats     counters
	way       *downlink
	shows     atomic.Pointer[map[shownKey]Shown] // nil: the client has not said

	twccMu sync.Mutex // guards the next
	twcc   *twcc.Recorder

	// Owned by the room's goroutine:
	lines        layout
	placed       bool // lines are known
	joined       time.Time
	announced    bool // Connected was told
	connectedAt  time.Time
	toldRids     []string // last told by Layers
	toldBound    int
	toldRepeat   bool
	toldSpeaking []string
	down, up     extras // redundancy of sound, to the client and from it
	seats        []place
	screens      []place
	told         []Seat // last map told, seats and screens in a row
	version      uint64
	neededSeats  int                 // last told by More
	writes       *webrtc.DataChannel // the client's text; nil: it has opened none
	readers      map[string]*reader  // the others' text, by who writes
	heard        []Text
}

func newPeer(r *Room, participant string, ev Events) *Peer {
	ssrc := rand.Uint32()
	return &Peer{
		room: r, participant: participant, ev: ev, ssrc: ssrc, phase: uint64(ssrc % 20), joined: time.Now(),
		negotiating: make(chan struct{}, 1), ups: make(map[string]*upTrack), downs: make(map[string]*downTrack), readers: make(map[string]*reader),
		twcc: twcc.NewRecorder(ssrc), way: newDownlink(),
	}
}

// Seated says that the client has applied the seat map of this version; only then media of those newly
// seated in it flow. It never blocks.
func (p *Peer) Seated(version uint64) {
	for {
		old := p.acked.Load()
		if version <= old {
			return
		}
		if p.acked.CompareAndSwap(old, version) {
			p.room.kick()
			return
		}
	}
}

// Sending says which lines the client sends now, as it says itself: false stops a line's media at once and
// shows in the seat maps, true lets the media speak for itself. All are true at first. It never blocks.
func (p *Peer) Sending(soundOn, cameraOn, screenOn bool) {
	p.paused[sound].Store(!soundOn)
	p.paused[camera].Store(!cameraOn)
	p.paused[screen].Store(!screenOn)
	p.room.kick()
}

// Held says whether the peer is apart at the moment.
func (p *Peer) Held() bool { return p.held.Load() }

// Hold parts the peer from all others in the room, or brings it back: while it lasts nothing is forwarded from it or to it, whatever
// the client says and sends. When it returns with on true, no packet of before is under way any more; a picture comes
// back with a key frame. Not to be called from Events.
func (p *Peer) Hold(on bool) {
	p.room.do(func() {
		p.held.Store(on) // first of all the packet path
		p.room.dirty = true
		p.room.settle(time.Now())
	})
}

// Silence drops the peer's sound, or its pictures, whatever the client says or sends, until it is called again. From its
// return on no packet that comes is forwarded. Real-time text goes on: it may be somebody's only voice. It never blocks.
func (p *Peer) Silence(soundOff, picturesOff bool) {
	for kind := range p.silenced {
		off := soundOff
		if lineKind(kind).picture() {
			off = picturesOff
		}
		p.silenced[kind].Store(off)
	}
	p.room.kick()
}

// Close leaves the room. From its return on nothing is forwarded to or from the peer; Events.Closed follows.
// It never blocks, and a second call does nothing.
func (p *Peer) Close() { p.end(ReasonLeft) }

// Room is the id of the peer's room.
func (p *Peer) Room() string { return p.room.id }

// Stats returns the counters.
func (p *Peer) Stats() PeerStats {
	c := &p.stats
	bits, _, known := p.way.rate()
	if !known {
		bits = 0
	}
	return PeerStats{
		PacketsIn: c.packetsIn.Load(), BytesIn: c.bytesIn.Load(),
		PacketsOut: c.packetsOut.Load(), BytesOut: c.bytesOut.Load(),
		NacksIn: c.nacksIn.Load(), NacksOut: c.nacksOut.Load(),
		Retransmits: c.retransmits.Load(), Recovered: c.recovered.Load(),
		PLIsIn: c.plisIn.Load(), PLIsOut: c.plisOut.Load(), Padding: c.padding.Load(), Estimate: bits,
	}
}

// end stops forwarding and lets the room remove the peer.
func (p *Peer) end(why Reason) {
	if p.why.CompareAndSwap(nil, &why) {
		p.gone.Store(true)
		p.room.kick()
	}
}

func (p *Peer) fail() { p.end(ReasonFailed) }

// hangUp ends the connection, in the background: pion waits for its goroutines.
func (p *Peer) hangUp() {
	p.room.background(func() {
		p.negotiating <- struct{}{} // an offer on its way comes first
		defer func() { <-p.negotiating }()
		if p.pc != nil {
			_ = p.pc.GracefulClose()
			p.path.Load().close()
		}
	})
}

func (p *Peer) writeRTCP(pkts ...rtcp.Packet) {
	if t := p.path.Load(); t != nil && p.connected.Load() && !p.gone.Load() {
		t.writeRTCP(pkts)
	}
}

// learnSkew takes one sample of our clock minus the client's, which the way here can only enlarge. One
// skew serves all lines of a client, so that they stay in step with each other.
func (p *Peer) learnSkew(sample int64) {
	old := p.clockSkew.Load()
	if old == 0 || sample < old || sample > old+2e9 { // more than 2 s later: the client's clock was set
		p.clockSkew.Store(sample)
	}
}

func (p *Peer) skew() (int64, bool) {
	s := p.clockSkew.Load()
	return s, s != 0
}
