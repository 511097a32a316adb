package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/nack"
	"github.com/pion/interceptor/pkg/report"
	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/logging"
	"github.com/pion/sdp/v3"
	"github.com/pion/transport/v4"
	"github.com/pion/webrtc/v4"

	"schalter/server/sfu"
)

// peer is a browser's stand-in.
type peer struct {
	tally   *tally
	way     signalling
	pc      *webrtc.PeerConnection
	began   time.Time // of joining
	expects int       // lines on which media must come
	stop    chan struct{}
	flows   chan struct{} // closed when all expected media came

	mu    sync.Mutex // guards the next two
	heard []*line
	first []time.Duration // from began to each line's first packet
}

// role is what a peer sends and receives.
type role struct {
	sound   bool
	camera  []encoding // none: sends no picture
	seats   int
	expects int // lines on which media come
	width   int // in pixels, at which the first participant is shown; 0: as large as it comes
}

// certificate is shared by all peers: making keys is not what is measured.
var certificate = sync.OnceValues(func() (*webrtc.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return webrtc.GenerateCertificate(key)
})

// newAPI has what a browser has: NACK, RTX, reports, transport-wide feedback both ways. network is nil, or emulates a line.
func newAPI(network transport.Net) (*webrtc.API, error) {
	var se webrtc.SettingEngine
	silent := &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
	se.LoggerFactory = silent
	se.SetIncludeLoopbackCandidate(true)
	se.SetInterfaceFilter(func(name string) bool { return name == "lo" })
	se.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	se.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	se.SetSRTPReplayProtectionWindow(512)
	se.SetDTLSRetransmissionInterval(50 * time.Millisecond) // as browsers do
	se.DisableActiveTCP(true)
	if network != nil {
		se.SetNet(network)
	}
	var media webrtc.MediaEngine
	if err := registerCodecs(&media); err != nil {
		return nil, err
	}
	registry := &interceptor.Registry{}
	asker, err := nack.NewGeneratorInterceptor()
	if err != nil {
		return nil, err
	}
	repairer, err := nack.NewResponderInterceptor()
	if err != nil {
		return nil, err
	}
	receiverReports, err := report.NewReceiverInterceptor()
	if err != nil {
		return nil, err
	}
	senderReports, err := report.NewSenderInterceptor()
	if err != nil {
		return nil, err
	}
	for _, factory := range []interceptor.Factory{repairer, asker, receiverReports, senderReports} {
		registry.Add(factory)
	}
	if err := webrtc.ConfigureTWCCHeaderExtensionSender(&media, registry); err != nil {
		return nil, err
	}
	feedback, err := twcc.NewSenderInterceptor(twcc.WithLoggerFactory(silent))
	if err != nil {
		return nil, err
	}
	registry.Add(feedback)
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		media.RegisterFeedback(webrtc.RTCPFeedback{Type: webrtc.TypeRTCPFBTransportCC}, kind)
	}
	return webrtc.NewAPI(webrtc.WithSettingEngine(se), webrtc.WithMediaEngine(&media), webrtc.WithInterceptorRegistry(registry)), nil
}

func registerCodecs(m *webrtc.MediaEngine) error {
	feedback := []webrtc.RTCPFeedback{{Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}}
	for _, c := range []webrtc.RTPCodecParameters{
		{PayloadType: 111, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"}},
		{PayloadType: 96, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: feedback}},
		{PayloadType: 97, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=96"}},
	} {
		kind := webrtc.RTPCodecTypeVideo
		if c.MimeType == webrtc.MimeTypeOpus {
			kind = webrtc.RTPCodecTypeAudio
		}
		if err := m.RegisterCodec(c, kind); err != nil {
			return err
		}
	}
	if err := m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: sdp.AudioLevelURI}, webrtc.RTPCodecTypeAudio); err != nil {
		return err
	}
	for _, uri := range []string{sdp.SDESMidURI, sdp.SDESRTPStreamIDURI, sdp.SDESRepairRTPStreamIDURI} {
		if err := m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, webrtc.RTPCodecTypeVideo); err != nil {
			return err
		}
	}
	return nil
}

// join opens the way, negotiates and begins to send as soon as the connection is up.
func join(api *webrtc.API, t *tally, r role, open func() (signalling, error)) (*peer, error) {
	p := &peer{tally: t, began: time.Now(), expects: r.expects, stop: make(chan struct{}), flows: make(chan struct{})}
	if p.expects == 0 {
		close(p.flows)
	}
	var err error
	if p.way, err = open(); err != nil {
		return nil, err
	}
	cert, err := certificate()
	if err != nil {
		return nil, err
	}
	if p.pc, err = api.NewPeerConnection(webrtc.Configuration{Certificates: []webrtc.Certificate{*cert}}); err != nil {
		return nil, err
	}
	p.pc.OnTrack(p.hear)
	var pumps []func()
	add := func(codec webrtc.RTPCodecCapability, id string, encodings ...encoding) (*webrtc.RTPTransceiver, error) {
		var tr *webrtc.RTPTransceiver
		for i, e := range encodings {
			var options []func(*webrtc.TrackLocalStaticRTP)
			if e.rid != "" {
				options = append(options, webrtc.WithRTPStreamID(e.rid))
			}
			track, err := webrtc.NewTrackLocalStaticRTP(codec, id, "me", options...)
			if err != nil {
				return nil, err
			}
			if i == 0 {
				tr, err = p.pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
			} else {
				err = tr.Sender().AddEncoding(track)
			}
			if err != nil {
				return nil, err
			}
			pumps = append(pumps, func() { p.pump(e, tr, track) })
		}
		return tr, nil
	}
	var soundLine, cameraLine *webrtc.RTPTransceiver
	if r.sound {
		if soundLine, err = add(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2}, "sound", soundEncoding); err != nil {
			return nil, err
		}
	}
	if len(r.camera) > 0 {
		if cameraLine, err = add(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}, "camera", r.camera...); err != nil {
			return nil, err
		}
	}
	var seats [][2]*webrtc.RTPTransceiver
	for range r.seats {
		var seat [2]*webrtc.RTPTransceiver
		for i, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
			if seat[i], err = p.pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
				return nil, err
			}
		}
		seats = append(seats, seat)
	}
	connected := make(chan struct{})
	var once sync.Once
	p.pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			once.Do(func() { close(connected) })
		}
	})
	offer, err := p.pc.CreateOffer(nil)
	if err != nil {
		return nil, err
	}
	gathered := webrtc.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(offer); err != nil {
		return nil, err
	}
	<-gathered
	var lines sfu.Lines
	if soundLine != nil {
		lines.Sound = soundLine.Mid()
	}
	if cameraLine != nil {
		lines.Camera = cameraLine.Mid()
	}
	for _, seat := range seats {
		lines.Seats = append(lines.Seats, sfu.SeatLines{Sound: seat[0].Mid(), Picture: seat[1].Mid()})
	}
	answer, err := p.way.exchange(p.pc.LocalDescription().SDP, lines)
	if err != nil {
		return nil, err
	}
	if err := p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}); err != nil {
		return nil, err
	}
	go p.hasten(connected)
	select {
	case <-connected:
	case <-time.After(20 * time.Second):
		return nil, fmt.Errorf("not connected after 20 s: %s", p.pc.ConnectionState())
	}
	if r.width > 0 {
		if err := p.way.show([]sfu.Shown{{Participant: participantName(0), Width: r.width, Height: r.width * 9 / 16}}); err != nil {
			return nil, err
		}
	}
	for _, pump := range pumps {
		go pump()
	}
	return p, nil
}

// hasten makes pion look at its candidates as often as a browser does. To nominate one towards a switch that is ICE-lite it
// waits for its next look, 200 ms later (a browser: 50 ms); a candidate that leads nowhere makes it look at once.
func (p *peer) hasten(connected <-chan struct{}) {
	for port := 1; port <= 10; port++ {
		select {
		case <-connected:
			return
		case <-time.After(time.Duration(port) * 2 * time.Millisecond):
		}
		_ = p.pc.AddICECandidate(webrtc.ICECandidateInit{Candidate: fmt.Sprintf("candidate:1 1 tcp 1 127.0.0.1 %d typ host tcptype passive", port)})
	}
}

// firstMedia notes the first packet of a line.
func (p *peer) firstMedia(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.first = append(p.first, now.Sub(p.began))
	if len(p.first) == p.expects {
		close(p.flows)
	}
}

func (p *peer) close() {
	close(p.stop)
	_ = p.pc.Close()
	p.way.close()
}
