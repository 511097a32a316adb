// Schalter is a virtual citizens' office: board, queue and video conversations behind one script tag on a town's page.
// Package main is wiring only.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the program knows Europe/Berlin wherever it runs

	"schalter/server/bus"
	"schalter/server/identity"
	"schalter/server/queue"
	"schalter/server/settings"
	"schalter/server/sfu"
	"schalter/server/statistics"
	"schalter/server/store"
	"schalter/server/visit"
	"schalter/server/web"
	"schalter/widget"
)

// drainTime is how long a stopping program waits for running requests and sockets.
const drainTime = 10 * time.Second

// system is the running program.
type system struct {
	store    *store.Store
	media    *sfu.Switch
	relays   *sfu.TURN // nil: none
	queue    *queue.Service
	visits   *visit.Service
	identity *identity.Service
	settings *settings.Service
	web      *web.Server
	metrics  *metrics
	listener net.Listener
	log      *slog.Logger
	// The two origins as browsers see them, their port filled in if it was to be chosen (":0").
	publicURL, consoleURL string
}

// start brings the program up to the point where its listener accepts; now is its clock. What was opened is closed again on an error.
func start(ctx context.Context, cfg Config, now func() time.Time, log *slog.Logger) (_ *system, err error) {
	s := &system{log: log}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.listener, err = net.Listen("tcp", cfg.Listen); err != nil { // first, for the origins may hang on its port
		return nil, fmt.Errorf("listen: %w", err)
	}
	s.publicURL, s.consoleURL = withPort(cfg.PublicURL, s.listener), withPort(cfg.ConsoleURL, s.listener)
	if s.store, err = store.Open(ctx, store.Config{DSN: cfg.Database, Log: log}); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	ports, err := cfg.mediaPorts()
	if err != nil {
		return nil, err
	}
	if s.media, err = sfu.New(sfu.Config{Listen: cfg.MediaListen, Ports: ports, Addresses: cfg.MediaAddress, Log: log}); err != nil {
		return nil, fmt.Errorf("open media port: %w", err)
	}
	if s.relays, err = cfg.relay(s.media, s.publicURL, log); err != nil {
		return nil, fmt.Errorf("open relay: %w", err)
	}
	hints := bus.New()
	if s.queue, err = queue.New(s.store, hints, now, log); err != nil {
		return nil, fmt.Errorf("start queue: %w", err)
	}
	mailer, err := cfg.mailer()
	if err != nil {
		return nil, fmt.Errorf("set up mail: %w", err)
	}
	networks, err := prefixes("sso-network", cfg.SSONetwork)
	if err != nil {
		return nil, err
	}
	idents := identity.Config{ConsoleURL: s.consoleURL, Mail: mailer, Taken: web.TakenSlugs(), SSONetworks: networks}
	if s.identity, err = identity.New(s.store, idents, now, log); err != nil {
		return nil, fmt.Errorf("start identity: %w", err)
	}
	if s.settings, err = settings.New(s.store, hints, now); err != nil {
		return nil, fmt.Errorf("start settings: %w", err)
	}
	s.visits = visit.New(s.store, hints, s.media, mailer, now, s.queue.Together, log)
	if err = s.visits.Start(ctx); err != nil {
		return nil, fmt.Errorf("take up running visits: %w", err)
	}
	figures, err := statistics.New(s.store, now)
	if err != nil {
		return nil, fmt.Errorf("start statistics: %w", err)
	}
	proxies, err := cfg.proxies()
	if err != nil {
		return nil, err
	}
	s.web, err = web.New(web.Config{
		PublicURL: s.publicURL, ConsoleURL: s.consoleURL, TrustedProxies: proxies, Unlimited: cfg.Unlimited, RelaysOnly: cfg.TURNOnly, Widget: widget.FS, Log: log, Now: now,
	}, web.Deps{Identity: s.identity, Queue: s.queue, Settings: s.settings, Statistics: figures, Visits: s.visits, Relays: s.relays})
	if err != nil {
		return nil, fmt.Errorf("start web: %w", err)
	}
	if cfg.TLSCert != "" {
		own, err := listenTLS(cfg.TLSCert, cfg.TLSKey, log)
		if err != nil {
			return nil, err
		}
		s.listener = tls.NewListener(s.listener, own)
	}
	if cfg.MetricsListen != "" {
		if s.metrics, err = startMetrics(cfg.MetricsListen, s); err != nil {
			return nil, fmt.Errorf("listen for metrics: %w", err)
		}
	}
	return s, nil
}

// withPort puts the listener's port in the place of port 0.
func withPort(origin string, ln net.Listener) string {
	head, ok := strings.CutSuffix(origin, ":0")
	if addr, isTCP := ln.Addr().(*net.TCPAddr); ok && isTCP {
		return head + ":" + strconv.Itoa(addr.Port)
	}
	return origin
}

// serve answers until ctx ends, then drains: sockets are told that the server goes away, running requests end, and rows
// are all there is to keep.
func (s *system) serve(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- s.web.Serve(s.listener) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		s.log.Info("draining", "at_most", drainTime)
	}
	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	return errors.Join(err, s.web.Shutdown(drain), s.close())
}

// close ends everything in reverse.
func (s *system) close() error {
	var errs []error
	if s.metrics != nil {
		errs = append(errs, s.metrics.close())
	}
	if s.listener != nil {
		_ = s.listener.Close() // after a shutdown it is closed already
	}
	if s.visits != nil {
		s.visits.Close()
	}
	if s.identity != nil {
		s.identity.Close()
	}
	if s.queue != nil {
		s.queue.Close()
	}
	if s.relays != nil {
		errs = append(errs, s.relays.Close())
	}
	if s.media != nil {
		errs = append(errs, s.media.Close())
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}
