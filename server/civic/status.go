package civic

import "time"

// OfficeState is what the board shows.
type OfficeState string

// The states of an office.
const (
	OfficeOpen            OfficeState = "open"
	OfficeBusy            OfficeState = "busy" // open, every desk in conversation
	OfficePaused          OfficeState = "paused"
	OfficeClosed          OfficeState = "closed"
	OfficeAppointmentOnly OfficeState = "appointment_only"
)

// Action is what the board offers in the place of the button. There is no dead button: where no number can be
// drawn, the next step stands there.
type Action string

// The actions.
const (
	ActionDraw    Action = "draw"
	ActionContact Action = "contact" // phone and e-mail
)

// Status text keys, in the widget as "status.KEY".
const (
	TextOpenFree       = "open_free"
	TextWaiting        = "waiting"
	TextBusy           = "busy"
	TextPaused         = "paused"
	TextPausedUntil    = "paused_until"
	TextClosed         = "closed"
	TextClosedUntil    = "closed_until" // with the next opening
	TextUnstaffed      = "unstaffed"    // hours are on, but no desk is open
	TextUnattended     = "unattended"   // the clerk's connection is lost for the moment
	TextIssuingStopped = "issuing_stopped"
	TextAppointments   = "appointment_only"
)

// DeskCount counts an office's desks as the status table needs them.
type DeskCount struct {
	Free, Busy, Paused, Absent int
	PausedUntil                time.Time // the earliest return that was announced
}

// Status is what an office shows: computed, never stored.
type Status struct {
	State   OfficeState
	Text    string // text key
	Action  Action
	Issuing bool      // numbers are issued as far as clerk and counter are concerned
	Until   time.Time // of Text: end of the pause, or next opening; zero if unknown
}

// StatusOf is the one table hours x desks x issuing (DESIGN section 4, invariant 6).
//
//	appointment only             appointment_only, contact
//	hours closed                 closed with the next opening, contact
//	open, no desk                closed: unstaffed, contact
//	open, only absent desks      paused: for the moment unattended, contact
//	open, only paused desks      paused, draw
//	open, a desk open            open (free or with n waiting) or busy, draw
//	... and issuing stopped      the state stays, contact in the place of draw
func StatusOf(o Office, desks DeskCount, waiting, issued int, now time.Time, loc *time.Location) Status {
	open, change := Calendar{Hours: o.Hours}.At(now, loc)
	s := Status{Issuing: o.IssuingStopped != DayOf(now, loc) && issued < MaxDayNumber, Action: ActionContact}
	switch {
	case o.AppointmentOnly:
		s.State, s.Text = OfficeAppointmentOnly, TextAppointments
		return s
	case !open && change.IsZero():
		s.State, s.Text = OfficeClosed, TextClosed
		return s
	case !open:
		s.State, s.Text, s.Until = OfficeClosed, TextClosedUntil, change
		return s
	case desks.Free > 0 && waiting == 0:
		s.State, s.Text = OfficeOpen, TextOpenFree
	case desks.Free > 0:
		s.State, s.Text = OfficeOpen, TextWaiting
	case desks.Busy > 0:
		s.State, s.Text = OfficeBusy, TextBusy
	case desks.Paused > 0 && desks.PausedUntil.After(now):
		s.State, s.Text, s.Until = OfficePaused, TextPausedUntil, desks.PausedUntil
	case desks.Paused > 0:
		s.State, s.Text = OfficePaused, TextPaused
	case desks.Absent > 0:
		s.State, s.Text = OfficePaused, TextUnattended
		return s
	default:
		s.State, s.Text = OfficeClosed, TextUnstaffed
		return s
	}
	if !s.Issuing {
		s.Text = TextIssuingStopped
		return s
	}
	s.Action = ActionDraw
	return s
}

// MayDraw refuses a draw that the status does not offer, naming the reason: the same table decides what is shown
// and what is done.
func (s Status) MayDraw() error {
	if s.Action == ActionDraw {
		return nil
	}
	key := KeyOfficeClosed
	switch {
	case s.Text == TextIssuingStopped:
		key = KeyIssuingStopped
	case s.Text == TextAppointments:
		key = KeyAppointmentOnly
	case s.Text == TextUnattended, s.Text == TextUnstaffed:
		key = KeyOfficeUnattended
	}
	return Errorf(Conflict, key, "office is %s: %s", s.State, s.Text)
}
