package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/web"
)

// stranger says what happens when people of the other authority (or nobody, or another citizen of the same town) come to
// a route with everything that they could know of the first one.
type stranger struct {
	query string // likewise
	body  string // with {office}, {desk}, {ticket} of the first authority, {revision} and {offices} of the own one
	opens bool   // it may answer 2xx: with what is public, or the stranger's own
	gone  bool   // it may refuse by its own rules too (409, 410, 422): it never leads to anybody else's account
}

const someProfile = `{"slug":"x","name":{"de":"X"},"about":{},"prefix":"X","phone":"","email":"","appointment_only":false,` +
	`"lists_contacts":false,"day_limit":0,"stops_when_full":true,"max_calls":0,"call_seconds":0,"topics":[]}`

// strangers has a line for every route. A new route without one fails the test.
var strangers = map[string]stranger{
	"GET /api/v1/authorities/{slug}/board":                  {opens: true}, // public
	"POST /api/v1/tickets":                                  {body: `{"authority":"fremd","office":"{office}"}`},
	"GET /api/v1/ticket":                                    {opens: true},
	"PATCH /api/v1/ticket":                                  {body: `{"topic":"t-second"}`},
	"POST /api/v1/ticket/enter":                             {},
	"POST /api/v1/ticket/probe":                             {gone: true, body: `{"sdp":"v=0"}`},
	"POST /api/v1/ticket/more-time":                         {},
	"POST /api/v1/ticket/leave":                             {opens: true}, // the own one
	"POST /api/v1/ticket/return":                            {},
	"POST /api/v1/ticket/resume":                            {body: `{"code":"{ticket}"}`},
	"POST /api/v1/ticket/resume-code":                       {opens: true},
	"GET /api/v1/ticket/socket":                             {opens: true},
	"GET /api/v1/room":                                      {opens: true}, // the grant in the first frame says who
	"POST /api/v1/console/session":                          {body: `{"email":"huber@mitte.test","password":"wrong password"}`},
	"GET /api/v1/console/session":                           {opens: true},
	"DELETE /api/v1/console/session":                        {opens: true},
	"POST /api/v1/console/desks":                            {body: `{"office":"{office}"}`},
	"POST /api/v1/console/desks/{desk}/pause":               {body: `{}`},
	"POST /api/v1/console/desks/{desk}/resume":              {},
	"POST /api/v1/console/desks/{desk}/close":               {},
	"POST /api/v1/console/desks/{desk}/call":                {body: `{}`},
	"POST /api/v1/console/desks/{desk}/lapse":               {},
	"POST /api/v1/console/desks/{desk}/finish":              {},
	"POST /api/v1/console/desks/{desk}/park":                {},
	"POST /api/v1/console/desks/{desk}/transfer":            {body: `{"office":"o-other"}`},
	"POST /api/v1/console/desks/{desk}/grant":               {},
	"POST /api/v1/console/desks/{desk}/captioner":           {},
	"DELETE /api/v1/console/desks/{desk}/captioner":         {},
	"GET /api/v1/captions":                                  {opens: true}, // the token in the first frame says into which visit
	"PUT /api/v1/console/offices/{office}/issuing":          {body: `{"on":false}`},
	"GET /api/v1/console/socket":                            {opens: true},
	"GET /api/v1/console/settings":                          {opens: true}, // the own ones
	"PUT /api/v1/console/settings/authority":                {opens: true, body: `{"revision":{revision},"origins":{"list":[]}}`},
	"POST /api/v1/console/settings/offices":                 {opens: true, body: `{"revision":{revision},"profile":` + someProfile + `}`},
	"PUT /api/v1/console/settings/offices/{office}":         {body: `{"revision":{revision},"profile":` + someProfile + `}`},
	"PUT /api/v1/console/settings/offices/{office}/hours":   {body: `{"revision":{revision},"hours":{"weekly":[],"closures":[],"openings":[]}}`},
	"PUT /api/v1/console/settings/offices/{office}/retired": {body: `{"retired":true}`},
	"PUT /api/v1/console/settings/order":                    {body: `{"offices":[{offices}]}`},
	"PUT /api/v1/console/settings/logo":                     {opens: true},
	"DELETE /api/v1/console/settings/logo":                  {opens: true},
	"GET /api/v1/console/settings/export":                   {opens: true},
	"POST /api/v1/console/settings/import":                  {opens: true, body: `{"text":"schalter: 1","dry":true}`},
	"GET /api/v1/console/settings/audit":                    {opens: true},
	"GET /api/v1/console/settings/audit.csv":                {opens: true},
	"GET /logo/{slug}":                                      {opens: true},

	"GET /api/v1/console/statistics":                                  {query: "?from=2026-11-01&to=2026-11-22&by=hour&office={office}"},
	"GET /api/v1/console/statistics.csv":                              {query: "?from=2026-11-01&to=2026-11-22&by=hour&office={office}"},
	"GET /api/v1/console/statistics/year":                             {query: "?year=2026"},
	"GET /assets/{path...}":                                           {opens: true},
	"GET /b/{slug}.js":                                                {opens: true},
	"GET /f/{slug}/relay":                                             {opens: true},
	"GET /f/{slug}/":                                                  {opens: true},
	"GET /v/":                                                         {opens: true},
	"GET /v/{slug}":                                                   {opens: true},
	"GET /{slug}":                                                     {opens: true},
	"GET /":                                                           {opens: true},
	"POST /api/v1/ticket/move-code":                                   {opens: true},
	"GET /api/v1/ticket/export":                                       {opens: true},
	"DELETE /api/v1/ticket":                                           {opens: true}, // the own one
	"POST /api/v1/ticket/colleague":                                   {body: `{"consult":"{consult}","yes":true}`},
	"GET /api/v1/console/colleagues":                                  {opens: true}, // of the own authority
	"POST /api/v1/console/desks/{desk}/consult":                       {body: `{"colleague":"{clerk}","way":"chat"}`},
	"POST /api/v1/console/consults/{consult}/move":                    {body: `{"move":"end"}`},
	"POST /api/v1/console/consults/{consult}/lines":                   {body: `{"text":"fremd"}`},
	"POST /api/v1/console/consults/{consult}/grant":                   {},
	"POST /api/v1/console/desks/{desk}/recall":                        {},
	"POST /api/v1/console/desks/{desk}/take":                          {body: `{"ticket":"{ticket}"}`},
	"PUT /api/v1/console/offices/{office}/message":                    {body: `{"text":"fremd"}`},
	"POST /api/v1/console/offices/{office}/tickets/{ticket}/transfer": {body: `{"office":"o-other"}`},
	"POST /api/v1/console/offices/{office}/tickets/{ticket}/return":   {},
	"GET /api/v1/console/embedding":                                   {opens: true},
	"GET /api/v1/console/poster.pdf":                                  {opens: true},
	"GET /b/{slug}/check.js":                                          {opens: true},
	"GET /p/{slug}":                                                   {opens: true},
	"GET /{slug}/{office}":                                            {opens: true},
	"GET /api/v1/console/start":                                       {opens: true},
	"POST /api/v1/console/setup":                                      {body: `{"token":"x","authority":"Neu","slug":"neu","name":"Neu","email":"neu@neu.test","password":"eine lange Brücke 42"}`, gone: true},
	"GET /api/v1/console/authorities/{slug}/sign-in":                  {opens: true},
	"GET /api/v1/console/sso/{slug}":                                  {opens: true},
	"GET /api/v1/console/sso-callback/{slug}":                         {opens: true},
	"POST /api/v1/console/password/forgotten":                         {body: `{"email":"huber@mitte.test"}`, opens: true}, // tells nothing
	"POST /api/v1/console/password/token":                             {body: `{"token":"{ticket}"}`, gone: true},
	"POST /api/v1/console/password/set":                               {body: `{"token":"{ticket}","password":"eine lange Brücke 42"}`, gone: true},
	"POST /api/v1/console/session/code":                               {body: `{"code":"000000"}`, gone: true},
	"POST /api/v1/console/session/passkey-options":                    {gone: true},
	"POST /api/v1/console/session/passkey":                            {body: `{"credential":"{}"}`, gone: true},
	"GET /api/v1/console/account":                                     {opens: true},
	"PUT /api/v1/console/account/password":                            {body: `{"current":"falsch falsch","next":"eine lange Brücke 42"}`, gone: true},
	"POST /api/v1/console/account/totp":                               {body: `{"password":"falsch falsch"}`, gone: true},
	"POST /api/v1/console/account/totp/confirm":                       {body: `{"code":"000000"}`, gone: true},
	"POST /api/v1/console/account/totp/remove":                        {body: `{"password":"falsch falsch"}`, gone: true},
	"POST /api/v1/console/account/passkey-options":                    {body: `{"password":"falsch falsch"}`, gone: true},
	"POST /api/v1/console/account/passkeys":                           {body: `{"name":"x","credential":"{}"}`, gone: true},
	"POST /api/v1/console/account/passkeys/{passkey}/remove":          {body: `{"password":"falsch falsch"}`, gone: true},
	"GET /api/v1/console/account/sessions":                            {opens: true},
	"DELETE /api/v1/console/account/sessions/{session}":               {opens: true}, // of the own ones
	"DELETE /api/v1/console/account/sessions":                         {opens: true},
	"GET /api/v1/console/staff":                                       {},
	"POST /api/v1/console/staff":                                      {body: `{"email":"x@mitte.test","name":"X","role":"clerk","offices":["{office}"],"contact":false}`},
	"PUT /api/v1/console/staff/{clerk}":                               {body: `{"name":"X","role":"clerk","offices":[],"contact":false,"disabled":true}`},
	"DELETE /api/v1/console/staff/{clerk}":                            {},
	"POST /api/v1/console/staff/{clerk}/invitation":                   {},
	"DELETE /api/v1/console/staff/{clerk}/factors":                    {},
	"PUT /api/v1/console/staff/{clerk}/sso":                           {body: `{"subject":"x"}`},
	"GET /api/v1/console/staff/{clerk}/sessions":                      {},
	"DELETE /api/v1/console/staff/{clerk}/sessions/{session}":         {},
	"DELETE /api/v1/console/staff/{clerk}/sessions":                   {},
	"GET /api/v1/console/sign-in-rules":                               {},
	"PUT /api/v1/console/sign-in-rules":                               {body: `{"second_factor":true,"issuer":"","client_id":"","groups_claim":"","groups":[],"only":false}`},
	"GET /api/v1/operator/authorities":                                {},
	"POST /api/v1/ticket/guests/{guest}":                              {body: `{"agree":true}`, gone: true}, // of the own visit, which is none
	"POST /api/v1/guest/knock":                                        {},
	"POST /api/v1/guest/grant":                                        {},
	"GET /api/v1/guest/socket":                                        {opens: true}, // the token in the first frame says who
	"POST /api/v1/console/desks/{desk}/guests":                        {body: `{"kind":"expert","name":"Fremd"}`},
	"PUT /api/v1/console/desks/{desk}/guests/{guest}":                 {body: `{"muted":true,"hidden":true}`},
	"DELETE /api/v1/console/desks/{desk}/guests/{guest}":              {},
	"PUT /api/v1/console/desks/{desk}/lock":                           {body: `{"locked":true}`},
	"GET /g/":                                                         {opens: true},
	"POST /api/v1/operator/authorities":                               {body: `{"authority":"Neu","slug":"neu","name":"Neu","email":"neu@neu.test"}`},
}

// TestAuthoritiesNeverSeeEachOther walks every route as every role of another authority, while the first one is in the
// midst of a conversation.
func TestAuthoritiesNeverSeeEachOther(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	clerk, citizen := newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	desk := clerk.open(officeMain)
	mine := citizen.draw(officeMain)
	as[protocol.CitizenTicket](citizen.do(http.MethodPatch, "/api/v1/ticket", map[string]string{"name": "Kanari Vogel"}))
	desk.call()
	citizen.enter()
	guest, _ := desk.invite("Kanari Gast")
	colleague := newClerk(t, p.address)
	colleague.login(maier)
	colleague.open(officeSecond)
	consult := desk.ask(maier, civic.WayChat)
	waiting := newCitizen(t, p.address)
	waiting.draw(officeMain)
	fill := strings.NewReplacer("{slug}", town, "{office}", string(officeMain), "{desk}", string(desk.id), "{ticket}", string(mine.ID), "{clerk}", string(clerkID(huber)), "{session}", "x", "{passkey}", "eA", "{consult}", string(consult), "{guest}", string(guest.Guest), "{path...}", "x", "{revision}", "0", "{offices}", `"`+string(officeMain)+`"`)
	canaries := []string{"Kanari", string(mine.ID), string(desk.id), "huber", string(consult)}

	otherClerk := newClerk(t, p.address)
	otherClerk.login(berg)
	otherClerk.open(officeOther)
	otherCitizen, neighbour := newCitizen(t, p.address), newCitizen(t, p.address)
	otherCitizen.draw(officeOther)
	neighbour.draw(officeMain)
	both := newClerk(t, p.address) // a browser with the other clerk's session and the other citizen's secret, on the public origin
	both.origin, both.cookies = p.public, map[string]string{"__Host-ticket": otherCitizen.cookies["__Host-ticket"], "__Host-session": otherClerk.cookies["__Host-session"]}
	people := map[string]*person{
		"nobody": newCitizen(t, p.address), "nobody at the console": newClerk(t, p.address), "another authority's clerk": otherClerk,
		"another authority's citizen": otherCitizen, "another authority's clerk on the public origin": both,
		"another citizen of the same office": neighbour,
	}
	before := snapshotOf(t, citizen, desk)
	cells := 0
	for i := range web.Routes {
		r := &web.Routes[i]
		line := r.Method + " " + r.Path
		how, ok := strangers[line]
		if !ok {
			t.Errorf("no line for %s", line)
			continue
		}
		path := fill.Replace(r.Path + how.query)
		for who, person := range people {
			cells++
			t.Run(line+" as "+who, func(t *testing.T) {
				person := person.also(t) // keeps its login, whatever happens
				if r.Socket != nil {
					refuseSocket(person, r, path, canaries)
					return
				}
				var body any
				if how.body != "" {
					body = fill.Replace(how.body)
				}
				a := person.do(r.Method, path, body, "Idempotency-Key", newKey())
				for _, canary := range canaries {
					if strings.Contains(string(a.body), canary) {
						t.Errorf("%d: the answer holds %q: %s", a.status, canary, a.body)
					}
				}
				refused := []int{401, 403, 404}
				if strings.HasPrefix(r.Path, "/api/v1/console/settings") {
					refused = append(refused, 409, 422) // of the own authority's
				}
				if strings.HasPrefix(r.Path, "/api/v1/ticket") && r.Method == http.MethodPost {
					refused = append(refused, 409, 410) // of the own ticket
				}
				if how.gone {
					refused = append(refused, 409, 410, 422, 429)
				}
				if slices.Contains(refused, a.status) || how.opens && a.status >= 200 && a.status < 400 {
					return
				}
				t.Errorf("%d %.300s", a.status, a.body)
			})
		}
	}
	if cells < 200 {
		t.Errorf("only %d cells", cells)
	}
	if after := snapshotOf(t, citizen, desk); after != before {
		t.Errorf("strangers have moved something:\n%s\n%s", before, after)
	}
	t.Logf("%d cells", cells)
}

// refuseSocket opens a socket and finds nothing of the first authority on it.
func refuseSocket(p *person, r *web.Route, path string, canaries []string) {
	p.t.Helper()
	k, a := p.dial(path)
	if k == nil {
		if a.status != 401 && a.status != 403 && a.status != 404 {
			p.t.Errorf("socket: %d %s", a.status, a.body)
		}
		return
	}
	go k.read()
	first := map[string]any{protocol.FrameHello: hello, protocol.FrameJoin: protocol.Join{Versions: hello.Versions, Grant: canaries[1]}}[r.Socket.Client[0].Type]
	k.send(r.Socket.Client[0].Type, first)
	eventually(p.t, "a view or a refusal", func() bool {
		types := k.types()
		return slices.Contains(types, protocol.FrameProblem) || slices.Contains(types, protocol.FrameOffice) || slices.Contains(types, protocol.FrameTicket)
	})
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, f := range k.frames {
		for _, canary := range canaries {
			if strings.Contains(string(f.Data), canary) {
				p.t.Errorf("frame %s holds %q", f.Type, canary)
			}
		}
	}
}

// snapshotOf is what the first authority's people see, without the clock.
func snapshotOf(t *testing.T, citizen *person, desk *desk) string {
	t.Helper()
	v := as[protocol.OfficeView](desk.post("/api/v1/console/desks", protocol.OpenDesk{Office: officeMain}))
	raw, err := json.Marshal(v.Current)
	must(t, err)
	return fmt.Sprintf("%s issuing %v, desk %s, %s", raw, v.Issuing, v.Desk.State, citizen.ticket().State)
}

// TestADoubleClickDrawsOneNumber: 16 equal requests at once, again and again, each time one number and no gap.
func TestADoubleClickDrawsOneNumber(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	clerk := newClerk(t, p.address)
	clerk.login(huber)
	clerk.open(officeMain)
	const rounds, fingers = 25, 16
	for round := 1; round <= rounds; round++ {
		key := newKey()
		numbers := make([]string, fingers)
		var wg sync.WaitGroup
		for i := range fingers {
			wg.Go(func() {
				p := newCitizen(t, p.address)
				a, err := p.try(p.request(http.MethodPost, "/api/v1/tickets", protocol.Draw{Authority: town, Office: officeMain}, "Idempotency-Key", key))
				var d protocol.Drawn
				if err == nil && a.status == 201 && json.Unmarshal(a.body, &d) == nil {
					numbers[i] = d.Ticket.Number
				}
			})
		}
		wg.Wait()
		want := fmt.Sprintf("H %03d", round)
		if !slices.Equal(numbers, slices.Repeat([]string{want}, fingers)) {
			t.Fatalf("round %d drew %q, want %s each time", round, numbers, want)
		}
	}
}

// TestTwoClerksAtOnceGetDifferentPeople, and in the order of the numbers.
func TestTwoClerksAtOnceGetDifferentPeople(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	var desks []*desk
	for _, email := range []string{huber, maier} {
		clerk := newClerk(t, p.address)
		clerk.login(email)
		desks = append(desks, clerk.open(officeMain))
	}
	for round := range 15 {
		citizens := []*person{newCitizen(t, p.address), newCitizen(t, p.address)}
		for _, c := range citizens {
			c.draw(officeMain)
		}
		numbers := make([]string, len(desks))
		var wg sync.WaitGroup
		for i, d := range desks {
			wg.Go(func() {
				a, err := d.person.try(d.request(http.MethodPost, "/api/v1/console/desks/"+string(d.id)+"/call", protocol.CallTicket{}))
				var c protocol.CallResult
				if err == nil && a.status == 200 && json.Unmarshal(a.body, &c) == nil {
					numbers[i] = c.Office.Current.Number
				}
			})
		}
		wg.Wait()
		slices.Sort(numbers)
		if want := []string{fmt.Sprintf("H %03d", 2*round+1), fmt.Sprintf("H %03d", 2*round+2)}; !slices.Equal(numbers, want) {
			t.Fatalf("round %d called %q, want %q", round, numbers, want)
		}
		for _, c := range citizens {
			as[protocol.CitizenTicket](c.post("/api/v1/ticket/leave", nil))
		}
	}
}
