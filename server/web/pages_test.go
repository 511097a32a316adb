package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/protocol"
)

func TestPagesCarryTheirHeaders(t *testing.T) {
	e := start(t, nil)
	const ancestors = "frame-ancestors https://schalter.test https://town.test"
	for _, tt := range []struct {
		url  string
		want map[string]string // header: part of its value; "" for absent
	}{
		{"http://schalter.test/f/town/", map[string]string{"Content-Security-Policy": ancestors, "Cross-Origin-Embedder-Policy": "require-corp",
			"Cross-Origin-Resource-Policy": "cross-origin", "Cross-Origin-Opener-Policy": "", "X-Frame-Options": ""}},
		{"http://schalter.test/f/town/relay", map[string]string{"Content-Security-Policy": ancestors, "Cross-Origin-Embedder-Policy": "require-corp"}},
		{"http://schalter.test/v/", map[string]string{"Content-Security-Policy": "frame-ancestors 'none'"}},
		{"http://schalter.test/v/town", map[string]string{"Content-Security-Policy": "frame-ancestors 'none'"}},
		{"http://schalter.test/town", map[string]string{"Content-Security-Policy": "frame-ancestors 'none'; frame-src 'self'"}},
		{"http://schalter.test/p/town", map[string]string{"Content-Security-Policy": "frame-ancestors https://console.schalter.test",
			"Cross-Origin-Opener-Policy": "", "X-Frame-Options": ""}},
		{"http://console.schalter.test/", map[string]string{"Content-Security-Policy": "frame-ancestors 'none'; frame-src https://schalter.test",
			"Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=(self)"}},
	} {
		a := e.get(tt.url)
		if a.status != 200 || a.header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s: %d %s", tt.url, a.status, a.header.Get("Content-Type"))
		}
		maps.Copy(tt.want, map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Strict-Transport-Security": "max-age"})
		for name, part := range tt.want {
			if got := a.header.Get(name); !strings.Contains(got, part) || part == "" && got != "" {
				t.Errorf("%s: %s is %q, want %q", tt.url, name, got, part)
			}
		}
		csp := a.header.Get("Content-Security-Policy")
		const wasm = " 'wasm-unsafe-eval'" // only where there is a camera
		if camera := regexp.MustCompile(`/f/\w+/$|/v/|/g/|console[^/]*/$`).MatchString(tt.url); strings.Contains(csp, wasm) != camera {
			t.Errorf("%s: WebAssembly: %v", tt.url, !camera)
		}
		csp = strings.Replace(csp, "script-src 'self'"+wasm, "script-src 'self'", 1)
		for _, part := range []string{"default-src 'none'; script-src 'self'; style-src 'self'", "connect-src 'self' wss://", "base-uri 'none'", "require-trusted-types-for 'script'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: %q lacks %q", tt.url, csp, part)
			}
		}
		if strings.Contains(csp, "unsafe") || a.header.Get("Set-Cookie") != "" || a.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v", tt.url, a.header)
		}
	}
	e.refused(e.get("http://schalter.test/f/nowhere/"), 404, civic.KeyAuthorityUnknown)
}

func TestAPageLoadsItsProgram(t *testing.T) {
	e := start(t, nil)
	page := e.get("http://schalter.test/f/town/", "Accept-Language", "en-GB,en;q=0.9,de;q=0.5").body
	for _, part := range []string{
		`<html lang="en">`, `<title>Town</title>`, `<meta name="schalter:slug" content="town">`,
		`<meta name="schalter:origins" content="https://schalter.test https://town.test">`,
		`<script type="module" src="/assets/citizen-1.js">`, `<link rel="modulepreload" href="/assets/chunk-2.js">`,
		`<link rel="stylesheet" href="/assets/citizen-3.css">`,
	} {
		if !strings.Contains(page, part) {
			t.Errorf("no %s in %s", part, page)
		}
	}
	if page := e.get("http://schalter.test/town").body; !strings.Contains(page, `<title>Virtuelles Bürgerbüro – Stadt &lt;&#34;Neu&#34;&gt;</title>`) ||
		!strings.Contains(page, `<script async src="/b/town.js">`) || !strings.Contains(page, `<html lang="de">`) {
		t.Errorf("board's page: %s", page)
	} else if !strings.Contains(page, `<a href="https://town.test/imprint">Impressum</a> </schalter-board>`) || strings.Contains(page, "javascript:") {
		t.Errorf("links of the board's page: %s", page)
	} else if a := e.get("http://schalter.test/" + boardStyleName); a.status != 200 || !strings.Contains(page, `href="/`+boardStyleName+`"`) {
		t.Errorf("style of the board's page: %d", a.status)
	} else if a := e.get("http://schalter.test/" + iconName); a.status != 200 || !strings.Contains(page, `href="/`+iconName+`"`) || a.header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("icon: %d %v", a.status, a.header)
	}
}

func TestAssetsNeverChange(t *testing.T) {
	e := start(t, nil)
	for _, host := range []string{"schalter.test", "console.schalter.test"} {
		a := e.get("http://" + host + "/assets/citizen-1.js")
		if a.status != 200 || a.header.Get("Content-Type") != "text/javascript; charset=utf-8" ||
			a.header.Get("Cache-Control") != "public, max-age=31536000, immutable" || a.header.Get("Access-Control-Allow-Origin") != "*" || !strings.HasPrefix(a.body, "citizen();") {
			t.Errorf("%s: %d %v", host, a.status, a.header)
		}
	}
	a := e.get("http://schalter.test/assets/citizen-1.js", "Accept-Encoding", "gzip")
	r, err := gzip.NewReader(bytes.NewReader([]byte(a.body)))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(r); err != nil || !strings.HasPrefix(string(text), "citizen();") {
		t.Errorf("gzip: %v", err)
	}
	if a := e.get("http://schalter.test/assets/citizen-1.js", "Accept-Encoding", "gzip, deflate, br"); a.header.Get("Content-Encoding") != "br" {
		t.Errorf("br: %v", a.header)
	}
	if a := e.get("http://schalter.test/assets/citizen-1.js", "Accept-Encoding", "gzip;q=0, br; q=0.0"); a.header.Get("Content-Encoding") != "" {
		t.Errorf("refused encodings: %v", a.header)
	}
	for _, path := range []string{"/assets/none.js", "/assets/", "/assets/../manifest.json", "/assets/%2e%2e/manifest.json"} {
		if a := e.get("http://schalter.test" + path); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestTheBoardIsOpenToAnyPage(t *testing.T) {
	at := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	open := func(path string, send func(*Server, *fiber.Ctx, protocol.Board) error) Route {
		return Route{Method: get, Path: path, Site: Public, Kind: OpenData, Handle: func(s *Server, c *fiber.Ctx) error {
			b := testBoard
			at = at.Add(time.Second)
			b.Now = at
			return send(s, c, b)
		}}
	}
	e := start(t, []Route{open("/test-board", (*Server).cached), open("/test-script", (*Server).sendScript)})
	a := e.get("http://schalter.test/test-board", "Origin", "https://town.test")
	var b protocol.Board
	if err := json.Unmarshal([]byte(a.body), &b); err != nil || b.Authority.Slug != "town" {
		t.Fatalf("%v: %s", err, a.body)
	}
	for name, want := range map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "",
		"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=5", "Content-Type": "application/json"} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, path := range []string{"/test-board", "/test-script"} {
		tag := e.get("http://schalter.test" + path).header.Get("ETag")
		if a := e.get("http://schalter.test"+path, "If-None-Match", tag); a.status != 304 || a.body != "" || a.header.Get("ETag") != tag {
			t.Errorf("%s: %d %q for its own tag %q", path, a.status, a.body, tag)
		}
		if a := e.get("http://schalter.test"+path, "If-None-Match", `W/"other"`); a.status != 200 {
			t.Errorf("%s: %d for another tag", path, a.status)
		}
	}
	script := e.get("http://schalter.test/test-script")
	if !strings.HasPrefix(script.body, `(()=>{const baked={"origin":"https://schalter.test","board":{"authority":`) ||
		!strings.HasSuffix(script.body, "};\nwindow.seen=baked\n})()\n") || strings.ContainsAny(script.body, "<\u2028") {
		t.Errorf("script: %q", script.body)
	}
}

func TestAPageLearnsWhetherItIsListedItselfAndNothingOfOthers(t *testing.T) {
	e := start(t, nil)
	for origin, want := range map[string]string{"https://town.test": "true", "https://stranger.test": "false", "null": "false", "": "false"} {
		a := e.get("http://schalter.test/b/town/check.js", "Origin", origin)
		if a.status != 200 || a.body != "export const listed = "+want+";\n" || a.header.Get("Access-Control-Allow-Origin") != "*" ||
			a.header.Get("Cache-Control") != "no-store" || a.header.Get("Vary") != "Origin" || a.header.Get("Content-Type") != "text/javascript; charset=utf-8" {
			t.Errorf("%q: %d %q %v", origin, a.status, a.body, a.header)
		}
	}
	e.refused(e.get("http://schalter.test/b/nowhere/check.js"), 404, civic.KeyAuthorityUnknown)
}

func TestThePreviewShowsWhatItsAddressSays(t *testing.T) {
	e := start(t, nil)
	page := e.get(`http://schalter.test/p/town?office=main%22%3E%3Cb&heading=2&lang=en`, "Accept-Language", "de").body
	for _, part := range []string{`<html lang="en">`, `<main><schalter-board data-office="main&#34;&gt;&lt;b" data-heading="2"></schalter-board></main>`} {
		if !strings.Contains(page, part) {
			t.Errorf("no %s in %s", part, page)
		}
	}
}

func TestAWidgetThatIsNotBuiltSaysSo(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"nothing":    {},
		"no console": {"manifest.json": {Data: []byte(`{"citizen":{"js":["a"]},"guest":{"js":["a"]},"relay":{"js":["a"]}}`)}, "board.js": {}},
		"no board":   {"manifest.json": testWidget["manifest.json"]},
	} {
		if _, err := newPages(files); !errors.Is(err, errNotBuilt) || !strings.Contains(err.Error(), "make build") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
