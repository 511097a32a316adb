package store

import (
	"context"
	"time"

	"schalter/server/civic"
)

// UseTOTPStep notes that the code of a time step was used. Conflict if it, or a later one, was used before: each is good
// once.
func (tx *Tx) UseTOTPStep(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID, step int64) error {
	n, err := tx.exec(ctx, `UPDATE clerks SET totp_step = $3 WHERE authority_id = $1 AND id = $2 AND totp_step < $3`,
		authority, clerk, step)
	if err == nil && n == 0 {
		return civic.Errorf(civic.Conflict, civic.KeyLoginWrong, "step %d of clerk %s was used", step, clerk)
	}
	return err
}

// SetTOTP stores the secret of a clerk's authenticator, or none, and the last step used.
func (tx *Tx) SetTOTP(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID, secret string, step int64) error {
	_, err := tx.exec(ctx, `UPDATE clerks SET totp_secret = $3, totp_step = $4 WHERE authority_id = $1 AND id = $2`,
		authority, clerk, secret, step)
	return err
}

// Passkey is a credential of a clerk; Credential is the library's record of it, as JSON.
type Passkey struct {
	Authority  civic.AuthorityID
	ID         []byte
	Clerk      civic.ClerkID
	Name       string
	Credential string
	Created    time.Time
	Used       time.Time
}

const passkeyColumns = `authority_id, id, clerk_id, name, credential, created_at, used_at`

func scanPasskey(r row) (p Passkey, err error) {
	err = r.Scan(&p.Authority, &p.ID, &p.Clerk, &p.Name, &p.Credential, at(&p.Created), at(&p.Used))
	return p, err
}

// InsertPasskey stores a new passkey. Conflict if it is registered already.
func (tx *Tx) InsertPasskey(ctx context.Context, p Passkey) error {
	_, err := tx.exec(ctx, `INSERT INTO passkeys (`+passkeyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		p.Authority, p.ID, p.Clerk, p.Name, p.Credential, micros(p.Created), micros(p.Used))
	return tx.unique(err, "passkey_known")
}

// Passkeys returns a clerk's passkeys, the oldest first.
func (tx *Tx) Passkeys(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID) ([]Passkey, error) {
	return all(ctx, tx, scanPasskey, `SELECT `+passkeyColumns+` FROM passkeys
		WHERE authority_id = $1 AND clerk_id = $2 ORDER BY created_at, id`, authority, clerk)
}

// UsePasskey stores the record of a passkey after its use.
func (tx *Tx) UsePasskey(ctx context.Context, p Passkey) error {
	_, err := tx.exec(ctx, `UPDATE passkeys SET credential = $4, used_at = $5 WHERE authority_id = $1 AND clerk_id = $2 AND id = $3`,
		p.Authority, p.Clerk, p.ID, p.Credential, micros(p.Used))
	return err
}

// DeletePasskey removes one passkey; NotFound if the clerk has no such one.
func (tx *Tx) DeletePasskey(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID, id []byte) error {
	n, err := tx.exec(ctx, `DELETE FROM passkeys WHERE authority_id = $1 AND clerk_id = $2 AND id = $3`, authority, clerk, id)
	if err == nil && n == 0 {
		return civic.Errorf(civic.NotFound, civic.KeyNotFound, "clerk %s has no such passkey", clerk)
	}
	return err
}

// DeletePasskeys removes all passkeys of a clerk.
func (tx *Tx) DeletePasskeys(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID) error {
	_, err := tx.exec(ctx, `DELETE FROM passkeys WHERE authority_id = $1 AND clerk_id = $2`, authority, clerk)
	return err
}
