package main

import (
	"net/http"
	"testing"

	"github.com/coder/websocket"

	"schalter/server/civic"
	"schalter/server/protocol"
)

// refusalsOfGuests are those that meet guests, and whoever lets them in.
var refusalsOfGuests = []struct {
	name string
	do   func(s *scene)
}{
	{"a guest who is not asked in", func(s *scene) {
		stranger := invited(s.T, s.p.address, newKey())
		no(stranger.post("/api/v1/guest/knock", nil), 401, civic.Unauthenticated, civic.KeyGuestUnknown)
		closes(stranger.guestSocket(), websocket.StatusCode(4401), civic.KeyGuestUnknown)
		citizen := s.in(civic.Serving)
		_, token := s.desk.invite("Frau Eins")
		guest := invited(s.T, s.p.address, token)
		no(guest.post("/api/v1/guest/grant", nil), 409, civic.Conflict, civic.KeyGuestState)
		no(citizen.says("nobody", true), 404, civic.NotFound, civic.KeyGuestUnknown)
	}},
	{"a guest to whom no was said", func(s *scene) {
		citizen := s.in(civic.Serving)
		made, token := s.desk.invite("Frau Eins")
		guest := invited(s.T, s.p.address, token)
		as[protocol.GuestView](guest.post("/api/v1/guest/knock", nil))
		citizen.says(made.Guest, false).done()
		no(guest.post("/api/v1/guest/grant", nil), 410, civic.Gone, civic.KeyGuestDeclined)
	}},
	{"a guest who was shown out", func(s *scene) {
		s.in(civic.Serving)
		made, token := s.desk.invite("Frau Eins")
		s.clerk.do(http.MethodDelete, "/api/v1/console/desks/"+string(s.desk.id)+"/guests/"+string(made.Guest), nil).done()
		no(invited(s.T, s.p.address, token).post("/api/v1/guest/knock", nil), 410, civic.Gone, civic.KeyGuestRemoved)
	}},
	{"a locked room, and a full one", func(s *scene) {
		s.in(civic.Serving)
		one := protocol.InviteGuest{Kind: civic.Companion, Name: "Frau Eins"}
		lock := func(locked bool) {
			s.clerk.do(http.MethodPut, "/api/v1/console/desks/"+string(s.desk.id)+"/lock", protocol.LockRoom{Locked: locked}).done()
		}
		lock(true)
		no(s.desk.try("guests", one), 409, civic.Conflict, civic.KeyRoomLocked)
		lock(false)
		for range civic.MaxGuests {
			s.desk.invite("Frau Eins")
		}
		no(s.desk.try("guests", one), 409, civic.Conflict, civic.KeyGuestsFull)
	}},
	{"an invitation that cannot be mailed", func(s *scene) {
		s.in(civic.Serving)
		no(s.desk.try("guests", protocol.InviteGuest{Kind: civic.Companion, Name: "Frau Eins", Email: "eins@mitte.test"}), 409, civic.Conflict, civic.KeyGuestMailOff)
	}},
}

// refusedByMail is what only a program with a mail server refuses. Nothing is sent.
func refusedByMail(t *testing.T) {
	s := newScene(t, launch(t, unlimited, func(c *Config) { c.SMTPURL, c.SMTPFrom = "smtp://127.0.0.1:1", "schalter@mitte.test" }))
	s.in(civic.Serving)
	no(s.desk.try("guests", protocol.InviteGuest{Kind: civic.Companion, Name: "Frau Eins", Email: "Eins <eins@mitte.test>"}), 422, civic.Invalid, civic.KeyGuestMail)
}
