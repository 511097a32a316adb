package settings_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"schalter/server/civic"
	"schalter/server/settings"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// TestAFileCannotBringTheProgramDown: what nests half a megabyte deep took gigabytes of stack, which ends the process.
func TestAFileCannotBringTheProgramDown(t *testing.T) {
	w := newTown(t, storetest.SQLite(t), "a")
	const size = settings.FileBytes - 100
	var stairs strings.Builder
	for i := 0; stairs.Len() < size-1000; i++ {
		stairs.WriteString(strings.Repeat(" ", i) + "-\n")
	}
	for what, text := range map[string]string{
		"brackets":        "authority: " + strings.Repeat("[", size),
		"closed brackets": "authority: " + strings.Repeat("[", size/2) + strings.Repeat("]", size/2),
		"braces":          "authority: " + strings.Repeat("{a: ", size/4),
		"mixed":           "authority: " + strings.Repeat("[{a: ", size/5),
		"dashes":          "offices:\n " + strings.Repeat("- ", size/2) + "x",
		"lines":           "offices:\n" + strings.Repeat("[\n", size/2),
		"stairs":          "offices:\n" + stairs.String(),
		"questions":       "authority: " + strings.Repeat("? ", size/2),
		"hours":           "offices:\n  - slug: bauamt\n    hours: [" + strings.Repeat("{day: monday, from: '08:00', to: '09:00'},", size/42) + "]",
	} {
		start := time.Now()
		_, err := w.Import(t.Context(), w.admin, []byte("schalter: 1\n"+text), true)
		if civic.CodeOf(err) != civic.Invalid {
			t.Errorf("%s: %v", what, err)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: %v", what, took)
		}
	}
}

func TestExportAndImport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newTown(t, st, "a")
		ctx := t.Context()
		text, err := w.Export(ctx, w.admin)
		must(t, err)
		for _, secret := range []string{"o-main", "t-1", "c-admin", "sso", "password"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("the file holds %s:\n%s", secret, text)
			}
		}
		differ, err := w.Import(ctx, w.admin, text, false)
		must(t, err)
		if len(differ) != 0 || len(w.log()) != 0 {
			t.Errorf("an import of the same changes %+v", differ)
		}

		change := "schalter: 1\nauthority:\n  phone: '99'\noffices:\n  - slug: bauamt\n    topics:\n      - de: Lageplan\n  - slug: neu\n    prefix: N\n    name: {de: Neu}\n    hours:\n      - {day: monday, from: '08:00', to: '12:00'}\n"
		differ, err = w.Import(ctx, w.admin, []byte(change), true)
		must(t, err)
		var got []string
		for _, d := range differ {
			got = append(got, d.Path)
		}
		if !slices.Contains(got, "authority.phone") || !slices.Contains(got, "offices.bauamt.topics") || !slices.Contains(got, "offices.neu.hours") || !slices.Contains(got, "offices") || slices.Contains(got, "authority.name") {
			t.Errorf("would change %q", got)
		}
		if s := w.read(); s.Authority.Phone != "0123" || len(s.Offices) != 2 {
			t.Errorf("a dry run has changed %+v", s)
		}
		_, err = w.Import(ctx, w.admin, []byte(change), false)
		must(t, err)
		s := w.read()
		if s.Authority.Phone != "99" || s.Authority.Name["de"] != "Stadt" || len(s.Offices) != 3 || s.Offices[0].Slug != "bauamt" || s.Offices[0].Prefix != "B" || !s.Offices[1].StopsWhenFull {
			t.Errorf("%+v", s)
		}
		differ, err = w.Import(ctx, w.admin, []byte(change), false)
		must(t, err)
		if len(differ) != 0 {
			t.Errorf("a second time changes %+v", differ)
		}
	})
}

func TestAFilesErrorsNameTheirLines(t *testing.T) {
	w := newTown(t, storetest.SQLite(t), "a")
	for name, tt := range map[string]struct {
		text string
		want []string // path, key, line
	}{
		"unknown key":   {"schalter: 1\nauthority:\n  phnoe: '1'\n", []string{"phnoe key_unknown 3"}},
		"doubled key":   {"schalter: 1\nauthority:\n  phone: '1'\n  phone: '2'\n", []string{" file_syntax 4"}},
		"wrong type":    {"schalter: 1\nauthority:\n  published: perhaps\n", []string{" value_wrong 3"}},
		"no YAML":       {"schalter: 1\nauthority: [\n", []string{" file_syntax 2"}},
		"an alias":      {"schalter: 1\nauthority:\n  name: &a {de: x}\n  email: x\n", []string{" file_aliases 0"}},
		"no version":    {"authority:\n  phone: '1'\n", []string{"schalter file_version 1"}},
		"a wrong value": {"schalter: 1\nauthority:\n  accent: red\n", []string{"authority.accent colour_invalid 3"}},
		"an office": {"schalter: 1\noffices:\n  - slug: hauptamt\n    prefix: H\n  - slug: neu\n    name: {de: Neu}\n    prefix: H\n    hours:\n      - {day: monday, from: '08:00', to: '12:00'}\n      - {day: someday, from: '08:00', to: '12:00'}\n",
			[]string{"offices.hauptamt.prefix prefix_taken 4", "offices.neu.hours.1 hours_invalid 10", "offices.neu.prefix prefix_taken 7"}},
		"a slug twice": {"schalter: 1\noffices:\n  - slug: neu\n  - slug: neu\n", []string{"offices.neu.slug slug_taken 3"}},
		"not complete": {"schalter: 1\nauthority:\n  privacy: ''\n", []string{"authority.privacy needed_to_publish 3"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.Import(t.Context(), w.admin, []byte(tt.text), false)
			var e *civic.Error
			if !errors.As(err, &e) {
				t.Fatal(err)
			}
			var got []string
			for _, f := range e.Flaws {
				got = append(got, fmt.Sprintf("%s %s %d", f.Path, f.Key, f.Line))
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// TestRoundTrip: whatever is set comes out of a file as it went in, in another authority too.
func TestRoundTrip(t *testing.T) {
	st := storetest.SQLite(t)
	w, other := newTown(t, st, "a"), newTown(t, st, "b")
	words := rapid.Map(rapid.StringMatching(`[ -~äöüß€#:"'{}\[\]|>%@!&*,?-]{1,20}`), func(s string) string { return "x" + s })
	text := rapid.Custom(func(t *rapid.T) civic.Text {
		out := civic.Text{"de": words.Draw(t, "de")}
		if rapid.Bool().Draw(t, "two") {
			out["en"] = words.Draw(t, "en")
		}
		return out
	})
	day := rapid.Map(rapid.IntRange(0, 700), func(n int) civic.Day { return civic.Day("2026-01-01").Plus(n) })
	closure := rapid.Custom(func(t *rapid.T) civic.Closure {
		from := day.Draw(t, "from")
		c := civic.Closure{From: from, To: from.Plus(rapid.IntRange(0, 20).Draw(t, "days")), Name: text.Draw(t, "name")}
		if rapid.Bool().Draw(t, "part") {
			c.Start = rapid.IntRange(0, 1438).Draw(t, "start")
			c.End = rapid.IntRange(c.Start+1, 1440).Draw(t, "end")
		}
		return c
	})
	rapid.Check(t, func(r *rapid.T) {
		ctx := t.Context()
		texts := rapid.MapOfN(rapid.StringMatching(`[a-z]{1,8}(\.[a-zA-Z]{1,8}){1,2}`), text, 0, 4).Draw(r, "texts")
		closures := rapid.SliceOfN(closure, 0, 4).Draw(r, "closures")
		cal := settings.Calendar{Holidays: civic.Holidays{Land: "BY", Local: []string{"mariae_himmelfahrt"}, Without: []civic.Day{"2027-01-06"}}, Closures: closures}
		ret := civic.Retention{TicketHours: rapid.IntRange(0, 24).Draw(r, "hours"), Reason: words.Draw(r, "reason")}
		p := profileOf(w.read().Authority)
		p.Name, p.Address, p.Languages = text.Draw(r, "name"), words.Draw(r, "address"), []string{"en", "de"}
		must(t, w.SaveAuthority(ctx, w.admin, settings.AnyRevision, settings.AuthorityChange{Profile: &p, Texts: &texts, Calendar: &cal, Retention: &ret}))
		s := w.read()
		for i := range s.Offices {
			c := officeOf(s, i)
			c.Name, c.About, c.DayLimit, c.CallSeconds = text.Draw(r, "name"), text.Draw(r, "about"), rapid.IntRange(0, 999).Draw(r, "limit"), rapid.IntRange(120, 600).Draw(r, "call")
			c.Topics = nil
			for _, n := range rapid.SliceOfNDistinct(text, 0, 5, func(t civic.Text) string { return t["de"] }).Draw(r, "topics") {
				c.Topics = append(c.Topics, settings.TopicChange{Name: n})
			}
			_, err := w.SaveOffice(ctx, w.admin, settings.AnyRevision, c)
			must(t, err)
			h := settings.Hours{Closures: rapid.SliceOfN(closure, 0, 3).Draw(r, "closures")}
			for d := time.Sunday; d <= time.Saturday; d++ {
				from := rapid.IntRange(0, 1439).Draw(r, "from")
				h.Weekly = append(h.Weekly, civic.Interval{Weekday: d, From: from, To: rapid.IntRange(from+1, 1440).Draw(r, "to"), Since: day.Draw(r, "since")})
				h.Openings = append(h.Openings, civic.Opening{Day: day.Draw(r, "day"), From: from, To: from + 1})
			}
			must(t, w.SaveHours(ctx, w.admin, settings.AnyRevision, s.Offices[i].ID, h))
		}
		out, err := w.Export(ctx, w.admin)
		must(t, err)
		if _, err := other.Import(ctx, other.admin, out, false); err != nil {
			r.Fatalf("%v\n%s", err, out)
		}
		again, err := other.Export(ctx, other.admin)
		must(t, err)
		if string(again) != string(out) {
			r.Fatalf("exported:\n%s\nand from there:\n%s", out, again)
		}
		differ, err := w.Import(ctx, w.admin, again, false)
		must(t, err)
		if len(differ) != 0 {
			r.Fatalf("and back: %+v", differ)
		}
	})
}
