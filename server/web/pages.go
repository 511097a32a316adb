package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"schalter/server/civic"
)

// program is what a page has to load, as paths below the widget's root: the entry first, then what it imports at once.
type program struct {
	JS  []string `json:"js"`
	CSS []string `json:"css"`
}

// pages is the built widget.
type pages struct {
	citizen, guest, relay, console program
	board                          []byte // board.js
	assets                         map[string]*asset
}

// asset is one hashed file. It is compressed when first asked for.
type asset struct {
	data     []byte
	mime     string
	br, gzip func() []byte
}

// mimes of our files. The machine's own table is not asked: it differs from machine to machine.
var mimes = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".json": "application/json",
	".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp", ".woff2": "font/woff2",
	".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".wav": "audio/wav", ".webm": "video/webm", ".wasm": "application/wasm",
	".txt": "text/plain; charset=utf-8",
}

var errNotBuilt = errors.New("the widget is not built: run make build")

func newPages(widget fs.FS) (*pages, error) {
	text, err := fs.ReadFile(widget, "manifest.json")
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", errNotBuilt, err)
	}
	manifest := map[string]program{}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return nil, fmt.Errorf("%w (manifest.json: %w)", errNotBuilt, err)
	}
	for _, name := range []string{"citizen", "guest", "relay", "console"} {
		if len(manifest[name].JS) == 0 {
			return nil, fmt.Errorf("%w (manifest.json has no %s)", errNotBuilt, name)
		}
	}
	p := &pages{citizen: manifest["citizen"], guest: manifest["guest"], relay: manifest["relay"], console: manifest["console"], assets: map[string]*asset{}}
	if p.board, err = fs.ReadFile(widget, "board.js"); err != nil {
		return nil, fmt.Errorf("%w (%w)", errNotBuilt, err)
	}
	err = fs.WalkDir(widget, "assets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(widget, name)
		if err != nil {
			return err
		}
		p.assets[name] = newAsset(data, path.Ext(name))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read widget: %w", err)
	}
	p.assets[boardStyleName] = newAsset([]byte(boardStyle), ".css")
	p.assets[iconName] = newAsset([]byte(icon), ".svg")
	return p, nil
}

// boardStyle is all that the board's page of its own needs: the board brings the rest.
const boardStyle = `body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:#15202b;background:#fff}
main{max-width:72rem;margin:0 auto;padding:1rem}
.logo{display:block;max-width:min(20rem,100%);max-height:6rem;margin-top:.5rem}
h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0 1.25rem}
schalter-board a{color:inherit;margin-inline-end:1.5rem;display:inline-block;padding:.5rem 0}
`

var boardStyleName = fmt.Sprintf("assets/page-%x.css", sha256.Sum256([]byte(boardStyle)))

// icon of our own pages: a counter and who stands at it.
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b4f6c"/>` +
	`<circle cx="8" cy="5" r="2.5" fill="#fff"/><path d="M3 11a5 3.5 0 0 1 10 0v2H3Z" fill="#fff"/></svg>`

var iconName = fmt.Sprintf("assets/icon-%x.svg", sha256.Sum256([]byte(icon)))

func newAsset(data []byte, ext string) *asset {
	a := &asset{data: data, mime: mimes[ext]}
	if a.mime == "" {
		a.mime = fiber.MIMEOctetStream
	}
	a.br = sync.OnceValue(func() []byte { return fasthttp.AppendBrotliBytesLevel(nil, data, 7) })
	a.gzip = sync.OnceValue(func() []byte { return fasthttp.AppendGzipBytesLevel(nil, data, 9) })
	return a
}

// asset answers with a hashed file, which never changes.
func (s *Server) asset(c *fiber.Ctx) error {
	a := s.pages.assets["assets/"+c.Params("*")]
	if a == nil {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderContentType, a.mime)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	body := a.data
	switch encoding(c) {
	case "br":
		c.Set(fiber.HeaderContentEncoding, "br")
		body = a.br()
	case "gzip":
		c.Set(fiber.HeaderContentEncoding, "gzip")
		body = a.gzip()
	}
	return c.Send(body)
}

// framePage is the citizen's app in a frame of the town's page.
func (s *Server) framePage(c *fiber.Ctx) error {
	err := s.framed(c, s.pages.citizen)
	letWASM(c)
	return err
}

// relayPage fetches the status for a board whose page forbids it to, and proves by answering that frames of ours work.
func (s *Server) relayPage(c *fiber.Ctx) error { return s.framed(c, s.pages.relay) }

func (s *Server) framed(c *fiber.Ctx, p program) error {
	a, err := s.asks.authority(s.ctx(c), c.Params("slug"))
	if err != nil {
		return err
	}
	// The board on its own page (/{slug}) opens the frame from our origin.
	origins := append([]string{s.origins.public.text}, a.Origins...)
	s.setAncestors(c, origins)
	lang := language(c)
	return s.render(c, page{Lang: lang, Title: a.Name.In(lang), Slug: a.Slug, Origins: strings.Join(origins, " ")}.loading(p))
}

// boardPage is the board on a page of its own.
func (s *Server) boardPage(c *fiber.Ctx) error {
	a, err := s.asks.authority(s.ctx(c), c.Params("slug"))
	if err != nil {
		return err
	}
	lang := language(c)
	return s.render(c, page{
		Lang: lang, Title: civic.Text{"de": "Virtuelles Bürgerbüro", "en": "Virtual citizens' office"}.In(lang) + " – " + a.Name.In(lang),
		Slug: a.Slug, Board: true, Logo: logoPath(a), Links: withoutScript(a, lang),
		Scripts: []string{"/b/" + a.Slug + ".js"}, Styles: []string{"/" + boardStyleName},
	})
}

// link leads somewhere. URL is a string, which html/template checks, or a template.URL of ours.
type link struct {
	Text string
	URL  any
}

// withoutScript is what the board's own page leads to where no script runs; the board itself shows the same.
func withoutScript(a civic.Authority, lang string) []link {
	var out []link
	if tel := telephone(a.Phone); tel != "" {
		out = append(out, link{civic.Text{"de": "Telefon ", "en": "Phone "}.In(lang) + a.Phone, tel})
	}
	for _, l := range []struct {
		text civic.Text
		url  string
	}{
		{civic.Text{"de": "Impressum", "en": "Imprint"}, a.Imprint},
		{civic.Text{"de": "Datenschutz", "en": "Privacy"}, a.Privacy},
		{civic.Text{"de": "Barrierefreiheit", "en": "Accessibility"}, a.Statement},
	} {
		if l.url != "" {
			out = append(out, link{l.text.In(lang), l.url})
		}
	}
	return out
}

// telephone is the address of a phone number as people write it, RFC 3966; empty for none.
func telephone(number string) template.URL {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, number)
	if digits == "" {
		return ""
	}
	return template.URL("tel:" + digits)
}

// citizenPage is the citizen's app on a page of its own. Without a slug, a one-time code in the fragment says whose.
func (s *Server) citizenPage(c *fiber.Ctx) error {
	p := page{Lang: language(c), Title: "Schalter"}
	if slug := c.Params("slug"); slug != "" {
		a, err := s.asks.authority(s.ctx(c), slug)
		if err != nil {
			return err
		}
		p.Title, p.Slug = a.Name.In(p.Lang), a.Slug
	}
	letWASM(c)
	return s.render(c, p.loading(s.pages.citizen))
}

// consolePage is the clerks' app.
func (s *Server) consolePage(c *fiber.Ctx) error {
	letWASM(c)
	return s.render(c, page{Lang: language(c), Title: "Schalter"}.loading(s.pages.console))
}

type page struct {
	Lang, Title, Slug, Origins string
	Board                      bool     // a board's element under a heading, and its classic script
	Preview                    bool     // the element alone
	Office, Heading            string   // of the element
	Logo                       string   // above the heading
	Links                      []link   // at the foot
	Scripts                    []string // addresses
	Modules, Preloads, Styles  []string
}

// Icon is the same on all pages.
func (page) Icon() string { return iconName }

func (p page) loading(prog program) page {
	for i, name := range prog.JS {
		if i == 0 {
			p.Modules = append(p.Modules, "/"+name)
		} else {
			p.Preloads = append(p.Preloads, "/"+name)
		}
	}
	for _, name := range prog.CSS {
		p.Styles = append(p.Styles, "/"+name)
	}
	return p
}

var pageTemplate = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<link rel="icon" type="image/svg+xml" href="/{{.Icon}}">
<meta name="schalter:slug" content="{{.Slug}}">
<meta name="schalter:origins" content="{{.Origins}}">
{{- range .Styles}}
<link rel="stylesheet" href="{{.}}">
{{- end}}
{{- range .Preloads}}
<link rel="modulepreload" href="{{.}}">
{{- end}}
{{- range .Modules}}
<script type="module" src="{{.}}"></script>
{{- end}}
{{- range .Scripts}}
<script async src="{{.}}"></script>
{{- end}}
</head>
<body>
{{- if .Preview}}<main><schalter-board{{template "data" .}}></schalter-board></main>{{end -}}
{{- if .Board}}<main>{{with .Logo}}<img class="logo" src="{{.}}" alt="">{{end}}<h1>{{.Title}}</h1><schalter-board{{template "data" .}}>{{range .Links}}<a href="{{.URL}}">{{.Text}}</a> {{end}}</schalter-board></main>{{end -}}
</body>
</html>
{{- define "data"}}{{with .Office}} data-office="{{.}}"{{end}}{{with .Heading}} data-heading="{{.}}"{{end}}{{end}}
`))

func (s *Server) render(c *fiber.Ctx, p page) error {
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptLanguage)
	return c.Send(b.Bytes())
}

// language is the page's until the app knows better.
func language(c *fiber.Ctx) string {
	if c.AcceptsLanguages("de", "en") == "en" {
		return "en"
	}
	return "de"
}
