package civic

import (
	"strings"
	"unicode"
)

// Line makes one line of what somebody calls themselves: without control characters, and without what turns the reading
// direction around or cannot be seen, by which one name could look like another, or put the number beside it in another
// order (Unicode TR 36 section 2.5). Joiners stay, for some scripts need them.
func Line(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(c rune) rune {
		switch {
		case c == '\u200C', c == '\u200D':
			return c
		case unicode.IsSpace(c):
			return ' '
		case c == unicode.ReplacementChar, unicode.In(c, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		}
		return c
	}, text)), " ")
}
