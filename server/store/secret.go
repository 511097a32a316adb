package store

import (
	"context"

	"schalter/server/civic"
)

// AddSecret lets another secret open the ticket: that of another window of the same citizen. Earlier ones stay good.
func (tx *Tx) AddSecret(ctx context.Context, authority civic.AuthorityID, ticket civic.TicketID, hash []byte) error {
	return tx.SetSecret(ctx, authority, ticket, hash)
}
