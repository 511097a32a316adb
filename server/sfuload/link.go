package main

import (
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/pion/transport/v4"
	"github.com/pion/transport/v4/stdnet"
)

// link is a bad line, emulated in the generator's own sockets: each way loses a share of the packets and takes a while.
type link struct {
	*stdnet.Net
	loss  float64
	delay time.Duration // each way
}

func newLink(loss float64, delay time.Duration) (*link, error) {
	n, err := stdnet.NewNet()
	return &link{Net: n, loss: loss, delay: delay}, err
}

// ListenUDP makes the sockets of the peer's candidates.
func (l *link) ListenUDP(network string, address *net.UDPAddr) (transport.UDPConn, error) {
	conn, err := l.Net.ListenUDP(network, address)
	if err != nil {
		return nil, err
	}
	s := &slowSocket{UDPConn: conn, link: l, in: make(chan datagram, 4096), out: make(chan datagram, 4096), done: make(chan struct{})}
	go s.receive()
	go s.transmit()
	return s, nil
}

type datagram struct {
	payload []byte
	peer    net.Addr
	due     time.Time
}

type slowSocket struct {
	transport.UDPConn
	link *link
	in   chan datagram
	out  chan datagram
	done chan struct{}
	once sync.Once
}

// queue takes a packet into one direction, or loses it.
func (s *slowSocket) queue(to chan datagram, b []byte, peer net.Addr) {
	if rand.Float64() < s.link.loss {
		return
	}
	select {
	case to <- datagram{append([]byte(nil), b...), peer, time.Now().Add(s.link.delay)}:
	case <-s.done:
	default: // a full line loses too
	}
}

func (s *slowSocket) receive() {
	defer close(s.in)
	b := make([]byte, 2000)
	for {
		n, from, err := s.UDPConn.ReadFrom(b)
		if err != nil {
			return
		}
		s.queue(s.in, b[:n], from)
	}
}

func (s *slowSocket) transmit() {
	for {
		select {
		case d := <-s.out:
			time.Sleep(time.Until(d.due))
			_, _ = s.UDPConn.WriteTo(d.payload, d.peer)
		case <-s.done:
			return
		}
	}
}

func (s *slowSocket) ReadFrom(b []byte) (int, net.Addr, error) {
	d, ok := <-s.in
	if !ok {
		return 0, nil, net.ErrClosed
	}
	time.Sleep(time.Until(d.due))
	return copy(b, d.payload), d.peer, nil
}

func (s *slowSocket) WriteTo(b []byte, to net.Addr) (int, error) {
	s.queue(s.out, b, to)
	return len(b), nil
}

func (s *slowSocket) Close() error {
	s.once.Do(func() { close(s.done) })
	return s.UDPConn.Close()
}
