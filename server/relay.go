package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"

	"schalter/server/sfu"
)

// minSecret is how long a shared secret must be, in bytes.
const minSecret = 16

// checkRelay returns all that is wrong with the flags of the relay.
func (c *Config) checkRelay() (errs []error) {
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for _, text := range c.TURNURL {
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "turn" && u.Scheme != "turns" || u.Opaque == "" ||
			u.RawQuery != "" && u.RawQuery != "transport=udp" && u.RawQuery != "transport=tcp" {
			wrong("turn-url: %q is not turn:host:port?transport=udp, or turns: and tcp", text)
		}
	}
	if len(c.TURNURL) > 0 && c.TURNListen == "" && c.TURNTLSListen == "" && c.TURNSecret == "" {
		wrong("turn-url: a relay elsewhere needs turn-secret-file")
	}
	if (c.TURNTLSCert == "") != (c.TURNTLSKey == "") {
		wrong("turn-tls-cert and turn-tls-key: one without the other")
	}
	if c.TURNTLSListen != "" && c.TURNTLSCert == "" && c.TLSCert == "" {
		wrong("turn-tls-listen: needs turn-tls-cert, or tls-cert")
	}
	if _, _, err := c.relayPorts(); err != nil {
		errs = append(errs, err)
	}
	if c.TURNOnly && c.TURNListen == "" && c.TURNTLSListen == "" && len(c.TURNURL) == 0 {
		wrong("turn-only: there is no relay")
	}
	return errs
}

// relayPorts reads --turn-ports; empty is the default.
func (c *Config) relayPorts() (first, last uint16, err error) {
	if c.TURNPorts == "" {
		return 50000, 50999, nil
	}
	return portRange("turn-ports", c.TURNPorts)
}

// portRange reads FIRST-LAST.
func portRange(flag, text string) (first, last uint16, err error) {
	n, err := fmt.Sscanf(text, "%d-%d", &first, &last)
	if err != nil || n != 2 || first == 0 || first > last || text != fmt.Sprintf("%d-%d", first, last) {
		return 0, 0, fmt.Errorf("%s: %q is not a range such as 50000-50999", flag, text)
	}
	return first, last, nil
}

// relay opens the relay, or knows of the one elsewhere; nil if there is none. publicURL has the name that browsers find
// this machine by.
func (c *Config) relay(sw *sfu.Switch, publicURL string, log *slog.Logger) (*sfu.TURN, error) {
	if c.TURNListen == "" && c.TURNTLSListen == "" && len(c.TURNURL) == 0 {
		return nil, nil
	}
	cfg := sfu.TURNConfig{Listen: c.TURNListen, ListenTLS: c.TURNTLSListen, URLs: c.TURNURL}
	var err error
	if cfg.FirstPort, cfg.LastPort, err = c.relayPorts(); err != nil {
		return nil, err
	}
	u, err := url.Parse(publicURL)
	if err != nil {
		return nil, err
	}
	cfg.Host = u.Hostname()
	if c.TURNSecret != "" {
		if cfg.Secret, err = os.ReadFile(c.TURNSecret); err != nil {
			return nil, fmt.Errorf("turn-secret-file: %w", err)
		}
		if cfg.Secret = bytes.TrimSpace(cfg.Secret); len(cfg.Secret) < minSecret {
			return nil, errors.New("turn-secret-file: the secret is too short")
		}
	}
	if c.TURNTLSListen != "" {
		cert, key := c.TURNTLSCert, c.TURNTLSKey
		if cert == "" {
			cert, key = c.TLSCert, c.TLSKey
		}
		if cfg.TLS, err = listenTLS(cert, key, log); err != nil {
			return nil, err
		}
		cfg.TLS.NextProtos = nil // browsers name none for TURN
	}
	relays, err := sfu.NewTURN(sw, cfg)
	if err != nil && strings.Contains(err.Error(), "address already in use") {
		return nil, fmt.Errorf("%w: is another relay running here? --turn-listen= is none", err)
	}
	return relays, err
}
