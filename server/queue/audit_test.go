package queue

import (
	"slices"
	"strings"
	"testing"
	"time"

	"schalter/server/civic"
)

// TestTheLogHasWhatClerksDecide: issuing, taking back a call by hand or by calling the next, putting back; not what time does.
func TestTheLogHasWhatClerksDecide(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		desk, clerk, office := w.open(0, 0), w.clerks[0], w.offices[0]
		w.ok(w.SetIssuing(w.ctx, clerk, office, false))
		w.ok(w.SetIssuing(w.ctx, clerk, office, true))
		first, second := w.mustDraw(0), w.mustDraw(0)
		call := func(c civic.Caller) {
			t.Helper()
			_, err := w.Call(w.ctx, clerk, desk, c.Ticket, civic.ReasonAgreed)
			w.ok(err)
		}
		call(first)
		call(second) // the first lapses by it
		w.ok(w.Settle(w.ctx, clerk, desk, civic.MoveLapse))
		call(first)
		w.ok(w.Settle(w.ctx, clerk, desk, civic.MoveLapse))
		call(first)
		w.pass(civic.CallWindow + time.Second)
		w.ok(w.Due(w.ctx)) // time, not the clerk
		w.want(first, civic.Missed)
		w.ok(w.PutBack(w.ctx, clerk, office, first.Ticket))
		var got []string
		for _, line := range w.log() {
			act, rest, _ := strings.Cut(line, " ")
			if !strings.HasPrefix(act, "ticket.called") {
				got = append(got, act+" "+strings.TrimSpace(rest))
			}
		}
		want := []string{"office.issuing_off " + string(office), "office.issuing_on " + string(office), "ticket.lapsed A 001", "ticket.lapsed A 002",
			"ticket.lapsed A 001", "ticket.put_back A 001"}
		slices.Sort(got) // acts of one instant have no order
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("the log says\n%q, want\n%q", got, want)
		}
	})
}

// TestTheLogForgetsNumbers (P07): with its ticket a number goes from the log too, whoever deletes it; that somebody was called stays.
func TestTheLogForgetsNumbers(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		desk, clerk := w.open(0, 0), w.clerks[0]
		kept, own, old := w.mustDraw(0), w.mustDraw(0), w.mustDraw(0)
		for _, c := range []civic.Caller{kept, own, old} {
			w.pass(time.Second)
			_, err := w.Call(w.ctx, clerk, desk, c.Ticket, civic.ReasonAgreed)
			w.ok(err)
			w.ok(w.Settle(w.ctx, clerk, desk, civic.MoveLapse))
		}
		has := func(number string) bool { return strings.Contains(strings.Join(w.log(), "\n"), number) }
		lines := len(w.log())
		w.ok(w.Forget(w.ctx, own))
		if !has("A 001") || has("A 002") || !has("A 003") || len(w.log()) != lines {
			t.Errorf("after one was forgotten the log says %q", w.log())
		}
		w.ok(w.Leave(w.ctx, old))
		w.pass(civic.TicketRetention - time.Second)
		w.ok(w.Due(w.ctx))
		if !has("A 003") {
			t.Error("forgotten too early")
		}
		w.pass(time.Second)
		w.ok(w.Due(w.ctx))
		if has("A 003") || len(w.log()) < lines {
			t.Errorf("after its time the log says %q", w.log())
		}
	})
}
