// Package statistics counts: figures of a span of days, whole or broken down, from the three kinds of anonymous record
// and the staff list. It reads no ticket, no visit and no citizen; of desks that are still open it reads since when, so
// that today's minutes are right. Counts of one to four people are hidden, and what would give them away (hide.go).
//
// What the figures mean: a number counts on the day it was drawn and at the office where it ended, once its fate is
// decided. It was served if it came to a conversation that was ended on purpose, left if it was given back, missed if
// all its calls were in vain, closed if the day ended first. Waits are those of the served, from drawing to the first
// conversation. A visit counts on the day it began; one ticket may have several. Participants are the people who came:
// everybody in a visit but its clerk. Open is the time for which desks were staffed, pauses included: two desks for an hour
// are two hours. Contact persons are those of the staff list as it stands now.
//
// May import: store, civic and the standard library.
package statistics

import (
	"context"
	"fmt"
	"slices"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

const (
	// maxDays is the longest span that may be asked for: five years.
	maxDays = 5*365 + 2
	// maxRows is the most days into which figures are broken down.
	maxRows = 366
)

// Service answers for figures.
type Service struct {
	store *store.Store
	now   func() time.Time
	loc   *time.Location
}

// New makes the service. now is the clock.
func New(st *store.Store, now func() time.Time) (*Service, error) {
	loc, err := time.LoadLocation(civic.Zone)
	if err != nil {
		return nil, err
	}
	return &Service{store: st, now: now, loc: loc}, nil
}

// By is by what figures are broken down.
type By = store.Group

// Query says which figures are asked for.
type Query struct {
	From, To civic.Day      // both included
	Office   civic.OfficeID // empty: all that the caller may see
	By       By
}

// Figures are the answer to a Query, with all that must be hidden hidden already.
type Figures struct {
	Query
	Authority civic.AuthorityID
	// Offices are those that the caller may see figures of, whichever is asked for.
	Offices []civic.Office
	Total   Row
	Rows    []Row
	// Contacts is how many contact persons there are, by the staff list as it stands now.
	Contacts int
	// PerClerk: the authority allows figures per clerk.
	PerClerk bool
	At       time.Time // when it was counted; the minutes of open desks go up to here
}

// Row is the figures of one group.
type Row struct {
	Key  string
	Name civic.Text // of an office, a topic or a clerk

	Drawn, Served, Left, Missed, Closed Count
	Visits, Participants                Count

	Wait, Talk *Spread // nil: hidden, or of nobody
	// Open and Talking are times in seconds; nil: hidden, or not known in this breakdown.
	Open, Talking *int

	waits, talks values
}

// NoShow is the share of the drawn numbers that missed all their calls; false if one of the two is hidden, or none was drawn.
func (r Row) NoShow() (float64, bool) {
	if r.Missed.Hidden != Shown || r.Drawn.Hidden != Shown || r.Drawn.N == 0 {
		return 0, false
	}
	return float64(r.Missed.N) / float64(r.Drawn.N), true
}

// Figures counts. A supervisor is answered for own offices, an admin for all of the authority. Errors: Invalid
// (span_invalid) for days or a breakdown that make no sense, NotFound for an office that is not the caller's, Forbidden
// (clerk_statistics) for figures per clerk where the authority does not allow them.
func (s *Service) Figures(ctx context.Context, caller civic.Caller, q Query) (Figures, error) {
	if !caller.Role.Includes(civic.RoleSupervisor) {
		return Figures{}, civic.Errorf(civic.Forbidden, civic.KeyForbidden, "role %q may not see statistics", caller.Role)
	}
	if err := q.check(); err != nil {
		return Figures{}, err
	}
	f := Figures{Query: q, Authority: caller.AuthorityID}
	err := s.store.Read(ctx, func(tx *store.Tx) error { return s.count(ctx, tx, caller, &f) })
	if err != nil {
		return Figures{}, err
	}
	hide(&f.Total, f.Rows)
	return f, nil
}

func (s *Service) count(ctx context.Context, tx *store.Tx, caller civic.Caller, f *Figures) error {
	authority, err := tx.Authority(ctx, caller.AuthorityID)
	if err != nil {
		return err
	}
	f.PerClerk = authority.ClerkStatistics
	if f.By == store.GroupClerk && !f.PerClerk {
		return civic.Errorf(civic.Forbidden, civic.KeyClerkStatistics, "authority %s has them off", authority.ID)
	}
	if f.Offices, err = visible(ctx, tx, caller); err != nil {
		return err
	}
	offices := f.Offices
	if f.Office != "" {
		at := slices.IndexFunc(offices, func(o civic.Office) bool { return o.ID == f.Office })
		if at < 0 {
			return civic.Errorf(civic.NotFound, civic.KeyOfficeUnknown, "caller manages no office of that id")
		}
		offices = offices[at : at+1]
	}
	f.At = s.now()
	span := store.Span{Authority: caller.AuthorityID, Offices: []civic.OfficeID{}, From: f.From, To: f.To}
	for _, o := range offices {
		span.Offices = append(span.Offices, o.ID)
	}
	if f.Contacts, err = tx.ContactPersons(ctx, span); err != nil {
		return err
	}
	t := newTally(f.Query)
	if err := t.read(ctx, tx, span); err != nil {
		return err
	}
	if err := s.staffed(ctx, tx, span, f.At, t); err != nil {
		return err
	}
	order, err := rowsOf(ctx, tx, authority.ID, f.Query, offices, t)
	if err != nil {
		return err
	}
	f.Total, f.Rows = t.total.row(), make([]Row, 0, len(order))
	for _, r := range order {
		row := t.of(r.key).row()
		row.Key, row.Name = r.key, r.name
		f.Rows = append(f.Rows, row)
	}
	return nil
}

// visible are the offices that the caller may see figures of, retired ones too.
func visible(ctx context.Context, tx *store.Tx, caller civic.Caller) ([]civic.Office, error) {
	all, err := tx.Offices(ctx, caller.AuthorityID)
	if err != nil {
		return nil, err
	}
	var out []civic.Office
	for _, o := range all {
		if caller.MayManage(o.AuthorityID, o.ID) == nil {
			out = append(out, o)
		}
	}
	return out, nil
}

// staffed adds the time of the desks that have closed, and of those that are still open up to now.
func (s *Service) staffed(ctx context.Context, tx *store.Tx, span store.Span, now time.Time, t *tally) error {
	closed, err := tx.StaffedDays(ctx, span)
	if err != nil {
		return err
	}
	for _, d := range closed {
		t.open(d.Office, d.Day, d.Seconds)
	}
	desks, err := tx.OpenDesks(ctx, span)
	if err != nil {
		return err
	}
	for _, d := range desks {
		for day, staffed := range civic.PerDay(d.OpenedAt, civic.StaffedUntil(d.State, d.SeenAt, now), s.loc) {
			if day >= span.From && day <= span.To {
				t.open(d.OfficeID, day, int(staffed.Seconds()))
			}
		}
	}
	return nil
}

// Year returns the figures that an authority publishes: of one year, as a whole.
func (s *Service) Year(ctx context.Context, caller civic.Caller, year int) (Figures, error) {
	if year < 2000 || year > 9999 {
		return Figures{}, civic.Errorf(civic.Invalid, civic.KeySpanInvalid, "year %d", year)
	}
	return s.Figures(ctx, caller, Query{From: civic.Day(fmt.Sprintf("%d-01-01", year)), To: civic.Day(fmt.Sprintf("%d-12-31", year))})
}

// check refuses what can't be counted.
func (q Query) check() error {
	from, err1 := time.Parse(time.DateOnly, string(q.From))
	to, err2 := time.Parse(time.DateOnly, string(q.To))
	if err1 != nil || err2 != nil || to.Before(from) {
		return civic.Errorf(civic.Invalid, civic.KeySpanInvalid, "no span of days")
	}
	days := int(to.Sub(from).Hours()/24) + 1
	if days > maxDays || q.By == store.GroupDay && days > maxRows {
		return civic.Errorf(civic.Invalid, civic.KeySpanInvalid, "%d days", days)
	}
	switch q.By {
	case store.GroupNone, store.GroupHour, store.GroupWeekday, store.GroupDay, store.GroupMonth, store.GroupOffice, store.GroupTopic, store.GroupClerk:
		return nil
	}
	return civic.Errorf(civic.Invalid, civic.KeySpanInvalid, "no such breakdown")
}
