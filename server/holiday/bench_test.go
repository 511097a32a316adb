package holiday

import (
	"testing"
	"time"
	_ "time/tzdata"

	"schalter/server/civic"
)

// BenchmarkStatus is what a view pays for its status and the coming days.
func BenchmarkStatus(b *testing.B) {
	loc, err := time.LoadLocation(civic.Zone)
	if err != nil {
		b.Fatal(err)
	}
	a := civic.Authority{Published: true, Holidays: civic.Holidays{Land: "BY", Local: []string{"mariae_himmelfahrt"}}}
	o := civic.Office{StopsWhenFull: true}
	for day := time.Monday; day <= time.Friday; day++ {
		o.Hours = append(o.Hours, civic.Interval{Weekday: day, From: 480, To: 720}, civic.Interval{Weekday: day, From: 810, To: 960})
	}
	for month := range 12 {
		at := civic.Day(time.Date(2026, time.Month(month+1), 24, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
		a.Closures = append(a.Closures, civic.Closure{From: at, To: at})
	}
	for name, now := range map[string]time.Time{"open": time.Date(2026, 11, 23, 10, 0, 0, 0, loc), "night": time.Date(2026, 12, 23, 20, 0, 0, 0, loc)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c := civic.CalendarOf(a, o, Names(a.Holidays))
				civic.StatusOf(civic.Situation{Authority: a, Office: o, Calendar: c, Desks: civic.DeskCount{Free: 1}, WaitKnown: true}, now, loc)
				c.Days(civic.DayOf(now, loc), 7)
			}
		})
	}
}
