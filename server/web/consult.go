package web

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/protocol"
)

// colleagues answers who can be asked.
func (s *Server) colleagues(c *fiber.Ctx) error {
	all, err := s.deps.Queue.Colleagues(s.ctx(c), s.caller(c))
	if err != nil {
		return err
	}
	out := protocol.Colleagues{Colleagues: make([]protocol.Colleague, 0, len(all))}
	for _, one := range all {
		out.Colleagues = append(out.Colleagues, protocol.Colleague{
			ID: one.Clerk.ID, Name: one.Clerk.Name, State: one.State,
			Offices: append([]civic.Text{}, one.Offices...), OpenAt: append([]civic.OfficeID{}, one.OpenAt...),
		})
	}
	return c.JSON(out)
}

// askColleague begins a consult about the conversation at the desk in the path.
func (s *Server) askColleague(c *fiber.Ctx) error {
	b, err := body[protocol.AskColleague](s, c)
	if err != nil {
		return err
	}
	ctx, caller := s.ctx(c), s.caller(c)
	k, err := s.deps.Queue.Ask(ctx, caller, civic.DeskID(c.Params("desk")), b.Colleague, b.Way, strings.TrimSpace(b.Note))
	if err != nil {
		return err
	}
	if text := strings.TrimSpace(b.Text); text != "" {
		if err := s.say(ctx, caller, k.ID, text); err != nil {
			return err
		}
	}
	return s.answerConsults(c)
}

func (s *Server) moveConsult(c *fiber.Ctx) error {
	b, err := body[protocol.MoveConsult](s, c)
	if err != nil {
		return err
	}
	consult := civic.ConsultID(c.Params("consult"))
	if err := s.deps.Queue.ConsultMove(s.ctx(c), s.caller(c), consult, b.Move, b.Way, strings.TrimSpace(b.Note)); err != nil {
		return err
	}
	return s.answerConsults(c)
}

func (s *Server) sayInConsult(c *fiber.Ctx) error {
	b, err := body[protocol.ConsultLine](s, c)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(b.Text)
	if text == "" {
		return civic.Errorf(civic.Invalid, civic.KeyBodyMalformed, "an empty line")
	}
	if err := s.say(s.ctx(c), s.caller(c), civic.ConsultID(c.Params("consult")), text); err != nil {
		return err
	}
	return s.answerConsults(c)
}

func (s *Server) say(ctx context.Context, caller civic.Caller, consult civic.ConsultID, text string) error {
	k, v, err := s.deps.Queue.ConsultOf(ctx, caller, consult)
	if err != nil {
		return err
	}
	return s.deps.Visits.Say(ctx, k, v, caller.Clerk, text)
}

// grantConsult admits one of the two where the consult takes place.
func (s *Server) grantConsult(c *fiber.Ctx) error {
	ctx, caller := s.ctx(c), s.caller(c)
	k, v, err := s.deps.Queue.ConsultOf(ctx, caller, civic.ConsultID(c.Params("consult")))
	if err != nil {
		return err
	}
	token, until, err := s.deps.Visits.GrantConsult(ctx, k, v, caller.Clerk)
	if err != nil {
		return err
	}
	room, participant := v.Room, k.Participant()
	if k.Way == civic.WayVoice {
		room = k.Room
	}
	if caller.Clerk == k.Asker {
		participant = string(civic.SideClerk)
	}
	return c.JSON(s.granted(s.origins.console, token, until, room, participant))
}

// answerColleague is the citizen's word to a colleague who is to take part.
func (s *Server) answerColleague(c *fiber.Ctx) error {
	b, err := body[protocol.ColleagueAnswer](s, c)
	if err != nil {
		return err
	}
	if err := s.deps.Queue.AnswerColleague(s.ctx(c), s.caller(c), b.Consult, b.Yes); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

func (s *Server) answerConsults(c *fiber.Ctx) error {
	v, err := s.consults(s.ctx(c), s.caller(c))
	if err != nil {
		return err
	}
	return c.JSON(v)
}

// consults are the caller's as they stand now, with what was said in them.
func (s *Server) consults(ctx context.Context, caller civic.Caller) (protocol.Consults, error) {
	all, err := s.deps.Queue.Consults(ctx, caller)
	out := protocol.Consults{Consults: make([]protocol.Consult, 0, len(all)), Now: s.now().UTC()}
	for _, k := range all {
		told := protocol.Consult{
			ID: k.ID, Mine: k.Asker == caller.Clerk, With: k.With, State: k.State, Way: k.Way, Wish: k.Wish, Later: k.Later,
			Agreed: !k.AgreedAt.IsZero(), Note: k.Note, Number: k.Number, Office: k.Office, OfficeID: k.OfficeID, Topic: k.Topic,
			AskedAt: k.AskedAt, HeldSince: moment(k.HeldSince), Lines: []protocol.ConsultSaid{},
		}
		for _, line := range s.deps.Visits.Said(k.Consult) {
			told.Lines = append(told.Lines, protocol.ConsultSaid{Mine: line.From == caller.Clerk, Text: line.Text, At: line.At.UTC()})
		}
		out.Consults = append(out.Consults, told)
	}
	return out, err
}

// tellConsults sends a clerk the consults whenever one has changed.
func (s *Server) tellConsults(ctx context.Context, t *Talk, caller civic.Caller) error {
	hints, end := s.deps.Queue.WatchConsults(caller.Clerk)
	defer end()
	for {
		v, err := s.consults(ctx, caller)
		if err != nil {
			return err
		}
		t.Send(protocol.FrameConsults, v)
		select {
		case <-ctx.Done():
			return nil
		case <-hints:
		case <-time.After(viewAnew):
		}
	}
}
