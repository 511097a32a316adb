package web

import (
	"bytes"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/settings"
	"schalter/widget"
)

// settings answers with all settings that the caller may see.
func (s *Server) settings(c *fiber.Ctx) error {
	all, err := s.deps.Settings.Read(s.ctx(c), s.caller(c))
	if err != nil {
		return err
	}
	return c.JSON(s.settingsView(all))
}

// changed answers a change with the settings as they then are.
func (s *Server) changed(c *fiber.Ctx, err error) error {
	if err != nil {
		return err
	}
	return s.settings(c)
}

func (s *Server) saveAuthority(c *fiber.Ctx) error {
	b, err := body[protocol.ChangeAuthority](s, c)
	if err != nil {
		return err
	}
	return s.changed(c, s.deps.Settings.SaveAuthority(s.ctx(c), s.caller(c), b.Revision, authorityChange(b)))
}

func (s *Server) addOffice(c *fiber.Ctx) error { return s.saveOfficeAs(c, "") }

func (s *Server) saveOffice(c *fiber.Ctx) error {
	return s.saveOfficeAs(c, civic.OfficeID(c.Params("office")))
}

func (s *Server) saveOfficeAs(c *fiber.Ctx, office civic.OfficeID) error {
	b, err := body[protocol.ChangeOffice](s, c)
	if err != nil {
		return err
	}
	_, err = s.deps.Settings.SaveOffice(s.ctx(c), s.caller(c), b.Revision, officeChange(office, b.Profile))
	return s.changed(c, err)
}

func (s *Server) saveHours(c *fiber.Ctx) error {
	b, err := body[protocol.ChangeHours](s, c)
	if err != nil {
		return err
	}
	return s.changed(c, s.deps.Settings.SaveHours(s.ctx(c), s.caller(c), b.Revision, civic.OfficeID(c.Params("office")), hoursIn(b.Hours)))
}

func (s *Server) retireOffice(c *fiber.Ctx) error {
	b, err := body[protocol.RetireOffice](s, c)
	if err != nil {
		return err
	}
	return s.changed(c, s.deps.Settings.Retire(s.ctx(c), s.caller(c), civic.OfficeID(c.Params("office")), b.Retired))
}

func (s *Server) orderOffices(c *fiber.Ctx) error {
	b, err := body[protocol.OfficeOrder](s, c)
	if err != nil {
		return err
	}
	return s.changed(c, s.deps.Settings.Order(s.ctx(c), s.caller(c), b.Offices))
}

func (s *Server) saveLogo(c *fiber.Ctx) error {
	return s.changed(c, s.deps.Settings.SaveLogo(s.ctx(c), s.caller(c), bytes.Clone(c.Body())))
}

func (s *Server) deleteLogo(c *fiber.Ctx) error {
	return s.changed(c, s.deps.Settings.DeleteLogo(s.ctx(c), s.caller(c)))
}

// logo answers with an authority's logo. Pages name it with the time of its last change, so that it may be kept.
func (s *Server) logo(c *fiber.Ctx) error {
	picture, err := s.deps.Settings.Logo(s.ctx(c), c.Params("slug"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "image/png")
	c.Set(fiber.HeaderCacheControl, "public, max-age=3600")
	return c.Send(picture)
}

// logoPath is where the logo of an authority is, another one after every change; empty without one.
func logoPath(a civic.Authority) string {
	if a.LogoAt.IsZero() {
		return ""
	}
	return "/logo/" + a.Slug + "?" + strconv.FormatInt(a.LogoAt.UnixMilli(), 36)
}

func (s *Server) exportSettings(c *fiber.Ctx) error {
	text, err := s.deps.Settings.Export(s.ctx(c), s.caller(c))
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(civic.Zone)
	if err != nil {
		return err
	}
	return sendFile(c, "schalter-"+string(civic.DayOf(s.now(), zone))+".yaml", "application/yaml; charset=utf-8", text)
}

func (s *Server) importSettings(c *fiber.Ctx) error {
	b, err := body[protocol.ImportSettings](s, c)
	if err != nil {
		return err
	}
	differ, err := s.deps.Settings.Import(s.ctx(c), s.caller(c), []byte(b.Text), b.Dry)
	if err != nil {
		return err
	}
	answer := protocol.Imported{Changes: []protocol.SettingsChange{}}
	for _, d := range differ {
		answer.Changes = append(answer.Changes, protocol.SettingsChange(d))
	}
	return c.JSON(answer)
}

func (s *Server) auditLog(c *fiber.Ctx) error {
	from, before, err := s.auditSpan(c)
	if err != nil {
		return err
	}
	lines, more, err := s.deps.Settings.Audit(s.ctx(c), s.caller(c), from, before)
	if err != nil {
		return err
	}
	words := auditWords(c)
	answer := protocol.AuditLog{Lines: []protocol.AuditLine{}, More: more}
	for _, l := range lines {
		l = l.In(words)
		answer.Lines = append(answer.Lines, protocol.AuditLine{At: l.At, Who: l.Who, Act: l.Act, Office: l.Where, Subject: l.Subject, Detail: settings.DetailText(l.Detail, words)})
	}
	return c.JSON(answer)
}

func (s *Server) auditCSV(c *fiber.Ctx) error {
	from, before, err := s.auditSpan(c)
	if err != nil {
		return err
	}
	text, err := s.deps.Settings.AuditCSV(s.ctx(c), s.caller(c), from, before, auditWords(c))
	if err != nil {
		return err
	}
	return sendFile(c, "schalter-audit.csv", "text/csv; charset=utf-8", text)
}

// auditWords are those of the page that shows the log, in the query's lang; German without one.
func auditWords(c *fiber.Ctx) settings.Words {
	texts := widget.Administration[c.Query("lang")]
	if texts == nil {
		texts = widget.Administration["de"]
	}
	return func(key string) string { return texts[key] }
}

// auditSpan reads from and to of the query, both days included. Without them: the last 30 days.
func (s *Server) auditSpan(c *fiber.Ctx) (from, before time.Time, err error) {
	zone, err := time.LoadLocation(civic.Zone)
	if err != nil {
		return from, before, err
	}
	today := civic.DayOf(s.now(), zone)
	first, last := civic.Day(c.Query("from", string(today.Plus(-30)))), civic.Day(c.Query("to", string(today)))
	if !first.Valid() || !last.Valid() || last < first {
		return from, before, civic.Errorf(civic.Invalid, civic.KeyBodyMalformed, "no span of days")
	}
	from, _ = time.ParseInLocation(time.DateOnly, string(first), zone) // both are valid
	before, _ = time.ParseInLocation(time.DateOnly, string(last.Plus(1)), zone)
	return from, before, nil
}

func sendFile(c *fiber.Ctx, name, kind string, text []byte) error {
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return c.Send(text)
}
