package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/protocol"
	"schalter/server/queue"
)

// draw issues a number. One browser holds one open ticket; the same Idempotency-Key draws the same number again.
func (s *Server) draw(c *fiber.Ctx) error {
	d, err := body[protocol.Draw](s, c)
	if err != nil {
		return err
	}
	key := c.Get("Idempotency-Key")
	if len(key) < 32 || len(key) > 128 {
		return civic.Errorf(civic.Invalid, civic.KeyBodyMalformed, "Idempotency-Key has %d characters, want 32 to 128", len(key))
	}
	ctx := s.ctx(c)
	if err := s.holdsAnother(ctx, c, key); err != nil {
		return err
	}
	secret := identity.NewSecret()
	t, err := s.deps.Queue.Draw(ctx, queue.Draw{
		Authority: d.Authority, Office: d.Office, Topic: d.Topic, Lang: d.Lang, SecretHash: secret.Hash, Idempotency: identity.Hash(key),
	})
	if err != nil {
		return err
	}
	return s.drawn(c, t, secret.Text, d.NoCookie, fiber.StatusCreated)
}

// holdsAnother refuses a second number to a browser whose first is still open, unless it is the same draw again.
func (s *Server) holdsAnother(ctx context.Context, c *fiber.Ctx, key string) error {
	cookie := c.Cookies(ticketCookie)
	if cookie == "" {
		return nil
	}
	caller, err := s.deps.Identity.Citizen(ctx, cookie)
	if code := civic.CodeOf(err); code == civic.Unauthenticated || code == civic.Gone {
		return nil // an old cookie, or one whose ticket is on another device
	}
	if err != nil {
		return err
	}
	t, err := s.deps.Queue.Held(ctx, caller)
	if err != nil || t.State.Over() {
		return err
	}
	same, err := s.deps.Queue.DrawnWith(ctx, identity.Hash(key), t.ID)
	if err != nil || same {
		return err
	}
	return civic.Errorf(civic.Conflict, civic.KeyTicketHeld, "browser holds ticket %s", t.ID)
}

// drawn answers with the ticket and its secret: in the cookie, or in the body for a browser that refuses it.
func (s *Server) drawn(c *fiber.Ctx, t civic.Ticket, secret string, noCookie bool, status int) error {
	ctx := s.ctx(c)
	view, err := s.drawnTicket(ctx, t)
	if err != nil {
		return err
	}
	answer := protocol.Drawn{Ticket: view}
	if noCookie {
		answer.Secret = secret
		caller := civic.Caller{Role: civic.RoleCitizen, AuthorityID: t.AuthorityID, Ticket: t.ID}
		if answer.Resume, err = s.deps.Identity.ResumeCode(ctx, caller); err != nil {
			return err
		}
	}
	setTicketCookie(c, secret)
	return c.Status(status).JSON(answer)
}

// drawnTicket is the view of a ticket for the answer to a draw. The feed does not know a number just drawn, nor maybe
// those just before it: they are counted, which is cheaper than a view of all.
func (s *Server) drawnTicket(ctx context.Context, t civic.Ticket) (protocol.CitizenTicket, error) {
	snap, err := s.deps.Queue.Snapshot(ctx, t.AuthorityID, t.OfficeID)
	if err != nil {
		return protocol.CitizenTicket{}, err
	}
	there, _, here := snap.Ticket(t.ID)
	if here && there.State != t.State || !here && t.State != civic.Waiting { // not just drawn
		if snap, err = s.deps.Queue.Fresh(ctx, t.AuthorityID, t.OfficeID); err != nil {
			return protocol.CitizenTicket{}, err
		}
		here = true
	}
	if here {
		return citizenTicket(snap, t, s.now().UTC()), nil
	}
	ahead, err := s.deps.Queue.Before(ctx, t)
	if err != nil {
		return protocol.CitizenTicket{}, err
	}
	v := citizenTicket(snap, t, s.now().UTC())
	v.Ahead, v.Estimate = ahead, rangeOf(snap.Estimate(ahead))
	return v, nil
}

// resume exchanges a one-time code for the ticket.
func (s *Server) resume(c *fiber.Ctx) error {
	r, err := body[protocol.Resume](s, c)
	if err != nil {
		return err
	}
	ctx := s.ctx(c)
	resumed, err := s.deps.Identity.Resume(ctx, r.Code)
	if err != nil {
		return err
	}
	if resumed.Moved {
		s.latest.moved(ticketKey(resumed.Caller.Ticket))
	}
	t, err := s.deps.Queue.Held(ctx, resumed.Caller)
	if err != nil {
		return err
	}
	return s.drawn(c, t, resumed.Secret, r.NoCookie, fiber.StatusOK)
}

func (s *Server) resumeCode(c *fiber.Ctx) error {
	code, err := s.deps.Identity.ResumeCode(s.ctx(c), s.caller(c))
	if err != nil {
		return err
	}
	return c.JSON(protocol.ResumeCode{Code: code})
}

// ticket answers with the own ticket as it stands, also when it is over: then the cookie has done its work, and goes.
func (s *Server) ticket(c *fiber.Ctx) error {
	v, err := s.ownTicket(s.ctx(c), s.caller(c))
	if err != nil {
		return err
	}
	if v.State.Over() {
		setCookie(c, ticketCookie, "", -time.Second, fasthttp.CookieSameSiteNoneMode)
	}
	return c.JSON(v)
}

func (s *Server) ownTicket(ctx context.Context, caller civic.Caller) (protocol.CitizenTicket, error) {
	t, err := s.deps.Queue.Held(ctx, caller)
	if err != nil {
		return protocol.CitizenTicket{}, err
	}
	snap, err := s.deps.Queue.Fresh(ctx, t.AuthorityID, t.OfficeID)
	if err != nil {
		return protocol.CitizenTicket{}, err
	}
	return citizenTicket(snap, t, s.now().UTC()), nil
}

func (s *Server) about(c *fiber.Ctx) error {
	a, err := body[protocol.About](s, c)
	if err != nil {
		return err
	}
	err = s.deps.Queue.Describe(s.ctx(c), s.caller(c), queue.About{
		Topic: a.Topic, Name: a.Name, Lang: a.Lang, TextOnly: a.TextOnly, Camera: a.Camera, Microphone: a.Microphone,
		Wants: a.Wants, Priority: a.Priority, Interpreter: a.Interpreter, Away: a.Away,
	})
	if err != nil {
		return err
	}
	return s.ticket(c)
}

func (s *Server) moreTime(c *fiber.Ctx) error { return s.moved(c, s.deps.Queue.MoreTime) }
func (s *Server) comeBack(c *fiber.Ctx) error { return s.moved(c, s.deps.Queue.Return) }
func (s *Server) leave(c *fiber.Ctx) error    { return s.moved(c, s.deps.Queue.Leave) }

func (s *Server) moved(c *fiber.Ctx, move func(context.Context, civic.Caller) error) error {
	if err := move(s.ctx(c), s.caller(c)); err != nil {
		return err
	}
	return s.ticket(c)
}

// enter admits the citizen and grants the room; while the conversation runs it renews the grant.
func (s *Server) enter(c *fiber.Ctx) error {
	ctx := s.ctx(c)
	v, err := s.deps.Queue.Enter(ctx, s.caller(c))
	if err != nil {
		return err
	}
	grant, err := s.grant(ctx, v, civic.SideCitizen)
	if err != nil {
		return err
	}
	return c.JSON(grant)
}

// probe lets a browser try the way to the switch before it matters.
func (s *Server) probe(c *fiber.Ctx) error {
	p, err := body[protocol.Probe](s, c)
	if err != nil {
		return err
	}
	ctx := s.ctx(c)
	t, err := s.deps.Queue.Held(ctx, s.caller(c))
	if err != nil {
		return err
	}
	if t.State.Over() {
		return civic.Errorf(civic.Gone, civic.KeyTicketOver, "ticket %s is %s", t.ID, t.State)
	}
	answer, err := s.deps.Visits.Probe(ctx, p.SDP)
	if err != nil {
		return err
	}
	return c.JSON(protocol.Probed{
		SDP: answer, ICE: s.ice("probe "+string(t.ID), string(civic.SideCitizen)), RelayOnly: s.relaysOnly,
	})
}

// ticketSocket keeps a citizen's page up to date. The newest page of a ticket is the one that counts.
func (s *Server) ticketSocket(c *fiber.Ctx) error {
	cookie := s.secret(c, civic.RoleCitizen)
	return serveSocket(s, c, &TicketSocket, func(ctx context.Context, t *Talk, first protocol.Hello) error {
		if err := spoken(first.Versions); err != nil {
			return err
		}
		secret := cookie
		if first.Secret != "" {
			secret = first.Secret
		}
		caller, err := s.deps.Identity.Citizen(ctx, secret)
		if err != nil {
			return err
		}
		s.latest.take(ticketKey(caller.Ticket), t)
		if _, err := s.deps.Identity.Citizen(ctx, secret); err != nil { // it may have moved before this page was the latest
			return err
		}
		seen := func() { s.deps.Queue.SeenTicket(caller.Ticket) }
		seen()
		t.OnPong(seen)
		t.Send(protocol.FrameWelcome, protocol.Welcome{Version: protocol.Version, Now: s.now().UTC()})
		t.Go(func(ctx context.Context) error { return s.tellTicket(ctx, t, caller) })
		return nil
	})
}

const (
	// viewRest is the least time between two frames of one view, a call excepted.
	viewRest = 250 * time.Millisecond
	// viewAnew is how often a view is looked at although nothing was said to have changed.
	viewAnew = 30 * time.Second
)

// tellTicket sends the ticket's view whenever it changes, until ctx ends. A change of state, such as the call, goes out at
// once; positions at most every viewRest.
func (s *Server) tellTicket(ctx context.Context, t *Talk, caller civic.Caller) error {
	var held civic.Ticket
	look := func() (err error) {
		held, err = s.deps.Queue.Held(ctx, caller)
		return err
	}
	if err := aside(look); err != nil {
		return err
	}
	var last protocol.CitizenTicket
	var sent time.Time
	var feed *queue.Feed
	var own <-chan struct{}
	end := func() {}
	defer func() { end() }()
	for {
		now, err := s.deps.Queue.Watch(ctx, held.AuthorityID, held.OfficeID)
		if err != nil {
			return err
		}
		if now != feed { // another office's, or begun anew
			end()
			feed = now
			own, end = feed.Own(caller.Ticket)
		}
		snap, changed := feed.Snapshot()
		if _, _, here := snap.Ticket(caller.Ticket); !here { // over, transferred, or younger than the snapshot: the row knows
			before := held.OfficeID
			if err = aside(look); err != nil {
				return err
			}
			if held.OfficeID != before {
				continue
			}
		}
		view := citizenTicket(snap, held, s.now().UTC())
		rest := viewRest - s.now().Sub(sent)
		switch {
		case same(view, last):
		case view.State == last.State && rest > 0:
			if !wait(ctx, rest, own) {
				return nil
			}
			continue
		default:
			t.Send(protocol.FrameTicket, view)
			last, sent = view, s.now()
		}
		if view.State.Over() {
			return nil // nothing comes after it; the page keeps its socket until it goes
		}
		if !waitEither(ctx, viewAnew, changed, own) {
			return nil
		}
	}
}

// ticketKey names the pages of a ticket.
func ticketKey(t civic.TicketID) string { return "ticket:" + string(t) }

// wait waits for d, or until changed is closed. It returns false when ctx has ended.
func wait(ctx context.Context, d time.Duration, changed <-chan struct{}) bool {
	return waitEither(ctx, d, changed, nil)
}

// waitEither waits for d, or until changed is closed or own receives.
func waitEither(ctx context.Context, d time.Duration, changed, own <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-changed:
	case <-own:
	case <-timer.C:
	}
	return true
}

// spoken refuses a client that does not speak our protocol's version.
func spoken(versions []int) error {
	for _, v := range versions {
		if v == protocol.Version {
			return nil
		}
	}
	return civic.Errorf(civic.Gone, civic.KeyProtocolVersion, "client speaks %v, server %d", versions, protocol.Version)
}
