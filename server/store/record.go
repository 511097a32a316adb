package store

import (
	"context"
	"crypto/rand"
	"time"

	"schalter/server/civic"
)

// The anonymous records are all that statistics read. They know no citizen, no ticket and no clerk, and stay when
// those rows are deleted.

// TicketRecord is the fate of a ticket.
type TicketRecord struct {
	Authority   civic.AuthorityID
	Office      civic.OfficeID
	Topic       civic.TopicID // may be empty
	Day         civic.Day
	Hour        int
	Weekday     time.Weekday
	Outcome     civic.Outcome
	WaitSeconds int
	Calls       int
}

// VisitRecord is an ended visit.
type VisitRecord struct {
	Authority    civic.AuthorityID
	Office       civic.OfficeID
	Topic        civic.TopicID // may be empty
	Day          civic.Day
	Hour         int
	Weekday      time.Weekday
	Outcome      civic.Outcome
	Seconds      int
	Participants int           // of both sides
	Clerk        civic.ClerkID // kept only while the authority allows statistics per clerk
}

// DeskRecord is staffed time of an office.
type DeskRecord struct {
	Authority civic.AuthorityID
	Office    civic.OfficeID
	Day       civic.Day
	Seconds   int
}

// Figures are an office's of one day.
type Figures struct {
	Visits          int // conversations that took place
	MeanWaitSeconds int // of those who came to a conversation
	Missed          int // tickets that missed all their calls
}

// InsertTicketRecord stores an anonymous record.
func (tx *Tx) InsertTicketRecord(ctx context.Context, r TicketRecord) error {
	_, err := tx.exec(ctx, `INSERT INTO ticket_records
			(authority_id, id, office_id, topic_id, day, hour, weekday, outcome, wait_seconds, calls)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		r.Authority, randomID(), r.Office, r.Topic, r.Day, r.Hour, int(r.Weekday), r.Outcome, r.WaitSeconds, r.Calls)
	return err
}

// InsertVisitRecord stores an anonymous record. Its clerk is left out unless the authority's ClerkStatistics is on.
func (tx *Tx) InsertVisitRecord(ctx context.Context, r VisitRecord) error {
	_, err := tx.exec(ctx, `INSERT INTO visit_records
			(authority_id, id, office_id, topic_id, day, hour, weekday, outcome, seconds, participants, clerk_id)
		SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN clerk_statistics THEN $11 ELSE '' END
		FROM authorities WHERE id = $1`,
		r.Authority, randomID(), r.Office, r.Topic, r.Day, r.Hour, int(r.Weekday), r.Outcome, r.Seconds, r.Participants, r.Clerk)
	return err
}

// InsertDeskRecord stores an anonymous record.
func (tx *Tx) InsertDeskRecord(ctx context.Context, r DeskRecord) error {
	_, err := tx.exec(ctx, `INSERT INTO desk_records (authority_id, id, office_id, day, seconds)
		VALUES ($1, $2, $3, $4, $5)`, r.Authority, randomID(), r.Office, r.Day, r.Seconds)
	return err
}

// randomID is random throughout: an id like those of the other rows would tell the millisecond.
func randomID() string { return rand.Text() }

// RecentVisitSeconds returns how long the office's last n conversations took. The records are ordered to the hour only;
// within one the choice is random, but stays the same.
func (tx *Tx) RecentVisitSeconds(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID, n int) ([]int, error) {
	return all(ctx, tx, value[int], `SELECT seconds FROM visit_records
		WHERE authority_id = $1 AND office_id = $2 AND outcome <> 'unanswered'
		ORDER BY day DESC, hour DESC, id LIMIT $3`, authority, office, n)
}

// FiguresOf returns an office's figures of a day.
func (tx *Tx) FiguresOf(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID, day civic.Day) (f Figures, err error) {
	f.Visits, err = one(ctx, tx, value[int], `SELECT COUNT(*) FROM visit_records
		WHERE authority_id = $1 AND office_id = $2 AND day = $3 AND outcome <> 'unanswered'`, authority, office, day)
	if err != nil {
		return f, err
	}
	var came, waited int
	_, err = one(ctx, tx, func(r row) (struct{}, error) { return struct{}{}, r.Scan(&f.Missed, &came, &waited) },
		`SELECT COUNT(CASE WHEN outcome = 'missed' THEN 1 END),
			COUNT(CASE WHEN outcome NOT IN ('missed', 'left', 'closed') THEN 1 END),
			CAST(COALESCE(SUM(CASE WHEN outcome NOT IN ('missed', 'left', 'closed') THEN wait_seconds END), 0) AS BIGINT)
		FROM ticket_records WHERE authority_id = $1 AND office_id = $2 AND day = $3`, authority, office, day)
	if came > 0 {
		f.MeanWaitSeconds = waited / came
	}
	return f, err
}
