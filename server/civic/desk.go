package civic

import (
	"slices"
	"time"
)

// DeskState is where a desk stands.
type DeskState string

// The states of a desk.
const (
	DeskClosed DeskState = "closed"
	DeskOpen   DeskState = "open"
	DeskPaused DeskState = "paused"
	DeskAbsent DeskState = "absent" // its clerk is unseen
)

// DeskStates lists all states.
var DeskStates = []DeskState{DeskClosed, DeskOpen, DeskPaused, DeskAbsent}

// DeskMove is a way from one state of a desk to another.
type DeskMove string

// The moves of a desk.
const (
	MoveOpen   DeskMove = "open"
	MovePause  DeskMove = "pause"
	MoveResume DeskMove = "resume"
	MoveVanish DeskMove = "vanish"
	MoveBack   DeskMove = "back"
	MoveClose  DeskMove = "close"
)

var deskMoves = map[DeskMove][]DeskState{
	MoveOpen:   {DeskClosed},
	MovePause:  {DeskOpen},
	MoveResume: {DeskPaused},
	MoveVanish: {DeskOpen, DeskPaused},
	MoveBack:   {DeskAbsent},
	MoveClose:  {DeskOpen, DeskPaused, DeskAbsent},
}

// Desk is where one clerk serves one office: a row, not a browser tab.
type Desk struct {
	ID          DeskID
	AuthorityID AuthorityID
	OfficeID    OfficeID
	ClerkID     ClerkID
	State       DeskState
	PausedUntil time.Time // zero: not said
	OpenedAt    time.Time
	AbsentAt    time.Time
	SeenAt      time.Time
}

// Unseen says whether the desk's clerk has vanished, so that colleagues may take over what is called or served there.
func (d Desk) Unseen(now time.Time) bool {
	return d.State == DeskAbsent || d.State != DeskClosed && now.Sub(d.SeenAt) > SilentAfter
}

func (d Desk) can(m DeskMove) error {
	if slices.Contains(deskMoves[m], d.State) {
		return nil
	}
	return Errorf(Conflict, KeyDeskState, "%s: desk %s is %s", m, d.ID, d.State)
}

// Open opens a closed desk.
func (d Desk) Open(now time.Time) (Desk, error) {
	if err := d.can(MoveOpen); err != nil {
		return d, err
	}
	d.State, d.OpenedAt, d.SeenAt = DeskOpen, now, now
	return d, nil
}

// Pause shows a short break; until may be zero.
func (d Desk) Pause(until, now time.Time) (Desk, error) {
	if err := d.can(MovePause); err != nil {
		return d, err
	}
	if !until.IsZero() && !until.After(now) {
		return d, Errorf(Invalid, KeyDeskState, "pause until %v is over", until)
	}
	d.State, d.PausedUntil = DeskPaused, until
	return d, nil
}

// Resume ends a pause.
func (d Desk) Resume() (Desk, error) {
	if err := d.can(MoveResume); err != nil {
		return d, err
	}
	d.State, d.PausedUntil = DeskOpen, time.Time{}
	return d, nil
}

// Vanish marks a desk whose clerk has been unseen for DeskAbsentAfter.
func (d Desk) Vanish(now time.Time) (Desk, error) {
	if err := d.can(MoveVanish); err != nil {
		return d, err
	}
	d.State, d.AbsentAt, d.PausedUntil = DeskAbsent, now, time.Time{}
	return d, nil
}

// Back opens an absent desk whose clerk is seen again.
func (d Desk) Back(now time.Time) (Desk, error) {
	if err := d.can(MoveBack); err != nil {
		return d, err
	}
	d.State, d.AbsentAt, d.SeenAt = DeskOpen, time.Time{}, now
	return d, nil
}

// Close closes the desk. The caller makes sure that no ticket is called or serving at it, or moves that too.
func (d Desk) Close() (Desk, error) {
	if err := d.can(MoveClose); err != nil {
		return d, err
	}
	d.State, d.PausedUntil, d.AbsentAt = DeskClosed, time.Time{}, time.Time{}
	return d, nil
}
