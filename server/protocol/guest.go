package protocol

import (
	"time"

	"schalter/server/civic"
)

// InviteGuest is the body of POST /api/v1/console/desks/{desk}/guests.
type InviteGuest struct {
	Kind civic.GuestKind `json:"kind" enum:"interpreter,companion,expert"`
	Name string          `json:"name" maxLength:"60" doc:"shown to the citizen, who is asked"`
	// Email is used for this one message and not kept.
	Email string `json:"email,omitempty" maxLength:"254"`
}

// GuestInvitation answers it. The link is told this once.
type GuestInvitation struct {
	Guest  civic.GuestID `json:"guest"`
	URL    string        `json:"url" doc:"address of the guest's page, the token in its fragment"`
	QR     QR            `json:"qr" doc:"the same address"`
	Mailed bool          `json:"mailed,omitempty"`
	// MailFailed: the message could not be sent; hand the link over another way.
	MailFailed bool `json:"mail_failed,omitempty"`
}

// SilenceGuest is the body of PUT /api/v1/console/desks/{desk}/guests/{guest}.
type SilenceGuest struct {
	Muted  bool `json:"muted" doc:"sound off"`
	Hidden bool `json:"hidden" doc:"picture and screen off"`
}

// LockRoom is the body of PUT /api/v1/console/desks/{desk}/lock.
type LockRoom struct {
	Locked bool `json:"locked"`
}

// GuestAnswer is the body of POST /api/v1/ticket/guests/{guest}.
type GuestAnswer struct {
	Agree bool `json:"agree" doc:"false also takes an earlier agreement back"`
}

// FrameGuest (server): GuestView, the whole view whenever it changes.
const FrameGuest = "guest"

// GuestView is what a guest is told before and beside the room: nothing of the citizen.
type GuestView struct {
	Authority BoardAuthority   `json:"authority"`
	Office    civic.Text       `json:"office"`
	Clerk     string           `json:"clerk" doc:"who invites"`
	Kind      civic.GuestKind  `json:"kind" enum:"interpreter,companion,expert"`
	Name      string           `json:"name"`
	State     civic.GuestState `json:"state" enum:"invited,waiting,admitted,declined,removed"`
	Begun     bool             `json:"begun,omitempty" doc:"the citizen is in the conversation"`
	Over      bool             `json:"over,omitempty" doc:"the conversation has ended"`
	Locked    bool             `json:"locked,omitempty" doc:"the room lets no further guest in"`
	Muted     bool             `json:"muted,omitempty" doc:"the clerk has switched the sound off"`
	Hidden    bool             `json:"hidden,omitempty" doc:"and the picture"`
	Now       time.Time        `json:"now"`
}
