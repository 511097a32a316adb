package settings_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/settings"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

var now = time.Date(2026, 12, 21, 9, 0, 0, 0, time.UTC) // a Monday

// town is an authority with two offices, on a real database.
type town struct {
	*settings.Service
	t     testing.TB
	store *store.Store
	bus   *bus.Bus
	admin civic.Caller
	head  civic.Caller // supervisor of the first office
}

const main, second civic.OfficeID = "o-main", "o-second"

func newTown(t testing.TB, st *store.Store, id civic.AuthorityID) *town {
	t.Helper()
	b := bus.New()
	s, err := settings.New(st, b, func() time.Time { return now })
	must(t, err)
	w := &town{Service: s, t: t, store: st, bus: b,
		admin: civic.Caller{Role: civic.RoleAdmin, AuthorityID: id, Clerk: "c-admin"},
		head:  civic.Caller{Role: civic.RoleSupervisor, AuthorityID: id, Clerk: "c-head", Offices: []civic.OfficeID{main}}}
	must(t, st.Write(t.Context(), func(tx *store.Tx) error {
		a := civic.Authority{ID: id, Slug: string(id), Name: civic.Text{"de": "Stadt", "en": "Town"}, Phone: "0123", Privacy: "https://town.test/p",
			Imprint: "https://town.test/i", Statement: "https://town.test/s", Accent: "#7a1f2b", Origins: []string{"https://town.test"}, Published: true}
		offices := []civic.Office{
			{ID: main, Slug: "hauptamt", Prefix: "H", Name: civic.Text{"de": "Hauptamt"}, StopsWhenFull: true,
				Hours: civic.OpeningHours{{Weekday: time.Monday, From: 480, To: 720}, {Weekday: time.Friday, From: 480, To: 720}}},
			{ID: second, Slug: "bauamt", Prefix: "B", Name: civic.Text{"de": "Bauamt"}, Position: 1},
		}
		if err := tx.SaveAuthority(t.Context(), a); err != nil {
			return err
		}
		for _, o := range offices {
			o.AuthorityID = id
			if id != "a" {
				o.ID += "-of-" + civic.OfficeID(id)
			}
			if err := tx.SaveOffice(t.Context(), o); err != nil {
				return err
			}
		}
		if id != "a" {
			return nil
		}
		return tx.SaveTopic(t.Context(), id, civic.Topic{ID: "t-1", OfficeID: main, Name: civic.Text{"de": "Ausweis"}})
	}))
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *town) read() settings.Settings {
	w.t.Helper()
	s, err := w.Read(w.t.Context(), w.admin)
	must(w.t, err)
	return s
}

func (w *town) log() []settings.AuditLine {
	w.t.Helper()
	lines, _, err := w.Audit(w.t.Context(), w.admin, now.Add(-time.Hour), now.Add(time.Hour))
	must(w.t, err)
	return lines
}

// refused checks a refusal, and, if paths are given, exactly which fields it names.
func refused(t testing.TB, err error, code civic.Code, key string, paths ...string) {
	t.Helper()
	if civic.CodeOf(err) != code || civic.KeyOf(err) != key {
		t.Fatalf("%v, want %s %s", err, code, key)
	}
	var e *civic.Error
	var got []string
	if errors.As(err, &e) {
		for _, f := range e.Flaws {
			got = append(got, f.Path)
		}
	}
	slices.Sort(got)
	slices.Sort(paths)
	if len(paths) > 0 && !slices.Equal(got, paths) {
		t.Fatalf("flaws at %q, want %q", got, paths)
	}
}

func profileOf(a civic.Authority) settings.Profile {
	return settings.Profile{Name: a.Name, Phone: a.Phone, Email: a.Email, Address: a.Address, Accent: a.Accent, Languages: a.Languages,
		Privacy: a.Privacy, Imprint: a.Imprint, Statement: a.Statement, Published: a.Published, ClerkStatistics: a.ClerkStatistics}
}

func officeOf(s settings.Settings, i int) settings.OfficeChange {
	o := s.Offices[i]
	c := settings.OfficeChange{ID: o.ID, Slug: o.Slug, Name: o.Name, About: o.About, Prefix: o.Prefix, Phone: o.Phone, Email: o.Email,
		AppointmentOnly: o.AppointmentOnly, ListsContacts: o.ListsContacts, DayLimit: o.DayLimit, StopsWhenFull: o.StopsWhenFull,
		MaxCalls: o.MaxCalls, CallSeconds: o.CallSeconds}
	for _, t := range s.Topics[o.ID] {
		if !t.Retired {
			c.Topics = append(c.Topics, settings.TopicChange{ID: t.ID, Name: t.Name})
		}
	}
	return c
}

func TestAChangeIsWrittenLoggedAndHinted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newTown(t, st, "a")
		hints, end := w.bus.Subscribe(bus.Office(second))
		defer end()
		before := w.read()
		p := profileOf(before.Authority)
		p.Name, p.Accent, p.Privacy = civic.Text{"de": "Stadt Neu"}, "#336699", "https://town.test/neu"
		must(t, w.SaveAuthority(t.Context(), w.admin, before.Authority.Revision, settings.AuthorityChange{Profile: &p}))
		after := w.read()
		if a := after.Authority; a.Name["de"] != "Stadt Neu" || a.Accent != "#336699" || a.Origins[0] != "https://town.test" ||
			a.PrivacyVersion != before.Authority.PrivacyVersion+1 || !a.PrivacySince.Equal(now) || a.Revision <= before.Authority.Revision {
			t.Errorf("%+v", a)
		}
		if after.Offices[1].Revision != before.Offices[1].Revision+1 {
			t.Error("the office's revision stays, and its views with it")
		}
		select {
		case <-hints:
		default:
			t.Error("no hint")
		}
		lines := w.log()
		if len(lines) != 1 || lines[0].Act != "settings.authority_saved" || lines[0].Clerk != "c-admin" ||
			lines[0].Detail["fields"] != "authority.name, authority.accent, authority.privacy" || strings.Contains(fmt.Sprint(lines), "Neu") {
			t.Errorf("%+v", lines)
		}

		// The same again changes nothing, and says nothing.
		must(t, w.SaveAuthority(t.Context(), w.admin, after.Authority.Revision, settings.AuthorityChange{Profile: &p}))
		if a := w.read().Authority; a.PrivacyVersion != after.Authority.PrivacyVersion || len(w.log()) != 1 {
			t.Errorf("%+v", a)
		}
		// Who has looked before somebody else saved is told so.
		err := w.SaveAuthority(t.Context(), w.admin, before.Authority.Revision, settings.AuthorityChange{Profile: &p})
		refused(t, err, civic.Conflict, civic.KeySettingsChanged)
	})
}

func TestRolesAndOtherAuthorities(t *testing.T) {
	st := storetest.SQLite(t)
	w, other := newTown(t, st, "a"), newTown(t, st, "b")
	ctx, clerk := t.Context(), civic.Caller{Role: civic.RoleClerk, AuthorityID: "a", Offices: []civic.OfficeID{main}}
	all := w.read()
	for name, do := range map[string]func(civic.Caller) error{
		"authority": func(c civic.Caller) error {
			return w.SaveAuthority(ctx, c, settings.AnyRevision, settings.AuthorityChange{})
		},
		"office": func(c civic.Caller) error {
			_, err := w.SaveOffice(ctx, c, settings.AnyRevision, officeOf(all, 0))
			return err
		},
		"retire":  func(c civic.Caller) error { return w.Retire(ctx, c, main, true) },
		"order":   func(c civic.Caller) error { return w.Order(ctx, c, []civic.OfficeID{main}) },
		"logo":    func(c civic.Caller) error { return w.SaveLogo(ctx, c, nil) },
		"no logo": func(c civic.Caller) error { return w.DeleteLogo(ctx, c) },
		"export":  func(c civic.Caller) error { _, err := w.Export(ctx, c); return err },
		"import":  func(c civic.Caller) error { _, err := w.Import(ctx, c, []byte("schalter: 1"), false); return err },
		"audit":   func(c civic.Caller) error { _, _, err := w.Audit(ctx, c, now, now); return err },
	} {
		for _, c := range []civic.Caller{clerk, w.head, {}} {
			if err := do(c); civic.CodeOf(err) != civic.Forbidden {
				t.Errorf("%s as %q: %v", name, c.Role, err)
			}
		}
	}
	if _, err := w.Read(ctx, clerk); civic.CodeOf(err) != civic.Forbidden {
		t.Errorf("a clerk reads: %v", err)
	}
	seen, err := w.Read(ctx, w.head)
	must(t, err)
	if len(seen.Offices) != 1 || seen.Offices[0].ID != main {
		t.Errorf("a supervisor sees %+v", seen.Offices)
	}
	hours := settings.Hours{Weekly: civic.OpeningHours{{Weekday: time.Tuesday, From: 600, To: 660}}}
	must(t, w.SaveHours(ctx, w.head, settings.AnyRevision, main, hours))
	refused(t, w.SaveHours(ctx, w.head, settings.AnyRevision, second, hours), civic.NotFound, civic.KeyOfficeUnknown)
	refused(t, w.SaveHours(ctx, other.admin, settings.AnyRevision, main, hours), civic.NotFound, civic.KeyOfficeUnknown)
	refused(t, other.Retire(ctx, other.admin, main, true), civic.NotFound, civic.KeyOfficeUnknown)
	_, err = other.SaveOffice(ctx, other.admin, settings.AnyRevision, officeOf(all, 0))
	refused(t, err, civic.NotFound, civic.KeyOfficeUnknown)
	refused(t, other.Order(ctx, other.admin, []civic.OfficeID{main}), civic.NotFound, civic.KeyOfficeUnknown)
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	st := storetest.SQLite(t)
	w := newTown(t, st, "a")
	all := w.read()
	p := profileOf(all.Authority)
	p.Name, p.Accent, p.Languages, p.Privacy, p.Email = civic.Text{"en": "Town"}, "red", []string{"de", "tlh"}, "javascript:alert(1)", "nobody"
	refused(t, w.SaveAuthority(t.Context(), w.admin, settings.AnyRevision, settings.AuthorityChange{Profile: &p}), civic.Invalid, civic.KeySettingsInvalid,
		"authority.name", "authority.accent", "authority.languages.1", "authority.privacy", "authority.email")

	c := officeOf(all, 0)
	c.Slug, c.Prefix, c.CallSeconds, c.MaxCalls, c.DayLimit = "bauamt", "B", 60, 10, 1000
	c.Topics = append(c.Topics, settings.TopicChange{Name: civic.Text{"de": "Ausweis"}}, settings.TopicChange{})
	_, err := w.SaveOffice(t.Context(), w.admin, settings.AnyRevision, c)
	refused(t, err, civic.Invalid, civic.KeySettingsInvalid, "offices.bauamt.slug", "offices.bauamt.prefix", "offices.bauamt.slug", "offices.bauamt.prefix",
		"offices.bauamt.call_seconds", "offices.bauamt.max_calls", "offices.bauamt.day_limit", "offices.bauamt.topics.1", "offices.bauamt.topics.2")

	h := settings.Hours{
		Weekly:   civic.OpeningHours{{Weekday: 1, From: 480, To: 720}, {Weekday: 1, From: 700, To: 800}, {Weekday: 2, From: 9, To: 9}, {Weekday: 3, From: 1, To: 2, Since: "x"}},
		Closures: []civic.Closure{{From: "2026-12-24", To: "2026-12-23"}, {From: "2026-02-30", To: "2026-03-01"}},
		Openings: []civic.Opening{{Day: "2026-12-24", From: 600, To: 540}},
	}
	refused(t, w.SaveHours(t.Context(), w.admin, settings.AnyRevision, main, h), civic.Invalid, civic.KeySettingsInvalid,
		"offices.hauptamt.hours.1", "offices.hauptamt.hours.2", "offices.hauptamt.hours.3", "offices.hauptamt.closures.0", "offices.hauptamt.closures.1", "offices.hauptamt.openings.0")
	if after := w.read(); after.Authority.Accent != "#7a1f2b" || after.Offices[0].Hours[0].From != 480 || len(w.log()) != 0 {
		t.Errorf("a refusal has left something: %+v", after)
	}
}

func TestOrigins(t *testing.T) {
	w := newTown(t, storetest.SQLite(t), "a")
	for origin, good := range map[string]bool{
		"https://www.town.de": true, "https://town.de:8443": true, "https://*.town.de": true, "http://localhost:8000": true, "http://127.0.0.1": true,
		"http://town.de": false, "https://town.de/": false, "https://town.de/rathaus": false, "https://Town.de": false, "https://*": false,
		"https://*.de": false, "https://*.*.town.de": false, "http://*.localhost": false, "*": false, "town.de": false, "https://": false,
		"https://town.de; script-src *": false, "https://town.de https://evil.de": false, "https://a@town.de": false, "https://town.de:0": false,
		"https://town.de:x": false, "'self'": false, "data:": false, "https://-town.de": false, "https://town.de\n": false, "": false,
	} {
		err := w.SaveAuthority(t.Context(), w.admin, settings.AnyRevision, settings.AuthorityChange{Origins: &[]string{origin}})
		if (err == nil) != good {
			t.Errorf("%q: %v", origin, err)
		}
	}
	err := w.SaveAuthority(t.Context(), w.admin, settings.AnyRevision, settings.AuthorityChange{Origins: &[]string{"https://a.de", "https://a.de"}})
	refused(t, err, civic.Invalid, civic.KeySettingsInvalid, "authority.origins.1")
}

// TestPublished (REQUIREMENTS P06, A33): nobody draws a number before there is a privacy notice, and none may go while people do.
func TestPublished(t *testing.T) {
	w := newTown(t, storetest.SQLite(t), "a")
	p := profileOf(w.read().Authority)
	save := func() error {
		return w.SaveAuthority(t.Context(), w.admin, settings.AnyRevision, settings.AuthorityChange{Profile: &p})
	}
	p.Privacy, p.Statement, p.Phone = "", "", ""
	refused(t, save(), civic.Conflict, civic.KeyIncomplete, "authority.privacy", "authority.statement", "authority.phone")
	p.Published = false
	must(t, save())
	p.Published = true
	refused(t, save(), civic.Conflict, civic.KeyIncomplete, "authority.privacy", "authority.statement", "authority.phone")
	p.Privacy, p.Statement, p.Email = "https://town.test/p", "https://town.test/s", "rathaus@town.test"
	must(t, save())
}

func TestRetention(t *testing.T) {
	w := newTown(t, storetest.SQLite(t), "a")
	save := func(r civic.Retention) error {
		return w.SaveAuthority(t.Context(), w.admin, settings.AnyRevision, settings.AuthorityChange{Retention: &r})
	}
	must(t, save(civic.Retention{TicketHours: 2, AuditDays: 30}))
	refused(t, save(civic.Retention{TicketHours: 25, Reason: "x"}), civic.Invalid, civic.KeySettingsInvalid, "authority.retention.ticket_hours")
	refused(t, save(civic.Retention{AuditDays: 91, Reason: " "}), civic.Invalid, civic.KeySettingsInvalid, "authority.retention.reason")
	must(t, save(civic.Retention{AuditDays: 180, Reason: "Rechnungsprüfung"}))
	refused(t, save(civic.Retention{AuditDays: 400, Reason: "x"}), civic.Invalid, civic.KeySettingsInvalid, "authority.retention.audit_days")
}

func TestAnOfficeComesAndGoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newTown(t, st, "a")
		ctx := t.Context()
		id, err := w.SaveOffice(ctx, w.admin, settings.AnyRevision, settings.OfficeChange{Slug: "standesamt", Prefix: "ST", Name: civic.Text{"de": "Standesamt"},
			Topics: []settings.TopicChange{{Name: civic.Text{"de": "Trauung"}}, {Name: civic.Text{"de": "Geburt"}}}})
		must(t, err)
		must(t, w.Order(ctx, w.admin, []civic.OfficeID{id, main}))
		if s := w.read(); s.Offices[0].ID != id || s.Offices[1].ID != main || s.Offices[2].ID != second || len(s.Topics[id]) != 2 {
			t.Fatalf("%+v", s)
		}
		// A topic that is left out retires, for records refer to it; one that is renamed stays the same.
		c := officeOf(w.read(), 1)
		c.Topics = []settings.TopicChange{{Name: civic.Text{"de": "Fundbüro"}}}
		_, err = w.SaveOffice(ctx, w.admin, settings.AnyRevision, c)
		must(t, err)
		if l := w.read().Topics[main]; len(l) != 2 || l[0].Name["de"] != "Fundbüro" || l[1].ID != "t-1" || !l[1].Retired {
			t.Errorf("%+v", l)
		}
		must(t, st.Write(ctx, func(tx *store.Tx) error {
			o, err := tx.Office(ctx, "a", main)
			if err != nil {
				return err
			}
			return tx.InsertTicket(ctx, civic.Draw(o, "k-1", "2026-12-21", 1, now), []byte("secret"), []byte("key"))
		}))
		refused(t, w.Retire(ctx, w.admin, main, true), civic.Conflict, civic.KeyOfficeWaiting)
		must(t, st.Write(ctx, func(tx *store.Tx) error {
			return tx.SaveClerk(ctx, civic.Clerk{ID: "c-1", AuthorityID: "a", Email: "c@a.test", Offices: []civic.OfficeID{second}, Role: civic.RoleClerk})
		}))
		must(t, st.Write(ctx, func(tx *store.Tx) error {
			return tx.InsertDesk(ctx, civic.Desk{ID: "d-1", AuthorityID: "a", OfficeID: second, ClerkID: "c-1", State: civic.DeskOpen, OpenedAt: now, SeenAt: now})
		}))
		refused(t, w.Retire(ctx, w.admin, second, true), civic.Conflict, civic.KeyOfficeStaffed)
		must(t, w.Retire(ctx, w.admin, id, true))
		if s := w.read(); s.Offices[2].ID != id || !s.Offices[2].Retired {
			t.Errorf("%+v", s.Offices)
		}
		must(t, w.Retire(ctx, w.admin, id, false))
		acts := []string{}
		for _, l := range w.log() {
			acts = append(acts, l.Act)
		}
		slices.Sort(acts)
		if got := strings.Join(acts, " "); got != "settings.office_restored settings.office_retired settings.office_saved settings.office_saved settings.order_saved" {
			t.Error(got)
		}
	})
}

func TestLogo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newTown(t, st, "a")
		ctx := t.Context()
		_, err := w.Logo(ctx, "a")
		refused(t, err, civic.NotFound, civic.KeyNotFound)
		picture := image.NewRGBA(image.Rect(0, 0, 40, 30))
		picture.Set(1, 1, color.RGBA{255, 0, 0, 255})
		var asJPEG, large, noise bytes.Buffer
		must(t, jpeg.Encode(&asJPEG, picture, nil))
		must(t, png.Encode(&large, image.NewGray(image.Rect(0, 0, 2001, 10))))
		must(t, png.Encode(&noise, picture))
		o := w.read().Offices[0]
		hints, end := w.bus.Subscribe(bus.Office(o.ID))
		defer end()
		must(t, w.SaveLogo(ctx, w.admin, asJPEG.Bytes()))
		select { // every view of an office names the logo
		case <-hints:
		default:
			t.Error("a logo comes without a hint")
		}
		if after := w.read().Offices[0].Revision; after <= o.Revision {
			t.Errorf("revision %d after %d", after, o.Revision)
		}
		got, err := w.Logo(ctx, "a")
		must(t, err)
		if _, kind, err := image.Decode(bytes.NewReader(got)); kind != "png" || err != nil {
			t.Errorf("%s %v", kind, err)
		}
		if at := w.read().Authority.LogoAt; !at.Equal(now) {
			t.Errorf("logo at %v", at)
		}
		tail := append(noise.Bytes(), []byte("<script>alert(1)</script>")...)
		must(t, w.SaveLogo(ctx, w.admin, tail))
		if got, _ = w.Logo(ctx, "a"); bytes.Contains(got, []byte("script")) {
			t.Error("what hung on the picture is served")
		}
		refused(t, w.SaveLogo(ctx, w.admin, []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)), civic.Invalid, civic.KeyLogoUnreadable)
		refused(t, w.SaveLogo(ctx, w.admin, large.Bytes()), civic.Invalid, civic.KeyLogoUnreadable)
		refused(t, w.SaveLogo(ctx, w.admin, make([]byte, settings.LogoBytes+1)), civic.TooLarge, civic.KeyBodyTooLarge)
		must(t, w.DeleteLogo(ctx, w.admin))
		if at := w.read().Authority.LogoAt; !at.IsZero() {
			t.Errorf("logo at %v", at)
		}
	})
}

func TestComingDays(t *testing.T) {
	w := newTown(t, storetest.SQLite(t), "a")
	cal := settings.Calendar{Holidays: civic.Holidays{Land: "BY"}, Closures: []civic.Closure{{From: "2026-12-28", To: "2026-12-31", Name: civic.Text{"de": "Zwischen den Jahren"}}}}
	must(t, w.SaveAuthority(t.Context(), w.admin, settings.AnyRevision, settings.AuthorityChange{Calendar: &cal}))
	s := w.read()
	var got []string
	for _, d := range w.Coming(s.Authority, s.Offices[0], 12) {
		got = append(got, fmt.Sprintf("%s %d %s", d.Day, len(d.Open), d.Closed["de"]))
	}
	want := []string{"2026-12-21 1 ", "2026-12-22 0 ", "2026-12-23 0 ", "2026-12-24 0 ", "2026-12-25 0 1. Weihnachtstag", "2026-12-26 0 2. Weihnachtstag",
		"2026-12-27 0 ", "2026-12-28 0 Zwischen den Jahren", "2026-12-29 0 Zwischen den Jahren", "2026-12-30 0 Zwischen den Jahren", "2026-12-31 0 Zwischen den Jahren", "2027-01-01 0 Neujahr"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if h := w.Holidays(s.Authority); len(h) < 12 || h[0].Day != "2026-12-25" {
		t.Errorf("%+v", h)
	}
}

func TestAuditCSV(t *testing.T) {
	w := newTown(t, storetest.SQLite(t), "a")
	must(t, w.store.Write(t.Context(), func(tx *store.Tx) error {
		return tx.InsertAudit(t.Context(), store.AuditEntry{Authority: "a", At: now, Clerk: "c", Act: "ticket.called_out_of_turn", Subject: "=cmd|'/c calc'!A1", Detail: map[string]string{"reason": "urgent"}})
	}))
	must(t, w.store.Write(t.Context(), func(tx *store.Tx) error {
		return tx.InsertAudit(t.Context(), store.AuditEntry{Authority: "a", At: now.Add(-time.Minute), Clerk: "c", Act: "new", Detail: map[string]string{"fields": "authority.name, offices.bauamt.prefix", "x": "y"}})
	}))
	words := map[string]string{"audit.at": "Wann", "act.ticket.called_out_of_turn": "Außer der Reihe", "detail.reason": "Grund", "value.urgent": "Dringend",
		"detail.fields": "Geändert", "field.name": "Name"}
	text, err := w.AuditCSV(t.Context(), w.admin, now.Add(-time.Hour), now.Add(time.Hour), func(key string) string { return words[key] })
	must(t, err)
	want := "\uFEFFWann;who;act;where;subject;detail\r\n2026-12-21 10:00:00;;Außer der Reihe;;'=cmd|'/c calc'!A1;Grund: Dringend\r\n" +
		"2026-12-21 09:59:00;;new;;;\"Geändert: Name, bauamt: prefix; x: y\"\r\n"
	if string(text) != want {
		t.Errorf("%q", text)
	}
}
