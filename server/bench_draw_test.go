//go:build bench

package main_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"schalter/server/civic"
	"schalter/server/store"
)

// benchDraws draws numbers at a fixed rate, whatever the program does (an open loop): the time of a draw counts from the
// moment at which it was due, so that a program that stalls can't hide it by being asked less. Afterwards the program is
// killed, and every number that it has answered must be in the file.
func benchDraws(t *testing.T, dir string) []result {
	const (
		rate        = 1000 // a second
		connections = 64
		waiting     = 500
		offices     = 40 // an office issues at most 999 numbers a day
	)
	last := 30 * time.Second
	if testing.Short() {
		last = 8 * time.Second
	}
	database := filepath.Join(dir, "draws.db")
	w := found(t, database, "bench", offices)
	p := startProgram(t, database)
	client := p.local()
	for i := range w.offices {
		w.openDesk(t, p, client, i)
	}
	drawn := map[civic.TicketID]bool{}
	for i := range waiting {
		var answer struct {
			Secret string `json:"secret"`
			Ticket struct {
				ID civic.TicketID `json:"id"`
			} `json:"ticket"`
		}
		body := fmt.Sprintf(`{"authority":%q,"office":%q,"lang":"de","no_cookie":true}`, w.slug, w.offices[i%offices])
		ask(t, client, http.MethodPost, p.public+"/api/v1/tickets", body, map[string]string{"Idempotency-Key": newKey()}, &answer)
		if err := connect(t, client, p.public, "/api/v1/ticket/socket", "", answer.Secret, nil); err != nil {
			t.Fatal(err)
		}
		drawn[answer.Ticket.ID] = true
	}

	type draw struct {
		ticket  civic.TicketID
		took    time.Duration
		refusal string
	}
	n := int(last.Seconds() * rate)
	draws := make([]draw, n)
	due := make(chan int, n)
	watch := watchMachine(p)
	begun := time.Now()
	at := func(i int) time.Time { return begun.Add(time.Duration(i) * time.Second / rate) }
	var workers sync.WaitGroup
	for range connections {
		line := dial(t, p.address)
		workers.Go(func() {
			for i := range due {
				d := &draws[i]
				d.ticket, d.refusal = line.draw(p.public, w.slug, w.offices[i%offices])
				d.took = time.Since(at(i))
			}
		})
	}
	for i := range n {
		time.Sleep(time.Until(at(i)))
		due <- i
	}
	close(due)
	workers.Wait()
	load := watch.load()
	p.kill()

	refused, example := 0, ""
	var took []time.Duration
	for _, d := range draws {
		took = append(took, d.took)
		if d.refusal != "" {
			refused++
			example = d.refusal
			continue
		}
		drawn[d.ticket] = true
	}
	stored, gaps := w.stored(t, database)
	lost := 0
	for id := range drawn {
		if !stored[id] {
			lost++
		}
	}
	p99 := percentile(took, 99)
	notes := []string{
		fmt.Sprintf("open loop, %d draws over %d offices with a console each, %d connections, %d waiting sockets, synchronous FULL; "+
			"p50 %s, p95 %s, max %s; the program killed (SIGKILL), %d of %d answered numbers in its file, %d gaps; %s",
			n, offices, connections, waiting, ms(percentile(took, 50)), ms(percentile(took, 95)), ms(percentile(took, 100)),
			len(drawn)-lost, len(drawn), gaps, load),
	}
	if refused > 0 {
		notes = append(notes, "a refusal: "+example)
	}
	return []result{{
		What: "1,000 draws a second over HTTP", Reach: "none refused or lost, p99 <= 50 ms",
		Got:     fmt.Sprintf("%d refused, %d lost, p99 %s", refused, lost, ms(p99)),
		Reached: refused == 0 && lost == 0 && gaps == 0 && p99 <= 50*time.Millisecond, Notes: notes,
	}}
}

func newKey() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// line is one connection that is kept alive. It costs less than a client with a pool, and leaves no goroutine.
type line struct {
	conn net.Conn
	r    *bufio.Reader
	w    *bufio.Writer
}

func dial(t *testing.T, address string) *line {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // the program may be gone already
	return &line{conn, bufio.NewReader(conn), bufio.NewWriter(conn)}
}

// draw draws a number and returns the ticket, or why there is none.
func (l *line) draw(origin, authority string, office civic.OfficeID) (civic.TicketID, string) {
	r, answer := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(r)
	defer fasthttp.ReleaseResponse(answer)
	r.Header.SetMethod(http.MethodPost)
	r.SetRequestURI(origin + "/api/v1/tickets")
	r.Header.SetContentType("application/json")
	r.Header.Set("X-Schalter", "1")
	r.Header.Set("Origin", origin)
	r.Header.Set("Idempotency-Key", newKey())
	r.SetBodyString(fmt.Sprintf(`{"authority":%q,"office":%q,"lang":"de"}`, authority, office))
	err := l.conn.SetDeadline(time.Now().Add(10 * time.Second))
	if err := errors.Join(err, r.Write(l.w), l.w.Flush()); err != nil {
		return "", err.Error()
	}
	if err := answer.Read(l.r); err != nil {
		return "", err.Error()
	}
	if answer.StatusCode() != http.StatusCreated {
		return "", fmt.Sprintf("%d %s", answer.StatusCode(), answer.Body())
	}
	var drawn struct {
		Ticket struct {
			ID civic.TicketID `json:"id"`
		} `json:"ticket"`
	}
	if err := json.Unmarshal(answer.Body(), &drawn); err != nil {
		return "", err.Error()
	}
	return drawn.Ticket.ID, ""
}

// stored reads all tickets of the file, and counts the numbers that are missing between an office's first and last.
func (w *town) stored(t *testing.T, database string) (tickets map[civic.TicketID]bool, gaps int) {
	t.Helper()
	st := openStore(t, database)
	defer st.Close()
	tickets = map[civic.TicketID]bool{}
	ctx := context.Background()
	err := st.Read(ctx, func(tx *store.Tx) error {
		for _, office := range w.offices {
			here, err := tx.Tickets(ctx, w.id, office, civic.TicketStates...)
			if err != nil {
				return err
			}
			greatest := 0
			for _, ticket := range here {
				tickets[ticket.ID] = true
				greatest = max(greatest, ticket.Number)
			}
			gaps += greatest - len(here)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tickets, gaps
}
