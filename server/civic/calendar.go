package civic

import (
	"slices"
	"time"
)

// Calendar is when an office is open: its weekly hours and all that comes in between. For each minute of a day the first
// line that applies decides:
//
//	an extra opening            open
//	a closure, whole or partly  closed, by its name
//	a public holiday            closed, by its name
//	the weekly hours in force   open
//	nothing of these            closed
type Calendar struct {
	Hours    OpeningHours
	Closures []Closure // of the office and of its authority
	Openings []Opening
	// Holidays names the public holiday of a day; an empty Text: none. Nil: there are no public holidays.
	Holidays func(Day) Text
}

// CalendarOf joins what an office and its authority have set.
func CalendarOf(a Authority, o Office, holidays func(Day) Text) Calendar {
	return Calendar{Hours: o.Hours, Closures: slices.Concat(o.Closures, a.Closures), Openings: o.Openings, Holidays: holidays}
}

// How far At looks for a change: an opening after the longest of closures, a closing within the week.
const (
	daysToOpening = 400
	daysToClosing = 9
)

// wholeDay is the minutes of a day on the wall.
const wholeDay = 24 * 60

// CalendarDay is a day as it really is.
type CalendarDay struct {
	Day    Day
	Open   []Interval // in order, none touching another
	Closed Text       // the name of the holiday or closure that keeps the office closed for the day
}

// Days returns n days from the first on: the board's coming week, the week view of the administration.
func (c Calendar) Days(first Day, n int) []CalendarDay {
	out := make([]CalendarDay, n)
	for i := range out {
		day := first.Plus(i)
		closed, _ := c.Closed(day)
		out[i] = CalendarDay{Day: day, Open: c.On(day), Closed: closed}
	}
	return out
}

// On returns the openings of a day as they really are, in order; those that touch or overlap are one.
func (c Calendar) On(day Day) []Interval {
	weekday := day.Weekday()
	var open []Interval
	add := func(from, to int) {
		if from < to {
			open = append(open, Interval{Weekday: weekday, From: from, To: to})
		}
	}
	if len(c.holiday(day)) == 0 {
		for _, iv := range c.Hours {
			if iv.Weekday == weekday && iv.holdsOn(day) {
				add(iv.From, iv.To)
			}
		}
	}
	for _, cl := range c.Closures {
		if !cl.holdsOn(day) {
			continue
		}
		start, end := cl.minutes()
		before := open
		open = nil
		for _, iv := range before {
			add(iv.From, min(iv.To, start))
			add(max(iv.From, end), iv.To)
		}
	}
	for _, o := range c.Openings {
		if o.Day == day {
			add(o.From, o.To)
		}
	}
	return joined(open)
}

// joined puts intervals of one day in order, and makes one of those that touch.
func joined(open []Interval) []Interval {
	slices.SortFunc(open, func(a, b Interval) int { return a.From - b.From })
	out := open[:0]
	for _, iv := range open {
		if last := len(out) - 1; last >= 0 && iv.From <= out[last].To {
			out[last].To = max(out[last].To, iv.To)
			continue
		}
		out = append(out, iv)
	}
	return out
}

// Closed says whether a holiday or a closure with a name keeps the office closed for the whole of a day, and its name.
func (c Calendar) Closed(day Day) (name Text, ok bool) {
	if len(c.On(day)) > 0 {
		return nil, false
	}
	for _, cl := range c.Closures {
		if cl.holdsOn(day) && len(cl.Name) > 0 && c.shuts(cl, day) {
			return cl.Name, true
		}
	}
	name = c.holiday(day)
	return name, len(name) > 0
}

// shuts says whether a closure takes anything away from a day: one of whole days always does.
func (c Calendar) shuts(cl Closure, day Day) bool {
	start, end := cl.minutes()
	return end-start == wholeDay || slices.ContainsFunc(c.Hours, func(iv Interval) bool {
		return iv.Weekday == day.Weekday() && iv.holdsOn(day) && iv.From < end && start < iv.To
	})
}

func (c Calendar) holiday(day Day) Text {
	if c.Holidays == nil {
		return nil
	}
	return c.Holidays(day)
}

func (cl Closure) holdsOn(day Day) bool { return cl.From <= day && day <= cl.To }

// minutes are those of each of its days, from midnight on.
func (cl Closure) minutes() (start, end int) {
	if cl.Start == 0 && cl.End == 0 {
		return 0, wholeDay
	}
	return cl.Start, cl.End
}

// At says whether the office is open at t by its calendar, and when that changes next. The rule is the clock on the wall:
// open is whenever it shows an open minute of that day. So an opening inside the hour that the clock skips in spring does
// not take place, and one inside the hour that it shows twice in autumn takes place twice. The zero time means that no
// opening comes within 400 days, or no closing within nine.
func (c Calendar) At(t time.Time, loc *time.Location) (open bool, change time.Time) {
	today := DayOf(t, loc)
	local := t.In(loc)
	open = shows(c.On(today), local.Hour()*60+local.Minute())
	far := daysToClosing
	if !open {
		far = daysToOpening
		if !c.opensAfter(today) {
			return open, time.Time{}
		}
	}
	for i := range far {
		day := today.Plus(i)
		on := c.On(day)
		if whole := len(on) == 1 && on[0].To-on[0].From == wholeDay; len(on) == 0 && !open || whole && open {
			continue // nothing can change on this day, nor at its beginning
		}
		for _, at := range boundaries(day, on, loc) {
			local := at.In(loc)
			if at.After(t) && shows(on, local.Hour()*60+local.Minute()) != open {
				return open, at
			}
		}
	}
	return open, time.Time{}
}

// Left returns how much of the day's open time is still to come at t. The day ends at midnight: then its numbers do.
func (c Calendar) Left(t time.Time, loc *time.Location) (left time.Duration) {
	on := c.On(DayOf(t, loc))
	end := DayEnd(t, loc)
	from := t
	for _, at := range append(boundaries(DayOf(t, loc), on, loc), end) {
		if at.After(from) {
			local := from.In(loc)
			if shows(on, local.Hour()*60+local.Minute()) {
				left += at.Sub(from)
			}
			from = at
		}
	}
	return left
}

// opensAfter says whether anything is still to come: offices without hours are not looked through day by day.
func (c Calendar) opensAfter(day Day) bool {
	return slices.ContainsFunc(c.Hours, func(iv Interval) bool { return iv.Until == "" || iv.Until >= day }) ||
		slices.ContainsFunc(c.Openings, func(o Opening) bool { return o.Day >= day })
}

// shows says whether a minute of the day is open.
func shows(on []Interval, minute int) bool {
	return slices.ContainsFunc(on, func(iv Interval) bool { return iv.From <= minute && minute < iv.To })
}

// boundaries returns, in order, the instants of a day at which the office may open or close: every instant at which the
// wall clock shows the start or end of an interval, midnight, and the change of the clock itself.
func boundaries(day Day, on []Interval, loc *time.Location) []time.Time {
	y, m, d := day.midnight().Date()
	start := time.Date(y, m, d, 0, 0, 0, 0, loc)
	end := time.Date(y, m, d+1, 0, 0, 0, 0, loc)
	_, before := start.Zone()
	_, after := end.Zone()
	out := []time.Time{start}
	add := func(minute, offset int) {
		at := time.Date(y, m, d, 0, minute, 0, 0, time.UTC).Add(-time.Duration(offset) * time.Second)
		if _, o := at.In(loc).Zone(); o == offset && !at.Before(start) && at.Before(end) {
			out = append(out, at)
		}
	}
	for _, iv := range on {
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

// Text keys of what the administration is refused, as those in error.go.
const (
	KeyHoursInvalid   = "hours_invalid"
	KeyHoursOverlap   = "hours_overlap"
	KeyHoursValidity  = "hours_validity"
	KeyClosureInvalid = "closure_invalid"
	KeyOpeningInvalid = "opening_invalid"
	KeyHolidayUnknown = "holiday_unknown" // no such Land, or no such day in it
)

// Validate returns an Invalid error that names what is wrong: hours as OpeningHours.Validate, closure_invalid for a closure
// that ends before it starts, opening_invalid for an extra opening that is empty, turned round or out of the day.
func (c Calendar) Validate() error {
	if err := c.Hours.Validate(); err != nil {
		return err
	}
	for _, cl := range c.Closures {
		start, end := cl.minutes()
		if !cl.From.Valid() || !cl.To.Valid() || cl.To < cl.From || start < 0 || end > wholeDay || start >= end {
			return Errorf(Invalid, KeyClosureInvalid, "from %q to %q, minutes %d to %d", cl.From, cl.To, cl.Start, cl.End)
		}
	}
	for _, o := range c.Openings {
		if !o.Day.Valid() || o.From < 0 || o.To > wholeDay || o.From >= o.To {
			return Errorf(Invalid, KeyOpeningInvalid, "on %q from %d to %d", o.Day, o.From, o.To)
		}
	}
	return nil
}
