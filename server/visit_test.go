package main

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/store"
	"schalter/server/visit"
)

// TestTheQueueHearsOfBothSidesAlthoughItCouldNotListen: the database is away at the moment in which the lost side is back.
func TestTheQueueHearsOfBothSidesAlthoughItCouldNotListen(t *testing.T) {
	t.Parallel() // it waits for seconds
	p := launch(t)
	clerk, citizen := newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	desk := clerk.open(officeMain)
	console := clerk.consoleSocket()
	citizen.draw(officeMain)
	desk.call()
	citizen.enter() // and neither side comes into the room
	interrupted := func(is bool) func(protocol.OfficeView) bool {
		return func(v protocol.OfficeView) bool {
			return v.Current != nil && v.Current.State == civic.Serving && (v.Current.Interrupted != nil) == is
		}
	}
	await(console, protocol.FrameOffice, interrupted(true))

	var tries atomic.Int32
	away := func(ctx context.Context, a civic.AuthorityID, v civic.VisitID, all bool) error {
		if tries.Add(1) == 1 {
			return civic.Errorf(civic.Unavailable, civic.KeyUnavailable, "away")
		}
		return p.queue.Together(ctx, a, v, all)
	}
	rooms := visit.New(p.store, bus.New(), p.media, nil, time.Now, away, p.log)
	t.Cleanup(rooms.Close)
	var open []civic.Visit
	must(t, p.store.Read(t.Context(), func(tx *store.Tx) (err error) {
		open, err = tx.OpenVisits(t.Context())
		return err
	}))
	for _, side := range []civic.Side{civic.SideClerk, civic.SideCitizen} {
		token, _, err := rooms.Grant(t.Context(), open[0], side)
		must(t, err)
		_, err = rooms.Join(t.Context(), token, visit.Outputs{View: func(visit.View) {}, Ended: func(visit.End) {}})
		must(t, err)
	}
	await(console, protocol.FrameOffice, interrupted(false))
	if n := tries.Load(); n != 2 {
		t.Errorf("told %d times", n)
	}
}
