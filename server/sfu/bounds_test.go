package sfu

import (
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/srtp/v3"
	"github.com/pion/stun/v4"
)

// TestReportsInEverNewNamesEndThePeer: the decrypting context keeps something of each SSRC that was ever heard.
func TestReportsInEverNewNamesEndThePeer(t *testing.T) {
	peer := newPeer(&Room{wake: make(chan struct{}, 1)}, "citizen", Events{})
	way := newPath(peer, &port{sockets: []*net.UDPConn{nil}})
	key, salt := make([]byte, 16), make([]byte, 12)
	way.secret.Store(&srtp.Config{Profile: srtp.ProtectionProfileAeadAes128Gcm, Keys: srtp.SessionKeys{
		LocalMasterKey: key, LocalMasterSalt: salt, RemoteMasterKey: key, RemoteMasterSalt: salt,
	}})
	theirs, err := srtp.CreateContext(key, salt, srtp.ProtectionProfileAeadAes128Gcm)
	check(t, err)
	report := func(ssrc uint32) {
		plain, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: ssrc}})
		check(t, err)
		raw, err := theirs.EncryptRTCP(nil, plain, nil)
		check(t, err)
		way.take(raw)
	}
	for ssrc := range uint32(maxReporters) {
		report(ssrc)
		report(ssrc)
	}
	if peer.gone.Load() {
		t.Fatal("a peer of few names has ended")
	}
	report(maxReporters)
	if !peer.gone.Load() {
		t.Error("a peer may report in the name of ever new SSRCs")
	}
}

// TestAPeerThatComesFromEverNewAddressesEnds has a client check connectivity from hundreds of sockets, with the right
// password, and in the role that only pion's agent would refuse after having kept the address.
func TestAPeerThatComesFromEverNewAddressesEnds(t *testing.T) {
	sw := newSwitch(t)
	c := join(t, sw.Room("visit"), "citizen", clientOptions{seats: 1})
	eventually(t, "a connection", func() bool { return c.up.Load() > 0 })
	of := func(sdp, what string) string {
		_, rest, _ := strings.Cut(sdp, "a="+what+":")
		rest, _, _ = strings.Cut(rest, "\r\n")
		return rest
	}
	remote, local := c.pc.RemoteDescription().SDP, c.pc.LocalDescription().SDP
	request := func(ufrag string) []byte {
		m, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername(ufrag+":"+of(local, "ice-ufrag")),
			stun.RawAttribute{Type: stun.AttrICEControlled, Value: make([]byte, 8)},
			stun.NewShortTermIntegrity(of(remote, "ice-pwd")), stun.Fingerprint)
		check(t, err)
		return m.Raw
	}
	from := func(b []byte) {
		conn, err := net.Dial("udp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(sw.Port())))
		check(t, err)
		_, _ = conn.Write(b)
		check(t, conn.Close())
	}
	for range 3 * maxCame { // of nobody: costs nobody
		from(request("nobody"))
	}
	for range maxCame / 2 {
		from(request(of(remote, "ice-ufrag")))
	}
	time.Sleep(100 * time.Millisecond)
	if c.peer.gone.Load() {
		t.Fatal("a peer that moved often has ended")
	}
	for i := 0; i < 4*maxCame && !c.peer.gone.Load(); i++ {
		from(request(of(remote, "ice-ufrag")))
		time.Sleep(time.Millisecond)
	}
	eventually(t, "the peer to end", func() bool { return c.peer.gone.Load() })
	select {
	case why := <-c.closed:
		if why != ReasonFailed {
			t.Errorf("ended because %s", why)
		}
	case <-time.After(patience):
		t.Error("nobody was told")
	}
}

// TestWhoComesAgainGetsNoSecondBurst: the limit on writing is the participant's, not the connection's.
func TestWhoComesAgainGetsNoSecondBurst(t *testing.T) {
	room := newSwitch(t).Room("visit")
	wrote := func() (n int) {
		room.do(func() { n = room.scripts["citizen"].written })
		return n
	}
	var start time.Time
	for i, label := range []string{"t140 aa 0 0", "t140 ab 0 0", "t140 ac 0 0"} {
		a := newWriter(t, room, "citizen", label)
		a.write(strings.Repeat("x", textBurst))
		if i == 0 {
			eventually(t, "the burst", func() bool { return wrote() == textBurst })
			start = time.Now()
		}
		time.Sleep(100 * time.Millisecond)
	}
	if n, most := wrote(), textBurst+int(time.Since(start).Seconds()*textRate)+10; n > most {
		t.Errorf("%d characters at once, %d allowed", n, most)
	}
}
