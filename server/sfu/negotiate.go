package sfu

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"
)

const (
	offerBurst    = 4           // offers a peer may make at once
	offerInterval = time.Second // and then one per
)

// wiring is what the packet path must know of a peer's lines. It is replaced as a whole by each offer.
type wiring struct {
	ext     extensions
	sources map[uint32]source
	up      map[string]*upTrack   // by mid
	down    map[uint32]*downTrack // by SSRC
}

// layout is what the room must know of a peer's lines.
type layout struct {
	sound, camera, screen *upTrack // nil: not offered
	seats                 []seatTracks
	screens               []*downTrack
}

type seatTracks struct{ sound, picture *downTrack } // picture may be nil

// Offer takes the client's offer, the first or a later one (more seats, ICE restart), and returns the
// answer with all candidates. It may run beside other calls; offers of one peer run one after another. The
// seat map that follows from the offer may be told (Events.Seats) before Offer returns.
//
// Errors: ErrClosed, ErrTooOften, ErrTooLarge, ErrBadOffer, ErrBadLines, ErrNoCodec; the context's. After an
// error the peer is as before; after ErrBadOffer to a later offer it may have ended (ReasonFailed).
func (p *Peer) Offer(ctx context.Context, sdp string, lines Lines) (answer string, err error) {
	select {
	case p.negotiating <- struct{}{}:
		defer func() { <-p.negotiating }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if p.gone.Load() {
		return "", ErrClosed
	}
	if !p.mayOffer(time.Now()) {
		return "", ErrTooOften
	}
	o, err := parseOffer(sdp, lines)
	if err != nil {
		return "", err
	}
	pc, way := p.pc, p.path.Load()
	if pc == nil {
		if pc, way, err = p.connect(); err != nil {
			return "", err
		}
	}
	answer, made, err := p.negotiate(ctx, pc, way, o)
	if err != nil {
		if p.pc == nil { // the next offer begins anew
			_ = pc.GracefulClose()
			way.close()
			p.ups, p.downs = make(map[string]*upTrack), make(map[string]*downTrack)
		} else if pc.SignalingState() != webrtc.SignalingStateStable {
			p.fail() // pion cannot take back an offer that it has begun to read
		}
		return "", err
	}
	way.sign(credentialsOf(o.sdp, answer))
	p.pc = pc
	p.sender.Store(pc)
	p.path.Store(way)
	p.wired.Store(&o.wiring)
	if !p.room.do(func() { p.install(made, time.Now().UnixNano()) }) || p.gone.Load() {
		return "", ErrClosed
	}
	for _, mid := range []string{lines.Camera, lines.Screen} {
		answer = oneCodec(answer, mid, o.media[mid])
	}
	return preferRED(encourage(answer, lines), o.media[lines.Sound], lines.Sound), nil
}

// mayOffer is the limit on offers: a bucket that holds offerBurst. The caller holds negotiating.
func (p *Peer) mayOffer(now time.Time) bool {
	if p.offersFrom.Before(now.Add(-offerBurst * offerInterval)) {
		p.offersFrom = now.Add(-offerBurst * offerInterval)
	}
	if next := p.offersFrom.Add(offerInterval); !next.After(now) {
		p.offersFrom = next
		return true
	}
	return false
}

// connect makes the peer connection and the path of its media. Each has its own engine, for its codecs are negotiated.
func (p *Peer) connect() (_ *webrtc.PeerConnection, _ *path, err error) {
	at, err := p.room.sw.open()
	if err != nil {
		return nil, nil, err
	}
	way := newPath(p, at)
	defer func() {
		if err != nil {
			way.close()
		}
	}()
	var media webrtc.MediaEngine
	if err := registerCodecs(&media); err != nil {
		return nil, nil, err
	}
	var se webrtc.SettingEngine
	if err := p.room.sw.transport(&se, way); err != nil {
		return nil, nil, err
	}
	se.DisableMediaEngineCopy(true) // else our own senders would not learn of the payload types that Firefox offers
	api := webrtc.NewAPI(
		webrtc.WithMediaEngine(&media), webrtc.WithSettingEngine(se),
		webrtc.WithInterceptorRegistry(&interceptor.Registry{}), // left out, pion would install its own
	)
	pc, err := api.NewPeerConnection(webrtc.Configuration{
		Certificates: p.room.sw.certificates, BundlePolicy: webrtc.BundlePolicyMaxBundle,
	})
	if err != nil {
		return nil, nil, err
	}
	way.dtls = pc.SCTP().Transport()
	way.dtls.ICETransport().OnSelectedCandidatePairChange(way.choose)
	pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) { p.changed(way, state) })
	pc.OnDataChannel(p.channel)
	p.api = api
	return pc, way, nil
}

// changed hears of the connection's state.
func (p *Peer) changed(way *path, state webrtc.PeerConnectionState) {
	if p.path.Load() != way && state != webrtc.PeerConnectionStateConnected {
		return // an offer that failed closes its connection; the peer lives on
	}
	switch state {
	case webrtc.PeerConnectionStateConnected:
		p.connected.Store(true)
		p.room.kick()
	case webrtc.PeerConnectionStateFailed:
		p.end(ReasonFailed)
	case webrtc.PeerConnectionStateClosed:
		if !p.connected.Load() { // nothing that may be believed was said yet: maybe somebody else's handshake was closed
			p.end(ReasonFailed)
			return
		}
		p.end(ReasonLeft)
	}
}

// negotiate lets pion answer, gives the receiving lines their tracks, and makes the wiring in o.
func (p *Peer) negotiate(ctx context.Context, pc *webrtc.PeerConnection, way *path, o *offer) (string, layout, error) {
	var made layout
	err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: o.sdp})
	if err != nil {
		return "", made, fmt.Errorf("%w: %w", ErrBadOffer, err)
	}
	transceivers := make(map[string]*webrtc.RTPTransceiver)
	for _, t := range pc.GetTransceivers() {
		transceivers[t.Mid()] = t
	}
	o.up = make(map[string]*upTrack)
	up := func(mid string, kind lineKind) *upTrack {
		if mid == "" {
			return nil
		}
		m := o.media[mid]
		t := p.ups[mid]
		if t == nil || t.kind != kind || t.pt != m.pt || t.rtxPT != m.rtxPT || t.redPT != m.redPT || t.h264 != m.h264 || len(t.rids) != len(m.rids) {
			t = &upTrack{peer: p, kind: kind, mid: mid, pt: m.pt, rtxPT: m.rtxPT, redPT: m.redPT, h264: m.h264, rids: m.rids}
			p.ups[mid] = t
		}
		o.up[mid] = t
		return t
	}
	var downs []*downTrack
	down := func(mid string, kind lineKind, stream, id string) (*downTrack, error) {
		if mid == "" {
			return nil, nil
		}
		d := p.downs[mid]
		if d == nil {
			t := transceivers[mid]
			if t == nil {
				return nil, fmt.Errorf("%w: %q", ErrBadLines, mid)
			}
			d = newDownTrack(p, kind, mid, stream, id)
			d.outlet.path = way
			sender, err := p.api.NewRTPSender(d, pc.SCTP().Transport())
			if err != nil {
				return nil, err
			}
			if err := t.SetSender(sender, d); err != nil {
				return nil, err
			}
			p.downs[mid] = d
		}
		downs = append(downs, d)
		return d, nil
	}
	made.sound, made.camera, made.screen = up(o.lines.Sound, sound), up(o.lines.Camera, camera), up(o.lines.Screen, screen)
	for i, seat := range o.lines.Seats {
		var tracks seatTracks
		stream := fmt.Sprintf("seat%d", i)
		if tracks.sound, err = down(seat.Sound, sound, stream, stream+"s"); err == nil {
			tracks.picture, err = down(seat.Picture, camera, stream, stream+"p")
		}
		if err != nil {
			return "", made, err
		}
		made.seats = append(made.seats, tracks)
	}
	for i, mid := range o.lines.Screens {
		stream := fmt.Sprintf("screen%d", i)
		d, err := down(mid, screen, stream, stream+"p")
		if err != nil {
			return "", made, err
		}
		made.screens = append(made.screens, d)
	}
	answer, err := pc.CreateAnswer(nil)
	if err != nil {
		return "", made, fmt.Errorf("%w: %w", ErrBadOffer, err)
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(answer); err != nil {
		return "", made, fmt.Errorf("%w: %w", ErrBadOffer, err)
	}
	select {
	case <-gathered:
	case <-ctx.Done():
		return "", made, ctx.Err()
	}
	o.down = make(map[uint32]*downTrack)
	for _, d := range downs {
		d.mu.Lock()
		if d.ssrc != 0 {
			o.down[d.ssrc] = d
		}
		d.mu.Unlock()
	}
	return pc.LocalDescription().SDP, made, nil
}

const mimeRED = "audio/red"

// registerCodecs lists what we switch: Opus, plain and with redundancy, VP8 with its repair stream, the base that
// every browser has, and H.264 for devices that send nothing else.
func registerCodecs(m *webrtc.MediaEngine) error {
	transport := webrtc.RTCPFeedback{Type: "transport-cc"}
	picture := []webrtc.RTCPFeedback{transport, {Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}}
	codecs := []struct {
		kind webrtc.RTPCodecType
		pt   webrtc.PayloadType
		webrtc.RTPCodecCapability
	}{
		{webrtc.RTPCodecTypeAudio, 111, webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2,
			SDPFmtpLine: "minptime=10;useinbandfec=1;usedtx=1", RTCPFeedback: []webrtc.RTCPFeedback{transport},
		}},
		{webrtc.RTPCodecTypeAudio, 63, webrtc.RTPCodecCapability{
			MimeType: mimeRED, ClockRate: 48000, Channels: 2, SDPFmtpLine: "111/111",
		}},
		{webrtc.RTPCodecTypeVideo, 96, webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: picture,
		}},
		{webrtc.RTPCodecTypeVideo, 97, webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=96",
		}},
		{webrtc.RTPCodecTypeVideo, 102, webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeH264, ClockRate: 90000, RTCPFeedback: picture,
			SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
		}},
		{webrtc.RTPCodecTypeVideo, 103, webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=102",
		}},
	}
	for _, c := range codecs {
		if err := m.RegisterCodec(webrtc.RTPCodecParameters{
			RTPCodecCapability: c.RTPCodecCapability, PayloadType: c.pt,
		}, c.kind); err != nil {
			return err
		}
	}
	audio := []string{sdp.SDESMidURI, sdp.TransportCCURI, uriLevel}
	video := []string{sdp.SDESMidURI, sdp.SDESRTPStreamIDURI, sdp.SDESRepairRTPStreamIDURI, sdp.TransportCCURI, uriOrientation}
	for kind, uris := range map[webrtc.RTPCodecType][]string{webrtc.RTPCodecTypeAudio: audio, webrtc.RTPCodecTypeVideo: video} {
		for _, uri := range uris {
			if err := m.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, kind); err != nil {
				return err
			}
		}
	}
	return nil
}

// silent keeps pion from logging: its lines hold addresses.
func silent() logging.LoggerFactory {
	return &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
}
