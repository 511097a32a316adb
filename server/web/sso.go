package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/protocol"
)

// beginSSO sends the browser to the authority's issuer. The state waits in a cookie of its own: it is Lax, for the browser
// comes back from another site.
func (s *Server) beginSSO(c *fiber.Ctx) error {
	slug := c.Params("slug")
	address, state, err := s.deps.Identity.BeginSSO(s.ctx(c), slug)
	if err != nil {
		return s.ssoRefused(c, slug, err)
	}
	setCookie(c, ssoCookie, state, identity.SSOLife, fasthttp.CookieSameSiteLaxMode)
	return c.Redirect(address, fiber.StatusSeeOther)
}

// finishSSO takes the browser back. The session's cookie is Strict, and would not be sent with a redirect of this
// navigation, which another site began: a page of ours goes on from here.
func (s *Server) finishSSO(c *fiber.Ctx) error {
	back := identity.Returned{State: c.Query("state"), Code: c.Query("code"), Issuer: c.Query("iss"), Cookie: c.Cookies(ssoCookie), Slug: c.Params("slug")}
	setCookie(c, ssoCookie, "", -1, fasthttp.CookieSameSiteLaxMode)
	w, ended, slug, err := s.deps.Identity.FinishSSO(s.ctx(c), back, agent(c))
	if err != nil {
		return s.ssoRefused(c, slug, err)
	}
	s.hangUp(w.Clerk.ID, ended...)
	s.latest.cut(consoleKey(w.Clerk.ID)) // its groups may have given it other offices, or another role
	setSessionCookie(c, w.Token, sessionCookieLife)
	return goOn(c, "/#/anmelden/"+url.PathEscape(slug))
}

// ssoRefused shows a refusal on the sign-in screen, which has the sentences.
func (s *Server) ssoRefused(c *fiber.Ctx, slug string, err error) error {
	id, _ := c.Locals(keyRequestID).(string)
	p := problemOf(err, id)
	s.logRefusal(err, p, id)
	if slug == "" {
		slug = "-"
	}
	return goOn(c, "/#/refused/"+url.PathEscape(p.Key)+"/"+url.PathEscape(slug))
}

var goOnPage = template.Must(template.New("on").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><title>Schalter</title><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={{.To}}"></head><body><p><a href="{{.To}}">{{.Text}}</a></p></body></html>
`))

func goOn(c *fiber.Ctx, to string) error {
	lang := language(c)
	var b bytes.Buffer
	err := goOnPage.Execute(&b, map[string]any{"To": to, "Lang": lang, "Text": civic.Text{"de": "Weiter zum Schalter", "en": "Continue"}.In(lang)})
	if err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(b.Bytes())
}

func (s *Server) signInRules(c *fiber.Ctx) error {
	a, err := s.deps.Identity.SignInRules(s.ctx(c), s.caller(c))
	if err != nil {
		return err
	}
	return c.JSON(s.rulesOf(a))
}

func (s *Server) setSignInRules(c *fiber.Ctx) error {
	b, err := body[protocol.SignInRules](s, c)
	if err != nil {
		return err
	}
	sso := civic.SSO{
		Issuer: strings.TrimSpace(b.Issuer), ClientID: strings.TrimSpace(b.ClientID), ClientSecret: b.ClientSecret, GroupsClaim: strings.TrimSpace(b.GroupsClaim),
		Only: b.Only, Roles: map[string]civic.Role{}, Offices: map[string][]civic.OfficeID{},
	}
	for _, g := range b.Groups {
		name := strings.TrimSpace(g.Group)
		if _, doubled := sso.Roles[name]; doubled {
			return civic.Errorf(civic.Invalid, "sso_group_wrong", "a group stands there twice")
		}
		sso.Roles[name], sso.Offices[name] = g.Role, g.Offices
	}
	a, ended, err := s.deps.Identity.SetSignInRules(s.ctx(c), s.caller(c), b.SecondFactor, sso)
	if err != nil {
		return err
	}
	for _, session := range ended {
		s.hangUp(session.ClerkID, session.ID)
	}
	return c.JSON(s.rulesOf(a))
}

func (s *Server) rulesOf(a civic.Authority) protocol.SignInRules {
	v := protocol.SignInRules{
		SecondFactor: a.SecondFactor, Issuer: a.SSO.Issuer, ClientID: a.SSO.ClientID, HasSecret: a.SSO.ClientSecret != "", GroupsClaim: a.SSO.GroupsClaim,
		Only: a.SSO.Only, Groups: []protocol.SSOGroup{}, Callback: s.origins.console.text + identity.SSOCallback + a.Slug,
	}
	for g, role := range a.SSO.Roles {
		offices := a.SSO.Offices[g]
		if offices == nil {
			offices = []civic.OfficeID{}
		}
		v.Groups = append(v.Groups, protocol.SSOGroup{Group: g, Role: role, Offices: offices})
	}
	slices.SortFunc(v.Groups, func(a, b protocol.SSOGroup) int { return strings.Compare(a.Group, b.Group) })
	return v
}
