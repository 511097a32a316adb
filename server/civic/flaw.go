package civic

import "fmt"

// Flaw is one thing that is wrong with what was sent.
type Flaw struct {
	Path string // "offices.bauamt.prefix"; empty: the whole
	Key  string // text key of its sentence
	Line int    // in a file, from 1 on; 0: unknown
}

// Flawed makes an *Error that lists what is wrong.
func Flawed(code Code, key string, flaws []Flaw) error {
	return &Error{Code: code, Key: key, Detail: fmt.Sprintf("%d flaws, the first at %s: %s", len(flaws), flaws[0].Path, flaws[0].Key), Flaws: flaws}
}

// Text keys of refusals that only the administration meets: their sentences are in its locale file.
const (
	KeySettingsInvalid = "settings_invalid"
	KeySettingsChanged = "settings_changed"
	KeyIncomplete      = "incomplete"
	KeyOfficeWaiting   = "office_waiting"
	KeyOfficeStaffed   = "office_staffed"
	KeyLogoUnreadable  = "logo_unreadable"
	KeyFileUnreadable  = "file_unreadable"
)
