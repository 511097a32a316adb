package civic

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if that is meant, run the test with -update:\n%s", path, got)
	}
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

var openDesk = Desk{ID: "d", AuthorityID: "a", OfficeID: "o", ClerkID: "c", State: DeskOpen}

// ticketActs are all moves of a ticket as functions of the ticket alone.
var ticketActs = []struct {
	move TicketMove
	act  func(Ticket) (Ticket, error)
}{
	{MoveCall, func(t Ticket) (Ticket, error) { return t.Call(openDesk, noon) }},
	{MoveMoreTime, Ticket.MoreTime},
	{MoveLapse, func(t Ticket) (Ticket, error) { return t.Lapse(noon) }},
	{MoveReturn, func(t Ticket) (Ticket, error) { return t.Return(5, noon) }},
	{MoveEnter, func(t Ticket) (Ticket, error) { return t.Enter(noon) }},
	{MoveFinish, func(t Ticket) (Ticket, error) { return t.Finish(OutcomeServed, noon) }},
	{MoveInterrupt, func(t Ticket) (Ticket, error) { return t.Interrupt(5) }},
	{MovePark, Ticket.Park},
	{MoveTransfer, func(t Ticket) (Ticket, error) { return t.Transfer(Office{ID: "other", AuthorityID: "a"}) }},
	{MoveLeave, func(t Ticket) (Ticket, error) { return t.Leave(noon) }},
	{MoveCloseDay, func(t Ticket) (Ticket, error) { return t.CloseDay(noon) }},
}

// TestTicketMatrix prints where every move leads from every state, and compares it with the golden file: the arrows
// of DESIGN section 4.
func TestTicketMatrix(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-10s", "")
	for _, s := range TicketStates {
		fmt.Fprintf(&b, "%-9s", s)
	}
	b.WriteString("\n")
	for _, a := range ticketActs {
		fmt.Fprintf(&b, "%-10s", a.move)
		for _, s := range TicketStates {
			from := Ticket{ID: "t", AuthorityID: "a", OfficeID: "o", State: s, Rank: 10, Deadline: noon.Add(time.Minute)}
			to, err := a.act(from)
			cell := string(to.State)
			if err != nil {
				cell = "-"
				want := Conflict
				if s.Over() {
					want = Gone
				}
				if CodeOf(err) != want {
					t.Errorf("%s from %s: code %s, want %s", a.move, s, CodeOf(err), want)
				}
				if to != from {
					t.Errorf("%s from %s: refused, but the ticket has changed", a.move, s)
				}
			}
			fmt.Fprintf(&b, "%-9s", cell)
		}
		b.WriteString("\n")
	}
	golden(t, "ticket_moves.txt", b.String())
}

func TestDeskMatrix(t *testing.T) {
	acts := []struct {
		move DeskMove
		act  func(Desk) (Desk, error)
	}{
		{MoveOpen, func(d Desk) (Desk, error) { return d.Open(noon) }},
		{MovePause, func(d Desk) (Desk, error) { return d.Pause(noon.Add(time.Hour), noon) }},
		{MoveResume, Desk.Resume},
		{MoveVanish, func(d Desk) (Desk, error) { return d.Vanish(noon) }},
		{MoveBack, func(d Desk) (Desk, error) { return d.Back(noon) }},
		{MoveClose, Desk.Close},
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-8s", "")
	for _, s := range DeskStates {
		fmt.Fprintf(&b, "%-8s", s)
	}
	b.WriteString("\n")
	for _, a := range acts {
		fmt.Fprintf(&b, "%-8s", a.move)
		for _, s := range DeskStates {
			to, err := a.act(Desk{ID: "d", State: s})
			cell := string(to.State)
			if err != nil {
				cell = "-"
			}
			fmt.Fprintf(&b, "%-8s", cell)
		}
		b.WriteString("\n")
	}
	golden(t, "desk_moves.txt", b.String())
}

func TestVisitMatrix(t *testing.T) {
	acts := []struct {
		move VisitMove
		act  func(Visit) (Visit, error)
	}{
		{MoveAdmit, func(v Visit) (Visit, error) { return v.Admit(noon) }},
		{MoveLose, func(v Visit) (Visit, error) { return v.Lose(noon) }},
		{MoveReconnect, Visit.Reconnect},
		{MoveEnd, func(v Visit) (Visit, error) { return v.End(OutcomeServed, noon) }},
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-10s", "")
	for _, s := range VisitStates {
		fmt.Fprintf(&b, "%-12s", s)
	}
	b.WriteString("\n")
	for _, a := range acts {
		fmt.Fprintf(&b, "%-10s", a.move)
		for _, s := range VisitStates {
			to, err := a.act(Visit{ID: "v", State: s, EnteredAt: noon})
			cell := string(to.State)
			if err != nil {
				cell = "-"
			}
			fmt.Fprintf(&b, "%-12s", cell)
		}
		b.WriteString("\n")
	}
	golden(t, "visit_moves.txt", b.String())

	if _, err := (Visit{State: VisitOpen}).Lose(noon); CodeOf(err) != Conflict {
		t.Error("a visit that nobody has entered can be interrupted")
	}
}

func must(t *testing.T) func(Ticket, error) Ticket {
	return func(k Ticket, err error) Ticket {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
}

func TestMoreTimeNeverCounts(t *testing.T) {
	ok := must(t)
	k := Draw(Office{ID: "o", AuthorityID: "a", Prefix: "H"}, "t", "2026-11-23", 17, noon)
	if k.Label != "H 017" {
		t.Fatalf("label %q", k.Label)
	}
	for range 12 {
		k = ok(ok(k.Call(openDesk, noon)).MoreTime())
		if k.State != Waiting || k.Calls != 0 || !k.Deferred || k.Rank != Rank(noon) {
			t.Fatalf("after more time: %+v", k)
		}
	}
}

func TestThirdCallInVainIsMissed(t *testing.T) {
	ok := must(t)
	k := Draw(Office{ID: "o", AuthorityID: "a"}, "t", "2026-11-23", 1, noon)
	for i := 1; i <= MaxCalls; i++ {
		k = ok(k.Call(openDesk, noon))
		if k.Deadline != noon.Add(CallWindow) {
			t.Fatalf("call window until %v", k.Deadline)
		}
		k = ok(k.Lapse(noon))
		if missed := k.State == Missed; missed != (i == MaxCalls) {
			t.Fatalf("after %d calls in vain: %s", i, k.State)
		}
	}
	if _, err := k.Return(3, noon.Add(ReturnWindow+time.Second)); CodeOf(err) != Gone {
		t.Errorf("return after the window: %v", err)
	}
	k = ok(k.Return(3, noon.Add(ReturnWindow)))
	if k.State != Waiting || k.Rank != 3 || k.Calls != 0 {
		t.Fatalf("returned: %+v", k)
	}
	for range MaxCalls {
		k = ok(ok(k.Call(openDesk, noon)).Lapse(noon))
	}
	if _, err := k.Return(3, noon); CodeOf(err) != Gone {
		t.Errorf("second return: %v", err)
	}
}

func TestTransferKeepsNumberAndArrival(t *testing.T) {
	ok := must(t)
	k := Draw(Office{ID: "o", AuthorityID: "a", Prefix: "B"}, "t", "2026-11-23", 7, noon)
	k.Topic = "plans"
	k = ok(ok(k.Call(openDesk, noon.Add(time.Hour))).Enter(noon.Add(time.Hour)))
	k = ok(k.Transfer(Office{ID: "other", AuthorityID: "a", Prefix: "H"}))
	if k.OfficeID != "other" || k.Label != "B 007" || k.ArrivedAt != noon || k.Rank != Rank(noon) || k.IssuingOffice != "o" || k.Topic != "" || k.Desk != "" {
		t.Errorf("transferred: %+v", k)
	}
	for _, to := range []Office{{ID: "other", AuthorityID: "a"}, {ID: "third", AuthorityID: "b"}} {
		if _, err := k.Transfer(to); CodeOf(err) != Invalid {
			t.Errorf("transfer to %+v: %v", to, err)
		}
	}
}

func TestAnEndForgetsTheName(t *testing.T) {
	ok := must(t)
	k := Ticket{State: Serving, Name: "Frau Berger"}
	if ok(k.Finish(OutcomeServed, noon)).Name != "" {
		t.Error("the name outlives the ticket")
	}
}

func TestPermissions(t *testing.T) {
	clerk := Caller{Role: RoleClerk, AuthorityID: "a", Clerk: "c", Offices: []OfficeID{"o"}}
	citizen := Caller{Role: RoleCitizen, AuthorityID: "a", Ticket: "t"}
	for _, tc := range []struct {
		name string
		err  error
		want Code
	}{
		{"clerk serves the own office", clerk.MayServe("a", "o"), ""},
		{"another office does not exist for the clerk", clerk.MayServe("a", "p"), NotFound},
		{"nor does one of another authority", clerk.MayServe("b", "o"), NotFound},
		{"citizen serves nothing", citizen.MayServe("a", "o"), Forbidden},
		{"clerk works at the own desk", clerk.MayWork(openDesk), ""},
		{"not at a colleague's", clerk.MayWork(Desk{AuthorityID: "a", ClerkID: "x"}), NotFound},
		{"not at one of another authority", clerk.MayWork(Desk{AuthorityID: "b", ClerkID: "c"}), NotFound},
		{"citizen has no desk", citizen.MayWork(openDesk), Forbidden},
		{"citizen holds the own ticket", citizen.MayHold(Ticket{AuthorityID: "a", ID: "t"}), ""},
		{"not another", citizen.MayHold(Ticket{AuthorityID: "a", ID: "u"}), NotFound},
		{"not one of another authority", citizen.MayHold(Ticket{AuthorityID: "b", ID: "t"}), NotFound},
		{"clerk holds none", clerk.MayHold(Ticket{AuthorityID: "a"}), NotFound},
	} {
		if CodeOf(tc.err) != tc.want {
			t.Errorf("%s: %v", tc.name, tc.err)
		}
	}
}
