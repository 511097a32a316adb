package sfu

import (
	"net/netip"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"
)

// TestToAndFroBetweenTwoWays: a browser with several addresses takes now one and now another. However often it does, it is
// heard from the one in use.
func TestToAndFroBetweenTwoWays(t *testing.T) {
	sw := newSwitch(t)
	room := sw.Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1})
	line := a.seatLines[0][1]
	eventually(t, "pictures", func() bool { return len(a.from(line, b.id)) > 20 })
	way := b.peer.path.Load()
	inUse := way.exit.Load().to
	other := newElsewhere(t, sw, b)
	there := netip.MustParseAddrPort(other.conn.LocalAddr().String())
	for range 3 * maxAddresses {
		other.asked = nil
		way.choose(pairAt(there))
		eventually(t, "media at the other address", func() bool {
			other.listen(5 * time.Millisecond)
			for _, m := range other.asked {
				other.answer(m, other.password)
			}
			return way.exit.Load().to != inUse
		})
		way.choose(pairAt(inUse)) // the client answers by itself
		eventually(t, "media at the first address", func() bool { return way.exit.Load().to == inUse })
	}
	before := len(a.from(line, b.id))
	eventually(t, "more pictures", func() bool { return len(a.from(line, b.id)) > before+20 })
	way.mu.Lock()
	defer way.mu.Unlock()
	if n := len(way.addresses); n > 2 {
		t.Errorf("%d addresses are known, there were two", n)
	}
}

func pairAt(a netip.AddrPort) *webrtc.ICECandidatePair {
	return &webrtc.ICECandidatePair{Remote: &webrtc.ICECandidate{
		Address: a.Addr().String(), Port: a.Port(), Protocol: webrtc.ICEProtocolUDP,
	}}
}
