package store

import (
	"context"

	"schalter/server/civic"
)

// LineUp lets the changes of an authority's staff happen one after the other, on PostgreSQL too: a rule about all of
// them, such as that an administrator is left, holds only then.
func (tx *Tx) LineUp(ctx context.Context, authority civic.AuthorityID) error {
	n, err := tx.exec(ctx, `UPDATE authorities SET revision = revision WHERE id = $1`, authority)
	if err == nil && n == 0 {
		return civic.Errorf(civic.NotFound, civic.KeyAuthorityUnknown, "no authority %s", authority)
	}
	return err
}

// ClerkBySubject finds the clerk linked to a subject of the authority's issuer; NotFound if there is none.
func (tx *Tx) ClerkBySubject(ctx context.Context, authority civic.AuthorityID, subject string) (civic.Clerk, error) {
	c, err := one(ctx, tx, scanClerk, `SELECT `+clerkColumns+` FROM clerks WHERE authority_id = $1 AND sso_subject = $2
		AND sso_subject <> ''`, authority, subject)
	if err != nil {
		return c, unknown(err, civic.KeyLoginWrong, "clerk", "of that subject")
	}
	return tx.withOffices(ctx, c)
}

// SetPassword stores the hash of a clerk's new password.
func (tx *Tx) SetPassword(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID, hash string) error {
	_, err := tx.exec(ctx, `UPDATE clerks SET password_hash = $3 WHERE authority_id = $1 AND id = $2`, authority, clerk, hash)
	return err
}

// AuthorityCount is what an operator sees of an authority.
type AuthorityCount struct {
	Slug            string
	Name            civic.Text
	Published       bool
	Offices, Clerks int
}

// AuthorityCounts returns all authorities by slug.
func (tx *Tx) AuthorityCounts(ctx context.Context) ([]AuthorityCount, error) {
	return all(ctx, tx, func(r row) (a AuthorityCount, err error) {
		err = r.Scan(&a.Slug, fromJSON(&a.Name), &a.Published, &a.Offices, &a.Clerks)
		return a, err
	}, `SELECT slug, name, published,
		(SELECT COUNT(*) FROM offices WHERE offices.authority_id = authorities.id AND NOT retired),
		(SELECT COUNT(*) FROM clerks WHERE clerks.authority_id = authorities.id AND NOT disabled)
		FROM authorities ORDER BY slug`)
}
