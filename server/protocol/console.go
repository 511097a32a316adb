package protocol

import (
	"time"

	"schalter/server/civic"
)

// Login is the body of POST /api/v1/console/session.
type Login struct {
	Email    string `json:"email" maxLength:"254"`
	Password string `json:"password" maxLength:"256"`
}

// ClerkSession answers POST and GET /api/v1/console/session.
type ClerkSession struct {
	Clerk     civic.ClerkID  `json:"clerk"`
	Name      string         `json:"name"`
	Role      civic.Role     `json:"role" enum:"clerk,supervisor,admin,operator"`
	Authority BoardAuthority `json:"authority"`
	Offices   []ClerkOffice  `json:"offices" doc:"the offices this clerk may serve"`
	// Stage: until it is full, only the routes of the login's next step are open.
	Stage   civic.SessionStage `json:"stage" enum:"full,factor,enrol"`
	Factors SecondFactors      `json:"factors"`
	// Mails: guests can be invited by mail.
	Mails bool `json:"mails,omitempty"`
}

// SecondFactors are those that a clerk has.
type SecondFactors struct {
	TOTP     bool `json:"totp"`
	Passkeys int  `json:"passkeys"`
}

// ClerkOffice names an office that a clerk may serve.
type ClerkOffice struct {
	ID   civic.OfficeID `json:"id"`
	Name civic.Text     `json:"name"`
}

// OpenDesk is the body of POST /api/v1/console/desks.
type OpenDesk struct {
	Office civic.OfficeID `json:"office" maxLength:"64"`
}

// PauseDesk is the body of POST /api/v1/console/desks/{desk}/pause.
type PauseDesk struct {
	Until *time.Time `json:"until,omitempty"`
}

// CallTicket is the body of POST /api/v1/console/desks/{desk}/call. Without a ticket the next one is called.
type CallTicket struct {
	Ticket civic.TicketID `json:"ticket,omitempty" maxLength:"64"`
	// Reason is needed for a waiting ticket out of turn; it goes into the audit log.
	Reason civic.CallReason `json:"reason,omitempty" enum:",agreed,urgent,person,technical"`
}

// TakeTicket is the body of POST /api/v1/console/desks/{desk}/take: takes over a ticket whose clerk vanished.
type TakeTicket struct {
	Ticket civic.TicketID `json:"ticket" maxLength:"64"`
}

// TransferTicket is the body of POST /api/v1/console/desks/{desk}/transfer, and, for one who waits, of
// POST /api/v1/console/offices/{office}/tickets/{ticket}/transfer.
type TransferTicket struct {
	Office civic.OfficeID `json:"office" maxLength:"64"`
	Note   string         `json:"note,omitempty" maxLength:"500" doc:"for the next clerk; deleted with the ticket's end"`
}

// Message is the body of PUT /api/v1/console/offices/{office}/message: to all who wait. Empty: none any more.
type Message struct {
	Text string `json:"text" maxLength:"200"`
}

// IssuingSwitch is the body of PUT /api/v1/console/offices/{office}/issuing.
type IssuingSwitch struct {
	On bool `json:"on" doc:"false: no new numbers today"`
}

// CallResult answers a call: the view after it, and the grant with which the clerk's side joins the room at once.
type CallResult struct {
	Office OfficeView `json:"office"`
	Grant  Grant      `json:"grant"`
}

// FrameOffice (server): OfficeView, one for each office of the clerk, whole, whenever it changes.
const FrameOffice = "office"

// OfficeView is a clerk's whole view of one office.
type OfficeView struct {
	ID        civic.OfficeID    `json:"id"`
	Revision  int64             `json:"revision"`
	Name      civic.Text        `json:"name"`
	Status    civic.OfficeState `json:"status" enum:"open,busy,paused,closed,appointment_only"`
	Text      string            `json:"text"`
	Until     *time.Time        `json:"until,omitempty"`
	Issuing   bool              `json:"issuing" doc:"as far as the clerks say"`
	Stop      civic.Stop        `json:"stop,omitempty" enum:",clerk,limit,time" doc:"why no numbers are issued: by the clerks, by the number of the day, or for the time that is left"`
	Holiday   civic.Text        `json:"holiday,omitempty" doc:"of the text holiday"`
	MaxCalls  int               `json:"max_calls" doc:"how often somebody is called in vain until the number counts as missed"`
	Today     []Interval        `json:"today"`
	Desk      *DeskView         `json:"desk,omitempty" doc:"the clerk's own; absent while closed"`
	Waiting   []ClerkTicket     `json:"waiting" doc:"in the order of calling"`
	Parked    []ClerkTicket     `json:"parked"`
	Missed    []ClerkTicket     `json:"missed" doc:"missed their calls; may still return"`
	Message   *OfficeMessage    `json:"message,omitempty" doc:"to all who wait"`
	Current   *ClerkTicket      `json:"current,omitempty" doc:"called or serving at the own desk"`
	Colleague []ColleagueDesk   `json:"colleagues"`
	Figures   Figures           `json:"figures"`
	Now       time.Time         `json:"now"`
}

// DeskView is a clerk's own desk.
type DeskView struct {
	ID          civic.DeskID    `json:"id"`
	State       civic.DeskState `json:"state" enum:"closed,open,paused,absent"`
	PausedUntil *time.Time      `json:"paused_until,omitempty"`
}

// ColleagueDesk is another desk of the same office.
type ColleagueDesk struct {
	Name   string          `json:"name"`
	State  civic.DeskState `json:"state" enum:"closed,open,paused,absent"`
	Ticket string          `json:"ticket,omitempty" doc:"number called or served there"`
	Since  *time.Time      `json:"since,omitempty" doc:"when that number was called, or entered"`
	// Takes is the ticket that may be taken over because its clerk is unseen.
	Takes civic.TicketID `json:"takes,omitempty"`
}

// ClerkTicket is a clerk's view of a ticket.
type ClerkTicket struct {
	ID         civic.TicketID    `json:"id"`
	Number     string            `json:"number"`
	State      civic.TicketState `json:"state" enum:"waiting,called,serving,parked,missed,served,left,closed"`
	Topic      civic.TopicID     `json:"topic,omitempty"`
	TopicName  civic.Text        `json:"topic_name,omitempty"`
	Name       string            `json:"name,omitempty"`
	Lang       string            `json:"lang,omitempty"`
	TextOnly   bool              `json:"text_only,omitempty"`
	Camera     civic.Check       `json:"camera,omitempty" enum:",ready,missing,denied"`
	Microphone civic.Check       `json:"microphone,omitempty" enum:",ready,missing,denied"`
	Since      time.Time         `json:"since" doc:"arrival"`
	Deferred   bool              `json:"deferred,omitempty" doc:"asked for more time, or did not answer: passed over once"`
	Silent     bool              `json:"silent,omitempty" doc:"the page does not answer at the moment"`
	Away       bool              `json:"away,omitempty" doc:"asked to be passed over for the moment"`
	Priority   bool              `json:"priority,omitempty"`
	Wants      string            `json:"wants,omitempty" doc:"name of the contact person this one waits for"`
	WantsMe    bool              `json:"wants_me,omitempty"`
	From       civic.Text        `json:"from,omitempty" doc:"office that transferred it here"`
	Note       string            `json:"note,omitempty" doc:"of the clerk who transferred it"`
	// Interpreter is the language asked for, or dgs.
	Interpreter string     `json:"interpreter,omitempty"`
	Calls       int        `json:"calls,omitempty" doc:"calls in vain"`
	Deadline    *time.Time `json:"deadline,omitempty" doc:"end of the call window"`
	EnteredAt   *time.Time `json:"entered_at,omitempty"`
	// Interrupted: a side is lost, and has until then to come back.
	Interrupted *time.Time `json:"interrupted,omitempty"`
}

// Figures are today's, of the office.
type Figures struct {
	Visits      int `json:"visits"`
	MeanMinutes int `json:"mean_wait_minutes"`
	Missed      int `json:"missed"`
}
