package sfu

import "errors"

// Errors that Join and Offer return, to be told apart with errors.Is. All others are internal.
var (
	// ErrClosed: the switch, the room or the peer has ended.
	ErrClosed = errors.New("sfu: closed")
	// ErrTooLarge: the offer is longer than 24 KiB, or has more than 48 media lines, 50 candidates or 3 layers.
	ErrTooLarge = errors.New("sfu: offer too large")
	// ErrTooOften: this peer offers more often than once a second in the long run.
	ErrTooOften = errors.New("sfu: offers too often")
	// ErrBadOffer: the offer cannot be parsed, or lacks what a browser's offer always has.
	ErrBadOffer = errors.New("sfu: bad offer")
	// ErrBadLines: Lines names a mid which the offer lacks, names it twice, or of the wrong kind or direction.
	ErrBadLines = errors.New("sfu: lines do not fit the offer")
	// ErrNoCodec: a line offers neither Opus (sound) nor VP8 or H.264 in constrained baseline, mode 1 (picture).
	ErrNoCodec = errors.New("sfu: no known codec offered")
)

// Reason says why a peer ended.
type Reason string

const (
	// ReasonLeft: Peer.Close was called, or the client closed its connection.
	ReasonLeft Reason = "left"
	// ReasonReplaced: the same participant joined again.
	ReasonReplaced Reason = "replaced"
	// ReasonRoomClosed: CloseRoom or Switch.Close was called.
	ReasonRoomClosed Reason = "room_closed"
	// ReasonFailed: the connection was not made within a minute of joining, or closed before, or was lost and did not come back
	// within 35 s, or the client broke a bound. Joining anew is the way on.
	ReasonFailed Reason = "failed"
)
