package store

import (
	"context"
	"time"

	"schalter/server/civic"
)

const authorityColumns = `id, slug, name, phone, email, address, privacy, imprint, statement, accent, origins, texts,
	languages, holidays, closures, published, privacy_version, privacy_since, second_factor, clerk_statistics, retention, sso, revision`

// authorityRow is an authority as it is read: with the time of its logo, which has a table of its own.
const authorityRow = authorityColumns + `, COALESCE((SELECT changed_at FROM logos WHERE authority_id = authorities.id), 0)`

func scanAuthority(r row) (a civic.Authority, err error) {
	err = r.Scan(&a.ID, &a.Slug, fromJSON(&a.Name), &a.Phone, &a.Email, &a.Address, &a.Privacy, &a.Imprint, &a.Statement,
		&a.Accent, fromJSON(&a.Origins), fromJSON(&a.Texts), fromJSON(&a.Languages), fromJSON(&a.Holidays), fromJSON(&a.Closures),
		&a.Published, &a.PrivacyVersion, at(&a.PrivacySince), &a.SecondFactor, &a.ClerkStatistics, fromJSON(&a.Retention),
		fromJSON(&a.SSO), &a.Revision, at(&a.LogoAt))
	return a, err
}

// Authority returns NotFound for an unknown id.
func (tx *Tx) Authority(ctx context.Context, authority civic.AuthorityID) (civic.Authority, error) {
	a, err := one(ctx, tx, scanAuthority, `SELECT `+authorityRow+` FROM authorities WHERE id = $1`, authority)
	return a, unknown(err, civic.KeyAuthorityUnknown, "authority", authority)
}

// AuthorityBySlug returns NotFound for an unknown slug.
func (tx *Tx) AuthorityBySlug(ctx context.Context, slug string) (civic.Authority, error) {
	a, err := one(ctx, tx, scanAuthority, `SELECT `+authorityRow+` FROM authorities WHERE slug = $1`, slug)
	return a, unknown(err, civic.KeyAuthorityUnknown, "authority", "of that slug") // which may be anything that somebody typed
}

// TouchAuthority raises the authority's revision and returns it as it is then. It is the first statement of every change
// of settings: on PostgreSQL the changes of one authority wait here for each other.
func (tx *Tx) TouchAuthority(ctx context.Context, authority civic.AuthorityID) (civic.Authority, error) {
	a, err := one(ctx, tx, scanAuthority, `UPDATE authorities SET revision = revision + 1 WHERE id = $1 RETURNING `+authorityRow, authority)
	return a, unknown(err, civic.KeyAuthorityUnknown, "authority", authority)
}

// SaveAuthority inserts the authority or replaces it; a replaced one's revision rises by one, whatever a.Revision says. Conflict if another has its slug.
// Without ClerkStatistics the visit records forget their clerks at once.
func (tx *Tx) SaveAuthority(ctx context.Context, a civic.Authority) error {
	_, err := tx.exec(ctx, `INSERT INTO authorities (`+authorityColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
		ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, name = excluded.name, phone = excluded.phone,
			email = excluded.email, address = excluded.address, privacy = excluded.privacy, imprint = excluded.imprint,
			statement = excluded.statement, accent = excluded.accent, origins = excluded.origins, texts = excluded.texts,
			languages = excluded.languages, holidays = excluded.holidays, closures = excluded.closures,
			published = excluded.published, privacy_version = excluded.privacy_version, privacy_since = excluded.privacy_since,
			second_factor = excluded.second_factor, clerk_statistics = excluded.clerk_statistics, retention = excluded.retention,
			sso = excluded.sso, revision = authorities.revision + 1`,
		a.ID, a.Slug, asJSON(a.Name), a.Phone, a.Email, a.Address, a.Privacy, a.Imprint, a.Statement, a.Accent,
		asJSON(a.Origins), asJSON(a.Texts), asJSON(a.Languages), asJSON(a.Holidays), asJSON(a.Closures), a.Published,
		a.PrivacyVersion, micros(a.PrivacySince), a.SecondFactor, a.ClerkStatistics, asJSON(a.Retention), asJSON(a.SSO), a.Revision)
	if err != nil || a.ClerkStatistics {
		return tx.unique(err, keySlugTaken)
	}
	return tx.forgetClerks(ctx, a.ID)
}

// SaveLogo stores the authority's logo, a PNG, in the place of the one before.
func (tx *Tx) SaveLogo(ctx context.Context, authority civic.AuthorityID, png []byte, now time.Time) error {
	_, err := tx.exec(ctx, `INSERT INTO logos (authority_id, type, data, changed_at) VALUES ($1, 'image/png', $2, $3)
		ON CONFLICT (authority_id) DO UPDATE SET type = excluded.type, data = excluded.data, changed_at = excluded.changed_at`,
		authority, png, micros(now))
	return err
}

// Logo returns the authority's logo, a PNG. NotFound if it has none.
func (tx *Tx) Logo(ctx context.Context, authority civic.AuthorityID) ([]byte, error) {
	png, err := one(ctx, tx, value[[]byte], `SELECT data FROM logos WHERE authority_id = $1`, authority)
	return png, unknown(err, civic.KeyNotFound, "logo of", authority)
}

// DeleteLogo removes the authority's logo. None is no error.
func (tx *Tx) DeleteLogo(ctx context.Context, authority civic.AuthorityID) error {
	_, err := tx.exec(ctx, `DELETE FROM logos WHERE authority_id = $1`, authority)
	return err
}

// Keys of refusals that only administration meets. They are not among civic's, for no citizen or clerk can cause them.
const (
	keySlugTaken  = "slug_taken"
	keyEmailTaken = "email_taken"
)
