package main

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/store"
)

// turned is a clock that a test sets and that then goes on.
type turned struct{ ahead atomic.Int64 }

func (c *turned) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// set turns it to an instant of Berlin's calendar.
func (c *turned) set(t *testing.T, wall string) {
	t.Helper()
	loc, err := time.LoadLocation(civic.Zone)
	must(t, err)
	at, err := time.ParseInLocation("2006-01-02 15:04:05.999", wall, loc)
	must(t, err)
	c.ahead.Store(int64(time.Until(at)))
}

// boardOf reads the board as a town's page does.
func boardOf(p *person) map[civic.OfficeID]protocol.BoardOffice {
	p.t.Helper()
	out := map[civic.OfficeID]protocol.BoardOffice{}
	for _, o := range as[protocol.Board](p.do(http.MethodGet, "/api/v1/authorities/"+town+"/board", nil)).Offices {
		out[o.ID] = o
	}
	return out
}

// workday gives the main office hours from eight to four.
func workday(t *testing.T, p *program, change func(*civic.Office)) {
	t.Helper()
	must(t, p.store.Write(t.Context(), func(tx *store.Tx) error {
		o, err := tx.Office(t.Context(), "a-"+town, officeMain)
		if err != nil {
			return err
		}
		o.Hours = weekly("1-5 08:00-16:00")
		if change != nil {
			change(&o)
		}
		return tx.SaveOffice(t.Context(), o)
	}))
}

// TestTheEndOfTheDay: a queue as long as the day gets nobody more, opens again when it gets shorter, and who waits when the
// office closes is told at once and stays.
func TestTheEndOfTheDay(t *testing.T) {
	t.Parallel()
	var clock turned
	clock.set(t, "2026-11-23 15:40:00")
	p := launchAt(t, clock.now)
	workday(t, p, func(o *civic.Office) { o.StopsWhenFull = true })
	must(t, p.store.Write(t.Context(), func(tx *store.Tx) error {
		for range 4 {
			if err := tx.InsertVisitRecord(t.Context(), store.VisitRecord{Authority: "a-" + town, Office: officeMain, Day: "2026-11-20", Outcome: civic.OutcomeServed, Seconds: 600}); err != nil {
				return err
			}
		}
		return nil
	}))
	clerk := newClerk(t, p.address)
	clerk.login(huber)
	clerk.open(officeMain)
	visitor := newCitizen(t, p.address)

	first, second := newCitizen(t, p.address), newCitizen(t, p.address)
	first.draw(officeMain)
	waiting := first.ticketSocket()
	await(waiting, protocol.FrameTicket, func(v protocol.CitizenTicket) bool { return v.Text == civic.TextWaiting })
	second.draw(officeMain) // at ten to four; a third would have to wait until four
	newCitizen(t, p.address).tryDraw(officeMain, newKey()).refused(409, civic.Conflict, civic.KeyIssuingFull)
	told := await(waiting, protocol.FrameTicket, func(v protocol.CitizenTicket) bool { return v.Text == civic.TextIssuingStopped })
	if told.State != civic.Waiting || told.Ahead != 0 || told.Status != civic.OfficeOpen {
		t.Errorf("who waits is told %+v", told)
	}
	eventually(t, "no button on the board", func() bool {
		o := boardOf(visitor)[officeMain]
		return o.Text == civic.TextIssuingStopped && o.Action == civic.ActionContact
	})
	view := as[protocol.OfficeView](clerk.do(http.MethodPut, "/api/v1/console/offices/"+string(officeMain)+"/issuing", protocol.IssuingSwitch{On: true}))
	if view.Stop != civic.StoppedByTime || !view.Issuing {
		t.Errorf("the clerk sees %q, %v", view.Stop, view.Issuing)
	}

	if a := second.post("/api/v1/ticket/leave", nil); a.status != 200 {
		t.Fatalf("leave: %d %s", a.status, a.body)
	}
	await(waiting, protocol.FrameTicket, func(v protocol.CitizenTicket) bool { return v.Text == civic.TextWaiting })
	eventually(t, "the button again", func() bool { return boardOf(visitor)[officeMain].Action == civic.ActionDraw })

	clock.set(t, "2026-11-23 15:59:59.000")
	as[protocol.OfficeView](clerk.do(http.MethodPut, "/api/v1/console/offices/"+string(officeMain)+"/issuing", protocol.IssuingSwitch{On: true}))
	told = await(waiting, protocol.FrameTicket, func(v protocol.CitizenTicket) bool { return v.Text == civic.TextClosedUntil }) // by the clock alone
	if told.State != civic.Waiting || told.Until == nil || told.Until.UTC().Format(time.RFC3339) != "2026-11-24T07:00:00Z" {
		t.Errorf("at closing time: %+v", told)
	}
	newCitizen(t, p.address).tryDraw(officeMain, newKey()).refused(409, civic.Conflict, civic.KeyOfficeClosed)
}

// TestChristmas: holidays, a closure and an extra opening, set in the administration and seen on the board.
func TestChristmas(t *testing.T) {
	t.Parallel()
	var clock turned
	clock.set(t, "2026-12-25 10:00:00") // a Friday
	p := launchAt(t, clock.now)
	workday(t, p, nil)
	must(t, p.store.Write(t.Context(), func(tx *store.Tx) error {
		c, err := tx.Clerk(t.Context(), "a-"+town, clerkID(huber))
		must(t, err)
		c.Role = civic.RoleAdmin
		must(t, tx.SaveClerk(t.Context(), c))
		a, err := tx.Authority(t.Context(), "a-"+town)
		must(t, err)
		a.Privacy, a.Imprint, a.Statement = "https://town.test/p", "https://town.test/i", "https://town.test/s"
		return tx.SaveAuthority(t.Context(), a)
	}))
	admin, visitor := newClerk(t, p.address), newCitizen(t, p.address)
	admin.login(huber)
	admin.open(officeMain)
	away := func(o protocol.BoardOffice) bool {
		return len(o.Contacts) == 2 && o.Contacts[0].State == protocol.ContactAway
	}
	if o := boardOf(visitor)[officeMain]; away(o) || o.Action != civic.ActionDraw || len(o.Days) != 7 || o.Days[time.Friday].Open != "08:00–16:00" || o.Days[time.Sunday].Open != "" {
		t.Fatalf("without a Land Christmas is a Friday: %+v", o)
	}
	settings := func() protocol.Settings {
		return as[protocol.Settings](admin.do(http.MethodGet, "/api/v1/console/settings", nil))
	}
	as[protocol.Settings](admin.do(http.MethodPut, "/api/v1/console/settings/authority", protocol.ChangeAuthority{
		Revision: settings().Revision, Calendar: &protocol.AuthorityCalendar{Land: "BY", Local: []string{}, Without: []civic.Day{}, Closures: []protocol.ClosureDates{
			{From: "2026-12-28", To: "2026-12-30", Name: civic.Text{"de": "Betriebsruhe"}},
		}},
	}))
	eventually(t, "the holiday on the board", func() bool { return boardOf(visitor)[officeMain].Text == civic.TextHoliday })
	o := boardOf(visitor)[officeMain]
	if !away(o) {
		t.Errorf("who is free on a closed day? %+v", o.Contacts)
	}
	if o.Holiday["de"] != "1. Weihnachtstag" || o.Holiday["en"] != "Christmas Day" || o.Until == nil || o.Until.Format(time.RFC3339) != "2026-12-31T07:00:00Z" {
		t.Errorf("on Christmas Day: %+v", o)
	}
	if o.Days[time.Friday].Closed["de"] != "1. Weihnachtstag" || o.Days[time.Tuesday].Closed["de"] != "Betriebsruhe" || o.Days[time.Thursday].Open != "08:00–16:00" {
		t.Errorf("the coming days: %+v", o.Days)
	}
	newCitizen(t, p.address).tryDraw(officeMain, newKey()).refused(409, civic.Conflict, civic.KeyOfficeClosed)

	now := settings()
	hours := now.Offices[0].Hours
	for _, office := range now.Offices {
		if office.ID == officeMain {
			hours = office.Hours
		}
	}
	hours.Openings = append(hours.Openings, protocol.ExtraOpening{Day: "2026-12-25", From: "09:00", To: "11:00"})
	as[protocol.Settings](admin.do(http.MethodPut, "/api/v1/console/settings/offices/"+string(officeMain)+"/hours", protocol.ChangeHours{Revision: now.Revision, Hours: hours}))
	eventually(t, "the extra opening on the board", func() bool { return boardOf(visitor)[officeMain].Action == civic.ActionDraw })
	if o := boardOf(visitor)[officeMain]; o.Days[time.Friday].Open != "09:00–11:00" || o.Holiday != nil {
		t.Errorf("with the extra opening: %+v", o)
	}
	newCitizen(t, p.address).draw(officeMain)
}
