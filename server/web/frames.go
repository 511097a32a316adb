package web

import "schalter/server/protocol"

// FrameType is one type of frame and the zero value of its data; nil: it has none.
type FrameType struct {
	Type string
	Data any
}

// Socket lists what may be said on a socket, in both directions. The first frame of the client is the first of Client.
type Socket struct {
	Name   string // of its unions in the document: TicketClientFrame, TicketServerFrame
	Client []FrameType
	Server []FrameType
}

var (
	ping     = FrameType{protocol.FramePing, nil}
	pong     = FrameType{protocol.FramePong, nil}
	hello    = FrameType{protocol.FrameHello, protocol.Hello{}}
	welcome  = FrameType{protocol.FrameWelcome, protocol.Welcome{}}
	problem  = FrameType{protocol.FrameProblem, protocol.Problem{}}
	replaced = FrameType{protocol.FrameReplaced, nil}
	moved    = FrameType{protocol.FrameMoved, nil}
)

// TicketSocket is the waiting citizen's.
var TicketSocket = Socket{
	Name:   "Ticket",
	Client: []FrameType{hello, pong},
	Server: []FrameType{welcome, {protocol.FrameTicket, protocol.CitizenTicket{}}, ping, problem, replaced, moved},
}

// GuestSocket is that of a guest before and beside the room.
var GuestSocket = Socket{
	Name:   "Guest",
	Client: []FrameType{hello, pong},
	Server: []FrameType{welcome, {protocol.FrameGuest, protocol.GuestView{}}, ping, problem, replaced},
}

// ConsoleSocket is the clerk's.
var ConsoleSocket = Socket{
	Name:   "Console",
	Client: []FrameType{hello, pong},
	Server: []FrameType{welcome, {protocol.FrameOffice, protocol.OfficeView{}}, {protocol.FrameConsults, protocol.Consults{}}, ping, problem, replaced},
}

// RoomSocket is that of everyone in a room.
var RoomSocket = Socket{
	Name: "Room",
	Client: []FrameType{
		{protocol.FrameJoin, protocol.Join{}},
		{protocol.FrameOffer, protocol.Offer{}},
		{protocol.FrameSeated, protocol.Seated{}},
		{protocol.FrameSends, protocol.Sends{}},
		{protocol.FrameShows, protocol.Shows{}},
		{protocol.FrameHeard, protocol.Heard{}},
		{protocol.FrameAskScreen, nil},
		{protocol.FrameAllowScreen, protocol.AllowScreen{}},
		{protocol.FrameLeave, nil},
		pong,
	},
	Server: []FrameType{
		{protocol.FrameJoined, protocol.Joined{}},
		{protocol.FrameAnswer, protocol.Answer{}},
		{protocol.FrameSeats, protocol.Seats{}},
		{protocol.FrameMore, protocol.More{}},
		{protocol.FrameLayers, protocol.Layers{}},
		{protocol.FrameSpoken, protocol.Spoken{}},
		{protocol.FrameRoom, protocol.RoomView{}},
		{protocol.FrameCaption, protocol.Caption{}},
		{protocol.FrameICE, protocol.Relays{}},
		{protocol.FrameEnded, protocol.Ended{}},
		ping, problem,
	},
}

// CaptionsSocket is that of a captioner.
var CaptionsSocket = Socket{
	Name:   "Captions",
	Client: []FrameType{{protocol.FrameCaptioner, protocol.Captioner{}}, {protocol.FrameCaption, protocol.Caption{}}, pong},
	Server: []FrameType{{protocol.FrameCaptioning, protocol.Captioning{}}, {protocol.FrameEnded, protocol.Ended{}}, ping, problem},
}
