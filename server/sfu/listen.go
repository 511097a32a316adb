package sfu

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
)

// Ports is a range of UDP ports, both ends included.
type Ports struct{ First, Last uint16 }

// listen opens UDP and TCP on one port number, UDP with so many sockets. TCP comes first: two programs could share the UDP
// port without noticing. both: IPv6 beside IPv4, if the address is a port alone and the machine has it.
func listen(address string, sockets int, both bool) (udp []*net.UDPConn, tcp net.Listener, err error) {
	network := "tcp4"
	if host, _, err := net.SplitHostPort(address); err == nil && (host == "" && both || strings.Contains(host, ":")) {
		network = "tcp"
	}
	addr, err := net.ResolveTCPAddr(network, address)
	if err != nil {
		return nil, nil, err
	}
	for try := 0; ; try++ {
		tcp, err := net.ListenTCP(network, addr)
		if err != nil {
			return nil, nil, err
		}
		own := tcp.Addr().(*net.TCPAddr)
		at := &net.UDPAddr{IP: own.IP, Port: own.Port}
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
		if conn, err := net.ListenUDP(networkOf(at), at); err == nil {
			return conn, nil
		}
	}
	return nil, errors.New("sfu: no free media port")
}

// networkOf is what to open for an address. All of IPv6's are IPv4's too.
func networkOf(at *net.UDPAddr) string {
	if at.IP.To4() != nil {
		return "udp4"
	}
	return "udp"
}

func (r Ports) check() error {
	if r != (Ports{}) && (r.First == 0 || r.Last < r.First) {
		return fmt.Errorf("sfu: %d-%d is no range of ports", r.First, r.Last)
	}
	return nil
}
