package holiday

import (
	"os"
	"slices"
	"strings"
	"testing"

	"schalter/server/civic"
)

// TestYears compares all Länder and local days in two years with the table, which was written from the laws and not by the
// program (REQUIREMENTS Q03).
func TestYears(t *testing.T) {
	raw, err := os.ReadFile("testdata/years.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{} // "2026 BY" -> its days
	nationwide := map[string][]string{}
	for line := range strings.Lines(string(raw)) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		if f[1] == "alle" {
			nationwide[f[0]] = f[2:]
			continue
		}
		days := append(slices.Clone(nationwide[f[0]]), f[2:]...)
		slices.Sort(days)
		want[f[0]+" "+f[1]] = strings.Join(days, " ")
	}
	got := func(h civic.Holidays, year int) string {
		var out []string
		for _, d := range Of(h, year) {
			if d.Name["de"] == "" || d.Name["en"] == "" {
				t.Errorf("%s in %s has no name", d.Day, h.Land)
			}
			out = append(out, string(d.Day[5:]))
		}
		return strings.Join(out, " ")
	}
	for year, y := range map[int]string{2026: "2026 ", 2027: "2027 "} {
		for _, l := range Lands {
			if g := got(civic.Holidays{Land: l.Code}, year); g != want[y+l.Code] {
				t.Errorf("%s%s:\n got %s\nwant %s", y, l.Code, g, want[y+l.Code])
			}
		}
		for _, d := range Local {
			name := y + d.Land + "+" + d.Key
			if g := got(civic.Holidays{Land: d.Land, Local: []string{d.Key}}, year); g != want[name] {
				t.Errorf("%s:\n got %s\nwant %s", name, g, want[name])
			}
		}
	}
	if n := 2 * (len(Lands) + len(Local)); len(want) != n || len(Lands) != 16 {
		t.Errorf("the table has %d lines, want %d", len(want), n)
	}
}

func TestNames(t *testing.T) {
	at := func(h civic.Holidays, day civic.Day) string { return Names(h)(day).In("de") }
	augsburg := civic.Holidays{Land: "BY", Local: []string{"augsburg_friedensfest", "mariae_himmelfahrt"}}
	for _, tc := range []struct {
		h    civic.Holidays
		day  civic.Day
		name string
	}{
		{augsburg, "2026-08-08", "Augsburger Friedensfest"},
		{augsburg, "2026-08-15", "Mariä Himmelfahrt"},
		{civic.Holidays{Land: "BY"}, "2026-08-15", ""},
		{civic.Holidays{Land: "MV"}, "2022-03-08", ""},
		{civic.Holidays{Land: "MV"}, "2023-03-08", "Internationaler Frauentag"},
		{civic.Holidays{Land: "BE"}, "2027-06-17", ""},
		{civic.Holidays{Land: "BE"}, "2028-06-17", "75. Jahrestag des 17. Juni 1953"},
		{civic.Holidays{Land: "BE"}, "2029-06-17", ""},
		{civic.Holidays{Land: "BY"}, "2026-12-24", ""}, // no public holiday (Q02)
		{civic.Holidays{Land: "BY"}, "2026-12-31", ""},
		{civic.Holidays{Land: "BY", Without: []civic.Day{"2027-01-06"}}, "2027-01-06", ""},
		{civic.Holidays{Land: "BY", Without: []civic.Day{"2027-01-06"}}, "2026-01-06", "Heilige Drei Könige"},
		{civic.Holidays{Land: "BY"}, "not a day", ""},
	} {
		if got := at(tc.h, tc.day); got != tc.name {
			t.Errorf("%+v on %s: %q, want %q", tc.h, tc.day, got, tc.name)
		}
	}
	if Names(civic.Holidays{}) != nil {
		t.Error("no Land, no holidays")
	}
}

func TestValidate(t *testing.T) {
	for _, h := range []civic.Holidays{
		{Land: "XX"}, {Land: "by"}, {Land: "SN", Local: []string{"mariae_himmelfahrt"}}, {Local: []string{"fronleichnam"}},
		{Land: "BY", Without: []civic.Day{"6.1.2027"}},
	} {
		if err := Validate(h); civic.KeyOf(err) != civic.KeyHolidayUnknown {
			t.Errorf("%+v: %v", h, err)
		}
	}
	for _, h := range []civic.Holidays{{}, {Land: "TH", Local: []string{"fronleichnam"}, Without: []civic.Day{"2027-09-20"}}} {
		if err := Validate(h); err != nil {
			t.Errorf("%+v: %v", h, err)
		}
	}
}
