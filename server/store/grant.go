package store

import (
	"context"
	"time"

	"schalter/server/civic"
)

// Grant admits one participant to the room of one visit, once. Of its token only the hash is stored.
type Grant struct {
	Hash        []byte
	Authority   civic.AuthorityID
	Visit       civic.VisitID
	Side        civic.Side
	Participant string // id in the room
	Name        string // shown in the room
	Expires     time.Time
}

const grantColumns = `hash, authority_id, visit_id, side, participant, name, expires_at`

func scanGrant(r row) (g Grant, err error) {
	err = r.Scan(&g.Hash, &g.Authority, &g.Visit, &g.Side, &g.Participant, &g.Name, at(&g.Expires))
	return g, err
}

// InsertGrant stores a grant.
func (tx *Tx) InsertGrant(ctx context.Context, g Grant) error {
	_, err := tx.exec(ctx, `INSERT INTO grants (`+grantColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		g.Hash, g.Authority, g.Visit, g.Side, g.Participant, g.Name, micros(g.Expires))
	return err
}

// DeleteGrants voids the grants of one side of a visit.
func (tx *Tx) DeleteGrants(ctx context.Context, authority civic.AuthorityID, visit civic.VisitID, side civic.Side) error {
	_, err := tx.exec(ctx, `DELETE FROM grants WHERE authority_id = $1 AND visit_id = $2 AND side = $3`, authority, visit, side)
	return err
}

// TakeGrant uses up a grant. NotFound if it is unknown, used or expired.
func (tx *Tx) TakeGrant(ctx context.Context, hash []byte, now time.Time) (Grant, error) {
	g, err := one(ctx, tx, scanGrant, `DELETE FROM grants WHERE hash = $1 AND expires_at > $2
		RETURNING `+grantColumns, hash, micros(now))
	return g, unknown(err, civic.KeyGrantUnknown, "grant", "of that token")
}
