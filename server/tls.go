package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificateLooked is how often the files are looked at: a renewed certificate needs no restart.
const certificateLooked = time.Minute

// certificate is the pair of files given by --tls-cert and --tls-key.
type certificate struct {
	cert, key string
	log       *slog.Logger

	mu       sync.Mutex // guards the next three
	pair     *tls.Certificate
	modified time.Time // of the files that pair was read from
	looked   time.Time
}

// listenTLS is the configuration of our own listener: TLS 1.2 and 1.3, with forward secrecy and AEAD only (BSI
// TR-02102-2).
func listenTLS(cert, key string, log *slog.Logger) (*tls.Config, error) {
	c := &certificate{cert: cert, key: key, log: log}
	if _, err := c.get(nil); err != nil {
		return nil, err
	}
	return &tls.Config{
		GetCertificate: c.get, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		},
	}, nil
}

// get returns the certificate, read anew if the files have changed. While new files make no pair, the old one serves.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pair != nil && time.Since(c.looked) < certificateLooked {
		return c.pair, nil
	}
	c.looked = time.Now()
	modified, err := newest(c.cert, c.key)
	if err == nil && c.pair != nil && modified.Equal(c.modified) {
		return c.pair, nil
	}
	var pair tls.Certificate
	if err == nil {
		pair, err = tls.LoadX509KeyPair(c.cert, c.key)
	}
	if err != nil && c.pair == nil {
		return nil, fmt.Errorf("load certificate: %w", err)
	}
	if err != nil {
		c.log.Error("certificate not renewed, the old one serves on", "error", err)
		return c.pair, nil
	}
	c.pair, c.modified = &pair, modified
	return c.pair, nil
}

// newest is when the younger of the files was changed.
func newest(files ...string) (time.Time, error) {
	var out time.Time
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			return out, err
		}
		if info.ModTime().After(out) {
			out = info.ModTime()
		}
	}
	return out, nil
}
