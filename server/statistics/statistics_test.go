package statistics

import (
	"context"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

// week is the Monday to Wednesday of the known log.
var week = Query{From: "2026-11-23", To: "2026-11-25"}

// known writes a log whose figures can be worked out by hand.
func (w *town) known() {
	w.ticket(5, main, "pass", "2026-11-23", 8, civic.OutcomeServed, 60)
	w.ticket(5, main, "pass", "2026-11-23", 9, civic.OutcomeServed, 120)
	w.ticket(6, main, "pass", "2026-11-24", 9, civic.OutcomeCitizenLeft, 600)
	w.ticket(7, main, "pass", "2026-11-23", 8, civic.OutcomeLeft, 999)
	w.ticket(8, main, "pass", "2026-11-23", 8, civic.OutcomeMissed, 999)
	w.ticket(9, main, "pass", "2026-11-24", 9, civic.OutcomeClosed, 999)
	w.visit(10, main, "pass", "2026-11-23", 9, 300, 2, "")
	w.visit(8, main, "pass", "2026-11-24", 9, 900, 3, "")
	w.staffed(main, "2026-11-23", 4*3600)
	w.staffed(main, "2026-11-24", 90)
	w.ticket(10, second, "plan", "2026-11-24", 14, civic.OutcomeServed, 30)
	w.visit(10, second, "plan", "2026-11-24", 14, 600, 2, "")
	w.staffed(second, "2026-11-24", 3600)
	// what belongs to nothing of it
	w.ticket(50, main, "pass", "2026-11-22", 8, civic.OutcomeServed, 1)
	w.visit(50, main, "pass", "2026-11-26", 8, 1, 2, "")
	w.staffed(main, "2026-11-22", 99999)
	w.ticket(50, "foreign", "", "2026-11-23", 8, civic.OutcomeServed, 1)
	w.visit(50, "foreign", "", "2026-11-23", 8, 1, 2, "")
	w.staffed("foreign", "2026-11-23", 99999)
}

func TestAKnownLogGivesExactlyItsNumbers(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.known()
		w.clerk("contact", true, false, main, second)
		w.clerk("gone", true, true, main)
		w.clerk("unlisted", false, false, main)
		w.clerk("of the retired", true, false, old)
		// drawn served left missed closed visits participants
		const ofMain = "40 16 7 8 9 18 26 wait 281/120/600 talk 567/300/900 talking 170 open 242"
		const ofSecond = "10 10 0 0 0 10 10 wait 30/30/30 talk 600/600/600 talking 100 open 60"
		const ofAll = "50 26 7 8 9 28 36 wait 185/60/600 talk 579/600/900 talking 270 open 302"
		q := week
		f := w.figures(admin, q)
		check := func(what string, r Row, want string) {
			t.Helper()
			if got := says(r); got != want {
				t.Errorf("%s: %s\nwant %s", what, got, want)
			}
		}
		check("all", f.Total, ofAll)
		if f.Contacts != 1 || len(f.Rows) != 0 {
			t.Errorf("%d contact persons, rows %v", f.Contacts, f.Rows)
		}
		share, ok := f.Total.NoShow()
		if !ok || share != 8.0/50 {
			t.Errorf("missed %v %v", share, ok)
		}
		q.Office = main
		check("one office", w.figures(admin, q).Total, ofMain)
		check("the supervisor's", w.figures(supervisor, week).Total, ofMain)

		breakdown := func(by store.Group, want map[string]string) {
			t.Helper()
			f := w.figures(admin, Query{From: week.From, To: week.To, By: by})
			if len(f.Rows) != len(want) {
				t.Errorf("by %s: %d rows %v", by, len(f.Rows), f.Rows)
			}
			for _, r := range f.Rows {
				check(string(by)+" "+r.Key, r, want[r.Key])
			}
			check(string(by)+" total", f.Total, ofAll)
		}
		const none = "0 0 0 0 0 0 0 wait - talk - talking 0 open 0"
		const monday = "25 10 7 8 0 10 10 wait 90/90/120 talk 300/300/300 talking 50 open 240"
		const tuesday = "25 16 0 0 9 18 26 wait 244/30/600 talk 733/600/900 talking 220 open 62"
		breakdown(store.GroupOffice, map[string]string{string(main): ofMain, string(second): ofSecond})
		breakdown(store.GroupDay, map[string]string{"2026-11-23": monday, "2026-11-24": tuesday, "2026-11-25": none})
		breakdown(store.GroupWeekday, map[string]string{"1": monday, "2": tuesday, "3": none, "4": none, "5": none, "6": none, "0": none})
		breakdown(store.GroupMonth, map[string]string{"2026-11": ofAll})
		breakdown(store.GroupTopic, map[string]string{
			"pass": "40 16 7 8 9 18 26 wait 281/120/600 talk 567/300/900 talking 170 open -",
			"plan": "10 10 0 0 0 10 10 wait 30/30/30 talk 600/600/600 talking 100 open -",
		})
		const noHour = "0 0 0 0 0 0 0 wait - talk - talking 0 open -"
		breakdown(store.GroupHour, map[string]string{
			"8": "20 5 7 8 0 0 0 wait 60/60/60 talk - talking 0 open -", "9": "20 11 0 0 9 18 26 wait 382/600/600 talk 567/300/900 talking 170 open -",
			"10": noHour, "11": noHour, "12": noHour, "13": noHour, "14": "10 10 0 0 0 10 10 wait 30/30/30 talk 600/600/600 talking 100 open -",
		})
	})
}

// Open desks count up to now, absent ones to the last sign of their clerk, each day its own part.
func TestOpenDesksCountUpToNow(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.clerk("one", false, false, main, second)
		opened := time.Date(2026, 11, 24, 21, 0, 0, 0, time.UTC) // 22:00 in Berlin, the day before now
		w.write(func(ctx context.Context, tx *store.Tx) error {
			for _, d := range []civic.Desk{
				{ID: "d1", OfficeID: main, State: civic.DeskPaused, OpenedAt: opened, SeenAt: opened},
				{ID: "d2", OfficeID: second, State: civic.DeskAbsent, OpenedAt: opened, SeenAt: opened.Add(90 * time.Minute)},
				{ID: "d3", OfficeID: old, State: civic.DeskClosed, OpenedAt: opened, SeenAt: opened.Add(time.Hour)},
			} {
				d.AuthorityID, d.ClerkID = "a", "one"
				if err := tx.InsertDesk(ctx, d); err != nil {
					return err
				}
			}
			return nil
		})
		for _, c := range []struct {
			day  civic.Day
			want string
		}{{"2026-11-23", "0"}, {"2026-11-24", "210"}, {"2026-11-25", "720"}, {"2026-11-26", "0"}} {
			if got := minutesSay(w.figures(admin, Query{From: c.day, To: c.day}).Total.Open); got != c.want {
				t.Errorf("%s: %s minutes, want %s", c.day, got, c.want)
			}
		}
	})
}

// What the county's press office published of a year: 1,148 participants, 29,398 minutes open, 656 visits, 28 contact
// persons.
func TestTheYearOfThePressOffice(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		for month := range 12 {
			day := civic.Day(time.Date(2026, time.Month(month+1), 15, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
			visits, alone := 54, 13+month%2 // 164 of the 656 came alone, the others with one more
			if month == 11 {
				visits, alone = 656-11*54, 16
			}
			w.visit(alone, main, "", day, 9, 700, 2, "")
			w.visit(visits-alone, second, "", day, 10, 1200, 3, "")
			w.staffed(main, day, 2449*60+50)
		}
		for i := range 28 {
			w.clerk(civic.ClerkID("contact-"+string(rune('a'+i))), true, false, main, second)
		}
		w.visit(9, main, "", "2025-12-31", 9, 700, 2, "")
		w.staffed(main, "2027-01-01", 600)
		f, err := w.Year(t.Context(), admin, 2026)
		if err != nil {
			t.Fatal(err)
		}
		if got := [4]int{f.Total.Participants.N, Minutes(*f.Total.Open), f.Total.Visits.N, f.Contacts}; got != [4]int{1148, 29398, 656, 28} {
			t.Errorf("the year is %v", got)
		}
		for _, year := range []int{0, 1999, 10000} {
			_, err := w.Year(t.Context(), admin, year)
			refused(t, err, civic.Invalid, civic.KeySpanInvalid)
		}
	})
}

func TestWhoMaySeeWhat(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.known()
		ask := func(c civic.Caller, q Query) error {
			_, err := w.Figures(t.Context(), c, q)
			return err
		}
		with := func(change func(*Query)) Query {
			q := week
			change(&q)
			return q
		}
		refused(t, ask(civic.Caller{Role: civic.RoleClerk, AuthorityID: "a", Offices: []civic.OfficeID{main}}, week), civic.Forbidden, civic.KeyForbidden)
		refused(t, ask(civic.Caller{Role: civic.RoleCitizen, AuthorityID: "a"}, week), civic.Forbidden, civic.KeyForbidden)
		refused(t, ask(supervisor, with(func(q *Query) { q.Office = second })), civic.NotFound, civic.KeyOfficeUnknown)
		for _, office := range []civic.OfficeID{"foreign", "none"} {
			refused(t, ask(admin, with(func(q *Query) { q.Office = office })), civic.NotFound, civic.KeyOfficeUnknown)
		}
		for _, q := range []Query{
			{}, {From: "2026-11-25", To: "2026-11-24"}, {From: "25.11.2026", To: "2026-11-26"}, {From: "2026-01-01", To: "2031-12-31"},
			{From: "2025-01-01", To: "2026-02-01", By: store.GroupDay}, {From: "2026-01-01", To: "2026-02-01", By: "citizen"},
		} {
			refused(t, ask(admin, q), civic.Invalid, civic.KeySpanInvalid)
		}
		nobody := civic.Caller{Role: civic.RoleSupervisor, AuthorityID: "a"}
		if got := says(w.figures(nobody, week).Total); got != "0 0 0 0 0 0 0 wait - talk - talking 0 open 0" {
			t.Errorf("a supervisor of no office sees %s", got)
		}
	})
}

// TestClerksOnlyByAgreement: records know no clerk unless the switch is on, and forget them when it goes off.
func TestClerksOnlyByAgreement(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.clerk("huber", false, false, main)
		w.clerk("maier", false, false, main)
		by := week
		by.By = store.GroupClerk
		_, err := w.Figures(t.Context(), admin, by)
		refused(t, err, civic.Forbidden, civic.KeyClerkStatistics)
		agree := func(on bool) {
			w.write(func(ctx context.Context, tx *store.Tx) error {
				a, err := tx.Authority(ctx, "a")
				if err != nil {
					return err
				}
				a.ClerkStatistics = on
				return tx.SaveAuthority(ctx, a)
			})
		}
		talk := func() {
			w.visit(6, main, "", "2026-11-23", 9, 60, 2, "huber")
			w.visit(7, main, "", "2026-11-23", 9, 120, 2, "maier")
		}
		rows := func() string {
			f := w.figures(supervisor, by)
			out := ""
			for _, r := range f.Rows {
				out += r.Key + " " + r.Name.In("de") + ": " + says(r) + "\n"
			}
			return out + says(f.Total)
		}
		talk() // nothing of it is known
		agree(true)
		talk()
		const huber = "huber Frau huber: - - - - - 6 6 wait - talk 60/60/60 talking 6 open -\n"
		const maier = "maier Frau maier: - - - - - 7 7 wait - talk 120/120/120 talking 14 open -\n"
		const both = ": - - - - - 13 13 wait - talk 92/120/120 talking 20 open -\n"
		if got, want := rows(), huber+maier+" "+both+"- - - - - 26 26 wait - talk 92/120/120 talking 40 open 0"; got != want {
			t.Errorf("with agreement:\n%s\nwant\n%s", got, want)
		}
		agree(false)
		_, err = w.Figures(t.Context(), supervisor, by)
		refused(t, err, civic.Forbidden, civic.KeyClerkStatistics)
		agree(true) // what was there is not back
		if got := rows(); got != " : - - - - - 26 26 wait - talk 92/120/120 talking 40 open -\n- - - - - 26 26 wait - talk 92/120/120 talking 40 open 0" {
			t.Errorf("after the switch was off:\n%s", got)
		}
	})
}

// TestTheLastYearOfTheCalendarEnds: a span that ends there is its own days, and not those of the 90,000 years that as texts
// come before it, which took all memory.
func TestTheLastYearOfTheCalendarEnds(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		for by, want := range map[By]int{store.GroupDay: 2, store.GroupMonth: 1} {
			if f := w.figures(admin, Query{From: "9999-12-30", To: "9999-12-31", By: by}); len(f.Rows) != want {
				t.Errorf("by %s: %d rows", by, len(f.Rows))
			}
		}
	})
}
