package sfu

import (
	"crypto/tls"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds on the TCP connections of the relay.
const (
	streamsAll     = 4096             // connections at one time
	streamsPending = 64               // of one address (IPv6: /64) without an allocation
	streamFirst    = 10 * time.Second // until a connection has an allocation, TLS included
	streamSilence  = 15 * time.Minute // browsers refresh every 9 minutes
	streamWrite    = 10 * time.Second
)

// boundListener hands TCP connections to the relay's server, and closes those which do nothing.
type boundListener struct {
	net.Listener
	tls *tls.Config // nil: plain

	mu      sync.Mutex // guards the next three
	open    map[string]*stream
	pending map[netip.Prefix]int
	closed  bool
}

// stream is one connection. The TLS handshake comes with its first Read.
type stream struct {
	net.Conn
	ln       *boundListener
	from     netip.Prefix
	deadline time.Time   // of the beginning
	admitted atomic.Bool // it has, or had, an allocation
	once     sync.Once
}

func newBoundListener(ln net.Listener, own *tls.Config) *boundListener {
	return &boundListener{Listener: ln, tls: own, open: make(map[string]*stream), pending: make(map[netip.Prefix]int)}
}

// Accept waits for the next connection within the bounds; those beyond are closed.
func (l *boundListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if s := l.take(conn); s != nil {
			return s, nil
		}
		_ = conn.Close()
	}
}

func (l *boundListener) take(conn net.Conn) *stream {
	addr, ok := conn.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return nil
	}
	ip := addr.AddrPort().Addr().Unmap()
	bits := 32
	if ip.Is6() {
		bits = 64
	}
	from, err := ip.WithZone("").Prefix(bits)
	if err != nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || len(l.open) >= streamsAll || l.pending[from] >= streamsPending {
		return nil
	}
	s := &stream{Conn: conn, ln: l, from: from, deadline: time.Now().Add(streamFirst)}
	if l.tls != nil {
		s.Conn = tls.Server(conn, l.tls)
	}
	l.open[conn.RemoteAddr().String()] = s
	l.pending[from]++
	return s
}

// admit notes that the client of this address has an allocation.
func (l *boundListener) admit(client net.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.open[client.String()]; s != nil && !s.admitted.Swap(true) {
		l.settled(s.from)
	}
}

// settled counts one less that waits. The caller holds the lock.
func (l *boundListener) settled(from netip.Prefix) {
	if l.pending[from]--; l.pending[from] == 0 {
		delete(l.pending, from)
	}
}

// Close ends the listener and all its connections.
func (l *boundListener) Close() error {
	l.mu.Lock()
	l.closed = true
	all := make([]*stream, 0, len(l.open))
	for _, s := range l.open {
		all = append(all, s)
	}
	l.mu.Unlock()
	err := l.Listener.Close()
	for _, s := range all {
		_ = s.Conn.SetDeadline(time.Now()) // its reader ends, and closes it
	}
	return err
}

func (s *stream) Read(b []byte) (int, error) {
	until := s.deadline
	if s.admitted.Load() {
		until = time.Now().Add(streamSilence)
	}
	s.ln.mu.Lock()
	closed := s.ln.closed
	if !closed {
		_ = s.SetReadDeadline(until)
	}
	s.ln.mu.Unlock()
	if closed {
		return 0, net.ErrClosed
	}
	return s.Conn.Read(b)
}

func (s *stream) Write(b []byte) (int, error) {
	_ = s.SetWriteDeadline(time.Now().Add(streamWrite))
	return s.Conn.Write(b)
}

// Close is called once or more often.
func (s *stream) Close() error {
	s.once.Do(func() {
		s.ln.mu.Lock()
		defer s.ln.mu.Unlock()
		delete(s.ln.open, s.RemoteAddr().String())
		if !s.admitted.Swap(true) {
			s.ln.settled(s.from)
		}
	})
	return s.Conn.Close()
}
