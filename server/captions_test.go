package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"schalter/server/civic"
	"schalter/server/protocol"
)

// captioner opens the socket as an operator's speech-to-text server does: no cookie, no origin.
func captioner(p *person, link protocol.CaptionerLink) *socket {
	p.t.Helper()
	if want := "ws" + strings.TrimPrefix(p.origin, "http") + "/api/v1/captions"; link.URL != want {
		p.t.Fatalf("captions go to %s, want %s", link.URL, want)
	}
	return p.listen("/api/v1/captions", nil, protocol.FrameCaptioner, protocol.Captioner{Versions: hello.Versions, Token: link.Token}, "Origin", "")
}

// TestCaptionsIntoAVisit: what a speech-to-text server writes is at once with all who are in that visit's room, with nobody
// else, and by nobody else; and nothing of it is kept.
func TestCaptionsIntoAVisit(t *testing.T) {
	var database string
	p := launch(t, unlimited, func(c *Config) { database = c.Database })
	s, elsewhere := newScene(t, p), newScene(t, p)
	c := s.in(civic.Serving)
	g := newGuest(c, c.enter())
	k := newGuest(s.clerk, as[protocol.Grant](s.desk.try("grant", nil)))
	other := elsewhere.in(civic.Serving)
	aside := newGuest(other, other.enter())

	link := as[protocol.CaptionerLink](s.desk.try("captioner", nil))
	service := newCitizen(t, p.address)
	x := captioner(service, link)
	there := func(n int) func(protocol.Captioning) bool {
		return func(v protocol.Captioning) bool { return len(v.Participants) == n && v.Participants[0].Here }
	}
	await(x, protocol.FrameCaptioning, there(2))
	await(g.socket, protocol.FrameRoom, func(v protocol.RoomView) bool { return v.Captioned })

	start := time.Now()
	x.send(protocol.FrameCaption, protocol.Caption{Participant: "clerk", Text: "Guten\u202E \x07Tag, geheimnisvoller", Final: false})
	for _, to := range []*guest{g, k} {
		v := await[protocol.Caption](to.socket, protocol.FrameCaption, nil)
		if v.Participant != "clerk" || v.Text != "Guten Tag, geheimnisvoller" || v.Final || v.At == nil {
			t.Errorf("caption %+v", v)
		}
	}
	t.Logf("a caption takes %v to both sides", time.Since(start))

	// Whoever is not in the room is not captioned: one who was never there is a fault of the service.
	x.send(protocol.FrameCaption, protocol.Caption{Participant: "guest-9", Text: "x"})
	closes(x, 4422, civic.KeyFrameMalformed)
	await(g.socket, protocol.FrameRoom, func(v protocol.RoomView) bool { return !v.Captioned })

	// It may come again; a second one takes its place; another token voids the first.
	again := captioner(service, link)
	await(again, protocol.FrameCaptioning, there(2))
	second := captioner(service, link)
	if e := await[protocol.Ended](again, protocol.FrameEnded, nil); e.Reason != protocol.EndReplaced {
		t.Errorf("the first ended: %s", e.Reason)
	}
	fresh := as[protocol.CaptionerLink](s.desk.try("captioner", nil))
	if e := await[protocol.Ended](second, protocol.FrameEnded, nil); e.Reason != protocol.EndRemoved {
		t.Errorf("the second ended: %s", e.Reason)
	}
	for _, token := range []string{link.Token, "guessed", ""} {
		closes(captioner(service, protocol.CaptionerLink{URL: link.URL, Token: token}), 4401, civic.KeyGrantUnknown)
	}
	if a := s.clerk.do(http.MethodDelete, "/api/v1/console/desks/"+string(s.desk.id)+"/captioner", nil); a.status != http.StatusNoContent {
		t.Errorf("withdrawn: %d %s", a.status, a.body)
	}
	closes(captioner(service, fresh), 4401, civic.KeyGrantUnknown)

	// It ends with the visit.
	last := as[protocol.CaptionerLink](s.desk.try("captioner", nil))
	end := captioner(service, last)
	await(end, protocol.FrameCaptioning, there(2))
	s.desk.settle("finish")
	if e := await[protocol.Ended](end, protocol.FrameEnded, nil); e.Reason != protocol.EndFinished {
		t.Errorf("ended: %s", e.Reason)
	}
	if code := end.closed(); code != websocket.StatusNormalClosure {
		t.Errorf("closed with %d", code)
	}
	closes(captioner(service, last), 4401, civic.KeyGrantUnknown)
	no(s.desk.try("captioner", nil), 410, civic.Gone, civic.KeyVisitOver)

	var acts []string
	for _, e := range entries(t, p) {
		if !strings.HasPrefix(e.Act, "captioner.") {
			continue
		}
		acts = append(acts, strings.TrimPrefix(e.Act, "captioner."))
		if e.Clerk == "" || e.Office != s.office || e.Subject != "" || len(e.Detail) != 0 {
			t.Errorf("logged %+v", e)
		}
	}
	if want := []string{"issued", "issued", "withdrawn", "issued"}; !slices.Equal(acts, want) {
		t.Errorf("logged %q, want %q", acts, want)
	}

	for _, frame := range aside.socket.types() {
		if frame == protocol.FrameCaption {
			t.Error("another room reads captions")
		}
	}
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(database), "*"))
	for _, file := range files {
		content, _ := os.ReadFile(file)
		for _, secret := range []string{"geheimnisvoll", link.Token, fresh.Token, last.Token} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s holds %q", filepath.Base(file), secret)
			}
		}
	}
	for _, secret := range []string{"geheimnisvoll", link.Token, fresh.Token, last.Token} {
		if strings.Contains(p.logs.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
