package store

import (
	"context"
	"slices"
	"strings"

	"schalter/server/civic"
)

const clerkColumns = `authority_id, id, email, name, password_hash, contact_person, role, disabled, totp_secret, totp_step,
	sso_subject, deleted`

func scanClerk(r row) (c civic.Clerk, err error) {
	err = r.Scan(&c.AuthorityID, &c.ID, &c.Email, &c.Name, &c.PasswordHash, &c.ContactPerson, &c.Role, &c.Disabled, &c.TOTPSecret,
		&c.TOTPStep, &c.SSOSubject, &c.Deleted)
	return c, err
}

// EmailKey is how e-mail addresses are compared: in lower case, though the part before the @ could in theory differ
// by case. Nobody remembers how they typed it.
func EmailKey(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// Clerk returns NotFound for a clerk that the authority does not have.
func (tx *Tx) Clerk(ctx context.Context, authority civic.AuthorityID, clerk civic.ClerkID) (civic.Clerk, error) {
	c, err := one(ctx, tx, scanClerk, `SELECT `+clerkColumns+` FROM clerks
		WHERE authority_id = $1 AND id = $2`, authority, clerk)
	if err != nil {
		return c, unknown(err, civic.KeyLoginWrong, "clerk", clerk)
	}
	return tx.withOffices(ctx, c)
}

// ClerkByEmail finds a clerk of any authority, for it is the login that tells which; NotFound if there is none. What
// a deleted account has in the place of an address finds nobody.
func (tx *Tx) ClerkByEmail(ctx context.Context, email string) (civic.Clerk, error) {
	c, err := one(ctx, tx, scanClerk, `SELECT `+clerkColumns+` FROM clerks WHERE email_key = $1 AND NOT deleted`, EmailKey(email))
	if err != nil {
		return c, unknown(err, civic.KeyLoginWrong, "clerk", "of that address") // the address itself is not logged
	}
	return tx.withOffices(ctx, c)
}

func (tx *Tx) withOffices(ctx context.Context, c civic.Clerk) (civic.Clerk, error) {
	var err error
	c.Offices, err = all(ctx, tx, value[civic.OfficeID], `SELECT office_id FROM clerk_offices
		WHERE authority_id = $1 AND clerk_id = $2 ORDER BY office_id`, c.AuthorityID, c.ID)
	return c, err
}

// Clerks returns the authority's clerks by name, with the empty rows of deleted accounts: something may point at them.
func (tx *Tx) Clerks(ctx context.Context, authority civic.AuthorityID) ([]civic.Clerk, error) {
	clerks, err := all(ctx, tx, scanClerk, `SELECT `+clerkColumns+` FROM clerks
		WHERE authority_id = $1 ORDER BY name, id`, authority)
	if err != nil {
		return nil, err
	}
	type link struct {
		clerk  civic.ClerkID
		office civic.OfficeID
	}
	links, err := all(ctx, tx, func(r row) (l link, err error) { return l, r.Scan(&l.clerk, &l.office) },
		`SELECT clerk_id, office_id FROM clerk_offices WHERE authority_id = $1 ORDER BY office_id`, authority)
	if err != nil {
		return nil, err
	}
	of := map[civic.ClerkID][]civic.OfficeID{}
	for _, l := range links {
		of[l.clerk] = append(of[l.clerk], l.office)
	}
	for i := range clerks {
		clerks[i].Offices = of[clerks[i].ID]
	}
	return clerks, nil
}

// SaveClerk inserts the clerk or replaces it, with its offices. No role is that of a clerk. Conflict if another clerk, of any authority, has the
// same e-mail address.
func (tx *Tx) SaveClerk(ctx context.Context, c civic.Clerk) error {
	if c.Role == civic.RoleNobody {
		c.Role = civic.RoleClerk
	}
	n, err := tx.exec(ctx, `INSERT INTO clerks (`+clerkColumns+`, email_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET email = excluded.email, name = excluded.name,
			password_hash = excluded.password_hash, contact_person = excluded.contact_person,
			role = excluded.role, disabled = excluded.disabled, totp_secret = excluded.totp_secret, totp_step = excluded.totp_step,
			sso_subject = excluded.sso_subject, deleted = excluded.deleted, email_key = excluded.email_key
		WHERE clerks.authority_id = excluded.authority_id`,
		c.AuthorityID, c.ID, c.Email, c.Name, c.PasswordHash, c.ContactPerson, c.Role, c.Disabled, c.TOTPSecret, c.TOTPStep,
		c.SSOSubject, c.Deleted, EmailKey(c.Email))
	if err != nil {
		return tx.unique(err, keyEmailTaken)
	}
	if n == 0 {
		return civic.Errorf(civic.NotFound, civic.KeyLoginWrong, "clerk %s is another authority's", c.ID)
	}
	if _, err := tx.exec(ctx, `DELETE FROM clerk_offices WHERE authority_id = $1 AND clerk_id = $2`,
		c.AuthorityID, c.ID); err != nil {
		return err
	}
	for _, o := range slices.Compact(slices.Sorted(slices.Values(c.Offices))) {
		if _, err := tx.exec(ctx, `INSERT INTO clerk_offices (authority_id, clerk_id, office_id) VALUES ($1, $2, $3)`,
			c.AuthorityID, c.ID, o); err != nil {
			return err
		}
	}
	return nil
}
