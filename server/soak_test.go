//go:build drill

package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"schalter/server/civic"
)

// The soak's size, and how much may be left of it.
const (
	soakVisits  = 1000
	soakWarm    = 200 // after so many the program has all that it keeps for good
	soakAtOnce  = 4
	soakLeft    = 20       // goroutines more than then
	soakLarger  = 24 << 20 // bytes of memory more than then
	soakLongest = 25 * time.Minute
)

// TestSoak holds a thousand conversations, one after another at four desks, each with sound and picture both ways, and
// looks whether the program is then as it was after the first two hundred.
func TestSoak(t *testing.T) {
	visits := soakVisits
	if n, err := strconv.Atoi(os.Getenv("VISITS")); err == nil && n > soakWarm {
		visits = n
	}
	l := &ledger{}
	database, clerks := drillTown(t, l, 1)
	port, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	health := port.Addr().String()
	must(t, port.Close())
	c := bear(t, database, "--unlimited", "--log-level=info", "--metrics-listen="+health)

	var next atomic.Int64
	hold := func(upTo int) {
		var work sync.WaitGroup
		for _, d := range clerks[:soakAtOnce*drillClerks] {
			if d.browser.bearer != "-0@mitte.test" { // one clerk an office
				continue
			}
			work.Go(func() {
				for int(next.Add(1)) <= upTo && !t.Failed() {
					t.Run("visit", func(t *testing.T) { soakVisit(t, c.address, d) })
				}
				next.Add(-1)
			})
		}
		work.Wait()
	}
	for _, d := range clerks {
		d.browser.at, d.browser.origin = c.address, c.console
		d.browser.login(string(d.office) + d.browser.bearer)
		d.browser.also(t).consoleSocket() // who is unseen for a minute has an unattended desk
	}
	begun := time.Now()
	hold(soakWarm)
	warm := soaked(t, health)
	fmt.Printf("visits=%d %v\n", soakWarm, warm)
	for done := soakWarm; done < visits && time.Since(begun) < soakLongest && !t.Failed(); {
		done = min(done+200, visits)
		hold(done)
		fmt.Printf("visits=%d %v\n", done, soaked(t, health))
	}
	if took := int(next.Load()); took < visits {
		t.Errorf("only %d of %d visits in %v", took, visits, time.Since(begun))
	}
	now := soaked(t, health)
	if now.goroutines > warm.goroutines+soakLeft {
		t.Errorf("%d goroutines after %d visits, %d after %d", now.goroutines, visits, warm.goroutines, soakWarm)
	}
	if now.memory > warm.memory+soakLarger {
		t.Errorf("%d MB after %d visits, %d MB after %d", now.memory>>20, visits, warm.memory>>20, soakWarm)
	}
}

// soakVisit is one conversation from the draw to the end.
func soakVisit(t *testing.T, at address, d *drillClerk) {
	clerk := d.browser.also(t)
	desk := clerk.open(d.office)
	citizen := newCitizen(t, at)
	citizen.draw(d.office)
	call := desk.call()
	if v := call.Office.Current; v == nil || v.State != civic.Called {
		t.Fatalf("called %+v", v)
	}
	c := newGuest(clerk, call.Grant)
	c.connect()
	g := newGuest(citizen, citizen.enter())
	g.connect()
	g.receives("the clerk's media")
	c.receives("the citizen's media")
	desk.settle("finish")
	c.hangUp()
	g.hangUp()
}

// condition is what the program holds.
type condition struct {
	goroutines int
	memory     int64 // bytes resident
	heap       int64 // bytes
	files      int
}

func (c condition) String() string {
	return fmt.Sprintf("goroutines=%d resident=%dMB heap=%dMB files=%d", c.goroutines, c.memory>>20, c.heap>>20, c.files)
}

// soaked waits until what ended has gone, and tells what is left.
func soaked(t *testing.T, health string) (c condition) {
	t.Helper()
	figure := func(text []byte, name string) int64 {
		found := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindSubmatch(text)
		if found == nil {
			t.Fatalf("no %s in the metrics", name)
		}
		n, err := strconv.ParseFloat(string(found[1]), 64)
		must(t, err)
		return int64(n)
	}
	for quiet := 0; quiet < 3; { // three looks a second apart with the same number of goroutines
		res, err := http.Get("http://" + health + "/metrics")
		must(t, err)
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		must(t, err)
		before := c.goroutines
		c = condition{
			goroutines: int(figure(text, "go_goroutines")), memory: figure(text, "process_resident_memory_bytes"),
			heap: figure(text, "go_memstats_heap_inuse_bytes"), files: int(figure(text, "process_open_fds")),
		}
		if quiet++; c.goroutines > before+2 || c.goroutines < before-2 {
			quiet = 0
		}
		<-time.After(time.Second)
	}
	return c
}
