package queue

import (
	"context"
	"regexp"
	"slices"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/store"
)

// Draw says what a draw needs. The secrets' hashes come from identity: the ticket row is their owner.
type Draw struct {
	Authority   string // slug
	Office      civic.OfficeID
	Topic       civic.TopicID
	Lang        string
	SecretHash  []byte
	Idempotency []byte // hash of the request's key: the same key draws one number
}

// Draw issues a number. Drawing again with the same key returns the same ticket, to which SecretHash then opens
// too. Errors: NotFound for an unknown authority, office or topic; Conflict with the reason while the office's
// status does not offer a number (civic.StatusOf); Conflict if the key was used for another office.
func (s *Service) Draw(ctx context.Context, d Draw) (civic.Ticket, error) {
	var authority civic.Authority
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		var err error
		if authority, err = tx.AuthorityBySlug(ctx, d.Authority); err != nil {
			return err
		}
		return knownTopic(ctx, tx, authority.ID, d.Office, d.Topic)
	})
	if err != nil {
		return civic.Ticket{}, err
	}
	var t civic.Ticket
	err = s.move(ctx, authority.ID, d.Office, func(m *mover) error {
		earlier, err := m.tx.TicketByIdempotency(ctx, d.Idempotency)
		if err == nil {
			if earlier.AuthorityID != authority.ID || earlier.IssuingOffice != d.Office {
				return civic.Errorf(civic.Conflict, civic.KeyIdempotencyReused, "key drew ticket %s", earlier.ID)
			}
			t = earlier
			return m.tx.AddSecret(ctx, t.AuthorityID, t.ID, d.SecretHash)
		}
		if civic.CodeOf(err) != civic.NotFound {
			return err
		}
		if err := m.mayDraw(); err != nil {
			return err
		}
		day := civic.DayOf(m.now, s.loc)
		number, err := m.tx.NextNumber(ctx, authority.ID, d.Office, day)
		if err != nil {
			return err
		}
		t = civic.Draw(m.office, civic.TicketID(newID()), day, number, m.now)
		t.Topic, t.Lang = d.Topic, d.Lang
		m.tickets = append(m.tickets, t.ID)
		return m.tx.InsertTicket(ctx, t, d.SecretHash, d.Idempotency)
	})
	return t, err
}

func knownTopic(ctx context.Context, tx *store.Tx, authority civic.AuthorityID, office civic.OfficeID, topic civic.TopicID) error {
	if topic == "" {
		return nil
	}
	topics, err := tx.Topics(ctx, authority)
	if err != nil {
		return err
	}
	for _, t := range topics {
		if t.ID == topic && t.OfficeID == office && !t.Retired {
			return nil
		}
	}
	return civic.Errorf(civic.NotFound, civic.KeyTopicUnknown, "office %s has no topic %s", office, topic)
}

// About is what a citizen may say of the visit; nil leaves a value as it is.
type About struct {
	Topic      *civic.TopicID
	Name, Lang *string
	TextOnly   *bool
	Camera     *civic.Check
	Microphone *civic.Check
	Wants      *civic.ClerkID // a contact person to wait for; empty: anybody
	Priority   *bool          // on the citizen's own word
	// Interpreter is a language tag, or "dgs"; empty: none.
	Interpreter *string
	Away        *bool // not ready at the moment
}

// Before counts those who wait before a ticket, as the rows stand now: a view may not know those who came just before.
func (s *Service) Before(ctx context.Context, t civic.Ticket) (int, error) {
	n := 0
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		n, err = tx.WaitingBefore(ctx, t.AuthorityID, t.OfficeID, t.Rank)
		return err
	})
	return n, err
}

// Describe stores what the citizen says of the visit. Errors: Gone once the ticket is over; NotFound for a topic or contact
// person that the office does not have; Conflict (ticket_state) for whoever wants to be away without waiting; Invalid for
// an interpreter's language that is none.
func (s *Service) Describe(ctx context.Context, caller civic.Caller, a About) error {
	return s.citizenMove(ctx, caller, func(m *mover, t civic.Ticket) error {
		if t.State.Over() {
			return civic.Errorf(civic.Gone, civic.KeyTicketOver, "describe: ticket %s is %s", t.ID, t.State)
		}
		if a.Topic != nil {
			if err := knownTopic(ctx, m.tx, t.AuthorityID, t.OfficeID, *a.Topic); err != nil {
				return err
			}
			t.Topic = *a.Topic
		}
		if err := m.wishes(&t, a); err != nil {
			return err
		}
		if a.Name != nil {
			t.Name = civic.Line(*a.Name)
		}
		set(&t.Lang, a.Lang)
		set(&t.TextOnly, a.TextOnly)
		set(&t.Camera, a.Camera)
		set(&t.Microphone, a.Microphone)
		m.tickets = append(m.tickets, t.ID)
		return m.tx.DescribeTicket(ctx, t)
	})
}

// wishes checks and takes over what decides about the ticket's turn.
func (m *mover) wishes(t *civic.Ticket, a About) error {
	if a.Wants != nil && *a.Wants != "" {
		clerks, err := m.tx.Clerks(m.ctx, t.AuthorityID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(contactsOf(m.office, clerks), func(c civic.Clerk) bool { return c.ID == *a.Wants }) {
			return civic.Errorf(civic.NotFound, civic.KeyContactUnknown, "office %s has no contact person %s", m.office.ID, *a.Wants)
		}
	}
	if a.Away != nil && *a.Away && t.State != civic.Waiting {
		return civic.Errorf(civic.Conflict, civic.KeyTicketState, "away: ticket %s is %s", t.ID, t.State)
	}
	if a.Interpreter != nil && *a.Interpreter != "" && !languageTag.MatchString(*a.Interpreter) {
		return civic.Errorf(civic.Invalid, civic.KeyBodyMalformed, "no language tag")
	}
	set(&t.Wants, a.Wants)
	set(&t.Priority, a.Priority)
	set(&t.Interpreter, a.Interpreter)
	set(&t.Away, a.Away)
	return nil
}

// languageTag is the shape of a language tag, and of "dgs".
var languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// MoreTime gives a called ticket back to the queue with its place; it is passed over once.
func (s *Service) MoreTime(ctx context.Context, caller civic.Caller) error {
	return s.citizenMove(ctx, caller, func(m *mover, t civic.Ticket) error {
		moved, err := t.MoreTime()
		if err != nil {
			return err
		}
		if err := m.endVisit(t, civic.OutcomeUnanswered); err != nil {
			return err
		}
		return m.ticket(moved, t.State)
	})
}

// Return brings a missed ticket back to the head of the queue. Gone if that was done before or is too late.
func (s *Service) Return(ctx context.Context, caller civic.Caller) error {
	return s.citizenMove(ctx, caller, func(m *mover, t civic.Ticket) error {
		head, err := m.head()
		if err != nil {
			return err
		}
		moved, err := t.Return(head, m.now)
		if err != nil {
			return err
		}
		moved.SeenAt = m.now
		return m.ticket(moved, t.State)
	})
}

// Enter lets a called citizen in: one transaction moves ticket and visit. While the conversation runs it returns the
// visit again, so that a lost page can come back.
func (s *Service) Enter(ctx context.Context, caller civic.Caller) (civic.Visit, error) {
	var v civic.Visit
	err := s.citizenMove(ctx, caller, func(m *mover, t civic.Ticket) error {
		var err error
		if t.State != civic.Serving {
			moved, err := t.Enter(m.now)
			if err != nil {
				return err
			}
			if err := m.ticket(moved, t.State); err != nil {
				return err
			}
		}
		if v, err = m.tx.VisitOfTicket(ctx, t.AuthorityID, t.ID); err != nil {
			return err
		}
		if t.State == civic.Serving {
			return nil
		}
		from := v.State
		if v, err = v.Admit(m.now); err != nil {
			return err
		}
		m.touched = append(m.touched, bus.Visit(v.ID)) // the room counts from now on, and misses who does not come
		return m.tx.UpdateVisit(ctx, v, from)
	})
	return v, err
}

// Leave gives up the place; in a conversation it ends it.
func (s *Service) Leave(ctx context.Context, caller civic.Caller) error {
	return s.citizenMove(ctx, caller, func(m *mover, t civic.Ticket) error {
		if t.State == civic.Serving {
			return m.finish(t, civic.OutcomeCitizenLeft)
		}
		moved, err := t.Leave(m.now)
		if err != nil {
			return err
		}
		if err := m.endVisit(t, civic.OutcomeUnanswered); err != nil {
			return err
		}
		return m.ticket(moved, t.State)
	})
}

func (m *mover) finish(t civic.Ticket, o civic.Outcome) error {
	moved, err := t.Finish(o, m.now)
	if err != nil {
		return err
	}
	if err := m.endVisit(t, o); err != nil {
		return err
	}
	return m.ticket(moved, t.State)
}

// citizenMove runs a move of the caller's own ticket. The office is read before the transaction that touches it; if a
// transfer came between, the move is tried again on the new office.
func (s *Service) citizenMove(ctx context.Context, caller civic.Caller, fn func(*mover, civic.Ticket) error) error {
	for {
		var seen civic.Ticket
		err := s.store.Read(ctx, func(tx *store.Tx) error {
			var err error
			seen, err = tx.Ticket(ctx, caller.AuthorityID, caller.Ticket)
			return err
		})
		if err != nil {
			return err
		}
		if err := caller.MayHold(seen); err != nil {
			return err
		}
		moved := false
		err = s.move(ctx, seen.AuthorityID, seen.OfficeID, func(m *mover) error {
			t, err := m.tx.Ticket(ctx, caller.AuthorityID, caller.Ticket)
			if err != nil {
				return err
			}
			if moved = t.OfficeID == seen.OfficeID; !moved {
				return nil
			}
			return fn(m, t)
		})
		if err != nil || moved {
			return err
		}
	}
}

// DrawnWith says whether the ticket was drawn with the key of that hash.
func (s *Service) DrawnWith(ctx context.Context, idempotency []byte, ticket civic.TicketID) (bool, error) {
	var t civic.Ticket
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		t, err = tx.TicketByIdempotency(ctx, idempotency)
		return err
	})
	if civic.CodeOf(err) == civic.NotFound {
		return false, nil
	}
	return t.ID == ticket, err
}
