package civic

import (
	"slices"
	"time"
)

// GuestKind is what a guest is there for.
type GuestKind string

// The kinds of guests.
const (
	Interpreter GuestKind = "interpreter" // of a spoken language or of German sign language
	Companion   GuestKind = "companion"   // somebody the citizen trusts
	Expert      GuestKind = "expert"      // of another authority, a chamber, a firm
)

// GuestKinds lists all kinds.
var GuestKinds = []GuestKind{Interpreter, Companion, Expert}

// GuestState is how far a guest has come.
type GuestState string

// The states of a guest. Declined and Removed are final: whoever is to come after all is invited anew.
const (
	GuestInvited  GuestState = "invited"
	GuestWaiting  GuestState = "waiting" // is there and asks to be let in
	GuestAdmitted GuestState = "admitted"
	GuestDeclined GuestState = "declined" // by the citizen
	GuestRemoved  GuestState = "removed"  // by the clerk
)

// GuestStates lists all states in the order of a guest's way.
var GuestStates = []GuestState{GuestInvited, GuestWaiting, GuestAdmitted, GuestDeclined, GuestRemoved}

// GuestMove is a way from one state of a guest to another.
type GuestMove string

// The moves of a guest.
const (
	MoveKnock   GuestMove = "knock"   // the guest is there
	MoveAgree   GuestMove = "agree"   // the citizen lets the guest in
	MoveDecline GuestMove = "decline" // the citizen does not want the guest, or no more
	MoveRemove  GuestMove = "remove"  // the clerk takes the invitation back, or the guest out
	MoveSilence GuestMove = "silence" // the clerk switches the guest's sound or picture off or on
	moveJoin    GuestMove = "join"    // changes nothing
)

var guestMoves = map[GuestMove][]GuestState{
	MoveKnock:   {GuestInvited, GuestWaiting, GuestAdmitted},
	MoveAgree:   {GuestWaiting, GuestAdmitted},
	MoveDecline: {GuestWaiting, GuestAdmitted, GuestDeclined},
	MoveRemove:  {GuestInvited, GuestWaiting, GuestAdmitted, GuestRemoved},
	MoveSilence: {GuestInvited, GuestWaiting, GuestAdmitted},
	moveJoin:    {GuestAdmitted},
}

const (
	// MaxGuests is how many guests of one visit may be invited, waiting or in it at once.
	MaxGuests = 4
	// MaxInvitations is how many guests may be invited to one visit in all.
	MaxInvitations = 12
)

// Guest joins one visit by an invitation: a link whose token is kept as a hash only. A guest ends with the visit.
type Guest struct {
	AuthorityID AuthorityID
	ID          GuestID
	VisitID     VisitID
	Kind        GuestKind
	Name        string
	State       GuestState
	InvitedBy   ClerkID
	Muted       bool // the clerk has switched the guest's sound off
	Hidden      bool // and the picture, screen included
	InvitedAt   time.Time
	KnockedAt   time.Time // zero: has not come yet
	AnsweredAt  time.Time // of the citizen's or clerk's last word; zero: none yet
	EnteredAt   time.Time // came into the conversation for the first time; zero: never
}

// Participant is the guest's id in the room.
func (g Guest) Participant() string { return "guest-" + string(g.ID) }

// Known says whether the citizen has been told who the guest is: one to decide about, decided about, or met. Of others the
// citizen is not told the name (GDPR Art. 15(4)).
func (g Guest) Known() bool {
	return g.State == GuestWaiting || g.State == GuestAdmitted || g.State == GuestDeclined || !g.EnteredAt.IsZero()
}

// Over says whether nothing can happen to the guest any more.
func (g Guest) Over() bool { return g.State == GuestDeclined || g.State == GuestRemoved }

func (g Guest) can(m GuestMove, v Visit) error {
	if v.State == VisitEnded {
		return Errorf(Gone, KeyVisitOver, "%s: visit %s is over", m, v.ID)
	}
	if slices.Contains(guestMoves[m], g.State) {
		return nil
	}
	switch g.State {
	case GuestDeclined:
		return Errorf(Gone, KeyGuestDeclined, "%s: guest %s is declined", m, g.ID)
	case GuestRemoved:
		return Errorf(Gone, KeyGuestRemoved, "%s: guest %s is removed", m, g.ID)
	}
	return Errorf(Conflict, KeyGuestState, "%s: guest %s is %s", m, g.ID, g.State)
}

// Invite makes a guest of the visit. before are all its guests so far. Errors: Gone once the visit is over; Conflict
// (room_locked, guests_full) while the room is locked or enough guests are invited.
func (v Visit) Invite(id GuestID, kind GuestKind, name string, by ClerkID, before []Guest, now time.Time) (Guest, error) {
	name = Line(name)
	switch {
	case v.State == VisitEnded:
		return Guest{}, Errorf(Gone, KeyVisitOver, "visit %s is over", v.ID)
	case !slices.Contains(GuestKinds, kind) || name == "":
		return Guest{}, Errorf(Invalid, KeyBodyMalformed, "a guest of kind %q with %d letters", kind, len(name))
	case v.Locked:
		return Guest{}, Errorf(Conflict, KeyRoomLocked, "visit %s is locked", v.ID)
	}
	live := 0
	for _, g := range before {
		if !g.Over() {
			live++
		}
	}
	if live >= MaxGuests || len(before) >= MaxInvitations {
		return Guest{}, Errorf(Conflict, KeyGuestsFull, "visit %s has %d guests, %d ever", v.ID, live, len(before))
	}
	return Guest{
		AuthorityID: v.AuthorityID, ID: id, VisitID: v.ID, Kind: kind, Name: name, State: GuestInvited, InvitedBy: by, InvitedAt: now,
	}, nil
}

// Knock says that the guest is there. Who was let in stays so: a page that is loaded again, a second device. A locked room
// lets nobody knock anew: Conflict (room_locked).
func (g Guest) Knock(v Visit, now time.Time) (Guest, error) {
	if err := g.can(MoveKnock, v); err != nil {
		return g, err
	}
	if g.State == GuestInvited && v.Locked {
		return g, Errorf(Conflict, KeyRoomLocked, "visit %s is locked", v.ID)
	}
	if g.State == GuestInvited {
		g.State, g.KnockedAt = GuestWaiting, now
	}
	return g, nil
}

// Agree lets the guest in: the citizen's word, which only one who has entered can give.
func (g Guest) Agree(v Visit, now time.Time) (Guest, error) {
	if err := g.can(MoveAgree, v); err != nil {
		return g, err
	}
	if g.State == GuestAdmitted {
		return g, nil
	}
	if v.EnteredAt.IsZero() {
		return g, Errorf(Conflict, KeyGuestState, "visit %s: the citizen has not entered", v.ID)
	}
	if v.Locked {
		return g, Errorf(Conflict, KeyRoomLocked, "visit %s is locked", v.ID)
	}
	g.State, g.AnsweredAt = GuestAdmitted, now
	return g, nil
}

// Decline is the citizen's no, also after a yes: agreement can be taken back at any time (GDPR Art. 7(3)).
func (g Guest) Decline(v Visit, now time.Time) (Guest, error) {
	if err := g.can(MoveDecline, v); err != nil {
		return g, err
	}
	if g.State != GuestDeclined {
		g.State, g.AnsweredAt = GuestDeclined, now
	}
	return g, nil
}

// Remove takes the guest's invitation back, or the guest out of the room.
func (g Guest) Remove(v Visit, now time.Time) (Guest, error) {
	if err := g.can(MoveRemove, v); err != nil {
		return g, err
	}
	if g.State != GuestRemoved {
		g.State, g.AnsweredAt = GuestRemoved, now
	}
	return g, nil
}

// Silence switches the guest's sound and picture off or on, also ahead of the guest's coming.
func (g Guest) Silence(v Visit, muted, hidden bool) (Guest, error) {
	if err := g.can(MoveSilence, v); err != nil {
		return g, err
	}
	g.Muted, g.Hidden = muted, hidden
	return g, nil
}

// MayJoin refuses a guest to whom the citizen has not agreed: until then nothing comes from the guest or goes there
// (REQUIREMENTS P18, DESIGN section 4, 7).
func (g Guest) MayJoin(v Visit) error {
	if err := g.can(moveJoin, v); err != nil {
		return err
	}
	return v.MayJoin(SideGuest)
}
