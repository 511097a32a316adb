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

// act is one move as a function of the thing alone.
type act[T any] struct {
	move string
	do   func(T) (T, error)
}

// matrix prints where every move leads from every state: the arrows of DESIGN section 4.
func matrix[T any, S ~string](states []S, acts []act[T], in func(S) T, state func(T) S, refused func(act[T], S, T, error)) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-10s", "")
	for _, s := range states {
		fmt.Fprintf(&b, "%-12s", s)
	}
	b.WriteString("\n")
	for _, a := range acts {
		fmt.Fprintf(&b, "%-10s", a.move)
		for _, s := range states {
			to, err := a.do(in(s))
			cell := string(state(to))
			if err != nil {
				cell = "-"
				refused(a, s, to, err)
			}
			fmt.Fprintf(&b, "%-12s", cell)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestTicketMatrix(t *testing.T) {
	from := func(s TicketState) Ticket {
		return Ticket{ID: "t", AuthorityID: "a", OfficeID: "o", State: s, Rank: 10, Deadline: noon.Add(time.Minute)}
	}
	golden(t, "ticket_moves.txt", matrix(TicketStates, []act[Ticket]{
		{string(MoveCall), func(t Ticket) (Ticket, error) { return t.Call(Office{}, openDesk, noon) }},
		{string(MoveRecall), func(t Ticket) (Ticket, error) { return t.Recall(Office{}, noon) }},
		{string(MoveTakeOver), func(t Ticket) (Ticket, error) { return t.TakeOver(openDesk) }},
		{string(MoveGiveOver), func(t Ticket) (Ticket, error) { return t.Give(openDesk, "") }},
		{string(MoveMoreTime), Ticket.MoreTime},
		{string(MoveLapse), func(t Ticket) (Ticket, error) { return t.Lapse(Office{}, noon) }},
		{string(MoveReturn), func(t Ticket) (Ticket, error) { return t.Return(5, noon) }},
		{"put_back", func(t Ticket) (Ticket, error) { return t.PutBack(5, "") }},
		{string(MoveEnter), func(t Ticket) (Ticket, error) { return t.Enter(noon) }},
		{string(MoveFinish), func(t Ticket) (Ticket, error) { return t.Finish(OutcomeServed, noon) }},
		{string(MoveInterrupt), func(t Ticket) (Ticket, error) { return t.Interrupt(5) }},
		{string(MovePark), Ticket.Park},
		{string(MoveTransfer), func(t Ticket) (Ticket, error) { return t.Transfer(Office{ID: "other", AuthorityID: "a"}, "") }},
		{string(MoveLeave), func(t Ticket) (Ticket, error) { return t.Leave(noon) }},
		{string(MoveCloseDay), func(t Ticket) (Ticket, error) { return t.CloseDay(noon) }},
	}, from, func(t Ticket) TicketState { return t.State }, func(a act[Ticket], s TicketState, to Ticket, err error) {
		want := Conflict
		if s.Over() {
			want = Gone
		}
		if CodeOf(err) != want {
			t.Errorf("%s from %s: code %s, want %s", a.move, s, CodeOf(err), want)
		}
		if to != from(s) {
			t.Errorf("%s from %s: refused, but the ticket has changed", a.move, s)
		}
	}))
}

func TestDeskMatrix(t *testing.T) {
	from := func(s DeskState) Desk { return Desk{ID: "d", State: s} }
	golden(t, "desk_moves.txt", matrix(DeskStates, []act[Desk]{
		{string(MoveOpen), func(d Desk) (Desk, error) { return d.Open(noon) }},
		{string(MovePause), func(d Desk) (Desk, error) { return d.Pause(noon.Add(time.Hour), noon) }},
		{string(MoveResume), Desk.Resume},
		{string(MoveVanish), func(d Desk) (Desk, error) { return d.Vanish(noon) }},
		{string(MoveBack), func(d Desk) (Desk, error) { return d.Back(noon) }},
		{string(MoveClose), Desk.Close},
	}, from, func(d Desk) DeskState { return d.State }, func(a act[Desk], s DeskState, to Desk, err error) {
		if CodeOf(err) != Conflict || to != from(s) {
			t.Errorf("%s from %s: %v, desk %+v", a.move, s, err, to)
		}
	}))
}

func TestVisitMatrix(t *testing.T) {
	from := func(s VisitState) Visit { return Visit{ID: "v", State: s, EnteredAt: noon} }
	if v, err := (Visit{State: VisitOpen}).HandOver(openDesk, noon); err != nil || v.DeskID != "d" || v.ClerkID != "c" || !v.Deadline.IsZero() {
		t.Errorf("a call is handed over: %+v, %v", v, err)
	}
	if v, _ := from(VisitInterrupted).HandOver(openDesk, noon); v.Deadline != noon.Add(VisitGrace) {
		t.Errorf("the other clerk has until %v", v.Deadline)
	}
	golden(t, "visit_moves.txt", matrix(VisitStates, []act[Visit]{
		{string(MoveAdmit), func(v Visit) (Visit, error) { return v.Admit(noon) }},
		{string(MoveLose), func(v Visit) (Visit, error) { return v.Lose(noon) }},
		{string(MoveReconnect), Visit.Reconnect},
		{string(MoveHandOver), func(v Visit) (Visit, error) { return v.HandOver(openDesk, noon) }},
		{string(MoveGive), func(v Visit) (Visit, error) { return v.Give(openDesk) }},
		{string(MoveEnd), func(v Visit) (Visit, error) { return v.End(OutcomeServed, noon) }},
	}, from, func(v Visit) VisitState { return v.State }, func(a act[Visit], s VisitState, to Visit, err error) {
		if c := CodeOf(err); c != Conflict && c != Gone || to != from(s) {
			t.Errorf("%s from %s: %v, visit %+v", a.move, s, err, to)
		}
	}))
	if _, err := (Visit{State: VisitOpen}).Give(openDesk); CodeOf(err) != Conflict {
		t.Error("a visit that nobody has entered can be given to a colleague")
	}
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
		k = ok(ok(k.Call(Office{}, openDesk, noon)).MoreTime())
		if k.State != Waiting || k.Calls != 0 || !k.Deferred || k.Rank != Rank(noon) {
			t.Fatalf("after more time: %+v", k)
		}
	}
}

func TestThirdCallInVainIsMissed(t *testing.T) {
	ok := must(t)
	k := Draw(Office{ID: "o", AuthorityID: "a"}, "t", "2026-11-23", 1, noon)
	for i := 1; i <= MaxCalls; i++ {
		k = ok(k.Call(Office{}, openDesk, noon))
		if k.Deadline != noon.Add(CallWindow) {
			t.Fatalf("call window until %v", k.Deadline)
		}
		k = ok(k.Lapse(Office{}, noon))
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
		k = ok(ok(k.Call(Office{}, openDesk, noon)).Lapse(Office{}, noon))
	}
	if _, err := k.Return(3, noon); CodeOf(err) != Gone {
		t.Errorf("second return: %v", err)
	}
}

func TestAnOfficeSaysHowOftenAndHowLongItCalls(t *testing.T) {
	ok := must(t)
	for _, tc := range []struct {
		office   Office
		attempts int
		window   time.Duration
	}{{Office{}, MaxCalls, CallWindow}, {Office{MaxCalls: 1}, 1, CallWindow}, {Office{MaxCalls: 5, CallSeconds: 300}, 5, 5 * time.Minute}} {
		k := ok(Ticket{State: Waiting, Away: true}.Call(tc.office, openDesk, noon))
		if k.Away {
			t.Error("a call does not end being away")
		}
		for i := 1; i < tc.attempts; i++ {
			if k.Deadline != noon.Add(tc.window) {
				t.Errorf("%+v: window until %v", tc.office, k.Deadline)
			}
			k = ok(k.Recall(tc.office, noon))
			if k.State != Called || k.Calls != i {
				t.Errorf("%+v: called again: %+v", tc.office, k)
			}
		}
		if again, err := k.Recall(tc.office, noon); KeyOf(err) != KeyLastCall || again != k {
			t.Errorf("%+v: the last call is repeated: %v", tc.office, err)
		}
		if k = ok(k.Lapse(tc.office, noon)); k.State != Missed {
			t.Errorf("%+v: %s after the last call", tc.office, k.State)
		}
		late := noon.Add(ReturnWindow + time.Hour)
		if _, err := k.Return(3, late); CodeOf(err) != Gone {
			t.Errorf("the citizen returns too late: %v", err)
		}
		k.Day = "2026-11-23"
		if back := ok(k.PutBack(-3, k.Day)); back.State != Waiting || back.Rank != -3 || back.Calls != 0 || back.Returned {
			t.Errorf("put back: %+v", back)
		}
		if _, err := k.PutBack(3, "2026-11-24"); CodeOf(err) != Gone {
			t.Errorf("put back on another day: %v", err)
		}
	}
}

func TestACallTakenOverGoesOn(t *testing.T) {
	ok := must(t)
	k := ok(Ticket{State: Waiting}.Call(Office{}, openDesk, noon))
	other := Desk{ID: "e", ClerkID: "x", State: DeskOpen}
	over := ok(k.TakeOver(other))
	if over.Desk != "e" || over.Clerk != "x" || over.Deadline != k.Deadline || over.State != Called || over.Calls != 0 {
		t.Errorf("taken over: %+v", over)
	}
	for _, state := range []DeskState{DeskPaused, DeskAbsent, DeskClosed} {
		other.State = state
		if _, err := k.TakeOver(other); KeyOf(err) != KeyDeskState {
			t.Errorf("taken over by a desk that is %s: %v", state, err)
		}
	}
	for state, want := range map[DeskState]bool{DeskOpen: true, DeskPaused: true, DeskAbsent: true, DeskClosed: false} {
		d := Desk{State: state, SeenAt: noon}
		if d.Unseen(noon.Add(SilentAfter)) != (state == DeskAbsent) || d.Unseen(noon.Add(SilentAfter+1)) != want {
			t.Errorf("%s: unseen %v", state, d.Unseen(noon.Add(SilentAfter+1)))
		}
	}
}

func TestAMessageEndsWithItsDay(t *testing.T) {
	loc, err := time.LoadLocation(Zone)
	if err != nil {
		t.Fatal(err)
	}
	o := Office{Message: "10 Minuten später", MessageAt: time.Date(2026, 11, 23, 22, 30, 0, 0, time.UTC)} // 23:30
	for at, want := range map[time.Time]string{o.MessageAt: o.Message, o.MessageAt.Add(29 * time.Minute): o.Message, o.MessageAt.Add(30 * time.Minute): ""} {
		if got, _ := o.Told(at, loc); got != want {
			t.Errorf("at %v: %q", at, got)
		}
	}
}

func TestRetention(t *testing.T) {
	day := 24 * time.Hour
	for _, tc := range []struct {
		r              Retention
		tickets, audit time.Duration
	}{
		{Retention{}, day, 90 * day}, {Retention{TicketHours: 2, AuditDays: 30}, 2 * time.Hour, 30 * day},
		{Retention{TicketHours: 48, AuditDays: 180}, day, 90 * day}, // longer without a reason
		{Retention{TicketHours: 48, AuditDays: 180, Reason: "Dienstvereinbarung"}, day, 180 * day},
		{Retention{TicketHours: -1, AuditDays: -1}, day, 90 * day},
	} {
		if tc.r.Tickets() != tc.tickets || tc.r.Audit() != tc.audit {
			t.Errorf("%+v: tickets %v, audit %v", tc.r, tc.r.Tickets(), tc.r.Audit())
		}
		for _, k := range tc.r.Table() {
			if k.Own == (k.For > 0) && k.What != KeptRecords {
				t.Errorf("%+v says nothing", k)
			}
		}
	}
}

func TestTransferKeepsNumberAndArrival(t *testing.T) {
	ok := must(t)
	k := Draw(Office{ID: "o", AuthorityID: "a", Prefix: "B"}, "t", "2026-11-23", 7, noon)
	k.Topic, k.Wants = "plans", "c"
	k = ok(ok(k.Call(Office{}, openDesk, noon.Add(time.Hour))).Enter(noon.Add(time.Hour)))
	k = ok(k.Transfer(Office{ID: "other", AuthorityID: "a", Prefix: "H"}, "mind the plan"))
	if k.OfficeID != "other" || k.Label != "B 007" || k.ArrivedAt != noon || k.Rank != Rank(noon) || k.IssuingOffice != "o" || k.Topic != "" || k.Desk != "" || k.Wants != "" ||
		k.From != "o" || k.Note != "mind the plan" {
		t.Errorf("transferred: %+v", k)
	}
	for _, to := range []Office{{ID: "other", AuthorityID: "a"}, {ID: "third", AuthorityID: "b"}} {
		if _, err := k.Transfer(to, ""); CodeOf(err) != Invalid {
			t.Errorf("transfer to %+v: %v", to, err)
		}
	}
}

func TestAnEndForgetsTheName(t *testing.T) {
	ok := must(t)
	k := Ticket{State: Serving, Name: "Frau Berger", Note: "hat den Plan schon", Interpreter: "tr", Wants: "c", Priority: true}
	if over := ok(k.Finish(OutcomeServed, noon)); over.Name+over.Note+over.Interpreter+string(over.Wants) != "" || over.Priority {
		t.Errorf("outlives the ticket: %+v", over)
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
