package store

import (
	"context"
	"time"

	"schalter/server/civic"
)

const officeColumns = `authority_id, id, slug, name, about, prefix, position, hours, phone, email, appointment_only,
	lists_contacts, issuing_stopped, in_row, revision, closures, openings, day_limit, stops_when_full, max_calls, call_seconds,
	message, message_at, retired`

func scanOffice(r row) (o civic.Office, err error) {
	err = r.Scan(&o.AuthorityID, &o.ID, &o.Slug, fromJSON(&o.Name), fromJSON(&o.About), &o.Prefix, &o.Position,
		fromJSON(&o.Hours), &o.Phone, &o.Email, &o.AppointmentOnly, &o.ListsContacts, &o.IssuingStopped, &o.InRow,
		&o.Revision, fromJSON(&o.Closures), fromJSON(&o.Openings), &o.DayLimit, &o.StopsWhenFull, &o.MaxCalls, &o.CallSeconds,
		&o.Message, at(&o.MessageAt), &o.Retired)
	return o, err
}

// Offices returns the authority's offices in the order of the board.
func (tx *Tx) Offices(ctx context.Context, authority civic.AuthorityID) ([]civic.Office, error) {
	return all(ctx, tx, scanOffice, `SELECT `+officeColumns+` FROM offices
		WHERE authority_id = $1 ORDER BY position, id`, authority)
}

// Office returns NotFound for an office that the authority does not have.
func (tx *Tx) Office(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID) (civic.Office, error) {
	o, err := one(ctx, tx, scanOffice, `SELECT `+officeColumns+` FROM offices
		WHERE authority_id = $1 AND id = $2`, authority, office)
	return o, unknown(err, civic.KeyOfficeUnknown, "office", office)
}

// SaveOffice inserts the office or replaces its settings. What belongs to the queue (revision, in_row,
// issuing_stopped, message) stays as it is in an existing row. Conflict if another office of the authority has its slug.
func (tx *Tx) SaveOffice(ctx context.Context, o civic.Office) error {
	n, err := tx.exec(ctx, `INSERT INTO offices (`+officeColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
			$23, $24)
		ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, name = excluded.name, about = excluded.about,
			prefix = excluded.prefix, position = excluded.position, hours = excluded.hours, phone = excluded.phone,
			email = excluded.email, appointment_only = excluded.appointment_only, lists_contacts = excluded.lists_contacts,
			closures = excluded.closures, openings = excluded.openings, day_limit = excluded.day_limit,
			stops_when_full = excluded.stops_when_full, max_calls = excluded.max_calls, call_seconds = excluded.call_seconds,
			retired = excluded.retired
		WHERE offices.authority_id = excluded.authority_id`,
		o.AuthorityID, o.ID, o.Slug, asJSON(o.Name), asJSON(o.About), o.Prefix, o.Position, asJSON(o.Hours), o.Phone,
		o.Email, o.AppointmentOnly, o.ListsContacts, o.IssuingStopped, o.InRow, o.Revision, asJSON(o.Closures), asJSON(o.Openings),
		o.DayLimit, o.StopsWhenFull, o.MaxCalls, o.CallSeconds, o.Message, micros(o.MessageAt), o.Retired)
	if err == nil && n == 0 {
		return civic.Errorf(civic.NotFound, civic.KeyOfficeUnknown, "office %s is another authority's", o.ID)
	}
	return tx.unique(err, keySlugTaken)
}

// Touch raises the office's revision and returns the office as it is then. It is the first statement of every move:
// on PostgreSQL the moves of one office wait here for each other, so that what follows sees all earlier ones.
func (tx *Tx) Touch(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID) (civic.Office, error) {
	o, err := one(ctx, tx, scanOffice, `UPDATE offices SET revision = revision + 1
		WHERE authority_id = $1 AND id = $2 RETURNING `+officeColumns, authority, office)
	return o, unknown(err, civic.KeyOfficeUnknown, "office", office)
}

// SetInRow stores how many calls in a row went ahead of an earlier ticket.
func (tx *Tx) SetInRow(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID, inRow int) error {
	return tx.setOffice(ctx, office, `UPDATE offices SET in_row = $3 WHERE authority_id = $1 AND id = $2`,
		authority, office, inRow)
}

// SetIssuingStopped stops the numbers of a day; an empty day lets them run again.
func (tx *Tx) SetIssuingStopped(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID, day civic.Day) error {
	return tx.setOffice(ctx, office, `UPDATE offices SET issuing_stopped = $3 WHERE authority_id = $1 AND id = $2`,
		authority, office, day)
}

// SetMessage stores the message to all who wait; empty: none.
func (tx *Tx) SetMessage(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID, text string, at time.Time) error {
	return tx.setOffice(ctx, office, `UPDATE offices SET message = $3, message_at = $4 WHERE authority_id = $1 AND id = $2`,
		authority, office, text, micros(at))
}

func (tx *Tx) setOffice(ctx context.Context, office civic.OfficeID, query string, args ...any) error {
	n, err := tx.exec(ctx, query, args...)
	if err == nil && n == 0 {
		return civic.Errorf(civic.NotFound, civic.KeyOfficeUnknown, "no office %s", office)
	}
	return err
}

func scanTopic(r row) (t civic.Topic, err error) {
	err = r.Scan(&t.ID, &t.OfficeID, fromJSON(&t.Name), &t.Position, &t.Retired)
	return t, err
}

// Topics returns the topics of all the authority's offices, office by office in their order.
func (tx *Tx) Topics(ctx context.Context, authority civic.AuthorityID) ([]civic.Topic, error) {
	return all(ctx, tx, scanTopic, `SELECT id, office_id, name, position, retired FROM topics
		WHERE authority_id = $1 ORDER BY office_id, position, id`, authority)
}

// SaveTopic inserts the topic or replaces it. NotFound if the topic or its office is not the authority's.
func (tx *Tx) SaveTopic(ctx context.Context, authority civic.AuthorityID, t civic.Topic) error {
	if _, err := tx.Office(ctx, authority, t.OfficeID); err != nil {
		return err
	}
	n, err := tx.exec(ctx, `INSERT INTO topics (authority_id, id, office_id, name, position, retired) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET office_id = excluded.office_id, name = excluded.name, position = excluded.position,
			retired = excluded.retired
		WHERE topics.authority_id = excluded.authority_id`,
		authority, t.ID, t.OfficeID, asJSON(t.Name), t.Position, t.Retired)
	if err == nil && n == 0 {
		return civic.Errorf(civic.NotFound, civic.KeyTopicUnknown, "topic %s is another authority's", t.ID)
	}
	return err
}

// NextNumber takes the next number of the office's day, from 1 on. Undone with its transaction, so there are no gaps.
func (tx *Tx) NextNumber(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID, day civic.Day) (int, error) {
	return one(ctx, tx, value[int], `INSERT INTO counters (authority_id, office_id, day, number) VALUES ($1, $2, $3, 1)
		ON CONFLICT (authority_id, office_id, day) DO UPDATE SET number = counters.number + 1
		RETURNING number`, authority, office, day)
}

// Issued returns how many numbers the office has issued on the day.
func (tx *Tx) Issued(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID, day civic.Day) (int, error) {
	return one(ctx, tx, value[int], `SELECT COALESCE(MAX(number), 0) FROM counters
		WHERE authority_id = $1 AND office_id = $2 AND day = $3`, authority, office, day)
}
