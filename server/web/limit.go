package web

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"schalter/server/civic"
)

// Limit names a line of the table of rate limits.
type Limit int

// The limits.
const (
	LimitNone    Limit = iota
	LimitDraw          // per address prefix
	LimitLogin         // per address prefix
	LimitResume        // per address prefix
	LimitSocket        // per address prefix
	LimitAccount       // per account that somebody tries to log in to, and address prefix
	LimitSiege         // per account that many try to log in to
	LimitMail          // per account that is mailed a link
	LimitCode          // per account whose second factor somebody shows
	LimitWrite         // per ticket or clerk
	LimitInvite        // per clerk who invites guests
	LimitHeavy         // per clerk, for what costs a processor up to a second
	LimitProbe         // per ticket, for tests of its connection: three ways each
)

// limitTable: a town hall and a mobile carrier put many honest people behind one prefix, so bursts are wide.
var limitTable = map[Limit]struct {
	burst int
	every time.Duration // one more each
	key   string        // of the refusal
}{
	LimitDraw:    {20, 2 * time.Second, civic.KeyTooManyDraws},
	LimitLogin:   {10, 6 * time.Second, civic.KeyTooManyRequests},
	LimitResume:  {20, 2 * time.Second, civic.KeyTooManyRequests},
	LimitSocket:  {200, 50 * time.Millisecond, civic.KeyTooManyRequests},
	LimitAccount: {5, 12 * time.Second, civic.KeyTooManyRequests},
	LimitSiege:   {30, 3 * time.Second, civic.KeyTooManyRequests},
	LimitMail:    {3, 10 * time.Minute, civic.KeyTooManyRequests},
	LimitCode:    {5, time.Minute, civic.KeyTooManyRequests},
	LimitWrite:   {20, 50 * time.Millisecond, civic.KeyTooManyRequests},
	LimitInvite:  {12, 30 * time.Second, civic.KeyTooManyRequests},
	LimitHeavy:   {10, 2 * time.Second, civic.KeyTooManyRequests},
	LimitProbe:   {12, 5 * time.Second, civic.KeyTooManyRequests},
}

func (l Limit) perAddress() bool {
	return l == LimitDraw || l == LimitLogin || l == LimitResume || l == LimitSocket
}

const (
	limitKeep = 31 * time.Minute // longer than any bucket takes to fill
	limitMax  = 50_000           // buckets in one generation
)

type bucketKey struct {
	limit Limit
	who   string
}

// limits holds the buckets in two generations: a bucket that is used moves to the young one, and what was not used for
// a whole generation is forgotten. It is full by then, so forgetting it changes nothing. Memory is bounded by
// 2 x limitMax buckets.
type limits struct {
	now func() time.Time
	off bool

	mu         sync.Mutex // guards what is below
	young, old map[bucketKey]*rate.Limiter
	since      time.Time
}

func newLimits(now func() time.Time, off bool) *limits {
	return &limits{now: now, off: off, young: map[bucketKey]*rate.Limiter{}, since: now()}
}

// allow takes one token of who's bucket: TooMany, with the time to wait, when it is empty.
func (l *limits) allow(limit Limit, who string) error {
	line, ok := limitTable[limit]
	if !ok || l.off {
		return nil
	}
	now := l.now()
	b := l.bucket(bucketKey{limit, who}, now, line.burst, line.every)
	r := b.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	r.CancelAt(now)
	return later(civic.Errorf(civic.TooMany, line.key, "limit %d", limit), wait)
}

func (l *limits) bucket(k bucketKey, now time.Time, burst int, every time.Duration) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.since) > limitKeep || len(l.young) >= limitMax {
		l.old, l.young, l.since = l.young, map[bucketKey]*rate.Limiter{}, now
	}
	b := l.young[k]
	if b == nil {
		if b = l.old[k]; b == nil {
			b = rate.NewLimiter(rate.Every(every), burst)
		}
		l.young[k] = b
	}
	return b
}
