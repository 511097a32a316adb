package web

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/protocol"
)

const (
	publicURL  = "https://schalter.test"
	consoleURL = "https://console.schalter.test"
)

// edgeTest is a running edge, with a client that finds it under any host name.
type edgeTest struct {
	*Server
	t      *testing.T
	addr   string
	client *http.Client
	logs   *lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var testWidget = fstest.MapFS{
	"manifest.json": {Data: []byte(`{"citizen":{"js":["assets/citizen-1.js","assets/chunk-2.js"],"css":["assets/citizen-3.css"]},
		"guest":{"js":["assets/guest-6.js"],"css":[]},"relay":{"js":["assets/relay-4.js"],"css":[]},"console":{"js":["assets/console-5.js"],"css":[]}}`)},
	"board.js":             {Data: []byte(`window.seen=baked`)},
	"assets/citizen-1.js":  {Data: []byte(strings.Repeat("citizen();", 500))},
	"assets/citizen-3.css": {Data: []byte(`body{}`)},
}

const goodSecret = "good-secret"

func testAsks() asks {
	town := civic.Authority{ID: "a", Slug: "town", Name: civic.Text{"de": `Stadt <"Neu">`, "en": "Town"}, Origins: []string{"https://town.test"},
		Imprint: "https://town.test/imprint"}
	return asks{
		caller: func(_ context.Context, role civic.Role, secret string) (civic.Caller, error) {
			if secret != goodSecret {
				return civic.Caller{}, civic.Errorf(civic.Unauthenticated, civic.KeyTicketUnknown, "no")
			}
			return civic.Caller{Role: role, AuthorityID: "a", Ticket: "t1", Stage: civic.StageFull}, nil
		},
		authority: func(_ context.Context, slug string) (civic.Authority, error) {
			if slug != "town" {
				return civic.Authority{}, civic.Errorf(civic.NotFound, civic.KeyAuthorityUnknown, "%s", slug)
			}
			return town, nil
		},
	}
}

var testBoard = protocol.Board{Authority: protocol.BoardAuthority{Slug: "town", Name: civic.Text{"de": "</script><b>\u2028"}},
	Offices: []protocol.BoardOffice{}, Zone: civic.Zone}

type option func(*Config, *times)

// start runs an edge with further routes before the real ones.
func start(t *testing.T, more []Route, options ...option) *edgeTest {
	t.Helper()
	logs := &lockedBuffer{}
	cfg := Config{PublicURL: publicURL, ConsoleURL: consoleURL, Widget: testWidget,
		Log: slog.New(slog.NewJSONHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	times := ordinaryTimes
	for _, o := range options {
		o(&cfg, &times)
	}
	s, err := newServer(cfg, testAsks(), slices.Concat(more, Routes), times)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(ln) }()
	addr := ln.Addr().String()
	transport := &http.Transport{DisableCompression: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	}}
	e := &edgeTest{s, t, addr, &http.Client{Transport: transport}, logs}
	e.get("http://schalter.test/warm-up") // now it is listening
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return e
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (e *edgeTest) do(method, url, body string, header ...string) answer {
	e.t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		e.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		} else {
			req.Header.Add(header[i], header[i+1])
		}
	}
	res, err := e.client.Do(req)
	if err != nil {
		e.t.Fatalf("%s %s: %v", method, url, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		e.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(text)}
}

func (e *edgeTest) get(url string, header ...string) answer {
	e.t.Helper()
	return e.do(get, url, "", header...)
}

// with reports to a subtest.
func (e *edgeTest) with(t *testing.T) *edgeTest {
	sub := *e
	sub.t = t
	return &sub
}

// refused checks that an answer is a problem of that status and key.
func (e *edgeTest) refused(a answer, status int, key string) protocol.Problem {
	e.t.Helper()
	var p protocol.Problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		e.t.Fatalf("status %d, no problem: %q", a.status, a.body)
	}
	if a.status != status || p.Status != status || p.Key != key || a.header.Get("Content-Type") != "application/problem+json" {
		e.t.Errorf("got %d %+v (%s), want %d %s", a.status, p, a.header.Get("Content-Type"), status, key)
	}
	return p
}

func testRoute(method, path string, handle func(*Server, *fiber.Ctx) error) Route {
	return Route{Method: method, Path: path, Site: Public, Kind: API, Status: 200, Handle: handle}
}

func TestOfTwoOriginsEachHasItsOwnSurface(t *testing.T) {
	e := start(t, []Route{
		testRoute(get, "/public", func(s *Server, c *fiber.Ctx) error { return c.SendString("p") }),
		{Method: get, Path: "/clerks", Site: Console, Kind: API, Handle: func(s *Server, c *fiber.Ctx) error { return c.SendString("c") }},
	})
	for _, tt := range []struct {
		url    string
		status int
	}{
		{"http://schalter.test/public", 200},
		{"http://schalter.test:443/public", 200},
		{"http://SCHALTER.test/public", 200},
		{"http://console.schalter.test/clerks", 200},
		{"http://console.schalter.test/public", 404},
		{"http://schalter.test/clerks", 404},
		{"http://schalter.test/", 404},
		{"http://console.schalter.test/", 200},
		{"http://console.schalter.test/town", 404},
		{"http://schalter.test:8080/public", 421},
		{"http://schalter.test.evil/public", 421},
		{"http://127.0.0.1/public", 421},
	} {
		if a := e.get(tt.url); a.status != tt.status {
			t.Errorf("%s: %d, want %d", tt.url, a.status, tt.status)
		}
	}
}

func TestAForeignPageCannotWrite(t *testing.T) {
	e := start(t, []Route{testRoute(post, "/write", func(s *Server, c *fiber.Ctx) error { return c.SendString("done") })})
	url := "http://schalter.test/write"
	for _, tt := range []struct {
		name   string
		header []string
		key    string
	}{
		{"without the header", nil, civic.KeyHeaderMissing},
		{"without the header, from us", []string{"Origin", publicURL}, civic.KeyHeaderMissing},
		{"from the town's page", []string{"X-Schalter", "1", "Origin", "https://town.test"}, civic.KeyOriginForeign},
		{"from nowhere", []string{"X-Schalter", "1", "Origin", "null"}, civic.KeyOriginForeign},
		{"from the console", []string{"X-Schalter", "1", "Origin", consoleURL}, civic.KeyOriginForeign},
		{"from a longer name", []string{"X-Schalter", "1", "Origin", publicURL + ".evil"}, civic.KeyOriginForeign},
		{"from another case", []string{"X-Schalter", "1", "Origin", "https://SCHALTER.test"}, civic.KeyOriginForeign},
		{"from another port", []string{"X-Schalter", "1", "Origin", publicURL + ":444"}, civic.KeyOriginForeign},
		{"from another scheme", []string{"X-Schalter", "1", "Origin", "http://schalter.test"}, civic.KeyOriginForeign},
	} {
		t.Run(tt.name, func(t *testing.T) { e.with(t).refused(e.do(post, url, "", tt.header...), 403, tt.key) })
	}
	for _, header := range [][]string{{"X-Schalter", "1"}, {"X-Schalter", "1", "Origin", publicURL}} {
		if a := e.do(post, url, "", header...); a.status != 200 {
			t.Errorf("with %v: %d", header, a.status)
		}
	}
	a := e.do("OPTIONS", url, "", "Origin", "https://town.test", "Access-Control-Request-Method", "POST")
	if a.status < 400 || a.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("a preflight was granted: %d %v", a.status, a.header)
	}
}

func TestARoleNeedsItsSecret(t *testing.T) {
	who := func(s *Server, c *fiber.Ctx) error { return c.SendString(string(s.caller(c).Role)) }
	e := start(t, []Route{
		{Method: get, Path: "/mine", Site: Public, Role: citizen, Kind: API, Handle: who},
		{Method: get, Path: "/desk", Site: Console, Role: clerk, Kind: API, Handle: who},
	})
	e.refused(e.get("http://schalter.test/mine"), 401, civic.KeyTicketUnknown)
	e.refused(e.get("http://schalter.test/mine", "Cookie", sessionCookie+"="+goodSecret), 401, civic.KeyTicketUnknown)
	e.refused(e.get("http://console.schalter.test/desk", "Authorization", "Bearer "+goodSecret), 401, civic.KeyTicketUnknown)
	for _, tt := range [][3]string{
		{"http://schalter.test/mine", "Cookie", ticketCookie + "=" + goodSecret},
		{"http://schalter.test/mine", "Authorization", "Bearer " + goodSecret},
		{"http://console.schalter.test/desk", "Cookie", sessionCookie + "=" + goodSecret},
	} {
		if a := e.get(tt[0], tt[1], tt[2]); a.status != 200 || a.body == "" {
			t.Errorf("%v: %d %s", tt, a.status, a.body)
		}
	}
}

func TestCookiesAreOutOfReach(t *testing.T) {
	e := start(t, []Route{testRoute(get, "/cookies", func(s *Server, c *fiber.Ctx) error {
		setTicketCookie(c, "x")
		setSessionCookie(c, "y", time.Hour)
		return nil
	})})
	got := e.get("http://schalter.test/cookies").header.Values("Set-Cookie")
	want := []string{
		"__Host-ticket=x; max-age=86400; path=/; HttpOnly; secure; SameSite=None; Partitioned",
		"__Host-session=y; max-age=3600; path=/; HttpOnly; secure; SameSite=Strict",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestTheLogHoldsNoSecretAddressOrPath(t *testing.T) {
	e := start(t, []Route{testRoute(get, "/x/{name}", func(s *Server, c *fiber.Ctx) error { return c.SendString("ok") })})
	e.get("http://schalter.test/x/canary-name?q=canary-query", "Cookie", ticketCookie+"=canary-cookie",
		"Authorization", "Bearer canary-bearer", "X-Forwarded-For", "203.0.113.77")
	e.get("http://schalter.test/canary-path/x")
	if got := e.logs.String(); strings.Contains(got, "canary") || strings.Contains(got, "203.0.113.77") ||
		strings.Contains(got, "127.0.0.1") || !strings.Contains(got, `"route":"/x/{name}"`) {
		t.Errorf("log: %s", got)
	}
}

func TestPlainHTTPHasNoHSTS(t *testing.T) {
	e := start(t, nil, func(c *Config, _ *times) {
		c.PublicURL, c.ConsoleURL = "http://localhost:8080", "http://console.localhost:8080"
	})
	a := e.get("http://localhost:8080/v/")
	if a.status != 200 || a.header.Get("Strict-Transport-Security") != "" || !strings.Contains(a.header.Get("Content-Security-Policy"), "ws://localhost:8080") {
		t.Errorf("%d %v", a.status, a.header)
	}
}

func TestOriginsMustDiffer(t *testing.T) {
	for _, tt := range [][2]string{
		{"https://a.test", "https://a.test/"}, {"https://a.test", "https://a.test:443"}, {"", "https://a.test"},
		{"https://a.test/path", "https://b.test"}, {"ftp://a.test", "https://b.test"}, {"https://a.test?x", "https://b.test"},
	} {
		if _, err := newOrigins(tt[0], tt[1]); err == nil {
			t.Errorf("%v passed", tt)
		}
	}
}
