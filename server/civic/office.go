package civic

import "time"

// Window is how long a called citizen of the office has to enter.
func (o Office) Window() time.Duration {
	if o.CallSeconds > 0 {
		return time.Duration(o.CallSeconds) * time.Second
	}
	return CallWindow
}

// Attempts is how often the office calls a ticket in vain before it is missed.
func (o Office) Attempts() int {
	if o.MaxCalls > 0 {
		return o.MaxCalls
	}
	return MaxCalls
}

// Told is the office's message to all who wait, and since when; it ends with its day. Empty: none.
func (o Office) Told(now time.Time, loc *time.Location) (string, time.Time) {
	if o.Message == "" || DayOf(o.MessageAt, loc) != DayOf(now, loc) {
		return "", time.Time{}
	}
	return o.Message, o.MessageAt
}

// CallReason says why a certain ticket is called out of turn.
type CallReason string

// The reasons. There is no free text: it would hold what belongs to nobody's log.
const (
	ReasonAgreed    CallReason = "agreed"    // was promised, or has been here before
	ReasonUrgent    CallReason = "urgent"    // can't wait
	ReasonPerson    CallReason = "person"    // fits this clerk
	ReasonTechnical CallReason = "technical" // trouble with the line before
)
