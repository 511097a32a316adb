package civic

import (
	"fmt"
	"slices"
	"time"
)

// TicketState is where a ticket stands. DESIGN section 4.
type TicketState string

// The states of a ticket. Served, Left and Closed are final.
const (
	Waiting TicketState = "waiting"
	Called  TicketState = "called"
	Serving TicketState = "serving"
	Parked  TicketState = "parked"
	Missed  TicketState = "missed"
	Served  TicketState = "served"
	Left    TicketState = "left"
	Closed  TicketState = "closed"
)

// TicketStates lists all states in the order of a ticket's life.
var TicketStates = []TicketState{Waiting, Called, Serving, Parked, Missed, Served, Left, Closed}

// Over says whether nothing can happen to the ticket any more.
func (s TicketState) Over() bool { return s == Served || s == Left || s == Closed }

// TicketMove is a way from one state to another.
type TicketMove string

// The moves of a ticket.
const (
	MoveCall      TicketMove = "call"      // the clerk calls it
	MoveRecall    TicketMove = "recall"    // the clerk calls the called one again
	MoveTakeOver  TicketMove = "take_over" // a colleague takes over what a vanished clerk has called or serves
	MoveGiveOver  TicketMove = "give"      // the clerk hands the running conversation to a colleague who has agreed
	MoveMoreTime  TicketMove = "more_time" // the called citizen asks for more time
	MoveLapse     TicketMove = "lapse"     // nobody entered in time, or the clerk called the next
	MoveReturn    TicketMove = "return"    // a missed citizen comes back
	MoveEnter     TicketMove = "enter"     // the called citizen enters
	MoveFinish    TicketMove = "finish"    // the visit ends
	MoveInterrupt TicketMove = "interrupt" // the grace of an interrupted visit is over
	MovePark      TicketMove = "park"      // the clerk puts it aside for a while
	MoveTransfer  TicketMove = "transfer"  // to another open office
	MoveLeave     TicketMove = "leave"     // the citizen gives up the place
	MoveCloseDay  TicketMove = "close_day" // the day ends
)

// ticketMoves is the whole state machine: from which states a move may start. The golden file of the tests
// prints it as a matrix.
var ticketMoves = map[TicketMove][]TicketState{
	MoveCall:      {Waiting, Parked},
	MoveRecall:    {Called},
	MoveTakeOver:  {Called, Serving},
	MoveGiveOver:  {Serving},
	MoveMoreTime:  {Called},
	MoveLapse:     {Called},
	MoveReturn:    {Missed},
	MoveEnter:     {Called},
	MoveFinish:    {Serving},
	MoveInterrupt: {Serving},
	MovePark:      {Serving},
	MoveTransfer:  {Waiting, Serving},
	MoveLeave:     {Waiting, Called, Parked},
	MoveCloseDay:  {Waiting, Called, Parked, Missed},
}

// Outcome says how a ticket or visit ended.
type Outcome string

// The outcomes. They are stored in the anonymous records.
const (
	OutcomeServed      Outcome = "served"      // the clerk finished
	OutcomeCitizenLeft Outcome = "citizen"     // the citizen left the conversation
	OutcomeInterrupted Outcome = "interrupted" // a side was lost and did not come back
	OutcomeParked      Outcome = "parked"
	OutcomeTransferred Outcome = "transferred"
	OutcomeUnanswered  Outcome = "unanswered" // called, but never entered
	OutcomeLeft        Outcome = "left"       // gave up the place
	OutcomeMissed      Outcome = "missed"     // missed all calls, did not come back
	OutcomeClosed      Outcome = "closed"     // still waiting when the day ended
)

// Ticket is a place in an office's queue. Its secret is not part of it.
type Ticket struct {
	ID            TicketID
	AuthorityID   AuthorityID
	OfficeID      OfficeID // whose queue it stands in
	IssuingOffice OfficeID // who issued the number; differs after a transfer
	Day           Day
	Number        int
	Label         string // "H 017"
	State         TicketState
	// Rank orders the queue: microseconds since 1970 of the arrival, less for those put at the head.
	Rank     int64
	Priority bool
	// Deferred: passed over at the next call, once (more time, or a lapsed call). Passed: was passed over for
	// silence already, so the next call takes it.
	Deferred, Passed bool
	Returned         bool // has come back from missed, which is possible once
	Calls            int  // calls in vain
	Topic            TopicID
	Name             string   // how the citizen wants to be addressed, may be empty
	Lang             string   // language of the citizen's page
	TextOnly         bool     // takes part without sound and picture
	Wants            ClerkID  // waits for this clerk only; empty: for anybody
	Interpreter      string   // language asked for, or "dgs"; empty: none
	Away             bool     // not ready at the moment: passed over until back
	From             OfficeID // that transferred it here; empty: none
	Note             string   // of the clerk who transferred it, for the next one
	Camera           Check    // result of the device check
	Microphone       Check
	Desk             DeskID // while called, serving or parked
	Clerk            ClerkID
	Outcome          Outcome
	DrawnAt          time.Time
	ArrivedAt        time.Time // kept over transfers
	CalledAt         time.Time // the last call
	Deadline         time.Time // until when a called citizen should enter, or a missed one may return
	ServedAt         time.Time // first entering
	EndedAt          time.Time
	SeenAt           time.Time // the page's last answer
}

// Check is the result of a device check.
type Check string

// The results of a device check; empty means not tried.
const (
	CheckNone    Check = ""
	CheckReady   Check = "ready"
	CheckMissing Check = "missing"
	CheckDenied  Check = "denied"
)

// can refuses a move that the ticket's state does not allow: Conflict, or Gone once the ticket is over.
func (t Ticket) can(m TicketMove) error {
	if slices.Contains(ticketMoves[m], t.State) {
		return nil
	}
	if t.State.Over() {
		return Errorf(Gone, KeyTicketOver, "%s: ticket %s is %s", m, t.ID, t.State)
	}
	return Errorf(Conflict, KeyTicketState, "%s: ticket %s is %s", m, t.ID, t.State)
}

// Label makes a number speakable: prefix and at least three digits.
func Label(prefix string, number int) string { return fmt.Sprintf("%s %03d", prefix, number) }

// Rank is the place in the queue of one who arrives at t.
func Rank(t time.Time) int64 { return t.UnixMicro() }

// Draw makes a new ticket of an office. The number comes from the day's counter.
func Draw(o Office, id TicketID, day Day, number int, now time.Time) Ticket {
	return Ticket{
		ID: id, AuthorityID: o.AuthorityID, OfficeID: o.ID, IssuingOffice: o.ID, Day: day, Number: number,
		Label: Label(o.Prefix, number), State: Waiting, Rank: Rank(now), DrawnAt: now, ArrivedAt: now, SeenAt: now,
	}
}

// Call hands the ticket to a desk and starts the call window. A parked ticket is called back by its own desk
// or by another one of the office.
func (t Ticket) Call(o Office, d Desk, now time.Time) (Ticket, error) {
	if err := t.can(MoveCall); err != nil {
		return t, err
	}
	if d.State != DeskOpen {
		return t, Errorf(Conflict, KeyDeskState, "desk %s is %s", d.ID, d.State)
	}
	t.State, t.Desk, t.Clerk = Called, d.ID, d.ClerkID
	t.CalledAt, t.Deadline = now, now.Add(o.Window())
	t.Deferred, t.Passed, t.Away = false, false, false
	return t, nil
}

// Recall calls the called ticket once more: the call so far was in vain, and a full window begins. The last call that an
// office grants can't be repeated: Conflict (last_call). Then Lapse is what is left.
func (t Ticket) Recall(o Office, now time.Time) (Ticket, error) {
	if err := t.can(MoveRecall); err != nil {
		return t, err
	}
	if t.Calls+1 >= o.Attempts() {
		return t, Errorf(Conflict, KeyLastCall, "ticket %s was called %d times", t.ID, t.Calls+1)
	}
	t.Calls++
	t.CalledAt, t.Deadline = now, now.Add(o.Window())
	return t, nil
}

// TakeOver hands what a vanished clerk has called or serves to a colleague's desk. A call's window goes on. That the
// clerk has vanished is the caller's to check: Desk.Unseen.
func (t Ticket) TakeOver(d Desk) (Ticket, error) {
	if err := t.can(MoveTakeOver); err != nil {
		return t, err
	}
	if d.State != DeskOpen {
		return t, Errorf(Conflict, KeyDeskState, "desk %s is %s", d.ID, d.State)
	}
	t.Desk, t.Clerk = d.ID, d.ClerkID
	return t, nil
}

// Give hands the conversation that runs to the open desk of a colleague in the same office who has agreed, with a note.
func (t Ticket) Give(d Desk, note string) (Ticket, error) {
	if err := t.can(MoveGiveOver); err != nil {
		return t, err
	}
	if d.State != DeskOpen || d.OfficeID != t.OfficeID {
		return t, Errorf(Conflict, KeyColleagueNoDesk, "desk %s of office %s is %s", d.ID, d.OfficeID, d.State)
	}
	t.Desk, t.Clerk = d.ID, d.ClerkID
	if note != "" {
		t.Note = note
	}
	return t, nil
}

// MoreTime gives the place back to the queue with its rank; the next call passes it over once. It never
// counts as a call in vain, however often it is asked for (REQUIREMENTS A20).
func (t Ticket) MoreTime() (Ticket, error) {
	if err := t.can(MoveMoreTime); err != nil {
		return t, err
	}
	t = t.toQueue()
	t.Deferred = true
	return t, nil
}

// Lapse ends a call in vain: back to the queue with its rank, at the last that the office grants missed.
func (t Ticket) Lapse(o Office, now time.Time) (Ticket, error) {
	if err := t.can(MoveLapse); err != nil {
		return t, err
	}
	t = t.toQueue()
	t.Calls++
	t.Deferred = true
	if t.Calls >= o.Attempts() {
		t.State, t.Deferred, t.Deadline = Missed, false, now.Add(ReturnWindow)
	}
	return t, nil
}

// Return puts a missed ticket at the head of its queue, once and within ReturnWindow. head is the smallest rank
// of the queue, see Head.
func (t Ticket) Return(head int64, now time.Time) (Ticket, error) {
	if err := t.can(MoveReturn); err != nil {
		return t, err
	}
	if t.Returned || now.After(t.Deadline) {
		return t, Errorf(Gone, KeyReturnOver, "ticket %s: returned %v, deadline %v", t.ID, t.Returned, t.Deadline)
	}
	t = t.toQueue()
	t.Rank, t.Returned, t.Calls = min(t.Rank, head), true, 0
	return t, nil
}

// PutBack is Return by a clerk, who undoes a call too many: on the same day, however late and however often, and the
// citizen may still return once.
func (t Ticket) PutBack(head int64, today Day) (Ticket, error) {
	if err := t.can(MoveReturn); err != nil {
		return t, err
	}
	if t.Day != today {
		return t, Errorf(Gone, KeyReturnOver, "ticket %s is of %s", t.ID, t.Day)
	}
	t = t.toQueue()
	t.Rank, t.Calls = min(t.Rank, head), 0
	return t, nil
}

// Enter starts the conversation.
func (t Ticket) Enter(now time.Time) (Ticket, error) {
	if err := t.can(MoveEnter); err != nil {
		return t, err
	}
	t.State, t.Deadline, t.Calls, t.Away = Serving, time.Time{}, 0, false
	if t.ServedAt.IsZero() {
		t.ServedAt = now
	}
	return t, nil
}

// Finish ends the ticket after its conversation.
func (t Ticket) Finish(o Outcome, now time.Time) (Ticket, error) {
	if err := t.can(MoveFinish); err != nil {
		return t, err
	}
	return t.end(Served, o, now), nil
}

// Interrupt puts the ticket back at the head of the queue: a side was lost, and the grace is over.
func (t Ticket) Interrupt(head int64) (Ticket, error) {
	if err := t.can(MoveInterrupt); err != nil {
		return t, err
	}
	t = t.toQueue()
	t.Rank, t.Outcome = min(t.Rank, head), OutcomeInterrupted
	return t, nil
}

// Park puts the ticket aside; its desk is free for others.
func (t Ticket) Park() (Ticket, error) {
	if err := t.can(MovePark); err != nil {
		return t, err
	}
	t.State = Parked
	return t, nil
}

// Transfer moves the ticket to the queue of another office. Printed number and arrival time are kept; the rank
// is the arrival, so that the time waited already counts there too. Whom it wanted to wait for stays behind; the note is
// for the clerk there. to must be open: the caller checks it.
func (t Ticket) Transfer(to Office, note string) (Ticket, error) {
	if err := t.can(MoveTransfer); err != nil {
		return t, err
	}
	if to.ID == t.OfficeID || to.AuthorityID != t.AuthorityID {
		return t, Errorf(Invalid, KeyOfficeUnknown, "transfer of %s to %s", t.ID, to.ID)
	}
	t = t.toQueue()
	t.From, t.Note, t.Wants = t.OfficeID, note, ""
	t.OfficeID, t.Topic, t.Rank, t.Calls = to.ID, "", Rank(t.ArrivedAt), 0
	return t, nil
}

// Leave gives up the place.
func (t Ticket) Leave(now time.Time) (Ticket, error) {
	if err := t.can(MoveLeave); err != nil {
		return t, err
	}
	return t.end(Left, OutcomeLeft, now), nil
}

// CloseDay ends what the day has not finished.
func (t Ticket) CloseDay(now time.Time) (Ticket, error) {
	if err := t.can(MoveCloseDay); err != nil {
		return t, err
	}
	if t.State == Missed {
		return t.end(Closed, OutcomeMissed, now), nil
	}
	return t.end(Closed, OutcomeClosed, now), nil
}

func (t Ticket) toQueue() Ticket {
	t.State, t.Desk, t.Clerk, t.Deadline, t.Deferred, t.Passed = Waiting, "", "", time.Time{}, false, false
	return t
}

func (t Ticket) end(s TicketState, o Outcome, now time.Time) Ticket {
	t.State, t.Outcome, t.EndedAt, t.Deadline = s, o, now, time.Time{}
	t.Name, t.Note, t.Interpreter, t.Wants, t.Priority, t.Away = "", "", "", "", false, false // not needed any more
	return t
}
