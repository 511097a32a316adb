package civic

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestStatusTable prints the whole table hours x desks x issuing.
func TestStatusTable(t *testing.T) {
	loc := berlin(t)
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, loc)
	today := DayOf(now, loc)
	always := Calendar{Hours: every(0, 2400)}
	holiday := Calendar{Hours: every(800, 1600), Holidays: func(d Day) Text {
		if d == today {
			return Text{"de": "Feiertag"}
		}
		return nil
	}}
	extra := holiday
	extra.Openings = []Opening{{today, 540, 660}}
	hours := []struct {
		name     string
		calendar Calendar
		office   Office
		private  bool
	}{
		{name: "open", calendar: always},
		{name: "until 16:00", calendar: Calendar{Hours: every(800, 1600)}},
		{name: "later", calendar: Calendar{Hours: every(1400, 1600)}},
		{name: "never"},
		{name: "holiday", calendar: holiday},
		{name: "extra opening", calendar: extra},
		{name: "closed, named", calendar: Calendar{Hours: every(800, 1600), Closures: []Closure{{From: today, To: today.Plus(1), Name: Text{"de": "Ausflug"}}}}},
		{name: "closed", calendar: Calendar{Hours: every(800, 1600), Closures: []Closure{{From: today, To: today}}}},
		{name: "appointments", calendar: always, office: Office{AppointmentOnly: true}},
		{name: "unpublished", calendar: always, private: true},
		{name: "retired", calendar: always, office: Office{Retired: true}},
	}
	desks := []struct {
		name string
		n    DeskCount
	}{
		{"none", DeskCount{}},
		{"free", DeskCount{Free: 1}},
		{"busy", DeskCount{Busy: 1}},
		{"free+busy", DeskCount{Free: 1, Busy: 1}},
		{"paused", DeskCount{Paused: 1}},
		{"paused until", DeskCount{Paused: 1, PausedUntil: now.Add(10 * time.Minute)}},
		{"pause over", DeskCount{Paused: 1, PausedUntil: now.Add(-time.Minute)}},
		{"absent", DeskCount{Absent: 1}},
		{"absent+paused", DeskCount{Absent: 1, Paused: 1}},
	}
	issuing := []struct {
		name string
		set  func(*Situation)
	}{
		{"on", func(*Situation) {}},
		{"stopped", func(in *Situation) { in.Office.IssuingStopped = today }},
		{"stopped yesterday", func(in *Situation) { in.Office.IssuingStopped = today.Plus(-1) }},
		{"exhausted", func(in *Situation) { in.Issued = MaxDayNumber }},
		{"limit reached", func(in *Situation) { in.Office.DayLimit, in.Issued = 20, 20 }},
		{"full", func(in *Situation) { in.Office.StopsWhenFull, in.Wait, in.WaitKnown = true, 14*time.Hour, true }},
		{"full, may be", func(in *Situation) { in.Wait, in.WaitKnown = 14*time.Hour, true }},
		{"full, unknown", func(in *Situation) { in.Office.StopsWhenFull = true }},
	}
	var b strings.Builder
	for _, h := range hours {
		for _, d := range desks {
			for _, waiting := range []int{0, 2} {
				for _, i := range issuing {
					in := Situation{Authority: Authority{Published: !h.private}, Office: h.office, Calendar: h.calendar, Desks: d.n, Waiting: waiting}
					i.set(&in)
					s := StatusOf(in, now, loc)
					until := "-"
					if !s.Until.IsZero() {
						until = s.Until.In(loc).Format("2.1. 15:04")
					}
					line := fmt.Sprintf("%-13s %-14s %d waiting  %-18s -> %-17s %-17s %-8s %-6s %s %s",
						h.name, d.name, waiting, i.name, s.State, s.Text, s.Action, s.Stop, until, s.Reason.In("de"))
					b.WriteString(strings.TrimRight(line, " ") + "\n")
					if (s.MayDraw() == nil) != (s.Action == ActionDraw) {
						t.Errorf("what is shown and what is done differ: %+v", s)
					}
					if s.MayDraw() == nil && (s.MayTake() != nil || s.Stop != "") {
						t.Errorf("issues numbers, but takes no ticket, or has stopped: %+v", s)
					}
					if (s.TextWaiting() == TextPausedUntil || s.TextWaiting() == TextPaused) != (s.State == OfficePaused && s.Text != TextUnattended) {
						t.Errorf("who waits is not told of a pause, or of one that is none: %+v", s)
					}
					open := s.State == OfficeOpen || s.State == OfficeBusy
					if shown, _ := h.calendar.At(now, loc); open && (d.n.Free+d.n.Busy == 0 || !shown || h.private || h.office.Retired) {
						t.Errorf("open without hours and a desk: %s, %s: %+v", h.name, d.name, s)
					}
					if !s.Change.After(now) || s.Change.After(DayEnd(now, loc)) {
						t.Errorf("changes at %v: %+v", s.Change, s)
					}
				}
			}
		}
	}
	golden(t, "status.txt", b.String())
}

func TestMayDrawNamesTheReason(t *testing.T) {
	for text, key := range map[string]string{
		TextClosed: KeyOfficeClosed, TextClosedUntil: KeyOfficeClosed, TextHoliday: KeyOfficeClosed, TextUnstaffed: KeyOfficeUnattended,
		TextUnattended: KeyOfficeUnattended, TextAppointments: KeyAppointmentOnly, TextUnpublished: KeyUnpublished,
	} {
		s := Status{Text: text, Action: ActionContact}
		for _, err := range []error{s.MayDraw(), s.MayTake()} {
			if CodeOf(err) != Conflict || KeyOf(err) != key {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
	for stop, key := range map[Stop]string{StoppedByClerk: KeyIssuingStopped, StoppedByLimit: KeyIssuingLimit, StoppedByTime: KeyIssuingFull} {
		s := Status{Text: TextIssuingStopped, Action: ActionContact, Stop: stop}
		if err := s.MayDraw(); CodeOf(err) != Conflict || KeyOf(err) != key {
			t.Errorf("%s: %v", stop, err)
		}
		if err := s.MayTake(); err != nil {
			t.Errorf("a ticket that exists may come although %s has stopped new ones: %v", stop, err)
		}
	}
}

// TestStopsWhenFull walks a day with a lunch break up to the closing.
func TestStopsWhenFull(t *testing.T) {
	loc := berlin(t)
	in := Situation{
		Authority: Authority{Published: true}, Office: Office{StopsWhenFull: true}, Desks: DeskCount{Free: 1}, Waiting: 3,
		Calendar: Calendar{Hours: every(800, 1200, 1330, 1600)}, WaitKnown: true,
	}
	for _, tc := range []struct {
		clock  string
		wait   time.Duration
		stop   Stop
		change string
	}{
		{"11:30", 30 * time.Minute, "", "12:00"},            // after lunch is time enough
		{"11:30", 3 * time.Hour, StoppedByTime, "12:00"},    // 30 minutes and 150 are left
		{"11:30", 175 * time.Minute, "", "11:30"},           // exactly to five minutes before the end: still
		{"14:00", 30 * time.Minute, "", "15:25"},            // the feed looks again when it no longer fits
		{"15:25", 30 * time.Minute, "", "15:25"},            // to the second
		{"15:26", 30 * time.Minute, StoppedByTime, "16:00"}, //
		{"15:26", 20 * time.Minute, "", "15:35"},            // reopened by itself
		{"15:54", 0, "", "15:55"},                           // next, with six minutes left
		{"15:56", 0, StoppedByTime, "16:00"},                //
		{"12:30", 140 * time.Minute, "", "13:30"},           // closed for lunch; the afternoon would do
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-23 "+tc.clock, loc)
		if err != nil {
			t.Fatal(err)
		}
		in.Wait = tc.wait
		s := StatusOf(in, now, loc)
		if s.Stop != tc.stop || s.Change.In(loc).Format("15:04") != tc.change {
			t.Errorf("%s, wait %v: stop %q, change %v, want %q %s", tc.clock, tc.wait, s.Stop, s.Change.In(loc), tc.stop, tc.change)
		}
		if after := StatusOf(in, s.Change, loc); s.Action == ActionDraw && after.Action == ActionDraw {
			t.Errorf("%s: nothing has changed at %v", tc.clock, s.Change.In(loc))
		}
		if before := StatusOf(in, s.Change.Add(-1), loc); before.Action != s.Action || before.Text != s.Text {
			t.Errorf("%s: already changed before %v", tc.clock, s.Change.In(loc))
		}
	}
}
