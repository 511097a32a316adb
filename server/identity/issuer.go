package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// Bounds of what an issuer of single sign-on may cost us. Its address is what an administrator typed, so that it must not
// lead into our own network (RELIABILITY T26).
const (
	issuerTime  = 5 * time.Second // of one request, dialling included
	issuerBytes = 1 << 20         // of one answer
)

// issuers talks to the issuers of all authorities.
type issuers struct {
	client   *http.Client
	networks []netip.Prefix // private ones that the operator allows
}

func newIssuers(networks []netip.Prefix) issuers {
	i := issuers{networks: networks}
	dialer := &net.Dialer{Timeout: issuerTime, Control: i.control}
	i.client = &http.Client{
		Timeout: issuerTime,
		Transport: guard{i, &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: issuerTime, ForceAttemptHTTP2: true, MaxIdleConns: 4, IdleConnTimeout: 30 * time.Second,
		}},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if r.URL.Host != via[0].URL.Host || len(via) > 3 {
				return errors.New("a redirect to another host")
			}
			return nil
		},
	}
	return i
}

// guard lets only https pass, and cuts answers.
type guard struct {
	issuers
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (g guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := g.mayAsk(r.URL); err != nil {
		return nil, err
	}
	res, err := g.next.RoundTrip(r)
	if err == nil {
		res.Body = limited{io.LimitReader(res.Body, issuerBytes), res.Body}
	}
	return res, err
}

type limited struct {
	io.Reader
	io.Closer
}

// mayAsk refuses an address that is not https; http only on loopback, and only if the operator allows that network.
func (i issuers) mayAsk(u *url.URL) error {
	if u.Scheme == "https" {
		return nil
	}
	a, err := netip.ParseAddr(u.Hostname())
	if u.Scheme == "http" && err == nil && a.IsLoopback() && i.allowed(a) {
		return nil
	}
	return errors.New("an issuer must be https")
}

// control sees the address that is really dialled, whatever the name resolved to before.
func (i issuers) control(_, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("dial issuer: %w", err)
	}
	if addr := a.Addr().Unmap().WithZone(""); public(addr) || i.allowed(addr) {
		return nil
	}
	return errors.New("the issuer's address is not a public one")
}

func (i issuers) allowed(a netip.Addr) bool {
	return slices.ContainsFunc(i.networks, func(p netip.Prefix) bool { return p.Contains(a) })
}

// special are the networks that IANA's registries keep from being reached globally, beyond what netip knows by name, and
// those that carry an IPv4 address within.
var special = func() (out []netip.Prefix) {
	for _, text := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"240.0.0.0/4", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16",
		"fec0::/10",
	} {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}()

func public(a netip.Addr) bool {
	return a.IsGlobalUnicast() && !a.IsPrivate() && !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(a) })
}

// provider reads an issuer's discovery document; the issuer that it names must be the very same text.
func (i issuers) provider(ctx context.Context, issuer string) (*oidc.Provider, error) {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, errors.New("the issuer is no plain address")
	}
	return oidc.NewProvider(oidc.ClientContext(ctx, i.client), issuer)
}
