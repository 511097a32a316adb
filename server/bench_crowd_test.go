//go:build bench

package main_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"schalter/server/civic"
)

// The crowd: citizens who wait at many offices of one program at once.
const (
	crowdOffices = 500
	crowdTown    = 5  // of them belong to one authority
	crowdQueue   = 20 // who wait at each
	crowdRate    = 20 // moves a second: half of them calls, half of them people who leave
	crowdPatient = 5 * time.Second
	firstRetry   = 300 * time.Millisecond // FIRST_RETRY_MS and MAX_RETRY_MS in live.ts
	maxRetry     = 15 * time.Second
)

// one of the crowd: a page that waits, and comes back by itself as ours does (widget/src/client/live.ts).
type one struct {
	told
	ticket queued
	from   net.IP // each has an address of its own, so that the limits are those of honest people
	number string
	drops  atomic.Int32
	back   atomic.Int64 // when the first view after the last loss came, in microseconds
}

// crowd is all of them, and how they reach the program.
type crowd struct {
	people  []*one // office by office, in the order of the queue
	origin  string
	address string
	ctx     context.Context
	leave   context.CancelFunc
	running sync.WaitGroup
}

// crowdDesk is an open desk, with the session of its clerk.
type crowdDesk struct {
	id    civic.DeskID
	token string
}

// benchCrowd holds 10,000 sockets over 500 offices while people are called and leave; then it kills the program and
// starts it again.
func benchCrowd(t *testing.T, dir string) []result {
	last := 5 * time.Minute
	if testing.Short() {
		last = 20 * time.Second
	}
	database := filepath.Join(dir, "crowd.db")
	var towns []*town // a county has five offices or ten, not hundreds
	for i := range crowdOffices / crowdTown {
		towns = append(towns, found(t, database, fmt.Sprintf("town-%d", i), crowdTown))
	}
	c := &crowd{}
	c.ctx, c.leave = context.WithCancel(t.Context())
	for _, w := range towns {
		for _, office := range w.offices {
			for _, ticket := range w.waitHere(t, database, office, crowdQueue) {
				n := len(c.people)
				c.people = append(c.people, &one{ticket: ticket, from: net.IPv4(127, byte(1+n>>14), byte(n>>6), byte(1+n&63))})
			}
		}
	}
	p := startLimited(t, database, "")
	t.Cleanup(func() { c.leave(); c.running.Wait() })
	c.origin, c.address = p.public, p.address
	before, _ := p.memory(t)
	begun := time.Now()
	c.come()
	if !eventually(begun.Add(2*time.Minute), func() bool { return c.told() == len(c.people) }) {
		t.Fatalf("%d of %d have a view", c.told(), len(c.people))
	}
	connected := time.Since(begun)
	var desks []crowdDesk
	for _, w := range towns {
		for i := range w.offices {
			from := p.localFrom(net.IPv4(127, byte(100+len(desks)>>8), byte(len(desks)), 1)) // as many neighbourhoods as offices
			desks = append(desks, crowdDesk{w.openDesk(t, p, from, i), w.tokens[i]})
		}
	}
	time.Sleep(12 * time.Second) // a round of pings
	first, _ := p.memory(t)

	watch := watchMachine(p)
	late, positions := c.move(t, p, desks, last)
	load := watch.load()
	end, most := p.memory(t)
	drops := 0
	for _, o := range c.people {
		drops += int(o.drops.Load())
	}
	rows := []result{
		{
			What: "10,000 waiting at 500 offices, 20 moves a second: positions", Reach: "p99 <= 500 ms, none dropped",
			Got:     fmt.Sprintf("p99 %s, %d dropped", ms(percentile(positions, 99)), drops),
			Reached: late == 0 && drops == 0 && percentile(positions, 99) <= 500*time.Millisecond,
			Notes: []string{fmt.Sprintf("%s; %d views counted from the request of their call; p50 %s, max %s, %d not within %s; every socket from an address of "+
				"its own, limits on; connected in %s; %s", last, len(positions), ms(percentile(positions, 50)), ms(percentile(positions, 100)), late, crowdPatient,
				connected.Round(10*time.Millisecond), load)},
		},
		{
			What: "... memory of the program", Reach: "flat: at the end <= 1.1 of the beginning",
			Got: fmt.Sprintf("%d MB, then %d MB", first>>20, end>>20), Reached: float64(end) <= 1.1*float64(first),
			Notes: []string{fmt.Sprintf("%d MB before anybody came, %d MB at most; 500 consoles beside", before>>20, most>>20)},
		},
	}
	return append(rows, c.storm(t, p, database))
}

// come lets all connect, from a few goroutines: everybody's own lives on.
func (c *crowd) come() {
	var dialling sync.WaitGroup
	var next atomic.Int64
	for range 64 {
		dialling.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(c.people) {
					return
				}
				o := c.people[i]
				ws, err := c.dial(o)
				c.running.Go(func() { c.stay(o, ws, err) })
			}
		})
	}
	dialling.Wait()
}

func (c *crowd) dial(o *one) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(c.ctx, 10*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, c.origin+"/api/v1/ticket/socket", &websocket.DialOptions{
		HTTPClient: localFrom(c.address, o.from), HTTPHeader: http.Header{"Origin": {c.origin}}, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(-1)
	return ws, ws.Write(ctx, websocket.MessageText, fmt.Appendf(nil, `{"type":"hello","data":{"versions":[1],"secret":%q}}`, o.ticket.secret))
}

// stay reads until the crowd goes home; a lost line is dialled again, after the pauses of our own pages.
func (c *crowd) stay(o *one, ws *websocket.Conn, err error) {
	for tries := 0; ; {
		for err == nil {
			var text []byte
			if _, text, err = ws.Read(c.ctx); err != nil {
				break
			}
			if strings.HasPrefix(string(text[:min(len(text), 16)]), `{"type":"ping"`) {
				err = ws.Write(c.ctx, websocket.MessageText, []byte(`{"type":"pong"}`))
				continue
			}
			if tries > 0 && strings.HasPrefix(string(text[:min(len(text), 16)]), `{"type":"ticket"`) {
				tries = 0
				o.back.Store(time.Now().UnixMicro())
			}
			o.hear(text)
		}
		if ws != nil {
			_ = ws.CloseNow() // it is lost already
		}
		if c.ctx.Err() != nil {
			return
		}
		if tries == 0 {
			o.drops.Add(1)
		}
		tries++
		select {
		case <-c.ctx.Done():
			return
		case <-time.After(pause(tries)):
		}
		ws, err = c.dial(o)
	}
}

// pause is how long our pages wait before they dial again (backoff in live.ts).
func pause(tries int) time.Duration {
	if tries <= 1 {
		return time.Duration(rand.Float64() * float64(firstRetry))
	}
	return 200*time.Millisecond + time.Duration(rand.Float64()*math.Min(float64(maxRetry), 500*math.Pow(2, float64(tries))*float64(time.Millisecond)))
}

func (c *crowd) told() int {
	n := 0
	for _, o := range c.people {
		if _, _, at := o.now(); !at.IsZero() {
			n++
		}
	}
	return n
}

// move makes moves at the rate, office after office, and returns how long it took until everybody who waited there knew the
// new place. late counts those who did not within crowdPatient.
func (c *crowd) move(t *testing.T, p *program, desks []crowdDesk, last time.Duration) (late int, positions []time.Duration) {
	client := p.local()
	var mu sync.Mutex // guards late and positions
	var moves sync.WaitGroup
	called := make([]int, crowdOffices) // how many of an office's queue have been called
	begun := time.Now()
	for i := 0; time.Since(begun) < last; i++ {
		office := i * 7 % crowdOffices
		time.Sleep(time.Until(begun.Add(time.Duration(i) * 2 * time.Second / crowdRate)))
		gone := called[office]
		if gone >= crowdQueue-1 {
			continue
		}
		called[office]++
		moves.Go(func() {
			queue := c.people[office*crowdQueue : (office+1)*crowdQueue]
			at := time.Now()
			ask(t, client, http.MethodPost, fmt.Sprintf("%s/api/v1/console/desks/%s/call", p.console, desks[office].id), `{}`, session(desks[office].token), nil)
			until := at.Add(crowdPatient)
			for j, o := range queue[gone+1:] {
				var said time.Time
				in := eventually(until, func() bool {
					state, ahead, when := o.now()
					said = when
					return state == string(civic.Waiting) && ahead == j
				})
				mu.Lock()
				if in {
					positions = append(positions, said.Sub(at))
				} else {
					late++
				}
				mu.Unlock()
			}
			time.Sleep(time.Until(at.Add(time.Second / crowdRate)))
			ask(t, client, http.MethodPost, p.public+"/api/v1/ticket/leave", "", bearer(queue[gone].ticket.secret), nil)
		})
	}
	moves.Wait()
	time.Sleep(time.Second) // the last ones are told too
	return late, positions
}

// storm kills the program and starts it again: everybody comes back, and keeps the place.
func (c *crowd) storm(t *testing.T, p *program, database string) result {
	type place struct {
		state string
		ahead int
	}
	places := make([]place, len(c.people))
	waiting := 0
	for i, o := range c.people {
		state, ahead, _ := o.now()
		places[i] = place{state, ahead}
		if state == string(civic.Waiting) {
			waiting++
		}
		o.back.Store(0)
	}
	p.kill()
	killed := time.Now()
	p = startLimited(t, database, p.address)
	up := time.Since(killed)
	all := func() bool {
		for _, o := range c.people {
			if o.back.Load() == 0 {
				return false
			}
		}
		return true
	}
	eventually(killed.Add(time.Minute), all)
	var took []time.Duration
	never, moved := 0, 0
	for i, o := range c.people {
		at := o.back.Load()
		if at == 0 {
			never++
			continue
		}
		took = append(took, time.UnixMicro(at).Sub(killed))
		state, ahead, _ := o.now()
		if (place{state, ahead}) != places[i] {
			moved++
		}
	}
	return result{
		What: "10,000 come back after kill -9", Reach: "95 % in 15 s, all in 30 s, every place kept",
		Got:     fmt.Sprintf("95 %% in %.1f s, all in %.1f s, %d never, %d with another place", percentile(took, 95).Seconds(), percentile(took, 100).Seconds(), never, moved),
		Reached: never == 0 && moved == 0 && percentile(took, 95) <= 15*time.Second && percentile(took, 100) <= 30*time.Second,
		Notes: []string{fmt.Sprintf("counted from the kill to the first view; the program was ready again after %s; %d of them wait, the others have left; "+
			"the pauses between tries are those of our pages, limits on", up.Round(time.Millisecond), waiting)},
	}
}
