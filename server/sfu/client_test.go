package sfu

import (
	"context"
	"math/rand"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come.
const patience = 15 * time.Second

func newSwitch(t testing.TB) *Switch {
	t.Helper()
	s, err := New(Config{Listen: "127.0.0.1:0", Addresses: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// eventually waits until ok.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// seatMap is one Events.Seats.
type seatMap struct {
	version        uint64
	seats, screens []Seat
}

func (m seatMap) find(who string) int {
	for i, s := range m.seats {
		if s.Participant == who {
			return i
		}
	}
	return -1
}

// clientOptions say how a test client differs from a browser with camera and microphone.
type clientOptions struct {
	seats, screens int
	simulcast      bool
	screen         bool
	tcpOnly        bool
	noAck          bool    // seat maps are acknowledged by the test
	lossDown       float64 // share of media packets lost on the way to the client
	lossUp         float64
	listener       bool                       // sends nothing
	relays         []webrtc.ICEServer         // comes by these alone
	networks       []webrtc.NetworkType       // instead of UDP by IPv4
	udp            ice.UDPMux                 // instead of sockets of its own
	profile        dtls.SRTPProtectionProfile // 0: pion's choice
	graded         bool                       // a simulcast layer costs more than the one below, as a browser's do
	codec          string                     // the only one for pictures, such as webrtc.MimeTypeH264; empty: all
	bits           int                        // bits a second of the way to it; 0: no bound
}

// client is a browser's stand-in: one pion peer connection, the client's part of the protocol.
type client struct {
	t    testing.TB
	name string
	opt  clientOptions
	id   uint32 // in its payloads
	pc   *webrtc.PeerConnection
	peer *Peer
	room *Room

	soundLine, cameraLine, screenLine *webrtc.RTPTransceiver
	seatLines                         [][2]*webrtc.RTPTransceiver
	screenLines                       []*webrtc.RTPTransceiver

	stop     chan struct{}
	pumps    sync.WaitGroup
	plis     atomic.Int64 // key frame requests heard
	keys     atomic.Int64 // key frames sent
	twcc     atomic.Int64 // transport feedback packets heard
	packets  atomic.Int64 // all RTP packets that came in, by any line
	muted    atomic.Bool  // sends no media
	layers   atomic.Pointer[toldLayers]
	speaking atomic.Pointer[[]string]
	level    atomic.Int32 // of its sound, dB below the loudest
	maxRank  atomic.Int32 // highest simulcast layer sent
	closed   chan Reason
	up       atomic.Int64 // times Connected was told
	more     atomic.Int64

	mu      sync.Mutex // guards all below
	maps    []seatMap
	lines   map[string]*heard // by mid
	srs     map[uint32][]rtcp.SenderReport
	wantKey bool
}

type toldLayers struct {
	rids   []string
	screen int
	repeat bool
}

// heard is what came on one receiving line.
type heard struct {
	ssrc     uint32
	packets  []heardPacket
	sequence map[uint16]int
}

type heardPacket struct {
	from, frame, part uint32
	rank              byte
	key               bool
	seq               uint16
	ts                uint32
	pid               uint16
	level             bool
	at                time.Time
}

func (c *client) line(mid string) []heardPacket {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.lines[mid]; h != nil {
		return append([]heardPacket(nil), h.packets...)
	}
	return nil
}

// from are the packets of a sender that came on a line.
func (c *client) from(line *webrtc.RTPTransceiver, id uint32) (out []heardPacket) {
	for _, p := range c.line(line.Mid()) {
		if p.from == id {
			out = append(out, p)
		}
	}
	return out
}

func (c *client) lastMap() seatMap {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.maps) == 0 {
		return seatMap{}
	}
	return c.maps[len(c.maps)-1]
}

// lossy drops packets at random, next to the network. It never drops RTX, so that tests count what it lost.
type lossy struct {
	interceptor.NoOp
	mu       sync.Mutex
	random   *rand.Rand
	down, up float64
	dropped  atomic.Int64
	bits     int
	free     time.Time // when the next packet fits through
}

// squeeze takes the time that a packet needs on the way.
func (l *lossy) squeeze(size int) {
	if l.bits == 0 {
		return
	}
	l.mu.Lock()
	if now := time.Now(); l.free.Before(now) {
		l.free = now
	}
	l.free = l.free.Add(time.Duration(size) * 8 * time.Second / time.Duration(l.bits))
	until := l.free
	l.mu.Unlock()
	time.Sleep(time.Until(until))
}

func (l *lossy) lose(share float64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.random.Float64() >= share {
		return false
	}
	l.dropped.Add(1)
	return true
}

func (l *lossy) BindRemoteStream(info *interceptor.StreamInfo, r interceptor.RTPReader) interceptor.RTPReader {
	if l.bits > 0 {
		return interceptor.RTPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
			n, attributes, err := r.Read(b, a)
			l.squeeze(n)
			return n, attributes, err
		})
	}
	if strings.HasSuffix(info.MimeType, "rtx") || l.down == 0 {
		return r
	}
	return interceptor.RTPReaderFunc(func(b []byte, a interceptor.Attributes) (int, interceptor.Attributes, error) {
		for {
			n, attributes, err := r.Read(b, a)
			if err != nil || !l.lose(l.down) {
				return n, attributes, err
			}
		}
	})
}

func (l *lossy) BindLocalStream(info *interceptor.StreamInfo, w interceptor.RTPWriter) interceptor.RTPWriter {
	if l.up == 0 {
		return w
	}
	return interceptor.RTPWriterFunc(func(h *rtp.Header, b []byte, a interceptor.Attributes) (int, error) {
		if h.SSRC == info.SSRC && l.lose(l.up) {
			return len(b), nil
		}
		return w.Write(h, b, a)
	})
}

func (l *lossy) NewInterceptor(string) (interceptor.Interceptor, error) { return l, nil }

var clientIDs atomic.Uint32

// newClient makes a client that has not offered yet.
func newClient(t testing.TB, room *Room, name string, opt clientOptions) *client {
	t.Helper()
	c := &client{
		t: t, name: name, opt: opt, id: clientIDs.Add(1), room: room, stop: make(chan struct{}),
		closed: make(chan Reason, 1), lines: make(map[string]*heard), srs: make(map[uint32][]rtcp.SenderReport), wantKey: true,
	}
	c.maxRank.Store(2)
	c.level.Store(30)
	var err error
	c.peer, err = room.Join(name, c.events())
	if err != nil {
		t.Fatal(err)
	}
	me, registry := &webrtc.MediaEngine{}, &interceptor.Registry{}
	loss := &lossy{random: rand.New(rand.NewSource(int64(c.id))), down: opt.lossDown, up: opt.lossUp, bits: opt.bits}
	registry.Add(loss)
	if opt.codec == "" {
		check(t, me.RegisterDefaultCodecs())
	} else {
		registerOnly(t, me, opt.codec)
	}
	check(t, me.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.AudioLevelURI}, webrtc.RTPCodecTypeAudio))
	check(t, webrtc.ConfigureTWCCHeaderExtensionSender(me, registry))
	check(t, webrtc.RegisterDefaultInterceptors(me, registry))
	se := webrtc.SettingEngine{LoggerFactory: silent()}
	se.SetIncludeLoopbackCandidate(true)
	if opt.profile != 0 {
		se.SetSRTPProtectionProfiles(opt.profile)
	}
	if opt.networks != nil {
		se.SetNetworkTypes(opt.networks)
	} else if opt.tcpOnly {
		se.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeTCP4})
	} else {
		se.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	}
	if opt.udp != nil {
		se.SetICEUDPMux(opt.udp)
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(me), webrtc.WithInterceptorRegistry(registry), webrtc.WithSettingEngine(se))
	cfg := webrtc.Configuration{ICEServers: opt.relays}
	if len(opt.relays) > 0 {
		cfg.ICETransportPolicy = webrtc.ICETransportPolicyRelay
	}
	c.pc, err = api.NewPeerConnection(cfg)
	check(t, err)
	c.pc.OnTrack(c.hear)
	t.Cleanup(c.close)

	if !opt.listener {
		c.addSending()
	}
	c.addSeats(opt.seats)
	for range opt.screens {
		tr, err := c.pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
		check(t, err)
		c.screenLines = append(c.screenLines, tr)
	}
	return c
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const h264Format = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"

// registerOnly makes a browser that has one codec for pictures.
func registerOnly(t testing.TB, me *webrtc.MediaEngine, codec string) {
	t.Helper()
	check(t, me.RegisterCodec(webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, PayloadType: 111,
	}, webrtc.RTPCodecTypeAudio))
	capability := webrtc.RTPCodecCapability{MimeType: codec, ClockRate: 90000, RTCPFeedback: []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}}}
	if codec == webrtc.MimeTypeH264 {
		capability.SDPFmtpLine = h264Format
	}
	check(t, me.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: capability, PayloadType: 125}, webrtc.RTPCodecTypeVideo))
	check(t, me.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=125",
	}, PayloadType: 107}, webrtc.RTPCodecTypeVideo))
}

func (c *client) events() Events {
	return Events{
		Seats: func(version uint64, seats, screens []Seat) {
			c.mu.Lock()
			c.maps = append(c.maps, seatMap{version, seats, screens})
			c.mu.Unlock()
			if !c.opt.noAck {
				c.peer.Seated(version)
			}
		},
		Layers:    func(rids []string, screen int, repeat bool) { c.layers.Store(&toldLayers{rids, screen, repeat}) },
		Speaking:  func(who []string) { c.speaking.Store(&who) },
		More:      func(n int) { c.more.Store(int64(n)) },
		Connected: func() { c.up.Add(1) },
		Closed:    func(why Reason) { c.closed <- why },
	}
}

func (c *client) addSending() {
	opus := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}
	picture := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}
	if c.opt.codec == webrtc.MimeTypeH264 {
		picture.MimeType, picture.SDPFmtpLine = c.opt.codec, h264Format
	}
	add := func(codec webrtc.RTPCodecCapability, id string, rids ...string) *webrtc.RTPTransceiver {
		tracks := make([]*webrtc.TrackLocalStaticRTP, 0, 3)
		for _, rid := range append(rids, "")[:max(1, len(rids))] {
			var options []func(*webrtc.TrackLocalStaticRTP)
			if rid != "" {
				options = append(options, webrtc.WithRTPStreamID(rid))
			}
			track, err := webrtc.NewTrackLocalStaticRTP(codec, id, "me", options...)
			check(c.t, err)
			tracks = append(tracks, track)
		}
		tr, err := c.pc.AddTransceiverFromTrack(tracks[0], webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		check(c.t, err)
		for _, track := range tracks[1:] {
			check(c.t, tr.Sender().AddEncoding(track))
		}
		for rank, track := range tracks {
			c.pump(tr, track, rank)
		}
		return tr
	}
	c.soundLine = add(opus, "sound")
	if c.opt.simulcast {
		c.cameraLine = add(picture, "camera", "q", "h", "f")
	} else {
		c.cameraLine = add(picture, "camera")
	}
	if c.opt.screen {
		c.screenLine = add(picture, "screen")
	}
}

func (c *client) addSeats(n int) {
	for range n {
		var seat [2]*webrtc.RTPTransceiver
		for i, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
			tr, err := c.pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
			check(c.t, err)
			seat[i] = tr
		}
		c.seatLines = append(c.seatLines, seat)
	}
}

// mids says which line is what, after the offer was made.
func (c *client) mids() (l Lines) {
	for to, tr := range map[*string]*webrtc.RTPTransceiver{&l.Sound: c.soundLine, &l.Camera: c.cameraLine, &l.Screen: c.screenLine} {
		if tr != nil {
			*to = tr.Mid()
		}
	}
	for _, seat := range c.seatLines {
		l.Seats = append(l.Seats, SeatLines{Sound: seat[0].Mid(), Picture: seat[1].Mid()})
	}
	for _, tr := range c.screenLines {
		l.Screens = append(l.Screens, tr.Mid())
	}
	return l
}

// offer negotiates.
func (c *client) offer(options ...*webrtc.OfferOptions) {
	c.t.Helper()
	var option *webrtc.OfferOptions
	if len(options) > 0 {
		option = options[0]
	}
	offer, err := c.pc.CreateOffer(option)
	check(c.t, err)
	gathered := webrtc.GatheringCompletePromise(c.pc)
	check(c.t, c.pc.SetLocalDescription(offer))
	<-gathered
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	answer, err := c.peer.Offer(ctx, c.pc.LocalDescription().SDP, c.mids())
	check(c.t, err)
	if err := c.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		c.t.Fatalf("%v in\n%s", err, answer)
	}
}

// join makes a client that has offered.
func join(t testing.TB, room *Room, name string, opt clientOptions) *client {
	t.Helper()
	c := newClient(t, room, name, opt)
	c.offer()
	return c
}

func (c *client) close() {
	select {
	case <-c.stop:
		return
	default:
	}
	close(c.stop)
	c.peer.Close()
	_ = c.pc.GracefulClose()
	c.pumps.Wait()
}
