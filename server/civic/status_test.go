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
	hours := []struct {
		name   string
		office Office
	}{
		{"open", Office{Hours: every(0, 2400)}},
		{"later", Office{Hours: every(1400, 1600)}},
		{"never", Office{}},
		{"appointments", Office{Hours: every(0, 2400), AppointmentOnly: true}},
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
	var b strings.Builder
	for _, h := range hours {
		for _, d := range desks {
			for _, waiting := range []int{0, 2} {
				for _, issuing := range []string{"on", "stopped", "stopped yesterday", "exhausted"} {
					o, issued := h.office, 0
					switch issuing {
					case "stopped":
						o.IssuingStopped = DayOf(now, loc)
					case "stopped yesterday":
						o.IssuingStopped = DayOf(now.AddDate(0, 0, -1), loc)
					case "exhausted":
						issued = MaxDayNumber
					}
					s := StatusOf(o, d.n, waiting, issued, now, loc)
					until := "-"
					if !s.Until.IsZero() {
						until = s.Until.In(loc).Format("15:04")
					}
					fmt.Fprintf(&b, "%-13s %-14s %d waiting  %-18s -> %-17s %-17s %-8s %s\n", h.name, d.name, waiting, issuing, s.State, s.Text, s.Action, until)
					if (s.MayDraw() == nil) != (s.Action == ActionDraw) {
						t.Errorf("what is shown and what is done differ: %+v", s)
					}
					open := s.State == OfficeOpen || s.State == OfficeBusy
					if open && (d.n.Free+d.n.Busy == 0 || h.name != "open") {
						t.Errorf("open without hours and a desk: %s, %s: %+v", h.name, d.name, s)
					}
				}
			}
		}
	}
	golden(t, "status.txt", b.String())
}

func TestMayDrawNamesTheReason(t *testing.T) {
	for text, key := range map[string]string{
		TextClosed: KeyOfficeClosed, TextClosedUntil: KeyOfficeClosed, TextUnstaffed: KeyOfficeUnattended,
		TextUnattended: KeyOfficeUnattended, TextIssuingStopped: KeyIssuingStopped, TextAppointments: KeyAppointmentOnly,
	} {
		err := Status{Text: text, Action: ActionContact}.MayDraw()
		if CodeOf(err) != Conflict || KeyOf(err) != key {
			t.Errorf("%s: %v", text, err)
		}
	}
}
