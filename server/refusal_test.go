package main

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/protocol"
	"schalter/server/store"
)

// produced are the keys that some case of this file got as an answer.
var produced = map[string]bool{}

// scene is a town with an office, a desk and a clerk for one case alone.
type scene struct {
	*testing.T
	p      *program
	office civic.OfficeID
	clerk  *person
	desk   *desk
}

var scenes atomic.Int64

func newScene(t *testing.T, p *program, change ...func(*civic.Office)) *scene {
	t.Helper()
	n := scenes.Add(1)
	o := civic.Office{ID: civic.OfficeID(fmt.Sprintf("o-%d", n)), AuthorityID: "a-" + town, Prefix: "X", Hours: weekly("0-6 00:00-24:00")}
	o.Slug = string(o.ID)
	for _, c := range change {
		c(&o)
	}
	email := fmt.Sprintf("clerk-%d@mitte.test", n)
	hash, err := passwordHash()
	must(t, err)
	must(t, p.store.Write(t.Context(), func(tx *store.Tx) error {
		if err := tx.SaveOffice(t.Context(), o); err != nil {
			return err
		}
		return tx.SaveClerk(t.Context(), civic.Clerk{ID: clerkID(email), AuthorityID: o.AuthorityID, Email: email, Name: "Frau X",
			PasswordHash: hash, Offices: []civic.OfficeID{o.ID, officeSecond, officeShut}})
	}))
	s := &scene{T: t, p: p, office: o.ID, clerk: newClerk(t, p.address)}
	s.clerk.login(email)
	s.desk = s.clerk.open(o.ID)
	return s
}

func (s *scene) citizen() *person { return newCitizen(s.T, s.p.address) }

// in is a citizen whose ticket is in that state, at the scene's desk.
func (s *scene) in(state civic.TicketState) *person {
	s.Helper()
	c := s.citizen()
	c.draw(s.office)
	c.bearer = c.cookies["__Host-ticket"] // the cookie goes with the ticket, another window may still hold the secret
	for _, step := range map[civic.TicketState][]string{
		civic.Waiting: {}, civic.Called: {"call"}, civic.Serving: {"call", "enter"}, civic.Parked: {"call", "enter", "park"},
		civic.Served: {"call", "enter", "finish"}, civic.Left: {"leave"}, civic.Missed: {"call", "lapse", "call", "lapse", "call", "lapse"},
	}[state] {
		switch step {
		case "call":
			as[protocol.CallResult](s.desk.try("call", protocol.CallTicket{Ticket: c.ticket().ID, Reason: civic.ReasonAgreed}))
		case "enter":
			c.enter()
		case "leave":
			as[protocol.CitizenTicket](c.post("/api/v1/ticket/leave", nil))
		default:
			s.desk.settle(step)
		}
	}
	if v := c.ticket(); v.State != state {
		s.Fatalf("ticket is %s, want %s", v.State, state)
	}
	return c
}

// edit changes rows as time would.
func (s *scene) edit(fn func(ctx context.Context, tx *store.Tx) error) {
	s.Helper()
	must(s.T, s.p.store.Write(s.Context(), func(tx *store.Tx) error { return fn(s.Context(), tx) }))
}

// no checks a refusal over HTTP.
func no(a answer, status int, code civic.Code, key string) {
	a.t.Helper()
	p := a.refused(status, code, key)
	produced[p.Key] = true
	if wait := a.header.Get("Retry-After"); (wait != "") != (status == 408 || status == 429 || status == 503) || wait != "" && wait != strconv.Itoa(p.RetryAfter) {
		a.t.Errorf("Retry-After %q with %s", wait, a.body)
	}
}

// closes checks a refusal on a socket: a problem frame, then the close code of the same number.
func closes(k *socket, code websocket.StatusCode, key string) {
	k.t.Helper()
	p := await(k, protocol.FrameProblem, func(p protocol.Problem) bool { return p.Key == key })
	produced[p.Key] = true
	if got := k.closed(); got != code {
		k.t.Errorf("%s closes with %d, want %d", key, got, code)
	}
	if code > 4000 && p.Status != int(code)-4000 {
		k.t.Errorf("%s has status %d, but closes with %d", key, p.Status, code)
	}
}

func past() time.Time { return time.Now().Add(-time.Minute) }

const boardPath = "/api/v1/authorities/" + town + "/board"

// refusals are grouped by what is refused; the functions are in this file and the next.
var refusals = []struct {
	name string
	do   func(s *scene)
}{
	{"no number of an office that does not exist", func(s *scene) {
		no(s.citizen().do(http.MethodGet, "/api/v1/authorities/nirgends/board", nil), 404, civic.NotFound, civic.KeyAuthorityUnknown)
		no(s.citizen().do(http.MethodGet, "/b/nirgends.js", nil), 404, civic.NotFound, civic.KeyAuthorityUnknown)
		draw := func(d protocol.Draw) answer {
			return s.citizen().post("/api/v1/tickets", d, "Idempotency-Key", newKey())
		}
		no(draw(protocol.Draw{Authority: "nirgends", Office: s.office}), 404, civic.NotFound, civic.KeyAuthorityUnknown)
		no(draw(protocol.Draw{Authority: town, Office: "none"}), 404, civic.NotFound, civic.KeyOfficeUnknown)
		no(draw(protocol.Draw{Authority: otherTown, Office: s.office}), 404, civic.NotFound, civic.KeyOfficeUnknown)
		no(draw(protocol.Draw{Authority: town, Office: s.office, Topic: topicMain}), 404, civic.NotFound, civic.KeyTopicUnknown)
	}},
	{"no number of an office that issues none", func(s *scene) {
		no(s.citizen().tryDraw(officeShut, newKey()), 409, civic.Conflict, civic.KeyOfficeClosed)
		no(s.citizen().tryDraw(officeDates, newKey()), 409, civic.Conflict, civic.KeyAppointmentOnly)
		as[protocol.OfficeView](s.clerk.do(http.MethodPut, "/api/v1/console/offices/"+string(s.office)+"/issuing", protocol.IssuingSwitch{}))
		no(s.citizen().tryDraw(s.office, newKey()), 409, civic.Conflict, civic.KeyIssuingStopped)
		s.desk.settle("close")
		no(s.citizen().tryDraw(s.office, newKey()), 409, civic.Conflict, civic.KeyOfficeUnattended)
	}},
	{"no number beyond the day's, nor beyond its end, nor of an authority that is not in use", func(s *scene) {
		change := func(fn func(*civic.Office)) {
			s.edit(func(ctx context.Context, tx *store.Tx) error {
				o, err := tx.Office(ctx, "a-"+town, s.office)
				must(s.T, err)
				fn(&o)
				return tx.SaveOffice(ctx, o)
			})
		}
		change(func(o *civic.Office) { o.DayLimit = 1 })
		s.citizen().draw(s.office)
		no(s.citizen().tryDraw(s.office, newKey()), 409, civic.Conflict, civic.KeyIssuingLimit)
		change(func(o *civic.Office) { o.DayLimit, o.StopsWhenFull = 0, true })
		s.edit(func(ctx context.Context, tx *store.Tx) error {
			for range 3 {
				must(s.T, tx.InsertVisitRecord(ctx, store.VisitRecord{Authority: "a-" + town, Office: s.office, Day: "2026-01-02", Outcome: civic.OutcomeServed, Seconds: 100_000}))
			}
			return nil
		})
		no(s.citizen().tryDraw(s.office, newKey()), 409, civic.Conflict, civic.KeyIssuingFull)
		s.edit(func(ctx context.Context, tx *store.Tx) error {
			must(s.T, tx.SaveAuthority(ctx, civic.Authority{ID: "a-neustadt", Slug: "neustadt"}))
			return tx.SaveOffice(ctx, civic.Office{ID: "o-neustadt", AuthorityID: "a-neustadt", Slug: "neu", Prefix: "N", Hours: weekly("0-6 00:00-24:00")})
		})
		no(s.citizen().post("/api/v1/tickets", protocol.Draw{Authority: "neustadt", Office: "o-neustadt"}, "Idempotency-Key", newKey()), 409, civic.Conflict, civic.KeyUnpublished)
	}},
	{"no figures of a span that is none, nor per clerk without leave; nothing at all before the second factor", func(s *scene) {
		clerk := func(email string, change func(*civic.Clerk)) *person {
			s.edit(func(ctx context.Context, tx *store.Tx) error {
				hash, err := passwordHash()
				must(s.T, err)
				c := civic.Clerk{ID: clerkID(email), AuthorityID: "a-" + town, Email: email, Name: "Frau Y", PasswordHash: hash, Offices: []civic.OfficeID{s.office}}
				change(&c)
				return tx.SaveClerk(ctx, c)
			})
			p := newClerk(s.T, s.p.address)
			p.login(email)
			return p
		}
		head := clerk("leitung@mitte.test", func(c *civic.Clerk) { c.Role = civic.RoleSupervisor })
		figures := func(query string) answer {
			return head.do(http.MethodGet, "/api/v1/console/statistics?office="+string(s.office)+query, nil)
		}
		no(figures("&from=2026-02-01&to=2026-01-01"), 422, civic.Invalid, civic.KeySpanInvalid)
		no(figures("&from=2026-01-01&to=2026-02-01&by=clerk"), 403, civic.Forbidden, civic.KeyClerkStatistics)
		s.edit(func(ctx context.Context, tx *store.Tx) error {
			must(s.T, tx.SaveAuthority(ctx, civic.Authority{ID: "a-sicher", Slug: "sicher", SecondFactor: true}))
			return nil
		})
		half := clerk("neu@sicher.test", func(c *civic.Clerk) { c.AuthorityID, c.Offices = "a-sicher", nil })
		no(half.do(http.MethodPost, "/api/v1/console/desks", protocol.OpenDesk{Office: s.office}), 403, civic.Forbidden, civic.KeyFactorNeeded)
	}},
	{"a key draws once, and a browser holds one number", func(s *scene) {
		key, c := newKey(), s.citizen()
		first := as[protocol.Drawn](c.tryDraw(s.office, key)).Ticket
		no(s.citizen().tryDraw(officeSecond, key), 409, civic.Conflict, civic.KeyIdempotencyReused)
		no(c.tryDraw(s.office, newKey()), 409, civic.Conflict, civic.KeyTicketHeld)
		if again := as[protocol.Drawn](c.tryDraw(s.office, key)).Ticket; again.ID != first.ID {
			s.Errorf("the same key drew %s and %s", first.Number, again.Number)
		}
		no(s.citizen().tryDraw(s.office, "short"), 422, civic.Invalid, civic.KeyBodyMalformed)
		no(s.citizen().tryDraw(s.office, ""), 422, civic.Invalid, civic.KeyBodyMalformed)
	}},
	{"a wrong or old secret opens nothing", func(s *scene) {
		for _, secret := range []string{"", "wrong", strings.Repeat("A", 26)} {
			c := s.citizen()
			c.cookies["__Host-ticket"] = secret
			no(c.do(http.MethodGet, "/api/v1/ticket", nil), 401, civic.Unauthenticated, civic.KeyTicketUnknown)
			closes(c.ticketSocket(), 4401, civic.KeyTicketUnknown)
		}
		c := s.in(civic.Left)
		s.edit(func(ctx context.Context, tx *store.Tx) error { // a day later
			_, err := tx.DeleteEnded(ctx, time.Now().Add(time.Second), time.Now())
			return err
		})
		no(c.do(http.MethodGet, "/api/v1/ticket", nil), 401, civic.Unauthenticated, civic.KeyTicketUnknown)
	}},
	{"a resume code is good once, and not for ever", func(s *scene) {
		c := s.in(civic.Waiting)
		resume := func(code string) answer {
			return s.citizen().post("/api/v1/ticket/resume", protocol.Resume{Code: code})
		}
		code := as[protocol.ResumeCode](c.post("/api/v1/ticket/resume-code", nil)).Code
		if d := as[protocol.Drawn](resume(code)); d.Ticket.ID != c.ticket().ID || d.Secret != "" {
			s.Errorf("resumed %+v", d)
		}
		no(resume(code), 401, civic.Unauthenticated, civic.KeyResumeUnknown)
		no(resume("none"), 401, civic.Unauthenticated, civic.KeyResumeUnknown)
		s.edit(func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertResumeCode(ctx, identity.Hash("old"), "a-"+town, c.ticket().ID, past())
		})
		no(resume("old"), 401, civic.Unauthenticated, civic.KeyResumeUnknown)
	}},
	{"a citizen's move that the state forbids", func(s *scene) {
		allowed := map[civic.TicketState]string{
			civic.Waiting: "leave", civic.Called: "enter more-time leave", civic.Serving: "enter leave", civic.Parked: "leave", civic.Missed: "return",
		}
		for _, state := range []civic.TicketState{civic.Waiting, civic.Called, civic.Serving, civic.Parked, civic.Missed, civic.Served, civic.Left} {
			c := s.in(state)
			for _, move := range []string{"enter", "more-time", "return", "leave"} {
				if strings.Contains(allowed[state], move) {
					continue
				}
				if state == civic.Served || state == civic.Left {
					no(c.post("/api/v1/ticket/"+move, nil), 410, civic.Gone, civic.KeyTicketOver)
				} else {
					no(c.post("/api/v1/ticket/"+move, nil), 409, civic.Conflict, civic.KeyTicketState)
				}
			}
			if c.ticket().State != state {
				s.Errorf("a refused move has moved the ticket from %s to %s", state, c.ticket().State)
			}
			if state == civic.Served || state == civic.Left {
				no(c.do(http.MethodPatch, "/api/v1/ticket", `{"name":"x"}`), 410, civic.Gone, civic.KeyTicketOver)
			}
			no(c.do(http.MethodPatch, "/api/v1/ticket", `{"topic":"none"}`), map[bool]int{false: 404, true: 410}[state.Over()],
				map[bool]civic.Code{false: civic.NotFound, true: civic.Gone}[state.Over()],
				map[bool]string{false: civic.KeyTopicUnknown, true: civic.KeyTicketOver}[state.Over()])
			if state == civic.Called || state == civic.Serving {
				as[protocol.CitizenTicket](c.post("/api/v1/ticket/leave", nil)) // the desk is free for the next
			}
		}
	}},
	{"a missed citizen comes back too late, or again", func(s *scene) {
		c := s.in(civic.Missed)
		expire := func(returned bool) {
			s.edit(func(ctx context.Context, tx *store.Tx) error {
				t, err := tx.Ticket(ctx, "a-"+town, c.ticket().ID)
				if err != nil {
					return err
				}
				t.Deadline, t.Returned = time.Now().Add(time.Hour), returned
				if !returned {
					t.Deadline = past()
				}
				return tx.UpdateTicket(ctx, t, civic.Missed)
			})
		}
		expire(false)
		no(c.post("/api/v1/ticket/return", nil), 410, civic.Gone, civic.KeyReturnOver)
		expire(true)
		no(c.post("/api/v1/ticket/return", nil), 410, civic.Gone, civic.KeyReturnOver)
	}},
	{"somebody else's desk, office or ticket", func(s *scene) {
		no((&desk{s.clerk, "none"}).try("call", protocol.CallTicket{}), 404, civic.NotFound, civic.KeyDeskUnknown)
		colleague := newClerk(s.T, s.p.address)
		colleague.login(maier)
		for _, move := range []string{"call", "pause", "transfer"} {
			body := map[string]string{"call": "{}", "pause": "{}", "transfer": `{"office":"o-second"}`}[move]
			no((&desk{colleague, s.desk.id}).try(move, body), 404, civic.NotFound, civic.KeyDeskUnknown)
		}
		for _, move := range []string{"resume", "close", "lapse", "finish", "park", "grant"} {
			no((&desk{colleague, s.desk.id}).try(move, nil), 404, civic.NotFound, civic.KeyDeskUnknown)
		}
		no(colleague.post("/api/v1/console/desks", protocol.OpenDesk{Office: s.office}), 404, civic.NotFound, civic.KeyOfficeUnknown)
		no(colleague.do(http.MethodPut, "/api/v1/console/offices/"+string(s.office)+"/issuing", protocol.IssuingSwitch{}), 404, civic.NotFound, civic.KeyOfficeUnknown)
		no(s.desk.try("call", protocol.CallTicket{Ticket: "none"}), 404, civic.NotFound, civic.KeyTicketUnknown)
	}},
	{"a desk's move that its state forbids", func(s *scene) {
		no(s.desk.try("call", protocol.CallTicket{}), 409, civic.Conflict, civic.KeyNobodyWaiting)
		for _, move := range []string{"lapse", "finish", "park"} {
			no(s.desk.try(move, nil), 409, civic.Conflict, civic.KeyTicketState) // nobody is there
		}
		no(s.desk.try("grant", nil), 410, civic.Gone, civic.KeyVisitOver)
		no(s.desk.try("resume", nil), 409, civic.Conflict, civic.KeyDeskState)
		over := past()
		no(s.desk.try("pause", protocol.PauseDesk{Until: &over}), 422, civic.Invalid, civic.KeyDeskState)
		s.in(civic.Called)
		for _, move := range []string{"finish", "park"} {
			no(s.desk.try(move, nil), 409, civic.Conflict, civic.KeyTicketState) // nobody has entered
		}
		no(s.desk.try("transfer", protocol.TransferTicket{Office: officeSecond}), 409, civic.Conflict, civic.KeyOfficeUnattended)
		s.desk.settle("lapse")
		as[protocol.OfficeView](s.desk.try("pause", protocol.PauseDesk{}))
		no(s.desk.try("call", protocol.CallTicket{}), 409, civic.Conflict, civic.KeyDeskState)
		s.desk.settle("close")
		for move, body := range map[string]any{"close": nil, "resume": nil, "pause": "{}"} {
			no(s.desk.try(move, body), 409, civic.Conflict, civic.KeyDeskState)
		}
	}},
	{"a clerk in conversation", func(s *scene) {
		c := s.in(civic.Serving)
		no(c.do(http.MethodDelete, "/api/v1/ticket", nil), 409, civic.Conflict, civic.KeyConversationRunning)
		no(s.desk.try("call", protocol.CallTicket{}), 409, civic.Conflict, civic.KeyDeskBusy)
		no(s.desk.try("close", nil), 409, civic.Conflict, civic.KeyDeskBusy)
		no(s.desk.try("lapse", nil), 409, civic.Conflict, civic.KeyTicketState)
		no(s.desk.try("transfer", protocol.TransferTicket{Office: officeShut}), 409, civic.Conflict, civic.KeyOfficeClosed)
		no(s.desk.try("transfer", protocol.TransferTicket{Office: "none"}), 404, civic.NotFound, civic.KeyOfficeUnknown)
		no(s.desk.try("transfer", protocol.TransferTicket{Office: s.office}), 422, civic.Invalid, civic.KeyOfficeUnknown)
		no(s.desk.try("transfer", protocol.TransferTicket{Office: officeOther}), 404, civic.NotFound, civic.KeyOfficeUnknown)
	}},
	{"a call out of turn, to nobody, or once too often", func(s *scene) {
		first, second := s.in(civic.Waiting), s.in(civic.Waiting)
		no(s.desk.try("call", protocol.CallTicket{Ticket: second.ticket().ID}), 422, civic.Invalid, civic.KeyReasonMissing)
		for _, c := range []*person{first, second} {
			as[protocol.CitizenTicket](c.do(http.MethodPatch, "/api/v1/ticket", `{"away":true}`))
		}
		no(s.desk.try("call", protocol.CallTicket{}), 409, civic.Conflict, civic.KeyNobodyReady)
		as[protocol.CallResult](s.desk.try("call", protocol.CallTicket{Ticket: second.ticket().ID})) // nobody is overtaken
		no(second.do(http.MethodPatch, "/api/v1/ticket", `{"away":true}`), 409, civic.Conflict, civic.KeyTicketState)
		for range civic.MaxCalls - 1 {
			s.desk.settle("recall")
		}
		no(s.desk.try("recall", nil), 409, civic.Conflict, civic.KeyLastCall)
		s.desk.settle("lapse")
		if state := second.ticket().State; state != civic.Missed {
			s.Errorf("after the last call: %s", state)
		}
		no(s.desk.try("recall", nil), 409, civic.Conflict, civic.KeyTicketState)
		no(first.do(http.MethodPatch, "/api/v1/ticket", `{"wants":"nobody"}`), 404, civic.NotFound, civic.KeyContactUnknown)
		no(first.do(http.MethodPatch, "/api/v1/ticket", `{"interpreter":"Türkisch!"}`), 422, civic.Invalid, civic.KeyBodyMalformed)
	}},
	{"a ticket that has moved", func(s *scene) {
		c := s.in(civic.Waiting)
		m := as[protocol.MoveCode](c.post("/api/v1/ticket/move-code", nil))
		_, code, _ := strings.Cut(m.URL, "#")
		as[protocol.Drawn](s.citizen().post("/api/v1/ticket/resume", protocol.Resume{Code: code}))
		no(c.do(http.MethodGet, "/api/v1/ticket", nil), 410, civic.Gone, civic.KeyTicketMoved)
		closes(c.ticketSocket(), 4410, civic.KeyTicketMoved)
	}},
	{"a colleague was faster", func(s *scene) {
		c := s.in(civic.Called)
		email := fmt.Sprintf("colleague-%d@mitte.test", scenes.Add(1))
		hash, err := passwordHash()
		must(s.T, err)
		s.edit(func(ctx context.Context, tx *store.Tx) error {
			return tx.SaveClerk(ctx, civic.Clerk{ID: clerkID(email), AuthorityID: "a-" + town, Email: email, PasswordHash: hash, Offices: []civic.OfficeID{s.office}})
		})
		colleague := newClerk(s.T, s.p.address)
		colleague.login(email)
		no(colleague.open(s.office).try("call", protocol.CallTicket{Ticket: c.ticket().ID}), 409, civic.Conflict, civic.KeyTakenByColleague)
	}},
	{"a colleague who can't be asked, or no more", refusedConsults},
	{"a login that is wrong, or over", func(s *scene) {
		login := func(email, password string) answer {
			return newClerk(s.T, s.p.address).post("/api/v1/console/session", protocol.Login{Email: email, Password: password})
		}
		no(login(huber, "wrong"), 401, civic.Unauthenticated, civic.KeyLoginWrong)
		no(login("nobody@mitte.test", password), 401, civic.Unauthenticated, civic.KeyLoginWrong)
		session := func(p *person) answer { return p.do(http.MethodGet, "/api/v1/console/session", nil) }
		no(session(newClerk(s.T, s.p.address)), 401, civic.Unauthenticated, civic.KeySessionOver)
		for name, dates := range map[string][2]time.Time{"of yesterday": {time.Now(), past()}, "idle": {time.Now().Add(-identity.SessionIdle - time.Minute), time.Now().Add(time.Hour)}} {
			s.edit(func(ctx context.Context, tx *store.Tx) error {
				return tx.InsertSession(ctx, civic.Session{ID: civic.SessionID(name), AuthorityID: "a-" + town, ClerkID: clerkID(huber), CreatedAt: past(), SeenAt: dates[0], ExpiresAt: dates[1]}, identity.Hash(name))
			})
			p := newClerk(s.T, s.p.address)
			p.cookies["__Host-session"] = name
			no(session(p), 401, civic.Unauthenticated, civic.KeySessionOver)
		}
		gone := s.clerk.also(s.T) // keeps the cookie
		if a := s.clerk.do(http.MethodDelete, "/api/v1/console/session", nil); a.status != 204 {
			s.Errorf("logout: %d", a.status)
		}
		no(session(s.clerk), 401, civic.Unauthenticated, civic.KeySessionOver)
		no(session(gone), 401, civic.Unauthenticated, civic.KeySessionOver)
		if _, a := gone.dial("/api/v1/console/socket"); a.status != 401 {
			s.Errorf("console socket after logout: %d", a.status)
		}
	}},
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	for _, c := range slices.Concat(refusals, refusalsOfTheEdge, refusalsOfGuests) {
		t.Run(c.name, func(t *testing.T) { c.do(newScene(t, p)) })
	}
	t.Run("too many", refusedForTheirNumber)
	t.Run("by mail", refusedByMail)
	t.Run("a broken database", refusedForTheDatabase)
	t.Run("a full disk", refusedForTheDisk)
	t.Run("every key has a case", func(t *testing.T) {
		for _, key := range keys(t) {
			if !produced[key] {
				t.Errorf("no case is refused with %q", key)
			}
		}
	})
}

// keys are the values of all Key constants of civic/error.go.
func keys(t *testing.T) []string {
	t.Helper()
	out := keysIn(t, "error.go")
	if len(out) < 30 {
		t.Fatalf("only %d keys found", len(out))
	}
	return out
}

// keysIn are the values of all Key constants of a file of civic.
func keysIn(t *testing.T, name string) (out []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("civic", name), nil, 0)
	must(t, err)
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(v.Names[0].Name, "Key") && len(v.Values) == 1 {
			key, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			must(t, err)
			out = append(out, key)
		}
		return true
	})
	return out
}

func TestEveryRefusalHasASentence(t *testing.T) {
	calendar := keysIn(t, "calendar.go")
	if len(calendar) == 0 {
		t.Error("the calendar has no keys")
	}
	for locale, keys := range map[string][]string{"errors": keys(t), "administration": calendar} { // the administration alone sets a calendar
		for _, lang := range []string{"de", "en"} {
			raw, err := os.ReadFile(filepath.Join("..", "widget", "src", "locale", locale+"."+lang+".json"))
			must(t, err)
			sentences := map[string]string{}
			must(t, json.Unmarshal(raw, &sentences))
			for _, key := range keys {
				if s := sentences["error."+key]; len(s) < 10 || strings.Contains(s, key) {
					t.Errorf("%s: no sentence for error.%s: %q", lang, key, s)
				}
			}
		}
	}
}
