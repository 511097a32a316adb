package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"schalter/server/civic"
)

// keyTokenUnknown is the refusal of a link that is unknown, used or over.
const keyTokenUnknown = "token_unknown"

// TokenKind is what a one-time token sent by e-mail is for.
type TokenKind string

// The kinds.
const (
	TokenInvitation TokenKind = "invitation"
	TokenReset      TokenKind = "reset"
)

// AccountToken lets its holder set the password of one account, once.
type AccountToken struct {
	Authority civic.AuthorityID
	Clerk     civic.ClerkID
	Kind      TokenKind
	Expires   time.Time
}

// InsertAccountToken stores a token under its hash. Earlier ones of the same clerk are void from then on.
func (tx *Tx) InsertAccountToken(ctx context.Context, t AccountToken, hash []byte) error {
	if err := tx.DeleteAccountTokens(ctx, t.Authority, t.Clerk); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO account_tokens (authority_id, hash, clerk_id, kind, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		t.Authority, hash, t.Clerk, t.Kind, micros(t.Expires))
	return err
}

// DeleteAccountTokens makes all links of a clerk void.
func (tx *Tx) DeleteAccountTokens(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID) error {
	_, err := tx.exec(ctx, `DELETE FROM account_tokens WHERE authority_id = $1 AND clerk_id = $2`, authority, clerk)
	return err
}

func scanToken(r row) (t AccountToken, err error) {
	err = r.Scan(&t.Authority, &t.Clerk, &t.Kind, at(&t.Expires))
	return t, err
}

// AccountToken looks at a token without using it. NotFound if it is unknown, used or over.
func (tx *Tx) AccountToken(ctx context.Context, hash []byte, now time.Time) (AccountToken, error) {
	t, err := one(ctx, tx, scanToken, `SELECT authority_id, clerk_id, kind, expires_at FROM account_tokens
		WHERE hash = $1 AND expires_at > $2`, hash, micros(now))
	return t, unknown(err, keyTokenUnknown, "account token", "of that text")
}

// TakeAccountToken uses a token up. NotFound if it is unknown, used or over.
func (tx *Tx) TakeAccountToken(ctx context.Context, hash []byte, now time.Time) (AccountToken, error) {
	t, err := one(ctx, tx, scanToken, `DELETE FROM account_tokens WHERE hash = $1 AND expires_at > $2
		RETURNING authority_id, clerk_id, kind, expires_at`, hash, micros(now))
	return t, unknown(err, keyTokenUnknown, "account token", "of that text")
}

// DeleteTokensBefore deletes account tokens and single sign-ons under way that ended at t or earlier, of all authorities.
func (tx *Tx) DeleteTokensBefore(ctx context.Context, t time.Time) error {
	if _, err := tx.exec(ctx, `DELETE FROM account_tokens WHERE expires_at <= $1`, micros(t)); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `DELETE FROM sso_logins WHERE expires_at <= $1`, micros(t))
	return err
}

// OpenAccounts lists the clerks of an authority who hold an invitation that is still good.
func (tx *Tx) OpenAccounts(ctx context.Context, authority civic.AuthorityID, now time.Time) ([]civic.ClerkID, error) {
	return all(ctx, tx, value[civic.ClerkID], `SELECT clerk_id FROM account_tokens
		WHERE authority_id = $1 AND kind = 'invitation' AND expires_at > $2`, authority, micros(now))
}

// SetSetupToken replaces the one-time token of the first administrator. No hash: there is none any more.
func (tx *Tx) SetSetupToken(ctx context.Context, hash []byte, expires time.Time) error {
	if _, err := tx.exec(ctx, `DELETE FROM setup_tokens`); err != nil || hash == nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO setup_tokens (hash, expires_at) VALUES ($1, $2)`, hash, micros(expires))
	return err
}

// SetupToken looks at the first administrator's token without using it. NotFound if it is unknown, used or over.
func (tx *Tx) SetupToken(ctx context.Context, hash []byte, now time.Time) error {
	_, err := one(ctx, tx, value[int], `SELECT 1 FROM setup_tokens WHERE hash = $1 AND expires_at > $2`, hash, micros(now))
	return unknown(err, keyTokenUnknown, "setup token", "of that text")
}

// TakeSetupToken uses the first administrator's token up. NotFound if it is unknown, used or over.
func (tx *Tx) TakeSetupToken(ctx context.Context, hash []byte, now time.Time) error {
	n, err := tx.exec(ctx, `DELETE FROM setup_tokens WHERE hash = $1 AND expires_at > $2`, hash, micros(now))
	if err == nil && n == 0 {
		return civic.Errorf(civic.NotFound, keyTokenUnknown, "no setup token of that text")
	}
	return err
}

// AnyClerk says whether there is an account at all.
func (tx *Tx) AnyClerk(ctx context.Context) (bool, error) {
	_, err := one(ctx, tx, value[civic.ClerkID], `SELECT id FROM clerks LIMIT 1`)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// SSOLogin is a single sign-on under way.
type SSOLogin struct {
	Authority       civic.AuthorityID
	Nonce, Verifier string
	Expires         time.Time
}

// InsertSSOLogin stores a single sign-on under the hash of its state.
func (tx *Tx) InsertSSOLogin(ctx context.Context, l SSOLogin, hash []byte) error {
	_, err := tx.exec(ctx, `INSERT INTO sso_logins (authority_id, hash, nonce, verifier, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		l.Authority, hash, l.Nonce, l.Verifier, micros(l.Expires))
	return err
}

// TakeSSOLogin uses a single sign-on's state up. NotFound if it is unknown, used or over.
func (tx *Tx) TakeSSOLogin(ctx context.Context, hash []byte, now time.Time) (SSOLogin, error) {
	l, err := one(ctx, tx, func(r row) (l SSOLogin, err error) {
		err = r.Scan(&l.Authority, &l.Nonce, &l.Verifier, at(&l.Expires))
		return l, err
	}, `DELETE FROM sso_logins WHERE hash = $1 AND expires_at > $2 RETURNING authority_id, nonce, verifier, expires_at`, hash, micros(now))
	return l, unknown(err, keyTokenUnknown, "single sign-on", "of that state")
}
