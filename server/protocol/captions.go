package protocol

import (
	"time"

	"schalter/server/civic"
)

// Frames of the captions socket, /api/v1/captions: an operator's own speech-to-text server, or a person who types along,
// writes captions into one visit. The client speaks first: captioner.
const (
	FrameCaptioner  = "captioner"  // client: Captioner
	FrameCaptioning = "captioning" // server: Captioning, at first and whenever it changes who is there
	FrameCaption    = "caption"    // client: Caption; in the room's socket, server: Caption
)

// CaptionerLink is what the captioner needs. The token is shown once and ends with the visit.
type CaptionerLink struct {
	URL   string `json:"url" doc:"of the socket"`
	Token string `json:"token"`
}

// Captioner is the first frame on a captions socket.
type Captioner struct {
	Versions []int  `json:"versions"`
	Token    string `json:"token" maxLength:"64"`
}

// Captioning says who may be captioned.
type Captioning struct {
	Version      int       `json:"version"`
	Participants []Speaker `json:"participants"`
}

// Speaker is one in the room.
type Speaker struct {
	ID   string     `json:"id"`
	Side civic.Side `json:"side" enum:"citizen,clerk,guest,colleague"`
	Name string     `json:"name,omitempty"`
	Here bool       `json:"here"`
}

// Caption is what a participant says, as text. One that is not final is replaced by the next one of the same participant.
type Caption struct {
	Participant string     `json:"participant" maxLength:"64" doc:"id of the speaker"`
	Text        string     `json:"text" maxLength:"500"`
	Final       bool       `json:"final"`
	At          *time.Time `json:"at,omitempty" doc:"when it was said; now, if it is left out"`
}
