package sfu

import (
	"crypto/rand"
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/stun/v4"
)

// How often an address that has not answered is asked again: fast while a packet may have been lost, then once a second
// for as long as the client takes it for its own.
const (
	proveAgain  = 100 * time.Millisecond
	proveSlowly = time.Second
	proveFast   = 10
)

// proof is a check on its way to an address that the client has chosen. pion is an ICE-lite agent: it believes the sender
// of a packet, and who can forge senders could have media sent to anybody. So media goes only to an address that has
// answered with a number which it can have learned nowhere else. Browsers answer as full agents must (RFC 8445 section 7.3).
type proof struct {
	to   netip.AddrPort
	id   [stun.TransactionIDSize]byte // the same in every repetition (RFC 8489 section 6.2.1)
	sent int
	next time.Time // when it is repeated
}

// credentials are what a check is signed with (RFC 8445 section 7.2.2).
type credentials struct{ ours, theirs, password string }

// credentialsOf reads them from a client's offer and our answer. All lines share one way, so the first ones count.
func credentialsOf(offer, answer string) credentials {
	find := func(sdp, key string) string {
		_, value, _ := strings.Cut(sdp, "a="+key+":")
		value, _, _ = strings.Cut(value, "\n")
		return strings.TrimSuffix(value, "\r")
	}
	return credentials{ours: find(answer, "ice-ufrag"), theirs: find(offer, "ice-ufrag"), password: find(offer, "ice-pwd")}
}

// sign says with what checks are signed from now on, and under which name the client asks for a way.
func (t *path) sign(with credentials) {
	t.mu.Lock()
	t.signs = with
	t.mu.Unlock()
	t.port.name(with.ours, t)
}

// check begins to prove an address. The caller holds mu.
func (t *path) check(to netip.AddrPort, now time.Time) {
	t.dismiss()
	t.proof = &proof{to: to}
	_, _ = rand.Read(t.proof.id[:]) // never fails
	t.port.expect(t.proof.id, t)
	t.ask(now)
}

// dismiss forgets the address that is being proven. The caller holds mu.
func (t *path) dismiss() {
	if t.proof != nil {
		t.port.expectNot(t.proof.id)
		t.proof = nil
	}
}

// askAgain repeats a check that was not answered. The room's beat calls it.
func (t *path) askAgain(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.proof != nil && !now.Before(t.proof.next) {
		t.ask(now)
	}
}

// ask sends the check. The caller holds mu.
func (t *path) ask(now time.Time) {
	p := t.proof
	p.sent++
	p.next = now.Add(proveAgain)
	if p.sent > proveFast {
		p.next = now.Add(proveSlowly)
	}
	m, err := stun.Build(
		stun.BindingRequest, stun.NewTransactionIDSetter(p.id),
		stun.NewUsername(t.signs.theirs+":"+t.signs.ours), ice.AttrControlled(binary.BigEndian.Uint64(p.id[:])), ice.PriorityAttr(1),
		stun.NewShortTermIntegrity(t.signs.password), stun.Fingerprint,
	)
	if err != nil {
		return // credentials too long for a message; the client is not reached
	}
	_, _ = t.socket.WriteToUDPAddrPort(m.Raw, p.to) // lost ones are repeated
}

// answered takes an answer to the check. From then on media goes to the address that gave it, and is heard from there.
func (t *path) answered(b []byte, from netip.AddrPort) {
	m := &stun.Message{Raw: slices.Clone(b)}
	if m.Decode() != nil {
		return
	}
	t.mu.Lock()
	if t.closed || t.proof == nil || t.proof.id != m.TransactionID || t.proof.to != from ||
		stun.NewShortTermIntegrity(t.signs.password).Check(m) != nil {
		t.mu.Unlock()
		return
	}
	t.dismiss()
	t.port.know(from, t)
	// Browsers go to and fro between the ways that they have: one that is taken again is the latest, not one more.
	t.addresses = append(slices.DeleteFunc(t.addresses, func(a netip.AddrPort) bool { return a == from }), from)
	if len(t.addresses) > maxAddresses {
		t.port.forget(t.addresses[0], t)
		t.addresses = t.addresses[1:]
	}
	t.exit.Store(&exit{udp: t.socket, to: from})
	t.mu.Unlock()
	t.peer.room.kick()
}
