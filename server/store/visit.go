package store

import (
	"context"

	"schalter/server/civic"
)

const visitColumns = `authority_id, id, office_id, ticket_id, desk_id, clerk_id, kind, state, room, outcome, called_at,
	entered_at, deadline, ended_at, locked`

func scanVisit(r row) (v civic.Visit, err error) {
	err = r.Scan(&v.AuthorityID, &v.ID, &v.OfficeID, &v.TicketID, &v.DeskID, &v.ClerkID, &v.Kind, &v.State, &v.Room,
		&v.Outcome, at(&v.CalledAt), at(&v.EnteredAt), at(&v.Deadline), at(&v.EndedAt), &v.Locked)
	return v, err
}

// InsertVisit returns Conflict if the ticket has a visit that has not ended.
func (tx *Tx) InsertVisit(ctx context.Context, v civic.Visit) error {
	n, err := tx.exec(ctx, `INSERT INTO visits (`+visitColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING`,
		v.AuthorityID, v.ID, v.OfficeID, v.TicketID, v.DeskID, v.ClerkID, v.Kind, v.State, v.Room, v.Outcome,
		micros(v.CalledAt), micros(v.EnteredAt), micros(v.Deadline), micros(v.EndedAt), v.Locked)
	if err == nil && n == 0 {
		return civic.Errorf(civic.Conflict, civic.KeyTakenByColleague, "ticket %s has a visit", v.TicketID)
	}
	return err
}

// Visit returns NotFound for a visit that the authority does not have.
func (tx *Tx) Visit(ctx context.Context, authority civic.AuthorityID, visit civic.VisitID) (civic.Visit, error) {
	v, err := one(ctx, tx, scanVisit, `SELECT `+visitColumns+` FROM visits
		WHERE authority_id = $1 AND id = $2`, authority, visit)
	return v, unknown(err, civic.KeyVisitOver, "visit", visit)
}

// VisitOfTicket returns the ticket's visit that has not ended, NotFound if there is none.
func (tx *Tx) VisitOfTicket(ctx context.Context, authority civic.AuthorityID, ticket civic.TicketID) (civic.Visit, error) {
	v, err := one(ctx, tx, scanVisit, `SELECT `+visitColumns+` FROM visits
		WHERE authority_id = $1 AND ticket_id = $2 AND state <> 'ended'`, authority, ticket)
	return v, unknown(err, civic.KeyVisitOver, "running visit of ticket", ticket)
}

// OpenVisits returns the visits of all authorities that have not ended: what a node takes up when it starts.
func (tx *Tx) OpenVisits(ctx context.Context) ([]civic.Visit, error) {
	return all(ctx, tx, scanVisit, `SELECT `+visitColumns+` FROM visits WHERE state <> 'ended' ORDER BY called_at, id`)
}

// UpdateVisit stores the visit after a move from the state from; Conflict if it is not in that state any more.
func (tx *Tx) UpdateVisit(ctx context.Context, v civic.Visit, from civic.VisitState) error {
	n, err := tx.exec(ctx, `UPDATE visits SET state = $4, outcome = $5, entered_at = $6, deadline = $7, ended_at = $8,
			desk_id = $9, clerk_id = $10
		WHERE authority_id = $1 AND id = $2 AND state = $3`,
		v.AuthorityID, v.ID, from, v.State, v.Outcome, micros(v.EnteredAt), micros(v.Deadline), micros(v.EndedAt),
		v.DeskID, v.ClerkID)
	if err != nil || n > 0 {
		return err
	}
	now, err := tx.Visit(ctx, v.AuthorityID, v.ID)
	if err != nil {
		return err
	}
	return civic.Errorf(civic.Conflict, civic.KeyVisitOver, "visit %s is %s, not %s", v.ID, now.State, from)
}
