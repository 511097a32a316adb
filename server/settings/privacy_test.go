package settings_test

import (
	"testing"

	"schalter/server/settings"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// TestANewTextAtTheOldAddress (P06): the notice's version and date follow the administrator's word too, not only the address.
func TestANewTextAtTheOldAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newTown(t, st, "a")
		save := func(change func(*settings.Profile)) (before, after int) {
			t.Helper()
			a := w.read().Authority
			p := profileOf(a)
			change(&p)
			must(t, w.SaveAuthority(t.Context(), w.admin, settings.AnyRevision, settings.AuthorityChange{Profile: &p}))
			return a.PrivacyVersion, w.read().Authority.PrivacyVersion
		}
		if before, after := save(func(p *settings.Profile) { p.Phone = "1" }); after != before {
			t.Errorf("another phone makes version %d of %d", after, before)
		}
		if before, after := save(func(p *settings.Profile) { p.PrivacyRenewed = true }); after != before+1 {
			t.Errorf("a new text makes version %d of %d", after, before)
		}
		if since := w.read().Authority.PrivacySince; !since.Equal(now) {
			t.Errorf("since %v", since)
		}
		if before, after := save(func(p *settings.Profile) { p.PrivacyRenewed, p.Privacy = true, "https://town.test/other" }); after != before+1 {
			t.Errorf("both at once make version %d of %d", after, before)
		}
	})
}
