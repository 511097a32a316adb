package sfu

import (
	"encoding/binary"
	"fmt"
	"math/rand"
	"slices"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

// pump sends media as long as the client lives: a frame each 20 ms, sound of one and picture of two packets.
func (c *client) pump(tr *webrtc.RTPTransceiver, track *webrtc.TrackLocalStaticRTP, rank int) {
	picture := track.Kind() == webrtc.RTPCodecTypeVideo
	var want atomic.Bool
	want.Store(true)
	c.pumps.Add(2)
	go func() { // what the switch says to it
		defer c.pumps.Done()
		for {
			var pkts []rtcp.Packet
			var err error
			if rid := track.RID(); rid != "" {
				pkts, _, err = tr.Sender().ReadSimulcastRTCP(rid)
			} else {
				pkts, _, err = tr.Sender().ReadRTCP()
			}
			if err != nil {
				return
			}
			for _, pkt := range pkts {
				switch pkt.(type) {
				case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
					c.plis.Add(1)
					want.Store(true)
				case *rtcp.TransportLayerCC:
					c.twcc.Add(1)
				}
			}
		}
	}()
	go func() {
		defer c.pumps.Done()
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()
		seq, frame, part := uint16(rand.Uint32()), uint32(0), uint32(0)
		base, pid := rand.Uint32(), uint16(rand.Uint32()&0x7fff)
		start := time.Now()
		for {
			select {
			case <-c.stop:
				return
			case <-ticker.C:
			}
			if c.pc.ConnectionState() != webrtc.PeerConnectionStateConnected || c.muted.Load() || rank > int(c.maxRank.Load()) {
				continue
			}
			frame++
			clock := 48000.0
			parts := 1
			if picture {
				clock, parts = 90000, 2
				pid = (pid + 1) & 0x7fff
			}
			ts := base + uint32(time.Since(start).Seconds()*clock)
			key := picture && want.Swap(false)
			if key {
				c.keys.Add(1)
			}
			for i := range parts {
				h := rtp.Header{Version: 2, SequenceNumber: seq, Timestamp: ts, Marker: i == parts-1}
				seq++
				part++
				c.extend(&h, tr, track)
				_ = track.WriteRTP(&rtp.Packet{Header: h, Payload: c.payload(frame, part, byte(rank), picture, i == 0, key, pid)})
			}
		}
	}()
}

// extend sets the header extensions that a browser would.
func (c *client) extend(h *rtp.Header, tr *webrtc.RTPTransceiver, track *webrtc.TrackLocalStaticRTP) {
	for _, ext := range tr.Sender().GetParameters().HeaderExtensions {
		switch {
		case ext.URI == sdp.SDESMidURI && track.RID() != "":
			_ = h.SetExtension(uint8(ext.ID), []byte(tr.Mid()))
		case ext.URI == sdp.SDESRTPStreamIDURI && track.RID() != "":
			_ = h.SetExtension(uint8(ext.ID), []byte(track.RID()))
		case ext.URI == sdp.AudioLevelURI && track.Kind() == webrtc.RTPCodecTypeAudio:
			_ = h.SetExtension(uint8(ext.ID), []byte{0x80 | byte(c.level.Load())})
		}
	}
}

// payload is a packet's, of 620 bytes or as large as its layer calls for.
func (c *client) payload(frame, part uint32, rank byte, picture, start, key bool, pid uint16) []byte {
	b := testPayload(c.id, frame, part, rank, picture, start, key, pid)
	if picture && c.opt.codec == webrtc.MimeTypeH264 {
		unit := []byte{0x41, 1, 2, 3}
		if key && start {
			unit = []byte{24, 0, 2, 0x67, 1, 0, 2, 0x65, 2} // sequence parameters and a key frame in one packet
		}
		return append(unit, b[len(b)-21:]...)
	}
	if picture && c.opt.graded {
		head, tail := b[:len(b)-621], b[len(b)-21:]
		b = slices.Concat(head, make([]byte, []int{100, 500, 1100}[rank]), tail)
	}
	return b
}

var magic = []byte("SCHALTER")

func testPayload(id, frame, part uint32, rank byte, picture, start, key bool, pid uint16) []byte {
	var b []byte
	if picture {
		b = append(b, 0x80, 0xc0, 0x80|byte(pid>>8), byte(pid), byte(frame))
		if start {
			b[0] |= 0x10
		}
		if key && start {
			b = append(b, 0x10, 0, 0, 0x9d, 0x01, 0x2a) // and the size, twice that of the layer below
			b = binary.LittleEndian.AppendUint16(b, 320<<rank)
			b = binary.LittleEndian.AppendUint16(b, 180<<rank)
		} else {
			b = append(b, 0x11)
		}
		b = append(b, make([]byte, 600)...)
	}
	b = append(b, magic...)
	b = binary.BigEndian.AppendUint32(b, id)
	b = binary.BigEndian.AppendUint32(b, frame)
	b = binary.BigEndian.AppendUint32(b, part)
	return append(b, rank)
}

// hear reads one receiving line to its end.
func (c *client) hear(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	mid := receiver.RTPTransceiver().Mid()
	c.mu.Lock()
	h := &heard{ssrc: uint32(track.SSRC()), sequence: make(map[uint16]int)}
	c.lines[mid] = h
	c.mu.Unlock()
	go func() {
		for {
			pkts, _, err := receiver.ReadRTCP()
			if err != nil {
				return
			}
			for _, pkt := range pkts {
				if sr, ok := pkt.(*rtcp.SenderReport); ok {
					c.mu.Lock()
					c.srs[sr.SSRC] = append(c.srs[sr.SSRC], *sr)
					c.mu.Unlock()
				}
			}
		}
	}()
	levelID := uint8(0)
	for _, ext := range receiver.GetParameters().HeaderExtensions {
		if ext.URI == sdp.AudioLevelURI {
			levelID = uint8(ext.ID)
		}
	}
	buf := make([]byte, 1500)
	for {
		n, _, err := track.Read(buf)
		if err != nil {
			return
		}
		c.packets.Add(1)
		var pkt rtp.Packet
		if pkt.Unmarshal(buf[:n]) != nil || len(pkt.Payload) < 21 {
			continue
		}
		tail := pkt.Payload[len(pkt.Payload)-21:]
		if string(tail[:8]) != string(magic) {
			continue
		}
		p := heardPacket{
			from: binary.BigEndian.Uint32(tail[8:]), frame: binary.BigEndian.Uint32(tail[12:]),
			part: binary.BigEndian.Uint32(tail[16:]), rank: tail[20], seq: pkt.SequenceNumber, ts: pkt.Timestamp,
			level: levelID != 0 && len(pkt.GetExtension(levelID)) > 0, at: time.Now(),
		}
		if track.Kind() == webrtc.RTPCodecTypeVideo {
			v, _ := parseVP8(pkt.Payload)
			p.key, p.pid = v.key, v.id
			if track.Codec().MimeType == webrtc.MimeTypeH264 {
				p.key = keyH264(pkt.Payload)
			}
		}
		c.mu.Lock()
		h.packets = append(h.packets, p)
		h.sequence[p.seq]++
		c.mu.Unlock()
	}
}

// continuous checks that what came has no holes and no doubles, from first to last.
func continuous(packets []heardPacket) error {
	seen := make(map[uint16]bool)
	for i, p := range packets {
		if seen[p.seq] {
			return fmt.Errorf("sequence number %d twice", p.seq)
		}
		seen[p.seq] = true
		if i > 0 && p.seq != packets[i-1].seq+1 {
			return fmt.Errorf("after %d came %d", packets[i-1].seq, p.seq)
		}
		if i > 0 && int32(p.ts-packets[i-1].ts) < 0 {
			return fmt.Errorf("timestamps went back at %d", p.seq)
		}
	}
	return nil
}
