package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/store"
	"schalter/server/web"
)

// accessTable is the committed table: a line for every route and every frame that a client may send, with what each kind of
// caller gets. Whoever adds a route runs the test with -update-access and looks at the difference.
const accessTable = "testdata/access.golden"

var updateAccess = flag.Bool("update-access", false, "write testdata/access.golden anew")

// accessCaller is a kind of caller, of the first authority or of the other one.
type accessCaller struct {
	name   string
	role   civic.Role
	own    bool
	office civic.OfficeID // where a citizen has drawn, and what a clerk serves; empty: what staffFor gives
	desk   string         // of the first authority's clerk: what is done at the own desk, in place of the one in conversation
}

// accessCallers are, of both authorities, everybody; and of the first one those who serve another office, and clerks at own
// desks: in conversation, ready to call, and one whose office was taken away.
func accessCallers() []accessCaller {
	out := []accessCaller{{name: "nobody", role: civic.RoleNobody, own: true}}
	for _, own := range []bool{false, true} {
		for _, role := range append([]civic.Role{civic.RoleCitizen}, civic.StaffRoles...) {
			c := accessCaller{name: string(role), role: role, own: own, office: officeMain}
			if !own {
				c.name, c.office = c.name+"-elsewhere", officeOther
			}
			out = append(out, c)
		}
	}
	for _, role := range []civic.Role{civic.RoleCitizen, civic.RoleClerk, civic.RoleSupervisor} {
		out = append(out, accessCaller{name: string(role) + "-aside", role: role, own: true, office: officeSecond})
	}
	out = append(out, accessCaller{name: "guest", role: civic.RoleGuest, own: true}, accessCaller{name: "guest-elsewhere", role: civic.RoleGuest})
	for _, at := range []string{"talking", "ready", "removed"} {
		out = append(out, accessCaller{name: "clerk-" + at, role: civic.RoleClerk, own: true, office: officeMain, desk: at})
	}
	return out
}

// stranger says whether what is of the main office is none of that caller's business.
func (c accessCaller) stranger() bool {
	return !c.own || c.office == officeSecond || c.role == civic.RoleNobody || c.role == civic.RoleGuest
}

func (c accessCaller) email() string {
	switch {
	case c.desk == "talking":
		return huber
	case !c.own:
		return string(c.role) + "@" + otherTown + ".test"
	case c.desk != "" || c.office == officeSecond:
		return c.name + "@" + town + ".test"
	}
	return string(c.role) + "@" + town + ".test"
}

// staffFor adds an account of each role to both authorities, and one to be worked on.
func staffFor(t *testing.T, st *store.Store) {
	t.Helper()
	hash, err := passwordHash()
	must(t, err)
	must(t, st.Write(t.Context(), func(tx *store.Tx) error {
		for _, slug := range []string{town, otherTown} {
			offices := []civic.OfficeID{officeMain, officeSecond}
			if slug == otherTown {
				offices = []civic.OfficeID{officeOther}
			}
			for _, role := range append(slices.Clone(civic.StaffRoles), "target") {
				email := string(role) + "@" + slug + ".test"
				c := civic.Clerk{ID: clerkID(email), AuthorityID: civic.AuthorityID("a-" + slug), Email: email, Name: "Konto " + string(role),
					PasswordHash: hash, Role: role, Offices: offices}
				if role == "target" {
					c.Role = civic.RoleClerk
				}
				if err := tx.SaveClerk(t.Context(), c); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// accessTown is a program in the midst of a conversation, in which everybody is signed in.
type accessTown struct {
	p       *program
	people  map[string]map[string]string // their cookies
	bearers map[string]string            // of guests
	fill    map[string]*strings.Replacer
	secrets []string // what no stranger may read
}

// accessStart is a town as each cell finds it: a database, copied for every program that serves it, and its hour.
type accessStart struct {
	accessTown
	file string
	at   time.Time
}

func newAccessStart(t *testing.T, callers []accessCaller) *accessStart {
	s := &accessStart{file: filepath.Join(t.TempDir(), "start.db"), at: time.Now()}
	if !t.Run("start", func(t *testing.T) { s.live(t, callers) }) {
		t.FailNow()
	}
	return s
}

// live is what has happened before. Its program ends with t, and leaves the file whole.
func (s *accessStart) live(t *testing.T, callers []accessCaller) {
	p := launchOn(t, s.file, time.Now, func(st *store.Store) { fill(t, st) }, unlimited)
	staffFor(t, p.store)
	hash, err := passwordHash()
	must(t, err)
	must(t, p.store.Write(t.Context(), func(tx *store.Tx) error { // complete, so that settings can be saved
		for _, slug := range []string{town, otherTown} {
			a, err := tx.AuthorityBySlug(t.Context(), slug)
			if err != nil {
				return err
			}
			a.Privacy, a.Imprint, a.Statement = "https://town.test/p", "https://town.test/i", "https://town.test/s"
			if err := tx.SaveAuthority(t.Context(), a); err != nil {
				return err
			}
		}
		return nil
	}))
	account := func(who accessCaller, offices ...civic.OfficeID) {
		must(t, p.store.Write(t.Context(), func(tx *store.Tx) error {
			return tx.SaveClerk(t.Context(), civic.Clerk{ID: clerkID(who.email()), AuthorityID: "a-" + town, Email: who.email(), Name: "Konto " + who.name,
				PasswordHash: hash, Role: who.role, Offices: offices})
		}))
	}
	clerk, citizen := newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	talking := clerk.open(officeMain)
	mine := citizen.draw(officeMain)
	citizen.tells(`{"name":"Kanari Vogel"}`)
	talking.call()
	citizen.enter()
	newCitizen(t, p.address).draw(officeMain)
	s.bearers = map[string]string{}
	var guest protocol.GuestInvitation
	guest, s.bearers["guest"] = talking.invite("Herr Yılmaz")
	for email, office := range map[string]civic.OfficeID{maier: officeSecond, berg: officeOther} { // else nobody draws there
		colleague := newClerk(t, p.address)
		colleague.login(email)
		if at := colleague.open(office); email == berg {
			newCitizen(t, p.address).draw(office)
			at.call()
			_, s.bearers["guest-elsewhere"] = at.invite("Frau Fremd")
		}
	}
	consult := talking.ask(maier, civic.WayChat)
	s.people, s.fill, s.secrets = map[string]map[string]string{}, map[string]*strings.Replacer{}, []string{"Kanari", string(mine.ID), string(talking.id), huber, "target@mitte.test"}
	for _, who := range callers {
		at, desk := newCitizen(t, p.address), talking.id
		revision, offices := int64(0), "\"x\""
		switch {
		case who.role == civic.RoleCitizen:
			at.draw(who.office)
		case who.role.Staff():
			if who.desk == "ready" || who.desk == "removed" || who.office == officeSecond {
				account(who, who.office)
			}
			at = newClerk(t, p.address)
			at.login(who.email())
			if who.desk == "ready" || who.desk == "removed" {
				desk = at.open(officeMain).id
			}
			if who.desk == "removed" {
				account(who, officeSecond)
			}
			if who.role.Includes(civic.RoleSupervisor) {
				v := as[protocol.Settings](at.do(http.MethodGet, "/api/v1/console/settings", nil))
				revision, offices = v.Revision, ""
				for _, o := range v.Offices {
					offices = strings.TrimPrefix(offices+`,"`+string(o.ID)+`"`, ",")
				}
			}
		}
		s.people[who.name] = at.cookies
		s.fill[who.name] = strings.NewReplacer("{slug}", town, "{office}", string(officeMain), "{desk}", string(desk), "{ticket}", string(mine.ID),
			"{clerk}", string(clerkID("target@mitte.test")), "{session}", "x", "{passkey}", "eA", "{consult}", string(consult), "{guest}", string(guest.Guest), "{path...}", "x", "{revision}", fmt.Sprint(revision), "{offices}", offices)
	}
}

// again is a program on a copy, at that very hour.
func (s *accessStart) again(t *testing.T) accessTown {
	text, err := os.ReadFile(s.file)
	must(t, err)
	file, begun := filepath.Join(t.TempDir(), "schalter.db"), time.Now()
	must(t, os.WriteFile(file, text, 0o600))
	a := s.accessTown
	a.p = launchOn(t, file, func() time.Time { return s.at.Add(time.Since(begun)) }, func(*store.Store) {}, unlimited)
	return a
}

// be is somebody's browser, as it was at the start.
func (a accessTown) be(t *testing.T, who accessCaller, site web.Site) *person {
	at := newCitizen(t, a.p.address)
	if site == web.Console {
		at.origin = a.p.console
	}
	at.cookies, at.bearer = maps.Clone(a.people[who.name]), a.bearers[who.name]
	return at
}

// TestAccess walks every route and every frame as every role of the own and of another authority, and holds what each gets
// against the committed table. Beyond the table it holds the two rules that a table could get wrong: whoever lacks the route's
// role is refused, and so is whoever is of another authority and names something of this one.
func TestAccess(t *testing.T) {
	t.Parallel()
	callers := accessCallers()
	start := newAccessStart(t, callers)
	var lines []string
	cells := 0
	a := start.again(t)
	for i := range web.Routes {
		r := &web.Routes[i]
		if r.Handle == nil {
			continue
		}
		line := r.Method + " " + r.Path
		how, ok := strangers[line]
		if !ok {
			t.Errorf("no line for %s", line)
			continue
		}
		site := r.Site
		if site == web.Both {
			site = web.Public
		}
		var got []string
		for _, who := range callers {
			p, fill := a.be(t, who, site), a.fill[who.name]
			var body any
			if how.body != "" {
				body = fill.Replace(how.body)
			}
			var answer answer
			if r.Socket != nil {
				var k *socket
				if k, answer = p.dial(fill.Replace(r.Path)); k != nil {
					_ = k.ws.CloseNow()
				}
			} else {
				answer = p.do(r.Method, fill.Replace(r.Path+how.query), body, "Idempotency-Key", newKey())
			}
			status := answer.status
			cells++
			got = append(got, fmt.Sprintf("%s=%d", who.name, status))
			may := r.Role == civic.RoleNobody || who.role.Includes(r.Role)
			switch {
			case !may && status != http.StatusUnauthorized && status != http.StatusForbidden:
				t.Errorf("%s as %s: %d, although it lacks the role %s", line, who.name, status, r.Role)
			case may && (status == http.StatusUnauthorized || status == http.StatusForbidden) && r.Role != civic.RoleNobody:
				t.Errorf("%s as %s: %d %s, although it has the role %s", line, who.name, status, answer.body, r.Role)
			case may && who.stranger() && !who.role.Includes(civic.RoleAdmin) && r.Role.Staff() && names(r.Path+how.query) && !how.opens && status < 300,
				may && !who.own && who.role.Staff() && r.Role.Staff() && names(r.Path+how.query) && !how.opens && status < 300:
				t.Errorf("%s as %s: %d on what is another's", line, who.name, status)
			}
			if who.stranger() {
				for _, secret := range start.secrets {
					if strings.Contains(string(answer.body), secret) {
						t.Errorf("%s as %s: %d holds %q", line, who.name, status, secret)
					}
				}
			}
			if r.Method != http.MethodGet && status < 300 { // it may have changed something: the next finds all as it was
				a = start.again(t)
			}
		}
		least := string(r.Role)
		if least == "" {
			least = "anybody"
		}
		lines = append(lines, line+" ("+least+"): "+strings.Join(got, " "))
	}
	n, frames := accessFrames(t, start.again(t), callers)
	cells += n
	lines = append(lines, frames...)
	if cells < 300 {
		t.Errorf("only %d cells", cells)
	}
	t.Logf("%d cells", cells)
	text := strings.Join(lines, "\n") + "\n"
	if *updateAccess {
		must(t, os.WriteFile(accessTable, []byte(text), 0o644))
	}
	want, err := os.ReadFile(accessTable)
	must(t, err)
	if text == string(want) {
		return
	}
	known := map[string]bool{}
	for l := range strings.Lines(string(want)) {
		known[strings.TrimSpace(l)] = true
	}
	for _, l := range lines {
		if !known[l] {
			t.Errorf("not in %s: %s", accessTable, l)
		}
		delete(known, l)
	}
	for _, l := range slices.Sorted(maps.Keys(known)) {
		t.Errorf("in %s only: %s", accessTable, l)
	}
}

// names says whether a path names something of an authority.
func names(path string) bool {
	return strings.Contains(path, "{office}") || strings.Contains(path, "{desk}") || strings.Contains(path, "{clerk}") || strings.Contains(path, "{guest}") || strings.Contains(path, "{consult}") || strings.Contains(path, "{ticket}")
}

// accessFrames says each frame that a client may send first on a socket, as everybody: what comes back is a welcome, a view,
// or the key of a refusal.
func accessFrames(t *testing.T, a accessTown, callers []accessCaller) (cells int, lines []string) {
	for i := range web.Routes {
		r := &web.Routes[i]
		if r.Socket == nil {
			continue
		}
		for _, f := range r.Socket.Client {
			var got []string
			for _, who := range callers {
				site := r.Site
				if site == web.Both {
					site = web.Public
				}
				cells++
				got = append(got, who.name+"="+firstWord(a.be(t, who, site), r, f))
			}
			lines = append(lines, "SOCKET "+r.Path+" "+f.Type+": "+strings.Join(got, " "))
		}
	}
	return cells, lines
}

func firstWord(p *person, r *web.Route, f web.FrameType) string {
	k, answer := p.dial(r.Path)
	if k == nil {
		return fmt.Sprint(answer.status)
	}
	defer k.ws.CloseNow()
	go k.read()
	data := f.Data
	switch f.Type {
	case protocol.FrameHello:
		data = protocol.Hello{Versions: hello.Versions, Secret: p.bearer}
	case protocol.FrameJoin:
		data = protocol.Join{Versions: hello.Versions, Grant: "guessed"}
	case protocol.FrameCaptioner:
		data = protocol.Captioner{Versions: hello.Versions, Token: "guessed"}
	}
	if k.trySend(f.Type, data) != nil {
		return "closed"
	}
	word := ""
	eventually(p.t, "an answer to "+f.Type, func() bool {
		k.mu.Lock()
		defer k.mu.Unlock()
		if len(k.frames) == 0 {
			word = "closed"
			return k.gone
		}
		word = k.frames[0].Type
		if word == protocol.FrameProblem {
			var problem protocol.Problem
			must(p.t, json.Unmarshal(k.frames[0].Data, &problem))
			word = problem.Key
		}
		return true
	})
	return word
}

// TestAPasswordAloneOpensNothing walks the whole list of routes with a login that still lacks its second factor (S05).
func TestAPasswordAloneOpensNothing(t *testing.T) {
	t.Parallel()
	callers := accessCallers()
	start := newAccessStart(t, callers)
	fill := start.fill["operator"]
	for _, stage := range []civic.SessionStage{civic.StageFactor, civic.StageEnrol} {
		a := start.again(t)
		must(t, a.p.store.Write(t.Context(), func(tx *store.Tx) error {
			authority, err := tx.Authority(t.Context(), "a-"+town)
			if err != nil {
				return err
			}
			authority.SecondFactor = true
			if stage == civic.StageFactor {
				if err := tx.SetTOTP(t.Context(), authority.ID, clerkID("operator@mitte.test"), "JBSWY3DPEHPK3PXP", 0); err != nil {
					return err
				}
			}
			return tx.SaveAuthority(t.Context(), authority)
		}))
		open := 0
		for i := range web.Routes {
			r := &web.Routes[i]
			if r.Handle == nil || !r.Role.Staff() {
				continue
			}
			p := newClerk(t, a.p.address)
			session := p.login("operator@mitte.test")
			if session.Stage != stage || len(session.Offices) > 0 {
				t.Fatalf("stage %s, offices %v", session.Stage, session.Offices)
			}
			line, path := r.Method+" "+r.Path, fill.Replace(r.Path+strangers[r.Method+" "+r.Path].query)
			var answer answer
			if r.Socket != nil {
				_, answer = p.dial(path)
			} else {
				var body any
				if how := strangers[line]; how.body != "" {
					body = fill.Replace(how.body)
				}
				answer = p.do(r.Method, path, body)
			}
			refused := answer.status == 403 && strings.Contains(string(answer.body), civic.KeyFactorNeeded)
			if next := slices.Contains(r.During, stage); next == refused {
				t.Errorf("%s at stage %s: %d %s", line, stage, answer.status, answer.body)
			} else if next {
				open++
			}
		}
		if open < 5 || open > 9 {
			t.Errorf("%d routes are open at stage %s", open, stage)
		}
	}
}
