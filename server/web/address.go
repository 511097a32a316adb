package web

import (
	"net/netip"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// clientAddress is who really asks: from the connection's peer, walk the hops from the right for as long as a trusted
// proxy reports them. What stands left of the first untrusted hop is anybody's invention. A hop that makes no sense
// ends the walk at the proxy that reported it, and so do two headers that contradict each other: one of them was
// not written by the proxy.
func clientAddress(peer netip.Addr, xForwardedFor, forwarded []string, trusted []netip.Prefix) netip.Addr {
	peer = plain(peer)
	if !isTrusted(peer, trusted) {
		return peer
	}
	x, f := hopsOfX(xForwardedFor), hopsOfForwarded(forwarded)
	if len(x) == 0 || len(f) == 0 {
		return walk(peer, append(x, f...), trusted)
	}
	if a := walk(peer, x, trusted); a == walk(peer, f, trusted) {
		return a
	}
	return peer
}

func walk(at netip.Addr, hops []string, trusted []netip.Prefix) netip.Addr {
	for i := len(hops) - 1; i >= 0 && isTrusted(at, trusted); i-- {
		next, ok := parseHop(hops[i])
		if !ok {
			break
		}
		at = next
	}
	return at
}

func hopsOfX(lines []string) []string {
	var hops []string
	for _, line := range lines {
		hops = append(hops, strings.Split(line, ",")...)
	}
	return hops
}

func hopsOfForwarded(lines []string) []string {
	var hops []string
	for _, element := range hopsOfX(lines) {
		hop := "" // an element without for= is a hop that we can't follow
		for _, pair := range strings.Split(element, ";") {
			if name, value, _ := strings.Cut(pair, "="); strings.EqualFold(strings.TrimSpace(name), "for") {
				hop = strings.Trim(strings.TrimSpace(value), `"`)
			}
		}
		hops = append(hops, hop)
	}
	return hops
}

// parseHop reads 192.0.2.1, 192.0.2.1:80, 2001:db8::1, [2001:db8::1] and [2001:db8::1]:80.
func parseHop(hop string) (netip.Addr, bool) {
	hop = strings.TrimSpace(hop)
	if a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(hop, "["), "]")); err == nil {
		return plain(a), true
	}
	if ap, err := netip.ParseAddrPort(hop); err == nil {
		return plain(ap.Addr()), true
	}
	return netip.Addr{}, false
}

func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

func isTrusted(a netip.Addr, trusted []netip.Prefix) bool {
	for _, p := range trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// prefixOf is what a limit counts: neighbours in a /24 or /56 share one, as one household or attacker has that many.
func prefixOf(a netip.Addr) string {
	bits := 56
	if a.Is4() {
		bits = 24
	}
	if p, err := a.Prefix(bits); err == nil && p.IsValid() {
		return p.String()
	}
	return "unknown"
}

// prefix is the address prefix of the client, for limits. The address itself goes nowhere.
func (s *Server) prefix(c *fiber.Ctx) string {
	peer, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	lines := func(name string) []string {
		var out []string
		for _, line := range c.Request().Header.PeekAll(name) {
			out = append(out, string(line))
		}
		return out
	}
	return prefixOf(clientAddress(peer, lines("X-Forwarded-For"), lines("Forwarded"), s.trusted))
}
