package web

import (
	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/protocol"
)

// Who works for an authority, and which authorities there are.

func (s *Server) staff(c *fiber.Ctx) error {
	ctx, caller := s.ctx(c), s.caller(c)
	members, err := s.deps.Identity.Staff(ctx, caller)
	if err != nil {
		return err
	}
	a, offices, err := s.deps.Identity.Offices(ctx, caller)
	if err != nil {
		return err
	}
	answer := protocol.Staff{Members: []protocol.StaffMember{}, Offices: []protocol.ClerkOffice{}, Mail: s.deps.Identity.Mails(), SSO: a.SSO.Issuer != ""}
	for _, m := range members {
		answer.Members = append(answer.Members, memberOf(m))
	}
	for _, o := range offices {
		answer.Offices = append(answer.Offices, protocol.ClerkOffice{ID: o.ID, Name: o.Name})
	}
	return c.JSON(answer)
}

func memberOf(m identity.Member) protocol.StaffMember {
	v := protocol.StaffMember{
		ID: m.Clerk.ID, Name: m.Clerk.Name, Email: m.Clerk.Email, Role: m.Clerk.Role, Offices: m.Clerk.Offices, Contact: m.Clerk.ContactPerson,
		Disabled: m.Clerk.Disabled, State: "active", Factors: protocol.SecondFactors(m.Factors), Subject: m.Clerk.SSOSubject, Sessions: m.Sessions,
	}
	if v.Offices == nil {
		v.Offices = []civic.OfficeID{}
	}
	switch {
	case m.Clerk.PasswordHash != "":
	case m.Clerk.SSOSubject != "":
		v.State = "sso"
	case m.Invited:
		v.State = "invited"
	default:
		v.State = "expired"
	}
	return v
}

func (s *Server) inviteStaff(c *fiber.Ctx) error {
	b, err := body[protocol.StaffInvitation](s, c)
	if err != nil {
		return err
	}
	p := identity.Profile{Name: b.Name, Role: b.Role, Offices: b.Offices, ContactPerson: b.Contact}
	m, link, err := s.deps.Identity.Invite(s.ctx(c), s.caller(c), b.Email, p)
	if err != nil {
		return err
	}
	v := memberOf(m)
	return c.Status(fiber.StatusCreated).JSON(protocol.Invited{Member: &v, Link: link.URL, Failed: link.Failed})
}

func (s *Server) changeStaff(c *fiber.Ctx) error {
	b, err := body[protocol.StaffProfile](s, c)
	if err != nil {
		return err
	}
	p := identity.Profile{Name: b.Name, Role: b.Role, Offices: b.Offices, ContactPerson: b.Contact, Disabled: b.Disabled}
	m, ended, err := s.deps.Identity.Change(s.ctx(c), s.caller(c), civic.ClerkID(c.Params("clerk")), p)
	if err != nil {
		return err
	}
	s.hangUp(m.Clerk.ID, ended...)
	s.latest.cut(consoleKey(m.Clerk.ID)) // it comes back with the offices of now
	return c.JSON(memberOf(m))
}

func (s *Server) inviteAgain(c *fiber.Ctx) error {
	link, err := s.deps.Identity.InviteAgain(s.ctx(c), s.caller(c), civic.ClerkID(c.Params("clerk")))
	if err != nil {
		return err
	}
	return c.JSON(protocol.Invited{Link: link.URL, Failed: link.Failed})
}

func (s *Server) resetFactors(c *fiber.Ctx) error {
	clerk := civic.ClerkID(c.Params("clerk"))
	ended, err := s.deps.Identity.ResetFactors(s.ctx(c), s.caller(c), clerk)
	if err != nil {
		return err
	}
	s.hangUp(clerk, ended...)
	return c.SendStatus(fiber.StatusNoContent)
}

func (s *Server) deleteStaff(c *fiber.Ctx) error {
	clerk := civic.ClerkID(c.Params("clerk"))
	ended, err := s.deps.Identity.Delete(s.ctx(c), s.caller(c), clerk)
	if err != nil {
		return err
	}
	s.hangUp(clerk, ended...)
	return c.SendStatus(fiber.StatusNoContent)
}

func (s *Server) linkSSO(c *fiber.Ctx) error {
	b, err := body[protocol.SubjectLink](s, c)
	if err != nil {
		return err
	}
	if err := s.deps.Identity.LinkSSO(s.ctx(c), s.caller(c), civic.ClerkID(c.Params("clerk")), b.Subject); err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}

func (s *Server) staffSessions(c *fiber.Ctx) error {
	return s.sessionsOf(c, civic.ClerkID(c.Params("clerk")))
}

func (s *Server) endStaffSession(c *fiber.Ctx) error {
	return s.endSessionOf(c, civic.ClerkID(c.Params("clerk")))
}

func (s *Server) endStaffSessions(c *fiber.Ctx) error {
	return s.endSessionsOf(c, civic.ClerkID(c.Params("clerk")))
}

func (s *Server) authorities(c *fiber.Ctx) error {
	list, err := s.deps.Identity.Authorities(s.ctx(c), s.caller(c))
	if err != nil {
		return err
	}
	answer := protocol.AuthorityList{Authorities: []protocol.AuthorityCount{}, Mail: s.deps.Identity.Mails()}
	for _, a := range list {
		answer.Authorities = append(answer.Authorities, protocol.AuthorityCount{
			Slug: a.Slug, Name: a.Name, Offices: a.Offices, Clerks: a.Clerks, Published: a.Published,
		})
	}
	return c.JSON(answer)
}

func (s *Server) foundAuthority(c *fiber.Ctx) error {
	b, err := body[protocol.FoundAuthority](s, c)
	if err != nil {
		return err
	}
	link, err := s.deps.Identity.Found(s.ctx(c), s.caller(c), identity.Founding{Authority: b.Authority, Slug: b.Slug, Name: b.Name, Email: b.Email})
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(protocol.Invited{Link: link.URL, Failed: link.Failed})
}
