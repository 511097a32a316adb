package protocol

import (
	"time"

	"schalter/server/civic"
)

// Colleagues answers GET /api/v1/console/colleagues: who is at work beside the caller, at this moment.
type Colleagues struct {
	Colleagues []Colleague `json:"colleagues"`
}

// Colleague is somebody of the authority's staff who is at work.
type Colleague struct {
	ID      civic.ClerkID       `json:"id"`
	Name    string              `json:"name"`
	State   civic.Colleagueship `json:"state" enum:"free,busy,away" doc:"busy: can be asked by chat only"`
	Offices []civic.Text        `json:"offices" doc:"that the colleague serves"`
	OpenAt  []civic.OfficeID    `json:"open_at" doc:"where the colleague has an open desk, and may take a conversation over"`
}

// AskColleague is the body of POST /api/v1/console/desks/{desk}/consult: about the conversation at that desk.
type AskColleague struct {
	Colleague civic.ClerkID    `json:"colleague" maxLength:"64"`
	Way       civic.ConsultWay `json:"way" enum:"chat,voice,join,hand_over"`
	Text      string           `json:"text,omitempty" maxLength:"2000" doc:"the first line of the chat; never stored"`
	Note      string           `json:"note,omitempty" maxLength:"500" doc:"of a hand-over: for the clerk who takes over; deleted with the ticket's end"`
}

// MoveConsult is the body of POST /api/v1/console/consults/{consult}/move.
type MoveConsult struct {
	Move civic.ConsultMove `json:"move" enum:"accept,later,decline,leave,wish,withdraw,back,end" doc:"accept, later, decline, leave: of the colleague; the others: of who asked"`
	Way  civic.ConsultWay  `json:"way,omitempty" enum:",voice,join,hand_over" doc:"of a wish"`
	Note string            `json:"note,omitempty" maxLength:"500" doc:"of a wish to hand over"`
}

// ConsultLine is the body of POST /api/v1/console/consults/{consult}/lines: one line of the chat. It is never stored.
type ConsultLine struct {
	Text string `json:"text" maxLength:"2000"`
}

// ColleagueAnswer is the body of POST /api/v1/ticket/colleague: whether the citizen wants that colleague of the clerk in the
// conversation; no also after a yes.
type ColleagueAnswer struct {
	Consult civic.ConsultID `json:"consult" maxLength:"64"`
	Yes     bool            `json:"yes"`
}

// FrameConsults (server): Consults, whole, whenever one of them changes or something is said.
const FrameConsults = "consults"

// Consults are those that a clerk has asked for or is asked in. No citizen's view has any of it.
type Consults struct {
	Consults []Consult `json:"consults"`
	Now      time.Time `json:"now"`
}

// Consult is one of them, as one of the two sees it.
type Consult struct {
	ID        civic.ConsultID    `json:"id"`
	Mine      bool               `json:"mine" doc:"asked by this clerk"`
	With      string             `json:"with" doc:"name of the other one"`
	State     civic.ConsultState `json:"state" enum:"asked,open,left,declined"`
	Way       civic.ConsultWay   `json:"way,omitempty" enum:",chat,voice,join" doc:"what both have agreed to"`
	Wish      civic.ConsultWay   `json:"wish,omitempty" enum:",chat,voice,join,hand_over" doc:"what is asked, and not answered"`
	Later     bool               `json:"later,omitempty" doc:"the colleague has said: in a moment"`
	Agreed    bool               `json:"agreed,omitempty" doc:"of join: the citizen lets the colleague in"`
	Note      string             `json:"note,omitempty"`
	Number    string             `json:"number"`
	Office    civic.Text         `json:"office"`
	OfficeID  civic.OfficeID     `json:"office_id"`
	Topic     civic.Text         `json:"topic,omitempty"`
	AskedAt   time.Time          `json:"asked_at"`
	HeldSince *time.Time         `json:"held_since,omitempty" doc:"since when the citizen waits a moment and neither hears nor sees the clerk who asked"`
	Lines     []ConsultSaid      `json:"lines" doc:"of the chat"`
}

// ConsultSaid is a line of the chat.
type ConsultSaid struct {
	Mine bool      `json:"mine"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}
