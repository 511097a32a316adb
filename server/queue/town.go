package queue

import (
	"context"
	"slices"

	"schalter/server/civic"
	"schalter/server/store"
)

// Town returns an authority and its offices in the board's order, without what happens in them.
func (s *Service) Town(ctx context.Context, id civic.AuthorityID) (a civic.Authority, offices []civic.Office, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if a, err = tx.Authority(ctx, id); err != nil {
			return err
		}
		offices, err = tx.Offices(ctx, id)
		return err
	})
	return a, slices.DeleteFunc(offices, func(o civic.Office) bool { return o.Retired }), err
}
