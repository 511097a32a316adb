package statistics

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"schalter/server/civic"
	"schalter/server/store"
)

// sheet is what a CSV says in one language.
type sheet struct {
	total, hidden, topic, clerk string
	columns                     []string // without the first
	groups                      map[store.Group]string
	weekdays                    [7]string // from Sunday on
}

// sheets are by language. Times are in minutes.
var sheets = map[string]sheet{
	"de": {
		total: "Gesamt", hidden: "verborgen", topic: "ohne Anliegen", clerk: "ohne Namen",
		columns: []string{
			"Gezogen", "Bedient", "Abgegeben", "Verpasst", "Tagesende", "Verpasst in %", "Wartezeit Mittelwert (Min.)", "Wartezeit Median (Min.)",
			"Wartezeit 90. Perzentil (Min.)", "Gespräche", "Teilnehmende", "Gesprächsdauer Mittelwert (Min.)", "Gesprächsdauer Median (Min.)",
			"Gesprächsdauer 90. Perzentil (Min.)", "Minuten im Gespräch", "Minuten geöffnet",
		},
		groups: map[store.Group]string{
			store.GroupNone: "Zeitraum", store.GroupHour: "Uhrzeit", store.GroupWeekday: "Wochentag", store.GroupDay: "Tag",
			store.GroupMonth: "Monat", store.GroupOffice: "Büro", store.GroupTopic: "Anliegen", store.GroupClerk: "Sachbearbeitung",
		},
		weekdays: [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
	},
	"en": {
		total: "Total", hidden: "hidden", topic: "no topic", clerk: "no name",
		columns: []string{
			"Drawn", "Served", "Given back", "Missed", "Day ended", "Missed in %", "Wait, mean (min)", "Wait, median (min)", "Wait, 90th percentile (min)",
			"Conversations", "Participants", "Duration, mean (min)", "Duration, median (min)", "Duration, 90th percentile (min)",
			"Minutes in conversation", "Minutes open",
		},
		groups: map[store.Group]string{
			store.GroupNone: "Span", store.GroupHour: "Hour", store.GroupWeekday: "Weekday", store.GroupDay: "Day", store.GroupMonth: "Month",
			store.GroupOffice: "Office", store.GroupTopic: "Topic", store.GroupClerk: "Clerk",
		},
		weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	},
}

// WriteCSV writes the figures as a German Excel opens them by a double click, in whatever language: UTF-8 with a byte order
// mark, semicolons, decimal commas; quoted as RFC 4180 says. No text can become a formula.
func (f Figures) WriteCSV(w io.Writer, lang string) error {
	t, ok := sheets[lang]
	if !ok {
		t, lang = sheets["de"], "de"
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	if err := out.Write(append([]string{t.groups[f.By]}, t.columns...)); err != nil {
		return err
	}
	for _, r := range f.Rows {
		if err := out.Write(t.record(t.label(f.By, r, lang), r)); err != nil {
			return err
		}
	}
	span := t.total + " " + string(f.From) + " – " + string(f.To)
	if err := out.Write(t.record(span, f.Total)); err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// label names a row.
func (t sheet) label(by store.Group, r Row, lang string) string {
	number, _ := strconv.Atoi(r.Key) // of a group by hour or weekday it is one
	switch by {
	case store.GroupHour:
		return fmt.Sprintf("%02d:00–%02d:00", number, number+1)
	case store.GroupWeekday:
		return t.weekdays[number%7]
	case store.GroupDay, store.GroupMonth:
		return r.Key
	}
	switch {
	case r.Name != nil:
		return civic.HarmlessCell(r.Name.In(lang))
	case by == store.GroupTopic:
		return t.topic
	}
	return t.clerk
}

func (t sheet) record(label string, r Row) []string {
	out := []string{label}
	for _, c := range r.fates() {
		out = append(out, t.count(*c))
	}
	share := ""
	if s, ok := r.NoShow(); ok {
		share = decimal(100 * s)
	}
	out = append(append(out, share), spreadCells(r.Wait)...)
	out = append(out, t.count(r.Visits), t.count(r.Participants))
	out = append(out, spreadCells(r.Talk)...)
	return append(out, wholeMinutes(r.Talking), wholeMinutes(r.Open))
}

func (t sheet) count(c Count) string {
	switch c.Hidden {
	case Few:
		return "<" + strconv.Itoa(few)
	case Guarded:
		return t.hidden
	case Unknown:
		return ""
	}
	return strconv.Itoa(c.N)
}

func spreadCells(s *Spread) []string {
	if s == nil {
		return []string{"", "", ""}
	}
	return []string{decimal(float64(s.Mean) / 60), decimal(float64(s.Median) / 60), decimal(float64(s.P90) / 60)}
}

func wholeMinutes(seconds *int) string {
	if seconds == nil {
		return ""
	}
	return strconv.Itoa(Minutes(*seconds))
}

// Minutes turns seconds into whole minutes, halves upwards.
func Minutes(seconds int) int { return rounded(seconds, 60) }

func decimal(f float64) string {
	return strings.ReplaceAll(strconv.FormatFloat(f, 'f', 1, 64), ".", ",")
}
