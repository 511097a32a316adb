package sfu

import (
	"slices"
	"time"
)

const (
	layerPause    = int64(5e9)  // ns that a layer which nobody receives any more is still sent
	layerPatience = int64(10e9) // ns that a layer which is asked for may take to come
	layerAbsence  = int64(30e9) // ns that one which did not come is not asked for again
	raiseAfter    = int64(4e9)  // ns from lowering a picture until it may rise again
	trustAfter    = 3 * time.Second
	nominalSound  = 48000     // bits a second of a sound not measured yet
	unbound       = 2_500_000 // bits a second that no screen needs more than
)

// nominal is what the layers of our own client cost, bits a second, before they were measured.
var nominal = [maxLayers]int{150_000, 500_000, 1_700_000}

// Shown says how large a client shows one picture.
type Shown struct {
	Participant   string
	Screen        bool // the participant's shared screen, not the camera
	Width, Height int  // in device pixels; 0: not shown at all
	Pinned        bool // comes first when the way is narrow: a sign language interpreter, say
}

// Showing tells how large the client shows the pictures. A picture that is not named counts as shown large,
// as do all before the first word. It never blocks.
func (p *Peer) Showing(pictures []Shown) {
	byName := make(map[shownKey]Shown, len(pictures))
	for _, s := range pictures {
		byName[shownKey{s.Participant, s.Screen}] = s
	}
	p.shows.Store(&byName)
	p.room.kick()
}

type shownKey struct {
	who    string
	screen bool
}

// budget tells how many bits a second a peer may be sent, and whether that bound was met.
func (p *Peer) budget(now time.Time) (bits int, strict bool) {
	bits, strict, known := p.way.rate()
	switch {
	case known:
		return bits, strict
	case p.connectedAt.IsZero() || now.Sub(p.connectedAt) < trustAfter:
		return startRate, false
	}
	return mostRate, false // a client that tells nothing about the way gets what it asks for
}

// share decides which layers a peer is sent, and aims its lines.
func (r *Room) share(p *Peer, at time.Time) {
	now := at.UnixNano()
	bits, strict := p.budget(at)
	sounds := 0
	var lines []*downTrack
	var picks []*pick
	add := func(d *downTrack, who string) {
		if d == nil || d.given == nil {
			return
		}
		lines, picks = append(lines, d), append(picks, p.pick(d, who, now))
	}
	extra := p.down.follow(float64(p.way.loss.Load())/1000, now)
	if p.way.queue.Load() { // what gets lost may be too much already
		extra = min(extra, 1)
	}
	for i, place := range p.seats {
		t := p.lines.seats[i]
		if t.sound.given != nil {
			sounds += t.sound.given.cost(now)[0] * (1 + extra)
			t.sound.repeat(extra)
			t.sound.aim(maxLayers-1, now)
		}
		add(t.picture, place.who)
	}
	for i, place := range p.screens {
		add(p.lines.screens[i], place.who)
	}
	need := allocate(bits-sounds, strict, picks)
	if need > 0 {
		need += sounds
	}
	p.way.wish(need)
	for i, d := range lines {
		pick := picks[i]
		if pick.rank < d.rank && pick.ceiling >= d.rank {
			d.loweredAt = now
		}
		if withheld := pick.rank < 0 && pick.ceiling >= 0; withheld != d.withheld {
			d.withheld = withheld
			r.dirty = true // the map says so
		}
		d.rank, d.bound = pick.rank, pick.bits
		d.aim(pick.rank, now)
	}
}

// pick puts together what there is to decide about one line.
func (p *Peer) pick(d *downTrack, who string, now int64) *pick {
	pick := pick{
		screen: d.kind == screen, ceiling: maxLayers - 1, cost: d.given.cost(now), now: d.rank,
		stay: d.loweredAt != 0 && now-d.loweredAt < raiseAfter,
	}
	if shows := p.shows.Load(); shows != nil {
		if s, ok := (*shows)[shownKey{who, pick.screen}]; ok {
			pick.pinned = s.Pinned
			pick.ceiling = ceilingFor(d.given.sizes(), s.Width, s.Height)
		}
	}
	return &pick
}

// cost is what the layers of the line take, bits a second: as measured, else as our client sends them; 0
// where no layer is offered.
func (t *upTrack) cost(now int64) (cost [maxLayers]int) {
	for rank := range cost {
		if rank >= max(len(t.rids), 1) {
			break
		}
		if now < t.absentTo[rank] {
			continue
		}
		if t.kind == sound {
			cost[rank] = nominalSound
		} else {
			cost[rank] = nominal[rank]
		}
		if l := t.layers[rank].Load(); l != nil {
			if measured := l.rate.Load(); measured > 0 {
				cost[rank] = int(measured)
			}
		}
	}
	return cost
}

// noteAbsent notes which layers are asked for in vain: browsers leave out the largest of a small camera, or of a narrow
// way up, without a word. They count as not there for a while, and are then asked for again.
func (t *upTrack) noteAbsent(alive [maxLayers]bool, now int64) {
	for rank := 1; rank < len(t.rids) && rank < maxLayers; rank++ {
		switch {
		case alive[rank]:
			t.missedAt[rank], t.absentTo[rank] = 0, 0
		case t.wantedAt[rank] != now || now < t.absentTo[rank] || !alive[0]: // not asked for, or nothing comes at all
			t.missedAt[rank] = 0
		case t.missedAt[rank] == 0:
			t.missedAt[rank] = now
		case now-t.missedAt[rank] > layerPatience:
			t.missedAt[rank], t.absentTo[rank] = 0, now+layerAbsence
		}
	}
}

// sizes are the layers' widths and heights in pixels, as their key frames say; 0: not known.
func (t *upTrack) sizes() (sizes [maxLayers][2]int) {
	for rank := range t.layers {
		if l := t.layers[rank].Load(); l != nil {
			s := l.size.Load()
			sizes[rank] = [2]int{int(s >> 16), int(s & 0xffff)}
		}
	}
	return sizes
}

// tellLayers tells a peer which layers of its camera anybody receives, how much its screen may take, and
// whether its sound should carry redundancy: what nobody receives need not be sent. The smallest layer is always wanted, so that whoever looks again
// sees something at once; the others stay for a moment.
func (r *Room) tellLayers(p *Peer, now int64) {
	wanted := []string{}
	if up := p.lines.camera; up != nil {
		if up.wantedAt[0] == 0 {
			for rank := range up.wantedAt {
				up.wantedAt[rank] = now
			}
			p.toldRids = up.rids
		}
		alive := up.alive(now)
		for _, d := range up.list() {
			if d.rank < 0 || d.given != up {
				continue
			}
			up.wantedAt[d.rank] = now
			for below := d.rank; below > 0 && !alive[below]; below-- { // until it comes, the best below stands in
				up.wantedAt[below-1] = now
			}
		}
		up.noteAbsent(alive, now)
		for _, rid := range up.rids {
			if rank, ok := rankOf(rid, up.rids); ok && (rank == 0 || now-up.wantedAt[rank] < layerPause) {
				wanted = append(wanted, rid)
			}
		}
	}
	bound := unbound
	if up := p.lines.screen; up != nil {
		for _, d := range up.list() {
			if d.rank >= 0 && d.bound > 0 {
				bound = min(bound, d.bound)
			}
		}
	}
	if bound >= unbound {
		bound = 0
	} else if was := p.toldBound; was > 0 && bound > was*4/5 && bound < was*3/2 { // no news for little
		bound = was
	}
	repeat := r.soundOf(p, now)
	if slices.Equal(wanted, p.toldRids) && bound == p.toldBound && repeat == p.toldRepeat {
		return
	}
	p.toldRids, p.toldBound, p.toldRepeat = wanted, bound, repeat
	if p.ev.Layers != nil {
		p.ev.Layers(slices.Clone(wanted), bound, repeat)
	}
}

// soundOf prepares a peer's sound for the receiver who loses most, and says whether so much of it is lost on
// the way to us that it should carry redundancy.
func (r *Room) soundOf(p *Peer, now int64) (repeat bool) {
	up := p.lines.sound
	if up == nil {
		return false
	}
	extra := int32(0)
	for _, d := range up.list() {
		extra = max(extra, int32(d.peer.down.level))
	}
	up.extra.Store(extra)
	l := up.layers[0].Load()
	return up.redPT != 0 && l != nil && p.up.follow(float64(l.loss.Load())/1000, now) > 0
}
