package civic

import (
	"testing"
	"time"
)

func TestConsultMatrix(t *testing.T) {
	for _, way := range []struct {
		name      string
		way, wish ConsultWay
	}{{"nothing wished", WayChat, WayNone}, {"wished", WayChat, WayVoice}, {"speaking", WayVoice, WayNone}, {"joining", WayJoin, WayNone}} {
		from := func(s ConsultState) Consult {
			c := Consult{ID: "k", VisitID: "v", Asker: "a", Colleague: "b", State: s, AskedAt: noon}
			if c.Running() {
				c.Way, c.Wish = way.way, way.wish
			}
			if way.way == WayVoice && s != ConsultAsked && s != ConsultDeclined && s != ConsultEnded {
				c.HeldSince = noon
			}
			return c
		}
		golden(t, "consult_moves_"+map[string]string{"nothing wished": "chat", "wished": "wished", "speaking": "voice", "joining": "join"}[way.name]+".txt",
			matrix(ConsultStates, []act[Consult]{
				{string(MoveConsultAccept), func(c Consult) (Consult, error) { return c.Accept(noon) }},
				{string(MoveConsultLater), Consult.AnswerLater},
				{string(MoveConsultDecline), Consult.Decline},
				{string(MoveConsultLeave), Consult.Leave},
				{string(MoveConsultWish), func(c Consult) (Consult, error) { return c.Ask(WayHandOver, "") }},
				{string(MoveConsultWithdraw), Consult.Withdraw},
				{string(MoveConsultBack), Consult.Back},
				{string(MoveConsultEnd), Consult.End},
				{string(MoveConsultAgree), func(c Consult) (Consult, error) { return c.Agree(noon) }},
				{string(MoveConsultRefuse), Consult.Refuse},
			}, from, func(c Consult) ConsultState { return c.State }, func(a act[Consult], s ConsultState, to Consult, err error) {
				if c := CodeOf(err); c != Conflict && c != Gone || to != from(s) {
					t.Errorf("%s from %s: %v, consult %+v", a.move, s, err, to)
				}
			}))
	}
}

// TestTheMomentLastsUntilTheAskerComesBack: whatever the colleague does, the citizen hears nothing before.
func TestTheMomentLastsUntilTheAskerComesBack(t *testing.T) {
	visit := Visit{ID: "v", AuthorityID: "a", OfficeID: "o", ClerkID: "huber", State: VisitOpen, EnteredAt: noon}
	asked, err := NewConsult(visit, "k", "maier", WayVoice, "", "room", noon)
	if err != nil || asked.State != ConsultAsked || !asked.HeldSince.IsZero() || asked.MaySpeak("maier") == nil {
		t.Fatalf("asked %+v, %v", asked, err)
	}
	later := noon.Add(time.Minute)
	speaking, err := asked.Accept(later)
	if err != nil || speaking.HeldSince != later || speaking.MaySpeak("maier") != nil || speaking.MaySpeak("huber") != nil || speaking.MaySpeak("berg") == nil {
		t.Fatalf("accepted %+v, %v", speaking, err)
	}
	left, err := speaking.Leave()
	if err != nil || left.HeldSince != later || left.State != ConsultLeft || left.MaySpeak("huber") == nil || left.Running() {
		t.Fatalf("left %+v, %v", left, err)
	}
	if back, err := left.Back(); err != nil || back.State != ConsultEnded || !back.HeldSince.IsZero() {
		t.Errorf("back after the colleague left: %+v, %v", back, err)
	}
	back, err := speaking.Back()
	if err != nil || back.Way != WayChat || back.State != ConsultOpen || !back.HeldSince.IsZero() {
		t.Errorf("back: %+v, %v", back, err)
	}
	if over, err := speaking.End(); err != nil || !over.HeldSince.IsZero() {
		t.Errorf("ended: %+v, %v", over, err)
	}
	wished, err := speaking.Ask(WayJoin, "")
	if err != nil || wished.HeldSince != later {
		t.Errorf("while it is asked nobody comes back: %+v, %v", wished, err)
	}
	if no, err := wished.Decline(); err != nil || no.HeldSince != later || no.Way != WayVoice || no.Wish != WayNone {
		t.Errorf("declined in the midst: %+v, %v", no, err)
	}
	if in, err := wished.Accept(later); err != nil || !in.HeldSince.IsZero() || in.Way != WayJoin {
		t.Errorf("joined: %+v, %v", in, err)
	}
}

// TestNobodyJoinsBeforeTheCitizenAgrees (P18).
func TestNobodyJoinsBeforeTheCitizenAgrees(t *testing.T) {
	visit := Visit{ID: "v", AuthorityID: "a", OfficeID: "o", ClerkID: "huber", State: VisitOpen, EnteredAt: noon}
	asked, _ := NewConsult(visit, "k", "maier", WayJoin, "", "room", noon)
	if _, err := asked.Agree(noon); CodeOf(err) != Conflict {
		t.Errorf("agreed to somebody who has not accepted: %v", err)
	}
	in, _ := asked.Accept(noon)
	if err := in.MayJoin(visit, "maier"); CodeOf(err) != Forbidden {
		t.Errorf("joined without agreement: %v", err)
	}
	yes, err := in.Agree(noon)
	if err != nil || yes.MayJoin(visit, "maier") != nil || yes.MayJoin(visit, "huber") == nil || yes.MayJoin(Visit{ID: "other", State: VisitOpen}, "maier") == nil {
		t.Fatalf("agreed: %+v, %v", yes, err)
	}
	for what, end := range map[string]func() (Consult, error){"refused": yes.Refuse, "out again": yes.Back, "left": yes.Leave, "over": yes.End} {
		out, err := end()
		if err != nil || out.MayJoin(visit, "maier") == nil || !out.AgreedAt.IsZero() {
			t.Errorf("%s: %+v, %v", what, out, err)
		}
	}
	no, _ := yes.Refuse()
	again, _ := no.Ask(WayJoin, "")
	again, _ = again.Accept(noon)
	if again.MayJoin(visit, "maier") == nil {
		t.Error("once agreed is agreed for ever")
	}
}

func TestWhoIsAtWork(t *testing.T) {
	open, paused := Desk{State: DeskOpen, SeenAt: noon}, Desk{State: DeskPaused, SeenAt: noon}
	for what, c := range map[string]struct {
		seen  bool
		desks []Desk
		busy  bool
		want  Colleagueship
		there bool
	}{
		"nobody":                      {false, nil, false, ColleagueAway, false},
		"no counter, but a console":   {true, nil, false, ColleagueFree, true},
		"an open desk":                {true, []Desk{open}, false, ColleagueFree, true},
		"in conversation":             {true, []Desk{open}, true, ColleagueBusy, true},
		"a break":                     {true, []Desk{paused}, false, ColleagueAway, true},
		"a break here and open there": {true, []Desk{paused, open}, false, ColleagueFree, true},
		"an open desk that is unseen": {false, []Desk{{State: DeskOpen, SeenAt: noon.Add(-time.Minute)}}, false, ColleagueAway, true},
		"an absent desk":              {false, []Desk{{State: DeskAbsent}}, false, ColleagueAway, true},
	} {
		if got, there := ColleagueshipOf(c.seen, c.desks, c.busy, noon); got != c.want || there != c.there {
			t.Errorf("%s: %s, there %v", what, got, there)
		}
	}
}

func TestWhoMayBeAsked(t *testing.T) {
	visit := Visit{ID: "v", ClerkID: "huber", State: VisitOpen, EnteredAt: noon}
	for what, ask := range map[string]func() error{
		"oneself": func() error { _, err := NewConsult(visit, "k", "huber", WayChat, "", "r", noon); return err },
		"nothing": func() error { _, err := NewConsult(visit, "k", "maier", WayNone, "", "r", noon); return err },
		"too soon": func() error {
			_, err := NewConsult(Visit{State: VisitOpen}, "k", "maier", WayChat, "", "r", noon)
			return err
		},
		"too late": func() error {
			_, err := NewConsult(Visit{State: VisitEnded, EnteredAt: noon}, "k", "maier", WayChat, "", "r", noon)
			return err
		},
	} {
		if c := CodeOf(ask()); c != Invalid && c != Conflict {
			t.Errorf("%s: %s", what, c)
		}
	}
	asked, _ := NewConsult(visit, "k", "maier", WayHandOver, "hat den Plan dabei", "r", noon)
	given, err := asked.Accept(noon)
	if err != nil || given.State != ConsultEnded || given.Note != "" {
		t.Errorf("handed over: %+v, %v", given, err)
	}
}

func TestATicketIsGivenWithinItsOffice(t *testing.T) {
	k := Ticket{ID: "t", OfficeID: "o", State: Serving, Desk: "before", Clerk: "huber", Note: "first"}
	if to, err := k.Give(openDesk, ""); err != nil || to.Desk != "d" || to.Clerk != "c" || to.Note != "first" || to.State != Serving {
		t.Errorf("given %+v, %v", to, err)
	}
	if to, _ := k.Give(openDesk, "second"); to.Note != "second" {
		t.Errorf("note %q", to.Note)
	}
	for _, d := range []Desk{{ID: "d", OfficeID: "other", State: DeskOpen}, {ID: "d", OfficeID: "o", State: DeskPaused}} {
		if _, err := k.Give(d, ""); CodeOf(err) != Conflict || KeyOf(err) != KeyColleagueNoDesk {
			t.Errorf("%+v: %v", d, err)
		}
	}
}
