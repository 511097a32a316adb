package queue

import (
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// each runs a test on both databases.
func each(t *testing.T, fn func(*testing.T, *town)) {
	storetest.Each(t, func(t *testing.T, st *store.Store) { fn(t, newTown(t, st)) })
}

func TestTheMainJob(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		_, err := w.draw(0)
		w.refused(err, civic.Conflict, civic.KeyOfficeUnattended)
		desk := w.open(0, 0)
		first, second := w.mustDraw(0), w.mustDraw(0)
		if l := w.ticket(second).Label; l != "A 002" {
			t.Errorf("second number is %q", l)
		}
		snap, err := w.Fresh(w.ctx, w.id, w.offices[0])
		w.ok(err)
		if _, ahead, _ := snap.Ticket(second.Ticket); ahead != 1 || len(snap.Waiting) != 2 {
			t.Errorf("second has %d ahead of %d", ahead, len(snap.Waiting))
		}
		v, err := w.Call(w.ctx, w.clerks[0], desk, "", "")
		w.ok(err)
		w.want(first, civic.Called)
		w.refused(v.MayJoin(civic.SideCitizen), civic.Forbidden, civic.KeyForbidden)
		w.ok(v.MayJoin(civic.SideClerk))
		entered, err := w.Enter(w.ctx, first)
		w.ok(err)
		w.ok(entered.MayJoin(civic.SideCitizen))
		again, err := w.Enter(w.ctx, first)
		w.ok(err)
		if again.Room != entered.Room || entered.Room != v.Room {
			t.Error("entering again leads into another room")
		}
		_, err = w.Call(w.ctx, w.clerks[0], desk, "", "")
		w.refused(err, civic.Conflict, civic.KeyDeskBusy)
		w.pass(6 * time.Minute)
		w.ok(w.Settle(w.ctx, w.clerks[0], desk, civic.MoveFinish))
		w.want(first, civic.Served)
		w.refused(w.Leave(w.ctx, first), civic.Gone, civic.KeyTicketOver)
		snap, err = w.Fresh(w.ctx, w.id, w.offices[0])
		w.ok(err)
		if snap.Figures.Visits != 1 {
			t.Errorf("figures %+v, want one visit", snap.Figures)
		}
	})
}

func TestDrawIsIdempotent(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.open(0, 0)
		d := Draw{Authority: w.slug, Office: w.offices[0], SecretHash: identity.Hash("one"), Idempotency: identity.Hash("key")}
		a, err := w.Draw(w.ctx, d)
		w.ok(err)
		d.SecretHash = identity.Hash("two")
		b, err := w.Draw(w.ctx, d)
		w.ok(err)
		if a.ID != b.ID {
			t.Errorf("one key drew %s and %s", a.Label, b.Label)
		}
		d.Office = w.offices[1]
		d.SecretHash = identity.Hash("three")
		_, err = w.Draw(w.ctx, d)
		w.refused(err, civic.Conflict, civic.KeyIdempotencyReused)
	})
}

func TestParallelDrawsAreUniqueAndGapless(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.open(0, 0)
		const n = 100
		var wg sync.WaitGroup
		numbers := make([]int, n)
		for i := range n {
			wg.Go(func() {
				secret := identity.NewSecret()
				k, err := w.Draw(w.ctx, Draw{Authority: w.slug, Office: w.offices[0], SecretHash: secret.Hash, Idempotency: identity.Hash(secret.Text + "key")})
				if err != nil {
					t.Error(err)
				}
				numbers[i] = k.Number
			})
		}
		wg.Wait()
		seen := make([]bool, n+1)
		for _, k := range numbers {
			if k < 1 || k > n || seen[k] {
				t.Fatalf("number %d is doubled or out of 1..%d", k, n)
			}
			seen[k] = true
		}
	})
}

func TestTwoClerksGetDifferentPeople(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		desks := []civic.DeskID{w.open(0, 0), w.open(1, 0), w.open(2, 0)}
		for range 3 {
			w.mustDraw(0)
		}
		var wg sync.WaitGroup
		got := make([]civic.TicketID, 3)
		for i := range got {
			wg.Go(func() {
				v, err := w.Call(w.ctx, w.clerks[i], desks[i], "", "")
				if err != nil {
					t.Error(err)
				}
				got[i] = v.TicketID
			})
		}
		wg.Wait()
		if got[0] == got[1] || got[1] == got[2] || got[0] == got[2] {
			t.Errorf("called %v", got)
		}
		taken := w.mustDraw(0)
		w.ok(w.Settle(w.ctx, w.clerks[1], desks[1], civic.MoveLapse))
		_, err := w.Call(w.ctx, w.clerks[0], desks[0], taken.Ticket, civic.ReasonAgreed)
		w.ok(err)
		_, err = w.Call(w.ctx, w.clerks[1], desks[1], taken.Ticket, civic.ReasonAgreed)
		w.refused(err, civic.Conflict, civic.KeyTakenByColleague)
	})
}

func TestCallsLapseAndTheMissedReturns(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		desk := w.open(0, 0)
		late, other := w.mustDraw(0), w.mustDraw(0)
		for i := range civic.MaxCalls {
			_, err := w.Call(w.ctx, w.clerks[0], desk, late.Ticket, civic.ReasonAgreed)
			w.ok(err)
			w.pass(civic.CallWindow - time.Second)
			w.SeenTicket(late.Ticket)
			w.SeenTicket(other.Ticket)
			w.ok(w.SeenClerk(w.ctx, w.clerks[0]))
			w.ok(w.Due(w.ctx))
			w.want(late, civic.Called)
			w.pass(time.Second)
			w.ok(w.Due(w.ctx))
			if want := i == civic.MaxCalls-1; (w.ticket(late).State == civic.Missed) != want {
				t.Fatalf("after %d calls: %s", i+1, w.ticket(late).State)
			}
		}
		w.ok(w.Return(w.ctx, late))
		v, err := w.Call(w.ctx, w.clerks[0], desk, "", "")
		w.ok(err)
		if v.TicketID != late.Ticket {
			t.Error("the returned one is not at the head")
		}
		w.ok(w.MoreTime(w.ctx, late))
		v, err = w.Call(w.ctx, w.clerks[0], desk, "", "")
		w.ok(err)
		if v.TicketID != other.Ticket {
			t.Error("whoever asked for more time is not passed over")
		}
		if w.ticket(late).Calls != 0 {
			t.Error("more time counted as a call")
		}
	})
}

func TestSilenceIsPassedOverOnce(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		desk := w.open(0, 0)
		asleep, awake := w.mustDraw(0), w.mustDraw(0)
		w.pass(civic.SilentAfter + time.Second)
		w.SeenTicket(awake.Ticket)
		v, err := w.Call(w.ctx, w.clerks[0], desk, "", "")
		w.ok(err)
		if v.TicketID != awake.Ticket {
			t.Error("a sleeping page was called first")
		}
		v, err = w.Call(w.ctx, w.clerks[0], desk, "", "")
		w.ok(err)
		if v.TicketID != asleep.Ticket {
			t.Error("silence took the place")
		}
	})
}

// Q11: at least ten minutes without a connection. The browser's half is waiting.spec.ts.
func TestTenMinutesWithoutAConnection(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		desk := w.open(0, 0)
		lost, next := w.mustDraw(0), w.mustDraw(0)
		for range 20 {
			w.pass(30 * time.Second)
			w.SeenTicket(next.Ticket)
			w.ok(w.SeenClerk(w.ctx, w.clerks[0]))
			w.ok(w.Due(w.ctx))
		}
		w.SeenTicket(lost.Ticket)
		v, err := w.Call(w.ctx, w.clerks[0], desk, "", "")
		w.ok(err)
		if v.TicketID != lost.Ticket {
			t.Error("ten minutes without a connection took the place")
		}
	})
}

func TestTheDeskOfAVanishedClerk(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		desk := w.open(0, 0)
		status := func() string {
			snap, err := w.Fresh(w.ctx, w.id, w.offices[0])
			w.ok(err)
			return snap.Status.Text
		}
		caller := w.mustDraw(0)
		_, err := w.Call(w.ctx, w.clerks[0], desk, "", "")
		w.ok(err)
		w.pass(civic.DeskAbsentAfter)
		w.ok(w.Due(w.ctx))
		if got := status(); got != civic.TextUnattended {
			t.Errorf("after the grace: %s", got)
		}
		w.ok(w.SeenClerk(w.ctx, w.clerks[0]))
		if got := status(); got != civic.TextBusy {
			t.Errorf("back again: %s", got)
		}
		w.pass(civic.DeskAbsentAfter)
		w.ok(w.Due(w.ctx))
		w.pass(civic.DeskClosedAfter)
		w.ok(w.Due(w.ctx))
		if got := status(); got != civic.TextUnstaffed {
			t.Errorf("after five minutes: %s", got)
		}
		w.want(caller, civic.Waiting)
	})
}

func TestAnInterruptedVisit(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		desk := w.open(0, 0)
		citizen, behind := w.mustDraw(0), w.mustDraw(0)
		call := func() civic.Visit {
			_, err := w.Call(w.ctx, w.clerks[0], desk, citizen.Ticket, civic.ReasonAgreed)
			w.ok(err)
			v, err := w.Enter(w.ctx, citizen)
			w.ok(err)
			return v
		}
		v := call()
		w.ok(w.Together(w.ctx, w.id, v.ID, false))
		w.ok(w.Together(w.ctx, w.id, v.ID, false)) // doubled
		w.pass(civic.VisitGrace - time.Second)
		w.ok(w.Due(w.ctx))
		w.ok(w.Together(w.ctx, w.id, v.ID, true))
		w.pass(time.Hour)
		w.ok(w.SeenClerk(w.ctx, w.clerks[0]))
		w.ok(w.Due(w.ctx))
		w.want(citizen, civic.Serving)
		w.ok(w.Together(w.ctx, w.id, v.ID, false))
		w.pass(civic.VisitGrace)
		w.ok(w.SeenClerk(w.ctx, w.clerks[0]))
		w.ok(w.Due(w.ctx))
		k := w.want(citizen, civic.Waiting)
		if k.Outcome != civic.OutcomeInterrupted || k.Rank >= w.ticket(behind).Rank {
			t.Errorf("not at the head: %+v", k)
		}
		if next := call(); next.Room == v.Room || next.ID == v.ID {
			t.Error("a new call leads into the old room")
		}
	})
}

func TestMidnight(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		desk := w.open(0, 0)
		talking, waiting, parked, missed := w.mustDraw(0), w.mustDraw(0), w.mustDraw(0), w.mustDraw(0)
		call := func(c civic.Caller) {
			_, err := w.Call(w.ctx, w.clerks[0], desk, c.Ticket, civic.ReasonAgreed)
			w.ok(err)
		}
		call(parked)
		_, err := w.Enter(w.ctx, parked)
		w.ok(err)
		w.ok(w.Settle(w.ctx, w.clerks[0], desk, civic.MovePark))
		for range civic.MaxCalls {
			call(missed)
			w.ok(w.Settle(w.ctx, w.clerks[0], desk, civic.MoveLapse))
		}
		call(talking)
		_, err = w.Enter(w.ctx, talking)
		w.ok(err)
		w.clock.Store(time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC).UnixMicro()) // 00:00 in Berlin
		w.ok(w.SeenClerk(w.ctx, w.clerks[0]))
		w.ok(w.Due(w.ctx))
		w.want(waiting, civic.Closed)
		w.want(parked, civic.Closed)
		if k := w.want(missed, civic.Closed); k.Outcome != civic.OutcomeMissed {
			t.Errorf("missed until the end: %s", k.Outcome)
		}
		w.want(talking, civic.Serving)
		w.refused(w.PutBack(w.ctx, w.clerks[0], w.offices[0], missed.Ticket), civic.Gone, civic.KeyTicketOver)
		if l := w.ticket(w.mustDraw(0)).Label; l != "A 001" {
			t.Errorf("the new day begins with %s", l)
		}
		w.pass(civic.TicketRetention + time.Second)
		w.ok(w.Due(w.ctx))
		_, err = w.Held(w.ctx, waiting)
		w.refused(err, civic.NotFound, civic.KeyTicketUnknown)
	})
}

func TestTransferAndPark(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		here := w.open(0, 0)
		early := w.mustDraw(0)
		_, err := w.Call(w.ctx, w.clerks[0], here, "", "")
		w.ok(err)
		_, err = w.Enter(w.ctx, early)
		w.ok(err)
		w.refused(w.PassOn(w.ctx, w.clerks[0], here, w.offices[1], "note"), civic.Conflict, civic.KeyOfficeUnattended)
		there := w.open(1, 1)
		w.mustDraw(1)
		w.ok(w.PassOn(w.ctx, w.clerks[0], here, w.offices[1], "note"))
		k := w.want(early, civic.Waiting)
		if k.OfficeID != w.offices[1] || k.Label != "A 001" {
			t.Errorf("transferred: %+v", k)
		}
		v, err := w.Call(w.ctx, w.clerks[1], there, "", "")
		w.ok(err)
		if v.TicketID != early.Ticket {
			t.Error("the time waited before the transfer does not count")
		}
		_, err = w.Enter(w.ctx, early)
		w.ok(err)
		w.ok(w.Settle(w.ctx, w.clerks[1], there, civic.MovePark))
		w.want(early, civic.Parked)
		_, err = w.Call(w.ctx, w.clerks[1], there, "", "")
		w.ok(err)
		_, err = w.Call(w.ctx, w.clerks[1], there, early.Ticket, civic.ReasonAgreed)
		w.ok(err)
		w.want(early, civic.Called)
	})
}

func TestStoppedIssuing(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.open(0, 0)
		w.ok(w.SetIssuing(w.ctx, w.clerks[0], w.offices[0], false))
		_, err := w.draw(0)
		w.refused(err, civic.Conflict, civic.KeyIssuingStopped)
		w.ok(w.SetIssuing(w.ctx, w.clerks[0], w.offices[0], true))
		w.mustDraw(0)
	})
}

func TestStrangersGetNothing(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		desk := w.open(0, 0)
		citizen := w.mustDraw(0)
		other := newTown(t, w.store)
		for name, err := range map[string]error{
			"a clerk of another town opens a desk":    w.OpenDesk(w.ctx, other.clerks[0], w.offices[0]),
			"a clerk of another town pauses the desk": w.PauseDesk(w.ctx, other.clerks[0], desk, time.Time{}),
			"a colleague closes the desk":             w.CloseDesk(w.ctx, w.clerks[1], desk),
			"a colleague ends what the desk does":     w.Settle(w.ctx, w.clerks[1], desk, civic.MoveFinish),
			"a ticket of the same id in another town": w.Leave(w.ctx, civic.Caller{Role: civic.RoleCitizen, AuthorityID: other.id, Ticket: citizen.Ticket}),
			"another town's clerk stops issuing":      w.SetIssuing(w.ctx, other.clerks[0], w.offices[0], false),
			"a topic that the office does not have":   w.Describe(w.ctx, citizen, About{Topic: ptr(civic.TopicID("none"))}),
			"a desk that does not exist":              w.ResumeDesk(w.ctx, w.clerks[0], "none"),
		} {
			if civic.CodeOf(err) != civic.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := w.Call(w.ctx, other.clerks[0], desk, "", "")
		w.refused(err, civic.NotFound, civic.KeyDeskUnknown)
		_, err = w.Watch(w.ctx, other.id, w.offices[0])
		w.refused(err, civic.NotFound, civic.KeyOfficeUnknown)
		_, _, err = w.Board(w.ctx, "nowhere")
		w.refused(err, civic.NotFound, civic.KeyAuthorityUnknown)
		_, err = w.AtDesk(w.ctx, w.clerks[0], desk)
		w.refused(err, civic.Gone, civic.KeyVisitOver)
	})
}

func ptr[T any](v T) *T { return &v }

func TestAFeedTellsOfAChange(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		feed, err := w.Watch(w.ctx, w.id, w.offices[0])
		w.ok(err)
		snap, changed := feed.Snapshot()
		if snap.Status.State != civic.OfficeClosed {
			t.Errorf("without a desk: %s", snap.Status.State)
		}
		w.open(0, 0)
		for snap.Status.State != civic.OfficeOpen {
			select {
			case <-changed:
			case <-time.After(10 * time.Second):
				t.Fatal("the feed is silent")
			}
			snap, changed = feed.Snapshot()
		}
	})
}

func TestEstimate(t *testing.T) {
	ten := []int{600, 600, 600, 600}
	for _, tc := range []struct {
		name         string
		ahead, desks int
		recent       []int
		want         Estimate
	}{
		{"no desk", 3, 0, ten, Estimate{}},
		{"too little known", 3, 1, []int{600, 600}, Estimate{}},
		{"next", 0, 1, ten, Estimate{0, 15}},
		{"three ahead at one desk", 3, 1, ten, Estimate{30, 45}},
		{"three ahead at two desks", 3, 2, ten, Estimate{15, 25}},
		{"quartiles, not extremes", 1, 1, []int{60, 300, 300, 300, 360, 360, 420, 7200}, Estimate{5, 15}},
	} {
		if got := estimate(tc.ahead, tc.desks, tc.recent); got != tc.want {
			t.Errorf("%s: %+v, want %+v", tc.name, got, tc.want)
		}
	}
}

// TestEstimateProperties: an estimate is a range of whole five minutes that holds what is expected, grows with those ahead
// and never with more desks, and is unknown exactly when the expected wait is.
func TestEstimateProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		recent := rapid.SliceOfN(rapid.IntRange(0, 7200), 0, durationsAsked).Draw(t, "recent")
		desks, ahead := rapid.IntRange(0, 9).Draw(t, "desks"), rapid.IntRange(0, 500).Draw(t, "ahead")
		e, more, wider := estimate(ahead, desks, recent), estimate(ahead+1, desks, recent), estimate(ahead, desks+1, recent)
		wait, known := expected(ahead, desks, recent)
		if known != e.Known() || known != (desks > 0 && len(recent) >= durationsNeeded) {
			t.Fatalf("known %v: %+v", known, e)
		}
		if !known {
			return
		}
		if e.From < 0 || e.From >= e.To || e.From%5 != 0 || e.To%5 != 0 {
			t.Fatalf("%+v", e)
		}
		if minutes := wait.Minutes(); minutes < float64(e.From) || minutes > float64(e.To) {
			t.Fatalf("%v is expected, outside of %+v", wait, e)
		}
		if more.From < e.From || more.To < e.To {
			t.Fatalf("one more ahead: %+v after %+v", more, e)
		}
		if wider.From > e.From || wider.To > e.To {
			t.Fatalf("one more desk: %+v after %+v", wider, e)
		}
		slices.Reverse(recent)
		if estimate(ahead, desks, recent) != e {
			t.Fatal("the order of the past counts")
		}
	})
}
