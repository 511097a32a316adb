package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/protocol"
	"schalter/server/qr"
)

// The own account: password, second factors, sessions.

func (s *Server) account(c *fiber.Ctx) error {
	w, err := s.who(c)
	if err != nil {
		return err
	}
	passkeys, err := s.deps.Identity.Passkeys(s.ctx(c), w)
	if err != nil {
		return err
	}
	answer := protocol.Account{
		Name: w.Clerk.Name, Email: w.Clerk.Email, Password: w.Clerk.PasswordHash != "", SSO: w.Clerk.SSOSubject != "",
		SecondFactor: w.Authority.SecondFactor, TOTP: w.Factors.TOTP, Passkeys: []protocol.PasskeyView{},
	}
	for _, p := range passkeys {
		answer.Passkeys = append(answer.Passkeys, protocol.PasskeyView{ID: identity.PasskeyID(p.ID), Name: p.Name, Created: p.Created, Used: p.Used})
	}
	return c.JSON(answer)
}

// proved runs an act of the own account that needs the password, which may be guessed no more often than a login's.
func (s *Server) proved(c *fiber.Ctx, act func(ctx context.Context, w identity.Who, password string) error) error {
	b, err := body[protocol.PasswordProof](s, c)
	if err != nil {
		return err
	}
	w, err := s.guarded(c)
	if err != nil {
		return err
	}
	return act(s.ctx(c), w, b.Password)
}

func (s *Server) guarded(c *fiber.Ctx) (identity.Who, error) {
	w, err := s.who(c)
	if err == nil {
		err = s.limits.allow(LimitAccount, "own:"+string(w.Clerk.ID))
	}
	return w, err
}

func (s *Server) newPassword(c *fiber.Ctx) error {
	b, err := body[protocol.NewPassword](s, c)
	if err != nil {
		return err
	}
	w, err := s.guarded(c)
	if err != nil {
		return err
	}
	ended, err := s.deps.Identity.ChangePassword(s.ctx(c), w, b.Current, b.Next)
	if err != nil {
		return err
	}
	s.hangUp(w.Clerk.ID, ended...)
	return c.SendStatus(fiber.StatusNoContent)
}

func (s *Server) newTOTP(c *fiber.Ctx) error {
	return s.proved(c, func(ctx context.Context, w identity.Who, password string) error {
		key, err := s.deps.Identity.NewTOTP(ctx, w, password)
		if err != nil {
			return err
		}
		code, err := qr.Encode(key.URL())
		if err != nil {
			return err
		}
		return c.JSON(protocol.NewTOTP{Secret: key.Secret(), URL: key.URL(), QR: protocol.QR{Size: code.Size, Path: code.Path()}})
	})
}

func (s *Server) confirmTOTP(c *fiber.Ctx) error {
	b, err := body[protocol.FactorCode](s, c)
	if err != nil {
		return err
	}
	return s.secondStep(c, func(ctx context.Context, w identity.Who) (identity.Who, error) {
		return s.deps.Identity.ConfirmTOTP(ctx, w, b.Code)
	})
}

func (s *Server) removeTOTP(c *fiber.Ctx) error {
	return s.proved(c, func(ctx context.Context, w identity.Who, password string) error {
		if err := s.deps.Identity.RemoveTOTP(ctx, w, password); err != nil {
			return err
		}
		return c.SendStatus(fiber.StatusNoContent)
	})
}

func (s *Server) newPasskeyOptions(c *fiber.Ctx) error {
	return s.proved(c, func(ctx context.Context, w identity.Who, password string) error {
		options, err := s.deps.Identity.NewPasskey(ctx, w, password)
		if err != nil {
			return err
		}
		return c.JSON(protocol.PasskeyOptions{Options: options})
	})
}

func (s *Server) addPasskey(c *fiber.Ctx) error {
	b, err := body[protocol.NewPasskey](s, c)
	if err != nil {
		return err
	}
	return s.secondStep(c, func(ctx context.Context, w identity.Who) (identity.Who, error) {
		return s.deps.Identity.AddPasskey(ctx, w, b.Name, b.Credential)
	})
}

func (s *Server) removePasskey(c *fiber.Ctx) error {
	return s.proved(c, func(ctx context.Context, w identity.Who, password string) error {
		if err := s.deps.Identity.RemovePasskey(ctx, w, password, c.Params("passkey")); err != nil {
			return err
		}
		return c.SendStatus(fiber.StatusNoContent)
	})
}

func (s *Server) ownSessions(c *fiber.Ctx) error { return s.sessionsOf(c, s.caller(c).Clerk) }

func (s *Server) sessionsOf(c *fiber.Ctx, clerk civic.ClerkID) error {
	caller := s.caller(c)
	sessions, err := s.deps.Identity.Sessions(s.ctx(c), caller, clerk)
	if err != nil {
		return err
	}
	answer := protocol.SessionList{Sessions: []protocol.SessionView{}}
	for _, v := range sessions {
		answer.Sessions = append(answer.Sessions, protocol.SessionView{
			ID: v.ID, Agent: v.Agent, Since: v.CreatedAt, Seen: v.SeenAt, Current: v.ID == caller.Session,
		})
	}
	return c.JSON(answer)
}

func (s *Server) endOwnSession(c *fiber.Ctx) error { return s.endSessionOf(c, s.caller(c).Clerk) }

func (s *Server) endSessionOf(c *fiber.Ctx, clerk civic.ClerkID) error {
	caller, session := s.caller(c), civic.SessionID(c.Params("session"))
	if err := s.deps.Identity.EndSession(s.ctx(c), caller, clerk, session); err != nil {
		return err
	}
	s.hangUp(clerk, session)
	if session == caller.Session {
		clearSessionCookie(c)
	}
	return c.SendStatus(fiber.StatusNoContent)
}

func (s *Server) endOwnSessions(c *fiber.Ctx) error { return s.endSessionsOf(c, s.caller(c).Clerk) }

func (s *Server) endSessionsOf(c *fiber.Ctx, clerk civic.ClerkID) error {
	caller := s.caller(c)
	ended, err := s.deps.Identity.EndSessions(s.ctx(c), caller, clerk)
	if err != nil {
		return err
	}
	s.hangUp(clerk, ended...)
	if clerk == caller.Clerk {
		clearSessionCookie(c)
	}
	return c.SendStatus(fiber.StatusNoContent)
}
