package sfu

import (
	"fmt"
	"log/slog"
	"testing"
	"time"
)

// hall is a room of n participants without connections, each with so many seats.
func hall(n, seats int) *Room {
	r := newRoom(&Switch{log: slog.New(slog.DiscardHandler)}, "hall")
	for i := range n {
		p := newPeer(r, fmt.Sprint(i), Events{})
		var made layout
		made.sound = &upTrack{peer: p, kind: sound}
		made.camera = &upTrack{peer: p, kind: camera, rids: []string{"q", "h", "f"}}
		for s := range seats {
			made.seats = append(made.seats, seatTracks{
				newDownTrack(p, sound, fmt.Sprint("s", s), "", ""), newDownTrack(p, camera, fmt.Sprint("p", s), "", ""),
			})
		}
		p.connected.Store(true)
		p.announced = true
		p.install(made, 0)
		r.peers = append(r.peers, p)
	}
	return r
}

func TestAHallOfSixty(t *testing.T) {
	const n, seats = 60, 9
	r := hall(n, seats)
	maps := make([][]Seat, n)
	more := make([]int, n)
	for i, p := range r.peers {
		p.ev.Seats = func(version uint64, seats, _ []Seat) { maps[i] = seats; p.Seated(version) }
		p.ev.More = func(n int) { more[i] = n }
	}
	r.settle(time.Now())
	r.dirty = true
	r.settle(time.Now())
	fed := make(map[string]int)
	for i, p := range r.peers {
		seen := map[string]bool{p.participant: true}
		for s, seat := range maps[i] {
			if seen[seat.Participant] || seat.Participant == "" {
				t.Fatalf("%s sees %+v", p.participant, maps[i])
			}
			seen[seat.Participant] = true
			from := p.lines.seats[s].picture.given
			if from == nil || from.peer.participant != seat.Participant || p.lines.seats[s].sound.given.peer != from.peer {
				t.Fatalf("seat %d of %s is fed by another", s, p.participant)
			}
			fed[seat.Participant]++
		}
		if more[i] != n-1 {
			t.Errorf("%s was asked for %d seats", p.participant, more[i])
		}
	}
	for _, p := range r.peers {
		if got := len(p.lines.camera.list()); got != fed[p.participant] {
			t.Errorf("%s is received by %d, seen by %d", p.participant, got, fed[p.participant])
		}
	}
	before := maps[59]
	r.peers[0].ev.Closed = func(why Reason) {
		if why != ReasonLeft || len(r.peers) != n-1 {
			t.Errorf("closed because %q", why)
		}
	}
	left := r.peers[0]
	left.Close()
	r.dirty = true
	r.settle(time.Now())
	for s, seat := range maps[59] { // its map follows the packet path, with others where they were
		if before[s].Participant != "0" && seat != before[s] {
			t.Errorf("seat %d changed from %+v to %+v", s, before[s], seat)
		}
	}
	if len(left.lines.camera.list()) != 0 || left.lines.seats[0].sound.given != nil {
		t.Error("one who left is still received, or receives")
	}
	r.closers.Wait()
}

func BenchmarkSettle(b *testing.B) {
	for _, n := range []int{2, 100} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := hall(n, min(n-1, 9))
			for b.Loop() {
				r.dirty = true
				r.settle(time.Now())
			}
		})
	}
}
