package queue

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

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
