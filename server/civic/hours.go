package civic

import (
	"slices"
	"time"
)

// Interval is one opening on one weekday in local wall time. From and To count minutes from midnight;
// To may be 1440 (24:00).
type Interval struct {
	Weekday  time.Weekday
	From, To int
	// Since and Until are the first and last day on which the interval holds; empty: no limit.
	Since, Until Day `json:",omitempty"`
}

// OpeningHours is an office's weekly plan: several intervals a day, in any order.
type OpeningHours []Interval

// Validate returns an Invalid error for an interval that is empty, turned round or out of the day.
func (h OpeningHours) Validate() error {
	for _, iv := range h {
		if iv.Weekday < time.Sunday || iv.Weekday > time.Saturday || iv.From < 0 || iv.To > 24*60 || iv.From >= iv.To {
			return Errorf(Invalid, "hours_invalid", "weekday %d from %d to %d", iv.Weekday, iv.From, iv.To)
		}
	}
	return nil
}

// On returns the intervals of one weekday in order.
func (h OpeningHours) On(day time.Weekday) []Interval {
	var out []Interval
	for _, iv := range h {
		if iv.Weekday == day {
			out = append(out, iv)
		}
	}
	slices.SortFunc(out, func(a, b Interval) int { return a.From - b.From })
	return out
}

// At says whether the hours are open at t, and when that changes next. The rule is the clock on the wall: open
// is whenever it shows a minute inside an interval of that weekday. So an opening inside the hour that the clock
// skips in spring doesn't take place, and one inside the hour that it shows twice in autumn takes place twice.
// The zero time means that it never changes.
func (h OpeningHours) At(t time.Time, loc *time.Location) (open bool, change time.Time) {
	open = h.shown(t, loc)
	y, m, d := t.In(loc).Date()
	for i := range 9 { // today, a week, and the day after it
		for _, at := range h.boundaries(y, m, d+i, loc) {
			if at.After(t) && h.shown(at, loc) != open {
				return open, at
			}
		}
	}
	return open, time.Time{}
}

// shown says whether the wall clock at t shows an open minute.
func (h OpeningHours) shown(t time.Time, loc *time.Location) bool {
	local := t.In(loc)
	minute := local.Hour()*60 + local.Minute()
	return slices.ContainsFunc(h, func(iv Interval) bool {
		return iv.Weekday == local.Weekday() && iv.From <= minute && minute < iv.To
	})
}

// boundaries returns, in order, the instants of a day at which the plan may flip: every instant at which the
// wall clock shows the start or end of an interval, midnight, and the change of the clock itself.
func (h OpeningHours) boundaries(y int, m time.Month, d int, loc *time.Location) []time.Time {
	start := time.Date(y, m, d, 0, 0, 0, 0, loc)
	end := time.Date(y, m, d+1, 0, 0, 0, 0, loc)
	_, before := start.Zone()
	_, after := end.Zone()
	out := []time.Time{start}
	add := func(minute, offset int) {
		at := time.Date(y, m, d, 0, minute, 0, 0, time.UTC).Add(-time.Duration(offset) * time.Second)
		if _, o := at.In(loc).Zone(); o == offset {
			out = append(out, at)
		}
	}
	for _, iv := range h.On(start.Weekday()) {
		for _, minute := range []int{iv.From, iv.To} {
			add(minute, before)
			if after != before {
				add(minute, after)
			}
		}
	}
	if after != before {
		out = append(out, clockChange(start, end))
	}
	slices.SortFunc(out, time.Time.Compare)
	return out
}

// clockChange finds the instant between a and b at which the zone's offset changes.
func clockChange(a, b time.Time) time.Time {
	_, first := a.Zone()
	for b.Sub(a) > time.Second {
		mid := a.Add(b.Sub(a) / 2).Truncate(time.Second)
		if _, o := mid.Zone(); o == first {
			a = mid
		} else {
			b = mid
		}
	}
	return b
}
