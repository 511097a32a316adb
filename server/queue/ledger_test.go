package queue

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"schalter/server/civic"
)

// A view from the ledger is the view from all rows, whatever has moved in whichever order, on either side of a transfer.
func TestTheLedgerSaysWhatTheRowsSay(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		dice := rand.New(rand.NewPCG(1, 2))
		desks := []civic.DeskID{w.open(0, 0), w.open(1, 1)}
		var citizens []civic.Caller
		full := 0
		for range 200 {
			d := dice.IntN(2)
			clerk, desk := w.clerks[d], desks[d]
			if len(citizens) < 3 {
				citizens = append(citizens, w.mustDraw(d))
			}
			c := citizens[dice.IntN(len(citizens))]
			// A move that the state does not allow is refused; what it has noted is too much, and does no harm.
			switch dice.IntN(9) {
			case 0, 1:
				citizens = append(citizens, w.mustDraw(d))
			case 2:
				_, _ = w.Call(w.ctx, clerk, desk, "", "")
			case 3:
				_, _ = w.Call(w.ctx, clerk, desk, c.Ticket, civic.ReasonAgreed)
			case 4:
				_, _ = w.Enter(w.ctx, c)
			case 5:
				_ = w.Leave(w.ctx, c)
			case 6:
				_ = w.PassOn(w.ctx, clerk, desk, w.offices[1-d], "note")
			case 7:
				_ = w.Settle(w.ctx, clerk, desk, civic.MovePark)
			case 8:
				name := "Frau Krüger"
				_ = w.Describe(w.ctx, c, About{Name: &name})
			}
			for _, office := range w.offices {
				got, err := w.Fresh(w.ctx, w.id, office)
				w.ok(err)
				want, err := w.take(w.ctx, &ledger{}, w.id, office)
				w.ok(err)
				if !reflect.DeepEqual(got.Waiting, want.Waiting) || !reflect.DeepEqual(got.others, want.others) {
					t.Fatalf("the ledger of %s at revision %d has\n%+v\n%+v, the rows have\n%+v\n%+v",
						office, got.Office.Revision, got.Waiting, got.others, want.Waiting, want.others)
				}
				f, err := w.Watch(w.ctx, w.id, office)
				w.ok(err)
				f.ledger.mu.Lock()
				if f.ledger.read.Equal(w.time()) {
					full++
				}
				f.ledger.mu.Unlock()
			}
		}
		if full > 100 {
			t.Errorf("%d of 400 views have read all rows", full)
		}
	})
}
