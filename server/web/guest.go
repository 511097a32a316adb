package web

import (
	"context"
	"reflect"
	"time"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/qr"
	"schalter/server/visit"
)

// inviteGuest makes an invitation to the visit at the desk: its link, also as a QR code, and by mail if an address is given.
func (s *Server) inviteGuest(c *fiber.Ctx) error {
	in, err := body[protocol.InviteGuest](s, c)
	if err != nil {
		return err
	}
	ctx, caller := s.ctx(c), s.caller(c)
	v, err := s.deps.Queue.AtDesk(ctx, caller, civic.DeskID(c.Params("desk")))
	if err != nil {
		return err
	}
	if err := s.deps.Visits.MayMail(in.Email); err != nil { // before anything is made
		return err
	}
	made, err := s.deps.Visits.Invite(ctx, caller, v, in.Kind, in.Name)
	if err != nil {
		return err
	}
	out := protocol.GuestInvitation{Guest: made.Guest.ID, URL: s.origins.public.String() + "/g/#" + made.Token}
	picture, err := qr.Encode(out.URL)
	if err != nil {
		return err
	}
	out.QR = protocol.QR{Size: picture.Size, Path: picture.Path()}
	if in.Email != "" {
		out.Mailed = s.deps.Visits.MailInvitation(ctx, made.Guest, in.Email, out.URL) == nil
		out.MailFailed = !out.Mailed
	}
	return c.Status(fiber.StatusCreated).JSON(out)
}

// silenceGuest switches a guest's sound and picture off or on.
func (s *Server) silenceGuest(c *fiber.Ctx) error {
	in, err := body[protocol.SilenceGuest](s, c)
	if err != nil {
		return err
	}
	return s.guestMoved(c, func(ctx context.Context, v civic.Visit, guest civic.GuestID) error {
		return s.deps.Visits.SilenceGuest(ctx, v, guest, in.Muted, in.Hidden)
	})
}

// removeGuest takes an invitation back, or a guest out of the room.
func (s *Server) removeGuest(c *fiber.Ctx) error {
	return s.guestMoved(c, func(ctx context.Context, v civic.Visit, guest civic.GuestID) error {
		return s.deps.Visits.RemoveGuest(ctx, s.caller(c), v, guest)
	})
}

// lockRoom shuts the room to further guests, or opens it again.
func (s *Server) lockRoom(c *fiber.Ctx) error {
	in, err := body[protocol.LockRoom](s, c)
	if err != nil {
		return err
	}
	return s.guestMoved(c, func(ctx context.Context, v civic.Visit, _ civic.GuestID) error {
		return s.deps.Visits.Lock(ctx, v, in.Locked)
	})
}

func (s *Server) guestMoved(c *fiber.Ctx, move func(context.Context, civic.Visit, civic.GuestID) error) error {
	ctx := s.ctx(c)
	v, err := s.deps.Queue.AtDesk(ctx, s.caller(c), civic.DeskID(c.Params("desk")))
	if err != nil {
		return err
	}
	if err := move(ctx, v, civic.GuestID(c.Params("guest"))); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// answerGuest is the citizen's word about a guest.
func (s *Server) answerGuest(c *fiber.Ctx) error {
	in, err := body[protocol.GuestAnswer](s, c)
	if err != nil {
		return err
	}
	if err := s.deps.Visits.Answer(s.ctx(c), s.caller(c), civic.GuestID(c.Params("guest")), in.Agree); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// knock says that the guest is there.
func (s *Server) knock(c *fiber.Ctx) error {
	ctx, caller := s.ctx(c), s.caller(c)
	if err := s.deps.Visits.Knock(ctx, caller); err != nil {
		return err
	}
	l, err := s.deps.Visits.Lobby(ctx, caller)
	if err != nil {
		return err
	}
	return c.JSON(s.guestView(l))
}

// guestGrant lets a guest into the room to whom the citizen has agreed.
func (s *Server) guestGrant(c *fiber.Ctx) error {
	v, g, err := s.deps.Visits.GrantGuest(s.ctx(c), s.caller(c))
	if err != nil {
		return err
	}
	return c.JSON(s.granted(s.origins.public, g.Token, g.Until, v.Room, g.Participant))
}

func guestKey(g civic.GuestID) string { return "guest:" + string(g) }

// guestSocket keeps a guest's page up to date. The newest page of a guest is the one that counts.
func (s *Server) guestSocket(c *fiber.Ctx) error {
	return serveSocket(s, c, &GuestSocket, func(ctx context.Context, t *Talk, first protocol.Hello) error {
		if err := spoken(first.Versions); err != nil {
			return err
		}
		caller, err := s.deps.Visits.Guest(ctx, first.Secret)
		if err != nil {
			return err
		}
		s.latest.take(guestKey(caller.Guest), t)
		t.OnClose(s.deps.Visits.Attend(caller))
		t.Send(protocol.FrameWelcome, protocol.Welcome{Version: protocol.Version, Now: s.now().UTC()})
		t.Go(func(ctx context.Context) error { return s.tellGuest(ctx, t, caller) })
		return nil
	})
}

// tellGuest sends the guest's view whenever it changes, until ctx ends.
func (s *Server) tellGuest(ctx context.Context, t *Talk, caller civic.Caller) error {
	hints, end := s.deps.Visits.Hints(caller.Visit)
	defer end()
	anew := time.NewTicker(viewAnew)
	defer anew.Stop()
	var told protocol.GuestView
	for {
		var l visit.Lobby
		err := aside(func() (err error) {
			l, err = s.deps.Visits.Lobby(ctx, caller)
			return err
		})
		if err != nil {
			return err
		}
		v := s.guestView(l)
		if told.Now = v.Now; !reflect.DeepEqual(told, v) {
			t.Send(protocol.FrameGuest, v)
		}
		told = v
		select {
		case <-ctx.Done():
			return nil
		case <-hints:
		case <-anew.C:
		}
	}
}

func (s *Server) guestView(l visit.Lobby) protocol.GuestView {
	return protocol.GuestView{
		Authority: authorityOf(l.Authority), Office: l.Office, Clerk: l.Clerk, Kind: l.Guest.Kind, Name: l.Guest.Name, State: l.Guest.State,
		Begun: !l.Visit.EnteredAt.IsZero(), Over: l.Visit.State == civic.VisitEnded, Locked: l.Visit.Locked,
		Muted: l.Guest.Muted, Hidden: l.Guest.Hidden, Now: s.now().UTC(),
	}
}

// guestPage is where an invitation's link leads. The page wipes the token from its address at once.
func (s *Server) guestPage(c *fiber.Ctx) error {
	letWASM(c)
	return s.render(c, page{Lang: language(c), Title: "Schalter"}.loading(s.pages.guest))
}
