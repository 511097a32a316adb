package sfu

import (
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestWhoComesBackIsSeen lets one side leave and come back, or replace itself, while every fifth packet is lost both ways.
// REJOINS=200 makes it a stress on busy processors.
func TestWhoComesBackIsSeen(t *testing.T) {
	times, stress := 4, false
	if n, err := strconv.Atoi(os.Getenv("REJOINS")); err == nil {
		times, stress = n, true
	}
	var idle atomic.Bool
	var spinning sync.WaitGroup
	for range 2 * runtime.GOMAXPROCS(0) {
		if !stress {
			break
		}
		spinning.Go(func() {
			for !idle.Load() { // keeps a processor busy
			}
		})
	}
	defer spinning.Wait()
	defer idle.Store(true)
	room := newSwitch(t).Room("visit")
	lossy := clientOptions{seats: 1, simulcast: true, lossUp: 0.2, lossDown: 0.2}
	a := join(t, room, "citizen", clientOptions{seats: 1, simulcast: true})
	old := join(t, room, "clerk", lossy)
	var took []time.Duration
	for i := range times {
		if i%2 == 0 {
			old.close()
		}
		start := time.Now()
		b := newClient(t, a.peer.room, "clerk", lossy)
		b.offer()
		if i%2 != 0 {
			old.close()
		}
		eventually(t, "both to see each other", func() bool {
			return len(a.from(a.seatLines[0][1], b.id)) > 5 && len(b.from(b.seatLines[0][1], a.id)) > 5 &&
				len(a.from(a.seatLines[0][0], b.id)) > 0
		})
		took = append(took, time.Since(start))
		if first := a.from(a.seatLines[0][1], b.id)[0]; !first.key {
			t.Errorf("the picture did not begin with a key frame")
		}
		a.mu.Lock()
		a.lines[a.seatLines[0][1].Mid()].packets = nil
		a.mu.Unlock()
		old = b
	}
	slices.Sort(took)
	t.Logf("%d rejoins: half within %v, 99 %% within %v, all within %v", times, took[times/2], took[times*99/100], took[times-1])
}
