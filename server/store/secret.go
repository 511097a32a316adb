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

// MovedSecret says whether the secret opened a ticket that has moved to another device since.
func (tx *Tx) MovedSecret(ctx context.Context, hash []byte) (bool, error) {
	n, err := one(ctx, tx, value[int], `SELECT COUNT(*) FROM ticket_secrets WHERE hash = $1 AND moved`, hash)
	return n > 0, err
}

// MoveTicket shuts a ticket to everybody who holds it now: its secrets open nothing any more, and are kept only to say so;
// its codes, the citizen's grants and the key of its draw are deleted.
func (tx *Tx) MoveTicket(ctx context.Context, authority civic.AuthorityID, ticket civic.TicketID) error {
	for _, query := range []string{
		`UPDATE ticket_secrets SET moved = TRUE WHERE authority_id = $1 AND ticket_id = $2`,
		`DELETE FROM resume_codes WHERE authority_id = $1 AND ticket_id = $2`,
		`DELETE FROM grants WHERE authority_id = $1 AND side = 'citizen' AND visit_id IN (SELECT id FROM visits WHERE ticket_id = $2)`,
		`UPDATE tickets SET idempotency_hash = NULL WHERE authority_id = $1 AND id = $2`,
	} {
		if _, err := tx.exec(ctx, query, authority, ticket); err != nil {
			return err
		}
	}
	return nil
}

// InsertMoveCode stores the hash of a one-time code that moves the ticket to another device. An earlier one is void.
func (tx *Tx) InsertMoveCode(ctx context.Context, hash []byte, authority civic.AuthorityID, ticket civic.TicketID, expires time.Time) error {
	if err := tx.notOver(ctx, authority, ticket); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `DELETE FROM resume_codes WHERE authority_id = $1 AND ticket_id = $2 AND moves`, authority, ticket); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO resume_codes (authority_id, hash, ticket_id, expires_at, moves) VALUES ($1, $2, $3, $4, TRUE)`,
		authority, hash, ticket, micros(expires))
	return err
}

// InsertResumeCode stores the hash of a one-time code with which another page takes the ticket over.
func (tx *Tx) InsertResumeCode(ctx context.Context, hash []byte, authority civic.AuthorityID, ticket civic.TicketID, expires time.Time) error {
	_, err := tx.exec(ctx, `INSERT INTO resume_codes (authority_id, hash, ticket_id, expires_at) VALUES ($1, $2, $3, $4)`,
		authority, hash, ticket, micros(expires))
	return err
}

// ResumeCode is what a one-time code leads to.
type ResumeCode struct {
	Authority civic.AuthorityID
	Ticket    civic.TicketID
	Moves     bool // the ticket moves: nobody else has it afterwards
}

// TakeResumeCode uses up a code. NotFound if it is unknown, used or expired.
func (tx *Tx) TakeResumeCode(ctx context.Context, hash []byte, now time.Time) (ResumeCode, error) {
	c, err := one(ctx, tx, func(r row) (c ResumeCode, err error) {
		err = r.Scan(&c.Authority, &c.Ticket, &c.Moves)
		return c, err
	}, `DELETE FROM resume_codes WHERE hash = $1 AND expires_at > $2 RETURNING authority_id, ticket_id, moves`, hash, micros(now))
	if errors.Is(err, sql.ErrNoRows) {
		err = civic.Errorf(civic.NotFound, civic.KeyResumeUnknown, "the code is unknown, used or expired")
	}
	return c, err
}
