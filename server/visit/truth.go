package visit

import (
	"context"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

const (
	// readAgain is when a read that failed is tried again, twice as late each time, readAgainMost at the latest: until then
	// somebody may be in the room who has lost the right to it.
	readAgain     = 250 * time.Millisecond
	readAgainMost = 2 * time.Second
)

// read takes over what the database says of the visit: the truth about whether it goes on, and about who may be here. One
// that fails changes nothing, and is tried again by itself until one succeeds. Errors: Unavailable.
func (r *room) read() error {
	ctx, cancel := context.WithTimeout(r.s.ctx, 10*time.Second)
	defer cancel()
	before := r.visit
	now := truth{clerk: r.clerk}
	err := r.s.store.Read(ctx, func(tx *store.Tx) (err error) { return now.read(ctx, tx, before) })
	if civic.CodeOf(err) == civic.NotFound {
		r.visit.State, r.failed = civic.VisitEnded, 0
		return nil
	}
	if err != nil {
		if r.failed == 0 {
			r.s.log.Warn("visit not read, will try again", "visit", before.ID, "error", err)
		}
		r.again.Reset(min(readAgain<<min(r.failed, 8), readAgainMost))
		r.failed++
		return civic.Errorf(civic.Unavailable, civic.KeyRoomUnavailable, "visit %s not read: %v", before.ID, err)
	}
	r.failed = 0
	r.visit, r.clerk, r.guests = now.visit, now.clerk, now.guests
	if before.EnteredAt.IsZero() && !r.visit.EnteredAt.IsZero() {
		r.alone.Reset(blip) // from now on the sides are missed
	}
	if r.visit.State == civic.VisitEnded {
		r.s.media.CloseRoom(r.visit.Room) // first of all: nobody receives anything any more
		return nil
	}
	if r.visit.ClerkID != before.ClerkID {
		r.remove(civic.SideClerk)
	}
	r.consulted(now.consult, now.colleague)
	r.heedGuests()
	r.tell()
	return nil
}

// truth is what the database says of a visit at one moment.
type truth struct {
	visit     civic.Visit
	clerk     string // name
	guests    []civic.Guest
	consult   civic.Consult
	colleague string // name
}

func (now *truth) read(ctx context.Context, tx *store.Tx, before civic.Visit) (err error) {
	if now.visit, err = tx.Visit(ctx, before.AuthorityID, before.ID); err != nil {
		return err
	}
	if now.consult, now.colleague, err = consult(ctx, tx, now.visit); err != nil {
		return err
	}
	if now.visit.ClerkID != before.ClerkID {
		clerk, err := tx.Clerk(ctx, now.visit.AuthorityID, now.visit.ClerkID)
		if err != nil {
			return err
		}
		now.clerk = clerk.Name
	}
	now.guests, err = tx.Guests(ctx, now.visit.AuthorityID, now.visit.ID)
	return err
}
