package statistics

import (
	"maps"
	"slices"
)

// Spread describes a set of durations, in seconds.
type Spread struct {
	Mean   int
	Median int // of an even number, the mean of the two in the middle
	P90    int // the least duration that nine of ten do not exceed
}

// values counts durations by their length in seconds.
type values map[int]int

func (v values) add(seconds, n int) { v[seconds] += n }

func (v values) count() (n int) {
	for _, k := range v {
		n += k
	}
	return n
}

func (v values) sum() (s int) {
	for seconds, k := range v {
		s += seconds * k
	}
	return s
}

// spread is nil for no values at all.
func (v values) spread() *Spread {
	n := v.count()
	if n == 0 {
		return nil
	}
	order := slices.Sorted(maps.Keys(v))
	at := func(rank int) int { // from 1 on
		for _, seconds := range order {
			if rank -= v[seconds]; rank <= 0 {
				return seconds
			}
		}
		return order[len(order)-1]
	}
	return &Spread{
		Mean:   rounded(v.sum(), n),
		Median: rounded(at((n+1)/2)+at(n/2+1), 2),
		P90:    at((9*n + 9) / 10),
	}
}

// rounded divides to the nearest whole, halves upwards.
func rounded(a, b int) int { return (2*a + b) / (2 * b) }
