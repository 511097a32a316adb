package protocol

import (
	"time"

	"schalter/server/civic"
)

// Settings answers GET /api/v1/console/settings and every change of them: all that the caller may see of an
// authority's settings.
type Settings struct {
	Revision  int64             `json:"revision" doc:"every change names the one it was made on"`
	Slug      string            `json:"slug"`
	Profile   AuthorityProfile  `json:"profile"`
	Origins   []string          `json:"origins"`
	Texts     []OwnText         `json:"texts"`
	Retention RetentionSettings `json:"retention"`
	Kept      []Kept            `json:"kept" doc:"what is deleted when"`
	Calendar  AuthorityCalendar `json:"calendar"`
	Offices   []OfficeSettings  `json:"offices" doc:"in the order of the board, the retired ones last"`
	Missing   []string          `json:"missing" doc:"paths of what is needed before numbers may be drawn"`
	Languages []string          `json:"languages" doc:"what the widget speaks"`
	Logo      string            `json:"logo,omitempty" doc:"path of the logo"`
	// PrivacySince tells since when the privacy notice is what it is.
	PrivacyVersion int           `json:"privacy_version"`
	PrivacySince   *time.Time    `json:"privacy_since,omitempty"`
	Holidays       []HolidayDate `json:"holidays" doc:"of the next twelve months"`
	Lands          []Land        `json:"lands"`
	SecondFactor   bool          `json:"second_factor"`
}

// AuthorityProfile is who the authority is.
type AuthorityProfile struct {
	Name            civic.Text `json:"name"`
	Phone           string     `json:"phone" maxLength:"60"`
	Email           string     `json:"email" maxLength:"254"`
	Address         string     `json:"address" maxLength:"200"`
	Accent          string     `json:"accent" maxLength:"7" doc:"#rrggbb; empty: ours"`
	Languages       []string   `json:"languages" maxItems:"20" doc:"offered to citizens, the first is the default; none: all"`
	Privacy         string     `json:"privacy" maxLength:"500"`
	PrivacyRenewed  bool       `json:"privacy_renewed,omitempty" doc:"in a change: the notice at that address has a new text"`
	Imprint         string     `json:"imprint" maxLength:"500"`
	Statement       string     `json:"statement" maxLength:"500"`
	Published       bool       `json:"published" doc:"numbers may be drawn"`
	ClerkStatistics bool       `json:"clerk_statistics" doc:"the staff council has agreed to figures per clerk"`
}

// OwnText replaces one of the widget's texts in one language.
type OwnText struct {
	Key  string `json:"key" maxLength:"80"`
	Lang string `json:"lang" maxLength:"8"`
	Text string `json:"text" maxLength:"600"`
}

// RetentionSettings say how long what is kept; 0 is the default.
type RetentionSettings struct {
	TicketHours int    `json:"ticket_hours" minimum:"0" maximum:"10000"`
	AuditDays   int    `json:"audit_days" minimum:"0" maximum:"10000"`
	Reason      string `json:"reason" maxLength:"300" doc:"needed for anything longer than its default"`
}

// Kept is a line of the retention table.
type Kept struct {
	What    string `json:"what"`
	Minutes int    `json:"minutes" doc:"after its end; 0: for good, or with own by an end of its own"`
	Own     bool   `json:"own,omitempty"`
}

// AuthorityCalendar are the days on which all offices are closed.
type AuthorityCalendar struct {
	Land     string         `json:"land" maxLength:"2" doc:"federal state; empty: no public holidays"`
	Local    []string       `json:"local" maxItems:"20"`
	Without  []civic.Day    `json:"without" maxItems:"400" doc:"holidays on which the authority is open all the same"`
	Closures []ClosureDates `json:"closures" maxItems:"400"`
}

// HolidayDate is a public holiday.
type HolidayDate struct {
	Day  civic.Day  `json:"day"`
	Name civic.Text `json:"name"`
}

// Land is a federal state with the holidays that some of its municipalities keep.
type Land struct {
	Code  string         `json:"code"`
	Name  civic.Text     `json:"name"`
	Local []LocalHoliday `json:"local"`
}

// LocalHoliday is a holiday of some municipalities.
type LocalHoliday struct {
	Key  string     `json:"key"`
	Name civic.Text `json:"name"`
}

// ClosureDates is a time in which offices are closed; start and end are absent for whole days.
type ClosureDates struct {
	From  civic.Day  `json:"from" maxLength:"10"`
	To    civic.Day  `json:"to" maxLength:"10" doc:"the last day"`
	Start string     `json:"start,omitempty" maxLength:"5" doc:"hh:mm"`
	End   string     `json:"end,omitempty" maxLength:"5" doc:"hh:mm, up to 24:00"`
	Name  civic.Text `json:"name,omitempty"`
}

// OfficeSettings is all that may be set of an office.
type OfficeSettings struct {
	ID      civic.OfficeID `json:"id"`
	Retired bool           `json:"retired"`
	Profile OfficeProfile  `json:"profile"`
	Hours   OfficeHours    `json:"hours"`
	Coming  []DayHours     `json:"coming" doc:"the next 14 days as they really are"`
}

// OfficeProfile is an office without its hours.
type OfficeProfile struct {
	Slug            string          `json:"slug" maxLength:"40"`
	Name            civic.Text      `json:"name"`
	About           civic.Text      `json:"about"`
	Prefix          string          `json:"prefix" maxLength:"2"`
	Phone           string          `json:"phone" maxLength:"60" doc:"empty: the authority's"`
	Email           string          `json:"email" maxLength:"254"`
	AppointmentOnly bool            `json:"appointment_only"`
	ListsContacts   bool            `json:"lists_contacts"`
	DayLimit        int             `json:"day_limit" minimum:"0" maximum:"10000" doc:"0: 999"`
	StopsWhenFull   bool            `json:"stops_when_full"`
	MaxCalls        int             `json:"max_calls" minimum:"0" maximum:"10000" doc:"0: the default"`
	CallSeconds     int             `json:"call_seconds" minimum:"0" maximum:"10000" doc:"0: the default"`
	Topics          []TopicSettings `json:"topics" maxItems:"100"`
}

// TopicSettings is a topic.
type TopicSettings struct {
	ID   civic.TopicID `json:"id,omitempty" maxLength:"64" doc:"absent: a new one"`
	Name civic.Text    `json:"name"`
}

// OfficeHours are an office's weekly plan and its exceptions.
type OfficeHours struct {
	Weekly   []PlannedInterval `json:"weekly" maxItems:"400"`
	Closures []ClosureDates    `json:"closures" maxItems:"400"`
	Openings []ExtraOpening    `json:"openings" maxItems:"400"`
}

// PlannedInterval is an opening on one weekday.
type PlannedInterval struct {
	Weekday int       `json:"weekday" minimum:"0" maximum:"6" doc:"0 is Sunday"`
	From    string    `json:"from" maxLength:"5" doc:"hh:mm"`
	To      string    `json:"to" maxLength:"5" doc:"hh:mm, up to 24:00"`
	Since   civic.Day `json:"since,omitempty" maxLength:"10" doc:"first day on which it holds"`
	Until   civic.Day `json:"until,omitempty" maxLength:"10" doc:"last day on which it holds"`
}

// ExtraOpening is an opening on one day, against holidays and closures.
type ExtraOpening struct {
	Day  civic.Day `json:"day" maxLength:"10"`
	From string    `json:"from" maxLength:"5"`
	To   string    `json:"to" maxLength:"5"`
}

// DayHours is a day as it really is.
type DayHours struct {
	Day    civic.Day  `json:"day"`
	Open   []Interval `json:"open"`
	Closed civic.Text `json:"closed,omitempty" doc:"why, if it has a name"`
}

// ChangeAuthority is the body of PUT /api/v1/console/settings/authority: sections that are absent stay as they are.
type ChangeAuthority struct {
	Revision  int64              `json:"revision"`
	Profile   *AuthorityProfile  `json:"profile,omitempty"`
	Origins   *OriginList        `json:"origins,omitempty"`
	Texts     *OwnTexts          `json:"texts,omitempty"`
	Retention *RetentionSettings `json:"retention,omitempty"`
	Calendar  *AuthorityCalendar `json:"calendar,omitempty"`
}

// OriginList are the sites that may show the widget.
type OriginList struct {
	List []string `json:"list" maxItems:"100"`
}

// OwnTexts are all replaced texts.
type OwnTexts struct {
	List []OwnText `json:"list" maxItems:"1000"`
}

// ChangeOffice is the body of POST /api/v1/console/settings/offices and PUT .../offices/{office}.
type ChangeOffice struct {
	Revision int64         `json:"revision"`
	Profile  OfficeProfile `json:"profile"`
}

// ChangeHours is the body of PUT /api/v1/console/settings/offices/{office}/hours.
type ChangeHours struct {
	Revision int64       `json:"revision"`
	Hours    OfficeHours `json:"hours"`
}

// RetireOffice is the body of PUT /api/v1/console/settings/offices/{office}/retired.
type RetireOffice struct {
	Retired bool `json:"retired" doc:"false: it comes back"`
}

// OfficeOrder is the body of PUT /api/v1/console/settings/order.
type OfficeOrder struct {
	Offices []civic.OfficeID `json:"offices" maxItems:"200"`
}

// ImportSettings is the body of POST /api/v1/console/settings/import.
type ImportSettings struct {
	Text string `json:"text" maxLength:"524288" doc:"YAML, as the export writes it"`
	Dry  bool   `json:"dry" doc:"only tell what would change"`
}

// Imported answers an import.
type Imported struct {
	Changes []SettingsChange `json:"changes"`
}

// SettingsChange is one setting that differs.
type SettingsChange struct {
	Path   string `json:"path"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// AuditLog answers GET /api/v1/console/settings/audit.
type AuditLog struct {
	Lines []AuditLine `json:"lines" doc:"the latest first"`
	More  bool        `json:"more" doc:"there are more than are shown"`
}

// AuditLine is one act.
type AuditLine struct {
	At      time.Time `json:"at"`
	Who     string    `json:"who" doc:"name; empty: the program itself, or one who is gone"`
	Act     string    `json:"act"`
	Office  string    `json:"office,omitempty"`
	Subject string    `json:"subject,omitempty"`
	Detail  string    `json:"detail,omitempty"`
}
