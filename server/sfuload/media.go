package main

import (
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

// encoding is one stream that a peer sends, on an absolute schedule with a phase by chance.
type encoding struct {
	rid     string
	layer   uint32
	every   time.Duration // between frames
	packets int           // a frame
	size    int           // bytes of payload, each
	ticks   uint32        // of the RTP clock, a frame
	picture bool
	width   int // of the picture; its height is 9/16 of that
}

const frameEvery = time.Second / 30

// The media of the table: 1.06 Mbit/s of picture, 120 packets a second, and 50 packets of sound.
var (
	soundEncoding  = encoding{every: 20 * time.Millisecond, packets: 1, size: 90, ticks: 960}
	cameraEncoding = encoding{every: frameEvery, packets: 4, size: 1100, ticks: 3000, picture: true, width: 640}
	simulcast      = []encoding{
		{rid: "q", layer: 0, every: frameEvery, packets: 1, size: 600, ticks: 3000, picture: true, width: 320},
		{rid: "h", layer: 1, every: frameEvery, packets: 2, size: 1000, ticks: 3000, picture: true, width: 640},
		{rid: "f", layer: 2, every: frameEvery, packets: 6, size: 1100, ticks: 3000, picture: true, width: 1280},
	}
)

// pump sends one encoding until stop is closed, key frames as they are asked for.
func (p *peer) pump(e encoding, tr *webrtc.RTPTransceiver, track *webrtc.TrackLocalStaticRTP) {
	var want atomic.Bool
	want.Store(true)
	go readRequests(tr.Sender(), e.rid, &want)
	ids := make(map[string]uint8)
	for _, ext := range tr.Sender().GetParameters().HeaderExtensions {
		ids[ext.URI] = uint8(ext.ID)
	}
	h := rtp.Header{Version: 2, SequenceNumber: uint16(rand.Uint32()), Timestamp: rand.Uint32()}
	set := func(uri string, value ...byte) {
		if ids[uri] != 0 {
			_ = h.SetExtension(ids[uri], value) // short values under short ids fit
		}
	}
	if e.rid != "" {
		set(sdp.SDESMidURI, []byte(tr.Mid())...)
		set(sdp.SDESRTPStreamIDURI, []byte(e.rid)...)
	}
	if !e.picture {
		set(sdp.AudioLevelURI, 0x80|30)
	}
	payload := make([]byte, e.size)
	payload[0] = 0x78
	m := mark{layer: e.layer}
	var keyAt time.Time
	next := time.Now().Add(rand.N(e.every))
	for frame := 0; ; frame++ {
		select {
		case <-p.stop:
			return
		case <-time.After(time.Until(next)):
		}
		if next = next.Add(e.every); time.Since(next) > time.Second {
			next = time.Now() // we were stopped: no burst
		}
		key := frame%300 == 0 || want.Load() && time.Since(keyAt) > 300*time.Millisecond
		if key {
			want.Store(false)
			keyAt = time.Now()
		}
		h.Timestamp += e.ticks
		for i := range e.packets {
			if e.picture {
				describe(payload, uint16(frame)&0x7fff, e.width, i == 0, key)
			}
			h.SequenceNumber++
			h.Marker = e.picture && i == e.packets-1
			m.seq++
			m.at = time.Now().UnixNano()
			m.put(payload)
			header := h
			header.Extensions = append([]rtp.Extension(nil), h.Extensions...)
			if track.WriteRTP(&rtp.Packet{Header: header, Payload: payload}) != nil {
				return
			}
			if p.tally.at() == measuring {
				p.tally.sent.Add(1)
			}
		}
	}
}

// describe writes a VP8 payload descriptor with a long picture id, and the beginning of a frame.
func describe(b []byte, id uint16, width int, start, key bool) {
	copy(b, []byte{0x80, 0x80, 0x80 | byte(id>>8), byte(id), 0x01})
	if !start {
		return
	}
	b[0] |= 0x10
	if key {
		copy(b[4:], []byte{0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, byte(width), byte(width >> 8), byte(width * 9 / 16), byte(width * 9 / 16 >> 8)})
		return
	}
	copy(b[4:], []byte{0x11, 0x02, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07})
}

// readRequests hears what the switch says to a sender.
func readRequests(sender *webrtc.RTPSender, rid string, want *atomic.Bool) {
	for {
		var packets []rtcp.Packet
		var err error
		if rid != "" {
			packets, _, err = sender.ReadSimulcastRTCP(rid)
		} else {
			packets, _, err = sender.ReadRTCP()
		}
		if err != nil {
			return
		}
		for _, packet := range packets {
			switch packet.(type) {
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				want.Store(true)
			}
		}
	}
}

// hear counts what comes on a receiving line, to its end.
func (p *peer) hear(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	go func() {
		b := make([]byte, 1500)
		for {
			if _, _, err := receiver.Read(b); err != nil {
				return
			}
		}
	}()
	picture := track.Kind() == webrtc.RTPCodecTypeVideo
	l := &line{picture: picture}
	p.mu.Lock()
	p.heard = append(p.heard, l)
	p.mu.Unlock()
	began := false
	b := make([]byte, 1600)
	for {
		n, _, err := track.Read(b)
		if err != nil {
			return
		}
		now := time.Now()
		m, ok := readMark(b[:n])
		if !ok {
			continue
		}
		if !began {
			began = true
			p.firstMedia(now)
		}
		if !p.tally.counts(m.at) {
			continue
		}
		p.mu.Lock()
		fresh := l.take(m)
		p.mu.Unlock()
		if !fresh {
			continue
		}
		p.tally.received.Add(1)
		if picture {
			p.tally.picture.add(now.UnixNano() - m.at)
		} else {
			p.tally.sound.add(now.UnixNano() - m.at)
		}
	}
}
