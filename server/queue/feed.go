package queue

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/store"
)

const (
	// feedAnew is how often a view is recomputed although no hint has come.
	feedAnew = 30 * time.Second
	// feedIdle is how long a feed lives on without a watcher.
	feedIdle = 2 * time.Minute
	// feedRest is the rest between two computations of a busy office, unless somebody is called.
	feedRest = 250 * time.Millisecond
)

// Feed keeps the latest snapshot of one office for all who watch it: one computation serves them all.
type Feed struct {
	snap    atomic.Pointer[Snapshot]
	mu      sync.Mutex // guards changed and own
	changed chan struct{}
	own     map[civic.TicketID]map[chan struct{}]struct{}
	ledger  ledger
	begun   atomic.Int64  // computations
	last    *Snapshot     // of the last one that did not fail; guarded by the ledger's lock
	used    atomic.Int64  // when it was last asked for, in Unix seconds
	ready   chan struct{} // closed after the first computation
	err     error         // of the first computation; read after ready
}

type feeds struct {
	mu   sync.Mutex // guards open
	open map[civic.OfficeID]*Feed
	turn chan struct{} // holds a value for each feed that computes: at most half of the processors
}

// Snapshot returns the latest snapshot, and a channel that is closed when there is a newer one.
func (f *Feed) Snapshot() (*Snapshot, <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.used.Store(time.Now().Unix())
	return f.snap.Load(), f.changed
}

func (f *Feed) set(snap *Snapshot) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := f.snap.Swap(snap)
	for id, t := range snap.others { // first those who are called
		if before != nil && before.others[id].State != t.State {
			for woken := range f.own[id] {
				select {
				case woken <- struct{}{}:
				default: // has not yet looked since the last time
				}
			}
		}
	}
	close(f.changed)
	f.changed = make(chan struct{})
}

// Own returns a channel that receives a value whenever a ticket's state has changed, before the thousands are woken whose
// place alone has, and the function that ends it.
func (f *Feed) Own(ticket civic.TicketID) (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.own == nil {
		f.own = map[civic.TicketID]map[chan struct{}]struct{}{}
	}
	if f.own[ticket] == nil {
		f.own[ticket] = map[chan struct{}]struct{}{}
	}
	f.own[ticket][ch] = struct{}{}
	return ch, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.own[ticket], ch)
		if len(f.own[ticket]) == 0 {
			delete(f.own, ticket)
		}
	}
}

// Watch returns the feed of an office, starting it if nobody watched it yet. Its snapshot is at least as new as
// the last hint at the time of the call. NotFound for an unknown office.
func (s *Service) Watch(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID) (*Feed, error) {
	s.feeds.mu.Lock()
	f := s.feeds.open[office]
	if f == nil {
		f = &Feed{changed: make(chan struct{}), ready: make(chan struct{})}
		s.feeds.open[office] = f
		s.running.Go(func() { s.feed(f, authority, office) })
	}
	f.used.Store(time.Now().Unix())
	s.feeds.mu.Unlock()
	select {
	case <-f.ready:
	case <-ctx.Done():
		return nil, civic.Errorf(civic.Unavailable, civic.KeyUnavailable, "feed of office %s: %v", office, ctx.Err())
	}
	if f.err != nil {
		return nil, f.err
	}
	if f.snap.Load().Office.AuthorityID != authority {
		return nil, civic.Errorf(civic.NotFound, civic.KeyOfficeUnknown, "office %s is of another authority", office)
	}
	return f, nil
}

// feed recomputes an office's snapshot after every hint, at its own next change, and every feedAnew.
func (s *Service) feed(f *Feed, authority civic.AuthorityID, office civic.OfficeID) {
	hints, end := s.bus.Subscribe(bus.Office(office))
	defer end()
	urgent, endUrgent := s.bus.Subscribe(bus.Urgent(office))
	defer endUrgent()
	if _, err := s.compute(s.ctx, f, authority, office, true); err != nil {
		f.err = err
		s.forget(f, office)
		close(f.ready)
		return
	}
	close(f.ready)
	for {
		wake := time.NewTimer(s.untilChange(f.snap.Load()))
		select {
		case <-s.ctx.Done():
			wake.Stop()
			return
		case <-hints:
			wake.Stop()
		case <-wake.C:
			if time.Now().Unix()-f.used.Load() > int64(feedIdle/time.Second) {
				s.forget(f, office)
				return
			}
		}
		select { // what made it urgent is in what is read now
		case <-urgent:
		default:
		}
		// Views in crowds must not keep processors and readers from those who draw. The answer to a call computes the view
		// without waiting here.
		select {
		case <-s.ctx.Done():
			return
		case s.feeds.turn <- struct{}{}:
		}
		began := time.Now()
		if _, err := s.compute(s.ctx, f, authority, office, true); err != nil && s.ctx.Err() == nil {
			s.log.Warn("view not computed, will try again", "office", office, "error", err)
		}
		<-s.feeds.turn
		// Hints in crowds must not eat the machine. What is urgent waits only four times as long as it takes to compute.
		short := min(4*time.Since(began), feedRest)
		if !s.rest(short, nil) || !s.rest(feedRest-short, urgent) {
			return
		}
	}
}

// compute takes a new snapshot, unless one has been begun and ended while it waited for its turn. All who watch get it if
// it is at a later revision, or if anew says so, for time and other offices change a status too.
func (s *Service) compute(ctx context.Context, f *Feed, authority civic.AuthorityID, office civic.OfficeID, anew bool) (*Snapshot, error) {
	asked := f.begun.Load()
	f.ledger.mu.Lock()
	defer f.ledger.mu.Unlock()
	snap := f.last
	if snap == nil || f.begun.Load() <= asked { // else somebody has begun and ended one since
		f.begun.Add(1)
		f.last = nil
		var err error
		if snap, err = s.take(ctx, &f.ledger, authority, office); err != nil {
			return nil, err
		}
		f.last = snap
	}
	if before := f.snap.Load(); anew && snap != before || before == nil || snap.Office.Revision > before.Office.Revision {
		f.set(snap)
	}
	return snap, nil
}

// rest waits for d, or until woken. It returns false when the service ends.
func (s *Service) rest(d time.Duration, woken <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-s.ctx.Done():
		return false
	case <-woken:
	case <-timer.C:
	}
	return true
}

// note tells an office's ledger, if it has one, which tickets a move touches.
func (s *Service) note(office civic.OfficeID, revision int64, tickets []civic.TicketID) {
	s.feeds.mu.Lock()
	f := s.feeds.open[office]
	s.feeds.mu.Unlock()
	if f != nil {
		f.ledger.note(revision, tickets)
	}
}

// forget removes a feed; whoever still holds it keeps its last snapshot, and watches anew after feedAnew.
func (s *Service) forget(f *Feed, office civic.OfficeID) {
	s.feeds.mu.Lock()
	defer s.feeds.mu.Unlock()
	if s.feeds.open[office] == f {
		delete(s.feeds.open, office)
	}
}

func (s *Service) untilChange(snap *Snapshot) time.Duration {
	return min(max(snap.Change.Sub(s.now()), 50*time.Millisecond), feedAnew)
}

// Snapshot returns the latest snapshot of an office.
func (s *Service) Snapshot(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID) (*Snapshot, error) {
	f, err := s.Watch(ctx, authority, office)
	if err != nil {
		return nil, err
	}
	snap, _ := f.Snapshot()
	return snap, nil
}

// Fresh computes an office's snapshot anew: the answer to a move shows what the move did.
func (s *Service) Fresh(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID) (*Snapshot, error) {
	f, err := s.Watch(ctx, authority, office)
	if err != nil {
		return nil, err
	}
	return s.compute(ctx, f, authority, office, false)
}

// Board returns the offices of an authority as they stand, in the board's order. NotFound for an unknown slug.
func (s *Service) Board(ctx context.Context, slug string) (civic.Authority, []*Snapshot, error) {
	var authority civic.Authority
	var offices []civic.Office
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if authority, err = tx.AuthorityBySlug(ctx, slug); err != nil {
			return err
		}
		offices, err = tx.Offices(ctx, authority.ID)
		offices = slices.DeleteFunc(offices, func(o civic.Office) bool { return o.Retired })
		return err
	})
	if err != nil {
		return authority, nil, err
	}
	out := make([]*Snapshot, len(offices))
	for i, o := range offices {
		if out[i], err = s.Snapshot(ctx, authority.ID, o.ID); err != nil {
			return authority, nil, err
		}
	}
	return authority, out, nil
}

// Held returns the caller's ticket, also one that is over. NotFound once it has been deleted.
func (s *Service) Held(ctx context.Context, caller civic.Caller) (civic.Ticket, error) {
	var t civic.Ticket
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		t, err = tx.Ticket(ctx, caller.AuthorityID, caller.Ticket)
		return err
	})
	if err != nil {
		return t, err
	}
	return t, caller.MayHold(t)
}
