package identity

import (
	"context"
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"
	"golang.org/x/oauth2"

	"schalter/server/civic"
	"schalter/server/mail"
	"schalter/server/store"
)

// SSOLife is how long a single sign-on may take at the issuer.
const SSOLife = 10 * time.Minute

// SSOCallback is where the issuer sends people back to, below the console's origin: each authority's has an address of its
// own, which ends in its slug. With one address for all, an authority whose issuer is hostile could send people on to the
// issuer of another and be brought the code of that login (mix-up, RFC 9700, 4.4.2.2).
const SSOCallback = "/api/v1/console/sso-callback/"

// SignInWays is how the clerks of an authority may sign in.
type SignInWays struct {
	Authority civic.Authority
	SSO       bool
	Passwords bool
}

// Ways says how the clerks of the authority of that slug sign in. NotFound for an unknown one.
func (s *Service) Ways(ctx context.Context, slug string) (w SignInWays, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		w.Authority, err = tx.AuthorityBySlug(ctx, slug)
		return err
	})
	w.SSO = w.Authority.SSO.Issuer != ""
	w.Passwords = !w.SSO || !w.Authority.SSO.Only
	return w, err
}

// flow is a single sign-on at one issuer.
type flow struct {
	provider *oidc.Provider
	oauth    oauth2.Config
	claim    string
}

func (s *Service) flow(ctx context.Context, a civic.Authority) (flow, error) {
	sso := a.SSO
	p, err := s.issuers.provider(ctx, sso.Issuer)
	if err != nil {
		s.log.Warn("issuer not reachable", "error", err)
		return flow{}, civic.Errorf(civic.Unavailable, "sso_unreachable", "discovery: %v", err)
	}
	f := flow{provider: p, claim: sso.GroupsClaim, oauth: oauth2.Config{
		ClientID: sso.ClientID, ClientSecret: sso.ClientSecret, Endpoint: p.Endpoint(), RedirectURL: s.cfg.ConsoleURL + SSOCallback + a.Slug,
		Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}}
	if f.claim == "" {
		f.claim = "groups"
	}
	var known struct {
		Scopes []string `json:"scopes_supported"`
	}
	if p.Claims(&known) == nil && slices.Contains(known.Scopes, "groups") {
		f.oauth.Scopes = append(f.oauth.Scopes, "groups")
	}
	return f, nil
}

// BeginSSO starts a single sign-on of an authority: the issuer's address to go to, and the state, which the browser keeps in
// a cookie until it comes back. NotFound if the authority has none.
func (s *Service) BeginSSO(ctx context.Context, slug string) (address, state string, err error) {
	w, err := s.Ways(ctx, slug)
	if err != nil {
		return "", "", err
	}
	if !w.SSO {
		return "", "", civic.Errorf(civic.NotFound, "sso_none", "authority %s has no single sign-on", w.Authority.ID)
	}
	f, err := s.flow(ctx, w.Authority)
	if err != nil {
		return "", "", err
	}
	secret, nonce, verifier := NewSecret(), NewSecret(), oauth2.GenerateVerifier()
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		return tx.InsertSSOLogin(ctx, store.SSOLogin{
			Authority: w.Authority.ID, Nonce: nonce.Text, Verifier: verifier, Expires: s.now().Add(SSOLife),
		}, secret.Hash)
	})
	return f.oauth.AuthCodeURL(secret.Text, oidc.Nonce(nonce.Text), oauth2.S256ChallengeOption(verifier)), secret.Text, err
}

// Returned is what the browser brings back from the issuer.
type Returned struct {
	State  string
	Code   string
	Cookie string // the state that this browser was given
	Issuer string // as the issuer names itself (RFC 9207); may be empty
	Slug   string // of the authority to whose address it came
}

// FinishSSO ends a single sign-on: the account of that subject is made at its first login, and has, at each, the role and
// offices of its groups; with another role the earlier logins end (ended). slug is the authority's, as far as it is known.
func (s *Service) FinishSSO(ctx context.Context, r Returned, agent string) (w Who, ended []civic.SessionID, slug string, err error) {
	if r.State == "" || subtle.ConstantTimeCompare([]byte(r.State), []byte(r.Cookie)) != 1 {
		return Who{}, nil, "", civic.Errorf(civic.Invalid, "sso_state", "another browser, or too late")
	}
	var login store.SSOLogin
	var a civic.Authority
	err = s.store.Write(ctx, func(tx *store.Tx) (err error) {
		if login, err = tx.TakeSSOLogin(ctx, Hash(r.State), s.now()); err != nil {
			return err
		}
		a, err = tx.Authority(ctx, login.Authority)
		return err
	})
	if civic.CodeOf(err) == civic.NotFound {
		return Who{}, nil, "", civic.Errorf(civic.Invalid, "sso_state", "state unknown, used or over")
	}
	if err != nil {
		return Who{}, nil, "", err
	}
	if r.Slug != a.Slug || r.Issuer != "" && r.Issuer != a.SSO.Issuer {
		return Who{}, nil, a.Slug, civic.Errorf(civic.Invalid, "sso_failed", "another issuer has answered")
	}
	person, err := s.claims(ctx, a, login, r.Code)
	if err != nil {
		return Who{}, nil, a.Slug, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) (err error) {
		var c civic.Clerk
		if c, ended, err = s.bySubject(ctx, tx, a, person); err != nil {
			return err
		}
		w, err = s.beginIn(ctx, tx, a.ID, c.ID, detailWaySSO, agent)
		return err
	})
	if err != nil && civic.CodeOf(err) != civic.Internal {
		_ = s.store.Write(ctx, func(tx *store.Tx) error { // the refusal stands, with a line in the log or without
			return s.note(ctx, tx, a.ID, "", ActSSORefused, "", "reason", civic.KeyOf(err))
		})
	}
	return w, ended, a.Slug, err
}

// claimed is what the issuer says of a person.
type claimed struct {
	Subject, Name, Email string
	Groups               []string
}

func (s *Service) claims(ctx context.Context, a civic.Authority, login store.SSOLogin, code string) (claimed, error) {
	f, err := s.flow(ctx, a)
	if err != nil {
		return claimed{}, err
	}
	failed := func(what string, err error) (claimed, error) {
		s.log.Warn("single sign-on failed", "step", what)
		return claimed{}, civic.Errorf(civic.Invalid, "sso_failed", "%s: %v", what, err)
	}
	ctx = oidc.ClientContext(ctx, s.issuers.client)
	token, err := f.oauth.Exchange(ctx, code, oauth2.VerifierOption(login.Verifier))
	if err != nil {
		return failed("exchange", err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := f.provider.VerifierContext(ctx, &oidc.Config{ClientID: a.SSO.ClientID, Now: s.now}).Verify(ctx, raw)
	if err != nil {
		return failed("token", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(login.Nonce)) != 1 {
		return failed("nonce", nil)
	}
	var all map[string]any
	if err := id.Claims(&all); err != nil {
		return failed("claims", err)
	}
	text := func(names ...string) string {
		for _, name := range names {
			if t, _ := all[name].(string); strings.TrimSpace(t) != "" {
				return strings.TrimSpace(t)
			}
		}
		return ""
	}
	p := claimed{Subject: id.Subject, Email: text("email")}
	p.Name = cut(text("name", "preferred_username", "email"), 120)
	switch groups := all[f.claim].(type) {
	case string:
		p.Groups = []string{groups}
	case []any:
		for _, g := range groups {
			if name, ok := g.(string); ok {
				p.Groups = append(p.Groups, name)
			}
		}
	}
	return p, nil
}

func cut(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n])
	}
	return text
}

// standing is the highest role of the groups, and all their offices; no role: in no mapped group.
func standing(sso civic.SSO, groups []string) (role civic.Role, offices []civic.OfficeID) {
	for _, g := range groups {
		if r, ok := sso.Roles[g]; ok && (role == civic.RoleNobody || r.Includes(role)) {
			role = r
		}
		offices = append(offices, sso.Offices[g]...)
	}
	slices.Sort(offices)
	return role, slices.Compact(offices)
}

// bySubject finds or makes the account, and gives it the standing of its groups.
func (s *Service) bySubject(ctx context.Context, tx *store.Tx, a civic.Authority, p claimed) (c civic.Clerk, ended []civic.SessionID, err error) {
	role, offices := standing(a.SSO, p.Groups)
	if role == civic.RoleNobody {
		return c, nil, civic.Errorf(civic.Forbidden, "sso_no_group", "the subject is in no mapped group")
	}
	if err := tx.LineUp(ctx, a.ID); err != nil {
		return c, nil, err
	}
	known, err := tx.Offices(ctx, a.ID)
	if err != nil {
		return c, nil, err
	}
	offices = slices.DeleteFunc(offices, func(id civic.OfficeID) bool { // one that was retired since
		return !slices.ContainsFunc(known, func(o civic.Office) bool { return o.ID == id })
	})
	c, err = tx.ClerkBySubject(ctx, a.ID, p.Subject)
	switch {
	case civic.CodeOf(err) == civic.NotFound:
		c, err = s.newBySubject(ctx, tx, a, p, role, offices)
		return c, nil, err
	case err != nil:
		return c, nil, err
	case c.Disabled:
		return c, nil, civic.Errorf(civic.Forbidden, "account_disabled", "clerk %s is disabled", c.ID)
	case c.Role == civic.RoleOperator: // an administrator names the issuer, and would be whoever that names
		return c, nil, civic.Errorf(civic.Forbidden, "sso_operator", "clerk %s is an operator", c.ID)
	}
	was := c
	c.Role, c.Offices = role, offices
	if err := tx.SaveClerk(ctx, c); err != nil {
		return c, nil, err
	}
	if err := s.adminLeft(ctx, tx, a.ID); civic.KeyOf(err) == civic.KeyLastAdmin { // whom no group takes away
		c.Role, role = was.Role, was.Role
		if err := tx.SaveClerk(ctx, c); err != nil {
			return c, nil, err
		}
	} else if err != nil {
		return c, nil, err
	}
	if err := s.noteOffices(ctx, tx, "", was, c); err != nil || was.Role == role {
		return c, nil, err
	}
	if ended, err = s.endAll(ctx, tx, a.ID, c.ID); err != nil {
		return c, nil, err
	}
	return c, ended, s.note(ctx, tx, a.ID, "", ActRoleBySSO, c.ID, "from", string(was.Role), "to", string(role))
}

func (s *Service) newBySubject(ctx context.Context, tx *store.Tx, a civic.Authority, p claimed, role civic.Role, offices []civic.OfficeID) (civic.Clerk, error) {
	if mail.Address(p.Email) != nil {
		return civic.Clerk{}, civic.Errorf(civic.Forbidden, "sso_incomplete", "the issuer names no e-mail address")
	}
	if _, err := tx.ClerkByEmail(ctx, p.Email); err == nil {
		return civic.Clerk{}, civic.Errorf(civic.Conflict, "sso_email_taken", "an account has that address")
	}
	c := civic.Clerk{
		ID: civic.ClerkID(uuid.Must(uuid.NewV7()).String()), AuthorityID: a.ID, Email: p.Email, Name: p.Name, Role: role, Offices: offices,
		SSOSubject: p.Subject,
	}
	if err := tx.SaveClerk(ctx, c); err != nil {
		return c, err
	}
	return c, s.note(ctx, tx, a.ID, "", ActAccountBySSO, c.ID, "role", string(role))
}

// SignInRules are how the clerks of the admin's authority must sign in.
func (s *Service) SignInRules(ctx context.Context, caller civic.Caller) (a civic.Authority, err error) {
	if !caller.Role.Includes(civic.RoleAdmin) {
		return a, civic.Errorf(civic.Forbidden, civic.KeyForbidden, "role %q sets no rules", caller.Role)
	}
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		a, err = tx.Authority(ctx, caller.AuthorityID)
		return err
	})
	return a, err
}

// SetSignInRules stores them. An issuer is asked for its discovery document first. An empty client secret keeps the one
// that is there. Logins that a stricter rule would not let in any more end (ended), but for the caller's own. Conflict
// (sso_lockout) if nobody who administers the authority could sign in from then on.
func (s *Service) SetSignInRules(ctx context.Context, caller civic.Caller, secondFactor bool, sso civic.SSO) (a civic.Authority, ended []civic.Session, err error) {
	if !caller.Role.Includes(civic.RoleAdmin) {
		return a, nil, civic.Errorf(civic.Forbidden, civic.KeyForbidden, "role %q sets no rules", caller.Role)
	}
	for group, role := range sso.Roles {
		if strings.TrimSpace(group) == "" {
			return a, nil, civic.Errorf(civic.Invalid, "sso_group_wrong", "a group without a name")
		}
		if !role.Staff() || role == civic.RoleOperator {
			return a, nil, civic.Errorf(civic.Invalid, civic.KeyRoleAbove, "no group makes an operator")
		}
	}
	if sso.Issuer == "" {
		sso = civic.SSO{}
	} else if sso.ClientID == "" {
		return a, nil, civic.Errorf(civic.Invalid, "sso_client_missing", "an issuer without a client id")
	} else if _, err := s.issuers.provider(ctx, sso.Issuer); err != nil {
		return a, nil, civic.Errorf(civic.Invalid, "sso_unreachable", "discovery: %v", err)
	}
	err = s.store.Write(ctx, func(tx *store.Tx) (err error) {
		if err = tx.LineUp(ctx, caller.AuthorityID); err != nil {
			return err
		}
		if a, err = tx.Authority(ctx, caller.AuthorityID); err != nil {
			return err
		}
		if sso.ClientSecret == "" && sso.Issuer == a.SSO.Issuer {
			sso.ClientSecret = a.SSO.ClientSecret
		}
		for _, offices := range sso.Offices {
			for _, o := range offices {
				if _, err := tx.Office(ctx, a.ID, o); err != nil {
					return err
				}
			}
		}
		if err = s.mayRely(ctx, tx, a.ID, sso); err != nil {
			return err
		}
		stricter := store.Stricter{SecondFactor: secondFactor && !a.SecondFactor, Only: sso.Only && !a.SSO.Only}
		a.SecondFactor, a.SSO = secondFactor, sso
		if err = tx.SaveAuthority(ctx, a); err != nil {
			return err
		}
		if ended, err = tx.EndWeakSessions(ctx, a.ID, stricter, caller.Session); err != nil {
			return err
		}
		return s.note(ctx, tx, a.ID, caller.Clerk, ActSignInRules, "", "second_factor", yes(secondFactor), "sso", yes(sso.Issuer != ""), "only", yes(sso.Only))
	})
	return a, ended, err
}

// mayRely refuses that single sign-on be the only way while it leads to no administrator: neither by a group, nor by the
// link of an account. Operators keep their passwords.
func (s *Service) mayRely(ctx context.Context, tx *store.Tx, authority civic.AuthorityID, sso civic.SSO) error {
	if !sso.Only {
		return nil
	}
	for _, role := range sso.Roles {
		if role.Includes(civic.RoleAdmin) {
			return nil
		}
	}
	staff, err := tx.Clerks(ctx, authority)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(staff, func(c civic.Clerk) bool {
		return !c.Disabled && (c.Role == civic.RoleOperator || c.Role == civic.RoleAdmin && c.SSOSubject != "")
	}) {
		return nil
	}
	return civic.Errorf(civic.Conflict, "sso_lockout", "no administrator of authority %s could sign in", authority)
}
