package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/protocol"
	"schalter/server/sfu"
	"schalter/server/store"
)

// program is the whole product in a child process: numbers are drawn, called and entered, and media signalled over the
// room's socket. Each visit has an office and a clerk of its own, who are founded in the database before.
type program struct {
	cmd     *exec.Cmd
	dir     string
	client  *http.Client // every name is the loopback
	public  string       // origins
	console string
	town    string
	offices []civic.OfficeID
	tokens  []string // of the clerks' sessions
	secrets []string // of the citizens' tickets; by office
}

// wholeProgram starts bin/schalter with a town of so many offices.
func wholeProgram(visits int) (target, error) {
	dir, err := os.MkdirTemp("", "sfuload-")
	if err != nil {
		return target{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return target{}, err
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return target{}, err
	}
	address := listener.Addr().String()
	_ = listener.Close() // free, most probably, a moment later too
	_, port, _ := net.SplitHostPort(address)
	p := &program{
		dir: dir, public: "http://localhost:" + port, console: "http://console.localhost:" + port, town: "town", secrets: make([]string, visits),
		client: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
			MaxIdleConnsPerHost: 64, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				var d net.Dialer
				return d.DialContext(ctx, "tcp4", address)
			},
		}},
	}
	database := filepath.Join(dir, "schalter.db")
	if err := p.found(database, visits); err != nil {
		p.end()
		return target{}, err
	}
	p.cmd = exec.Command(filepath.Join(filepath.Dir(self), "schalter"), "serve", "--listen="+address, "--public-url="+p.public, "--console-url="+p.console,
		"--database="+database, "--media-listen=127.0.0.1:0", "--media-address=127.0.0.1", "--metrics-listen=", "--turn-listen=", "--log-level=error", "--unlimited")
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		p.end()
		return target{}, fmt.Errorf("%w (make build)", err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.Dial("tcp4", address)
		if err == nil {
			_ = conn.Close()
			break
		}
		if time.Now().After(deadline) {
			p.end()
			return target{}, errors.New("the program does not start (make build)")
		}
	}
	return target{pid: p.cmd.Process.Pid, open: p.open, end: p.end}, nil
}

func (p *program) end() {
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
	_ = os.RemoveAll(p.dir)
}

// found writes the town through the store, before the program runs.
func (p *program) found(database string, visits int) error {
	ctx, now := context.Background(), time.Now()
	st, err := store.Open(ctx, store.Config{DSN: database, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer st.Close()
	var always civic.OpeningHours
	for day := range 7 {
		always = append(always, civic.Interval{Weekday: time.Weekday(day), From: 0, To: 24 * 60})
	}
	id := func() string { return uuid.Must(uuid.NewV7()).String() }
	authority := civic.Authority{ID: civic.AuthorityID(id()), Slug: p.town, Name: civic.Text{"de": "Musterstadt", "en": "Musterstadt"}, Published: true}
	return st.Write(ctx, func(tx *store.Tx) error {
		if err := tx.SaveAuthority(ctx, authority); err != nil {
			return err
		}
		for i := range visits {
			office := civic.Office{
				ID: civic.OfficeID(id()), AuthorityID: authority.ID, Slug: fmt.Sprintf("office-%d", i), Prefix: "B", Position: i, Hours: always,
				Name: civic.Text{"de": fmt.Sprintf("Bürgerbüro %d", i), "en": fmt.Sprintf("Citizens' office %d", i)},
			}
			clerk := civic.Clerk{
				ID: civic.ClerkID(id()), AuthorityID: authority.ID, Email: fmt.Sprintf("clerk-%d@town.example", i), Name: "Frau Huber",
				Offices: []civic.OfficeID{office.ID},
			}
			session, secret := civic.Session{
				ID: civic.SessionID(id()), AuthorityID: authority.ID, ClerkID: clerk.ID, Stage: civic.StageFull, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(identity.SessionLife),
			}, identity.NewSecret()
			err := errors.Join(tx.SaveOffice(ctx, office), tx.SaveClerk(ctx, clerk), tx.InsertSession(ctx, session, secret.Hash))
			if err != nil {
				return err
			}
			p.offices, p.tokens = append(p.offices, office.ID), append(p.tokens, secret.Text)
		}
		return nil
	})
}

// open brings a participant into the room of a visit: first the clerk, who calls the number that a citizen has drawn, then
// that citizen, who enters.
func (p *program) open(room, participant int) (signalling, error) {
	var grant protocol.Grant
	if participant == 0 {
		var view protocol.OfficeView
		session := "__Host-session=" + p.tokens[room]
		if err := p.ask(p.console, "/api/v1/console/desks", protocol.OpenDesk{Office: p.offices[room]}, &view, "Cookie", session); err != nil {
			return nil, err
		}
		var drawn protocol.Drawn
		if err := p.ask(p.public, "/api/v1/tickets", protocol.Draw{Authority: p.town, Office: p.offices[room], NoCookie: true}, &drawn,
			"Idempotency-Key", fmt.Sprintf("%x", identity.NewSecret().Hash)); err != nil {
			return nil, err
		}
		p.secrets[room] = drawn.Secret
		var called protocol.CallResult
		if err := p.ask(p.console, "/api/v1/console/desks/"+string(view.Desk.ID)+"/call", protocol.CallTicket{}, &called, "Cookie", session); err != nil {
			return nil, err
		}
		return p.socket(p.console, called.Grant, "Cookie", session)
	}
	bearer := "Bearer " + p.secrets[room]
	if err := p.ask(p.public, "/api/v1/ticket/enter", nil, &grant, "Authorization", bearer); err != nil {
		return nil, err
	}
	return p.socket(p.public, grant, "Authorization", bearer)
}

// ask posts a body as our pages do. head holds a name and a value.
func (p *program) ask(origin, path string, body, out any, head ...string) error {
	var text io.Reader = http.NoBody
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		text = bytes.NewReader(raw)
	}
	r, err := http.NewRequest(http.MethodPost, origin+path, text)
	if err != nil {
		return err
	}
	r.Header.Set(protocol.HeaderSchalter, "1")
	r.Header.Set("Origin", origin)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(head[0], head[1])
	res, err := p.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode > 299 {
		return fmt.Errorf("%s: %d %s: %w", path, res.StatusCode, answer, err)
	}
	return json.Unmarshal(answer, out)
}

// roomSocket is the signalling of the whole program.
type roomSocket struct {
	ws      *websocket.Conn
	mu      sync.Mutex // guards writing
	answers chan string
}

func (p *program) socket(origin string, grant protocol.Grant, head ...string) (signalling, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_, path, _ := strings.Cut(strings.TrimPrefix(grant.URL, "ws://"), "/")
	ws, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(origin, "http")+"/"+path, &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: p.client.Transport}, HTTPHeader: http.Header{"Origin": {origin}, head[0]: {head[1]}},
	})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(1 << 20)
	s := &roomSocket{ws: ws, answers: make(chan string, 1)}
	go s.read()
	return s, s.send(protocol.FrameJoin, protocol.Join{Versions: []int{protocol.Version}, Grant: grant.Token})
}

func (s *roomSocket) read() {
	defer close(s.answers)
	for {
		_, text, err := s.ws.Read(context.Background())
		var f protocol.Frame
		if err != nil || json.Unmarshal(text, &f) != nil {
			return
		}
		switch f.Type {
		case protocol.FramePing:
			_ = s.send(protocol.FramePong, nil)
		case protocol.FrameSeats:
			var seats protocol.Seats
			if json.Unmarshal(f.Data, &seats) == nil {
				_ = s.send(protocol.FrameSeated, protocol.Seated{Version: seats.Version})
			}
		case protocol.FrameAnswer:
			var answer protocol.Answer
			if json.Unmarshal(f.Data, &answer) == nil {
				s.answers <- answer.SDP
			}
		}
	}
}

func (s *roomSocket) send(frame string, data any) error {
	f := protocol.Frame{Type: frame}
	var err error
	if data != nil {
		if f.Data, err = json.Marshal(data); err != nil {
			return err
		}
	}
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ws.Write(context.Background(), websocket.MessageText, text)
}

func (s *roomSocket) exchange(sdp string, l sfu.Lines) (string, error) {
	lines := protocol.Lines{Sound: l.Sound, Camera: l.Camera}
	for _, seat := range l.Seats {
		lines.Seats = append(lines.Seats, protocol.SeatLine{Sound: seat.Sound, Picture: seat.Picture})
	}
	if err := s.send(protocol.FrameOffer, protocol.Offer{ID: 1, SDP: sdp, Lines: lines}); err != nil {
		return "", err
	}
	answer, ok := <-s.answers
	if !ok {
		return "", errors.New("the room's socket ended")
	}
	return answer, nil
}

func (s *roomSocket) show([]sfu.Shown) error { return errors.New("visits have one size") }

func (s *roomSocket) close() { _ = s.ws.CloseNow() }
