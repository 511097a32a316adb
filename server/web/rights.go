package web

import (
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/qr"
)

// moveCode makes the address, also as a QR code, with which the ticket moves to another device.
func (s *Server) moveCode(c *fiber.Ctx) error {
	ctx := s.ctx(c)
	v, err := s.ownTicket(ctx, s.caller(c))
	if err != nil {
		return err
	}
	code, until, err := s.deps.Identity.MoveCode(ctx, s.caller(c))
	if err != nil {
		return err
	}
	address := s.origins.public.String() + "/v/" + v.Authority + "#" + code // the page wipes it at once
	picture, err := qr.Encode(address)
	if err != nil {
		return err
	}
	return c.JSON(protocol.MoveCode{URL: address, QR: protocol.QR{Size: picture.Size, Path: picture.Path()}, Until: until.UTC()})
}

// export answers with all that is kept of the citizen.
func (s *Server) export(c *fiber.Ctx) error {
	e, err := s.deps.Queue.Export(s.ctx(c), s.caller(c))
	if err != nil {
		return err
	}
	out := protocol.TicketExport{Ticket: e.Ticket, Visits: make([]any, 0, len(e.Visits)), Deleted: e.Deleted.UTC()}
	for _, v := range e.Visits {
		out.Visits = append(out.Visits, v)
	}
	return c.JSON(out)
}

// forget gives the place up and deletes all that is kept of the citizen.
func (s *Server) forget(c *fiber.Ctx) error {
	caller := s.caller(c)
	if err := s.deps.Queue.Forget(s.ctx(c), caller); err != nil {
		return err
	}
	s.latest.drop(ticketKey(caller.Ticket), civic.Errorf(civic.Unauthenticated, civic.KeyTicketUnknown, "deleted by its holder"))
	setCookie(c, ticketCookie, "", -time.Second, fasthttp.CookieSameSiteNoneMode)
	return c.SendStatus(fiber.StatusNoContent)
}
