package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"schalter/server/civic"
	"schalter/server/mail/mailtest"
	"schalter/server/protocol"
	"schalter/server/qr"
	"schalter/server/store"
)

// invite invites an interpreter to the visit at the desk, and returns the token of the link too.
func (d *desk) invite(name string) (protocol.GuestInvitation, string) {
	d.t.Helper()
	i := as[protocol.GuestInvitation](d.try("guests", protocol.InviteGuest{Kind: civic.Interpreter, Name: name}))
	_, token, ok := strings.Cut(i.URL, "/g/#")
	if !ok || len(token) < 26 {
		d.t.Fatalf("link %q", i.URL)
	}
	return i, token
}

// invited is the browser of whoever has the link.
func invited(t testing.TB, at address, token string) *person {
	p := newCitizen(t, at)
	p.bearer = token
	return p
}

func (p *person) guestSocket() *socket {
	p.t.Helper()
	return p.listen("/api/v1/guest/socket", nil, protocol.FrameHello, protocol.Hello{Versions: hello.Versions, Secret: p.bearer})
}

func (p *person) says(guest civic.GuestID, agree bool) answer {
	p.t.Helper()
	return p.post("/api/v1/ticket/guests/"+string(guest), protocol.GuestAnswer{Agree: agree})
}

func (a answer) done() {
	a.t.Helper()
	if a.status != http.StatusNoContent {
		a.t.Fatalf("%d %s", a.status, a.body)
	}
}

// ofType are the frames of one type that came.
func (k *socket) ofType(frame string) (out []protocol.Frame) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, f := range k.frames {
		if f.Type == frame {
			out = append(out, f)
		}
	}
	return out
}

// shows waits until the room's view is as it should be, and returns it.
func (g *guest) shows(what string, ok func(protocol.RoomView) bool) (v protocol.RoomView) {
	g.t.Helper()
	eventually(g.t, what, func() bool {
		frames := g.socket.ofType(protocol.FrameRoom)
		if len(frames) == 0 {
			return false
		}
		v = protocol.RoomView{}
		must(g.t, json.Unmarshal(frames[len(frames)-1].Data, &v))
		return ok(v)
	})
	return v
}

// widen adds seats, as a room that grew asks for.
func (g *guest) widen(seats int) {
	g.t.Helper()
	for range seats {
		for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
			tr, err := g.pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
			must(g.t, err)
			g.seat = append(g.seat, tr)
		}
	}
	g.offer()
}

// from counts what came of a participant: sound and picture.
func (g *guest) from(participant string) (sound, picture int64) {
	g.socket.mu.Lock()
	defer g.socket.mu.Unlock()
	for _, f := range slices.Backward(g.socket.frames) {
		if f.Type != protocol.FrameSeats {
			continue
		}
		var s protocol.Seats
		must(g.t, json.Unmarshal(f.Data, &s))
		i := slices.IndexFunc(s.Seats, func(s protocol.Seat) bool { return s.Participant == participant })
		if i < 0 {
			return 0, 0
		}
		return g.came(g.seat[2*i].Mid()), g.came(g.seat[2*i+1].Mid())
	}
	return 0, 0
}

func (g *guest) gets(participant string, wantSound, wantPicture bool) {
	g.t.Helper()
	s, p := g.from(participant)
	eventually(g.t, "media of "+participant, func() bool {
		sound, picture := g.from(participant)
		return (!wantSound || sound > s+5) && (!wantPicture || picture > p+5)
	})
}

// silent finds that nothing comes on a line of a participant, while 50 packets come on another.
func (g *guest) silent(participant string, picture bool, meanwhile string) {
	g.t.Helper()
	line := func(who string, picture bool) int64 {
		s, p := g.from(who)
		if picture {
			return p
		}
		return s
	}
	g.gets(meanwhile, true, true) // what was under way has come
	before, beat := line(participant, picture), line(meanwhile, picture)
	eventually(g.t, "50 packets of "+meanwhile, func() bool { return line(meanwhile, picture) > beat+50 })
	if n := line(participant, picture) - before; n != 0 {
		g.t.Errorf("%d packets of %s (picture %v)", n, participant, picture)
	}
}

// TestAGuestComesByAgreementOnly is the way of an interpreter: invited before the citizen has entered, waiting, agreed to,
// talking, silenced, removed. Nothing comes from the guest or goes there before the yes and after the removal (REQUIREMENTS P18).
func TestAGuestComesByAgreementOnly(t *testing.T) {
	p := launch(t, unlimited)
	clerk, citizen := newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	desk := clerk.open(officeMain)
	citizen.draw(officeMain)
	citizen.tells(`{"name":"Kanari Vogel"}`)
	c := newGuest(clerk, desk.call().Grant)
	c.connect()
	made, token := desk.invite("  Herr   Yılmaz ")
	if code, err := qr.Encode(made.URL); err != nil || made.QR.Path != code.Path() || made.QR.Size != code.Size || made.Mailed || made.MailFailed {
		t.Errorf("%+v", made)
	}
	id := "guest-" + string(made.Guest)
	interpreter := invited(t, p.address, token)
	page := interpreter.guestSocket()
	v := await[protocol.GuestView](page, protocol.FrameGuest, nil)
	if v.State != civic.GuestInvited || v.Begun || v.Name != "Herr Yılmaz" || v.Kind != civic.Interpreter || v.Clerk != "Frau h" || v.Office.In("de") == "" {
		t.Errorf("the guest is told %+v", v)
	}
	c.shows("the guest's page to the clerk", func(v protocol.RoomView) bool { return len(v.Guests) == 1 && v.Guests[0].Here })

	// Not yet there, not yet entered, not yet agreed: no grant, by whatever way.
	interpreter.post("/api/v1/guest/grant", nil).refused(409, civic.Conflict, civic.KeyGuestState)
	if v := as[protocol.GuestView](interpreter.post("/api/v1/guest/knock", nil)); v.State != civic.GuestWaiting {
		t.Errorf("after knocking %+v", v)
	}
	interpreter.post("/api/v1/guest/grant", nil).refused(409, civic.Conflict, civic.KeyGuestState)
	citizen.says(made.Guest, true).refused(409, civic.Conflict, civic.KeyGuestState)
	interpreter.post("/api/v1/ticket/guests/"+string(made.Guest), protocol.GuestAnswer{Agree: true}).refused(401, civic.Unauthenticated, civic.KeyTicketUnknown)

	g := newGuest(citizen, citizen.enter())
	asked := g.shows("the guest to the citizen", func(v protocol.RoomView) bool { return len(v.Guests) == 1 && len(v.Participants) == 2 })
	if w := asked.Guests[0]; w.ID != made.Guest || w.Name != "Herr Yılmaz" || w.Kind != civic.Interpreter || w.State != civic.GuestWaiting || !w.Here {
		t.Errorf("the citizen is asked about %+v", w)
	}
	g.connect()
	for range 100 {
		interpreter.post("/api/v1/guest/grant", nil).refused(409, civic.Conflict, civic.KeyGuestState)
		forged := knock(interpreter, "ws"+strings.TrimPrefix(p.address.public, "http")+"/api/v1/room", token)
		if problem := await[protocol.Problem](forged.socket, protocol.FrameProblem, nil); problem.Key != civic.KeyGrantUnknown {
			t.Fatalf("a guest's token at the room: %+v", problem)
		}
	}
	c.receives("the citizen's media")

	citizen.says(made.Guest, true).done()
	await(page, protocol.FrameGuest, func(v protocol.GuestView) bool { return v.State == civic.GuestAdmitted && v.Begun })
	i := newGuest(interpreter, as[protocol.Grant](interpreter.post("/api/v1/guest/grant", nil)))
	if i.joined.Participant != id {
		t.Errorf("joined as %s", i.joined.Participant)
	}
	i.connect()
	i.widen(1)
	for who, k := range map[string]*guest{"citizen": g, "clerk": c} {
		eventually(t, "the "+who+" to be asked for another seat", func() bool { return slices.Contains(k.socket.types(), protocol.FrameMore) })
		k.widen(1)
	}
	for _, k := range []*guest{g, c} {
		k.gets(id, true, true)
	}
	i.gets("citizen", true, true)
	i.gets("clerk", true, true)
	i.socket.send(protocol.FrameSends, protocol.Sends{Sound: true, Picture: true})
	view := g.shows("the guest in the room", func(v protocol.RoomView) bool {
		return len(v.Participants) == 3 && v.Participants[2].Sound
	})
	if w := view.Participants[2]; w.ID != id || w.Side != civic.SideGuest || w.Kind != civic.Interpreter || w.Name != "Herr Yılmaz" || !w.Here {
		t.Errorf("the guest in the room is %+v", w)
	}
	for _, f := range i.socket.ofType(protocol.FrameRoom) {
		if strings.Contains(string(f.Data), `"guests"`) {
			t.Errorf("the guest is told of guests: %s", f.Data)
		}
	}

	// The clerk switches sound, then the picture off: the switch drops them, though the guest goes on sending.
	silence := func(muted, hidden bool) {
		t.Helper()
		clerk.do(http.MethodPut, "/api/v1/console/desks/"+string(desk.id)+"/guests/"+string(made.Guest), protocol.SilenceGuest{Muted: muted, Hidden: hidden}).done()
	}
	silence(true, false)
	g.silent(id, false, "clerk")
	g.gets(id, false, true)
	await(page, protocol.FrameGuest, func(v protocol.GuestView) bool { return v.Muted })
	i.socket.send(protocol.FrameSends, protocol.Sends{Sound: true, Picture: true})
	c.silent(id, false, "citizen")
	silence(true, true)
	g.silent(id, true, "clerk")
	silence(false, false)
	g.gets(id, true, true)

	// The same link on a second device takes over.
	second := invited(t, p.address, token)
	other := second.guestSocket()
	await[struct{}](page, protocol.FrameReplaced, nil)
	await(other, protocol.FrameGuest, func(v protocol.GuestView) bool { return v.State == civic.GuestAdmitted })
	j := newGuest(second, as[protocol.Grant](second.post("/api/v1/guest/grant", nil)))
	if e := await[protocol.Ended](i.socket, protocol.FrameEnded, nil); e.Reason != protocol.EndReplaced {
		t.Errorf("the first device ended: %s", e.Reason)
	}
	j.connect()
	g.gets(id, true, true)

	// Out: at once, for good, and nobody else notices.
	late := as[protocol.Grant](second.post("/api/v1/guest/grant", nil))
	clerk.do(http.MethodDelete, "/api/v1/console/desks/"+string(desk.id)+"/guests/"+string(made.Guest), nil).done()
	if e := await[protocol.Ended](j.socket, protocol.FrameEnded, nil); e.Reason != protocol.EndRemoved {
		t.Errorf("the guest's room ended: %s", e.Reason)
	}
	await(other, protocol.FrameGuest, func(v protocol.GuestView) bool { return v.State == civic.GuestRemoved })
	came := j.rtp.Load()
	s, pic := g.from(id)
	if s+pic != 0 {
		t.Errorf("the citizen has a seat for one who is removed")
	}
	g.receives("the clerk's media after it")
	c.receives("the citizen's media after it")
	if n := j.rtp.Load() - came; n > 20 { // what was under way
		t.Errorf("%d packets to a guest who is removed", n)
	}
	second.post("/api/v1/guest/grant", nil).refused(410, civic.Gone, civic.KeyGuestRemoved)
	second.post("/api/v1/guest/knock", nil).refused(410, civic.Gone, civic.KeyGuestRemoved)
	forged := knock(second, late.URL, late.Token)
	if problem := await[protocol.Problem](forged.socket, protocol.FrameProblem, nil); problem.Key != civic.KeyGrantUnknown {
		t.Errorf("a grant from before the removal: %+v", problem)
	}
	g.shows("the guest in the room", func(v protocol.RoomView) bool { return len(v.Guests) == 0 && len(v.Participants) == 2 })

	var acts []string
	for _, e := range entries(t, p) {
		if !strings.HasPrefix(e.Act, "guest.") {
			continue
		}
		acts = append(acts, e.Act)
		if e.Clerk != clerkID(huber) || e.Office != officeMain || e.Subject != "" || len(e.Detail) != 1 || e.Detail["kind"] != string(civic.Interpreter) {
			t.Errorf("logged %+v", e)
		}
	}
	if !slices.Equal(acts, []string{"guest.invited", "guest.removed"}) {
		t.Errorf("logged %q", acts)
	}
	for _, secret := range []string{token, "Yılmaz", "Kanari"} {
		if strings.Contains(p.logs.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	for _, f := range append(page.frames, other.frames...) {
		if strings.Contains(string(f.Data), "Kanari") || strings.Contains(string(f.Data), "H 001") {
			t.Errorf("the guest's page is told of the citizen: %s", f.Data)
		}
	}
}

// TestNoIsNo: declined, agreed and taken back, locked out, over.
// TestNoHoldsThoughTheRoomCannotRead: the word is stored, but the room finds the database broken when it looks.
func TestNoHoldsThoughTheRoomCannotRead(t *testing.T) {
	var database string
	p := launch(t, unlimited, func(c *Config) { database = c.Database })
	clerk, citizen := newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	desk := clerk.open(officeMain)
	citizen.draw(officeMain)
	newGuest(clerk, desk.call().Grant)
	newGuest(citizen, citizen.enter())
	made, token := desk.invite("Frau Eins")
	one := invited(t, p.address, token)
	as[protocol.GuestView](one.post("/api/v1/guest/knock", nil))
	citizen.says(made.Guest, true).done()
	inside := newGuest(one, as[protocol.Grant](one.post("/api/v1/guest/grant", nil)))

	db, err := sql.Open("sqlite", database)
	must(t, err)
	defer db.Close()
	rename := func(from, to string) {
		_, err := db.Exec("PRAGMA busy_timeout = 5000; ALTER TABLE " + from + " RENAME TO " + to)
		must(t, err)
	}
	rename("consults", "hidden") // what the room reads, and the citizen's word does not touch
	defer rename("hidden", "consults")
	citizen.says(made.Guest, false).done()
	if e := await[protocol.Ended](inside.socket, protocol.FrameEnded, nil); e.Reason != protocol.EndRemoved {
		t.Errorf("ended: %s", e.Reason)
	}
}

func TestNoIsNo(t *testing.T) {
	p := launch(t, unlimited)
	clerk, citizen := newClerk(t, p.address), newCitizen(t, p.address)
	clerk.login(huber)
	desk := clerk.open(officeMain)
	citizen.draw(officeMain)
	desk.try("guests", protocol.InviteGuest{Kind: civic.Expert, Name: "Niemand"}).refused(410, civic.Gone, civic.KeyVisitOver)
	c := newGuest(clerk, desk.call().Grant)
	g := newGuest(citizen, citizen.enter())
	lock := func(locked bool) {
		t.Helper()
		clerk.do(http.MethodPut, "/api/v1/console/desks/"+string(desk.id)+"/lock", protocol.LockRoom{Locked: locked}).done()
	}
	comes := func(name string) (civic.GuestID, *person) {
		t.Helper()
		made, token := desk.invite(name)
		guest := invited(t, p.address, token)
		as[protocol.GuestView](guest.post("/api/v1/guest/knock", nil))
		return made.Guest, guest
	}
	guestOf := func(id civic.GuestID, state civic.GuestState) func(protocol.RoomView) bool {
		return func(v protocol.RoomView) bool {
			return slices.ContainsFunc(v.Guests, func(g protocol.RoomGuest) bool { return g.ID == id && g.State == state })
		}
	}

	first, one := comes("Frau Eins")
	g.shows("the guest to the citizen", guestOf(first, civic.GuestWaiting))
	citizen.says(first, false).done()
	c.shows("the answer to the clerk", guestOf(first, civic.GuestDeclined))
	one.post("/api/v1/guest/grant", nil).refused(410, civic.Gone, civic.KeyGuestDeclined)
	one.post("/api/v1/guest/knock", nil).refused(410, civic.Gone, civic.KeyGuestDeclined)
	citizen.says(first, true).refused(410, civic.Gone, civic.KeyGuestDeclined)

	second, two := comes("Frau Zwei")
	citizen.says(second, true).done()
	inside := newGuest(two, as[protocol.Grant](two.post("/api/v1/guest/grant", nil)))
	citizen.says(second, false).done() // thought better of it
	if e := await[protocol.Ended](inside.socket, protocol.FrameEnded, nil); e.Reason != protocol.EndRemoved {
		t.Errorf("ended: %s", e.Reason)
	}

	third, three := comes("Frau Drei")
	made, token := desk.invite("Frau Vier")
	four := invited(t, p.address, token)
	lock(true)
	g.shows("the guest in the room", func(v protocol.RoomView) bool { return v.Locked && len(v.Guests) == 0 }) // nothing to decide
	four.post("/api/v1/guest/knock", nil).refused(409, civic.Conflict, civic.KeyRoomLocked)
	citizen.says(third, true).refused(409, civic.Conflict, civic.KeyRoomLocked)
	desk.try("guests", protocol.InviteGuest{Kind: civic.Expert, Name: "Frau Fünf"}).refused(409, civic.Conflict, civic.KeyRoomLocked)
	lock(false)
	citizen.says(third, true).done()
	inside = newGuest(three, as[protocol.Grant](three.post("/api/v1/guest/grant", nil)))
	lock(true)
	as[protocol.Grant](three.post("/api/v1/guest/grant", nil)) // who is in may come back
	as[protocol.GuestView](three.post("/api/v1/guest/knock", nil))
	lock(false)

	// As many as go, and the visit's end is the invitations' end.
	desk.invite("Frau Fünf")
	desk.invite("Frau Sechs")
	desk.try("guests", protocol.InviteGuest{Kind: civic.Companion, Name: "Frau Sieben"}).refused(409, civic.Conflict, civic.KeyGuestsFull)
	page := four.guestSocket()
	desk.settle("finish")
	await(page, protocol.FrameGuest, func(v protocol.GuestView) bool { return v.Over })
	if e := await[protocol.Ended](inside.socket, protocol.FrameEnded, nil); e.Reason != protocol.EndFinished {
		t.Errorf("ended: %s", e.Reason)
	}
	three.post("/api/v1/guest/grant", nil).refused(410, civic.Gone, civic.KeyVisitOver)
	four.post("/api/v1/guest/knock", nil).refused(410, civic.Gone, civic.KeyVisitOver)
	citizen.says(made.Guest, true).refused(410, civic.Gone, civic.KeyVisitOver)

	// With the citizen's data all of it goes.
	citizen.do(http.MethodDelete, "/api/v1/ticket", nil).done()
	unknown := three.guestSocket()
	if problem := await[protocol.Problem](unknown, protocol.FrameProblem, nil); problem.Key != civic.KeyGuestUnknown {
		t.Errorf("%+v", problem)
	}
	var acts []string
	must(t, p.store.Read(t.Context(), func(tx *store.Tx) error {
		entries, err := tx.Audit(t.Context(), "a-"+town, time.Now().Add(-time.Hour), time.Now().Add(time.Hour), 100)
		for _, e := range entries {
			if strings.HasPrefix(e.Act, "guest.") {
				acts = append(acts, e.Act+" "+e.Detail["kind"]+e.Subject)
			}
		}
		return err
	}))
	slices.Sort(acts)
	if got := slices.Compact(acts); !slices.Equal(got, []string{"guest.invited interpreter"}) {
		t.Errorf("audit %q", got)
	}
}

// TestAnInvitationByMail goes over STARTTLS to a real server; neither the address nor the token is kept or logged.
func TestAnInvitationByMail(t *testing.T) {
	server := mailtest.Run(t, true)
	trusted := filepath.Join(t.TempDir(), "mail.pem")
	must(t, os.WriteFile(trusted, server.Certificate, 0o600))
	t.Setenv("SSL_CERT_FILE", trusted)
	database := filled(t)
	c := bear(t, database, "--smtp-url="+server.URL, "--smtp-from=Schalter <schalter@mitte.test>", "--log-level=debug")
	clerk, citizen := newClerk(t, c.address), newCitizen(t, c.address)
	if s := clerk.login(huber); !s.Mails {
		t.Error("the console is not told that mail can be sent")
	}
	desk := clerk.open(officeMain)
	citizen.draw(officeMain)
	desk.call()
	const to = "yilmaz@dolmetschen.test"
	desk.try("guests", protocol.InviteGuest{Kind: civic.Interpreter, Name: "Herr Yılmaz", Email: "Wer <" + to + ">"}).refused(422, civic.Invalid, civic.KeyGuestMail)
	made := as[protocol.GuestInvitation](desk.try("guests", protocol.InviteGuest{Kind: civic.Interpreter, Name: "Herr Yılmaz", Email: to}))
	if !made.Mailed || made.MailFailed {
		t.Errorf("%+v", made)
	}
	m := server.Await(t, 1)
	if !m.TLS || !slices.Equal(m.To, []string{to}) {
		t.Errorf("mail to %v, encrypted %v", m.To, m.TLS)
	}
	link := regexp.MustCompile(`/g/#(\w+)`).FindStringSubmatch(strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(m.Data))
	if link == nil || !strings.HasSuffix(made.URL, link[1]) {
		t.Fatalf("no link of %s in %s", made.URL, m.Data)
	}
	page := invited(t, c.address, link[1]).guestSocket()
	await(page, protocol.FrameGuest, func(v protocol.GuestView) bool { return v.Name == "Herr Yılmaz" })
	files, err := filepath.Glob(filepath.Join(filepath.Dir(database), "*"))
	must(t, err)
	for _, secret := range []string{to, link[1]} {
		if strings.Contains(c.logs.String(), secret) {
			t.Errorf("the log has %q", secret)
		}
		for _, f := range files {
			if text, err := os.ReadFile(f); err == nil && bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s has %q", filepath.Base(f), secret)
			}
		}
	}
	if len(files) == 0 {
		t.Error("no database")
	}
	var refused int
	for i := range 16 { // at most a few, whatever for
		switch a := desk.try("guests", protocol.InviteGuest{Kind: civic.Expert, Name: "x"}); a.status {
		case 201:
			if i >= civic.MaxGuests-1 {
				t.Errorf("invitation %d is good", i+2)
			}
		case 409:
		case 429:
			refused++
		default:
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	if refused == 0 {
		t.Error("no limit on invitations")
	}
}
