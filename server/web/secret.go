package web

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"schalter/server/civic"
	"schalter/server/identity"
)

// The cookies. There are no others.
const (
	ticketCookie  = "__Host-ticket"  // the secret of a citizen's ticket, in our frame on the town's page: partitioned
	sessionCookie = "__Host-session" // a clerk's
	ssoCookie     = "__Host-sso"     // the state of a single sign-on under way
)

// sessionCookieLife is longer than any session: the server ends those, and one in a conversation ends later than others.
const sessionCookieLife = 2 * identity.SessionLife

// secret returns what a request brings to prove its role: the cookie or, of a guest and of a
// citizen whose browser refuses it, the bearer.
// A socket without an Origin has no cookie: a foreign program may have put it there.
func (s *Server) secret(c *fiber.Ctx, role civic.Role) string {
	if r, ok := c.Locals(keyRoute).(*Route); ok && r.Socket != nil && c.Get(fiber.HeaderOrigin) == "" {
		return ""
	}
	if role.Staff() {
		return c.Cookies(sessionCookie)
	}
	if bearer, ok := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer "); ok {
		return bearer
	}
	if role == civic.RoleGuest {
		return "" // a guest has no cookie
	}
	return c.Cookies(ticketCookie)
}

// setTicketCookie gives a citizen's browser the ticket's secret, out of reach of every script, until the day is surely over.
func setTicketCookie(c *fiber.Ctx, secret string) {
	setCookie(c, ticketCookie, secret, civic.TicketRetention, fasthttp.CookieSameSiteNoneMode)
}

// setSessionCookie logs a clerk in.
func setSessionCookie(c *fiber.Ctx, token string, lifetime time.Duration) {
	setCookie(c, sessionCookie, token, lifetime, fasthttp.CookieSameSiteStrictMode)
}

// clearSessionCookie logs a clerk out.
func clearSessionCookie(c *fiber.Ctx) {
	setCookie(c, sessionCookie, "", -time.Second, fasthttp.CookieSameSiteStrictMode)
}

func setCookie(c *fiber.Ctx, name, value string, lifetime time.Duration, mode fasthttp.CookieSameSite) {
	cookie := fasthttp.AcquireCookie()
	defer fasthttp.ReleaseCookie(cookie)
	cookie.SetKey(name)
	cookie.SetValue(value)
	cookie.SetPath("/")
	cookie.SetHTTPOnly(true)
	cookie.SetSecure(true)
	cookie.SetSameSite(mode)
	cookie.SetPartitioned(mode == fasthttp.CookieSameSiteNoneMode)
	if lifetime < 0 {
		cookie.SetExpire(fasthttp.CookieExpireDelete)
	} else {
		cookie.SetMaxAge(int(lifetime.Seconds()))
	}
	c.Response().Header.SetCookie(cookie)
}
