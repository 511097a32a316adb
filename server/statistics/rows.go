package statistics

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

// line names a row of a breakdown.
type line struct {
	key  string
	name civic.Text
}

// rowsOf lists the rows of a breakdown in their order. Times in which nothing happened have rows, so that a chart has
// no holes; offices too; topics and clerks only if there is something to say of them.
func rowsOf(ctx context.Context, tx *store.Tx, authority civic.AuthorityID, q Query, offices []civic.Office, t *tally) ([]line, error) {
	switch q.By {
	case store.GroupOffice:
		var out []line
		for _, o := range offices {
			if _, seen := t.rows[string(o.ID)]; seen || !o.Retired {
				out = append(out, line{string(o.ID), o.Name})
			}
		}
		return out, nil
	case store.GroupTopic:
		topics, err := tx.Topics(ctx, authority)
		return topicLines(topics, offices, t), err
	case store.GroupClerk:
		clerks, err := tx.Clerks(ctx, authority)
		return clerkLines(clerks, t), err
	}
	return timeLines(q, t), nil
}

// topicLines go by office and place in its list; without a topic comes last, and whatever is on no list any more.
func topicLines(topics []civic.Topic, offices []civic.Office, t *tally) []line {
	place := map[civic.OfficeID]int{}
	for i, o := range offices {
		place[o.ID] = i
	}
	slices.SortStableFunc(topics, func(a, b civic.Topic) int { return cmp.Compare(place[a.OfficeID], place[b.OfficeID]) })
	var out []line
	known := map[string]bool{}
	for _, topic := range topics {
		known[string(topic.ID)] = true
		if _, seen := t.rows[string(topic.ID)]; seen {
			out = append(out, line{string(topic.ID), topic.Name})
		}
	}
	return append(out, rest(t, known)...)
}

func clerkLines(clerks []civic.Clerk, t *tally) []line {
	var out []line
	known := map[string]bool{}
	for _, c := range clerks {
		if c.Deleted {
			continue // counts with those whom nobody can tell apart
		}
		known[string(c.ID)] = true
		if _, seen := t.rows[string(c.ID)]; seen {
			out = append(out, line{string(c.ID), civic.Text{"de": c.Name}})
		}
	}
	return append(out, rest(t, known)...)
}

// rest puts all rows whose key has no name into one without key: nobody can tell them apart, and they count all the same.
func rest(t *tally, known map[string]bool) []line {
	found := false
	for key, r := range t.rows {
		if known[key] {
			continue
		}
		found = true
		if key != "" {
			t.of("").add(r)
			delete(t.rows, key)
		}
	}
	if !found {
		return nil
	}
	return []line{{key: ""}}
}

// add takes over the figures of another group.
func (s *sums) add(o *sums) {
	for outcome, n := range o.fates {
		s.fates[outcome] += n
	}
	for seconds, n := range o.waits {
		s.waits.add(seconds, n)
	}
	for seconds, n := range o.talks {
		s.talks.add(seconds, n)
	}
	s.participants += o.participants
	s.open += o.open
}

func timeLines(q Query, t *tally) []line {
	var out []line
	switch q.By {
	case store.GroupHour: // from the first to the last in which somebody came
		first, last := 24, -1
		for key := range maps.Keys(t.rows) {
			if hour, err := strconv.Atoi(key); err == nil {
				first, last = min(first, hour), max(last, hour)
			}
		}
		for hour := first; hour <= last; hour++ {
			out = append(out, line{key: strconv.Itoa(hour)})
		}
	case store.GroupWeekday:
		for i := range 7 {
			out = append(out, line{key: strconv.Itoa((i + 1) % 7)}) // Monday first
		}
	case store.GroupDay, store.GroupMonth:
		layout := time.DateOnly
		if q.By == store.GroupMonth {
			layout = "2006-01"
		}
		from, _ := time.Parse(time.DateOnly, string(q.From)) // checked before
		to, _ := time.Parse(time.DateOnly, string(q.To))
		for at := from; !at.After(to); at = at.AddDate(0, 0, 1) { // by time: as a text the year 10000 comes before 9999
			if key := at.Format(layout); len(out) == 0 || out[len(out)-1].key != key {
				out = append(out, line{key: key})
			}
		}
	}
	return out
}
