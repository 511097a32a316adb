package sfu

import (
	"strings"
	"testing"

	"github.com/pion/webrtc/v4"
)

func TestKeyFramesOfH264(t *testing.T) {
	for _, test := range []struct {
		name    string
		payload []byte
		want    bool
	}{
		{"nothing", nil, false},
		{"sequence parameters", []byte{0x67, 1}, true},
		{"picture parameters", []byte{0x68, 1}, false},
		{"a slice", []byte{0x41, 1}, false},
		{"a key frame's slice without parameters", []byte{0x65, 1}, false},
		{"several, parameters first", []byte{24, 0, 2, 0x67, 1, 0, 1, 0x68}, true},
		{"several, parameters second", []byte{24, 0, 1, 0x09, 0, 2, 0x67, 1}, true},
		{"several without", []byte{24, 0, 1, 0x09, 0, 2, 0x41, 1}, false},
		{"several, cut off", []byte{24, 0, 9, 0x67}, false},
		{"several of size 0", []byte{24, 0, 0, 0, 0}, false},
		{"a fragment, the first", []byte{28, 0x87, 1}, true},
		{"a fragment, not the first", []byte{28, 0x07, 1}, false},
		{"a fragment of a slice", []byte{28, 0x81, 1}, false},
		{"a fragment, cut off", []byte{28}, false},
	} {
		if got := keyH264(test.payload); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func FuzzH264(f *testing.F) {
	f.Add([]byte{24, 0, 2, 0x67, 1, 0, 1, 0x68})
	f.Add([]byte{28, 0x87, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		if keyH264(b) && len(b) < 1 {
			t.Fatal("a key frame out of nothing")
		}
	})
}

func TestADeviceThatSendsH264AloneIsSeen(t *testing.T) {
	room := newSwitch(t).Room("visit")
	phone := join(t, room, "citizen", clientOptions{seats: 1, codec: webrtc.MimeTypeH264})
	clerk := join(t, room, "clerk", clientOptions{seats: 1})
	old := join(t, room, "guest-1", clientOptions{seats: 2, codec: webrtc.MimeTypeVP8})
	line := func(c *client) *webrtc.RTPTransceiver { return c.seatLines[c.lastMap().find("citizen")][1] }
	eventually(t, "the clerk to see it", func() bool {
		return clerk.lastMap().find("citizen") >= 0 && len(clerk.from(line(clerk), phone.id)) > 20
	})
	if packets := clerk.from(line(clerk), phone.id); !packets[0].key {
		t.Error("the picture did not begin with a key frame")
	} else if err := continuous(packets); err != nil {
		t.Error(err)
	}
	eventually(t, "who cannot decode it to be told", func() bool {
		m := old.lastMap()
		at := m.find("citizen")
		return at >= 0 && m.seats[at].Unreadable && m.seats[at].Picture
	})
	if n := len(old.from(line(old), phone.id)); n > 0 {
		t.Errorf("it got %d packets all the same", n)
	}
	eventually(t, "the sound all the same", func() bool {
		return len(old.from(old.seatLines[old.lastMap().find("citizen")][0], phone.id)) > 5
	})
	if m := phone.lastMap(); !m.seats[0].Unreadable { // its one seat is the clerk's, who sends VP8
		t.Errorf("the phone is not told that it cannot see the clerk: %+v", m)
	}
}

func TestOfTwoCodecsOneIsSent(t *testing.T) {
	both := strings.NewReplacer(
		"SAVPF 96 97\r\n", "SAVPF 102 103 96 97\r\n",
		"a=rtpmap:97 rtx/90000\r\n", "a=rtpmap:97 rtx/90000\r\na=rtpmap:102 H264/90000\r\na=fmtp:102 "+h264Format+
			"\r\na=rtpmap:103 rtx/90000\r\na=fmtp:103 apt=102\r\n",
	).Replace(chromeLike)
	peer, err := newSwitch(t).Room("visit").Join("citizen", Events{})
	check(t, err)
	answer, err := peer.Offer(t.Context(), both, chromeLines)
	check(t, err)
	camera := strings.Split(answer, "\r\nm=")[2]
	if !strings.HasPrefix(camera, "video 9 UDP/TLS/RTP/SAVPF 96 97\r\n") || strings.Contains(camera, "H264") || strings.Contains(camera, "apt=102") {
		t.Errorf("the camera may be sent in\n%s", camera)
	}
	if !strings.Contains(answer, "a=rtcp-fb:96 nack pli") {
		t.Error("the chosen codec lost its feedback")
	}
}
