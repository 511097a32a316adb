package main

import (
	"encoding/json"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"schalter/server/protocol"
)

// guest is one participant in a room: the room socket, and a pion peer connection in the place of a browser's.
type guest struct {
	t      testing.TB
	socket *socket
	pc     *webrtc.PeerConnection
	joined protocol.Joined
	ack    atomic.Bool // acknowledges seat maps
	seats  atomic.Uint64
	// Lines that were offered, and of those the ones that pion is ready to receive on: if something came earlier, it would
	// read the line in two places at once. So seat maps are acknowledged when both are the same.
	wanted, ready atomic.Int64
	offers        int

	// rtp counts RTP packets as they come from the network, whatever was negotiated; the next two what arrives on a line.
	rtp            atomic.Int64
	sound, picture atomic.Int64
	byMid          sync.Map // line to *atomic.Int64

	// mark is the last byte of every packet sent, heard counts the packets received by theirs.
	mark  atomic.Uint32
	heard [256]atomic.Int64

	sending []*webrtc.RTPTransceiver // sound, camera
	seat    []*webrtc.RTPTransceiver // sound, picture

	stop  chan struct{}
	once  sync.Once
	pumps sync.WaitGroup
}

// tap counts what comes from the network.
type tap struct {
	net.PacketConn
	rtp *atomic.Int64
}

func (c tap) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := c.PacketConn.ReadFrom(b)
	if isRTP := n > 1 && b[0]>>6 == 2 && (b[1] < 192 || b[1] > 223); isRTP { // RFC 7983, and RFC 5761 for RTCP
		c.rtp.Add(1)
	}
	return n, from, err
}

// newGuest opens the room socket with a grant. The origin is the person's.
func newGuest(p *person, grant protocol.Grant) *guest {
	p.t.Helper()
	g := knock(p, grant.URL, grant.Token)
	g.joined = await[protocol.Joined](g.socket, protocol.FrameJoined, nil)
	return g
}

// knock says join, and does not wait for what comes of it.
func knock(p *person, address, token string) *guest {
	p.t.Helper()
	g := &guest{t: p.t, stop: make(chan struct{})}
	g.ack.Store(true)
	u, err := url.Parse(address)
	if err != nil || "http"+strings.TrimPrefix(u.Scheme, "ws")+"://"+u.Host != p.origin {
		p.t.Fatalf("grant for %q, of one whose origin is %q", address, p.origin)
	}
	g.socket = p.listen(u.Path, g.hear, protocol.FrameJoin, protocol.Join{Versions: hello.Versions, Grant: token})
	return g
}

// hear is called by the socket's reader.
func (g *guest) hear(f protocol.Frame) {
	if f.Type != protocol.FrameSeats {
		return
	}
	var s protocol.Seats
	if json.Unmarshal(f.Data, &s) != nil {
		return
	}
	g.seats.Store(s.Version)
	g.seated()
}

// seated acknowledges the latest seat map, if there is one.
func (g *guest) seated() {
	if v := g.seats.Load(); v > 0 && g.ack.Load() && g.ready.Load() >= g.wanted.Load() {
		_ = g.socket.trySend(protocol.FrameSeated, protocol.Seated{Version: v})
	}
}

// connect makes the peer connection, with sound, camera and one seat, and negotiates.
func (g *guest) connect() {
	g.t.Helper()
	g.prepare()
	g.offer()
	eventually(g.t, "a media connection", func() bool { return g.pc.ConnectionState() == webrtc.PeerConnectionStateConnected })
}

func (g *guest) prepare() {
	t := g.t
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	must(t, err)
	mux := webrtc.NewICEUDPMux(nil, tap{conn, &g.rtp})
	media := &webrtc.MediaEngine{}
	must(t, media.RegisterDefaultCodecs())
	se := webrtc.SettingEngine{}
	se.SetICEUDPMux(mux)
	se.SetIncludeLoopbackCandidate(true)
	se.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	se.SetFireOnTrackBeforeFirstRTP(true)
	g.pc, err = webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(se)).NewPeerConnection(webrtc.Configuration{})
	must(t, err)
	t.Cleanup(func() {
		g.hangUp()
		_ = mux.Close()
		_ = conn.Close()
	})
	g.pc.OnTrack(func(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
		line := new(atomic.Int64)
		for _, tr := range g.pc.GetTransceivers() {
			if tr.Receiver() == receiver {
				g.byMid.Store(tr.Mid(), line)
			}
		}
		g.ready.Add(1)
		g.seated()
		count := &g.sound
		if track.Kind() == webrtc.RTPCodecTypeVideo {
			count = &g.picture
		}
		for {
			p, _, err := track.ReadRTP()
			if err != nil {
				return
			}
			if n := len(p.Payload); n > 0 {
				g.heard[p.Payload[n-1]].Add(1)
			}
			count.Add(1)
			line.Add(1)
		}
	})
	for _, codec := range []webrtc.RTPCodecCapability{
		{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, {MimeType: webrtc.MimeTypeVP8, ClockRate: 90000},
	} {
		track, err := webrtc.NewTrackLocalStaticRTP(codec, "mine", "me")
		must(t, err)
		tr, err := g.pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		must(t, err)
		g.sending = append(g.sending, tr)
		g.pump(tr, track)
	}
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		tr, err := g.pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		must(t, err)
		g.seat = append(g.seat, tr)
	}
}

// came counts what has come on a line.
func (g *guest) came(mid string) int64 {
	if n, ok := g.byMid.Load(mid); ok {
		return n.(*atomic.Int64).Load()
	}
	return 0
}

// makeOffer gathers and says which line is what.
func (g *guest) makeOffer() protocol.Offer {
	g.t.Helper()
	offer, err := g.pc.CreateOffer(nil)
	must(g.t, err)
	gathered := webrtc.GatheringCompletePromise(g.pc)
	must(g.t, g.pc.SetLocalDescription(offer))
	<-gathered
	g.offers++
	g.wanted.Store(int64(len(g.seat)))
	lines := protocol.Lines{Sound: g.sending[0].Mid(), Camera: g.sending[1].Mid()}
	for pair := range slices.Chunk(g.seat, 2) {
		lines.Seats = append(lines.Seats, protocol.SeatLine{Sound: pair[0].Mid(), Picture: pair[1].Mid()})
	}
	return protocol.Offer{ID: g.offers, SDP: g.pc.LocalDescription().SDP, Lines: lines}
}

func (g *guest) offer() {
	g.t.Helper()
	g.say(g.makeOffer())
}

// say sends an offer that was made, and takes the answer.
func (g *guest) say(o protocol.Offer) {
	g.t.Helper()
	g.socket.send(protocol.FrameOffer, o)
	answer := await(g.socket, protocol.FrameAnswer, func(a protocol.Answer) bool { return a.ID == o.ID })
	must(g.t, g.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer.SDP}))
}

// pump sends something every 20 ms for as long as there is a connection, as a browser does: sound, or pictures that are
// all key frames.
func (g *guest) pump(tr *webrtc.RTPTransceiver, track *webrtc.TrackLocalStaticRTP) {
	clock, payload := 48000.0, make([]byte, 40)
	if track.Kind() == webrtc.RTPCodecTypeVideo {
		clock, payload = 90000, append([]byte{0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 48, 0}, make([]byte, 400)...)
	}
	g.pumps.Add(2)
	go func() {
		defer g.pumps.Done()
		for {
			if _, _, err := tr.Sender().ReadRTCP(); err != nil {
				return
			}
		}
	}()
	go func() {
		defer g.pumps.Done()
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		start := time.Now()
		for seq := uint16(1); ; seq++ {
			select {
			case <-g.stop:
				return
			case <-tick.C:
			}
			payload[len(payload)-1] = byte(g.mark.Load())
			_ = track.WriteRTP(&rtp.Packet{ // refused until there is a connection
				Header:  rtp.Header{Version: 2, Marker: true, SequenceNumber: seq, Timestamp: uint32(time.Since(start).Seconds() * clock)},
				Payload: payload,
			})
		}
	}()
}

// receives waits until sound and picture come in.
func (g *guest) receives(what string) {
	g.t.Helper()
	sound, picture, all := g.sound.Load(), g.picture.Load(), g.rtp.Load()
	eventually(g.t, what+" on both lines", func() bool {
		return g.sound.Load() > sound+5 && g.picture.Load() > picture+5 && g.rtp.Load() > all+10
	})
}

// hangUp ends the peer connection.
func (g *guest) hangUp() {
	g.once.Do(func() {
		close(g.stop)
		if g.pc != nil {
			_ = g.pc.GracefulClose()
		}
		g.pumps.Wait()
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
