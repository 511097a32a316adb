package sfu

// What counts as a queue, µs.
const (
	lateLeast    = int64(15e3)  // packets must be so late before a trend of the delay counts
	lateMost     = int64(150e3) // so late, a delay that grew by lateGrown lately counts without a trend
	lateGrown    = int64(30e3)
	wayWindow    = int64(10e6)
	latelyWindow = int64(1e6)
	holdFirst    = int64(5e6) // for how long a way counts as too narrow, doubled when it soon shows again
	holdMost     = int64(30e6)
	overFor      = int64(1.5e6) // a queue that grows again and again for so long is of a way too narrow
	leap         = 100.0        // ms between two bursts that are no trend: another way, unless there are more of them
	leapAlone    = int64(2e6)
)

// shortest remembers the least time on the way, in the difference of two clocks that drift apart: over one
// to two windows.
type shortest struct {
	before, here int64 // µs
	since        int64 // 0: nothing known
}

// excess is how much longer than the least a packet was on its way, µs.
func (s *shortest) excess(way, now, window int64) int64 {
	switch {
	case s.since == 0:
		*s = shortest{before: way, here: way, since: now}
	case now-s.since > window:
		*s = shortest{before: s.here, here: way, since: now}
	}
	s.here = min(s.here, way)
	return way - min(s.before, s.here)
}

// tight says whether the way was found too narrow lately, by a queue that kept growing: only then is the
// estimate a bound that was met. Packets that get lost without one are bad radio, and a delay that leaps once is
// another way: neither says that the way carries less.
func (e *estimator) tight(now int64) bool { return e.limited != 0 && now-e.limited < e.hold }

// queueing says whether a queue was seen lately: what gets lost may then be too much already.
func (e *estimator) queueing(now int64) bool { return e.overAt != 0 && now-e.overAt < 30e6 }

// leapt notes that the delay leapt: once, it is another way, whose length is not known yet; again soon after,
// it is a queue.
func (e *estimator) leapt(at int64) {
	if at-e.leaptAt > leapAlone {
		e.trend, e.before = trend{threshold: e.trend.threshold}, e.way
		e.way, e.lately = shortest{}, shortest{}
	} else if e.before.since != 0 {
		e.way, e.before = e.before, shortest{}
	}
	e.leaptAt = at
}

// queued notes that a queue grows. When it does so again and again, the way is too narrow.
func (e *estimator) queued(now int64) {
	if now-e.overAt > 1e6 {
		e.since = now
	}
	e.overAt = now
	if now-e.since <= overFor {
		return
	}
	if !e.tight(now) {
		again := e.limited != 0 && now-e.limited < 2*e.hold+holdFirst
		if e.hold = min(2*e.hold, holdMost); !again {
			e.hold = holdFirst
		}
	}
	e.limited = now
}
