package main

import (
	"testing"

	"schalter/server/civic"
	"schalter/server/protocol"
)

// TestAScreenNeedsTheClerksLeave: what a citizen sends on the screen line reaches nobody before the clerk has said yes,
// whatever the client says and sends; it holds once, ends when it is taken away, and nobody else can give it.
func TestAScreenNeedsTheClerksLeave(t *testing.T) {
	p := launch(t)
	clerk, citizen := newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	desk := clerk.open(officeMain)
	citizen.draw(officeMain)
	c, g := newGuest(clerk, desk.call().Grant), newGuest(citizen, citizen.enter())
	c.connect()
	g.prepare()
	o := g.makeOffer() // the picture goes by the screen line
	o.Lines.Screen, o.Lines.Camera = o.Lines.Camera, ""
	g.say(o)
	c.offerScreen()
	c.hears("the citizen")

	view := func(what string, ok func(citizen protocol.Participant) bool) {
		t.Helper()
		await(c.socket, protocol.FrameRoom, func(v protocol.RoomView) bool {
			for _, p := range v.Participants {
				if p.Side == civic.SideCitizen && ok(p) {
					return true
				}
			}
			return false
		})
	}
	kept := func(when string) {
		t.Helper()
		for range 3 {
			before := c.picture.Load()
			c.hears("the citizen goes on") // 6 packets of sound, and as many of the screen were sent
			if n := c.picture.Load() - before; n != 0 {
				t.Fatalf("%s %d packets of the screen came through", when, n)
			}
		}
	}
	shows := protocol.Sends{Sound: true, Screen: true, SecondCamera: true}
	kept("before a word was said")
	g.socket.send(protocol.FrameSends, shows)
	kept("without leave")
	g.socket.send(protocol.FrameAskScreen, nil)
	view("asked", func(p protocol.Participant) bool {
		return p.ScreenLeave == protocol.LeaveAsked && p.Sound && !p.Screen && !p.SecondCamera
	})

	c.socket.send(protocol.FrameAllowScreen, protocol.AllowScreen{Participant: "citizen", On: true})
	view("allowed", func(p protocol.Participant) bool { return p.ScreenLeave == protocol.LeaveAllowed })
	kept("before the client says that it shows")
	g.socket.send(protocol.FrameSends, shows)
	view("shown", func(p protocol.Participant) bool { return p.Screen && p.SecondCamera })
	before := c.picture.Load()
	eventually(t, "the screen", func() bool { return c.picture.Load() > before+5 })

	c.socket.send(protocol.FrameAllowScreen, protocol.AllowScreen{Participant: "citizen"})
	view("taken away", func(p protocol.Participant) bool { return p.ScreenLeave == protocol.LeaveDeclined && !p.Screen })
	g.socket.send(protocol.FrameSends, shows)
	kept("after it was taken away")

	c.socket.send(protocol.FrameAllowScreen, protocol.AllowScreen{Participant: "citizen", On: true})
	view("allowed again", func(p protocol.Participant) bool { return p.ScreenLeave == protocol.LeaveAllowed })
	g.socket.send(protocol.FrameSends, shows)
	view("shown again", func(p protocol.Participant) bool { return p.Screen })
	g.socket.send(protocol.FrameSends, protocol.Sends{Sound: true, Signing: true})
	view("stopped", func(p protocol.Participant) bool { return !p.Screen && p.ScreenLeave == "" && p.Signing })
	g.socket.send(protocol.FrameSends, shows)
	kept("the leave holds once")

	g.socket.send(protocol.FrameAllowScreen, protocol.AllowScreen{Participant: "citizen", On: true})
	if problem := await[protocol.Problem](g.socket, protocol.FrameProblem, nil); problem.Key != civic.KeyForbidden {
		t.Errorf("the citizen gives leave, and is told %+v", problem)
	}
}

// offerScreen offers anew: what was the seat's picture receives a shared screen.
func (g *guest) offerScreen() {
	g.t.Helper()
	o := g.makeOffer()
	o.Lines.Screens, o.Lines.Seats[0].Picture = []string{o.Lines.Seats[0].Picture}, ""
	g.say(o)
}

// hears waits until sound comes in.
func (g *guest) hears(what string) {
	g.t.Helper()
	before := g.sound.Load()
	eventually(g.t, what, func() bool { return g.sound.Load() > before+5 })
}
