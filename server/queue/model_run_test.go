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

// rig ties a town to its model, step by step.
type rig struct {
	w     *town
	m     *model
	ids   []civic.TicketID
	visit map[civic.TicketID]civic.VisitID
	pick  func(what string, n int) int
	// mutant is a fault put into the town after a move that went well: the model must find it.
	mutant func(act string, t civic.Ticket) (civic.Ticket, bool)
	acts   []string
	did    map[string]int // moves that went well, by act
}

func newRig(t testing.TB, st *store.Store, pick func(string, int) int) *rig {
	w := newTown(t, st)
	r := &rig{w: w, m: newModel(w.loc), visit: map[civic.TicketID]civic.VisitID{}, pick: pick, did: map[string]int{}}
	for clerk := range w.clerks {
		for office := range w.offices {
			w.open(clerk, office)
			r.m.desk(deskOf{clerk, office}, "open", r.now())
		}
	}
	return r
}

func (r *rig) now() int64 { return r.w.clock.Load() }

// suits says at which desks and with which tickets an act may go well; mostly those are tried.
var suits = map[string][]string{
	"enter": {"called"}, "more time": {"called"}, "return": {"missed"}, "put back": {"missed"}, "take": {"called", "serving"}, "together": {"serving"},
	"away": {"waiting"}, "wants": {"waiting"}, "priority": {"waiting"}, "certain": {"waiting", "parked"}, "pass on waiting": {"waiting"},
	"recall": {"called"}, "lapse": {"called"}, "finish": {"serving"}, "park": {"serving"}, "pass on": {"serving"},
}

// desk picks a desk: mostly one that is open and, if the act needs one, has a ticket for it.
func (r *rig) desk(act string) (deskOf, civic.DeskID, civic.Caller) {
	d := deskOf{r.pick("clerk", 3), r.pick("office", 2)}
	for range 6 * min(r.pick("fitting desk", 4), 1) {
		k := r.m.at(d)
		ofTicket := act == "next" || act == "certain" || act == "take"
		if r.m.desks[d].state == "open" && (suits[act] == nil || ofTicket && (k == nil || k.state == "called")) || k != nil && !ofTicket && slices.Contains(suits[act], k.state) {
			break
		}
		if d.clerk = (d.clerk + 1) % 3; d.clerk == 0 {
			d.office = 1 - d.office
		}
	}
	return d, r.w.desks[deskAt{d.clerk, r.w.offices[d.office]}], r.w.clerks[d.clerk]
}

// citizen picks a ticket: mostly one that the act suits.
func (r *rig) citizen(act string) (civic.Caller, *place) {
	if len(r.ids) == 0 {
		return civic.Caller{}, nil
	}
	ids := r.ids
	if fit := slices.DeleteFunc(slices.Clone(ids), func(id civic.TicketID) bool {
		p := r.m.tickets[id]
		return p == nil || !slices.Contains(suits[act], p.state)
	}); len(fit) > 0 && r.pick("fitting ticket", 4) > 0 {
		ids = fit
	}
	id := ids[len(ids)-1-r.pick("ticket", min(len(ids), 12))]
	return civic.Caller{Role: civic.RoleCitizen, AuthorityID: r.w.id, Ticket: id}, r.m.tickets[id]
}

// weights are how often which act is tried.
var weights = []struct {
	act string
	n   int
}{
	{"draw", 14}, {"next", 14}, {"certain", 5}, {"enter", 14}, {"more time", 4}, {"recall", 3}, {"lapse", 3}, {"finish", 6}, {"park", 4},
	{"pass on", 4}, {"pass on waiting", 3}, {"leave", 3}, {"return", 3}, {"put back", 3}, {"away", 4}, {"here", 2}, {"wants", 4}, {"priority", 4},
	{"take", 6}, {"together", 5}, {"forget", 1}, {"pause", 2}, {"resume", 2}, {"open", 8}, {"close", 1}, {"see", 12}, {"time", 10}, {"day", 1},
}

// step makes one move of both, and returns how they differ.
func (r *rig) step() error {
	sum := 0
	for _, k := range weights {
		sum += k.n
	}
	at := r.pick("act", sum)
	act := ""
	for _, k := range weights {
		if at -= k.n; at < 0 {
			act = k.act
			break
		}
	}
	before := r.m
	r.m = r.m.clone()
	var err error
	want, caller := "", civic.Caller{}
	switch act {
	case "draw":
		office := r.pick("office", 2)
		caller, err = r.w.draw(office)
		want = r.m.draw(caller.Ticket, office, r.now())
		if err == nil {
			r.ids = append(r.ids, caller.Ticket)
		}
	case "see":
		err = r.see()
	case "time", "day":
		d := time.Duration(1+r.pick("seconds", []int{40, 40, 40, 200}[r.pick("long", 4)])) * time.Second
		if act == "day" {
			d = 13 * time.Hour
		}
		r.w.pass(d)
		err = r.w.Due(r.w.ctx)
		r.m.due(r.now())
	case "next", "recall", "lapse", "finish", "park", "pass on", "pause", "resume", "open", "close":
		want, caller, err = r.atDesk(act)
	default:
		var p *place
		caller, p = r.citizen(act)
		if p == nil {
			r.m = before
			return nil
		}
		want, err = r.ofTicket(act, caller, r.m.tickets[caller.Ticket])
	}
	r.acts = append(r.acts, fmt.Sprintf("%s %s: %v", act, caller.Ticket, err))
	if civic.CodeOf(err) == civic.Internal {
		return fmt.Errorf("%s: %w", act, err)
	}
	if got := civic.KeyOf(err); got != want {
		return fmt.Errorf("%s is answered with %q, the model says %q", act, got, want)
	}
	if err == nil {
		r.did[act]++
	}
	if want != "" { // refused: nothing has moved
		pending, desks := r.m.pending, r.m.desks
		r.m = before
		r.m.pending = pending
		if act == "see" {
			r.m.desks = desks
		}
	} else if r.mutant != nil {
		if err := r.mutate(act, caller.Ticket); err != nil {
			return err
		}
	}
	return r.compare(act)
}

func (r *rig) see() error {
	var some []civic.TicketID
	for _, id := range r.ids[max(len(r.ids)-12, 0):] {
		if r.pick("answers", 3) > 0 {
			some = append(some, id)
			r.w.SeenTicket(id)
		}
	}
	for _, o := range r.w.offices { // the consoles look at the latest view
		if _, err := r.w.Fresh(r.w.ctx, r.w.id, o); err != nil {
			return err
		}
	}
	var there []int
	for i, c := range r.w.clerks {
		if r.pick("answers", 3) == 0 {
			continue
		}
		there = append(there, i)
		if err := r.w.SeenClerk(r.w.ctx, c); err != nil {
			return err
		}
	}
	r.m.see(some, there, r.now())
	return nil
}

var ofDesk = map[string]civic.TicketMove{
	"recall": civic.MoveRecall, "lapse": civic.MoveLapse, "finish": civic.MoveFinish, "park": civic.MovePark,
}

func (r *rig) atDesk(act string) (want string, of civic.Caller, err error) {
	d, id, clerk := r.desk(act)
	w, ctx := r.w, r.w.ctx
	switch act {
	case "next":
		var v civic.Visit
		v, err = w.Call(ctx, clerk, id, "", "")
		taken, key := r.m.call(d, nil, false, r.now())
		want, of.Ticket = key, v.TicketID
		if err == nil {
			r.visit[v.TicketID] = v.ID
			if taken == nil || taken.id != v.TicketID {
				return want, of, fmt.Errorf("called %s, the model %+v", v.TicketID, taken)
			}
		}
	case "pass on":
		to := r.pick("to", 2)
		p := r.m.at(d)
		if p != nil {
			of.Ticket = p.id
		}
		want, err = r.m.passOn(p, to, false), w.PassOn(ctx, clerk, id, w.offices[to], "note")
	case "pause":
		want, err = r.m.desk(d, act, r.now()), w.PauseDesk(ctx, clerk, id, w.time().Add(10*time.Minute))
	case "resume":
		want, err = r.m.desk(d, act, r.now()), w.ResumeDesk(ctx, clerk, id)
	case "open":
		want, err = r.m.desk(d, act, r.now()), w.OpenDesk(ctx, clerk, w.offices[d.office])
	case "close":
		want, err = r.m.desk(d, act, r.now()), w.CloseDesk(ctx, clerk, id)
	default:
		if p := r.m.at(d); p != nil {
			of.Ticket = p.id
		}
		want, err = r.m.settle(d, ofDesk[act], r.now()), w.Settle(ctx, clerk, id, ofDesk[act])
	}
	return want, of, err
}

func (r *rig) ofTicket(act string, c civic.Caller, p *place) (want string, err error) {
	w, ctx, now := r.w, r.w.ctx, r.now()
	office := w.offices[p.office]
	switch act {
	case "certain":
		d, id, clerk := r.desk(act)
		reason := []civic.CallReason{"", civic.ReasonUrgent}[r.pick("reason", 2)]
		var v civic.Visit
		v, err = w.Call(ctx, clerk, id, c.Ticket, reason)
		_, want = r.m.call(d, p, reason != "", now)
		if err == nil {
			r.visit[c.Ticket] = v.ID
		}
	case "take":
		d, id, clerk := r.desk(act)
		want = r.m.take(d, p, now)
		_, err = w.Take(ctx, clerk, id, c.Ticket)
	case "pass on waiting":
		to := r.pick("to", 2)
		want, err = r.m.passOn(p, to, true), w.PassOnWaiting(ctx, w.clerks[0], office, c.Ticket, w.offices[to], "note")
	case "put back":
		want, err = r.m.putBack(p, now), w.PutBack(ctx, w.clerks[0], office, c.Ticket)
	case "forget":
		want, err = r.m.forget(p), w.Forget(ctx, c)
	case "together":
		all := r.pick("all", 2) == 1
		if id := r.visit[c.Ticket]; id != "" {
			r.m.together(p, all, now)
			err = w.Together(ctx, w.id, id, all)
		}
	case "wants", "priority":
		wants, priority := r.pick("wanted", 4)-1, r.pick("priority", 2) == 1
		if want = ""; over(p.state) {
			want = "ticket_over"
		}
		if act == "priority" {
			p.priority = priority
			err = w.Describe(ctx, c, About{Priority: &priority})
			break
		}
		p.wants = wants
		clerk := civic.ClerkID("")
		if wants >= 0 {
			clerk = w.clerks[wants].Clerk
		}
		err = w.Describe(ctx, c, About{Wants: &clerk})
	case "away", "here":
		want, err = r.m.own(p, act, now), w.Describe(ctx, c, About{Away: ptr(act == "away")})
	default:
		want = r.m.own(p, act, now)
		switch act {
		case "enter":
			_, err = w.Enter(ctx, c)
		case "more time":
			err = w.MoreTime(ctx, c)
		case "leave":
			err = w.Leave(ctx, c)
		case "return":
			err = w.Return(ctx, c)
		}
	}
	return want, err
}

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
		state := uint64(seed)*2862933555777941757 + 3037000493
		r := newRig(t, st, func(_ string, n int) int {
			state = state*6364136223846793005 + 1442695040888963407
			return int((state >> 33) % uint64(n))
		})
		r.mutant = mutant
		_, err := r.run()
		r.w.Close()
		if err != nil {
			return true
		}
	}
	return false
}
