package identity

import (
	"context"

	"schalter/server/civic"
	"schalter/server/store"
)

// keyServing is the refusal to delete somebody whom a citizen still sees by name.
const keyServing = "account_serving"

// Delete deletes a disabled account for good: nothing of the person stays but the id. Conflict if it is not disabled, is the
// own one, or somebody is still called to its desk. ended are logins that were still there.
func (s *Service) Delete(ctx context.Context, caller civic.Caller, id civic.ClerkID) (ended []civic.SessionID, err error) {
	err = s.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.LineUp(ctx, caller.AuthorityID); err != nil {
			return err
		}
		c, err := s.colleague(ctx, tx, caller, id)
		if err != nil {
			return err
		}
		if err := caller.MayDelete(c); err != nil {
			return err
		}
		if serving, err := tx.ServingSince(ctx, c.AuthorityID, c.ID, s.now()); err != nil {
			return err
		} else if serving {
			return civic.Errorf(civic.Conflict, keyServing, "clerk %s has called somebody", c.ID)
		}
		if ended, err = s.empty(ctx, tx, c); err != nil {
			return err
		}
		if err := s.adminLeft(ctx, tx, c.AuthorityID); err != nil {
			return err
		}
		return s.note(ctx, tx, c.AuthorityID, caller.Clerk, ActStaffDeleted, c.ID)
	})
	return ended, err
}

// empty removes all that belongs to an account, and leaves its row without the person.
func (s *Service) empty(ctx context.Context, tx *store.Tx, c civic.Clerk) (ended []civic.SessionID, err error) {
	if ended, err = s.endAll(ctx, tx, c.AuthorityID, c.ID); err != nil {
		return nil, err
	}
	if err := tx.DeleteAccountTokens(ctx, c.AuthorityID, c.ID); err != nil {
		return nil, err
	}
	if err := tx.DeletePasskeys(ctx, c.AuthorityID, c.ID); err != nil {
		return nil, err
	}
	return ended, tx.SaveClerk(ctx, c.Emptied())
}
