package queue

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

// log is what the audit log of the town says, oldest first: act, label and reason.
func (w *town) log() (out []string) {
	w.t.Helper()
	w.ok(w.store.Read(w.ctx, func(tx *store.Tx) error {
		entries, err := tx.Audit(w.ctx, w.id, time.Time{}, w.time().Add(time.Hour), 100)
		for _, e := range entries {
			out = append([]string{e.Act + " " + e.Subject + " " + e.Detail["reason"]}, out...)
		}
		return err
	}))
	return out
}

func (w *town) view(office int) *Snapshot {
	w.t.Helper()
	snap, err := w.Fresh(w.ctx, w.id, w.offices[office])
	w.ok(err)
	return snap
}

// alive lets every page and console answer.
func (w *town) alive(citizens ...civic.Caller) {
	w.t.Helper()
	for _, c := range citizens {
		w.SeenTicket(c.Ticket)
	}
	for _, c := range w.clerks {
		w.ok(w.SeenClerk(w.ctx, c))
	}
}

// A20: with the clock turned, whoever asks for more time each time is never missed, however often, until the office closes.
func TestMoreTimeAsOftenAsOneLikes(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		desk, c := w.open(0, 0), w.mustDraw(0)
		for range 11 {
			w.alive(c)
			_, err := w.Call(w.ctx, w.clerks[0], desk, "", "")
			w.ok(err)
			w.pass(civic.CallWindow - time.Second)
			w.alive(c)
			w.ok(w.Due(w.ctx))
			w.ok(w.MoreTime(w.ctx, c))
			if k := w.want(c, civic.Waiting); k.Calls != 0 {
				t.Fatalf("more time counts: %+v", k)
			}
		}
		w.pass(24 * time.Hour)
		w.ok(w.Due(w.ctx))
		if k := w.want(c, civic.Closed); k.Outcome != civic.OutcomeClosed {
			t.Errorf("after the day: %s", k.Outcome)
		}
	})
}

func TestCalledAgainAndPutBack(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.ok(w.store.Write(w.ctx, func(tx *store.Tx) error {
			o, err := tx.Office(w.ctx, w.id, w.offices[0])
			if err != nil {
				return err
			}
			o.MaxCalls, o.CallSeconds = 2, 300
			return tx.SaveOffice(w.ctx, o)
		}))
		desk, c := w.open(0, 0), w.mustDraw(0)
		behind := w.mustDraw(0)
		v, err := w.Call(w.ctx, w.clerks[0], desk, "", "")
		w.ok(err)
		w.pass(4 * time.Minute)
		w.alive(c, behind)
		w.ok(w.Due(w.ctx))
		w.want(c, civic.Called) // the office gives five minutes
		w.ok(w.Settle(w.ctx, w.clerks[0], desk, civic.MoveRecall))
		if k := w.want(c, civic.Called); k.Calls != 1 || !k.Deadline.Equal(w.time().Add(5*time.Minute)) {
			t.Errorf("called again: %+v", k)
		}
		if now, err := w.AtDesk(w.ctx, w.clerks[0], desk); err != nil || now.ID != v.ID {
			t.Errorf("the visit has changed: %v, %v", now.ID, err)
		}
		w.refused(w.Settle(w.ctx, w.clerks[0], desk, civic.MoveRecall), civic.Conflict, civic.KeyLastCall)
		w.pass(5 * time.Minute)
		w.alive(c, behind)
		w.ok(w.Due(w.ctx))
		w.want(c, civic.Missed)
		if missed := w.view(0).Missed(); len(missed) != 1 {
			t.Errorf("the clerk sees %d missed", len(missed))
		}
		w.pass(civic.ReturnWindow + time.Minute)
		w.refused(w.Return(w.ctx, c), civic.Gone, civic.KeyReturnOver)
		w.refused(w.PutBack(w.ctx, civic.Caller{Role: civic.RoleClerk, AuthorityID: w.id}, w.offices[0], c.Ticket), civic.NotFound, civic.KeyOfficeUnknown)
		w.refused(w.PutBack(w.ctx, w.clerks[0], w.offices[1], c.Ticket), civic.NotFound, civic.KeyTicketUnknown)
		w.ok(w.PutBack(w.ctx, w.clerks[1], w.offices[0], c.Ticket)) // also a colleague
		if first := w.view(0).Waiting[0]; first.ID != c.Ticket || first.Calls != 0 {
			t.Errorf("not at the head: %+v", first)
		}
		w.refused(w.PutBack(w.ctx, w.clerks[0], w.offices[0], c.Ticket), civic.Conflict, civic.KeyTicketState)
		if got, want := fmt.Sprint(w.log()), "[ticket.called A 001  ticket.called_again A 001  ticket.put_back A 001 ]"; got != want {
			t.Errorf("audit %s, want %s", got, want)
		}
	})
}

func TestWhoIsAwayKeepsThePlace(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		desk, away, other := w.open(0, 0), w.mustDraw(0), w.mustDraw(0)
		w.ok(w.Describe(w.ctx, away, About{Away: ptr(true)}))
		v, err := w.Call(w.ctx, w.clerks[0], desk, "", "")
		w.ok(err)
		if v.TicketID != other.Ticket || w.ticket(away).Deferred || w.view(0).Waiting[0].ID != away.Ticket {
			t.Error("being away is not just passed over")
		}
		w.ok(w.MoreTime(w.ctx, other))
		w.ok(w.Leave(w.ctx, other))
		_, err = w.Call(w.ctx, w.clerks[0], desk, "", "")
		w.refused(err, civic.Conflict, civic.KeyNobodyReady)
		w.refused(w.Describe(w.ctx, other, About{Away: ptr(true)}), civic.Gone, civic.KeyTicketOver)
		_, err = w.Call(w.ctx, w.clerks[0], desk, away.Ticket, "") // overtakes nobody
		w.ok(err)
		if w.want(away, civic.Called).Away {
			t.Error("called, and still away")
		}
		w.refused(w.Describe(w.ctx, away, About{Away: ptr(true)}), civic.Conflict, civic.KeyTicketState)
	})
}

func TestWaitingForACertainPerson(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		one, two := w.open(0, 0), w.open(1, 0)
		fan, other := w.mustDraw(0), w.mustDraw(0)
		wish := func(c civic.Caller, clerk civic.ClerkID) error { return w.Describe(w.ctx, c, About{Wants: &clerk}) }
		w.refused(wish(fan, "nobody"), civic.NotFound, civic.KeyContactUnknown)
		w.ok(wish(fan, w.clerks[1].Clerk))
		snap := w.view(0)
		if len(snap.Contacts) != 3 || snap.Waiting[0].ID != fan.Ticket {
			t.Fatalf("%d contacts, first %s", len(snap.Contacts), snap.Waiting[0].Label)
		}
		for i, want := range []int{0, 1, 0} { // before the second: nobody waits for clerks 0 and 2
			if ahead, _ := snap.For(snap.Contacts[i], 1); ahead != want {
				t.Errorf("%d ahead for contact %d, want %d", ahead, i, want)
			}
		}
		if !snap.Contacts[0].Open || snap.Contacts[2].Open {
			t.Error("who has an open desk is not told")
		}
		v, err := w.Call(w.ctx, w.clerks[0], one, "", "")
		w.ok(err)
		if v.TicketID != other.Ticket || w.ticket(fan).Passed || w.ticket(fan).Deferred {
			t.Error("who waits for another clerk was called, or marked")
		}
		_, err = w.Call(w.ctx, w.clerks[0], one, "", "")
		w.ok(err) // the lapsed one again
		w.ok(w.Leave(w.ctx, other))
		_, err = w.Call(w.ctx, w.clerks[0], one, "", "")
		w.refused(err, civic.Conflict, civic.KeyNobodyReady)
		v, err = w.Call(w.ctx, w.clerks[1], two, "", "")
		w.ok(err)
		if v.TicketID != fan.Ticket {
			t.Error("the wanted clerk gets somebody else")
		}
		w.ok(w.MoreTime(w.ctx, fan))

		// A wish for somebody who is no contact person any more binds nobody.
		w.ok(w.store.Write(w.ctx, func(tx *store.Tx) error {
			c, err := tx.Clerk(w.ctx, w.id, w.clerks[1].Clerk)
			if err != nil {
				return err
			}
			c.ContactPerson = false
			return tx.SaveClerk(w.ctx, c)
		}))
		if w.view(0).Waiting[0].Wants != "" {
			t.Error("waits for somebody whom nobody may wait for")
		}
		v, err = w.Call(w.ctx, w.clerks[0], one, "", "")
		w.ok(err)
		if v.TicketID != fan.Ticket {
			t.Error("the wish still binds")
		}
	})
}

func TestPriorityAndOutOfTurn(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		desk := w.open(0, 0)
		first, second, urgent := w.mustDraw(0), w.mustDraw(0), w.mustDraw(0)
		w.ticking.Store(true) // so that the log has an order
		w.ok(w.Describe(w.ctx, urgent, About{Priority: ptr(true), Interpreter: ptr("dgs")}))
		if top := w.view(0).Waiting[0]; top.ID != urgent.Ticket || top.Interpreter != "dgs" {
			t.Errorf("on top: %+v", top)
		}
		_, err := w.Call(w.ctx, w.clerks[0], desk, second.Ticket, "")
		w.refused(err, civic.Invalid, civic.KeyReasonMissing)
		_, err = w.Call(w.ctx, w.clerks[0], desk, second.Ticket, civic.ReasonPerson)
		w.ok(err)
		w.ok(w.MoreTime(w.ctx, second))
		_, err = w.Call(w.ctx, w.clerks[0], desk, urgent.Ticket, "") // whose turn it is
		w.ok(err)
		_, err = w.Enter(w.ctx, urgent)
		w.ok(err)
		w.ok(w.Settle(w.ctx, w.clerks[0], desk, civic.MovePark))
		_, err = w.Call(w.ctx, w.clerks[0], desk, urgent.Ticket, "") // back from being parked, at any time
		w.ok(err)
		w.ok(w.Describe(w.ctx, first, About{Wants: &w.clerks[1].Clerk}))
		w.ok(w.Describe(w.ctx, second, About{Wants: &w.clerks[0].Clerk}))
		w.ok(w.Describe(w.ctx, first, About{Wants: ptr(civic.ClerkID(""))}))
		w.ok(w.Leave(w.ctx, urgent))
		_, err = w.Call(w.ctx, w.clerks[0], desk, second.Ticket, "") // waits for this very clerk
		w.ok(err)
		want := "[ticket.called_out_of_turn A 002 person ticket.called A 003  ticket.parked A 003  ticket.called A 003  ticket.called A 002 ]"
		if got := fmt.Sprint(w.log()); got != want {
			t.Errorf("audit %s\nwant  %s", got, want)
		}
	})
}

func TestAWaitingTicketIsPassedOnWithANote(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.open(0, 0)
		c := w.mustDraw(0)
		w.ok(w.Describe(w.ctx, c, About{Wants: &w.clerks[0].Clerk, Name: ptr("Frau Berger")}))
		pass := func() error {
			return w.PassOnWaiting(w.ctx, w.clerks[0], w.offices[0], c.Ticket, w.offices[1], "hat den Plan dabei")
		}
		w.refused(pass(), civic.Conflict, civic.KeyOfficeUnattended)
		there := w.open(1, 1)
		arrived := w.ticket(c).ArrivedAt
		w.pass(time.Minute)
		w.ok(pass())
		k := w.want(c, civic.Waiting)
		if k.OfficeID != w.offices[1] || k.From != w.offices[0] || k.Note == "" || k.Wants != "" || !k.ArrivedAt.Equal(arrived) {
			t.Errorf("passed on: %+v", k)
		}
		if name := w.view(1).OfficeName(k.From)["de"]; name != "A" {
			t.Errorf("comes from %q", name)
		}
		w.refused(pass(), civic.NotFound, civic.KeyTicketUnknown) // is not of the first office any more
		_, err := w.Call(w.ctx, w.clerks[1], there, "", "")
		w.ok(err)
		w.refused(w.PassOnWaiting(w.ctx, w.clerks[1], w.offices[1], c.Ticket, w.offices[0], ""), civic.Conflict, civic.KeyTicketState)
		_, err = w.Enter(w.ctx, c)
		w.ok(err)
		w.ok(w.Settle(w.ctx, w.clerks[1], there, civic.MoveFinish))
		if k := w.want(c, civic.Served); k.Note+k.Name != "" {
			t.Errorf("the note outlives the ticket: %+v", k)
		}
	})
}

func TestAColleagueTakesOver(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		gone, one, two := w.open(0, 0), w.open(1, 0), w.open(2, 0)
		c, waiting := w.mustDraw(0), w.mustDraw(0)
		stay := func() { // only the first clerk is silent
			w.SeenTicket(c.Ticket)
			w.SeenTicket(waiting.Ticket)
			w.ok(w.SeenClerk(w.ctx, w.clerks[1]))
			w.ok(w.SeenClerk(w.ctx, w.clerks[2]))
		}
		_, err := w.Call(w.ctx, w.clerks[0], gone, "", "")
		w.ok(err)
		_, err = w.Take(w.ctx, w.clerks[1], one, c.Ticket)
		w.refused(err, civic.Conflict, civic.KeyTakenByColleague) // the clerk is there
		if at := w.view(0).Change; at.After(w.time().Add(civic.SilentAfter + time.Second)) {
			t.Errorf("colleagues are told at %v only", at)
		}
		_, err = w.Take(w.ctx, w.clerks[1], one, waiting.Ticket)
		w.refused(err, civic.Conflict, civic.KeyTicketState)
		w.pass(civic.SilentAfter + time.Second)
		stay()
		deadline := w.ticket(c).Deadline
		v, err := w.Take(w.ctx, w.clerks[1], one, c.Ticket)
		w.ok(err)
		if k := w.want(c, civic.Called); k.Desk != one || k.Clerk != w.clerks[1].Clerk || !k.Deadline.Equal(deadline) || v.ClerkID != w.clerks[1].Clerk {
			t.Errorf("taken over: %+v", k)
		}
		_, err = w.AtDesk(w.ctx, w.clerks[0], gone)
		w.refused(err, civic.Gone, civic.KeyVisitOver)
		if _, has := w.view(0).At(gone); has {
			t.Error("the vanished clerk still has it")
		}

		// In conversation: while both sides talk nobody has vanished.
		v, err = w.Enter(w.ctx, c)
		w.ok(err)
		w.pass(civic.SilentAfter + time.Second)
		w.SeenTicket(c.Ticket)
		w.ok(w.SeenClerk(w.ctx, w.clerks[0]))
		w.ok(w.SeenClerk(w.ctx, w.clerks[2]))
		_, err = w.Take(w.ctx, w.clerks[2], two, c.Ticket)
		w.refused(err, civic.Conflict, civic.KeyConversationRunning)
		w.ok(w.Together(w.ctx, w.id, v.ID, false))
		w.pass(civic.VisitGrace - time.Second)
		w.ok(w.SeenClerk(w.ctx, w.clerks[0]))
		w.ok(w.SeenClerk(w.ctx, w.clerks[2]))

		// Two at once: one wins.
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, at := range []struct {
			clerk int
			desk  civic.DeskID
		}{{0, gone}, {2, two}} {
			wg.Go(func() { _, errs[i] = w.Take(w.ctx, w.clerks[at.clerk], at.desk, c.Ticket) })
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("two take at once: %v, %v", errs[0], errs[1])
		}
		for _, err := range errs {
			if err != nil {
				w.refused(err, civic.Conflict, civic.KeyTakenByColleague)
			}
		}
		w.pass(2 * time.Second) // the grace began anew
		stay()
		w.ok(w.Due(w.ctx))
		w.want(c, civic.Serving)
		w.ok(w.Together(w.ctx, w.id, v.ID, true))
		if log := w.log(); log[len(log)-1] != "ticket.taken_over A 001 " {
			t.Errorf("audit %v", log)
		}
	})
}

func TestTheMessageToAllWhoWait(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.open(0, 0)
		w.refused(w.Tell(w.ctx, civic.Caller{Role: civic.RoleClerk, AuthorityID: w.id}, w.offices[0], "x"), civic.NotFound, civic.KeyOfficeUnknown)
		w.ok(w.Tell(w.ctx, w.clerks[0], w.offices[0], "10 Minuten später"))
		if snap := w.view(0); snap.Message != "10 Minuten später" || !snap.MessageAt.Equal(w.time()) {
			t.Errorf("%q at %v", snap.Message, snap.MessageAt)
		}
		if log := fmt.Sprint(w.log()); log != fmt.Sprintf("[office.message %s ]", w.offices[0]) {
			t.Errorf("audit %s", log)
		}
		w.pass(14 * time.Hour) // 00:00
		if m := w.view(0).Message; m != "" {
			t.Errorf("the next day: %q", m)
		}
	})
}

// P13 and P07 on the rows: a citizen takes all along, and is forgotten.
func TestExportAndForget(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		desk, c := w.open(0, 0), w.mustDraw(0)
		w.ok(w.Describe(w.ctx, c, About{Name: ptr("Frau\u202E Berger\n")}))
		_, err := w.Call(w.ctx, w.clerks[0], desk, "", "")
		w.ok(err)
		e, err := w.Export(w.ctx, c)
		w.ok(err)
		if e.Ticket["name"] != "Frau Berger" || e.Ticket["label"] != "A 001" || e.Ticket["served_at"] != nil || e.Ticket["away"] != false || len(e.Visits) != 1 ||
			e.Visits[0]["state"] != "open" || e.Visits[0]["room"] != nil || e.Ticket["drawn_at"] != w.ticket(c).DrawnAt.Format(time.RFC3339Nano) {
			t.Errorf("exported %+v", e)
		}
		for name, value := range e.Ticket {
			if _, isHash := value.([]byte); isHash || bytes.Contains([]byte(name), []byte("hash")) {
				t.Errorf("exported %s", name)
			}
		}
		if want := time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC); !e.Deleted.Equal(want) {
			t.Errorf("deleted by %v, want %v", e.Deleted, want)
		}
		_, err = w.Enter(w.ctx, c)
		w.ok(err)
		w.refused(w.Forget(w.ctx, c), civic.Conflict, civic.KeyConversationRunning)
		w.ok(w.Settle(w.ctx, w.clerks[0], desk, civic.MoveFinish))
		w.ok(w.Forget(w.ctx, c))
		for i, state := range []civic.TicketState{civic.Waiting, civic.Called, civic.Missed} {
			c := w.mustDraw(0)
			if state != civic.Waiting {
				_, err := w.Call(w.ctx, w.clerks[0], desk, c.Ticket, civic.ReasonAgreed)
				w.ok(err)
			}
			for range 3 * i / 2 {
				if w.ticket(c).State == civic.Called && state == civic.Missed {
					w.ok(w.Settle(w.ctx, w.clerks[0], desk, civic.MoveLapse))
					if w.ticket(c).State == civic.Waiting {
						_, err := w.Call(w.ctx, w.clerks[0], desk, c.Ticket, civic.ReasonAgreed)
						w.ok(err)
					}
				}
			}
			w.want(c, state)
			w.ok(w.Forget(w.ctx, c))
			_, err := w.Held(w.ctx, c)
			w.refused(err, civic.NotFound, civic.KeyTicketUnknown)
		}
		if snap := w.view(0); len(snap.Waiting)+len(snap.others) != 0 || snap.Figures.Visits != 1 || snap.Figures.Missed != 1 {
			t.Errorf("what is left: %d waiting, figures %+v", len(snap.Waiting), snap.Figures)
		}
		if _, err := w.Call(w.ctx, w.clerks[0], desk, "", ""); civic.KeyOf(err) != civic.KeyNobodyWaiting {
			t.Errorf("the desk is not free: %v", err)
		}
	})
}

func TestAnAuthorityKeepsTicketsForLess(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		other := newTown(t, w.store)
		w.ok(w.store.Write(w.ctx, func(tx *store.Tx) error {
			a, err := tx.Authority(w.ctx, w.id)
			if err != nil {
				return err
			}
			a.Retention = civic.Retention{TicketHours: 2, AuditDays: 30}
			return tx.SaveAuthority(w.ctx, a)
		}))
		desk := w.open(0, 0)
		other.open(0, 0)
		c, foreign := w.mustDraw(0), other.mustDraw(0)
		_, err := w.Call(w.ctx, w.clerks[0], desk, "", "")
		w.ok(err)
		w.ok(w.Tell(w.ctx, w.clerks[0], w.offices[0], "x"))
		other.ok(other.Tell(other.ctx, other.clerks[0], other.offices[0], "x"))
		w.ok(w.Leave(w.ctx, c))
		other.ok(other.Leave(other.ctx, foreign))
		held := func() bool { _, err := w.Held(w.ctx, c); return err == nil }
		w.pass(2*time.Hour - time.Second)
		w.ok(w.Due(w.ctx))
		if !held() {
			t.Error("deleted too early")
		}
		w.pass(time.Second)
		w.ok(w.Due(w.ctx))
		if held() {
			t.Error("kept for longer than the authority says")
		}
		other.want(foreign, civic.Left)
		for days, left := range map[int][2]int{29: {2, 1}} {
			w.clock.Store(monday.Add(time.Duration(days) * 24 * time.Hour).UnixMicro())
			w.ok(w.Due(w.ctx))
			if len(w.log()) != left[0] {
				t.Errorf("after %d days: %v", days, w.log())
			}
		}
		w.clock.Store(monday.Add(30*24*time.Hour + time.Minute).UnixMicro())
		w.ok(w.Due(w.ctx))
		other.clock.Store(w.clock.Load())
		if len(w.log()) != 0 || len(other.log()) != 1 {
			t.Errorf("after 30 days: %v and %v", w.log(), other.log())
		}
		w.clock.Store(monday.Add(90*24*time.Hour + time.Minute).UnixMicro())
		w.ok(w.Due(w.ctx))
		if len(other.log()) != 0 {
			t.Errorf("after 90 days: %v", other.log())
		}
	})
}
