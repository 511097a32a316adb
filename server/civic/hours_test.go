package civic

import (
	"testing"
	"time"
	_ "time/tzdata"
)

func berlin(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(Zone)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// every makes the same intervals on every weekday; minutes are given as hhmm.
func every(pairs ...int) OpeningHours {
	var h OpeningHours
	for day := time.Sunday; day <= time.Saturday; day++ {
		for i := 0; i < len(pairs); i += 2 {
			h = append(h, Interval{Weekday: day, From: pairs[i]/100*60 + pairs[i]%100, To: pairs[i+1]/100*60 + pairs[i+1]%100})
		}
	}
	return h
}

func TestOpeningHours(t *testing.T) {
	loc := berlin(t)
	office := every(800, 1200, 1330, 1600)
	around := every(0, 2400)
	night := every(130, 230, 245, 330)
	for _, tc := range []struct {
		name   string
		hours  OpeningHours
		at     string
		open   bool
		change string
	}{
		{"before the first interval", office, "2026-11-23T06:59:59Z", false, "2026-11-23T07:00:00Z"},
		{"at the opening minute", office, "2026-11-23T07:00:00Z", true, "2026-11-23T11:00:00Z"},
		{"lunch break", office, "2026-11-23T11:00:00Z", false, "2026-11-23T12:30:00Z"},
		{"after the last interval the next day counts", office, "2026-11-23T15:00:00Z", false, "2026-11-24T07:00:00Z"},
		{"08:00 in summer is 06:00Z (Q04)", office, "2026-10-23T05:59:00Z", false, "2026-10-23T06:00:00Z"},
		{"08:00 in winter is 07:00Z (Q04)", office, "2026-10-26T06:59:00Z", false, "2026-10-26T07:00:00Z"},
		{"around the clock never changes", around, "2026-11-23T22:59:00Z", true, ""},
		{"around the clock over the autumn change", around, "2026-10-25T00:30:00Z", true, ""},
		{"touching intervals across midnight are one", append(every(0, 100), every(2200, 2400)...), "2026-11-23T21:30:00Z", true, "2026-11-24T00:00:00Z"},
		{"no hours at all", nil, "2026-11-23T12:00:00Z", false, ""},
		{"only Mondays, seen on Monday evening", OpeningHours{{Weekday: time.Monday, From: 540, To: 600}}, "2026-11-23T10:00:00Z", false, "2026-11-30T08:00:00Z"},
		{"spring: 02:30 does not exist, the opening ends with the jump", night, "2027-03-28T00:45:00Z", true, "2027-03-28T01:30:00Z"},
		{"spring: before the opening", night, "2027-03-28T00:15:00Z", false, "2027-03-28T00:30:00Z"},
		{"autumn: 01:30 to 02:30, first showing", night, "2026-10-24T23:45:00Z", true, "2026-10-25T00:30:00Z"},
		{"autumn: 02:30 to 02:45, first break", night, "2026-10-25T00:30:00Z", false, "2026-10-25T00:45:00Z"},
		{"autumn: the second 02:00 to 02:30 is open again", night, "2026-10-25T01:15:00Z", true, "2026-10-25T01:30:00Z"},
		{"autumn: and the break comes twice", night, "2026-10-25T01:30:00Z", false, "2026-10-25T01:45:00Z"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, tc.at)
			if err != nil {
				t.Fatal(err)
			}
			open, change := Calendar{Hours: tc.hours}.At(at, loc)
			got := ""
			if !change.IsZero() {
				got = change.UTC().Format(time.RFC3339)
			}
			if open != tc.open || got != tc.change {
				t.Errorf("open %v until %q, want %v until %q", open, got, tc.open, tc.change)
			}
		})
	}
}

func TestDaysOfTheClockChange(t *testing.T) {
	loc := berlin(t)
	for day, hours := range map[string]float64{"2026-10-25": 25, "2027-03-28": 23, "2026-11-21": 24} {
		noon, _ := time.ParseInLocation(time.DateOnly, day, loc)
		noon = noon.Add(12 * time.Hour)
		start := DayEnd(noon.AddDate(0, 0, -1), loc)
		if got := DayEnd(noon, loc).Sub(start).Hours(); got != hours {
			t.Errorf("%s has %v hours, want %v", day, got, hours)
		}
		if DayOf(noon, loc) != Day(day) {
			t.Errorf("DayOf(%v) = %s", noon, DayOf(noon, loc))
		}
	}
}

func TestHoursValidate(t *testing.T) {
	for name, h := range map[string]OpeningHours{
		"empty":           {{Weekday: time.Monday, From: 600, To: 600}},
		"turned round":    {{Weekday: time.Monday, From: 700, To: 600}},
		"past midnight":   {{Weekday: time.Monday, From: 1380, To: 1500}},
		"before midnight": {{Weekday: time.Monday, From: -1, To: 60}},
		"no such weekday": {{Weekday: 7, From: 0, To: 60}},
	} {
		if CodeOf(h.Validate()) != Invalid {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := every(0, 1200, 1200, 2400).Validate(); err != nil {
		t.Error(err)
	}
}
