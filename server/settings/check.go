package settings

import (
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"schalter/server/civic"
	"schalter/server/holiday"
)

// Languages are those that the widget speaks. An authority can't offer others: its citizens would read German.
var Languages = []string{"de", "en"}

// Bounds of what may be set.
const (
	maxOffices, maxTopics, maxOrigins, maxTexts, maxDays = 100, 60, 50, 300, 400

	minCallSeconds, maxCallSeconds = 120, 600 // REQUIREMENTS A20: at least two minutes
	minMaxCalls, maxMaxCalls       = 1, 9
	maxAuditDays                   = 365
)

var (
	slugForm   = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$`)
	prefixForm = regexp.MustCompile(`^[A-Z]{1,2}$`)
	accentForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	hostForm   = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$`)
	keyForm    = regexp.MustCompile(`^[a-z]+(?:\.[A-Za-z0-9_]+)+$`)
)

// flaws collects what is wrong, below a path.
type flaws struct {
	path string
	list *[]civic.Flaw
}

func (f flaws) in(format string, args ...any) flaws {
	return flaws{strings.TrimPrefix(f.path+"."+fmt.Sprintf(format, args...), "."), f.list}
}

func (f flaws) must(ok bool, field, key string) {
	if !ok {
		*f.list = append(*f.list, civic.Flaw{Path: f.in("%s", field).path, Key: key})
	}
}

// check returns all that is wrong with settings: Invalid with its flaws, or Conflict with what a published authority lacks.
func check(s Settings) error {
	var list []civic.Flaw
	f := flaws{list: &list}
	checkAuthority(f.in("authority"), s.Authority)
	checkOffices(f, s)
	if len(list) > 0 {
		return civic.Flawed(civic.Invalid, civic.KeySettingsInvalid, list)
	}
	if !s.Authority.Published {
		return nil
	}
	for _, path := range Missing(s.Authority) {
		list = append(list, civic.Flaw{Path: path, Key: "needed_to_publish"})
	}
	if len(list) > 0 {
		return civic.Flawed(civic.Conflict, civic.KeyIncomplete, list)
	}
	return nil
}

func checkAuthority(f flaws, a civic.Authority) {
	f.text("name", a.Name, 120, true)
	f.short("phone", a.Phone, 60)
	f.email("email", a.Email)
	f.short("address", a.Address, 200)
	f.must(a.Accent == "" || accentForm.MatchString(a.Accent), "accent", "colour_invalid")
	for name, address := range map[string]string{"privacy": a.Privacy, "imprint": a.Imprint, "statement": a.Statement} {
		f.must(isAddress(address), name, "address_invalid")
	}
	f.must(!doubled(a.Languages), "languages", "doubled")
	for i, lang := range a.Languages {
		f.must(slices.Contains(Languages, lang), fmt.Sprintf("languages.%d", i), "language_unknown")
	}
	f.must(len(a.Origins) <= maxOrigins, "origins", "too_many")
	for i, o := range a.Origins {
		f.must(isOrigin(o), fmt.Sprintf("origins.%d", i), "site_invalid")
		f.must(slices.Index(a.Origins, o) == i, fmt.Sprintf("origins.%d", i), "doubled")
	}
	f.must(len(a.Texts) <= maxTexts, "texts", "too_many")
	for key, text := range a.Texts {
		f.must(len(key) <= 80 && keyForm.MatchString(key), "texts."+key, "text_unknown")
		f.text("texts."+key, text, 600, false)
	}
	f.must(holiday.Validate(a.Holidays) == nil, "holidays", civic.KeyHolidayUnknown)
	f.closures(a.Closures)
	checkRetention(f.in("retention"), a.Retention)
}

// checkRetention lets what the table allows be kept shorter, and longer only with a reason (REQUIREMENTS P07,
// civic.Retention.Table).
func checkRetention(f flaws, r civic.Retention) {
	f.must(r.TicketHours >= 0 && time.Duration(r.TicketHours)*time.Hour <= civic.TicketRetention, "ticket_hours", "number_invalid")
	f.must(r.AuditDays >= 0 && r.AuditDays <= maxAuditDays, "audit_days", "number_invalid")
	f.short("reason", r.Reason, 300)
	longer := time.Duration(r.AuditDays)*24*time.Hour > civic.AuditRetention
	f.must(!longer || strings.TrimSpace(r.Reason) != "", "reason", "reason_needed")
}

func checkOffices(f flaws, s Settings) {
	f.must(len(s.Offices) <= maxOffices, "offices", "too_many")
	slugs, prefixes := map[string]int{}, map[string]int{}
	for _, o := range s.Offices {
		slugs[o.Slug]++
		if !o.Retired {
			prefixes[o.Prefix]++
		}
	}
	for _, o := range s.Offices {
		f := f.in("offices.%s", o.Slug)
		f.must(slugForm.MatchString(o.Slug), "slug", "slug_invalid")
		f.must(slugs[o.Slug] == 1, "slug", "slug_taken")
		f.must(prefixForm.MatchString(o.Prefix), "prefix", "prefix_invalid")
		f.must(o.Retired || prefixes[o.Prefix] == 1, "prefix", "prefix_taken")
		f.text("name", o.Name, 120, true)
		f.text("about", o.About, 300, false)
		f.short("phone", o.Phone, 60)
		f.email("email", o.Email)
		f.must(o.DayLimit >= 0 && o.DayLimit <= civic.MaxDayNumber, "day_limit", "number_invalid")
		f.must(o.MaxCalls == 0 || o.MaxCalls >= minMaxCalls && o.MaxCalls <= maxMaxCalls, "max_calls", "number_invalid")
		f.must(o.CallSeconds == 0 || o.CallSeconds >= minCallSeconds && o.CallSeconds <= maxCallSeconds, "call_seconds", "number_invalid")
		checkHours(f, o)
		checkTopics(f, s.Topics[o.ID])
	}
}

func checkTopics(f flaws, topics []civic.Topic) {
	names := map[string]bool{}
	i := 0
	for _, t := range topics {
		if t.Retired {
			continue
		}
		path := fmt.Sprintf("topics.%d", i)
		f.text(path, t.Name, 80, true)
		f.must(!names[t.Name["de"]], path, "doubled")
		names[t.Name["de"]] = true
		i++
	}
	f.must(i <= maxTopics, "topics", "too_many")
}

func checkHours(f flaws, o civic.Office) {
	f.must(len(o.Hours) <= maxDays, "hours", "too_many")
	for i, iv := range o.Hours[:min(len(o.Hours), maxDays)] { // each against each, while the database waits
		err := civic.OpeningHours{iv}.Validate()
		for _, other := range o.Hours[:i] {
			if both := (civic.OpeningHours{other, iv}).Validate(); err == nil && civic.KeyOf(both) == civic.KeyHoursOverlap {
				err = both
			}
		}
		f.must(err == nil, fmt.Sprintf("hours.%d", i), civic.KeyOf(err))
	}
	f.closures(o.Closures)
	f.must(len(o.Openings) <= maxDays, "openings", "too_many")
	for i, op := range o.Openings {
		c := civic.Calendar{Openings: []civic.Opening{op}}
		f.must(c.Validate() == nil, fmt.Sprintf("openings.%d", i), civic.KeyOpeningInvalid)
	}
}

func (f flaws) closures(list []civic.Closure) {
	f.must(len(list) <= maxDays, "closures", "too_many")
	for i, cl := range list {
		path := fmt.Sprintf("closures.%d", i)
		c := civic.Calendar{Closures: []civic.Closure{cl}}
		f.must(c.Validate() == nil, path, civic.KeyClosureInvalid)
		f.text(path, cl.Name, 120, false)
	}
}

// text checks a text in several languages; a needed one has at least the German.
func (f flaws) text(field string, t civic.Text, most int, needed bool) {
	f.must(!needed || strings.TrimSpace(t["de"]) != "", field, "needed")
	for lang, words := range t {
		f.must(slices.Contains(Languages, lang), field, "language_unknown")
		f.short(field, words, most)
	}
}

// short checks a single line of text; a name may have several.
func (f flaws) short(field, text string, most int) {
	f.must(utf8.RuneCountInString(text) <= most, field, "too_long")
	f.must(utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' }), field, "characters_invalid")
}

func (f flaws) email(field, text string) {
	if text == "" {
		return
	}
	a, err := mail.ParseAddress(text)
	f.must(err == nil && a.Address == text && len(text) <= 254, field, "email_invalid")
}

func doubled(list []string) bool {
	sorted := slices.Sorted(slices.Values(list))
	return len(slices.Compact(sorted)) != len(list)
}

// isAddress says whether a notice can be found there: https, or http on this machine. A path would lead to our own site
// from our pages, and to the town's from the board.
func isAddress(text string) bool {
	if text == "" {
		return true
	}
	u, err := url.Parse(text)
	if err != nil || len(text) > 500 || strings.ContainsAny(text, " <>\"'\\") || u.User != nil {
		return false
	}
	return u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && isLocal(u.Hostname()))
}

// isOrigin says whether a text is an origin as browsers send it: "https://www.town.de", "https://*.town.de" for all
// below it, with a port if need be; http for this machine only. It goes into the header frame-ancestors as it stands.
func isOrigin(text string) bool {
	scheme, host, ok := strings.Cut(text, "://")
	if !ok || len(text) > 200 {
		return false
	}
	name, port, hasPort := strings.Cut(host, ":")
	if hasPort && !isPort(port) {
		return false
	}
	if below, ok := strings.CutPrefix(name, "*."); ok {
		return scheme == "https" && strings.Contains(below, ".") && hostForm.MatchString(below)
	}
	if !hostForm.MatchString(name) {
		return false
	}
	return scheme == "https" || scheme == "http" && isLocal(name)
}

func isPort(text string) bool {
	_, err := netip.ParseAddrPort("0.0.0.0:" + text)
	return err == nil && text != "0"
}

func isLocal(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}
