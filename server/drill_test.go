//go:build drill

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/protocol"
	"schalter/server/store"
)

// The drill's size. Fewer rounds or acts than these fail it.
const (
	drillRounds  = 200
	drillActs    = 8_000
	drillLongest = 5 * time.Minute // until both are reached
	drillOffices = 8
	drillClerks  = 2 // each office
)

// ledger is what the program has acknowledged, and what it was asked for.
type ledger struct {
	mu      sync.Mutex // guards all
	acts    []act
	people  map[civic.TicketID]*person // who holds the secret
	labels  map[civic.TicketID]string
	asked   map[string]bool // hashes of idempotency keys that were ever sent
	strange []string        // answers that must not be
}

// act is one acknowledged move of a ticket.
type act struct {
	kind   string
	ticket civic.TicketID
	label  string
	office civic.OfficeID
	key    []byte    // hash, of a draw
	asked  time.Time // when the request went out
}

func (l *ledger) note(a act) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acts = append(l.acts, a)
}

// drillClerk is one worker: a clerk, and the hands of the citizens whom the clerk meets. It lives over all rounds.
type drillClerk struct {
	l       *ledger
	random  *rand.Rand
	browser *person
	office  civic.OfficeID
	desk    civic.DeskID
	unsure  []string // keys of draws that were not answered
	full    bool     // the office has issued its last number
}

// TestDrillKill kills the program in the midst of work, again and again, and holds what is left against what it had
// acknowledged. At last it proves that the check bites.
func TestDrillKill(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	l := &ledger{people: map[civic.TicketID]*person{}, labels: map[civic.TicketID]string{}, asked: map[string]bool{}}
	database, clerks := drillTown(t, l, seed)
	begun, rounds := time.Now(), 0
	for ; rounds < drillRounds || len(l.acts) < drillActs; rounds++ {
		if time.Since(begun) > drillLongest {
			t.Errorf("seed %d: only %d rounds and %d acts in %v", seed, rounds, len(l.acts), drillLongest)
			break
		}
		c := bear(t, database, "--unlimited", "--log-level=info")
		if rounds == 0 {
			for _, d := range clerks {
				d.browser.at, d.browser.origin = c.address, c.console
				d.browser.login(string(d.office) + d.browser.bearer)
			}
		}
		var work sync.WaitGroup
		for _, d := range clerks {
			work.Go(func() { d.work(c.address) })
		}
		<-time.After(50*time.Millisecond + time.Duration(random.Int64N(int64(250*time.Millisecond)))) // its life
		c.kill()
		work.Wait()
		if rounds%10 == 9 { // in between, only the next program looks at what the kill has left
			if _, violations := l.check(database); len(violations) > 0 {
				t.Fatalf("seed %d, round %d: %v", seed, rounds, violations)
			}
		}
	}
	found, violations := l.check(database)
	mutants := 0
	for name, n := range l.mutants(t, database) {
		if n == 0 {
			t.Errorf("the check does not see the mutant: %s", name)
		}
		mutants += n
	}
	fmt.Printf("rounds=%d acked=%d found=%d violations=%d mutant_violations=%d\n", rounds, len(l.acts), found, len(violations), mutants)
	kinds := map[string]int{}
	for _, a := range l.acts {
		kinds[a.kind]++
	}
	t.Logf("seed %d, %v, %v", seed, time.Since(begun).Round(time.Second), kinds)
	if found != len(l.acts) || len(violations) > 0 || mutants == 0 || rounds < drillRounds || len(l.acts) < drillActs {
		t.Errorf("seed %d: %v", seed, violations)
	}
}

// drillTown fills a database with offices for the drill: a day has 999 numbers, so one would not do.
func drillTown(t *testing.T, l *ledger, seed uint64) (database string, clerks []*drillClerk) {
	database = filepath.Join(t.TempDir(), "schalter.db")
	st, err := store.Open(t.Context(), store.Config{DSN: database, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	fill(t, st)
	hash, err := passwordHash()
	must(t, err)
	must(t, st.Write(t.Context(), func(tx *store.Tx) error {
		for i := range drillOffices {
			o := civic.Office{ID: civic.OfficeID(fmt.Sprintf("drill-%d", i)), AuthorityID: "a-" + town, Prefix: string(rune('A' + i)), Hours: weekly("0-6 00:00-24:00")}
			o.Slug = string(o.ID)
			if err := tx.SaveOffice(t.Context(), o); err != nil {
				return err
			}
			for j := range drillClerks {
				mail := fmt.Sprintf("-%d@mitte.test", j)
				c := civic.Clerk{ID: clerkID(string(o.ID) + mail), AuthorityID: o.AuthorityID, Email: string(o.ID) + mail, Name: "Frau X",
					PasswordHash: hash, Offices: []civic.OfficeID{o.ID}}
				if err := tx.SaveClerk(t.Context(), c); err != nil {
					return err
				}
				browser := newClerk(t, address{})
				browser.bearer = mail
				clerks = append(clerks, &drillClerk{l: l, random: rand.New(rand.NewPCG(seed, uint64(len(clerks)+1))), office: o.ID, browser: browser})
			}
		}
		return nil
	}))
	must(t, st.Close())
	return database, clerks
}

// ask sends a request to the program as it runs now. ok is false when there is no answer: the program was killed.
func (d *drillClerk) ask(at address, p *person, path string, body any, header ...string) (a answer, ok bool) {
	now := p.movedTo(at)
	a, err := now.try(now.request(http.MethodPost, path, body, header...))
	if err != nil {
		return a, false
	}
	p.keep((&http.Response{Header: a.header}).Cookies())
	if a.status >= 500 {
		d.l.mu.Lock()
		d.l.strange = append(d.l.strange, fmt.Sprintf("%s answers %d %s", path, a.status, a.body))
		d.l.mu.Unlock()
	}
	return a, true
}

// work does what a clerk and the citizens do, until the program is gone.
func (d *drillClerk) work(at address) {
	for {
		a, ok := d.ask(at, d.browser, "/api/v1/console/desks", protocol.OpenDesk{Office: d.office})
		if !ok {
			return
		}
		var v protocol.OfficeView
		if a.status != 200 || json.Unmarshal(a.body, &v) != nil || v.Desk == nil {
			d.l.mu.Lock()
			d.l.strange = append(d.l.strange, fmt.Sprintf("opening the desk again: %d %s", a.status, a.body))
			d.l.mu.Unlock()
			return
		}
		d.desk = v.Desk.ID
		switch {
		case v.Current == nil && (len(v.Waiting) < 3 || d.random.IntN(3) == 0) && !d.full:
			ok = d.draw(at)
		case v.Current == nil && len(v.Missed) > 0:
			ok = d.bringBack(at, v.Missed[0])
		case v.Current == nil && len(v.Parked) > 0 && (len(v.Waiting) == 0 || d.random.IntN(2) == 0):
			ok = d.call(at, protocol.CallTicket{Ticket: v.Parked[0].ID})
		case v.Current == nil && len(v.Waiting) == 0:
			return // nothing is left to do
		case v.Current == nil:
			ok = d.call(at, protocol.CallTicket{})
		case v.Current.State == civic.Called:
			ok = d.meet(at, v.Current, map[int]string{0: "more-time", 1: "leave", 2: "lapse", 3: "recall"}[d.random.IntN(8)], "enter")
		default:
			ok = d.meet(at, v.Current, map[int]string{0: "leave", 1: "park", 2: "transfer"}[d.random.IntN(8)], "finish")
		}
		if !ok {
			return
		}
	}
}

// draw draws a number; what was not answered is asked for again, with the same key.
func (d *drillClerk) draw(at address) bool {
	key := newKey()
	if n := len(d.unsure); n > 0 {
		key = d.unsure[n-1]
	} else {
		d.unsure = append(d.unsure, key)
	}
	hash := identity.Hash(key)
	d.l.mu.Lock()
	d.l.asked[string(hash)] = true
	d.l.mu.Unlock()
	citizen := newCitizen(d.browser.t, at)
	asked := time.Now()
	a, ok := d.ask(at, citizen, "/api/v1/tickets", protocol.Draw{Authority: town, Office: d.office}, "Idempotency-Key", key)
	if !ok {
		return false
	}
	d.unsure = d.unsure[:len(d.unsure)-1]
	var drawn protocol.Drawn
	if a.status != 201 || json.Unmarshal(a.body, &drawn) != nil {
		d.full = a.status == 409
		return true
	}
	id := drawn.Ticket.ID
	d.l.mu.Lock()
	if before, ok := d.l.labels[id]; ok && before != drawn.Ticket.Number {
		d.l.strange = append(d.l.strange, "one ticket with two numbers: "+before+", "+drawn.Ticket.Number)
	}
	d.l.people[id], d.l.labels[id] = citizen, drawn.Ticket.Number
	d.l.mu.Unlock()
	d.l.note(act{"draw", id, drawn.Ticket.Number, d.office, hash, asked})
	return true
}

// bringBack puts a missed ticket at the head of the queue again.
func (d *drillClerk) bringBack(at address, t protocol.ClerkTicket) bool {
	asked := time.Now()
	a, ok := d.ask(at, d.browser, "/api/v1/console/offices/"+string(d.office)+"/tickets/"+string(t.ID)+"/return", nil)
	if ok && a.status == 200 {
		d.l.note(act{"return", t.ID, t.Number, d.office, nil, asked})
	}
	return ok
}

func (d *drillClerk) call(at address, whom protocol.CallTicket) bool {
	asked := time.Now()
	a, ok := d.ask(at, d.browser, "/api/v1/console/desks/"+string(d.desk)+"/call", whom)
	var c protocol.CallResult
	if ok && a.status == 200 && json.Unmarshal(a.body, &c) == nil && c.Office.Current != nil {
		d.l.note(act{"call", c.Office.Current.ID, c.Office.Current.Number, d.office, nil, asked})
	}
	return ok
}

// meet does one thing with the ticket at the desk: the one chosen by chance, or else the usual.
func (d *drillClerk) meet(at address, t *protocol.ClerkTicket, move, usual string) bool {
	if move == "" {
		move = usual
	}
	d.l.mu.Lock()
	citizen := d.l.people[t.ID]
	d.l.mu.Unlock()
	who, path := citizen, "/api/v1/ticket/"+move
	var body any
	switch {
	case move == "transfer":
		who, path = d.browser, "/api/v1/console/desks/"+string(d.desk)+"/transfer"
		body = protocol.TransferTicket{Office: civic.OfficeID(fmt.Sprintf("drill-%d", d.random.IntN(drillOffices))), Note: "Bauakte"}
	case slices.Contains([]string{"finish", "lapse", "recall", "park"}, move):
		who, path = d.browser, "/api/v1/console/desks/"+string(d.desk)+"/"+move
	case citizen == nil: // drawn, but the answer was lost and is not asked for again yet
		move, who, path = "lapse", d.browser, "/api/v1/console/desks/"+string(d.desk)+"/lapse"
	}
	asked := time.Now()
	a, ok := d.ask(at, who, path, body)
	if ok && a.status == 200 {
		d.l.note(act{move, t.ID, t.Number, d.office, nil, asked})
	}
	return ok
}

// copyOf copies a database that nobody has open.
func copyOf(t *testing.T, database string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "mutant.db")
	for _, suffix := range []string{"", "-wal"} {
		from, err := os.Open(database + suffix)
		if os.IsNotExist(err) {
			continue
		}
		must(t, err)
		out, err := os.Create(to + suffix)
		must(t, err)
		_, err = io.Copy(out, from)
		must(t, err)
		must(t, out.Close())
		must(t, from.Close())
	}
	return to
}
