package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/store"
)

// promote gives a clerk of the tests another role.
func promote(t *testing.T, st *store.Store, email string, role civic.Role) {
	t.Helper()
	ctx := t.Context()
	must(t, st.Write(ctx, func(tx *store.Tx) error {
		c, err := tx.ClerkByEmail(ctx, email)
		if err != nil {
			return err
		}
		c.Role = role
		return tx.SaveClerk(ctx, c)
	}))
}

// TestTheYearByTheAPI: the figures that a county's press office published of a year (1,148 participants, 29,398 minutes
// open, 656 visits, 28 contact persons) come out of the API in this form.
func TestTheYearByTheAPI(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	promote(t, p.store, huber, civic.RoleAdmin)
	ctx := t.Context()
	must(t, p.store.Write(ctx, func(tx *store.Tx) error { return pressYear(ctx, tx) }))
	admin := newClerk(t, p.address)
	admin.login(huber)
	a := admin.do(http.MethodGet, "/api/v1/console/statistics/year?year=2025", nil)
	const want = `{"year":2025,"participants":{"n":1148},"visits":{"n":656},"minutes_open":29398,"contact_persons":28}`
	if got := strings.TrimSpace(string(a.body)); a.status != 200 || got != want {
		t.Errorf("%d %s\nwant %s", a.status, got, want)
	}
	f := as[protocol.Statistics](admin.do(http.MethodGet, "/api/v1/console/statistics?from=2025-01-01&to=2025-12-31&by=month", nil))
	if len(f.Rows) != 12 || *f.Total.Participants.N != 1148 || *f.Total.Visits.N != 656 || *f.Total.MinutesOpen != 29398 || f.Contacts != 28 {
		t.Errorf("the same year by month: %+v", f.Total)
	}
	a = admin.do(http.MethodGet, "/api/v1/console/statistics.csv?from=2025-01-01&to=2025-12-31&by=office&lang=de", nil)
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(a.body), "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	must(t, err)
	last := rows[len(rows)-1]
	if a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") ||
		last[10] != "656" || last[11] != "1148" || last[16] != "29398" {
		t.Errorf("as a file: %d %v %q", a.status, a.header, last)
	}
}

// pressYear writes the records of that year: 164 of the 656 came alone, the others with one more.
func pressYear(ctx context.Context, tx *store.Tx) error {
	for i := range 656 {
		v := store.VisitRecord{Authority: "a-" + town, Office: officeMain, Day: civic.Day(fmt.Sprintf("2025-%02d-10", 1+i%12)), Hour: 9, Weekday: 3, Outcome: civic.OutcomeServed,
			Seconds: 600, Participants: 3}
		if i < 164 {
			v.Participants = 2
		}
		if err := tx.InsertVisitRecord(ctx, v); err != nil {
			return err
		}
	}
	for i := range 98 {
		d := store.DeskRecord{Authority: "a-" + town, Office: officeSecond, Day: civic.Day(fmt.Sprintf("2025-%02d-11", 1+i%12)), Seconds: 299 * 60}
		if i == 0 {
			d.Seconds = (29398 - 97*299) * 60
		}
		if err := tx.InsertDeskRecord(ctx, d); err != nil {
			return err
		}
	}
	for i := range 26 { // two of the tests' own are contact persons already
		c := civic.Clerk{ID: civic.ClerkID(fmt.Sprintf("press-%d", i)), AuthorityID: "a-" + town, Email: fmt.Sprintf("press%d@mitte.test", i), ContactPerson: true,
			Offices: []civic.OfficeID{officeMain}}
		if err := tx.SaveClerk(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// TestStatisticsByRole: clerks see none, supervisors those of their own offices, admins all, and the year.
func TestStatisticsByRole(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	person := newClerk(t, p.address)
	person.login(maier) // of officeMain and officeSecond
	const span = "from=2025-01-01&to=2025-12-31"
	for _, c := range []struct {
		role                                 civic.Role
		all, own, other, foreign, file, year int
	}{
		{civic.RoleClerk, 403, 403, 403, 403, 403, 403},
		{civic.RoleSupervisor, 200, 200, 404, 404, 200, 403},
		{civic.RoleAdmin, 200, 200, 200, 404, 200, 200},
		{civic.RoleOperator, 200, 200, 200, 404, 200, 200},
	} {
		promote(t, p.store, maier, c.role)
		for path, want := range map[string]int{
			"?" + span: c.all, "?" + span + "&office=" + string(officeMain): c.own, "?" + span + "&office=" + string(officeShut): c.other,
			"?" + span + "&office=" + string(officeOther): c.foreign, ".csv?" + span: c.file, "/year?year=2025": c.year,
		} {
			if a := person.do(http.MethodGet, "/api/v1/console/statistics"+path, nil); a.status != want {
				t.Errorf("%s asks for %s: %d %s, want %d", c.role, path, a.status, a.body, want)
			}
		}
	}
	for _, path := range []string{"?from=x&to=y", "?" + span + "&by=citizen", "?" + span + "&by=day%00", "/year?year=never"} {
		if a := person.do(http.MethodGet, "/api/v1/console/statistics"+path, nil); a.status != 422 || !strings.Contains(string(a.body), civic.KeySpanInvalid) {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if a := person.do(http.MethodGet, "/api/v1/console/statistics?"+span+"&by=clerk", nil); a.status != 403 || !strings.Contains(string(a.body), civic.KeyClerkStatistics) {
		t.Errorf("by clerk without agreement: %d %s", a.status, a.body)
	}
}
