package sfu

import (
	"fmt"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// sink stands for pion's write stream.
type sink struct {
	packets int
	sent    []rtp.Packet // only when keep is set
	keep    bool
}

func (s *sink) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	s.packets++
	if s.keep {
		s.sent = append(s.sent, rtp.Packet{Header: h.Clone(), Payload: append([]byte(nil), payload...)})
	}
	return len(payload), nil
}

func (s *sink) Write(b []byte) (int, error) { return len(b), nil }

var _ webrtc.TrackLocalWriter = (*sink)(nil)

// loop is the packet path without a network: a publisher's picture and some receivers.
type loop struct {
	stream *mediaStream
	up     *upTrack
	downs  []*downTrack
	sinks  []*sink
	header rtp.Header
	raw    []byte
	seq    uint16
	now    int64
}

func newLoop(receivers int, keep bool) *loop {
	room := &Room{wake: make(chan struct{}, 1)}
	from := newPeer(room, "from", Events{})
	l := &loop{up: &upTrack{peer: from, kind: camera, mid: "1", pt: 96, rtxPT: 97}, now: time.Now().UnixNano()}
	from.wired.Store(&wiring{
		ext: extensions{transport: 3}, up: map[string]*upTrack{"1": l.up},
		sources: map[uint32]source{7: {mid: "1"}, 8: {mid: "1", of: 7}},
	})
	l.stream = &mediaStream{peer: from, ssrc: 7}
	for range receivers {
		d := newDownTrack(newPeer(room, "to", Events{}), camera, "2", "s", "p")
		s := &sink{keep: keep}
		d.writer, d.ssrc, d.pt, d.rtxSSRC, d.rtxPT, d.wideID = s, 9, 100, 10, 101, 3
		d.give(l.up, l.now)
		l.downs, l.sinks = append(l.downs, d), append(l.sinks, s)
	}
	return l
}

// packet sends one packet of a frame with the picture id through the path.
func (l *loop) packet(key, start bool, id uint16) {
	h := rtp.Header{Version: 2, PayloadType: 96, SSRC: 7, SequenceNumber: l.seq, Timestamp: uint32(id) * 3000}
	_ = h.SetExtension(3, []byte{byte(l.seq >> 8), byte(l.seq)})
	payload := testPayload(1, uint32(id), 0, 0, true, start, key, id)
	l.raw, _ = (&rtp.Packet{Header: h, Payload: append(payload, make([]byte, 450)...)}).Marshal()
	l.seq++
	l.again()
}

// again sends the last raw packet.
func (l *loop) again() {
	l.now += int64(8 * time.Millisecond)
	takeRaw(l.stream, &l.header, l.raw, l.now)
}

// takeRaw takes a packet as it is after decrypting.
func (s *mediaStream) takeRaw(b []byte, now int64) {
	var h rtp.Header
	takeRaw(s, &h, b, now)
}

func takeRaw(s *mediaStream, h *rtp.Header, b []byte, now int64) {
	if n, err := h.Unmarshal(b); err == nil && n <= len(b) {
		s.take(h, b[n:], now)
	}
}

// next sends the last raw packet under the next sequence number, without making a new one.
func (l *loop) next() {
	l.raw[2], l.raw[3] = byte(l.seq>>8), byte(l.seq)
	l.raw[17], l.raw[18] = byte(l.seq>>8), byte(l.seq) // transport-wide number
	l.seq++
	l.again()
}

func TestThePacketPathDoesNotAllocate(t *testing.T) {
	for _, receivers := range []int{1, 10} {
		l := newLoop(receivers, false)
		l.packet(true, true, 1)
		l.packet(false, true, 2)
		for range 2 * cacheMax { // let the cache grow
			l.next()
		}
		for _, d := range l.downs { // rewriting copies; that too must not allocate
			d.munger.current().idOff = 5
		}
		l.next()
		l.stream.peer.twcc.BuildFeedbackPacket()
		before := l.sinks[0].packets
		if n := testing.AllocsPerRun(500, l.next); n != 0 {
			t.Errorf("%v allocations per packet to %d receivers", n, receivers)
		}
		if l.sinks[receivers-1].packets-before != 501 {
			t.Errorf("%d packets forwarded", l.sinks[receivers-1].packets-before)
		}
	}
}

func BenchmarkForward(b *testing.B) {
	for _, receivers := range []int{1, 100} {
		b.Run(fmt.Sprintf("1-to-%d", receivers), func(b *testing.B) {
			l := newLoop(receivers, false)
			l.packet(true, true, 1)
			l.packet(false, true, 2)
			b.ReportAllocs()
			for b.Loop() {
				l.next()
				if l.seq%64 == 0 {
					l.stream.peer.twcc.BuildFeedbackPacket() // as the room's timer does
				}
			}
		})
	}
}

func TestForwardingBeginsAtAKeyFrame(t *testing.T) {
	l := newLoop(1, true)
	l.packet(false, true, 1)
	l.packet(false, true, 2)
	if n := l.sinks[0].packets; n != 0 {
		t.Fatalf("%d packets before the key frame", n)
	}
	l.packet(true, true, 3)
	l.packet(false, false, 3)
	l.packet(false, true, 4)
	if n := l.sinks[0].packets; n != 3 {
		t.Fatalf("%d packets forwarded, not 3", n)
	}
}

func TestAKeyFrameThatCameJustBeforeStartsALine(t *testing.T) {
	l := newLoop(1, true)
	d := l.downs[0]
	d.target = &upLayer{track: l.up} // as if another layer were wanted
	l.packet(true, true, 1)
	l.packet(false, false, 1)
	d.target = l.up.layers[0].Load()
	l.packet(false, true, 2)
	sent := l.sinks[0].sent
	if len(sent) != 3 {
		t.Fatalf("%d packets forwarded, not 3", len(sent))
	}
	if v, _ := parseVP8(sent[0].Payload); !v.key {
		t.Error("the first is no key frame")
	}
	for i := range sent {
		if sent[i].SequenceNumber != sent[0].SequenceNumber+uint16(i) {
			t.Errorf("packet %d has number %d", i, sent[i].SequenceNumber)
		}
	}
}

func TestANarrowWayGetsNoBurstOutOfTheCache(t *testing.T) {
	for _, tight := range []bool{false, true} {
		l := newLoop(1, true)
		d := l.downs[0]
		d.peer.way.tight.Store(tight)
		d.target = &upLayer{track: l.up}
		l.packet(true, true, 1)
		for range maxReplay + 4 {
			l.packet(false, false, 1)
		}
		d.target = l.up.layers[0].Load()
		l.packet(false, true, 2)
		if n := len(l.sinks[0].sent); tight == (n > 0) {
			t.Errorf("narrow %v: %d packets at once", tight, n)
		}
	}
}

func TestACachedKeyFrameOfBeforeOnesTimeIsNotShown(t *testing.T) {
	l := newLoop(1, true)
	d := l.downs[0]
	d.give(nil, l.now)
	l.packet(true, true, 1)
	d.give(l.up, l.now+1)
	l.packet(false, true, 2)
	if n := l.sinks[0].packets; n != 0 {
		t.Fatalf("%d packets of the time before", n)
	}
}

func TestALostKeyFrameThatComesLateStartsALine(t *testing.T) {
	l := newLoop(1, true)
	l.packet(false, true, 1)
	lost := l.seq
	l.seq++
	l.packet(false, false, 2)
	l.packet(false, true, 3)
	h := rtp.Header{Version: 2, PayloadType: 97, SSRC: 8, SequenceNumber: 1, Timestamp: 6000}
	payload := append([]byte{byte(lost >> 8), byte(lost)}, testPayload(1, 2, 0, 0, true, true, true, 2)...)
	raw, err := (&rtp.Packet{Header: h, Payload: payload}).Marshal()
	check(t, err)
	repair := &mediaStream{peer: l.stream.peer, ssrc: 8}
	repair.takeRaw(raw, l.now+1)
	repair.takeRaw(raw, l.now+2) // a double is dropped
	sent := l.sinks[0].sent
	if len(sent) != 3 {
		t.Fatalf("%d packets forwarded, not 3", len(sent))
	}
	if v, _ := parseVP8(sent[0].Payload); !v.key || sent[2].SequenceNumber != sent[0].SequenceNumber+2 {
		t.Error("not the key frame and what followed it")
	}
}

func TestRetransmission(t *testing.T) {
	l := newLoop(1, true)
	d, s := l.downs[0], l.sinks[0]
	for id := range uint16(20) {
		l.packet(id == 0, true, id)
	}
	want := s.sent[5]
	d.retransmit(want.SequenceNumber, l.now)
	got := s.sent[len(s.sent)-1]
	if got.SSRC != 10 || got.PayloadType != 101 || got.Timestamp != want.Timestamp ||
		uint16(got.Payload[0])<<8|uint16(got.Payload[1]) != want.SequenceNumber || string(got.Payload[2:]) != string(want.Payload) {
		t.Errorf("retransmitted %v", got.Header)
	}
	n := len(s.sent)
	d.retransmit(want.SequenceNumber-100, l.now)
	d.retransmit(s.sent[19].SequenceNumber+1, l.now)
	if len(s.sent) != n {
		t.Error("retransmitted what was never sent")
	}
	for range 10000 {
		d.retransmit(want.SequenceNumber, l.now)
	}
	if extra := (len(s.sent) - n) * len(want.Payload); extra > retransmitBurst+20*1100 {
		t.Errorf("%d bytes retransmitted: no budget", extra)
	}
	n = len(s.sent)
	d.budget = retransmitBurst
	d.give(nil, l.now)
	d.retransmit(want.SequenceNumber, l.now)
	if len(s.sent) != n {
		t.Error("retransmitted after the seat was taken away")
	}
}

func TestWhatGoesOutIsNumberedAcrossLinesAndKinds(t *testing.T) {
	l := newLoop(1, true)
	d := l.downs[0]
	for id := range uint16(5) {
		l.packet(id == 0, true, id)
	}
	if !d.pad(l.now, 1000) {
		t.Fatal("no padding")
	}
	d.retransmit(l.sinks[0].sent[2].SequenceNumber, l.now)
	sent, padded := l.sinks[0].sent, 0
	for i, p := range sent {
		ext := p.GetExtension(3)
		if len(ext) != 2 || int(ext[0])<<8|int(ext[1]) != i+1 {
			t.Errorf("packet %d has the transport-wide number %x", i, ext)
		}
		if p.Padding {
			padded += len(p.Payload) + overhead
			if p.SSRC != 10 || p.PayloadType != 101 || int(p.Payload[len(p.Payload)-1]) != len(p.Payload) {
				t.Errorf("padding %v", p.Header)
			}
		}
	}
	if padded < 1000 || padded > 1300 || len(sent) != 5+4+1 {
		t.Errorf("%d bytes padded, %d packets in all", padded, len(sent))
	}
	d.give(nil, l.now)
	if d.pad(l.now, 1000) {
		t.Error("padding after the seat was taken away")
	}
}

func TestAStreamThatStartsAnewIsTakenUp(t *testing.T) {
	l := newLoop(1, true)
	for id := range uint16(10) {
		l.packet(id == 0, true, id)
	}
	l.seq += 20000
	for id := range uint16(20) {
		l.packet(false, true, id)
	}
	l.downs[0].aim(maxLayers-1, l.now) // as the room does
	l.packet(true, true, 30)
	l.packet(false, true, 31)
	sent := l.sinks[0].sent
	if last := sent[len(sent)-1]; len(sent) != 12 || last.SequenceNumber != sent[0].SequenceNumber+11 {
		t.Errorf("%d packets, last %d after first %d", len(sent), last.SequenceNumber, sent[0].SequenceNumber)
	}
}
