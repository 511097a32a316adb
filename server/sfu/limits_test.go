package sfu

import (
	"errors"
	"strings"
	"testing"

	"github.com/pion/rtcp"
)

func TestWhatAnOfferMayNotExceed(t *testing.T) {
	candidate := "a=candidate:1 1 udp 2130706431 192.0.2.1 9 typ host\r\n"
	rids := "a=rid:q send\r\na=rid:h send\r\na=rid:f send\r\n"
	mid := "a=mid:0\r\n"
	lines := func(n int) string {
		return chromeLike + strings.Repeat("m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=inactive\r\na=mid:X\r\n", n)
	}
	numbered := func(offer string) string {
		for i := 0; strings.Contains(offer, "mid:X\r\n"); i++ {
			offer = strings.Replace(offer, "mid:X\r\n", "mid:x"+string(rune('A'+i/26))+string(rune('A'+i%26))+"\r\n", 1)
		}
		return offer
	}
	for _, test := range []struct {
		name, within, above string
	}{
		{
			"24 KiB", chromeLike + strings.Repeat("a=x\r\n", (maxOffer-len(chromeLike))/5),
			chromeLike + strings.Repeat("a=x\r\n", (maxOffer-len(chromeLike))/5+1),
		},
		{"48 media lines", numbered(lines(maxMediaLines - 3)), numbered(lines(maxMediaLines - 2))},
		{
			"50 candidates", strings.Replace(chromeLike, mid, mid+strings.Repeat(candidate, maxCandidates), 1),
			strings.Replace(chromeLike, mid, mid+strings.Repeat(candidate, maxCandidates+1), 1),
		},
		{"3 layers", chromeLike, strings.Replace(chromeLike, rids, rids+"a=rid:x send\r\n", 1)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := parseOffer(test.within, chromeLines); err != nil {
				t.Errorf("within the bound: %v", err)
			}
			if _, err := parseOffer(test.above, chromeLines); !errors.Is(err, ErrTooLarge) {
				t.Errorf("above it: %v", err)
			}
		})
	}
}

// TestNobodyMakesUsSendMuchMore: a receiver that asks for everything, always, gets at most half of the stream again.
func TestNobodyMakesUsSendMuchMore(t *testing.T) {
	l := newLoop(1, true)
	d, s := l.downs[0], l.sinks[0]
	d.peer.wired.Store(&wiring{down: map[uint32]*downTrack{9: d}})
	sent, repeated := 0, 0
	for i := range 20_000 {
		if i%200 == 0 {
			l.packet(true, true, uint16(i))
		}
		l.next()
		last := s.sent[len(s.sent)-1]
		raw, err := (&rtcp.TransportLayerNack{MediaSSRC: 9, Nacks: []rtcp.NackPair{
			{PacketID: last.SequenceNumber - 60, LostPackets: 0xffff}, {PacketID: last.SequenceNumber - 30, LostPackets: 0xffff},
		}}).Marshal()
		check(t, err)
		d.peer.takeReports(raw, l.now)
		for _, p := range s.sent {
			if p.SSRC == 9 {
				sent += len(p.Payload)
			} else {
				repeated += len(p.Payload)
			}
		}
		s.sent = s.sent[:0]
	}
	if most := sent/2 + retransmitBurst; repeated > most || repeated < sent/4 {
		t.Errorf("%d bytes sent, %d again; at most %d", sent, repeated, most)
	}
}

// TestNobodyFloodsASenderWithKeyFrameRequests: however many receivers ask, and however often.
func TestNobodyFloodsASenderWithKeyFrameRequests(t *testing.T) {
	l := newLoop(10, false)
	l.packet(true, true, 1)
	for range 1000 { // 8 ms each
		l.next()
		for _, d := range l.downs {
			d.requestKey(l.now)
		}
	}
	if n := l.up.peer.stats.plisOut.Load(); n < 10 || int64(n) > 8e9/keyInterval+1 {
		t.Errorf("%d requests in 8 s", n)
	}
}

func TestDataChannelMessagesAreBounded(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := newClient(t, room, "citizen", clientOptions{seats: 1})
	channel, err := a.pc.CreateDataChannel("text", nil)
	check(t, err)
	a.offer()
	if answer := a.pc.RemoteDescription().SDP; !strings.Contains(answer, "a=max-message-size:65536\r\n") {
		t.Errorf("no bound in\n%s", answer)
	}
	_ = channel
}
