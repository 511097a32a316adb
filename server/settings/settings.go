// Package settings is what an authority may set: itself, its offices and topics, hours and closures, texts, origins,
// retention, its logo; and the file that carries all of it from one server to another.
//
// A change reads everything, checks everything, and writes what differs, in one transaction with its line in the audit
// log. Staff and single sign-on are identity's.
//
// May import: store, bus, holiday, civic, goccy/go-yaml and the standard library.
package settings

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/holiday"
	"schalter/server/store"
)

// Service changes the settings of authorities.
type Service struct {
	store *store.Store
	bus   *bus.Bus
	now   func() time.Time
	zone  *time.Location
}

// New makes the service. now is the clock.
func New(st *store.Store, b *bus.Bus, now func() time.Time) (*Service, error) {
	zone, err := time.LoadLocation(civic.Zone)
	return &Service{store: st, bus: b, now: now, zone: zone}, err
}

// Settings are all that may be set of an authority, and what else its administration shows.
type Settings struct {
	Authority civic.Authority
	Offices   []civic.Office // in the order of the board, the retired ones last
	Topics    map[civic.OfficeID][]civic.Topic
}

// Read returns the settings as far as the caller may see to them: a supervisor's own offices, all of an admin's.
func (s *Service) Read(ctx context.Context, caller civic.Caller) (Settings, error) {
	if !caller.Role.Includes(civic.RoleSupervisor) {
		return Settings{}, civic.Errorf(civic.Forbidden, civic.KeyForbidden, "role %q has no settings", caller.Role)
	}
	var all Settings
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if all.Authority, err = tx.Authority(ctx, caller.AuthorityID); err != nil {
			return err
		}
		return all.load(ctx, tx)
	})
	if err == nil {
		all.Offices = slices.DeleteFunc(all.Offices, func(o civic.Office) bool { return caller.MayManage(o.AuthorityID, o.ID) != nil })
	}
	return all, err
}

// load reads everything but the authority itself.
func (s *Settings) load(ctx context.Context, tx *store.Tx) (err error) {
	if s.Offices, err = tx.Offices(ctx, s.Authority.ID); err != nil {
		return err
	}
	slices.SortStableFunc(s.Offices, func(a, b civic.Office) int {
		return cmp.Or(boolToInt(a.Retired)-boolToInt(b.Retired), a.Position-b.Position)
	})
	topics, err := tx.Topics(ctx, s.Authority.ID)
	s.Topics = map[civic.OfficeID][]civic.Topic{}
	for _, t := range topics {
		s.Topics[t.OfficeID] = append(s.Topics[t.OfficeID], t)
	}
	return err
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Coming returns the next n days of an office as they really are, from today on.
func (s *Service) Coming(a civic.Authority, o civic.Office, n int) []civic.CalendarDay {
	return civic.CalendarOf(a, o, holiday.Names(a.Holidays)).Days(s.today(), n)
}

// Holidays returns the public holidays of the next twelve months, those too on which the authority is open all the same.
func (s *Service) Holidays(a civic.Authority) []holiday.Day {
	all := civic.Holidays{Land: a.Holidays.Land, Local: a.Holidays.Local}
	today := s.today()
	end := today.Plus(365)
	var out []holiday.Day
	for year := s.now().In(s.zone).Year(); year <= s.now().In(s.zone).Year()+1; year++ {
		for _, d := range holiday.Of(all, year) {
			if today <= d.Day && d.Day <= end {
				out = append(out, d)
			}
		}
	}
	return out
}

func (s *Service) today() civic.Day { return civic.DayOf(s.now(), s.zone) }

// office finds an office among the settings. NotFound if it is none of theirs.
func (s *Settings) office(id civic.OfficeID) (*civic.Office, error) {
	for i := range s.Offices {
		if s.Offices[i].ID == id {
			return &s.Offices[i], nil
		}
	}
	return nil, civic.Errorf(civic.NotFound, civic.KeyOfficeUnknown, "no office %s", id)
}

// clone is a copy of which offices and topics may be changed.
func (s *Settings) clone() Settings {
	out := *s
	out.Offices = slices.Clone(s.Offices)
	out.Topics = map[civic.OfficeID][]civic.Topic{}
	for id, list := range s.Topics {
		out.Topics[id] = slices.Clone(list)
	}
	return out
}

// AnyRevision lets a change pass whatever has been saved since its author looked.
const AnyRevision int64 = -1

// act is one change of the settings.
type act struct {
	name     string         // in the audit log
	office   civic.OfficeID // likewise; empty: the authority itself
	revision int64          // of the authority, as the author saw it
	dry      bool           // tells what would change
}

// errDry undoes a change that was only to be tried.
var errDry = civic.Errorf(civic.Conflict, civic.KeyInternal, "a dry run")

// change makes one act: change what was read, check all, write what differs. It returns what differs. Conflict with
// KeySettingsChanged if somebody has saved since the author looked; Invalid with flaws.
func (s *Service) change(ctx context.Context, caller civic.Caller, a act, fn func(*Settings) error) ([]Difference, error) {
	var differ []Difference
	var touched []bus.Topic
	err := s.store.Write(ctx, func(tx *store.Tx) (err error) {
		differ, touched = nil, nil // a retried transaction starts afresh
		var before Settings
		if before.Authority, err = tx.TouchAuthority(ctx, caller.AuthorityID); err != nil {
			return err
		}
		if a.revision != AnyRevision && a.revision != before.Authority.Revision-1 {
			return civic.Errorf(civic.Conflict, civic.KeySettingsChanged, "revision %d is over", a.revision)
		}
		if err := before.load(ctx, tx); err != nil {
			return err
		}
		after := before.clone()
		if err := fn(&after); err != nil {
			return err
		}
		s.settle(&before, &after)
		if differ, err = differences(before, after); err != nil {
			return err
		}
		if b, a := before.Authority, after.Authority; b.Privacy == a.Privacy && b.PrivacyVersion != a.PrivacyVersion {
			differ = append(differ, Difference{"authority.privacy", b.Privacy, a.Privacy}) // a new text at the old address
		}
		if err := check(after); err != nil {
			return err
		}
		if err := mayRetire(ctx, tx, before, after); err != nil {
			return err
		}
		if a.dry {
			return errDry
		}
		if len(differ) == 0 {
			return nil
		}
		if touched, err = write(ctx, tx, caller, before, after); err != nil {
			return err
		}
		return s.note(ctx, tx, caller, a, paths(differ))
	})
	if err == errDry {
		return differ, nil
	}
	if err != nil {
		return nil, err
	}
	s.bus.Publish(touched...)
	return differ, nil
}

// settle is what follows from a change by itself.
func (s *Service) settle(before, after *Settings) {
	if after.Authority.Privacy != before.Authority.Privacy || after.Authority.PrivacyVersion != before.Authority.PrivacyVersion {
		after.Authority.PrivacyVersion = before.Authority.PrivacyVersion + 1
		after.Authority.PrivacySince = s.now().UTC().Truncate(time.Microsecond)
	}
	for i := range after.Offices {
		after.Offices[i].Position = i
	}
}

// write stores what differs and raises the revision of every office of which a view shows it. Logins that lack a second
// factor end when it becomes a duty, but for the caller's own.
func write(ctx context.Context, tx *store.Tx, caller civic.Caller, before, after Settings) ([]bus.Topic, error) {
	var touched []bus.Topic
	everywhere := !reflect.DeepEqual(before.Authority, after.Authority)
	if everywhere {
		if err := tx.SaveAuthority(ctx, after.Authority); err != nil {
			return nil, err
		}
		stricter := store.Stricter{SecondFactor: after.Authority.SecondFactor && !before.Authority.SecondFactor}
		if _, err := tx.EndWeakSessions(ctx, after.Authority.ID, stricter, caller.Session); err != nil {
			return nil, err // their pages learn of it by their next sign of life
		}
	}
	for _, o := range after.Offices {
		old, err := before.office(o.ID)
		saved, topics := err == nil && reflect.DeepEqual(*old, o), reflect.DeepEqual(before.Topics[o.ID], after.Topics[o.ID])
		if !saved {
			if err := tx.SaveOffice(ctx, o); err != nil {
				return nil, err
			}
		}
		if !topics {
			for _, t := range after.Topics[o.ID] {
				if err := tx.SaveTopic(ctx, o.AuthorityID, t); err != nil {
					return nil, err
				}
			}
		}
		if everywhere || !saved || !topics {
			if _, err := tx.Touch(ctx, o.AuthorityID, o.ID); err != nil {
				return nil, err
			}
			touched = append(touched, bus.Office(o.ID))
		}
	}
	return touched, nil
}

// mayRetire refuses to retire an office where somebody waits, is served, or has opened a desk.
func mayRetire(ctx context.Context, tx *store.Tx, before, after Settings) error {
	for _, o := range after.Offices {
		old, err := before.office(o.ID)
		if !o.Retired || err != nil || old.Retired {
			continue
		}
		if _, err := tx.Touch(ctx, o.AuthorityID, o.ID); err != nil { // from here on nobody draws or opens a desk there
			return err
		}
		tickets, err := tx.Tickets(ctx, o.AuthorityID, o.ID, civic.Waiting, civic.Called, civic.Serving, civic.Parked)
		if err != nil {
			return err
		}
		if len(tickets) > 0 {
			return civic.Errorf(civic.Conflict, civic.KeyOfficeWaiting, "%d tickets at office %s", len(tickets), o.ID)
		}
		desks, err := tx.Desks(ctx, o.AuthorityID, o.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(desks, func(d civic.Desk) bool { return d.State != civic.DeskClosed }) {
			return civic.Errorf(civic.Conflict, civic.KeyOfficeStaffed, "desks at office %s", o.ID)
		}
	}
	return nil
}

// note writes the act into the audit log: who, what, which fields, no contents.
func (s *Service) note(ctx context.Context, tx *store.Tx, caller civic.Caller, a act, fields []string) error {
	const most = 40 // names; an import may touch hundreds
	if len(fields) > most {
		fields = append(fields[:most:most], "…")
	}
	e := store.AuditEntry{Authority: caller.AuthorityID, At: s.now(), Clerk: caller.Clerk, Act: a.name, Office: a.office}
	if len(fields) > 0 {
		e.Detail = map[string]string{"fields": strings.Join(fields, ", ")}
	}
	return tx.InsertAudit(ctx, e)
}

// mayAdminister refuses everyone but an admin.
func mayAdminister(caller civic.Caller) error {
	if !caller.Role.Includes(civic.RoleAdmin) {
		return civic.Errorf(civic.Forbidden, civic.KeyForbidden, "role %q is no admin", caller.Role)
	}
	return nil
}

// newID makes an identifier: UUID v7, so that rows sort by age.
func newID() string { return uuid.Must(uuid.NewV7()).String() }
