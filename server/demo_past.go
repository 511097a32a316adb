package main

import (
	"context"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

// demoDays is how far back the demo's past goes.
const demoDays = 400

// seedPast invents the records of the days before today, so that statistics have something to say. Always the same days
// for the same authority. Offices that are open around the clock have no past: their estimates begin from nothing, as
// in a new town.
func seedPast(ctx context.Context, st *store.Store, origins []string, now time.Time) error {
	loc, err := time.LoadLocation(civic.Zone)
	if err != nil {
		return err
	}
	for _, d := range demoAuthorities(origins) {
		authority := civic.AuthorityID(demoID(d.authority.Slug))
		err := st.Write(ctx, func(tx *store.Tx) error {
			for _, o := range d.offices {
				p := demoPast{tx: tx, authority: authority, office: civic.OfficeID(demoID(d.authority.Slug + "/" + o.slug)), about: o, slug: d.authority.Slug}
				if len(o.hours) == 7 || o.appointments {
					continue
				}
				yesterday := now.In(loc).AddDate(0, 0, -1)
				known, err := tx.StaffedDays(ctx, store.Span{Authority: authority, Offices: []civic.OfficeID{p.office}, From: civic.DayOf(now.In(loc).AddDate(0, 0, -demoDays), loc), To: civic.DayOf(yesterday, loc)})
				if err != nil {
					return err
				}
				if len(known) > 0 {
					continue // the demo has been here before
				}
				for i := range demoDays {
					if err := p.day(ctx, yesterday.AddDate(0, 0, -i), loc); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// demoPast is one office's.
type demoPast struct {
	tx        *store.Tx
	authority civic.AuthorityID
	office    civic.OfficeID
	about     demoOffice
	slug      string
}

// day invents one day: as long as the office was open, somebody came about every forty minutes.
func (p demoPast) day(ctx context.Context, at time.Time, loc *time.Location) error {
	day := civic.DayOf(at, loc)
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(p.slug + p.about.slug + string(day))) // never fails
	r := rand.New(rand.NewPCG(seed.Sum64(), 1))
	for _, open := range p.about.hours.On(at.Weekday()) {
		err := p.tx.InsertDeskRecord(ctx, store.DeskRecord{Authority: p.authority, Office: p.office, Day: day, Seconds: (open.To - open.From) * 60})
		if err != nil {
			return err
		}
		for minute := open.From + r.IntN(40); minute < open.To; minute += 10 + r.IntN(60) {
			if err := p.person(ctx, r, day, minute/60, at.Weekday()); err != nil {
				return err
			}
		}
	}
	return nil
}

// person invents one who came: most were served, and had their conversation.
func (p demoPast) person(ctx context.Context, r *rand.Rand, day civic.Day, hour int, weekday time.Weekday) error {
	t := store.TicketRecord{Authority: p.authority, Office: p.office, Day: day, Hour: hour, Weekday: weekday, Outcome: civic.OutcomeServed}
	t.WaitSeconds = 20 + int(240*r.ExpFloat64())
	if topics := p.about.topics; len(topics) > 0 && r.IntN(8) > 0 {
		t.Topic = civic.TopicID(demoID(p.slug + "/" + p.about.slug + "/" + topics[min(r.IntN(len(topics)), r.IntN(len(topics)))][0]))
	}
	switch n := r.IntN(100); {
	case n < 7:
		t.Outcome = civic.OutcomeMissed
	case n < 14:
		t.Outcome = civic.OutcomeLeft
	case n < 16:
		t.Outcome = civic.OutcomeClosed
	}
	if err := p.tx.InsertTicketRecord(ctx, t); err != nil || t.Outcome != civic.OutcomeServed {
		return err
	}
	v := store.VisitRecord{Authority: p.authority, Office: p.office, Topic: t.Topic, Day: day, Hour: hour, Weekday: weekday, Outcome: t.Outcome}
	v.Seconds, v.Participants = 180+int(500*r.ExpFloat64()), 2+r.IntN(5)/4
	return p.tx.InsertVisitRecord(ctx, v)
}
