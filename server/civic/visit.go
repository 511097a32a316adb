package civic

import (
	"slices"
	"time"
)

// VisitState is where a visit stands.
type VisitState string

// The states of a visit.
const (
	VisitOpen        VisitState = "open"
	VisitInterrupted VisitState = "interrupted"
	VisitEnded       VisitState = "ended"
)

// VisitStates lists all states.
var VisitStates = []VisitState{VisitOpen, VisitInterrupted, VisitEnded}

// VisitMove is a way from one state of a visit to another.
type VisitMove string

// The moves of a visit.
const (
	MoveAdmit     VisitMove = "admit" // the citizen enters
	MoveLose      VisitMove = "lose"  // the last socket of a needed side is lost
	MoveReconnect VisitMove = "reconnect"
	MoveHandOver  VisitMove = "hand_over" // to a colleague of the clerk who vanished
	MoveGive      VisitMove = "give"      // to a colleague who has agreed
	MoveEnd       VisitMove = "end"
)

var visitMoves = map[VisitMove][]VisitState{
	MoveAdmit:     {VisitOpen},
	MoveLose:      {VisitOpen},
	MoveReconnect: {VisitInterrupted},
	MoveHandOver:  {VisitOpen, VisitInterrupted},
	MoveGive:      {VisitOpen},
	MoveEnd:       {VisitOpen, VisitInterrupted},
}

// VisitKind says how a visit came about.
type VisitKind string

// WalkIn is a visit of a drawn number.
const WalkIn VisitKind = "walk_in"

// Visit is one consultation. It is made at the call, so that the clerk can join the room; the citizen may join
// from EnteredAt on.
type Visit struct {
	ID          VisitID
	AuthorityID AuthorityID
	OfficeID    OfficeID
	TicketID    TicketID
	DeskID      DeskID
	ClerkID     ClerkID
	Kind        VisitKind
	State       VisitState
	Room        string // the switch's room: random, 128 bits, used for this visit only
	Outcome     Outcome
	CalledAt    time.Time
	EnteredAt   time.Time // zero: the citizen has not entered
	Deadline    time.Time // end of the grace while interrupted
	EndedAt     time.Time
	Locked      bool // lets no further guest in
}

// Side is whose part somebody takes in a visit. A walk-in needs its citizen and its clerk.
type Side string

// The sides of a walk-in visit.
const (
	SideCitizen   Side = "citizen"
	SideClerk     Side = "clerk"
	SideGuest     Side = "guest"     // whom the citizen has agreed to
	SideColleague Side = "colleague" // of the clerk, in the room with the citizen
	// SideApart admits to the room in which clerk and colleague speak apart; nobody takes this side in a visit.
	SideApart Side = "apart"
)

func (v Visit) can(m VisitMove) error {
	if slices.Contains(visitMoves[m], v.State) {
		return nil
	}
	if v.State == VisitEnded {
		return Errorf(Gone, KeyVisitOver, "%s: visit %s is over", m, v.ID)
	}
	return Errorf(Conflict, KeyVisitOver, "%s: visit %s is %s", m, v.ID, v.State)
}

// NewVisit makes the visit of a call. room must be fresh randomness.
func NewVisit(t Ticket, d Desk, id VisitID, room string, now time.Time) Visit {
	return Visit{
		ID: id, AuthorityID: t.AuthorityID, OfficeID: t.OfficeID, TicketID: t.ID, DeskID: d.ID, ClerkID: d.ClerkID,
		Kind: WalkIn, State: VisitOpen, Room: room, CalledAt: now,
	}
}

// Admit lets the citizen in.
func (v Visit) Admit(now time.Time) (Visit, error) {
	if err := v.can(MoveAdmit); err != nil {
		return v, err
	}
	if v.EnteredAt.IsZero() {
		v.EnteredAt = now
	}
	return v, nil
}

// Lose starts the grace of a conversation of which a side was lost. Before the citizen has entered there is no
// conversation to interrupt: Conflict.
func (v Visit) Lose(now time.Time) (Visit, error) {
	if err := v.can(MoveLose); err != nil {
		return v, err
	}
	if v.EnteredAt.IsZero() {
		return v, Errorf(Conflict, KeyVisitOver, "visit %s has not begun", v.ID)
	}
	v.State, v.Deadline = VisitInterrupted, now.Add(VisitGrace)
	return v, nil
}

// Reconnect ends the grace: both sides are there again.
func (v Visit) Reconnect() (Visit, error) {
	if err := v.can(MoveReconnect); err != nil {
		return v, err
	}
	v.State, v.Deadline = VisitOpen, time.Time{}
	return v, nil
}

// HandOver gives the visit to another desk. Its room stays, and with it the citizen; the grace of an interrupted one begins
// anew, for the other clerk has to come first. While both sides talk nobody has vanished: Conflict (conversation_running).
func (v Visit) HandOver(d Desk, now time.Time) (Visit, error) {
	if err := v.can(MoveHandOver); err != nil {
		return v, err
	}
	if v.State == VisitOpen && !v.EnteredAt.IsZero() {
		return v, Errorf(Conflict, KeyConversationRunning, "visit %s: both sides are there", v.ID)
	}
	v.DeskID, v.ClerkID = d.ID, d.ClerkID
	if v.State == VisitInterrupted {
		v.Deadline = now.Add(VisitGrace)
	}
	return v, nil
}

// Give hands the running conversation to the desk of a colleague who has agreed. Room and citizen stay.
func (v Visit) Give(d Desk) (Visit, error) {
	if err := v.can(MoveGive); err != nil {
		return v, err
	}
	if v.EnteredAt.IsZero() {
		return v, Errorf(Conflict, KeyVisitOver, "visit %s has not begun", v.ID)
	}
	v.DeskID, v.ClerkID = d.ID, d.ClerkID
	return v, nil
}

// End ends the visit.
func (v Visit) End(o Outcome, now time.Time) (Visit, error) {
	if err := v.can(MoveEnd); err != nil {
		return v, err
	}
	v.State, v.Outcome, v.EndedAt, v.Deadline = VisitEnded, o, now, time.Time{}
	return v, nil
}

// MayJoin refuses a side whose admission does not hold: the invariant that nobody receives media before entering
// or after leaving (DESIGN section 4, 7) hangs on it.
func (v Visit) MayJoin(s Side) error {
	if v.State == VisitEnded {
		return Errorf(Gone, KeyVisitOver, "visit %s is over", v.ID)
	}
	if (s == SideCitizen || s == SideGuest) && v.EnteredAt.IsZero() {
		return Errorf(Forbidden, KeyForbidden, "visit %s: the citizen has not entered", v.ID)
	}
	return nil
}
