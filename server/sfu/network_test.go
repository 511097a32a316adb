package sfu

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// holes counts the sequence numbers that never came between the first and some time ago.
func holes(packets []heardPacket) (n int) {
	if len(packets) == 0 {
		return 0
	}
	seen := make(map[uint16]bool)
	last := packets[0].seq
	for _, p := range packets {
		seen[p.seq] = true
		if int16(p.seq-last) > 0 {
			last = p.seq
		}
	}
	for seq := packets[0].seq; int16(last-50-seq) > 0; seq++ {
		if !seen[seq] {
			n++
		}
	}
	return n
}

func TestLossOnTheWayDownIsRepaired(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1, lossDown: 0.05})
	b := join(t, room, "clerk", clientOptions{seats: 1})
	line := a.seatLines[0][1]
	eventually(t, "pictures", func() bool { return len(a.from(line, b.id)) > 400 })
	eventually(t, "retransmissions", func() bool { return a.peer.Stats().Retransmits > 5 })
	eventually(t, "all holes to be filled", func() bool { return holes(a.from(line, b.id)) == 0 })
	if s := a.peer.Stats(); s.Retransmits > s.NacksIn {
		t.Errorf("%d retransmitted, %d asked for", s.Retransmits, s.NacksIn)
	}
}

func TestLossOnTheWayUpIsRepaired(t *testing.T) {
	for name, simulcast := range map[string]bool{"one stream": false, "simulcast": true} {
		t.Run(name, func(t *testing.T) {
			room := newSwitch(t).Room("visit")
			a := join(t, room, "citizen", clientOptions{seats: 1})
			b := join(t, room, "clerk", clientOptions{seats: 1, lossUp: 0.05, simulcast: simulcast})
			line := a.seatLines[0][1]
			eventually(t, "pictures", func() bool { return len(a.from(line, b.id)) > 400 })
			eventually(t, "repair", func() bool { return b.peer.Stats().Recovered > 5 })
			eventually(t, "all holes to be filled", func() bool { return holes(a.from(line, b.id)) == 0 })
		})
	}
}

func TestSimulcastForwardsTheHighestLiveLayer(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1, simulcast: true})
	line := a.seatLines[0][1]
	runs := func() (ranks []byte) {
		for _, p := range a.from(line, b.id) {
			if len(ranks) == 0 || ranks[len(ranks)-1] != p.rank {
				ranks = append(ranks, p.rank)
			}
		}
		return ranks
	}
	last := func(want byte) func() bool {
		return func() bool { r := runs(); return len(r) > 0 && r[len(r)-1] == want }
	}
	eventually(t, "the highest layer", last(2))
	b.maxRank.Store(0)
	eventually(t, "the lowest layer, when the others died", last(0))
	b.maxRank.Store(2)
	eventually(t, "the highest again", last(2))
	packets := a.from(line, b.id)
	if err := continuous(packets); err != nil {
		t.Errorf("across layers: %v", err)
	}
	for i := 1; i < len(packets); i++ {
		if packets[i].rank != packets[i-1].rank && !packets[i].key {
			t.Errorf("the switch to layer %d was not at a key frame", packets[i].rank)
		}
		if d := (packets[i].pid - packets[i-1].pid) & 0x7fff; d > 1 {
			t.Errorf("picture id jumped by %d", d)
		}
		if d := packets[i].ts - packets[i-1].ts; d > 3*90000 {
			t.Errorf("timestamp jumped by %d", d)
		}
	}
}

func TestKeyFrameRequestsPassWithALimit(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1})
	line := a.seatLines[0][1]
	eventually(t, "pictures", func() bool { return len(a.from(line, b.id)) > 5 })
	a.mu.Lock()
	ssrc := a.lines[line.Mid()].ssrc
	a.mu.Unlock()
	before, keys, start := b.plis.Load(), b.keys.Load(), time.Now()
	for range 100 {
		check(t, a.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}}))
	}
	eventually(t, "a request to arrive", func() bool { return b.plis.Load() > before })
	eventually(t, "a key frame to be sent", func() bool { return b.keys.Load() > keys })
	eventually(t, "all requests to be read", func() bool { return a.peer.Stats().PLIsIn >= 100 })
	limit := 2 + int64(time.Since(start)/(300*time.Millisecond))
	if n := b.plis.Load() - before; n > limit {
		t.Errorf("%d requests were passed on, at most %d may be", n, limit)
	}
}

func TestARoomThatGrewAsksForMoreSeats(t *testing.T) {
	room := newSwitch(t).Room("conference")
	a := join(t, room, "a", clientOptions{seats: 1})
	b := join(t, room, "b", clientOptions{seats: 2})
	c := join(t, room, "c", clientOptions{seats: 2})
	eventually(t, "a to be asked for two seats", func() bool { return a.more.Load() == 2 })
	first := a.lastMap()
	a.addSeats(1)
	a.offer()
	for _, other := range []*client{b, c} {
		eventually(t, "a to see "+other.name, func() bool {
			seat := a.lastMap().find(other.name)
			return seat >= 0 && len(a.from(a.seatLines[seat][1], other.id)) > 5 && len(a.from(a.seatLines[seat][0], other.id)) > 5
		})
	}
	if m := a.lastMap(); m.seats[0].Participant != first.seats[0].Participant {
		t.Errorf("seats moved from %+v to %+v", first, m)
	}
}

func TestScreensAreShownWhileShared(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1, screens: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1, screens: 1, screen: true})
	eventually(t, "the screen", func() bool { return len(a.from(a.screenLines[0], b.id)) > 5 })
	if m := a.lastMap(); m.screens[0] != (Seat{Participant: "clerk", Picture: true}) {
		t.Errorf("map %+v", m)
	}
	b.peer.Sending(true, true, false)
	eventually(t, "the map without screen", func() bool { return a.lastMap().screens[0] == Seat{} })
	b.peer.Sending(true, true, true)
	shown := len(a.from(a.screenLines[0], b.id))
	eventually(t, "the screen again", func() bool { return len(a.from(a.screenLines[0], b.id)) > shown+5 })
	if packets := a.from(a.screenLines[0], b.id); !packets[shown].key {
		t.Error("after a pause the picture did not begin with a key frame")
	} else if err := continuous(packets); err != nil {
		t.Errorf("across the pause: %v", err)
	}
	b.peer.Sending(false, true, true)
	eventually(t, "the map with screen and without sound", func() bool {
		m := a.lastMap()
		return m.screens[0].Participant == "clerk" && !m.seats[0].Sound && m.seats[0].Picture
	})
}

// TestASilencedPeerIsNotHeardWhateverItSays: it goes on sending and says that it does, and nothing of it comes through.
func TestASilencedPeerIsNotHeardWhateverItSays(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1, screens: 1})
	b := join(t, room, "guest", clientOptions{seats: 1, screens: 1, screen: true})
	line := map[string]func() []heardPacket{
		"sound":   func() []heardPacket { return a.from(a.seatLines[0][0], b.id) },
		"picture": func() []heardPacket { return a.from(a.seatLines[0][1], b.id) },
		"screen":  func() []heardPacket { return a.from(a.screenLines[0], b.id) },
	}
	flows := func(name string) {
		t.Helper()
		before := len(line[name]())
		eventually(t, name, func() bool { return len(line[name]()) > before+5 })
	}
	still := func(names ...string) {
		t.Helper()
		eventually(t, "the map to say so", func() bool {
			seat := a.lastMap().seats[0]
			return seat.Sound != slices.Contains(names, "sound") && seat.Picture != slices.Contains(names, "picture")
		})
		before := map[string]int{}
		for _, n := range names {
			before[n] = len(line[n]())
		}
		sent := b.peer.Stats().PacketsIn
		eventually(t, "200 more packets from the guest", func() bool { return b.peer.Stats().PacketsIn > sent+200 })
		for _, n := range names {
			if got := len(line[n]()); got != before[n] {
				t.Errorf("%d packets of the silenced %s", got-before[n], n)
			}
		}
	}
	for name := range line {
		flows(name)
	}
	b.peer.Silence(true, false)
	still("sound")
	flows("picture")
	b.peer.Silence(true, true)
	b.peer.Sending(true, true, true)
	still("sound", "picture", "screen")
	b.peer.Silence(false, true)
	flows("sound")
	still("picture", "screen")
	b.peer.Silence(false, false)
	for name := range line {
		flows(name)
	}
}

func TestICETCPOnly(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1, tcpOnly: true})
	b := join(t, room, "clerk", clientOptions{seats: 1})
	for _, pair := range [][2]*client{{a, b}, {b, a}} {
		eventually(t, "pictures", func() bool { return len(pair[0].from(pair[0].seatLines[0][1], pair[1].id)) > 20 })
	}
}

func TestICERestart(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1})
	line := a.seatLines[0][1]
	eventually(t, "pictures", func() bool { return len(a.from(line, b.id)) > 5 })
	a.offer(&webrtc.OfferOptions{ICERestart: true})
	n := len(a.from(line, b.id))
	eventually(t, "pictures after the restart", func() bool { return len(a.from(line, b.id)) > n+50 })
}

func TestAListenerTakesNoSeat(t *testing.T) {
	room := newSwitch(t).Room("council")
	a := join(t, room, "speaker", clientOptions{seats: 1})
	b := join(t, room, "audience", clientOptions{seats: 1, listener: true})
	eventually(t, "the audience to see", func() bool { return len(b.from(b.seatLines[0][1], a.id)) > 5 })
	if m := a.lastMap(); m.find("audience") >= 0 {
		t.Errorf("the audience took a seat: %+v", m)
	}
}

func TestOffersThatAreRefused(t *testing.T) {
	room := newSwitch(t).Room("visit")
	c := newClient(t, room, "citizen", clientOptions{seats: 1})
	offer, err := c.pc.CreateOffer(nil)
	check(t, err)
	check(t, c.pc.SetLocalDescription(offer))
	good, lines := c.pc.LocalDescription().SDP, c.mids()
	media := good[strings.Index(good, "m="):]
	many := good
	for range maxMediaLines + 1 {
		many += "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:z\r\n"
	}
	swapped := lines
	swapped.Sound, swapped.Camera = lines.Camera, lines.Sound
	doubled := lines
	doubled.Seats = append(doubled.Seats, lines.Seats...)
	for _, test := range []struct {
		name, sdp string
		lines     Lines
		want      error
	}{
		{"empty", "", lines, ErrBadOffer},
		{"no SDP", "hello", lines, ErrBadOffer},
		{"too long", good + strings.Repeat("a=x\r\n", maxOffer/5), lines, ErrTooLarge},
		{"too many lines", many, lines, ErrTooLarge},
		{"a mid twice", good + media, lines, ErrBadOffer},
		{"neither VP8 nor H.264", strings.NewReplacer("VP8/90000", "VP7/90000", "H264/90000", "H263/90000").Replace(good), lines, ErrNoCodec},
		{"no Opus", strings.ReplaceAll(good, "opus/48000", "opera/48000"), lines, ErrNoCodec},
		{"sound and camera swapped", good, swapped, ErrBadLines},
		{"a line that is not there", good, Lines{Sound: "99"}, ErrBadLines},
		{"a line twice", good, doubled, ErrBadLines},
		{"no ICE", strings.ReplaceAll(good, "ice-ufrag", "x"), lines, ErrBadOffer},
		{"no fingerprint", strings.ReplaceAll(good, "fingerprint", "x"), lines, ErrBadOffer},
		{"no direction", strings.ReplaceAll(good, "recvonly", "x"), lines, ErrBadOffer},
	} {
		t.Run(test.name, func(t *testing.T) {
			c.peer.negotiating <- struct{}{}
			c.peer.offersFrom = time.Time{} // the limit has its own test
			<-c.peer.negotiating
			if _, err := c.peer.Offer(context.Background(), test.sdp, test.lines); !errors.Is(err, test.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("after all these a good one is answered", func(t *testing.T) {
		c.peer.negotiating <- struct{}{}
		c.peer.offersFrom = time.Time{}
		<-c.peer.negotiating
		answer, err := c.peer.Offer(context.Background(), good, lines)
		check(t, err)
		if !strings.Contains(answer, "x-google-start-bitrate=1200;x-google-max-bitrate=2500") || !strings.Contains(answer, "apt=96") {
			t.Errorf("no start bitrate or no RTX in\n%s", answer)
		}
		if n := strings.Count(answer, "x-google-start-bitrate"); n != 1 {
			t.Errorf("%d hints, one line sends", n)
		}
	})
	t.Run("too often", func(t *testing.T) {
		eventually(t, "the limit", func() bool {
			_, err := c.peer.Offer(context.Background(), "", lines)
			return errors.Is(err, ErrTooOften)
		})
	})
	t.Run("after the end", func(t *testing.T) {
		c.peer.Close()
		if _, err := c.peer.Offer(context.Background(), good, lines); !errors.Is(err, ErrClosed) {
			t.Errorf("got %v", err)
		}
	})
}

func TestALaterOfferThatIsBadEndsThePeer(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	offer, err := a.pc.CreateOffer(nil)
	check(t, err)
	bad := strings.ReplaceAll(offer.SDP, "ice-pwd", "x")
	if _, err := a.peer.Offer(context.Background(), bad, a.mids()); !errors.Is(err, ErrBadOffer) {
		t.Fatalf("got %v", err)
	}
	if why := <-a.closed; why != ReasonFailed {
		t.Errorf("closed because %q", why)
	}
}

func TestADataChannelLineIsAnswered(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := newClient(t, room, "citizen", clientOptions{seats: 1})
	_, err := a.pc.CreateDataChannel("text", nil)
	check(t, err)
	a.offer()
	b := join(t, room, "clerk", clientOptions{seats: 1})
	eventually(t, "media beside it", func() bool { return len(a.from(a.seatLines[0][1], b.id)) > 5 })
}

func TestAPortForEachPeer(t *testing.T) {
	s, err := New(Config{Listen: "127.0.0.1:0", Addresses: []string{"127.0.0.1"}, Ports: Ports{First: 41000, Last: 45999}})
	check(t, err)
	t.Cleanup(func() { check(t, s.Close()) })
	room := s.Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1})
	for from, to := range map[*client]*client{a: b, b: a} {
		eventually(t, "pictures", func() bool { return len(to.from(to.seatLines[0][1], from.id)) > 20 })
	}
	if one, two := a.peer.path.Load().port, b.peer.path.Load().port; one == two || one.number() == two.number() || one.number() < 41000 || one.number() > 45999 {
		t.Errorf("ports %d and %d", one.number(), two.number())
	}
	number := a.peer.path.Load().port.number()
	a.close()
	eventually(t, "the port to be free again", func() bool {
		conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(number)})
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

func TestEveryProfileOfSRTP(t *testing.T) {
	for _, profile := range []dtls.SRTPProtectionProfile{
		dtls.SRTP_AES128_CM_HMAC_SHA1_80, dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AEAD_AES_256_GCM,
	} {
		t.Run(fmt.Sprintf("%#x", profile), func(t *testing.T) {
			room := newSwitch(t).Room("visit")
			a := join(t, room, "citizen", clientOptions{seats: 1, profile: profile})
			b := join(t, room, "clerk", clientOptions{seats: 1})
			eventually(t, "pictures", func() bool {
				return len(a.from(a.seatLines[0][1], b.id)) > 20 && len(b.from(b.seatLines[0][1], a.id)) > 20
			})
			if got := a.peer.path.Load().agreed().Profile; uint16(got) != uint16(profile) {
				t.Errorf("agreed on %v", got)
			}
		})
	}
}

// TestWhatIsNotOfThePeerIsDropped: an address proves nothing, only the keys do; and what came once does not come again.
func TestWhatIsNotOfThePeerIsDropped(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1})
	line := a.seatLines[0][1]
	eventually(t, "pictures", func() bool { return len(a.from(line, b.id)) > 20 })
	way := b.peer.path.Load()
	before := b.peer.Stats().PacketsIn
	b.muted.Store(true)
	eventually(t, "quiet", func() bool {
		old := before
		before = b.peer.Stats().PacketsIn
		time.Sleep(50 * time.Millisecond)
		return old == before
	})
	forged, err := (&rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 96, SSRC: 12345, SequenceNumber: 7}, Payload: make([]byte, 200)}).Marshal()
	check(t, err)
	for range 100 {
		way.take(append([]byte(nil), forged...))
		way.take([]byte{0x80, 200, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28})
		way.take([]byte{0x9f, 0xff, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8})
	}
	if now := b.peer.Stats().PacketsIn; now != before {
		t.Errorf("%d packets taken", now-before)
	}
}
