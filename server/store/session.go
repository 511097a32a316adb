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

// Sessions returns a clerk's logins, the one seen last first.
func (tx *Tx) Sessions(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID) ([]civic.Session, error) {
	return all(ctx, tx, scanSession, `SELECT `+sessionColumns+` FROM sessions
		WHERE authority_id = $1 AND clerk_id = $2 ORDER BY seen_at DESC, id`, authority, clerk)
}

// SeeSession notes that the session is in use. An unknown one is no error: it has just ended.
func (tx *Tx) SeeSession(ctx context.Context, authority civic.AuthorityID, session civic.SessionID, now time.Time) error {
	_, err := tx.exec(ctx, `UPDATE sessions SET seen_at = $3 WHERE authority_id = $1 AND id = $2`,
		authority, session, micros(now))
	return err
}

// SetChallenge keeps what a session's ceremony under way has to be compared with.
func (tx *Tx) SetChallenge(ctx context.Context, authority civic.AuthorityID, session civic.SessionID, challenge string) error {
	_, err := tx.exec(ctx, `UPDATE sessions SET challenge = $3 WHERE authority_id = $1 AND id = $2`, authority, session, challenge)
	return err
}

// TakeChallenge uses up what SetChallenge has kept; NotFound if there is nothing.
func (tx *Tx) TakeChallenge(ctx context.Context, authority civic.AuthorityID, session civic.SessionID) (string, error) {
	kept, err := one(ctx, tx, value[string], `SELECT challenge FROM sessions
		WHERE authority_id = $1 AND id = $2 AND challenge <> ''`, authority, session)
	if err != nil {
		return "", unknown(err, civic.KeyNotFound, "challenge of session", session)
	}
	n, err := tx.exec(ctx, `UPDATE sessions SET challenge = '' WHERE authority_id = $1 AND id = $2 AND challenge = $3`,
		authority, session, kept)
	if err == nil && n == 0 {
		err = civic.Errorf(civic.NotFound, civic.KeyNotFound, "the challenge of session %s was used at the same time", session)
	}
	return kept, err
}

// DeleteSession ends a login. An unknown one is no error.
func (tx *Tx) DeleteSession(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID, session civic.SessionID) error {
	_, err := tx.exec(ctx, `DELETE FROM sessions WHERE authority_id = $1 AND clerk_id = $2 AND id = $3`, authority, clerk, session)
	return err
}

// DeleteSessions ends all logins of a clerk but one, which may be none, and returns those that it has ended.
func (tx *Tx) DeleteSessions(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID, but civic.SessionID) ([]civic.SessionID, error) {
	return all(ctx, tx, value[civic.SessionID], `DELETE FROM sessions
		WHERE authority_id = $1 AND clerk_id = $2 AND id <> $3 RETURNING id`, authority, clerk, but)
}

// DeleteSessionsBefore deletes the sessions of all authorities that expired at t or earlier, and returns how many. Those
// of a clerk who has called somebody stay until the conversation has ended.
func (tx *Tx) DeleteSessionsBefore(ctx context.Context, t time.Time) (int, error) {
	return tx.exec(ctx, `DELETE FROM sessions WHERE expires_at <= $1 AND NOT EXISTS
		(SELECT 1 FROM tickets WHERE tickets.clerk_id = sessions.clerk_id AND tickets.state IN ('called', 'serving'))`, micros(t))
}

// ServingSince says whether somebody is called to a clerk's desk or in conversation there, by a call before t.
func (tx *Tx) ServingSince(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID, t time.Time) (bool, error) {
	n, err := one(ctx, tx, value[int], `SELECT COUNT(*) FROM tickets WHERE authority_id = $1 AND clerk_id = $2 AND state IN ('called', 'serving') AND called_at < $3`,
		authority, clerk, micros(t))
	return n > 0, err
}

// DeleteClerkGrants takes back the grants with which a clerk could still join a room.
func (tx *Tx) DeleteClerkGrants(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID) error {
	_, err := tx.exec(ctx, `DELETE FROM grants WHERE authority_id = $1 AND side = 'clerk' AND visit_id IN
		(SELECT id FROM visits WHERE authority_id = $1 AND clerk_id = $2 AND state <> 'ended')`, authority, clerk)
	return err
}

// Stricter is which rules of signing in an authority has from now on and had not before.
type Stricter struct{ SecondFactor, Only bool }

// EndWeakSessions ends the logins that stricter rules would not let in any more, but one, which may be none: of clerks
// with a password and without a second factor; or of all with a password who are no operators, when single sign-on is the
// only way. It returns those that it has ended. How a login began is not kept: who has both ways signs in again.
func (tx *Tx) EndWeakSessions(ctx context.Context, authority civic.AuthorityID, s Stricter, but civic.SessionID) ([]civic.Session, error) {
	const weak = `(SELECT id FROM clerks WHERE authority_id = $1 AND password_hash <> '' AND (
		($2 AND totp_secret = '' AND NOT EXISTS (SELECT 1 FROM passkeys WHERE passkeys.clerk_id = clerks.id))
		OR ($3 AND role <> 'operator')))`
	ended, err := all(ctx, tx, scanSession, `DELETE FROM sessions WHERE authority_id = $1 AND clerk_id IN `+weak+` AND id <> $4
		RETURNING `+sessionColumns, authority, s.SecondFactor, s.Only, but)
	for _, session := range ended {
		if err := tx.DeleteClerkGrants(ctx, authority, session.ClerkID); err != nil {
			return nil, err
		}
	}
	return ended, err
}
