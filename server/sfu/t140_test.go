package sfu

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"Grüße 👩‍👧":                 "Grüße 👩‍👧",
		"a\bb\r\nc\u2028d":          "a\bb\r\nc\u2028d",
		"\uFEFFa":                   "a",
		"a\tb\u2029":                "a b\u2028",
		"a\x07\x1b[31m\u009bb\x7f":  "a[31mb",
		"zahlen\u202Edne\u2066x":    "zahlendnex",
		"a\xffb":                    "a\uFFFDb",
		"🏴\U000E0067\U000E007F":     "🏴\U000E0067\U000E007F",
		"x\U000E0041\U000E0001y":    "xy",
		"مرحبا שלום":                "مرحبا שלום",
		"\u200Ea\u061Cb":            "ab",
		strings.Repeat("\x00", 100): "",
	} {
		if got := CleanText(in); got != want {
			t.Errorf("CleanText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestScriptMarksWhatIsMissingAndNothingElse(t *testing.T) {
	s := &script{epoch: "e"}
	s.add(0, []rune("Hal"))
	s.add(0, []rune("Hallo")) // the page sends again what it keeps: nothing twice
	s.add(2, []rune("llo"))
	if got := string(s.kept); got != "Hallo" || s.end() != 5 {
		t.Fatalf("%q, end %d", got, s.end())
	}
	s.add(9, []rune("lt")) // "Welt" was cut: "We" never came, and what was before it neither
	s.add(9, []rune("lt!"))
	if got := string(s.kept); got != "Hallo\uFFFDlt!" || s.writer != 12 || s.end() != 9 {
		t.Fatalf("%q, writer %d, end %d", got, s.writer, s.end())
	}
	for range 3 * keepText {
		s.add(s.writer, []rune("x"))
	}
	if n := len(s.kept); n < keepText || n > 2*keepText+1 || s.end() != 9+3*keepText {
		t.Errorf("%d kept, end %d", n, s.end())
	}
	if at, gap := s.from(3); at != s.start-1 || !gap {
		t.Errorf("who has 3 goes on at %d, gap %v; the script begins at %d", at, gap, s.start)
	}
	if at, gap := s.from(s.start); at != s.start || gap {
		t.Errorf("who has all goes on at %d, gap %v", at, gap)
	}
}

func TestAllowance(t *testing.T) {
	var a allowance
	const second = int64(1e9)
	if n := a.take(5000, second); n != textBurst {
		t.Errorf("at once: %d", n)
	}
	if n := a.take(5000, 2*second); n != textRate {
		t.Errorf("a second later: %d", n)
	}
	if n := a.take(5000, 1000*second); n != textBurst {
		t.Errorf("after a long pause: %d", n)
	}
}

func TestOpeningLabel(t *testing.T) {
	if o, ok := parseOpening("t140 Ab9 12 40"); !ok || o != (opening{"Ab9", 12, 40}) {
		t.Errorf("%+v %v", o, ok)
	}
	for _, bad := range []string{"", "t140", "t140 e 1", "t140 e 2 1", "t140 e -1 0", "t140 e 0 9999999999", "x e 0 0", "t140 e\x00 0 0",
		"t140 " + strings.Repeat("e", 33) + " 0 0"} {
		if o, ok := parseOpening(bad); ok {
			t.Errorf("%q read as %+v", bad, o)
		}
	}
}

// FuzzText feeds blocks and labels to the reader of T.140: what goes on is valid, clean, no longer than it was, and
// stands at positions that add up.
func FuzzText(f *testing.F) {
	f.Add("t140 e 0 0", "Hallo\b\u2028", 0, 3)
	f.Add("t140", "\uFEFFa\xff\u202E\x1b", 7, 2)
	f.Fuzz(func(t *testing.T, label, block string, at, ask int) {
		if o, ok := parseOpening(label); ok && (o.from > o.live || o.from < 0 || !validEpoch(o.epoch)) {
			t.Fatalf("%q read as %+v", label, o)
		}
		text := CleanText(block)
		if !utf8.ValidString(text) || CleanText(text) != text || utf8.RuneCountInString(text) > utf8.RuneCountInString(block) {
			t.Fatalf("%q became %q", block, text)
		}
		s := &script{}
		at &= maxCount - 1
		s.add(at, []rune(text))
		before := s.end()
		s.add(at, []rune(text))
		if s.end() != before || text != "" && s.writer != at+utf8.RuneCountInString(text) {
			t.Fatalf("end %d, then %d; writer %d", before, s.end(), s.writer)
		}
		if from, gap := s.from(max(0, ask)); from > max(ask, s.start) || gap != (from < s.start) {
			t.Fatalf("from %d, gap %v", from, gap)
		}
	})
}
