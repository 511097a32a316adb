package sfu

import (
	"testing"

	"github.com/pion/webrtc/v4"
)

// TestToAndFroBetweenTwoWays: a browser with several addresses takes now one and now another. However often it does, it is
// heard from the one in use.
func TestToAndFroBetweenTwoWays(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1})
	line := a.seatLines[0][1]
	eventually(t, "pictures", func() bool { return len(a.from(line, b.id)) > 20 })
	way := b.peer.path.Load()
	inUse := way.exit.Load().to
	pair := func(port uint16) *webrtc.ICECandidatePair {
		return &webrtc.ICECandidatePair{Remote: &webrtc.ICECandidate{
			Address: inUse.Addr().String(), Port: port, Protocol: webrtc.ICEProtocolUDP,
		}}
	}
	for range 3 * maxAddresses {
		way.choose(pair(inUse.Port() ^ 1))
		way.choose(pair(inUse.Port()))
	}
	before := len(a.from(line, b.id))
	eventually(t, "more pictures", func() bool { return len(a.from(line, b.id)) > before+20 })
	way.mu.Lock()
	defer way.mu.Unlock()
	if n := len(way.addresses); n > 2 {
		t.Errorf("%d addresses are known, there were two", n)
	}
}
