package store

import (
	"context"

	"schalter/server/civic"
)

// SetCaptioner says by the hash of whose token captions are written into a visit; empty: nobody's. The one before ends.
// Gone once the visit is over.
func (tx *Tx) SetCaptioner(ctx context.Context, authority civic.AuthorityID, visit civic.VisitID, hash []byte) error {
	n, err := tx.exec(ctx, `UPDATE visits SET captioner = $3 WHERE authority_id = $1 AND id = $2 AND state <> 'ended'`, authority, visit, hash)
	if err == nil && n == 0 {
		return civic.Errorf(civic.Gone, civic.KeyVisitOver, "visit %s is over", visit)
	}
	return err
}

// CaptionedVisit returns the visit that has not ended into which the holder of a token writes captions, NotFound if there
// is none.
func (tx *Tx) CaptionedVisit(ctx context.Context, hash []byte) (civic.Visit, error) {
	v, err := one(ctx, tx, scanVisit, `SELECT `+visitColumns+` FROM visits WHERE captioner = $1 AND state <> 'ended'`, hash)
	return v, unknown(err, civic.KeyGrantUnknown, "captioner", "of that token")
}
