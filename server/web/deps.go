package web

import (
	"context"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/queue"
	"schalter/server/settings"
	"schalter/server/sfu"
	"schalter/server/statistics"
	"schalter/server/visit"
)

// Deps are the features behind the edge.
type Deps struct {
	Identity   *identity.Service
	Queue      *queue.Service
	Settings   *settings.Service
	Statistics *statistics.Service
	Visits     *visit.Service
	Relays     *sfu.TURN // nil: none
}

func (d Deps) asks() asks {
	return asks{
		caller: func(ctx context.Context, role civic.Role, secret string) (civic.Caller, error) {
			if role.Staff() {
				w, err := d.Identity.Who(ctx, secret)
				return w.Caller(), err
			}
			if role == civic.RoleGuest {
				return d.Visits.Guest(ctx, secret)
			}
			return d.Identity.Citizen(ctx, secret)
		},
		authority: func(ctx context.Context, slug string) (civic.Authority, error) {
			a, _, err := d.Queue.Board(ctx, slug)
			return a, err
		},
	}
}
