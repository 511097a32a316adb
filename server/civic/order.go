package civic

import (
	"cmp"
	"slices"
	"time"
)

// Order sorts the waiting tickets of an office as they will be called: priority first, but after MaxInRow calls
// in a row ahead of an earlier ticket that ticket's turn has come; else by rank. inRow is Office.InRow. Whoever is away or
// waits for a certain clerk keeps the place, but neither uses up a turn nor counts as one: others behind would starve.
//
// The citizen's "n ahead" is the index in this very list, and the clerk sees this very list (DESIGN section 4,
// invariant 4).
func Order(tickets []Ticket, inRow int) []Ticket {
	byRank := func(a, b Ticket) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID))
	}
	var first, rest []Ticket
	for _, t := range tickets {
		if t.Priority {
			first = append(first, t)
		} else {
			rest = append(rest, t)
		}
	}
	slices.SortFunc(first, byRank)
	slices.SortFunc(rest, byRank)
	out := make([]Ticket, 0, len(tickets))
	for len(first) > 0 && len(rest) > 0 {
		switch {
		case byRank(first[0], rest[0]) < 0: // overtakes nobody
			if first[0].anybodys() {
				inRow = 0
			}
			out, first = append(out, first[0]), first[1:]
		case inRow < MaxInRow:
			if first[0].anybodys() {
				inRow++
			}
			out, first = append(out, first[0]), first[1:]
		default:
			if rest[0].anybodys() {
				inRow = 0
			}
			out, rest = append(out, rest[0]), rest[1:]
		}
	}
	return append(append(out, first...), rest...)
}

// anybodys says whether every desk may take the ticket now.
func (t Ticket) anybodys() bool { return !t.Away && t.Wants == "" }

// ready says whether the desk of that clerk may take the ticket when it calls whoever is next.
func (t Ticket) ready(clerk ClerkID) bool { return !t.Away && (t.Wants == "" || t.Wants == clerk) }

// InRow returns Office.InRow after called has been taken from the queue. To go ahead of one who is away overtakes nobody.
func InRow(queue []Ticket, called Ticket, inRow int) int {
	if !called.Priority {
		return 0
	}
	for _, t := range queue {
		if !t.Priority && !t.Away && t.Rank < called.Rank {
			return inRow + 1
		}
	}
	return 0
}

// Next picks whom "call next" takes at a clerk's desk from the ordered queue: the first who is neither deferred nor silent
// for the first time. Deferred and silent ones are passed over once; if nobody else is ready, the first of them is called
// all the same. Those who are away, or wait for another clerk, are left where they are, without a mark: they have asked for
// it, so that a call would be in vain. over are those passed over, with their marks changed. ok is false when nobody is
// ready for this clerk.
func Next(ordered []Ticket, clerk ClerkID, now time.Time) (next Ticket, over []Ticket, ok bool) {
	var first Ticket
	for _, t := range ordered {
		if !t.ready(clerk) {
			continue
		}
		if !ok {
			first, ok = t, true
		}
		silent := now.Sub(t.SeenAt) > SilentAfter && !t.Passed
		if !t.Deferred && !silent {
			return t, over, true
		}
		if t.Deferred {
			t.Deferred = false
		} else {
			t.Passed = true
		}
		over = append(over, t)
	}
	if !ok {
		return Ticket{}, nil, false
	}
	return first, over[1:], true
}

// OutOfTurn says whether calling the waiting ticket id at a clerk's desk overtakes the one whose turn it is there. One who
// waits for this very clerk may always be called, and so may whoever was passed over.
func OutOfTurn(ordered []Ticket, id TicketID, clerk ClerkID, now time.Time) bool {
	next, _, ok := Next(ordered, clerk, now)
	if !ok {
		return false
	}
	for _, t := range ordered {
		switch t.ID {
		case id:
			return false
		case next.ID:
			return !slices.ContainsFunc(ordered, func(t Ticket) bool { return t.ID == id && t.Wants == clerk })
		}
	}
	return false
}

// Head is the rank that stands before the whole queue.
func Head(queue []Ticket) int64 {
	head := int64(1<<63 - 1)
	for _, t := range queue {
		head = min(head, t.Rank)
	}
	return head - 1
}
