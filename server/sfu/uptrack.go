package sfu

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
)

// lineKind says what a line carries.
type lineKind uint8

const (
	sound lineKind = iota
	camera
	screen
)

func (k lineKind) picture() bool { return k != sound }

func (k lineKind) clock() uint32 {
	if k == sound {
		return 48000
	}
	return 90000
}

// quiet is how long nothing may come before a line counts as not sent, ns. Opus with DTX sends every
// 400 ms, a still screen about once a second.
func (k lineKind) quiet() int64 {
	if k == screen {
		return 5e9
	}
	return 2.5e9
}

const (
	layerQuiet  = int64(500 * 1e6) // ns without a packet: the layer is not alive
	keyInterval = int64(300 * 1e6) // ns between two key frame requests
	keyRetry    = int64(600 * 1e6) // ns until a request that brought no key frame is repeated
	keyReplay   = int64(400 * 1e6) // ns: a cached key frame not older than this starts a new receiver
)

// upTrack is one sending line of a peer: its sound, camera or screen. Everything but receivers is set
// before the first packet.
type upTrack struct {
	peer      *Peer
	kind      lineKind
	mid       string
	pt, rtxPT uint8
	h264      bool     // a picture in H.264, not VP8
	redPT     uint8    // sound with redundancy; 0: not offered
	rids      []string // layers as offered; empty: one stream

	// Owned by the room, unix ns: when somebody last received the layer; since when it is waited for in vain, 0: it is not;
	// until when it counts as not to be had.
	wantedAt, missedAt, absentTo [maxLayers]int64

	extra atomic.Int32 // most predecessors that a receiver wants in a packet of sound; set by the room

	receivers atomic.Pointer[[]*downTrack]       // swapped by the room, read by the fan-out
	layers    [maxLayers]atomic.Pointer[upLayer] // set by the goroutine that decrypts the peer's packets
}

// sends says whether media of this line came lately.
func (t *upTrack) sends(now int64) bool {
	if t == nil || t.paused() {
		return false
	}
	for rank := range t.layers {
		if l := t.layers[rank].Load(); l != nil && now-l.lastAt.Load() < t.kind.quiet() {
			return true
		}
	}
	return false
}

// paused says whether the client says that it does not send this line now, or nobody may receive it.
func (t *upTrack) paused() bool {
	return t.peer.paused[t.kind].Load() || t.peer.silenced[t.kind].Load() || t.peer.held.Load()
}

// open is the track, or nil while it is paused: what comes after a pause begins anew, at a key frame.
func (t *upTrack) open() *upTrack {
	if t == nil || t.paused() {
		return nil
	}
	return t
}

// alive tells which layers may be forwarded. Where there is only one, it is always alive.
func (t *upTrack) alive(now int64) (alive [maxLayers]bool) {
	for rank := range t.layers {
		if l := t.layers[rank].Load(); l != nil {
			alive[rank] = len(t.rids) < 2 || now-l.lastAt.Load() < layerQuiet
		}
	}
	return alive
}

// add and remove change who receives this line. Only the room calls them.
func (t *upTrack) add(d *downTrack) {
	next := append(slices.Clone(t.list()), d)
	t.receivers.Store(&next)
}

func (t *upTrack) remove(d *downTrack) {
	next := slices.DeleteFunc(slices.Clone(t.list()), func(o *downTrack) bool { return o == d })
	t.receivers.Store(&next)
}

func (t *upTrack) list() []*downTrack {
	if l := t.receivers.Load(); l != nil {
		return *l
	}
	return nil
}

// upLayer is one incoming stream: the only one of its line, or one simulcast layer.
type upLayer struct {
	track   *upTrack
	rank    int
	ssrc    uint32
	lastAt  atomic.Int64  // arrival of the latest packet, unix ns
	rate    atomic.Int64  // bits a second; 0: not measured yet
	spokeAt atomic.Int64  // of a sound: when it was last speech, unix ns
	loss    atomic.Uint32 // share of packets that did not come by themselves, of 1000
	size    atomic.Uint32 // width and height in pixels, 16 bits each; 0: not known

	mu      sync.Mutex // guards all below
	seen    reception
	clock   sourceClock
	missing missing
	cache   cache
	strays  int    // packets far off the stream, in a row
	keySeq  uint16 // first packet of the latest key frame
	keyAt   int64  // and its arrival; 0: none yet
	wantKey bool
	askedAt int64    // last key frame request
	due     []uint16 // scratch

	past  past  // of a sound; touched by the forwarding goroutine only
	voice voice // of a sound

	direct     int    // packets that came by themselves since measuredAt
	reached    uint16 // highest number at measuredAt
	bytes      int    // since measuredAt
	measuredAt int64  // 0: nothing came yet
}

// accept books a packet. fresh is false when it must not be forwarded (a double); restart asks the caller
// to begin a new layer, because the stream jumped. It runs on the publisher's decrypting goroutine.
func (l *upLayer) accept(p *packet) (fresh, restart bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	giveUp := false
	if l.seen.started {
		switch ahead := int16(p.seq - l.seen.highest); {
		case ahead > 3000 || ahead < -3000:
			l.strays++
			return false, l.strays > 8
		case ahead > 1:
			if !l.missing.gap(l.seen.highest+1, p.seq, p.at) {
				giveUp = true
			}
		case ahead <= 0 && !l.missing.got(p.seq):
			return false, false
		}
	}
	l.strays = 0
	l.bytes += len(p.payload) + overhead
	l.seen.arrive(p)
	if len(p.payload) > 0 { // browsers send padding on lines that carry nothing
		l.lastAt.Store(p.at)
	}
	if !p.recovered {
		l.direct++
	}
	if !l.track.kind.picture() {
		if l.voice.hear(p.level) {
			l.spokeAt.Store(p.at)
		}
		if n := len(l.missing.list); n > 64 { // nobody asks for them; some come by redundancy
			l.missing.list = append(l.missing.list[:0], l.missing.list[n-32:]...)
		}
		return true, false
	}
	l.cache.put(p)
	if p.vp8.key && (l.keyAt == 0 || int16(p.seq-l.keySeq) > 0) {
		l.keySeq, l.keyAt = p.seq, p.at
		l.wantKey = false
		if w, h := p.vp8.size(p.payload); w > 0 && !l.track.h264 {
			l.size.Store(uint32(w)<<16 | uint32(h))
		}
	}
	if l.askMissing(p.at) || giveUp {
		l.wantKey = true
		l.flushKey(p.at)
	}
	return true, false
}

// askMissing asks the sender for the lost packets that are due. It says whether some were given up. The
// caller holds mu.
func (l *upLayer) askMissing(now int64) (gaveUp bool) {
	if len(l.missing.list) == 0 {
		return false
	}
	var n int
	if l.due, n = l.missing.due(now, l.seen.highest, l.due[:0]); len(l.due) > 0 {
		peer := l.track.peer
		peer.stats.nacksOut.Add(uint64(len(l.due)))
		peer.writeRTCP(nack(peer.ssrc, l.ssrc, l.due))
	}
	return n > 0
}

// forward hands a packet to all receivers.
func (l *upLayer) forward(p *packet) {
	if l.track.paused() {
		return
	}
	if !l.track.kind.picture() {
		l.past.put(p)
		l.past.make(p, int(l.track.extra.Load()))
	}
	if list := l.track.receivers.Load(); list != nil {
		for _, d := range *list {
			d.forward(l, p)
		}
	}
}

// requestKey asks the sender for a key frame, at once or as soon as the limit allows.
func (l *upLayer) requestKey(now int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wantKey = true
	l.flushKey(now)
}

// flushKey sends the request that is wanted when it is due. The caller holds mu.
func (l *upLayer) flushKey(now int64) {
	if !l.wantKey {
		return
	}
	wait := keyInterval
	if l.askedAt > l.keyAt {
		wait = keyRetry
	}
	if now-l.askedAt < wait {
		return
	}
	l.askedAt = now
	peer := l.track.peer
	peer.stats.plisOut.Add(1)
	peer.writeRTCP(&rtcp.PictureLossIndication{SenderSSRC: peer.ssrc, MediaSSRC: l.ssrc})
}

// beat sends what is due again: requests for lost packets and key frames.
func (l *upLayer) beat(now int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.measure(now)
	if !l.track.kind.picture() {
		return
	}
	if l.askMissing(now) {
		l.wantKey = true
	}
	l.flushKey(now)
}

// measure takes the rate of each second in which something came: a layer that is paused is remembered with
// what it cost. The caller holds mu.
func (l *upLayer) measure(now int64) {
	if past := now - l.measuredAt; past >= 1e9 {
		if l.measuredAt > 0 && now-l.lastAt.Load() < 500e6 {
			bits := int64(float64(l.bytes) * 8e9 / float64(past))
			if before := l.rate.Load(); before > 0 {
				bits = (before + bits) / 2
			}
			l.rate.Store(bits)
			if due := int(l.seen.highest - l.reached); due >= 20 && due < 3000 {
				lost := uint32(max(due-l.direct, 0) * 1000 / due)
				l.loss.Store((l.loss.Load() + lost) / 2)
			}
		}
		l.bytes, l.direct, l.reached, l.measuredAt = 0, 0, l.seen.highest, now
	}
}

func (l *upLayer) receptionReport(now int64) (rtcp.ReceptionReport, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.seen.started || now-l.lastAt.Load() > 10e9 {
		return rtcp.ReceptionReport{}, false
	}
	return l.seen.report(l.ssrc, l.clock, now), true
}

// setClock takes the sender's report.
func (l *upLayer) setClock(sr *rtcp.SenderReport, now int64) {
	l.mu.Lock()
	l.clock = sourceClock{known: true, ntp: sr.NTPTime, rtp: sr.RTPTime, at: now}
	l.mu.Unlock()
	l.track.peer.learnSkew(now - ntpToUnix(sr.NTPTime))
}

// capturedAt tells when, by our clock, the packet was captured: by the sender's reports, else its arrival.
func (l *upLayer) capturedAt(p *packet) time.Time {
	skew, ok := l.track.peer.skew()
	l.mu.Lock()
	c := l.clock
	l.mu.Unlock()
	if !ok || !c.known {
		return time.Unix(0, p.at)
	}
	return c.captured(p.ts, l.track.kind.clock(), skew)
}

// cached copies a stored packet; see cache.get.
func (l *upLayer) cached(seq uint16, p *packet, buf []byte, room int) ([]byte, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cache.get(seq, p, buf, room)
}

// recentKey tells where the latest key frame begins, when it is young enough for a new receiver who was
// there when it came.
func (l *upLayer) recentKey(now, since int64) (uint16, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	ok := l.keyAt > 0 && l.keyAt >= since && now-l.keyAt < keyReplay && l.cache.has(l.keySeq)
	return l.keySeq, ok
}
