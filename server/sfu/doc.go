// Package sfu is the switch of Schalter: a selective forwarding unit. It takes the sound, camera and
// screen of every participant of a room once and sends them on to the others, without decoding anything.
//
// A Switch holds one media port and any number of rooms; a Room holds peers; a Peer is one participant's
// single peer connection. The client always offers: sending lines (sound, camera, screen) and a pool of
// receiving seats (sound and picture with one msid) and screen lines. Who sits in which seat changes
// without renegotiation, by seat maps that the client acknowledges before media flows.
//
// Who owns what: a room's goroutine owns its peers and seats; the goroutine that decrypts a publisher's
// packets owns their way through the fan-out, which reads an atomic pointer to an immutable slice; a
// receiving line's rewriting state has its own lock, for its source changes. Nothing is shared between
// rooms but the socket, and nothing is ever written to disk.
//
// The package knows no ticket, no JSON and no HTTP. It may import: the standard library and pion.
package sfu
