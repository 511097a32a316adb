package web

import (
	"encoding/json"
	"net/netip"
	"testing"

	"schalter/server/protocol"
)

// FuzzDecode: whatever passes fits its type, says the same when it is said again, and keeps its limits.
func FuzzDecode(f *testing.F) {
	s := newSchemas()
	for _, seed := range []string{
		`{"authority":"a","office":"o"}`, `{"id":1,"sdp":"v=0","lines":{"seats":[{"sound":"1","picture":"2"}]}}`, `{"versions":[1]}`,
		`{"name":"ä","camera":"ready"}`, `{"until":"2026-11-21T09:00:00Z"}`, `[[[`, `{"a":1,"a":2}`, `null`, `1e999`, `"\ud800"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, v := range []any{&protocol.Draw{}, &protocol.Offer{}, &protocol.Hello{}, &protocol.About{}, &protocol.PauseDesk{}, &protocol.Seated{}} {
			if s.decode(data, v) != nil {
				continue
			}
			again, err := json.Marshal(v)
			if err != nil {
				t.Fatalf("%T from %q: %v", v, data, err)
			}
			if err := s.decode(again, v); err != nil {
				t.Errorf("%T: %q passes, but %q does not: %v", v, data, again, err)
			}
		}
		_, _ = parseFrame(data)
	})
}

// FuzzClientAddress: a client behind one proxy that appends can't choose the address that we see.
func FuzzClientAddress(f *testing.F) {
	f.Add("6.6.6.6", "for=6.6.6.6")
	f.Add("10.0.0.9, ,", `for="[::1]:1", for=_x;`)
	proxy, client := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("203.0.113.9")
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.1/32")}
	f.Fuzz(func(t *testing.T, x, forwarded string) {
		got := clientAddress(proxy, []string{x, client.String()}, []string{forwarded}, trusted)
		if got != client && got != proxy {
			t.Errorf("X-Forwarded-For %q, Forwarded %q: %v", x, forwarded, got)
		}
		if got := clientAddress(proxy, []string{x + ", " + client.String()}, nil, trusted); got != client {
			t.Errorf("X-Forwarded-For %q: %v", x, got)
		}
	})
}
