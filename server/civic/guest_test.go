package civic

import (
	"testing"
	"time"
)

func TestGuestMatrix(t *testing.T) {
	v := Visit{ID: "v", AuthorityID: "a", State: VisitOpen, EnteredAt: noon}
	from := func(s GuestState) Guest {
		return Guest{ID: "g", AuthorityID: "a", VisitID: "v", Kind: Interpreter, State: s}
	}
	golden(t, "guest_moves.txt", matrix(GuestStates, []act[Guest]{
		{string(MoveKnock), func(g Guest) (Guest, error) { return g.Knock(v, noon) }},
		{string(MoveAgree), func(g Guest) (Guest, error) { return g.Agree(v, noon) }},
		{string(MoveDecline), func(g Guest) (Guest, error) { return g.Decline(v, noon) }},
		{string(MoveRemove), func(g Guest) (Guest, error) { return g.Remove(v, noon) }},
		{string(MoveSilence), func(g Guest) (Guest, error) { return g.Silence(v, true, true) }},
	}, from, func(g Guest) GuestState { return g.State }, func(a act[Guest], s GuestState, to Guest, err error) {
		if want := map[bool]Code{true: Gone, false: Conflict}[from(s).Over()]; CodeOf(err) != want {
			t.Errorf("%s from %s: %v", a.move, s, err)
		}
		if to != from(s) {
			t.Errorf("%s from %s is refused and has changed %+v", a.move, s, to)
		}
	}))
}

// TestGuestsJoinByAgreementOnly: whatever the states of visit and guest, only one to whom a citizen who entered has agreed
// may join.
func TestGuestsJoinByAgreementOnly(t *testing.T) {
	for _, vs := range VisitStates {
		for _, entered := range []time.Time{{}, noon} {
			for _, gs := range GuestStates {
				v, g := Visit{State: vs, EnteredAt: entered}, Guest{State: gs}
				want := vs != VisitEnded && !entered.IsZero() && gs == GuestAdmitted
				if err := g.MayJoin(v); (err == nil) != want {
					t.Errorf("visit %s, entered %v, guest %s: %v", vs, !entered.IsZero(), gs, err)
				}
			}
		}
	}
}

func TestNobodyIsAskedInAnEndedOrLockedVisit(t *testing.T) {
	waiting := Guest{State: GuestWaiting}
	for name, c := range map[string]struct {
		err  error
		code Code
		key  string
	}{
		"knock, over":        {second(waiting.Knock(Visit{State: VisitEnded}, noon)), Gone, KeyVisitOver},
		"agree, over":        {second(waiting.Agree(Visit{State: VisitEnded, EnteredAt: noon}, noon)), Gone, KeyVisitOver},
		"agree, not entered": {second(waiting.Agree(Visit{State: VisitOpen}, noon)), Conflict, KeyGuestState},
		"agree, locked":      {second(waiting.Agree(Visit{State: VisitOpen, EnteredAt: noon, Locked: true}, noon)), Conflict, KeyRoomLocked},
		"knock, locked":      {second(Guest{State: GuestInvited}.Knock(Visit{State: VisitOpen, Locked: true}, noon)), Conflict, KeyRoomLocked},
		"back, locked":       {second(Guest{State: GuestAdmitted}.Knock(Visit{State: VisitOpen, Locked: true}, noon)), "", ""},
	} {
		if CodeOf(c.err) != c.code || KeyOf(c.err) != c.key {
			t.Errorf("%s: %v", name, c.err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestInvite(t *testing.T) {
	open := Visit{ID: "v", AuthorityID: "a", State: VisitOpen}
	g, err := open.Invite("g", Expert, "  Frau   Dr. Kern ", "c", nil, noon)
	want := Guest{AuthorityID: "a", ID: "g", VisitID: "v", Kind: Expert, Name: "Frau Dr. Kern", State: GuestInvited, InvitedBy: "c", InvitedAt: noon}
	if err != nil || g != want {
		t.Errorf("%+v, %v", g, err)
	}
	guests := func(n int, s GuestState) (out []Guest) {
		for range n {
			out = append(out, Guest{State: s})
		}
		return out
	}
	for name, c := range map[string]struct {
		v      Visit
		kind   GuestKind
		name   string
		before []Guest
		code   Code
		key    string
	}{
		"over":             {Visit{State: VisitEnded}, Expert, "x", nil, Gone, KeyVisitOver},
		"locked":           {Visit{State: VisitOpen, Locked: true}, Expert, "x", nil, Conflict, KeyRoomLocked},
		"no name":          {open, Expert, " \t ", nil, Invalid, KeyBodyMalformed},
		"no such kind":     {open, "boss", "x", nil, Invalid, KeyBodyMalformed},
		"full":             {open, Expert, "x", guests(MaxGuests, GuestAdmitted), Conflict, KeyGuestsFull},
		"one went":         {open, Expert, "x", append(guests(MaxGuests-1, GuestAdmitted), guests(3, GuestDeclined)...), "", ""},
		"too many in all":  {open, Expert, "x", guests(MaxInvitations, GuestRemoved), Conflict, KeyGuestsFull},
		"as many as it is": {open, Expert, "x", guests(MaxInvitations-1, GuestRemoved), "", ""},
	} {
		if _, err := c.v.Invite("g", c.kind, c.name, "c", c.before, noon); CodeOf(err) != c.code || KeyOf(err) != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
}
