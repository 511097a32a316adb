package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/protocol"
)

// sock is a client of a socket in tests.
type sock struct {
	*websocket.Conn
	t   *testing.T
	ctx context.Context
}

func (e *edgeTest) dial(path string, header ...string) (*sock, *http.Response, error) {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Add(header[i], header[i+1])
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	e.t.Cleanup(cancel)
	ws, res, err := websocket.Dial(ctx, "ws://schalter.test"+path, &websocket.DialOptions{HTTPClient: e.client, HTTPHeader: h})
	return &sock{ws, e.t, ctx}, res, err
}

func (e *edgeTest) connect(path string) *sock {
	e.t.Helper()
	s, _, err := e.dial(path, "Origin", publicURL)
	if err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(func() { _ = s.CloseNow() })
	return s
}

func (s *sock) say(text string) {
	s.t.Helper()
	if err := s.Write(s.ctx, websocket.MessageText, []byte(text)); err != nil {
		s.t.Fatalf("write %s: %v", text, err)
	}
}

func (s *sock) hear() (protocol.Frame, error) {
	_, text, err := s.Read(s.ctx)
	if err != nil {
		return protocol.Frame{}, err
	}
	var f protocol.Frame
	if err := json.Unmarshal(text, &f); err != nil {
		s.t.Fatalf("heard %q", text)
	}
	return f, nil
}

func (s *sock) expect(frame string) protocol.Frame {
	s.t.Helper()
	f, err := s.hear()
	if err != nil || f.Type != frame {
		s.t.Fatalf("heard %q, %v; want %q", f.Type, err, frame)
	}
	return f
}

// end reads on until the socket closes, and returns the close code and the last problem.
func (s *sock) end() (websocket.StatusCode, string) {
	key := ""
	for {
		f, err := s.hear()
		if err != nil {
			return websocket.CloseStatus(err), key
		}
		if f.Type == protocol.FrameProblem {
			var p protocol.Problem
			if err := json.Unmarshal(f.Data, &p); err != nil {
				s.t.Fatal(err)
			}
			key = p.Key
		}
	}
}

const helloText = `{"type":"hello","data":{"versions":[1]}}`

// echoRoute welcomes, and says back what it is sent. Its ends are sent to ended.
func echoRoute(ended chan<- struct{}, pongs chan<- struct{}) Route {
	return Route{Method: get, Path: "/echo", Site: Public, Kind: API, Socket: &TicketSocket, Handle: func(s *Server, c *fiber.Ctx) error {
		return serveSocket(s, c, &TicketSocket, func(ctx context.Context, t *Talk, first protocol.Hello) error {
			if first.Secret == "refuse-me" {
				return civic.Errorf(civic.Unauthenticated, civic.KeyTicketUnknown, "no")
			}
			if first.Secret == "panic" {
				panic("open")
			}
			t.OnClose(func() { ended <- struct{}{} })
			t.OnPong(func() { pongs <- struct{}{} })
			On(t, "resume", func(_ context.Context, r protocol.Resume) error {
				switch r.Code {
				case "conflict":
					return civic.Errorf(civic.Conflict, civic.KeyTicketState, "no")
				case "foreign":
					return errors.New("disk on fire")
				case "flood":
					for range outboxSize + 100 {
						t.Send("resume", strings.Repeat("x", 256<<10))
					}
					return nil
				}
				t.Send("resume", r)
				return nil
			})
			On(t, "bye", func(context.Context, struct{}) error {
				t.Send("bye", nil)
				t.Close("bye")
				return nil
			})
			t.Send(protocol.FrameWelcome, protocol.Welcome{Version: 1})
			return nil
		})
	}}
}

func startEcho(t *testing.T, options ...option) (*edgeTest, chan struct{}, chan struct{}) {
	ended, pongs := make(chan struct{}, 1000), make(chan struct{}, 1000)
	return start(t, []Route{echoRoute(ended, pongs)}, options...), ended, pongs
}

func TestASocketTalks(t *testing.T) {
	e, ended, _ := startEcho(t)
	s := e.connect("/echo")
	s.say(helloText)
	s.expect("welcome")
	for i := range 10 {
		s.say(fmt.Sprintf(`{"type":"resume","data":{"code":"%d"}}`, i))
		if f := s.expect("resume"); string(f.Data) != fmt.Sprintf(`{"code":"%d"}`, i) {
			t.Fatalf("%s", f.Data)
		}
	}
	s.say(`{"type":"bye"}`)
	s.expect("bye")
	if code, _ := s.end(); code != websocket.StatusNormalClosure {
		t.Errorf("closed with %d", code)
	}
	<-ended
}

func TestOnlyOurOwnPagesOpenSockets(t *testing.T) {
	e, _, _ := startEcho(t)
	for _, origin := range []string{"https://town.test", "null", consoleURL, publicURL + ".evil", "http://schalter.test", publicURL + "/", "https://SCHALTER.test"} {
		_, res, err := e.dial("/echo", "Origin", origin)
		if err == nil || res == nil || res.StatusCode != 403 {
			t.Errorf("%s: %v %v", origin, res, err)
		}
	}
	s, _, err := e.dial("/echo") // a program: its secret stands in the first frame
	if err != nil {
		t.Fatal(err)
	}
	s.say(helloText)
	s.expect("welcome")
	_ = s.CloseNow()
	e.refused(e.get("http://schalter.test/echo", "Origin", publicURL), 426, civic.KeyHeaderMissing)
}

func TestACookieDoesNotCountWithoutAnOrigin(t *testing.T) {
	got := make(chan string, 1)
	e := start(t, []Route{{Method: get, Path: "/mine", Site: Public, Kind: API, Socket: &TicketSocket, Handle: func(s *Server, c *fiber.Ctx) error {
		got <- s.secret(c, civic.RoleCitizen)
		return fiber.ErrNotFound
	}}, {Method: get, Path: "/desk", Site: Public, Role: clerk, Kind: API, Socket: &ConsoleSocket, Handle: func(s *Server, c *fiber.Ctx) error {
		return fiber.ErrNotFound
	}}})
	cookie := ticketCookie + "=" + goodSecret
	e.dial("/mine", "Cookie", cookie)
	if s := <-got; s != "" {
		t.Errorf("secret %q", s)
	}
	e.dial("/mine", "Cookie", cookie, "Origin", publicURL)
	if s := <-got; s != goodSecret {
		t.Errorf("secret %q", s)
	}
	e.refused(e.get("http://schalter.test/desk", "Cookie", sessionCookie+"="+goodSecret), 403, civic.KeyOriginForeign)
}

func TestMalformedFramesCloseTheSocket(t *testing.T) {
	e, ended, _ := startEcho(t)
	malformed := []string{
		`not json`, `[]`, `"hello"`, `{}`, `{"type":7}`, `{"type":"unknown"}`, `{"type":"ping"}`, `{"type":"pong","data":1}`,
		`{"type":"bye","data":{}}`, `{"type":"resume"}`, `{"type":"resume","data":null}`, `{"type":"resume","data":{}}`,
		`{"type":"resume","data":{"code":"x","more":1}}`, `{"type":"resume","data":{"code":"x","code":"y"}}`,
		`{"type":"resume","data":{"code":"x"},"more":1}`, `{"type":"resume","data":{"code":"x"}} ` + "{}",
		`{"type":"resume","type":"bye","data":{"code":"x"}}`, `{"type":"resume","data":{"code":"` + strings.Repeat("x", 65) + `"}}`,
		strings.Repeat(`{"type":`, 4000),
	}
	for _, text := range malformed {
		s := e.connect("/echo")
		s.say(helloText)
		s.expect("welcome")
		s.say(text)
		if code, key := s.end(); code != 4422 || key != civic.KeyFrameMalformed {
			t.Errorf("%.60s: closed with %d %q", text, code, key)
		}
		<-ended
	}
	for _, text := range []string{`{"type":"pong"}`, `{"type":"hello"}`, `{"type":"hello","data":{"versions":["1"]}}`, `x`} {
		s := e.connect("/echo")
		s.say(text)
		if code, key := s.end(); code != 4422 || key != civic.KeyFrameMalformed {
			t.Errorf("first frame %s: closed with %d %q", text, code, key)
		}
	}
	s := e.connect("/echo")
	if err := s.Write(s.ctx, websocket.MessageBinary, []byte(helloText)); err != nil {
		t.Fatal(err)
	}
	if code, _ := s.end(); code != 4422 {
		t.Errorf("binary: closed with %d", code)
	}
	s = e.connect("/echo")
	s.say(helloText)
	s.expect("welcome")
	s.say(`{"type":"resume","data":{"code":"` + strings.Repeat("x", frameLimit) + `"}}`)
	if code, _ := s.end(); code != websocket.StatusMessageTooBig {
		t.Errorf("too big: closed with %d", code)
	}
}

func TestRefusalsOnASocket(t *testing.T) {
	e, _, _ := startEcho(t)
	for _, tt := range []struct {
		first, then string
		code        websocket.StatusCode
		key         string
	}{
		{first: `{"type":"hello","data":{"versions":[1],"secret":"refuse-me"}}`, code: 4401, key: civic.KeyTicketUnknown},
		{first: `{"type":"hello","data":{"versions":[1],"secret":"panic"}}`, code: websocket.StatusInternalError, key: civic.KeyInternal},
		{first: helloText, then: `{"type":"resume","data":{"code":"foreign"}}`, code: websocket.StatusInternalError, key: civic.KeyInternal},
	} {
		s := e.connect("/echo")
		s.say(tt.first)
		if tt.then != "" {
			s.expect("welcome")
			s.say(tt.then)
		}
		if code, key := s.end(); code != tt.code || key != tt.key {
			t.Errorf("%s %s: %d %q", tt.first, tt.then, code, key)
		}
	}
	s := e.connect("/echo")
	s.say(helloText)
	s.expect("welcome")
	s.say(`{"type":"resume","data":{"code":"conflict"}}`)
	s.expect("problem")
	s.say(`{"type":"resume","data":{"code":"still here"}}`)
	s.expect("resume")
}

func TestTooManyFramesCloseTheSocket(t *testing.T) {
	e, _, _ := startEcho(t)
	s := e.connect("/echo")
	s.say(helloText)
	go func() {
		for range frameRate * 3 {
			if s.Write(s.ctx, websocket.MessageText, []byte(`{"type":"pong"}`)) != nil {
				return
			}
		}
	}()
	if code, key := s.end(); code != websocket.StatusTryAgainLater || key != civic.KeyTooManyRequests {
		t.Errorf("closed with %d %q", code, key)
	}
}

func TestTheFirstFrameMustCome(t *testing.T) {
	e, _, _ := startEcho(t, func(_ *Config, t *times) { t.firstFrame = 50 * time.Millisecond })
	if code, _ := e.connect("/echo").end(); code != closeSilent {
		t.Errorf("closed with %d", code)
	}
}

func TestPresenceIsAnAnsweredPing(t *testing.T) {
	e, ended, pongs := startEcho(t, func(_ *Config, t *times) { t.ping, t.silence = 30*time.Millisecond, 500*time.Millisecond })
	s := e.connect("/echo")
	s.say(helloText)
	s.expect("welcome")
	for range 3 {
		s.expect("ping")
		s.say(`{"type":"pong"}`)
		<-pongs
	}
	// From here the page sleeps: its browser still answers protocol pings, but no frame.
	if code, _ := s.end(); code != closeSilent {
		t.Errorf("closed with %d", code)
	}
	<-ended
	if n := len(pongs); n != 0 {
		t.Errorf("%d more signs of presence", n)
	}
}

func TestASlowReaderIsCut(t *testing.T) {
	e, ended, _ := startEcho(t, func(_ *Config, t *times) { t.write = 200 * time.Millisecond })
	s := e.connect("/echo")
	s.say(helloText)
	s.say(`{"type":"resume","data":{"code":"flood"}}`)
	select { // without a single read
	case <-ended:
	case <-time.After(15 * time.Second):
		t.Error("the socket of a slow reader stays")
	}
}

func TestShutdownClosesAllSocketsAtOnce(t *testing.T) {
	e, ended, _ := startEcho(t)
	const n = 100
	var wg sync.WaitGroup
	codes := make(chan websocket.StatusCode, n)
	for range n {
		s := e.connect("/echo")
		s.say(helloText)
		s.expect("welcome")
		wg.Go(func() {
			code, _ := s.end()
			codes <- code
		})
	}
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := e.sockets.shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 4*time.Second {
		t.Errorf("took %v", took)
	}
	if len(ended) != n {
		t.Errorf("%d handlers had ended when shutdown returned", len(ended))
	}
	wg.Wait()
	for range n {
		if code := <-codes; code != websocket.StatusGoingAway {
			t.Errorf("closed with %d", code)
		}
	}
	if code, _ := e.connect("/echo").end(); code != websocket.StatusGoingAway {
		t.Errorf("a socket after the shutdown: %d", code)
	}
}
