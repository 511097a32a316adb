package sfu

import (
	"encoding/binary"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// maxMediaStreams bounds the RTP streams of a peer in its life: 3 lines x 3 layers x 2, and renewals.
const maxMediaStreams = 64

// mediaStream takes the RTP packets of one SSRC, one after the other.
type mediaStream struct {
	peer   *Peer
	ssrc   uint32
	pkt    packet
	track  *upTrack // nil: not known yet
	rank   int
	repair bool
	of     uint32   // repair: SSRC it repairs, when the offer says so
	layer  *upLayer // where its packets go
}

// take takes one packet: its header and what follows. What is malformed or unknown is dropped.
func (s *mediaStream) take(h *rtp.Header, payload []byte, now int64) {
	peer := s.peer
	w := peer.wired.Load()
	if w == nil || peer.gone.Load() {
		return
	}
	peer.stats.packetsIn.Add(1)
	peer.stats.bytesIn.Add(uint64(len(payload)))
	if ext := h.GetExtension(w.ext.transport); w.ext.transport != 0 && len(ext) >= 2 {
		peer.twccMu.Lock()
		peer.twcc.Record(s.ssrc, uint16(ext[0])<<8|uint16(ext[1]), now/1000)
		peer.twccMu.Unlock()
	}
	if h.Padding {
		if len(payload) == 0 || int(payload[len(payload)-1]) > len(payload) {
			return
		}
		payload = payload[:len(payload)-int(payload[len(payload)-1])]
	}
	if s.track == nil && !s.identify(w, h) {
		return
	}
	if s.layer == nil && !s.join() {
		return
	}
	p := &s.pkt
	*p = packet{
		seq: h.SequenceNumber, ts: h.Timestamp, marker: h.Marker, level: -1, turn: -1, at: now, payload: payload,
	}
	pt := s.track.pt
	if s.repair { // RFC 4588: the original sequence number comes first
		if pt = s.track.rtxPT; len(payload) < 2 {
			return
		}
		p.seq = uint16(payload[0])<<8 | uint16(payload[1])
		p.payload = payload[2:]
		p.recovered = true
		if s.layer = s.repaired(); s.layer == nil {
			return
		}
	}
	red := s.track.redPT != 0 && h.PayloadType == s.track.redPT
	if h.PayloadType != pt && !red {
		return
	}
	if s.track.h264 {
		p.vp8 = vp8{key: keyH264(p.payload)}
	} else if s.track.kind.picture() {
		var ok bool
		if p.vp8, ok = parseVP8(p.payload); !ok {
			return
		}
	}
	if s.track.kind.picture() {
		if ext := h.GetExtension(w.ext.orientation); w.ext.orientation != 0 && len(ext) >= 1 {
			p.turn = int16(ext[0])
		}
	} else if ext := h.GetExtension(w.ext.level); w.ext.level != 0 && len(ext) >= 1 {
		p.level = int16(ext[0])
	}
	if red {
		s.takeRED(p)
		return
	}
	s.hand(p)
}

// hand gives a packet to its layer and, when it is news, to the receivers.
func (s *mediaStream) hand(p *packet) {
	fresh, restart := s.layer.accept(p)
	if restart && !s.repair {
		s.layer = nil
		s.join()
		fresh, _ = s.layer.accept(p)
	}
	if fresh {
		if p.recovered {
			s.peer.stats.recovered.Add(1)
		}
		s.layer.forward(p)
	}
}

// identify finds out to which line the stream belongs: by the offer's a=ssrc lines, else by the mid and
// rid which the packet carries. Until then packets are dropped.
func (s *mediaStream) identify(w *wiring, h *rtp.Header) bool {
	if src, ok := w.sources[s.ssrc]; ok {
		s.track, s.of, s.repair = w.up[src.mid], src.of, src.of != 0
		return s.track != nil
	}
	track := w.up[string(h.GetExtension(w.ext.mid))]
	if w.ext.mid == 0 || track == nil {
		return false
	}
	if len(track.rids) == 0 {
		s.repair = track.rtxPT != 0 && h.PayloadType == track.rtxPT
		s.track = track
		return true
	}
	rid := h.GetExtension(w.ext.rid)
	if ext := h.GetExtension(w.ext.repaired); w.ext.repaired != 0 && len(ext) > 0 {
		rid, s.repair = ext, true
	} else if w.ext.rid == 0 {
		return false
	}
	rank, ok := rankOf(string(rid), track.rids)
	if !ok {
		return false
	}
	s.rank, s.track = rank, track
	return true
}

// join finds the stream's layer, or makes it.
func (s *mediaStream) join() bool {
	if s.repair {
		s.layer = s.repaired()
		return s.layer != nil
	}
	s.layer = &upLayer{track: s.track, rank: s.rank, ssrc: s.ssrc}
	s.layer.seen.clock = s.track.kind.clock()
	s.track.layers[s.rank].Store(s.layer)
	s.peer.room.kick()
	return true
}

// repaired is the layer that this repair stream repairs, nil when it has not come yet.
func (s *mediaStream) repaired() *upLayer {
	if s.of == 0 {
		return s.track.layers[s.rank].Load()
	}
	for rank := range s.track.layers {
		if l := s.track.layers[rank].Load(); l != nil && l.ssrc == s.of {
			return l
		}
	}
	return nil
}

// takeReports takes the client's RTCP packets, as they came together.
func (p *Peer) takeReports(b []byte, now int64) {
	w := p.wired.Load()
	if w == nil || p.gone.Load() {
		return
	}
	for len(b) >= 4 {
		size := 4 * (int(binary.BigEndian.Uint16(b[2:])) + 1)
		if size > len(b) {
			return
		}
		one := b[:size]
		b = b[size:]
		if one[1] == 205 && one[0]&0x1f == rtcp.FormatTCC { // by far the most frequent: read without garbage
			if p.way.hear(one, now) {
				p.room.kick()
			}
			continue
		}
		packets, err := rtcp.Unmarshal(one)
		if err != nil {
			return
		}
		for _, pkt := range packets {
			p.takeReport(w, pkt, now)
		}
	}
}

func (p *Peer) takeReport(w *wiring, pkt rtcp.Packet, now int64) {
	switch pkt := pkt.(type) {
	case *rtcp.SenderReport:
		for _, up := range w.up {
			for rank := range up.layers {
				if l := up.layers[rank].Load(); l != nil && l.ssrc == pkt.SSRC {
					l.setClock(pkt, now)
				}
			}
		}
	case *rtcp.TransportLayerNack:
		d := w.down[pkt.MediaSSRC]
		if d == nil {
			return
		}
		for i := range pkt.Nacks {
			pkt.Nacks[i].Range(func(seq uint16) bool {
				p.stats.nacksIn.Add(1)
				d.retransmit(seq, now)
				return true
			})
		}
	case *rtcp.PictureLossIndication:
		if d := w.down[pkt.MediaSSRC]; d != nil {
			p.stats.plisIn.Add(1)
			d.requestKey(now)
		}
	case *rtcp.FullIntraRequest:
		for _, entry := range pkt.FIR {
			if d := w.down[entry.SSRC]; d != nil {
				p.stats.plisIn.Add(1)
				d.requestKey(now)
			}
		}
	}
}
