package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/protocol"
)

func (s *Server) start(c *fiber.Ctx) error {
	open, err := s.deps.Identity.SetupOpen(s.ctx(c))
	if err != nil {
		return err
	}
	return c.JSON(protocol.Start{Setup: open, Mail: s.deps.Identity.Mails()})
}

func (s *Server) setup(c *fiber.Ctx) error {
	b, err := body[protocol.Setup](s, c)
	if err != nil {
		return err
	}
	f := identity.Founding{Authority: b.Authority, Slug: b.Slug, Name: b.Name, Email: b.Email}
	w, err := s.deps.Identity.Setup(s.ctx(c), b.Token, f, b.Password, agent(c))
	return s.signedIn(c, w, err)
}

func (s *Server) signInWays(c *fiber.Ctx) error {
	w, err := s.deps.Identity.Ways(s.ctx(c), c.Params("slug"))
	if err != nil {
		return err
	}
	return c.JSON(protocol.SignInWays{Slug: w.Authority.Slug, Name: w.Authority.Name, SSO: w.SSO, Passwords: w.Passwords})
}

func (s *Server) login(c *fiber.Ctx) error {
	l, err := body[protocol.Login](s, c)
	if err != nil {
		return err
	}
	if err := s.guess(c, identity.AccountKey(l.Email)); err != nil {
		return err
	}
	w, err := s.deps.Identity.Login(s.ctx(c), l.Email, l.Password, agent(c))
	return s.signedIn(c, w, err)
}

// guess bounds guessing of one account's password: from one place, and, much wider, from everywhere. Else whoever knows a
// clerk's address, which is public, keeps that clerk out with a wrong password every few seconds.
func (s *Server) guess(c *fiber.Ctx, account string) error {
	if err := s.limits.allow(LimitAccount, account+s.prefix(c)); err != nil {
		return err
	}
	return s.limits.allow(LimitSiege, account)
}

// signedIn answers a login, or a step of one: the cookie, and who that is.
func (s *Server) signedIn(c *fiber.Ctx, w identity.Who, err error) error {
	if err != nil {
		return err
	}
	setSessionCookie(c, w.Token, sessionCookieLife)
	return s.answerSession(c, w)
}

func (s *Server) session(c *fiber.Ctx) error {
	w, err := s.who(c)
	if err != nil {
		return err
	}
	return s.answerSession(c, w)
}

// who is the caller with the account behind it.
func (s *Server) who(c *fiber.Ctx) (identity.Who, error) {
	return s.deps.Identity.Who(s.ctx(c), s.secret(c, civic.RoleClerk))
}

func (s *Server) answerSession(c *fiber.Ctx, w identity.Who) error {
	answer := protocol.ClerkSession{
		Clerk: w.Clerk.ID, Name: w.Clerk.Name, Role: w.Clerk.Role, Authority: authorityOf(w.Authority), Offices: []protocol.ClerkOffice{},
		Stage: w.Session.Stage, Factors: protocol.SecondFactors(w.Factors), Mails: s.deps.Identity.Mails(),
	}
	if w.Session.Stage != civic.StageFull {
		return c.JSON(answer)
	}
	for _, id := range w.Clerk.Offices {
		snap, err := s.deps.Queue.Snapshot(s.ctx(c), w.Clerk.AuthorityID, id)
		if err != nil {
			return err
		}
		if snap.Office.Retired {
			continue
		}
		answer.Offices = append(answer.Offices, protocol.ClerkOffice{ID: id, Name: snap.Office.Name})
	}
	return c.JSON(answer)
}

// logout ends the session. A conversation that runs is interrupted: its room loses the clerk's side at once.
func (s *Server) logout(c *fiber.Ctx) error {
	caller := s.caller(c)
	if err := s.deps.Identity.Logout(s.ctx(c), caller); err != nil {
		return err
	}
	s.hangUp(caller.Clerk, caller.Session)
	clearSessionCookie(c)
	return c.SendStatus(fiber.StatusNoContent)
}

// hangUp closes the sockets of sessions that have ended, and the clerk's side of a room: whoever still has a session
// comes back to it by a fresh grant.
func (s *Server) hangUp(clerk civic.ClerkID, ended ...civic.SessionID) {
	for _, session := range ended {
		s.latest.drop(sessionKey(session), civic.Errorf(civic.Unauthenticated, civic.KeySessionOver, "signed out"))
	}
	if len(ended) > 0 {
		s.latest.cut(roomKey(clerk))
		s.latest.cut(asideKey(clerk))
	}
}

func sessionKey(id civic.SessionID) string { return "session:" + string(id) }
func roomKey(id civic.ClerkID) string      { return "room:" + string(id) }
func asideKey(id civic.ClerkID) string     { return "aside:" + string(id) }
func consoleKey(id civic.ClerkID) string   { return "clerk:" + string(id) }

// secondStep bounds guessing of codes; the factor's owner is asked for by the account, not by the session.
func (s *Server) secondStep(c *fiber.Ctx, step func(ctx context.Context, w identity.Who) (identity.Who, error)) error {
	w, err := s.who(c)
	if err != nil {
		return err
	}
	if err := s.limits.allow(LimitCode, string(w.Clerk.ID)); err != nil {
		return err
	}
	w, err = step(s.ctx(c), w)
	if err != nil {
		return err
	}
	if w.Token == "" {
		return s.answerSession(c, w)
	}
	return s.signedIn(c, w, nil)
}

func (s *Server) sessionCode(c *fiber.Ctx) error {
	b, err := body[protocol.FactorCode](s, c)
	if err != nil {
		return err
	}
	return s.secondStep(c, func(ctx context.Context, w identity.Who) (identity.Who, error) {
		return s.deps.Identity.Code(ctx, w, b.Code)
	})
}

func (s *Server) sessionPasskeyOptions(c *fiber.Ctx) error {
	w, err := s.who(c)
	if err != nil {
		return err
	}
	options, err := s.deps.Identity.AskPasskey(s.ctx(c), w)
	if err != nil {
		return err
	}
	return c.JSON(protocol.PasskeyOptions{Options: options})
}

func (s *Server) sessionPasskey(c *fiber.Ctx) error {
	b, err := body[protocol.PasskeyAnswer](s, c)
	if err != nil {
		return err
	}
	return s.secondStep(c, func(ctx context.Context, w identity.Who) (identity.Who, error) {
		return s.deps.Identity.Passkey(ctx, w, b.Credential)
	})
}

func (s *Server) forgotten(c *fiber.Ctx) error {
	b, err := body[protocol.Forgotten](s, c)
	if err != nil {
		return err
	}
	if err := s.limits.allow(LimitMail, identity.AccountKey(b.Email)); err != nil {
		return err
	}
	s.deps.Identity.Forgotten(b.Email)
	return c.SendStatus(fiber.StatusNoContent)
}

func (s *Server) tokenOwner(c *fiber.Ctx) error {
	b, err := body[protocol.TokenLook](s, c)
	if err != nil {
		return err
	}
	o, err := s.deps.Identity.Token(s.ctx(c), b.Token)
	if err != nil {
		return err
	}
	return c.JSON(protocol.TokenOwner{Kind: string(o.Kind), Email: o.Clerk.Email, Name: o.Clerk.Name, Authority: o.Authority.Name})
}

func (s *Server) tokenPassword(c *fiber.Ctx) error {
	b, err := body[protocol.TokenPassword](s, c)
	if err != nil {
		return err
	}
	w, ended, err := s.deps.Identity.SetPassword(s.ctx(c), b.Token, b.Password, agent(c))
	if err != nil {
		return err
	}
	s.hangUp(w.Clerk.ID, ended...)
	return s.signedIn(c, w, nil)
}
