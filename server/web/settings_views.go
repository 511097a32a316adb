package web

import (
	"maps"
	"slices"
	"time"

	"schalter/server/civic"
	"schalter/server/holiday"
	"schalter/server/protocol"
	"schalter/server/settings"
)

// comingDays is how far the administration looks ahead.
const comingDays = 14

func (s *Server) settingsView(all settings.Settings) protocol.Settings {
	a := all.Authority
	v := protocol.Settings{
		Revision: a.Revision, Slug: a.Slug, Logo: logoPath(a), Languages: settings.Languages, SecondFactor: a.SecondFactor,
		PrivacyVersion: a.PrivacyVersion, PrivacySince: moment(a.PrivacySince), Missing: present(settings.Missing(a)),
		Profile: protocol.AuthorityProfile{
			Name: a.Name, Phone: a.Phone, Email: a.Email, Address: a.Address, Accent: a.Accent, Languages: present(a.Languages),
			Privacy: a.Privacy, Imprint: a.Imprint, Statement: a.Statement, Published: a.Published, ClerkStatistics: a.ClerkStatistics,
		},
		Origins: present(a.Origins), Texts: []protocol.OwnText{}, Offices: []protocol.OfficeSettings{},
		Retention: protocol.RetentionSettings{TicketHours: a.Retention.TicketHours, AuditDays: a.Retention.AuditDays, Reason: a.Retention.Reason},
		Kept: mapped(a.Retention.Table(), func(k civic.Kept) protocol.Kept {
			return protocol.Kept{What: k.What, Minutes: int(k.For.Minutes()), Own: k.Own}
		}),
		Calendar: protocol.AuthorityCalendar{Land: a.Holidays.Land, Local: present(a.Holidays.Local), Without: present(a.Holidays.Without),
			Closures: mapped(a.Closures, closureDates)},
		Holidays: mapped(s.deps.Settings.Holidays(a), func(d holiday.Day) protocol.HolidayDate { return protocol.HolidayDate(d) }),
		Lands:    mapped(holiday.Lands, landOf),
	}
	for _, key := range slices.Sorted(maps.Keys(a.Texts)) {
		for _, lang := range slices.Sorted(maps.Keys(a.Texts[key])) {
			v.Texts = append(v.Texts, protocol.OwnText{Key: key, Lang: lang, Text: a.Texts[key][lang]})
		}
	}
	for _, o := range all.Offices {
		v.Offices = append(v.Offices, s.officeSettings(a, o, all.Topics[o.ID]))
	}
	return v
}

func (s *Server) officeSettings(a civic.Authority, o civic.Office, topics []civic.Topic) protocol.OfficeSettings {
	v := protocol.OfficeSettings{
		ID: o.ID, Retired: o.Retired,
		Profile: protocol.OfficeProfile{
			Slug: o.Slug, Name: o.Name, About: withoutNil(o.About), Prefix: o.Prefix, Phone: o.Phone, Email: o.Email,
			AppointmentOnly: o.AppointmentOnly, ListsContacts: o.ListsContacts, DayLimit: o.DayLimit, StopsWhenFull: o.StopsWhenFull,
			MaxCalls: o.MaxCalls, CallSeconds: o.CallSeconds, Topics: []protocol.TopicSettings{},
		},
		Hours: protocol.OfficeHours{
			Weekly: mapped(o.Hours, func(iv civic.Interval) protocol.PlannedInterval {
				return protocol.PlannedInterval{Weekday: int(iv.Weekday), From: settings.Clock(iv.From), To: settings.Clock(iv.To), Since: iv.Since, Until: iv.Until}
			}),
			Closures: mapped(o.Closures, closureDates),
			Openings: mapped(o.Openings, func(op civic.Opening) protocol.ExtraOpening {
				return protocol.ExtraOpening{Day: op.Day, From: settings.Clock(op.From), To: settings.Clock(op.To)}
			}),
		},
		Coming: mapped(s.deps.Settings.Coming(a, o, comingDays), func(d civic.CalendarDay) protocol.DayHours {
			return protocol.DayHours{Day: d.Day, Open: intervals(d.Open), Closed: d.Closed}
		}),
	}
	for _, t := range topics {
		if !t.Retired {
			v.Profile.Topics = append(v.Profile.Topics, protocol.TopicSettings{ID: t.ID, Name: t.Name})
		}
	}
	return v
}

func landOf(l holiday.Land) protocol.Land {
	out := protocol.Land{Code: l.Code, Name: l.Name, Local: []protocol.LocalHoliday{}}
	for _, d := range holiday.Local {
		if d.Land == l.Code {
			out.Local = append(out.Local, protocol.LocalHoliday{Key: d.Key, Name: d.Name})
		}
	}
	return out
}

func closureDates(c civic.Closure) protocol.ClosureDates {
	out := protocol.ClosureDates{From: c.From, To: c.To, Name: c.Name}
	if c.Start != 0 || c.End != 0 {
		out.Start, out.End = settings.Clock(c.Start), settings.Clock(c.End)
	}
	return out
}

// mapped is never nil: lists on the wire are [], not null.
func mapped[From, To any](in []From, fn func(From) To) []To {
	out := make([]To, 0, len(in))
	for _, v := range in {
		out = append(out, fn(v))
	}
	return out
}

func present[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func withoutNil(t civic.Text) civic.Text {
	if t == nil {
		return civic.Text{}
	}
	return t
}

// What comes in.

func authorityChange(b protocol.ChangeAuthority) settings.AuthorityChange {
	var out settings.AuthorityChange
	if p := b.Profile; p != nil {
		out.Profile = &settings.Profile{
			Name: p.Name, Phone: p.Phone, Email: p.Email, Address: p.Address, Accent: p.Accent, Languages: p.Languages,
			Privacy: p.Privacy, PrivacyRenewed: p.PrivacyRenewed, Imprint: p.Imprint, Statement: p.Statement, Published: p.Published, ClerkStatistics: p.ClerkStatistics,
		}
	}
	if b.Origins != nil {
		out.Origins = &b.Origins.List
	}
	if b.Texts != nil {
		texts := map[string]civic.Text{}
		for _, t := range b.Texts.List {
			if texts[t.Key] == nil {
				texts[t.Key] = civic.Text{}
			}
			texts[t.Key][t.Lang] = t.Text
		}
		out.Texts = &texts
	}
	if r := b.Retention; r != nil {
		out.Retention = &civic.Retention{TicketHours: r.TicketHours, AuditDays: r.AuditDays, Reason: r.Reason}
	}
	if c := b.Calendar; c != nil {
		out.Calendar = &settings.Calendar{Holidays: civic.Holidays{Land: c.Land, Local: c.Local, Without: c.Without}, Closures: mapped(c.Closures, closureIn)}
	}
	return out
}

func officeChange(id civic.OfficeID, p protocol.OfficeProfile) settings.OfficeChange {
	return settings.OfficeChange{
		ID: id, Slug: p.Slug, Name: p.Name, About: p.About, Prefix: p.Prefix, Phone: p.Phone, Email: p.Email,
		AppointmentOnly: p.AppointmentOnly, ListsContacts: p.ListsContacts, DayLimit: p.DayLimit, StopsWhenFull: p.StopsWhenFull,
		MaxCalls: p.MaxCalls, CallSeconds: p.CallSeconds,
		Topics: mapped(p.Topics, func(t protocol.TopicSettings) settings.TopicChange { return settings.TopicChange(t) }),
	}
}

func hoursIn(h protocol.OfficeHours) settings.Hours {
	return settings.Hours{
		Weekly: mapped(h.Weekly, func(iv protocol.PlannedInterval) civic.Interval {
			return civic.Interval{Weekday: time.Weekday(iv.Weekday), From: settings.Minutes(iv.From), To: settings.Minutes(iv.To), Since: iv.Since, Until: iv.Until}
		}),
		Closures: mapped(h.Closures, closureIn),
		Openings: mapped(h.Openings, func(op protocol.ExtraOpening) civic.Opening {
			return civic.Opening{Day: op.Day, From: settings.Minutes(op.From), To: settings.Minutes(op.To)}
		}),
	}
}

func closureIn(c protocol.ClosureDates) civic.Closure {
	out := civic.Closure{From: c.From, To: c.To, Name: c.Name}
	if c.Start != "" || c.End != "" {
		out.Start, out.End = settings.Minutes(c.Start), settings.Minutes(c.End)
	}
	return out
}
