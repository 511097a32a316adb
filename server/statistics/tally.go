package statistics

import (
	"context"
	"fmt"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

// tally adds up records, as a whole and by the key of their group.
type tally struct {
	by    store.Group
	total *sums
	rows  map[string]*sums
}

// sums are the figures of one group before anything is hidden.
type sums struct {
	fates        map[civic.Outcome]int
	waits, talks values
	participants int
	open         int
	openKnown    bool // records of desks know day and office, but neither hour, topic nor clerk
	ticketsKnown bool // records of tickets know no clerk
}

func newTally(q Query) *tally {
	t := &tally{by: q.By, rows: map[string]*sums{}}
	t.total = &sums{fates: map[civic.Outcome]int{}, waits: values{}, talks: values{}, openKnown: true, ticketsKnown: q.By != store.GroupClerk}
	return t
}

// of is the group of a key, made if it is new.
func (t *tally) of(key string) *sums {
	r := t.rows[key]
	if r == nil {
		known := t.by != store.GroupHour && t.by != store.GroupTopic && t.by != store.GroupClerk
		r = &sums{fates: map[civic.Outcome]int{}, waits: values{}, talks: values{}, openKnown: known, ticketsKnown: t.by != store.GroupClerk}
		t.rows[key] = r
	}
	return r
}

func (t *tally) read(ctx context.Context, tx *store.Tx, span store.Span) error {
	fates, err := tx.Fates(ctx, span, t.by)
	if err != nil {
		return err
	}
	for _, f := range fates {
		for _, s := range []*sums{t.total, t.of(f.Key)} {
			switch f.Outcome {
			case civic.OutcomeLeft, civic.OutcomeMissed, civic.OutcomeClosed:
				s.fates[f.Outcome]++
			default: // ended in a conversation, by either side
				s.fates[civic.OutcomeServed]++
				s.waits.add(f.WaitSeconds, 1)
			}
		}
	}
	talks, err := tx.Talks(ctx, span, t.by)
	if err != nil {
		return err
	}
	for _, v := range talks {
		for _, s := range []*sums{t.total, t.of(v.Key)} {
			s.talks.add(v.Seconds, 1)
			s.participants += v.Participants - 1 // without the clerk
		}
	}
	return nil
}

// open adds staffed time to the whole, and to the group that it belongs to, if the breakdown has one.
func (t *tally) open(office civic.OfficeID, day civic.Day, seconds int) {
	t.total.open += seconds
	switch t.by {
	case store.GroupOffice:
		t.of(string(office)).open += seconds
	case store.GroupDay:
		t.of(string(day)).open += seconds
	case store.GroupMonth:
		t.of(string(day[:len("2006-01")])).open += seconds
	case store.GroupWeekday:
		if at, err := time.Parse(time.DateOnly, string(day)); err == nil { // as civic.DayOf wrote it
			t.of(fmt.Sprint(int(at.Weekday()))).open += seconds
		}
	}
}

func (s *sums) row() Row {
	r := Row{
		Visits: Count{N: s.talks.count()}, Participants: Count{N: s.participants}, waits: s.waits, talks: s.talks,
		Served: Count{N: s.fates[civic.OutcomeServed]}, Left: Count{N: s.fates[civic.OutcomeLeft]},
		Missed: Count{N: s.fates[civic.OutcomeMissed]}, Closed: Count{N: s.fates[civic.OutcomeClosed]},
	}
	r.Drawn.N = r.Served.N + r.Left.N + r.Missed.N + r.Closed.N
	if s.openKnown {
		r.Open = &s.open
	}
	if !s.ticketsKnown {
		for _, c := range r.fates() {
			*c = Count{Hidden: Unknown}
		}
	}
	return r
}
