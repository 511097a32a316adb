package sfu

import (
	"encoding/binary"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
)

const (
	replayWindow = 1024    // packets; late ones that were asked for again come under the old number
	maxAddresses = 8       // that a peer may have come from and still be heard
	maxReporters = 256     // SSRCs in whose name a peer may report in its life
	maxCame      = 128     // addresses under which it may ask for a way
	maxPacket    = 1 << 11 // bytes; larger ones are not sent
	sealed       = 16 + 32 // bytes that encrypting may add
)

// path is the way of a peer's media, past pion: pion finds the addresses (ICE) and agrees on keys (DTLS), media is
// decrypted on the goroutine that reads the socket and encrypted on the one that forwards. Nothing is queued between.
//
// pion makes the same keys and must send no media or reports with them, or numbers would be used twice.
type path struct {
	peer   *Peer
	port   *port
	socket *net.UDPConn // of port, to send by
	keys   keys
	dtls   *webrtc.DTLSTransport // set before the first packet

	exit   atomic.Pointer[exit]        // where to send; nil: nowhere yet
	secret atomic.Pointer[srtp.Config] // nil: the handshake is not over

	in struct {
		sync.Mutex // one packet after the other, though they come by two sockets
		context    *srtp.Context
		header     rtp.Header
		streams    map[uint32]*mediaStream
		reporters  map[uint32]struct{}
	}
	reports struct {
		sync.Mutex
		context *srtp.Context
		buf     []byte
	}

	mu        sync.Mutex // guards all below
	signs     credentials
	proof     *proof                      // nil: the address in use is the one that the client chose
	came      map[netip.AddrPort]struct{} // that asked for a way
	addresses []netip.AddrPort            // under which port knows us, oldest first
	streams   map[string]net.PacketConn   // TCP connections by the client's address
	closed    bool
}

// exit is where a peer's packets go.
type exit struct {
	udp *net.UDPConn
	to  netip.AddrPort
	tcp net.PacketConn // instead of udp
	at  net.Addr
}

func (e *exit) write(b []byte) error {
	var err error
	if e.tcp != nil {
		_, err = e.tcp.WriteTo(b, e.at)
	} else {
		_, err = e.udp.WriteToUDPAddrPort(b, e.to)
	}
	return err
}

func newPath(p *Peer, at *port) *path {
	t := &path{peer: p, port: at, socket: at.socket(), streams: make(map[string]net.PacketConn), came: make(map[netip.AddrPort]struct{})}
	t.in.streams, t.in.reporters = make(map[uint32]*mediaStream), make(map[uint32]struct{})
	return t
}

// choose follows ICE to the pair of addresses that it chose: at once by TCP, whose client has answered; by UDP when it has.
func (t *path) choose(pair *webrtc.ICECandidatePair) {
	if pair == nil || pair.Remote == nil {
		return
	}
	ip, err := netip.ParseAddr(pair.Remote.Address)
	if err != nil {
		return
	}
	to := netip.AddrPortFrom(ip.Unmap(), pair.Remote.Port)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return
	}
	if pair.Remote.Protocol == webrtc.ICEProtocolTCP {
		if conn := t.streams[to.String()]; conn != nil {
			t.dismiss()
			t.exit.Store(&exit{tcp: conn, at: net.TCPAddrFromAddrPort(to)})
		}
		return
	}
	if at := t.exit.Load(); at != nil && at.tcp == nil && at.to == to {
		t.dismiss() // back where it was, before the other was proven
		return
	}
	t.check(to, time.Now())
}

// asks notes an address from which somebody asks for a way in the peer's name (ICE). pion keeps each for as long as the
// connection lives, so one who comes from ever more of them has failed.
func (t *path) asks(from netip.AddrPort) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, known := t.came[from]; known {
		return true
	}
	if len(t.came) == maxCame {
		t.peer.fail()
		return false
	}
	t.came[from] = struct{}{}
	return true
}

// heard notes by which TCP connection an address reaches us.
func (t *path) heard(conn net.PacketConn, from net.Addr) {
	name := from.String()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.streams[name] == nil && len(t.streams) < maxAddresses {
		t.streams[name] = conn
	}
}

// close ends the path: nothing goes in or out any more.
func (t *path) close() {
	t.mu.Lock()
	t.closed = true
	t.exit.Store(nil)
	t.dismiss()
	for _, a := range t.addresses {
		t.port.forget(a, t)
	}
	t.addresses = nil
	t.mu.Unlock()
	t.port.unname(t)
	t.peer.room.sw.shut(t.port)
}

// agreed is the session's keys, once the handshake is over and the client's certificate was found to be the offered one.
func (t *path) agreed() *srtp.Config {
	if cfg := t.secret.Load(); cfg != nil {
		return cfg
	}
	if t.dtls == nil || t.dtls.State() != webrtc.DTLSTransportStateConnected {
		return nil
	}
	cfg, err := t.keys.session()
	if err != nil {
		return nil
	}
	t.secret.CompareAndSwap(nil, cfg)
	return t.secret.Load()
}

// seal makes a context to encrypt with. Each may be used for streams of its own only.
func (t *path) seal() (*srtp.Context, error) {
	cfg := t.agreed()
	if cfg == nil {
		return nil, errNoKeys
	}
	return srtp.CreateContext(cfg.Keys.LocalMasterKey, cfg.Keys.LocalMasterSalt, cfg.Profile)
}

// isMedia tells RTP and RTCP from STUN and DTLS (RFC 7983), isReport RTCP from RTP (RFC 5761).
func isMedia(b []byte) bool  { return len(b) >= 12 && b[0] >= 128 && b[0] < 192 }
func isReport(b []byte) bool { return b[1] >= 192 && b[1] < 224 }

// take takes a packet of media or reports as it came. It runs on the goroutine that read it and may change b.
func (t *path) take(b []byte) {
	t.in.Lock()
	defer t.in.Unlock()
	if t.peer.gone.Load() {
		return
	}
	if t.in.context == nil {
		cfg := t.agreed()
		if cfg == nil {
			return
		}
		var err error
		if t.in.context, err = srtp.CreateContext(cfg.Keys.RemoteMasterKey, cfg.Keys.RemoteMasterSalt, cfg.Profile,
			srtp.SRTPReplayProtection(replayWindow), srtp.SRTCPReplayProtection(replayWindow)); err != nil {
			return
		}
	}
	now := time.Now().UnixNano()
	if isReport(b) {
		plain, err := t.in.context.DecryptRTCP(b, b, nil)
		if err != nil {
			return
		}
		if t.in.reporters[binary.BigEndian.Uint32(plain[4:])] = struct{}{}; len(t.in.reporters) > maxReporters {
			t.peer.fail() // the context keeps something of each
			return
		}
		t.peer.takeReports(plain, now)
		return
	}
	h := &t.in.header
	plain, err := t.in.context.DecryptRTP(b, b, h)
	if err != nil {
		return
	}
	s := t.in.streams[h.SSRC]
	if s == nil {
		if len(t.in.streams) >= maxMediaStreams {
			t.peer.fail()
			return
		}
		s = &mediaStream{peer: t.peer, ssrc: h.SSRC}
		t.in.streams[h.SSRC] = s
	}
	s.take(h, plain[headerSize(plain):], now)
}

// headerSize is the length of an RTP header that was parsed before.
func headerSize(b []byte) int {
	n := 12 + 4*int(b[0]&0x0f)
	if b[0]&0x10 != 0 {
		n += 4 + 4*int(binary.BigEndian.Uint16(b[n+2:]))
	}
	return n
}

// writeRTCP sends reports and requests.
func (t *path) writeRTCP(packets []rtcp.Packet) {
	to := t.exit.Load()
	if to == nil {
		return
	}
	raw, err := rtcp.Marshal(packets)
	if err != nil {
		return
	}
	t.reports.Lock()
	defer t.reports.Unlock()
	if t.reports.context == nil {
		if t.reports.context, err = t.seal(); err != nil {
			return
		}
	}
	if t.reports.buf, err = t.reports.context.EncryptRTCP(t.reports.buf[:0], raw, nil); err == nil {
		_ = to.write(t.reports.buf) // lost reports are sent anew, and a dead connection is noticed elsewhere
	}
}

// outlet writes the packets of one receiving line. Whoever holds the line's lock may write.
type outlet struct {
	path    *path
	context *srtp.Context
	header  rtp.Header // scratch
	buf     []byte
}

// WriteRTP encrypts a packet and sends it.
func (o *outlet) WriteRTP(h *rtp.Header, payload []byte) (int, error) {
	to := o.path.exit.Load()
	if to == nil {
		return 0, errNoKeys
	}
	if o.context == nil {
		var err error
		if o.context, err = o.path.seal(); err != nil {
			return 0, err
		}
		o.buf = make([]byte, maxPacket+sealed)
	}
	size := h.MarshalSize()
	if size+len(payload) > maxPacket {
		return 0, ErrTooLarge
	}
	if _, err := h.MarshalTo(o.buf); err != nil {
		return 0, err
	}
	n := size + copy(o.buf[size:], payload)
	b, err := o.context.EncryptRTP(o.buf, o.buf[:n], &o.header)
	if err != nil {
		return 0, err
	}
	return n, to.write(b)
}
