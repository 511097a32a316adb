package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/store"
)

// Marks in the last byte of every packet.
const (
	open        = 1 // of a clerk who talks with the citizen
	secret      = 2 // of the two who speak apart
	ofCitizen   = 3
	ofColleague = 4
)

// tryAsk asks a colleague about the conversation at the desk.
func (d *desk) tryAsk(colleague string, way civic.ConsultWay, note string) answer {
	d.t.Helper()
	return d.try("consult", protocol.AskColleague{Colleague: clerkID(colleague), Way: way, Note: note})
}

func (d *desk) ask(colleague string, way civic.ConsultWay) civic.ConsultID {
	d.t.Helper()
	all := as[protocol.Consults](d.tryAsk(colleague, way, "")).Consults
	if len(all) != 1 || !all[0].Mine || all[0].State != civic.ConsultAsked || all[0].Wish != way {
		d.t.Fatalf("asked %+v", all)
	}
	return all[0].ID
}

func (p *person) tryMove(consult civic.ConsultID, move civic.ConsultMove) answer {
	p.t.Helper()
	return p.post("/api/v1/console/consults/"+string(consult)+"/move", protocol.MoveConsult{Move: move})
}

// moves makes a move of a consult and returns it as it then is; empty if it is over for this one.
func (p *person) moves(consult civic.ConsultID, move civic.ConsultMove) protocol.Consult {
	p.t.Helper()
	for _, c := range as[protocol.Consults](p.tryMove(consult, move)).Consults {
		if c.ID == consult {
			return c
		}
	}
	return protocol.Consult{}
}

func (p *person) wishes(consult civic.ConsultID, way civic.ConsultWay, note string) answer {
	p.t.Helper()
	return p.post("/api/v1/console/consults/"+string(consult)+"/move", protocol.MoveConsult{Move: civic.MoveConsultWish, Way: way, Note: note})
}

func (p *person) trySay(consult civic.ConsultID, text string) answer {
	p.t.Helper()
	return p.post("/api/v1/console/consults/"+string(consult)+"/lines", protocol.ConsultLine{Text: text})
}

func (p *person) tryGrant(consult civic.ConsultID) answer {
	p.t.Helper()
	return p.post("/api/v1/console/consults/"+string(consult)+"/grant", nil)
}

func (p *person) colleagues() map[string]protocol.Colleague {
	p.t.Helper()
	out := map[string]protocol.Colleague{}
	for _, c := range as[protocol.Colleagues](p.do(http.MethodGet, "/api/v1/console/colleagues", nil)).Colleagues {
		out[c.Name] = c
	}
	return out
}

// counsel is a conversation of Frau h, with Frau m at a desk of the same office.
type counsel struct {
	*program
	huber, maier    *person
	from, to        *desk
	citizen         *person
	clerk, visitor  *guest
	console, callee *socket // of the two clerks
	waiting         *socket // the citizen's ticket
}

func newCounsel(t *testing.T, options ...func(*Config)) *counsel {
	t.Helper()
	p := launch(t, append(options, unlimited)...)
	c := &counsel{program: p, huber: newClerk(t, p.address), maier: newClerk(t, p.address), citizen: newCitizen(t, p.address)}
	c.huber.login(huber)
	c.maier.login(maier)
	c.from, c.to = c.huber.open(officeMain), c.maier.open(officeMain)
	c.console, c.callee = c.huber.consoleSocket(), c.maier.consoleSocket()
	c.citizen.draw(officeMain)
	c.waiting = c.citizen.ticketSocket()
	c.clerk = newGuest(c.huber, c.from.call().Grant)
	c.clerk.connect()
	c.visitor = newGuest(c.citizen, c.citizen.enter())
	c.visitor.connect()
	c.visitor.receives("the clerk")
	return c
}

// told waits until the clerk's console is told of the consult as wanted.
func consulted(k *socket, id civic.ConsultID, ok func(protocol.Consult) bool) protocol.Consult {
	k.t.Helper()
	var found protocol.Consult
	await(k, protocol.FrameConsults, func(v protocol.Consults) bool {
		for _, c := range v.Consults {
			if c.ID == id && ok(c) {
				found = c
				return true
			}
		}
		return false
	})
	return found
}

// TestAColleagueIsAskedByChat: the line goes between the two clerks, to nobody else, and is stored nowhere.
func TestAColleagueIsAskedByChat(t *testing.T) {
	t.Parallel()
	c := newCounsel(t)
	there := c.huber.colleagues()
	if m := there["Frau m"]; m.State != civic.ColleagueFree || !slices.Contains(m.OpenAt, officeMain) || len(there) != 1 {
		t.Fatalf("at work %+v", there)
	}
	if h := c.maier.colleagues()["Frau h"]; h.State != civic.ColleagueBusy {
		t.Errorf("the one in conversation is %s", h.State)
	}
	asked := as[protocol.Consults](c.from.try("consult", protocol.AskColleague{Colleague: clerkID(maier), Way: civic.WayChat, Text: "Zwetschgenkern im Bebauungsplan?"})).Consults[0]
	ring := consulted(c.callee, asked.ID, func(k protocol.Consult) bool { return len(k.Lines) == 1 })
	if ring.Mine || ring.With != "Frau h" || ring.State != civic.ConsultAsked || ring.Number != "H 001" || ring.Lines[0].Text != "Zwetschgenkern im Bebauungsplan?" || ring.Lines[0].Mine {
		t.Errorf("the colleague is asked %+v", ring)
	}
	c.maier.trySay(asked.ID, "zu früh").refused(409, civic.Conflict, civic.KeyConsultState)
	c.from.tryAsk(maier, civic.WayChat, "").refused(409, civic.Conflict, civic.KeyConsultState) // one at a time
	c.maier.moves(asked.ID, civic.MoveConsultLater)
	consulted(c.console, asked.ID, func(k protocol.Consult) bool { return k.Later && k.State == civic.ConsultAsked })
	if k := c.maier.moves(asked.ID, civic.MoveConsultAccept); k.State != civic.ConsultOpen || k.Way != civic.WayChat || k.HeldSince != nil {
		t.Errorf("accepted %+v", k)
	}
	as[protocol.Consults](c.maier.trySay(asked.ID, "Quittengelee, Blatt drei"))
	consulted(c.console, asked.ID, func(k protocol.Consult) bool { return len(k.Lines) == 2 && !k.Lines[1].Mine && k.Lines[0].Mine })
	c.maier.tryGrant(asked.ID).refused(410, civic.Gone, civic.KeyConsultOver) // nobody speaks
	c.maier.trySay(asked.ID, "  ").refused(422, civic.Invalid, civic.KeyBodyMalformed)
	c.huber.tryMove(asked.ID, civic.MoveConsultAccept).refused(403, civic.Forbidden, civic.KeyForbidden)
	c.maier.tryMove(asked.ID, civic.MoveConsultEnd).refused(403, civic.Forbidden, civic.KeyForbidden)
	again := c.maier.consoleSocket() // a reload finds it all again
	consulted(again, asked.ID, func(k protocol.Consult) bool { return len(k.Lines) == 2 && k.State == civic.ConsultOpen })
	c.visitor.receives("the clerk all the while")

	c.maier.moves(asked.ID, civic.MoveConsultLeave)
	consulted(c.console, asked.ID, func(k protocol.Consult) bool { return k.State == civic.ConsultLeft })
	c.huber.trySay(asked.ID, "noch da?").refused(410, civic.Gone, civic.KeyConsultOver)
	if k := c.huber.moves(asked.ID, civic.MoveConsultEnd); k.ID != "" {
		t.Errorf("ended %+v", k)
	}
	c.huber.tryMove(asked.ID, civic.MoveConsultEnd).refused(410, civic.Gone, civic.KeyConsultOver)
	no := c.from.ask(maier, civic.WayVoice)
	c.maier.moves(no, civic.MoveConsultDecline)
	consulted(c.console, no, func(k protocol.Consult) bool { return k.State == civic.ConsultDeclined && k.HeldSince == nil })
	c.huber.moves(no, civic.MoveConsultEnd)
	if v := c.from.settle("finish"); v.Figures.Visits != 1 {
		t.Errorf("finished %+v", v.Figures)
	}

	for _, secret := range []string{"Zwetschgenkern", "Quittengelee"} {
		if strings.Contains(c.logs.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
		for who, k := range map[string]*socket{"ticket": c.waiting, "room": c.visitor.socket, "clerk's room": c.clerk.socket} {
			k.mu.Lock()
			for _, f := range k.frames {
				if strings.Contains(string(f.Data), secret) {
					t.Errorf("the %s socket was told %q", who, secret)
				}
			}
			k.mu.Unlock()
		}
	}
	must(t, c.store.Read(t.Context(), func(tx *store.Tx) error {
		if left, err := tx.ConsultsOf(t.Context(), "a-"+town, clerkID(huber)); err != nil || len(left) > 0 {
			t.Errorf("left %+v, %v", left, err)
		}
		return nil
	}))
}

// TestNothingOfAConsultReachesTheCitizen is the proof of P17 for sound and picture: in many rounds, in which everybody leaves, comes
// back and is sent away, no packet that a clerk or the colleague sends while the citizen waits a moment arrives at the
// citizen or at the interpreter's place, by whichever connection; nor does any of the citizen's reach the two who speak apart.
func TestNothingOfAConsultReachesTheCitizen(t *testing.T) {
	t.Parallel()
	c := newCounsel(t)
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	held := func(g *guest, on bool) {
		t.Helper()
		await(g.socket, protocol.FrameRoom, func(v protocol.RoomView) bool {
			clerk := slices.IndexFunc(v.Participants, func(p protocol.Participant) bool { return p.Side == civic.SideClerk })
			return (v.Moment != nil) == on && (!on || clerk >= 0 && !v.Participants[clerk].Sound && !v.Participants[clerk].Picture)
		})
	}
	for round := range rounds {
		c.clerk.mark.Store(open)
		c.visitor.mark.Store(ofCitizen)
		c.visitor.receives("the clerk before the round")
		consult := c.from.ask(maier, civic.WayVoice)
		early := c.huber.tryGrant(consult)
		early.refused(410, civic.Gone, civic.KeyConsultOver) // nobody speaks before it is accepted
		if k := c.maier.moves(consult, civic.MoveConsultAccept); k.Way != civic.WayVoice || k.HeldSince == nil {
			t.Fatalf("accepted %+v", k)
		}
		one := newGuest(c.huber, as[protocol.Grant](c.huber.tryGrant(consult)))
		// Who has that grant is held in the citizen's room: from here on all that the clerk says is secret.
		c.clerk.mark.Store(secret)
		one.mark.Store(secret)
		one.connect()
		two := newGuest(c.maier, as[protocol.Grant](c.maier.tryGrant(consult)))
		two.mark.Store(secret)
		two.connect()
		held(c.visitor, true)
		one.receives("the colleague")
		two.receives("the clerk apart")
		c.clerk.socket.send(protocol.FrameSends, protocol.Sends{Sound: true, Picture: true}) // whatever a page says

		switch round % 6 {
		case 1: // the citizen comes anew
			must(t, c.visitor.socket.ws.CloseNow())
			c.visitor.hangUp()
			c.visitor = newGuest(c.citizen, c.citizen.enter())
			c.visitor.mark.Store(ofCitizen)
			c.visitor.connect()
		case 2: // the clerk comes anew, in the midst of it
			must(t, c.clerk.socket.ws.CloseNow())
			c.clerk.hangUp()
			c.clerk = newGuest(c.huber, as[protocol.Grant](c.from.try("grant", nil)))
			c.clerk.mark.Store(secret)
			c.clerk.connect()
		case 3: // the colleague comes anew
			must(t, two.socket.ws.CloseNow())
			two.hangUp()
			two = newGuest(c.maier, as[protocol.Grant](c.maier.tryGrant(consult)))
			two.mark.Store(secret)
			two.connect()
			one.receives("the colleague again")
		case 4: // the clerk negotiates anew
			c.clerk.offer()
		case 5: // the citizen has no way in, nor with another's grant
			c.citizen.tryGrant(consult).refused(404, civic.NotFound, civic.KeyNotFound)
		}
		one.receives("the colleague still")
		two.receives("the clerk apart still")

		if round%2 == 1 { // the colleague hangs up: the clerk is still in the midst of a sentence
			c.maier.moves(consult, civic.MoveConsultLeave)
			if e := await[protocol.Ended](two.socket, protocol.FrameEnded, nil); e.Reason != protocol.EndFinished {
				t.Errorf("the colleague's room ended: %s", e.Reason)
			}
			consulted(c.console, consult, func(k protocol.Consult) bool { return k.State == civic.ConsultLeft && k.HeldSince != nil })
			hearsNothing(t, "while the citizen waits a moment", c.visitor)
		}
		if n := c.visitor.heard[secret].Load(); n > 0 {
			t.Fatalf("round %d: %d secret packets reached the citizen", round, n)
		}
		for who, g := range map[string]*guest{"clerk": one, "colleague": two} {
			if n := g.heard[ofCitizen].Load(); n > 0 {
				t.Fatalf("round %d: %d packets of the citizen reached the %s apart", round, n, who)
			}
		}
		c.clerk.mark.Store(open)
		if round%2 == 1 {
			c.huber.moves(consult, civic.MoveConsultBack)
		} else {
			if k := c.huber.moves(consult, civic.MoveConsultBack); k.Way != civic.WayChat || k.HeldSince != nil {
				t.Errorf("back %+v", k)
			}
			c.huber.moves(consult, civic.MoveConsultEnd)
		}
		one.hangUp()
		two.hangUp()
		held(c.visitor, false)
		c.visitor.receives("the clerk after the round")
		c.clerk.receives("the citizen after the round")
	}
	if n := c.visitor.heard[secret].Load(); n > 0 {
		t.Errorf("%d secret packets reached the citizen", n)
	}
	if n := c.visitor.heard[open].Load(); n == 0 {
		t.Error("this test would not see a packet")
	}
}

// TestTheVisitEndsInTheMidstOfAConsult: by the citizen, by the clerk, and by a colleague who is signed out.
func TestTheVisitEndsInTheMidstOfAConsult(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"the citizen leaves", "the clerk ends it", "the clerk parks it", "the colleague is signed out"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			c := newCounsel(t)
			consult := c.from.ask(maier, civic.WayVoice)
			c.maier.moves(consult, civic.MoveConsultAccept)
			one := newGuest(c.huber, as[protocol.Grant](c.huber.tryGrant(consult)))
			spare := as[protocol.Grant](c.maier.tryGrant(consult))
			two := newGuest(c.maier, as[protocol.Grant](c.maier.tryGrant(consult)))
			one.connect()
			two.connect()
			one.receives("the colleague")
			c.to.try("call", protocol.CallTicket{}).refused(409, civic.Conflict, civic.KeyConsulting) // the next citizen would hear it
			switch how {
			case "the citizen leaves":
				c.citizen.post("/api/v1/ticket/leave", nil)
			case "the clerk ends it":
				c.from.settle("finish")
			case "the clerk parks it":
				c.from.settle("park")
			case "the colleague is signed out":
				c.maier.do(http.MethodDelete, "/api/v1/console/session", nil)
				two.socket.closed()
				await(one.socket, protocol.FrameRoom, func(v protocol.RoomView) bool {
					return slices.ContainsFunc(v.Participants, func(p protocol.Participant) bool { return p.Side == civic.SideColleague && !p.Here })
				})
				hearsNothing(t, "while the citizen waits a moment", c.visitor)
				c.huber.moves(consult, civic.MoveConsultEnd)
				c.visitor.receives("the clerk is back")
				return
			}
			for _, g := range []*guest{one, two} {
				await[protocol.Ended](g.socket, protocol.FrameEnded, nil)
			}
			await(c.callee, protocol.FrameConsults, func(v protocol.Consults) bool { return len(v.Consults) == 0 })
			c.maier.tryMove(consult, civic.MoveConsultLeave).refused(404, civic.NotFound, civic.KeyConsultOver)
			closes(c.maier.listen("/api/v1/room", nil, protocol.FrameJoin, protocol.Join{Versions: hello.Versions, Grant: spare.Token}), 4401, civic.KeyGrantUnknown)
			newCitizen(t, c.address).draw(officeMain)
			c.to.call()
		})
	}
}

// TestAConversationIsGivenToAColleague: room and citizen stay, who had it is out and receives nothing more, and it counts once.
func TestAConversationIsGivenToAColleague(t *testing.T) {
	t.Parallel()
	c := newCounsel(t)
	as[protocol.Consults](c.from.tryAsk(maier, civic.WayHandOver, "hat den Lageplan dabei"))
	ring := await(c.callee, protocol.FrameConsults, func(v protocol.Consults) bool { return len(v.Consults) == 1 }).Consults[0]
	if ring.Wish != civic.WayHandOver || ring.Note != "hat den Lageplan dabei" {
		t.Errorf("asked %+v", ring)
	}
	spare := as[protocol.Grant](c.from.try("grant", nil))
	if k := c.maier.moves(ring.ID, civic.MoveConsultAccept); k.ID != "" {
		t.Errorf("after the hand-over %+v", k)
	}
	if e := await[protocol.Ended](c.clerk.socket, protocol.FrameEnded, nil); e.Reason != protocol.EndRemoved {
		t.Errorf("the former clerk's room ended: %s", e.Reason)
	}
	got := c.clerk.rtp.Load()
	next := newGuest(c.maier, as[protocol.Grant](c.to.try("grant", nil)))
	next.connect()
	next.receives("the citizen")
	c.visitor.receives("the next clerk")
	if n := c.clerk.rtp.Load(); n > got+3 { // in the sockets
		t.Errorf("the former clerk received %d packets more", n-got)
	}
	await(c.visitor.socket, protocol.FrameRoom, func(v protocol.RoomView) bool {
		return len(v.Participants) == 2 && slices.ContainsFunc(v.Participants, func(p protocol.Participant) bool {
			return p.Side == civic.SideClerk && p.Name == "Frau m" && p.Here
		})
	})
	await(c.waiting, protocol.FrameTicket, func(v protocol.CitizenTicket) bool {
		return v.State == civic.Serving && v.Call.Clerk == "Frau m" && v.Call.Interrupted == nil
	})
	if slices.Contains(c.visitor.socket.types(), protocol.FrameEnded) {
		t.Error("the citizen was sent out of the room")
	}
	v := as[protocol.OfficeView](c.to.post("/api/v1/console/desks", protocol.OpenDesk{Office: officeMain}))
	if v.Current == nil || v.Current.State != civic.Serving || v.Current.Note != "hat den Lageplan dabei" {
		t.Errorf("the next clerk sees %+v", v.Current)
	}
	closes(c.huber.listen("/api/v1/room", nil, protocol.FrameJoin, protocol.Join{Versions: hello.Versions, Grant: spare.Token}), 4401, civic.KeyGrantUnknown)
	c.from.try("grant", nil).refused(410, civic.Gone, civic.KeyVisitOver)
	c.from.try("finish", nil).refused(409, civic.Conflict, civic.KeyTicketState)
	c.huber.tryMove(ring.ID, civic.MoveConsultEnd).refused(410, civic.Gone, civic.KeyConsultOver)
	if v := c.to.settle("finish"); v.Figures.Visits != 1 {
		t.Errorf("counted %+v", v.Figures)
	}
	acts := map[string]int{}
	for _, e := range entries(t, c.program) {
		acts[e.Act]++
		if e.Act == "ticket.given" && (e.Clerk != clerkID(maier) || e.Subject != "H 001" || e.Detail["from"] != string(clerkID(huber)) || e.Detail["to"] != string(clerkID(maier))) {
			t.Errorf("given: %+v", e)
		}
		if raw, _ := json.Marshal(e); bytes.Contains(raw, []byte("Lageplan")) {
			t.Errorf("the log holds the note: %s", raw)
		}
	}
	if acts["ticket.colleague_asked"] != 1 || acts["ticket.given"] != 1 {
		t.Errorf("logged %v", acts)
	}
}

// TestWhoCanTakeOver: only a colleague with an open, free desk in the same office, and only one of two who try.
func TestWhoCanTakeOver(t *testing.T) {
	t.Parallel()
	c := newCounsel(t)
	as[protocol.OfficeView](c.to.try("pause", protocol.PauseDesk{}))
	c.from.tryAsk(maier, civic.WayChat, "").refused(409, civic.Conflict, civic.KeyColleagueAway)
	as[protocol.OfficeView](c.to.try("close", nil))
	if m := c.huber.colleagues()["Frau m"]; m.State != civic.ColleagueFree || len(m.OpenAt) != 0 {
		t.Errorf("at work without a counter: %+v", m)
	}
	c.from.tryAsk(maier, civic.WayHandOver, "").refused(409, civic.Conflict, civic.KeyColleagueNoDesk)
	c.from.tryAsk(berg, civic.WayChat, "").refused(404, civic.NotFound, civic.KeyColleagueUnknown) // of another authority
	c.from.tryAsk(huber, civic.WayChat, "").refused(422, civic.Invalid, civic.KeyColleagueUnknown) // oneself
	c.maier.open(officeSecond)
	c.from.tryAsk(maier, civic.WayHandOver, "").refused(409, civic.Conflict, civic.KeyColleagueNoDesk)
	consult := c.from.ask(maier, civic.WayChat)
	c.maier.moves(consult, civic.MoveConsultAccept)
	c.huber.wishes(consult, civic.WayHandOver, "").refused(409, civic.Conflict, civic.KeyColleagueNoDesk)
	c.maier.open(officeMain)
	as[protocol.Consults](c.huber.wishes(consult, civic.WayHandOver, "ein Wort"))
	as[protocol.OfficeView](c.to.try("close", nil))
	c.maier.tryMove(consult, civic.MoveConsultAccept).refused(409, civic.Conflict, civic.KeyColleagueNoDesk)
	c.maier.open(officeMain)
	newCitizen(t, c.address).draw(officeMain)
	c.to.call()
	c.maier.tryMove(consult, civic.MoveConsultAccept).refused(409, civic.Conflict, civic.KeyDeskBusy)
	if h := c.huber.colleagues()["Frau m"]; h.State != civic.ColleagueBusy {
		t.Errorf("who has called somebody is %s", h.State)
	}
	c.to.settle("lapse")

	// Both at once: the clerk ends the conversation, the colleague takes it over. One of the two has it, and nothing is left over.
	var wg sync.WaitGroup
	var ended, taken answer
	wg.Go(func() { ended = c.from.try("finish", nil) })
	wg.Go(func() { taken = c.maier.tryMove(consult, civic.MoveConsultAccept) })
	wg.Wait()
	if (ended.status == 200) == (taken.status == 200) {
		t.Errorf("ended %d %s, taken %d %s", ended.status, ended.body, taken.status, taken.body)
	}
	if taken.status == 200 {
		c.to.settle("finish")
	}
}

// TestACallAndAVoiceAtOnce: a colleague calls the next citizen in the very moment of accepting to speak. Never both.
func TestACallAndAVoiceAtOnce(t *testing.T) {
	t.Parallel()
	c := newCounsel(t)
	for range 10 {
		waiter := newCitizen(t, c.address)
		waiter.draw(officeMain)
		consult := c.from.ask(maier, civic.WayVoice)
		var wg sync.WaitGroup
		var called, accepted answer
		wg.Go(func() { called = c.to.try("call", protocol.CallTicket{}) })
		wg.Go(func() { accepted = c.maier.tryMove(consult, civic.MoveConsultAccept) })
		wg.Wait()
		if (called.status == 200) == (accepted.status == 200) {
			t.Fatalf("called %d %s, accepted %d %s", called.status, called.body, accepted.status, accepted.body)
		}
		c.huber.moves(consult, civic.MoveConsultEnd)
		if called.status == 200 {
			c.to.settle("lapse")
		}
		waiter.post("/api/v1/ticket/leave", nil)
	}
}

// TestAColleagueComesIntoTheConversation: once the citizen has agreed, not before, and not after a no.
func TestAColleagueComesIntoTheConversation(t *testing.T) {
	t.Parallel()
	c := newCounsel(t)
	consult := c.from.ask(maier, civic.WayJoin)
	c.maier.tryGrant(consult).refused(410, civic.Gone, civic.KeyConsultOver)
	c.maier.moves(consult, civic.MoveConsultAccept)
	await(c.visitor.socket, protocol.FrameRoom, func(v protocol.RoomView) bool {
		return v.Colleague != nil && v.Colleague.Name == "Frau m" && !v.Colleague.Agreed && v.Colleague.Consult == consult && len(v.Participants) == 2
	})
	c.maier.tryGrant(consult).refused(403, civic.Forbidden, civic.KeyConsultState)
	say := func(yes bool) answer {
		return c.citizen.post("/api/v1/ticket/colleague", protocol.ColleagueAnswer{Consult: consult, Yes: yes})
	}
	stranger := newCitizen(t, c.address)
	stranger.draw(officeMain)
	stranger.post("/api/v1/ticket/colleague", protocol.ColleagueAnswer{Consult: consult, Yes: true}).refused(404, civic.NotFound, civic.KeyConsultOver)
	if a := say(true); a.status != 204 {
		t.Fatalf("agreed: %d %s", a.status, a.body)
	}
	consulted(c.callee, consult, func(k protocol.Consult) bool { return k.Agreed })
	c.huber.tryGrant(consult).refused(404, civic.NotFound, civic.KeyConsultOver) // who asked has a place already
	three := newGuest(c.maier, as[protocol.Grant](c.maier.tryGrant(consult)))
	three.mark.Store(ofColleague)
	three.connect()
	three.receives("somebody of the conversation")
	await(c.visitor.socket, protocol.FrameRoom, func(v protocol.RoomView) bool {
		return len(v.Participants) == 3 && slices.ContainsFunc(v.Participants, func(p protocol.Participant) bool {
			return p.Side == civic.SideColleague && p.Name == "Frau m" && p.ID == "colleague-"+string(clerkID(maier)) && p.Here
		})
	})
	c.to.try("call", protocol.CallTicket{}).refused(409, civic.Conflict, civic.KeyConsulting)
	spare := as[protocol.Grant](c.maier.tryGrant(consult))
	if a := say(false); a.status != 204 { // a yes can be taken back
		t.Fatalf("refused: %d %s", a.status, a.body)
	}
	await[protocol.Ended](three.socket, protocol.FrameEnded, nil)
	hearsNothing(t, "after the citizen's no", three)
	closes(c.maier.listen("/api/v1/room", nil, protocol.FrameJoin, protocol.Join{Versions: hello.Versions, Grant: spare.Token}), 4401, civic.KeyGrantUnknown)
	say(true).refused(410, civic.Gone, civic.KeyConsultOver)
	consulted(c.console, consult, func(k protocol.Consult) bool { return k.Way == civic.WayChat && k.State == civic.ConsultOpen })
	c.visitor.receives("the clerk still")

	as[protocol.Consults](c.huber.wishes(consult, civic.WayJoin, ""))
	c.maier.moves(consult, civic.MoveConsultAccept)
	say(true)
	again := newGuest(c.maier, as[protocol.Grant](c.maier.tryGrant(consult)))
	again.connect()
	c.huber.moves(consult, civic.MoveConsultBack) // the clerk asks the colleague out again
	await[protocol.Ended](again.socket, protocol.FrameEnded, nil)
	c.from.settle("finish")
	if got := came(t, c.program); !slices.Equal(got, []int{3}) { // twice here, and one person
		t.Errorf("took part: %v", got)
	}
}

func refusedConsults(s *scene) {
	colleague := func(name string) *person {
		email := fmt.Sprintf("%s-%d@mitte.test", name, scenes.Add(1))
		hash, err := passwordHash()
		must(s.T, err)
		s.edit(func(ctx context.Context, tx *store.Tx) error {
			return tx.SaveClerk(ctx, civic.Clerk{ID: clerkID(email), AuthorityID: "a-" + town, Email: email, Name: email, PasswordHash: hash, Offices: []civic.OfficeID{s.office}})
		})
		p := newClerk(s.T, s.p.address)
		p.login(email)
		p.bearer = email
		return p
	}
	a, b := colleague("a"), colleague("b")
	emailOf := func(p *person) string { e := p.bearer; return e }
	ask := func(d *desk, email string, way civic.ConsultWay) answer { return d.tryAsk(email, way, "") }
	no(ask(s.desk, emailOf(a), civic.WayChat), 409, civic.Conflict, civic.KeyConsultState) // no conversation
	s.in(civic.Serving)
	no(ask(s.desk, "nobody", civic.WayChat), 404, civic.NotFound, civic.KeyColleagueUnknown)
	no(ask(s.desk, emailOf(a), civic.WayChat), 409, civic.Conflict, civic.KeyColleagueAway) // not at work
	atA := a.open(s.office)
	c := s.citizen()
	c.draw(s.office)
	atA.call()
	no(ask(s.desk, emailOf(a), civic.WayVoice), 409, civic.Conflict, civic.KeyColleagueBusy)
	b.consoleSocket()
	eventually(s.T, "the colleague to be seen", func() bool { return s.clerk.colleagues()[emailOf(b)].State == civic.ColleagueFree })
	no(ask(s.desk, emailOf(b), civic.WayHandOver), 409, civic.Conflict, civic.KeyColleagueNoDesk)
	atB := b.open(s.office)
	consult := s.desk.ask(emailOf(b), civic.WayVoice)
	b.moves(consult, civic.MoveConsultAccept)
	no(atB.try("call", protocol.CallTicket{}), 409, civic.Conflict, civic.KeyConsulting)
	s.clerk.moves(consult, civic.MoveConsultEnd)
	no(s.clerk.tryMove(consult, civic.MoveConsultEnd), 410, civic.Gone, civic.KeyConsultOver)
}
