package identity

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"schalter/server/civic"
	"schalter/server/mail"
	"schalter/server/store"
)

// SetupLife is how long the first administrator's token is good; a restart makes another.
const SetupLife = time.Hour

// OpenSetup makes the one-time token of the first administrator, as long as there is no account at all, and writes it to
// file, readable for the owner only; an empty name writes none. No token: somebody is there already.
func (s *Service) OpenSetup(ctx context.Context, file string) (token string, err error) {
	secret := NewSecret()
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		token = ""
		any, err := tx.AnyClerk(ctx)
		if err != nil {
			return err
		}
		if any {
			return tx.SetSetupToken(ctx, nil, time.Time{})
		}
		token = secret.Text
		return tx.SetSetupToken(ctx, secret.Hash, s.now().Add(SetupLife))
	})
	if err != nil || file == "" {
		return token, err
	}
	if token == "" {
		return "", removed(file)
	}
	if err := removed(file); err != nil { // an earlier one may have another mode
		return "", err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", fmt.Errorf("write setup token: %w", err)
	}
	_, err = f.WriteString(token + "\n")
	s.mu.Lock()
	s.setupFile = file
	s.mu.Unlock()
	return token, errors.Join(err, f.Close())
}

func removed(file string) error {
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// SetupOpen says whether nobody is there yet.
func (s *Service) SetupOpen(ctx context.Context) (open bool, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		any, err := tx.AnyClerk(ctx)
		open = !any
		return err
	})
	return open, err
}

// Founding is an authority to be made, and its first administrator.
type Founding struct {
	Authority   string // name
	Slug        string
	Name, Email string
}

var slugRule = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`)

// check refuses, among others, a slug that would hide a page of ours.
func (s *Service) check(f *Founding) error {
	f.Authority, f.Slug, f.Name, f.Email = strings.TrimSpace(f.Authority), strings.TrimSpace(f.Slug), strings.TrimSpace(f.Name), strings.TrimSpace(f.Email)
	if !slugRule.MatchString(f.Slug) || slices.Contains(s.cfg.Taken, f.Slug) {
		return civic.Errorf(civic.Invalid, "slug_wrong", "slug refused")
	}
	if f.Authority == "" || f.Name == "" || mail.Address(f.Email) != nil {
		return civic.Errorf(civic.Invalid, "account_incomplete", "no name, or no e-mail address")
	}
	return nil
}

// found makes the authority, unpublished, and the account of its administrator.
func (f Founding) found(ctx context.Context, tx *store.Tx, role civic.Role, hash string) (civic.Clerk, error) {
	a := civic.Authority{ID: civic.AuthorityID(uuid.Must(uuid.NewV7()).String()), Slug: f.Slug, Name: civic.Text{"de": f.Authority}, PrivacyVersion: 1}
	if err := tx.SaveAuthority(ctx, a); err != nil {
		return civic.Clerk{}, err
	}
	c := civic.Clerk{
		ID: civic.ClerkID(uuid.Must(uuid.NewV7()).String()), AuthorityID: a.ID, Email: f.Email, Name: f.Name, PasswordHash: hash, Role: role,
	}
	return c, tx.SaveClerk(ctx, c)
}

// Setup uses the token up: it founds the first authority and makes its administrator, who is the operator too, and signs
// that one in. Gone for a token that is wrong or over, and for ever once anybody is there.
func (s *Service) Setup(ctx context.Context, token string, f Founding, password, agent string) (w Who, err error) {
	if err := s.check(&f); err != nil {
		return Who{}, err
	}
	if err := s.setupToken(ctx, token); err != nil {
		return Who{}, err
	}
	hash, err := s.HashPassword(ctx, password, f.Authority, f.Name, f.Email)
	if err != nil {
		return Who{}, err
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		// First the token: whoever comes at the same time waits here, and finds it used.
		if err := tx.TakeSetupToken(ctx, Hash(token), s.now()); err != nil {
			return err
		}
		if any, err := tx.AnyClerk(ctx); err != nil || any {
			return errors.Join(err, civic.Errorf(civic.NotFound, "token_unknown", "somebody is there already"))
		}
		c, err := f.found(ctx, tx, civic.RoleOperator, hash)
		if err != nil {
			return err
		}
		if err := s.note(ctx, tx, c.AuthorityID, c.ID, ActFirstAdmin, c.ID); err != nil {
			return err
		}
		w, err = s.beginIn(ctx, tx, c.AuthorityID, c.ID, detailWaySetup, agent)
		return err
	})
	if err != nil {
		return Who{}, gone(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.setupFile != "" {
		if err := removed(s.setupFile); err != nil {
			s.log.Warn("setup token's file not removed", "error", err) // it opens nothing any more
		}
		s.setupFile = ""
	}
	return w, nil
}

// setupToken looks at the token without using it: a stranger's request is spared the cost of a hash.
func (s *Service) setupToken(ctx context.Context, token string) error {
	open, err := s.SetupOpen(ctx)
	if err != nil {
		return err
	}
	if !open {
		return civic.Errorf(civic.Gone, "setup_done", "somebody is there already")
	}
	return gone(s.store.Read(ctx, func(tx *store.Tx) error { return tx.SetupToken(ctx, Hash(token), s.now()) }))
}

// Authorities lists all authorities with what an operator may see of them.
func (s *Service) Authorities(ctx context.Context, caller civic.Caller) (out []store.AuthorityCount, err error) {
	if !caller.Role.Includes(civic.RoleOperator) {
		return nil, civic.Errorf(civic.Forbidden, civic.KeyForbidden, "role %q founds nothing", caller.Role)
	}
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.AuthorityCounts(ctx)
		return err
	})
	return out, err
}

// Found makes an authority and invites its first administrator.
func (s *Service) Found(ctx context.Context, caller civic.Caller, f Founding) (Link, error) {
	if !caller.Role.Includes(civic.RoleOperator) {
		return Link{}, civic.Errorf(civic.Forbidden, civic.KeyForbidden, "role %q founds nothing", caller.Role)
	}
	if err := s.check(&f); err != nil {
		return Link{}, err
	}
	var out letter
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		c, err := f.found(ctx, tx, civic.RoleAdmin, "")
		if err != nil {
			return err
		}
		if out, err = s.invite(ctx, tx, caller.Clerk, c); err != nil {
			return err
		}
		return s.note(ctx, tx, caller.AuthorityID, caller.Clerk, ActAuthorityFound, "", "slug", f.Slug)
	})
	if err != nil {
		return Link{}, err
	}
	return s.send(ctx, out), nil
}
