package sfu

import (
	"net"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/stun/v4"
)

// elsewhere is an address from which somebody asks in a client's name: the client that forges senders, or has moved.
type elsewhere struct {
	t        testing.TB
	conn     net.Conn
	theirs   credentials // to ask with
	password string      // to answer with
	sent     int         // bytes
	got      struct{ bytes, media int }
	asked    []*stun.Message // checks of ours
}

func newElsewhere(t testing.TB, sw *Switch, c *client) *elsewhere {
	t.Helper()
	conn, err := net.Dial("udp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(sw.Port())))
	check(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	// The client's own view: the switch is the other side.
	return &elsewhere{
		t: t, conn: conn, theirs: credentialsOf(c.pc.RemoteDescription().SDP, c.pc.LocalDescription().SDP),
		password: credentialsOf(c.pc.LocalDescription().SDP, "").password,
	}
}

func (e *elsewhere) send(setters ...stun.Setter) {
	e.t.Helper()
	m, err := stun.Build(setters...)
	check(e.t, err)
	n, err := e.conn.Write(m.Raw)
	check(e.t, err)
	e.sent += n
}

// nominate asks to be the way, as the controlling side may (RFC 8445 section 8.1.1).
func (e *elsewhere) nominate() {
	e.send(stun.BindingRequest, stun.TransactionID, stun.NewUsername(e.theirs.theirs+":"+e.theirs.ours), ice.UseCandidate(),
		ice.AttrControlling(1), ice.PriorityAttr(1<<24), stun.NewShortTermIntegrity(e.theirs.password), stun.Fingerprint)
}

func (e *elsewhere) answer(m *stun.Message, password string) {
	e.send(stun.BindingSuccess, stun.NewTransactionIDSetter(m.TransactionID), stun.NewShortTermIntegrity(password), stun.Fingerprint)
}

// listen takes what comes within a time.
func (e *elsewhere) listen(within time.Duration) {
	_ = e.conn.SetReadDeadline(time.Now().Add(within))
	b := make([]byte, 2000)
	for {
		n, err := e.conn.Read(b)
		if err != nil {
			return
		}
		e.got.bytes += n
		if isMedia(b[:n]) {
			e.got.media++
		}
		if m := (&stun.Message{Raw: slices.Clone(b[:n])}); m.Decode() == nil && m.Type == stun.BindingRequest {
			e.asked = append(e.asked, m)
		}
	}
}

// TestMediaGoesWhereItIsAnsweredFrom: a client may say that it is anywhere. Until an answer to our check has come from
// there, it gets its media where it was, and the other address gets little.
func TestMediaGoesWhereItIsAnsweredFrom(t *testing.T) {
	sw := newSwitch(t)
	room := sw.Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1})
	pictures := func() int { return len(b.from(b.seatLines[0][1], a.id)) }
	eventually(t, "pictures", func() bool { return pictures() > 20 })

	victim, bystander := newElsewhere(t, sw, b), newElsewhere(t, sw, b)
	way := b.peer.path.Load()
	was := way.exit.Load().to
	for range 20 {
		victim.nominate()
		victim.listen(50 * time.Millisecond)
	}
	if len(victim.asked) < 2 {
		t.Fatalf("checked %d times; was the nomination heard?", len(victim.asked))
	}
	asked := victim.asked[0]
	victim.answer(asked, "an invented password of 22")
	bystander.answer(asked, victim.password)
	other := *asked
	other.TransactionID[0] ^= 1
	victim.answer(&other, victim.password)
	victim.listen(200 * time.Millisecond)
	if victim.got.media > 0 {
		t.Errorf("%d packets of media came where nobody had answered", victim.got.media)
	}
	if victim.got.bytes > 3*victim.sent {
		t.Errorf("%d bytes came for %d: too much for an address that is not proven", victim.got.bytes, victim.sent)
	}
	before := pictures()
	eventually(t, "pictures where the client is", func() bool { return pictures() > before+20 })
	if now := way.exit.Load().to; now != was {
		t.Fatalf("media goes to %v, the client is at %v", now, was)
	}

	victim.answer(asked, victim.password)
	victim.listen(500 * time.Millisecond)
	if victim.got.media == 0 {
		t.Error("no media came after the answer")
	}
	way.mu.Lock()
	defer way.mu.Unlock()
	if way.proof != nil || len(way.port.proofs) != 0 {
		t.Error("a check that was answered is still waited for")
	}
}

// TestNobodyTakesAnothersAddress: who says to be where another is takes nothing from the other.
func TestNobodyTakesAnothersAddress(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1})
	pictures := func() int { return len(a.from(a.seatLines[0][1], b.id)) }
	eventually(t, "pictures", func() bool { return pictures() > 20 })
	at := b.peer.path.Load().exit.Load().to
	a.peer.path.Load().choose(pairAt(at))
	before := pictures()
	eventually(t, "pictures of the other", func() bool { return pictures() > before+60 })
}
