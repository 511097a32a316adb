package sfu

import (
	"sync"
	"testing"
)

// TestAHeldPeerIsApart: of one who is held nobody hears or sees anything, whatever the client sends and says; nor does it of
// others, who go on among themselves. It comes back with a key frame.
func TestAHeldPeerIsApart(t *testing.T) {
	room := newSwitch(t).Room("visit")
	clerk := join(t, room, "clerk", clientOptions{seats: 2})
	citizen := join(t, room, "citizen", clientOptions{seats: 2})
	guest := join(t, room, "guest", clientOptions{seats: 2})
	heard := func(c *client, who uint32) (n int) {
		for _, seat := range c.seatLines {
			n += len(c.from(seat[0], who)) + len(c.from(seat[1], who))
		}
		return n
	}
	grows := func(what string, c *client, who uint32) {
		t.Helper()
		before := heard(c, who)
		eventually(t, what, func() bool { return heard(c, who) > before+10 })
	}
	grows("the clerk before", citizen, clerk.id)
	grows("the guest before", citizen, guest.id)
	for range 5 {
		clerk.peer.Hold(true)
		before := map[*client]int{citizen: heard(citizen, clerk.id), guest: heard(guest, clerk.id), clerk: heard(clerk, citizen.id) + heard(clerk, guest.id)}
		// What was handed to the sockets before Hold returned is in the kernel, a few packets at most.
		clerk.peer.Sending(true, true, true) // the client's word changes nothing
		seated := clerk.peer.acked.Load()
		clerk.peer.Seated(seated)
		grows("the guest goes on", citizen, guest.id)
		grows("the citizen goes on", guest, citizen.id)
		after := map[*client]int{citizen: heard(citizen, clerk.id), guest: heard(guest, clerk.id), clerk: heard(clerk, citizen.id) + heard(clerk, guest.id)}
		for c, n := range before {
			if got := after[c]; got > n+8 {
				t.Errorf("%s received %d packets across the hold", c.name, got-n)
			}
		}
		settled := after
		grows("the guest still goes on", citizen, guest.id)
		if heard(citizen, clerk.id) != settled[citizen] || heard(guest, clerk.id) != settled[guest] || heard(clerk, citizen.id)+heard(clerk, guest.id) != settled[clerk] {
			t.Error("packets across the hold")
		}
		if s := citizen.lastMap(); s.find("clerk") < 0 || s.seats[s.find("clerk")].Sound || s.seats[s.find("clerk")].Picture {
			t.Errorf("the citizen's map says %+v", s.seats)
		}
		line := citizen.seatLines[citizen.lastMap().find("clerk")][1]
		n := len(citizen.from(line, clerk.id))
		clerk.peer.Hold(false)
		grows("the clerk is back", citizen, clerk.id)
		grows("the citizen is back", clerk, citizen.id)
		eventually(t, "the picture is back", func() bool { return len(citizen.from(line, clerk.id)) > n })
		if !citizen.from(line, clerk.id)[n].key {
			t.Error("the picture did not come back with a key frame")
		}
	}
}

// TestHoldingMeetsTheEnd: a peer that has gone can be held and let go by anybody.
func TestHoldingMeetsTheEnd(t *testing.T) {
	room := newSwitch(t).Room("visit")
	a := newClient(t, room, "clerk", clientOptions{seats: 1})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { a.peer.Hold(true) })
		wg.Go(func() { a.peer.Hold(false) })
	}
	a.peer.Close()
	wg.Wait()
	a.peer.Hold(true)
}
