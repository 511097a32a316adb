//go:build bench

package main_test

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"schalter/server/civic"
)

// told is what one waiting socket was last told, and when: two instants at most matter for one call.
type told struct {
	mu    sync.Mutex // guards what is below
	state string
	ahead int
	at    time.Time
}

func (c *told) hear(text []byte) {
	now := time.Now()
	if !bytes.HasPrefix(text, []byte(`{"type":"ticket"`)) {
		return
	}
	state := between(text, `"state":"`, '"')
	ahead, _ := strconv.Atoi(between(text, `"ahead":`, ','))
	c.mu.Lock()
	defer c.mu.Unlock()
	if state != c.state || ahead != c.ahead {
		c.state, c.ahead, c.at = state, ahead, now
	}
}

func (c *told) now() (state string, ahead int, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state, c.ahead, c.at
}

// between cuts a value out of JSON of a known shape: parsing thousands of frames would slow the program that shares this
// machine.
func between(text []byte, before string, end byte) string {
	_, rest, _ := bytes.Cut(text, []byte(before))
	value, _, _ := bytes.Cut(rest, []byte{end})
	return string(value)
}

// benchWaiting lets many wait for one office and calls several of them, one after the other.
func benchWaiting(t *testing.T, dir string) []result {
	const waiting = 5000
	calls := 20
	if testing.Short() {
		calls = 8
	}
	database := filepath.Join(dir, "waiting.db")
	w := found(t, database, "bench", 1)
	queue := w.waitHere(t, database, w.offices[0], waiting)
	p := startProgram(t, database)
	client := p.local()
	desk := w.openDesk(t, p, client, 0)
	time.Sleep(time.Second) // the first views are computed
	before, _ := p.memory(t)

	citizens := make([]*told, waiting)
	var dialling sync.WaitGroup
	var next atomic.Int64
	begun := time.Now()
	for range 32 {
		dialling.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= waiting {
					return
				}
				citizens[i] = &told{}
				if err := connect(t, client, p.public, "/api/v1/ticket/socket", "", queue[i].secret, citizens[i].hear); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	dialling.Wait()
	if t.Failed() {
		t.FailNow()
	}
	for i, c := range citizens {
		if !eventually(begun.Add(time.Minute), func() bool { _, _, at := c.now(); return !at.IsZero() }) {
			t.Fatalf("citizen %d of %d has no view", i, waiting)
		}
	}
	connected := time.Since(begun)
	time.Sleep(12 * time.Second) // a round of pings
	after, _ := p.memory(t)

	watch := watchMachine(p)
	var called, positions []time.Duration
	missing := 0
	for round := range calls {
		time.Sleep(1200*time.Millisecond + time.Duration(round%7)*90*time.Millisecond) // at every phase of the program's rests
		at := time.Now()
		ask(t, client, http.MethodPost, fmt.Sprintf("%s/api/v1/console/desks/%s/call", p.console, desk), `{}`, session(w.tokens[0]), nil)
		until := at.Add(5 * time.Second)
		for i, c := range citizens[round:] {
			var said time.Time
			if !eventually(until, func() bool {
				state, ahead, when := c.now()
				said = when
				if i == 0 {
					return state == string(civic.Called)
				}
				return state == string(civic.Waiting) && ahead == i-1
			}) {
				missing++
				said = until
			}
			if i == 0 {
				called = append(called, said.Sub(at))
			} else {
				positions = append(positions, said.Sub(at))
			}
		}
		// The called one gives up, or the next call would put the ticket back, and nobody would move up.
		ask(t, client, http.MethodPost, p.public+"/api/v1/ticket/leave", "", bearer(queue[round].secret), nil)
	}
	load := watch.load()
	last, most := p.memory(t)
	perSocket := float64(max(after, last)-before) / waiting / 1024
	p.kill()
	how := fmt.Sprintf("%d sockets on one office, rows put into the file through the store, for an office issues at most %d numbers a day; %d calls, "+
		"counted from the clerk's request; ", waiting, civic.MaxDayNumber, calls)
	if missing > 0 {
		how += fmt.Sprintf("%d views did not come within 5 s; ", missing)
	}
	return []result{
		{
			What: "call, 5,000 waiting: the called one is told", Reach: "p99 <= 250 ms",
			Got:     fmt.Sprintf("p99 %s", ms(percentile(called, 99))),
			Reached: missing == 0 && percentile(called, 99) <= 250*time.Millisecond,
			Notes:   []string{fmt.Sprintf("%sp50 %s, max %s; %s", how, ms(percentile(called, 50)), ms(percentile(called, 100)), load)},
		},
		{
			What: "call, 5,000 waiting: all positions", Reach: "p99 <= 500 ms",
			Got:     fmt.Sprintf("p99 %s", ms(percentile(positions, 99))),
			Reached: missing == 0 && percentile(positions, 99) <= 500*time.Millisecond,
			Notes:   []string{fmt.Sprintf("%d views; p50 %s, max %s", len(positions), ms(percentile(positions, 50)), ms(percentile(positions, 100)))},
		},
		{
			What: "server memory of a waiting socket", Reach: "<= 60 KB", Got: fmt.Sprintf("%.1f KB", perSocket), Reached: perSocket <= 60,
			Notes: []string{fmt.Sprintf("resident memory %d MB before, %d MB with %d sockets, %d MB after the calls, %d MB at most; connected in %s",
				before>>20, after>>20, waiting, last>>20, most>>20, connected.Round(10*time.Millisecond))},
		},
	}
}

// eventually asks until the answer is yes.
func eventually(until time.Time, done func() bool) bool {
	for !done() {
		if time.Now().After(until) {
			return false
		}
		time.Sleep(5 * time.Millisecond)
	}
	return true
}
