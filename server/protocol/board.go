package protocol

import (
	"time"

	"schalter/server/civic"
)

// Board is all that the public sees of an authority. GET /api/v1/authorities/{slug}/board, with an ETag; the same is
// baked into /b/{slug}.js.
type Board struct {
	Authority BoardAuthority `json:"authority"`
	Offices   []BoardOffice  `json:"offices"`
	Now       time.Time      `json:"now"`
	Zone      string         `json:"zone" doc:"IANA time zone of the hours"`
}

// BoardAuthority is the public part of an authority.
type BoardAuthority struct {
	Slug      string                `json:"slug"`
	Name      civic.Text            `json:"name"`
	Phone     string                `json:"phone"`
	Email     string                `json:"email,omitempty"`
	Address   string                `json:"address,omitempty"`
	Privacy   string                `json:"privacy,omitempty" doc:"address of the privacy notice"`
	Imprint   string                `json:"imprint,omitempty"`
	Statement string                `json:"statement,omitempty" doc:"address of the accessibility statement"`
	Accent    string                `json:"accent,omitempty" doc:"#rrggbb"`
	Texts     map[string]civic.Text `json:"texts,omitempty" doc:"replaced texts by key"`
	Languages []string              `json:"languages,omitempty" doc:"offered to citizens, the first is the default; none: all of the widget"`
	Logo      string                `json:"logo,omitempty" doc:"path of the logo"`
	// PrivacySince tells since when the privacy notice is what it is.
	PrivacySince *time.Time `json:"privacy_since,omitempty"`
}

// BoardOffice is one office on the board.
type BoardOffice struct {
	ID       civic.OfficeID    `json:"id"`
	Slug     string            `json:"slug" doc:"for data-office"`
	Name     civic.Text        `json:"name"`
	About    civic.Text        `json:"about,omitempty"`
	Status   civic.OfficeState `json:"status" enum:"open,busy,paused,closed,appointment_only"`
	Text     string            `json:"text" doc:"status text key: the widget shows status.TEXT"`
	Action   civic.Action      `json:"action" enum:"draw,contact"`
	Until    *time.Time        `json:"until,omitempty" doc:"of the text: end of the pause or next opening"`
	Holiday  civic.Text        `json:"holiday,omitempty" doc:"of the text holiday: the name of the holiday or closure"`
	Waiting  int               `json:"waiting,omitempty"`
	Estimate *Range            `json:"estimate,omitempty" doc:"waiting time of one who draws now; absent when unknown"`
	Days     []BoardDay        `json:"days" doc:"the coming seven, from today on, by weekday: Sunday first"`
	Contacts []Contact         `json:"contacts,omitempty"`
	Topics   []Topic           `json:"topics,omitempty"`
	Phone    string            `json:"phone,omitempty" doc:"if it differs from the authority's"`
	Email    string            `json:"email,omitempty"`
}

// BoardDay is a day as it really is, after closures, holidays and extra openings.
type BoardDay struct {
	Open   string     `json:"open,omitempty" doc:"08:00–12:00, 13:30–16:00; empty: closed"`
	Closed civic.Text `json:"closed,omitempty" doc:"the holiday or closure that keeps it closed"`
}

// Contact is a contact person on the board.
type Contact struct {
	Name  string       `json:"name"`
	State ContactState `json:"state" enum:"free,busy,away"`
}

// ContactState says whether a contact person can be spoken to.
type ContactState string

// The states of a contact person.
const (
	ContactFree ContactState = "free"
	ContactBusy ContactState = "busy"
	ContactAway ContactState = "away"
)

// Topic is what one may come for.
type Topic struct {
	ID   civic.TopicID `json:"id"`
	Name civic.Text    `json:"name"`
}
