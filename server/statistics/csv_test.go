package statistics

import (
	"bytes"
	"context"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"schalter/server/civic"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// parsed is the sheet as a spreadsheet reads it.
func parsed(t *testing.T, f Figures, lang string) [][]string {
	t.Helper()
	var b bytes.Buffer
	if err := f.WriteCSV(&b, lang); err != nil {
		t.Fatal(err)
	}
	body, marked := strings.CutPrefix(b.String(), "\ufeff")
	if !marked || strings.Count(body, "\n") != strings.Count(body, "\r\n") {
		t.Errorf("no byte order mark, or lines that do not end in CRLF: %q", b.String())
	}
	r := csv.NewReader(strings.NewReader(body))
	r.Comma = ';'
	rows, err := r.ReadAll() // refuses rows of different lengths
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestTheSheetSaysWhatTheFiguresSay(t *testing.T) {
	w := newTown(t, storetest.SQLite(t))
	w.known()
	w.ticket(2, old, "", "2026-11-25", 10, civic.OutcomeServed, 77)
	w.visit(2, old, "", "2026-11-25", 10, 77, 2, "")
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.SaveOffice(ctx, civic.Office{ID: second, AuthorityID: "a", Slug: "second", Position: 1, Name: civic.Text{"de": `=HYPERLINK("x";"y")`, "en": "Second; \"odd\""}})
	})
	q := Query{From: week.From, To: week.To, By: store.GroupOffice}
	rows := parsed(t, w.figures(admin, q), "de")
	want := [][]string{
		{"Büro", "Gezogen", "Bedient", "Abgegeben", "Verpasst", "Tagesende", "Verpasst in %", "Wartezeit Mittelwert (Min.)", "Wartezeit Median (Min.)",
			"Wartezeit 90. Perzentil (Min.)", "Gespräche", "Teilnehmende", "Gesprächsdauer Mittelwert (Min.)", "Gesprächsdauer Median (Min.)",
			"Gesprächsdauer 90. Perzentil (Min.)", "Minuten im Gespräch", "Minuten geöffnet"},
		{"Amt main", "40", "16", "7", "8", "9", "20,0", "4,7", "2,0", "10,0", "18", "26", "9,4", "5,0", "15,0", "170", "242"},
		{`'=HYPERLINK("x";"y")`, "verborgen", "verborgen", "0", "0", "0", "", "", "", "", "verborgen", "verborgen", "", "", "", "", "60"},
		{"Amt old", "<5", "<5", "0", "0", "0", "", "", "", "", "<5", "<5", "", "", "", "", "0"},
		{"Gesamt 2026-11-23 – 2026-11-25", "52", "28", "7", "8", "9", "15,4", "3,0", "1,0", "10,0", "30", "38", "9,1", "10,0", "15,0", "273", "302"},
	}
	for i := range want {
		if i >= len(rows) || !slices.Equal(rows[i], want[i]) {
			t.Errorf("row %d:\n%q\nwant\n%q", i, rows[min(i, len(rows)-1)], want[i])
		}
	}
	english := parsed(t, w.figures(admin, q), "en")
	if english[0][0] != "Office" || english[2][0] != "Second; \"odd\"" || english[3][1] != "<5" {
		t.Errorf("in English: %q", english)
	}
	for by, first := range map[By]string{
		store.GroupHour: "08:00–09:00", store.GroupWeekday: "Montag", store.GroupDay: "2026-11-23", store.GroupMonth: "2026-11", store.GroupTopic: "pass",
		store.GroupNone: "Gesamt 2026-11-23 – 2026-11-25",
	} {
		q.By = by
		if rows := parsed(t, w.figures(admin, q), "xx"); rows[1][0] != first { // an unknown language is German
			t.Errorf("by %s the first row is %q", by, rows[1])
		}
	}
}

func TestNoTextBecomesAFormula(t *testing.T) {
	for in, want := range map[string]string{"": "", "Amt": "Amt", "=1+1": "'=1+1", "+49": "'+49", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx", "Über": "Über"} {
		if got := civic.HarmlessCell(in); got != want {
			t.Errorf("%q becomes %q", in, got)
		}
	}
}
