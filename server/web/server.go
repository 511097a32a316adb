package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
)

// Config is what the edge has to know of the world.
type Config struct {
	PublicURL      string         // origin of board, frame and citizens' API, as browsers see it: "https://schalter.example"
	ConsoleURL     string         // origin of the clerks' console; another one
	TrustedProxies []netip.Prefix // whose X-Forwarded-For and Forwarded are believed
	Unlimited      bool           // no rate limits: load tests only
	RelaysOnly     bool           // browsers come by Deps.Relays alone
	Widget         fs.FS          // widget.FS: board.js, manifest.json, assets/
	Log            *slog.Logger
	Now            func() time.Time // nil: time.Now
}

// requestTime is the deadline of every request. Sockets live longer.
const requestTime = 10 * time.Second

// Server is the edge. New makes it, Serve runs it, Shutdown ends it.
type Server struct {
	deps    Deps
	asks    asks
	log     *slog.Logger
	now     func() time.Time
	app     *fiber.App
	origins origins
	trusted []netip.Prefix
	limits  *limits
	schemas schemas
	pages   *pages
	sockets sockets

	relaysOnly bool
	latest     latest
	times      times

	base context.Context // of all requests and sockets
	stop context.CancelFunc
}

// times are constants, but for tests of this package.
type times struct {
	read, idle                       time.Duration // of a connection
	firstFrame, ping, silence, write time.Duration // of a socket
}

var ordinaryTimes = times{
	read: 10 * time.Second, idle: 60 * time.Second,
	firstFrame: 5 * time.Second, ping: 10 * time.Second, silence: 45 * time.Second, write: 5 * time.Second,
}

// New makes the edge. It fails if the origins make no sense or the widget is not built.
func New(cfg Config, deps Deps) (*Server, error) {
	s, err := newServer(cfg, deps.asks(), Routes, ordinaryTimes)
	if err != nil {
		return nil, err
	}
	s.deps = deps
	return s, nil
}

// asks is what the edge itself asks the features, before any handler runs.
type asks struct {
	caller    func(ctx context.Context, role civic.Role, secret string) (civic.Caller, error) // Unauthenticated if nobody holds it
	authority func(ctx context.Context, slug string) (civic.Authority, error)                 // NotFound
}

func newServer(cfg Config, ask asks, routes []Route, t times) (*Server, error) {
	o, err := newOrigins(cfg.PublicURL, cfg.ConsoleURL)
	if err != nil {
		return nil, err
	}
	p, err := newPages(cfg.Widget)
	if err != nil {
		return nil, err
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Server{
		asks: ask, log: cfg.Log, now: cfg.Now, origins: o, trusted: cfg.TrustedProxies, relaysOnly: cfg.RelaysOnly,
		limits: newLimits(cfg.Now, cfg.Unlimited), schemas: newSchemas(), pages: p, times: t,
	}
	s.base, s.stop = context.WithCancel(context.Background())
	s.app = fiber.New(fiber.Config{
		Immutable:             true, // strings of a Ctx stay valid: one class of bugs less
		CaseSensitive:         true,
		StreamRequestBody:     true, // else a body over the limit resets the connection without an answer; see readBody
		BodyLimit:             bodyLimit,
		ReadBufferSize:        8 << 10,
		ReadTimeout:           t.read, // headers and body: slow senders are cut
		IdleTimeout:           t.idle,
		Concurrency:           64 << 10,
		DisableStartupMessage: true,
		ErrorHandler:          func(c *fiber.Ctx, err error) error { return s.refuse(c, err) },
	})
	s.app.Server().KeepHijackedConns = true // a socket closes its own
	s.app.Use(s.edge)
	for i := range routes {
		r := &routes[i]
		if r.Handle == nil {
			continue
		}
		run := func(c *fiber.Ctx) error { return s.run(c, r) }
		s.app.Add(r.Method, fiberPath(r.Path), run)
		if r.Method == get && r.Socket == nil {
			s.app.Add(fiber.MethodHead, fiberPath(r.Path), run) // link checkers and monitors
		}
	}
	return s, nil
}

// fiberPath turns {name} and {name...} into Fiber's :name and *.
func fiberPath(path string) string {
	if head, _, ok := strings.Cut(path, "{path...}"); ok {
		return head + "*"
	}
	return pathParam.ReplaceAllString(path, ":$1")
}

// Serve answers on ln until Shutdown.
func (s *Server) Serve(ln net.Listener) error { return s.app.Listener(ln) }

// Shutdown stops accepting, closes all sockets with 1001 and waits for running requests, until ctx ends.
func (s *Server) Shutdown(ctx context.Context) error {
	defer s.stop()
	socketErr := s.sockets.shutdown(ctx)
	if err := s.app.ShutdownWithContext(ctx); err != nil {
		return fmt.Errorf("shut down listener: %w", err)
	}
	return socketErr
}

// edge is around every request: id, panic, log, host, body. Its errors are answered here, so that the log knows them.
func (s *Server) edge(c *fiber.Ctx) error {
	start := s.now()
	id := newRequestID()
	c.Locals(keyRequestID, id)
	err := guarded(func() error { return s.answer(c) })
	if cancel, ok := c.Locals(keyCancel).(context.CancelFunc); ok {
		cancel()
	}
	if err != nil {
		if werr := s.refuse(c, err); werr != nil {
			return werr
		}
	}
	route, _ := c.Locals(keyRoute).(*Route)
	path := "-"
	if route != nil {
		path = route.Path
	}
	// No address, no token and no real path: a path may hold a name.
	s.log.Info("request", "method", c.Method(), "route", path, "status", c.Response().StatusCode(),
		"took", s.now().Sub(start).Round(time.Microsecond), "request", id)
	return nil
}

// guarded turns a panic into a foreign error.
func guarded(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return do()
}

func (s *Server) answer(c *fiber.Ctx) error {
	site, err := s.origins.site(string(c.Request().Host()))
	if err != nil {
		return err
	}
	c.Locals(keySite, site)
	if err := readBody(c); err != nil {
		return err
	}
	return c.Next()
}

// run is around every handler: everything that the route's line says.
func (s *Server) run(c *fiber.Ctx, r *Route) error {
	site := c.Locals(keySite).(Site)
	if r.Site != Both && r.Site != site {
		return c.Next() // does not exist here
	}
	c.Locals(keyRoute, r)
	s.setHeaders(c, r.Kind, site)
	if err := s.checkOrigin(c, r, site); err != nil {
		return err
	}
	if r.Limit.perAddress() {
		if err := s.limits.allow(r.Limit, s.prefix(c)); err != nil {
			return err
		}
	}
	if r.Role != civic.RoleNobody {
		caller, err := s.asks.caller(s.ctx(c), r.Role, s.secret(c, r.Role))
		if err != nil {
			return err
		}
		if !caller.Role.Includes(r.Role) {
			return civic.Errorf(civic.Forbidden, civic.KeyForbidden, "role %s is not %s", caller.Role, r.Role)
		}
		if r.Role.Staff() && caller.Stage != civic.StageFull && !slices.Contains(r.During, caller.Stage) {
			return civic.Errorf(civic.Forbidden, civic.KeyFactorNeeded, "the login has come to %q only", caller.Stage)
		}
		c.Locals(keyCaller, caller)
		if !r.Limit.perAddress() {
			if err := s.limits.allow(r.Limit, string(caller.Ticket)+string(caller.Clerk)+string(caller.Guest)); err != nil {
				return err
			}
		}
	}
	return r.Handle(s, c)
}

type localsKey int

const (
	keyRequestID localsKey = iota
	keyRoute
	keySite
	keyCaller
	keyCtx
	keyCancel
)

// ctx is the context of a request: the server's, with a deadline. Neither c nor c.Context() is ever passed down.
func (s *Server) ctx(c *fiber.Ctx) context.Context {
	if ctx, ok := c.Locals(keyCtx).(context.Context); ok {
		return ctx
	}
	ctx, cancel := context.WithTimeout(s.base, requestTime)
	c.Locals(keyCtx, ctx)
	c.Locals(keyCancel, cancel)
	return ctx
}

// caller is who is asking, on a route that has a role.
func (s *Server) caller(c *fiber.Ctx) civic.Caller {
	caller, _ := c.Locals(keyCaller).(civic.Caller)
	return caller
}

func newRequestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
