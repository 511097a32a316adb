package sfu

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // what the scheme asks for
	"crypto/sha256"
	"crypto/tls"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"
)

// CredentialLife is how long a credential opens new allocations. Those that it opened live on while they are refreshed.
const CredentialLife = 10 * time.Minute

const (
	relayRealm = "schalter"
	relayAge   = 12 * time.Hour // then an allocation may no longer be refreshed by a credential that is over
)

// TURNConfig says by which relays browsers may come that reach the switch neither by UDP nor by TCP.
type TURNConfig struct {
	Listen              string      // UDP and TCP address of our own relay, such as ":3479"; empty: none
	ListenTLS           string      // its TCP address for TLS, such as ":443"; empty: none
	TLS                 *tls.Config // for ListenTLS
	Host                string      // name or IP address of our own relay in the URLs that browsers are given
	URLs                []string    // given to browsers in the place of our own; without Listen and ListenTLS an outside relay
	Secret              []byte      // shared with an outside relay; nil: random
	FirstPort, LastPort uint16      // of relaying sockets, which only the switch talks to

	now func() time.Time // a test's clock; nil: the machine's
}

// ICEServer is a relay as RTCPeerConnection takes it.
type ICEServer struct {
	URLs                 []string
	Username, Credential string
}

// TURNStats are counters of our own relay.
type TURNStats struct {
	Allocations        int    // now
	Refused            uint64 // packets and permissions for addresses that are not the switch's, and allocations beyond the quota
	BytesUp, BytesDown uint64 // relayed to the switch, and from it
}

// TURN makes credentials for a relay, and is one itself if it listens. The relay talks to the switch and to nobody else
// (RELIABILITY T17).
type TURN struct {
	sw     *Switch
	urls   []string
	secret []byte
	first  uint16
	last   uint16
	now    func() time.Time
	server *turn.Server // nil: an outside relay
	tcp    []*boundListener

	refused, up, down atomic.Uint64

	mu      sync.Mutex // guards the next two
	users   map[string]*relayUser
	holders map[string]holder // by client address
}

// holder is whose allocation a client's address has.
type holder struct {
	user  string
	since time.Time
}

// NewTURN opens the relay, if it is our own. It fails when an address is in use.
func NewTURN(sw *Switch, cfg TURNConfig) (_ *TURN, err error) {
	t := &TURN{
		sw: sw, secret: cfg.Secret, first: cfg.FirstPort, last: cfg.LastPort, now: cfg.now,
		users: make(map[string]*relayUser), holders: make(map[string]holder),
	}
	if t.now == nil {
		t.now = time.Now
	}
	if len(t.secret) == 0 {
		t.secret = make([]byte, 32)
		_, _ = rand.Read(t.secret) // never fails
	}
	var packets []turn.PacketConnConfig
	var streams []turn.ListenerConfig
	defer func() {
		if err != nil {
			for _, p := range packets {
				_ = p.PacketConn.Close()
			}
			for _, s := range streams {
				_ = s.Listener.Close()
			}
		}
	}()
	if cfg.Listen != "" {
		udp, tcp, err := listen(cfg.Listen, 1, true)
		if err != nil {
			return nil, fmt.Errorf("sfu: listen for relays: %w", err)
		}
		_ = udp[0].SetReadBuffer(socketBuffer)
		_ = udp[0].SetWriteBuffer(socketBuffer)
		packets = append(packets, turn.PacketConnConfig{PacketConn: udp[0], RelayAddressGenerator: t, PermissionHandler: t.permits})
		streams = append(streams, t.stream(tcp, nil))
		at := relayAddress(cfg.Host, tcp)
		t.urls = append(t.urls, "turn:"+at+"?transport=udp", "turn:"+at+"?transport=tcp")
	}
	if cfg.ListenTLS != "" {
		tcp, err := net.Listen("tcp", cfg.ListenTLS)
		if err != nil {
			return nil, fmt.Errorf("sfu: listen for relays by TLS: %w", err)
		}
		streams = append(streams, t.stream(tcp, cfg.TLS))
		t.urls = append(t.urls, "turns:"+relayAddress(cfg.Host, tcp)+"?transport=tcp")
	}
	if len(cfg.URLs) > 0 {
		t.urls = cfg.URLs
	}
	if len(streams) == 0 {
		return t, nil
	}
	t.server, err = turn.NewServer(turn.ServerConfig{
		Realm: relayRealm, LoggerFactory: silent(), AuthHandler: t.authenticate,
		PacketConnConfigs: packets, ListenerConfigs: streams,
		// Who does not say which family gets an IPv4 socket (RFC 8656 7.2), also over IPv6: browsers do not say, and the switch may
		// have no other.
		StrictAddressFamily: slices.ContainsFunc(sw.announced(), netip.Addr.Is4),
		EventHandler:        turn.EventHandler{OnAllocationCreated: t.opened, OnAllocationDeleted: t.ended},
	})
	if err != nil {
		return nil, fmt.Errorf("sfu: start relay: %w", err)
	}
	return t, nil
}

// stream is a listener of ours for TURN over TCP, or over TLS.
func (t *TURN) stream(ln net.Listener, own *tls.Config) turn.ListenerConfig {
	bound := newBoundListener(ln, own)
	t.tcp = append(t.tcp, bound)
	return turn.ListenerConfig{Listener: bound, RelayAddressGenerator: t, PermissionHandler: t.permits}
}

func relayAddress(host string, ln net.Listener) string {
	return net.JoinHostPort(strings.Trim(host, "[]"), strconv.Itoa(ln.Addr().(*net.TCPAddr).Port))
}

// Servers are the relays with a new credential for one participant of one room; none without a relay.
func (t *TURN) Servers(room, participant string) []ICEServer {
	if t == nil || len(t.urls) == 0 {
		return nil
	}
	// The name is the same for one participant all along, for the quota, and says nothing to an outside relay's log.
	mac := hmac.New(sha256.New, t.secret)
	mac.Write([]byte("participant " + room + " " + participant))
	who := strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil)[:10]))
	name := strconv.FormatInt(t.now().Add(CredentialLife).Unix(), 10) + ":" + who
	return []ICEServer{{URLs: t.urls, Username: name, Credential: t.password(name)}}
}

// password is the one that belongs to a name (draft-uberti-behave-turn-rest, section 2.2; coturn's use-auth-secret).
func (t *TURN) password(name string) string {
	mac := hmac.New(sha1.New, t.secret)
	mac.Write([]byte(name))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// authenticate is asked for each request. A name that is over opens nothing new, but what it opened lives on.
func (t *TURN) authenticate(ask *turn.RequestAttributes) (user string, key []byte, ok bool) {
	expiry, user, found := strings.Cut(ask.Username, ":")
	until, err := strconv.ParseInt(expiry, 10, 64)
	if !found || err != nil || user == "" || len(user) > 32 {
		return "", nil, false
	}
	if now := t.now(); now.Unix() > until {
		t.mu.Lock()
		held, holds := t.holders[clientKey(ask.SrcAddr)]
		t.mu.Unlock()
		if ask.Method == stun.MethodAllocate || !holds || held.user != user || now.Sub(held.since) > relayAge {
			return "", nil, false
		}
	}
	return user, turn.GenerateAuthKey(ask.Username, relayRealm, t.password(ask.Username)), true
}

// permits is asked when a client names a peer. The port is looked at with each packet.
func (t *TURN) permits(_ net.Addr, peer net.IP) bool {
	ip, ok := netip.AddrFromSlice(peer)
	if ok {
		for _, own := range t.sw.announced() {
			if own == ip.Unmap() {
				return true
			}
		}
	}
	t.refused.Add(1)
	return false
}

func (t *TURN) opened(client, _ net.Addr, _, user, _ string, _ net.Addr, _ int) {
	for _, ln := range t.tcp {
		ln.admit(client)
	}
	t.mu.Lock()
	t.holders[clientKey(client)] = holder{user, t.now()}
	t.mu.Unlock()
}

func (t *TURN) ended(client, _ net.Addr, _, _, _ string) {
	t.mu.Lock()
	delete(t.holders, clientKey(client))
	t.mu.Unlock()
}

func clientKey(a net.Addr) string { return a.Network() + a.String() }

// Stats returns the counters.
func (t *TURN) Stats() TURNStats {
	s := TURNStats{Refused: t.refused.Load(), BytesUp: t.up.Load(), BytesDown: t.down.Load()}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, u := range t.users {
		s.Allocations += len(u.relays)
	}
	return s
}

// Close ends the relay and all that goes through it.
func (t *TURN) Close() error {
	if t.server == nil {
		return nil
	}
	err := t.server.Close()
	t.mu.Lock()
	var all []*relay
	for _, u := range t.users {
		all = append(all, u.relays...)
	}
	t.mu.Unlock()
	for _, r := range all {
		_ = r.Close() // the relay's server may have been faster
	}
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
