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

// Validate returns an Invalid error: hours_invalid for an interval that is empty, turned round or out of the day,
// hours_validity for one that ends before it begins to hold, hours_overlap for two that hold at the same time.
func (h OpeningHours) Validate() error {
	for i, iv := range h {
		if iv.Weekday < time.Sunday || iv.Weekday > time.Saturday || iv.From < 0 || iv.To > 24*60 || iv.From >= iv.To {
			return Errorf(Invalid, KeyHoursInvalid, "weekday %d from %d to %d", iv.Weekday, iv.From, iv.To)
		}
		if iv.Since != "" && !iv.Since.Valid() || iv.Until != "" && !iv.Until.Valid() || iv.Until != "" && iv.Since > iv.Until {
			return Errorf(Invalid, KeyHoursValidity, "holds from %q to %q", iv.Since, iv.Until)
		}
		for _, other := range h[:i] {
			if iv.overlaps(other) {
				return Errorf(Invalid, KeyHoursOverlap, "weekday %d: %d to %d and %d to %d", iv.Weekday, other.From, other.To, iv.From, iv.To)
			}
		}
	}
	return nil
}

// overlaps says whether two intervals share a minute on some day.
func (iv Interval) overlaps(other Interval) bool {
	apart := iv.Until != "" && iv.Until < other.Since || other.Until != "" && other.Until < iv.Since
	return iv.Weekday == other.Weekday && iv.From < other.To && other.From < iv.To && !apart
}

// holdsOn says whether the interval is in force on a day, whatever its weekday.
func (iv Interval) holdsOn(day Day) bool {
	return iv.Since <= day && (iv.Until == "" || day <= iv.Until)
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
