package sfu

// Trials: times in µs.
const (
	trialFor     = int64(250e3)
	trialWait    = int64(400e3) // after its end and a round trip, for the feedback
	trialSoon    = int64(500e3) // until the next one, after one that came through
	trialBackoff = int64(2.5e6) // after one that did not; doubled each time
	trialLongest = int64(8e6)   // a way that healed must be noticed; a trial is too small to hurt
	trialLate    = int64(100e3) // packets so much later than a moment ago end it
	trialGrown   = int64(50e3)  // so late, a trend ends it: padding comes in lumps, which look like a short one
	trialLeast   = 100e3        // bits a second more than the estimate
	trialMost    = 32 << 10     // bytes of padding at once
)

// trial raises a receiver's rate by padding for a moment, to see whether more comes through.
type trial struct {
	rate    float64 // bits a second; 0: none under way
	until   int64
	best    float64 // most that came through
	over    bool    // it was too much
	next    int64   // no trial before
	backoff int64
}

// pad tells how many bytes of padding are due now, when the receiver could use want bits a second and was
// sent that many bytes in the time past.
func (e *estimator) pad(now int64, want float64, sent int, past int64) int {
	p := &e.trial
	if p.rate == 0 {
		if want <= e.rate() || now < p.next || now-e.heardAt > 500e3 || e.heardAt == 0 || e.state == holding {
			return 0
		}
		step := 2.0
		if e.queueing(now) {
			step = 1.5
		}
		if p.backoff > trialBackoff { // it failed twice: not much more is to be expected
			step = 1.25
		}
		*p = trial{rate: min(1.1*want, max(step*e.rate(), e.rate()+trialLeast), mostRate), until: now + trialFor, backoff: p.backoff}
	}
	if now >= p.until {
		if now >= p.until+trialWait+int64(e.rtt*1e6) {
			p.end(e, now)
		}
		return 0
	}
	if p.over {
		return 0
	}
	return min(max(int(p.rate*float64(past)/8e6)-sent, 0), trialMost)
}

// heard looks at the feedback that came during a trial.
func (p *trial) heard(e *estimator, over bool) {
	if p.rate == 0 {
		return
	}
	p.over = p.over || over && e.late > trialGrown || e.grown > trialLate
	p.best = max(p.best, e.acked.rate(throughputShort))
}

// end draws the conclusion.
func (p *trial) end(e *estimator, now int64) {
	came := min(p.best, p.rate)
	if !p.over && came > e.target {
		e.target = min(came, mostRate)
	}
	if !p.over && came > 0.85*p.rate*(1-e.loss) {
		*p = trial{next: now + trialSoon}
		return
	}
	wait := max(trialBackoff, min(2*p.backoff, trialLongest))
	*p = trial{next: now + wait, backoff: wait}
}
