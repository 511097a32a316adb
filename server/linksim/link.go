//go:build linux

package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

// longest is how long a queue in front of a slow line may be, unless an order says otherwise. Home routers have this and more.
const longest = 300 * time.Millisecond

// manner is how a link behaves.
type manner struct {
	loss          float64
	delay, jitter time.Duration
	rate          float64 // bytes a second; 0: unlimited
	queue         time.Duration
	cut           bool
}

// parcel is one packet under way.
type parcel struct {
	due  time.Time
	data []byte
}

// link carries the packets of one direction, in order.
type link struct {
	mu     sync.Mutex // guards the next four
	manner manner
	random *rand.Rand
	free   time.Time // when the line has sent all that is queued
	last   time.Time // when the latest packet arrives: none overtakes it
	under  chan parcel
}

func newLink(from io.Reader, to io.Writer, seed int64) *link {
	l := &link{manner: manner{queue: longest}, random: source(seed), under: make(chan parcel, 1<<14)}
	go l.read(from)
	go l.write(to)
	return l
}

func source(seed int64) *rand.Rand { return rand.New(rand.NewPCG(uint64(seed), 77)) }

func (l *link) read(from io.Reader) {
	buf := make([]byte, 1<<16)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		due, arrives := l.take(n, time.Now())
		if !arrives {
			continue
		}
		select {
		case l.under <- parcel{due, append([]byte(nil), buf[:n]...)}:
		default: // more than a link can hold
		}
	}
}

func (l *link) write(to io.Writer) {
	for p := range l.under {
		time.Sleep(time.Until(p.due))
		_, _ = to.Write(p.data) // a device that goes down loses packets, as they do
	}
}

// take says whether and when a packet of so many bytes, sent now, arrives.
func (l *link) take(bytes int, now time.Time) (due time.Time, arrives bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	m := l.manner
	if m.cut || l.random.Float64() < m.loss {
		return now, false
	}
	due = now
	if m.rate > 0 {
		if l.free.Before(now) {
			l.free = now
		}
		if l.free.Sub(now) > m.queue {
			return now, false
		}
		l.free = l.free.Add(time.Duration(float64(bytes) / m.rate * float64(time.Second)))
		due = l.free
	}
	due = due.Add(m.delay)
	if m.jitter > 0 {
		due = due.Add(time.Duration(l.random.Float64() * float64(m.jitter)))
	}
	if due.Before(l.last) {
		due = l.last
	}
	l.last = due
	return due, true
}

// set takes one order.
func (l *link) set(what string, numbers []float64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	least := map[string]int{"loss": 1, "delay": 1, "rate": 1, "seed": 1}[what]
	if len(numbers) < least {
		return fmt.Errorf("%s: %d numbers are missing", what, least-len(numbers))
	}
	ms := func(i int) time.Duration { return time.Duration(numbers[i] * float64(time.Millisecond)) }
	switch what {
	case "loss":
		l.manner.loss = numbers[0]
	case "delay":
		l.manner.delay, l.manner.jitter = ms(0), 0
		if len(numbers) > 1 {
			l.manner.jitter = ms(1)
		}
	case "rate":
		l.manner.rate, l.manner.queue = numbers[0]*1000/8, longest
		if len(numbers) > 1 {
			l.manner.queue = ms(1)
		}
	case "cut":
		l.manner.cut = true
	case "heal":
		l.manner = manner{queue: longest}
	case "seed":
		l.random = source(int64(numbers[0]))
	default:
		return fmt.Errorf("no order: %q", what)
	}
	return nil
}
