package web

import (
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
)

// stubbed are the real routes with handlers that only say where one got.
func stubbed() []Route {
	routes := make([]Route, len(Routes))
	for i, r := range Routes {
		r.Limit = LimitNone
		r.Handle = func(_ *Server, c *fiber.Ctx) error { return c.SendString("reached " + r.Method + " " + r.Path) }
		routes[i] = r
	}
	return routes
}

var example = strings.NewReplacer("{slug}", "town", "{desk}", "d1", "{office}", "o1", "{path...}", "a/b.js")

func TestEveryRouteKeepsItsOriginRoleAndHeader(t *testing.T) {
	e := start(t, stubbed())
	host := map[Site]string{Public: "http://schalter.test", Console: "http://console.schalter.test"}
	for _, r := range Routes {
		t.Run(r.Method+" "+r.Path, func(t *testing.T) {
			e := e.with(t)
			path := example.Replace(r.Path)
			for _, site := range []Site{Public, Console} {
				headers := []string{"X-Schalter", "1", "Cookie", ticketCookie + "=" + goodSecret + "; " + sessionCookie + "=" + goodSecret}
				if r.Socket != nil {
					headers = append(headers, "Origin", e.origins.of(site).text)
				}
				if r.Role == civic.RoleGuest { // who has no cookie
					headers = append(headers, "Authorization", "Bearer "+goodSecret)
				}
				a := e.do(r.Method, host[site]+path, "", headers...)
				if r.Site != site && r.Site != Both {
					if a.status != 404 {
						t.Errorf("on the other origin: %d %s", a.status, a.body)
					}
					continue
				}
				if a.status != 200 || a.body != "reached "+r.Method+" "+r.Path {
					t.Errorf("with everything: %d %s", a.status, a.body)
				}
				if r.Role != civic.RoleNobody {
					wrong := ticketCookie
					if r.Role == civic.RoleCitizen {
						wrong = sessionCookie
					}
					if r.Role == civic.RoleGuest {
						headers = headers[:len(headers)-2]
					}
					for _, cookie := range []string{"", wrong + "=" + goodSecret} {
						headers[3] = cookie
						e.refused(e.do(r.Method, host[site]+path, "", headers...), 401, civic.KeyTicketUnknown)
					}
				}
				if r.Method != get {
					e.refused(e.do(r.Method, host[site]+path, ""), 403, civic.KeyHeaderMissing)
					e.refused(e.do(r.Method, host[site]+path, "", "X-Schalter", "1", "Origin", "https://town.test"), 403, civic.KeyOriginForeign)
				}
				if r.Socket != nil {
					e.refused(e.get(host[site]+path, "Origin", "https://town.test"), 403, civic.KeyOriginForeign)
				}
			}
		})
	}
}

func TestPathsMayEndInASlash(t *testing.T) {
	e := start(t, stubbed())
	for path, want := range map[string]string{"/town/": "/{slug}", "/f/town": "/f/{slug}/", "/v": "/v/", "/b/town.js": "/b/{slug}.js", "/b/town/check.js": "/b/{slug}/check.js", "/p/town": "/p/{slug}", "/town/main": "/{slug}/{office}", "/v/town": "/v/{slug}", "/f/town/relay": "/f/{slug}/relay"} {
		if a := e.get("http://schalter.test" + path); a.body != "reached GET "+want {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if a := e.do("HEAD", "http://schalter.test/town", ""); a.status != 200 || a.body != "" {
		t.Errorf("HEAD: %d %q", a.status, a.body)
	}
}

func TestOnlyTheBoardIsOpenToForeignPages(t *testing.T) {
	var open []string
	for _, r := range Routes {
		if r.Kind == OpenData {
			open = append(open, r.Method+" "+r.Path)
		}
		if r.Role == civic.RoleNobody && r.Method != get && r.Limit == LimitNone {
			t.Errorf("%s %s: the public may write without a limit", r.Method, r.Path)
		}
		if r.Role != civic.RoleNobody && r.Method != get && r.Limit == LimitNone {
			t.Errorf("%s %s: a write without a limit", r.Method, r.Path)
		}
	}
	if got := strings.Join(open, ", "); got != "GET /api/v1/authorities/{slug}/board, GET /b/{slug}/check.js, GET /b/{slug}.js" {
		t.Errorf("open: %s", got)
	}
}
