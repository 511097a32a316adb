package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/store"
)

// TestSettingsOverTheWire: an admin changes what the public then sees, and every refusal says which field.
func TestSettingsOverTheWire(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	admin, clerk, citizen := newClerk(t, p.address), newClerk(t, p.address), newCitizen(t, p.address)
	admin.login(berg)
	clerk.login(huber)
	const base = "/api/v1/console/settings"
	now := as[protocol.Settings](admin.do(http.MethodGet, base, nil))
	board := func() protocol.Board {
		t.Helper()
		return as[protocol.Board](citizen.do(http.MethodGet, "/api/v1/authorities/"+otherTown+"/board", nil))
	}

	profile := now.Profile
	profile.Name = civic.Text{"de": "Stadt Fern"}
	change := protocol.ChangeAuthority{Revision: now.Revision, Profile: &profile}
	if a := admin.do(http.MethodPut, base+"/authority", change); a.status != 409 || !strings.Contains(string(a.body), `"path":"authority.privacy"`) {
		t.Errorf("published without a privacy notice: %d %s", a.status, a.body)
	}
	profile.Privacy, profile.Imprint, profile.Statement = "https://f.test/p", "https://f.test/i", "https://f.test/s"
	now = as[protocol.Settings](admin.do(http.MethodPut, base+"/authority", change))
	if got := board().Authority; got.Name["de"] != "Stadt Fern" || got.Privacy != "https://f.test/p" || got.PrivacySince == nil {
		t.Errorf("the board has %+v", got)
	}
	change.Profile.Accent = "blue"
	if a := admin.do(http.MethodPut, base+"/authority", protocol.ChangeAuthority{Revision: now.Revision, Profile: change.Profile}); a.status != 422 ||
		!strings.Contains(string(a.body), `{"path":"authority.accent","key":"colour_invalid"}`) {
		t.Errorf("a colour: %d %s", a.status, a.body)
	}

	// Hours, a closure and a topic reach the board; a retired office leaves it.
	id := string(now.Offices[0].ID)
	hours := protocol.OfficeHours{Weekly: []protocol.PlannedInterval{{Weekday: 1, From: "08:00", To: "24:00"}}, Closures: []protocol.ClosureDates{}, Openings: []protocol.ExtraOpening{}}
	now = as[protocol.Settings](admin.do(http.MethodPut, base+"/offices/"+id+"/hours", protocol.ChangeHours{Revision: now.Revision, Hours: hours}))
	office := now.Offices[0].Profile
	office.Topics = []protocol.TopicSettings{{Name: civic.Text{"de": "Fundsache"}}}
	now = as[protocol.Settings](admin.do(http.MethodPut, base+"/offices/"+id, protocol.ChangeOffice{Revision: now.Revision, Profile: office}))
	eventually(t, "hours and topic on the board", func() bool {
		b := board().Offices[0]
		return len(b.Topics) == 1 && b.Topics[0].Name["de"] == "Fundsache" && b.Days[1].Open == "08:00–24:00" && b.Days[2].Open == ""
	})
	as[protocol.Settings](admin.do(http.MethodPut, base+"/offices/"+id+"/retired", protocol.RetireOffice{Retired: true}))
	if offices := board().Offices; len(offices) != 0 {
		t.Errorf("a retired office on the board: %+v", offices)
	}
	if a := citizen.post("/api/v1/tickets", protocol.Draw{Authority: otherTown, Office: officeOther}, "Idempotency-Key", newKey()); a.status != 404 {
		t.Errorf("a number of a retired office: %d %s", a.status, a.body)
	}

	// Large bodies: only where they belong.
	large := strings.Repeat("# a line\n", 20_000) // 180 KB
	if a := admin.post(base+"/import", protocol.ImportSettings{Text: "schalter: 1\n" + large, Dry: true}); a.status != 200 {
		t.Errorf("a large file: %d %.200s", a.status, a.body)
	}
	if a := admin.post(base+"/offices", protocol.ImportSettings{Text: large}); a.status != 413 {
		t.Errorf("a large body elsewhere: %d %.200s", a.status, a.body)
	}
	if a := admin.do(http.MethodGet, base+"/export", nil); a.status != 200 || !bytes.Contains(a.body, []byte("Stadt Fern")) || bytes.Contains(a.body, []byte("berg@")) {
		t.Errorf("export: %d %s", a.status, a.body)
	}
	if log := as[protocol.AuditLog](admin.do(http.MethodGet, base+"/audit", nil)); len(log.Lines) < 4 || log.Lines[0].Act != "settings.office_retired" || log.Lines[0].Who != "Frau b" {
		t.Errorf("%+v", log)
	}
	for _, path := range []string{"/audit?from=yesterday", "/audit?from=2026-02-01&to=2026-01-01", "/audit.csv?to=x"} {
		if a := admin.do(http.MethodGet, base+path, nil); a.status != 422 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	for _, path := range []string{"", "/export", "/audit", "/audit.csv"} {
		if a := clerk.do(http.MethodGet, base+path, nil); a.status != 403 {
			t.Errorf("a clerk at %s: %d %s", path, a.status, a.body)
		}
	}
}

// TestNobodyDrawsBeforePublication (REQUIREMENTS P06), and the board offers no button that would be refused.
func TestNobodyDrawsBeforePublication(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	must(t, p.store.Write(t.Context(), func(tx *store.Tx) error {
		a, err := tx.AuthorityBySlug(t.Context(), town)
		if err != nil {
			return err
		}
		a.Published = false
		return tx.SaveAuthority(t.Context(), a)
	}))
	clerk, citizen := newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	clerk.open(officeMain)
	a := citizen.post("/api/v1/tickets", protocol.Draw{Authority: town, Office: officeMain}, "Idempotency-Key", newKey())
	if a.status != 409 || !strings.Contains(string(a.body), `"unpublished"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	for _, o := range as[protocol.Board](citizen.do(http.MethodGet, "/api/v1/authorities/"+town+"/board", nil)).Offices {
		if o.Action != civic.ActionContact || o.Text != "unpublished" {
			t.Errorf("%+v", o)
		}
	}
}

// TestSettingsCommands: out of one authority, into another, by the command line.
func TestSettingsCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	database, file := filepath.Join(dir, "x.db"), filepath.Join(dir, "town.yaml")
	st, err := store.Open(t.Context(), store.Config{DSN: database})
	must(t, err)
	fill(t, st)
	must(t, st.Close())
	call := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(t.Context(), append([]string{"settings"}, args...), nil, &out, &out)
		return out.String(), err
	}
	_, err = call("export", "--database", database, "--authority", otherTown, file)
	must(t, err)
	text, err := os.ReadFile(file)
	must(t, err)
	must(t, os.WriteFile(file, bytes.Replace(text, []byte("published: true"), []byte("published: false"), 1), 0o600))
	out, err := call("import", "--database", database, "--authority", otherTown, "--dry-run", file)
	if err != nil || !strings.Contains(out, "authority.published: true -> false\n1 settings of fremd would change") {
		t.Errorf("%v %s", err, out)
	}
	out, err = call("import", "--database", database, "--authority", otherTown, file)
	if err != nil || !strings.Contains(out, "1 settings of fremd changed") {
		t.Errorf("%v %s", err, out)
	}
	must(t, os.WriteFile(file, []byte("schalter: 1\nauthority:\n  colour: red\n"), 0o600))
	if _, err = call("import", "--database", database, "--authority", otherTown, file); err == nil || !strings.Contains(err.Error(), "town.yaml:3: colour: key_unknown") {
		t.Errorf("%v", err)
	}
	if _, err = call("export", "--database", database, "--authority", "nowhere", file); civic.CodeOf(err) != civic.NotFound {
		t.Errorf("%v", err)
	}
}

// TestAFileHasTheDayOfTheTown: half past midnight in the town is another day in UTC, which servers keep.
func TestAFileHasTheDayOfTheTown(t *testing.T) {
	p := launchAt(t, func() time.Time { return time.Date(2026, 12, 21, 23, 30, 0, 0, time.UTC) })
	admin := newClerk(t, p.address)
	admin.login(berg)
	a := admin.do(http.MethodGet, "/api/v1/console/settings/export", nil)
	if got := a.header.Get("Content-Disposition"); a.status != 200 || !strings.Contains(got, "schalter-2026-12-22.yaml") {
		t.Errorf("%d %s", a.status, got)
	}
}
