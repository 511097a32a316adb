package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/protocol"
	"schalter/server/store"
)

// tells sends what a citizen says of the visit.
func (p *person) tells(about string) protocol.CitizenTicket {
	p.t.Helper()
	return as[protocol.CitizenTicket](p.do(http.MethodPatch, "/api/v1/ticket", about))
}

// entries is the audit log of the town's acts on a desk's tickets, oldest first.
func entries(t *testing.T, p *program) (out []store.AuditEntry) {
	t.Helper()
	must(t, p.store.Read(t.Context(), func(tx *store.Tx) (err error) {
		out, err = tx.Audit(t.Context(), "a-"+town, time.Time{}, time.Now().Add(time.Hour), 100)
		return err
	}))
	slices.Reverse(out)
	return out
}

// TestMoreTimeTenTimesAndMore (A20): ten times, and once more; the ticket is never missed by it.
func TestMoreTimeTenTimesAndMore(t *testing.T) {
	p := launch(t, unlimited)
	s := newScene(t, p)
	c := s.in(civic.Waiting)
	k := c.ticketSocket()
	for i := range 11 {
		call := s.desk.call()
		v := await(k, protocol.FrameTicket, func(v protocol.CitizenTicket) bool { return v.State == civic.Called })
		if v.Call.Calls != 0 || call.Office.Current.Number != v.Number {
			t.Fatalf("call %d: %+v", i, v.Call)
		}
		s.edit(func(ctx context.Context, tx *store.Tx) error { // the last second of the window
			row, err := tx.Ticket(ctx, "a-"+town, v.ID)
			row.Deadline = time.Now().Add(time.Second)
			if err != nil {
				return err
			}
			return tx.UpdateTicket(ctx, row, civic.Called)
		})
		if v := as[protocol.CitizenTicket](c.post("/api/v1/ticket/more-time", nil)); v.State != civic.Waiting {
			t.Fatalf("after %d times: %s", i+1, v.State)
		}
		must(t, p.queue.Due(t.Context()))
	}
	if v := c.ticket(); v.State != civic.Waiting || v.Ahead != 0 {
		t.Errorf("in the end: %+v", v)
	}
}

// TestTheQueuesMovesByTheWire: what citizens and clerks see of each other's moves, frame by frame.
func TestTheQueuesMovesByTheWire(t *testing.T) {
	p := launch(t, unlimited)
	one, two := newClerk(t, p.address), newClerk(t, p.address)
	one.login(huber)
	two.login(maier)
	desk, second := one.open(officeMain), two.open(officeMain)
	there := two.open(officeSecond)
	console := one.consoleSocket()
	office := func(ok func(protocol.OfficeView) bool) protocol.OfficeView {
		t.Helper()
		return await(console, protocol.FrameOffice, func(v protocol.OfficeView) bool { return v.ID == officeMain && ok(v) })
	}
	a, b := newCitizen(t, p.address), newCitizen(t, p.address)
	a.draw(officeMain)
	b.draw(officeMain)
	k, l := a.ticketSocket(), b.ticketSocket()
	told := func(k *socket, ok func(protocol.CitizenTicket) bool) protocol.CitizenTicket {
		t.Helper()
		return await(k, protocol.FrameTicket, ok)
	}

	// A message reaches everybody who waits, and the console; it goes again.
	path := "/api/v1/console/offices/" + string(officeMain) + "/message"
	if v := as[protocol.OfficeView](one.do(http.MethodPut, path, protocol.Message{Text: " 10 Minuten später "})); v.Message == nil || v.Message.Text != "10 Minuten später" {
		t.Errorf("the answer says %+v", v.Message)
	}
	for _, k := range []*socket{k, l} {
		told(k, func(v protocol.CitizenTicket) bool { return v.Message != nil && v.Message.Text == "10 Minuten später" })
	}
	as[protocol.OfficeView](one.do(http.MethodPut, path, protocol.Message{}))
	told(k, func(v protocol.CitizenTicket) bool { return v.Message == nil })

	// Away, priority, interpreter.
	a.tells(`{"away":true,"interpreter":"dgs"}`)
	told(k, func(v protocol.CitizenTicket) bool { return v.Away && v.Interpreter == "dgs" && v.Ahead == 0 })
	b.tells(`{"priority":true}`)
	v := office(func(v protocol.OfficeView) bool {
		return len(v.Waiting) == 2 && v.Waiting[0].Priority && v.Waiting[1].Away
	})
	if v.Waiting[1].Interpreter != "dgs" {
		t.Errorf("the clerk sees %+v", v.Waiting[1])
	}
	b.tells(`{"priority":false}`)
	a.tells(`{"away":false}`)

	// A contact person, what it costs, and whose desk calls whom.
	view := told(k, func(v protocol.CitizenTicket) bool { return !v.Away && len(v.Contacts) == 2 })
	if c := view.Contacts[1]; c.ID != clerkID(maier) || c.State != protocol.ContactFree || c.Ahead != 0 || c.Name != "Frau m" {
		t.Errorf("contacts %+v", view.Contacts)
	}
	a.tells(`{"wants":"` + string(clerkID(maier)) + `"}`)
	v = office(func(v protocol.OfficeView) bool { return v.Waiting[0].Wants == "Frau m" })
	if v.Waiting[0].WantsMe {
		t.Error("waits for the other one")
	}
	if got := desk.call().Office.Current.Number; got != "H 002" {
		t.Errorf("another clerk called %s", got)
	}
	if v := told(l, func(v protocol.CitizenTicket) bool { return v.State == civic.Called }); v.Call.Calls != 0 {
		t.Errorf("called %+v", v.Call)
	}
	if v := desk.settle("recall"); v.Current == nil || v.Current.Calls != 1 {
		t.Errorf("called again: %+v", v.Current)
	}
	told(l, func(v protocol.CitizenTicket) bool { return v.State == civic.Called && v.Call.Calls == 1 })
	desk.settle("recall")
	if v := desk.settle("lapse"); len(v.Missed) != 1 || v.Missed[0].Number != "H 002" {
		t.Errorf("missed %+v", v.Missed)
	}
	missed := told(l, func(v protocol.CitizenTicket) bool { return v.State == civic.Missed && v.ReturnUntil != nil })
	as[protocol.OfficeView](two.post("/api/v1/console/offices/"+string(officeMain)+"/tickets/"+string(missed.ID)+"/return", nil))
	told(l, func(v protocol.CitizenTicket) bool { return v.State == civic.Waiting && v.Ahead == 0 })
	if got := second.call().Office.Current; got.Number != "H 002" && got.Number != "H 001" {
		t.Errorf("called %s", got.Number)
	}
	second.settle("lapse")

	// Passed on with a note: the next clerk reads it, the citizen reads where from.
	me := a.ticket()
	as[protocol.OfficeView](one.post("/api/v1/console/offices/"+string(officeMain)+"/tickets/"+string(me.ID)+"/transfer",
		protocol.TransferTicket{Office: officeSecond, Note: "hat den Plan dabei"}))
	moved := told(k, func(v protocol.CitizenTicket) bool { return v.Office == officeSecond && v.State == civic.Waiting })
	if moved.From["de"] != "Amt H" || moved.Number != "H 001" || moved.Wants != "" {
		t.Errorf("passed on: %+v", moved)
	}
	if raw, _ := json.Marshal(moved); bytes.Contains(raw, []byte("Plan")) {
		t.Error("the citizen reads the clerks' note")
	}
	if got := there.call().Office.Current; got.Note != "hat den Plan dabei" || got.From["de"] != "Amt H" {
		t.Errorf("the next clerk sees %+v", got)
	}
	a.enter()
	there.settle("finish")

	// The log knows acts and numbers, and neither name nor note.
	var acts []string
	for _, e := range entries(t, p) {
		acts = append(acts, e.Act)
		if raw, _ := json.Marshal(e); bytes.Contains(raw, []byte("Plan")) || bytes.Contains(raw, []byte("Minuten")) {
			t.Errorf("the log holds contents: %s", raw)
		}
	}
	slices.Sort(acts)
	for _, act := range []string{"office.message", "ticket.called", "ticket.called_again", "ticket.transferred", "ticket.finished"} {
		if !slices.Contains(acts, act) {
			t.Errorf("no %s in %v", act, acts)
		}
	}
}

// TestAColleagueTakesOverARunningConversation: the citizen stays in the room, and talks on with somebody else.
func TestAColleagueTakesOverARunningConversation(t *testing.T) {
	t.Parallel() // it waits for seconds
	p := launch(t)
	one, two, citizen := newClerk(t, p.address), newClerk(t, p.address), newCitizen(t, p.address)
	one.login(huber)
	two.login(maier)
	from, to := one.open(officeMain), two.open(officeMain)
	citizen.draw(officeMain)
	console := two.consoleSocket()
	waiting := citizen.ticketSocket()
	call := from.call()
	first := newGuest(one, call.Grant)
	first.connect()
	g := newGuest(citizen, citizen.enter())
	g.connect()
	first.receives("media of the first conversation")
	ticket := citizen.ticket().ID
	to.try("take", protocol.TakeTicket{Ticket: ticket}).refused(409, civic.Conflict, civic.KeyTakenByColleague) // the clerk is there
	spare := as[protocol.Grant](from.try("grant", nil))

	must(t, first.socket.ws.CloseNow()) // the first clerk's computer is gone
	first.hangUp()
	await(waiting, protocol.FrameTicket, func(v protocol.CitizenTicket) bool { return v.Call != nil && v.Call.Interrupted != nil })
	must(t, p.store.Write(t.Context(), func(tx *store.Tx) error { // half a minute later
		d, err := tx.Desk(t.Context(), "a-"+town, from.id)
		if err != nil {
			return err
		}
		d, err = d.Vanish(time.Now())
		if err != nil {
			return err
		}
		return tx.UpdateDesk(t.Context(), d, civic.DeskOpen)
	}))
	takes := as[protocol.OfficeView](to.post("/api/v1/console/desks", protocol.OpenDesk{Office: officeMain}))
	if len(takes.Colleague) != 1 || takes.Colleague[0].Takes != ticket {
		t.Fatalf("the colleague sees %+v", takes.Colleague)
	}
	taken := as[protocol.CallResult](to.try("take", protocol.TakeTicket{Ticket: ticket}))
	if c := taken.Office.Current; c == nil || c.ID != ticket || c.State != civic.Serving {
		t.Fatalf("taken over: %+v", c)
	}
	second := newGuest(two, taken.Grant)
	second.connect()
	second.receives("the citizen's media after the take-over")
	g.receives("the second clerk's media")
	await(g.socket, protocol.FrameRoom, func(v protocol.RoomView) bool {
		return len(v.Participants) == 2 && slices.ContainsFunc(v.Participants, func(p protocol.Participant) bool {
			return p.Side == civic.SideClerk && p.Name == "Frau m" && p.Here
		})
	})
	await(waiting, protocol.FrameTicket, func(v protocol.CitizenTicket) bool {
		return v.State == civic.Serving && v.Call.Clerk == "Frau m" && v.Call.Interrupted == nil
	})
	if types := g.socket.types(); slices.Contains(types, protocol.FrameEnded) {
		t.Errorf("the citizen was sent out of the room: %v", types)
	}

	// The first one comes back, and finds out.
	back := as[protocol.OfficeView](from.post("/api/v1/console/desks", protocol.OpenDesk{Office: officeMain}))
	if back.Current != nil || back.Desk == nil || back.Desk.State != civic.DeskOpen {
		t.Errorf("who comes back sees %+v at %+v", back.Current, back.Desk)
	}
	from.try("grant", nil).refused(410, civic.Gone, civic.KeyVisitOver)
	from.try("finish", nil).refused(409, civic.Conflict, civic.KeyTicketState)
	closes(one.listen("/api/v1/room", nil, protocol.FrameJoin, protocol.Join{Versions: hello.Versions, Grant: spare.Token}), 4401, civic.KeyGrantUnknown)
	g.receives("the second clerk still")
	if v := to.settle("finish"); v.Current != nil || v.Figures.Visits != 1 {
		t.Errorf("finished: %+v", v.Figures)
	}
	await(console, protocol.FrameOffice, func(v protocol.OfficeView) bool { return v.ID == officeMain && v.Figures.Visits == 1 })
	if e := await[protocol.Ended](g.socket, protocol.FrameEnded, nil); e.Reason != protocol.EndFinished {
		t.Errorf("ended: %s", e.Reason)
	}
}

// moveCode asks for a code that moves the ticket, and returns it alone.
func (p *person) moveCode() (code string, answer protocol.MoveCode) {
	p.t.Helper()
	m := as[protocol.MoveCode](p.post("/api/v1/ticket/move-code", nil))
	before, code, ok := strings.Cut(m.URL, "#")
	if !ok || before != p.at.public+"/v/"+town || m.QR.Size < 29 || !strings.HasPrefix(m.QR.Path, "M4 4h7v1h-7z") {
		p.t.Fatalf("move code %+v", m)
	}
	return code, m
}

// TestATicketMovesToTheTelephone, once, and nobody has it twice.
func TestATicketMovesToTheTelephone(t *testing.T) {
	p := launch(t, unlimited)
	clerk, desktop := newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	desk := clerk.open(officeMain)
	key := newKey()
	as[protocol.Drawn](desktop.tryDraw(officeMain, key))
	k := desktop.ticketSocket()
	await[protocol.CitizenTicket](k, protocol.FrameTicket, nil)
	otherWindow := newCitizen(t, p.address)
	as[protocol.Drawn](otherWindow.post("/api/v1/ticket/resume", protocol.Resume{Code: as[protocol.ResumeCode](desktop.post("/api/v1/ticket/resume-code", nil)).Code}))
	unused := as[protocol.ResumeCode](desktop.post("/api/v1/ticket/resume-code", nil)).Code

	earlier, _ := desktop.moveCode()
	code, m := desktop.moveCode()
	if d := time.Until(m.Until); d < 9*time.Minute || d > civic.MoveLife {
		t.Errorf("good until %v", m.Until)
	}
	resume := func(code string) answer {
		return newCitizen(t, p.address).post("/api/v1/ticket/resume", protocol.Resume{Code: code})
	}
	resume(earlier).refused(401, civic.Unauthenticated, civic.KeyResumeUnknown) // the newer voids it

	phone := newCitizen(t, p.address)
	if d := as[protocol.Drawn](phone.post("/api/v1/ticket/resume", protocol.Resume{Code: code})); d.Ticket.Number != "H 001" {
		t.Errorf("moved %+v", d.Ticket)
	}
	await[struct{}](k, protocol.FrameMoved, nil)
	if c := k.closed(); c != websocket.StatusNormalClosure {
		t.Errorf("the old socket closed with %d", c)
	}
	for _, old := range []*person{desktop, otherWindow} {
		old.do(http.MethodGet, "/api/v1/ticket", nil).refused(410, civic.Gone, civic.KeyTicketMoved)
		old.post("/api/v1/ticket/move-code", nil).refused(410, civic.Gone, civic.KeyTicketMoved)
		closes(old.ticketSocket(), 4410, civic.KeyTicketMoved)
	}
	for _, used := range []string{code, unused} {
		resume(used).refused(401, civic.Unauthenticated, civic.KeyResumeUnknown)
	}
	if v := as[protocol.Drawn](desktop.tryDraw(officeMain, key)).Ticket; v.Number != "H 002" { // the old key does not open the old ticket
		t.Errorf("the old browser drew %s", v.Number)
	}

	// In conversation: the visit goes on there.
	call := desk.call()
	c := newGuest(clerk, call.Grant)
	c.connect()
	g := newGuest(phone, phone.enter())
	g.connect()
	c.receives("the phone's media")
	grant := phone.enter()
	next, _ := phone.moveCode()
	tablet := newCitizen(t, p.address)
	if d := as[protocol.Drawn](tablet.post("/api/v1/ticket/resume", protocol.Resume{Code: next})); d.Ticket.State != civic.Serving {
		t.Errorf("moved while %s", d.Ticket.State)
	}
	closes(phone.listen("/api/v1/room", nil, protocol.FrameJoin, protocol.Join{Versions: hello.Versions, Grant: grant.Token}), 4401, civic.KeyGrantUnknown)
	h := newGuest(tablet, tablet.enter())
	h.connect()
	if e := await[protocol.Ended](g.socket, protocol.FrameEnded, nil); e.Reason != protocol.EndReplaced {
		t.Errorf("the phone's room ended: %s", e.Reason)
	}
	h.receives("the clerk's media")
	c.receives("the tablet's media")
	hearsNothing(t, "after the move", g)
	desk.settle("finish")
}

// TestTwoTelephonesScanTheSameCode: one has the ticket then.
func TestTwoTelephonesScanTheSameCode(t *testing.T) {
	p := launch(t, unlimited)
	s := newScene(t, p)
	for range 10 {
		c := s.in(civic.Waiting)
		code, _ := c.moveCode()
		statuses := make([]int, 4)
		var wg sync.WaitGroup
		for i := range statuses {
			wg.Go(func() { statuses[i] = s.citizen().post("/api/v1/ticket/resume", protocol.Resume{Code: code}).status })
		}
		wg.Wait()
		slices.Sort(statuses)
		if !slices.Equal(statuses, []int{200, 401, 401, 401}) {
			t.Fatalf("answers %v", statuses)
		}
	}
	c := s.in(civic.Waiting)
	code, _ := c.moveCode()
	s.edit(func(ctx context.Context, tx *store.Tx) error { // ten minutes later
		return tx.InsertMoveCode(ctx, identity.Hash("late"), "a-"+town, c.ticket().ID, past())
	})
	for _, code := range []string{code, "late"} {
		s.citizen().post("/api/v1/ticket/resume", protocol.Resume{Code: code}).refused(401, civic.Unauthenticated, civic.KeyResumeUnknown)
	}
	if c.ticket().State != civic.Waiting {
		t.Error("a code that was not used has moved the ticket")
	}
}

// stored is what stands in the database's file, and in what lies beside it.
func stored(t *testing.T, path string) []byte {
	t.Helper()
	var out []byte
	for _, suffix := range []string{"", "-wal"} {
		text, err := os.ReadFile(path + suffix)
		if err != nil && suffix == "" {
			t.Fatal(err)
		}
		out = append(out, text...)
	}
	return out
}

// TestNothingStaysOfACitizen (P13, P07): deleted on the citizen's own wish, and deleted when the time has come, no byte of the
// file and no line of the log holds the secret, the name or the note.
func TestNothingStaysOfACitizen(t *testing.T) {
	for _, how := range []string{"by the citizen", "by time"} {
		t.Run(how, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "schalter.db")
			cfg := func(c *Config) { c.Database, c.Unlimited = path, true }
			traces := map[string][]byte{"name": []byte("Zwetschgenkern"), "note": []byte("Papagei im Gepäck")}
			var logs *logBuffer
			var asStored bool
			t.Run("the visit", func(t *testing.T) {
				p := launch(t, cfg)
				logs = p.logs
				clerk, other, c := newClerk(t, p.address), newClerk(t, p.address), newCitizen(t, p.address)
				clerk.login(huber)
				other.login(maier)
				clerk.open(officeMain)
				there := other.open(officeSecond)
				v := c.draw(officeMain)
				secret := c.cookies["__Host-ticket"]
				traces["secret"], traces["hash"], traces["ticket"] = []byte(secret), identity.Hash(secret), []byte(v.ID)
				code, _ := c.moveCode()
				traces["code"] = identity.Hash(code)
				c.tells(`{"name":"Zwetschgenkern","wants":"` + string(clerkID(maier)) + `","interpreter":"dgs","priority":true}`)
				as[protocol.OfficeView](clerk.post("/api/v1/console/offices/"+string(officeMain)+"/tickets/"+string(v.ID)+"/transfer",
					protocol.TransferTicket{Office: officeSecond, Note: "Papagei im Gepäck"}))
				e := as[protocol.TicketExport](c.do(http.MethodGet, "/api/v1/ticket/export", nil))
				if raw, _ := json.Marshal(e); e.Ticket["name"] != "Zwetschgenkern" || e.Ticket["note"] != "Papagei im Gepäck" || bytes.Contains(raw, []byte("hash")) ||
					e.Deleted.Before(time.Now()) || e.Deleted.After(time.Now().Add(48*time.Hour)) {
					t.Errorf("exported %s", raw)
				}
				asStored = bytes.Contains(stored(t, path), traces["name"]) && bytes.Contains(stored(t, path), traces["hash"])
				there.call()
				if how == "by the citizen" {
					k := c.ticketSocket()
					await[protocol.CitizenTicket](k, protocol.FrameTicket, nil)
					keep := c.also(t)
					if a := c.do(http.MethodDelete, "/api/v1/ticket", nil); a.status != 204 || len(a.body) != 0 || c.cookies["__Host-ticket"] != "" {
						t.Errorf("deleted: %d %s, cookie %q", a.status, a.body, c.cookies["__Host-ticket"])
					}
					closes(k, 4401, civic.KeyTicketUnknown)
					for _, r := range []struct{ method, path string }{
						{http.MethodGet, "/api/v1/ticket"}, {http.MethodGet, "/api/v1/ticket/export"}, {http.MethodDelete, "/api/v1/ticket"},
						{http.MethodPost, "/api/v1/ticket/leave"}, {http.MethodPost, "/api/v1/ticket/move-code"}, {http.MethodPost, "/api/v1/ticket/enter"},
					} {
						keep.do(r.method, r.path, nil).refused(401, civic.Unauthenticated, civic.KeyTicketUnknown)
					}
					keep.post("/api/v1/ticket/resume", protocol.Resume{Code: code}).refused(401, civic.Unauthenticated, civic.KeyResumeUnknown)
					return
				}
				c.enter()
				there.settle("finish")
				must(t, p.store.Write(t.Context(), func(tx *store.Tx) error { // a day later
					row, err := tx.Ticket(t.Context(), "a-"+town, v.ID)
					if err != nil {
						return err
					}
					row.EndedAt = row.EndedAt.Add(-civic.TicketRetention)
					return tx.UpdateTicket(t.Context(), row, civic.Served)
				}))
				c.bearer = secret // the cookie goes with the ticket's end
				eventually(t, "the deletion", func() bool {
					must(t, p.queue.Due(t.Context()))
					return c.do(http.MethodGet, "/api/v1/ticket", nil).status == 401
				})
			})
			if !asStored {
				t.Fatal("the name was never in the file: this test would not see it stay")
			}
			file, log := stored(t, path), []byte(logs.String())
			if len(log) < 1000 || !bytes.Contains(file, []byte("ticket_records")) {
				t.Fatal("this is neither the file nor the log")
			}
			for what, trace := range traces {
				if bytes.Contains(file, trace) {
					t.Errorf("the file holds the %s", what)
				}
				if what != "ticket" && bytes.Contains(log, trace) {
					t.Errorf("the log holds the %s", what)
				}
			}
		})
	}
}
