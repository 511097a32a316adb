package civic

import (
	"errors"
	"fmt"
)

// Code says what kind of refusal an Error is. web maps each to one HTTP status and one close code.
type Code string

// The codes. Anything that is not an *Error counts as Internal.
const (
	Invalid         Code = "invalid"         // the request makes no sense as it stands: 422
	Unauthenticated Code = "unauthenticated" // no secret, or a wrong or expired one: 401
	Forbidden       Code = "forbidden"       // the caller may not do this: 403
	NotFound        Code = "not_found"       // there is no such thing for this caller: 404
	Conflict        Code = "conflict"        // the state forbids the move: 409
	Gone            Code = "gone"            // it has been there and is over: 410
	TooLarge        Code = "too_large"       // the body or frame is over its limit: 413
	TooMany         Code = "too_many"        // rate or quantity limit: 429
	Unavailable     Code = "unavailable"     // the server can't at the moment: 503
	Internal        Code = "internal"        // a fault of ours: 500
)

// Error is a refusal with a meaning. Key names the sentence the citizen or clerk sees (a text key of the
// widget, "error." before it); Detail is English and only logged.
type Error struct {
	Code   Code
	Key    string
	Detail string
	Flaws  []Flaw // of what was sent, one by one; may be empty
}

func (e *Error) Error() string {
	if e.Detail == "" {
		return string(e.Code) + ": " + e.Key
	}
	return string(e.Code) + ": " + e.Key + ": " + e.Detail
}

// Errorf makes an *Error whose detail is formatted.
func Errorf(code Code, key, format string, args ...any) error {
	return &Error{Code: code, Key: key, Detail: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of err: Internal for foreign errors, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// KeyOf returns the text key of err: "internal" for foreign errors, "" for nil.
func KeyOf(err error) string {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Key
	}
	return "internal"
}

// Text keys of refusals, in the widget as "error.KEY". One list, so that a test can compare it with the
// locale files.
const (
	KeyAuthorityUnknown    = "authority_unknown"
	KeyOfficeUnknown       = "office_unknown"
	KeyTopicUnknown        = "topic_unknown"
	KeyOfficeClosed        = "office_closed"
	KeyOfficeUnattended    = "office_unattended"
	KeyIssuingStopped      = "issuing_stopped"
	KeyAppointmentOnly     = "appointment_only"
	KeyIssuingLimit        = "issuing_limit" // as many numbers as the office gives out on a day
	KeyIssuingFull         = "issuing_full"  // who draws now would no longer have a turn today
	KeyTicketUnknown       = "ticket_unknown"
	KeyTicketOver          = "ticket_over"
	KeyTicketState         = "ticket_state"
	KeyTicketHeld          = "ticket_held"
	KeyReturnOver          = "return_over"
	KeyResumeUnknown       = "resume_unknown"
	KeyIdempotencyReused   = "idempotency_reused"
	KeyDeskUnknown         = "desk_unknown"
	KeyDeskState           = "desk_state"
	KeyDeskBusy            = "desk_busy"
	KeyNobodyWaiting       = "nobody_waiting"
	KeyTakenByColleague    = "taken_by_colleague"
	KeyVisitOver           = "visit_over"
	KeyGrantUnknown        = "grant_unknown"
	KeyRoomUnavailable     = "room_unavailable"
	KeyLoginWrong          = "login_wrong"
	KeySessionOver         = "session_over"
	KeyForbidden           = "forbidden"
	KeyFactorNeeded        = "factor_needed"
	KeyOriginForeign       = "origin_foreign"
	KeyHeaderMissing       = "header_missing"
	KeyTooManyDraws        = "too_many_draws"
	KeyTooManyRequests     = "too_many_requests"
	KeyBodyTooLarge        = "body_too_large"
	KeyBodyMalformed       = "body_malformed"
	KeyFrameMalformed      = "frame_malformed"
	KeyProtocolVersion     = "protocol_version"
	KeyNotFound            = "not_found"
	KeyStorageFull         = "storage_full"
	KeyUnavailable         = "unavailable"
	KeyInternal            = "internal"
	KeyUnpublished         = "unpublished"
	KeyNobodyReady         = "nobody_ready"
	KeyReasonMissing       = "reason_missing"
	KeyLastCall            = "last_call"
	KeyContactUnknown      = "contact_unknown"
	KeyTicketMoved         = "ticket_moved"
	KeyConversationRunning = "conversation_running"

	KeyGuestUnknown     = "guest_unknown"
	KeyGuestState       = "guest_state"
	KeyGuestDeclined    = "guest_declined"
	KeyGuestRemoved     = "guest_removed"
	KeyGuestsFull       = "guests_full"
	KeyRoomLocked       = "room_locked"
	KeyConsultOver      = "consult_over"
	KeyConsultState     = "consult_state"
	KeyColleagueUnknown = "colleague_unknown"
	KeyColleagueBusy    = "colleague_busy"
	KeyColleagueAway    = "colleague_away"
	KeyColleagueNoDesk  = "colleague_no_desk"
	KeyConsulting       = "consulting" // the clerk speaks with a colleague
	KeyGuestMail        = "guest_mail"
	KeyGuestMailOff     = "guest_mail_off"

	KeySpanInvalid     = "span_invalid"
	KeyClerkStatistics = "clerk_statistics"
)
