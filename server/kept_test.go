package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/store"
)

// came says how many took part in each visit that has ended, in rising order.
func came(t *testing.T, p *program) (out []int) {
	t.Helper()
	must(t, p.store.Read(t.Context(), func(tx *store.Tx) error {
		talks, err := tx.Talks(t.Context(), store.Span{
			Authority: "a-" + town, Offices: []civic.OfficeID{officeMain, officeSecond}, From: "2000-01-01", To: "2999-12-31",
		}, "")
		for _, talk := range talks {
			out = append(out, talk.Participants)
		}
		return err
	}))
	slices.Sort(out)
	return out
}

// TestWhatIsKeptOfGuests (P07, P13, GDPR Art. 15(4)): the citizen is told of the guests of the own visit, by name of those who
// were shown only; who came is counted, who did not is not; and a day later no name is left.
func TestWhatIsKeptOfGuests(t *testing.T) {
	t.Parallel()
	var turned atomic.Int64
	var database string
	p := launchAt(t, func() time.Time { return time.Now().Add(time.Duration(turned.Load())) }, unlimited, func(c *Config) { database = c.Database })
	clerk, colleague, citizen := newClerk(t, p.address), newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	colleague.login(maier)
	desk := clerk.open(officeMain)
	colleague.open(officeMain)
	colleague.consoleSocket()
	citizen.draw(officeMain)
	newGuest(clerk, desk.call().Grant)
	newGuest(citizen, citizen.enter())
	const in, never, gone = "Herr Zaunkönig", "Frau Wiedehopf", "Herr Neuntöter"
	names := []string{in, never, gone}
	made, token := desk.invite(in)
	desk.invite(never)
	declined, other := desk.invite(gone)
	one, two := invited(t, p.address, token), invited(t, p.address, other)
	as[protocol.GuestView](one.post("/api/v1/guest/knock", nil))
	as[protocol.GuestView](two.post("/api/v1/guest/knock", nil))
	citizen.says(made.Guest, true).done()
	citizen.says(declined.Guest, false).done()
	newGuest(one, as[protocol.Grant](one.post("/api/v1/guest/grant", nil)))
	as[protocol.CaptionerLink](desk.try("captioner", nil))
	consult := desk.ask(maier, civic.WayJoin)
	colleague.moves(consult, civic.MoveConsultAccept)
	if a := citizen.post("/api/v1/ticket/colleague", protocol.ColleagueAnswer{Consult: consult, Yes: true}); a.status != 204 {
		t.Fatalf("agreed: %d %s", a.status, a.body)
	}
	// The colleague is welcome, and does not come.

	raw, err := json.Marshal(as[protocol.TicketExport](citizen.do(http.MethodGet, "/api/v1/ticket/export", nil)).Visits)
	must(t, err)
	var visits []struct {
		Captioned any `json:"captioned"`
		Captioner any `json:"captioner"`
		Guests    []map[string]any
		Consults  []map[string]any
	}
	must(t, json.Unmarshal(raw, &visits))
	if len(visits) != 1 || len(visits[0].Guests) != 3 || len(visits[0].Consults) != 1 {
		t.Fatalf("exported %s", raw)
	}
	v := visits[0]
	if v.Captioned != true || v.Captioner != nil {
		t.Errorf("captions: %v, %v", v.Captioned, v.Captioner)
	}
	for i, want := range []struct {
		name    any
		state   civic.GuestState
		entered bool
	}{{in, civic.GuestAdmitted, true}, {nil, civic.GuestInvited, false}, {gone, civic.GuestDeclined, false}} {
		g := v.Guests[i]
		if g["name"] != want.name || g["state"] != string(want.state) || (g["entered_at"] != nil) != want.entered || g["invited_at"] == nil || g["kind"] != "interpreter" {
			t.Errorf("guest %d: %v", i, g)
		}
	}
	if k := v.Consults[0]; k["way"] != "join" || k["agreed_at"] == nil || k["joined_at"] != nil || k["room"] != nil {
		t.Errorf("consult %v", k)
	}
	for _, secret := range []string{token, other, "hash"} {
		if bytes.Contains(raw, []byte(secret)) {
			t.Errorf("exported %s", raw)
		}
	}

	desk.settle("finish")
	if got := came(t, p); !slices.Equal(got, []int{3}) {
		t.Errorf("took part: %v, want clerk, citizen and the one guest who came", got)
	}
	holds := func() (out []string) {
		file := filepath.Join(t.TempDir(), "copy")
		must(t, p.store.Backup(t.Context(), file))
		for _, name := range names {
			if bytes.Contains(stored(t, file), []byte(name)) || bytes.Contains(stored(t, database), []byte(name)) {
				out = append(out, name)
			}
		}
		return out
	}
	if got := holds(); len(got) != len(names) {
		t.Fatalf("the file has %q: this test would not see the others stay", got)
	}
	turned.Store(int64(civic.TicketRetention + time.Minute))
	must(t, p.queue.Due(context.WithoutCancel(t.Context())))
	file := filepath.Join(t.TempDir(), "later")
	must(t, p.store.Backup(t.Context(), file))
	for _, name := range names {
		if bytes.Contains(stored(t, file), []byte(name)) {
			t.Errorf("a day later a copy has %q", name)
		}
		if bytes.Contains([]byte(p.logs.String()), []byte(name)) {
			t.Errorf("the log has %q", name)
		}
	}
}
