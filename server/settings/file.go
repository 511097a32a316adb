package settings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"schalter/server/civic"
)

// fileVersion is of the file's form.
const fileVersion = 1

// file is the settings as people read and write them. What is nil in it is left as it is by an import; an export has
// everything. No secrets, no staff, no ids: offices are known by their slugs, topics by their German names.
type file struct {
	Schalter  int           `yaml:"schalter"`
	Authority fileAuthority `yaml:"authority"`
	Offices   []fileOffice  `yaml:"offices"`
}

type fileAuthority struct {
	Name            *civic.Text            `yaml:"name"`
	Phone           *string                `yaml:"phone"`
	Email           *string                `yaml:"email"`
	Address         *string                `yaml:"address"`
	Accent          *string                `yaml:"accent"`
	Languages       *[]string              `yaml:"languages"`
	Privacy         *string                `yaml:"privacy"`
	Imprint         *string                `yaml:"imprint"`
	Statement       *string                `yaml:"statement"`
	Published       *bool                  `yaml:"published"`
	SecondFactor    *bool                  `yaml:"second_factor"`
	ClerkStatistics *bool                  `yaml:"clerk_statistics"`
	Origins         *[]string              `yaml:"origins"`
	Holidays        *fileHolidays          `yaml:"holidays"`
	Closures        *[]fileClosure         `yaml:"closures"`
	Retention       *fileRetention         `yaml:"retention"`
	Texts           *map[string]civic.Text `yaml:"texts"`
}

type fileHolidays struct {
	Land    string      `yaml:"land"`
	Local   []string    `yaml:"local"`
	Without []civic.Day `yaml:"without"`
}

type fileRetention struct {
	TicketHours int    `yaml:"ticket_hours"`
	AuditDays   int    `yaml:"audit_days"`
	Reason      string `yaml:"reason"`
}

type fileOffice struct {
	Slug            string          `yaml:"slug"`
	Name            *civic.Text     `yaml:"name"`
	About           *civic.Text     `yaml:"about"`
	Prefix          *string         `yaml:"prefix"`
	Phone           *string         `yaml:"phone"`
	Email           *string         `yaml:"email"`
	AppointmentOnly *bool           `yaml:"appointment_only"`
	ListsContacts   *bool           `yaml:"lists_contacts"`
	DayLimit        *int            `yaml:"day_limit"`
	StopsWhenFull   *bool           `yaml:"stops_when_full"`
	MaxCalls        *int            `yaml:"max_calls"`
	CallSeconds     *int            `yaml:"call_seconds"`
	Retired         *bool           `yaml:"retired"`
	Hours           *[]fileInterval `yaml:"hours"`
	Closures        *[]fileClosure  `yaml:"closures"`
	Openings        *[]fileOpening  `yaml:"openings"`
	Topics          *[]civic.Text   `yaml:"topics"`
}

type fileInterval struct {
	Day   string    `yaml:"day"`
	From  string    `yaml:"from"`
	To    string    `yaml:"to"`
	Since civic.Day `yaml:"since,omitempty"`
	Until civic.Day `yaml:"until,omitempty"`
}

type fileClosure struct {
	From  civic.Day  `yaml:"from"`
	To    civic.Day  `yaml:"to"`
	Start string     `yaml:"start,omitempty"`
	End   string     `yaml:"end,omitempty"`
	Name  civic.Text `yaml:"name,omitempty"`
}

type fileOpening struct {
	Day  civic.Day `yaml:"day"`
	From string    `yaml:"from"`
	To   string    `yaml:"to"`
}

// fileOf is everything.
func fileOf(s Settings) file {
	a := s.Authority
	out := file{Schalter: fileVersion, Authority: fileAuthority{
		Name: there(a.Name), Phone: &a.Phone, Email: &a.Email, Address: &a.Address, Accent: &a.Accent, Languages: list(a.Languages),
		Privacy: &a.Privacy, Imprint: &a.Imprint, Statement: &a.Statement, Published: &a.Published, SecondFactor: &a.SecondFactor,
		ClerkStatistics: &a.ClerkStatistics, Origins: list(a.Origins), Texts: there(a.Texts),
		Holidays:  &fileHolidays{a.Holidays.Land, *list(a.Holidays.Local), *list(a.Holidays.Without)},
		Closures:  each(a.Closures, closureOut),
		Retention: &fileRetention{a.Retention.TicketHours, a.Retention.AuditDays, a.Retention.Reason},
	}, Offices: []fileOffice{}}
	for _, o := range s.Offices {
		topics := []civic.Text{}
		for _, t := range s.Topics[o.ID] {
			if !t.Retired {
				topics = append(topics, t.Name)
			}
		}
		out.Offices = append(out.Offices, fileOffice{
			Slug: o.Slug, Name: there(o.Name), About: there(o.About), Prefix: &o.Prefix, Phone: &o.Phone, Email: &o.Email,
			AppointmentOnly: &o.AppointmentOnly, ListsContacts: &o.ListsContacts, DayLimit: &o.DayLimit, StopsWhenFull: &o.StopsWhenFull,
			MaxCalls: &o.MaxCalls, CallSeconds: &o.CallSeconds, Retired: &o.Retired, Topics: &topics, Hours: each(o.Hours, intervalOut),
			Closures: each(o.Closures, closureOut), Openings: each(o.Openings, openingOut),
		})
	}
	return out
}

// there is a map that is written as {} and not as null.
func there[M ~map[string]V, V any](m M) *M {
	if m == nil {
		m = M{}
	}
	return &m
}

func list[T any](l []T) *[]T {
	if l == nil {
		l = []T{}
	}
	return &l
}

func each[From, To any](in []From, fn func(From) To) *[]To {
	out := make([]To, 0, len(in))
	for _, v := range in {
		out = append(out, fn(v))
	}
	return &out
}

func intervalOut(iv civic.Interval) fileInterval {
	return fileInterval{strings.ToLower(iv.Weekday.String()), Clock(iv.From), Clock(iv.To), iv.Since, iv.Until}
}

func closureOut(c civic.Closure) fileClosure {
	out := fileClosure{From: c.From, To: c.To, Name: c.Name}
	if c.Start != 0 || c.End != 0 {
		out.Start, out.End = Clock(c.Start), Clock(c.End)
	}
	return out
}

func openingOut(o civic.Opening) fileOpening { return fileOpening{o.Day, Clock(o.From), Clock(o.To)} }

// Clock writes minutes from midnight as "08:30".
func Clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// Minutes reads "08:30" as minutes from midnight, up to "24:00"; -1 for what is no such time. check refuses that.
func Minutes(clock string) int {
	if len(clock) != 5 || clock[2] != ':' {
		return -1
	}
	h, errH := strconv.ParseUint(clock[:2], 10, 8)
	m, errM := strconv.ParseUint(clock[3:], 10, 8)
	if errH != nil || errM != nil || m > 59 || h > 24 || h == 24 && m > 0 {
		return -1
	}
	return int(h*60 + m)
}

// into changes settings to what the file says.
func (f file) into(s *Settings) error {
	a, in := &s.Authority, f.Authority
	set(&a.Name, in.Name)
	set(&a.Phone, in.Phone)
	set(&a.Email, in.Email)
	set(&a.Address, in.Address)
	set(&a.Accent, in.Accent)
	set(&a.Languages, in.Languages)
	set(&a.Privacy, in.Privacy)
	set(&a.Imprint, in.Imprint)
	set(&a.Statement, in.Statement)
	set(&a.Published, in.Published)
	set(&a.SecondFactor, in.SecondFactor)
	set(&a.ClerkStatistics, in.ClerkStatistics)
	set(&a.Origins, in.Origins)
	set(&a.Texts, in.Texts)
	if h := in.Holidays; h != nil {
		a.Holidays = civic.Holidays{Land: h.Land, Local: h.Local, Without: h.Without}
	}
	if in.Closures != nil {
		a.Closures = *each(*in.Closures, closureIn)
	}
	if r := in.Retention; r != nil {
		a.Retention = civic.Retention{TicketHours: r.TicketHours, AuditDays: r.AuditDays, Reason: r.Reason}
	}
	for _, o := range f.Offices {
		if err := o.into(s); err != nil {
			return err
		}
	}
	f.order(s)
	return nil
}

// order puts the file's offices first, in its order.
func (f file) order(s *Settings) {
	place := func(o civic.Office) int {
		if i := slices.IndexFunc(f.Offices, func(in fileOffice) bool { return in.Slug == o.Slug }); i >= 0 {
			return i
		}
		return len(f.Offices)
	}
	slices.SortStableFunc(s.Offices, func(a, b civic.Office) int { return place(a) - place(b) })
	slices.SortStableFunc(s.Offices, func(a, b civic.Office) int { return boolToInt(a.Retired) - boolToInt(b.Retired) })
}

func (in fileOffice) into(s *Settings) error {
	at := slices.IndexFunc(s.Offices, func(o civic.Office) bool { return o.Slug == in.Slug })
	if at < 0 {
		s.Offices = append(s.Offices, civic.Office{ID: civic.OfficeID(newID()), AuthorityID: s.Authority.ID, Slug: in.Slug, StopsWhenFull: true})
		at = len(s.Offices) - 1
	}
	o := &s.Offices[at]
	set(&o.Name, in.Name)
	set(&o.About, in.About)
	set(&o.Prefix, in.Prefix)
	set(&o.Phone, in.Phone)
	set(&o.Email, in.Email)
	set(&o.AppointmentOnly, in.AppointmentOnly)
	set(&o.ListsContacts, in.ListsContacts)
	set(&o.DayLimit, in.DayLimit)
	set(&o.StopsWhenFull, in.StopsWhenFull)
	set(&o.MaxCalls, in.MaxCalls)
	set(&o.CallSeconds, in.CallSeconds)
	set(&o.Retired, in.Retired)
	if in.Hours != nil {
		o.Hours = *each(*in.Hours, intervalIn)
	}
	if in.Closures != nil {
		o.Closures = *each(*in.Closures, closureIn)
	}
	if in.Openings != nil {
		o.Openings = *each(*in.Openings, func(op fileOpening) civic.Opening {
			return civic.Opening{Day: op.Day, From: Minutes(op.From), To: Minutes(op.To)}
		})
	}
	if in.Topics == nil {
		return nil
	}
	var topics []TopicChange
	for _, name := range *in.Topics {
		c := TopicChange{Name: name}
		for _, t := range s.Topics[o.ID] {
			if t.Name["de"] == name["de"] && (c.ID == "" || !t.Retired) { // one that was retired comes back
				c.ID = t.ID
			}
		}
		topics = append(topics, c)
	}
	return s.setTopics(o.ID, topics)
}

func intervalIn(in fileInterval) civic.Interval {
	day := time.Weekday(-1)
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(in.Day, d.String()) {
			day = d
		}
	}
	return civic.Interval{Weekday: day, From: Minutes(in.From), To: Minutes(in.To), Since: in.Since, Until: in.Until}
}

func closureIn(in fileClosure) civic.Closure {
	out := civic.Closure{From: in.From, To: in.To, Name: in.Name}
	if in.Start != "" || in.End != "" {
		out.Start, out.End = Minutes(in.Start), Minutes(in.End)
	}
	return out
}
