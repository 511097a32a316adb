package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/store"
)

// TestADayLaterNothingIsLeft (P07): a finished conversation, then one step of the clock past the retention: after the
// deletion job neither a copy of the database nor the log has the name or the number.
func TestADayLaterNothingIsLeft(t *testing.T) {
	const canary = "Frau Kanarienvogel"
	var turned atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(turned.Load())) }
	p := launchAt(t, now, unlimited)
	s := newScene(t, p)
	c := s.in(civic.Waiting)
	as[protocol.CitizenTicket](c.do(http.MethodPatch, "/api/v1/ticket", `{"name":"`+canary+`"}`))
	ticket := c.ticket()
	copies := 0
	holds := func(text string) bool {
		copies++
		file := filepath.Join(t.TempDir(), strconv.Itoa(copies))
		must(t, p.store.Backup(t.Context(), file))
		raw, err := os.ReadFile(file)
		must(t, err)
		return bytes.Contains(raw, []byte(text))
	}
	if !holds(canary) || !holds(ticket.Number) {
		t.Fatal("the copy has no name: this test would not see it stay")
	}
	s.desk.call()
	c.enter()
	s.desk.settle("finish")
	turned.Store(int64(civic.TicketRetention + time.Minute))
	gone := func() bool {
		var err error
		must(t, p.store.Read(t.Context(), func(tx *store.Tx) error {
			_, err = tx.Ticket(t.Context(), "a-"+town, ticket.ID)
			return nil
		}))
		return civic.CodeOf(err) == civic.NotFound
	}
	must(t, p.queue.Due(context.WithoutCancel(t.Context())))
	if !gone() {
		t.Fatal("a day later the ticket is still there")
	}
	if holds(canary) || holds(ticket.Number) {
		t.Error("a day later a copy of the database still has the name or the number")
	}
	for _, e := range entries(t, p) {
		if e.Subject == ticket.Number {
			t.Errorf("the log still has its number: %+v", e)
		}
	}
}
