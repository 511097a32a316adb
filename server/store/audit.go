package store

import (
	"context"
	"time"

	"schalter/server/civic"
)

// AuditEntry is one act of a clerk or administrator: who did what when, without contents.
type AuditEntry struct {
	Authority civic.AuthorityID
	ID        string
	At        time.Time
	Clerk     civic.ClerkID // empty: the program itself
	Act       string        // "office.saved", "ticket.called_out_of_turn"
	Office    civic.OfficeID
	Subject   string            // what it was done to: an id, or a ticket's number
	Detail    map[string]string // a reason by key, a role; never what somebody said or typed
}

// InsertAudit stores an entry; its id is made here.
func (tx *Tx) InsertAudit(ctx context.Context, e AuditEntry) error {
	_, err := tx.exec(ctx, `INSERT INTO audit (authority_id, id, at, clerk_id, act, office_id, subject, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.Authority, randomID(), micros(e.At), e.Clerk, e.Act, e.Office, e.Subject, asJSON(e.Detail))
	return err
}

// Audit returns the authority's entries of a span of time, the latest first, at most n.
func (tx *Tx) Audit(ctx context.Context, authority civic.AuthorityID, from, before time.Time, n int) ([]AuditEntry, error) {
	return all(ctx, tx, func(r row) (e AuditEntry, err error) {
		err = r.Scan(&e.Authority, &e.ID, at(&e.At), &e.Clerk, &e.Act, &e.Office, &e.Subject, fromJSON(&e.Detail))
		return e, err
	}, `SELECT authority_id, id, at, clerk_id, act, office_id, subject, detail FROM audit
		WHERE authority_id = $1 AND at >= $2 AND at < $3 ORDER BY at DESC, id LIMIT $4`, authority, micros(from), micros(before), n)
}
