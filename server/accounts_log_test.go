package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/store"
)

// TestLogsHoldNoAccount says a name of its own into every field and address of accounts and settings. Neither the program's
// log, at its most talkative, nor the audit log, which administrators export, has any of them. Ids, keys of a file and an
// issuer's host may stand in the program's log: they name nobody, and are what its reader looks for.
func TestLogsHoldNoAccount(t *testing.T) {
	t.Parallel()
	p := launch(t, unlimited)
	staffFor(t, p.store)
	var birds []string
	bird := func() string {
		birds = append(birds, fmt.Sprintf("kanari%03d", len(birds)))
		return birds[len(birds)-1]
	}
	admin, operator, anybody := newClerk(t, p.address), newClerk(t, p.address), newClerk(t, p.address)
	admin.login("admin@mitte.test")
	operator.login("operator@mitte.test")
	birds = append(birds, admin.cookies["__Host-session"], operator.cookies["__Host-session"])
	const at = "/api/v1/console/"

	invited := as[protocol.Invited](admin.post(at+"staff", protocol.StaffInvitation{Email: bird() + "@mitte.test", Name: bird(), Role: civic.RoleClerk, Offices: []civic.OfficeID{officeMain}}))
	_, token, _ := strings.Cut(invited.Link, "#/invitation/")
	birds = append(birds, token)
	one := at + "staff/" + string(invited.Member.ID)
	as[protocol.TokenOwner](anybody.post(at+"password/token", protocol.TokenLook{Token: token}))
	anybody.post(at+"password/set", protocol.TokenPassword{Token: token, Password: "kurz"})
	as[protocol.ClerkSession](anybody.post(at+"password/set", protocol.TokenPassword{Token: token, Password: bird() + " singt ein Lied"}))
	anybody.post(at+"account/totp", protocol.PasswordProof{Password: bird()})
	anybody.post(at+"account/totp/confirm", protocol.FactorCode{Code: "123456"})
	anybody.post(at+"account/passkeys", protocol.NewPasskey{Name: bird(), Credential: `{"id":"` + bird() + `"}`})
	anybody.post(at+"session", protocol.Login{Email: bird() + "@mitte.test", Password: bird()})
	anybody.post(at+"password/forgotten", protocol.Forgotten{Email: bird() + "@mitte.test"})
	anybody.post(at+"password/token", protocol.TokenLook{Token: bird()})
	anybody.post(at+"setup", protocol.Setup{Token: bird(), Authority: bird(), Slug: bird(), Name: bird(), Email: bird() + "@x.test", Password: bird() + " singt ein Lied"})
	anybody.do(http.MethodGet, at+"sso/"+bird(), nil)
	anybody.do(http.MethodGet, at+"sso-callback/"+bird()+"?"+url.Values{"state": {bird()}, "code": {bird()}, "iss": {bird()}, "error_description": {bird()}}.Encode(), nil, "Cookie", "__Host-sso="+bird())
	admin.do(http.MethodPut, one+"/sso", protocol.SubjectLink{Subject: bird()})
	admin.do(http.MethodPut, one, protocol.StaffProfile{Name: bird(), Role: civic.RoleSupervisor, Offices: []civic.OfficeID{"unknown"}})
	admin.do(http.MethodPut, one, protocol.StaffProfile{Name: bird(), Role: civic.RoleSupervisor, Offices: []civic.OfficeID{officeMain}})
	admin.post(one+"/invitation", nil)
	admin.do(http.MethodPut, at+"sign-in-rules", protocol.SignInRules{Issuer: "https://issuer.invalid", ClientID: bird(), ClientSecret: bird(), GroupsClaim: bird(),
		Groups: []protocol.SSOGroup{{Group: bird(), Role: civic.RoleClerk, Offices: []civic.OfficeID{}}}})
	operator.post("/api/v1/operator/authorities", protocol.FoundAuthority{Authority: bird(), Slug: "neu", Name: bird(), Email: bird() + "@neu.test"})

	for _, text := range []string{
		"schalter: 1\nauthority: {privacy: 'https://x.test/" + bird() + "', imprint: 'https://x.test', statement: 'https://x.test', name: {de: " + bird() + "}, phone: " + bird() + ", address: " + bird() + ", texts: {board.title: {de: " + bird() + "}}, retention: {ticket_hours: 1, audit_days: 1, reason: " + bird() + "}}",
		"schalter: 1\nunknown: " + bird(), "schalter: 1\nauthority: {phone: [" + bird() + "]}", "schalter: 1\nauthority: {privacy: " + bird() + ", accent: " + bird() + "}",
		bird() + "\n\t{[", "schalter: 1\nauthority: {texts: {un.known: {de: " + bird() + ", xx: " + bird() + "}}}",
	} {
		admin.post(at+"settings/import", protocol.ImportSettings{Text: text})
	}
	admin.do(http.MethodPut, at+"offices/unknown/message", protocol.Message{Text: bird()})
	admin.do(http.MethodPut, at+"offices/"+string(officeMain)+"/message", protocol.Message{Text: bird()})
	admin.do(http.MethodGet, at+"statistics?from="+bird()+"&to=x&office="+bird(), nil)
	admin.do(http.MethodGet, at+"poster.pdf?office="+bird(), nil)
	admin.do(http.MethodGet, at+"settings/audit?from="+bird(), nil)
	admin.do(http.MethodGet, at+"staff/"+bird()+"/sessions", nil)
	admin.do(http.MethodGet, "/p/"+bird()+"?heading="+bird(), nil)

	eventually(t, "the failed login to be noted", func() bool { return strings.Contains(p.logs.String(), "sso-callback") })
	log := strings.ToLower(p.logs.String())
	if len(birds) < 40 || strings.Count(log, "\n") < 30 || !strings.Contains(log, "level=debug") {
		t.Fatalf("%d names, %d lines", len(birds), strings.Count(log, "\n"))
	}
	var audit strings.Builder
	must(t, p.store.Read(t.Context(), func(tx *store.Tx) error {
		for _, authority := range []civic.AuthorityID{"a-" + town, "a-" + otherTown} {
			entries, err := tx.Audit(t.Context(), authority, time.Time{}, time.Now().Add(time.Hour), 10_000)
			if err != nil {
				return err
			}
			for _, e := range entries {
				fmt.Fprintf(&audit, "%s %s %s %v\n", e.Act, e.Office, e.Subject, e.Detail)
			}
		}
		return nil
	}))
	if acts := audit.String(); !strings.Contains(acts, "staff.invited") || !strings.Contains(acts, "settings.imported") || !strings.Contains(acts, "authority.founded") {
		t.Fatalf("this is not the audit log:\n%s", acts)
	}
	for where, text := range map[string]string{"log": log, "audit log": strings.ToLower(audit.String())} {
		for line := range strings.SplitSeq(text, "\n") {
			for _, b := range birds {
				if strings.Contains(line, strings.ToLower(b)) {
					t.Errorf("the %s holds %s: %s", where, b, line)
				}
			}
		}
	}
}
