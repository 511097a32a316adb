package main

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
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

func (m *metrics) close() error { return m.server.Close() }
