package civic

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// minutes reads "08:00-12:00".
func minutes(t *testing.T, span string) (from, to int) {
	t.Helper()
	var h1, m1, h2, m2 int
	if n, err := fmt.Sscanf(span, "%d:%d-%d:%d", &h1, &m1, &h2, &m2); n != 4 {
		t.Fatal(span, err)
	}
	return h1*60 + m1, h2*60 + m2
}

func spans(on []Interval) string {
	var out []string
	for _, iv := range on {
		out = append(out, fmt.Sprintf("%02d:%02d-%02d:%02d", iv.From/60, iv.From%60, iv.To/60, iv.To%60))
	}
	return strings.Join(out, " ")
}

// officeYear is an office from Monday to Friday with all that may come in between.
func officeYear(t *testing.T) Calendar {
	c := Calendar{Holidays: func(d Day) Text {
		return map[Day]Text{"2026-12-25": {"de": "1. Weihnachtstag"}, "2026-12-26": {"de": "2. Weihnachtstag"}, "2027-03-26": {"de": "Karfreitag"}}[d]
	}}
	for day := time.Monday; day <= time.Friday; day++ {
		c.Hours = append(c.Hours, Interval{Weekday: day, From: 480, To: 720}, Interval{Weekday: day, From: 810, To: 960, Until: "2026-12-13"})
	}
	add := func(from, to Day, span, name string) {
		cl := Closure{From: from, To: to}
		if span != "" {
			cl.Start, cl.End = minutes(t, span)
		}
		if name != "" {
			cl.Name = Text{"de": name}
		}
		c.Closures = append(c.Closures, cl)
	}
	add("2026-11-24", "2026-11-24", "", "Betriebsausflug")
	add("2026-11-25", "2026-11-25", "11:00-14:00", "Personalversammlung")
	add("2026-11-26", "2026-11-26", "00:00-24:00", "")
	add("2026-12-24", "2027-01-08", "", "Weihnachtsferien")
	open := func(day Day, span string) {
		from, to := minutes(t, span)
		c.Openings = append(c.Openings, Opening{Day: day, From: from, To: to})
	}
	open("2026-11-24", "09:00-10:00")
	open("2026-11-27", "11:30-18:00")
	open("2026-11-28", "10:00-14:00")
	open("2026-12-25", "00:00-24:00")
	return c
}

func TestCalendarDays(t *testing.T) {
	c := officeYear(t)
	for _, tc := range []struct {
		day        Day
		on, closed string
	}{
		{"2026-11-23", "08:00-12:00 13:30-16:00", ""},
		{"2026-11-24", "09:00-10:00", ""},             // an extra opening in a closure of whole days
		{"2026-11-25", "08:00-11:00 14:00-16:00", ""}, // a closure over lunch
		{"2026-11-26", "", ""},                        // closed without a name
		{"2026-11-27", "08:00-18:00", ""},             // an extra opening overlaps and joins
		{"2026-11-28", "10:00-14:00", ""},             // on a Saturday
		{"2026-11-29", "", ""},                        // a Sunday needs no reason
		{"2026-12-11", "08:00-12:00 13:30-16:00", ""}, // the afternoons' last day
		{"2026-12-14", "08:00-12:00", ""},             // and the first without
		{"2026-12-24", "", "Weihnachtsferien"},
		{"2026-12-25", "00:00-24:00", ""},      // an extra opening on a holiday within a closure
		{"2026-12-26", "", "Weihnachtsferien"}, // what somebody has written says more than the holiday
		{"2027-01-08", "", "Weihnachtsferien"},
		{"2027-01-11", "08:00-12:00", ""},
		{"2027-03-26", "", "Karfreitag"},
	} {
		name, ok := c.Closed(tc.day)
		if got := spans(c.On(tc.day)); got != tc.on || name["de"] != tc.closed || ok != (tc.closed != "") {
			t.Errorf("%s: %q %q %v, want %q %q", tc.day, got, name["de"], ok, tc.on, tc.closed)
		}
	}
	days := c.Days("2026-12-23", 3)
	if len(days) != 3 || days[0].Day != "2026-12-23" || len(days[0].Open) != 1 || days[1].Closed["de"] != "Weihnachtsferien" || len(days[2].Open) != 1 {
		t.Errorf("preview %+v", days)
	}
}

func TestCalendarPartialClosureNamesTheDayOnlyIfNothingIsLeft(t *testing.T) {
	c := Calendar{
		Hours:    OpeningHours{{Weekday: time.Monday, From: 480, To: 720}},
		Closures: []Closure{{From: "2026-11-23", To: "2026-11-24", Start: 480, End: 720, Name: Text{"de": "Schulung"}}},
	}
	if name, ok := c.Closed("2026-11-23"); !ok || name["de"] != "Schulung" {
		t.Errorf("the training takes all of Monday: %v %v", name, ok)
	}
	if _, ok := c.Closed("2026-11-24"); ok {
		t.Error("on Tuesday there was nothing to close")
	}
}

func TestCalendarAt(t *testing.T) {
	loc := berlin(t)
	c := officeYear(t)
	for _, tc := range []struct {
		name, at string
		open     bool
		change   string
	}{
		{"a closure over lunch ends the morning", "2026-11-25T10:30", true, "2026-11-25T11:00"},
		{"and its end opens the afternoon", "2026-11-25T12:00", false, "2026-11-25T14:00"},
		{"the evening before a closed day looks over it", "2026-11-25T16:00", false, "2026-11-27T08:00"},
		{"before the extra opening", "2026-11-24T08:30", false, "2026-11-24T09:00"},
		{"over the weekend", "2026-11-28T14:00", false, "2026-11-30T08:00"},
		{"two weeks of closure", "2026-12-26T00:00", false, "2027-01-11T08:00"},
		{"midnight ends the extra opening on Christmas Day", "2026-12-25T23:59", true, "2026-12-26T00:00"},
		{"and begins it", "2026-12-24T12:00", false, "2026-12-25T00:00"},
		{"no afternoon any more", "2026-12-14T12:00", false, "2026-12-15T08:00"},
	} {
		at, err := time.ParseInLocation("2006-01-02T15:04", tc.at, loc)
		if err != nil {
			t.Fatal(err)
		}
		if open, change := c.At(at, loc); open != tc.open || change.In(loc).Format("2006-01-02T15:04") != tc.change {
			t.Errorf("%s: open %v until %v, want %v until %s", tc.name, open, change.In(loc), tc.open, tc.change)
		}
	}
	year := Calendar{Hours: every(800, 1600), Closures: []Closure{{From: "2026-01-01", To: "2026-12-31"}}}
	if _, change := year.At(time.Date(2026, 1, 1, 9, 0, 0, 0, loc), loc); DayOf(change, loc) != "2027-01-01" {
		t.Errorf("after a year: %v", change)
	}
	over := Calendar{Hours: OpeningHours{{Weekday: time.Monday, From: 480, To: 720, Until: "2026-11-01"}}, Openings: []Opening{{"2026-11-02", 0, 60}}}
	if _, change := over.At(time.Date(2026, 11, 3, 9, 0, 0, 0, loc), loc); !change.IsZero() {
		t.Errorf("all of it is over: %v", change)
	}
}

// TestCalendarAgainstTheWall compares At with a watch on the clock, minute by minute, and with the rule's table as it is
// written at Calendar.
func TestCalendarAgainstTheWall(t *testing.T) {
	loc := berlin(t)
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.SampledFrom([]Day{"2026-10-23", "2027-03-26", "2026-12-29"}).Draw(t, "first")
		day := func(name string) Day { return first.Plus(rapid.IntRange(-1, 5).Draw(t, name)) }
		span := func() (from, to int) {
			step := rapid.SampledFrom([]int{15, 60, 720}).Draw(t, "step")
			from = rapid.IntRange(0, wholeDay/step-1).Draw(t, "from")
			to = rapid.IntRange(from+1, wholeDay/step).Draw(t, "to")
			return from * step, to * step
		}
		var c Calendar
		for range rapid.IntRange(0, 8).Draw(t, "intervals") {
			iv := Interval{Weekday: time.Weekday(rapid.IntRange(0, 6).Draw(t, "weekday"))}
			iv.From, iv.To = span()
			if rapid.Bool().Draw(t, "since") {
				iv.Since = day("since")
			}
			if rapid.Bool().Draw(t, "until") {
				iv.Until = day("until")
			}
			c.Hours = append(c.Hours, iv)
		}
		for range rapid.IntRange(0, 2).Draw(t, "closures") {
			cl := Closure{From: day("from")}
			cl.To = cl.From.Plus(rapid.IntRange(0, 2).Draw(t, "days"))
			if rapid.Bool().Draw(t, "partial") {
				cl.Start, cl.End = span()
			}
			c.Closures = append(c.Closures, cl)
		}
		for range rapid.IntRange(0, 2).Draw(t, "openings") {
			o := Opening{Day: day("opening")}
			o.From, o.To = span()
			c.Openings = append(c.Openings, o)
		}
		holiday := day("holiday")
		c.Holidays = func(d Day) Text {
			if d == holiday {
				return Text{"de": "Feiertag"}
			}
			return nil
		}
		rule := func(at time.Time) bool {
			local := at.In(loc)
			d, minute := DayOf(at, loc), local.Hour()*60+local.Minute()
			switch {
			case slices.ContainsFunc(c.Openings, func(o Opening) bool { return o.Day == d && o.From <= minute && minute < o.To }):
				return true
			case slices.ContainsFunc(c.Closures, func(cl Closure) bool {
				whole := cl.Start == 0 && cl.End == 0
				return cl.From <= d && d <= cl.To && (whole || cl.Start <= minute && minute < cl.End)
			}):
				return false
			case d == holiday:
				return false
			}
			return slices.ContainsFunc(c.Hours, func(iv Interval) bool {
				return iv.Weekday == local.Weekday() && (iv.Since == "" || iv.Since <= d) && (iv.Until == "" || d <= iv.Until) && iv.From <= minute && minute < iv.To
			})
		}
		y, m, d := first.midnight().Date()
		t0 := time.Date(y, m, d, 0, rapid.IntRange(0, 5*24*60).Draw(t, "minute"), rapid.SampledFrom([]int{0, 30}).Draw(t, "second"), 0, loc)
		open, change := c.At(t0, loc)
		if open != rule(t0) {
			t.Fatalf("%v: open %v, the rule says %v: %+v", t0, open, !open, c)
		}
		watched := t0.Truncate(time.Minute)
		for range 7 * 24 * 60 {
			watched = watched.Add(time.Minute)
			if rule(watched) != open {
				break
			}
		}
		if rule(watched) != open && !change.Equal(watched) {
			t.Fatalf("%v: changes at %v, the wall says %v: %+v", t0, change, watched, c)
		}
		if rule(watched) == open && !change.IsZero() && change.Before(watched) {
			t.Fatalf("%v: changes at %v, the wall does not: %+v", t0, change, c)
		}
		var left time.Duration
		for at := t0; at.Before(DayEnd(t0, loc)); at = at.Truncate(time.Minute).Add(time.Minute) {
			if rule(at) {
				left += at.Truncate(time.Minute).Add(time.Minute).Sub(at)
			}
		}
		if got := c.Left(t0, loc); got != left {
			t.Fatalf("%v: %v of the day is left, the wall says %v: %+v", t0, got, left, c)
		}
		for i := range 7 { // and a day's openings are in order, apart, and within the day
			on := c.On(first.Plus(i))
			for j, iv := range on {
				if iv.From >= iv.To || iv.To > wholeDay || iv.From < 0 || j > 0 && iv.From <= on[j-1].To {
					t.Fatalf("%s: %v", first.Plus(i), on)
				}
			}
		}
	})
}

func TestCalendarValidate(t *testing.T) {
	monday := func(from, to int, since, until Day) Interval {
		return Interval{Weekday: time.Monday, From: from, To: to, Since: since, Until: until}
	}
	for name, tc := range map[string]struct {
		c   Calendar
		key string
	}{
		"empty interval":          {Calendar{Hours: OpeningHours{monday(60, 60, "", "")}}, KeyHoursInvalid},
		"overlap":                 {Calendar{Hours: OpeningHours{monday(0, 120, "", ""), monday(119, 180, "", "")}}, KeyHoursOverlap},
		"overlap on one day":      {Calendar{Hours: OpeningHours{monday(0, 120, "", "2027-01-04"), monday(60, 180, "2027-01-04", "")}}, KeyHoursOverlap},
		"since after until":       {Calendar{Hours: OpeningHours{monday(0, 60, "2027-01-02", "2027-01-01")}}, KeyHoursValidity},
		"no such day":             {Calendar{Hours: OpeningHours{monday(0, 60, "2027-02-29", "")}}, KeyHoursValidity},
		"closure turned round":    {Calendar{Closures: []Closure{{From: "2026-12-25", To: "2026-12-24"}}}, KeyClosureInvalid},
		"closure without a day":   {Calendar{Closures: []Closure{{To: "2026-12-24"}}}, KeyClosureInvalid},
		"closure of turned hours": {Calendar{Closures: []Closure{{From: "2026-12-24", To: "2026-12-24", Start: 60, End: 30}}}, KeyClosureInvalid},
		"opening turned round":    {Calendar{Openings: []Opening{{"2026-12-24", 60, 30}}}, KeyOpeningInvalid},
		"opening past midnight":   {Calendar{Openings: []Opening{{"2026-12-24", 60, 1441}}}, KeyOpeningInvalid},
	} {
		if err := tc.c.Validate(); CodeOf(err) != Invalid || KeyOf(err) != tc.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	fine := officeYear(t)
	fine.Hours = append(fine.Hours, monday(960, 1000, "", ""), monday(810, 900, "2026-12-14", ""))
	if err := fine.Validate(); err != nil {
		t.Error(err)
	}
}

func BenchmarkCalendarAt(b *testing.B) {
	loc, _ := time.LoadLocation(Zone)
	at := time.Date(2026, 11, 23, 12, 30, 0, 0, loc)
	for name, c := range map[string]Calendar{
		"day":    {Hours: every(800, 1200, 1330, 1600)},
		"always": {Hours: every(0, 2400)},
		"never":  {Hours: every(800, 1200), Closures: []Closure{{From: "2026-01-01", To: "2029-01-01"}}},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c.At(at, loc)
			}
		})
	}
}
