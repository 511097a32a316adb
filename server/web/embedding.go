package web

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/poster"
	"schalter/server/protocol"
)

// checkPage tells the doctor in the town's page whether that page is in the authority's list: the one that asks, and no
// other. It is a script, for scripts of ours run there whatever else the page's policy forbids.
func (s *Server) checkPage(c *fiber.Ctx) error {
	a, err := s.asks.authority(s.ctx(c), c.Params("slug"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderVary, fiber.HeaderOrigin)
	c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
	return c.SendString(fmt.Sprintf("export const listed = %t;\n", a.Lists(c.Get(fiber.HeaderOrigin))))
}

// previewPage is the board as the console's preview shows it. Frames of ours stay shut in it (see setHeaders): it is for
// looking, and a conversation opens in a tab of its own.
func (s *Server) previewPage(c *fiber.Ctx) error {
	a, err := s.asks.authority(s.ctx(c), c.Params("slug"))
	if err != nil {
		return err
	}
	lang := language(c)
	if wished := c.Query("lang"); wished == "de" || wished == "en" {
		lang = wished
	}
	return s.render(c, page{
		Lang: lang, Title: a.Name.In(lang), Slug: a.Slug, Preview: true, Office: c.Query("office"), Heading: c.Query("heading"),
		Scripts: []string{"/b/" + a.Slug + ".js"}, Styles: []string{"/" + boardStyleName},
	})
}

// officePage is the board with one office, on a page of its own: where a poster or an e-mail leads.
func (s *Server) officePage(c *fiber.Ctx) error {
	a, offices, err := s.deps.Queue.Board(s.ctx(c), c.Params("slug"))
	if civic.CodeOf(err) == civic.NotFound {
		return fiber.ErrNotFound // two words with a slash are mostly no address of ours at all
	}
	if err != nil {
		return err
	}
	lang := language(c)
	for _, o := range offices {
		if o.Office.Slug != c.Params("office") || o.Office.Retired {
			continue
		}
		return s.render(c, page{
			Lang: lang, Title: o.Office.Name.In(lang) + " – " + a.Name.In(lang), Slug: a.Slug, Board: true, Office: o.Office.Slug,
			Links: withoutScript(a, lang), Scripts: []string{"/b/" + a.Slug + ".js"}, Styles: []string{"/" + boardStyleName},
		})
	}
	return civic.Errorf(civic.NotFound, civic.KeyOfficeUnknown, "no office of that slug")
}

// embedding answers with what the lines for the town's page are made of.
func (s *Server) embedding(c *fiber.Ctx) error {
	a, offices, err := s.deps.Queue.Town(s.ctx(c), s.caller(c).AuthorityID)
	if err != nil {
		return err
	}
	answer := protocol.Embedding{Origin: s.origins.public.text, Slug: a.Slug, Name: a.Name, Origins: slices.Concat([]string{}, a.Origins),
		Offices: []protocol.EmbeddingOffice{}}
	for _, o := range offices {
		answer.Offices = append(answer.Offices, protocol.EmbeddingOffice{Slug: o.Slug, Name: o.Name})
	}
	return c.JSON(answer)
}

// posterFile is a sheet for the notice board, with a QR code that leads to the board; ?office= names one office.
func (s *Server) posterFile(c *fiber.Ctx) error {
	a, offices, err := s.deps.Queue.Town(s.ctx(c), s.caller(c).AuthorityID)
	if err != nil {
		return err
	}
	sheet := poster.Sheet{Authority: a.Name.In("de"), Phone: a.Phone, Accent: a.Accent, Link: s.origins.public.text + "/" + a.Slug}
	if sheet.Logo, err = s.deps.Settings.Logo(s.ctx(c), a.Slug); err != nil && civic.CodeOf(err) != civic.NotFound {
		return err
	}
	name := a.Slug
	if slug := c.Query("office"); slug != "" {
		i := slices.IndexFunc(offices, func(o civic.Office) bool { return o.Slug == slug })
		if i < 0 {
			return civic.Errorf(civic.NotFound, civic.KeyOfficeUnknown, "no office of that slug")
		}
		sheet.Office, sheet.Link = offices[i].Name.In("de"), sheet.Link+"/"+slug
		name += "-" + slug
	}
	pdf, err := sheet.PDF()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/pdf")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="aushang-`+fileName(name)+`.pdf"`)
	return c.Send(pdf)
}

// fileName keeps what every system takes in the name of a file.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}
