package sfu

import (
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/turn/v5"
	"golang.org/x/time/rate"
)

// Bounds on what one participant may take of the relay (RELIABILITY T17).
const (
	relayQuota = 4               // allocations; browsers open one for each URL and network of theirs
	relayRate  = 2 << 20         // bytes a second, in each direction: a conference of eight
	relayBurst = 1 << 20         // bytes
	relayIdle  = 5 * time.Second // an allocation unused for so long gives way to a new one
	relayTries = 50              // ports tried for one allocation
)

var (
	errNoRelay   = errors.New("sfu: no such relay")
	errQuota     = errors.New("sfu: too many allocations")
	errForbidden = errors.New("sfu: relays reach the switch only")
)

// relayUser is what one participant has of the relay.
type relayUser struct {
	relays   []*relay // guarded by TURN.mu
	up, down *rate.Limiter
}

// relay is the socket of one allocation. It talks to the switch, on this machine, and to nobody else; the client knows the
// switch by the addresses that answers announce, so they are put in the place of the near ones.
type relay struct {
	*net.UDPConn
	turn *TURN
	name string // of the user
	user *relayUser
	used atomic.Int64 // ns: when the client last sent
	once sync.Once

	mu     sync.Mutex // guards the next three
	routes []route
	checks [16]probe // the latest connectivity checks: answers come back in the name of whom they were sent to
	turns  int       // of checks
	media  netip.AddrPort
}

type route struct {
	peer, near netip.AddrPort
	addr       *net.UDPAddr // of peer
}

type probe struct {
	id   [12]byte
	peer netip.AddrPort
}

// Validate is pion's.
func (t *TURN) Validate() error { return nil }

// AllocatePacketConn is pion's wish for a new relaying socket.
func (t *TURN) AllocatePacketConn(ask turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	if ask.UserID == "" || ask.RequestedPort != 0 { // reserved pairs of ports: nobody needs them for bundled media
		return nil, nil, errNoRelay
	}
	six := ask.Network == "udp6"
	name, near := t.sw.near(six), t.sw.near(six)
	if own := t.sw.announced(); !slices.Contains(own, name) {
		i := slices.IndexFunc(own, func(a netip.Addr) bool { return a.Is6() == six })
		if i < 0 {
			return nil, nil, errNoRelay
		}
		name = own[i]
	}
	conn, err := t.socket(ask.Network, near)
	if err != nil {
		return nil, nil, err
	}
	r := &relay{UDPConn: conn, turn: t, name: ask.UserID}
	r.used.Store(t.now().UnixNano())
	if old, err := t.enrol(r); err != nil {
		_ = conn.Close()
		return nil, nil, err
	} else if old != nil {
		_ = old.Close() // its allocation ends with it
	}
	port := conn.LocalAddr().(*net.UDPAddr).Port
	return r, &net.UDPAddr{IP: name.AsSlice(), Port: port}, nil
}

// AllocateListener refuses TCP towards peers (RFC 6062): the switch's TCP is for browsers.
func (t *TURN) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errNoRelay
}

// AllocateConn refuses the same.
func (t *TURN) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errNoRelay }

// socket binds one of the relay's ports.
func (t *TURN) socket(network string, at netip.Addr) (conn *net.UDPConn, err error) {
	for range relayTries {
		port := t.first + uint16(rand.UintN(uint(t.last-t.first)+1))
		if conn, err = net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(at, port))); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// enrol counts a relay in. old has to give way to it, if the participant has all that one may have.
func (t *TURN) enrol(r *relay) (old *relay, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	u := t.users[r.name]
	if u == nil {
		u = &relayUser{up: rate.NewLimiter(relayRate, relayBurst), down: rate.NewLimiter(relayRate, relayBurst)}
		t.users[r.name] = u
	}
	if len(u.relays) >= relayQuota {
		i := slices.IndexFunc(u.relays, func(o *relay) bool { return t.now().UnixNano()-o.used.Load() > int64(relayIdle) })
		if i < 0 {
			t.refused.Add(1)
			return nil, errQuota
		}
		old = u.relays[i]
		u.relays = slices.Delete(u.relays, i, i+1)
	}
	r.user = u
	u.relays = append(u.relays, r)
	return old, nil
}

// Close is called once or more often.
func (r *relay) Close() error {
	r.once.Do(func() {
		t := r.turn
		t.mu.Lock()
		defer t.mu.Unlock()
		r.user.relays = slices.DeleteFunc(r.user.relays, func(o *relay) bool { return o == r })
		if len(r.user.relays) == 0 && t.users[r.name] == r.user {
			delete(t.users, r.name)
		}
	})
	if err := r.UDPConn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// WriteTo takes a packet of the client to the switch. What is for anybody else is refused, what is beyond the rate lost.
func (r *relay) WriteTo(b []byte, to net.Addr) (int, error) {
	addr, ok := to.(*net.UDPAddr)
	if !ok {
		return 0, errForbidden
	}
	peer := addr.AddrPort()
	peer = netip.AddrPortFrom(peer.Addr().Unmap(), peer.Port())
	near, ok := r.outward(peer, b)
	if !ok {
		r.turn.refused.Add(1)
		return 0, errForbidden
	}
	now := r.turn.now()
	r.used.Store(now.UnixNano())
	if !r.user.up.AllowN(now, len(b)) {
		return len(b), nil
	}
	r.turn.up.Add(uint64(len(b)))
	return r.WriteToUDPAddrPort(b, near)
}

// outward finds the way to a peer, and remembers who was asked what.
func (r *relay) outward(peer netip.AddrPort, b []byte) (near netip.AddrPort, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.routes, func(way route) bool { return way.peer == peer })
	if i < 0 {
		near, ok := r.turn.sw.reach(peer)
		if !ok || len(r.routes) == maxRoutes {
			return near, false
		}
		i = len(r.routes)
		r.routes = append(r.routes, route{peer, near, net.UDPAddrFromAddrPort(peer)})
	}
	if isSTUN(b) {
		c := &r.checks[r.turns%len(r.checks)]
		r.turns++
		copy(c.id[:], b[8:20])
		c.peer = peer
	} else {
		r.media = peer
	}
	return r.routes[i].near, true
}

const maxRoutes = 256 // a machine's addresses times its media ports

// ReadFrom brings a packet of the switch for the client. What others send to the socket is dropped.
func (r *relay) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := r.ReadFromUDPAddrPort(b)
		if err != nil {
			return n, nil, err
		}
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		peer := r.inward(from, b[:n])
		if peer == nil || !r.user.down.AllowN(r.turn.now(), n) {
			continue
		}
		r.turn.down.Add(uint64(n))
		return n, peer, nil
	}
}

// inward is in whose name a packet comes: several announced addresses may be one near socket.
func (r *relay) inward(near netip.AddrPort, b []byte) net.Addr {
	r.mu.Lock()
	defer r.mu.Unlock()
	want := r.media
	if isSTUN(b) {
		for _, c := range r.checks {
			if c.peer.IsValid() && c.id == [12]byte(b[8:20]) {
				want = c.peer
			}
		}
	}
	var some net.Addr
	for i := range r.routes {
		way := &r.routes[i]
		if way.near != near {
			continue
		}
		if way.peer == want {
			return way.addr
		}
		if some == nil {
			some = way.addr
		}
	}
	return some
}

// isSTUN says whether a packet is of ICE (RFC 7983, RFC 8489).
func isSTUN(b []byte) bool {
	return len(b) >= 20 && b[0] < 4 && b[4] == 0x21 && b[5] == 0x12 && b[6] == 0xA4 && b[7] == 0x42
}
