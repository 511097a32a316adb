package settings

import (
	"context"

	"schalter/server/civic"
)

// AuthorityChange is a change of an authority; sections that are nil stay as they are.
type AuthorityChange struct {
	Profile   *Profile
	Origins   *[]string
	Texts     *map[string]civic.Text
	Retention *civic.Retention
	Calendar  *Calendar
}

// Profile is who the authority is.
type Profile struct {
	Name                        civic.Text
	Phone, Email, Address       string
	Accent                      string
	Languages                   []string
	Privacy, Imprint, Statement string
	PrivacyRenewed              bool // the notice at that address has a new text (REQUIREMENTS P06)
	Published                   bool
	ClerkStatistics             bool
}

// Calendar are the days on which all of the authority's offices are closed.
type Calendar struct {
	Holidays civic.Holidays
	Closures []civic.Closure
}

// SaveAuthority changes the authority. revision is what Read said, or AnyRevision.
func (s *Service) SaveAuthority(ctx context.Context, caller civic.Caller, revision int64, c AuthorityChange) error {
	if err := mayAdminister(caller); err != nil {
		return err
	}
	_, err := s.change(ctx, caller, act{name: "settings.authority_saved", revision: revision}, func(all *Settings) error {
		a := &all.Authority
		if p := c.Profile; p != nil {
			a.Name, a.Phone, a.Email, a.Address, a.Accent, a.Languages = p.Name, p.Phone, p.Email, p.Address, p.Accent, p.Languages
			a.Privacy, a.Imprint, a.Statement = p.Privacy, p.Imprint, p.Statement
			a.Published, a.ClerkStatistics = p.Published, p.ClerkStatistics
			if p.PrivacyRenewed {
				a.PrivacyVersion++
			}
		}
		set(&a.Origins, c.Origins)
		set(&a.Texts, c.Texts)
		set(&a.Retention, c.Retention)
		if c.Calendar != nil {
			a.Holidays, a.Closures = c.Calendar.Holidays, c.Calendar.Closures
		}
		return nil
	})
	return err
}

// set stores a value that is there.
func set[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}

// Missing lists what an authority still needs before numbers may be drawn (REQUIREMENTS P06, A33), as paths.
func Missing(a civic.Authority) []string {
	var out []string
	for _, need := range []struct {
		path  string
		there bool
	}{
		{"authority.name", a.Name["de"] != ""},
		{"authority.phone", a.Phone != "" || a.Email != ""},
		{"authority.privacy", a.Privacy != ""},
		{"authority.imprint", a.Imprint != ""},
		{"authority.statement", a.Statement != ""},
	} {
		if !need.there {
			out = append(out, need.path)
		}
	}
	return out
}
