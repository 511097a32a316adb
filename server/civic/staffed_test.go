package civic

import (
	"testing"
	"time"
)

func TestStaffedTimeIsSharedByDay(t *testing.T) {
	berlin, err := time.LoadLocation(Zone)
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04", s, berlin)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for _, c := range []struct {
		name, from, to string
		want           map[Day]time.Duration
	}{
		{"a morning", "2026-11-23 08:00", "2026-11-23 12:00", map[Day]time.Duration{"2026-11-23": 4 * time.Hour}},
		{"over midnight", "2026-11-23 22:30", "2026-11-24 01:00", map[Day]time.Duration{"2026-11-23": 90 * time.Minute, "2026-11-24": time.Hour}},
		{"to midnight", "2026-11-23 22:30", "2026-11-24 00:00", map[Day]time.Duration{"2026-11-23": 90 * time.Minute}},
		{"the short day of spring", "2026-03-28 23:00", "2026-03-30 01:00",
			map[Day]time.Duration{"2026-03-28": time.Hour, "2026-03-29": 23 * time.Hour, "2026-03-30": time.Hour}},
		{"the long day of autumn", "2026-10-25 00:00", "2026-10-26 00:00", map[Day]time.Duration{"2026-10-25": 25 * time.Hour}},
		{"turned round", "2026-11-23 08:00", "2026-11-23 07:00", map[Day]time.Duration{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := 0
			for day, d := range PerDay(at(c.from), at(c.to), berlin) {
				n++
				if c.want[day] != d {
					t.Errorf("%s: %v, want %v", day, d, c.want[day])
				}
			}
			if n != len(c.want) {
				t.Errorf("%d days, want %d", n, len(c.want))
			}
		})
	}
}

func TestAnAbsentDeskIsStaffedToTheLastSign(t *testing.T) {
	seen, now := time.Unix(100, 0), time.Unix(500, 0)
	for state, want := range map[DeskState]time.Time{DeskOpen: now, DeskPaused: now, DeskAbsent: seen} {
		if got := StaffedUntil(state, seen, now); !got.Equal(want) {
			t.Errorf("%s: until %v", state, got)
		}
	}
}
