// Package civic is the vocabulary of Schalter: types, states and the moves allowed between them, opening
// hours and office status as pure functions, callers and their permissions, error codes.
//
// May import: the standard library only. No I/O and no time.Now: whoever calls passes the time in, so that
// every rule in here can be tested as a table.
package civic

import "time"

// Identifiers. They are random (UUID v7) and public within an authority; none of them is a secret.
type (
	AuthorityID string
	OfficeID    string
	TopicID     string
	ClerkID     string
	DeskID      string
	TicketID    string
	VisitID     string
	SessionID   string
	GuestID     string
	ConsultID   string
)

// Time limits of the trip. DESIGN: a place is never lost by a time limit alone (WCAG 2.2.1).
const (
	// CallWindow is how long a called citizen has to enter before the call lapses.
	CallWindow = 120 * time.Second
	// MaxCalls is how often a ticket is called in vain before it is missed.
	MaxCalls = 3
	// ReturnWindow is how long a missed ticket may come back to the head of the queue, once.
	ReturnWindow = 30 * time.Minute
	// SilentAfter is how long a page may leave the server's ping unanswered before it counts as silent.
	// Silence only passes a ticket over once, it never takes the place.
	SilentAfter = 30 * time.Second
	// DeskAbsentAfter is the grace of an open or paused desk whose clerk is unseen.
	DeskAbsentAfter = 60 * time.Second
	// DeskClosedAfter is how long a desk stays absent before it closes.
	DeskClosedAfter = 5 * time.Minute
	// VisitGrace is how long an interrupted visit waits for the lost side.
	VisitGrace = 60 * time.Second
	// TicketRetention is how long an ended ticket and its visit stay in the database (REQUIREMENTS P07).
	TicketRetention = 24 * time.Hour
	// MaxInRow is how many tickets may be called in a row ahead of an earlier one (due appointments and
	// priority), so that nobody waits forever (REQUIREMENTS Q08).
	MaxInRow = 3
	// MaxDayNumber is the last number an office issues on one day (three digits, REQUIREMENTS Q06).
	MaxDayNumber = 999
)

// Text is a text in several languages, keyed by language tag ("de", "en").
type Text map[string]string

// In returns the text in lang, else in German, else any.
func (t Text) In(lang string) string {
	if s := t[lang]; s != "" {
		return s
	}
	if s := t["de"]; s != "" {
		return s
	}
	for _, s := range t {
		return s
	}
	return ""
}

// Zone is the time zone of all opening hours and days.
const Zone = "Europe/Berlin"

// Day is a calendar day in Zone, "2026-11-21". It sorts as text.
type Day string

// Valid says whether the day is written as it should be and exists.
func (d Day) Valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// Weekday returns the day's weekday; Sunday for a day that is not Valid.
func (d Day) Weekday() time.Weekday { return d.midnight().Weekday() }

// Plus returns the day n days later, or earlier.
func (d Day) Plus(n int) Day { return Day(d.midnight().AddDate(0, 0, n).Format(time.DateOnly)) }

// midnight is the day's beginning in UTC: for counting days, where no clock is ever changed.
func (d Day) midnight() time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Date(1970, 1, 4, 0, 0, 0, 0, time.UTC) // a Sunday
	}
	return t
}

// DayOf returns the calendar day of t in loc.
func DayOf(t time.Time, loc *time.Location) Day { return Day(t.In(loc).Format(time.DateOnly)) }

// DayEnd returns the instant at which the day of t ends in loc: the next local midnight.
func DayEnd(t time.Time, loc *time.Location) time.Time {
	y, m, d := t.In(loc).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, loc)
}
