package civic

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func ids(tickets []Ticket) string {
	s := ""
	for _, t := range tickets {
		s += string(t.ID)
	}
	return s
}

func TestOrder(t *testing.T) {
	n := func(id TicketID, rank int64) Ticket { return Ticket{ID: id, Rank: rank} }
	p := func(id TicketID, rank int64) Ticket { return Ticket{ID: id, Rank: rank, Priority: true} }
	away := func(t Ticket) Ticket { t.Away = true; return t }
	wants := func(t Ticket) Ticket { t.Wants = "c"; return t }
	for _, tc := range []struct {
		name  string
		in    []Ticket
		inRow int
		want  string
	}{
		{"who is away keeps the place", []Ticket{away(n("a", 1)), n("b", 2)}, 0, "ab"},
		{"who is away uses up no turn", []Ticket{away(n("a", 1)), n("b", 2), p("x", 7), p("y", 8)}, 3, "abxy"},
		{"nor does who waits for one clerk", []Ticket{wants(n("a", 1)), n("b", 2), p("x", 7), p("y", 8)}, 3, "abxy"},
		{"nor counts it as one", []Ticket{n("a", 1), away(p("w", 6)), p("x", 7), p("y", 8), p("z", 9)}, 0, "wxyza"},
		{"by rank", []Ticket{n("b", 2), n("a", 1), n("c", 3)}, 0, "abc"},
		{"equal ranks by id", []Ticket{n("b", 1), n("a", 1)}, 0, "ab"},
		{"priority first", []Ticket{n("a", 1), p("z", 9)}, 0, "za"},
		{"at most three in a row", []Ticket{n("a", 1), p("v", 5), p("w", 6), p("x", 7), p("y", 8), p("z", 9)}, 0, "vwxayz"},
		{"two in a row have been before", []Ticket{n("a", 1), p("v", 5), p("w", 6)}, 2, "vaw"},
		{"whoever overtakes nobody does not count", []Ticket{p("a", 1), p("b", 2), p("c", 3), p("d", 4), n("e", 5)}, 3, "abcde"},
	} {
		if got := ids(Order(tc.in, tc.inRow)); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
}

func TestNext(t *testing.T) {
	live := func(id TicketID) Ticket { return Ticket{ID: id, SeenAt: noon} }
	deferred := func(id TicketID) Ticket { return Ticket{ID: id, SeenAt: noon, Deferred: true} }
	silent := func(id TicketID) Ticket { return Ticket{ID: id, SeenAt: noon.Add(-time.Minute)} }
	away := func(id TicketID) Ticket { return Ticket{ID: id, SeenAt: noon, Away: true} }
	mine := func(id TicketID) Ticket { return Ticket{ID: id, SeenAt: noon, Wants: "c"} }
	theirs := func(id TicketID) Ticket { return Ticket{ID: id, SeenAt: noon, Wants: "x"} }
	passed := func(id TicketID) Ticket { return Ticket{ID: id, SeenAt: noon.Add(-time.Minute), Passed: true} }
	for _, tc := range []struct {
		name       string
		in         []Ticket
		want, over string
	}{
		{"the first", []Ticket{live("a"), live("b")}, "a", ""},
		{"a deferred one is passed over", []Ticket{deferred("a"), live("b")}, "b", "a"},
		{"a silent one too", []Ticket{silent("a"), live("b")}, "b", "a"},
		{"but only once", []Ticket{passed("a"), live("b")}, "a", ""},
		{"alone, the deferred one is called all the same", []Ticket{deferred("a")}, "a", ""},
		{"all silent: the first", []Ticket{silent("a"), silent("b")}, "a", "b"},
		{"nobody", nil, "", ""},
		{"one who is away is left alone", []Ticket{away("a"), live("b")}, "b", ""},
		{"and not called in vain", []Ticket{away("a")}, "", ""},
		{"one who waits for this clerk comes in turn", []Ticket{live("a"), mine("b")}, "a", ""},
		{"and is called", []Ticket{mine("a"), live("b")}, "a", ""},
		{"one who waits for another is left alone", []Ticket{theirs("a"), live("b")}, "b", ""},
		{"also with nobody else", []Ticket{theirs("a"), away("b")}, "", ""},
		{"the deferred one is called before nobody is", []Ticket{theirs("a"), deferred("b")}, "b", ""},
		{"the first of the ready is called, not of all", []Ticket{away("a"), silent("b"), silent("d")}, "b", "d"},
	} {
		next, over, ok := Next(tc.in, "c", noon)
		if string(next.ID) != tc.want || ids(over) != tc.over || ok != (tc.want != "") {
			t.Errorf("%s: %s over %s", tc.name, next.ID, ids(over))
		}
		for _, o := range over {
			if o.Deferred || !o.Passed && noon.Sub(o.SeenAt) > SilentAfter {
				t.Errorf("%s: %s would be passed over again", tc.name, o.ID)
			}
		}
	}
}

func TestOutOfTurn(t *testing.T) {
	at := func(id TicketID, change func(*Ticket)) Ticket {
		k := Ticket{ID: id, SeenAt: noon}
		change(&k)
		return k
	}
	none := func(*Ticket) {}
	queue := []Ticket{
		at("a", func(k *Ticket) { k.Away = true }), at("b", func(k *Ticket) { k.Deferred = true }), at("d", none), at("e", none),
		at("f", func(k *Ticket) { k.Wants = "c" }), at("g", func(k *Ticket) { k.Wants = "x" }),
	}
	for id, want := range map[TicketID]bool{"a": false, "b": false, "d": false, "e": true, "f": false, "g": true} {
		if OutOfTurn(queue, id, "c", noon) != want {
			t.Errorf("calling %s out of turn: %v", id, !want)
		}
	}
	if OutOfTurn(queue[:1], "a", "c", noon) || OutOfTurn(nil, "a", "c", noon) {
		t.Error("out of turn, though it is nobody's turn")
	}
}

// TestNobodyStarves: whatever the mix of priority and normal tickets, of some who are away or wait for another clerk, and
// however many priority tickets keep coming, a normal ticket with k normal ones before it is called after at most (k+1)*(MaxInRow+1) calls.
func TestNobodyStarves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var queue []Ticket
		rank := int64(0)
		draw := func(priority bool) {
			rank++
			queue = append(queue, Ticket{ID: TicketID(fmt.Sprintf("%06d", rank)), Rank: rank, Priority: priority, SeenAt: noon})
		}
		for range rapid.IntRange(0, 8).Draw(t, "before") {
			draw(rapid.Bool().Draw(t, "priority"))
			switch k := &queue[len(queue)-1]; rapid.IntRange(0, 4).Draw(t, "unready") {
			case 0:
				k.Away = true
			case 1:
				k.Wants = "x"
			}
		}
		draw(false)
		last := queue[len(queue)-1]
		normal := 0
		for _, q := range queue {
			if !q.Priority {
				normal++
			}
		}
		early := len(queue) - normal
		inRow := rapid.IntRange(0, MaxInRow).Draw(t, "inRow")
		for calls := 1; ; calls++ {
			ordered := Order(queue, inRow)
			next, _, _ := Next(ordered, "c", noon)
			inRow = InRow(queue, next, inRow)
			for i, q := range queue {
				if q.ID == next.ID {
					queue = append(queue[:i], queue[i+1:]...)
					break
				}
			}
			if next.ID == last.ID {
				return
			}
			if calls > normal*(MaxInRow+1)+early {
				t.Fatalf("still waiting after %d calls, %d normal ones were before", calls, normal-1)
			}
			for range rapid.IntRange(0, 3).Draw(t, "coming") {
				draw(true)
			}
		}
	})
}
