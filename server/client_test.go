package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/protocol"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// eventually waits until ok.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// address is where a program answers: one listener, two origins.
type address struct {
	tcp, public, console string
	http                 *http.Client // connects to tcp, whatever the URL says
}

func addressOf(t testing.TB, tcp string) address {
	_, port, err := net.SplitHostPort(tcp)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", tcp)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return address{tcp, "http://localhost:" + port, "http://console.localhost:" + port, &http.Client{Transport: transport, Timeout: patience}}
}

// person is a browser on one of the origins. It keeps cookies by hand: a jar refuses Secure ones over http, which browsers
// accept on localhost.
type person struct {
	t      testing.TB
	at     address
	origin string
	bearer string

	mu      sync.Mutex // guards cookies
	cookies map[string]string
}

func newCitizen(t testing.TB, at address) *person {
	return &person{t: t, at: at, origin: at.public, cookies: map[string]string{}}
}

func newClerk(t testing.TB, at address) *person {
	return &person{t: t, at: at, origin: at.console, cookies: map[string]string{}}
}

// also is the same browser, reporting to a subtest.
func (p *person) also(t testing.TB) *person {
	p.mu.Lock()
	defer p.mu.Unlock()
	return &person{t: t, at: p.at, origin: p.origin, bearer: p.bearer, cookies: maps.Clone(p.cookies)}
}

func (p *person) cookie() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(p.cookies)) {
		pairs = append(pairs, name+"="+p.cookies[name])
	}
	return strings.Join(pairs, "; ")
}

func (p *person) keep(cookies []*http.Cookie) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range cookies {
		if c.MaxAge < 0 || c.Value == "" {
			delete(p.cookies, c.Name)
		} else {
			p.cookies[c.Name] = c.Value
		}
	}
}

// answer is what came back.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

// request makes a request as our pages do. body is JSON-encoded, a string is sent as it is, nil is none. header holds
// names and values; an empty value takes the header away.
func (p *person) request(method, path string, body any, header ...string) *http.Request {
	p.t.Helper()
	var text io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		text = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			p.t.Fatal(err)
		}
		text = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, p.origin+path, text)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set(protocol.HeaderSchalter, "1")
	req.Header.Set("Origin", p.origin)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if p.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+p.bearer)
	}
	if c := p.cookie(); c != "" {
		req.Header.Set("Cookie", c)
	}
	for i := 0; i < len(header); i += 2 {
		switch {
		case header[i] == "Host":
			req.Host = header[i+1]
		case header[i+1] == "":
			req.Header.Del(header[i])
		default:
			req.Header.Set(header[i], header[i+1])
		}
	}
	return req
}

// try sends a request; an error is one of the connection.
func (p *person) try(req *http.Request) (answer, error) {
	res, err := p.at.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{}, err
	}
	p.keep(res.Cookies())
	return answer{p.t, res.StatusCode, res.Header, body}, nil
}

func (p *person) do(method, path string, body any, header ...string) answer {
	p.t.Helper()
	a, err := p.try(p.request(method, path, body, header...))
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func (p *person) post(path string, body any, header ...string) answer {
	p.t.Helper()
	return p.do(http.MethodPost, path, body, header...)
}

// as decodes a good answer.
func as[T any](a answer) T {
	a.t.Helper()
	var v T
	if a.status < 200 || a.status > 299 {
		a.t.Fatalf("status %d: %s", a.status, a.body)
	}
	if err := json.Unmarshal(a.body, &v); err != nil {
		a.t.Fatalf("%v: %s", err, a.body)
	}
	return v
}

// newKey is an idempotency key as our pages make it.
func newKey() string { return fmt.Sprintf("%x", identity.NewSecret().Hash) }

func (p *person) draw(office civic.OfficeID) protocol.CitizenTicket {
	p.t.Helper()
	return as[protocol.Drawn](p.tryDraw(office, newKey())).Ticket
}

func (p *person) tryDraw(office civic.OfficeID, key string) answer {
	p.t.Helper()
	return p.post("/api/v1/tickets", protocol.Draw{Authority: authorityOf(office), Office: office}, "Idempotency-Key", key)
}

func (p *person) ticket() protocol.CitizenTicket {
	p.t.Helper()
	return as[protocol.CitizenTicket](p.do(http.MethodGet, "/api/v1/ticket", nil))
}

func (p *person) enter() protocol.Grant {
	p.t.Helper()
	return as[protocol.Grant](p.post("/api/v1/ticket/enter", nil))
}

func (p *person) login(email string) protocol.ClerkSession {
	p.t.Helper()
	return as[protocol.ClerkSession](p.post("/api/v1/console/session", protocol.Login{Email: email, Password: password}))
}

// open opens the clerk's desk at an office.
func (p *person) open(office civic.OfficeID) *desk {
	p.t.Helper()
	v := as[protocol.OfficeView](p.post("/api/v1/console/desks", protocol.OpenDesk{Office: office}))
	return &desk{p, v.Desk.ID}
}

// desk is a clerk at an open desk.
type desk struct {
	*person
	id civic.DeskID
}

func (d *desk) try(move string, body any) answer {
	d.t.Helper()
	return d.post("/api/v1/console/desks/"+string(d.id)+"/"+move, body)
}

func (d *desk) call() protocol.CallResult {
	d.t.Helper()
	return as[protocol.CallResult](d.try("call", protocol.CallTicket{}))
}

func (d *desk) settle(move string) protocol.OfficeView {
	d.t.Helper()
	return as[protocol.OfficeView](d.try(move, nil))
}

// socket is an open websocket. One goroutine reads it to its end and keeps all that came.
type socket struct {
	t    testing.TB
	ws   *websocket.Conn
	hear func(protocol.Frame) // called by the reader; may be nil

	mu     sync.Mutex // guards what is below
	frames []protocol.Frame
	next   int // of await
	gone   bool
	code   websocket.StatusCode
}

// dial opens a socket as our pages do; header as in request.
func (p *person) dial(path string, header ...string) (*socket, answer) {
	p.t.Helper()
	req := p.request(http.MethodGet, path, nil, header...)
	req.Header.Del(protocol.HeaderSchalter) // browsers send none with sockets
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ws, res, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(p.origin, "http")+path, &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: p.at.http.Transport}, HTTPHeader: req.Header, Host: req.Host,
	})
	if err != nil {
		if res == nil {
			p.t.Fatalf("dial %s: %v", path, err)
		}
		body, _ := io.ReadAll(res.Body) // what there is of it
		return nil, answer{p.t, res.StatusCode, res.Header, body}
	}
	ws.SetReadLimit(1 << 20)
	k := &socket{t: p.t, ws: ws}
	p.t.Cleanup(func() { _ = ws.CloseNow() })
	return k, answer{p.t, res.StatusCode, res.Header, nil}
}

// listen opens a socket, says the first frame, and answers pings from then on.
func (p *person) listen(path string, hear func(protocol.Frame), frame string, first any, header ...string) *socket {
	p.t.Helper()
	k, a := p.dial(path, header...)
	if k == nil {
		p.t.Fatalf("dial %s: %d %s", path, a.status, a.body)
	}
	k.hear = hear
	go k.read()
	k.send(frame, first)
	return k
}

// hello is the first frame of ticket and console sockets.
var hello = protocol.Hello{Versions: []int{protocol.Version}}

func (p *person) ticketSocket() *socket {
	p.t.Helper()
	return p.listen("/api/v1/ticket/socket", nil, protocol.FrameHello, hello)
}

func (p *person) consoleSocket() *socket {
	p.t.Helper()
	return p.listen("/api/v1/console/socket", nil, protocol.FrameHello, hello)
}

func (k *socket) read() {
	for {
		_, text, err := k.ws.Read(context.Background())
		var f protocol.Frame
		if err == nil {
			err = json.Unmarshal(text, &f)
		}
		if err != nil {
			k.mu.Lock()
			k.gone, k.code = true, websocket.CloseStatus(err)
			k.mu.Unlock()
			return
		}
		if f.Type == protocol.FramePing {
			k.trySend(protocol.FramePong, nil)
			continue
		}
		if k.hear != nil {
			k.hear(f)
		}
		k.mu.Lock()
		k.frames = append(k.frames, f)
		k.mu.Unlock()
	}
}

func (k *socket) trySend(frame string, data any) error {
	f := protocol.Frame{Type: frame}
	if data != nil {
		raw, err := json.Marshal(data)
		if err != nil {
			return err
		}
		f.Data = raw
	}
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return k.trySendText(string(text))
}

func (k *socket) trySendText(text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return k.ws.Write(ctx, websocket.MessageText, []byte(text))
}

func (k *socket) send(frame string, data any) {
	k.t.Helper()
	if err := k.trySend(frame, data); err != nil {
		k.t.Fatalf("send %s: %v", frame, err)
	}
}

// types are all frames that came, in order.
func (k *socket) types() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []string
	for _, f := range k.frames {
		out = append(out, f.Type)
	}
	return out
}

// await waits for a frame of a type, after those awaited before, whose data is as wanted; ok may be nil.
func await[T any](k *socket, frame string, ok func(T) bool) T {
	k.t.Helper()
	var v T
	eventually(k.t, "frame "+frame, func() bool {
		k.mu.Lock()
		defer k.mu.Unlock()
		for ; k.next < len(k.frames); k.next++ {
			f := k.frames[k.next]
			var got T
			if f.Type == frame && (len(f.Data) == 0 || json.Unmarshal(f.Data, &got) == nil) && (ok == nil || ok(got)) {
				v = got
				k.next++
				return true
			}
		}
		if k.gone {
			k.t.Fatalf("socket closed with %d before frame %s; got %v", k.code, frame, k.frames)
		}
		return false
	})
	return v
}

// closed waits for the end and returns its code; -1 is an end without a close frame.
func (k *socket) closed() websocket.StatusCode {
	k.t.Helper()
	eventually(k.t, "the socket's end", func() bool {
		k.mu.Lock()
		defer k.mu.Unlock()
		return k.gone
	})
	return k.code
}

// refused checks that an answer is a problem of that code and key, in the one form that all problems have.
func (a answer) refused(status int, code civic.Code, key string) protocol.Problem {
	a.t.Helper()
	var p protocol.Problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		a.t.Fatalf("status %d, no problem: %v in %.200q", a.status, errors.Unwrap(err), a.body)
	}
	if a.status != status || p.Status != status || p.Code != code || p.Key != key || p.Type != "about:blank" || p.Title == "" ||
		a.header.Get("Content-Type") != "application/problem+json" || a.header.Get("Cache-Control") != "no-store" {
		a.t.Errorf("got %d %s (%s, %s), want %d %s %s", a.status, a.body, a.header.Get("Content-Type"), a.header.Get("Cache-Control"), status, code, key)
	}
	return p
}
