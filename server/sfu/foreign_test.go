package sfu

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/dtls/v3/pkg/crypto/selfsign"
	"github.com/pion/ice/v4"
	"github.com/pion/stun/v4"
	"github.com/pion/webrtc/v4"
)

// isDTLS tells packets of DTLS from others (RFC 7983).
func isDTLS(b []byte) bool { return len(b) > 0 && b[0] >= 20 && b[0] < 64 }

// gate is a client's socket that lets nothing of DTLS out while it is shut: ICE is through, the handshake has yet to begin.
type gate struct {
	net.PacketConn
	open atomic.Bool
}

func (g *gate) WriteTo(b []byte, to net.Addr) (int, error) {
	if isDTLS(b) && !g.open.Load() {
		return len(b), nil
	}
	return g.PacketConn.WriteTo(b, to)
}

// stranger is an address with a certificate of its own, from which somebody else's handshake is begun.
type stranger struct {
	net.PacketConn
	to   net.Addr
	got  atomic.Int64 // packets of DTLS
	rtp  atomic.Int64
	cert tls.Certificate
}

// framed is ICE-TCP (RFC 4571).
type framed struct{ net.Conn }

func (f framed) ReadFrom(b []byte) (int, net.Addr, error) {
	var head [2]byte
	if _, err := io.ReadFull(f, head[:]); err != nil {
		return 0, nil, err
	}
	n := int(head[0])<<8 | int(head[1])
	if n > len(b) {
		return 0, nil, io.ErrShortBuffer
	}
	_, err := io.ReadFull(f, b[:n])
	return n, f.RemoteAddr(), err
}

func (f framed) WriteTo(b []byte, _ net.Addr) (int, error) {
	return f.Write(append([]byte{byte(len(b) >> 8), byte(len(b))}, b...))
}

func newStranger(t testing.TB, sw *Switch, tcp bool) *stranger {
	t.Helper()
	var conn net.PacketConn
	if tcp {
		c, err := net.Dial("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(sw.Port())))
		check(t, err)
		conn = framed{c}
	} else {
		c, err := net.ListenPacket("udp4", "127.0.0.1:0")
		check(t, err)
		conn = c
	}
	t.Cleanup(func() { _ = conn.Close() })
	cert, err := selfsign.GenerateSelfSigned()
	check(t, err)
	return &stranger{PacketConn: conn, to: &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: sw.Port()}, cert: cert}
}

// ReadFrom gives its DTLS client what is DTLS.
func (s *stranger) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := s.PacketConn.ReadFrom(b)
		switch {
		case err != nil:
			return n, from, err
		case isDTLS(b[:n]):
			s.got.Add(1)
			return n, from, nil
		case isMedia(b[:n]):
			s.rtp.Add(1)
		}
	}
}

// Close leaves the socket open for the next try.
func (s *stranger) Close() error { return s.SetReadDeadline(time.Now()) }

// greets begins handshakes for a while, and returns how many succeeded.
func (s *stranger) greets(t testing.TB, within time.Duration) (done int) {
	t.Helper()
	for until := time.Now().Add(within); time.Now().Before(until); {
		_ = s.SetReadDeadline(time.Time{})
		conn, err := dtls.ClientWithOptions(s, s.to, dtls.WithCertificates(s.cert), dtls.WithInsecureSkipVerify(true),
			dtls.WithSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_256_GCM), dtls.WithExtendedMasterSecret(dtls.RequireExtendedMasterSecret),
			dtls.WithFlightInterval(20*time.Millisecond), dtls.WithLoggerFactory(silent()))
		check(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
		if conn.HandshakeContext(ctx) == nil {
			done++
		}
		cancel()
		_ = conn.Close()
	}
	return done
}

// TestAForeignHelloDuringSetup (RELIABILITY T20): while a client's own handshake is still to come, somebody with another
// certificate begins one from elsewhere. Nobody answers, and the call comes up.
func TestAForeignHelloDuringSetup(t *testing.T) {
	for name, try := range map[string]struct{ asks, tcp bool }{
		"out of the blue": {}, "having asked for a way without the password": {asks: true},
		"out of the blue, by TCP": {tcp: true}, "having asked for a way without the password, by TCP": {asks: true, tcp: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSetup(t, try.tcp)
			for range 5 {
				if try.asks {
					s.ask("an invented password of 22")
				}
				if n := s.other.greets(t, 100*time.Millisecond); n != 0 {
					t.Error("a stranger's handshake succeeded")
				}
			}
			if n := s.other.got.Load(); n != 0 {
				t.Errorf("%d packets of DTLS came to a stranger", n)
			}
			s.comesUp()
		})
	}
}

// TestAForeignHelloWithTheClientsCredentials: who knows the client's ICE password, which only the socket carries, is heard, and
// found out by the certificate. That attempt is over for both; the client is told at once, and gets in with credentials that
// nobody else knows.
func TestAForeignHelloWithTheClientsCredentials(t *testing.T) {
	s := newSetup(t, false)
	s.ask(credentialsOf(s.a.pc.RemoteDescription().SDP, s.a.pc.LocalDescription().SDP).password)
	if n := s.other.greets(t, 300*time.Millisecond); n != 0 {
		t.Error("a stranger's handshake succeeded")
	}
	if s.other.got.Load() == 0 {
		t.Error("the stranger was not heard: this test shows nothing")
	}
	select {
	case why := <-s.a.closed:
		if why != ReasonFailed || s.a.up.Load() != 0 {
			t.Errorf("ended: %s, connected %d times", why, s.a.up.Load())
		}
	case <-time.After(2 * time.Second):
		t.Error("the client is not told")
	}
	again := join(t, s.sw.Room("visit"), "citizen", clientOptions{seats: 1})
	s.other.greets(t, 300*time.Millisecond)
	eventually(t, "media both ways", func() bool {
		return len(again.from(again.seatLines[0][1], s.b.id)) > 20 && len(s.b.from(s.b.seatLines[0][1], again.id)) > 20
	})
	if n := s.other.rtp.Load(); n != 0 {
		t.Errorf("%d packets of media came to a stranger", n)
	}
}

// setup is a client in the midst of its setup: ICE is through, its handshake has yet to begin. Another is in the room already.
type setup struct {
	t     testing.TB
	sw    *Switch
	a, b  *client
	shut  *gate
	other *stranger
}

func newSetup(t testing.TB, tcp bool) *setup {
	t.Helper()
	s := &setup{t: t, sw: newSwitch(t)}
	room := s.sw.Room("visit")
	s.b = join(t, room, "clerk", clientOptions{seats: 1})
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	check(t, err)
	s.shut = &gate{PacketConn: conn}
	mux := webrtc.NewICEUDPMux(silent().NewLogger("ice"), s.shut)
	t.Cleanup(func() {
		_ = mux.Close()
		_ = conn.Close()
	})
	s.a = join(t, room, "citizen", clientOptions{seats: 1, udp: mux})
	eventually(t, "ICE to be through", func() bool { return s.a.pc.ICEConnectionState() == webrtc.ICEConnectionStateConnected })
	s.other = newStranger(t, s.sw, tcp)
	return s
}

// ask asks for a way from the stranger's address in the client's name.
func (s *setup) ask(password string) {
	s.t.Helper()
	way := credentialsOf(s.a.pc.RemoteDescription().SDP, s.a.pc.LocalDescription().SDP)
	m, err := stun.Build(stun.BindingRequest, stun.TransactionID, stun.NewUsername(way.theirs+":"+way.ours), ice.UseCandidate(),
		ice.AttrControlling(1), ice.PriorityAttr(1<<24), stun.NewShortTermIntegrity(password), stun.Fingerprint)
	check(s.t, err)
	_, _ = s.other.WriteTo(m.Raw, s.other.to) // by TCP it may have been thrown out already
}

// comesUp lets the client's own handshake begin.
func (s *setup) comesUp() {
	s.t.Helper()
	if s.a.up.Load() != 0 {
		s.t.Error("counts as connected before its own handshake")
	}
	s.shut.open.Store(true)
	eventually(s.t, "media both ways", func() bool {
		return len(s.a.from(s.a.seatLines[0][1], s.b.id)) > 20 && len(s.b.from(s.b.seatLines[0][1], s.a.id)) > 20
	})
	if n := s.other.rtp.Load(); n != 0 {
		s.t.Errorf("%d packets of media came to a stranger", n)
	}
}
