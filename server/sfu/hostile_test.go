package sfu

import (
	"context"
	"fmt"
	"math/rand"
	"net"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/stun/v4"
	"github.com/pion/webrtc/v4"
)

// tap counts the RTP packets that come from the network, whatever was negotiated.
type tap struct {
	net.PacketConn
	rtp *atomic.Int64
}

func (c tap) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := c.PacketConn.ReadFrom(b)
	if err == nil && isMedia(b[:n]) && !isReport(b[:n]) {
		c.rtp.Add(1)
	}
	return n, from, err
}

// eavesdropper is a client that keeps to no rule. Its tap sees all that comes to its address.
type eavesdropper struct {
	*client
	rtp atomic.Int64
}

func eavesdrop(t testing.TB, room *Room, name string, opt clientOptions) *eavesdropper {
	t.Helper()
	e := &eavesdropper{}
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	check(t, err)
	mux := webrtc.NewICEUDPMux(silent().NewLogger("ice"), tap{conn, &e.rtp})
	t.Cleanup(func() {
		_ = mux.Close()
		_ = conn.Close()
	})
	opt.udp = mux
	e.client = newClient(t, room, name, opt)
	return e
}

// insists does all that might make the switch send something, for a while.
func (e *eavesdropper) insists(victim *client, span time.Duration) {
	var ssrcs []uint32
	for _, d := range victim.peer.wired.Load().down {
		ssrcs = append(ssrcs, d.ssrc)
	}
	ssrcs = append(ssrcs, e.heardSSRCs()...)
	lines := e.mids()
	for until := time.Now().Add(span); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		for _, ssrc := range append(ssrcs, rand.Uint32()) {
			_ = e.pc.WriteRTCP([]rtcp.Packet{
				&rtcp.PictureLossIndication{MediaSSRC: ssrc},
				&rtcp.TransportLayerNack{MediaSSRC: ssrc, Nacks: rtcp.NackPairsFromSequenceNumbers([]uint16{1, 2, 3, 500, 501})},
				&rtcp.ReceiverEstimatedMaximumBitrate{Bitrate: 9e6, SSRCs: []uint32{ssrc}},
			})
		}
		e.peer.Seated(rand.Uint64())
		e.peer.Sending(true, true, true)
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		if d := e.pc.LocalDescription(); d != nil {
			_, _ = e.peer.Offer(ctx, d.SDP, lines)
		}
		cancel()
	}
}

func (e *eavesdropper) heardSSRCs() (out []uint32) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, h := range e.lines {
		out = append(out, h.ssrc)
	}
	return out
}

// hearsNothing insists, beginning 200 ms from now (what is under way may come), and looks whether it helps.
func (e *eavesdropper) hearsNothing(victim *client) error {
	e.insists(victim, 200*time.Millisecond)
	before := e.rtp.Load()
	e.insists(victim, 100*time.Millisecond)
	if n := e.rtp.Load() - before; n != 0 {
		return fmt.Errorf("%d packets came", n)
	}
	return nil
}

// stage is a room in which somebody talks.
type stage struct {
	t      testing.TB // of all its tries
	sw     *Switch
	name   string
	victim *client
}

// tries are the ways to hear what is not meant for one. Each reports what it heard.
var tries = []struct {
	name string
	run  func(t testing.TB, s *stage) error
}{
	{"after leaving", func(t testing.TB, s *stage) error {
		e := s.enter(t)
		e.peer.Close()
		return e.hearsNothing(s.victim)
	}},
	{"after somebody else came in its name", func(t testing.TB, s *stage) error {
		e := s.enter(t)
		again := newClient(t, s.sw.Room(s.name), e.name, clientOptions{seats: 1})
		defer again.close()
		return e.hearsNothing(s.victim)
	}},
	{"after removal with all others", func(t testing.TB, s *stage) error {
		e := s.enter(t)
		s.sw.CloseRoom(s.name)
		err := e.hearsNothing(s.victim)
		s.victim.close()
		s.victim = join(s.t, s.sw.Room(s.name), "clerk", clientOptions{seats: 2})
		return err
	}},
	{"without having said that it knows who speaks", func(t testing.TB, s *stage) error {
		e := eavesdrop(t, s.sw.Room(s.name), "citizen", clientOptions{seats: 1, noAck: true})
		defer e.close()
		e.offer()
		eventually(t, "a connection", func() bool { return e.up.Load() > 0 })
		time.Sleep(100 * time.Millisecond)
		if n := e.rtp.Load(); n != 0 {
			return fmt.Errorf("%d packets came", n)
		}
		return nil
	}},
	{"by offers with lines that are not its own", func(t testing.TB, s *stage) error {
		e := eavesdrop(t, s.sw.Room(s.name), "citizen", clientOptions{seats: 1})
		defer e.close()
		offer, err := e.pc.CreateOffer(nil)
		check(t, err)
		check(t, e.pc.SetLocalDescription(offer))
		own, theirs := e.mids(), s.victim.mids()
		for _, lines := range []Lines{
			{Sound: "77", Seats: own.Seats}, {Seats: []SeatLines{{Sound: own.Sound, Picture: own.Camera}}},
			{Sound: own.Sound, Seats: append(own.Seats, own.Seats...)}, {Seats: append(own.Seats, theirs.Seats...), Screens: []string{"99"}},
		} {
			if answer, err := e.peer.Offer(t.Context(), e.pc.LocalDescription().SDP, lines); err == nil {
				return fmt.Errorf("answered %+v with %q", lines, answer)
			}
		}
		if n := e.rtp.Load(); n != 0 {
			return fmt.Errorf("%d packets came", n)
		}
		return nil
	}},
	{"from a room of the same people elsewhere", func(t testing.TB, s *stage) error {
		e := eavesdrop(t, s.sw.Room(s.name+" elsewhere"), "citizen", clientOptions{seats: 1})
		defer e.close()
		e.offer()
		eventually(t, "a connection", func() bool { return e.up.Load() > 0 })
		return e.hearsNothing(s.victim)
	}},
	{"from the outside", outside}, {"from the outside, by TCP", outsideTCP},
}

// enter joins and hears what it may: the tap bites.
func (s *stage) enter(t testing.TB) *eavesdropper {
	e := eavesdrop(t, s.sw.Room(s.name), "citizen", clientOptions{seats: 1})
	e.offer()
	eventually(t, "media while it is in", func() bool { return e.rtp.Load() > 5 })
	return e
}

// knock makes packets that name what only the victim and the switch should know.
func knock(victim *client) (out [][]byte) {
	ufrag := func(sdp string) string {
		_, rest, _ := strings.Cut(sdp, "a=ice-ufrag:")
		return strings.TrimSpace(strings.SplitN(rest, "\r\n", 2)[0])
	}
	name := ufrag(victim.pc.RemoteDescription().SDP) + ":" + ufrag(victim.pc.LocalDescription().SDP)
	for _, password := range []string{"", "guessed password 22 ch"} {
		setters := []stun.Setter{stun.TransactionID, stun.BindingRequest, stun.NewUsername(name)}
		if password != "" {
			setters = append(setters, stun.NewShortTermIntegrity(password), stun.Fingerprint)
		}
		if m, err := stun.Build(setters...); err == nil {
			out = append(out, m.Raw)
		}
	}
	for ssrc := range victim.peer.wired.Load().down {
		pli, _ := rtcp.Marshal([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}})
		media, _ := (&rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 111, SSRC: ssrc, SequenceNumber: 7}, Payload: make([]byte, 200)}).Marshal()
		out = append(out, pli, media)
	}
	return append(out, append([]byte{22, 254, 253}, make([]byte, 60)...)) // DTLS
}

func outside(t testing.TB, s *stage) error {
	conn, err := net.Dial("udp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.sw.Port())))
	check(t, err)
	defer conn.Close()
	for range 5 {
		for _, b := range knock(s.victim) {
			_, _ = conn.Write(b)
		}
	}
	return silentOrPolite(conn)
}

func outsideTCP(t testing.TB, s *stage) error {
	conn, err := net.Dial("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.sw.Port())))
	check(t, err)
	defer conn.Close()
	for _, b := range knock(s.victim) { // RFC 4571
		_, _ = conn.Write(append([]byte{byte(len(b) >> 8), byte(len(b))}, b...))
	}
	return silentOrPolite(conn)
}

// silentOrPolite is satisfied with nothing, or with answers of ICE.
func silentOrPolite(conn net.Conn) error {
	_ = conn.SetReadDeadline(time.Now().Add(60 * time.Millisecond))
	b := make([]byte, 2000)
	for {
		n, err := conn.Read(b)
		if err != nil {
			return nil //nolint:nilerr // silence
		}
		if isMedia(b[:n]) || n > 2 && isMedia(b[2:n]) {
			return fmt.Errorf("%d bytes of media came", n)
		}
	}
}

// TestNobodyListensIn lets a hostile peer try to hear others before it entered, after it left, and without ever having been
// let in: 40 times, or HOSTILE=1000 times (RELIABILITY S2). The victims talk on all the while.
func TestNobodyListensIn(t *testing.T) {
	total := 40
	if n, err := strconv.Atoi(os.Getenv("HOSTILE")); err == nil {
		total = n
	}
	sw := newSwitch(t)
	var next atomic.Int64
	var done [16]atomic.Int64
	t.Run("all", func(t *testing.T) {
		for w := range 4 {
			t.Run(strconv.Itoa(w), func(t *testing.T) {
				t.Parallel()
				s := &stage{t: t, sw: sw, name: fmt.Sprintf("visit %d", w)}
				s.victim = join(t, sw.Room(s.name), "clerk", clientOptions{seats: 2})
				for i := next.Add(1) - 1; i < int64(total) && !t.Failed(); i = next.Add(1) - 1 {
					kind := i % int64(len(tries))
					t.Run(tries[kind].name, func(t *testing.T) { // so that all that a try opened is closed after it
						if err := tries[kind].run(t, s); err != nil {
							t.Errorf("try %d: %v", i, err)
						}
					})
					done[kind].Add(1)
				}
				stays := join(t, sw.Room(s.name), "citizen", clientOptions{seats: 1})
				eventually(t, "whoever is let in to hear", func() bool { return len(stays.from(stays.seatLines[0][1], s.victim.id)) > 5 })
			})
		}
	})
	for i, try := range tries {
		t.Logf("%4d times %s", done[i].Load(), try.name)
	}
}
