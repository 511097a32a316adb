package store

import (
	"context"

	"schalter/server/civic"
)

const deskColumns = `authority_id, id, office_id, clerk_id, state, paused_until, opened_at, absent_at, seen_at`

func scanDesk(r row) (d civic.Desk, err error) {
	err = r.Scan(&d.AuthorityID, &d.ID, &d.OfficeID, &d.ClerkID, &d.State, at(&d.PausedUntil), at(&d.OpenedAt),
		at(&d.AbsentAt), at(&d.SeenAt))
	return d, err
}

// Desk returns NotFound for a desk that the authority does not have.
func (tx *Tx) Desk(ctx context.Context, authority civic.AuthorityID, desk civic.DeskID) (civic.Desk, error) {
	d, err := one(ctx, tx, scanDesk, `SELECT `+deskColumns+` FROM desks
		WHERE authority_id = $1 AND id = $2`, authority, desk)
	return d, unknown(err, civic.KeyDeskUnknown, "desk", desk)
}

// DeskOf returns the desk of a clerk in an office, NotFound if it was never opened.
func (tx *Tx) DeskOf(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID, clerk civic.ClerkID) (civic.Desk, error) {
	d, err := one(ctx, tx, scanDesk, `SELECT `+deskColumns+` FROM desks
		WHERE authority_id = $1 AND office_id = $2 AND clerk_id = $3`, authority, office, clerk)
	return d, unknown(err, civic.KeyDeskUnknown, "desk of clerk", clerk)
}

// Desks returns all desks of an office, whatever their state.
func (tx *Tx) Desks(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID) ([]civic.Desk, error) {
	return all(ctx, tx, scanDesk, `SELECT `+deskColumns+` FROM desks
		WHERE authority_id = $1 AND office_id = $2 ORDER BY id`, authority, office)
}

// StaffedDesks returns all desks of an authority that are not closed.
func (tx *Tx) StaffedDesks(ctx context.Context, authority civic.AuthorityID) ([]civic.Desk, error) {
	return all(ctx, tx, scanDesk, `SELECT `+deskColumns+` FROM desks
		WHERE authority_id = $1 AND state <> 'closed' ORDER BY id`, authority)
}

// InsertDesk returns Conflict if the clerk has a desk in that office already.
func (tx *Tx) InsertDesk(ctx context.Context, d civic.Desk) error {
	n, err := tx.exec(ctx, `INSERT INTO desks (`+deskColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT DO NOTHING`,
		d.AuthorityID, d.ID, d.OfficeID, d.ClerkID, d.State, micros(d.PausedUntil), micros(d.OpenedAt), micros(d.AbsentAt),
		micros(d.SeenAt))
	if err == nil && n == 0 {
		return civic.Errorf(civic.Conflict, civic.KeyDeskState, "clerk %s has a desk in office %s", d.ClerkID, d.OfficeID)
	}
	return err
}

// UpdateDesk stores the desk after a move from the state from; Conflict if it is not in that state any more.
func (tx *Tx) UpdateDesk(ctx context.Context, d civic.Desk, from civic.DeskState) error {
	n, err := tx.exec(ctx, `UPDATE desks SET state = $4, paused_until = $5, opened_at = $6, absent_at = $7,
			seen_at = CASE WHEN seen_at > $8 THEN seen_at ELSE $8 END -- presence is written beside the moves
		WHERE authority_id = $1 AND id = $2 AND state = $3`,
		d.AuthorityID, d.ID, from, d.State, micros(d.PausedUntil), micros(d.OpenedAt), micros(d.AbsentAt), micros(d.SeenAt))
	if err != nil || n > 0 {
		return err
	}
	now, err := tx.Desk(ctx, d.AuthorityID, d.ID)
	if err != nil {
		return err
	}
	return civic.Errorf(civic.Conflict, civic.KeyDeskState, "desk %s is %s, not %s", d.ID, now.State, from)
}
