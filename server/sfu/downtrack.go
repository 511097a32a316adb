package sfu

import (
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

const (
	retransmitBurst = 128 << 10 // bytes a line may retransmit at once
	maxReplay       = 16        // packets of a cached key frame that go out at once on a narrow way
	retransmitShare = 2         // and in the long run one of this many bytes sent
)

// downTrack is one receiving line of a peer, as pion's TrackLocal. What it forwards changes; what goes out
// is one continuous stream. Lines are given to it by the room; packets by the source's goroutine.
type downTrack struct {
	peer       *Peer
	kind       lineKind
	mid        string
	id, stream string // msid

	// Owned by the room's goroutine:
	given     *upTrack // what the line receives, or should start to
	rank      int      // layer decided; -1: none
	bound     int      // of a screen: the most it may take, bits a second
	loweredAt int64    // when the layer was lowered for want of room, unix ns
	withheld  bool     // there is no room even for the smallest layer

	mu     sync.Mutex // guards all below
	outlet outlet
	writer interface { // outlet, once there is an SSRC
		WriteRTP(h *rtp.Header, payload []byte) (int, error)
	}
	ssrc    uint32
	rtxSSRC uint32
	pt      uint8
	rtxPT   uint8        // 0: the client takes no RTX
	types   [2]lineTypes // VP8 or Opus; H.264
	redPT   uint8        // 0: the client takes no RED
	extra   int          // predecessors that a packet of sound carries
	levelID uint8
	turnID  uint8
	wideID  uint8    // transport-wide sequence number
	source  *upTrack // nil: closed
	since   int64    // unix ns when source was given, for the age of cached key frames
	target  *upLayer // layer wanted
	current *upLayer // layer forwarded
	off     bool     // nothing is forwarded: not shown, or no room
	munger  munger
	header  rtp.Header
	ext     [4]byte
	buf     []byte // for rewriting
	copied  []byte // for packets out of the cache
	rtxSeq  uint16
	budget  int
	packets uint32
	bytes   uint32
}

func newDownTrack(p *Peer, kind lineKind, mid, stream, id string) *downTrack {
	return &downTrack{
		peer: p, kind: kind, mid: mid, stream: stream, id: id, rank: -1,
		munger: munger{clock: kind.clock()}, budget: retransmitBurst,
	}
}

// Bind is called by pion when the line is negotiated.
func (d *downTrack) Bind(ctx webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	wanted := []string{webrtc.MimeTypeOpus}
	if d.kind.picture() {
		wanted = []string{webrtc.MimeTypeVP8, webrtc.MimeTypeH264}
	}
	var first *webrtc.RTPCodecParameters
	d.types = [2]lineTypes{}
	for i, want := range wanted {
		for _, codec := range ctx.CodecParameters() {
			if codec.MimeType != want || want == webrtc.MimeTypeH264 && !baseline(codec.SDPFmtpLine) {
				continue
			}
			d.types[i].media = uint8(codec.PayloadType)
			if rtx := rtxOf(codec.PayloadType, ctx.CodecParameters()); rtx != 0 && ctx.SSRCRetransmission() != 0 {
				d.types[i].repair, d.rtxSSRC = uint8(rtx), uint32(ctx.SSRCRetransmission())
			}
			if first == nil {
				first = &codec
			}
			break
		}
	}
	if first == nil {
		return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
	}
	d.writer, d.ssrc = &d.outlet, uint32(ctx.SSRC())
	d.speak(d.source != nil && d.source.h264)
	for _, red := range ctx.CodecParameters() {
		if red.MimeType == mimeRED && d.pt == opusType {
			d.redPT = uint8(red.PayloadType)
		}
	}
	for _, ext := range ctx.HeaderExtensions() {
		switch {
		case ext.ID < 1 || ext.ID > 14: // would need the two-byte form
		case ext.URI == uriLevel:
			d.levelID = uint8(ext.ID)
		case ext.URI == uriOrientation:
			d.turnID = uint8(ext.ID)
		case ext.URI == sdp.TransportCCURI:
			d.wideID = uint8(ext.ID)
		}
	}
	return *first, nil
}

// lineTypes are the payload types of a codec and of its repair stream; 0: the client takes none.
type lineTypes struct{ media, repair uint8 }

// speak sets the payload types for the source's codec. The caller holds mu.
func (d *downTrack) speak(h264 bool) {
	t := d.types[0]
	if h264 {
		t = d.types[1]
	}
	d.pt, d.rtxPT = t.media, t.repair
}

// takes says whether the client decodes what a source sends, as far as is known.
func (d *downTrack) takes(up *upTrack) bool {
	if up == nil || !d.kind.picture() {
		return true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if up.h264 {
		return d.writer == nil || d.types[1].media != 0
	}
	return d.writer == nil || d.types[0].media != 0
}

// Unbind is called by pion when the line ends.
func (d *downTrack) Unbind(webrtc.TrackLocalContext) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.writer = nil
	return nil
}

// ID, RID, StreamID and Kind make a downTrack a webrtc.TrackLocal.
func (d *downTrack) ID() string       { return d.id }
func (d *downTrack) RID() string      { return "" }
func (d *downTrack) StreamID() string { return d.stream }
func (d *downTrack) Kind() webrtc.RTPCodecType {
	if d.kind.picture() {
		return webrtc.RTPCodecTypeVideo
	}
	return webrtc.RTPCodecTypeAudio
}

// give attaches the line to a source, or with nil closes it. Only the room calls it. When it returns, no
// packet of the old source follows.
func (d *downTrack) give(up *upTrack, now int64) {
	if d.given == up {
		return
	}
	if d.given != nil {
		d.given.remove(d)
	}
	d.given = up
	d.rank, d.bound, d.loweredAt, d.withheld = -1, 0, 0, false
	d.mu.Lock()
	d.source, d.target, d.current, d.since, d.off = up, nil, nil, now, false
	if up != nil && up.kind.picture() && d.types != [2]lineTypes{} {
		d.speak(up.h264)
	}
	d.mu.Unlock()
	if up != nil {
		up.add(d)
	}
}

// aim forwards the layer of a rank, or the nearest that lives; -1: none. Only the room calls it.
func (d *downTrack) aim(ceiling int, now int64) {
	up := d.given
	if up == nil {
		return
	}
	d.mu.Lock()
	if d.off = ceiling < 0; d.off {
		d.target, d.current = nil, nil
		d.mu.Unlock()
		return
	}
	rank := -1
	if d.target != nil {
		rank = d.target.rank
	}
	var next *upLayer
	if rank = chooseLayer(up.alive(now), rank, ceiling); rank >= 0 {
		next = up.layers[rank].Load()
	}
	changed := next != nil && next != d.target
	if changed {
		d.target = next
	}
	ask := changed && next != d.current && d.kind.picture()
	d.mu.Unlock()
	if ask {
		next.requestKey(now)
	}
}

// repeat lets packets of sound carry some predecessors, where the client takes them.
func (d *downTrack) repeat(extra int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.redPT == 0 {
		extra = 0
	}
	d.extra = extra
}

// beat asks again for the key frame that the line waits for.
func (d *downTrack) beat(now int64) {
	d.mu.Lock()
	target := d.target
	waiting := d.kind.picture() && target != nil && target != d.current
	d.mu.Unlock()
	if waiting {
		target.requestKey(now)
	}
}

// requestKey passes on the receiver's wish for a key frame.
func (d *downTrack) requestKey(now int64) {
	d.mu.Lock()
	l := d.current
	if l == nil {
		l = d.target
	}
	d.mu.Unlock()
	if l != nil && d.kind.picture() {
		l.requestKey(now)
	}
}

// forward takes a packet of layer l. It runs on the publisher's decrypting goroutine.
func (d *downTrack) forward(l *upLayer, p *packet) {
	if d.peer.gone.Load() {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.writer == nil || d.pt == 0 || d.source != l.track || d.off {
		return
	}
	if l != d.current {
		if d.target == nil && len(l.track.rids) < 2 {
			d.target = l
		}
		if l != d.target || !d.start(l, p) {
			return
		}
	}
	d.send(p)
}

// start begins to forward layer l with packet p, if that can be: sound always, a picture at a key frame.
// When the key frame came just before, or came late, what is missing is taken from the cache.
func (d *downTrack) start(l *upLayer, p *packet) bool {
	if !d.kind.picture() || p.vp8.key && !p.recovered {
		d.munger.begin(l, p.seq, p.ts, p.vp8, l.capturedAt(p))
		d.current = l
		return true
	}
	from, ok := l.recentKey(p.at, d.since)
	if !ok || p.seq-from > cacheMax || p.seq-from > maxReplay && d.peer.way.tight.Load() {
		return false
	}
	var old packet
	for seq := from; ; seq++ {
		var have bool
		if d.copied, have = l.cached(seq, &old, d.copied, 0); have {
			if seq == from {
				d.munger.begin(l, seq, old.ts, old.vp8, l.capturedAt(&old))
				d.current = l
			}
			d.send(&old)
		} else if seq == from {
			return false
		}
		if int16(seq+1-p.seq) >= 0 {
			break
		}
	}
	// p itself may have come late: what followed it was not forwarded yet
	if p.recovered {
		l.mu.Lock()
		last := l.seen.highest
		l.mu.Unlock()
		for seq := p.seq + 1; int16(last-seq) >= 0; seq++ {
			var have bool
			if d.copied, have = l.cached(seq, &old, d.copied, 0); have {
				d.send(&old)
			}
		}
	}
	return p.seq != from
}

// send rewrites a packet of the current epoch and writes it.
func (d *downTrack) send(p *packet) {
	seq, ts, ok := d.munger.next(p.seq, p.ts, p.vp8)
	if !ok {
		return
	}
	payload, pt := p.payload, d.pt
	if d.extra > 0 && d.redPT != 0 && !p.recovered {
		if made := d.current.past.made[d.extra-1]; len(made) > 0 {
			payload, pt = made, d.redPT
		}
	}
	if e := d.munger.current(); (e.idOff != 0 || e.tl0Off != 0) && len(payload) > 0 {
		d.buf = append(d.buf[:0], payload...) // the payload is shared with all other receivers
		p.vp8.rewrite(d.buf, e.idOff, e.tl0Off)
		payload = d.buf
	}
	d.fill(p, d.ssrc, pt, seq, ts)
	d.number(p.at, len(payload))
	if _, err := d.writer.WriteRTP(&d.header, payload); err != nil {
		return
	}
	d.packets++
	d.bytes += uint32(len(payload))
	d.budget = min(d.budget+len(payload)/retransmitShare, retransmitBurst)
	d.peer.stats.packetsOut.Add(1)
	d.peer.stats.bytesOut.Add(uint64(len(payload)))
}

// fill sets the header, with the extensions that this receiver negotiated and no others.
func (d *downTrack) fill(p *packet, ssrc uint32, pt uint8, seq uint16, ts uint32) {
	h := &d.header
	ext := h.Extensions[:0]
	*h = rtp.Header{
		Version: 2, Marker: p.marker, PayloadType: pt, SequenceNumber: seq, Timestamp: ts, SSRC: ssrc, Extensions: ext,
	}
	if d.levelID != 0 && p.level >= 0 {
		d.ext[0] = uint8(p.level)
		_ = h.SetExtension(d.levelID, d.ext[:1]) // one byte under an id up to 14 always fits
	}
	if d.turnID != 0 && p.turn >= 0 {
		d.ext[1] = uint8(p.turn)
		_ = h.SetExtension(d.turnID, d.ext[1:2])
	}
}

// overhead is about what comes before the payload, bytes: of the header, its extensions, and the tag.
const overhead = 12 + 8 + 16

// number gives the packet that goes out its number on the way to the receiver, who will tell when it came.
func (d *downTrack) number(now int64, size int) {
	if d.wideID == 0 {
		return
	}
	n := d.peer.way.sent.next(now, size+overhead)
	d.ext[2], d.ext[3] = uint8(n>>8), uint8(n)
	_ = d.header.SetExtension(d.wideID, d.ext[2:])
}

// pad sends some bytes of padding on the repair stream, to see what the way carries: just then, too, when the
// picture is withheld. It is false when the line was never in use or has no repair stream.
func (d *downTrack) pad(now int64, bytes int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.writer == nil || d.source == nil || d.packets == 0 || d.rtxPT == 0 || d.wideID == 0 {
		return false
	}
	p := packet{ts: d.munger.lastTS, level: -1, turn: -1}
	for ; bytes > 0; bytes -= len(padding) + overhead {
		d.rtxSeq++
		d.fill(&p, d.rtxSSRC, d.rtxPT, d.rtxSeq, p.ts)
		d.header.Padding = true
		d.number(now, len(padding))
		if _, err := d.writer.WriteRTP(&d.header, padding[:]); err != nil {
			break
		}
		d.peer.stats.padding.Add(uint64(len(padding)))
	}
	return true
}

// padding is as large as it may be: its last byte says so (RFC 3550 section 5.1).
var padding = [255]byte{254: 255}

// retransmit sends again what went out under a sequence number, on the repair stream, if it is still cached and
// the line has not used up its budget. A client that takes no RTX gets nothing again: the same number must
// not be encrypted twice (RFC 3711 section 9.1).
func (d *downTrack) retransmit(outSeq uint16, now int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.writer == nil || d.source == nil || !d.kind.picture() || d.rtxPT == 0 {
		return
	}
	e, seq, ok := d.munger.origin(outSeq)
	if !ok || e.source.track != d.source { // of one who sat here before: not any more
		return
	}
	var p packet
	if d.copied, ok = e.source.cached(seq, &p, d.copied, 2); !ok || len(p.payload) > d.budget {
		return
	}
	d.budget -= len(p.payload) + 2 // RTX puts the number before it
	if len(p.payload) > 0 {
		p.vp8.rewrite(p.payload, e.idOff, e.tl0Off)
	}
	payload := d.copied
	payload[0], payload[1] = uint8(outSeq>>8), uint8(outSeq)
	d.rtxSeq++
	d.fill(&p, d.rtxSSRC, d.rtxPT, d.rtxSeq, p.ts+e.tsOff)
	d.number(now, len(payload))
	if _, err := d.writer.WriteRTP(&d.header, payload); err == nil {
		d.peer.stats.retransmits.Add(1)
	}
}

// senderReport appends the line's report, when its source's clock is known: which of our timestamps is
// which time. All lines of one participant are laid on the same clock, so that lips stay in step.
func (d *downTrack) senderReport(out []rtcp.Packet, now int64) []rtcp.Packet {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.current == nil || d.packets == 0 {
		return out
	}
	skew, ok := d.current.track.peer.skew()
	d.current.mu.Lock()
	c := d.current.clock
	d.current.mu.Unlock()
	if !ok || !c.known {
		return out
	}
	past := time.Duration(now - ntpToUnix(c.ntp) - skew)
	return append(out,
		&rtcp.SenderReport{
			SSRC: d.ssrc, NTPTime: unixToNTP(now), PacketCount: d.packets, OctetCount: d.bytes,
			RTPTime: c.rtp + uint32(int64(past.Seconds()*float64(d.kind.clock()))) + d.munger.current().tsOff,
		},
		&rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{{
			Source: d.ssrc, Items: []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: d.stream}},
		}}})
}
