package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/protocol"
)

func (s *Server) openDesk(c *fiber.Ctx) error {
	o, err := body[protocol.OpenDesk](s, c)
	if err != nil {
		return err
	}
	if err := s.deps.Queue.OpenDesk(s.ctx(c), s.caller(c), o.Office); err != nil {
		return err
	}
	return s.answerOffice(c, o.Office)
}

func (s *Server) pauseDesk(c *fiber.Ctx) error {
	p, err := body[protocol.PauseDesk](s, c)
	if err != nil {
		return err
	}
	var until time.Time
	if p.Until != nil {
		until = *p.Until
	}
	return s.deskMoved(c, func(ctx context.Context, caller civic.Caller, desk civic.DeskID) error {
		return s.deps.Queue.PauseDesk(ctx, caller, desk, until)
	})
}

func (s *Server) resumeDesk(c *fiber.Ctx) error { return s.deskMoved(c, s.deps.Queue.ResumeDesk) }
func (s *Server) closeDesk(c *fiber.Ctx) error  { return s.deskMoved(c, s.deps.Queue.CloseDesk) }
func (s *Server) recall(c *fiber.Ctx) error     { return s.settle(c, civic.MoveRecall) }
func (s *Server) lapse(c *fiber.Ctx) error      { return s.settle(c, civic.MoveLapse) }
func (s *Server) finish(c *fiber.Ctx) error     { return s.settle(c, civic.MoveFinish) }
func (s *Server) park(c *fiber.Ctx) error       { return s.settle(c, civic.MovePark) }

func (s *Server) transfer(c *fiber.Ctx) error {
	t, err := body[protocol.TransferTicket](s, c)
	if err != nil {
		return err
	}
	return s.deskMoved(c, func(ctx context.Context, caller civic.Caller, desk civic.DeskID) error {
		return s.deps.Queue.PassOn(ctx, caller, desk, t.Office, t.Note)
	})
}

func (s *Server) settle(c *fiber.Ctx, move civic.TicketMove) error {
	return s.deskMoved(c, func(ctx context.Context, caller civic.Caller, desk civic.DeskID) error {
		return s.deps.Queue.Settle(ctx, caller, desk, move)
	})
}

// transferWaiting passes on one who waits, without a call before.
func (s *Server) transferWaiting(c *fiber.Ctx) error {
	t, err := body[protocol.TransferTicket](s, c)
	if err != nil {
		return err
	}
	office, ticket := civic.OfficeID(c.Params("office")), civic.TicketID(c.Params("ticket"))
	if err := s.deps.Queue.PassOnWaiting(s.ctx(c), s.caller(c), office, ticket, t.Office, t.Note); err != nil {
		return err
	}
	return s.answerOffice(c, office)
}

func (s *Server) putBack(c *fiber.Ctx) error {
	office, ticket := civic.OfficeID(c.Params("office")), civic.TicketID(c.Params("ticket"))
	if err := s.deps.Queue.PutBack(s.ctx(c), s.caller(c), office, ticket); err != nil {
		return err
	}
	return s.answerOffice(c, office)
}

// message tells all who wait in the office something.
func (s *Server) message(c *fiber.Ctx) error {
	m, err := body[protocol.Message](s, c)
	if err != nil {
		return err
	}
	office := civic.OfficeID(c.Params("office"))
	if err := s.deps.Queue.Tell(s.ctx(c), s.caller(c), office, strings.TrimSpace(m.Text)); err != nil {
		return err
	}
	return s.answerOffice(c, office)
}

// deskMoved makes a move of the desk in the path and answers with the office as it then stands.
func (s *Server) deskMoved(c *fiber.Ctx, move func(context.Context, civic.Caller, civic.DeskID) error) error {
	desk := civic.DeskID(c.Params("desk"))
	ctx, caller := s.ctx(c), s.caller(c)
	office, err := s.deps.Queue.OfficeOf(ctx, caller, desk)
	if err != nil {
		return err
	}
	if err := move(ctx, caller, desk); err != nil {
		return err
	}
	return s.answerOffice(c, office)
}

func (s *Server) answerOffice(c *fiber.Ctx, office civic.OfficeID) error {
	v, err := s.freshOffice(s.ctx(c), s.caller(c), office)
	if err != nil {
		return err
	}
	return c.JSON(v)
}

func (s *Server) freshOffice(ctx context.Context, caller civic.Caller, office civic.OfficeID) (protocol.OfficeView, error) {
	snap, err := s.deps.Queue.Fresh(ctx, caller.AuthorityID, office)
	if err != nil {
		return protocol.OfficeView{}, err
	}
	v := officeView(snap, caller.Clerk, s.now().UTC())
	if caller.MayServe(caller.AuthorityID, office) != nil { // taken away in the midst of a conversation: the own desk is left
		v.Waiting, v.Parked, v.Missed = []protocol.ClerkTicket{}, []protocol.ClerkTicket{}, []protocol.ClerkTicket{}
		v.Message, v.Colleague, v.Figures = nil, []protocol.ColleagueDesk{}, protocol.Figures{}
	}
	return v, nil
}

// call calls the next ticket, or the one named, and grants the clerk the room in the same answer.
func (s *Server) call(c *fiber.Ctx) error {
	t, err := body[protocol.CallTicket](s, c)
	if err != nil {
		return err
	}
	v, err := s.deps.Queue.Call(s.ctx(c), s.caller(c), civic.DeskID(c.Params("desk")), t.Ticket, t.Reason)
	if err != nil {
		return err
	}
	return s.answerCall(c, v)
}

// take takes over a ticket whose clerk vanished, and grants the clerk the room in which the citizen is.
func (s *Server) take(c *fiber.Ctx) error {
	t, err := body[protocol.TakeTicket](s, c)
	if err != nil {
		return err
	}
	v, err := s.deps.Queue.Take(s.ctx(c), s.caller(c), civic.DeskID(c.Params("desk")), t.Ticket)
	if err != nil {
		return err
	}
	return s.answerCall(c, v)
}

func (s *Server) answerCall(c *fiber.Ctx, v civic.Visit) error {
	ctx, caller := s.ctx(c), s.caller(c)
	grant, err := s.grant(ctx, v, civic.SideClerk)
	if err != nil {
		return err
	}
	office, err := s.freshOffice(ctx, caller, v.OfficeID)
	if err != nil {
		return err
	}
	return c.JSON(protocol.CallResult{Office: office, Grant: grant})
}

// renewGrant lets a reloaded console into the room of its visit again.
func (s *Server) renewGrant(c *fiber.Ctx) error {
	ctx := s.ctx(c)
	v, err := s.deps.Queue.AtDesk(ctx, s.caller(c), civic.DeskID(c.Params("desk")))
	if err != nil {
		return err
	}
	grant, err := s.grant(ctx, v, civic.SideClerk)
	if err != nil {
		return err
	}
	return c.JSON(grant)
}

func (s *Server) issuing(c *fiber.Ctx) error {
	i, err := body[protocol.IssuingSwitch](s, c)
	if err != nil {
		return err
	}
	office := civic.OfficeID(c.Params("office"))
	if err := s.deps.Queue.SetIssuing(s.ctx(c), s.caller(c), office, i.On); err != nil {
		return err
	}
	return s.answerOffice(c, office)
}

// consoleSocket keeps a clerk's console up to date: one view for each office. It lives as long as the session, and the
// session as long as it: a page that answers is in use.
func (s *Server) consoleSocket(c *fiber.Ctx) error {
	caller, token := s.caller(c), s.secret(c, civic.RoleClerk)
	return serveSocket(s, c, &ConsoleSocket, func(ctx context.Context, t *Talk, first protocol.Hello) error {
		if err := spoken(first.Versions); err != nil {
			return err
		}
		s.latest.take(consoleKey(caller.Clerk), t)
		s.latest.hold(sessionKey(caller.Session), t)
		if err := s.deps.Queue.SeenClerk(ctx, caller); err != nil {
			return err
		}
		t.OnPong(func() {
			w, err := s.deps.Identity.Who(t.ctx, token)
			if err != nil {
				t.refuse(err, false) // a database that is away for the moment ends no console
				return
			}
			if !slices.Equal(w.Clerk.Offices, caller.Offices) {
				t.end(websocket.StatusGoingAway, "offices") // comes back with those of now
				return
			}
			if err := s.deps.Queue.SeenClerk(t.ctx, caller); err != nil {
				t.Refuse(err)
			}
		})
		t.Send(protocol.FrameWelcome, protocol.Welcome{Version: protocol.Version, Now: s.now().UTC()})
		for _, office := range caller.Offices {
			t.Go(func(ctx context.Context) error { return s.tellOffice(ctx, t, caller, office) })
		}
		t.Go(func(ctx context.Context) error { return s.tellConsults(ctx, t, caller) })
		return nil
	})
}

// tellOffice sends a clerk the office's view whenever it is computed anew, at most every viewRest.
func (s *Server) tellOffice(ctx context.Context, t *Talk, caller civic.Caller, office civic.OfficeID) error {
	for {
		feed, err := s.deps.Queue.Watch(ctx, caller.AuthorityID, office)
		if err != nil {
			return err
		}
		snap, changed := feed.Snapshot()
		t.Send(protocol.FrameOffice, officeView(snap, caller.Clerk, s.now().UTC()))
		if !wait(ctx, viewRest, nil) || !wait(ctx, viewAnew, changed) {
			return nil
		}
	}
}
