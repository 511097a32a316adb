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
	TextHoliday        = "holiday"      // closed for the day by a public holiday or a closure with a name
	TextUnpublished    = "unpublished"  // the authority does not issue numbers yet
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

// Stop is why an office issues no more numbers for the moment; empty: it does.
type Stop string

// The causes. A clerk's word lasts for the day, the others end by themselves.
const (
	StoppedByClerk Stop = "clerk"
	StoppedByLimit Stop = "limit" // Office.DayLimit, or the last number of three digits
	StoppedByTime  Stop = "time"  // who drew now would not have a turn before the day's last closing (REQUIREMENTS Q05)
)

// StopBuffer is what stays between the last one's expected turn and the closing.
const StopBuffer = 5 * time.Minute

// Situation is all that a status is computed from.
type Situation struct {
	Authority Authority
	Office    Office
	Calendar  Calendar
	Desks     DeskCount
	Waiting   int
	Issued    int // numbers of the day
	// Wait is the expected waiting time of one who draws now; WaitKnown: there is one.
	Wait      time.Duration
	WaitKnown bool
}

// Status is what an office shows: computed, never stored.
type Status struct {
	State  OfficeState
	Text   string // text key
	Action Action
	Stop   Stop      // no numbers are issued as far as clerk and counter are concerned
	Until  time.Time // of Text: end of the pause, or next opening; zero if unknown
	Reason Text      // of TextHoliday: the name of the day
	Change time.Time // until when time alone does not change the status; the end of the day at the latest
}

// StatusOf is the one table hours x desks x issuing (DESIGN section 4, invariant 6); the first line that applies.
//
//	retired                      closed, contact
//	not published                closed: not in use yet, contact
//	appointment only             appointment_only, contact
//	calendar closed, named day   closed: holiday, with the next opening, contact
//	calendar closed              closed with the next opening, contact
//	open, no desk                closed: unstaffed, contact
//	open, only absent desks      paused: for the moment unattended, contact
//	open, only paused desks      paused, draw
//	open, a desk open            open (free or with n waiting) or busy, draw
//	... and issuing stopped      the state stays, contact in the place of draw
func StatusOf(in Situation, now time.Time, loc *time.Location) Status {
	open, change := in.Calendar.At(now, loc)
	s := Status{State: OfficeClosed, Text: TextClosed, Action: ActionContact, Change: DayEnd(now, loc)}
	left := in.Calendar.Left(now, loc)
	s.Stop = in.stop(left, now, loc)
	s.changes(change, now)
	switch {
	case in.Office.Retired:
		return s
	case !in.Authority.Published:
		s.Text = TextUnpublished
		return s
	case in.Office.AppointmentOnly:
		s.State, s.Text = OfficeAppointmentOnly, TextAppointments
		return s
	case !open:
		s.Until = change
		if !change.IsZero() {
			s.Text = TextClosedUntil
		}
		if name, ok := in.Calendar.Closed(DayOf(now, loc)); ok {
			s.Text, s.Reason = TextHoliday, name
		}
		return s
	}
	desks := in.Desks
	switch {
	case desks.Free > 0 && in.Waiting == 0:
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
		s.Text = TextUnstaffed
		return s
	}
	s.changes(desks.PausedUntil, now)
	if s.Stop != "" {
		s.Text = TextIssuingStopped
		return s
	}
	if in.Office.StopsWhenFull && in.WaitKnown {
		s.changes(now.Add(left-StopBuffer-in.Wait+1), now)
	}
	s.Action = ActionDraw
	return s
}

// TextWaiting is what who has a number is told: that nobody else gets one is less than a pause.
func (s Status) TextWaiting() string {
	switch {
	case s.Text != TextIssuingStopped || s.State != OfficePaused:
		return s.Text
	case s.Until.IsZero():
		return TextPaused
	}
	return TextPausedUntil
}

// changes keeps the earliest instant after now.
func (s *Status) changes(at, now time.Time) {
	if at.After(now) && at.Before(s.Change) {
		s.Change = at
	}
}

// stop says why no numbers are issued, whether or not the office is open; left is the open time that is left of the day.
func (in Situation) stop(left time.Duration, now time.Time, loc *time.Location) Stop {
	limit := in.Office.DayLimit
	if limit <= 0 || limit > MaxDayNumber {
		limit = MaxDayNumber
	}
	switch {
	case in.Office.IssuingStopped == DayOf(now, loc):
		return StoppedByClerk
	case in.Issued >= limit:
		return StoppedByLimit
	case in.Office.StopsWhenFull && in.WaitKnown && left > 0 && in.Wait > left-StopBuffer:
		return StoppedByTime
	}
	return ""
}

// refusals are the text keys of a draw where the status offers none.
var refusals = map[string]string{
	TextUnpublished: KeyUnpublished, TextAppointments: KeyAppointmentOnly, TextUnattended: KeyOfficeUnattended, TextUnstaffed: KeyOfficeUnattended,
}

// MayDraw refuses a draw that the status does not offer, naming the reason: the same table decides what is shown
// and what is done.
func (s Status) MayDraw() error {
	if s.Action == ActionDraw {
		return nil
	}
	if err := s.MayTake(); err != nil {
		return err
	}
	key := map[Stop]string{StoppedByClerk: KeyIssuingStopped, StoppedByLimit: KeyIssuingLimit, StoppedByTime: KeyIssuingFull}[s.Stop]
	return Errorf(Conflict, key, "office is %s: issuing stopped by %s", s.State, s.Stop)
}

// MayTake refuses a ticket that a colleague transfers to an office that does not serve now. That it issues no new numbers
// is no obstacle: this one has been issued.
func (s Status) MayTake() error {
	if s.Action == ActionDraw || s.Text == TextIssuingStopped {
		return nil
	}
	key := refusals[s.Text]
	if key == "" {
		key = KeyOfficeClosed
	}
	return Errorf(Conflict, key, "office is %s: %s", s.State, s.Text)
}
