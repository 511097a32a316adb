package settings

import (
	"context"
	"slices"

	"schalter/server/civic"
)

// OfficeChange is all of an office but its hours.
type OfficeChange struct {
	ID              civic.OfficeID // empty: a new one
	Slug            string
	Name, About     civic.Text
	Prefix          string
	Phone, Email    string
	AppointmentOnly bool
	ListsContacts   bool
	DayLimit        int
	StopsWhenFull   bool
	MaxCalls        int
	CallSeconds     int
	Topics          []TopicChange // in their order; those that are left out are retired
}

// TopicChange is a topic of an office.
type TopicChange struct {
	ID   civic.TopicID // empty: a new one
	Name civic.Text
}

// Hours are an office's weekly plan and its exceptions.
type Hours struct {
	Weekly   civic.OpeningHours
	Closures []civic.Closure
	Openings []civic.Opening
}

// SaveOffice makes an office or replaces its settings, and returns its id. Admins only: names and prefixes stand on the
// town's page.
func (s *Service) SaveOffice(ctx context.Context, caller civic.Caller, revision int64, c OfficeChange) (civic.OfficeID, error) {
	if err := mayAdminister(caller); err != nil {
		return "", err
	}
	id, fresh := c.ID, c.ID == ""
	if fresh {
		id = civic.OfficeID(newID())
	}
	_, err := s.change(ctx, caller, act{name: "settings.office_saved", office: id, revision: revision}, func(all *Settings) error {
		if fresh {
			all.add(civic.Office{ID: id, AuthorityID: caller.AuthorityID, StopsWhenFull: true})
		}
		o, err := all.office(id)
		if err != nil {
			return err
		}
		o.Slug, o.Name, o.About, o.Prefix, o.Phone, o.Email = c.Slug, c.Name, c.About, c.Prefix, c.Phone, c.Email
		o.AppointmentOnly, o.ListsContacts, o.DayLimit, o.StopsWhenFull = c.AppointmentOnly, c.ListsContacts, c.DayLimit, c.StopsWhenFull
		o.MaxCalls, o.CallSeconds = c.MaxCalls, c.CallSeconds
		return all.setTopics(id, c.Topics)
	})
	return id, err
}

// add puts a new office before the retired ones.
func (s *Settings) add(o civic.Office) {
	at := slices.IndexFunc(s.Offices, func(o civic.Office) bool { return o.Retired })
	if at < 0 {
		at = len(s.Offices)
	}
	s.Offices = slices.Insert(s.Offices, at, o)
}

// setTopics brings an office's topics into the order of the list and retires the others.
func (s *Settings) setTopics(office civic.OfficeID, list []TopicChange) error {
	var out []civic.Topic
	known := s.Topics[office]
	for i, c := range list {
		t := civic.Topic{ID: c.ID, OfficeID: office, Name: c.Name, Position: i}
		if c.ID == "" {
			t.ID = civic.TopicID(newID())
		} else if !slices.ContainsFunc(known, func(k civic.Topic) bool { return k.ID == c.ID }) {
			return civic.Errorf(civic.NotFound, civic.KeyTopicUnknown, "office %s has no topic %s", office, c.ID)
		}
		out = append(out, t)
	}
	for _, k := range known {
		if !slices.ContainsFunc(out, func(t civic.Topic) bool { return t.ID == k.ID }) {
			k.Retired, k.Position = true, len(out)
			out = append(out, k)
		}
	}
	s.Topics[office] = out
	return nil
}

// SaveHours replaces an office's hours, closures and extra openings. Supervisors may, at their own offices.
func (s *Service) SaveHours(ctx context.Context, caller civic.Caller, revision int64, office civic.OfficeID, h Hours) error {
	if err := caller.MayManage(caller.AuthorityID, office); err != nil {
		return err
	}
	_, err := s.change(ctx, caller, act{name: "settings.hours_saved", office: office, revision: revision}, func(all *Settings) error {
		o, err := all.office(office)
		if err == nil {
			o.Hours, o.Closures, o.Openings = h.Weekly, h.Closures, h.Openings
		}
		return err
	})
	return err
}

// Retire takes an office off the board, or brings it back. Nothing is deleted: records refer to it. Conflict while
// somebody waits there or a desk is open.
func (s *Service) Retire(ctx context.Context, caller civic.Caller, office civic.OfficeID, retired bool) error {
	if err := mayAdminister(caller); err != nil {
		return err
	}
	name := "settings.office_retired"
	if !retired {
		name = "settings.office_restored"
	}
	_, err := s.change(ctx, caller, act{name: name, office: office, revision: AnyRevision}, func(all *Settings) error {
		o, err := all.office(office)
		if err == nil {
			o.Retired = retired
		}
		return err
	})
	return err
}

// Order brings the offices into the order of the list; those that are not in it follow.
func (s *Service) Order(ctx context.Context, caller civic.Caller, order []civic.OfficeID) error {
	if err := mayAdminister(caller); err != nil {
		return err
	}
	_, err := s.change(ctx, caller, act{name: "settings.order_saved", revision: AnyRevision}, func(all *Settings) error {
		for _, id := range order {
			if _, err := all.office(id); err != nil {
				return err
			}
		}
		place := func(o civic.Office) int {
			if i := slices.Index(order, o.ID); i >= 0 {
				return i
			}
			return len(order)
		}
		slices.SortStableFunc(all.Offices, func(a, b civic.Office) int { return place(a) - place(b) })
		return nil
	})
	return err
}
