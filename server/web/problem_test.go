package web

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/protocol"
)

func TestEveryCodeHasAStatus(t *testing.T) {
	want := map[civic.Code]int{civic.Invalid: 422, civic.Unauthenticated: 401, civic.Forbidden: 403, civic.NotFound: 404, civic.Conflict: 409,
		civic.Gone: 410, civic.TooLarge: 413, civic.TooMany: 429, civic.Unavailable: 503, civic.Internal: 500}
	for code, status := range want {
		p := problemOf(fmt.Errorf("around: %w", civic.Errorf(code, "key", "detail")), "id")
		if p.Status != status || p.Code != code || p.Key != "key" {
			t.Errorf("%s: %+v", code, p)
		}
	}
	if len(statusOf) != len(want) {
		t.Error("a code is missing here")
	}
}

func TestAForeignErrorIsLoggedOnceAndNotTold(t *testing.T) {
	e := start(t, []Route{
		testRoute(get, "/broken", func(s *Server, c *fiber.Ctx) error { return errors.New("disk on fire") }),
		testRoute(get, "/panic", func(s *Server, c *fiber.Ctx) error { panic("wires crossed") }),
	})
	for path, cause := range map[string]string{"/broken": "disk on fire", "/panic": "wires crossed"} {
		p := e.refused(e.get("http://schalter.test"+path), 500, "internal")
		if p.RequestID == "" || strings.Contains(fmt.Sprint(p), cause) {
			t.Errorf("%s: %+v", path, p)
		}
		logs := e.logs.String()
		if strings.Count(logs, cause) != 1 || !strings.Contains(logs, p.RequestID) {
			t.Errorf("%s: log %s", path, logs)
		}
	}
}

func TestFibersOwnRefusalsAreProblems(t *testing.T) {
	e := start(t, []Route{testRoute(post, "/write", func(s *Server, c *fiber.Ctx) error { return nil })})
	e.refused(e.get("http://schalter.test/no/such/thing"), 404, civic.KeyNotFound)
	e.refused(e.get("http://schalter.test/api/v1/no"), 404, civic.KeyNotFound)
	e.refused(e.do("PUT", "http://schalter.test/write", ""), 405, civic.KeyNotFound)
	e.refused(e.get("http://schalter.test/nowhere"), 404, civic.KeyAuthorityUnknown)
	e.refused(e.get("http://schalter.test/v/", "X-Long", strings.Repeat("x", 10<<10)), 431, civic.KeyBodyTooLarge)
	if got := e.raw("NONSENSE\r\n\r\n"); !strings.Contains(got, "400") || !strings.Contains(got, "application/problem+json") {
		t.Errorf("garbage: %q", got)
	}
}

// raw sends bytes and returns what comes back until the server closes.
func (e *edgeTest) raw(text string) string {
	e.t.Helper()
	conn, err := net.Dial("tcp", e.addr)
	if err != nil {
		e.t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(conn, text); err != nil {
		e.t.Fatal(err)
	}
	got, _ := io.ReadAll(conn)
	return string(got)
}

func drawRoute() Route {
	return testRoute(post, "/draw", func(s *Server, c *fiber.Ctx) error {
		d, err := body[protocol.Draw](s, c)
		if err != nil {
			return err
		}
		return c.JSON(d)
	})
}

func TestABodyIsDecodedStrictly(t *testing.T) {
	e := start(t, []Route{drawRoute(), testRoute(post, "/about", func(s *Server, c *fiber.Ctx) error {
		a, err := body[protocol.About](s, c)
		if err != nil {
			return err
		}
		return c.JSON(a)
	})})
	jsonType := []string{"X-Schalter", "1", "Content-Type", "application/json; charset=utf-8"}
	for _, tt := range []struct{ name, path, body string }{
		{"nothing", "/draw", ``},
		{"no JSON", "/draw", `authority=x`},
		{"no object", "/draw", `[]`},
		{"null", "/draw", `null`},
		{"a member unknown", "/draw", `{"authority":"a","office":"o","admin":true}`},
		{"a member in another case", "/draw", `{"authority":"a","Office":"o"}`},
		{"a member twice", "/draw", `{"authority":"a","office":"o","office":"p"}`},
		{"a member missing", "/draw", `{"authority":"a"}`},
		{"a long name beside a short one", "/about", `{"name":"x","NAME":"` + strings.Repeat("x", 61) + `"}`},
		{"a name that folds", "/draw", `{"authority":"a","office":"o","topic":"t","topi\u0063":"u"}`},
		{"a required member null", "/draw", `{"authority":"a","office":null}`},
		{"a wrong type", "/draw", `{"authority":"a","office":7}`},
		{"too long", "/draw", `{"authority":"a","office":"` + strings.Repeat("o", 65) + `"}`},
		{"text after the end", "/draw", `{"authority":"a","office":"o"} {}`},
		{"deeply nested", "/draw", strings.Repeat("[", 5000)},
		{"not in the list", "/about", `{"camera":"broken"}`},
		{"a long name", "/about", `{"name":"` + strings.Repeat("ä", 61) + `"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e.with(t).refused(e.do(post, "http://schalter.test"+tt.path, tt.body, jsonType...), 422, civic.KeyBodyMalformed)
		})
	}
	for path, ok := range map[string]string{
		"/draw":  `{"authority":"a","office":"o","lang":"de"}`,
		"/about": `{"name":"` + strings.Repeat("ä", 60) + `","camera":""}`,
	} {
		if a := e.do(post, "http://schalter.test"+path, ok, jsonType...); a.status != 200 || a.body != ok {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	e.refused(e.do(post, "http://schalter.test/draw", `{"authority":"a","office":"o"}`, "X-Schalter", "1", "Content-Type", "text/plain"),
		415, civic.KeyBodyMalformed)
}

func TestABodyOverTheLimitIsAnswered(t *testing.T) {
	e := start(t, []Route{drawRoute()})
	for _, size := range []int{bodyLimit + 1, 200 << 10} {
		text := strings.Repeat("x", size)
		for name, reader := range map[string]io.Reader{"with a length": strings.NewReader(text), "in chunks": io.MultiReader(strings.NewReader(text))} {
			t.Run(fmt.Sprintf("%s, %d bytes", name, size), func(t *testing.T) {
				req, _ := http.NewRequest(post, "http://schalter.test/draw", reader)
				req.Header.Set("X-Schalter", "1")
				req.Header.Set("Content-Type", "application/json")
				res, err := e.client.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
				text, _ := io.ReadAll(res.Body)
				e.with(t).refused(answer{res.StatusCode, res.Header, string(text)}, 413, civic.KeyBodyTooLarge)
			})
		}
	}
}

func TestUnreadBodiesDoNotBecomeRequests(t *testing.T) {
	e := start(t, []Route{testRoute(post, "/ignore", func(s *Server, c *fiber.Ctx) error { return c.SendString("ignored") })})
	hidden := "GET /v/ HTTP/1.1\r\nHost: schalter.test\r\n\r\n"
	got := e.raw(fmt.Sprintf("POST /ignore HTTP/1.1\r\nHost: schalter.test\r\nX-Schalter: 1\r\nContent-Length: %d\r\n\r\n%s", len(hidden), hidden) +
		"POST /ignore HTTP/1.1\r\nHost: schalter.test\r\nX-Schalter: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	if n := strings.Count(got, "HTTP/1.1 200"); n != 2 || strings.Contains(got, "<html") {
		t.Errorf("%d answers: %q", n, got)
	}
}

func TestSlowSendersAreCut(t *testing.T) {
	e := start(t, []Route{drawRoute()}, func(_ *Config, t *times) { t.read = 100 * time.Millisecond })
	for name, text := range map[string]string{
		"headers": "GET /v/ HTTP/1.1\r\nHost: schal",
		"body":    "POST /draw HTTP/1.1\r\nHost: schalter.test\r\nX-Schalter: 1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",
		"chunks":  "POST /draw HTTP/1.1\r\nHost: schalter.test\r\nX-Schalter: 1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			got := e.raw(text)
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("held for %v", took)
			}
			res, err := http.ReadResponse(bufio.NewReader(strings.NewReader(got)), nil)
			if err != nil || res.StatusCode != 408 {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
