package main

import (
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func parseQuietly(args ...string) (CLI, string, error) {
	return parse(args, kong.Writers(io.Discard, io.Discard), kong.Exit(func(int) {}))
}

func configFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "schalter.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

var urls = []string{"--public-url", "https://a.test", "--console-url", "https://b.test"}

func TestServeNeedsOnlyItsTwoOrigins(t *testing.T) {
	cli, command, err := parseQuietly(append([]string{"serve"}, urls...)...)
	if err != nil || command != "serve" {
		t.Fatal(command, err)
	}
	want := Config{Listen: "127.0.0.1:8080", PublicURL: "https://a.test", ConsoleURL: "https://b.test", Database: "schalter.db",
		MediaListen: ":3478", MetricsListen: "127.0.0.1:9090", LogLevel: "info"}
	if got := cli.Serve.Config; got.Listen != want.Listen || got.Database != want.Database || got.MediaListen != want.MediaListen ||
		got.MetricsListen != want.MetricsListen || got.LogLevel != want.LogLevel || got.Unlimited || got.MediaAddress != nil {
		t.Errorf("got %+v", got)
	}
}

func TestFlagBeatsEnvironmentBeatsFileBeatsDefault(t *testing.T) {
	file := configFile(t, "listen: 127.0.0.1:1\nmedia-listen: ':1'\nlog-level: debug\npublic-url: https://a.test\nconsole-url: https://b.test\n"+
		"trusted-proxy: [10.0.0.0/8, 192.0.2.1]\nunlimited: true\n")
	t.Setenv("SCHALTER_LISTEN", "127.0.0.1:2")
	t.Setenv("SCHALTER_MEDIA_LISTEN", ":2")
	t.Setenv("SCHALTER_MEDIA_ADDRESS", "192.0.2.7,192.0.2.8")
	cli, _, err := parseQuietly("serve", "--config", file, "--media-listen", ":3")
	if err != nil {
		t.Fatal(err)
	}
	c := cli.Serve.Config
	if c.MediaListen != ":3" || c.Listen != "127.0.0.1:2" || c.LogLevel != "debug" || c.Database != "schalter.db" || !c.Unlimited ||
		!slices.Equal(c.MediaAddress, []string{"192.0.2.7", "192.0.2.8"}) {
		t.Errorf("got %+v", c)
	}
	proxies, err := c.proxies()
	if want := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.1/32")}; err != nil || !slices.Equal(proxies, want) {
		t.Errorf("proxies %v, %v", proxies, err)
	}
}

func TestAMisspeltKeyIsRefused(t *testing.T) {
	for _, text := range []string{"publik-url: x\n", "public_url: x\n", "listen: a\nlisten: b\n", "- listen\n", "{"} {
		if _, _, err := parseQuietly(append([]string{"serve", "--config", configFile(t, text)}, urls...)...); err == nil {
			t.Errorf("%q passed", text)
		}
	}
	if _, _, err := parseQuietly(append([]string{"serve", "--config", configFile(t, "")}, urls...)...); err != nil {
		t.Errorf("empty file: %v", err)
	}
}

func TestAllProblemsAreTold(t *testing.T) {
	_, _, err := parseQuietly("serve", "--listen", "nowhere", "--public-url", "http://a.test", "--console-url", "http://a.test/x", "--database", "mysql://x:secret@y",
		"--media-address", "a.test", "--trusted-proxy", "10.0.0.0/64", "--tls-cert", "c.pem", "--metrics-listen", "nowhere", "--media-ports", "50-40")
	if err == nil {
		t.Fatal("passed")
	}
	for _, part := range []string{"listen:", "console-url:", "public-url:", "must be https", "database:", "media-address:", "media-ports:", "trusted-proxy:", "tls-key", "metrics-listen:"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("nothing about %s in:\n%v", part, err)
		}
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("a password is told: %v", err)
	}
}

func TestTheDemoFindsItsOriginsItself(t *testing.T) {
	cli, _, err := parseQuietly("demo", "--listen", "127.0.0.1:4000")
	if err != nil || cli.Demo.PublicURL != "http://localhost:4000" || cli.Demo.ConsoleURL != "http://console.localhost:4000" {
		t.Errorf("%+v, %v", cli.Demo, err)
	}
}

func TestEveryCommandParses(t *testing.T) {
	for command, args := range map[string][]string{
		"openapi": {"openapi"}, "version": {"version"}, "backup <file>": {"backup", "copy.db"}, "restore <file>": {"restore", "copy.db"},
		"user add": {"user", "add", "--authority", "a", "--email", "e@a.test", "--name", "Frau Huber", "--office", "o"},
	} {
		if _, got, err := parseQuietly(args...); err != nil || got != command {
			t.Errorf("%v: %q, %v", args, got, err)
		}
	}
}

func TestMailAndIssuersAreChecked(t *testing.T) {
	for what, c := range map[string]Config{
		"a password in the address": {SMTPURL: "smtp://a:geheim@mail.test", SMTPFrom: "a@b.test"},
		"no sender":                 {SMTPURL: "smtp://mail.test"},
		"half a sign-in":            {SMTPURL: "smtp://mail.test", SMTPFrom: "a@b.test", SMTPUser: "a"},
		"no network":                {SSONetwork: []string{"intranet"}},
	} {
		c.Listen, c.MediaListen, c.PublicURL, c.ConsoleURL, c.Database = ":1", ":2", "https://a.test", "https://b.test", "x.db"
		if err := c.Validate(); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestTheRelayIsChecked(t *testing.T) {
	base := Config{Listen: ":1", MediaListen: ":2", PublicURL: "https://a.test", ConsoleURL: "https://b.test", Database: "x.db"}
	for what, change := range map[string]func(*Config){
		"no URL":                    func(c *Config) { c.TURNURL, c.TURNSecret = []string{"https://relay.test"}, "x" },
		"a URL with more":           func(c *Config) { c.TURNURL, c.TURNSecret = []string{"turn:relay.test?transport=sctp"}, "x" },
		"elsewhere, without secret": func(c *Config) { c.TURNURL = []string{"turn:relay.test:3478"} },
		"TLS without certificate":   func(c *Config) { c.TURNTLSListen = ":443" },
		"half a certificate":        func(c *Config) { c.TURNTLSListen, c.TURNTLSCert = ":443", "x" },
		"an address":                func(c *Config) { c.TURNListen = "443" },
		"ports the wrong way round": func(c *Config) { c.TURNPorts = "9-8" },
		"ports with a tail":         func(c *Config) { c.TURNPorts = "8-9x" },
		"relays only, but none":     func(c *Config) { c.TURNOnly = true },
	} {
		c := base
		change(&c)
		if err := c.Validate(); err == nil {
			t.Errorf("%s is accepted", what)
		}
	}
	for what, change := range map[string]func(*Config){
		"none":                   func(*Config) {},
		"own":                    func(c *Config) { c.TURNListen, c.TURNOnly = ":3479", true },
		"own by TLS":             func(c *Config) { c.TURNTLSListen, c.TURNTLSCert, c.TURNTLSKey = ":443", "c", "k" },
		"elsewhere":              func(c *Config) { c.TURNURL, c.TURNSecret = []string{"turns:relay.test:443?transport=tcp"}, "x" },
		"elsewhere without port": func(c *Config) { c.TURNURL, c.TURNSecret = []string{"turn:relay.test"}, "x" },
	} {
		c := base
		change(&c)
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}
