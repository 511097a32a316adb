package web

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/protocol"
)

// origins are the two that we answer to. An origin is what browsers send as Origin: scheme, host and port, lower case.
type origins struct{ public, console origin }

type origin struct {
	text   string // "https://schalter.example"
	host   string // as in the Host header
	secure bool
}

func (o origin) String() string { return o.text }

func newOrigins(public, console string) (origins, error) {
	p, errP := parseOrigin("public-url", public)
	c, errC := parseOrigin("console-url", console)
	if err := errors.Join(errP, errC); err != nil {
		return origins{}, err
	}
	if p.host == c.host {
		return origins{}, errors.New("console-url: must be another origin than public-url, so that nothing in an embeddable page can reach a clerk's session")
	}
	return origins{p, c}, nil
}

func parseOrigin(name, text string) (origin, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return origin{}, fmt.Errorf("%s: %q is not an origin such as https://schalter.example", name, text)
	}
	host := strings.ToLower(u.Host)
	if p := u.Port(); (u.Scheme == "https" && p == "443") || (u.Scheme == "http" && p == "80") {
		host = strings.ToLower(u.Hostname())
	}
	return origin{u.Scheme + "://" + host, host, u.Scheme == "https"}, nil
}

// site says which origin a Host header means.
func (o origins) site(host string) (Site, error) {
	host = strings.ToLower(host)
	switch {
	case o.public.is(host):
		return Public, nil
	case o.console.is(host):
		return Console, nil
	}
	return 0, fiber.ErrMisdirectedRequest
}

func (o origin) is(host string) bool {
	if o.secure {
		return strings.TrimSuffix(host, ":443") == o.host
	}
	return strings.TrimSuffix(host, ":80") == o.host
}

func (o origins) of(site Site) origin {
	if site == Console {
		return o.console
	}
	return o.public
}

// checkOrigin keeps other people's pages out. Writes need a header that they can't send without a preflight, which is
// never granted, and, if the browser names the origin, ours. Sockets escape CORS, so they need our origin exactly;
// without one, the secret must stand in the first frame, for the cookie does not count (see secret).
func (s *Server) checkOrigin(c *fiber.Ctx, r *Route, site Site) error {
	from := c.Get(fiber.HeaderOrigin)
	switch {
	case r.Socket != nil:
		// A clerk's room socket may be that of the public origin, and the other way round: the grant alone counts.
		room := r.Site == Both && (from == s.origins.public.text || from == s.origins.console.text)
		if from == "" && r.Role == civic.RoleNobody || from == s.origins.of(site).text || room {
			return nil
		}
		return civic.Errorf(civic.Forbidden, civic.KeyOriginForeign, "socket")
	case r.Method == get:
		return nil
	case c.Get(protocol.HeaderSchalter) == "":
		return civic.Errorf(civic.Forbidden, civic.KeyHeaderMissing, "no header %s", protocol.HeaderSchalter)
	case from != "" && from != s.origins.of(site).text:
		return civic.Errorf(civic.Forbidden, civic.KeyOriginForeign, "write")
	}
	return nil
}

// CheckOrigins says what is wrong with the two origins.
func CheckOrigins(public, console string) error {
	_, err := newOrigins(public, console)
	return err
}
