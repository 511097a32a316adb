package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"schalter/server/civic"
)

// Deleted counts what DeleteEnded has deleted.
type Deleted struct{ Tickets, Visits, Codes, Grants, Counters int }

// Retentions returns what authorities have set of their own, by authority.
func (tx *Tx) Retentions(ctx context.Context) (map[civic.AuthorityID]civic.Retention, error) {
	type line struct {
		authority civic.AuthorityID
		kept      civic.Retention
	}
	lines, err := all(ctx, tx, func(r row) (l line, err error) { return l, r.Scan(&l.authority, fromJSON(&l.kept)) },
		`SELECT id, retention FROM authorities WHERE retention <> 'null'`)
	out := map[civic.AuthorityID]civic.Retention{}
	for _, l := range lines {
		if l.kept.Tickets() != civic.TicketRetention || l.kept.Audit() != civic.AuditRetention {
			out[l.authority] = l.kept
		}
	}
	return out, err
}

// DeleteEnded deletes the tickets that ended at endedBefore or earlier, with their secrets, visits, guests, codes and grants; further
// the codes and grants that expired by now unused, and counters of days long past. The anonymous records stay; so does what
// clerks did with the tickets in the audit log, but no longer with which number.
func (tx *Tx) DeleteEnded(ctx context.Context, endedBefore, now time.Time) (d Deleted, err error) {
	if d, err = tx.deleteTickets(ctx, `ended_at > 0 AND ended_at <= $1`, micros(endedBefore)); err != nil {
		return d, err
	}
	for _, step := range []struct {
		count *int
		query string
		arg   any
	}{
		{&d.Grants, `DELETE FROM grants WHERE expires_at <= $1`, micros(now)},
		{&d.Codes, `DELETE FROM resume_codes WHERE expires_at <= $1`, micros(now)},
		{&d.Counters, `DELETE FROM counters WHERE day < $1`, endedBefore.Add(-civic.CounterRetention).UTC().Format(time.DateOnly)},
	} {
		n, err := tx.exec(ctx, step.query, step.arg)
		if err != nil {
			return d, err
		}
		*step.count += n
	}
	return d, nil
}

// DeleteEndedOf is DeleteEnded for the tickets of one authority, which keeps them for a shorter time.
func (tx *Tx) DeleteEndedOf(ctx context.Context, authority civic.AuthorityID, endedBefore time.Time) (Deleted, error) {
	return tx.deleteTickets(ctx, `authority_id = $1 AND ended_at > 0 AND ended_at <= $2`, authority, micros(endedBefore))
}

// DeleteTicket deletes one ticket with all that is kept of its citizen.
func (tx *Tx) DeleteTicket(ctx context.Context, authority civic.AuthorityID, ticket civic.TicketID) error {
	_, err := tx.deleteTickets(ctx, `authority_id = $1 AND id = $2`, authority, ticket)
	return err
}

func (tx *Tx) deleteTickets(ctx context.Context, which string, args ...any) (d Deleted, err error) {
	tickets := `(SELECT id FROM tickets WHERE ` + which + `)`
	for _, step := range []struct {
		count *int
		query string
	}{ // first what needs the ticket's number, then in the order of the foreign keys
		{new(int), `UPDATE audit SET subject = '' WHERE id IN (SELECT a.id
			FROM (SELECT authority_id, label, drawn_at, ended_at FROM tickets WHERE ` + which + `) t CROSS JOIN audit a
			WHERE a.authority_id = t.authority_id AND a.at >= t.drawn_at AND a.at <= t.ended_at AND a.subject = t.label
				AND a.act LIKE 'ticket.%')`},
		{&d.Grants, `DELETE FROM grants WHERE visit_id IN (SELECT id FROM visits WHERE ticket_id IN ` + tickets + `)`},
		{new(int), `DELETE FROM guests WHERE visit_id IN (SELECT id FROM visits WHERE ticket_id IN ` + tickets + `)`},
		{new(int), `DELETE FROM consults WHERE visit_id IN (SELECT id FROM visits WHERE ticket_id IN ` + tickets + `)`},
		{new(int), `DELETE FROM ticket_secrets WHERE ticket_id IN ` + tickets},
		{&d.Codes, `DELETE FROM resume_codes WHERE ticket_id IN ` + tickets},
		{&d.Visits, `DELETE FROM visits WHERE ticket_id IN ` + tickets},
		{&d.Tickets, `DELETE FROM tickets WHERE ` + which},
	} {
		if *step.count, err = tx.exec(ctx, step.query, args...); err != nil {
			return d, err
		}
	}
	return d, nil
}

// DeleteExpired deletes what carries an expiry of its own: sessions (see DeleteSessionsBefore), invitations, logins under way.
func (tx *Tx) DeleteExpired(ctx context.Context, now time.Time) error {
	if _, err := tx.DeleteSessionsBefore(ctx, now); err != nil {
		return err
	}
	for _, table := range []string{"account_tokens", "sso_logins", "setup_tokens"} {
		if _, err := tx.exec(ctx, `DELETE FROM `+table+` WHERE expires_at <= $1`, micros(now)); err != nil {
			return err
		}
	}
	return nil
}

// DeleteAudit deletes the entries of the audit log from before, but for those of authorities that keep it for a time of
// their own.
func (tx *Tx) DeleteAudit(ctx context.Context, before time.Time, but []civic.AuthorityID) error {
	_, err := tx.exec(ctx, `DELETE FROM audit WHERE at < $1 AND authority_id NOT IN `+tx.dialect.elements("$2"), micros(before),
		asJSON(append([]civic.AuthorityID{}, but...)))
	return err
}

// DeleteAuditOf deletes the entries of one authority's audit log from before.
func (tx *Tx) DeleteAuditOf(ctx context.Context, authority civic.AuthorityID, before time.Time) error {
	_, err := tx.exec(ctx, `DELETE FROM audit WHERE authority_id = $1 AND at < $2`, authority, micros(before))
	return err
}

// Export returns all that is kept of a ticket's citizen: its row and those of its visits, column by column, without the
// hashes of secrets and the names of rooms; with each visit its consult and its guests. Names of guests whom the citizen was never
// told of are left out: they are third persons' (GDPR Art. 15(4)).
func (tx *Tx) Export(ctx context.Context, authority civic.AuthorityID, ticket civic.TicketID) (map[string]any, []map[string]any, error) {
	t, err := one(ctx, tx, columns, `SELECT * FROM tickets WHERE authority_id = $1 AND id = $2`, authority, ticket)
	if err != nil {
		return nil, nil, unknown(err, civic.KeyTicketUnknown, "ticket", ticket)
	}
	visits, err := all(ctx, tx, columns, `SELECT * FROM visits WHERE authority_id = $1 AND ticket_id = $2 ORDER BY called_at, id`, authority, ticket)
	if err != nil {
		return nil, nil, err
	}
	for _, v := range visits {
		id := civic.VisitID(fmt.Sprint(v["id"]))
		guests, err := tx.Guests(ctx, authority, id)
		if err != nil {
			return nil, nil, err
		}
		v["guests"] = exportGuests(guests)
		if v["consults"], err = all(ctx, tx, columns, `SELECT * FROM consults WHERE authority_id = $1 AND visit_id = $2 ORDER BY asked_at, id`, authority, id); err != nil {
			return nil, nil, err
		}
	}
	return t, visits, nil
}

func exportGuests(guests []civic.Guest) []map[string]any {
	out := []map[string]any{}
	for _, g := range guests {
		one := map[string]any{"kind": g.Kind, "state": g.State, "invited_by": g.InvitedBy}
		if g.Known() {
			one["name"] = g.Name
		}
		for name, at := range map[string]time.Time{"invited_at": g.InvitedAt, "knocked_at": g.KnockedAt, "answered_at": g.AnsweredAt, "entered_at": g.EnteredAt} {
			one[name] = nil
			if !at.IsZero() {
				one[name] = at.Format(time.RFC3339Nano)
			}
		}
		out = append(out, one)
	}
	return out
}

// instants are the columns of tickets, visits and consults that hold one.
var instants = map[string]bool{
	"drawn_at": true, "arrived_at": true, "called_at": true, "deadline": true, "served_at": true, "ended_at": true, "seen_at": true,
	"entered_at": true, "asked_at": true, "held_since": true, "agreed_at": true, "joined_at": true,
}

// columns scans a row of any columns, by name. Instants are told as such, none as nil.
func columns(r row) (map[string]any, error) {
	rows, ok := r.(*sql.Rows)
	if !ok {
		return nil, fmt.Errorf("columns of a %T", r)
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	values, to := make([]any, len(types)), make([]any, len(types))
	for i := range values {
		to[i] = &values[i]
	}
	if err := rows.Scan(to...); err != nil {
		return nil, err
	}
	out := map[string]any{}
	for i, column := range types {
		name := column.Name()
		us, isInt := values[i].(int64)
		switch {
		case isInt && column.DatabaseTypeName() == "BOOLEAN": // SQLite keeps them as numbers
			out[name] = us != 0
		case name == "idempotency_hash" || name == "room":
		case name == "captioner": // a hash
			out["captioned"] = values[i] != nil
		case isInt && instants[name] && us == 0:
			out[name] = nil
		case isInt && instants[name]:
			out[name] = instant(us).Format(time.RFC3339Nano)
		default:
			out[name] = values[i]
		}
	}
	return out, nil
}
