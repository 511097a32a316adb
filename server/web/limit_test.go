package web

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
)

// clock is a time that only moves when a test says so.
type clock struct{ t time.Time }

func (c *clock) now() time.Time          { return c.t }
func (c *clock) advance(d time.Duration) { c.t = c.t.Add(d) }

func newClock() *clock { return &clock{time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)} }

func TestDrawsAreLimitedPerPrefix(t *testing.T) {
	c := newClock()
	l := newLimits(c.now, false)
	for i := range 20 {
		if err := l.allow(LimitDraw, "a"); err != nil {
			t.Fatalf("draw %d: %v", i, err)
		}
	}
	err := l.allow(LimitDraw, "a")
	var w waitError
	if civic.CodeOf(err) != civic.TooMany || civic.KeyOf(err) != civic.KeyTooManyDraws || !errors.As(err, &w) || w.wait != 2*time.Second {
		t.Fatalf("draw 21: %v, wait %v", err, w.wait)
	}
	if err := l.allow(LimitDraw, "b"); err != nil {
		t.Errorf("another prefix: %v", err)
	}
	if err := l.allow(LimitLogin, "a"); err != nil {
		t.Errorf("another limit: %v", err)
	}
	ok := 0
	for range 60 {
		c.advance(time.Second)
		if l.allow(LimitDraw, "a") == nil {
			ok++
		}
	}
	if ok != 30 {
		t.Errorf("%d draws in the next minute, want 30", ok)
	}
}

func TestBucketsAreForgottenOnlyWhenFull(t *testing.T) {
	c := newClock()
	l := newLimits(c.now, false)
	for limit, line := range limitTable {
		if full := time.Duration(line.burst) * line.every; full > limitKeep {
			t.Errorf("limit %d takes %v to fill, but is forgotten after %v", limit, full, limitKeep)
		}
	}
	for i := range 3*limitMax + 10 {
		_ = l.allow(LimitWrite, fmt.Sprint(i))
	}
	if n := len(l.young) + len(l.old); n > 2*limitMax {
		t.Errorf("%d buckets", n)
	}
	for range 2 {
		c.advance(limitKeep + time.Second)
		_ = l.allow(LimitWrite, "x")
	}
	if n := len(l.young) + len(l.old); n > 2 { // x, in both generations
		t.Errorf("%d buckets are left after a pause", n)
	}
}

func TestLimitsAnswer429(t *testing.T) {
	c := newClock()
	route := testRoute(post, "/draw", func(s *Server, c *fiber.Ctx) error { return nil })
	route.Limit = LimitDraw
	for _, off := range []bool{false, true} {
		e := start(t, []Route{route}, func(cfg *Config, _ *times) { cfg.Now, cfg.Unlimited = c.now, off })
		for range 20 {
			if a := e.do(post, "http://schalter.test/draw", "", "X-Schalter", "1"); a.status != 200 {
				t.Fatal(a)
			}
		}
		a := e.do(post, "http://schalter.test/draw", "", "X-Schalter", "1", "X-Forwarded-For", "203.0.113.9")
		if off {
			if a.status != 200 {
				t.Errorf("limits are off, but: %+v", a)
			}
			continue
		}
		p := e.refused(a, 429, civic.KeyTooManyDraws)
		if p.RetryAfter != 2 || a.header.Get("Retry-After") != "2" {
			t.Errorf("retry after %d, %q", p.RetryAfter, a.header.Get("Retry-After"))
		}
	}
}

func TestWritesAreLimitedPerTicket(t *testing.T) {
	c := newClock()
	route := Route{Method: post, Path: "/write", Site: Public, Role: citizen, Kind: API, Limit: LimitWrite,
		Handle: func(s *Server, c *fiber.Ctx) error { return nil }}
	e := start(t, []Route{route}, func(cfg *Config, _ *times) { cfg.Now = c.now })
	write := func() answer {
		return e.do(post, "http://schalter.test/write", "", "X-Schalter", "1", "Authorization", "Bearer "+goodSecret)
	}
	for range 20 {
		if a := write(); a.status != 200 {
			t.Fatal(a)
		}
	}
	e.refused(write(), 429, civic.KeyTooManyRequests)
}
