package web

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/visit"
)

// issueCaptioner hands out what a captioner needs for the visit at a desk.
func (s *Server) issueCaptioner(c *fiber.Ctx) error {
	ctx := s.ctx(c)
	caller := s.caller(c)
	v, err := s.deps.Queue.AtDesk(ctx, caller, civic.DeskID(c.Params("desk")))
	if err != nil {
		return err
	}
	token, err := s.deps.Visits.IssueCaptioner(ctx, caller, v)
	if err != nil {
		return err
	}
	url := "ws" + strings.TrimPrefix(s.origins.public.String(), "http") + "/api/v1/captions"
	return c.Status(fiber.StatusCreated).JSON(protocol.CaptionerLink{URL: url, Token: token})
}

// withdrawCaptioner takes it back: its socket closes.
func (s *Server) withdrawCaptioner(c *fiber.Ctx) error {
	ctx := s.ctx(c)
	caller := s.caller(c)
	v, err := s.deps.Queue.AtDesk(ctx, caller, civic.DeskID(c.Params("desk")))
	if err != nil {
		return err
	}
	if err := s.deps.Visits.WithdrawCaptioner(ctx, caller, v); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// captions is the socket of a captioner.
func (s *Server) captions(c *fiber.Ctx) error {
	return serveSocket(s, c, &CaptionsSocket, func(ctx context.Context, t *Talk, first protocol.Captioner) error {
		if err := spoken(first.Versions); err != nil {
			return err
		}
		captioner, err := s.deps.Visits.Captioner(ctx, first.Token,
			func(v visit.View) { t.Send(protocol.FrameCaptioning, captioning(v)) },
			func(why visit.End) {
				t.Send(protocol.FrameEnded, protocol.Ended{Reason: protocol.EndReason(why)})
				t.Close(string(why))
			})
		if err != nil {
			return err
		}
		t.OnClose(captioner.Gone)
		On(t, protocol.FrameCaption, func(_ context.Context, x protocol.Caption) error {
			at := s.now().UTC()
			if x.At != nil {
				at = x.At.UTC()
			}
			return captioner.Say(visit.Caption{Participant: x.Participant, Text: x.Text, Final: x.Final, At: at})
		})
		return nil
	})
}

func captioning(v visit.View) protocol.Captioning {
	out := protocol.Captioning{Version: protocol.Version, Participants: []protocol.Speaker{}}
	for _, p := range v.Present {
		out.Participants = append(out.Participants, protocol.Speaker{ID: p.ID, Side: p.Side, Name: p.Name, Here: p.Here})
	}
	return out
}
