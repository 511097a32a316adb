package store

import (
	"context"
	"time"

	"schalter/server/civic"
)

const guestColumns = `authority_id, id, visit_id, kind, name, state, invited_by, muted, hidden, invited_at, knocked_at, answered_at, entered_at`

func scanGuest(r row) (g civic.Guest, err error) {
	err = r.Scan(&g.AuthorityID, &g.ID, &g.VisitID, &g.Kind, &g.Name, &g.State, &g.InvitedBy, &g.Muted, &g.Hidden,
		at(&g.InvitedAt), at(&g.KnockedAt), at(&g.AnsweredAt), at(&g.EnteredAt))
	return g, err
}

// InsertGuest stores a guest, and the hash of the token that is in the link.
func (tx *Tx) InsertGuest(ctx context.Context, g civic.Guest, hash []byte) error {
	_, err := tx.exec(ctx, `INSERT INTO guests (`+guestColumns+`, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		g.AuthorityID, g.ID, g.VisitID, g.Kind, g.Name, g.State, g.InvitedBy, g.Muted, g.Hidden,
		micros(g.InvitedAt), micros(g.KnockedAt), micros(g.AnsweredAt), micros(g.EnteredAt), hash)
	return err
}

// Guest returns NotFound for a guest that the visit does not have.
func (tx *Tx) Guest(ctx context.Context, authority civic.AuthorityID, visit civic.VisitID, guest civic.GuestID) (civic.Guest, error) {
	g, err := one(ctx, tx, scanGuest, `SELECT `+guestColumns+` FROM guests
		WHERE authority_id = $1 AND visit_id = $2 AND id = $3`, authority, visit, guest)
	return g, unknown(err, civic.KeyGuestUnknown, "guest", guest)
}

// GuestByToken returns the guest whose link has that token, NotFound if there is none.
func (tx *Tx) GuestByToken(ctx context.Context, hash []byte) (civic.Guest, error) {
	g, err := one(ctx, tx, scanGuest, `SELECT `+guestColumns+` FROM guests WHERE hash = $1`, hash)
	return g, unknown(err, civic.KeyGuestUnknown, "guest", "of that token")
}

// Guests returns all guests of a visit in the order of their invitations.
func (tx *Tx) Guests(ctx context.Context, authority civic.AuthorityID, visit civic.VisitID) ([]civic.Guest, error) {
	return all(ctx, tx, scanGuest, `SELECT `+guestColumns+` FROM guests
		WHERE authority_id = $1 AND visit_id = $2 ORDER BY invited_at, id`, authority, visit)
}

// UpdateGuest stores the guest after a move from the state from; Conflict if it is not in that state any more. The grants
// of one who may no longer join are void.
func (tx *Tx) UpdateGuest(ctx context.Context, g civic.Guest, from civic.GuestState) error {
	n, err := tx.exec(ctx, `UPDATE guests SET state = $4, muted = $5, hidden = $6, knocked_at = $7, answered_at = $8
		WHERE authority_id = $1 AND id = $2 AND state = $3`,
		g.AuthorityID, g.ID, from, g.State, g.Muted, g.Hidden, micros(g.KnockedAt), micros(g.AnsweredAt))
	if err != nil {
		return err
	}
	if n == 0 {
		return civic.Errorf(civic.Conflict, civic.KeyGuestState, "guest %s is not %s any more", g.ID, from)
	}
	if !g.Over() {
		return nil
	}
	_, err = tx.exec(ctx, `DELETE FROM grants WHERE authority_id = $1 AND visit_id = $2 AND participant = $3`,
		g.AuthorityID, g.VisitID, g.Participant())
	return err
}

// GuestEntered notes that a guest, by the id in the room, came into the conversation for the first time.
func (tx *Tx) GuestEntered(ctx context.Context, authority civic.AuthorityID, visit civic.VisitID, participant string, now time.Time) error {
	_, err := tx.exec(ctx, `UPDATE guests SET entered_at = $4
		WHERE authority_id = $1 AND visit_id = $2 AND 'guest-' || id = $3 AND entered_at = 0`, authority, visit, participant, micros(now))
	return err
}

// LockVisit shuts the visit's room to further guests, or opens it again. Gone once the visit is over.
func (tx *Tx) LockVisit(ctx context.Context, authority civic.AuthorityID, visit civic.VisitID, locked bool) error {
	n, err := tx.exec(ctx, `UPDATE visits SET locked = $3 WHERE authority_id = $1 AND id = $2 AND state <> 'ended'`, authority, visit, locked)
	if err == nil && n == 0 {
		return civic.Errorf(civic.Gone, civic.KeyVisitOver, "visit %s is over", visit)
	}
	return err
}
