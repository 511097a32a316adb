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
	"runtime"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"
)

// Config is what a Switch needs.
type Config struct {
	// Listen is the UDP and TCP address of the one media port, such as ":7000"; port 0 takes a free one. A port
	// alone is of IPv4, and of IPv6 too if the machine has it and Addresses do not say otherwise.
	Listen string
	// Ports, unless zero, gives each peer a UDP port of its own out of this range, which is cheaper; TCP stays on Listen.
	Ports Ports
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
	ports        Ports
	shared       *port // nil: each peer has its own
	tcp          *ice.TCPMuxDefault
	running      sync.WaitGroup // rooms

	mu     sync.Mutex      // guards the next three
	alone  map[uint16]bool // ports that are one peer's
	rooms  map[string]*Room
	closed bool
}

// New opens the media port. It fails when the address is no address or in use.
func New(cfg Config) (*Switch, error) {
	s := &Switch{log: cfg.Log, addresses: cfg.Addresses, rooms: make(map[string]*Room), alone: make(map[uint16]bool)}
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
	if err := cfg.Ports.check(); err != nil {
		return nil, err
	}
	udp, tcp, err := listen(cfg.Listen, min(runtime.GOMAXPROCS(0), maxSockets), s.announcesSix())
	if err != nil {
		return nil, fmt.Errorf("sfu: listen: %w", err)
	}
	own := tcp.Addr().(*net.TCPAddr).AddrPort()
	s.port, s.bound, s.ports = int(own.Port()), own.Addr().Unmap(), cfg.Ports
	if s.ports == (Ports{}) {
		s.shared = newPort(udp)
	} else {
		for _, conn := range udp {
			_ = conn.Close()
		}
	}
	s.tcp = ice.NewTCPMuxDefault(ice.TCPMuxParams{
		Listener: tcp, Logger: silent().NewLogger("ice"), ReadBufferSize: tcpReadQueue, WriteBufferSize: tcpWriteQueue,
	})
	return s, nil
}

// Port is the media port's number.
func (s *Switch) Port() int { return s.port }

// open finds a port for a peer's packets.
func (s *Switch) open() (*port, error) {
	if s.shared != nil {
		return s.shared, nil
	}
	conn, err := s.ports.listenAlone(s.bound.AsSlice())
	if err != nil {
		return nil, err
	}
	p := newPort([]*net.UDPConn{conn})
	s.mu.Lock()
	s.alone[p.number()] = true
	s.mu.Unlock()
	return p, nil
}

// shut closes a port that was opened for one peer.
func (s *Switch) shut(p *port) {
	if p == s.shared {
		return
	}
	s.mu.Lock()
	delete(s.alone, p.number())
	s.mu.Unlock()
	p.close()
}

// transport sets up ICE and DTLS for one connection, whose media takes its own path.
func (s *Switch) transport(se *webrtc.SettingEngine, t *path) error {
	se.LoggerFactory = silent()
	se.SetLite(true)
	se.SetIncludeLoopbackCandidate(true)
	se.DisableActiveTCP(true)
	se.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	types := []webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeTCP4}
	if s.bound.Is6() {
		types = append(types, webrtc.NetworkTypeUDP6, webrtc.NetworkTypeTCP6)
	}
	se.SetNetworkTypes(types)
	se.SetICEUDPMux(t.port.mux)
	se.SetICETCPMux(tcpSieve{s.tcp, t})
	se.SetDTLSKeyLogWriter(&t.keys)
	se.SetDTLSServerHelloMessageHook(t.keys.hello)
	se.SetICETimeouts(5*time.Second, 30*time.Second, 2*time.Second)
	se.SetDTLSRetransmissionInterval(200 * time.Millisecond) // a lost packet must not cost a second of joining
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
	if s.shared != nil {
		s.shared.close()
	}
	if err := s.tcp.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
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
