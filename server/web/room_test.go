package web

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"schalter/server/protocol"
	"schalter/server/sfu"
)

// TestCredentialsAreRenewed: three hours of one conversation. Whoever changes the network at any moment of it has a credential
// that is good for minutes, always under the same name; and with the socket it ends.
func TestCredentialsAreRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relays, err := sfu.NewTURN(nil, sfu.TURNConfig{URLs: []string{"turns:relay.example:443?transport=tcp"}, Secret: []byte("shared with it by us")})
		if err != nil {
			t.Fatal(err)
		}
		s := &Server{deps: Deps{Relays: relays}}
		ctx, cancel := context.WithCancel(t.Context())
		talk := &Talk{s: s, ctx: ctx, cancel: cancel, out: make(chan []byte, outboxSize), ending: make(chan struct{})}
		latest := s.ice("room", "citizen") // comes with the grant
		name := func(ice []protocol.ICE) (until time.Time, who string) {
			t.Helper()
			if len(ice) != 1 || ice[0].Credential == "" || len(ice[0].URLs) != 1 {
				t.Fatalf("relays %+v", ice)
			}
			at, who, _ := strings.Cut(ice[0].Username, ":")
			seconds, err := strconv.ParseInt(at, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return time.Unix(seconds, 0), who
		}
		_, who := name(latest)
		s.renewICE(talk, "room", "citizen")
		renewed := 0
		for start := time.Now(); time.Since(start) < 3*time.Hour; {
			time.Sleep(10 * time.Second) // of the test's own clock
			synctest.Wait()
			select {
			case text := <-talk.out:
				var f protocol.Frame
				var r protocol.Relays
				if err := json.Unmarshal(text, &f); err != nil || f.Type != protocol.FrameICE || json.Unmarshal(f.Data, &r) != nil {
					t.Fatalf("heard %s", text)
				}
				latest = r.ICE
				renewed++
			default:
			}
			until, now := name(latest)
			if now != who {
				t.Fatalf("renewed for %s, was %s: the quota would count two", now, who)
			}
			if left := time.Until(until); left < 4*time.Minute {
				t.Fatalf("after %v the credential is good for %v only", time.Since(start), left)
			}
		}
		if renewed != 36 { // every five minutes
			t.Errorf("renewed %d times", renewed)
		}
		cancel()
		talk.along.Wait()
		if len(talk.out) != 0 {
			t.Error("a frame after the end")
		}
	})
}

// TestWithoutARelayNothingIsRenewed: no goroutine, no frame.
func TestWithoutARelayNothingIsRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		talk := &Talk{ctx: t.Context(), out: make(chan []byte, outboxSize), ending: make(chan struct{})}
		(&Server{}).renewICE(talk, "room", "citizen")
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(talk.out) != 0 {
			t.Error("a frame came")
		}
	})
}
