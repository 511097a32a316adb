package statistics

// few is the least count that is shown as it is: fewer people could be known to somebody (REQUIREMENTS Q15).
const few = 5

// Hidden says whether a count is shown.
type Hidden int

// Whether a count is shown.
const (
	Shown   Hidden = iota
	Few            // one to four
	Guarded        // five or more, but would give away one that is few
	Unknown        // the breakdown has no such count
)

// Count is a number of people or events. N is 0 unless it is Shown.
type Count struct {
	N      int
	Hidden Hidden
}

// fates are a row's counts of tickets: the first is the sum of the others.
func (r *Row) fates() []*Count { return []*Count{&r.Drawn, &r.Served, &r.Left, &r.Missed, &r.Closed} }

// counts are all columns of a row.
func (r *Row) counts() []*Count { return append(r.fates(), &r.Visits, &r.Participants) }

// hide takes out of the figures all that would show fewer than five people: the counts themselves, the durations that
// rest on them, and enough of the other counts that no sum of a row or column gives a hidden one away. What else somebody
// knows, or reads from another span, it can't guard against.
func hide(total *Row, rows []Row) {
	all := []*Row{total}
	for i := range rows {
		all = append(all, &rows[i])
	}
	for _, r := range all {
		for _, c := range r.counts() {
			if c.Hidden == Shown && c.N > 0 && c.N < few {
				c.Hidden = Few
			}
		}
	}
	for again := true; again; {
		again = false
		for _, r := range all {
			again = tie(r) || again
			again = guard(r.fates(), &r.Served) || again
		}
		if len(rows) == 0 {
			continue
		}
		for column := range total.counts() {
			var cells []*Count
			for _, r := range all {
				cells = append(cells, r.counts()[column])
			}
			again = guard(cells, nil) || again
		}
	}
	for _, r := range all {
		r.clear()
	}
}

// tie hides together what is nearly the same number in one row: the served, their visits and who took part.
func tie(r *Row) (changed bool) {
	same := []*Count{&r.Served, &r.Visits, &r.Participants}
	for _, a := range same {
		if a.Hidden != Few && a.Hidden != Guarded {
			continue
		}
		for _, b := range same {
			if b.Hidden == Shown && b.N > 0 {
				b.Hidden, changed = Guarded, true
			}
		}
	}
	return changed
}

// guard looks at one sum, the total first, and hides one more count if a hidden one could be worked out of the others: the
// least of the parts, then the total, and last of all the one to spare, which people care for most.
func guard(cells []*Count, spare *Count) bool {
	total, parts := cells[0], cells[1:]
	if !exposed(total, parts) {
		return false
	}
	var least *Count
	for _, c := range parts {
		if c != spare && c.Hidden == Shown && c.N > 0 && (least == nil || c.N < least.N) {
			least = c
		}
	}
	for _, c := range []*Count{least, total, spare} {
		if c != nil && c.Hidden == Shown && c.N > 0 {
			c.Hidden = Guarded
			return true
		}
	}
	return false
}

// exposed says whether the shown counts of a sum tell a hidden one.
func exposed(total *Count, parts []*Count) bool {
	fews, guarded, sum := 0, 0, 0
	for _, c := range parts {
		switch c.Hidden {
		case Few:
			fews, sum = fews+1, sum+c.N
		case Guarded:
			guarded, sum = guarded+1, sum+c.N
		}
	}
	switch hidden := fews + guarded; {
	case total.Hidden == Unknown:
		return false
	case total.Hidden != Shown:
		return hidden == 0 && len(parts) > 0
	case hidden == 0:
		return false
	case hidden == 1 || sum < few:
		return true
	}
	return fews > 0 && choices(fews, guarded, sum) < 2
}

// choices counts the values that a count of one to four can have, if so many of its kind and so many guarded ones (of
// five and more) make the sum.
func choices(fews, guarded, sum int) (n int) {
	for own := 1; own < few; own++ {
		for others := fews - 1; others <= (few-1)*(fews-1); others++ {
			if left := sum - own - others; guarded == 0 && left == 0 || guarded > 0 && left >= few*guarded {
				n++
				break
			}
		}
	}
	return n
}

// clear removes the numbers that are hidden, and works out the durations that may be shown.
func (r *Row) clear() {
	if r.Served.Hidden == Shown && r.Served.N > 0 {
		r.Wait = r.waits.spread()
	}
	if r.Visits.Hidden == Shown {
		r.Talk = r.talks.spread()
		talking := r.talks.sum()
		r.Talking = &talking
	}
	r.waits, r.talks = nil, nil
	for _, c := range r.counts() {
		if c.Hidden != Shown {
			c.N = 0
		}
	}
}
