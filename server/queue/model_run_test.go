package queue

import (
	"errors"
	"fmt"
	"math/bits"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"schalter/server/civic"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// episode is how many steps are made in one town.
const episode = 150

// mutate changes the row of the ticket that has just moved.
func (r *rig) mutate(act string, id civic.TicketID) error {
	return r.w.store.Write(r.w.ctx, func(tx *store.Tx) error {
		t, err := tx.Ticket(r.w.ctx, r.w.id, id)
		if civic.CodeOf(err) == civic.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		faulty, ok := r.mutant(act, t)
		if !ok {
			return nil
		}
		return tx.UpdateTicket(r.w.ctx, faulty, t.State)
	})
}

// compare holds every row against the model, and now and then the list that all see.
func (r *rig) compare(act string) error {
	rows := r.w.picture()
	if len(rows) != len(r.m.tickets) {
		return fmt.Errorf("after %s: %d tickets, the model has %d", act, len(rows), len(r.m.tickets))
	}
	for id, p := range r.m.tickets {
		if got := r.rowOf(rows[id]); got != p.row {
			return fmt.Errorf("after %s: ticket %s is\n%+v, the model says\n%+v", act, id, got, p.row)
		}
	}
	return r.compareDesks(act)
}

func (r *rig) compareDesks(act string) error {
	looked := r.pick("look", 10)
	for i, o := range r.w.offices {
		var desks []civic.Desk
		err := r.w.store.Read(r.w.ctx, func(tx *store.Tx) (err error) {
			desks, err = tx.Desks(r.w.ctx, r.w.id, o)
			return err
		})
		if err != nil {
			return err
		}
		for _, d := range desks {
			want := r.m.desks[deskOf{r.clerk(d.ClerkID), i}]
			if string(d.State) != want.state || micros(d.PausedUntil) != want.until || micros(d.AbsentAt) != want.absent || micros(d.SeenAt) != want.seen {
				return fmt.Errorf("after %s: desk %+v, the model says %+v", act, d, *want)
			}
		}
		if looked != i {
			continue
		}
		snap, err := r.w.Fresh(r.w.ctx, r.w.id, o)
		if err != nil {
			return err
		}
		line := r.m.line(i)
		if !slices.EqualFunc(snap.Waiting, line, func(t civic.Ticket, p *place) bool { return t.ID == p.id }) {
			return fmt.Errorf("after %s: the list of %s has %d, the model's %d, or another order", act, o, len(snap.Waiting), len(line))
		}
	}
	return nil
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func (r *rig) clerk(id civic.ClerkID) int {
	return slices.IndexFunc(r.w.clerks, func(c civic.Caller) bool { return c.Clerk == id })
}

func (r *rig) rowOf(t civic.Ticket) row {
	office := func(id civic.OfficeID) int { return slices.Index(r.w.offices, id) }
	out := row{
		state: string(t.State), office: office(t.OfficeID), issuer: office(t.IssuingOffice), number: t.Number, day: string(t.Day), key: t.Rank,
		priority: t.Priority, deferred: t.Deferred, passed: t.Passed, returned: t.Returned, away: t.Away, noted: t.Note != "", named: t.Name != "",
		calls: t.Calls, wants: r.clerk(t.Wants), clerk: r.clerk(t.Clerk), deskOffice: -1, from: office(t.From), deadline: micros(t.Deadline),
	}
	for at, id := range r.w.desks {
		if id == t.Desk {
			out.deskOffice = office(at.office)
		}
	}
	return out
}

// close ends the town's day, so that the next town on the same database has nothing to do with it.
func (r *rig) close() error {
	w := r.w
	for at, id := range w.desks {
		if k := r.m.at(deskOf{at.clerk, slices.Index(w.offices, at.office)}); k != nil && k.state == "serving" {
			if err := w.Settle(w.ctx, w.clerks[at.clerk], id, civic.MoveFinish); err != nil {
				return err
			}
		}
	}
	var errs []error
	for _, d := range []time.Duration{24 * time.Hour, 25 * time.Hour} {
		w.pass(d)
		errs = append(errs, w.Due(w.ctx), w.Due(w.ctx))
	}
	w.Close()
	return errors.Join(errs...)
}

// run makes an episode; it returns the steps made and the first difference.
func (r *rig) run() (int, error) {
	for i := range episode {
		if err := r.step(); err != nil {
			return i + 1, err
		}
	}
	return episode, r.close()
}

// mutants are faults that a queue could have.
var mutants = map[string]func(string, civic.Ticket) (civic.Ticket, bool){
	"more time counts as a call": func(act string, t civic.Ticket) (civic.Ticket, bool) {
		t.Calls++
		return t, act == "more time"
	},
	"a call leaves one away": func(act string, t civic.Ticket) (civic.Ticket, bool) {
		t.Away = true
		return t, act == "next"
	},
	"a transfer loses the time waited": func(act string, t civic.Ticket) (civic.Ticket, bool) {
		t.Rank += int64(time.Second / time.Microsecond)
		return t, act == "pass on" || act == "pass on waiting"
	},
	"put back, but not at the head": func(act string, t civic.Ticket) (civic.Ticket, bool) {
		t.Rank++
		return t, act == "put back"
	},
	"a take-over begins the window anew": func(act string, t civic.Ticket) (civic.Ticket, bool) {
		t.Deadline = t.CalledAt.Add(time.Hour)
		return t, act == "take" && t.State == civic.Called
	},
}

// TestModel holds the queue against the model, for MODEL_STEPS steps, or for a few seconds; and finds faults put in.
func TestModel(t *testing.T) {
	began, limit := time.Now(), 20*time.Second
	if testing.Short() {
		limit = 2 * time.Second
	}
	goal, _ := strconv.Atoi(os.Getenv("MODEL_STEPS"))
	steps, did := 0, map[string]int{}
	more := func() bool {
		return !t.Failed() && (goal > 0 && steps < goal || goal == 0 && time.Since(began) < limit)
	}
	for more() {
		st := storetest.SQLite(t)
		rapid.Check(t, func(rt *rapid.T) {
			if !more() {
				return
			}
			r := newRig(t, st, func(what string, n int) int { return evenly(rt, what, n) })
			n, err := r.run()
			steps += n
			for act, n := range r.did {
				did[act] += n
			}
			if err != nil {
				rt.Fatalf("%v\n%v", err, r.acts)
			}
		})
		_ = st.Close()
	}
	caught := "caught"
	for name, mutant := range mutants {
		if !found(t, mutant) {
			caught = "missed"
			t.Errorf("mutant not caught: %s", name)
		}
	}
	for _, k := range weights {
		if did[k.act] == 0 && steps > 20_000 {
			t.Errorf("no %q has gone well in %d steps", k.act, steps)
		}
	}
	t.Log(did)
	violations := 0
	if t.Failed() {
		violations = 1
	}
	fmt.Printf("steps=%d violations=%d mutant=%s\n", steps, violations, caught)
}

// TestModelOnEveryDatabase holds the queue against the model for some episodes on each database: the long run has SQLite alone.
func TestModelOnEveryDatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for seed := range 5 {
			r := newRig(t, st, pseudo(seed))
			_, err := r.run()
			r.w.Close()
			if err != nil {
				t.Fatalf("%v\n%v", err, r.acts)
			}
		}
	})
}

// pseudo draws 0 to n-1, the same from the same seed.
func pseudo(seed int) func(string, int) int {
	state := uint64(seed)*2862933555777941757 + 3037000493
	return func(_ string, n int) int {
		state = state*6364136223846793005 + 1442695040888963407
		return int((state >> 33) % uint64(n))
	}
}

// evenly draws 0 to n-1 bit by bit: rapid's ranges favour what is small, and an office in which mostly the first act of a
// list happens is soon asleep.
func evenly(rt *rapid.T, what string, n int) int {
	v := 0
	for range bits.Len(uint(n-1)) + 2 {
		v <<= 1
		if rapid.Bool().Draw(rt, what) {
			v++
		}
	}
	return v % n
}

// found says whether the model finds the fault within some episodes.
func found(t *testing.T, mutant func(string, civic.Ticket) (civic.Ticket, bool)) bool {
	st := storetest.SQLite(t)
	for seed := range 60 {
		r := newRig(t, st, pseudo(seed))
		r.mutant = mutant
		_, err := r.run()
		r.w.Close()
		if err != nil {
			return true
		}
	}
	return false
}
