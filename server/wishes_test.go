package main

import (
	"testing"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/store"
)

// TestWhatItCostsToWaitForSomebody: the time for one's own wish is told, and none for somebody who is not in.
func TestWhatItCostsToWaitForSomebody(t *testing.T) {
	p := launch(t, unlimited)
	must(t, p.store.Write(t.Context(), func(tx *store.Tx) error {
		for range 3 {
			r := store.VisitRecord{Authority: "a-" + town, Office: officeMain, Day: "2026-11-20", Outcome: civic.OutcomeServed, Seconds: 600, Participants: 2}
			if err := tx.InsertVisitRecord(t.Context(), r); err != nil {
				return err
			}
		}
		return nil
	}))
	one, two := newClerk(t, p.address), newClerk(t, p.address)
	one.login(huber)
	two.login(maier)
	one.open(officeMain)
	first, fan := newCitizen(t, p.address), newCitizen(t, p.address)
	first.draw(officeMain)
	fan.draw(officeMain)
	if v := fan.ticket(); len(v.Contacts) != 2 || v.Contacts[0].State != protocol.ContactFree || v.Contacts[1].State != protocol.ContactAway ||
		v.Estimate == nil || *v.Estimate != (protocol.Range{From: 10, To: 25}) || *v.Contacts[0].Estimate != *v.Estimate || v.Contacts[1].Estimate != nil {
		t.Fatalf("one desk: %+v, %+v", v.Estimate, v.Contacts)
	}
	if v := fan.tells(`{"wants":"` + string(clerkID(maier)) + `"}`); v.Wants != clerkID(maier) || v.Estimate != nil || v.Ahead != 1 {
		t.Errorf("for somebody who is not in: %+v, %d ahead", v.Estimate, v.Ahead)
	}
	two.open(officeMain)
	v := fan.ticket()
	if want := (protocol.Range{From: 0, To: 25}); v.Estimate == nil || *v.Estimate != want || v.Contacts[1].Ahead != 1 { // the other desk may take the first
		t.Errorf("for somebody who is in: %+v", v.Estimate)
	}
	if v := fan.tells(`{"wants":""}`); *v.Estimate != (protocol.Range{From: 5, To: 15}) {
		t.Errorf("for anybody at two desks: %+v", v.Estimate)
	}
}
