package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"schalter/server/civic"
)

// maxSecrets bounds the secrets of one ticket. Each page load of a browser that refuses cookies adds one; the oldest go
// first.
const maxSecrets = 16

// AddSecret lets another secret open the ticket, that of another window of the same citizen. Earlier ones stay good.
// Gone with KeyTicketOver once the ticket is over.
func (tx *Tx) AddSecret(ctx context.Context, authority civic.AuthorityID, ticket civic.TicketID, hash []byte) error {
	if err := tx.notOver(ctx, authority, ticket); err != nil {
		return err
	}
	if err := tx.insertSecret(ctx, authority, ticket, hash); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `DELETE FROM ticket_secrets WHERE authority_id = $1 AND ticket_id = $2 AND added <=
		(SELECT MAX(added) FROM ticket_secrets WHERE ticket_id = $2) - $3`, authority, ticket, maxSecrets)
	return err
}

func (tx *Tx) insertSecret(ctx context.Context, authority civic.AuthorityID, ticket civic.TicketID, hash []byte) error {
	_, err := tx.exec(ctx, `INSERT INTO ticket_secrets (authority_id, hash, ticket_id, added) VALUES ($1, $2, $3,
		(SELECT COALESCE(MAX(added), 0) + 1 FROM ticket_secrets WHERE ticket_id = $3))`, authority, hash, ticket)
	return err
}

func (tx *Tx) notOver(ctx context.Context, authority civic.AuthorityID, ticket civic.TicketID) error {
	t, err := tx.Ticket(ctx, authority, ticket)
	if err == nil && t.State.Over() {
		return civic.Errorf(civic.Gone, civic.KeyTicketOver, "ticket %s is %s", t.ID, t.State)
	}
	return err
}

// InsertResumeCode stores the hash of a one-time code with which another page takes the ticket over.
func (tx *Tx) InsertResumeCode(ctx context.Context, hash []byte, authority civic.AuthorityID, ticket civic.TicketID, expires time.Time) error {
	_, err := tx.exec(ctx, `INSERT INTO resume_codes (authority_id, hash, ticket_id, expires_at) VALUES ($1, $2, $3, $4)`,
		authority, hash, ticket, micros(expires))
	return err
}

// TakeResumeCode uses up a code. NotFound if it is unknown, used or expired.
func (tx *Tx) TakeResumeCode(ctx context.Context, hash []byte, now time.Time) (civic.AuthorityID, civic.TicketID, error) {
	type code struct {
		authority civic.AuthorityID
		ticket    civic.TicketID
	}
	c, err := one(ctx, tx, func(r row) (c code, err error) {
		err = r.Scan(&c.authority, &c.ticket)
		return c, err
	}, `DELETE FROM resume_codes WHERE hash = $1 AND expires_at > $2 RETURNING authority_id, ticket_id`, hash, micros(now))
	if errors.Is(err, sql.ErrNoRows) {
		err = civic.Errorf(civic.NotFound, civic.KeyResumeUnknown, "the code is unknown, used or expired")
	}
	return c.authority, c.ticket, err
}
