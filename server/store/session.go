package store

import (
	"context"
	"time"

	"schalter/server/civic"
)

const sessionColumns = `authority_id, id, clerk_id, created_at, seen_at, expires_at, stage, agent`

func scanSession(r row) (s civic.Session, err error) {
	err = r.Scan(&s.AuthorityID, &s.ID, &s.ClerkID, at(&s.CreatedAt), at(&s.SeenAt), at(&s.ExpiresAt), &s.Stage, &s.Agent)
	return s, err
}

// InsertSession stores a login under the hash of its token.
func (tx *Tx) InsertSession(ctx context.Context, s civic.Session, hash []byte) error {
	_, err := tx.exec(ctx, `INSERT INTO sessions (`+sessionColumns+`, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.AuthorityID, s.ID, s.ClerkID, micros(s.CreatedAt), micros(s.SeenAt), micros(s.ExpiresAt), s.Stage, s.Agent, hash)
	return err
}

// SessionByHash returns NotFound for an unknown token. Whether the session has expired is the caller's question.
func (tx *Tx) SessionByHash(ctx context.Context, hash []byte) (civic.Session, error) {
	s, err := one(ctx, tx, scanSession, `SELECT `+sessionColumns+` FROM sessions WHERE hash = $1`, hash)
	return s, unknown(err, civic.KeySessionOver, "session", "of that token")
}

// SeeSession notes that the session is in use. An unknown one is no error: it has just ended.
func (tx *Tx) SeeSession(ctx context.Context, authority civic.AuthorityID, session civic.SessionID, now time.Time) error {
	_, err := tx.exec(ctx, `UPDATE sessions SET seen_at = $3 WHERE authority_id = $1 AND id = $2`,
		authority, session, micros(now))
	return err
}

// DeleteSession ends a login. An unknown one is no error.
func (tx *Tx) DeleteSession(ctx context.Context, hash []byte) error {
	_, err := tx.exec(ctx, `DELETE FROM sessions WHERE hash = $1`, hash)
	return err
}

// DeleteSessionsBefore deletes the sessions of all authorities that expired at t or earlier, and returns how many.
func (tx *Tx) DeleteSessionsBefore(ctx context.Context, t time.Time) (int, error) {
	return tx.exec(ctx, `DELETE FROM sessions WHERE expires_at <= $1`, micros(t))
}
