package main

import (
	"testing"

	"schalter/server/civic"
	"schalter/server/protocol"
)

// TestTheConsoleKnowsTheLastCall: a clerk's view says how many calls the office makes, and it is right.
func TestTheConsoleKnowsTheLastCall(t *testing.T) {
	p := launch(t)
	for _, most := range []int{0, 1, 5} {
		s := newScene(t, p, func(o *civic.Office) { o.MaxCalls = most })
		want := most
		if most == 0 {
			want = civic.MaxCalls
		}
		c := s.citizen()
		c.draw(s.office)
		for call := 1; call <= want; call++ {
			r := as[protocol.CallResult](s.desk.try("call", protocol.CallTicket{Ticket: c.ticket().ID, Reason: civic.ReasonAgreed}))
			if r.Office.MaxCalls != want {
				t.Errorf("an office of %d calls says %d", want, r.Office.MaxCalls)
			}
			s.desk.settle("lapse")
			if missed := c.ticket().State == civic.Missed; missed != (call == want) {
				t.Errorf("after call %d of %d the ticket is %s", call, want, c.ticket().State)
			}
		}
	}
}
