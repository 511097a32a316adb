package sfu

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
)

// Ports is a range of UDP ports, both ends included.
type Ports struct{ First, Last uint16 }

// listen opens UDP and TCP on one port number, UDP with so many sockets. TCP comes first: two programs could share the UDP
// port without noticing.
func listen(address string, sockets int) (udp []*net.UDPConn, tcp net.Listener, err error) {
	addr, err := net.ResolveTCPAddr("tcp4", address)
	if err != nil {
		return nil, nil, err
	}
	for try := 0; ; try++ {
		tcp, err := net.ListenTCP("tcp4", addr)
		if err != nil {
			return nil, nil, err
		}
		at := &net.UDPAddr{IP: addr.IP, Port: tcp.Addr().(*net.TCPAddr).Port}
		if udp, err = listenShared(at, sockets); err == nil {
			return udp, tcp, nil
		}
		_ = tcp.Close()
		if addr.Port != 0 || try == 20 { // a free TCP port may be taken for UDP
			return nil, nil, err
		}
	}
}

// listenAlone opens a free port of the range for one peer.
func (r Ports) listenAlone(ip net.IP) (*net.UDPConn, error) {
	size := int(r.Last) - int(r.First) + 1
	start := rand.IntN(size)
	for i := range size {
		at := &net.UDPAddr{IP: ip, Port: int(r.First) + (start+i)%size}
		if conn, err := net.ListenUDP("udp4", at); err == nil {
			return conn, nil
		}
	}
	return nil, errors.New("sfu: no free media port")
}

func (r Ports) check() error {
	if r != (Ports{}) && (r.First == 0 || r.Last < r.First) {
		return fmt.Errorf("sfu: %d-%d is no range of ports", r.First, r.Last)
	}
	return nil
}
