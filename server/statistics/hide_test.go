package statistics

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"schalter/server/civic"
	"schalter/server/store"
)

// plain is a row of so many tickets; each of the served had one visit, to which one person came.
func plain(served, left, missed, closed int) Row {
	r := Row{Served: Count{N: served}, Left: Count{N: left}, Missed: Count{N: missed}, Closed: Count{N: closed}, waits: values{}, talks: values{}}
	r.Drawn.N = served + left + missed + closed
	r.Visits.N, r.Participants.N = served, served
	if served > 0 {
		r.waits.add(60, served)
		r.talks.add(60, served)
	}
	return r
}

func summed(rows []Row) Row {
	var n [4]int
	for _, r := range rows {
		for i, c := range r.fates()[1:] {
			n[i] += c.N
		}
	}
	return plain(n[0], n[1], n[2], n[3])
}

func shown(r Row) string {
	return strings.Fields(says(r))[0] + " " + strings.Join(strings.Fields(says(r))[1:5], " ")
}

func TestSmallCellsAreHidden(t *testing.T) {
	for _, c := range []struct {
		name  string
		rows  []Row
		want  []string // drawn, served, left, missed, closed
		total string
	}{
		{"nothing is small", []Row{plain(5, 0, 6, 0), plain(7, 0, 8, 0)}, []string{"11 5 0 6 0", "15 7 0 8 0"}, "26 12 0 14 0"},
		{"one small cell takes others along, in its row and in its column", []Row{plain(20, 0, 3, 0), plain(30, 0, 40, 0), plain(50, 0, 60, 0)},
			[]string{"? 20 0 <5 0", "? 30 0 ? 0", "110 50 0 60 0"}, "203 100 0 103 0"},
		{"two small cells that together are few", []Row{plain(20, 0, 1, 0), plain(30, 0, 2, 0), plain(50, 0, 60, 0)},
			[]string{"? 20 0 <5 0", "? 30 0 <5 0", "? 50 0 ? 0"}, "163 100 0 63 0"},
		{"two fours, which their sum would tell", []Row{plain(20, 0, 4, 0), plain(30, 0, 4, 0), plain(50, 0, 60, 0)},
			[]string{"? 20 0 <5 0", "? 30 0 <5 0", "? 50 0 ? 0"}, "168 100 0 68 0"},
		{"a small total", []Row{plain(1, 0, 0, 0), plain(2, 0, 0, 0)}, []string{"<5 <5 0 0 0", "<5 <5 0 0 0"}, "<5 <5 0 0 0"},
		{"a single row", []Row{plain(20, 0, 3, 0)}, []string{"? 20 0 <5 0"}, "? 20 0 <5 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			total := summed(c.rows)
			hide(&total, c.rows)
			for i, r := range c.rows {
				if got := shown(r); got != c.want[i] {
					t.Errorf("row %d: %s, want %s", i, got, c.want[i])
				}
			}
			if got := shown(total); got != c.total {
				t.Errorf("total: %s, want %s", got, c.total)
			}
		})
	}
}

func TestWithoutABreakdownTheRowGuardsItself(t *testing.T) {
	r := plain(20, 9, 3, 0)
	hide(&r, nil)
	if got := says(r); got != "32 20 ? <5 0 20 20 wait 60/60/60 talk 60/60/60 talking 20 open -" {
		t.Errorf("%s", got)
	}
	if _, ok := r.NoShow(); ok {
		t.Error("the share of the missed tells how many they were")
	}
	r = plain(4, 0, 0, 0)
	r.Visits.N, r.Participants.N = 6, 9 // interrupted twice
	hide(&r, nil)
	if got := says(r); got != "<5 <5 0 0 0 ? ? wait - talk - talking - open -" {
		t.Errorf("%s", got)
	}
}

// TestNobodyWorksOutASmallCell attacks random tables: with all sums of rows and columns, and knowing the rules, no small
// cell has only one possible value in any line, and nothing small is shown.
func TestNobodyWorksOutASmallCell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(0, 6), rapid.Just(0), rapid.IntRange(0, 40))
		var rows []Row
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			rows = append(rows, plain(n.Draw(t, "served"), n.Draw(t, "left"), n.Draw(t, "missed"), n.Draw(t, "closed")))
		}
		truth := summed(rows)
		if len(rows) == 0 {
			truth = plain(n.Draw(t, "served"), n.Draw(t, "left"), n.Draw(t, "missed"), n.Draw(t, "closed"))
		}
		total, table := truth, append([]Row(nil), rows...)
		total.waits, total.talks = truth.waits, truth.talks
		hide(&total, table)
		all, real := append([]Row{total}, table...), append([]Row{truth}, rows...)
		for i := range all {
			attack(t, all[i].fates(), real[i].fates())
			for j, c := range all[i].counts() {
				was := real[i].counts()[j].N
				if c.Hidden == Shown && (c.N != was || was > 0 && was < few) || c.Hidden == Few && (was < 1 || was >= few) || c.Hidden != Shown && c.N != 0 {
					t.Fatalf("%d is shown as %+v", was, *c)
				}
			}
			if all[i].Served.Hidden != Shown && all[i].Wait != nil || all[i].Visits.Hidden != Shown && (all[i].Talk != nil || all[i].Talking != nil) {
				t.Fatal("durations of hidden people are shown")
			}
		}
		if len(table) == 0 {
			return
		}
		for column := range total.counts() {
			var cells, was []*Count
			for i := range all {
				cells, was = append(cells, all[i].counts()[column]), append(was, real[i].counts()[column])
			}
			attack(t, cells, was)
		}
	})
}

// attack tries every value of each small cell of a line against what is shown.
func attack(t *rapid.T, cells, was []*Count) {
	var sums func(left []*Count) map[int]bool // that hidden cells can make, up to a bound
	sums = func(left []*Count) map[int]bool {
		if len(left) == 0 {
			return map[int]bool{0: true}
		}
		out := map[int]bool{}
		lo, hi := 1, few-1
		if left[0].Hidden == Guarded {
			lo, hi = few, 250
		}
		for rest := range sums(left[1:]) {
			for v := lo; v <= hi && rest+v <= 250; v++ {
				out[rest+v] = true
			}
		}
		return out
	}
	rest := 0
	if cells[0].Hidden == Shown {
		rest = cells[0].N
	}
	var hidden []*Count
	for _, c := range cells[1:] {
		if c.Hidden == Shown {
			rest -= c.N
			continue
		}
		hidden = append(hidden, c)
	}
	if cells[0].Hidden != Shown {
		if len(hidden) == 0 && len(cells) > 1 {
			t.Fatalf("a hidden total is the sum of its parts: %v", deref(was))
		}
		return
	}
	for i, c := range hidden {
		others := append(append([]*Count(nil), hidden[:i]...), hidden[i+1:]...)
		if len(others) == 0 {
			t.Fatalf("a single hidden cell: %v as %v", deref(was), deref(cells))
		}
		if c.Hidden != Few {
			continue
		}
		possible := 0
		for v := 1; v < few; v++ {
			if sums(others)[rest-v] {
				possible++
			}
		}
		if possible < 2 {
			t.Fatalf("%v is shown as %v: %d possible values", deref(was), deref(cells), possible)
		}
	}
}

func deref(cells []*Count) (out []Count) {
	for _, c := range cells {
		out = append(out, *c)
	}
	return out
}

func TestSpreads(t *testing.T) {
	for _, c := range []struct {
		values []int
		want   string
	}{
		{nil, "-"}, {[]int{7}, "7/7/7"}, {[]int{1, 2}, "2/2/2"}, {[]int{1, 2, 9}, "4/2/9"}, {[]int{1, 1, 2, 100}, "26/2/100"},
		{[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, "6/6/9"}, {[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, "6/6/10"},
	} {
		v := values{}
		for _, seconds := range c.values {
			v.add(seconds, 1)
		}
		if got := spreadSays(v.spread()); got != c.want {
			t.Errorf("%v: %s, want %s", c.values, got, c.want)
		}
	}
}

func TestSmallCellsOfTheRecordsAreHidden(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.ticket(9, main, "pass", "2026-11-23", 8, civic.OutcomeServed, 60)
		w.ticket(3, main, "pass", "2026-11-23", 8, civic.OutcomeMissed, 60)
		w.visit(9, main, "pass", "2026-11-23", 8, 60, 2, "")
		w.ticket(2, second, "plan", "2026-11-23", 8, civic.OutcomeServed, 600)
		w.visit(2, second, "plan", "2026-11-23", 8, 600, 2, "")
		w.staffed(second, "2026-11-23", 120)
		f := w.figures(admin, Query{From: week.From, To: week.To, By: store.GroupOffice})
		got := fmt.Sprintln(says(f.Rows[0])) + fmt.Sprintln(says(f.Rows[1])) + says(f.Total)
		const want = "? ? 0 <5 0 ? ? wait - talk - talking - open 0\n<5 <5 0 0 0 <5 <5 wait - talk - talking - open 2\n" +
			"? 11 0 <5 0 11 11 wait 158/60/600 talk 158/60/600 talking 29 open 2"
		if got != want {
			t.Errorf("\n%s\nwant\n%s", got, want)
		}
	})
}
