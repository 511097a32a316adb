package store

import (
	"context"

	"schalter/server/civic"
)

// Span is what statistics are asked of: days, both included, of some offices of one authority.
type Span struct {
	Authority civic.AuthorityID
	Offices   []civic.OfficeID
	From, To  civic.Day
}

// Group is by what figures are broken down.
type Group string

// The groups. The keys that they make are the office's, topic's or clerk's id, "9" for the hour from nine to ten, "1"
// for Monday ("0" is Sunday), "2026-11-23" and "2026-11".
const (
	GroupNone    Group = ""
	GroupHour    Group = "hour"
	GroupWeekday Group = "weekday"
	GroupDay     Group = "day"
	GroupMonth   Group = "month"
	GroupOffice  Group = "office"
	GroupTopic   Group = "topic"
	GroupClerk   Group = "clerk" // of visits only
)

// keys are the groups' expressions over ticket_records and visit_records; any other makes one group.
var keys = map[Group]string{
	GroupHour: "CAST(hour AS TEXT)", GroupWeekday: "CAST(weekday AS TEXT)", GroupDay: "day", GroupMonth: "SUBSTR(day, 1, 7)",
	GroupOffice: "office_id", GroupTopic: "topic_id", GroupClerk: "clerk_id",
}

func (g Group) key() string {
	if k, ok := keys[g]; ok {
		return k
	}
	return "''"
}

// Fate is how a ticket of one group ended, and its wait if it came to a conversation.
type Fate struct {
	Key         string
	Outcome     civic.Outcome
	WaitSeconds int
}

// Fates returns those of all tickets drawn on the span's days that have ended. Counting them here costs less than half of
// what a GROUP BY costs SQLite, which sorts them, and medians need them all.
func (tx *Tx) Fates(ctx context.Context, s Span, by Group) ([]Fate, error) {
	if by == GroupClerk {
		return nil, nil // whose ticket it was is written nowhere
	}
	return all(ctx, tx, func(r row) (f Fate, err error) { return f, r.Scan(&f.Key, &f.Outcome, &f.WaitSeconds) },
		`SELECT `+by.key()+`, outcome, wait_seconds FROM ticket_records
		WHERE authority_id = $1 AND office_id IN `+tx.dialect.elements("$2")+` AND day >= $3 AND day <= $4`,
		s.Authority, asJSON(s.Offices), s.From, s.To)
}

// Talk is how long a visit of one group took, and how many took part, the clerk among them.
type Talk struct {
	Key                   string
	Seconds, Participants int
}

// Talks returns those of all visits that began on the span's days and have ended.
func (tx *Tx) Talks(ctx context.Context, s Span, by Group) ([]Talk, error) {
	return all(ctx, tx, func(r row) (v Talk, err error) { return v, r.Scan(&v.Key, &v.Seconds, &v.Participants) },
		`SELECT `+by.key()+`, seconds, participants FROM visit_records
		WHERE authority_id = $1 AND office_id IN `+tx.dialect.elements("$2")+` AND day >= $3 AND day <= $4`,
		s.Authority, asJSON(s.Offices), s.From, s.To)
}

// StaffedDays returns the staffed seconds of each office on each of the span's days, of desks that have closed.
func (tx *Tx) StaffedDays(ctx context.Context, s Span) ([]DeskRecord, error) {
	return all(ctx, tx, func(r row) (d DeskRecord, err error) {
		return d, r.Scan(&d.Authority, &d.Office, &d.Day, &d.Seconds)
	}, `SELECT authority_id, office_id, day, CAST(SUM(seconds) AS BIGINT) FROM desk_records
		WHERE authority_id = $1 AND office_id IN `+tx.dialect.elements("$2")+` AND day >= $3 AND day <= $4
		GROUP BY authority_id, office_id, day`, s.Authority, asJSON(s.Offices), s.From, s.To)
}

// OpenDesks returns the desks of the span's offices that are not closed, whatever the days.
func (tx *Tx) OpenDesks(ctx context.Context, s Span) ([]civic.Desk, error) {
	return all(ctx, tx, scanDesk, `SELECT `+deskColumns+` FROM desks
		WHERE authority_id = $1 AND office_id IN `+tx.dialect.elements("$2")+` AND state <> 'closed'`, s.Authority, asJSON(s.Offices))
}

// ContactPersons counts the clerks on the staff list who are shown as contact persons at one of the span's offices.
// Who may not sign in any more and offices that are retired do not count.
func (tx *Tx) ContactPersons(ctx context.Context, s Span) (int, error) {
	return one(ctx, tx, value[int], `SELECT COUNT(DISTINCT c.id) FROM clerks c
		JOIN clerk_offices l ON l.authority_id = c.authority_id AND l.clerk_id = c.id
		JOIN offices o ON o.authority_id = l.authority_id AND o.id = l.office_id
		WHERE c.authority_id = $1 AND c.contact_person AND NOT c.disabled AND NOT o.retired
			AND o.id IN `+tx.dialect.elements("$2"), s.Authority, asJSON(s.Offices))
}

// forgetClerks takes the clerks out of the authority's visit records.
func (tx *Tx) forgetClerks(ctx context.Context, authority civic.AuthorityID) error {
	_, err := tx.exec(ctx, `UPDATE visit_records SET clerk_id = '' WHERE authority_id = $1 AND clerk_id <> ''`, authority)
	return err
}
