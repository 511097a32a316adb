package civic

import (
	"iter"
	"time"
)

// StaffedUntil is how far the time of a desk in that state counts as staffed: of an absent one to the last sign of its
// clerk, else to now. A program that was down overnight staffs nothing.
func StaffedUntil(state DeskState, seen, now time.Time) time.Time {
	if state == DeskAbsent {
		return seen
	}
	return now
}

// PerDay shares the time from one instant to another among the days on which it passes in loc. Nothing passes if to is
// not after from.
func PerDay(from, to time.Time, loc *time.Location) iter.Seq2[Day, time.Duration] {
	return func(yield func(Day, time.Duration) bool) {
		for from.Before(to) {
			end := DayEnd(from, loc)
			if end.After(to) {
				end = to
			}
			if !yield(DayOf(from, loc), end.Sub(from)) {
				return
			}
			from = end
		}
	}
}
