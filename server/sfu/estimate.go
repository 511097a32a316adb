package sfu

import "math"

// Bounds of an estimate, bits a second.
const (
	startRate = 700e3 // where it begins: sound and a middling picture
	leastRate = 50e3
	mostRate  = 20e6
	lossFloor = 250e3 // loss alone (bad radio) takes no more than this leaves: sound and the smallest picture
)

// ack is what became of one packet. Times are µs, each of its own clock.
type ack struct {
	departed int64
	arrived  int64
	size     int
	lost     bool
	late     bool // it was told lost before
}

// estimator tells how many bits a second the way to a receiver carries, by Google congestion control
// (draft-ietf-rmcat-gcc-02, with the trend line that browsers use in place of its Kalman filter). It is
// pure: fed with times, it starts nothing and allocates nothing.
//
// What a switch sends is bounded by what the others publish, so an estimate cannot grow by itself: where
// more is wanted, a trial sends padding for a moment and sees whether it arrives.
type estimator struct {
	target  float64 // by delay
	byLoss  float64 // bound by loss
	overAt  int64   // when a queue was last seen to grow, µs; 0: never
	since   int64   // when that began, with pauses under a second, µs
	limited int64   // when a queue last kept growing, µs; 0: never
	hold    int64   // for how long that counts, µs

	group, last burst
	trend       trend
	acked       throughput
	state       rateState
	raisedAt    int64   // µs
	capacity    float64 // what came through when it fell, smoothed; 0: not known
	deviation   float64 // of that, relative
	rtt         float64 // s
	way, lately shortest
	late        int64    // how much longer than the shortest of some seconds the latest packet was on its way, µs
	grown       int64    // how much longer than in the last seconds the quickest of the latest feedback was, µs
	before      shortest // way, before the last leap
	leaptAt     int64    // when the delay last leapt, µs

	loss       float64 // share of packets lost, smoothed
	seen, lost int     // packets since lossAt
	lossAt     int64

	trial   trial
	heardAt int64 // latest feedback, µs
}

type rateState uint8

const (
	rising rateState = iota
	holding
)

func newEstimator() estimator {
	return estimator{target: startRate, byLoss: mostRate, trend: trend{threshold: 12.5}}
}

// rate is the estimate, bits a second.
func (e *estimator) rate() float64 { return min(e.target, e.byLoss) }

// feedback takes what a feedback message says, in the order of sending; now is µs of our clock. It says
// whether the estimate fell.
func (e *estimator) feedback(now int64, acks []ack) (fell bool) {
	before, leaptAt := e.rate(), e.leaptAt
	over, quickest := false, int64(math.MaxInt64)
	for i := range acks {
		a := &acks[i]
		switch {
		case a.lost:
			e.seen++
			e.lost++
			continue
		case a.late:
			e.lost = max(e.lost-1, 0)
		default:
			e.seen++
		}
		e.acked.add(a.arrived, a.size)
		e.rtt = 0.9*e.rtt + 0.1*float64(now-a.departed)/1e6
		way := a.arrived - a.departed
		e.late, quickest = e.way.excess(way, now, wayWindow), min(quickest, way)
		u := e.arrive(a)
		if e.leaptAt != leaptAt { // what came before it is no measure
			leaptAt, quickest = e.leaptAt, way
		}
		if u != 0 {
			over = u > 0 && e.late > lateLeast
			if u < 0 {
				e.state = holding
			}
		}
	}
	if quickest != math.MaxInt64 {
		e.grown = e.lately.excess(quickest, now, latelyWindow)
		if e.late > lateMost && e.grown > lateGrown { // a queue that needs no trend to be seen
			over = true
		}
	}
	e.heardAt = now
	e.byDelay(now, over)
	e.countLoss(now)
	e.trial.heard(e, over)
	return e.rate() < before
}

// burst is a group of packets that were sent together.
type burst struct {
	started, departed, arrived int64
	size                       int
}

// arrive adds a packet and, when it begins a new burst, judges the last one: 1 overuse, -1 underuse,
// 0 no news.
func (e *estimator) arrive(a *ack) int {
	g := &e.group
	if g.size == 0 {
		*g = burst{started: a.departed, departed: a.departed, arrived: a.arrived, size: a.size}
		return 0
	}
	if a.departed < g.started {
		return 0 // swapped on the way
	}
	sent, came := a.departed-g.departed, a.arrived-g.arrived
	if a.departed-g.started <= 5e3 || came <= 5e3 && came < sent && a.arrived-e.last.arrived < 100e3 {
		g.departed = max(g.departed, a.departed)
		g.arrived = max(g.arrived, a.arrived)
		g.size += a.size
		return 0
	}
	use := 0
	if e.last.size > 0 {
		sent, came := float64(g.departed-e.last.departed)/1e3, float64(g.arrived-e.last.arrived)/1e3
		if came-sent > leap {
			e.leapt(g.departed)
		} else {
			use = e.trend.add(sent, came, float64(g.arrived)/1e3)
		}
	}
	e.last = *g
	*g = burst{started: a.departed, departed: a.departed, arrived: a.arrived, size: a.size}
	return use
}

// byDelay moves the target: down when a queue grows, else up, but not far above what comes through.
func (e *estimator) byDelay(now int64, over bool) {
	through := e.acked.rate(throughputLong)
	if e.raisedAt == 0 {
		e.raisedAt = now
	}
	if over {
		e.queued(now)
		through = max(through, e.acked.rate(throughputQueue)) // before it the way may have been idle
		if e.trial.rate > 0 {                                 // a moment's padding weighs little in the long run
			through = max(through, e.acked.rate(throughputShort), e.trial.best)
		}
		next := max(0.85*through, leastRate)
		if now-e.since < overFor && e.late < 2*lateMost { // a key frame's lump, perhaps, while little else is sent
			next = max(next, 0.85*e.capacity*(1-e.deviation))
		} else if now-e.since >= overFor { // or a standstill of the receiver: by steps
			next = max(next, 0.7*e.target)
		}
		if through > 0 && next < e.target {
			e.target = next
			e.learnCapacity(max(through, next))
		}
		e.state, e.raisedAt = holding, now
		return
	}
	if e.state == holding {
		e.state, e.raisedAt = rising, now
		return
	}
	past := min(float64(now-e.raisedAt)/1e6, 1)
	e.raisedAt = now
	if e.capacity > 0 && through > e.capacity*(1+3*e.deviation) {
		e.capacity = 0 // the way became wider
	}
	next := e.target * math.Pow(1.08, past)
	if e.capacity > 0 && through > e.capacity*(1-3*e.deviation) { // near where it broke last: step by step
		next = e.target + max(4e3, 9600/(2*(e.rtt+0.1)))*past
	}
	if ceiling := 1.5*through + 10e3; next > ceiling {
		next = max(e.target, ceiling)
		if ceiling < e.target {
			next = e.target
		}
	}
	e.target = min(next, mostRate)
}

func (e *estimator) learnCapacity(through float64) {
	if e.capacity == 0 {
		e.capacity, e.deviation = through, 0.1
		return
	}
	off := math.Abs(through-e.capacity) / e.capacity
	e.deviation = min(max(0.95*e.deviation+0.05*off, 0.05), 0.3)
	e.capacity = 0.95*e.capacity + 0.05*through
}

// countLoss bounds the rate by loss: above 10 % down, below 2 % up again.
func (e *estimator) countLoss(now int64) {
	if e.lossAt == 0 {
		e.lossAt = now
	}
	past := now - e.lossAt
	if past < 500e3 || e.seen < 25 && past < 2e6 || e.seen < 10 {
		return
	}
	share := float64(e.lost) / float64(e.seen)
	e.seen, e.lost, e.lossAt = 0, 0, now
	e.loss = (e.loss + share) / 2
	switch {
	case share > 0.1:
		next := e.rate() * (1 - 0.5*share)
		if e.loss < 0.4 {
			next = max(next, lossFloor)
		}
		e.byLoss = max(next, leastRate)
	case share < 0.02 && e.byLoss < mostRate:
		if e.byLoss = min(e.byLoss*1.2, mostRate); e.byLoss > 2*e.target {
			e.byLoss = mostRate
		}
	}
}

const trendWindow = 20

// trend fits a line to how the way's delay changes, and compares its slope with a threshold that adapts.
type trend struct {
	at, delay [trendWindow]float64 // ms
	n         int                  // bursts so far
	first     float64
	sum       float64 // of delay changes, ms
	smooth    float64
	threshold float64
	before    float64 // last slope
	overFor   float64 // ms
	overs     int
	updated   float64
}

// add takes the times between two bursts and the arrival of the second, ms. It answers 1 for overuse, -1
// for underuse.
func (t *trend) add(sent, came, at float64) int {
	if came < -1000 || came > 10e3 || sent > 10e3 { // the way or a clock changed: begin anew
		*t = trend{threshold: t.threshold}
		return 0
	}
	if t.n == 0 {
		t.first, t.updated = at, at
	}
	t.sum += came - sent
	t.smooth = 0.9*t.smooth + 0.1*t.sum
	t.at[t.n%trendWindow], t.delay[t.n%trendWindow] = at-t.first, t.smooth
	t.n++
	slope := t.before
	if t.n >= trendWindow {
		slope = t.slope()
	}
	use := t.judge(slope, sent, at)
	t.before = slope
	return use
}

func (t *trend) slope() float64 {
	var x, y float64
	for i := range t.at {
		x, y = x+t.at[i], y+t.delay[i]
	}
	x, y = x/trendWindow, y/trendWindow
	var over, under float64
	for i := range t.at {
		over += (t.at[i] - x) * (t.delay[i] - y)
		under += (t.at[i] - x) * (t.at[i] - x)
	}
	if under == 0 {
		return 0
	}
	return over / under
}

func (t *trend) judge(slope, sent, at float64) (use int) {
	if t.n < 2 {
		return 0
	}
	weighed := float64(min(t.n, 60)) * slope * 4
	switch {
	case weighed > t.threshold:
		if t.overs == 0 {
			t.overFor = sent / 2
		} else {
			t.overFor += sent
		}
		t.overs++
		if t.overFor > 10 && t.overs > 1 && slope >= t.before {
			t.overFor, t.overs, use = 0, 0, 1
		}
	case weighed < -t.threshold:
		t.overFor, t.overs, use = 0, 0, -1
	default:
		t.overFor, t.overs = 0, 0
	}
	size := math.Abs(weighed)
	if size <= t.threshold+15 { // else it is an outlier, such as a change of the way
		gain := 0.0087
		if size < t.threshold {
			gain = 0.039
		}
		t.threshold += gain * (size - t.threshold) * min(at-t.updated, 100)
		t.threshold = min(max(t.threshold, 6), 600)
	}
	t.updated = at
	return use
}

const (
	throughputSlot  = 50e3 // µs
	throughputLong  = 10   // slots
	throughputShort = 5
	throughputQueue = 3 // while there is a queue this is what the way carries
)

// throughput counts the bytes that came through, in slots of the receiver's time.
type throughput struct {
	bytes  [throughputLong + 2]int
	first  uint64
	newest uint64
}

func (t *throughput) add(at int64, size int) {
	slot, n := uint64(at+1<<52)/throughputSlot, uint64(len(t.bytes)) // the receiver's time may begin below zero
	if t.newest == 0 || slot > t.newest+n || slot+n <= t.newest {
		*t = throughput{first: slot, newest: slot}
	}
	for ; t.newest < slot; t.newest++ {
		t.bytes[(t.newest+1)%n] = 0
	}
	t.bytes[slot%n] += size
}

// rate is bits a second over the last whole slots.
func (t *throughput) rate(slots int) float64 {
	if slots = min(slots, int(t.newest-t.first)); slots == 0 {
		return 0
	}
	sum := 0
	for i := 1; i <= slots; i++ {
		sum += t.bytes[(t.newest-uint64(i))%uint64(len(t.bytes))]
	}
	return float64(sum) * 8 / (float64(slots) * throughputSlot / 1e6)
}
