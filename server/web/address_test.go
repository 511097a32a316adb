package web

import (
	"net/netip"
	"testing"
)

func TestTheClientIsTheRightmostUntrustedHop(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:ffff::/48")}
	list := func(s ...string) []string { return s }
	for _, tt := range []struct {
		name, peer   string
		x, forwarded []string
		want         string
	}{
		{"direct", "203.0.113.9", nil, nil, "203.0.113.9"},
		{"direct, spoofed", "203.0.113.9", list("6.6.6.6"), nil, "203.0.113.9"},
		{"direct, spoofed as the proxy", "203.0.113.9", list("10.0.0.1"), list("for=10.0.0.1"), "203.0.113.9"},
		{"one proxy", "10.0.0.1", list("203.0.113.9"), nil, "203.0.113.9"},
		{"one proxy, silent", "10.0.0.1", nil, nil, "10.0.0.1"},
		{"one proxy, spoofed", "10.0.0.1", list("6.6.6.6, 203.0.113.9"), nil, "203.0.113.9"},
		{"one proxy, spoofed in a line of its own", "10.0.0.1", list("6.6.6.6", "203.0.113.9"), nil, "203.0.113.9"},
		{"one proxy, spoofed with a trusted hop", "10.0.0.1", list("10.0.0.7, 203.0.113.9"), nil, "203.0.113.9"},
		{"two proxies", "10.0.0.1", list("203.0.113.9, 10.0.0.2"), nil, "203.0.113.9"},
		{"two proxies, spoofed", "10.0.0.1", list("6.6.6.6, 203.0.113.9,10.0.0.2"), nil, "203.0.113.9"},
		{"only proxies", "10.0.0.1", list("10.0.0.3, 10.0.0.2"), nil, "10.0.0.3"},
		{"garbage", "10.0.0.1", list("203.0.113.9, nonsense"), nil, "10.0.0.1"},
		{"garbage further left", "10.0.0.1", list("nonsense, 203.0.113.9, 10.0.0.2"), nil, "203.0.113.9"},
		{"garbage behind the second proxy", "10.0.0.1", list("nonsense, 10.0.0.2"), nil, "10.0.0.2"},
		{"empty", "10.0.0.1", list(""), nil, "10.0.0.1"},
		{"trailing comma", "10.0.0.1", list("203.0.113.9,"), nil, "10.0.0.1"},
		{"unknown", "10.0.0.1", nil, list("for=unknown"), "10.0.0.1"},
		{"obfuscated", "10.0.0.1", nil, list("for=_hidden"), "10.0.0.1"},
		{"with a port", "10.0.0.1", list("203.0.113.9:4711"), nil, "203.0.113.9"},
		{"IPv6", "2001:db8:ffff::1", list("2001:db8::9"), nil, "2001:db8::9"},
		{"IPv6 in brackets", "10.0.0.1", list("[2001:db8::9]"), nil, "2001:db8::9"},
		{"IPv6 with a port", "10.0.0.1", list("[2001:db8::9]:443"), nil, "2001:db8::9"},
		{"mapped peer", "::ffff:10.0.0.1", list("203.0.113.9"), nil, "203.0.113.9"},
		{"mapped hop", "10.0.0.1", list("::ffff:203.0.113.9"), nil, "203.0.113.9"},
		{"mapped proxy hop", "10.0.0.1", list("203.0.113.9, ::ffff:10.0.0.2"), nil, "203.0.113.9"},
		{"zone", "10.0.0.1", list("fe80::1%eth0"), nil, "fe80::1"},
		{"Forwarded", "10.0.0.1", nil, list(`for=203.0.113.9;proto=https;by=10.0.0.1`), "203.0.113.9"},
		{"Forwarded, quoted", "10.0.0.1", nil, list(`proto=https; For="[2001:db8::9]:4711"`), "2001:db8::9"},
		{"Forwarded, spoofed", "10.0.0.1", nil, list(`for=6.6.6.6, for=203.0.113.9`), "203.0.113.9"},
		{"Forwarded without for", "10.0.0.1", nil, list(`for=203.0.113.9, proto=https`), "10.0.0.1"},
		{"both, agreeing", "10.0.0.1", list("203.0.113.9"), list("for=203.0.113.9"), "203.0.113.9"},
		{"both, one spoofed", "10.0.0.1", list("203.0.113.9"), list("for=6.6.6.6"), "10.0.0.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := clientAddress(netip.MustParseAddr(tt.peer), tt.x, tt.forwarded, trusted); got.String() != tt.want {
				t.Errorf("got %v, want %s", got, tt.want)
			}
		})
	}
}

func TestNeighboursShareALimit(t *testing.T) {
	for in, want := range map[string]string{
		"203.0.113.9": "203.0.113.0/24", "2001:db8:1:2ff::1": "2001:db8:1:200::/56", "127.0.0.1": "127.0.0.0/24",
	} {
		if got := prefixOf(netip.MustParseAddr(in)); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	if got := prefixOf(netip.Addr{}); got != "unknown" {
		t.Errorf("no address: %s", got)
	}
}
