package protocol

import (
	"time"

	"schalter/server/civic"
)

// Statistics answers GET /api/v1/console/statistics. All counts under five are hidden, with whatever would give them away.
type Statistics struct {
	From     civic.Day       `json:"from"`
	To       civic.Day       `json:"to" doc:"included"`
	Office   civic.OfficeID  `json:"office,omitempty" doc:"absent: all that the caller may see"`
	By       string          `json:"by,omitempty" enum:",hour,weekday,day,month,office,topic,clerk"`
	At       time.Time       `json:"at" doc:"when it was counted"`
	Offices  []ClerkOffice   `json:"offices" doc:"of which the caller may see figures"`
	Total    StatisticsRow   `json:"total"`
	Rows     []StatisticsRow `json:"rows"`
	Contacts int             `json:"contact_persons" doc:"by the staff list as it stands now"`
	PerClerk bool            `json:"per_clerk" doc:"the authority allows figures per clerk"`
}

// StatisticsRow is the figures of one group. Times are in seconds, minutes say so.
type StatisticsRow struct {
	Key          string     `json:"key,omitempty" doc:"id of an office, topic or clerk; hour 0 to 23, weekday from Sunday 0 on, day or month"`
	Name         civic.Text `json:"name,omitempty"`
	Drawn        *Count     `json:"drawn,omitempty"`
	Served       *Count     `json:"served,omitempty"`
	Left         *Count     `json:"left,omitempty"`
	Missed       *Count     `json:"missed,omitempty"`
	Closed       *Count     `json:"closed,omitempty"`
	MissedShare  *float64   `json:"missed_share,omitempty" doc:"of the drawn, 0 to 1; absent if hidden or of none"`
	Wait         *Spread    `json:"wait,omitempty" doc:"of those served, from drawing to the first conversation"`
	Visits       *Count     `json:"visits,omitempty"`
	Participants *Count     `json:"participants,omitempty" doc:"who came, without the clerks"`
	Talk         *Spread    `json:"talk,omitempty" doc:"how long conversations took"`
	MinutesTalk  *int       `json:"minutes_talking,omitempty"`
	MinutesOpen  *int       `json:"minutes_open,omitempty" doc:"absent where it is not known, as by hour"`
}

// Count is a count of people or events: the number, or why there is none.
type Count struct {
	N      *int   `json:"n,omitempty"`
	Hidden string `json:"hidden,omitempty" enum:",few,guarded" doc:"few: one to four. guarded: would give away one that is few"`
}

// Spread describes durations, in seconds.
type Spread struct {
	Mean   int `json:"mean"`
	Median int `json:"median"`
	P90    int `json:"p90" doc:"nine of ten do not exceed it"`
}

// StatisticsYear answers GET /api/v1/console/statistics/year: what an authority publishes of one year.
type StatisticsYear struct {
	Year         int   `json:"year"`
	Participants Count `json:"participants"`
	Visits       Count `json:"visits"`
	MinutesOpen  int   `json:"minutes_open"`
	Contacts     int   `json:"contact_persons"`
}
