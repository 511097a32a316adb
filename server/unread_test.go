package main

import (
	"database/sql"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/protocol"
)

// unread is a conversation with a colleague at hand whose room cannot read the database at the moment: the table of guests
// is gone, which moves of consults do not touch.
func unread(t *testing.T) (c *counsel, hide, show func()) {
	t.Helper()
	var database string
	c = newCounsel(t, func(c *Config) { database = c.Database })
	db, err := sql.Open("sqlite", database)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	rename := func(from, to string) func() {
		return func() {
			t.Helper()
			_, err := db.Exec("PRAGMA busy_timeout = 5000; ALTER TABLE " + from + " RENAME TO " + to)
			must(t, err)
		}
	}
	return c, rename("guests", "hidden"), rename("hidden", "guests")
}

// out waits until the room is closed to somebody who has lost the right to it, soon after the database can be read again.
func out(t *testing.T, g *guest) {
	t.Helper()
	start := time.Now()
	if e := await[protocol.Ended](g.socket, protocol.FrameEnded, nil); e.Reason != protocol.EndRemoved {
		t.Errorf("ended: %s", e.Reason)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("put out after %v", took)
	}
}

// TestARoomThatCannotReadTriesAgain: a colleague to whom the citizen says no while the room cannot read the database is out
// as soon as it can, nobody comes in meanwhile, and the conversation goes on all the while.
func TestARoomThatCannotReadTriesAgain(t *testing.T) {
	t.Parallel()
	c, hide, show := unread(t)
	consult := c.from.ask(maier, civic.WayJoin)
	c.maier.moves(consult, civic.MoveConsultAccept)
	say := func(yes bool) {
		t.Helper()
		if a := c.citizen.post("/api/v1/ticket/colleague", protocol.ColleagueAnswer{Consult: consult, Yes: yes}); a.status != 204 {
			t.Fatalf("said %t: %d %s", yes, a.status, a.body)
		}
	}
	say(true)
	three := newGuest(c.maier, as[protocol.Grant](c.maier.tryGrant(consult)))
	three.connect()
	three.receives("the conversation")
	spare := as[protocol.Grant](c.maier.tryGrant(consult))
	hide()
	refused := c.maier.listen("/api/v1/room", nil, protocol.FrameJoin, protocol.Join{Versions: hello.Versions, Grant: spare.Token})
	if p := await[protocol.Problem](refused, protocol.FrameProblem, nil); p.Code != civic.Unavailable || p.Key != civic.KeyRoomUnavailable {
		t.Errorf("a colleague who comes while nothing can be read: %+v", p)
	}
	say(false)
	c.visitor.receives("the clerk while nothing can be read")
	show()
	out(t, three)
	c.visitor.receives("the clerk still")
}

// TestAHandOverThatTheRoomCannotRead: the clerk who gave the conversation away is out as soon as the room can read again. What a
// failed read had seen of it must not count as known.
func TestAHandOverThatTheRoomCannotRead(t *testing.T) {
	t.Parallel()
	c, hide, show := unread(t)
	consult := c.from.ask(maier, civic.WayHandOver)
	hide()
	if k := c.maier.moves(consult, civic.MoveConsultAccept); k.ID != "" {
		t.Errorf("after the hand-over %+v", k)
	}
	show()
	out(t, c.clerk)
	next := newGuest(c.maier, as[protocol.Grant](c.to.try("grant", nil)))
	next.connect()
	next.receives("the citizen")
}
