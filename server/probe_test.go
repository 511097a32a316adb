package main

import (
	"strings"
	"testing"

	"github.com/pion/webrtc/v4"

	"schalter/server/civic"
	"schalter/server/protocol"
)

// probeOffer is what a browser sends to test its connection.
func probeOffer(t *testing.T) (*webrtc.PeerConnection, string) {
	t.Helper()
	pc, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	must(t, err)
	t.Cleanup(func() { _ = pc.GracefulClose() })
	_, err = pc.CreateDataChannel("probe", nil)
	must(t, err)
	offer, err := pc.CreateOffer(nil)
	must(t, err)
	must(t, pc.SetLocalDescription(offer))
	return pc, offer.SDP
}

// TestAConnectionTestReachesTheRealSwitch: whoever holds a ticket gets a connection to it, by UDP and by TCP, and nobody
// else does.
func TestAConnectionTestReachesTheRealSwitch(t *testing.T) {
	p := launch(t)
	c := newCitizen(t, p.address)
	pc, offer := probeOffer(t)
	c.post("/api/v1/ticket/probe", protocol.Probe{SDP: offer}).refused(401, civic.Unauthenticated, civic.KeyTicketUnknown)

	s := newScene(t, p)
	c = s.in(civic.Waiting)
	c.post("/api/v1/ticket/probe", protocol.Probe{SDP: "v=0"}).refused(422, civic.Invalid, civic.KeyRoomUnavailable)
	c.post("/api/v1/ticket/probe", protocol.Probe{SDP: offer + strings.Repeat("a=x\r\n", 2000)}).refused(422, civic.Invalid, civic.KeyBodyMalformed)

	done := make(chan struct{}, 1)
	pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			done <- struct{}{}
		}
	})
	got := as[protocol.Probed](c.post("/api/v1/ticket/probe", protocol.Probe{SDP: offer}))
	for _, way := range []string{" udp ", " tcp "} {
		if !strings.Contains(strings.ToLower(got.SDP), way) {
			t.Errorf("no candidate by%s", way)
		}
	}
	must(t, pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: got.SDP}))
	<-done

	// Bounded: a ticket tests a dozen ways, then it waits.
	status := 0
	for range 12 {
		if status = c.post("/api/v1/ticket/probe", protocol.Probe{SDP: "v=0"}).status; status == 429 {
			break
		}
	}
	if status != 429 {
		t.Errorf("after a dozen tests: %d", status)
	}
}
