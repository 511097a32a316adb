package sfu

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
)

func FuzzVP8(f *testing.F) {
	for _, seed := range [][]byte{
		{}, {0x10}, {0x10, 0x00}, {0x90, 0x80, 0x80, 0x01, 0x00}, {0x90, 0xe0, 0xff, 0xff, 0xff, 0x20, 0x11},
		{0x90, 0x80, 0x7f, 0x10}, {0x80, 0xf0, 0x81}, {0x90, 0x40, 0x05, 0x10}, {0x90, 0x10, 0x05, 0x10},
	} {
		f.Add(seed, uint16(3), uint8(4))
	}
	f.Fuzz(func(t *testing.T, b []byte, id uint16, tl0 uint8) {
		v, ok := parseVP8(b)
		if !ok || len(b) == 0 {
			return
		}
		c := bytes.Clone(b)
		v.rewrite(c, id, tl0)
		w, ok := parseVP8(c)
		if !ok || w.key != v.key || w.start != v.start || w.hasID != v.hasID || w.long != v.long || w.hasTL0 != v.hasTL0 {
			t.Fatalf("%x became %x", b, c)
		}
		mask := uint16(0x7f)
		if v.long {
			mask = 0x7fff
		}
		if v.hasID && w.id != (v.id+id)&mask || v.hasTL0 && w.tl0 != v.tl0+tl0 {
			t.Fatalf("%x became %x", b, c)
		}
		w.rewrite(c, -id, -tl0)
		if !bytes.Equal(b, c) {
			t.Fatalf("%x came back as %x", b, c)
		}
	})
}

// FuzzMedia feeds a publisher's raw packets to the whole packet path.
func FuzzMedia(f *testing.F) {
	for _, seed := range [][]byte{{}, {0x80}, bytes.Repeat([]byte{0xff}, 60), bytes.Repeat([]byte{0x90}, 60), bytes.Repeat([]byte{0xb0}, 60)} {
		f.Add(seed, uint16(1), true)
	}
	packet := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 96, SSRC: 7}, Payload: testPayload(1, 2, 3, 0, true, true, true, 5)}
	raw, _ := packet.Marshal()
	f.Add(raw, uint16(9), false)
	f.Fuzz(func(t *testing.T, b []byte, seq uint16, repair bool) {
		l := newLoop(2, false)
		l.packet(true, true, 1)
		l.packet(false, true, 2)
		s := l.stream
		if repair {
			s = &mediaStream{peer: l.stream.peer, ssrc: 8}
		}
		s.takeRaw(b, l.now+1)
		l.downs[0].retransmit(seq, l.now)
		l.stream.peer.takeReports(b, l.now+1)
		l.packet(false, true, 3)
	})
}

// FuzzSocket feeds packets as they come from the network, encrypted or not, to the whole path.
func FuzzSocket(f *testing.F) {
	f.Add([]byte{0x80, 200, 0, 1}, true, byte(0))
	f.Add(bytes.Repeat([]byte{0x90}, 60), false, byte(1))
	f.Add(bytes.Repeat([]byte{0xb0, 96}, 60), true, byte(2))
	w := newWhole(f, 2)
	f.Fuzz(func(t *testing.T, b []byte, sealed bool, kind byte) {
		if len(b) > 1400 {
			return
		}
		raw := append([]byte(nil), b...)
		if sealed && len(raw) >= 12 { // by one who has the keys
			raw[0] = 0x80 | raw[0]&0x3f
			var err error
			if kind%2 == 0 {
				raw, err = w.client.EncryptRTP(nil, raw, nil)
			} else {
				raw[1] = 200 + raw[1]%7
				raw, err = w.client.EncryptRTCP(nil, raw, nil)
			}
			if err != nil {
				return
			}
		}
		if isMedia(raw) {
			w.way.take(raw)
		}
		w.send()
	})
}

const chromeLike = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n" +
	"m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n" +
	"a=ice-options:trickle\r\na=fingerprint:sha-256 " +
	"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n" +
	"a=setup:actpass\r\na=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n" +
	"a=sendonly\r\na=msid:- x\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n" +
	"a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\na=ssrc:11 cname:x\r\n" +
	"m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 " +
	"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n" +
	"a=setup:actpass\r\na=mid:1\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n" +
	"a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\na=sendonly\r\na=msid:- y\r\na=rtcp-mux\r\na=rtcp-rsize\r\n" +
	"a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n" +
	"a=rid:q send\r\na=rid:h send\r\na=rid:f send\r\na=simulcast:send q;h;f\r\n" +
	"m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 " +
	"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n" +
	"a=setup:actpass\r\na=mid:2\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\na=ssrc-group:FID 1 2\r\n"

var chromeLines = Lines{Sound: "0", Camera: "1", Screens: []string{"2"}}

func TestAChromeLikeOfferIsUnderstood(t *testing.T) {
	o, err := parseOffer(chromeLike, chromeLines)
	check(t, err)
	cam := o.media["1"]
	if cam.pt != 96 || cam.rtxPT != 97 || strings.Join(cam.rids, "") != "qhf" || o.media["0"].pt != 111 {
		t.Errorf("%+v %+v", cam, o.media["0"])
	}
	if o.ext != (extensions{mid: 4, rid: 10, repaired: 11, level: 1}) || o.sources[11].mid != "0" || o.sources[2].of != 1 {
		t.Errorf("%+v %+v", o.ext, o.sources)
	}
	peer, err := newSwitch(t).Room("visit").Join("citizen", Events{})
	check(t, err)
	answer, err := peer.Offer(context.Background(), chromeLike, chromeLines)
	check(t, err)
	for _, want := range []string{
		"a=simulcast:recv q;h;f", "a=ice-lite", "a=setup:passive", "typ host", "a=rtcp-fb:96 nack pli", "a=rtcp-fb:111 transport-cc",
		"urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id", "a=fmtp:96 x-google-start-bitrate",
		"m=audio 9 UDP/TLS/RTP/SAVPF 111 63", "a=fmtp:63 111/111",
	} {
		if !strings.Contains(answer, want) {
			t.Errorf("no %q in\n%s", want, answer)
		}
	}
}

func TestSoundWithRedundancyIsSentInTheClientsOrder(t *testing.T) {
	peer, err := newSwitch(t).Room("visit").Join("citizen", Events{})
	check(t, err)
	for _, order := range []string{"111 63", "63 111", "111 63"} {
		offer := strings.Replace(chromeLike, "SAVPF 111 63", "SAVPF "+order, 1)
		answer, err := peer.Offer(context.Background(), offer, chromeLines)
		check(t, err)
		if !strings.Contains(answer, "m=audio 9 UDP/TLS/RTP/SAVPF "+order+"\r\n") {
			t.Errorf("no order %s in\n%s", order, answer)
		}
	}
}

// FuzzOffer feeds an offer to our reading of it, and when that accepts it, to pion.
func FuzzOffer(f *testing.F) {
	f.Add(chromeLike, "0", "1", "2")
	f.Add("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 X 0\r\na=mid:0\r\na=sendonly\r\n", "0", "", "")
	f.Add("", "", "", "")
	s := newSwitch(f)
	f.Fuzz(func(t *testing.T, text, a, b, c string) {
		lines := Lines{Sound: a, Camera: b, Screens: []string{c}}
		encourage(text, lines)
		o, err := parseOffer(text, lines)
		if err != nil {
			return
		}
		preferRED(text, o.media[a], a)
		peer, err := s.Room("fuzz").Join("x", Events{})
		if err != nil {
			t.Fatal(err)
		}
		defer peer.Close()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, _ = peer.Offer(ctx, text, lines)
	})
}
