package main

import (
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/protocol"
	"schalter/server/store"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(buildDir)
		os.Exit(code)
	}), // these two end by themselves, seconds later, or never
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"))
}

// TestTheMainJob is the job that all others are there for: a citizen draws, waits, is called, enters, sees and hears the
// clerk, and the clerk the citizen, until the clerk ends it.
func TestTheMainJob(t *testing.T) {
	p := launch(t)
	clerk := newClerk(t, p.address)
	if s := clerk.login(huber); s.Name != "Frau h" || len(s.Offices) != 2 {
		t.Fatalf("logged in as %+v", s)
	}
	console := clerk.consoleSocket()
	desk := clerk.open(officeMain)

	citizen, other := newCitizen(t, p.address), newCitizen(t, p.address)
	if v := citizen.draw(officeMain); v.Number != "H 001" || v.State != civic.Waiting || v.Ahead != 0 {
		t.Fatalf("drew %+v", v)
	}
	if v := other.draw(officeMain); v.Number != "H 002" || v.Ahead != 1 {
		t.Fatalf("the second drew %+v", v)
	}
	waiting := citizen.ticketSocket()
	await(waiting, protocol.FrameTicket, func(v protocol.CitizenTicket) bool { return v.State == civic.Waiting })
	await(console, protocol.FrameOffice, func(v protocol.OfficeView) bool { return v.ID == officeMain && len(v.Waiting) == 2 })

	call := desk.call()
	if c := call.Office.Current; c == nil || c.Number != "H 001" || c.State != civic.Called {
		t.Fatalf("called %+v", c)
	}
	called := await(waiting, protocol.FrameTicket, func(v protocol.CitizenTicket) bool { return v.State == civic.Called })
	if called.Call.Clerk != "Frau h" || called.Call.Deadline == nil {
		t.Errorf("call %+v", called.Call)
	}
	c := newGuest(clerk, call.Grant)
	c.connect()

	g := newGuest(citizen, citizen.enter())
	g.connect()
	g.receives("the clerk's media")
	c.receives("the citizen's media")
	room := await(c.socket, protocol.FrameRoom, func(v protocol.RoomView) bool { return len(v.Participants) == 2 && v.StartedAt != nil })
	if room.Number != "H 001" {
		t.Errorf("room of %q", room.Number)
	}
	g.socket.send(protocol.FrameSends, protocol.Sends{Sound: true})
	await(c.socket, protocol.FrameRoom, func(v protocol.RoomView) bool {
		return v.Participants[0].Side == civic.SideCitizen && v.Participants[0].Sound && !v.Participants[0].Picture
	})

	if v := desk.settle("finish"); v.Current != nil || len(v.Waiting) != 1 || v.Figures.Visits != 1 {
		t.Errorf("after the conversation: %+v", v)
	}
	for who, k := range map[string]*socket{"citizen": g.socket, "clerk": c.socket} {
		if e := await[protocol.Ended](k, protocol.FrameEnded, nil); e.Reason != protocol.EndFinished {
			t.Errorf("the %s's room ended: %s", who, e.Reason)
		}
		if code := k.closed(); code != websocket.StatusNormalClosure {
			t.Errorf("the %s's room closed with %d", who, code)
		}
	}
	if v := await(waiting, protocol.FrameTicket, func(v protocol.CitizenTicket) bool { return v.State == civic.Served }); v.Outcome != civic.OutcomeServed {
		t.Errorf("outcome %q", v.Outcome)
	}
	if v := desk.call(); v.Office.Current.Number != "H 002" {
		t.Errorf("then called %s", v.Office.Current.Number)
	}
	if v := citizen.draw(officeMain); v.Number != "H 003" { // the first ticket is over: the browser may draw again
		t.Errorf("drew again: %+v", v)
	}
}

// TestATransferKeepsWhatWasPrinted: number and place in time go along to the other office, and its clerk is the one who is
// seen then.
func TestATransferKeepsWhatWasPrinted(t *testing.T) {
	p := launch(t)
	one, two, citizen := newClerk(t, p.address), newClerk(t, p.address), newCitizen(t, p.address)
	one.login(huber)
	two.login(maier)
	from, to := one.open(officeMain), two.open(officeSecond)
	citizen.draw(officeMain)
	waiting := citizen.ticketSocket()
	first := newGuest(one, from.call().Grant)
	first.connect()
	g := newGuest(citizen, citizen.enter())
	g.connect()
	first.receives("media before the transfer")

	if v := as[protocol.OfficeView](from.try("transfer", protocol.TransferTicket{Office: officeSecond})); v.Current != nil {
		t.Fatalf("the ticket stays: %+v", v.Current)
	}
	if e := await[protocol.Ended](g.socket, protocol.FrameEnded, nil); e.Reason != protocol.EndRemoved {
		t.Errorf("the room ended: %s", e.Reason)
	}
	await(waiting, protocol.FrameTicket, func(v protocol.CitizenTicket) bool { return v.Office == officeSecond && v.State == civic.Waiting })
	call := to.call()
	if call.Office.Current.Number != "H 001" {
		t.Errorf("the other office called %s", call.Office.Current.Number)
	}
	await(waiting, protocol.FrameTicket, func(v protocol.CitizenTicket) bool { return v.State == civic.Called && v.Call.Clerk == "Frau m" })
	second := newGuest(two, call.Grant)
	second.connect()
	again := newGuest(citizen, citizen.enter())
	again.connect()
	second.receives("media after the transfer")
	again.receives("media after the transfer")
}

// TestABrowserWithoutCookiesTakesTheSecretInstead: bearer and one-time codes do all that the cookie does.
func TestABrowserWithoutCookiesTakesTheSecretInstead(t *testing.T) {
	p := launch(t)
	clerk := newClerk(t, p.address)
	clerk.login(huber)
	clerk.open(officeMain)
	citizen := newCitizen(t, p.address)
	key := newKey()
	d := as[protocol.Drawn](citizen.post("/api/v1/tickets", protocol.Draw{Authority: town, Office: officeMain, NoCookie: true}, "Idempotency-Key", key))
	if d.Secret == "" || d.Resume == "" {
		t.Fatalf("drew %+v", d)
	}
	clear(citizen.cookies)
	citizen.do(http.MethodGet, "/api/v1/ticket", nil).refused(401, civic.Unauthenticated, civic.KeyTicketUnknown)
	citizen.bearer = d.Secret
	if v := citizen.ticket(); v.Number != "H 001" {
		t.Errorf("by bearer: %+v", v)
	}
	reloaded := newCitizen(t, p.address)
	r := as[protocol.Drawn](reloaded.post("/api/v1/ticket/resume", protocol.Resume{Code: d.Resume, NoCookie: true}))
	if r.Secret == "" || r.Secret == d.Secret || r.Resume == "" || r.Ticket.Number != "H 001" {
		t.Errorf("resumed %+v", r)
	}
	clear(reloaded.cookies)
	k := reloaded.listen("/api/v1/ticket/socket", nil, protocol.FrameHello, protocol.Hello{Versions: hello.Versions, Secret: r.Secret}, "Authorization", "")
	await(k, protocol.FrameTicket, func(v protocol.CitizenTicket) bool { return v.Number == "H 001" })
	second := reloaded.listen("/api/v1/ticket/socket", nil, protocol.FrameHello, protocol.Hello{Versions: hello.Versions, Secret: r.Secret})
	await[struct{}](k, protocol.FrameReplaced, nil)
	await[protocol.CitizenTicket](second, protocol.FrameTicket, nil)
}

// TestALostSideInterruptsAndMayComeBack: also when it is lost right after entering.
func TestALostSideInterruptsAndMayComeBack(t *testing.T) {
	t.Parallel() // it waits for seconds
	p := launch(t)
	clerk, citizen := newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	desk := clerk.open(officeMain)
	console := clerk.consoleSocket()
	citizen.draw(officeMain)
	c := newGuest(clerk, desk.call().Grant)
	c.connect()
	g := newGuest(citizen, citizen.enter())
	must(t, g.socket.ws.CloseNow())

	interrupted := func(is bool) func(protocol.OfficeView) bool {
		return func(v protocol.OfficeView) bool {
			return v.Current != nil && v.Current.State == civic.Serving && (v.Current.Interrupted != nil) == is
		}
	}
	await(console, protocol.FrameOffice, interrupted(true))
	if v := citizen.ticket(); v.Call == nil || v.Call.Interrupted == nil {
		t.Errorf("the citizen is not told: %+v", v)
	}
	again := newGuest(citizen, citizen.enter())
	again.connect()
	await(console, protocol.FrameOffice, interrupted(false))
	again.receives("media")
	c.receives("media")
}

// TestAnOpenConsoleKeepsItsSession: a clerk who only talks asks for nothing, and is not signed out in the midst of it.
func TestAnOpenConsoleKeepsItsSession(t *testing.T) {
	p := launch(t)
	clerk := newClerk(t, p.address)
	clerk.login(huber)
	console := clerk.consoleSocket()
	await[protocol.Welcome](console, protocol.FrameWelcome, nil)
	var session civic.Session
	read := func(tx *store.Tx) (err error) {
		session, err = tx.SessionByHash(t.Context(), identity.Hash(clerk.cookies["__Host-session"]))
		return err
	}
	must(t, p.store.Read(t.Context(), read))
	longAgo := time.Now().Add(-identity.SessionIdle + time.Minute)
	must(t, p.store.Write(t.Context(), func(tx *store.Tx) error { return tx.SeeSession(t.Context(), session.AuthorityID, session.ID, longAgo) }))
	console.send(protocol.FramePong, nil)
	eventually(t, "the session to be in use", func() bool {
		must(t, p.store.Read(t.Context(), read))
		return time.Since(session.SeenAt) < time.Minute
	})
}
