package civic

import "time"

// Authority is the tenant: a town, a county, a bank, a practice. Every row of the database carries its id.
type Authority struct {
	ID        AuthorityID
	Slug      string // in addresses: /b/SLUG.js, /f/SLUG/
	Name      Text
	Phone     string
	Email     string
	Address   string
	Privacy   string // address of the privacy notice, may be empty
	Imprint   string
	Statement string // address of the accessibility statement, may be empty
	Accent    string // "#rrggbb", the town's colour
	Origins   []string
	// Texts replaces texts of the widget by key: a practice says Patient/in instead of Bürger/in.
	Texts map[string]Text
	// Languages are offered to citizens, the first is the default; none: German and English.
	Languages []string
	// Holidays says which public holidays the authority keeps; Closures hold for all of its offices.
	Holidays Holidays
	Closures []Closure
	// Published: numbers may be drawn. Needs privacy notice, imprint and accessibility statement (REQUIREMENTS P06).
	Published bool
	// PrivacyVersion and PrivacySince tell since when the privacy notice is what it is.
	PrivacyVersion int
	PrivacySince   time.Time
	// SecondFactor: nobody works in the console with a password alone.
	SecondFactor bool
	// ClerkStatistics: the staff council has agreed to figures per clerk (REQUIREMENTS P15).
	ClerkStatistics bool
	Retention       Retention
	SSO             SSO
	// LogoAt is when the logo was changed last; zero: there is none. Not saved with the authority.
	LogoAt time.Time
	// Revision rises with every change of the settings.
	Revision int64
}

// Holidays says which public holidays an authority keeps.
type Holidays struct {
	// Land is the two letters of the federal state, "BY"; empty: no public holidays at all.
	Land string
	// Local names the days that hold in some municipalities of a Land only, such as "mariae_himmelfahrt".
	Local []string
	// Without names public holidays on which the authority is open all the same, by day.
	Without []Day
}

// Closure is a time in which an office is closed whatever its hours say. From and To are days, both included; Start and
// End minutes from midnight, 0 and 0 for whole days.
type Closure struct {
	From, To   Day
	Start, End int
	Name       Text // "Betriebsausflug"; shown to citizens, may be empty
}

// Opening is an extra opening on one day; From and To count minutes from midnight. It holds against holidays and closures.
type Opening struct {
	Day      Day
	From, To int
}

// Retention is how long an authority keeps what; zero values are the defaults of the table in retention.go.
type Retention struct {
	TicketHours int
	AuditDays   int
	// Reason is needed for keeping anything longer than its default.
	Reason string
}

// SSO is single sign-on by OpenID Connect. An empty Issuer: none.
type SSO struct {
	Issuer, ClientID, ClientSecret string
	// GroupsClaim names the claim with the groups; Roles maps a group to a role. Who is in no group may not sign in.
	GroupsClaim string
	Roles       map[string]Role
	// Offices maps a group to the offices that its members serve.
	Offices map[string][]OfficeID
	// Only: no login by password, but for operators.
	Only bool
}

// Office is a part of an authority with its own hours and one queue.
type Office struct {
	ID          OfficeID
	AuthorityID AuthorityID
	Slug        string
	Name        Text
	About       Text
	Prefix      string // of its numbers: "H" makes "H 017"
	Position    int    // on the board
	Hours       OpeningHours
	Phone       string // empty: the authority's
	Email       string
	// AppointmentOnly: the office issues no numbers, it is visited by appointment.
	AppointmentOnly bool
	// IssuingStopped is the day on which a clerk stopped issuing numbers; another day's value has no effect.
	IssuingStopped Day
	// Closures and Openings are the exceptions from Hours.
	Closures []Closure
	Openings []Opening
	// DayLimit is how many numbers the office issues on a day; 0: MaxDayNumber.
	DayLimit int
	// StopsWhenFull: issuing stops by itself when the expected wait exceeds the remaining time (REQUIREMENTS Q05).
	StopsWhenFull bool
	// MaxCalls and CallSeconds replace the constants of that name; 0 does not.
	MaxCalls    int
	CallSeconds int
	// Message to all who wait ("10 Minuten später"), since MessageAt; it ends with the day.
	Message   string
	MessageAt time.Time
	// Retired: the office exists in old records only.
	Retired bool
	// ListsContacts: the office shows its contact persons on the board.
	ListsContacts bool
	// InRow counts the calls since the last that were taken ahead of an earlier ticket (see Order).
	InRow int
	// Revision rises with every change of the office's queue, desks or settings.
	Revision int64
}

// Topic is what a citizen comes for, chosen from the office's list.
type Topic struct {
	ID       TopicID
	OfficeID OfficeID
	Name     Text
	Position int
	Retired  bool // exists in old records only
}

// Clerk works at desks. A clerk who is a ContactPerson is shown by name on the board.
type Clerk struct {
	ID            ClerkID
	AuthorityID   AuthorityID
	Email         string
	Name          string // as citizens see it: "Frau Huber"
	PasswordHash  string // PHC string, argon2id
	ContactPerson bool
	Offices       []OfficeID
	Role          Role // clerk, supervisor, admin or operator
	Disabled      bool // may not sign in; sessions have ended
	TOTPSecret    string
	TOTPStep      int64  // the last time step whose code was used: each is good once
	SSOSubject    string // of the authority's issuer
	Deleted       bool   // an empty row that desks, visits and records point at
}

// Session is a login of a clerk. The token itself is never stored, only its SHA-256.
type Session struct {
	ID          SessionID
	AuthorityID AuthorityID
	ClerkID     ClerkID
	CreatedAt   time.Time
	SeenAt      time.Time
	ExpiresAt   time.Time
	Stage       SessionStage
	Agent       string // browser and system in a few words, for the list of sessions
}

// SessionStage is how far a login has come.
type SessionStage string

// The stages of a login.
const (
	StageFull   SessionStage = "full"
	StageFactor SessionStage = "factor" // the second factor is still to be shown
	StageEnrol  SessionStage = "enrol"  // the authority demands a second factor, and this person has none yet
)
