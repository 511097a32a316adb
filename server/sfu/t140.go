package sfu

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of real-time text, in characters (code points) unless it says otherwise.
const (
	maxBlock  = 4 << 10 // bytes of one message
	textRate  = 30      // a second, what a client may write in the long run (REQUIREMENTS A03: human typing)
	textBurst = 2_000   // at once: a paste
	maxScript = 200_000 // of one participant in one room: two hours at full rate
	keepText  = 4_000   // kept of each script for readers whose line was lost; the client keeps 2,000 of its own
	maxEpoch  = 32      // bytes
	maxCount  = 1 << 30 // highest position a client may claim
)

// lostText stands where text is missing (RFC 8865 section 5.4).
const lostText = '\uFFFD'

// CleanText returns what of a T.140 block is passed on. Invalid UTF-8 becomes the mark of lost text. Backspace, CR, LF and
// the line separator stay; other control functions (bell, escapes, SGR, the byte order mark) do not, nor does what
// turns the reading direction of a whole line around and could make one sentence look like another. Joiners stay: emoji
// and some scripts need them. It never returns more characters than it was given, and cleaning twice is cleaning once.
func CleanText(block string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\b', c == '\r', c == '\n', c == '\u2028':
			return c
		case c == '\t':
			return ' '
		case c == '\u2029':
			return '\u2028'
		case c < 0x20, c >= 0x7F && c < 0xA0: // C0, DEL, C1
			return -1
		case c >= '\u202A' && c <= '\u202E', c >= '\u2066' && c <= '\u2069', c == '\u200E', c == '\u200F', c == '\u061C': // bidi
			return -1
		case c == '\uFEFF', c >= '\uFFF9' && c <= '\uFFFB', c >= 0xE0000 && c < 0xE007F && !tag(c):
			return -1
		}
		return c
	}, block)
}

// tag says whether a character spells the flag of a region (England, Scotland, Wales) in an emoji.
func tag(c rune) bool { return c >= 0xE0030 && c <= 0xE0039 || c >= 0xE0061 && c <= 0xE007A }

// script is what one participant has written in a room: memory only, and of that the last keepText characters. Positions
// count characters from the page's beginning; a mark of lost text is one.
type script struct {
	epoch   string // of the page that writes; another page begins another script
	start   int    // position of kept[0]
	kept    []rune
	writer  int // how far the writer's own count has come: where text is missing it is ahead of ours
	live    int // what lies before was written before this room ran (the server began anew): for those who ask for it only
	written int // characters taken, for the bound
	allowed allowance
}

func (s *script) end() int { return s.start + len(s.kept) }

// add takes text that stands at a position of the writer's own count. What is there already is not taken twice, and
// where text is missing in between the mark stands.
func (s *script) add(at int, text []rune) {
	if twice := s.writer - at; twice > 0 {
		text = text[min(twice, len(text)):]
		at += twice
	}
	if len(text) == 0 {
		return
	}
	if at > s.writer {
		s.kept = append(s.kept, lostText)
	}
	s.kept = append(s.kept, text...)
	s.writer = at + len(text)
	s.written += len(text)
	if over := len(s.kept) - keepText; over > keepText { // not at each character
		s.kept = append([]rune(nil), s.kept[over:]...)
		s.start += over
	}
}

// from says at which position a reader goes on who has the text up to there, and whether the mark comes first because
// some of what is missing is no longer kept. Who has more than we do waits: after a restart of the server the writer's
// page sends the last of it again.
func (s *script) from(at int) (position int, gap bool) {
	if at < s.start {
		return s.start - 1, true // the mark is one character
	}
	return at, false
}

// Text says how far somebody's text is known to a client.
type Text struct {
	Participant string
	Epoch       string // of the page that wrote it, as the channel's label had it
	Position    int    // characters received, from the page's beginning
}

// label is what a channel towards a reader is called: who writes, and where its first character stands.
func (t Text) label() string {
	return t.Participant + " " + t.Epoch + " " + strconv.Itoa(t.Position)
}

// opening is what the label of a client's own channel says: "t140 EPOCH FROM LIVE".
type opening struct {
	epoch      string
	from, live int
}

// parseOpening reads the label. ok is false for a plain T.140 client, whose label says nothing.
func parseOpening(label string) (o opening, ok bool) {
	f := strings.Fields(label)
	if len(label) > 128 || len(f) != 4 || f[0] != "t140" || !validEpoch(f[1]) {
		return opening{}, false
	}
	from, err1 := strconv.Atoi(f[2])
	live, err2 := strconv.Atoi(f[3])
	if err1 != nil || err2 != nil || from < 0 || live < from || live > maxCount {
		return opening{}, false
	}
	return opening{f[1], from, live}, true
}

func validEpoch(s string) bool {
	return s != "" && len(s) <= maxEpoch && utf8.ValidString(s) && strings.IndexFunc(s, func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	}) < 0
}

// allowance is the limit on writing: a bucket of characters.
type allowance struct {
	left float64
	at   int64 // ns
}

// take returns how many of n characters may be taken now.
func (a *allowance) take(n int, now int64) int {
	if a.at == 0 {
		a.left = textBurst
	} else {
		a.left = min(textBurst, a.left+float64(now-a.at)*textRate/1e9)
	}
	a.at = now
	n = min(n, int(a.left))
	a.left -= float64(n)
	return n
}
