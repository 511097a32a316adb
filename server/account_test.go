package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/web"
)

// talking is a clerk in conversation, with the console's socket and the room's.
func talking(t *testing.T, p *program) (clerk *person, console, room *socket) {
	t.Helper()
	clerk, citizen := newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	console = clerk.consoleSocket()
	desk := clerk.open(officeMain)
	citizen.draw(officeMain)
	grant := desk.call().Grant
	citizen.enter()
	room = clerk.listen("/api/v1/room", nil, protocol.FrameJoin, protocol.Join{Versions: hello.Versions, Grant: grant.Token})
	await[protocol.Joined](room, protocol.FrameJoined, nil)
	return clerk, console, room
}

func gone(t *testing.T, what string, k *socket) {
	t.Helper()
	eventually(t, what+" to close", func() bool {
		k.mu.Lock()
		defer k.mu.Unlock()
		return k.gone
	})
}

func TestALogoutLeavesNoSocketInTheRoom(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	clerk, console, room := talking(t, p)
	if a := clerk.do(http.MethodDelete, "/api/v1/console/session", nil); a.status != 204 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	gone(t, "the console", console)
	gone(t, "the room", room)
}

func TestDisablingEndsEverythingAtOnce(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	staffFor(t, p.store)
	clerk, console, room := talking(t, p)
	grant := as[protocol.Grant](clerk.post("/api/v1/console/desks/"+string(deskOf(t, clerk))+"/grant", nil)) // one in hand
	admin := newClerk(t, p.address)
	admin.login("admin@mitte.test")
	body := protocol.StaffProfile{Name: "Frau H", Role: civic.RoleClerk, Offices: []civic.OfficeID{officeMain}, Disabled: true}
	if a := admin.do(http.MethodPut, "/api/v1/console/staff/"+string(clerkID(huber)), body); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	gone(t, "the console", console)
	gone(t, "the room", room)
	if a := clerk.do(http.MethodGet, "/api/v1/console/session", nil); a.status != 401 {
		t.Errorf("the session: %d", a.status)
	}
	back := clerk.listen("/api/v1/room", nil, protocol.FrameJoin, protocol.Join{Versions: hello.Versions, Grant: grant.Token})
	problem := await[protocol.Problem](back, protocol.FrameProblem, nil)
	if problem.Key != civic.KeyGrantUnknown {
		t.Errorf("a grant in hand: %s", problem.Key)
	}
}

func deskOf(t *testing.T, clerk *person) civic.DeskID {
	t.Helper()
	return as[protocol.OfficeView](clerk.post("/api/v1/console/desks", protocol.OpenDesk{Office: officeMain})).Desk.ID
}

// TestSetupIsOverWhenSomebodyIsThere: whatever token one has.
func TestSetupIsOverWhenSomebodyIsThere(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	if a := newClerk(t, p.address).post("/api/v1/console/setup", protocol.Setup{
		Token: "x", Authority: "Neu", Slug: "neu", Name: "Frau Neu", Email: "neu@neu.test", Password: "ein ganz anderer Satz",
	}); a.status != 410 || !strings.Contains(string(a.body), "setup_done") {
		t.Errorf("with people there: %d %s", a.status, a.body)
	}
	start := as[protocol.Start](newClerk(t, p.address).do(http.MethodGet, "/api/v1/console/start", nil))
	if start.Setup || start.Mail {
		t.Errorf("%+v", start)
	}
}

// TestAnOfficeTakenAwayIsGoneAtOnce: its desk, its queue and its live view. Only a conversation that runs may be ended.
func TestAnOfficeTakenAwayIsGoneAtOnce(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	staffFor(t, p.store)
	clerk, console, _ := talking(t, p)
	at := &desk{clerk, deskOf(t, clerk)}
	newCitizen(t, p.address).draw(officeMain)
	admin := newClerk(t, p.address)
	admin.login("admin@mitte.test")
	body := protocol.StaffProfile{Name: "Frau H", Role: civic.RoleClerk, Offices: []civic.OfficeID{officeSecond}}
	if a := admin.do(http.MethodPut, "/api/v1/console/staff/"+string(clerkID(huber)), body); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	gone(t, "the console, which comes back without that office", console)
	console = clerk.consoleSocket()
	await(console, protocol.FrameOffice, func(v protocol.OfficeView) bool { return v.ID == officeSecond })
	for _, move := range []string{"call", "take", "recall", "park", "transfer", "pause", "resume"} {
		var body any
		switch move {
		case "call", "pause":
			body = map[string]any{}
		case "take":
			body = protocol.TakeTicket{Ticket: "x"}
		case "transfer":
			body = protocol.TransferTicket{Office: officeSecond}
		}
		at.try(move, body).refused(404, civic.NotFound, civic.KeyOfficeUnknown)
	}
	as[protocol.Grant](at.try("grant", nil)) // a reload does not end the conversation
	ended := as[protocol.OfficeView](at.try("finish", nil))
	if ended.Current != nil || len(ended.Waiting) > 0 || len(ended.Colleague) > 0 {
		t.Errorf("the answer shows the queue: %+v", ended)
	}
	at.try("call", protocol.CallTicket{}).refused(404, civic.NotFound, civic.KeyOfficeUnknown)
	as[protocol.OfficeView](at.try("close", nil))
	console.mu.Lock()
	defer console.mu.Unlock()
	for _, f := range console.frames {
		if strings.Contains(string(f.Data), string(officeMain)) {
			t.Errorf("the live view holds the office: %s", f.Data)
		}
	}
	var acts []string
	for _, e := range entries(t, p) {
		if e.Act == "staff.office_taken" || e.Act == "staff.office_given" {
			acts = append(acts, e.Act+" "+string(e.Office))
		}
	}
	if len(acts) != 1 || acts[0] != "staff.office_taken "+string(officeMain) {
		t.Errorf("the log: %v", acts)
	}
}

// TestAnotherPasswordThrowsOthersOut: whoever else is signed in by the old one is in no room any more, and has no grant left.
func TestAnotherPasswordThrowsOthersOut(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	thief, _, room := talking(t, p)
	grant := as[protocol.Grant](thief.post("/api/v1/console/desks/"+string(deskOf(t, thief))+"/grant", nil)) // one in hand
	owner := newClerk(t, p.address)
	owner.login(huber)
	if a := owner.do(http.MethodPut, "/api/v1/console/account/password", protocol.NewPassword{Current: password, Next: "ein ganz anderer Satz 7"}); a.status != 204 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	gone(t, "the room", room)
	back := thief.listen("/api/v1/room", nil, protocol.FrameJoin, protocol.Join{Versions: hello.Versions, Grant: grant.Token})
	if problem := await[protocol.Problem](back, protocol.FrameProblem, nil); problem.Key != civic.KeyGrantUnknown {
		t.Errorf("a grant in hand: %s", problem.Key)
	}
}

// TestNoAuthorityHidesAPage: the first words of our own addresses are nobody's.
func TestNoAuthorityHidesAPage(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	staffFor(t, p.store)
	operator := newClerk(t, p.address)
	operator.login("operator@mitte.test")
	tried := map[string]bool{}
	for i := range web.Routes {
		word, _, _ := strings.Cut(strings.TrimPrefix(web.Routes[i].Path, "/"), "/")
		if web.Routes[i].Site == web.Console || word == "" || strings.Contains(word, "{") || tried[word] {
			continue
		}
		tried[word] = true
		a := operator.post("/api/v1/operator/authorities", protocol.FoundAuthority{Authority: "Neu", Slug: word, Name: "Frau Neu", Email: word + "@neu.test"})
		if a.status != 422 || !strings.Contains(string(a.body), "slug_wrong") {
			t.Errorf("%s: %d %s", word, a.status, a.body)
		}
	}
	if len(tried) < 7 {
		t.Errorf("only %v", tried)
	}
}

// TestWhatCostsAProcessorIsBounded: nobody of one authority takes the machine from all others.
func TestWhatCostsAProcessorIsBounded(t *testing.T) {
	t.Parallel()
	still := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	p := launchAt(t, func() time.Time { return still })
	staffFor(t, p.store)
	for i, r := range []struct {
		method, path string
		body         any
	}{
		{http.MethodGet, "/api/v1/console/poster.pdf", nil},
		{http.MethodGet, "/api/v1/console/settings/audit.csv", nil},
		{http.MethodPost, "/api/v1/console/settings/import", protocol.ImportSettings{Text: "schalter: 1", Dry: true}},
	} {
		admin := newClerk(t, p.address)
		admin.login([]string{"supervisor@mitte.test", "admin@mitte.test", "admin@fremd.test"}[i])
		answered := 0
		for range 20 {
			if admin.do(r.method, r.path, r.body).status != 429 {
				answered++
			}
		}
		if answered != 10 {
			t.Errorf("%s: %d", r.path, answered)
		}
	}
}

// TestASecondFactorFromAFile ends the logins without one, as the rule set by hand does.
func TestASecondFactorFromAFile(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	staffFor(t, p.store)
	clerk, admin := newClerk(t, p.address), newClerk(t, p.address)
	clerk.login(huber)
	admin.login("admin@mitte.test")
	as[protocol.Imported](admin.post("/api/v1/console/settings/import", protocol.ImportSettings{Text: "schalter: 1\nauthority:\n  published: false\n  second_factor: true\n"}))
	if a := clerk.do(http.MethodGet, "/api/v1/console/session", nil); a.status != 401 {
		t.Errorf("a password alone: %d", a.status)
	}
	if a := admin.do(http.MethodGet, "/api/v1/console/session", nil); a.status != 200 {
		t.Errorf("the admin's own: %d", a.status)
	}
}

// TestAnAccountIsDeletedForGood: disabled first, then gone from every list; the log says who did it, and names nobody else.
func TestAnAccountIsDeletedForGood(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	staffFor(t, p.store)
	admin := newClerk(t, p.address)
	admin.login("admin@mitte.test")
	const at = "/api/v1/console/"
	one := at + "staff/" + string(clerkID("target@mitte.test"))
	if a := admin.do(http.MethodDelete, one, nil); a.status != 409 || !strings.Contains(string(a.body), civic.KeyNotDisabled) {
		t.Errorf("not disabled: %d %s", a.status, a.body)
	}
	body := protocol.StaffProfile{Name: "Frau Zwetschgenkern", Role: civic.RoleClerk, Offices: []civic.OfficeID{officeMain}, Contact: true, Disabled: true}
	if a := admin.do(http.MethodPut, one, body); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	log := func() protocol.AuditLog {
		today := time.Now().Format(time.DateOnly)
		return as[protocol.AuditLog](admin.do(http.MethodGet, at+"settings/audit?from="+today+"&to="+today+"&lang=de", nil))
	}
	if l := log().Lines[0]; l.Subject != "Frau Zwetschgenkern" {
		t.Fatalf("before: %+v", l)
	}
	if a := admin.do(http.MethodDelete, one, nil); a.status != 204 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if l := log().Lines[0]; l.Act != "staff.deleted" || l.Subject != "gelöschtes Konto" || l.Who == "" {
		t.Errorf("the log: %+v", l)
	}
	for _, path := range []string{"staff", "settings/audit.csv", "settings/export"} {
		if a := admin.do(http.MethodGet, at+path, nil); strings.Contains(string(a.body), "Zwetschgenkern") || strings.Contains(string(a.body), "target@") || strings.Contains(string(a.body), "deleted-") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if a := admin.do(http.MethodPut, one, body); a.status != 404 {
		t.Errorf("bringing it back: %d %s", a.status, a.body)
	}
}
