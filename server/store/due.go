package store

import (
	"context"
	"time"

	"schalter/server/civic"
)

// The queries of this file serve the clockwork and the sockets of a node. They go over all authorities: whoever acts
// on what they return does so in an ordinary move, with the row's authority.

// See notes that the pages of these tickets and desks have answered at now. One statement a table, whatever the count.
// It raises no revision, for presence alone is no change to a view. A row that a move holds at this moment is left for
// the next time, so that nobody waits for anybody.
func (tx *Tx) See(ctx context.Context, now time.Time, tickets []civic.TicketID, desks []civic.DeskID) error {
	if len(tickets) > 0 {
		if err := tx.see(ctx, "tickets", now, asJSON(tickets)); err != nil {
			return err
		}
	}
	if len(desks) > 0 {
		return tx.see(ctx, "desks", now, asJSON(desks))
	}
	return nil
}

func (tx *Tx) see(ctx context.Context, table string, now time.Time, ids string) error {
	_, err := tx.exec(ctx, `UPDATE `+table+` SET seen_at = $1 WHERE seen_at < $1 AND id IN (
		SELECT id FROM `+table+` WHERE id IN `+tx.dialect.elements("$2")+tx.dialect.skipLocked+`)`, micros(now), ids)
	return err
}

// CalledBefore returns the called tickets whose window ended at t or earlier.
func (tx *Tx) CalledBefore(ctx context.Context, t time.Time) ([]civic.Ticket, error) {
	return all(ctx, tx, scanTicket, `SELECT `+ticketColumns+` FROM tickets
		WHERE state = 'called' AND deadline <= $1 ORDER BY deadline, id`, micros(t))
}

// OpenBefore returns the tickets of days before day that the end of their day has not closed yet.
func (tx *Tx) OpenBefore(ctx context.Context, day civic.Day) ([]civic.Ticket, error) {
	return all(ctx, tx, scanTicket, `SELECT `+ticketColumns+` FROM tickets
		WHERE day < $1 AND state IN ('waiting', 'called', 'parked', 'missed') ORDER BY day, place, id`, day)
}

// InterruptedBefore returns the interrupted visits whose grace ended at t or earlier.
func (tx *Tx) InterruptedBefore(ctx context.Context, t time.Time) ([]civic.Visit, error) {
	return all(ctx, tx, scanVisit, `SELECT `+visitColumns+` FROM visits
		WHERE state = 'interrupted' AND deadline <= $1 ORDER BY deadline, id`, micros(t))
}

// PausedBefore returns the paused desks whose announced return was at t or earlier.
func (tx *Tx) PausedBefore(ctx context.Context, t time.Time) ([]civic.Desk, error) {
	return all(ctx, tx, scanDesk, `SELECT `+deskColumns+` FROM desks
		WHERE state = 'paused' AND paused_until > 0 AND paused_until <= $1 ORDER BY paused_until, id`, micros(t))
}

// UnseenDesks returns the open and paused desks that were last seen at seenBefore or earlier.
func (tx *Tx) UnseenDesks(ctx context.Context, seenBefore time.Time) ([]civic.Desk, error) {
	return all(ctx, tx, scanDesk, `SELECT `+deskColumns+` FROM desks
		WHERE state IN ('open', 'paused') AND seen_at <= $1 ORDER BY seen_at, id`, micros(seenBefore))
}

// AbsentDesks returns the desks that are absent since absentBefore or longer.
func (tx *Tx) AbsentDesks(ctx context.Context, absentBefore time.Time) ([]civic.Desk, error) {
	return all(ctx, tx, scanDesk, `SELECT `+deskColumns+` FROM desks
		WHERE state = 'absent' AND absent_at <= $1 ORDER BY absent_at, id`, micros(absentBefore))
}

// NextDeadline returns the earliest instant at which one of the queries above, or DeleteEnded, has something to
// return; zero if none. It may be in the past. Days are not among it: when they end is civic's knowledge.
func (tx *Tx) NextDeadline(ctx context.Context) (time.Time, error) {
	us, err := one(ctx, tx, value[int64], `SELECT COALESCE(MIN(due), 0) FROM (
		SELECT MIN(deadline) AS due FROM tickets WHERE state = 'called'
		UNION ALL SELECT MIN(ended_at) + $1 FROM tickets WHERE ended_at > 0
		UNION ALL SELECT MIN(deadline) FROM visits WHERE state = 'interrupted'
		UNION ALL SELECT MIN(paused_until) FROM desks WHERE state = 'paused' AND paused_until > 0
		UNION ALL SELECT MIN(seen_at) + $2 FROM desks WHERE state IN ('open', 'paused')
		UNION ALL SELECT MIN(absent_at) + $3 FROM desks WHERE state = 'absent') AS deadlines`,
		civic.TicketRetention.Microseconds(), civic.DeskAbsentAfter.Microseconds(), civic.DeskClosedAfter.Microseconds())
	return instant(us), err
}
