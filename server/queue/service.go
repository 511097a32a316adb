// Package queue owns the life of tickets, visits and desks: every move (draw, call, enter, park, transfer, finish
// ...), the status and estimates that everybody sees, presence, and the clockwork that makes due moves.
//
// A move is a pure function of civic, carried out in one transaction that first raises the office's revision and
// then updates rows guarded by their old state; afterwards a hint goes out, and whoever watches reads anew.
//
// May import: store, bus, civic and the standard library.
package queue

import (
	"context"
	"crypto/rand"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/google/uuid"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/store"
)

// Service is the queue of all authorities.
type Service struct {
	store *store.Store
	bus   *bus.Bus
	now   func() time.Time
	loc   *time.Location
	log   *slog.Logger

	ctx      context.Context // ends with Close
	cancel   context.CancelFunc
	running  sync.WaitGroup
	presence presence
	deleted  time.Time // last deletion; only the clockwork's, as the next
	swept    time.Time
	feeds    feeds
}

// New starts the queue: its clockwork and presence run until Close. now is the clock.
func New(st *store.Store, b *bus.Bus, now func() time.Time, log *slog.Logger) (*Service, error) {
	s, err := still(st, b, now, log)
	if err != nil {
		return nil, err
	}
	s.running.Go(s.clockwork)
	s.running.Go(s.keepPresence)
	return s, nil
}

// still is a queue in which nothing moves by itself: for tests that turn the clock.
func still(st *store.Store, b *bus.Bus, now func() time.Time, log *slog.Logger) (*Service, error) {
	loc, err := time.LoadLocation(civic.Zone)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Service{store: st, bus: b, now: now, loc: loc, log: log, ctx: ctx, cancel: cancel}
	s.presence.tickets, s.presence.desks = map[civic.TicketID]time.Time{}, map[civic.DeskID]time.Time{}
	s.presence.clerks = map[civic.ClerkID]time.Time{}
	s.feeds.open, s.feeds.turn = map[civic.OfficeID]*Feed{}, make(chan struct{}, max(runtime.GOMAXPROCS(0)/2, 1))
	return s, nil
}

// Close ends clockwork, presence and all feeds, and waits for them.
func (s *Service) Close() {
	s.cancel()
	s.running.Wait()
}

// move runs one transaction on an office: its revision is raised first, which on PostgreSQL also lines up all moves
// of the office. After the commit the hint goes out.
func (s *Service) move(ctx context.Context, authority civic.AuthorityID, office civic.OfficeID, fn func(*mover) error) error {
	m := &mover{s: s, ctx: ctx}
	err := s.store.Write(ctx, func(tx *store.Tx) error {
		*m = mover{s: s, ctx: ctx, tx: tx, touched: []bus.Topic{bus.Office(office)}} // a retried transaction starts afresh
		var err error
		if m.office, err = tx.Touch(ctx, authority, office); err != nil {
			return err
		}
		m.now = s.now()
		if err := fn(m); err != nil {
			return err
		}
		for _, o := range append(m.others, m.office) { // before the commit: nobody may read a revision that is not noted
			s.note(o.ID, o.Revision, m.tickets)
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.bus.Publish(m.touched...)
	return nil
}

// mover is one move under way: the transaction, the office as it stands, and what the hint will name.
type mover struct {
	s       *Service
	ctx     context.Context
	tx      *store.Tx
	office  civic.Office
	now     time.Time
	clerk   civic.ClerkID // who moves; empty: a citizen, or time
	touched []bus.Topic
	others  []civic.Office   // whose revision the move raises too
	tickets []civic.TicketID // that the move changes
}

func (m *mover) ticket(t civic.Ticket, from civic.TicketState) error {
	m.tickets = append(m.tickets, t.ID)
	m.touched = append(m.touched, bus.Urgent(t.OfficeID))
	if err := m.tx.UpdateTicket(m.ctx, t, from); err != nil {
		return err
	}
	if !t.State.Over() {
		return nil
	}
	local := t.DrawnAt.In(m.s.loc)
	wait := t.EndedAt.Sub(t.ArrivedAt)
	if !t.ServedAt.IsZero() {
		wait = t.ServedAt.Sub(t.ArrivedAt)
	}
	return m.tx.InsertTicketRecord(m.ctx, store.TicketRecord{
		Authority: t.AuthorityID, Office: t.OfficeID, Topic: t.Topic, Day: t.Day, Hour: local.Hour(), Weekday: local.Weekday(),
		Outcome: t.Outcome, WaitSeconds: int(wait.Seconds()), Calls: t.Calls,
	})
}

// audit notes what the clerk did, within the same transaction and without contents.
func (m *mover) audit(act, subject string, detail map[string]string) error {
	return m.tx.InsertAudit(m.ctx, store.AuditEntry{
		Authority: m.office.AuthorityID, At: m.now, Clerk: m.clerk, Act: act, Office: m.office.ID, Subject: subject, Detail: detail,
	})
}

// endVisit ends the ticket's running visit, if there is one, and records it if the citizen had entered.
func (m *mover) endVisit(t civic.Ticket, o civic.Outcome) error {
	v, err := m.tx.VisitOfTicket(m.ctx, t.AuthorityID, t.ID)
	if civic.CodeOf(err) == civic.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	from := v.State
	if v, err = v.End(o, m.now); err != nil {
		return err
	}
	if err := m.tx.UpdateVisit(m.ctx, v, from); err != nil {
		return err
	}
	m.touched = append(m.touched, bus.Visit(v.ID))
	if err := m.hintOffices(v.ClerkID); err != nil {
		return err
	}
	joined, err := m.endConsults(v)
	if err != nil || v.EnteredAt.IsZero() {
		return err
	}
	local := v.EnteredAt.In(m.s.loc)
	return m.tx.InsertVisitRecord(m.ctx, store.VisitRecord{
		Authority: v.AuthorityID, Office: v.OfficeID, Topic: t.Topic, Day: civic.DayOf(v.EnteredAt, m.s.loc),
		Hour: local.Hour(), Weekday: local.Weekday(), Outcome: o, Seconds: int(v.EndedAt.Sub(v.EnteredAt).Seconds()), Participants: 2 + joined, Clerk: v.ClerkID,
	})
}

// hintOffices names all offices of a clerk: who is busy at one is busy at all.
func (m *mover) hintOffices(clerk civic.ClerkID) error {
	c, err := m.tx.Clerk(m.ctx, m.office.AuthorityID, clerk)
	for _, o := range c.Offices {
		m.touched = append(m.touched, bus.Office(o))
	}
	return err
}

func (m *mover) desk(d civic.Desk, from civic.DeskState) error {
	if err := m.tx.UpdateDesk(m.ctx, d, from); err != nil {
		return err
	}
	if d.State != civic.DeskClosed {
		return nil
	}
	for day, staffed := range civic.PerDay(d.OpenedAt, civic.StaffedUntil(from, d.SeenAt, m.now), m.s.loc) {
		r := store.DeskRecord{Authority: d.AuthorityID, Office: d.OfficeID, Day: day, Seconds: int(staffed.Seconds())}
		if err := m.tx.InsertDeskRecord(m.ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// head is the rank before everyone who waits in the office.
func (m *mover) head() (int64, error) {
	waiting, err := m.tx.Tickets(m.ctx, m.office.AuthorityID, m.office.ID, civic.Waiting)
	return civic.Head(waiting), err
}

// newID makes an identifier: UUID v7, so that rows sort by age.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// newRoom makes the switch's name of a visit's room: more than 128 random bits, used once.
func newRoom() string { return rand.Text() }
