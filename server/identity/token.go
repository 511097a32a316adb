package identity

import (
	"context"
	"fmt"
	"time"

	"schalter/server/civic"
	"schalter/server/mail"
	"schalter/server/store"
)

// How long a link is good. Each works once.
const (
	InvitationLife = 7 * 24 * time.Hour
	ResetLife      = time.Hour
)

// letter is a mail to be sent after the commit.
type letter struct {
	mail.Message
	link string
}

// invite makes an invitation of an account without a password.
func (s *Service) invite(ctx context.Context, tx *store.Tx, by civic.ClerkID, c civic.Clerk) (letter, error) {
	return s.issue(ctx, tx, by, c, store.TokenInvitation, InvitationLife, ActInvited)
}

// reset makes a link with which somebody sets another password.
func (s *Service) reset(ctx context.Context, tx *store.Tx, by civic.ClerkID, c civic.Clerk) (letter, error) {
	return s.issue(ctx, tx, by, c, store.TokenReset, ResetLife, ActResetSent)
}

func (s *Service) issue(ctx context.Context, tx *store.Tx, by civic.ClerkID, c civic.Clerk, kind store.TokenKind, life time.Duration, act string) (letter, error) {
	secret := NewSecret()
	token := store.AccountToken{Authority: c.AuthorityID, Clerk: c.ID, Kind: kind, Expires: s.now().Add(life)}
	if err := tx.InsertAccountToken(ctx, token, secret.Hash); err != nil {
		return letter{}, err
	}
	a, err := tx.Authority(ctx, c.AuthorityID)
	if err != nil {
		return letter{}, err
	}
	out := letter{link: s.cfg.ConsoleURL + "/#/" + string(kind) + "/" + secret.Text}
	out.Message = mail.Message{Name: c.Name, Address: c.Email}
	switch kind {
	case store.TokenInvitation:
		out.Subject = "Einladung zum Schalter: " + a.Name.In("de")
		out.Text = fmt.Sprintf(invitationText, c.Name, a.Name.In("de"), out.link, c.Name, a.Name.In("en"), out.link)
	case store.TokenReset:
		out.Subject = "Neues Passwort für den Schalter: " + a.Name.In("de")
		out.Text = fmt.Sprintf(resetText, c.Name, out.link, c.Name, out.link)
	}
	return out, s.note(ctx, tx, c.AuthorityID, by, act, c.ID)
}

const invitationText = `Guten Tag %s,

Sie sind eingeladen, für %s am Schalter zu arbeiten: dem virtuellen Bürgerbüro.
Bitte legen Sie mit diesem Link Ihr Passwort fest. Er gilt sieben Tage und nur einmal.

%s

Haben Sie diese E-Mail nicht erwartet? Dann müssen Sie nichts tun.

--

Dear %s,

You are invited to work for %s in its virtual citizens' office.
Please set your password with this link. It is valid for seven days, and once.

%s

You did not expect this e-mail? Then there is nothing to do.
`

const resetText = `Guten Tag %s,

mit diesem Link legen Sie ein neues Passwort für den Schalter fest. Er gilt eine Stunde und nur einmal.

%s

Haben Sie das nicht gewünscht? Dann müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist.

--

Dear %s,

With this link you set a new password for the virtual citizens' office. It is valid for one hour, and once.

%s

You did not ask for this? Then there is nothing to do: your password stays as it is.
`

// send sends a letter, or returns its link for the admin to hand over.
func (s *Service) send(ctx context.Context, l letter) Link {
	if s.cfg.Mail == nil {
		return Link{URL: l.link}
	}
	if err := s.cfg.Mail.Send(ctx, l.Message); err != nil {
		s.log.Warn("mail not sent", "error", err)
		return Link{URL: l.link, Failed: true}
	}
	return Link{}
}

// Forgotten sends a link to the owner of an account, if there is one of that address. It returns at once and says nothing
// about it: all the work is done in the background.
func (s *Service) Forgotten(email string) {
	if s.cfg.Mail == nil {
		return
	}
	s.background.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		var out letter
		err := s.store.Write(ctx, func(tx *store.Tx) error {
			c, err := tx.ClerkByEmail(ctx, email)
			if err != nil {
				return err
			}
			if c.Disabled || c.PasswordHash == "" { // an invitation is for an admin to send again
				return civic.Errorf(civic.NotFound, civic.KeyLoginWrong, "clerk %s has no password to forget", c.ID)
			}
			out, err = s.reset(ctx, tx, c.ID, c)
			return err
		})
		if civic.CodeOf(err) == civic.NotFound {
			return
		}
		if err == nil {
			err = s.cfg.Mail.Send(ctx, out.Message)
		}
		if err != nil {
			s.log.Warn("password mail not sent", "error", err)
		}
	})
}

// TokenOwner is whose password a link sets.
type TokenOwner struct {
	Kind      store.TokenKind
	Clerk     civic.Clerk
	Authority civic.Authority
}

// Token looks at a link without using it; Gone if it is unknown, used or over.
func (s *Service) Token(ctx context.Context, token string) (o TokenOwner, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		t, err := tx.AccountToken(ctx, Hash(token), s.now())
		if err != nil {
			return err
		}
		o.Kind = t.Kind
		if o.Clerk, err = tx.Clerk(ctx, t.Authority, t.Clerk); err != nil {
			return err
		}
		o.Authority, err = tx.Authority(ctx, t.Authority)
		return err
	})
	return o, gone(err)
}

// SetPassword uses a link up: its owner has that password from then on, all earlier logins end (ended), and a new one
// begins, whose second factor is still to be shown if there is one.
func (s *Service) SetPassword(ctx context.Context, token, password, agent string) (w Who, ended []civic.SessionID, err error) {
	owner, err := s.Token(ctx, token)
	if err != nil {
		return Who{}, nil, err
	}
	hash, err := s.HashPassword(ctx, password, owner.Authority.Name.In("de"), owner.Clerk.Name, owner.Clerk.Email)
	if err != nil {
		return Who{}, nil, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		t, err := tx.TakeAccountToken(ctx, Hash(token), s.now())
		if err != nil {
			return err
		}
		if c, err := tx.Clerk(ctx, t.Authority, t.Clerk); err != nil || c.Disabled {
			return civic.Errorf(civic.NotFound, "token_unknown", "clerk %s is disabled or gone", t.Clerk)
		}
		if err := tx.SetPassword(ctx, t.Authority, t.Clerk, hash); err != nil {
			return err
		}
		if ended, err = s.endAll(ctx, tx, t.Authority, t.Clerk); err != nil {
			return err
		}
		if err := s.note(ctx, tx, t.Authority, t.Clerk, ActPassword, t.Clerk, "by", string(t.Kind)); err != nil {
			return err
		}
		w, err = s.beginIn(ctx, tx, t.Authority, t.Clerk, detailWayToken, agent)
		return err
	})
	return w, ended, gone(err)
}

// gone says of a token that is not there any more that it is over: whoever holds it had it once.
func gone(err error) error {
	if civic.CodeOf(err) == civic.NotFound && civic.KeyOf(err) == "token_unknown" {
		return civic.Errorf(civic.Gone, "token_unknown", "link unknown, used or over")
	}
	return err
}

// ChangePassword sets the caller's own password. All other logins of that account end.
func (s *Service) ChangePassword(ctx context.Context, w Who, current, next string) (ended []civic.SessionID, err error) {
	if err := s.fresh(ctx, w, current); err != nil {
		return nil, err
	}
	hash, err := s.HashPassword(ctx, next, w.Authority.Name.In("de"), w.Clerk.Name, w.Clerk.Email)
	if err != nil {
		return nil, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) (err error) {
		if err = tx.SetPassword(ctx, w.Clerk.AuthorityID, w.Clerk.ID, hash); err != nil {
			return err
		}
		if err = tx.DeleteAccountTokens(ctx, w.Clerk.AuthorityID, w.Clerk.ID); err != nil {
			return err
		}
		if err = tx.DeleteClerkGrants(ctx, w.Clerk.AuthorityID, w.Clerk.ID); err != nil {
			return err
		}
		if ended, err = tx.DeleteSessions(ctx, w.Clerk.AuthorityID, w.Clerk.ID, w.Session.ID); err != nil {
			return err
		}
		return s.note(ctx, tx, w.Clerk.AuthorityID, w.Clerk.ID, ActPassword, w.Clerk.ID, "by", "owner")
	})
	return ended, err
}

// fresh refuses an act on an account without its password, shown now.
func (s *Service) fresh(ctx context.Context, w Who, password string) error {
	if w.Clerk.PasswordHash == "" {
		return civic.Errorf(civic.Conflict, "account_without_password", "clerk %s signs in elsewhere", w.Clerk.ID)
	}
	match, err := s.matches(ctx, password, w.Clerk.PasswordHash)
	if err == nil && !match {
		err = civic.Errorf(civic.Invalid, "password_wrong", "the current password is another")
	}
	return err
}
