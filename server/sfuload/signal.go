package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"runtime/metrics"
	"strings"
	"sync"
	"time"

	"schalter/server/sfu"
)

// message is one line of the signalling between the generator and the switch in its child process: what the room's
// socket carries in the whole program, without tickets and tokens.
type message struct {
	Room, Participant string      // client: join
	SDP               string      // client: offer; child: answer
	Shown             []sfu.Shown // client: how large it shows the others
	Lines             *sfu.Lines  // client: of the offer
	Seats             int         // child: how many of its seats are taken
	Version           uint64      // child: of the seat map; client: acknowledges it
	Error             string      // child
}

// runSwitch is the child process: a switch and nothing else. It says its signalling address on standard output, then, for
// each line of its input, for how many ns its goroutines have waited for locks, and ends with its input.
func runSwitch(cfg sfu.Config) error {
	sw, err := sfu.New(cfg)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(sw, conn)
		}
	}()
	profile(os.Getenv("SFULOAD_PROFILE"))
	fmt.Println("ready", listener.Addr())
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); { // each line asks
		fmt.Println(waited().Nanoseconds())
	}
	stopProfile()
	return errors.Join(listener.Close(), sw.Close())
}

// waited is how long goroutines of this process have waited for a lock so far.
func waited() time.Duration {
	sample := []metrics.Sample{{Name: "/sync/mutex/wait/total:seconds"}}
	metrics.Read(sample)
	return time.Duration(sample[0].Value.Float64() * float64(time.Second))
}

// serve is one participant's signalling.
func serve(sw *sfu.Switch, conn net.Conn) {
	defer conn.Close()
	var mu sync.Mutex
	encoder, decoder := json.NewEncoder(conn), json.NewDecoder(bufio.NewReader(conn))
	send := func(m message) {
		mu.Lock()
		defer mu.Unlock()
		_ = encoder.Encode(m) // a client that has gone ends the reading below
	}
	var first message
	if decoder.Decode(&first) != nil {
		return
	}
	peer, err := sw.Room(first.Room).Join(first.Participant, sfu.Events{
		Seats: func(version uint64, seats, _ []sfu.Seat) {
			taken := 0
			for _, s := range seats {
				if s.Participant != "" {
					taken++
				}
			}
			go send(message{Version: version, Seats: taken}) // the events must not block
		},
		Closed: func(why sfu.Reason) { go send(message{Error: string(why)}) },
	})
	if err != nil {
		send(message{Error: err.Error()})
		return
	}
	defer peer.Close()
	for {
		var m message
		if decoder.Decode(&m) != nil {
			return
		}
		if m.Shown != nil {
			peer.Showing(m.Shown)
			continue
		}
		if m.Lines == nil {
			peer.Seated(m.Version)
			continue
		}
		answer, err := peer.Offer(context.Background(), m.SDP, *m.Lines)
		if err != nil {
			send(message{Error: err.Error()})
			return
		}
		send(message{SDP: answer})
	}
}

// signalling is a peer's way to a room: through it goes the one offer, and seat maps are acknowledged.
type signalling interface {
	// exchange sends the offer and gives the answer.
	exchange(sdp string, lines sfu.Lines) (string, error)
	// show says how large the others are shown.
	show(pictures []sfu.Shown) error
	close()
}

// wire is the signalling of the switch alone.
type wire struct {
	conn    net.Conn
	encoder *json.Encoder
	mu      sync.Mutex // guards encoder
	answers chan message
}

func dial(address, room, participant string) (*wire, error) {
	conn, err := net.Dial("tcp4", address)
	if err != nil {
		return nil, err
	}
	w := &wire{conn: conn, encoder: json.NewEncoder(conn), answers: make(chan message, 1)}
	if err := w.send(message{Room: room, Participant: participant}); err != nil {
		return nil, err
	}
	go func() {
		defer close(w.answers)
		decoder := json.NewDecoder(bufio.NewReader(conn))
		for {
			var m message
			if decoder.Decode(&m) != nil {
				return
			}
			switch {
			case m.Version > 0:
				_ = w.send(message{Version: m.Version})
			case m.SDP != "":
				w.answers <- m
			case m.Error != "":
				if !strings.Contains(m.Error, "left") {
					log.Printf("%s in %s: %s", participant, room, m.Error)
				}
				return
			}
		}
	}()
	return w, nil
}

func (w *wire) send(m message) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.encoder.Encode(m)
}

func (w *wire) exchange(sdp string, lines sfu.Lines) (string, error) {
	if err := w.send(message{SDP: sdp, Lines: &lines}); err != nil {
		return "", err
	}
	answer, ok := <-w.answers
	if !ok {
		return "", errors.New("no answer")
	}
	return answer.SDP, nil
}

func (w *wire) show(pictures []sfu.Shown) error { return w.send(message{Shown: pictures}) }

func (w *wire) close() { _ = w.conn.Close() }
