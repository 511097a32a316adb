package sfu

import (
	"crypto/tls"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/pion/turn/v5"
	"github.com/pion/webrtc/v4"
)

// publicSix is what a switch announces beside publicAddress; it is no address of this machine either.
const publicSix = "2001:db8::5"

// newTURNBoth has switch and relay listen on both families. announced: empty is this machine's addresses.
func newTURNBoth(t testing.TB, cfg TURNConfig, announced ...string) (*Switch, *TURN) {
	t.Helper()
	needsSix(t)
	cfg.Listen, cfg.Host = ":0", "::1"
	return newTURNOn(t, Config{Listen: ":0", Addresses: announced}, cfg)
}

// TestAVisitThroughTheRelayByIPv6 has one side come to the relay by ::1, with a socket of either family. pion's agent allocates over
// IPv4 only, so that its packets take a way that the test has allocated.
func TestAVisitThroughTheRelayByIPv6(t *testing.T) {
	for name, way := range map[string]struct {
		transport string
		family    turn.RequestedAddressFamily
		network   webrtc.NetworkType
		own       string
	}{
		"udp, a socket of IPv6": {"udp", turn.RequestedAddressFamilyIPv6, webrtc.NetworkTypeUDP6, publicSix},
		"udp, none asked for":   {"udp", turn.RequestedAddressFamilyIPv4, webrtc.NetworkTypeUDP4, publicAddress},
		"tcp, a socket of IPv6": {"tcp", turn.RequestedAddressFamilyIPv6, webrtc.NetworkTypeUDP6, publicSix},
		"tcp, none asked for":   {"tcp", turn.RequestedAddressFamilyIPv4, webrtc.NetworkTypeUDP4, publicAddress},
	} {
		t.Run(name, func(t *testing.T) {
			sw, relays := newTURNBoth(t, TURNConfig{}, publicAddress, publicSix)
			url := relaysOf(relays, "visit", "citizen", way.transport)[0].URLs[0]
			if !strings.Contains(url, "[::1]") {
				t.Fatalf("relay %q", url)
			}
			var conn net.PacketConn
			if way.transport == "udp" {
				udp, err := net.ListenPacket("udp6", "[::1]:0")
				check(t, err)
				conn = udp
			} else {
				tcp, err := net.Dial("tcp6", addressIn(url))
				check(t, err)
				conn = turn.NewSTUNConn(tcp)
			}
			_, relay, err := dialTURNFor(t, conn, addressIn(url), relays.Servers("visit", "citizen")[0], way.family)
			check(t, err)
			mux := webrtc.NewICEUDPMux(silent().NewLogger("ice"), relay)
			t.Cleanup(func() { _ = mux.Close() })
			room := sw.Room("visit")
			a := join(t, room, "citizen", clientOptions{seats: 1, udp: mux, networks: []webrtc.NetworkType{way.network}})
			four := relaysOf(relays, "visit", "clerk", way.transport)
			four[0].URLs[0] = strings.Replace(four[0].URLs[0], "[::1]", "127.0.0.1", 1)
			b := join(t, room, "clerk", clientOptions{seats: 1, relays: four})
			eventually(t, "media both ways", func() bool {
				return len(a.from(a.seatLines[0][1], b.id)) > 20 && len(b.from(b.seatLines[0][1], a.id)) > 20
			})
			pair, err := a.pc.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
			check(t, err)
			if pair.Local.Address != way.own || pair.Remote.Address != way.own || int(pair.Remote.Port) != sw.Port() {
				t.Errorf("goes by %v", pair)
			}
			if s := relays.Stats(); s.Allocations < 2 || s.BytesUp == 0 || s.BytesDown == 0 {
				t.Errorf("stats %+v", s)
			}
		})
	}
}

// dialSix allocates over ::1 by UDP.
func dialSix(t testing.TB, relays *TURN, family turn.RequestedAddressFamily) (*turn.Client, net.PacketConn, error) {
	t.Helper()
	conn, err := net.ListenPacket("udp6", "[::1]:0")
	check(t, err)
	return dialTURNFor(t, conn, addressIn(relays.urls[0]), relays.Servers("visit", "citizen")[0], family)
}

// TestTheRelayReachesTheSwitchAloneByIPv6: over IPv6 the same list, with sockets of either family.
func TestTheRelayReachesTheSwitchAloneByIPv6(t *testing.T) {
	for name, family := range map[string]turn.RequestedAddressFamily{"a socket of IPv6": turn.RequestedAddressFamilyIPv6, "none asked for": turn.RequestedAddressFamilyIPv4} {
		t.Run(name, func(t *testing.T) {
			sw, relays := newTURNBoth(t, TURNConfig{}, publicAddress, publicSix)
			client, relay, err := dialSix(t, relays, family)
			check(t, err)
			own, six := publicAddress, family == turn.RequestedAddressFamilyIPv6
			if six {
				own = publicSix
			}
			if ip := relay.LocalAddr().(*net.UDPAddr).IP.String(); ip != own {
				t.Errorf("the relaying socket is said to be %s, want %s", ip, own)
			}
			for _, text := range append([]string{"2001:db8::4", "2001:db8::6", "::ffff:127.0.0.2", "2002:7f00:1::", "fe80::2"}, forbidden...) {
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
			check(t, client.CreatePermission(&net.UDPAddr{IP: net.ParseIP(own), Port: sw.Port()}))

			// Other ports of the announced address, tried by the near one, where somebody listens.
			near := sw.near(six)
			trap, err := net.ListenPacket("udp", net.JoinHostPort(near.String(), "0"))
			check(t, err)
			defer trap.Close()
			before := relays.Stats()
			for _, port := range []int{trap.LocalAddr().(*net.UDPAddr).Port, 53, sw.Port() + 1} {
				_, _ = relay.WriteTo([]byte("hello"), &net.UDPAddr{IP: net.ParseIP(own), Port: port})
			}
			eventually(t, "three packets to be refused", func() bool { return relays.Stats().Refused >= before.Refused+3 })
			if s := relays.Stats(); s.BytesUp != 0 {
				t.Errorf("%d bytes went up", s.BytesUp)
			}
			_, err = relay.WriteTo([]byte("\x16hello"), &net.UDPAddr{IP: net.ParseIP(own), Port: sw.Port()})
			check(t, err)
			eventually(t, "the switch's port to be reached", func() bool { return relays.Stats().BytesUp > 0 })
		})
	}
}

// TestASwitchOfIPv4AloneIsReachedByIPv6: browsers on a network of IPv6 alone come by the relay, and do not say which family
// its socket is to be of.
func TestASwitchOfIPv4AloneIsReachedByIPv6(t *testing.T) {
	own, pool := certificateFor(t)
	_, relays := newTURNBoth(t, TURNConfig{ListenTLS: ":0", TLS: own}, publicAddress)
	if _, relay, err := dialSix(t, relays, turn.RequestedAddressFamilyIPv4); err != nil || relay.LocalAddr().(*net.UDPAddr).IP.String() != publicAddress {
		t.Errorf("by UDP: %v", err)
	}
	if _, _, err := dialSix(t, relays, turn.RequestedAddressFamilyIPv6); err == nil {
		t.Error("a socket of IPv6 was given, which reaches nothing")
	}
	address := addressIn(relays.urls[2])
	conn, err := tls.Dial("tcp6", address, &tls.Config{RootCAs: pool})
	check(t, err)
	client, _, err := dialTURNFor(t, turn.NewSTUNConn(conn), address, relays.Servers("visit", "citizen")[0], turn.RequestedAddressFamilyIPv4)
	check(t, err)
	check(t, client.CreatePermission(&net.UDPAddr{IP: net.ParseIP(publicAddress), Port: 1}))
}
