// Package identity says who is asking: clerks by password and session, citizens by their ticket's secret.
//
// May import: store, civic, argon2id and the standard library.
package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"log/slog"
	"time"

	"github.com/alexedwards/argon2id"

	"schalter/server/civic"
	"schalter/server/store"
)

// How long a clerk's session lasts (REQUIREMENTS S07).
const (
	// SessionIdle ends a session of which no page has asked for anything. An open console asks every 10 s, so
	// that neither a conversation nor a waiting clerk is cut off.
	SessionIdle = 30 * time.Minute
	// SessionLife ends every session.
	SessionLife = civic.SessionLife
	// ResumeLife is how long a one-time resume code is good: as long as the ticket it leads to may be.
	ResumeLife = civic.TicketRetention
)

// hashing is argon2id after OWASP: 19 MiB, two passes, so that two cores bear a rush of logins.
var hashing = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// Service knows clerks, sessions and ticket secrets.
type Service struct {
	store *store.Store
	now   func() time.Time
	log   *slog.Logger
	slots chan struct{} // bounds the memory of hashes under way
	decoy string        // compared when the account is unknown, so that both answers take equally long
}

// New makes the service. now is the clock.
func New(st *store.Store, now func() time.Time, log *slog.Logger) (*Service, error) {
	decoy, err := argon2id.CreateHash(rand.Text(), hashing)
	if err != nil {
		return nil, err
	}
	return &Service{store: st, now: now, log: log, slots: make(chan struct{}, 4), decoy: decoy}, nil
}

// Secret is 128 random bits or more as text, to be handed out once, and the hash that is stored.
type Secret struct {
	Text string
	Hash []byte
}

// NewSecret draws a secret of 130 bits.
func NewSecret() Secret {
	text := rand.Text()
	return Secret{text, Hash(text)}
}

// Hash is how secrets are stored: SHA-256. They have 128 random bits, so that no salt is needed.
func Hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// HashPassword makes the PHC string of a password. It returns Invalid for one shorter than 8 or longer than 256
// characters (ASVS 6.2.1, 6.2.9).
func (s *Service) HashPassword(ctx context.Context, password string) (string, error) {
	if n := len([]rune(password)); n < 8 || n > 256 {
		return "", civic.Errorf(civic.Invalid, "password_length", "password has %d characters", n)
	}
	if err := s.slot(ctx); err != nil {
		return "", err
	}
	defer func() { <-s.slots }()
	return argon2id.CreateHash(password, hashing)
}

func (s *Service) slot(ctx context.Context) error {
	select {
	case s.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return civic.Errorf(civic.Unavailable, civic.KeyUnavailable, "no slot for a password hash: %v", ctx.Err())
	}
}

// Login checks a clerk's password and starts a session; token goes into the cookie. A wrong password and an
// unknown account give the same Unauthenticated error, after the same work.
func (s *Service) Login(ctx context.Context, email, password string) (token string, clerk civic.Clerk, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		clerk, err = tx.ClerkByEmail(ctx, email)
		return err
	})
	known := err == nil
	if err != nil && civic.CodeOf(err) != civic.NotFound {
		return "", civic.Clerk{}, err
	}
	hash := s.decoy
	if known {
		hash = clerk.PasswordHash
	}
	if err := s.slot(ctx); err != nil {
		return "", civic.Clerk{}, err
	}
	match, err := argon2id.ComparePasswordAndHash(password, hash)
	<-s.slots
	if err != nil {
		return "", civic.Clerk{}, err
	}
	if !match || !known {
		return "", civic.Clerk{}, civic.Errorf(civic.Unauthenticated, civic.KeyLoginWrong, "known account: %v", known)
	}
	secret, now := NewSecret(), s.now()
	session := civic.Session{
		ID: civic.SessionID(rand.Text()), AuthorityID: clerk.AuthorityID, ClerkID: clerk.ID,
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(SessionLife),
	}
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.DeleteSessionsBefore(ctx, now); err != nil { // a login is often enough to clear away old ones
			return err
		}
		return tx.InsertSession(ctx, session, secret.Hash)
	})
	if err != nil {
		return "", civic.Clerk{}, err
	}
	s.log.Info("clerk signed in", "clerk", clerk.ID)
	return secret.Text, clerk, nil
}

// Clerk says who holds a session token: Unauthenticated if it is wrong or over. It counts as a sign of life of
// the session.
func (s *Service) Clerk(ctx context.Context, token string) (civic.Caller, civic.Clerk, error) {
	var session civic.Session
	var clerk civic.Clerk
	now := s.now()
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		var err error
		if session, err = tx.SessionByHash(ctx, Hash(token)); err != nil {
			return err
		}
		clerk, err = tx.Clerk(ctx, session.AuthorityID, session.ClerkID)
		return err
	})
	if civic.CodeOf(err) == civic.NotFound || err == nil && (now.After(session.ExpiresAt) || now.Sub(session.SeenAt) > SessionIdle) {
		return civic.Caller{}, civic.Clerk{}, civic.Errorf(civic.Unauthenticated, civic.KeySessionOver, "session unknown or over")
	}
	if err != nil {
		return civic.Caller{}, civic.Clerk{}, err
	}
	if now.Sub(session.SeenAt) > time.Minute { // often enough for SessionIdle, and no write a request
		err := s.store.Write(ctx, func(tx *store.Tx) error { return tx.SeeSession(ctx, session.AuthorityID, session.ID, now) })
		if err != nil {
			return civic.Caller{}, civic.Clerk{}, err
		}
	}
	return civic.Caller{
		Role: clerk.Role, AuthorityID: clerk.AuthorityID, Clerk: clerk.ID, Session: session.ID, Offices: clerk.Offices,
	}, clerk, nil
}

// Logout ends a session on the server. An unknown one is no error.
func (s *Service) Logout(ctx context.Context, token string) error {
	return s.store.Write(ctx, func(tx *store.Tx) error { return tx.DeleteSession(ctx, Hash(token)) })
}

// Citizen says whose ticket a secret opens: Unauthenticated if none, Gone (ticket_moved) if the ticket has moved to another
// device since.
func (s *Service) Citizen(ctx context.Context, secret string) (civic.Caller, error) {
	var t civic.Ticket
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		var err error
		if t, err = tx.TicketBySecret(ctx, Hash(secret)); civic.CodeOf(err) != civic.NotFound {
			return err
		}
		moved, merr := tx.MovedSecret(ctx, Hash(secret))
		if merr == nil && moved {
			return civic.Errorf(civic.Gone, civic.KeyTicketMoved, "the ticket is on another device")
		}
		return errors.Join(merr, err)
	})
	if civic.CodeOf(err) == civic.NotFound {
		return civic.Caller{}, civic.Errorf(civic.Unauthenticated, civic.KeyTicketUnknown, "no ticket has this secret")
	}
	if err != nil {
		return civic.Caller{}, err
	}
	return civic.Caller{Role: civic.RoleCitizen, AuthorityID: t.AuthorityID, Ticket: t.ID}, nil
}

// ResumeCode makes a one-time code with which another page takes the ticket over.
func (s *Service) ResumeCode(ctx context.Context, caller civic.Caller) (string, error) {
	if caller.Role != civic.RoleCitizen {
		return "", civic.Errorf(civic.Forbidden, civic.KeyForbidden, "role %q has no ticket", caller.Role)
	}
	code := NewSecret()
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		return tx.InsertResumeCode(ctx, code.Hash, caller.AuthorityID, caller.Ticket, s.now().Add(ResumeLife))
	})
	return code.Text, err
}

// MoveCode makes a one-time code that moves the ticket to another device, and says until when it is good. An earlier one
// is void. Gone once the ticket is over.
func (s *Service) MoveCode(ctx context.Context, caller civic.Caller) (code string, until time.Time, err error) {
	if caller.Role != civic.RoleCitizen {
		return "", time.Time{}, civic.Errorf(civic.Forbidden, civic.KeyForbidden, "role %q has no ticket", caller.Role)
	}
	secret, until := NewSecret(), s.now().Add(civic.MoveLife)
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		return tx.InsertMoveCode(ctx, secret.Hash, caller.AuthorityID, caller.Ticket, until)
	})
	return secret.Text, until, err
}

// Resumed is what a one-time code has led to.
type Resumed struct {
	Caller civic.Caller
	Secret string
	Moved  bool // nobody who had the ticket before has it any more
}

// Resume exchanges a one-time code for another secret of its ticket; earlier ones stay good, so that whoever closes the
// own window finds the ticket again on the town's page, unless the code was made to move the ticket. The latest socket is
// the one that counts. Unauthenticated if the code is unknown, used or over.
func (s *Service) Resume(ctx context.Context, code string) (Resumed, error) {
	secret := NewSecret()
	var r Resumed
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		c, err := tx.TakeResumeCode(ctx, Hash(code), s.now())
		if err != nil {
			return err
		}
		r = Resumed{civic.Caller{Role: civic.RoleCitizen, AuthorityID: c.Authority, Ticket: c.Ticket}, secret.Text, c.Moves}
		if c.Moves {
			if err := tx.MoveTicket(ctx, c.Authority, c.Ticket); err != nil {
				return err
			}
		}
		return tx.AddSecret(ctx, c.Authority, c.Ticket, secret.Hash)
	})
	if civic.CodeOf(err) == civic.NotFound {
		return Resumed{}, civic.Errorf(civic.Unauthenticated, civic.KeyResumeUnknown, "resume code unknown or used")
	}
	return r, err
}
