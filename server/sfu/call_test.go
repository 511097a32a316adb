package sfu

import (
	"testing"
	"time"
)

func TestTwoPartiesHearAndSeeEachOther(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1})
	for _, pair := range [][2]*client{{a, b}, {b, a}} {
		me, other := pair[0], pair[1]
		eventually(t, "sound and picture", func() bool {
			return len(me.from(me.seatLines[0][0], other.id)) > 30 && len(me.from(me.seatLines[0][1], other.id)) > 30
		})
		for i, line := range me.seatLines[0] {
			packets := me.from(line, other.id)
			if err := continuous(packets); err != nil {
				t.Errorf("line %d: %v", i, err)
			}
			if i == 1 && !packets[0].key {
				t.Error("the picture did not begin with a key frame")
			}
			if i == 0 && !packets[0].level {
				t.Error("the audio level is missing")
			}
		}
		eventually(t, "transport feedback", func() bool { return me.twcc.Load() > 2 })
		eventually(t, "an estimate of the way to it", func() bool { return me.peer.Stats().Estimate > 0 })
		eventually(t, "seat map with sound and picture", func() bool {
			m := me.lastMap()
			return len(m.seats) == 1 && m.seats[0] == Seat{Participant: other.name, Sound: true, Picture: true}
		})
	}
	if a.up.Load() != 1 || b.up.Load() != 1 {
		t.Errorf("connected was told %d and %d times", a.up.Load(), b.up.Load())
	}
	eventually(t, "sender reports for both lines", func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		return len(a.srs) == 2
	})
	lipsInStep(t, a)
	if s := a.peer.Stats(); s.PacketsIn == 0 || s.BytesIn == 0 || s.PacketsOut == 0 || s.BytesOut == 0 {
		t.Errorf("counters stand still: %+v", s)
	}
}

// lipsInStep checks that by the sender reports, sound and picture of a seat which were captured together
// are shown together: a browser lays both lines on the reports' clock.
func lipsInStep(t *testing.T, c *client) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	offset := func(i int, clock float64) float64 { // seconds from capture, by the reports, to arrival
		h := c.lines[c.seatLines[0][i].Mid()]
		sr := c.srs[h.ssrc][len(c.srs[h.ssrc])-1]
		p := h.packets[len(h.packets)-1]
		captured := time.Unix(0, ntpToUnix(sr.NTPTime)).Add(time.Duration(float64(int32(p.ts-sr.RTPTime)) / clock * 1e9))
		return p.at.Sub(captured).Seconds()
	}
	if s, p := offset(0, 48000), offset(1, 90000); s-p > 0.1 || p-s > 0.1 {
		t.Errorf("sound comes %.3f s after capture, picture %.3f s", s, p)
	}
}

func TestNoMediaBeforeTheSeatIsAcknowledged(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := join(t, room, "citizen", clientOptions{seats: 1})
	b := join(t, room, "clerk", clientOptions{seats: 1, noAck: true})
	eventually(t, "the one who acknowledged to receive", func() bool { return len(a.from(a.seatLines[0][1], b.id)) > 20 })
	eventually(t, "the map to name the other", func() bool { return b.lastMap().find("citizen") == 0 })
	if n := b.packets.Load(); n != 0 || b.peer.Stats().PacketsOut != 0 {
		t.Fatalf("%d packets came before the acknowledgement", n)
	}
	b.peer.Seated(b.lastMap().version)
	eventually(t, "media after it", func() bool { return len(b.from(b.seatLines[0][1], a.id)) > 5 })
	if !b.line(b.seatLines[0][1].Mid())[0].key {
		t.Error("the picture did not begin with a key frame")
	}
}

func TestNoMediaAfterLeaving(t *testing.T) {
	for name, leave := range map[string]func(s *Switch, c *client){
		"peer closed":      func(_ *Switch, c *client) { c.peer.Close() },
		"room closed":      func(s *Switch, _ *client) { s.CloseRoom("visit") },
		"replaced by name": func(_ *Switch, c *client) { newClient(c.t, c.room, c.name, clientOptions{seats: 1}) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newSwitch(t)
			room := s.Room("visit")
			a := join(t, room, "citizen", clientOptions{seats: 1})
			b := join(t, room, "clerk", clientOptions{seats: 1})
			eventually(t, "media", func() bool { return len(a.from(a.seatLines[0][1], b.id)) > 5 })
			leave(s, a)
			out := a.peer.Stats().PacketsOut
			var before int64
			within := time.Now().Add(200 * time.Millisecond)
			eventually(t, "200 ms to pass", func() bool { before = a.packets.Load(); return time.Now().After(within) })
			until := time.Now().Add(300 * time.Millisecond)
			eventually(t, "300 ms to pass", func() bool { return time.Now().After(until) })
			if after := a.packets.Load(); after != before || a.peer.Stats().PacketsOut != out {
				t.Errorf("%d packets came after leaving", after-before)
			}
			eventually(t, "the end to be told", func() bool { return len(a.closed) == 1 })
			want := map[string]Reason{"peer closed": ReasonLeft, "room closed": ReasonRoomClosed, "replaced by name": ReasonReplaced}[name]
			if why := <-a.closed; why != want {
				t.Errorf("closed because %q", why)
			}
		})
	}
}

func TestFourPartiesAndASeatTakenOver(t *testing.T) {
	room := newSwitch(t).Room("conference")
	var all []*client
	for _, name := range []string{"a", "b", "c", "d"} {
		all = append(all, join(t, room, name, clientOptions{seats: 3, noAck: name == "a"}))
	}
	a := all[0]
	eventually(t, "a's map to name three", func() bool {
		m := a.lastMap()
		return m.find("b") >= 0 && m.find("c") >= 0 && m.find("d") >= 0
	})
	a.peer.Seated(a.lastMap().version)
	for _, me := range all {
		for _, other := range all {
			if me == other {
				continue
			}
			eventually(t, me.name+" to see and hear "+other.name, func() bool {
				seat := me.lastMap().find(other.name)
				return seat >= 0 && len(me.from(me.seatLines[seat][0], other.id)) > 5 && len(me.from(me.seatLines[seat][1], other.id)) > 5
			})
		}
	}
	seat := a.lastMap().find("c")
	picture := a.seatLines[seat][1]
	all[2].close()
	eventually(t, "the seat to be free", func() bool { return a.lastMap().find("c") < 0 })
	e := join(t, room, "e", clientOptions{seats: 3})
	eventually(t, "the newcomer to be seated", func() bool { return a.lastMap().find("e") >= 0 })
	if a.lastMap().find("e") != seat || a.lastMap().find("b") < 0 || a.lastMap().find("d") < 0 {
		t.Fatalf("seats moved: %+v", a.lastMap())
	}
	d := all[3]
	eventually(t, "others to see the newcomer", func() bool {
		seat := d.lastMap().find("e")
		return seat >= 0 && len(d.from(d.seatLines[seat][1], e.id)) > 5
	})
	if n := len(a.from(picture, e.id)) + len(a.from(a.seatLines[seat][0], e.id)); n > 0 {
		t.Fatalf("%d packets of the newcomer before its seat was acknowledged", n)
	}
	a.peer.Seated(a.lastMap().version)
	eventually(t, "the newcomer's picture", func() bool { return len(a.from(picture, e.id)) > 20 })
	if !a.from(picture, e.id)[0].key {
		t.Error("the new picture did not begin with a key frame")
	}
	if err := continuous(a.line(picture.Mid())); err != nil {
		t.Errorf("across the change of source: %v", err)
	}
	packets := a.line(picture.Mid())
	for i := 1; i < len(packets); i++ {
		if d := (packets[i].pid - packets[i-1].pid) & 0x7fff; d > 1 {
			t.Fatalf("picture id jumped by %d", d)
		}
	}
}
