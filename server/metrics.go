package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"schalter/server/sfu"
)

// metrics is the operator's listener, apart from everything that the world can reach: /healthz says that the process
// lives, /readyz that it can serve, /metrics has the figures.
type metrics struct {
	server   *http.Server
	listener net.Listener
}

func startMetrics(address string, s *system) (*metrics, error) {
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "schalter_rooms", Help: "Rooms of visits on this machine."},
			func() float64 { return float64(s.visits.Rooms()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "schalter_sockets", Help: "Open sockets."},
			func() float64 { return float64(s.web.Sockets()) }),
	)
	if s.relays != nil {
		registerRelays(registry, s.relays)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := s.store.Ready(ctx); err != nil {
			s.log.Warn("not ready", "error", err)
			http.Error(w, "database: not ready", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ready\n"))
	})
	m := &metrics{server: &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}, listener: ln}
	go func() { _ = m.server.Serve(ln) }() // ends with close
	return m, nil
}

// registerRelays adds the relay's figures. An outside relay has its own.
func registerRelays(registry *prometheus.Registry, relays *sfu.TURN) {
	counter := func(name, help string, value func(sfu.TURNStats) uint64) {
		registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help},
			func() float64 { return float64(value(relays.Stats())) }))
	}
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "schalter_relay_allocations", Help: "Open allocations of the relay."},
		func() float64 { return float64(relays.Stats().Allocations) }))
	counter("schalter_relay_refused_total", "Peers that are not the switch, and allocations beyond the quota.",
		func(s sfu.TURNStats) uint64 { return s.Refused })
	counter("schalter_relay_up_bytes_total", "Bytes relayed to the switch.", func(s sfu.TURNStats) uint64 { return s.BytesUp })
	counter("schalter_relay_down_bytes_total", "Bytes relayed from the switch.", func(s sfu.TURNStats) uint64 { return s.BytesDown })
}

func (m *metrics) close() error { return m.server.Close() }
