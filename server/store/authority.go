package store

import (
	"context"

	"schalter/server/civic"
)

const authorityColumns = `id, slug, name, phone, email, address, privacy, imprint, statement, accent, origins, texts,
	languages, holidays, closures, published, privacy_version, privacy_since, second_factor, clerk_statistics, retention, sso, revision`

func scanAuthority(r row) (a civic.Authority, err error) {
	err = r.Scan(&a.ID, &a.Slug, fromJSON(&a.Name), &a.Phone, &a.Email, &a.Address, &a.Privacy, &a.Imprint, &a.Statement,
		&a.Accent, fromJSON(&a.Origins), fromJSON(&a.Texts), fromJSON(&a.Languages), fromJSON(&a.Holidays), fromJSON(&a.Closures),
		&a.Published, &a.PrivacyVersion, at(&a.PrivacySince), &a.SecondFactor, &a.ClerkStatistics, fromJSON(&a.Retention),
		fromJSON(&a.SSO), &a.Revision)
	return a, err
}

// Authority returns NotFound for an unknown id.
func (tx *Tx) Authority(ctx context.Context, authority civic.AuthorityID) (civic.Authority, error) {
	a, err := one(ctx, tx, scanAuthority, `SELECT `+authorityColumns+` FROM authorities WHERE id = $1`, authority)
	return a, unknown(err, civic.KeyAuthorityUnknown, "authority", authority)
}

// AuthorityBySlug returns NotFound for an unknown slug.
func (tx *Tx) AuthorityBySlug(ctx context.Context, slug string) (civic.Authority, error) {
	a, err := one(ctx, tx, scanAuthority, `SELECT `+authorityColumns+` FROM authorities WHERE slug = $1`, slug)
	return a, unknown(err, civic.KeyAuthorityUnknown, "authority", "of that slug") // which may be anything that somebody typed
}

// SaveAuthority inserts the authority or replaces it; a replaced one's revision rises by one, whatever a.Revision says. Conflict if another has its slug.
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
	return tx.unique(err, keySlugTaken)
}

// Keys of refusals that only administration meets. They are not among civic's, for no citizen or clerk can cause them.
const (
	keySlugTaken  = "slug_taken"
	keyEmailTaken = "email_taken"
)
