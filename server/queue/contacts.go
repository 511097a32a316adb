package queue

import (
	"cmp"
	"slices"

	"schalter/server/civic"
)

// Contact is a contact person of an office, as citizens see them.
type Contact struct {
	Clerk civic.Clerk
	Open  bool // has an open desk
	Busy  bool // has called or serves somebody, at whichever office

	wanting []int // where those stand in the list who wait for this one
}

// contactsOf are the clerks whom the office lists as contact persons, by name.
func contactsOf(o civic.Office, clerks []civic.Clerk) []civic.Clerk {
	if !o.ListsContacts {
		return nil
	}
	var out []civic.Clerk
	for _, c := range clerks {
		if c.ContactPerson && !c.Disabled && slices.Contains(c.Offices, o.ID) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b civic.Clerk) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out
}

// bindingWishes takes back the wish for somebody who is no contact person: nobody would ever be called for it.
func bindingWishes(tickets []civic.Ticket, contacts []civic.Clerk) []civic.Ticket {
	for i, t := range tickets {
		if t.Wants != "" && !slices.ContainsFunc(contacts, func(c civic.Clerk) bool { return c.ID == t.Wants }) {
			tickets[i].Wants = ""
		}
	}
	return tickets
}

// placeContacts notes, once a snapshot, who waits where for whom, so that each of thousands of views only looks it up.
func (s *Snapshot) placeContacts(contacts []civic.Clerk) {
	s.Contacts = make([]Contact, len(contacts))
	for i, c := range contacts {
		s.Contacts[i] = Contact{Clerk: c, Busy: s.busy[c.ID], Open: slices.ContainsFunc(s.Desks, func(d civic.Desk) bool {
			return d.ClerkID == c.ID && d.State == civic.DeskOpen
		})}
	}
	s.free = make([]int, len(s.Waiting)+1)
	for i, t := range s.Waiting {
		s.free[i+1] = s.free[i]
		if t.Wants == "" {
			s.free[i+1]++
			continue
		}
		for k := range s.Contacts {
			if s.Contacts[k].Clerk.ID == t.Wants {
				s.Contacts[k].wanting = append(s.Contacts[k].wanting, i)
			}
		}
	}
}

// For is what it costs the waiting one at that place in the list to wait for a contact person: how many that person could
// call before, which is the most it can be, for colleagues take some of them; and the time from the best case, in which
// the open desks share them, to the worst, in which this desk has them all. Unknown while the person has no open desk.
func (s *Snapshot) For(c Contact, place int) (ahead int, wait Estimate) {
	wanting, _ := slices.BinarySearch(c.wanting, place)
	ahead = wanting + s.free[place]
	if !c.Open {
		return ahead, Estimate{}
	}
	best := estimate(wanting+s.free[place]/max(s.staff, 1), 1, s.recent)
	worst := estimate(ahead, 1, s.recent)
	return ahead, Estimate{From: best.From, To: worst.To}
}
