package visit

import (
	"context"
	"crypto/rand"
	"time"

	"schalter/server/civic"
	"schalter/server/sfu"
)

const (
	// maxProbes is how many connection tests run on this machine at once.
	maxProbes = 60
	// probeLife is how long one may take: a way that needs longer carries no conversation.
	probeLife = 15 * time.Second
)

// Probe answers the offer of a connection test: a room of its own on the real switch, with nobody else in it, that is
// gone after probeLife or when the client hangs up. The offer has a data channel and nothing else.
//
// Errors: TooMany when too many people test at once; Invalid for an offer that the switch does not take.
func (s *Service) Probe(ctx context.Context, offer string) (answer string, err error) {
	select {
	case s.probing <- struct{}{}:
	default:
		return "", civic.Errorf(civic.TooMany, civic.KeyTooManyRequests, "%d connection tests are running", maxProbes)
	}
	over := make(chan struct{}) // closed by the switch: the peer has ended, or never was
	id := "probe-" + rand.Text()
	peer, err := s.media.Room(id).Join("probe", sfu.Events{Closed: func(sfu.Reason) { close(over) }})
	if err != nil {
		<-s.probing
		return "", civic.Errorf(civic.Unavailable, civic.KeyRoomUnavailable, "probe: %v", err)
	}
	s.running.Go(func() {
		life := time.NewTimer(probeLife)
		defer life.Stop()
		select {
		case <-over:
		case <-life.C:
		case <-s.ctx.Done():
		}
		peer.Close()
		<-s.probing
	})
	answer, err = peer.Offer(ctx, offer, sfu.Lines{})
	if err != nil {
		peer.Close()
		return "", civic.Errorf(civic.Invalid, civic.KeyRoomUnavailable, "probe: %v", err)
	}
	return answer, nil
}
