package main

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"schalter/server/civic"
	"schalter/server/mail/mailtest"
	"schalter/server/protocol"
)

// TestAForgottenPassword goes the whole way: the program as a process of its own, its mail over STARTTLS to a real server,
// the link of the mail, another password.
func TestAForgottenPassword(t *testing.T) {
	server := mailtest.Run(t, true)
	trusted := filepath.Join(t.TempDir(), "mail.pem")
	must(t, os.WriteFile(trusted, server.Certificate, 0o600))
	t.Setenv("SSL_CERT_FILE", trusted) // the program trusts the machine's roots
	c := bear(t, filled(t), "--unlimited", "--smtp-url="+server.URL, "--smtp-from=Schalter <schalter@mitte.test>", "--log-level=debug")
	forgotten := func(email string) {
		if a := newClerk(t, c.address).post("/api/v1/console/password/forgotten", protocol.Forgotten{Email: email}); a.status != 204 {
			t.Fatalf("%s: %d %s", email, a.status, a.body)
		}
	}
	forgotten("nobody@mitte.test") // the same answer, and no mail
	forgotten(huber)
	m := server.Await(t, 1)
	if !m.TLS || len(m.To) != 1 || m.To[0] != huber {
		t.Errorf("mail to %v, encrypted %v", m.To, m.TLS)
	}
	link := regexp.MustCompile(`/#/reset/(\w+)`).FindStringSubmatch(strings.ReplaceAll(m.Data, "=\r\n", ""))
	if link == nil {
		t.Fatalf("no link in %s", m.Data)
	}
	before, thief, late := newClerk(t, c.address), newClerk(t, c.address), newClerk(t, c.address)
	before.login(huber)
	owner := as[protocol.TokenOwner](thief.post("/api/v1/console/password/token", protocol.TokenLook{Token: link[1]}))
	if owner.Kind != "reset" || owner.Email != huber {
		t.Errorf("%+v", owner)
	}
	const next = "der Hahn auf dem Rathaus"
	set := protocol.TokenPassword{Token: link[1], Password: next}
	as[protocol.ClerkSession](thief.post("/api/v1/console/password/set", set))
	late.post("/api/v1/console/password/set", set).refused(410, civic.Gone, "token_unknown") // good once
	if a := before.do(http.MethodGet, "/api/v1/console/session", nil); a.status != 401 {
		t.Errorf("a login from before goes on: %d", a.status)
	}
	late.post("/api/v1/console/session", protocol.Login{Email: huber, Password: password}).refused(401, civic.Unauthenticated, civic.KeyLoginWrong)
	as[protocol.ClerkSession](late.post("/api/v1/console/session", protocol.Login{Email: huber, Password: next}))
	for _, secret := range []string{link[1], next, huber, "nobody@mitte.test"} {
		if strings.Contains(c.logs.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	if n := len(server.Messages()); n != 1 {
		t.Errorf("%d mails", n)
	}
}
