package store

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"schalter/server/civic"
)

const ticketColumns = `authority_id, id, office_id, issuing_office_id, day, number, label, state, place, priority, deferred,
	passed, returned, calls, topic_id, name, lang, text_only, camera, microphone, desk_id, clerk_id, outcome, drawn_at,
	arrived_at, called_at, deadline, served_at, ended_at, seen_at, wants_clerk_id, interpreter, away, from_office_id, note`

func scanTicket(r row) (t civic.Ticket, err error) {
	err = r.Scan(&t.AuthorityID, &t.ID, &t.OfficeID, &t.IssuingOffice, &t.Day, &t.Number, &t.Label, &t.State, &t.Rank,
		&t.Priority, &t.Deferred, &t.Passed, &t.Returned, &t.Calls, id(&t.Topic), &t.Name, &t.Lang, &t.TextOnly, &t.Camera,
		&t.Microphone, id(&t.Desk), id(&t.Clerk), &t.Outcome, at(&t.DrawnAt), at(&t.ArrivedAt), at(&t.CalledAt),
		at(&t.Deadline), at(&t.ServedAt), at(&t.EndedAt), at(&t.SeenAt), id(&t.Wants), &t.Interpreter, &t.Away,
		id(&t.From), &t.Note)
	return t, err
}

// InsertTicket stores a drawn ticket. secretHash is the SHA-256 of its secret; idempotencyHash that of the draw's key,
// or nil. Conflict with KeyIdempotencyReused if that key has drawn already; the transaction can go on after it, with
// TicketByIdempotency.
func (tx *Tx) InsertTicket(ctx context.Context, t civic.Ticket, secretHash, idempotencyHash []byte) error {
	var key any
	if len(idempotencyHash) > 0 {
		key = idempotencyHash
	}
	n, err := tx.exec(ctx, `INSERT INTO tickets (`+ticketColumns+`, idempotency_hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
			$25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36)
		ON CONFLICT DO NOTHING`,
		t.AuthorityID, t.ID, t.OfficeID, t.IssuingOffice, t.Day, t.Number, t.Label, t.State, t.Rank, t.Priority, t.Deferred,
		t.Passed, t.Returned, t.Calls, ref(t.Topic), t.Name, t.Lang, t.TextOnly, t.Camera, t.Microphone, ref(t.Desk),
		ref(t.Clerk), t.Outcome, micros(t.DrawnAt), micros(t.ArrivedAt), micros(t.CalledAt), micros(t.Deadline),
		micros(t.ServedAt), micros(t.EndedAt), micros(t.SeenAt),
		ref(t.Wants), t.Interpreter, t.Away, ref(t.From), t.Note, key)
	if err != nil {
		return err
	}
	if n > 0 {
		return tx.insertSecret(ctx, t.AuthorityID, t.ID, secretHash)
	}
	if key != nil {
		if _, err := tx.TicketByIdempotency(ctx, idempotencyHash); civic.CodeOf(err) != civic.NotFound {
			return errors.Join(err, civic.Errorf(civic.Conflict, civic.KeyIdempotencyReused, "ticket %s: the key was used", t.ID))
		}
	}
	return civic.Errorf(civic.Internal, civic.KeyInternal, "ticket %s: number %d of %s on %s, or the id, is taken",
		t.ID, t.Number, t.IssuingOffice, t.Day)
}

// Ticket returns NotFound for a ticket that the authority does not have.
func (tx *Tx) Ticket(ctx context.Context, authority civic.AuthorityID, ticket civic.TicketID) (civic.Ticket, error) {
	t, err := one(ctx, tx, scanTicket, `SELECT `+ticketColumns+` FROM tickets
		WHERE authority_id = $1 AND id = $2`, authority, ticket)
	return t, unknown(err, civic.KeyTicketUnknown, "ticket", ticket)
}

// TicketBySecret returns NotFound for an unknown secret.
func (tx *Tx) TicketBySecret(ctx context.Context, hash []byte) (civic.Ticket, error) {
	t, err := one(ctx, tx, scanTicket, `SELECT `+ticketColumns+` FROM tickets
		WHERE id = (SELECT ticket_id FROM ticket_secrets WHERE hash = $1 AND NOT moved)`, hash)
	return t, unknown(err, civic.KeyTicketUnknown, "ticket", "of that secret")
}

// TicketByIdempotency returns the ticket that a draw with that key has made, NotFound if there is none.
func (tx *Tx) TicketByIdempotency(ctx context.Context, hash []byte) (civic.Ticket, error) {
	t, err := one(ctx, tx, scanTicket, `SELECT `+ticketColumns+` FROM tickets WHERE idempotency_hash = $1`, hash)
	return t, unknown(err, civic.KeyTicketUnknown, "ticket", "of that key")
}

// TicketOfClerk returns the ticket that the clerk has called or serves, NotFound if there is none.
func (tx *Tx) TicketOfClerk(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID) (civic.Ticket, error) {
	t, err := one(ctx, tx, scanTicket, `SELECT `+ticketColumns+` FROM tickets
		WHERE authority_id = $1 AND clerk_id = $2 AND state IN ('called', 'serving')`, authority, clerk)
	return t, unknown(err, civic.KeyTicketUnknown, "current ticket of clerk", clerk)
}

// Tickets returns the tickets in an office's queue that are in one of the states, by rank. Who is called next is
// civic's Order.
func (tx *Tx) Tickets(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID, states ...civic.TicketState) ([]civic.Ticket, error) {
	if len(states) == 0 {
		return nil, nil
	}
	args := []any{authority, office}
	var in []string
	for _, s := range states {
		args = append(args, s)
		in = append(in, "$"+strconv.Itoa(len(args)))
	}
	return all(ctx, tx, scanTicket, `SELECT `+ticketColumns+` FROM tickets
		WHERE authority_id = $1 AND office_id = $2 AND state IN (`+strings.Join(in, ", ")+`) ORDER BY place, id`, args...)
}

// WaitingBefore counts the tickets that wait in an office with a rank below.
func (tx *Tx) WaitingBefore(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID, rank int64) (int, error) {
	return one(ctx, tx, value[int], `SELECT COUNT(*) FROM tickets
		WHERE authority_id = $1 AND office_id = $2 AND state = 'waiting' AND place < $3`, authority, office, rank)
}

// UpdateTicket stores the ticket after a move from the state from. Number, secret and presence are not touched by it.
//
// Codes: Conflict if the ticket is not in that state any more (KeyTakenByColleague if it was to be called, and another
// did), or if its clerk or desk has a called or serving ticket already (KeyDeskBusy); NotFound.
func (tx *Tx) UpdateTicket(ctx context.Context, t civic.Ticket, from civic.TicketState) error {
	n, err := tx.exec(ctx, `UPDATE tickets SET office_id = $4, state = $5, place = $6, priority = $7, deferred = $8,
			passed = $9, returned = $10, calls = $11, topic_id = $12, name = $13, lang = $14, text_only = $15, camera = $16,
			microphone = $17, desk_id = $18, clerk_id = $19, outcome = $20, arrived_at = $21, called_at = $22, deadline = $23,
			served_at = $24, ended_at = $25, wants_clerk_id = $26, interpreter = $27, away = $28, from_office_id = $29, note = $30
		WHERE authority_id = $1 AND id = $2 AND state = $3`,
		t.AuthorityID, t.ID, from, t.OfficeID, t.State, t.Rank, t.Priority, t.Deferred, t.Passed, t.Returned, t.Calls,
		ref(t.Topic), t.Name, t.Lang, t.TextOnly, t.Camera, t.Microphone, ref(t.Desk), ref(t.Clerk), t.Outcome,
		micros(t.ArrivedAt), micros(t.CalledAt), micros(t.Deadline), micros(t.ServedAt), micros(t.EndedAt), ref(t.Wants), t.Interpreter, t.Away,
		ref(t.From), t.Note)
	if err != nil {
		return tx.unique(err, civic.KeyDeskBusy)
	}
	if n > 0 {
		return nil
	}
	now, err := tx.Ticket(ctx, t.AuthorityID, t.ID)
	if err != nil {
		return err
	}
	key := civic.KeyTicketState
	if t.State == civic.Called && (now.State == civic.Called || now.State == civic.Serving) {
		key = civic.KeyTakenByColleague
	}
	return civic.Errorf(civic.Conflict, key, "ticket %s is %s, not %s", t.ID, now.State, from)
}

// DescribeTicket stores what the citizen says about the visit: topic, name, language, needs, device checks. Gone
// with KeyTicketOver once the ticket is over.
func (tx *Tx) DescribeTicket(ctx context.Context, t civic.Ticket) error {
	n, err := tx.exec(ctx, `UPDATE tickets SET topic_id = $3, name = $4, lang = $5, text_only = $6, camera = $7, microphone = $8,
			wants_clerk_id = $9, interpreter = $10, away = $11, priority = $12
		WHERE authority_id = $1 AND id = $2 AND state NOT IN ('served', 'left', 'closed')`,
		t.AuthorityID, t.ID, ref(t.Topic), t.Name, t.Lang, t.TextOnly, t.Camera, t.Microphone,
		ref(t.Wants), t.Interpreter, t.Away, t.Priority)
	if err != nil || n > 0 {
		return err
	}
	return tx.notOver(ctx, t.AuthorityID, t.ID)
}
