package sfu

import (
	"net"
	"net/netip"
	"slices"
)

// announced are the IP addresses that answers name, or nearly so: what is in here and is not named is the machine's own.
func (s *Switch) announced() []netip.Addr {
	var out []netip.Addr
	for _, text := range s.addresses {
		if a, err := netip.ParseAddr(text); err == nil {
			out = append(out, a.Unmap())
		}
	}
	if len(out) > 0 {
		return out
	}
	if s.bound.IsValid() && !s.bound.IsUnspecified() {
		return []netip.Addr{s.bound}
	}
	return machineAddresses()
}

// announcesSix says whether browsers may be told addresses of IPv6.
func (s *Switch) announcesSix() bool {
	return len(s.addresses) == 0 || slices.ContainsFunc(s.announced(), netip.Addr.Is6)
}

// machineAddresses are this machine's own.
func machineAddresses() (out []netip.Addr) {
	own, _ := net.InterfaceAddrs() // none: nothing is reached
	for _, o := range own {
		if p, ok := o.(*net.IPNet); ok {
			if a, ok := netip.AddrFromSlice(p.IP); ok && !a.IsLinkLocalUnicast() {
				out = append(out, a.Unmap())
			}
		}
	}
	return out
}

// reach is where a relay on this machine finds the media socket that browsers know as peer. It is false for everything
// else in the world: this is the relay's whole list of whom it may talk to.
func (s *Switch) reach(peer netip.AddrPort) (netip.AddrPort, bool) {
	if !s.owns(peer.Port()) || !slices.Contains(s.announced(), peer.Addr()) {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(s.near(peer.Addr().Is6()), peer.Port()), true
}

// owns says whether a UDP port is one of the switch's.
func (s *Switch) owns(port uint16) bool {
	if s.shared != nil {
		return int(port) == s.port
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.alone[port]
}

// near is the address by which this machine reaches its own media sockets: no packet of a relay leaves it. It is an
// announced one if it can be, and a loopback's only if there is no other: Firefox believes in none of those.
func (s *Switch) near(six bool) netip.Addr {
	if s.bound.IsValid() && !s.bound.IsUnspecified() && s.bound.Is6() == six {
		return s.bound
	}
	best := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	if six {
		best = netip.IPv6Loopback()
	}
	announced := s.announced()
	for _, a := range machineAddresses() {
		if a.Is6() == six && !a.IsLoopback() && (best.IsLoopback() || slices.Contains(announced, a)) {
			best = a
		}
	}
	return best
}
