package civic

import (
	"cmp"
	"slices"
	"time"
)

// Order sorts the waiting tickets of an office as they will be called: priority first, but after MaxInRow calls
// in a row ahead of an earlier ticket that ticket's turn has come; else by rank. inRow is Office.InRow.
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
			out, first, inRow = append(out, first[0]), first[1:], 0
		case inRow < MaxInRow:
			out, first, inRow = append(out, first[0]), first[1:], inRow+1
		default:
			out, rest, inRow = append(out, rest[0]), rest[1:], 0
		}
	}
	return append(append(out, first...), rest...)
}

// InRow returns Office.InRow after called has been taken from the queue.
func InRow(queue []Ticket, called Ticket, inRow int) int {
	if !called.Priority {
		return 0
	}
	for _, t := range queue {
		if !t.Priority && t.Rank < called.Rank {
			return inRow + 1
		}
	}
	return 0
}

// Next picks whom "call next" takes from the ordered queue: the first who is neither deferred nor silent for the
// first time. Deferred and silent ones are passed over once; if nobody else waits, the first is called all the same.
// over are those passed over, with their marks changed. ok is false when nobody waits.
func Next(ordered []Ticket, now time.Time) (next Ticket, over []Ticket, ok bool) {
	for _, t := range ordered {
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
	if len(ordered) == 0 {
		return Ticket{}, nil, false
	}
	return ordered[0], over[1:], true
}

// Head is the rank that stands before the whole queue.
func Head(queue []Ticket) int64 {
	head := int64(1<<63 - 1)
	for _, t := range queue {
		head = min(head, t.Rank)
	}
	return head - 1
}
