// Package holiday knows the public holidays of the German Länder, and those that hold in some of their municipalities only.
//
// The dates come from rickar/cal; what it does not have stands here with its source.
//
// May import: civic and rickar/cal.
package holiday

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/de"

	"schalter/server/civic"
)

// Land is a federal state.
type Land struct {
	Code string // "BY"
	Name civic.Text
}

// Lands are the 16 federal states in the order of their German names.
var Lands = []Land{
	{"BW", civic.Text{"de": "Baden-Württemberg", "en": "Baden-Württemberg"}},
	{"BY", civic.Text{"de": "Bayern", "en": "Bavaria"}},
	{"BE", civic.Text{"de": "Berlin", "en": "Berlin"}},
	{"BB", civic.Text{"de": "Brandenburg", "en": "Brandenburg"}},
	{"HB", civic.Text{"de": "Bremen", "en": "Bremen"}},
	{"HH", civic.Text{"de": "Hamburg", "en": "Hamburg"}},
	{"HE", civic.Text{"de": "Hessen", "en": "Hesse"}},
	{"MV", civic.Text{"de": "Mecklenburg-Vorpommern", "en": "Mecklenburg-Western Pomerania"}},
	{"NI", civic.Text{"de": "Niedersachsen", "en": "Lower Saxony"}},
	{"NW", civic.Text{"de": "Nordrhein-Westfalen", "en": "North Rhine-Westphalia"}},
	{"RP", civic.Text{"de": "Rheinland-Pfalz", "en": "Rhineland-Palatinate"}},
	{"SL", civic.Text{"de": "Saarland", "en": "Saarland"}},
	{"SN", civic.Text{"de": "Sachsen", "en": "Saxony"}},
	{"ST", civic.Text{"de": "Sachsen-Anhalt", "en": "Saxony-Anhalt"}},
	{"SH", civic.Text{"de": "Schleswig-Holstein", "en": "Schleswig-Holstein"}},
	{"TH", civic.Text{"de": "Thüringen", "en": "Thuringia"}},
}

// LocalDay is a holiday of some municipalities of a Land: civic.Holidays.Local names those that an authority keeps.
type LocalDay struct {
	Key  string
	Land string
	Name civic.Text
}

// Local are all such days, by the holiday laws of the three Länder (REQUIREMENTS Q03).
var Local = []LocalDay{
	{"mariae_himmelfahrt", "BY", names[de.MariaHimmelfahrt]},
	{"augsburg_friedensfest", "BY", names[friedensfest]},
	{"fronleichnam", "SN", names[de.Fronleichnam]},
	{"fronleichnam", "TH", names[de.Fronleichnam]},
}

var locals = map[string]*cal.Holiday{
	"mariae_himmelfahrt": de.MariaHimmelfahrt, "augsburg_friedensfest": friedensfest, "fronleichnam": de.Fronleichnam,
}

// Days that the library does not have.
var (
	friedensfest   = &cal.Holiday{Month: time.August, Day: 8, Func: cal.CalcDayOfMonth}
	ostersonntag   = &cal.Holiday{Offset: 0, Func: cal.CalcEasterOffset}
	pfingstsonntag = &cal.Holiday{Offset: 49, Func: cal.CalcEasterOffset}
	frauentagMV    = &cal.Holiday{Month: time.March, Day: 8, StartYear: 2023, Func: cal.CalcDayOfMonth}
	aufstand1953   = &cal.Holiday{Month: time.June, Day: 17, StartYear: 2028, EndYear: 2028, Func: cal.CalcDayOfMonth}
)

// lands are the holidays of each Land: the library's, and what it misses.
var lands = map[string][]*cal.Holiday{
	"BW": de.HolidaysBW,
	"BY": de.HolidaysBY,
	"BE": append(slices.Clip(de.HolidaysBE), aufstand1953), // in 2028 alone
	"BB": append(slices.Clip(de.HolidaysBB), ostersonntag, pfingstsonntag),
	"HB": de.HolidaysHB,
	"HH": de.HolidaysHH,
	"HE": de.HolidaysHE,
	"MV": append(slices.Clip(de.HolidaysMV), frauentagMV),
	"NI": de.HolidaysNI,
	"NW": de.HolidaysNW,
	"RP": de.HolidaysRP,
	"SL": de.HolidaysSL,
	"SN": de.HolidaysSN,
	"ST": de.HolidaysST,
	"SH": de.HolidaysSH,
	"TH": de.HolidaysTH,
}

// names are how people call the days.
var names = map[*cal.Holiday]civic.Text{
	de.Neujahr:                   {"de": "Neujahr", "en": "New Year's Day"},
	de.HeiligeDreiKoenige:        {"de": "Heilige Drei Könige", "en": "Epiphany"},
	de.Frauentag:                 {"de": "Internationaler Frauentag", "en": "International Women's Day"},
	frauentagMV:                  {"de": "Internationaler Frauentag", "en": "International Women's Day"},
	de.Karfreitag:                {"de": "Karfreitag", "en": "Good Friday"},
	ostersonntag:                 {"de": "Ostersonntag", "en": "Easter Sunday"},
	de.Ostermontag:               {"de": "Ostermontag", "en": "Easter Monday"},
	de.TagderArbeit:              {"de": "Tag der Arbeit", "en": "Labour Day"},
	de.ChristiHimmelfahrt:        {"de": "Christi Himmelfahrt", "en": "Ascension Day"},
	pfingstsonntag:               {"de": "Pfingstsonntag", "en": "Whit Sunday"},
	de.Pfingstmontag:             {"de": "Pfingstmontag", "en": "Whit Monday"},
	de.Fronleichnam:              {"de": "Fronleichnam", "en": "Corpus Christi"},
	aufstand1953:                 {"de": "75. Jahrestag des 17. Juni 1953", "en": "75 years since 17 June 1953"},
	friedensfest:                 {"de": "Augsburger Friedensfest", "en": "Augsburg Peace Festival"},
	de.MariaHimmelfahrt:          {"de": "Mariä Himmelfahrt", "en": "Assumption Day"},
	de.Weltkindertag:             {"de": "Weltkindertag", "en": "World Children's Day"},
	de.DeutschenEinheit:          {"de": "Tag der Deutschen Einheit", "en": "German Unity Day"},
	de.Reformationstag:           {"de": "Reformationstag", "en": "Reformation Day"},
	de.Allerheiligen:             {"de": "Allerheiligen", "en": "All Saints' Day"},
	de.BussUndBettag:             {"de": "Buß- und Bettag", "en": "Day of Repentance and Prayer"},
	de.Weihnachtstag:             {"de": "1. Weihnachtstag", "en": "Christmas Day"},
	de.ZweiterWeihnachtsfeiertag: {"de": "2. Weihnachtstag", "en": "Boxing Day"},
}

// Validate returns an Invalid error with the key holiday_unknown for a Land that does not exist, a local day that its Land
// does not know, or a day to leave out that is none.
func Validate(h civic.Holidays) error {
	if _, known := lands[h.Land]; !known && h.Land != "" {
		return civic.Errorf(civic.Invalid, civic.KeyHolidayUnknown, "no Land %q", h.Land)
	}
	for _, key := range h.Local {
		if !slices.ContainsFunc(Local, func(d LocalDay) bool { return d.Key == key && d.Land == h.Land }) {
			return civic.Errorf(civic.Invalid, civic.KeyHolidayUnknown, "no day %q in %q", key, h.Land)
		}
	}
	for _, day := range h.Without {
		if !day.Valid() {
			return civic.Errorf(civic.Invalid, civic.KeyHolidayUnknown, "without %q", day)
		}
	}
	return nil
}

// Day is a public holiday.
type Day struct {
	Day  civic.Day
	Name civic.Text
}

// Of returns the public holidays that an authority keeps in a year, in order.
func Of(h civic.Holidays, year int) []Day {
	var out []Day
	for day, name := range yearOf(h, year) {
		if !slices.Contains(h.Without, day) {
			out = append(out, Day{day, name})
		}
	}
	slices.SortFunc(out, func(a, b Day) int { return strings.Compare(string(a.Day), string(b.Day)) })
	return out
}

// Names returns the function of a civic.Calendar that names the public holidays an authority keeps; nil without a Land. It
// may be called from many goroutines.
func Names(h civic.Holidays) func(civic.Day) civic.Text {
	if h.Land == "" {
		return nil
	}
	return func(day civic.Day) civic.Text {
		if !day.Valid() || slices.Contains(h.Without, day) {
			return nil
		}
		year, _ := strconv.Atoi(string(day[:4])) // four digits, for it is valid
		return yearOf(h, year)[day]
	}
}

// key names a year of a Land with its local days. There are few: Validate lets no others in.
type key struct {
	land, local string
	year        int
}

var years sync.Map // of key to map[civic.Day]civic.Text, which nobody changes

func yearOf(h civic.Holidays, year int) map[civic.Day]civic.Text {
	k := key{h.Land, strings.Join(h.Local, " "), year}
	if known, ok := years.Load(k); ok {
		return known.(map[civic.Day]civic.Text)
	}
	out := map[civic.Day]civic.Text{}
	add := func(d *cal.Holiday) {
		if at, _ := d.Calc(year); !at.IsZero() {
			out[civic.Day(at.Format(time.DateOnly))] = names[d]
		}
	}
	for _, d := range lands[h.Land] {
		add(d)
	}
	for _, d := range Local {
		if d.Land == h.Land && slices.Contains(h.Local, d.Key) {
			add(locals[d.Key])
		}
	}
	years.Store(k, out)
	return out
}
