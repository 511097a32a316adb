package web

import (
	"maps"
	"slices"
	"time"

	"schalter/server/protocol"
)

// same says whether two views say the same to a citizen: all but the office's revision and the clock. It is asked for each
// of thousands whenever an office changes, and a test knows whether it forgets a member.
func same(a, b protocol.CitizenTicket) bool {
	return a.ID == b.ID && a.Authority == b.Authority && a.Office == b.Office && a.Number == b.Number && a.State == b.State &&
		a.DrawnAt.Equal(b.DrawnAt) && a.Ahead == b.Ahead && equal(a.Estimate, b.Estimate) && a.Status == b.Status && a.Text == b.Text &&
		sameTime(a.Until, b.Until) && sameMessage(a.Message, b.Message) && a.Wants == b.Wants && a.Priority == b.Priority &&
		a.Interpreter == b.Interpreter && a.Away == b.Away && a.TextOnly == b.TextOnly && a.Topic == b.Topic && a.Called == b.Called && sameCall(a.Call, b.Call) &&
		sameTime(a.ReturnUntil, b.ReturnUntil) && a.Outcome == b.Outcome && maps.Equal(a.Name, b.Name) && maps.Equal(a.From, b.From) && maps.Equal(a.Holiday, b.Holiday) &&
		slices.EqualFunc(a.Contacts, b.Contacts, samePerson)
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

func sameTime(a, b *time.Time) bool { return a == b || a != nil && b != nil && a.Equal(*b) }

func sameMessage(a, b *protocol.OfficeMessage) bool {
	return a == b || a != nil && b != nil && a.Text == b.Text && a.At.Equal(b.At)
}

func sameCall(a, b *protocol.Call) bool {
	return a == b || a != nil && b != nil && a.Clerk == b.Clerk && a.Calls == b.Calls && sameTime(a.Deadline, b.Deadline) &&
		sameTime(a.Interrupted, b.Interrupted) && sameTime(a.EnteredAt, b.EnteredAt)
}

func samePerson(a, b protocol.WantedPerson) bool {
	return a.ID == b.ID && a.Name == b.Name && a.State == b.State && a.Ahead == b.Ahead && equal(a.Estimate, b.Estimate)
}
