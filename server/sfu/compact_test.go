package sfu

import (
	"context"
	"strings"
	"testing"

	"github.com/pion/webrtc/v4"
)

// TestAnOfferWithoutRepetitionsIsEnough: our client leaves out what the lines of a bundle say after the first, so that
// large rooms fit within the bound.
func TestAnOfferWithoutRepetitionsIsEnough(t *testing.T) {
	room := newSwitch(t).Room("visit")
	b := join(t, room, "clerk", clientOptions{seats: 1})
	a := newClient(t, room, "citizen", clientOptions{seats: 1})
	offer, err := a.pc.CreateOffer(nil)
	check(t, err)
	check(t, a.pc.SetLocalDescription(offer))
	sections := strings.Split(a.pc.LocalDescription().SDP, "\r\nm=")
	for i := 2; i < len(sections); i++ {
		var kept []string
		for _, row := range strings.Split(sections[i], "\r\n") {
			if !strings.HasPrefix(row, "a=fingerprint") && !strings.HasPrefix(row, "a=ice-") && !strings.HasPrefix(row, "a=candidate") &&
				!strings.HasPrefix(row, "a=end-of") && !strings.HasPrefix(row, "a=rtcp:") {
				kept = append(kept, row)
			}
		}
		sections[i] = strings.Join(kept, "\r\n")
	}
	answer, err := a.peer.Offer(context.Background(), strings.Join(sections, "\r\nm="), a.mids())
	check(t, err)
	check(t, a.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: answer}))
	for _, pair := range [][2]*client{{a, b}, {b, a}} {
		eventually(t, "pictures", func() bool { return len(pair[0].from(pair[0].seatLines[0][1], pair[1].id)) > 5 })
	}
}
