package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/protocol"
	"schalter/server/store"
)

// hearsNothing looks for a while, beginning 200 ms from now, and finds neither RTP nor frames but pings.
func hearsNothing(t *testing.T, when string, guests ...*guest) {
	t.Helper()
	<-time.After(200 * time.Millisecond) // what DESIGN grants to what is under way
	count := func(g *guest) (int64, int) {
		if g.socket == nil {
			return g.rtp.Load(), 0
		}
		return g.rtp.Load(), len(g.socket.types())
	}
	type seen struct {
		rtp    int64
		frames int
	}
	var before []seen
	for _, g := range guests {
		rtp, frames := count(g)
		before = append(before, seen{rtp, frames})
	}
	<-time.After(400 * time.Millisecond) // the time in which nothing may come
	for i, g := range guests {
		rtp, frames := count(g)
		if rtp != before[i].rtp || frames != before[i].frames {
			t.Errorf("%s: guest %d received %d packets and %d frames", when, i, rtp-before[i].rtp, frames-before[i].frames)
		}
	}
}

// hostile is a citizen's program that does not keep to the protocol. It has one peer connection for all that it tries.
type hostile struct {
	*person
	*guest
	lastOffer protocol.Offer
}

func newHostile(p *person) *hostile {
	g := &guest{t: p.t, stop: make(chan struct{})}
	g.prepare()
	return &hostile{p, g, g.makeOffer()}
}

// tries joins with a token, offers and acknowledges all the same, and must be told nothing but a problem.
func (h *hostile) tries(what, token string) {
	h.person.t.Helper()
	k, _ := h.dial("/api/v1/room")
	go k.read()
	offer := h.lastOffer
	for _, send := range []func() error{
		func() error {
			return k.trySend(protocol.FrameJoin, protocol.Join{Versions: hello.Versions, Grant: token})
		},
		func() error { return k.trySend(protocol.FrameOffer, offer) },
		func() error { return k.trySend(protocol.FrameSeated, protocol.Seated{Version: 1 << 40}) },
		func() error {
			return k.trySend(protocol.FrameSends, protocol.Sends{Sound: true, Picture: true, Screen: true})
		},
	} {
		if send() != nil {
			break // thrown out already
		}
	}
	k.closed()
	h.judge(what, k)
}

func (h *hostile) judge(what string, k *socket) {
	h.person.t.Helper()
	for _, frame := range k.types() {
		if frame != protocol.FrameProblem {
			h.person.t.Errorf("%s: received the frame %s", what, frame)
		}
	}
	if n := h.rtp.Load(); n != 0 {
		h.person.t.Errorf("%s: received %d packets", what, n)
	}
}

// joins joins with a good grant, on the peer connection that it has.
func (h *hostile) joins(grant protocol.Grant) {
	h.person.t.Helper()
	h.socket = h.listen("/api/v1/room", h.hear, protocol.FrameJoin, protocol.Join{Versions: hello.Versions, Grant: grant.Token})
	await[protocol.Joined](h.socket, protocol.FrameJoined, nil)
	h.say(h.lastOffer)
}

// TestOnlyWhoIsInTheRoomReceives: invariant 7, with a client that ignores all rules. It receives in between, so that we
// know that we would see it.
func TestOnlyWhoIsInTheRoomReceives(t *testing.T) {
	p := launch(t, unlimited)
	for _, end := range []string{"leaves the room", "leaves", "is finished with", "is parked", "is transferred", "is parked and called again"} {
		t.Run("a citizen who "+end, func(t *testing.T) { onlyWhoIsIn(newScene(t, p), end) })
	}
}

func onlyWhoIsIn(s *scene, end string) {
	t := s.T
	second := newClerk(t, s.p.address)
	second.login(maier)
	second.open(officeSecond) // so that there is somewhere to transfer to
	citizen := s.citizen()
	citizen.draw(s.office)
	ticketSecret := citizen.cookies["__Host-ticket"]
	h := newHostile(citizen)
	h.ack.Store(false)

	h.tries("before the call, with the ticket's secret", ticketSecret)
	call := s.desk.call()
	c := newGuest(s.clerk, call.Grant)
	c.connect()
	h.tries("called, without a grant", "")
	h.tries("called, with the clerk's used grant", call.Grant.Token)
	old, early := identity.NewSecret(), identity.NewSecret()
	must(t, s.p.store.Write(t.Context(), func(tx *store.Tx) error {
		v, err := tx.VisitOfTicket(t.Context(), "a-"+town, citizen.ticket().ID)
		if err != nil {
			return err
		}
		for secret, until := range map[*identity.Secret]time.Time{&old: time.Now().Add(-time.Second), &early: time.Now().Add(time.Minute)} {
			g := store.Grant{Hash: secret.Hash, Authority: v.AuthorityID, Visit: v.ID, Side: civic.SideCitizen, Participant: "citizen", Expires: until}
			if err := tx.InsertGrant(t.Context(), g); err != nil {
				return err
			}
		}
		return nil
	}))
	h.tries("called, with an expired grant", old.Text)
	h.tries("called, with a grant before entering", early.Text)
	k, _ := h.dial("/api/v1/room")
	go k.read()
	must(t, k.trySend(protocol.FrameOffer, h.lastOffer))
	k.closed()
	h.judge("an offer as the first frame", k)

	grant, spare := citizen.enter(), citizen.enter()
	h.tries("entered, with nobody's grant", identity.NewSecret().Text)
	h.joins(grant)
	eventually(t, "a seat map", func() bool { return h.seats.Load() > 0 })
	c.receives("the citizen's media")
	if n := h.rtp.Load(); n != 0 {
		t.Errorf("received %d packets without having acknowledged a seat map", n)
	}
	h.socket.send(protocol.FrameSeated, protocol.Seated{Version: h.seats.Load()})
	h.ack.Store(true)
	h.receives("once it is in") // the counter bites

	switch end {
	case "leaves the room":
		h.socket.send(protocol.FrameLeave, nil)
		await[protocol.Ended](h.socket, protocol.FrameEnded, nil)
		hearsNothing(t, "after it "+end, h.guest)
		return
	case "leaves":
		as[protocol.CitizenTicket](citizen.post("/api/v1/ticket/leave", nil))
	case "is finished with":
		s.desk.settle("finish")
	case "is transferred":
		as[protocol.OfficeView](s.desk.try("transfer", protocol.TransferTicket{Office: officeSecond}))
	default:
		s.desk.settle("park")
	}
	hearsNothing(t, "after it "+end, h.guest, c)
	closes(h.listen("/api/v1/room", nil, protocol.FrameJoin, protocol.Join{Versions: hello.Versions, Grant: spare.Token}), 4410, civic.KeyVisitOver)
	if end != "is parked and called again" {
		return
	}
	again := as[protocol.CallResult](s.desk.try("call", protocol.CallTicket{Ticket: citizen.ticket().ID}))
	c2 := newGuest(s.clerk, again.Grant)
	c2.connect()
	hearsNothing(t, "called again, not entered", h.guest)
	back := newGuest(citizen, citizen.enter())
	back.connect()
	back.receives("having entered again")
	hearsNothing(t, "on its first connection", h.guest)
}

// TestLogsHoldNobody: a whole trip at level debug, with all that goes wrong on the way, and none of what people are or
// say in the log.
func TestLogsHoldNobody(t *testing.T) {
	p := launch(t)
	canaries := map[string]string{}
	bird := func(what, value string) string {
		if len(value) < 4 {
			t.Fatalf("%s: %q is not long enough to be found", what, value)
		}
		canaries[what] = value
		return value
	}
	bird("password", password)
	bird("e-mail address", huber)
	bird("name of the clerk", "Frau h")
	bird("network address", "127.0.0.1")
	clerk, citizen := newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	bird("session", clerk.cookies["__Host-session"])
	console := clerk.consoleSocket()
	desk := clerk.open(officeMain)
	key := bird("idempotency key", newKey())
	drawn := as[protocol.Drawn](citizen.post("/api/v1/tickets", protocol.Draw{Authority: town, Office: officeMain, NoCookie: true}, "Idempotency-Key", key,
		"X-Forwarded-For", bird("forwarded address", "203.0.113.77"), "User-Agent", bird("browser", "Kanari/5.0"), "Referer", bird("page", "https://town.test/kanari-page")))
	bird("ticket's secret", drawn.Secret)
	code := bird("resume code", drawn.Resume)
	as[protocol.Drawn](newCitizen(t, p.address).post("/api/v1/ticket/resume", protocol.Resume{Code: code}))
	citizen.post("/api/v1/ticket/resume", protocol.Resume{Code: code}).refused(401, civic.Unauthenticated, civic.KeyResumeUnknown)
	as[protocol.CitizenTicket](citizen.do("PATCH", "/api/v1/ticket", map[string]string{"name": bird("name", "Kanari Vogel"), "lang": "xx-kanari"}))
	bird("language", "xx-kanari")
	k := citizen.ticketSocket()
	call := desk.call()
	bird("clerk's grant", call.Grant.Token)
	c := newGuest(clerk, call.Grant)
	c.connect()
	grant := citizen.enter()
	bird("citizen's grant", grant.Token)
	g := newGuest(citizen, grant)
	g.connect()
	c.receives("media")
	for _, sdp := range []string{c.pc.LocalDescription().SDP, g.pc.RemoteDescription().SDP} {
		for _, line := range strings.Split(sdp, "\r\n") {
			for _, secret := range []string{"a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:sha-256 "} {
				if value, ok := strings.CutPrefix(line, secret); ok {
					bird("SDP "+secret, value)
				}
			}
		}
	}
	newGuest(citizen, citizen.enter()).socket.send(protocol.FrameOffer, protocol.Offer{ID: 1, SDP: bird("bad SDP", "v=0 kanari-sdp"), Lines: protocol.Lines{Sound: "kanari-mid", Seats: []protocol.SeatLine{}}})
	bird("mid", "kanari-mid")
	desk.settle("finish")
	await(k, protocol.FrameTicket, func(v protocol.CitizenTicket) bool { return v.State == civic.Served })
	await(console, protocol.FrameOffice, func(v protocol.OfficeView) bool { return v.Figures.Visits == 1 })

	// What goes wrong.
	stranger := newCitizen(t, p.address)
	newClerk(t, p.address).post("/api/v1/console/session", protocol.Login{Email: bird("unknown account", "kanari@nirgends.test"), Password: bird("wrong password", "kanari-kennwort")})
	stranger.post("/api/v1/tickets", fmt.Sprintf(`{"authority":"mitte","office":"o-main",%q:%q}`, bird("unknown field", "kanarifield"), bird("its value", "kanari-value")), "Idempotency-Key", newKey())
	stranger.post("/api/v1/tickets", protocol.Draw{Authority: bird("unknown authority", "kanari-authority"), Office: "x"}, "Idempotency-Key", newKey())
	stranger.do("GET", "/api/v1/authorities/"+bird("unknown authority in a path", "kanari-slug")+"/board?q="+bird("query", "kanari-query"), nil)
	stranger.do("GET", "/"+bird("path", "kanari-path"), nil)
	stranger.do("GET", "/assets/"+bird("asset", "kanari-asset"), nil)
	stranger.do("GET", boardPath, nil, "Host", bird("host", "kanari.host.test"))
	stranger.do("GET", "/api/v1/ticket", nil, "Authorization", "Bearer "+bird("wrong secret", "kanari-secret"))
	stranger.dial("/api/v1/ticket/socket", "Origin", "https://"+bird("origin", "kanari-origin.test"))
	bad, _ := citizen.dial("/api/v1/ticket/socket")
	go bad.read()
	must(t, bad.trySendText(fmt.Sprintf(`{"type":%q,"data":{%q:1}}`, bird("frame", "kanari-frame"), bird("frame's field", "kanarimember"))))
	bad.closed()
	bad, _ = citizen.dial("/api/v1/ticket/socket")
	go bad.read()
	must(t, bad.trySendText(fmt.Sprintf(`{"type":"hello",%q:1}`, bird("frame's own field", "kanariframefield"))))
	bad.closed()
	(&hostile{person: stranger, guest: newHostile(stranger).guest}).tries("wrong grant", bird("wrong grant", "kanari-grant"))

	log := p.logs.String()
	if n := strings.Count(log, "\n"); n < 30 || !strings.Contains(log, "level=DEBUG") || !strings.Contains(log, "route=/api/v1/tickets") {
		t.Fatalf("%d lines are not the log of a trip", n)
	}
	for what, value := range canaries {
		for line := range strings.SplitSeq(log, "\n") {
			if strings.Contains(strings.ToLower(line), strings.ToLower(value)) {
				t.Errorf("the log holds the %s %q: %s", what, value, line)
			}
		}
	}
	if strings.Contains(grant.URL, "?") || slices.ContainsFunc([]string{grant.Token, drawn.Secret}, func(s string) bool { return strings.Contains(grant.URL, s) }) {
		t.Errorf("a secret in the address %s", grant.URL)
	}
	// Nor does an address open anything.
	for _, query := range []string{"secret", "token", "access_token", "grant", "__Host-ticket"} {
		newCitizen(t, p.address).do("GET", "/api/v1/ticket?"+query+"="+drawn.Secret, nil).refused(401, civic.Unauthenticated, civic.KeyTicketUnknown)
	}
}

// TestTheDatabaseHoldsNoSecret: whoever reads a backup can't enter with what citizens and clerks hold: tokens and passwords. Keys of code
// apps and the issuer's client secret do stand in it (decisions in README.md).
func TestTheDatabaseHoldsNoSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "schalter.db")
	p := launch(t, func(c *Config) { c.Database = path })
	clerk, citizen := newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	desk := clerk.open(officeMain)
	key := newKey()
	drawn := as[protocol.Drawn](citizen.post("/api/v1/tickets", protocol.Draw{Authority: town, Office: officeMain, NoCookie: true}, "Idempotency-Key", key))
	call := desk.call()
	secrets := map[string]string{
		"password": password, "session": clerk.cookies["__Host-session"], "idempotency key": key, "ticket's secret": drawn.Secret,
		"resume code": drawn.Resume, "clerk's grant": call.Grant.Token, "citizen's grant": citizen.enter().Token,
	}
	staffFor(t, p.store)
	admin := newClerk(t, p.address)
	admin.login("admin@mitte.test")
	for what, path := range map[string]string{"invitation": "", "link for another password": "/" + string(clerkID("target@mitte.test")) + "/invitation"} {
		var body any
		if path == "" {
			body = protocol.StaffInvitation{Email: "neu@mitte.test", Name: "Frau Neu", Role: civic.RoleClerk, Offices: []civic.OfficeID{officeMain}}
		}
		link := as[protocol.Invited](admin.post("/api/v1/console/staff"+path, body)).Link // shown, for there is no mail
		secrets[what] = link[strings.LastIndex(link, "/")+1:]
		if log := p.logs.String(); strings.Contains(log, secrets[what]) {
			t.Errorf("the log holds the %s", what)
		}
	}
	var stored []byte
	for _, suffix := range []string{"", "-wal"} {
		text, err := os.ReadFile(path + suffix)
		must(t, err)
		stored = append(stored, text...)
	}
	if !bytes.Contains(stored, []byte(drawn.Ticket.Number)) {
		t.Fatal("this is not the database")
	}
	for what, secret := range secrets {
		if len(secret) < 16 || bytes.Contains(stored, []byte(secret)) {
			t.Errorf("the database holds the %s %q", what, secret)
		}
	}
}
