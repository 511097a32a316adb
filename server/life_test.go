package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"schalter/server/civic"
	"schalter/server/protocol"
)

// TestAStopAndAStartLoseNothing: SIGTERM tells all sockets, lets a running request end and exits in time; started again on
// the same file, whoever waits has the same place, and a conversation goes on.
func TestAStopAndAStartLoseNothing(t *testing.T) {
	t.Parallel()
	database := filled(t)
	c := bear(t, database, "--unlimited")
	clerk, citizen, waiter := newClerk(t, c.address), newCitizen(t, c.address), newCitizen(t, c.address)
	clerk.login(huber)
	desk := clerk.open(officeMain)
	console := clerk.consoleSocket()
	citizen.draw(officeMain)
	waiter.draw(officeMain)
	waiting := waiter.ticketSocket()
	await(waiting, protocol.FrameTicket, func(v protocol.CitizenTicket) bool { return v.State == civic.Waiting })
	mine := newGuest(clerk, desk.call().Grant)
	mine.connect()
	theirs := newGuest(citizen, citizen.enter())
	theirs.connect()
	mine.receives("media before the stop")
	before := waiter.ticket()

	running := beginDraw(t, c.address)
	begun := time.Now()
	must(t, c.cmd.Process.Signal(syscall.SIGTERM))
	for who, k := range map[string]*socket{"waiting citizen": waiting, "clerk": console, "citizen in the room": theirs.socket, "clerk in the room": mine.socket} {
		if code := k.closed(); code != websocket.StatusGoingAway {
			t.Errorf("the socket of the %s closed with %d", who, code)
		}
	}
	if number := running.end(); number != "H 003" {
		t.Errorf("the request under way drew %q", number)
	}
	if code := c.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, c.logs)
	}
	if took := time.Since(begun); took > drainTime+2*time.Second {
		t.Errorf("took %v to stop", took)
	}

	c = bear(t, database, "--unlimited")
	clerk, citizen, waiter = clerk.movedTo(c.address), citizen.movedTo(c.address), waiter.movedTo(c.address)
	if now := waiter.ticket(); now.Number != before.Number || now.Ahead != before.Ahead || now.State != before.State {
		t.Errorf("was %+v, is %+v", before, now)
	}
	eventually(t, "the conversation to count as interrupted", func() bool {
		v := citizen.ticket()
		return v.State == civic.Serving && v.Call != nil && v.Call.Interrupted != nil
	})
	console = clerk.consoleSocket()
	again := *desk
	again.person = clerk
	mine = newGuest(clerk, as[protocol.Grant](again.try("grant", nil)))
	theirs = newGuest(citizen, citizen.enter())
	mine.connect()
	theirs.connect()
	mine.receives("media after the start")
	theirs.receives("media after the start")
	await(console, protocol.FrameOffice, func(v protocol.OfficeView) bool { return v.Current != nil && v.Current.Interrupted == nil })
	if v := again.settle("finish"); v.Figures.Visits != 1 || len(v.Waiting) != 2 {
		t.Errorf("finished with %+v", v)
	}
}

// slowDraw is a request of which the program has read the head and not yet the body.
type slowDraw struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
	body []byte
}

func beginDraw(t testing.TB, at address) *slowDraw {
	t.Helper()
	body, err := json.Marshal(protocol.Draw{Authority: town, Office: officeMain})
	must(t, err)
	conn, err := net.Dial("tcp", at.tcp)
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	must(t, conn.SetDeadline(time.Now().Add(patience)))
	_, err = fmt.Fprintf(conn, "POST /api/v1/tickets HTTP/1.1\r\nHost: %s\r\nX-Schalter: 1\r\nIdempotency-Key: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
		strings.TrimPrefix(at.public, "http://"), newKey(), len(body))
	must(t, err)
	in := bufio.NewReader(conn)
	line, err := in.ReadString('\n') // the program asks for the body: it is at it
	if must(t, err); !strings.Contains(line, " 100 ") {
		t.Fatalf("got %q, want 100 Continue", line)
	}
	_, err = in.ReadString('\n')
	must(t, err)
	return &slowDraw{t, conn, in, body}
}

func (s *slowDraw) end() string {
	s.t.Helper()
	_, err := s.conn.Write(s.body)
	must(s.t, err)
	res, err := http.ReadResponse(s.in, nil)
	must(s.t, err)
	body, err := io.ReadAll(res.Body)
	must(s.t, err)
	return as[protocol.Drawn](answer{s.t, res.StatusCode, res.Header, body}).Ticket.Number
}

// TestABackupHoldsWhatWasAcknowledged: taken while people draw; restored, the program runs on it, and every number that was
// given before the backup began is there, with its secret.
func TestABackupHoldsWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	database := filled(t)
	c := bear(t, database, "--unlimited")
	clerk := newClerk(t, c.address)
	clerk.login(huber)
	clerk.open(officeMain)
	type holder struct {
		*person
		number string
	}
	var mu sync.Mutex // guards drawn
	var drawn []holder
	ctx, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for range 4 {
		load.Go(func() {
			for ctx.Err() == nil {
				p := newCitizen(t, c.address)
				a, err := p.try(p.request(http.MethodPost, "/api/v1/tickets", protocol.Draw{Authority: town, Office: officeMain}, "Idempotency-Key", newKey()))
				var d protocol.Drawn
				if err != nil || json.Unmarshal(a.body, &d) != nil || a.status != 201 {
					return // the day's last number is drawn
				}
				mu.Lock()
				drawn = append(drawn, holder{p, d.Ticket.Number})
				mu.Unlock()
			}
		})
	}
	defer load.Wait()
	defer stop()
	count := func() int { mu.Lock(); defer mu.Unlock(); return len(drawn) }
	eventually(t, "50 numbers", func() bool { return count() >= 50 })
	acknowledged := count()
	dir := t.TempDir()
	copied, restored := filepath.Join(dir, "copy.db"), filepath.Join(dir, "restored.db")
	if out, code := command(t, "", "backup", "--database", database, copied); code != 0 || !strings.Contains(out, "copied") {
		t.Fatalf("backup: %d %s", code, out)
	}
	during := count() - acknowledged
	stop()
	load.Wait()
	c.kill()
	if out, code := command(t, "", "restore", "--database", database, copied); code == 0 || !strings.Contains(out, "exists") {
		t.Errorf("restored over a database: %s", out)
	}
	if out, code := command(t, "", "restore", "--database", restored, copied); code != 0 {
		t.Fatalf("restore: %d %s", code, out)
	}
	c = bear(t, restored, "--unlimited")
	for _, h := range drawn[:acknowledged] {
		if v := h.movedTo(c.address).ticket(); v.Number != h.number {
			t.Errorf("%s is %+v in the restored database", h.number, v)
		}
	}
	newCitizen(t, c.address).draw(officeMain)
	t.Logf("%d acknowledged before the backup, %d while it ran", acknowledged, during)
}

func TestACommandAddsAClerk(t *testing.T) {
	database := filled(t)
	c := bear(t, database)
	add := []string{"user", "add", "--database", database, "--authority", town, "--email", "neu@mitte.test", "--name", "Frau Neu", "--office", string(officeMain)}
	if out, code := command(t, "kurz\n", add...); code == 0 {
		t.Errorf("a short password passed: %s", out)
	}
	newClerk(t, c.address).post("/api/v1/console/session", protocol.Login{Email: "neu@mitte.test", Password: password}).refused(401, civic.Unauthenticated, civic.KeyLoginWrong)
	out, code := command(t, password+"\n", add...)
	if code != 0 || strings.Contains(out, password) {
		t.Fatalf("%d %s", code, out)
	}
	if s := newClerk(t, c.address).login("neu@mitte.test"); s.Name != "Frau Neu" || len(s.Offices) != 1 {
		t.Errorf("logged in as %+v", s)
	}
	for flag, value := range map[string]string{"--authority": "nirgends", "--office": "nirgends"} {
		if out, code := command(t, password, append(add, flag, value)...); code == 0 {
			t.Errorf("%s %s: %s", flag, value, out)
		}
	}
	if out, code := command(t, password, "user", "add", "--database", database, "--authority", otherTown, "--email", huber, "--name", "x", "--office", string(officeOther)); code == 0 {
		t.Errorf("took a clerk over from another authority: %s", out)
	}
}

func TestWhatTheProgramPrints(t *testing.T) {
	if out, code := command(t, "", "version"); code != 0 || !strings.HasPrefix(out, "schalter ") || !strings.Contains(out, "go1.") {
		t.Errorf("version: %d %q", code, out)
	}
	committed, err := os.ReadFile(filepath.Join("web", "openapi.json"))
	must(t, err)
	if out, code := command(t, "", "openapi"); code != 0 || !bytes.Equal([]byte(out), committed) {
		t.Errorf("openapi prints something else than web/openapi.json (%d, %d bytes)", code, len(out))
	}
	if out, code := command(t, "", "serve", "--config", configFile(t, "publik-url: https://a.test\n")); code == 0 || !strings.Contains(out, `unknown key "publik-url"`) {
		t.Errorf("a misspelt key: %d %s", code, out)
	}
	if out, code := command(t, "", "serve"); code == 0 || !strings.Contains(out, "public-url") {
		t.Errorf("without origins: %d %s", code, out)
	}
	if out, code := command(t, "", "none"); code == 0 {
		t.Errorf("an unknown command: %s", out)
	}
}
