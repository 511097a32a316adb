package sfu

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/turn/v5"
	"github.com/pion/webrtc/v4"
)

// publicAddress is what a switch behind a firewall announces; it is no address of this machine.
const publicAddress = "203.0.113.5"

func newTURN(t testing.TB, cfg TURNConfig) (*Switch, *TURN) {
	t.Helper()
	cfg.Listen, cfg.Host = "127.0.0.1:0", "127.0.0.1"
	return newTURNOn(t, Config{Listen: "127.0.0.1:0", Addresses: []string{publicAddress}}, cfg)
}

func newTURNOn(t testing.TB, media Config, cfg TURNConfig) (*Switch, *TURN) {
	t.Helper()
	sw, err := New(media)
	check(t, err)
	t.Cleanup(func() { check(t, sw.Close()) })
	cfg.FirstPort, cfg.LastPort = 40000, 40999
	relays, err := NewTURN(sw, cfg)
	check(t, err)
	t.Cleanup(func() { check(t, relays.Close()) })
	return sw, relays
}

// relaysOf are a participant's relays by one transport.
func relaysOf(relays *TURN, room, participant, transport string) (out []webrtc.ICEServer) {
	for _, s := range relays.Servers(room, participant) {
		for _, url := range s.URLs {
			if strings.HasSuffix(url, transport) {
				out = append(out, webrtc.ICEServer{URLs: []string{url}, Username: s.Username, Credential: s.Credential})
			}
		}
	}
	return out
}

func TestAVisitThroughTheRelay(t *testing.T) {
	for _, transport := range []string{"udp", "tcp"} {
		t.Run(transport, func(t *testing.T) {
			sw, relays := newTURN(t, TURNConfig{})
			room := sw.Room("visit")
			a := join(t, room, "citizen", clientOptions{seats: 1, relays: relaysOf(relays, "visit", "citizen", transport)})
			b := join(t, room, "clerk", clientOptions{seats: 1, relays: relaysOf(relays, "visit", "clerk", transport)})
			eventually(t, "media both ways", func() bool {
				return len(a.from(a.seatLines[0][1], b.id)) > 20 && len(b.from(b.seatLines[0][1], a.id)) > 20
			})
			for _, c := range []*client{a, b} {
				pair, err := c.pc.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
				check(t, err)
				if pair.Local.Typ != webrtc.ICECandidateTypeRelay || pair.Remote.Address != publicAddress || int(pair.Remote.Port) != sw.Port() {
					t.Errorf("%s goes by %v", c.name, pair)
				}
			}
			if s := relays.Stats(); s.Allocations < 2 || s.BytesUp == 0 || s.BytesDown == 0 {
				t.Errorf("stats %+v", s)
			}
			a.close()
			b.close()
			eventually(t, "allocations to end with their connections", func() bool { return relays.Stats().Allocations == 0 })
		})
	}
}

// dialTURN allocates as a bare client that ignores all signalling.
func dialTURN(t testing.TB, conn net.PacketConn, address string, s ICEServer) (*turn.Client, net.PacketConn, error) {
	t.Helper()
	return dialTURNFor(t, conn, address, s, 0)
}

// dialTURNFor asks for a socket of a certain family; 0: that of conn. For IPv4 clients ask by saying nothing.
func dialTURNFor(t testing.TB, conn net.PacketConn, address string, s ICEServer, family turn.RequestedAddressFamily) (*turn.Client, net.PacketConn, error) {
	t.Helper()
	c, err := turn.NewClient(&turn.ClientConfig{
		TURNServerAddr: address, Username: s.Username, Password: s.Credential, Realm: relayRealm,
		Conn: conn, RTO: 100 * time.Millisecond, LoggerFactory: silent(), RequestedAddressFamily: family,
	})
	check(t, err)
	t.Cleanup(func() { c.Close(); _ = conn.Close() })
	check(t, c.Listen())
	relay, err := c.Allocate()
	if err == nil {
		t.Cleanup(func() { _ = relay.Close() })
	}
	return c, relay, err
}

func dialUDP(t testing.TB, relays *TURN, s ICEServer) (*turn.Client, net.PacketConn, error) {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	check(t, err)
	return dialTURN(t, conn, addressIn(relays.urls[0]), s)
}

func addressIn(url string) string {
	_, rest, _ := strings.Cut(url, ":")
	at, _, _ := strings.Cut(rest, "?")
	return at
}

// forbidden are peers that no relay may ever reach (RELIABILITY T17).
var forbidden = []string{
	"0.0.0.0", "0.0.0.1", "127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.254", "10.0.0.1", "10.255.255.255",
	"100.64.0.1", "100.127.255.254", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.0.1",
	"192.168.178.1", "192.0.0.1", "192.0.2.2", "192.88.99.1", "198.18.0.1", "198.51.100.7", "203.0.113.4", "203.0.113.6",
	"8.8.8.8", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
	"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
	"100::1", "2001:db8::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
}

func TestTheRelayReachesTheSwitchAlone(t *testing.T) {
	sw, relays := newTURN(t, TURNConfig{})
	client, relay, err := dialUDP(t, relays, relays.Servers("visit", "citizen")[0])
	check(t, err)
	if len(forbidden) < 40 {
		t.Fatalf("%d addresses", len(forbidden))
	}
	before := relays.Stats()
	for _, text := range forbidden {
		ip := net.ParseIP(text)
		if err := client.CreatePermission(&net.UDPAddr{IP: ip, Port: sw.Port()}); err == nil {
			t.Errorf("permission for %s", text)
		}
		if relays.permits(nil, ip.To16()) || relays.permits(nil, ip.To4()) {
			t.Errorf("%s is permitted", text)
		}
		addr, _ := netip.AddrFromSlice(ip)
		if _, ok := sw.reach(netip.AddrPortFrom(addr, uint16(sw.Port()))); ok {
			t.Errorf("%s would be reached", text)
		}
	}
	check(t, client.CreatePermission(&net.UDPAddr{IP: net.ParseIP(publicAddress), Port: sw.Port()}))

	// All other ports of the announced address, tried by its near one, where somebody does listen.
	trap, err := net.ListenPacket("udp4", "127.0.0.1:0")
	check(t, err)
	defer trap.Close()
	for _, port := range []int{trap.LocalAddr().(*net.UDPAddr).Port, 1, 22, 53, 80, 443, 3478, sw.Port() + 1, sw.Port() - 1, 65535} {
		if port == sw.Port() {
			continue
		}
		_, _ = relay.WriteTo([]byte("hello"), &net.UDPAddr{IP: net.ParseIP(publicAddress), Port: port})
	}
	eventually(t, "ten packets to be refused", func() bool { return relays.Stats().Refused >= before.Refused+10 })
	if s := relays.Stats(); s.BytesUp != 0 {
		t.Errorf("%d bytes went up", s.BytesUp)
	}
	check(t, trap.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
	if n, _, err := trap.ReadFrom(make([]byte, 99)); err == nil {
		t.Errorf("%d bytes came to a forbidden port", n)
	}

	// What a stranger sends to the relaying socket does not come to the client.
	_, err = relay.WriteTo([]byte("\x16hello"), &net.UDPAddr{IP: net.ParseIP(publicAddress), Port: sw.Port()})
	check(t, err)
	eventually(t, "the switch's port to be reached", func() bool { return relays.Stats().BytesUp > 0 })
	port := relay.LocalAddr().(*net.UDPAddr).Port
	_, err = trap.WriteTo([]byte("boo"), &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	check(t, err)
	check(t, relay.SetReadDeadline(time.Now().Add(100*time.Millisecond)))
	if n, from, err := relay.ReadFrom(make([]byte, 99)); err == nil {
		t.Errorf("%d bytes came from %v", n, from)
	}
	if s := relays.Stats(); s.BytesDown != 0 {
		t.Errorf("%d bytes came down", s.BytesDown)
	}
}

func TestRelaysByTCPTowardsPeersAreRefused(t *testing.T) {
	_, relays := newTURN(t, TURNConfig{})
	conn, err := net.Dial("tcp4", addressIn(relays.urls[1]))
	check(t, err)
	s := relays.Servers("visit", "citizen")[0]
	c, err := turn.NewClient(&turn.ClientConfig{
		TURNServerAddr: addressIn(relays.urls[1]), Username: s.Username, Password: s.Credential, Realm: relayRealm,
		Conn: turn.NewSTUNConn(conn), LoggerFactory: silent(),
	})
	check(t, err)
	defer c.Close()
	check(t, c.Listen())
	if _, err := c.AllocateTCP(); err == nil {
		t.Error("a TCP relay was given")
	}
}

func TestCredentialsOfTheRelay(t *testing.T) {
	now := time.Now()
	var later atomic.Int64
	at := func(d time.Duration) { later.Store(int64(d)) }
	_, relays := newTURN(t, TURNConfig{now: func() time.Time { return now.Add(time.Duration(later.Load())) }})
	good := relays.Servers("visit", "citizen")[0]
	expiry, who, _ := strings.Cut(good.Username, ":")
	if again := relays.Servers("visit", "citizen")[0]; !strings.HasSuffix(again.Username, ":"+who) {
		t.Error("a renewed credential is somebody else's")
	}
	for _, other := range []ICEServer{relays.Servers("visit", "clerk")[0], relays.Servers("visit2", "citizen")[0]} {
		if strings.HasSuffix(other.Username, ":"+who) {
			t.Error("two participants share a name")
		}
	}
	if n, err := fmt.Sscanf(expiry, "%d", new(int64)); n != 1 || err != nil {
		t.Errorf("user name %q", good.Username)
	}
	old := relays.password("1:" + who)
	for name, bad := range map[string]ICEServer{
		"no name":                {},
		"no time":                {Username: who, Credential: relays.password(who)},
		"no participant":         {Username: expiry + ":", Credential: relays.password(expiry + ":")},
		"a wrong password":       {Username: good.Username, Credential: old},
		"somebody else's":        {Username: expiry + ":aaaaaaaaaaaaaaaa", Credential: good.Credential},
		"a later time":           {Username: "9" + good.Username, Credential: good.Credential},
		"over":                   {Username: "1:" + who, Credential: old},
		"another program's":      {Username: good.Username, Credential: (&TURN{secret: []byte("other")}).password(good.Username)},
		"a name without an end":  {Username: expiry + ":" + strings.Repeat("a", 200), Credential: relays.password(expiry + ":" + strings.Repeat("a", 200))},
		"the time is no number":  {Username: "x:" + who, Credential: relays.password("x:" + who)},
		"the time is before all": {Username: "-1:" + who, Credential: relays.password("-1:" + who)},
	} {
		if _, _, err := dialUDP(t, relays, bad); err == nil {
			t.Errorf("%s: allocated", name)
		}
	}
	client, _, err := dialUDP(t, relays, good)
	check(t, err)
	peer := &net.UDPAddr{IP: net.ParseIP(publicAddress), Port: 1}
	at(CredentialLife + time.Minute)
	if err := client.CreatePermission(peer); err != nil {
		t.Errorf("what a credential opened does not outlive it: %v", err)
	}
	if _, _, err := dialUDP(t, relays, good); err == nil {
		t.Error("a credential that is over opened something new")
	}
	if _, _, err := dialUDP(t, relays, relays.Servers("visit", "citizen")[0]); err != nil {
		t.Errorf("the renewed credential opens nothing: %v", err)
	}
	at(relayAge + time.Minute)
	if err := client.CreatePermission(peer); err == nil {
		t.Error("an allocation lives forever")
	}
}

func TestTheQuotaOfTheRelay(t *testing.T) {
	now := time.Now()
	var later atomic.Int64
	_, relays := newTURN(t, TURNConfig{now: func() time.Time { return now.Add(time.Duration(later.Load())) }})
	for i := range relayQuota {
		if _, _, err := dialUDP(t, relays, relays.Servers("visit", "citizen")[0]); err != nil {
			t.Fatalf("allocation %d: %v", i, err)
		}
	}
	if _, _, err := dialUDP(t, relays, relays.Servers("visit", "citizen")[0]); err == nil {
		t.Error("one more was given")
	}
	if _, _, err := dialUDP(t, relays, relays.Servers("visit", "clerk")[0]); err != nil {
		t.Errorf("somebody else has to suffer: %v", err)
	}
	later.Store(int64(relayIdle + time.Second))
	if _, _, err := dialUDP(t, relays, relays.Servers("visit", "citizen")[0]); err != nil {
		t.Errorf("an idle allocation did not give way: %v", err)
	}
	if n := relays.Stats().Allocations; n != relayQuota+1 {
		t.Errorf("%d allocations", n)
	}
}

func TestTheRateOfTheRelay(t *testing.T) {
	now := time.Now()
	sw, relays := newTURN(t, TURNConfig{now: func() time.Time { return now }}) // nothing is refilled
	_, relay, err := dialUDP(t, relays, relays.Servers("visit", "citizen")[0])
	check(t, err)
	to := &net.UDPAddr{IP: net.ParseIP(publicAddress), Port: sw.Port()}
	for range 2 * relayBurst / 1000 {
		_, err := relay.WriteTo(make([]byte, 1000), to)
		check(t, err)
	}
	eventually(t, "the burst to be used up", func() bool {
		_, _ = relay.WriteTo(make([]byte, 1000), to)
		return relays.Stats().BytesUp > relayBurst-2000
	})
	for range 100 {
		_, _ = relay.WriteTo(make([]byte, 1000), to)
	}
	if s := relays.Stats(); s.BytesUp > relayBurst {
		t.Errorf("%d bytes went up", s.BytesUp)
	}
}

// certificateFor makes a certificate for 127.0.0.1 and ::1.
func certificateFor(t testing.TB) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	check(t, err)
	cert, err := x509.ParseCertificate(der)
	check(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

func TestTheRelayByTLS(t *testing.T) {
	own, pool := certificateFor(t)
	_, relays := newTURN(t, TURNConfig{ListenTLS: "127.0.0.1:0", TLS: own})
	url := relays.urls[2]
	if !strings.HasPrefix(url, "turns:127.0.0.1:") {
		t.Fatalf("URL %q", url)
	}
	conn, err := tls.Dial("tcp", addressIn(url), &tls.Config{RootCAs: pool})
	check(t, err)
	client, _, err := dialTURN(t, turn.NewSTUNConn(conn), addressIn(url), relays.Servers("visit", "citizen")[0])
	check(t, err)
	check(t, client.CreatePermission(&net.UDPAddr{IP: net.ParseIP(publicAddress), Port: 1}))
	if n := relays.Stats().Allocations; n != 1 {
		t.Errorf("%d allocations", n)
	}
}

// TestWhoSaysNothingIsClosed has connections that never allocate: they end, and only so many of one address are open.
func TestWhoSaysNothingIsClosed(t *testing.T) {
	t.Parallel() // it waits for seconds
	own, _ := certificateFor(t)
	_, relays := newTURN(t, TURNConfig{ListenTLS: "127.0.0.1:0", TLS: own})
	ended := func(conn net.Conn) bool {
		check(t, conn.SetReadDeadline(time.Now().Add(patience)))
		_, err := conn.Read(make([]byte, 1))
		return err != nil && !strings.Contains(err.Error(), "timeout")
	}
	var conns []net.Conn
	for range streamsPending + 1 {
		conn, err := net.Dial("tcp4", addressIn(relays.urls[2]))
		check(t, err)
		defer conn.Close()
		conns = append(conns, conn)
	}
	start := time.Now()
	if !ended(conns[streamsPending]) || time.Since(start) > streamFirst/2 {
		t.Error("one more than is allowed was kept")
	}
	if !ended(conns[0]) {
		t.Errorf("a silent connection is still there after %v", patience)
	}
}

func TestAnOutsideRelay(t *testing.T) {
	relays, err := NewTURN(newSwitch(t), TURNConfig{URLs: []string{"turns:relay.example:443?transport=tcp"}, Secret: []byte("shared")})
	check(t, err)
	got := relays.Servers("visit", "citizen")
	if len(got) != 1 || got[0].URLs[0] != "turns:relay.example:443?transport=tcp" || got[0].Credential == "" {
		t.Errorf("servers %+v", got)
	}
	var none *TURN
	if none.Servers("visit", "citizen") != nil {
		t.Error("relays without a relay")
	}
	check(t, relays.Close())
}
