package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/protocol"
	"schalter/server/store"
)

// refusalsOfTheEdge are those that meet a request or frame for its form or its sender.
var refusalsOfTheEdge = []struct {
	name string
	do   func(s *scene)
}{
	{"a body that is not as declared", func(s *scene) {
		c := s.citizen()
		good := fmt.Sprintf(`{"authority":%q,"office":%q}`, town, s.office)
		for name, body := range map[string]string{
			"nothing": "", "no JSON": "{", "a list": "[]", "text after it": good + "x", "an unknown field": strings.Replace(good, "{", `{"admin":true,`, 1),
			"a field twice": strings.Replace(good, "{", `{"office":"x",`, 1), "a field in capitals": strings.Replace(good, "office", "Office", 1),
			"a wrong type": `{"authority":1,"office":"x"}`, "a field too long": strings.Replace(good, town, strings.Repeat("a", 65), 1),
			"a field missing": `{"authority":"mitte"}`, "too deep": strings.Repeat("[", 50) + strings.Repeat("]", 50),
		} {
			a := c.post("/api/v1/tickets", body, "Idempotency-Key", newKey())
			a.t = s.T
			if a.status != 422 {
				s.Errorf("%s: %d %s", name, a.status, a.body)
				continue
			}
			no(a, 422, civic.Invalid, civic.KeyBodyMalformed)
		}
		no(c.post("/api/v1/tickets", good, "Idempotency-Key", newKey(), "Content-Type", "text/plain"), 415, civic.Invalid, civic.KeyBodyMalformed)
		no(c.post("/api/v1/tickets", good, "Idempotency-Key", newKey(), "Content-Type", ""), 415, civic.Invalid, civic.KeyBodyMalformed)
	}},
	{"a body over the limit, with an answer", func(s *scene) {
		for _, size := range []int{33 << 10, 250 << 10} { // of a larger one the rest is not read: its sender may find the connection closed
			no(s.citizen().post("/api/v1/tickets", strings.Repeat(" ", size)), 413, civic.TooLarge, civic.KeyBodyTooLarge)
		}
		req := s.citizen().request(http.MethodPost, "/api/v1/tickets", strings.Repeat(" ", 33<<10))
		req.ContentLength = -1 // chunked
		a, err := s.citizen().try(req)
		must(s.T, err)
		a.t = s.T
		no(a, 413, civic.TooLarge, civic.KeyBodyTooLarge)
		no(s.citizen().do(http.MethodGet, boardPath, nil, "X-Long", strings.Repeat("x", 9<<10)), 431, civic.TooLarge, civic.KeyBodyTooLarge)
	}},
	{"a write from a page that is not ours", func(s *scene) {
		c := s.in(civic.Waiting)
		no(c.post("/api/v1/ticket/leave", nil, protocol.HeaderSchalter, ""), 403, civic.Forbidden, civic.KeyHeaderMissing)
		no(s.clerk.do(http.MethodDelete, "/api/v1/console/session", nil, protocol.HeaderSchalter, ""), 403, civic.Forbidden, civic.KeyHeaderMissing)
		for _, from := range []string{"https://town.test", "null", s.p.console, s.p.public + ".evil.test", s.p.public + "/", "http://localhost", strings.ToUpper(s.p.public)} {
			no(c.post("/api/v1/ticket/leave", nil, "Origin", from), 403, civic.Forbidden, civic.KeyOriginForeign)
			k, a := c.dial("/api/v1/ticket/socket", "Origin", from)
			if k != nil {
				s.Fatalf("a socket from origin %s", from)
			}
			no(a, 403, civic.Forbidden, civic.KeyOriginForeign)
			if from != s.p.console {
				_, a = c.dial("/api/v1/room", "Origin", from)
				no(a, 403, civic.Forbidden, civic.KeyOriginForeign)
				_, a = s.clerk.dial("/api/v1/console/socket", "Origin", from)
				no(a, 403, civic.Forbidden, civic.KeyOriginForeign)
			}
		}
		_, a := s.clerk.dial("/api/v1/console/socket", "Origin", "")
		no(a, 403, civic.Forbidden, civic.KeyOriginForeign)
		// Without an Origin the cookie does not count, the secret in the first frame would.
		closes(c.listen("/api/v1/ticket/socket", nil, protocol.FrameHello, hello, "Origin", ""), 4401, civic.KeyTicketUnknown)
		if c.ticket().State != civic.Waiting {
			s.Error("a refused write has moved the ticket")
		}
	}},
	{"an address that does not exist", func(s *scene) {
		for _, path := range []string{"/api/v1/none", "/api/v2/ticket", "/b/mitte", "/f/mitte/x", "/x/y/z", "/api/v1/console/session", "/.git/config", "/assets/../main.go"} {
			no(s.citizen().do(http.MethodGet, path, nil), 404, civic.NotFound, civic.KeyNotFound)
		}
		no(s.clerk.do(http.MethodGet, "/api/v1/ticket", nil), 404, civic.NotFound, civic.KeyNotFound)
		no(s.citizen().do(http.MethodPut, "/api/v1/ticket", "{}"), 405, civic.NotFound, civic.KeyNotFound)
		for _, host := range []string{"evil.test", "localhost", "localhost.", "console.localhost:1"} {
			no(s.citizen().do(http.MethodGet, boardPath, nil, "Host", host), 421, civic.NotFound, civic.KeyNotFound)
		}
		no(s.citizen().do(http.MethodGet, "/api/v1/ticket/socket", nil), 426, civic.Invalid, civic.KeyHeaderMissing)
	}},
	{"a frame that is not as declared", func(s *scene) {
		c := s.in(civic.Waiting)
		for _, text := range []string{"x", "{}", "[]", `{"type":1}`, `{"type":"hello","data":{"versions":[1]},"more":1}`, `{"type":"pong"}`, `{"type":"hello"}`,
			`{"type":"hello","data":{"versions":[1],"admin":true}}`, `{"type":"hello","data":{"versions":"1"}}`} {
			k, _ := c.dial("/api/v1/ticket/socket")
			go k.read()
			must(s.T, k.trySendText(text))
			closes(k, 4422, civic.KeyFrameMalformed)
		}
		k := c.ticketSocket()
		await[protocol.CitizenTicket](k, protocol.FrameTicket, nil)
		k.send("offer", nil)
		closes(k, 4422, civic.KeyFrameMalformed)
		k = c.ticketSocket()
		await[protocol.CitizenTicket](k, protocol.FrameTicket, nil)
		must(s.T, k.trySendText(`{"type":"pong","data":"`+strings.Repeat("x", 33<<10)+`"}`))
		if code := k.closed(); code != websocket.StatusMessageTooBig {
			s.Errorf("a frame too big closes with %d", code)
		}
	}},
	{"a client of another time", func(s *scene) {
		old := protocol.Hello{Versions: []int{0, 99}}
		c := s.in(civic.Waiting)
		closes(c.listen("/api/v1/ticket/socket", nil, protocol.FrameHello, old), 4410, civic.KeyProtocolVersion)
		closes(s.clerk.listen("/api/v1/console/socket", nil, protocol.FrameHello, old), 4410, civic.KeyProtocolVersion)
		closes(c.listen("/api/v1/room", nil, protocol.FrameJoin, protocol.Join{Versions: old.Versions}), 4410, civic.KeyProtocolVersion)
	}},
	{"a grant that admits nobody", func(s *scene) {
		join := func(token string) *socket {
			return s.citizen().listen("/api/v1/room", nil, protocol.FrameJoin, protocol.Join{Versions: hello.Versions, Grant: token})
		}
		c := s.in(civic.Called)
		clerkGrant := as[protocol.Grant](s.desk.try("grant", nil))
		t := c.ticket()
		insert := func(token string, expires time.Time) {
			s.edit(func(ctx context.Context, tx *store.Tx) error {
				v, err := tx.VisitOfTicket(ctx, "a-"+town, t.ID)
				if err != nil {
					return err
				}
				return tx.InsertGrant(ctx, store.Grant{Hash: identity.Hash(token), Authority: v.AuthorityID, Visit: v.ID, Side: civic.SideCitizen, Participant: "citizen", Expires: expires})
			})
		}
		closes(join("none"), 4401, civic.KeyGrantUnknown)
		closes(join(""), 4401, civic.KeyGrantUnknown)
		insert("old", past())
		closes(join("old"), 4401, civic.KeyGrantUnknown)
		insert("early", time.Now().Add(time.Minute)) // none such is made: the citizen has not entered
		closes(join("early"), 4403, civic.KeyForbidden)
		grant := c.enter()
		k := join(grant.Token)
		await[protocol.Joined](k, protocol.FrameJoined, nil)
		closes(join(grant.Token), 4401, civic.KeyGrantUnknown) // used

		k.send(protocol.FrameOffer, protocol.Offer{ID: 1, SDP: "x", Lines: protocol.Lines{Seats: []protocol.SeatLine{}}})
		p := await[protocol.Problem](k, protocol.FrameProblem, nil)
		if p.Key != civic.KeyRoomUnavailable || p.Code != civic.Invalid {
			s.Errorf("a bad offer: %+v", p)
		}
		produced[p.Key] = true
		await[protocol.RoomView](join(c.enter().Token), protocol.FrameRoom, nil)
		if e := await[protocol.Ended](k, protocol.FrameEnded, nil); e.Reason != protocol.EndReplaced {
			s.Errorf("joined twice, the first ended: %s", e.Reason)
		}
		late := c.enter()
		s.desk.settle("finish")
		closes(join(late.Token), 4410, civic.KeyVisitOver)
		closes(join(clerkGrant.Token), 4410, civic.KeyVisitOver)
	}},
	{"a page that talks without end", func(s *scene) {
		k := s.in(civic.Waiting).ticketSocket()
		for range 100 {
			if k.trySend(protocol.FramePong, nil) != nil {
				break
			}
		}
		closes(k, websocket.StatusTryAgainLater, civic.KeyTooManyRequests)
	}},
	{"a socket of a login that has ended", func(s *scene) {
		k := s.clerk.consoleSocket()
		await[protocol.OfficeView](k, protocol.FrameOffice, nil)
		s.clerk.do(http.MethodDelete, "/api/v1/console/session", nil)
		closes(k, 4401, civic.KeySessionOver)
	}},
}

func TestAClientThatNeverEndsItsRequestIsCut(t *testing.T) {
	t.Parallel() // it takes ten seconds
	p := launch(t)
	conn, err := net.Dial("tcp", p.tcp)
	must(t, err)
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "POST /api/v1/tickets HTTP/1.1\r\nHost: %s\r\nX-Schalter: 1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", strings.TrimPrefix(p.public, "http://"))
	must(t, err)
	must(t, conn.SetReadDeadline(time.Now().Add(patience)))
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(t, err)
	body, err := io.ReadAll(res.Body)
	must(t, err)
	answer{t, res.StatusCode, res.Header, body}.refused(408, civic.Unavailable, civic.KeyUnavailable)
}

// refusedForTheirNumber has its own program, for the limits of all others are off.
func refusedForTheirNumber(t *testing.T) {
	p := launch(t)
	last := func(do func() answer) (a answer) {
		for range 60 {
			if a = do(); a.status == 429 {
				return a
			}
		}
		return a
	}
	clerk := newClerk(t, p.address)
	clerk.login(huber)
	d := clerk.open(officeMain)
	no(last(func() answer { return newCitizen(t, p.address).tryDraw(officeMain, newKey()) }), 429, civic.TooMany, civic.KeyTooManyDraws)
	if v := d.call(); v.Office.Current.Number != "H 001" {
		t.Errorf("meanwhile called %s", v.Office.Current.Number)
	}
	no(last(func() answer {
		return newCitizen(t, p.address).post("/api/v1/ticket/resume", protocol.Resume{Code: "x"})
	}), 429, civic.TooMany, civic.KeyTooManyRequests)
	no(last(func() answer {
		return newClerk(t, p.address).post("/api/v1/console/session", protocol.Login{Email: maier, Password: "wrong"})
	}), 429, civic.TooMany, civic.KeyTooManyRequests)
	// Forwarded addresses are an invention as long as no proxy is trusted.
	no(newCitizen(t, p.address).post("/api/v1/tickets", protocol.Draw{Authority: town, Office: officeMain}, "Idempotency-Key", newKey(), "X-Forwarded-For", "192.0.2.7"),
		429, civic.TooMany, civic.KeyTooManyDraws)
}

// refusedForTheDatabase takes the program's tables away: faults of ours tell nothing but a number for the log.
func refusedForTheDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "schalter.db")
	p := launch(t, func(c *Config) { c.Database = path })
	clerk := newClerk(t, p.address)
	clerk.login(huber)
	clerk.open(officeMain)
	db, err := sql.Open("sqlite", path)
	must(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "ALTER TABLE counters RENAME TO gone")
	must(t, err)
	a := newCitizen(t, p.address).tryDraw(officeMain, newKey())
	no(a, 500, civic.Internal, civic.KeyInternal)
	if id := a.refused(500, civic.Internal, civic.KeyInternal).RequestID; id == "" || !strings.Contains(p.logs.String(), id) || strings.Contains(string(a.body), "counters") {
		t.Errorf("request %q is not in the log, or its fault in the answer: %s", id, a.body)
	}
	must(t, p.store.Close())
	no(newCitizen(t, p.address).tryDraw(officeMain, newKey()), 503, civic.Unavailable, civic.KeyUnavailable)
}

// refusedForTheDisk fills the disk under the program, and frees it again.
func refusedForTheDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m"); err != nil {
		produced[civic.KeyStorageFull] = true // the store's own test of it stands in
		t.Skipf("a small file system can't be mounted (only root may): %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	p := launch(t, unlimited, func(c *Config) { c.Database = filepath.Join(dir, "schalter.db") })
	clerk := newClerk(t, p.address)
	clerk.login(huber)
	clerk.open(officeMain)
	first := newCitizen(t, p.address)
	first.draw(officeMain)
	f, err := os.Create(filepath.Join(dir, "ballast"))
	must(t, err)
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 64<<10))
	}
	drawn := 1
	var a answer
	for range 2000 { // what is left of the log's last pages
		if a = newCitizen(t, p.address).tryDraw(officeMain, newKey()); a.status != 201 {
			break
		}
		drawn++
	}
	no(a, 503, civic.Unavailable, civic.KeyStorageFull)
	if v := first.ticket(); v.Number != "H 001" {
		t.Errorf("reading goes on with %+v", v)
	}
	must(t, f.Truncate(0))
	eventually(t, "a draw once there is space", func() bool {
		a = newCitizen(t, p.address).tryDraw(officeMain, newKey())
		return a.status == 201
	})
	if want := fmt.Sprintf("H %03d", drawn+1); as[protocol.Drawn](a).Ticket.Number != want {
		t.Errorf("then drew %s, want %s", as[protocol.Drawn](a).Ticket.Number, want)
	}
}
