//go:build bench

package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/store"
)

// town is an authority in the database of a program: offices that are always open, each with a clerk who is signed in.
type town struct {
	slug    string
	id      civic.AuthorityID
	offices []civic.OfficeID
	tokens  []string // of the clerks' sessions
}

func openStore(t *testing.T, database string) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{DSN: database, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// found makes a town. It writes through the store, before the program runs.
func found(t *testing.T, database, slug string, offices int) *town {
	t.Helper()
	st := openStore(t, database)
	defer st.Close()
	now := time.Now()
	var always civic.OpeningHours
	for day := range 7 {
		always = append(always, civic.Interval{Weekday: time.Weekday(day), From: 0, To: 24 * 60})
	}
	id := func() string { return uuid.Must(uuid.NewV7()).String() }
	w := &town{slug: slug, id: civic.AuthorityID(id())}
	write(t, st, func(ctx context.Context, tx *store.Tx) error {
		authority := civic.Authority{ID: w.id, Slug: w.slug, Name: civic.Text{"de": "Stadt Musterstadt", "en": "Town of Musterstadt"}, Published: true}
		if err := tx.SaveAuthority(ctx, authority); err != nil {
			return err
		}
		for i := range offices {
			office := civic.Office{
				ID: civic.OfficeID(id()), AuthorityID: w.id, Slug: fmt.Sprintf("office-%d", i), Prefix: "B", Position: i, Hours: always,
				Name: civic.Text{"de": fmt.Sprintf("Bürgerbüro %d", i), "en": fmt.Sprintf("Citizens' office %d", i)},
			}
			clerk := civic.Clerk{
				ID: civic.ClerkID(id()), AuthorityID: w.id, Email: fmt.Sprintf("clerk-%d@%s.example", i, slug), Name: "Frau Huber",
				Offices: []civic.OfficeID{office.ID},
			}
			session, secret := civic.Session{
				ID: civic.SessionID(id()), AuthorityID: w.id, ClerkID: clerk.ID, Stage: civic.StageFull, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(identity.SessionLife),
			}, identity.NewSecret()
			if err := tx.SaveOffice(ctx, office); err != nil {
				return err
			}
			if err := tx.SaveClerk(ctx, clerk); err != nil {
				return err
			}
			if err := tx.InsertSession(ctx, session, secret.Hash); err != nil {
				return err
			}
			w.offices = append(w.offices, office.ID)
			w.tokens = append(w.tokens, secret.Text)
		}
		return nil
	})
	return w
}

func write(t *testing.T, st *store.Store, fn func(context.Context, *store.Tx) error) {
	t.Helper()
	ctx := t.Context()
	if err := st.Write(ctx, func(tx *store.Tx) error { return fn(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}

// queued is a citizen with a number.
type queued struct {
	id     civic.TicketID
	secret string
}

// waitHere puts citizens into an office's queue, as rows: more than the office could issue on one day.
func (w *town) waitHere(t *testing.T, database string, office civic.OfficeID, n int) []queued {
	t.Helper()
	st := openStore(t, database)
	defer st.Close()
	loc, err := time.LoadLocation(civic.Zone)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	day := civic.DayOf(now, loc)
	var out []queued
	write(t, st, func(ctx context.Context, tx *store.Tx) error {
		o, err := tx.Office(ctx, w.id, office)
		if err != nil {
			return err
		}
		for i := range n {
			ticket := civic.Draw(o, civic.TicketID(uuid.Must(uuid.NewV7()).String()), day, i+1, now.Add(time.Duration(i-n)*time.Millisecond))
			ticket.SeenAt = now
			secret := identity.NewSecret()
			if err := tx.InsertTicket(ctx, ticket, secret.Hash, nil); err != nil {
				return err
			}
			out = append(out, queued{ticket.ID, secret.Text})
		}
		return nil
	})
	return out
}

// local is a client whose every name is the loopback.
func (p *program) local() *http.Client { return localFrom(p.address, nil) }

// localFrom is the same from an address of its own.
func (p *program) localFrom(ip net.IP) *http.Client { return localFrom(p.address, ip) }

func localFrom(address string, ip net.IP) *http.Client {
	var dialer net.Dialer
	if ip != nil {
		dialer.LocalAddr = &net.TCPAddr{IP: ip}
	}
	return &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, address)
		},
		MaxIdleConnsPerHost: 8,
	}}
}

// ask sends a request as a browser of ours does and reads the answer into out, unless that is nil.
func ask(t *testing.T, client *http.Client, method, url, body string, head map[string]string, out any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Schalter", "1")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range head {
		r.Header.Set(name, value)
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 300 {
		t.Fatalf("%s %s: %d %s %v", method, url, answer.StatusCode, text, err)
	}
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			t.Fatal(err)
		}
	}
}

// bearer and session prove who is asking.
func bearer(secret string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + secret}
}
func session(token string) map[string]string {
	return map[string]string{"Cookie": "__Host-session=" + token}
}

// openDesk opens the clerk's desk in an office and keeps the console's socket, so that the desk stays open.
func (w *town) openDesk(t *testing.T, p *program, client *http.Client, office int) (desk civic.DeskID) {
	t.Helper()
	var view struct {
		Desk struct {
			ID civic.DeskID `json:"id"`
		} `json:"desk"`
	}
	body := fmt.Sprintf(`{"office":%q}`, w.offices[office])
	ask(t, client, http.MethodPost, p.console+"/api/v1/console/desks", body, session(w.tokens[office]), &view)
	if err := connect(t, client, p.console, "/api/v1/console/socket", w.tokens[office], "", nil); err != nil {
		t.Fatal(err)
	}
	return view.Desk.ID
}

// connect opens a socket: a clerk's with a session token, or a citizen's with a ticket's secret. It answers pings; heard,
// if not nil, is called with every other frame, from the socket's own goroutine. The socket ends with the test.
func connect(t *testing.T, client *http.Client, origin, path, token, secret string, heard func(text []byte)) error {
	head := http.Header{"Origin": {origin}}
	if token != "" {
		head.Set("Cookie", "__Host-session="+token)
	}
	ctx := t.Context()
	ws, _, err := websocket.Dial(ctx, origin+path, &websocket.DialOptions{HTTPClient: client, HTTPHeader: head})
	if err != nil {
		return err
	}
	t.Cleanup(func() { _ = ws.CloseNow() }) // the program may be gone already
	ws.SetReadLimit(-1)
	hello := `{"type":"hello","data":{"versions":[1]}}`
	if secret != "" {
		hello = fmt.Sprintf(`{"type":"hello","data":{"versions":[1],"secret":%q}}`, secret)
	}
	if err := ws.Write(ctx, websocket.MessageText, []byte(hello)); err != nil {
		return err
	}
	go func() {
		for {
			_, text, err := ws.Read(ctx)
			if err != nil {
				return
			}
			if strings.HasPrefix(string(text[:min(len(text), 16)]), `{"type":"ping"`) {
				if ws.Write(ctx, websocket.MessageText, []byte(`{"type":"pong"}`)) != nil {
					return
				}
			} else if heard != nil {
				heard(text)
			}
		}
	}()
	return nil
}
