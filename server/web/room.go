package web

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
	"schalter/server/protocol"
	"schalter/server/sfu"
	"schalter/server/visit"
)

// grant admits one side to the visit's room, by the socket of that side's own origin.
func (s *Server) grant(ctx context.Context, v civic.Visit, side civic.Side) (protocol.Grant, error) {
	token, until, err := s.deps.Visits.Grant(ctx, v, side)
	origin := s.origins.public
	if side == civic.SideClerk {
		origin = s.origins.console
	}
	return s.granted(origin, token, until, v.Room, string(side)), err
}

func (s *Server) granted(at origin, token string, until time.Time, room, participant string) protocol.Grant {
	return protocol.Grant{
		URL: "ws" + strings.TrimPrefix(at.String(), "http") + "/api/v1/room", Token: token, Until: until,
		ICE: s.ice(room, participant), RelayOnly: s.relaysOnly,
	}
}

// ice are the relays that a participant may come by, with a credential of their own.
func (s *Server) ice(room, participant string) []protocol.ICE {
	var out []protocol.ICE
	for _, r := range s.deps.Relays.Servers(room, participant) {
		out = append(out, protocol.ICE(r))
	}
	return out
}

// renewICE sends fresh credentials before the old ones are over: who changes the network in the second hour needs them.
func (s *Server) renewICE(t *Talk, room, participant string) {
	if s.deps.Relays == nil {
		return
	}
	t.Go(func(ctx context.Context) error {
		tick := time.NewTicker(sfu.CredentialLife / 2)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
				t.Send(protocol.FrameICE, protocol.Relays{ICE: s.ice(room, participant)})
			}
		}
	})
}

// room is the signalling of one participant: media negotiation, and the views of who is there.
func (s *Server) room(c *fiber.Ctx) error {
	return serveSocket(s, c, &RoomSocket, func(ctx context.Context, t *Talk, first protocol.Join) error {
		if err := spoken(first.Versions); err != nil {
			return err
		}
		m, err := s.deps.Visits.Join(ctx, first.Grant, roomOutputs(t))
		if err != nil {
			return err
		}
		t.OnClose(m.Lost)
		switch clerk := m.Clerk(); {
		case clerk != "" && m.Aside():
			s.latest.hold(asideKey(clerk), t)
		case clerk != "":
			s.latest.hold(roomKey(clerk), t) // whoever is signed out is in no room any more
		}
		t.Send(protocol.FrameJoined, protocol.Joined{Version: protocol.Version, Participant: m.ID(), Now: s.now().UTC()})
		s.renewICE(t, m.Room(), m.ID())
		On(t, protocol.FrameOffer, func(ctx context.Context, o protocol.Offer) error {
			sdp, err := m.Peer().Offer(ctx, o.SDP, linesOf(o.Lines))
			if err != nil {
				return civic.Errorf(civic.Invalid, civic.KeyRoomUnavailable, "offer: %v", err)
			}
			t.Send(protocol.FrameAnswer, protocol.Answer{ID: o.ID, SDP: sdp})
			return nil
		})
		On(t, protocol.FrameSeated, func(_ context.Context, seated protocol.Seated) error {
			m.Peer().Seated(seated.Version)
			return nil
		})
		On(t, protocol.FrameSends, func(_ context.Context, sends protocol.Sends) error {
			m.SetSends(visit.Sends(sends))
			return nil
		})
		On(t, protocol.FrameHeard, func(_ context.Context, heard protocol.Heard) error {
			texts := make([]sfu.Text, 0, len(heard.Texts))
			for _, x := range heard.Texts {
				texts = append(texts, sfu.Text(x))
			}
			m.Peer().Heard(texts)
			return nil
		})
		On(t, protocol.FrameAskScreen, func(context.Context, struct{}) error {
			m.AskScreen()
			return nil
		})
		On(t, protocol.FrameAllowScreen, func(_ context.Context, a protocol.AllowScreen) error {
			return m.AllowScreen(a.Participant, a.On)
		})
		On(t, protocol.FrameShows, func(_ context.Context, shows protocol.Shows) error {
			m.Peer().Showing(shownOf(shows))
			return nil
		})
		On(t, protocol.FrameLeave, func(context.Context, struct{}) error {
			m.Leave()
			return nil
		})
		return nil
	})
}

// roomOutputs turns what the room and the switch say into frames. Send does not block.
func roomOutputs(t *Talk) visit.Outputs {
	return visit.Outputs{
		View: func(v visit.View) { t.Send(protocol.FrameRoom, roomView(v)) },
		Media: sfu.Events{
			Seats: func(version uint64, seats, screens []sfu.Seat) {
				t.Send(protocol.FrameSeats, protocol.Seats{Version: version, Seats: seatsOf(seats), Screens: seatsOf(screens)})
			},
			Layers: func(camera []string, screen int, repeat bool) {
				t.Send(protocol.FrameLayers, protocol.Layers{Camera: camera, Screen: screen, Repeat: repeat})
			},
			Speaking: func(participants []string) {
				t.Send(protocol.FrameSpoken, protocol.Spoken{Participants: participants})
			},
			More: func(seats int) { t.Send(protocol.FrameMore, protocol.More{Seats: seats}) },
		},
		Caption: func(x visit.Caption) {
			t.Send(protocol.FrameCaption, protocol.Caption{Participant: x.Participant, Text: x.Text, Final: x.Final, At: &x.At})
		},
		Ended: func(reason visit.End) {
			t.Send(protocol.FrameEnded, protocol.Ended{Reason: protocol.EndReason(reason)})
			t.Close(string(reason))
		},
	}
}

func roomView(v visit.View) protocol.RoomView {
	out := protocol.RoomView{Office: v.Office, Number: v.Number, StartedAt: moment(v.Started), Locked: v.Locked, Captioned: v.Captioned, Moment: moment(v.Moment), Participants: []protocol.Participant{}}
	if c := v.Colleague; c != nil {
		out.Colleague = &protocol.ColleagueComes{Consult: c.ID, Name: v.ColleagueName, Agreed: !c.AgreedAt.IsZero()}
	}
	for _, p := range v.Present {
		out.Participants = append(out.Participants, protocol.Participant{
			ID: p.ID, Side: p.Side, Name: p.Name, Kind: p.Kind, Here: p.Here,
			ScreenLeave: protocol.ScreenLeave(p.Leave), Sends: protocol.Sends(p.Sends),
		})
	}
	for _, g := range v.Guests {
		out.Guests = append(out.Guests, protocol.RoomGuest{
			ID: g.ID, Kind: g.Kind, Name: g.Name, State: g.State, Here: g.Here, Muted: g.Muted, Hidden: g.Hidden,
		})
	}
	return out
}

func seatsOf(seats []sfu.Seat) []protocol.Seat {
	out := make([]protocol.Seat, 0, len(seats))
	for _, s := range seats {
		out = append(out, protocol.Seat(s))
	}
	return out
}

func shownOf(shows protocol.Shows) []sfu.Shown {
	out := make([]sfu.Shown, 0, len(shows.Pictures))
	for _, s := range shows.Pictures {
		out = append(out, sfu.Shown(s))
	}
	return out
}

func linesOf(l protocol.Lines) sfu.Lines {
	out := sfu.Lines{Sound: l.Sound, Camera: l.Camera, Screen: l.Screen, Screens: l.Screens}
	for _, s := range l.Seats {
		out.Seats = append(out.Seats, sfu.SeatLines{Sound: s.Sound, Picture: s.Picture})
	}
	return out
}
