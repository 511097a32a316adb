package sfu

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"
)

// Config is what a Switch needs.
type Config struct {
	// Listen is the UDP and TCP address of the one media port, such as ":7000"; port 0 takes a free one. IPv4.
	Listen string
	// Addresses are the IP addresses told to browsers. Empty: the machine's own, loopback among them.
	Addresses []string
	// Log takes one line per peer joined, connected and left; nil: none.
	Log *slog.Logger
}

const (
	socketBuffer  = 4 << 20 // bytes, asked of the kernel for the UDP socket
	tcpReadQueue  = 64      // packets
	tcpWriteQueue = 1 << 20 // bytes; what a slow TCP client does not take in time is dropped
)

// Switch is a node's media switch: one port, any number of rooms.
type Switch struct {
	log          *slog.Logger
	addresses    []string
	port         int
	bound        netip.Addr           // of the UDP socket; unspecified: all
	certificates []webrtc.Certificate // one key per process
	udp          ice.UDPMux
	tcp          ice.TCPMux
	closers      []func() error
	running      sync.WaitGroup // rooms

	mu     sync.Mutex // guards the next two
	rooms  map[string]*Room
	closed bool
}

// New opens the media port. It fails when the address is no address or in use.
func New(cfg Config) (*Switch, error) {
	s := &Switch{log: cfg.Log, addresses: cfg.Addresses, rooms: make(map[string]*Room)}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	for _, a := range cfg.Addresses {
		if net.ParseIP(a) == nil {
			return nil, fmt.Errorf("sfu: %q is no IP address", a)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("sfu: make key: %w", err)
	}
	cert, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return nil, fmt.Errorf("sfu: make certificate: %w", err)
	}
	s.certificates = []webrtc.Certificate{*cert}
	udp, tcp, err := listen(cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("sfu: listen: %w", err)
	}
	// The kernel may grant less; then bursts are dropped earlier, and asked for again.
	_ = udp.SetReadBuffer(socketBuffer)
	_ = udp.SetWriteBuffer(socketBuffer)
	own := udp.LocalAddr().(*net.UDPAddr).AddrPort()
	s.port, s.bound = int(own.Port()), own.Addr().Unmap()
	log := silent().NewLogger("ice")
	udpMux := ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: udp, Logger: log})
	tcpMux := ice.NewTCPMuxDefault(ice.TCPMuxParams{
		Listener: tcp, Logger: log, ReadBufferSize: tcpReadQueue, WriteBufferSize: tcpWriteQueue,
	})
	s.udp, s.tcp = udpMux, tcpMux
	s.closers = []func() error{udpMux.Close, tcpMux.Close, udp.Close, tcp.Close}
	return s, nil
}

// listen opens UDP and TCP on one port.
func listen(address string) (*net.UDPConn, net.Listener, error) {
	addr, err := net.ResolveUDPAddr("udp4", address)
	if err != nil {
		return nil, nil, err
	}
	for try := 0; ; try++ {
		udp, err := net.ListenUDP("udp4", addr)
		if err != nil {
			return nil, nil, err
		}
		tcp, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: addr.IP, Port: udp.LocalAddr().(*net.UDPAddr).Port})
		if err == nil {
			return udp, tcp, nil
		}
		_ = udp.Close()
		if addr.Port != 0 || try == 20 { // a free UDP port may be taken for TCP
			return nil, nil, err
		}
	}
}

// Port is the media port's number.
func (s *Switch) Port() int { return s.port }

// transport sets up ICE for one connection.
func (s *Switch) transport(se *webrtc.SettingEngine) error {
	se.LoggerFactory = silent()
	se.SetLite(true)
	se.SetIncludeLoopbackCandidate(true)
	se.DisableActiveTCP(true)
	se.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	se.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeTCP4})
	se.SetICEUDPMux(s.udp)
	se.SetICETCPMux(s.tcp)
	se.SetICETimeouts(5*time.Second, 30*time.Second, 2*time.Second)
	se.SetSCTPMaxMessageSize(64 << 10)
	se.SetSCTPMaxReceiveBufferSize(128 << 10) // text is all that comes; who writes too much waits
	se.SetSCTPRTOMax(time.Second)             // else text comes late after a short cut
	// The DTLS server picks the SRTP profile. We prefer AES-GCM, which costs a fifth; Chromium prefers SHA-1.
	if err := se.SetAnsweringDTLSRole(webrtc.DTLSRoleServer); err != nil {
		return err
	}
	if len(s.addresses) == 0 {
		return nil
	}
	return se.SetICEAddressRewriteRules(webrtc.ICEAddressRewriteRule{
		External: s.addresses, AsCandidateType: webrtc.ICECandidateTypeHost,
	})
}

// Room gets a room, or opens it. A room whose last peer left ends and is forgotten; one that nobody joins
// within a minute, too.
func (s *Switch) Room(id string) *Room {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.roomLocked(id)
}

func (s *Switch) roomLocked(id string) *Room {
	if r := s.rooms[id]; r != nil {
		return r
	}
	r := newRoom(s, id)
	if s.closed {
		close(r.done)
		return r
	}
	s.rooms[id] = r
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		r.run()
	}()
	return r
}

// CloseRoom closes a room, if there is one: every peer ends with ReasonRoomClosed. When it returns, nothing
// is forwarded in the room any more.
func (s *Switch) CloseRoom(id string) {
	s.mu.Lock()
	r := s.rooms[id]
	s.mu.Unlock()
	if r != nil {
		r.do(r.closeAll)
	}
}

// Close closes all rooms and the port, and waits for everything that the switch started.
func (s *Switch) Close() error {
	s.mu.Lock()
	already := s.closed
	s.closed = true
	rooms := make([]*Room, 0, len(s.rooms))
	for _, r := range s.rooms {
		rooms = append(rooms, r)
	}
	s.mu.Unlock()
	for _, r := range rooms {
		r.do(r.closeAll)
	}
	s.running.Wait()
	if already {
		return nil
	}
	var errs []error
	for _, c := range s.closers {
		if err := c(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// forget drops a room that is over. It is false when somebody is about to join it: then the room goes on.
func (s *Switch) forget(r *Room) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(r.inbox) > 0 {
		return false
	}
	if s.rooms[r.id] == r {
		delete(s.rooms, r.id)
	}
	return true
}

// successor opens anew a room that ended because it was empty; nil when it was closed.
func (s *Switch) successor(r *Room) *Room {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || r.closing {
		return nil
	}
	return s.roomLocked(r.id)
}
