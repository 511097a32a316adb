package sfu

import (
	"bytes"
	"encoding/binary"
	"maps"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/pion/ice/v4"
	"github.com/pion/stun/v4"
)

const (
	maxSockets = 16  // on the shared port
	maxQueued  = 512 // packets on their way to pion
)

// port is a UDP port of the switch: the one that all share, with a socket for each processor, or the only one of its
// peer. Media from an address that ICE chose goes to its peer at once, on the goroutine that reads; all else is pion's.
// Where a port has several sockets the kernel deals packets out by the address they come from, so that a peer stays on one.
type port struct {
	sockets []*net.UDPConn
	mux     ice.UDPMux
	queue   chan datagram // to pion, where there are several sockets
	readers sync.WaitGroup
	turn    atomic.Uint32

	mu     sync.Mutex                               // guards names and proofs, and changing peers
	names  map[string]*path                         // by our user name in a peer's ICE
	proofs map[[stun.TransactionIDSize]byte]*path   // who waits for the answer to a check
	peers  atomic.Pointer[map[netip.AddrPort]*path] // by the client's address; copied to be changed, so that reading needs no lock
}

// datagram is a packet that is not media.
type datagram struct {
	b    *[]byte
	from netip.AddrPort
}

var datagrams = sync.Pool{New: func() any { b := make([]byte, 0, 1500); return &b }}

func newPort(sockets []*net.UDPConn) *port {
	p := &port{sockets: sockets, names: make(map[string]*path), proofs: make(map[[stun.TransactionIDSize]byte]*path)}
	p.peers.Store(&map[netip.AddrPort]*path{})
	for _, s := range sockets {
		// The kernel may grant less; then bursts are dropped earlier, and asked for again.
		_ = s.SetReadBuffer(socketBuffer)
		_ = s.SetWriteBuffer(socketBuffer)
	}
	if len(sockets) > 1 {
		p.queue = make(chan datagram, maxQueued)
		for _, s := range sockets {
			p.readers.Go(func() { p.read(s) })
		}
		go func() {
			p.readers.Wait()
			close(p.queue)
		}()
	}
	p.mux = ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: &sieve{sockets[0], p}, Logger: silent().NewLogger("ice")})
	return p
}

func (p *port) number() uint16 { return p.sockets[0].LocalAddr().(*net.UDPAddr).AddrPort().Port() }

func (p *port) close() {
	for _, s := range p.sockets[1:] {
		_ = s.Close()
	}
	_ = p.mux.Close() // and with it the first
	p.readers.Wait()
}

// next reads until something comes that is not media.
func (p *port) next(socket *net.UDPConn, b []byte) (int, netip.AddrPort, error) {
	for {
		n, from, err := socket.ReadFromUDPAddrPort(b)
		if err != nil {
			return n, from, err
		}
		if !isMedia(b[:n]) {
			if !p.answers(b[:n], canonical(from)) && p.mayAsk(b[:n], canonical(from)) {
				return n, from, nil
			}
			continue
		}
		if t := (*p.peers.Load())[canonical(from)]; t != nil {
			t.take(b[:n])
		}
	}
}

func canonical(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// read is the goroutine of one of several sockets.
func (p *port) read(socket *net.UDPConn) {
	b := make([]byte, 8<<10)
	for {
		n, from, err := p.next(socket, b)
		if err != nil {
			return
		}
		held := datagrams.Get().(*[]byte)
		*held = append((*held)[:0], b[:n]...)
		select {
		case p.queue <- datagram{held, from}:
		default: // a flood; STUN and DTLS come again
			datagrams.Put(held)
		}
	}
}

// name says under which user name a path's client asks for a way from now on.
func (p *port) name(ufrag string, t *path) {
	p.unname(t)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.names[ufrag] = t
}

func (p *port) unname(t *path) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.names, func(_ string, o *path) bool { return o == t })
}

// expect notes who waits for the answer to a check.
func (p *port) expect(id [stun.TransactionIDSize]byte, t *path) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.proofs[id] = t
}

func (p *port) expectNot(id [stun.TransactionIDSize]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.proofs, id)
}

// answers says whether a packet is the answer to a check of ours, and takes it. pion makes no checks.
func (p *port) answers(b []byte, from netip.AddrPort) bool {
	if !isSTUN(b) || b[0] != 1 || b[1] != 1 {
		return false
	}
	p.mu.Lock()
	t := p.proofs[[stun.TransactionIDSize]byte(b[8:20])]
	p.mu.Unlock()
	if t != nil {
		t.answered(b, from)
	}
	return true
}

// mayAsk says whether pion may see a packet that is not media: a connectivity check only if it is one for a peer who has
// not come from too many addresses.
func (p *port) mayAsk(b []byte, from netip.AddrPort) bool {
	if !isSTUN(b) || b[0] != 0 || b[1] != 1 {
		return true
	}
	p.mu.Lock()
	t := p.names[string(askedOf(b))]
	p.mu.Unlock()
	return t != nil && t.asks(from)
}

// askedOf is the receiver's part of the user name in a STUN request (RFC 8445 section 7.2.2); nil: there is none.
func askedOf(b []byte) []byte {
	for at := 20; at+4 <= len(b); {
		size := int(binary.BigEndian.Uint16(b[at+2:]))
		if at+4+size > len(b) {
			return nil
		}
		if binary.BigEndian.Uint16(b[at:]) == uint16(stun.AttrUsername) {
			ours, _, _ := bytes.Cut(b[at+4:at+4+size], []byte(":"))
			return ours
		}
		at += 4 + (size+3)&^3
	}
	return nil
}

// know notes that an address is a peer's.
func (p *port) know(a netip.AddrPort, t *path) {
	p.change(func(all map[netip.AddrPort]*path) { all[a] = t })
}

// forget takes the note back, if it still stands.
func (p *port) forget(a netip.AddrPort, t *path) {
	p.change(func(all map[netip.AddrPort]*path) {
		if all[a] == t {
			delete(all, a)
		}
	})
}

func (p *port) change(f func(map[netip.AddrPort]*path)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := maps.Clone(*p.peers.Load())
	f(next)
	p.peers.Store(&next)
}

// socket is one to send by. Paths take turns, for those who send by one socket wait for each other.
func (p *port) socket() *net.UDPConn { return p.sockets[int(p.turn.Add(1))%len(p.sockets)] }

// sieve is a port as pion sees it.
type sieve struct {
	*net.UDPConn
	port *port
}

// ReadFromAddrPort gives pion what is not media.
func (s *sieve) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	if s.port.queue == nil {
		n, from, err := s.port.next(s.UDPConn, b)
		return n, canonical(from), err
	}
	d, ok := <-s.port.queue
	if !ok {
		return 0, netip.AddrPort{}, net.ErrClosed
	}
	defer datagrams.Put(d.b)
	return copy(b, *d.b), canonical(d.from), nil
}

// WriteToAddrPort is pion's way to write without an allocation.
func (s *sieve) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	return s.UDPConn.WriteToUDPAddrPort(b, to)
}

// tcpSieve does the same for one peer's ICE-TCP.
type tcpSieve struct {
	*ice.TCPMuxDefault
	path *path
}

// GetConnByUfrag is how pion asks for a peer's packets.
func (s tcpSieve) GetConnByUfrag(ufrag string, isIPv6 bool, local net.IP) (net.PacketConn, error) {
	conn, err := s.TCPMuxDefault.GetConnByUfrag(ufrag, isIPv6, local)
	if err != nil {
		return nil, err
	}
	return &tcpConn{conn, s.path}, nil
}

type tcpConn struct {
	net.PacketConn
	path *path
}

func (c *tcpConn) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := c.PacketConn.ReadFrom(b)
		if err != nil {
			return n, from, err
		}
		if !isMedia(b[:n]) {
			c.path.heard(c.PacketConn, from)
			if at, ok := from.(*net.TCPAddr); ok && !c.path.asks(canonical(at.AddrPort())) {
				continue
			}
			return n, from, nil
		}
		c.path.take(b[:n])
	}
}
