package queue

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"schalter/server/civic"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// TestProperties makes random moves of citizens, clerks and time, and holds every step against the invariants. The long
// form is "make property-long".
func TestProperties(t *testing.T) {
	st := storetest.SQLite(t)
	rapid.Check(t, func(rt *rapid.T) {
		w := newTown(t, st)
		defer w.Close()
		var citizens []civic.Caller
		visits := map[civic.TicketID]civic.VisitID{}
		for clerk := range w.clerks {
			for office := range w.offices {
				w.open(clerk, office)
			}
		}
		before := w.picture()
		forgotten := 0

		citizen := func() civic.Caller {
			if len(citizens) == 0 {
				rt.Skip("nobody has drawn")
			}
			return rapid.SampledFrom(citizens).Draw(rt, "citizen")
		}
		desk := func() (int, civic.DeskID) {
			clerk, office := rapid.IntRange(0, 2).Draw(rt, "clerk"), rapid.IntRange(0, 1).Draw(rt, "office")
			return clerk, w.desks[deskAt{clerk, w.offices[office]}]
		}
		// may lets refusals pass: a move that the state does not allow must change nothing, which the check sees.
		may := func(err error) {
			if c := civic.CodeOf(err); err != nil && c != civic.Conflict && c != civic.Gone && c != civic.NotFound {
				rt.Fatalf("fault: %v", err)
			}
		}
		check := func(rt *rapid.T) {
			after := w.picture()
			if v := violations(before, after, forgotten); len(v) > 0 {
				rt.Fatal(v)
			}
			for _, o := range w.offices { // invariant 4: what a citizen sees is the index in what the clerk sees
				snap, err := w.Fresh(w.ctx, w.id, o)
				may(err)
				for i, k := range snap.Waiting {
					if _, ahead, ok := snap.Ticket(k.ID); !ok || ahead != i {
						rt.Fatalf("4: %s has %d ahead, but stands at %d", k.Label, ahead, i)
					}
					for _, c := range snap.Contacts {
						want := 0
						for _, earlier := range snap.Waiting[:i] {
							if earlier.Wants == "" || earlier.Wants == c.Clerk.ID {
								want++
							}
						}
						if ahead, _ := snap.For(c, i); ahead != want {
							rt.Fatalf("4: %s would have %d ahead at %s, is told %d", k.Label, want, c.Clerk.Name, ahead)
						}
					}
				}
			}
			before = after
		}
		rt.Repeat(map[string]func(*rapid.T){
			"draw": func(rt *rapid.T) {
				c, err := w.draw(rapid.IntRange(0, 1).Draw(rt, "office"))
				may(err)
				if err == nil {
					citizens = append(citizens, c)
				}
			},
			"call next": func(*rapid.T) {
				clerk, d := desk()
				var office civic.Office
				may(w.store.Read(w.ctx, func(tx *store.Tx) error {
					row, err := tx.Desk(w.ctx, w.id, d)
					if err == nil {
						office, err = tx.Office(w.ctx, w.id, row.OfficeID)
					}
					return err
				}))
				v, err := w.Call(w.ctx, w.clerks[clerk], d, "", "")
				may(err)
				if err != nil {
					return
				}
				visits[v.TicketID] = v.ID
				was := maps.Clone(before)
				for id, k := range was { // the clerk's own call in vain lapses first, in the same act
					if k.State == civic.Called && k.Clerk == w.clerks[clerk].Clerk {
						lapsed, _ := k.Lapse(office, w.time())
						was[id] = lapsed
					}
				}
				if bad := order(was, office, v.TicketID, w.clerks[clerk].Clerk, w); len(bad) > 0 {
					rt.Fatal(bad)
				}
			},
			"call one": func(*rapid.T) {
				clerk, d := desk()
				v, err := w.Call(w.ctx, w.clerks[clerk], d, citizen().Ticket, civic.ReasonUrgent)
				may(err)
				visits[v.TicketID] = v.ID
			},
			"enter": func(*rapid.T) {
				_, err := w.Enter(w.ctx, citizen())
				may(err)
			},
			"more time": func(*rapid.T) { may(w.MoreTime(w.ctx, citizen())) },
			"return":    func(*rapid.T) { may(w.Return(w.ctx, citizen())) },
			"leave":     func(*rapid.T) { may(w.Leave(w.ctx, citizen())) },
			"forget": func(*rapid.T) {
				c := citizen()
				err := w.Forget(w.ctx, c)
				may(err)
				if err == nil {
					delete(before, c.Ticket) // on purpose
					forgotten++
				}
			},
			"wish": func(rt *rapid.T) {
				a := About{}
				switch rapid.IntRange(0, 3).Draw(rt, "of") {
				case 0:
					a.Away = ptr(rapid.Bool().Draw(rt, "away"))
				case 1:
					a.Priority = ptr(rapid.Bool().Draw(rt, "priority"))
				case 2:
					a.Wants = &w.clerks[rapid.IntRange(0, 2).Draw(rt, "wanted")].Clerk
				default:
					a.Wants = ptr(civic.ClerkID(""))
				}
				may(w.Describe(w.ctx, citizen(), a))
			},
			"take over": func(*rapid.T) {
				clerk, d := desk()
				c := citizen()
				was := before[c.Ticket]
				_, err := w.Take(w.ctx, w.clerks[clerk], d, c.Ticket)
				may(err)
				if err != nil {
					return
				}
				if is := w.ticket(c); is.State != was.State || is.Desk != d || is.Clerk != w.clerks[clerk].Clerk || !is.Deadline.Equal(was.Deadline) {
					rt.Fatalf("taken over: %+v, was %+v", is, was)
				}
			},
			"put back": func(*rapid.T) {
				c := citizen()
				may(w.PutBack(w.ctx, w.clerks[0], before[c.Ticket].OfficeID, c.Ticket))
			},
			"pass on": func(rt *rapid.T) {
				c := citizen()
				err := w.PassOnWaiting(w.ctx, w.clerks[0], before[c.Ticket].OfficeID, c.Ticket, rapid.SampledFrom(w.offices).Draw(rt, "to"), "note")
				if civic.CodeOf(err) != civic.Invalid {
					may(err)
				}
			},
			"tell": func(rt *rapid.T) {
				may(w.Tell(w.ctx, w.clerks[0], rapid.SampledFrom(w.offices).Draw(rt, "office"), "spaeter"))
			},
			"settle": func(rt *rapid.T) {
				clerk, d := desk()
				move := rapid.SampledFrom([]civic.TicketMove{civic.MoveRecall, civic.MoveLapse, civic.MoveFinish, civic.MovePark, civic.MoveTransfer}).Draw(rt, "move")
				if move != civic.MoveTransfer {
					may(w.Settle(w.ctx, w.clerks[clerk], d, move))
					return
				}
				err := w.PassOn(w.ctx, w.clerks[clerk], d, rapid.SampledFrom(w.offices).Draw(rt, "to"), "note")
				if civic.CodeOf(err) != civic.Invalid { // a transfer to the own office
					may(err)
				}
			},
			"desk": func(rt *rapid.T) {
				clerk, d := desk()
				switch rapid.IntRange(0, 3).Draw(rt, "move") {
				case 0:
					may(w.PauseDesk(w.ctx, w.clerks[clerk], d, w.time().Add(10*time.Minute)))
				case 1:
					may(w.ResumeDesk(w.ctx, w.clerks[clerk], d))
				case 2:
					may(w.CloseDesk(w.ctx, w.clerks[clerk], d))
				default:
					for at, id := range w.desks {
						if id == d {
							may(w.OpenDesk(w.ctx, w.clerks[at.clerk], at.office))
						}
					}
				}
			},
			"sides": func(rt *rapid.T) {
				c := citizen()
				if id := visits[c.Ticket]; id != "" {
					may(w.Together(w.ctx, w.id, id, rapid.Bool().Draw(rt, "together")))
				}
			},
			"seen": func(*rapid.T) {
				for _, c := range citizens {
					w.SeenTicket(c.Ticket)
				}
				for _, c := range w.clerks {
					may(w.SeenClerk(w.ctx, c))
				}
			},
			"time": func(rt *rapid.T) {
				w.pass(time.Duration(rapid.IntRange(1, 400).Draw(rt, "seconds")) * time.Second)
				// Several deadlines may have passed; each move of Due is an act of its own, seen here as one.
				was := before
				may(w.Due(w.ctx))
				before = closure(was, w.picture())
			},
			"": check,
		})
	})
}

// closure replaces the states from which now's state can be reached by several moves, so that one check serves for many.
func closure(was, now picture) picture {
	out := maps.Clone(was)
	for id, k := range was {
		is, ok := now[id]
		if !ok || is.State == k.State {
			continue
		}
		for _, via := range arrows[k.State] {
			if slices.Contains(arrows[via], is.State) {
				step := k
				step.State = via
				out[id] = step
			}
		}
	}
	return out
}

// TestInvariantsBite: the checker finds each of these mutants of a sound history.
func TestInvariantsBite(t *testing.T) {
	sound := func() picture {
		p := picture{}
		for i := 1; i <= 3; i++ {
			id := civic.TicketID(rune('a' + i))
			p[id] = civic.Ticket{ID: id, OfficeID: "o", IssuingOffice: "o", Day: "2026-11-23", Number: i, Label: civic.Label("A", i), State: civic.Waiting, Rank: int64(i)}
		}
		return p
	}
	if v := violations(sound(), sound(), 0); len(v) > 0 {
		t.Fatalf("the sound history has violations: %v", v)
	}
	change := func(p picture, id civic.TicketID, fn func(*civic.Ticket)) {
		k := p[id]
		fn(&k)
		p[id] = k
	}
	for name, mutate := range map[string]func(picture){
		"a lost row":          func(p picture) { delete(p, "c") },
		"a doubled number":    func(p picture) { change(p, "c", func(k *civic.Ticket) { k.Number = 1 }) },
		"a gap":               func(p picture) { change(p, "d", func(k *civic.Ticket) { k.Number = 4 }) },
		"served without call": func(p picture) { change(p, "b", func(k *civic.Ticket) { k.State = civic.Served }) },
		"called, and away": func(p picture) {
			change(p, "b", func(k *civic.Ticket) { k.State, k.Clerk, k.Away = civic.Called, "x", true })
		},
		"a note that stays": func(p picture) { change(p, "b", func(k *civic.Ticket) { k.State, k.Note = civic.Left, "note" }) },
		"an unknown state":  func(p picture) { change(p, "b", func(k *civic.Ticket) { k.State = "lost" }) },
		"a later arrival":   func(p picture) { change(p, "b", func(k *civic.Ticket) { k.ArrivedAt = monday }) },
		"one clerk, two tickets": func(p picture) {
			for _, id := range []civic.TicketID{"b", "c"} {
				change(p, id, func(k *civic.Ticket) { k.State, k.Clerk = civic.Called, "x" })
			}
		},
	} {
		mutant := sound()
		mutate(mutant)
		if len(violations(sound(), mutant, 0)) == 0 {
			t.Errorf("%s is not found", name)
		}
	}
	w := newTown(t, storetest.SQLite(t))
	w.clock.Store(time.Time{}.UnixMicro())
	if len(order(sound(), civic.Office{ID: "o"}, "c", "x", w)) == 0 {
		t.Error("a call out of order is not found")
	}
	wishful := sound()
	change(wishful, "b", func(k *civic.Ticket) { k.Away = true })
	change(wishful, "c", func(k *civic.Ticket) { k.Wants = "y" })
	if v := order(wishful, civic.Office{ID: "o"}, "d", "x", w); len(v) > 0 {
		t.Errorf("who is away or waits for another stands in the way: %v", v)
	}
	for called, clerk := range map[civic.TicketID]civic.ClerkID{"b": "x", "c": "x", "d": "y"} {
		if len(order(wishful, civic.Office{ID: "o"}, called, clerk, w)) == 0 {
			t.Errorf("that %s calls %s is not found", clerk, called)
		}
	}
}
