package web

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/statistics"
)

// figures are those that the address asks for.
func (s *Server) figures(c *fiber.Ctx) (statistics.Figures, error) {
	return s.deps.Statistics.Figures(s.ctx(c), s.caller(c), statistics.Query{
		From: civic.Day(c.Query("from")), To: civic.Day(c.Query("to")), Office: civic.OfficeID(c.Query("office")), By: statistics.By(c.Query("by")),
	})
}

func (s *Server) statistics(c *fiber.Ctx) error {
	f, err := s.figures(c)
	if err != nil {
		return err
	}
	answer := protocol.Statistics{
		From: f.From, To: f.To, Office: f.Office, By: string(f.By), At: f.At.UTC(), Total: statisticsRow(f.Total),
		Offices: []protocol.ClerkOffice{}, Rows: make([]protocol.StatisticsRow, 0, len(f.Rows)), Contacts: f.Contacts, PerClerk: f.PerClerk,
	}
	for _, o := range f.Offices {
		answer.Offices = append(answer.Offices, protocol.ClerkOffice{ID: o.ID, Name: o.Name})
	}
	for _, r := range f.Rows {
		answer.Rows = append(answer.Rows, statisticsRow(r))
	}
	return c.JSON(answer)
}

func (s *Server) statisticsFile(c *fiber.Ctx) error {
	f, err := s.figures(c)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := f.WriteCSV(&b, c.Query("lang")); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8; header=present")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="statistik-%s-%s.csv"`, f.From, f.To))
	return c.Send(b.Bytes())
}

func (s *Server) statisticsYear(c *fiber.Ctx) error {
	year, _ := strconv.Atoi(c.Query("year")) // what is no number is no year
	f, err := s.deps.Statistics.Year(s.ctx(c), s.caller(c), year)
	if err != nil {
		return err
	}
	return c.JSON(protocol.StatisticsYear{
		Year: year, Participants: *countOf(f.Total.Participants), Visits: *countOf(f.Total.Visits), MinutesOpen: statistics.Minutes(*f.Total.Open),
		Contacts: f.Contacts,
	})
}

func statisticsRow(r statistics.Row) protocol.StatisticsRow {
	out := protocol.StatisticsRow{
		Key: r.Key, Name: r.Name, Drawn: countOf(r.Drawn), Served: countOf(r.Served), Left: countOf(r.Left), Missed: countOf(r.Missed),
		Closed: countOf(r.Closed), Visits: countOf(r.Visits), Participants: countOf(r.Participants), Wait: spreadOf(r.Wait), Talk: spreadOf(r.Talk),
		MinutesTalk: minutesOf(r.Talking), MinutesOpen: minutesOf(r.Open),
	}
	if share, ok := r.NoShow(); ok {
		share = math.Round(share*1000) / 1000
		out.MissedShare = &share
	}
	return out
}

// countOf is nil for what a breakdown does not know.
func countOf(c statistics.Count) *protocol.Count {
	switch c.Hidden {
	case statistics.Few:
		return &protocol.Count{Hidden: "few"}
	case statistics.Guarded:
		return &protocol.Count{Hidden: "guarded"}
	case statistics.Unknown:
		return nil
	}
	return &protocol.Count{N: &c.N}
}

func spreadOf(s *statistics.Spread) *protocol.Spread {
	if s == nil {
		return nil
	}
	return &protocol.Spread{Mean: s.Mean, Median: s.Median, P90: s.P90}
}

func minutesOf(seconds *int) *int {
	if seconds == nil {
		return nil
	}
	m := statistics.Minutes(*seconds)
	return &m
}
