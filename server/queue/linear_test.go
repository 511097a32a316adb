package queue

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

	"schalter/server/civic"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// act is one operation of a history: a draw, or a call of the next. Its output is the number, 0 if nobody waits.
type act struct{ call bool }

// line is the model's state: how many have been drawn, and who waits.
type line struct {
	drawn   int
	waiting string // numbers as runes, so that states compare
}

// fifo is the sequential office: a draw gives the next number, a call takes the one that has waited longest.
var fifo = porcupine.Model{
	Init: func() any { return line{} },
	Step: func(state, input, output any) (bool, any) {
		s, number := state.(line), output.(int)
		if !input.(act).call {
			return number == s.drawn+1, line{s.drawn + 1, s.waiting + string(rune(number))}
		}
		head := []rune(s.waiting)
		if len(head) == 0 {
			return number == 0, s
		}
		return number == int(head[0]), line{s.drawn, string(head[1:])}
	},
	Equal: func(a, b any) bool { return a == b },
}

// history lets citizens draw and clerks call at the same time and writes down when each act began and ended.
func (w *town) history(call func(clerk int, desk civic.DeskID) (int, error)) []porcupine.Operation {
	const citizens, draws, calls = 4, 8, 12
	var desks []civic.DeskID
	for clerk := range w.clerks {
		desks = append(desks, w.open(clerk, 0))
	}
	var mu sync.Mutex
	var out []porcupine.Operation
	var tick atomic.Int64
	do := func(client int, a act, fn func() (int, error)) {
		from := tick.Add(1)
		number, err := fn()
		to := tick.Add(1)
		if err != nil {
			w.t.Error(err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		out = append(out, porcupine.Operation{ClientId: client, Input: a, Output: number, Call: from, Return: to})
	}
	w.ticking.Store(true) // the ranks come from the clock
	defer w.ticking.Store(false)
	var people sync.WaitGroup
	for c := range citizens {
		people.Go(func() {
			for i := range draws {
				do(c, act{}, func() (int, error) { return w.drawAs(fmt.Sprintf("%d-%d", c, i)) })
			}
		})
	}
	for clerk, d := range desks {
		people.Go(func() {
			for range calls {
				do(citizens+clerk, act{call: true}, func() (int, error) { return call(clerk, d) })
			}
		})
	}
	people.Wait()
	return out
}

func (w *town) drawAs(key string) (int, error) {
	t, err := w.Draw(w.ctx, Draw{Authority: w.slug, Office: w.offices[0], SecretHash: []byte(w.slug + key), Idempotency: []byte("key" + w.slug + key)})
	return t.Number, err
}

// callAndFinish calls the next, lets him in and finishes, so that nobody comes back into the line.
func (w *town) callAndFinish(clerk int, desk civic.DeskID) (int, error) {
	v, err := w.Call(w.ctx, w.clerks[clerk], desk, "", "")
	if civic.KeyOf(err) == civic.KeyNobodyWaiting {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	citizen := civic.Caller{Role: civic.RoleCitizen, AuthorityID: w.id, Ticket: v.TicketID}
	if _, err := w.Enter(w.ctx, citizen); err != nil {
		return 0, err
	}
	t, err := w.Held(w.ctx, citizen)
	if err != nil {
		return 0, err
	}
	return t.Number, w.Settle(w.ctx, w.clerks[clerk], desk, civic.MoveFinish)
}

func TestDrawAndCallAreLinearizable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for range 5 {
			w := newTown(t, st)
			ops := w.history(w.callAndFinish)
			if !porcupine.CheckOperations(fifo, ops) {
				t.Fatalf("a history of %d acts has no order that explains it", len(ops))
			}
		}
	})
}

// TestLinearizabilityBites: a clerk who first looks and then takes, as if alone, is found out.
func TestLinearizabilityBites(t *testing.T) {
	st := storetest.SQLite(t)
	for range 50 {
		w := newTown(t, st)
		ops := w.history(func(clerk int, desk civic.DeskID) (int, error) {
			snap, err := w.Fresh(w.ctx, w.id, w.offices[0])
			if err != nil || len(snap.Waiting) == 0 {
				return 0, err
			}
			head := snap.Waiting[0]
			_, err = w.Call(w.ctx, w.clerks[clerk], desk, head.ID, civic.ReasonAgreed)
			if err != nil && civic.CodeOf(err) != civic.Conflict {
				return 0, err
			}
			return head.Number, nil // whether it was there to be taken or not
		})
		if !porcupine.CheckOperations(fifo, slices.Clone(ops)) {
			return
		}
	}
	t.Error("a mutant that looks and then takes passes 50 histories")
}
