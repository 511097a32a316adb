package queue

import (
	"fmt"
	"slices"

	"schalter/server/civic"
	"schalter/server/store"
)

// picture is all rows of a town's tickets, by id.
type picture map[civic.TicketID]civic.Ticket

func (w *town) picture() picture {
	p := picture{}
	w.ok(w.store.Read(w.ctx, func(tx *store.Tx) error {
		for _, o := range w.offices {
			tickets, err := tx.Tickets(w.ctx, w.id, o, civic.TicketStates...)
			if err != nil {
				return err
			}
			for _, t := range tickets {
				p[t.ID] = t
			}
		}
		return nil
	}))
	return p
}

// arrows are the arrows of DESIGN section 4, written down a second time: from a state to those that one move reaches.
var arrows = map[civic.TicketState][]civic.TicketState{
	civic.Waiting: {civic.Called, civic.Left, civic.Closed},
	civic.Called:  {civic.Waiting, civic.Serving, civic.Missed, civic.Left, civic.Closed},
	civic.Serving: {civic.Served, civic.Parked, civic.Waiting},
	civic.Parked:  {civic.Called, civic.Left, civic.Closed},
	civic.Missed:  {civic.Waiting, civic.Closed},
}

// violations compares what was with what is, after one act, against the invariants of DESIGN section 4. forgotten is how
// many have had themselves deleted: their numbers are gaps.
func violations(before, after picture, forgotten int) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for id, was := range before {
		is, ok := after[id]
		if !ok {
			say("1: ticket %s has vanished", was.Label)
			continue
		}
		if is.State != was.State && !slices.Contains(arrows[was.State], is.State) {
			say("1: ticket %s went from %s to %s", was.Label, was.State, is.State)
		}
		if is.Number != was.Number || is.Label != was.Label || !is.ArrivedAt.Equal(was.ArrivedAt) || is.IssuingOffice != was.IssuingOffice {
			say("2: ticket %s is now %s, arrived %v", was.Label, is.Label, is.ArrivedAt)
		}
	}
	type sheet struct {
		office civic.OfficeID
		day    civic.Day
	}
	numbers := map[sheet][]int{}
	busy := map[civic.ClerkID]string{}
	for _, t := range after {
		if !slices.Contains(civic.TicketStates, t.State) {
			say("1: ticket %s is %q", t.Label, t.State)
		}
		at := sheet{t.IssuingOffice, t.Day}
		numbers[at] = append(numbers[at], t.Number)
		if t.Away && t.State != civic.Waiting {
			say("5: ticket %s is away while %s", t.Label, t.State)
		}
		if t.State.Over() && t.Name+t.Note+t.Interpreter+string(t.Wants) != "" {
			say("1: ticket %s is %s, and not forgotten", t.Label, t.State)
		}
		if t.State == civic.Called || t.State == civic.Serving {
			if other := busy[t.Clerk]; other != "" || t.Clerk == "" {
				say("3: clerk %q has %s and %s", t.Clerk, other, t.Label)
			}
			busy[t.Clerk] = t.Label
		}
	}
	for at, n := range numbers {
		slices.Sort(n)
		for i, number := range n {
			if number < i+1 || number > i+1+forgotten || i > 0 && number == n[i-1] {
				say("2: office %s issued %v on %s", at.office, n, at.day)
				break
			}
		}
	}
	return out
}

// order checks a clerk's call of "whoever is next" against the list as it stood: nobody is taken before one who stands
// further up, unless that one was passed over once, is away, or waits for another clerk; and none of the last two.
func order(before picture, office civic.Office, called civic.TicketID, clerk civic.ClerkID, w *town) []string {
	var waiting []civic.Ticket
	for _, t := range before {
		if t.State == civic.Waiting && t.OfficeID == office.ID {
			waiting = append(waiting, t)
		}
	}
	ordered := civic.Order(w.seen(waiting), office.InRow)
	for _, t := range ordered {
		elsewhere := t.Away || t.Wants != "" && t.Wants != clerk
		switch {
		case t.ID == called && elsewhere:
			return []string{fmt.Sprintf("5: %s is away, or waits for %q", t.Label, t.Wants)}
		case t.ID == called:
			return nil
		case elsewhere:
			continue
		}
		if !t.Deferred && (t.Passed || w.time().Sub(t.SeenAt) <= civic.SilentAfter) {
			return []string{fmt.Sprintf("5: %s stood further up than the called one", t.Label)}
		}
	}
	return []string{fmt.Sprintf("5: ticket %s was called, but did not wait", called)}
}
