package identity

import (
	"context"
	"errors"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

// ResumeLife is how long a one-time resume code is good: as long as the ticket it leads to may be.
const ResumeLife = civic.TicketRetention

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
