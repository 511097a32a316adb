package sfu

import (
	"crypto/rand"
	"time"

	"github.com/pion/webrtc/v4"
)

// Real-time text (EN 301 549 6.2, RFC 8865): T.140 over data channels whose protocol is "t140", reliable and ordered. A
// client opens one for what it writes. For every other participant who writes the room opens one towards the client,
// called after that participant: one channel per source (RFC 8865 section 5.5), so that what travels stays T.140. Where a script stands
// is said by the channels' labels, so that after a lost connection nothing comes twice, and where text is missing stands
// U+FFFD.
const (
	protocolT140 = "t140"
	maxChannels  = 16       // that a client may open on one connection, refused ones among them
	maxUnsent    = 64 << 10 // bytes waiting in one channel; a reader who is slower catches up from the script
	slice        = 512      // characters in one message of ours
	heldBack     = 50 * time.Millisecond
	beganAnew    = time.Minute // a visit's grace: who was here before the server began anew is back by then
)

// reader is one script's way to one peer.
type reader struct {
	epoch   string
	channel *webrtc.DataChannel
	next    int  // position of the next character
	gap     bool // the mark of lost text comes first
}

// Heard says how much of the others' text the client has from an earlier connection: at most one line each. It takes
// effect on channels that are opened afterwards, so it comes before the first offer.
func (p *Peer) Heard(texts []Text) {
	p.room.do(func() { p.heard = texts })
}

// Forget says that the participant leaves for good: one who comes later under that name gets nothing from before.
func (p *Peer) Forget() {
	p.room.do(func() { p.room.entries[p.participant] = entry{left: true} })
}

// entry is how the scripts stood when a participant joined for the first time.
type entry struct {
	floor map[string]int // by epoch
	// early: so soon after the room began that it may have begun anew with the server. Then who has a part of a script,
	// by its random epoch, has been here before, and goes on from there.
	early bool
	left  bool // for good
}

// greet remembers, for one who joins for the first time, where the scripts stand: earlier text is not theirs.
func (r *Room) greet(participant string) {
	before, known := r.entries[participant]
	if known && !before.left {
		return
	}
	e := entry{floor: make(map[string]int), early: !known && time.Since(r.opened) < beganAnew}
	for _, s := range r.scripts {
		e.floor[s.epoch] = s.end()
	}
	r.entries[participant] = e
}

// channel takes a data channel that the client has opened. pion calls it on a goroutine of its own.
func (p *Peer) channel(dc *webrtc.DataChannel) {
	if p.channels.Add(1) > maxChannels {
		p.fail()
		return
	}
	if dc.Protocol() != protocolT140 || !dc.Ordered() || dc.MaxRetransmits() != nil || dc.MaxPacketLifeTime() != nil {
		_ = dc.Close()
		return
	}
	taken := false
	var at int // where the next character stands, by the writer's count; from here on owned by OnMessage
	var s *script
	p.room.do(func() {
		if p.gone.Load() || p.writes != nil {
			return
		}
		taken, p.writes = true, dc
		s, at = p.room.script(p.participant, dc.Label())
	})
	if !taken {
		_ = dc.Close()
		return
	}
	dc.OnClose(func() {
		p.room.do(func() {
			if p.writes == dc {
				p.writes = nil
			}
		})
	})
	dc.OnMessage(func(m webrtc.DataChannelMessage) {
		if len(m.Data) > maxBlock || !m.IsString && len(m.Data) > 0 {
			p.fail()
			return
		}
		for rest := []rune(CleanText(string(m.Data))); len(rest) > 0 && !p.gone.Load(); {
			n := 0
			if !p.held.Load() { // who is held apart is read afterwards
				n = p.room.allow(s, at, len(rest))
			}
			if n == 0 { // too much waits here, and the client with it
				time.Sleep(heldBack)
				continue
			}
			if !p.write(s, at, rest[:n]) {
				_ = dc.Close()
				return
			}
			at, rest = at+n, rest[n:]
		}
	})
}

// script finds or begins the script of a participant whose channel says where it stands.
func (r *Room) script(participant, label string) (s *script, at int) {
	o, says := parseOpening(label)
	s = r.scripts[participant]
	if says && s != nil && s.epoch == o.epoch {
		return s, o.from
	}
	before := s
	s = &script{epoch: o.epoch, start: o.from, writer: o.from, live: o.live}
	if before != nil {
		s.written, s.allowed = before.written, before.allowed
	}
	if !says { // plain T.140 does not say what was lost between two channels: the mark stands for it
		s.epoch = rand.Text()
		if before != nil {
			s.kept = append(s.kept, lostText)
		}
	}
	r.scripts[participant] = s
	return s, o.from
}

// allow says how many of n characters that stand at a position may be taken now. What the room has already costs nothing.
func (r *Room) allow(s *script, at, n int) int {
	r.do(func() {
		if at+n > s.writer {
			n = s.allowed.take(n, time.Now().UnixNano())
		}
	})
	return n
}

// write adds to a script and relays it. It is false when the writer has written as much as a room holds, or is no
// longer in it.
func (p *Peer) write(s *script, at int, text []rune) (ok bool) {
	p.room.do(func() {
		if p.gone.Load() || p.room.scripts[p.participant] != s || s.written+len(text) > maxScript {
			return
		}
		ok = true
		s.add(at, text)
		p.room.relay()
	})
	return ok
}

// relay brings every peer up to every script. It runs on the room's goroutine, at each text and with each settling.
func (r *Room) relay() {
	for who, s := range r.scripts {
		for _, p := range r.peers {
			switch {
			case p.participant == who || p.gone.Load():
			case p.held.Load():
				p.pass(who, s)
			case p.writes != nil:
				p.read(who, s)
			}
		}
	}
}

// pass lets a script go on without a peer that is held apart: what is written meanwhile is not for it, later neither.
func (p *Peer) pass(who string, s *script) {
	e := p.room.entries[p.participant]
	e.floor[s.epoch], e.early = s.end(), false
	p.room.entries[p.participant] = e
	if rd := p.readers[who]; rd != nil && rd.next < s.end() { // its label would no longer say where it stands
		_ = rd.channel.Close()
		delete(p.readers, who)
	}
}

// read sends what the peer does not have yet of a script; the channel is opened first.
func (p *Peer) read(who string, s *script) {
	rd := p.readers[who]
	if rd == nil || rd.epoch != s.epoch {
		if rd != nil {
			_ = rd.channel.Close()
		}
		if rd = p.openReader(who, s); rd == nil {
			return
		}
		p.readers[who] = rd
	}
	for rd.channel.ReadyState() == webrtc.DataChannelStateOpen && rd.channel.BufferedAmount() < maxUnsent {
		if rd.next < s.start {
			rd.next, rd.gap = s.from(rd.next)
		}
		text := s.kept[min(len(s.kept), max(0, rd.next-s.start)):]
		if rd.gap {
			text = append([]rune{lostText}, text...)
		}
		if len(text) == 0 {
			return
		}
		text = text[:min(slice, len(text))]
		if rd.channel.SendText(string(text)) != nil {
			return // its connection ends; a new one goes on from what the client has
		}
		rd.next, rd.gap = rd.next+len(text), false
	}
}

// openReader opens the channel for a script, from where the client says to have it, and never from before it joined.
func (p *Peer) openReader(who string, s *script) *reader {
	pc := p.sender.Load()
	if pc == nil {
		return nil
	}
	entry := p.room.entries[p.participant]
	floor := entry.floor[s.epoch]
	at := max(s.live, floor)
	for _, t := range p.heard {
		if t.Participant != who || t.Epoch != s.epoch {
			continue
		}
		if at = t.Position; !entry.early {
			at = max(at, floor)
		}
	}
	rd := &reader{epoch: s.epoch}
	rd.next, rd.gap = s.from(at)
	protocol := protocolT140
	label := Text{Participant: who, Epoch: s.epoch, Position: rd.next}.label()
	var err error
	if rd.channel, err = pc.CreateDataChannel(label, &webrtc.DataChannelInit{Protocol: &protocol}); err != nil {
		return nil // tried again with the next settling
	}
	rd.channel.OnOpen(p.room.kick)
	rd.channel.OnMessage(func(webrtc.DataChannelMessage) { p.fail() }) // nothing is written on a reader's channel
	return rd
}
