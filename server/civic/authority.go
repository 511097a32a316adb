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
}

// Session is a login of a clerk. The token itself is never stored, only its SHA-256.
type Session struct {
	ID          SessionID
	AuthorityID AuthorityID
	ClerkID     ClerkID
	CreatedAt   time.Time
	SeenAt      time.Time
	ExpiresAt   time.Time
}
