package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/store"
	"schalter/server/web"
)

// accessTable is the committed table: a line for every route and every frame that a client may send, with what each kind of
// caller gets. Whoever adds a route runs the test with -update-access and looks at the difference.
const accessTable = "testdata/access.golden"

var updateAccess = flag.Bool("update-access", false, "write testdata/access.golden anew")

// caller is a kind of caller, of the first authority or of the other one.
type accessCaller struct {
	name string
	role civic.Role
	own  bool
}

func accessCallers() []accessCaller {
	out := []accessCaller{{"nobody", civic.RoleNobody, true}}
	for _, own := range []bool{false, true} {
		for _, role := range append([]civic.Role{civic.RoleCitizen}, civic.StaffRoles...) {
			name := string(role)
			if !own {
				name += "-elsewhere"
			}
			out = append(out, accessCaller{name, role, own})
		}
	}
	return out
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

// accessTown is a program in the midst of a conversation, and the way to be anybody in it.
type accessTown struct {
	p    *program
	fill *strings.Replacer
}

func newAccessTown(t *testing.T) accessTown {
	p := launch(t, unlimited)
	staffFor(t, p.store)
	clerk, citizen := newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	desk := clerk.open(officeMain)
	mine := citizen.draw(officeMain)
	desk.call()
	citizen.enter()
	elsewhere := newClerk(t, p.address)
	elsewhere.login(berg)
	elsewhere.open(officeOther)
	return accessTown{p, strings.NewReplacer("{slug}", town, "{office}", string(officeMain), "{desk}", string(desk.id), "{ticket}", string(mine.ID),
		"{clerk}", string(clerkID("target@mitte.test")), "{session}", "x", "{passkey}", "eA", "{path...}", "x")}
}

// be signs somebody in anew: what an earlier cell has done to a session does not matter.
func (a accessTown) be(t *testing.T, who accessCaller, site web.Site) *person {
	at, office := newCitizen(t, a.p.address), officeMain
	slug := town
	if !who.own {
		slug, office = otherTown, officeOther
	}
	switch {
	case who.role == civic.RoleCitizen:
		at.draw(office)
	case who.role.Staff():
		at = newClerk(t, a.p.address)
		at.login(string(who.role) + "@" + slug + ".test")
	}
	at.origin = a.p.public
	if site == web.Console {
		at.origin = a.p.console
	}
	return at
}

// TestAccess walks every route and every frame as every role of the own and of another authority, and holds what each gets
// against the committed table. Beyond the table it holds the two rules that a table could get wrong: whoever lacks the route's
// role is refused, and so is whoever is of another authority and names something of this one.
func TestAccess(t *testing.T) {
	t.Parallel()
	callers := accessCallers()
	var lines []string
	cells := 0
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
		a := newAccessTown(t) // of its own: nothing that another route did matters
		site := r.Site
		if site == web.Both {
			site = web.Public
		}
		var got []string
		for _, who := range callers {
			p := a.be(t, who, site)
			var body any
			if how.body != "" {
				body = a.fill.Replace(how.body)
			}
			status := 0
			if r.Socket != nil {
				k, answer := p.dial(a.fill.Replace(r.Path))
				if status = answer.status; k != nil {
					_ = k.ws.CloseNow()
				}
			} else {
				status = p.do(r.Method, a.fill.Replace(r.Path+how.query), body, "Idempotency-Key", newKey()).status
			}
			cells++
			got = append(got, fmt.Sprintf("%s=%d", who.name, status))
			may := r.Role == civic.RoleNobody || who.role.Includes(r.Role)
			switch {
			case !may && status != http.StatusUnauthorized && status != http.StatusForbidden:
				t.Errorf("%s as %s: %d, although it lacks the role %s", line, who.name, status, r.Role)
			case may && status == http.StatusUnauthorized && r.Role != civic.RoleNobody:
				t.Errorf("%s as %s: %d, although it has the role %s", line, who.name, status, r.Role)
			case may && !who.own && who.role.Staff() && r.Role.Staff() && names(r.Path+how.query) && !how.opens && status < 300:
				t.Errorf("%s as %s: %d on what is another authority's", line, who.name, status)
			}
		}
		least := string(r.Role)
		if least == "" {
			least = "anybody"
		}
		lines = append(lines, line+" ("+least+"): "+strings.Join(got, " "))
	}
	n, frames := accessFrames(t, callers)
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
	return strings.Contains(path, "{office}") || strings.Contains(path, "{desk}") || strings.Contains(path, "{clerk}") || strings.Contains(path, "{ticket}")
}

// accessFrames says each frame that a client may send first on a socket, as everybody: what comes back is a welcome, a view,
// or the key of a refusal.
func accessFrames(t *testing.T, callers []accessCaller) (cells int, lines []string) {
	a := newAccessTown(t)
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
		data = hello
	case protocol.FrameJoin:
		data = protocol.Join{Versions: hello.Versions, Grant: "guessed"}
	}
	if k.trySend(f.Type, data) != nil {
		return "closed"
	}
	word := ""
	eventually(p.t, "an answer to "+f.Type, func() bool {
		k.mu.Lock()
		defer k.mu.Unlock()
		for _, frame := range k.frames {
			word = frame.Type
			if frame.Type == protocol.FrameProblem {
				var problem protocol.Problem
				must(p.t, json.Unmarshal(frame.Data, &problem))
				word = problem.Key
			}
			return true
		}
		word = "closed"
		return k.gone
	})
	return word
}

// TestAPasswordAloneOpensNothing walks the whole list of routes with a login that still lacks its second factor (S05).
func TestAPasswordAloneOpensNothing(t *testing.T) {
	t.Parallel()
	for _, stage := range []civic.SessionStage{civic.StageFactor, civic.StageEnrol} {
		a := newAccessTown(t)
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
			line, path := r.Method+" "+r.Path, a.fill.Replace(r.Path)
			var answer answer
			if r.Socket != nil {
				_, answer = p.dial(path)
			} else {
				var body any
				if how := strangers[line]; how.body != "" {
					body = a.fill.Replace(how.body)
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
