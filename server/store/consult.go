package store

import (
	"context"
	"time"

	"schalter/server/civic"
)

const consultColumns = `authority_id, id, office_id, visit_id, asker_id, colleague_id, state, way, wish, later, note, room,
	asked_at, held_since, agreed_at`

func scanConsult(r row) (c civic.Consult, err error) {
	err = r.Scan(&c.AuthorityID, &c.ID, &c.OfficeID, &c.VisitID, &c.Asker, &c.Colleague, &c.State, &c.Way, &c.Wish, &c.Later, &c.Note,
		&c.Room, at(&c.AskedAt), at(&c.HeldSince), at(&c.AgreedAt))
	return c, err
}

// InsertConsult returns Conflict if the visit has a consult that has not ended (consult_state), or the colleague is in another
// one (colleague_busy).
func (tx *Tx) InsertConsult(ctx context.Context, c civic.Consult) error {
	if had, err := tx.ConsultOfVisit(ctx, c.AuthorityID, c.VisitID); err == nil {
		return civic.Errorf(civic.Conflict, civic.KeyConsultState, "visit %s has consult %s", c.VisitID, had.ID)
	} else if civic.CodeOf(err) != civic.NotFound {
		return err
	}
	n, err := tx.exec(ctx, `INSERT INTO consults (`+consultColumns+`, joined_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0) ON CONFLICT DO NOTHING`,
		c.AuthorityID, c.ID, c.OfficeID, c.VisitID, c.Asker, c.Colleague, c.State, c.Way, c.Wish, c.Later, c.Note, c.Room,
		micros(c.AskedAt), micros(c.HeldSince), micros(c.AgreedAt))
	if err == nil && n == 0 {
		return civic.Errorf(civic.Conflict, civic.KeyColleagueBusy, "clerk %s is in another consult", c.Colleague)
	}
	return err
}

// Consult returns NotFound for a consult that the authority does not have.
func (tx *Tx) Consult(ctx context.Context, authority civic.AuthorityID, consult civic.ConsultID) (civic.Consult, error) {
	c, err := one(ctx, tx, scanConsult, `SELECT `+consultColumns+` FROM consults
		WHERE authority_id = $1 AND id = $2`, authority, consult)
	return c, unknown(err, civic.KeyConsultOver, "consult", consult)
}

// ConsultOfVisit returns the visit's consult that has not ended, NotFound if there is none.
func (tx *Tx) ConsultOfVisit(ctx context.Context, authority civic.AuthorityID, visit civic.VisitID) (civic.Consult, error) {
	c, err := one(ctx, tx, scanConsult, `SELECT `+consultColumns+` FROM consults
		WHERE authority_id = $1 AND visit_id = $2 AND state <> 'ended'`, authority, visit)
	return c, unknown(err, civic.KeyConsultOver, "consult of visit", visit)
}

// ConsultsOf returns the clerk's consults: those asked for that have not ended, and the one that the clerk is asked or in.
func (tx *Tx) ConsultsOf(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID) ([]civic.Consult, error) {
	return all(ctx, tx, scanConsult, `SELECT `+consultColumns+` FROM consults
		WHERE authority_id = $1 AND (asker_id = $2 AND state <> 'ended' OR colleague_id = $2 AND state IN ('asked', 'open'))
		ORDER BY asked_at, id`, authority, clerk)
}

// JoinedVisit counts the colleagues and guests who took part in a visit's conversation (see GuestEntered, ColleagueEntered).
func (tx *Tx) JoinedVisit(ctx context.Context, authority civic.AuthorityID, visit civic.VisitID) (int, error) {
	return one(ctx, tx, value[int], `SELECT
		(SELECT COUNT(DISTINCT colleague_id) FROM consults WHERE authority_id = $1 AND visit_id = $2 AND joined_at > 0) +
		(SELECT COUNT(*) FROM guests WHERE authority_id = $1 AND visit_id = $2 AND entered_at > 0)`, authority, visit)
}

// ColleagueEntered notes that a colleague, by the id in the room, came into the conversation for the first time.
func (tx *Tx) ColleagueEntered(ctx context.Context, authority civic.AuthorityID, visit civic.VisitID, participant string, now time.Time) error {
	_, err := tx.exec(ctx, `UPDATE consults SET joined_at = $4 WHERE authority_id = $1 AND visit_id = $2
		AND 'colleague-' || colleague_id = $3 AND state <> 'ended' AND joined_at = 0`, authority, visit, participant, micros(now))
	return err
}

// UpdateConsult stores the consult after a move of from; Conflict if it has moved since.
func (tx *Tx) UpdateConsult(ctx context.Context, c, from civic.Consult) error {
	n, err := tx.exec(ctx, `UPDATE consults SET state = $6, way = $7, wish = $8, later = $9, note = $10, held_since = $11, agreed_at = $12, room = $13
		WHERE authority_id = $1 AND id = $2 AND state = $3 AND way = $4 AND wish = $5`,
		c.AuthorityID, c.ID, from.State, from.Way, from.Wish, c.State, c.Way, c.Wish, c.Later, c.Note, micros(c.HeldSince), micros(c.AgreedAt), c.Room)
	if err != nil || n > 0 {
		return err
	}
	now, err := tx.Consult(ctx, c.AuthorityID, c.ID)
	if err != nil {
		return err
	}
	return civic.Errorf(civic.Conflict, civic.KeyConsultState, "consult %s is %s by %q, wished %q", c.ID, now.State, now.Way, now.Wish)
}

// DeleteConsults deletes all that a visit had.
func (tx *Tx) DeleteConsults(ctx context.Context, authority civic.AuthorityID, visit civic.VisitID) error {
	_, err := tx.exec(ctx, `DELETE FROM consults WHERE authority_id = $1 AND visit_id = $2`, authority, visit)
	return err
}

// LineUpClerk makes the moves of one clerk wait for each other, whichever offices they are in. A no-op on the row does on
// PostgreSQL; SQLite has one writer.
func (tx *Tx) LineUpClerk(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID) error {
	_, err := tx.exec(ctx, `UPDATE clerks SET name = name WHERE authority_id = $1 AND id = $2`, authority, clerk)
	return err
}
