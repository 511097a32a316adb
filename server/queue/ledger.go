package queue

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

const (
	// ledgerAnew is how long a ledger goes without reading all of its tickets. Presence is written without raising the
	// revision, so it is also how late an answer of a page may show that was given while nobody computed.
	ledgerAnew = presenceEvery
	// ledgerMoves is how many moves a ledger remembers that nobody has read.
	ledgerMoves = 2000
)

// ledger keeps an office's tickets as they were at one revision, so that a view of a long queue costs what has changed
// and not what stands in it. Every move of this process notes its tickets under the revision that it makes, before
// it commits; one that fails after all has noted too much, which does no harm. A revision that nobody has noted
// is another machine's move: then all tickets are read.
type ledger struct {
	mu       sync.Mutex     // held over the read of a snapshot; guards the next three
	tickets  []civic.Ticket // by rank: sorting what is sorted costs little
	revision int64
	read     time.Time // when all were read; zero: never, or they can't be trusted

	noting sync.Mutex // guards moves
	moves  map[int64][]civic.TicketID
}

// note remembers what a move has touched.
func (l *ledger) note(revision int64, tickets []civic.TicketID) {
	l.noting.Lock()
	defer l.noting.Unlock()
	if l.moves == nil || len(l.moves) >= ledgerMoves {
		l.moves = map[int64][]civic.TicketID{} // forgetting is a gap, and a gap reads all
	}
	l.moves[revision] = append(l.moves[revision], tickets...)
}

// since returns the tickets touched after the ledger's revision, and whether every move up to the given one is known.
func (l *ledger) since(revision int64) (tickets map[civic.TicketID]struct{}, known bool) {
	l.noting.Lock()
	defer l.noting.Unlock()
	tickets, known = map[civic.TicketID]struct{}{}, true
	for r := l.revision + 1; r <= revision; r++ {
		ids, ok := l.moves[r]
		known = known && ok
		for _, id := range ids {
			tickets[id] = struct{}{}
		}
	}
	for r := range l.moves {
		if r <= revision {
			delete(l.moves, r)
		}
	}
	return tickets, known
}

// at returns the office's tickets that are not over, at the office's revision. The caller holds mu and may change the
// slice.
func (l *ledger) at(ctx context.Context, tx *store.Tx, office civic.Office, now time.Time) ([]civic.Ticket, error) {
	touched, known := l.since(office.Revision)
	if !known || office.Revision < l.revision || l.read.IsZero() || now.Before(l.read) || now.Sub(l.read) >= ledgerAnew {
		return l.anew(ctx, tx, office, now)
	}
	if len(touched) > 0 {
		l.tickets = slices.DeleteFunc(l.tickets, func(t civic.Ticket) bool {
			_, gone := touched[t.ID]
			return gone
		})
	}
	for id := range touched {
		t, err := tx.Ticket(ctx, office.AuthorityID, id)
		if err != nil && civic.CodeOf(err) != civic.NotFound {
			l.read = time.Time{} // half of it is changed
			return nil, err
		}
		if err == nil && t.OfficeID == office.ID && !t.State.Over() {
			l.tickets = append(l.tickets, t)
		}
	}
	slices.SortFunc(l.tickets, func(a, b civic.Ticket) int { return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID)) })
	l.revision = office.Revision
	return slices.Clone(l.tickets), nil
}

func (l *ledger) anew(ctx context.Context, tx *store.Tx, office civic.Office, now time.Time) ([]civic.Ticket, error) {
	l.read = time.Time{}
	all, err := tx.Tickets(ctx, office.AuthorityID, office.ID, civic.Waiting, civic.Called, civic.Serving, civic.Parked, civic.Missed)
	if err != nil {
		return nil, err
	}
	l.tickets, l.revision, l.read = all, office.Revision, now
	return slices.Clone(all), nil
}
