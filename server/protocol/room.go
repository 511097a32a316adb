package protocol

import (
	"time"

	"schalter/server/civic"
)

// Frames of the room socket, /api/v1/room. The client speaks first: join.
const (
	FrameJoin        = "join"         // client: Join
	FrameJoined      = "joined"       // server: Joined
	FrameOffer       = "offer"        // client: Offer
	FrameAnswer      = "answer"       // server: Answer
	FrameSeats       = "seats"        // server: Seats, before media changes
	FrameSeated      = "seated"       // client: Seated; only now media of newly assigned seats may flow
	FrameMore        = "more"         // server: More; the client offers again with at least that many seats
	FrameSends       = "sends"        // client: Sends
	FrameShows       = "shows"        // client: Shows, whenever sizes change
	FrameSpoken      = "spoken"       // server: Spoken, whenever it changes
	FrameLayers      = "layers"       // server: Layers; what nobody receives need not be sent
	FrameHeard       = "heard"        // client: Heard, before the first offer of a connection
	FrameAskScreen   = "ask_screen"   // client: no data; asks the clerk for leave to show a screen or a second camera
	FrameAllowScreen = "allow_screen" // client, the clerk's side alone: AllowScreen
	FrameRoom        = "room"         // server: RoomView, the whole view whenever it changes
	FrameLeave       = "leave"        // client: no data
	FrameICE         = "ice"          // server: Relays, before the credentials known run out
	FrameEnded       = "ended"        // server: Ended, then the socket closes
)

// Join is the first frame on a room socket.
type Join struct {
	Versions []int  `json:"versions"`
	Grant    string `json:"grant" maxLength:"64"`
}

// Joined answers Join.
type Joined struct {
	Version     int       `json:"version"`
	Participant string    `json:"participant" doc:"own id in seats and room views"`
	Now         time.Time `json:"now"`
}

// Offer is the client's offer, the first and every later one. The client always offers.
type Offer struct {
	ID    int    `json:"id" doc:"rises; the answer carries it"`
	SDP   string `json:"sdp" maxLength:"24576"`
	Lines Lines  `json:"lines"`
}

// Lines says which m-line of the offer, by mid, is what. Empty: not offered.
type Lines struct {
	Sound   string     `json:"sound,omitempty" maxLength:"16"`
	Camera  string     `json:"camera,omitempty" maxLength:"16"`
	Screen  string     `json:"screen,omitempty" maxLength:"16"`
	Seats   []SeatLine `json:"seats" maxItems:"24"`
	Screens []string   `json:"screens,omitempty" maxItems:"4" doc:"receiving screen lines"`
}

// SeatLine is a receiving pair; both lines come with one msid, so that lips stay in step.
type SeatLine struct {
	Sound   string `json:"sound" maxLength:"16"`
	Picture string `json:"picture" maxLength:"16"`
}

// Answer answers the offer of that id.
type Answer struct {
	ID  int    `json:"id"`
	SDP string `json:"sdp"`
}

// Seats says who sits where: index by index the receiving lines of the last offer. A tile stays blank until the
// first frame after its assignment.
type Seats struct {
	Version uint64 `json:"version"`
	Seats   []Seat `json:"seats"`
	Screens []Seat `json:"screens,omitempty"`
}

// Seat is one receiving pair. An empty participant: free.
type Seat struct {
	Participant string `json:"participant,omitempty"`
	Sound       bool   `json:"sound"`
	Picture     bool   `json:"picture"`
	Withheld    bool   `json:"withheld,omitempty" doc:"there is a picture, but the line to this client is too narrow for it now"`
	Unreadable  bool   `json:"unreadable,omitempty" doc:"there is a picture, in a codec that this client did not offer to receive"`
}

// Seated acknowledges a seat map.
type Seated struct {
	Version uint64 `json:"version"`
}

// More asks for more seats.
type More struct {
	Seats int `json:"seats"`
}

// Sends says what the participant sends at the moment: mute and camera off are states others can read.
type Sends struct {
	Sound   bool `json:"sound"`
	Picture bool `json:"picture"`
	Screen  bool `json:"screen"`
	// SecondCamera says that what the screen line shows is a camera: a document held before it.
	SecondCamera bool `json:"second_camera"`
	// Signing is the sign of who signs: active speaker as whoever is heard (REQUIREMENTS A15).
	Signing bool `json:"signing"`
}

// AllowScreen gives a participant leave to show a screen, once, or takes it away: then what is shown ends at once.
type AllowScreen struct {
	Participant string `json:"participant" maxLength:"64"`
	On          bool   `json:"on"`
}

// Heard says how much of the others' real-time text the client has from earlier connections, so that it goes on from
// there. The text itself travels by data channels with the protocol t140: see the server's README.
type Heard struct {
	Texts []HeardText `json:"texts" maxItems:"24"`
}

// HeardText is one participant's text.
type HeardText struct {
	Participant string `json:"participant" maxLength:"64"`
	Epoch       string `json:"epoch" maxLength:"32" doc:"as the channel's label had it"`
	Position    int    `json:"position" minimum:"0" maximum:"1073741824" doc:"where the next character stands: the label's position and the characters (code points) that came since"`
}

// Relays are the grant's ICE servers with fresh credentials, for the next offer with an ICE restart.
type Relays struct {
	ICE []ICE `json:"ice"`
}

// Shows says how large the client shows the others' pictures. One that is not named counts as shown large.
type Shows struct {
	Pictures []Shown `json:"pictures" maxItems:"64"`
}

// Shown is the size of one picture in device pixels; 0: it is not shown, and not sent.
type Shown struct {
	Participant string `json:"participant" maxLength:"64"`
	Screen      bool   `json:"screen,omitempty" doc:"the shared screen, not the camera"`
	Width       int    `json:"width" minimum:"0" maximum:"16384"`
	Height      int    `json:"height" minimum:"0" maximum:"16384"`
	Pinned      bool   `json:"pinned,omitempty" doc:"goes first when the line is narrow"`
}

// Layers says what of a participant's pictures anybody receives.
type Layers struct {
	Camera []string `json:"camera" doc:"the rids to send; all others rest"`
	Screen int      `json:"screen,omitempty" doc:"the most that the screen may take, bits a second; absent: no bound"`
	Repeat bool     `json:"repeat,omitempty" doc:"sound gets lost on the way here: send it with redundancy (RED)"`
}

// Spoken says who speaks at the moment, by the loudness that comes with the sound: the same to all in the room.
type Spoken struct {
	Participants []string `json:"participants"`
}

// RoomView is who is in the room.
type RoomView struct {
	Office    civic.Text `json:"office"`
	Number    string     `json:"number"`
	StartedAt *time.Time `json:"started_at,omitempty" doc:"when the citizen entered"`
	Moment    *time.Time `json:"moment,omitempty" doc:"since when the clerk is away for a moment: neither hears nor sees anybody, nor is heard or seen"`
	// Colleague of the clerk who is to take part, or does.
	Colleague    *ColleagueComes `json:"colleague,omitempty"`
	Participants []Participant   `json:"participants"`
	Guests       []RoomGuest     `json:"guests,omitempty" doc:"for the clerk all that are invited, for the citizen those who wait or are let in"`
	Locked       bool            `json:"locked,omitempty" doc:"lets no further guest in"`
	Captioned    bool            `json:"captioned,omitempty" doc:"somebody writes captions: the operator's own service, or a person"`
}

// ColleagueComes is a colleague of the clerk whom the citizen is asked to let in, with name and role, before any media flow
// (REQUIREMENTS P18).
type ColleagueComes struct {
	Consult civic.ConsultID `json:"consult"`
	Name    string          `json:"name"`
	Agreed  bool            `json:"agreed"`
}

// RoomGuest is somebody who was invited to the visit.
type RoomGuest struct {
	ID    civic.GuestID    `json:"id"`
	Kind  civic.GuestKind  `json:"kind" enum:"interpreter,companion,expert"`
	Name  string           `json:"name"`
	State civic.GuestState `json:"state" enum:"invited,waiting,admitted,declined,removed"`
	Here  bool             `json:"here" doc:"the guest's page is open"`
	// Muted and Hidden: the clerk has switched the guest's sound, or picture and screen, off.
	Muted  bool `json:"muted,omitempty"`
	Hidden bool `json:"hidden,omitempty"`
}

// Participant is one in the room. Name and role are always text, not only picture (REQUIREMENTS A09).
type Participant struct {
	ID   string     `json:"id"`
	Side civic.Side `json:"side" enum:"citizen,clerk,guest,colleague"`
	Name string     `json:"name,omitempty" doc:"empty: show the role"`
	// Kind of a guest.
	Kind civic.GuestKind `json:"kind,omitempty" enum:",interpreter,companion,expert"`
	// Here is false while the connection of this one is lost.
	Here bool `json:"here"`
	// ScreenLeave is the clerk's word on showing a screen. The clerk needs none.
	ScreenLeave ScreenLeave `json:"screen_leave,omitempty" enum:",asked,allowed,declined"`
	Sends
}

// Ended says why the room closed on this participant.
type Ended struct {
	Reason EndReason `json:"reason" enum:"finished,left,replaced,removed,failed"`
}

// EndReason is why a room socket ended.
type EndReason string

// The reasons.
const (
	EndFinished EndReason = "finished" // the visit is over
	EndLeft     EndReason = "left"     // own leave
	EndReplaced EndReason = "replaced" // the same participant joined again elsewhere
	EndRemoved  EndReason = "removed"  // admission was withdrawn: parked, transferred, interrupted too long
	EndFailed   EndReason = "failed"   // ask for a new grant and join again
)

// ScreenLeave is the clerk's word on who else shows a screen.
type ScreenLeave string

// The words, as visit.Leave.
const (
	LeaveAsked    ScreenLeave = "asked"
	LeaveAllowed  ScreenLeave = "allowed"
	LeaveDeclined ScreenLeave = "declined"
)
