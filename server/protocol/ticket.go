package protocol

import (
	"time"

	"schalter/server/civic"
)

// Draw is the body of POST /api/v1/tickets. The header Idempotency-Key carries 128 random bits as hex: the same key
// draws the same number once.
type Draw struct {
	Authority string         `json:"authority" maxLength:"64" doc:"slug"`
	Office    civic.OfficeID `json:"office" maxLength:"64"`
	Topic     civic.TopicID  `json:"topic,omitempty" maxLength:"64"`
	Lang      string         `json:"lang,omitempty" maxLength:"16"`
	// NoCookie: the browser refused the ticket's cookie (the first answer's cookie did not come back). The answer then
	// carries Secret and Resume. To be sent with the same Idempotency-Key.
	NoCookie bool `json:"no_cookie,omitempty"`
}

// Drawn answers a draw (201) and POST /api/v1/ticket/resume (200).
type Drawn struct {
	Ticket CitizenTicket `json:"ticket"`
	// Secret authenticates this page load ("Authorization: Bearer ..."), if the cookie can't. Never stored.
	Secret string `json:"secret,omitempty"`
	// Resume is a one-time code for the next page load, if the cookie can't.
	Resume string `json:"resume,omitempty"`
}

// Resume is the body of POST /api/v1/ticket/resume: exchanges a one-time code for the ticket.
type Resume struct {
	Code     string `json:"code" maxLength:"64"`
	NoCookie bool   `json:"no_cookie,omitempty" doc:"the cookie is refused: answer with secret and the next code"`
}

// ResumeCode answers POST /api/v1/ticket/resume-code: a one-time code with which a tab of its own (or the next page
// load) takes the ticket over. It goes into the fragment of an address, never into its query.
type ResumeCode struct {
	Code string `json:"code"`
}

// About is the body of PATCH /api/v1/ticket. Absent members stay as they are.
type About struct {
	Topic      *civic.TopicID `json:"topic,omitempty" maxLength:"64"`
	Name       *string        `json:"name,omitempty" maxLength:"60" doc:"how to address the citizen; optional"`
	Lang       *string        `json:"lang,omitempty" maxLength:"16"`
	TextOnly   *bool          `json:"text_only,omitempty"`
	Camera     *civic.Check   `json:"camera,omitempty" enum:",ready,missing,denied"`
	Microphone *civic.Check   `json:"microphone,omitempty" enum:",ready,missing,denied"`
	// Wants is a contact person to wait for; empty: anybody.
	Wants       *civic.ClerkID `json:"wants,omitempty" maxLength:"64"`
	Priority    *bool          `json:"priority,omitempty" doc:"on the citizen's own word; no reason is asked or kept"`
	Interpreter *string        `json:"interpreter,omitempty" maxLength:"16" doc:"language tag, or dgs for German sign language; empty: none"`
	Away        *bool          `json:"away,omitempty" doc:"not ready at the moment: passed over, with the place kept, until it is false again"`
}

// CitizenTicket is a citizen's whole view of the own ticket. Answer of GET /api/v1/ticket and of its moves, and data of
// the frame "ticket".
type CitizenTicket struct {
	ID        civic.TicketID    `json:"id"`
	Revision  int64             `json:"revision" doc:"of the office; rises"`
	Authority string            `json:"authority" doc:"slug"`
	Office    civic.OfficeID    `json:"office"`
	Name      civic.Text        `json:"office_name"`
	Number    string            `json:"number" doc:"as printed: H 017"`
	State     civic.TicketState `json:"state" enum:"waiting,called,serving,parked,missed,served,left,closed"`
	DrawnAt   time.Time         `json:"drawn_at"`
	Ahead     int               `json:"ahead" doc:"people before this one while waiting"`
	Estimate  *Range            `json:"estimate,omitempty"`
	// Status of the office, so that the waiting one learns of pauses.
	Status  civic.OfficeState `json:"status" enum:"open,busy,paused,closed,appointment_only"`
	Text    string            `json:"text" doc:"status text key"`
	Until   *time.Time        `json:"until,omitempty"`
	Holiday civic.Text        `json:"holiday,omitempty" doc:"of the text holiday"`
	// Message of the office to all who wait.
	Message     *OfficeMessage `json:"message,omitempty"`
	From        civic.Text     `json:"from,omitempty" doc:"office that transferred the ticket here"`
	Wants       civic.ClerkID  `json:"wants,omitempty"`
	Contacts    []WantedPerson `json:"contacts,omitempty" doc:"while waiting: whom one may wait for, and what it costs"`
	Priority    bool           `json:"priority,omitempty"`
	Interpreter string         `json:"interpreter,omitempty"`
	Away        bool           `json:"away,omitempty"`
	TextOnly    bool           `json:"text_only,omitempty" doc:"wants to talk by text"`
	Topic       civic.TopicID  `json:"topic,omitempty"`
	Called      string         `json:"called_name,omitempty" doc:"how the citizen wants to be addressed"`
	Call        *Call          `json:"call,omitempty" doc:"while called or serving"`
	// ReturnUntil: a missed ticket may return until then.
	ReturnUntil *time.Time    `json:"return_until,omitempty"`
	Outcome     civic.Outcome `json:"outcome,omitempty"`
	Now         time.Time     `json:"now"`
}

// OfficeMessage is what an office tells all who wait there.
type OfficeMessage struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// WantedPerson is a contact person whom a waiting citizen may wait for.
type WantedPerson struct {
	ID    civic.ClerkID `json:"id"`
	Name  string        `json:"name"`
	State ContactState  `json:"state" enum:"free,busy,away"`
	Ahead int           `json:"ahead" doc:"people who would be before this one"`
	// Estimate is the waiting time for this person; absent when unknown.
	Estimate *Range `json:"estimate,omitempty"`
}

// MoveCode answers POST /api/v1/ticket/move-code: a one-time code that moves the ticket to another device. Once it is
// exchanged, no other device or window has the ticket any more.
type MoveCode struct {
	URL   string    `json:"url" doc:"address of the own page, the code in its fragment"`
	QR    QR        `json:"qr" doc:"the same address"`
	Until time.Time `json:"until"`
}

// QR is a QR code as an SVG path on a grid of Size by Size modules, quiet zone included.
type QR struct {
	Size int    `json:"size"`
	Path string `json:"path"`
}

// TicketExport answers GET /api/v1/ticket/export: all that is kept of the citizen (GDPR Art. 15 and 20).
type TicketExport struct {
	Ticket  map[string]any `json:"ticket"`
	Visits  []any          `json:"visits"`
	Deleted time.Time      `json:"deleted" doc:"when all of it will have been deleted at the latest"`
}

// Call says who calls.
type Call struct {
	Clerk string `json:"clerk" doc:"name of the clerk"`
	// Deadline: enter until then, please.
	Deadline *time.Time `json:"deadline,omitempty"`
	Calls    int        `json:"calls" doc:"calls in vain before this one"`
	// Interrupted: the conversation has lost a side, which has until then to come back.
	Interrupted *time.Time `json:"interrupted,omitempty"`
	EnteredAt   *time.Time `json:"entered_at,omitempty"`
}

// FrameTicket (server): CitizenTicket, the whole view whenever it changes.
const FrameTicket = "ticket"

// Grant admits one participant to one room, once, within a minute. Answer of POST /api/v1/ticket/enter, which also
// renews it while the conversation runs, and of POST /api/v1/console/desks/{desk}/grant.
type Grant struct {
	URL   string    `json:"url" doc:"wss address of the node's room socket"`
	Token string    `json:"token"`
	Until time.Time `json:"until"`
	ICE   []ICE     `json:"ice,omitempty" doc:"ICE servers; none are needed where UDP or TCP reaches the switch"`
	// RelayOnly: iceTransportPolicy relay.
	RelayOnly bool `json:"relay_only,omitempty" doc:"come by these alone"`
}

// Probe tests the way to the switch, POST /api/v1/ticket/probe.
type Probe struct {
	SDP string `json:"sdp" maxLength:"8192" doc:"an offer with a data channel and no media"`
}

// Probed answers Probe. The switch hangs up after 15 seconds.
type Probed struct {
	SDP string `json:"sdp"`
	ICE []ICE  `json:"ice,omitempty" doc:"ICE servers, to test the way round"`
	// RelayOnly: as in Grant.
	RelayOnly bool `json:"relay_only,omitempty" doc:"a conversation comes by these alone"`
}

// ICE is an ICE server as RTCPeerConnection takes it.
type ICE struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
}
