package identity

import (
	"context"
	"crypto/rand"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

// How long a clerk's session lasts (REQUIREMENTS S07).
const (
	// SessionIdle ends a session of which no page has asked for anything. An open console asks every 10 s, so
	// that neither a conversation nor a waiting clerk is cut off.
	SessionIdle = 30 * time.Minute
	// SessionLife ends every session, but for one in a conversation: that ends with the conversation.
	SessionLife = civic.SessionLife
	// StepLife ends a login whose second factor does not come.
	StepLife = 10 * time.Minute
)

// Who is a login and all that belongs to it.
type Who struct {
	Token     string // for the cookie; of a fresh login only
	Session   civic.Session
	Clerk     civic.Clerk
	Authority civic.Authority
	Factors   Factors
}

// Factors are the second factors that a clerk has.
type Factors struct {
	TOTP     bool
	Passkeys int
}

func (f Factors) any() bool { return f.TOTP || f.Passkeys > 0 }

// Caller is who is asking, for the features.
func (w Who) Caller() civic.Caller {
	return civic.Caller{
		Role: w.Clerk.Role, AuthorityID: w.Clerk.AuthorityID, Clerk: w.Clerk.ID, Session: w.Session.ID, Offices: w.Clerk.Offices,
		Stage: w.Session.Stage,
	}
}

// AccountKey names the account that an address as typed leads to, known or not, without holding the address: for limits.
func AccountKey(email string) string { return string(Hash(store.EmailKey(email))) }

// Login checks a clerk's password and starts a session, which may still lack its second factor. A wrong password and an
// unknown account give the same Unauthenticated error, after the same work. agent is the browser in words.
func (s *Service) Login(ctx context.Context, email, password, agent string) (Who, error) {
	var clerk civic.Clerk
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		clerk, err = tx.ClerkByEmail(ctx, email)
		return err
	})
	known := err == nil
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return Who{}, err
	}
	match, err := s.matches(ctx, password, clerk.PasswordHash)
	if err != nil {
		return Who{}, err
	}
	if !match || !known {
		if known {
			s.failedLater(clerk)
		}
		return Who{}, civic.Errorf(civic.Unauthenticated, civic.KeyLoginWrong, "known account: %v", known)
	}
	return s.begin(ctx, clerk, detailWayPassword, agent)
}

// failedLater notes a wrong password after the answer: a write takes time that an unknown account does not.
func (s *Service) failedLater(clerk civic.Clerk) {
	s.background.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := s.failed(ctx, clerk, ActLoginFailed, detailReasonWrong); err != nil {
			s.log.Warn("failed login not noted", "error", err)
		}
	})
}

func (s *Service) failed(ctx context.Context, clerk civic.Clerk, act, reason string) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		return s.note(ctx, tx, clerk.AuthorityID, clerk.ID, act, clerk.ID, "reason", reason)
	})
}

// begin starts a session for somebody who has shown the first factor. way is how.
func (s *Service) begin(ctx context.Context, clerk civic.Clerk, way, agent string) (Who, error) {
	if clerk.Disabled {
		if err := s.failed(ctx, clerk, ActLoginFailed, detailReasonLocked); err != nil {
			return Who{}, err
		}
		return Who{}, civic.Errorf(civic.Forbidden, "account_disabled", "clerk %s is disabled", clerk.ID)
	}
	var w Who
	err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		w, err = s.beginIn(ctx, tx, clerk.AuthorityID, clerk.ID, way, agent)
		return err
	})
	return w, err
}

func (s *Service) beginIn(ctx context.Context, tx *store.Tx, authority civic.AuthorityID, id civic.ClerkID, way, agent string) (w Who, err error) {
	now := s.now()
	if _, err = tx.DeleteSessionsBefore(ctx, now); err != nil { // a login is often enough to clear away old ones
		return w, err
	}
	if err = tx.DeleteTokensBefore(ctx, now); err != nil {
		return w, err
	}
	if err = s.account(ctx, tx, authority, id, &w); err != nil {
		return w, err
	}
	if w.Authority.SSO.Issuer != "" && w.Authority.SSO.Only && way != detailWaySSO && !w.Clerk.Role.Includes(civic.RoleOperator) {
		return w, civic.Errorf(civic.Forbidden, "sso_only", "clerk %s must use single sign-on", id)
	}
	stage := civic.StageFull
	switch {
	case way == detailWaySSO: // the second factor is the issuer's
	case w.Factors.any():
		stage = civic.StageFactor
	case w.Authority.SecondFactor:
		stage = civic.StageEnrol
	}
	if err = s.insertSession(ctx, tx, &w, stage, agent); err != nil {
		return w, err
	}
	if stage == civic.StageFull {
		s.log.Info("clerk signed in", "clerk", id)
	}
	return w, s.note(ctx, tx, authority, id, ActLogin, id, "way", way, "stage", string(stage))
}

// account reads a clerk, its authority and factors.
func (s *Service) account(ctx context.Context, tx *store.Tx, authority civic.AuthorityID, id civic.ClerkID, w *Who) (err error) {
	if w.Clerk, err = tx.Clerk(ctx, authority, id); err != nil {
		return err
	}
	if w.Authority, err = tx.Authority(ctx, authority); err != nil {
		return err
	}
	passkeys, err := tx.Passkeys(ctx, authority, id)
	w.Factors = Factors{TOTP: w.Clerk.TOTPSecret != "", Passkeys: len(passkeys)}
	return err
}

func (s *Service) insertSession(ctx context.Context, tx *store.Tx, w *Who, stage civic.SessionStage, agent string) error {
	secret, now := NewSecret(), s.now()
	life := SessionLife
	if stage != civic.StageFull {
		life = StepLife
	}
	w.Token = secret.Text
	w.Session = civic.Session{
		ID: civic.SessionID(rand.Text()), AuthorityID: w.Clerk.AuthorityID, ClerkID: w.Clerk.ID,
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(life), Stage: stage, Agent: agent,
	}
	return tx.InsertSession(ctx, w.Session, secret.Hash)
}

// complete ends a session that lacked its second factor and starts a full one, with a token of its own.
func (s *Service) complete(ctx context.Context, tx *store.Tx, w *Who) error {
	if err := tx.DeleteSession(ctx, w.Clerk.AuthorityID, w.Clerk.ID, w.Session.ID); err != nil {
		return err
	}
	if err := s.insertSession(ctx, tx, w, civic.StageFull, w.Session.Agent); err != nil {
		return err
	}
	s.log.Info("clerk signed in", "clerk", w.Clerk.ID)
	return nil
}

// Who says who holds a session token: Unauthenticated if it is wrong or over. It counts as a sign of life of the session.
func (s *Service) Who(ctx context.Context, token string) (Who, error) {
	var w Who
	now := s.now()
	over := false
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if w.Session, err = tx.SessionByHash(ctx, Hash(token)); err != nil {
			return err
		}
		if err = s.account(ctx, tx, w.Session.AuthorityID, w.Session.ClerkID, &w); err != nil {
			return err
		}
		end := w.Session.SeenAt.Add(SessionIdle + 1)
		if w.Session.ExpiresAt.Before(end) {
			end = w.Session.ExpiresAt
		}
		over = !now.Before(end)
		if over && w.Session.Stage == civic.StageFull { // no timer cuts a conversation, and none brings a session back
			serving, err := tx.ServingSince(ctx, w.Session.AuthorityID, w.Session.ClerkID, end)
			over = !serving
			return err
		}
		return nil
	})
	if civic.CodeOf(err) == civic.NotFound || err == nil && (over || w.Clerk.Disabled) {
		return Who{}, civic.Errorf(civic.Unauthenticated, civic.KeySessionOver, "session unknown or over")
	}
	if err != nil {
		return Who{}, err
	}
	if now.Sub(w.Session.SeenAt) > time.Minute { // often enough for SessionIdle, and no write a request
		err := s.store.Write(ctx, func(tx *store.Tx) error {
			return tx.SeeSession(ctx, w.Session.AuthorityID, w.Session.ID, now)
		})
		if err != nil {
			return Who{}, err
		}
	}
	return w, nil
}

// Logout ends the caller's session on the server, and takes back what would still open a room.
func (s *Service) Logout(ctx context.Context, caller civic.Caller) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteSession(ctx, caller.AuthorityID, caller.Clerk, caller.Session); err != nil {
			return err
		}
		if err := tx.DeleteClerkGrants(ctx, caller.AuthorityID, caller.Clerk); err != nil {
			return err
		}
		return s.note(ctx, tx, caller.AuthorityID, caller.Clerk, ActLogout, caller.Clerk)
	})
}

// Sessions returns the logins of the caller, or, for an admin, of a clerk of the authority; those that are over are left out.
func (s *Service) Sessions(ctx context.Context, caller civic.Caller, clerk civic.ClerkID) ([]civic.Session, error) {
	var out []civic.Session
	now := s.now()
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		if err := s.mayEnd(ctx, tx, caller, clerk); err != nil {
			return err
		}
		all, err := tx.Sessions(ctx, caller.AuthorityID, clerk)
		for _, session := range all {
			if now.Before(session.ExpiresAt) && now.Sub(session.SeenAt) <= SessionIdle || session.ID == caller.Session {
				out = append(out, session)
			}
		}
		return err
	})
	return out, err
}

// EndSession ends one login of the caller, or, for an admin, of a clerk of the authority. One that is over is no error.
func (s *Service) EndSession(ctx context.Context, caller civic.Caller, clerk civic.ClerkID, session civic.SessionID) error {
	return s.store.Write(ctx, func(tx *store.Tx) error {
		if err := s.mayEnd(ctx, tx, caller, clerk); err != nil {
			return err
		}
		if err := tx.DeleteSession(ctx, caller.AuthorityID, clerk, session); err != nil {
			return err
		}
		if err := tx.DeleteClerkGrants(ctx, caller.AuthorityID, clerk); err != nil {
			return err
		}
		return s.note(ctx, tx, caller.AuthorityID, caller.Clerk, ActSessionsEnded, clerk, "sessions", "one")
	})
}

// EndSessions ends all logins of the caller (log out everywhere), or, for an admin, of a clerk of the authority, and
// returns which.
func (s *Service) EndSessions(ctx context.Context, caller civic.Caller, clerk civic.ClerkID) (ended []civic.SessionID, err error) {
	err = s.store.Write(ctx, func(tx *store.Tx) (err error) {
		if err := s.mayEnd(ctx, tx, caller, clerk); err != nil {
			return err
		}
		if ended, err = s.endAll(ctx, tx, caller.AuthorityID, clerk); err != nil {
			return err
		}
		return s.note(ctx, tx, caller.AuthorityID, caller.Clerk, ActSessionsEnded, clerk, "sessions", "all")
	})
	return ended, err
}

func (s *Service) endAll(ctx context.Context, tx *store.Tx, authority civic.AuthorityID, clerk civic.ClerkID) ([]civic.SessionID, error) {
	if err := tx.DeleteClerkGrants(ctx, authority, clerk); err != nil {
		return nil, err
	}
	return tx.DeleteSessions(ctx, authority, clerk, "")
}

func (s *Service) mayEnd(ctx context.Context, tx *store.Tx, caller civic.Caller, clerk civic.ClerkID) error {
	if clerk == caller.Clerk {
		return nil
	}
	_, err := s.colleague(ctx, tx, caller, clerk)
	return err
}
