package queue

import (
	"fmt"
	"math"
	"slices"
	"time"

	"schalter/server/civic"
	"schalter/server/statistics"
)

// books are what the week has noted of itself. They share no line with the statistics: instants, not records.
type books struct {
	fates   []fate
	talks   []talk
	staffed []staffed
	did     map[string]int
}

type fate struct {
	office        int
	drawn, served time.Time
	how           string
}

type talk struct {
	office      int
	from, until time.Time
}

type staffed struct {
	office      int
	from, until time.Time
}

// group puts an event of an office at an instant under the key of a breakdown.
func (w *week) group(by string, office int, at time.Time) string {
	local := at.In(w.Service.loc)
	switch by {
	case "hour":
		return fmt.Sprint(local.Hour())
	case "weekday":
		return fmt.Sprint(int(local.Weekday()))
	case "day":
		return local.Format("2006-01-02")
	case "month":
		return local.Format("2006-01")
	case "office":
		return string(w.offices[office])
	}
	return ""
}

// told is what the books say of one group.
type told struct {
	counts      [7]int // drawn, served, left, missed, closed, visits, participants
	waits, long []float64
	minutes     float64
}

// tell reads the books by the keys of a breakdown, of one office or, if only is -1, of all. The whole stands under "*".
func (w *week) tell(by string, only int) map[string]*told {
	out := map[string]*told{"*": {}}
	each := func(office int, at time.Time, add func(*told)) {
		if only >= 0 && only != office {
			return
		}
		key := w.group(by, office, at)
		if out[key] == nil {
			out[key] = &told{}
		}
		add(out[key])
		add(out["*"])
	}
	place := map[string]int{"served": 1, "left": 2, "missed": 3, "closed": 4}
	for _, f := range w.fates {
		each(f.office, f.drawn, func(x *told) {
			x.counts[0]++
			x.counts[place[f.how]]++
			if f.how == "served" {
				x.waits = append(x.waits, math.Floor(f.served.Sub(f.drawn).Seconds()))
			}
		})
	}
	for _, v := range w.talks {
		each(v.office, v.from, func(x *told) {
			x.counts[5]++
			x.counts[6]++ // who came, alone
			x.long = append(x.long, math.Floor(v.until.Sub(v.from).Seconds()))
		})
	}
	open := slices.Clone(w.staffed)
	for _, c := range w.windows {
		if !c.opened.IsZero() {
			open = append(open, staffed{c.office, c.opened, w.time()})
		}
	}
	for _, s := range open {
		const step = 30 * time.Second // the slow way
		for at := s.from; !at.Add(step).After(s.until); at = at.Add(step) {
			each(s.office, at, func(x *told) { x.minutes += step.Minutes() })
		}
	}
	return out
}

func half(x float64) int { return int(math.Floor(x + 0.5)) }

// spread works out mean, median and 90th percentile of a sorted list.
func spread(of []float64) string {
	if len(of) == 0 {
		return "none"
	}
	slices.Sort(of)
	sum, n := 0.0, len(of)
	for _, x := range of {
		sum += x
	}
	median := of[n/2]
	if n%2 == 0 {
		median = (of[n/2-1] + of[n/2]) / 2
	}
	return fmt.Sprint(half(sum/float64(n)), half(median), of[int(math.Ceil(float64(n)*0.9-1e-9))-1])
}

func said(s *statistics.Spread) string {
	if s == nil {
		return "none"
	}
	return fmt.Sprint(s.Mean, s.Median, float64(s.P90))
}

// compare holds the statistics against the books, in every breakdown, of all offices and of each.
func (w *week) compare(figures *statistics.Service) {
	shown, hidden := 0, 0
	admin := civic.Caller{Role: civic.RoleAdmin, AuthorityID: w.id}
	check := func(what string, r statistics.Row, x told) {
		w.t.Helper()
		for i, c := range []statistics.Count{r.Drawn, r.Served, r.Left, r.Missed, r.Closed, r.Visits, r.Participants} {
			if c.Hidden == statistics.Shown {
				shown++
				if c.N != x.counts[i] {
					w.t.Errorf("%s, column %d: statistics say %d, the books %d", what, i, c.N, x.counts[i])
				}
				continue
			}
			hidden++
			if few := x.counts[i] > 0 && x.counts[i] < 5; few != (c.Hidden == statistics.Few) {
				w.t.Errorf("%s, column %d: %d is hidden as %d", what, i, x.counts[i], c.Hidden)
			}
		}
		if got, want := said(r.Wait), spread(x.waits); r.Served.Hidden == statistics.Shown && got != want {
			w.t.Errorf("%s: waits are %s, in the books %s", what, got, want)
		}
		if got, want := said(r.Talk), spread(x.long); r.Visits.Hidden == statistics.Shown && got != want {
			w.t.Errorf("%s: conversations took %s, in the books %s", what, got, want)
		}
		if r.Open != nil && math.Abs(float64(*r.Open)/60-x.minutes) > 1 { // each piece of time is cut to whole seconds
			w.t.Errorf("%s: open for %d s, in the books %.1f min", what, *r.Open, x.minutes)
		}
	}
	for only := -1; only < len(w.offices); only++ {
		for _, by := range []statistics.By{"", "hour", "weekday", "day", "month", "office"} {
			q := statistics.Query{From: "2026-11-23", To: "2026-11-30", By: by}
			if only >= 0 {
				q.Office = w.offices[only]
			}
			f, err := figures.Figures(w.ctx, admin, q)
			w.ok(err)
			what := fmt.Sprintf("office %d by %q", only, by)
			x := w.tell(string(by), only)
			check(what, f.Total, *x["*"])
			for _, r := range f.Rows {
				if x[r.Key] == nil {
					x[r.Key] = &told{}
				}
				check(what+" "+r.Key, r, *x[r.Key])
			}
			if by == "" && only < 0 && f.Total.Drawn.Hidden != statistics.Shown {
				w.t.Error("the whole week is hidden")
			}
		}
	}
	w.t.Logf("%d numbers compared, %d hidden", shown, hidden)
	if shown < 500 {
		w.t.Errorf("only %d numbers were compared", shown)
	}
}
