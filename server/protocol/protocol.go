// Package protocol is the wire: the JSON structs of every REST body and socket frame, per audience. What a citizen
// must not see does not exist in a citizen's type. TypeScript is generated from it (widget/src/protocol.gen.ts).
//
// May import: civic (ids and enums) and the standard library.
package protocol

import (
	"encoding/json"
	"time"

	"schalter/server/civic"
)

// Version is the protocol version that this server speaks on its sockets.
const Version = 1

// HeaderSchalter must be present, with any value, on every request that writes: a foreign page can't send it
// without a preflight, and no preflight is granted.
const HeaderSchalter = "X-Schalter"

// Problem is a refusal, RFC 9457 (application/problem+json).
type Problem struct {
	Type   string     `json:"type" doc:"about:blank"`
	Title  string     `json:"title"`
	Status int        `json:"status"`
	Code   civic.Code `json:"code" doc:"stable code of the kind of refusal"`
	Key    string     `json:"key" doc:"text key: the widget shows error.KEY"`
	// RequestID finds the line in the log. Shown for faults of ours.
	RequestID string `json:"request_id,omitempty"`
	// RetryAfter is in seconds, with too_many and unavailable.
	RetryAfter int `json:"retry_after,omitempty"`
	// Flaws are what is wrong with what was sent, field by field.
	Flaws []Flaw `json:"flaws,omitempty"`
}

// Flaw is one thing that is wrong with what was sent.
type Flaw struct {
	Path string `json:"path" doc:"offices.bauamt.prefix"`
	Key  string `json:"key" doc:"text key: the widget shows error.KEY"`
	Line int    `json:"line,omitempty" doc:"of a file, from 1 on"`
}

// Frame is the envelope of every socket frame, in both directions.
type Frame struct {
	Type string          `json:"type"`
	Data json.RawMessage `json:"data,omitempty"`
}

// Types of frames that every socket knows.
const (
	FrameHello    = "hello"    // client: Hello, the first frame on ticket and console sockets
	FrameWelcome  = "welcome"  // server: Welcome
	FramePing     = "ping"     // server: no data; the page must answer
	FramePong     = "pong"     // client: no data
	FrameProblem  = "problem"  // server: Problem; the socket stays open unless it closes it
	FrameReplaced = "replaced" // server: no data; a newer tab has taken over, this one goes quiet
	FrameMoved    = "moved"    // server: no data; the ticket has moved to another device, this one has it no more
)

// Hello is the first frame of a client on the ticket and console sockets.
type Hello struct {
	Versions []int `json:"versions" doc:"protocol versions that the client speaks"`
	// Secret is the ticket's secret in a browser that refuses the cookie; else empty.
	Secret string `json:"secret,omitempty"`
}

// Welcome answers Hello and Join.
type Welcome struct {
	Version int       `json:"version"`
	Now     time.Time `json:"now" doc:"the server's clock"`
}

// Interval is an opening in local wall time.
type Interval struct {
	Weekday int    `json:"weekday" doc:"0 is Sunday"`
	From    string `json:"from" doc:"hh:mm"`
	To      string `json:"to" doc:"hh:mm, up to 24:00"`
}

// Range is an estimate in minutes.
type Range struct {
	From int `json:"from"`
	To   int `json:"to"`
}
