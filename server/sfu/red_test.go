package sfu

import (
	"bytes"
	"slices"
	"testing"

	"github.com/pion/rtp"
)

// soundLoop is the packet path without a network for sound: a publisher, one receiver with RED, one without.
type soundLoop struct {
	stream *mediaStream
	up     *upTrack
	downs  [2]*downTrack
	sinks  [2]*sink
	now    int64
}

func newSoundLoop() *soundLoop {
	room := &Room{wake: make(chan struct{}, 1)}
	from := newPeer(room, "from", Events{})
	l := &soundLoop{up: &upTrack{peer: from, kind: sound, mid: "0", pt: 111, redPT: 63}, now: 1e18}
	from.lines.sound = l.up
	from.wired.Store(&wiring{
		ext: extensions{level: 1}, up: map[string]*upTrack{"0": l.up}, sources: map[uint32]source{7: {mid: "0"}},
	})
	l.stream = &mediaStream{peer: from, ssrc: 7}
	for i := range l.downs {
		d := newDownTrack(newPeer(room, "to", Events{}), sound, "2", "s", "p")
		l.sinks[i] = &sink{keep: true}
		d.writer, d.ssrc, d.pt = l.sinks[i], 9, 111
		if i == 0 {
			d.redPT = 63
		}
		d.give(l.up, l.now)
		l.downs[i] = d
	}
	return l
}

func opus(seq uint16) []byte { return []byte{byte(seq), byte(seq >> 8), 'o', 'p', 'u', 's'} }

// send sends packet seq, with the blocks of so many predecessors when red is above 0.
func (l *soundLoop) send(seq uint16, red int) {
	l.now += 20e6
	h := rtp.Header{Version: 2, PayloadType: 111, SSRC: 7, SequenceNumber: seq, Timestamp: uint32(seq) * 960}
	_ = h.SetExtension(1, []byte{30})
	payload := opus(seq)
	if red > 0 {
		h.PayloadType = 63
		var blocks []block
		for back := red; back >= 0; back-- {
			blocks = append(blocks, block{pt: 111, offset: uint32(back) * 960, data: opus(seq - uint16(back))})
		}
		payload = appendRED(nil, blocks)
	}
	raw, _ := (&rtp.Packet{Header: h, Payload: payload}).Marshal()
	l.stream.takeRaw(raw, l.now)
}

func TestLostSoundComesOutOfItsSuccessors(t *testing.T) {
	l := newSoundLoop()
	for seq := range uint16(60) {
		if seq%6 == 4 || seq%6 == 5 { // two in a row are lost
			continue
		}
		l.send(100+seq, 2)
	}
	for i, s := range l.sinks {
		if len(s.sent) != 58 { // the last two have no successor
			t.Fatalf("receiver %d: %d packets", i, len(s.sent))
		}
		for j, p := range s.sent {
			want := uint16(100 + j)
			if !bytes.Equal(p.Payload, opus(want)) || p.PayloadType != 111 || p.SequenceNumber != s.sent[0].SequenceNumber+uint16(j) ||
				p.Timestamp != s.sent[0].Timestamp+uint32(j)*960 {
				t.Fatalf("receiver %d, packet %d: %v %x", i, j, p.Header, p.Payload)
			}
		}
	}
	if n := l.stream.peer.stats.recovered.Load(); n != 18 {
		t.Errorf("%d recovered", n)
	}
}

func TestSoundIsRepeatedForWhoLosesIt(t *testing.T) {
	l := newSoundLoop()
	l.send(10, 0)
	for _, d := range l.downs {
		d.repeat(2)
	}
	l.up.extra.Store(2)
	for seq := uint16(11); seq < 15; seq++ {
		l.send(seq, 0)
	}
	red, plain := l.sinks[0].sent, l.sinks[1].sent
	if len(red) != 5 || len(plain) != 5 {
		t.Fatalf("%d and %d packets", len(red), len(plain))
	}
	var blocks [maxBlocksRED]block
	n, ok := parseRED(red[4].Payload, &blocks)
	if !ok || n != 3 || red[4].PayloadType != 63 {
		t.Fatalf("%d blocks, type %d", n, red[4].PayloadType)
	}
	for i, back := range []uint16{2, 1, 0} {
		if b := blocks[i]; b.pt != 111 || b.offset != uint32(back)*960 || !bytes.Equal(b.data, opus(14-back)) {
			t.Errorf("block %d is %+v", i, b)
		}
	}
	if plain[4].PayloadType != 111 || !bytes.Equal(plain[4].Payload, opus(14)) {
		t.Error("who takes no RED got something else than the sound")
	}
	l.send(20, 0) // after a gap there is nothing to repeat
	if last := l.sinks[0].sent[5]; last.PayloadType != 111 || !bytes.Equal(last.Payload, opus(20)) {
		t.Errorf("after a gap: %v", last.Header)
	}
	for seq := uint16(21); seq < 40; seq++ {
		l.send(seq, 0)
	}
	l.sinks[0].keep, l.sinks[1].keep = false, false
	h := rtp.Header{Version: 2, PayloadType: 111, SSRC: 7, SequenceNumber: 40, Timestamp: 40 * 960}
	if allocs := testing.AllocsPerRun(200, func() {
		l.stream.take(&h, opus(1)[:6:6], l.now)
		h.SequenceNumber++
		h.Timestamp += 960
	}); allocs > 1 { // the test's own payload
		t.Errorf("%v allocations per packet", allocs)
	}
}

func TestRedundancyFollowsLossAndStaysAWhile(t *testing.T) {
	var e extras
	now := int64(1e18)
	for _, step := range []struct {
		loss float64
		past int64
		want int
	}{{0, 0, 0}, {0.005, 1e9, 0}, {0.02, 1e9, 1}, {0.2, 1e9, 2}, {0.02, 1e9, 2}, {0, 10e9, 2}, {0, 12e9, 0}, {0.07, 1e9, 2}} {
		now += step.past
		if got := e.follow(step.loss, now); got != step.want {
			t.Errorf("loss %v: %d, not %d", step.loss, got, step.want)
		}
	}
}

func FuzzRED(f *testing.F) {
	f.Add(appendRED(nil, []block{{111, 1920, opus(1)}, {111, 960, opus(2)}, {pt: 111, data: opus(3)}}))
	f.Add([]byte{0x6f, 1, 2, 3})
	f.Add([]byte{0xef, 0xff, 0xff, 0xff, 0x6f})
	f.Fuzz(func(t *testing.T, b []byte) {
		var blocks [maxBlocksRED]block
		if n, ok := parseRED(b, &blocks); ok {
			if again := appendRED(nil, blocks[:n]); !bytes.Equal(again, b) && blocks[n-1].offset == 0 {
				t.Fatalf("%x became %x", b, again)
			}
		}
		l := newSoundLoop()
		l.up.extra.Store(2)
		l.downs[0].repeat(2)
		for seq := uint16(1); seq < 4; seq++ {
			l.send(seq, 0)
		}
		h := rtp.Header{Version: 2, PayloadType: 63, SSRC: 7, SequenceNumber: 6, Timestamp: 6 * 960}
		l.stream.take(&h, slices.Clone(b), l.now)
		l.send(7, 1)
	})
}

func TestWhoSpeaksIsToldToAll(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1})
	hear := func(want ...string) func() bool {
		return func() bool {
			for _, c := range []*client{a, b} {
				if told := c.speaking.Load(); told == nil && len(want) > 0 || told != nil && !slices.Equal(*told, want) {
					return false
				}
			}
			return true
		}
	}
	eventually(t, "both speak", hear("citizen", "clerk"))
	a.level.Store(70)
	eventually(t, "the clerk speaks", hear("clerk"))
	b.peer.Sending(false, true, true)
	eventually(t, "nobody speaks: who is muted does not", hear())
	a.level.Store(20)
	eventually(t, "the citizen speaks", hear("citizen"))
	a.peer.Hold(true)
	eventually(t, "nobody is told of who is held apart", hear())
}
