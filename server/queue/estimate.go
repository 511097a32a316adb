package queue

import (
	"slices"
	"time"
)

// Estimate is a waiting time in minutes, a range. The zero value says that it is unknown.
type Estimate struct{ From, To int }

// Known says whether there is an estimate.
func (e Estimate) Known() bool { return e.To > 0 }

// durationsAsked is how many of an office's latest conversations an estimate looks at, durationsNeeded how many it
// needs to say anything.
const (
	durationsAsked  = 20
	durationsNeeded = 3
)

// estimate is the wait of one with ahead people before: their expected time over the desks that serve, from the
// quartiles of recent conversations, rounded outwards to five minutes (REQUIREMENTS Q07). Unknown without a desk or
// with too few conversations.
func estimate(ahead, desks int, recent []int) Estimate {
	if desks == 0 || len(recent) < durationsNeeded {
		return Estimate{}
	}
	sorted := slices.Sorted(slices.Values(recent))
	low, high := sorted[len(sorted)/4], sorted[len(sorted)*3/4]
	const step = 5
	from := ahead * low / desks / 60 / step * step
	to := ((ahead+1)*high/desks/60/step + 1) * step
	return Estimate{from, to}
}

// expected is the wait of one with ahead people before as a single figure, by the mean of the middle half of recent
// conversations: what decides whether somebody still has a turn today. Known when estimate is.
func expected(ahead, desks int, recent []int) (wait time.Duration, known bool) {
	if desks == 0 || len(recent) < durationsNeeded {
		return 0, false
	}
	sorted := slices.Sorted(slices.Values(recent))
	middle := sorted[len(sorted)/4 : len(sorted)-len(sorted)/4]
	sum := 0
	for _, seconds := range middle {
		sum += seconds
	}
	return time.Duration(ahead*sum) * time.Second / time.Duration(len(middle)*desks), true
}
