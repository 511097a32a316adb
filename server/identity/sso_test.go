package identity_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	_ "github.com/oauth2-proxy/mockoidc" // testdata/issuer is made of it, and go mod tidy does not look there

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/store/storetest"
)

// person is who signs in next at the issuer (testdata/issuer).
type person struct {
	Subject, Email, Name    string
	Groups                  []string
	Nonce, Issuer, Audience string
}

// issuer is a real one, as a process of its own.
type issuer struct{ Issuer, ClientID, ClientSecret, Control, Token string }

func runIssuer(t *testing.T) issuer {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "issuer")
	if out, err := exec.Command("go", "build", "-o", bin, "./testdata/issuer").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(bin)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	var i issuer
	if err != nil || json.Unmarshal(line, &i) != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return i
}

func (i issuer) next(t *testing.T, p person) {
	t.Helper()
	body, _ := json.Marshal(p)
	res, err := http.Post(i.Control, "application/json", bytes.NewReader(body))
	if err != nil || res.StatusCode != 200 {
		t.Fatal(err, res)
	}
	res.Body.Close()
}

// signIn goes to the issuer and comes back, as a browser would.
func (i issuer) signIn(t *testing.T, o *office, p person) identity.Returned {
	t.Helper()
	i.next(t, p)
	address, state, err := o.BeginSSO(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	back, err := url.Parse(res.Header.Get("Location"))
	if err != nil || back.Path != identity.SSOCallback+"a" {
		t.Fatalf("%v, %v, %s", err, back, res.Status)
	}
	return identity.Returned{State: back.Query().Get("state"), Code: back.Query().Get("code"), Cookie: state, Slug: "a"}
}

// withIssuer is an office whose clerks may sign in at the issuer.
func withIssuer(t *testing.T, i issuer, only bool) *office {
	t.Helper()
	o := newOffice(t, storetest.SQLite(t))
	o.clock.Store(time.Now().UnixMicro()) // the issuer's tokens are of now
	s, err := identity.New(o.store, identity.Config{
		ConsoleURL: "http://console.localhost:8080", SSONetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}, o.now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	o.Service = s
	admin := o.as(t, civic.RoleAdmin).Caller()
	_, _, err = s.SetSignInRules(t.Context(), admin, false, civic.SSO{
		Issuer: i.Issuer, ClientID: i.ClientID, ClientSecret: i.ClientSecret, Only: only,
		Roles: map[string]civic.Role{"amt": civic.RoleClerk, "leitung": civic.RoleSupervisor, "verwaltung": civic.RoleAdmin}, Offices: map[string][]civic.OfficeID{"amt": {"o"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestSingleSignOn(t *testing.T) {
	i := runIssuer(t)
	o := withIssuer(t, i, false)
	ctx := t.Context()
	maier := person{Subject: "s1", Email: "maier@stadt.example", Name: "Herr Maier", Groups: []string{"amt", "anderes"}}

	w, _, slug, err := o.FinishSSO(ctx, i.signIn(t, o, maier), "Firefox, Linux")
	if err != nil || slug != "a" || w.Session.Stage != civic.StageFull || w.Clerk.Role != civic.RoleClerk || len(w.Clerk.Offices) != 1 {
		t.Fatalf("%+v, %v", w, err)
	}
	first := w
	maier.Groups = []string{"leitung"}
	w, ended, _, err := o.FinishSSO(ctx, i.signIn(t, o, maier), "")
	if err != nil || w.Clerk.ID != first.Clerk.ID || w.Clerk.Role != civic.RoleSupervisor || len(w.Clerk.Offices) != 0 {
		t.Fatalf("with another group: %+v, %v", w, err)
	}
	_, err = o.Who(ctx, first.Token)
	refused(t, "a session from before the other role", err, civic.Unauthenticated, civic.KeySessionOver)
	if !slices.Equal(ended, []civic.SessionID{first.Session.ID}) {
		t.Errorf("sessions to hang up: %v", ended)
	}

	attack := func(what, key string, r identity.Returned) {
		t.Helper()
		if _, _, _, err := o.FinishSSO(ctx, r, ""); civic.KeyOf(err) != key {
			t.Errorf("%s: %v, want %s", what, err, key)
		}
	}
	good := i.signIn(t, o, maier)
	attack("without the cookie", "sso_state", identity.Returned{State: good.State, Code: good.Code})
	attack("another browser's cookie", "sso_state", identity.Returned{State: good.State, Code: good.Code, Cookie: "other"})
	attack("an invented state", "sso_state", identity.Returned{State: "x", Code: good.Code, Cookie: "x"})
	attack("another issuer's answer", "sso_failed", identity.Returned{State: good.State, Code: good.Code, Cookie: good.Cookie, Issuer: "https://evil.example", Slug: "a"})
	attack("a state used before", "sso_state", good)
	mixed := i.signIn(t, o, maier)
	mixed.Slug = "b"
	attack("at the address of another authority", "sso_failed", mixed)
	used := i.signIn(t, o, maier)
	if _, _, _, err := o.FinishSSO(ctx, used, ""); err != nil {
		t.Fatal(err)
	}
	again := i.signIn(t, o, maier)
	again.Code = used.Code
	attack("a code used before", "sso_failed", again)
	again = i.signIn(t, o, maier)
	stolen := i.signIn(t, o, maier)
	again.Code = stolen.Code // of another login, with another verifier
	attack("another login's code", "sso_failed", again)
	for what, forge := range map[string]func(*person){
		"a foreign nonce":    func(p *person) { p.Nonce = "foreign" },
		"a foreign issuer":   func(p *person) { p.Issuer = "https://evil.example" },
		"a foreign audience": func(p *person) { p.Audience = "another client" },
	} {
		p := maier
		forge(&p)
		attack(what, "sso_failed", i.signIn(t, o, p))
	}
	stranger := person{Subject: "s2", Email: "fremd@stadt.example", Name: "Fremd", Groups: []string{"kantine"}}
	attack("in no mapped group", "sso_no_group", i.signIn(t, o, stranger))
	attack("without an address", "sso_incomplete", i.signIn(t, o, person{Subject: "s3", Groups: []string{"amt"}}))
	clash := person{Subject: "s4", Email: "HUBER@example", Name: "Frau Huber", Groups: []string{"amt"}}
	attack("the address of a local account", "sso_email_taken", i.signIn(t, o, clash))
	late := i.signIn(t, o, maier)
	o.pass(identity.SSOLife)
	attack("too late", "sso_state", late)
	o.pass(-identity.SSOLife)

	o.change(t, func(c *civic.Clerk) { c.Role, c.SSOSubject = civic.RoleOperator, "s5" })
	attack("an operator, whom an administrator's issuer would name", "sso_operator", i.signIn(t, o, person{Subject: "s5", Groups: []string{"amt"}}))
	o.change(t, func(c *civic.Clerk) { c.Role = civic.RoleAdmin })
	admin := civic.Caller{Role: civic.RoleAdmin, AuthorityID: "a", Clerk: "c"}
	if _, _, err := o.Change(ctx, admin, w.Clerk.ID, identity.Profile{Name: "Herr Maier", Role: civic.RoleClerk, Disabled: true}); err != nil {
		t.Fatal(err)
	}
	attack("a disabled account", "account_disabled", i.signIn(t, o, maier))

	other, _, err := o.Invite(ctx, admin, "berg@example", identity.Profile{Name: "Frau Berg", Role: civic.RoleClerk})
	if err != nil {
		t.Fatal(err)
	}
	err = o.LinkSSO(ctx, admin, other.Clerk.ID, "s1")
	refused(t, "somebody else's subject", err, civic.Conflict, "sso_linked")
	if err := o.LinkSSO(ctx, admin, other.Clerk.ID, "s9"); err != nil {
		t.Fatal(err)
	}
	berg := person{Subject: "s9", Email: "ganz.anders@example", Name: "Berg", Groups: []string{"amt"}}
	if w, _, _, err := o.FinishSSO(ctx, i.signIn(t, o, berg), ""); err != nil || w.Clerk.ID != other.Clerk.ID {
		t.Errorf("linked by an admin: %+v, %v", w.Clerk, err)
	}
}

func TestTheIssuerAsksForTheVerifier(t *testing.T) {
	i := runIssuer(t)
	o := withIssuer(t, i, false)
	back := i.signIn(t, o, person{Subject: "s1", Email: "m@stadt.example", Groups: []string{"amt"}})
	res, err := http.PostForm(i.Token, url.Values{
		"grant_type": {"authorization_code"}, "code": {back.Code}, "client_id": {i.ClientID}, "client_secret": {i.ClientSecret},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusOK {
		t.Error("a stolen code is worth something without the verifier")
	}
}

func TestOnlySingleSignOn(t *testing.T) {
	i := runIssuer(t)
	o := withIssuer(t, i, true)
	o.change(t, func(c *civic.Clerk) { c.Role = civic.RoleAdmin })
	_, err := o.Login(t.Context(), "huber@example", password, "")
	refused(t, "a password", err, civic.Forbidden, "sso_only")
	o.change(t, func(c *civic.Clerk) { c.Role = civic.RoleOperator })
	if _, err := o.Login(t.Context(), "huber@example", password, ""); err != nil {
		t.Errorf("an operator: %v", err)
	}
}

func TestGroupsMakeNoOperator(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	admin := o.as(t, civic.RoleOperator).Caller()
	_, _, err := o.SetSignInRules(t.Context(), admin, false, civic.SSO{Issuer: "https://issuer.example", Roles: map[string]civic.Role{"x": civic.RoleOperator}})
	refused(t, "an operator's group", err, civic.Invalid, civic.KeyRoleAbove)
}

// TestAnIssuerLeadsNowhereInside: no address that is not public is dialled, whatever name leads there, and nothing but https
// is spoken, unless the operator has allowed the network.
func TestAnIssuerLeadsNowhereInside(t *testing.T) {
	hit := false
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hit = true }))
	defer inside.Close()
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hit = true }))
	defer plain.Close()
	_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())
	o := newOffice(t, storetest.SQLite(t))
	admin := o.as(t, civic.RoleAdmin).Caller()
	refusedIssuer := func(address string) {
		t.Helper()
		_, _, err := o.SetSignInRules(t.Context(), admin, false, civic.SSO{Issuer: address, ClientID: "x"})
		refused(t, address, err, civic.Invalid, "sso_unreachable")
	}
	for _, host := range []string{
		"127.0.0.1", "localhost", "127.1", "0.0.0.0", "10.0.0.1", "10.255.255.254", "172.16.0.1", "172.31.255.254", "192.168.0.1", "169.254.169.254",
		"100.64.0.1", "100.127.255.254", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.19.255.254", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250",
		"240.0.0.1", "255.255.255.255", "0.1.2.3", "192.88.99.1", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]",
		"[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[2001:db8::1]", "[2002:7f00:1::]", "[100::1]",
		"[2001::1]", "[fec0::1]", "2130706433", "0x7f000001",
	} {
		refusedIssuer("https://" + host + ":" + port)
	}
	refusedIssuer(plain.URL)
	for _, odd := range []string{"file:///etc/passwd", "gopher://x", "https://", "https://user:x@127.0.0.1", "https://127.0.0.1/?a=b", "ftp://x"} {
		refusedIssuer(odd)
	}
	if hit {
		t.Error("somebody inside was reached")
	}
}

// TestAnIssuersRedirectStaysAtHome: one to another host is not followed.
func TestAnIssuersRedirectStaysAtHome(t *testing.T) {
	hit := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hit = true }))
	defer other.Close()
	home := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusFound))
	defer home.Close()
	o := newOffice(t, storetest.SQLite(t))
	s, err := identity.New(o.store, identity.Config{SSONetworks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, o.now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	admin := o.as(t, civic.RoleAdmin).Caller()
	_, _, err = s.SetSignInRules(t.Context(), admin, false, civic.SSO{Issuer: home.URL, ClientID: "x"})
	refused(t, "a redirect", err, civic.Invalid, "sso_unreachable")
	if hit {
		t.Error("the other host was reached")
	}
}
