package queue

import (
	"math"

	"schalter/server/civic"
	"schalter/server/holiday"
)

// mayDraw asks the status table whether the office issues a number now.
func (m *mover) mayDraw() error {
	s, err := m.status()
	if err != nil {
		return err
	}
	return s.MayDraw()
}

// mayTake asks it whether the office may take a ticket from another one.
func (m *mover) mayTake() error {
	s, err := m.status()
	if err != nil {
		return err
	}
	return s.MayTake()
}

// status is the office's, from the rows of the transaction. It need not know which desks are busy: that changes the
// words, not the answer. A retired office does not exist any more.
func (m *mover) status() (civic.Status, error) {
	if m.office.Retired {
		return civic.Status{}, civic.Errorf(civic.NotFound, civic.KeyOfficeUnknown, "office %s is retired", m.office.ID)
	}
	a, err := m.tx.Authority(m.ctx, m.office.AuthorityID)
	if err != nil {
		return civic.Status{}, err
	}
	desks, err := m.tx.Desks(m.ctx, a.ID, m.office.ID)
	if err != nil {
		return civic.Status{}, err
	}
	in := civic.Situation{
		Authority: a, Office: m.office, Calendar: civic.CalendarOf(a, m.office, holiday.Names(a.Holidays)), Desks: countDesks(desks, nil),
	}
	if in.Issued, err = m.tx.Issued(m.ctx, a.ID, m.office.ID, civic.DayOf(m.now, m.s.loc)); err != nil {
		return civic.Status{}, err
	}
	if m.office.StopsWhenFull { // else nobody asks, and a draw should be quick
		if in.Waiting, err = m.tx.WaitingBefore(m.ctx, a.ID, m.office.ID, math.MaxInt64); err != nil {
			return civic.Status{}, err
		}
		recent, err := m.tx.RecentVisitSeconds(m.ctx, a.ID, m.office.ID, durationsAsked)
		if err != nil {
			return civic.Status{}, err
		}
		in.Wait, in.WaitKnown = expected(in.Waiting, in.Desks.Free, recent)
	}
	return civic.StatusOf(in, m.now, m.s.loc), nil
}
