//go:build linux

package main

import (
	"strings"
	"testing"
	"time"
)

func linkOf(t *testing.T, orders ...string) *link {
	t.Helper()
	l := &link{manner: manner{queue: longest}, random: source(1)}
	for _, text := range orders {
		if err := order(map[string]*link{"up": l}, strings.Fields(text)); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func TestAGoodLineDelaysNothing(t *testing.T) {
	now := time.Unix(1, 0)
	if due, arrives := linkOf(t).take(1200, now); !arrives || !due.Equal(now) {
		t.Fatalf("due %v, arrives %v", due, arrives)
	}
}

func TestLossIsTheShareThatWasOrdered(t *testing.T) {
	l, lost := linkOf(t, "up loss 0.2"), 0
	for range 100_000 {
		if _, arrives := l.take(100, time.Unix(1, 0)); !arrives {
			lost++
		}
	}
	if lost < 19_500 || lost > 20_500 {
		t.Fatalf("%d of 100000 lost", lost)
	}
}

func TestASeedRepeatsTheLosses(t *testing.T) {
	pattern := func() (s string) {
		l := linkOf(t, "up loss 0.5", "seed 42")
		for range 64 {
			if _, arrives := l.take(1, time.Unix(1, 0)); arrives {
				s += "x"
			} else {
				s += "-"
			}
		}
		return s
	}
	if a, b := pattern(), pattern(); a != b {
		t.Fatalf("%s and %s", a, b)
	}
}

func TestARateSpacesPacketsAndDropsWhatTheQueueCannotHold(t *testing.T) {
	l, now := linkOf(t, "up rate 300 200"), time.Unix(1, 0)
	took := 0
	var last time.Time
	for range 20 { // 1,500 bytes take 40 ms each: the queue holds five and the one that is being sent
		due, arrives := l.take(1500, now)
		if !arrives {
			continue
		}
		took++
		if took > 1 && due.Sub(last) != 40*time.Millisecond {
			t.Fatalf("packet %d after %v", took, due.Sub(last))
		}
		last = due
	}
	if took != 6 {
		t.Fatalf("%d of 20 in a queue of 200 ms", took)
	}
}

func TestJitterOvertakesNobody(t *testing.T) {
	l, now := linkOf(t, "up delay 50 30"), time.Unix(1, 0)
	last := now
	for range 1000 {
		now = now.Add(time.Millisecond)
		due, _ := l.take(100, now)
		if due.Before(last) || due.Before(now.Add(50*time.Millisecond)) {
			t.Fatalf("sent %v, due %v, the one before %v", now, due, last)
		}
		last = due
	}
}

func TestACutLineIsSilentUntilItHeals(t *testing.T) {
	l := linkOf(t, "both cut")
	if _, arrives := l.take(1, time.Unix(1, 0)); arrives {
		t.Fatal("passed a cut line")
	}
	if err := l.set("heal", nil); err != nil {
		t.Fatal(err)
	}
	if _, arrives := l.take(1, time.Unix(1, 0)); !arrives {
		t.Fatal("still cut")
	}
}

func TestWhatIsNoOrderIsRefused(t *testing.T) {
	l := linkOf(t)
	for _, text := range []string{"", "up", "sideways cut", "up loss", "up loss many", "up fly", "up delay -1"} {
		if err := order(map[string]*link{"up": l}, strings.Fields(text)); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
