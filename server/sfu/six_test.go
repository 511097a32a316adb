package sfu

import (
	"net"
	"strings"
	"testing"

	"github.com/pion/webrtc/v4"
)

// needsSix skips the test where there is no IPv6.
func needsSix(t testing.TB) {
	t.Helper()
	conn, err := net.ListenPacket("udp6", "[::1]:0")
	if err != nil {
		t.Skipf("this machine has no IPv6: %v", err)
	}
	_ = conn.Close()
}

// TestBothFamilies has one side come by IPv6 and the other by IPv4, by UDP and by TCP.
func TestBothFamilies(t *testing.T) {
	needsSix(t)
	for name, ports := range map[string]Ports{"one port": {}, "a port for each": {First: 41000, Last: 41099}} {
		t.Run(name, func(t *testing.T) {
			sw, err := New(Config{Listen: ":0", Ports: ports})
			check(t, err)
			t.Cleanup(func() { check(t, sw.Close()) })
			room := sw.Room("visit")
			for _, six := range []webrtc.NetworkType{webrtc.NetworkTypeUDP6, webrtc.NetworkTypeTCP6} {
				a := join(t, room, "citizen", clientOptions{seats: 1, networks: []webrtc.NetworkType{six}})
				b := join(t, room, "clerk", clientOptions{seats: 1})
				eventually(t, "media both ways", func() bool {
					return len(a.from(a.seatLines[0][1], b.id)) > 20 && len(b.from(b.seatLines[0][1], a.id)) > 20
				})
				for c, colon := range map[*client]bool{a: true, b: false} {
					pair, err := c.pc.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
					check(t, err)
					if strings.Contains(pair.Remote.Address, ":") != colon {
						t.Errorf("%s goes by %v", c.name, pair)
					}
				}
				a.close()
				b.close()
			}
		})
	}
}

func TestWhatIsAnnouncedOfBothFamilies(t *testing.T) {
	for want, addresses := range map[string][]string{
		"203.0.113.5":             {"203.0.113.5"},
		"203.0.113.5 2001:db8::5": {"203.0.113.5", "2001:db8::5"},
	} {
		sw, err := New(Config{Listen: ":0", Addresses: addresses})
		check(t, err)
		t.Cleanup(func() { check(t, sw.Close()) })
		a := join(t, sw.Room("visit"), "citizen", clientOptions{seats: 1})
		named := map[string]bool{}
		for line := range strings.SplitSeq(a.pc.RemoteDescription().SDP, "\r\n") {
			if words := strings.Fields(line); strings.HasPrefix(line, "a=candidate:") {
				named[words[4]] = true
			}
		}
		for _, address := range strings.Fields(want) {
			if !named[address] {
				t.Errorf("%v: %s is not told", addresses, address)
			}
			delete(named, address)
		}
		if len(named) != 0 {
			t.Errorf("%v: told of %v too", addresses, named)
		}
	}
}
