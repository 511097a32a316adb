package civic

import "testing"

func TestANameIsOneLineThatReadsAsItLooks(t *testing.T) {
	for in, want := range map[string]string{
		"  Frau \t Berger\n":                         "Frau Berger",
		"A\u202E002 reppohC":                         "A002 reppohC",
		"\u2066\u2069\u200E\u200F\u061C\u200B\uFEFF": "",
		"An\x1b[2Jna\x00\u0085":                      "An[2Jna",
		"שרה לוי":                                    "שרה לוי",
		"می\u200Cخواهم":                              "می\u200Cخواهم",
		"\u2028Anna\u2029":                           "Anna",
		"bad\xff":                                    "bad",
		"François Müller-Łukasiewicz 👩\u200D👧 <b>Ö</b>": "François Müller-Łukasiewicz 👩\u200D👧 <b>Ö</b>",
	} {
		if got := Line(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
	v := Visit{State: VisitOpen}
	if g, err := v.Invite("g", Expert, "Dr.\u202E Fuchs", "c", nil, noon); err != nil || g.Name != "Dr. Fuchs" {
		t.Errorf("guest %q: %v", g.Name, err)
	}
	if _, err := v.Invite("g", Expert, "\u200B\u202E", "c", nil, noon); CodeOf(err) != Invalid {
		t.Errorf("a guest without a visible name: %v", err)
	}
}
