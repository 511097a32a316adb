package civic

import (
	"slices"
	"time"
)

// ConsultState is where a consult stands.
type ConsultState string

// The states of a consult. Left and Declined wait for a word of who asked; Ended is final.
const (
	ConsultAsked    ConsultState = "asked"    // the colleague's console rings
	ConsultOpen     ConsultState = "open"     // both are in it
	ConsultLeft     ConsultState = "left"     // the colleague has gone
	ConsultDeclined ConsultState = "declined" // the colleague can't
	ConsultEnded    ConsultState = "ended"
)

// ConsultStates lists all states.
var ConsultStates = []ConsultState{ConsultAsked, ConsultOpen, ConsultLeft, ConsultDeclined, ConsultEnded}

// ConsultMove is a way from one state of a consult to another.
type ConsultMove string

// The moves of a consult. Of the colleague: accept, later, decline, leave. Of the citizen: agree, refuse. Of who asked: all
// others.
const (
	MoveConsultAccept   ConsultMove = "accept"
	MoveConsultLater    ConsultMove = "later" // in a moment
	MoveConsultDecline  ConsultMove = "decline"
	MoveConsultLeave    ConsultMove = "leave"
	MoveConsultWish     ConsultMove = "wish" // to go on in another way
	MoveConsultWithdraw ConsultMove = "withdraw"
	MoveConsultBack     ConsultMove = "back" // to the citizen
	MoveConsultEnd      ConsultMove = "end"
	MoveConsultAgree    ConsultMove = "agree"  // the citizen lets the colleague in
	MoveConsultRefuse   ConsultMove = "refuse" // or not, or no more
)

// Colleagueship is whether somebody of the staff can be asked now.
type Colleagueship string

// Whether a colleague can be asked.
const (
	ColleagueFree Colleagueship = "free"
	ColleagueBusy Colleagueship = "busy" // in conversation: by chat only
	ColleagueAway Colleagueship = "away" // has a break, or does not answer
)

// ColleagueshipOf says how it is with a colleague who has a console open (seen) or these desks that are not closed; there false:
// is not at work at all. busy: somebody is called or served, or the colleague speaks in another consult.
func ColleagueshipOf(seen bool, desks []Desk, busy bool, now time.Time) (state Colleagueship, there bool) {
	ready := seen && len(desks) == 0 // at work, without a counter
	for _, d := range desks {
		if d.State == DeskOpen && !d.Unseen(now) {
			ready = true
		}
	}
	switch {
	case !seen && len(desks) == 0:
		return ColleagueAway, false
	case busy:
		return ColleagueBusy, true
	case ready:
		return ColleagueFree, true
	}
	return ColleagueAway, true
}

// ConsultWay is how two clerks are together in a consult.
type ConsultWay string

// The ways. Chat goes beside each of the others.
const (
	WayNone     ConsultWay = ""
	WayChat     ConsultWay = "chat"
	WayVoice    ConsultWay = "voice"     // apart, while the citizen waits a moment
	WayJoin     ConsultWay = "join"      // the colleague takes part in the conversation
	WayHandOver ConsultWay = "hand_over" // the conversation becomes the colleague's; only wished for, it ends the consult
)

var consultMoves = map[ConsultMove][]ConsultState{
	MoveConsultAccept:   {ConsultAsked, ConsultOpen},
	MoveConsultLater:    {ConsultAsked, ConsultOpen},
	MoveConsultDecline:  {ConsultAsked, ConsultOpen},
	MoveConsultLeave:    {ConsultOpen},
	MoveConsultWish:     {ConsultOpen},
	MoveConsultWithdraw: {ConsultAsked, ConsultOpen},
	MoveConsultBack:     {ConsultOpen, ConsultLeft},
	MoveConsultEnd:      {ConsultAsked, ConsultOpen, ConsultLeft, ConsultDeclined},
	MoveConsultAgree:    {ConsultOpen},
	MoveConsultRefuse:   {ConsultOpen},
}

// Consult is a clerk in conversation who asks a colleague. The citizen sees nothing of it (REQUIREMENTS P17). Its row is
// deleted when the visit ends; what is written in it is never stored.
type Consult struct {
	ID          ConsultID
	AuthorityID AuthorityID
	OfficeID    OfficeID // of the visit
	VisitID     VisitID
	Asker       ClerkID
	Colleague   ClerkID
	State       ConsultState
	Way         ConsultWay // that both have agreed to
	Wish        ConsultWay // asked for and not answered yet
	Later       bool       // the colleague has said: in a moment
	Note        string     // for who takes the conversation over; empty once answered
	Room        string     // the switch's room for voice: random, 128 bits, used for one time of speaking only
	AskedAt     time.Time
	// HeldSince: from then on nothing of the asker's sound and picture reaches the citizen, nor of the citizen's the asker,
	// until the asker comes back: not when the colleague hangs up, for the asker may be in the midst of a sentence.
	HeldSince time.Time
	AgreedAt  time.Time // the citizen lets the colleague in, who may be of another office; zero: has not been asked, or not answered
}

func (c Consult) can(m ConsultMove) error {
	if slices.Contains(consultMoves[m], c.State) {
		return nil
	}
	if c.State == ConsultEnded {
		return Errorf(Gone, KeyConsultOver, "%s: consult %s is over", m, c.ID)
	}
	return Errorf(Conflict, KeyConsultState, "%s: consult %s is %s", m, c.ID, c.State)
}

// wished refuses an answer to nothing.
func (c Consult) wished(m ConsultMove) error {
	if err := c.can(m); err != nil {
		return err
	}
	if c.Wish == WayNone {
		return Errorf(Conflict, KeyConsultState, "%s: nothing is asked in consult %s", m, c.ID)
	}
	return nil
}

// NewConsult makes the consult of a visit that the asker's ticket is in. room must be fresh randomness. Invalid if somebody
// asks themselves, Conflict if there is no conversation.
func NewConsult(v Visit, id ConsultID, colleague ClerkID, wish ConsultWay, note, room string, now time.Time) (Consult, error) {
	if v.State == VisitEnded || v.EnteredAt.IsZero() {
		return Consult{}, Errorf(Conflict, KeyConsultState, "visit %s has no conversation", v.ID)
	}
	if colleague == v.ClerkID || wish == WayNone {
		return Consult{}, Errorf(Invalid, KeyColleagueUnknown, "clerk %s asks %s for %q", v.ClerkID, colleague, wish)
	}
	return Consult{
		ID: id, AuthorityID: v.AuthorityID, OfficeID: v.OfficeID, VisitID: v.ID, Asker: v.ClerkID, Colleague: colleague,
		State: ConsultAsked, Wish: wish, Note: note, Room: room, AskedAt: now,
	}, nil
}

// Accept agrees to what is wished. A hand-over ends the consult by it: the caller moves ticket and visit.
func (c Consult) Accept(now time.Time) (Consult, error) {
	if err := c.wished(MoveConsultAccept); err != nil {
		return c, err
	}
	if c.Wish == WayHandOver {
		return c.over(ConsultEnded), nil
	}
	c.State, c.Way, c.Wish, c.Note, c.Later = ConsultOpen, c.Wish, WayNone, "", false
	c.HeldSince, c.AgreedAt = time.Time{}, time.Time{}
	if c.Way == WayVoice {
		c.HeldSince = now
	}
	return c, nil
}

// AnswerLater says: in a moment.
func (c Consult) AnswerLater() (Consult, error) {
	if err := c.wished(MoveConsultLater); err != nil {
		return c, err
	}
	c.Later = true
	return c, nil
}

// Decline says no to what is wished; what both have agreed to before goes on.
func (c Consult) Decline() (Consult, error) {
	if err := c.wished(MoveConsultDecline); err != nil {
		return c, err
	}
	if c.State == ConsultAsked {
		return c.over(ConsultDeclined), nil
	}
	c.Wish, c.Note, c.Later = WayNone, "", false
	return c, nil
}

// Withdraw takes the wish back.
func (c Consult) Withdraw() (Consult, error) {
	if err := c.wished(MoveConsultWithdraw); err != nil {
		return c, err
	}
	if c.State == ConsultAsked {
		return c.over(ConsultEnded), nil
	}
	c.Wish, c.Note, c.Later = WayNone, "", false
	return c, nil
}

// Ask wishes to go on in another way; a wish not answered yet is replaced.
func (c Consult) Ask(wish ConsultWay, note string) (Consult, error) {
	if err := c.can(MoveConsultWish); err != nil {
		return c, err
	}
	if wish == c.Way || wish == WayNone || wish == WayChat {
		return c, Errorf(Conflict, KeyConsultState, "consult %s goes by %s, wished %q", c.ID, c.Way, wish)
	}
	c.Wish, c.Note, c.Later = wish, note, false
	return c, nil
}

// Back is the asker's return from speaking apart; or the end of the colleague's part in the conversation. The chat goes on, unless
// the colleague has left.
func (c Consult) Back() (Consult, error) {
	if err := c.can(MoveConsultBack); err != nil {
		return c, err
	}
	c.HeldSince, c.AgreedAt = time.Time{}, time.Time{}
	if c.State == ConsultLeft {
		return c.over(ConsultEnded), nil
	}
	c.Way = WayChat
	return c, nil
}

// Agree is the citizen's yes to a colleague who is to take part: until then nothing comes from the colleague or goes there
// (REQUIREMENTS P18). Colleagues are no third persons, but of another office they have no business with the matter unless
// the citizen wants it.
func (c Consult) Agree(now time.Time) (Consult, error) {
	if err := c.joining(MoveConsultAgree); err != nil {
		return c, err
	}
	if c.AgreedAt.IsZero() {
		c.AgreedAt = now
	}
	return c, nil
}

// Refuse is the citizen's no, also after a yes. The two clerks are left with their chat.
func (c Consult) Refuse() (Consult, error) {
	if err := c.joining(MoveConsultRefuse); err != nil {
		return c, err
	}
	c.Way, c.AgreedAt = WayChat, time.Time{}
	return c, nil
}

func (c Consult) joining(m ConsultMove) error {
	if err := c.can(m); err != nil {
		return err
	}
	if c.Way != WayJoin {
		return Errorf(Gone, KeyConsultOver, "%s: consult %s goes by %q", m, c.ID, c.Way)
	}
	return nil
}

// Participant is the colleague's id in a room.
func (c Consult) Participant() string { return "colleague-" + string(c.Colleague) }

// MayJoin refuses a colleague to whom the citizen has not agreed.
func (c Consult) MayJoin(v Visit, who ClerkID) error {
	switch {
	case v.State == VisitEnded || c.State != ConsultOpen || c.Way != WayJoin || c.VisitID != v.ID:
		return Errorf(Gone, KeyConsultOver, "consult %s is %s by %q", c.ID, c.State, c.Way)
	case who != c.Colleague:
		return Errorf(NotFound, KeyConsultOver, "clerk %s is not the colleague of consult %s", who, c.ID)
	case c.AgreedAt.IsZero():
		return Errorf(Forbidden, KeyConsultState, "consult %s: the citizen has not agreed", c.ID)
	}
	return nil
}

// Leave is the colleague's going. If the citizen waits a moment, that lasts until the asker comes back.
func (c Consult) Leave() (Consult, error) {
	if err := c.can(MoveConsultLeave); err != nil {
		return c, err
	}
	held := c.HeldSince
	c = c.over(ConsultLeft)
	c.HeldSince = held
	return c, nil
}

// End ends the consult: by who asked, or with the conversation.
func (c Consult) End() (Consult, error) {
	if err := c.can(MoveConsultEnd); err != nil {
		return c, err
	}
	return c.over(ConsultEnded), nil
}

func (c Consult) over(s ConsultState) Consult {
	c.State, c.Way, c.Wish, c.Note, c.Later = s, WayNone, WayNone, "", false
	c.HeldSince, c.AgreedAt = time.Time{}, time.Time{}
	return c
}

// Together says whether the colleague's sound and picture are in it, so that the colleague can call nobody meanwhile.
func (c Consult) Together() bool {
	return c.State == ConsultOpen && (c.Way == WayVoice || c.Way == WayJoin)
}

// Running says whether the colleague is asked or in it.
func (c Consult) Running() bool { return c.State == ConsultAsked || c.State == ConsultOpen }

// MaySpeak refuses everybody a place in the consult's own room but the two, while they speak.
func (c Consult) MaySpeak(who ClerkID) error {
	if who != c.Asker && who != c.Colleague {
		return Errorf(NotFound, KeyConsultOver, "clerk %s is not in consult %s", who, c.ID)
	}
	if c.State != ConsultOpen || c.Way != WayVoice {
		return Errorf(Gone, KeyConsultOver, "consult %s is %s by %q", c.ID, c.State, c.Way)
	}
	return nil
}
