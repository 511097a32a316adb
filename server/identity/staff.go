package identity

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"schalter/server/civic"
	"schalter/server/mail"
	"schalter/server/store"
)

// Member is a colleague as the administration sees one.
type Member struct {
	Clerk    civic.Clerk
	Factors  Factors
	Invited  bool // holds an invitation that is still good
	Sessions int
}

// Staff returns the accounts of the admin's authority by name, without the deleted ones.
func (s *Service) Staff(ctx context.Context, caller civic.Caller) ([]Member, error) {
	if !caller.Role.Includes(civic.RoleAdmin) {
		return nil, civic.Errorf(civic.Forbidden, civic.KeyForbidden, "role %q has no staff", caller.Role)
	}
	var out []Member
	now := s.now()
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		clerks, err := tx.Clerks(ctx, caller.AuthorityID)
		if err != nil {
			return err
		}
		open, err := tx.OpenAccounts(ctx, caller.AuthorityID, now)
		if err != nil {
			return err
		}
		invited := map[civic.ClerkID]bool{}
		for _, id := range open {
			invited[id] = true
		}
		for _, c := range clerks {
			if c.Deleted {
				continue
			}
			m, err := s.member(ctx, tx, c)
			if err != nil {
				return err
			}
			m.Invited = invited[c.ID]
			out = append(out, m)
		}
		return nil
	})
	return out, err
}

func (s *Service) member(ctx context.Context, tx *store.Tx, c civic.Clerk) (Member, error) {
	passkeys, err := tx.Passkeys(ctx, c.AuthorityID, c.ID)
	if err != nil {
		return Member{}, err
	}
	sessions, err := tx.Sessions(ctx, c.AuthorityID, c.ID)
	m := Member{Clerk: c, Factors: Factors{TOTP: c.TOTPSecret != "", Passkeys: len(passkeys)}}
	for _, session := range sessions {
		if now := s.now(); now.Before(session.ExpiresAt) && now.Sub(session.SeenAt) <= SessionIdle {
			m.Sessions++
		}
	}
	return m, err
}

// colleague reads an account that the caller may administer: NotFound for one of another authority and for a deleted
// one, Forbidden for a caller who is no admin, and for the account of somebody above.
func (s *Service) colleague(ctx context.Context, tx *store.Tx, caller civic.Caller, id civic.ClerkID) (civic.Clerk, error) {
	if !caller.Role.Includes(civic.RoleAdmin) {
		return civic.Clerk{}, civic.Errorf(civic.Forbidden, civic.KeyForbidden, "role %q has no staff", caller.Role)
	}
	c, err := tx.Clerk(ctx, caller.AuthorityID, id)
	if civic.CodeOf(err) == civic.NotFound || err == nil && c.Deleted {
		return c, civic.Errorf(civic.NotFound, civic.KeyClerkUnknown, "no clerk of that id")
	}
	if err == nil && !caller.Role.Includes(c.Role) {
		return c, civic.Errorf(civic.Forbidden, civic.KeyRoleAbove, "%s may not administer %s", caller.Role, c.Role)
	}
	return c, err
}

// Profile is what an admin decides about an account.
type Profile struct {
	Name          string
	Role          civic.Role
	Offices       []civic.OfficeID
	ContactPerson bool
	Disabled      bool
}

func (p Profile) put(c civic.Clerk) civic.Clerk {
	c.Name, c.Role, c.Offices, c.ContactPerson, c.Disabled = strings.TrimSpace(p.Name), p.Role, p.Offices, p.ContactPerson, p.Disabled
	return c
}

// Link is how somebody sets a password: sent by mail, or, where there is none or it failed, shown to the admin once.
type Link struct {
	URL    string // empty: it was sent
	Failed bool   // mail is set up, but the server did not take this one
}

// Invite makes an account and sends its owner an invitation.
func (s *Service) Invite(ctx context.Context, caller civic.Caller, email string, p Profile) (Member, Link, error) {
	c := p.put(civic.Clerk{ID: civic.ClerkID(uuid.Must(uuid.NewV7()).String()), AuthorityID: caller.AuthorityID, Email: strings.TrimSpace(email)})
	var m Member
	var out letter
	err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		if err := s.admit(ctx, tx, caller, civic.Clerk{}, c); err != nil {
			return err
		}
		if out, err = s.invite(ctx, tx, caller.Clerk, c); err != nil {
			return err
		}
		m, err = s.member(ctx, tx, c)
		m.Invited = true
		return err
	})
	if err != nil {
		return Member{}, Link{}, err
	}
	return m, s.send(ctx, out), nil
}

// admit checks and stores an account: rules of roles, offices of the own authority, an administrator left.
func (s *Service) admit(ctx context.Context, tx *store.Tx, caller civic.Caller, was, next civic.Clerk) error {
	if err := caller.MayAppoint(was, next); err != nil {
		return err
	}
	if next.Name == "" || mail.Address(next.Email) != nil {
		return civic.Errorf(civic.Invalid, "account_incomplete", "no name, or no e-mail address")
	}
	if err := tx.LineUp(ctx, next.AuthorityID); err != nil {
		return err
	}
	for _, o := range next.Offices {
		if _, err := tx.Office(ctx, next.AuthorityID, o); err != nil {
			return err
		}
	}
	if err := tx.SaveClerk(ctx, next); err != nil {
		return err
	}
	return s.adminLeft(ctx, tx, next.AuthorityID)
}

func (s *Service) adminLeft(ctx context.Context, tx *store.Tx, authority civic.AuthorityID) error {
	staff, err := tx.Clerks(ctx, authority)
	if err != nil {
		return err
	}
	return civic.AdminLeft(staff)
}

// Change changes an account. Whoever is disabled, or has another role from now on, is signed out; ended are those sessions.
func (s *Service) Change(ctx context.Context, caller civic.Caller, id civic.ClerkID, p Profile) (m Member, ended []civic.SessionID, err error) {
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.LineUp(ctx, caller.AuthorityID); err != nil {
			return err
		}
		was, err := s.colleague(ctx, tx, caller, id)
		if err != nil {
			return err
		}
		next := p.put(was)
		if err := s.admit(ctx, tx, caller, was, next); err != nil {
			return err
		}
		if next.Disabled || next.Role != was.Role {
			if ended, err = s.endAll(ctx, tx, next.AuthorityID, next.ID); err != nil {
				return err
			}
		}
		if next.Disabled {
			if err := tx.DeleteAccountTokens(ctx, next.AuthorityID, next.ID); err != nil {
				return err
			}
		}
		if err := s.noteChange(ctx, tx, caller, was, next); err != nil {
			return err
		}
		m, err = s.member(ctx, tx, next)
		return err
	})
	return m, ended, err
}

// noteOffices writes a line for each office that somebody has from now on, and for each no more. by is empty for groups.
func (s *Service) noteOffices(ctx context.Context, tx *store.Tx, by civic.ClerkID, was, next civic.Clerk) error {
	for act, offices := range map[string][]civic.OfficeID{
		ActOfficeGiven: without(next.Offices, was.Offices), ActOfficeTaken: without(was.Offices, next.Offices),
	} {
		for _, o := range offices {
			e := store.AuditEntry{Authority: next.AuthorityID, At: s.now(), Clerk: by, Act: act, Office: o, Subject: string(next.ID)}
			if err := tx.InsertAudit(ctx, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func without(offices, others []civic.OfficeID) []civic.OfficeID {
	return slices.DeleteFunc(slices.Clone(offices), func(o civic.OfficeID) bool { return slices.Contains(others, o) })
}

func (s *Service) noteChange(ctx context.Context, tx *store.Tx, caller civic.Caller, was, next civic.Clerk) error {
	if err := s.noteOffices(ctx, tx, caller.Clerk, was, next); err != nil {
		return err
	}
	acts := []string{}
	switch {
	case next.Disabled && !was.Disabled:
		acts = append(acts, ActStaffDisabled)
	case was.Disabled && !next.Disabled:
		acts = append(acts, ActStaffEnabled)
	}
	if next.Role != was.Role {
		if err := s.note(ctx, tx, next.AuthorityID, caller.Clerk, ActRoleChanged, next.ID, "from", string(was.Role), "to", string(next.Role)); err != nil {
			return err
		}
	} else if len(acts) == 0 {
		acts = append(acts, ActStaffChanged)
	}
	for _, act := range acts {
		if err := s.note(ctx, tx, next.AuthorityID, caller.Clerk, act, next.ID); err != nil {
			return err
		}
	}
	return nil
}

// InviteAgain sends a colleague a new link: an invitation as long as there is no password, else one to set another.
func (s *Service) InviteAgain(ctx context.Context, caller civic.Caller, id civic.ClerkID) (Link, error) {
	var out letter
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		c, err := s.colleague(ctx, tx, caller, id)
		if err != nil {
			return err
		}
		if c.Disabled {
			return civic.Errorf(civic.Conflict, "account_disabled", "clerk %s is disabled", id)
		}
		if c.ID == caller.Clerk { // the own password is changed by who knows it
			return civic.Errorf(civic.Conflict, civic.KeyRoleOwn, "clerk %s asks for an own link", id)
		}
		if c.PasswordHash == "" {
			out, err = s.invite(ctx, tx, caller.Clerk, c)
		} else {
			out, err = s.reset(ctx, tx, caller.Clerk, c)
		}
		return err
	})
	if err != nil {
		return Link{}, err
	}
	return s.send(ctx, out), nil
}

// ResetFactors takes all second factors of a colleague away, who has lost them, and signs that one out.
func (s *Service) ResetFactors(ctx context.Context, caller civic.Caller, id civic.ClerkID) (ended []civic.SessionID, err error) {
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		c, err := s.colleague(ctx, tx, caller, id)
		if err != nil {
			return err
		}
		if c.ID == caller.Clerk {
			return civic.Errorf(civic.Conflict, civic.KeyRoleOwn, "clerk %s resets the own factors", c.ID)
		}
		if err := tx.SetTOTP(ctx, c.AuthorityID, c.ID, "", 0); err != nil {
			return err
		}
		if err := tx.DeletePasskeys(ctx, c.AuthorityID, c.ID); err != nil {
			return err
		}
		if ended, err = s.endAll(ctx, tx, c.AuthorityID, c.ID); err != nil {
			return err
		}
		return s.note(ctx, tx, c.AuthorityID, caller.Clerk, ActFactorsReset, c.ID)
	})
	return ended, err
}

// LinkSSO links a colleague's account to a subject of the authority's issuer; an empty subject takes the link away.
func (s *Service) LinkSSO(ctx context.Context, caller civic.Caller, id civic.ClerkID, subject string) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.LineUp(ctx, caller.AuthorityID); err != nil {
			return err
		}
		c, err := s.colleague(ctx, tx, caller, id)
		if err != nil {
			return err
		}
		c.SSOSubject = strings.TrimSpace(subject)
		if other, err := tx.ClerkBySubject(ctx, c.AuthorityID, c.SSOSubject); err == nil && other.ID != c.ID {
			return civic.Errorf(civic.Conflict, "sso_linked", "the subject is clerk %s", other.ID)
		}
		if err := tx.SaveClerk(ctx, c); err != nil {
			return err
		}
		return s.note(ctx, tx, c.AuthorityID, caller.Clerk, ActLinked, c.ID, "linked", yes(c.SSOSubject != ""))
	})
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// Offices returns the admin's authority and its offices, for choosing.
func (s *Service) Offices(ctx context.Context, caller civic.Caller) (a civic.Authority, offices []civic.Office, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if a, err = tx.Authority(ctx, caller.AuthorityID); err != nil {
			return err
		}
		offices, err = tx.Offices(ctx, caller.AuthorityID)
		return err
	})
	return a, offices, err
}
