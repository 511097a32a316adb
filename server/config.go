package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"

	"schalter/server/mail"
	"schalter/server/sfu"
	"schalter/server/web"
)

// Config is what `schalter serve` has to know. Each field is a flag, an environment variable (SCHALTER_PUBLIC_URL) and
// a line of the YAML file (public-url: ...); the first of these that says something counts.
type Config struct {
	Listen        string   `default:"127.0.0.1:8080" help:"Address for HTTP and sockets."`
	PublicURL     string   `name:"public-url" placeholder:"URL" help:"Origin of board, frame and citizens' API, as browsers see it: https://schalter.example."`
	ConsoleURL    string   `name:"console-url" placeholder:"URL" help:"Origin of the clerks' console, another one: https://console.schalter.example."`
	Database      string   `default:"schalter.db" help:"SQLite file, or postgres://..."`
	MediaListen   string   `default:":3478" help:"UDP and TCP address of the switch."`
	MediaPorts    string   `name:"media-ports" placeholder:"FIRST-LAST" help:"UDP ports of which each participant gets one, such as 40000-40999, in the place of one for all."`
	MediaAddress  []string `placeholder:"IP" help:"Public IP address of the switch, if it is not the machine's own. Repeatable."`
	TURNListen    string   `name:"turn-listen" default:":3479" help:"UDP and TCP address of the relay (TURN) for browsers that do not reach the switch; empty for none."`
	TURNTLSListen string   `name:"turn-tls-listen" placeholder:"ADDRESS" help:"Its address for TLS, such as 203.0.113.6:443: most networks let that through."`
	TURNTLSCert   string   `name:"turn-tls-cert" placeholder:"FILE" help:"Certificate for it, if not that of --tls-cert."`
	TURNTLSKey    string   `name:"turn-tls-key" placeholder:"FILE" help:"Its key."`
	TURNURL       []string `name:"turn-url" placeholder:"URL" help:"Relay that browsers are told of in the place of our own: turns:turn.schalter.example:443?transport=tcp. Repeatable."`
	TURNSecret    string   `name:"turn-secret-file" placeholder:"FILE" help:"File with the secret shared with a relay elsewhere (coturn: static-auth-secret)."`
	TURNPorts     string   `name:"turn-ports" default:"50000-50999" help:"UDP ports from our relay to the switch, on this machine only."`
	TURNOnly      bool     `name:"turn-only" help:"Browsers come by the relay alone: where nothing else gets in, and for tests."`
	TrustedProxy  []string `placeholder:"CIDR" help:"Reverse proxies whose X-Forwarded-For is believed. Repeatable."`
	TLSCert       string   `name:"tls-cert" placeholder:"FILE" help:"Certificate, if no proxy does TLS."`
	TLSKey        string   `name:"tls-key" placeholder:"FILE" help:"Its key."`
	MetricsListen string   `default:"127.0.0.1:9090" help:"Address for /healthz, /readyz and /metrics; empty for none."`
	LogLevel      string   `default:"info" enum:"debug,info,warn,error" help:"debug, info, warn or error."`
	SMTPURL       string   `name:"smtp-url" placeholder:"URL" help:"Mail server for invitations and forgotten passwords: smtp://host:587 (STARTTLS, mandatory) or smtps://host:465. Without one, administrators are shown the links."`
	SMTPUser      string   `name:"smtp-user" placeholder:"NAME" help:"Name to sign in there with; empty for none."`
	SMTPPassword  string   `name:"smtp-password-file" placeholder:"FILE" help:"File with the password for it."`
	SMTPFrom      string   `name:"smtp-from" placeholder:"ADDRESS" help:"Sender: Schalter <schalter@stadt.example>."`
	SSONetwork    []string `name:"sso-network" placeholder:"CIDR" help:"Private network in which issuers of single sign-on may stand. Repeatable."`
	Unlimited     bool     `help:"No rate limits: load tests only."`
}

// CLI is the command line.
type CLI struct {
	ConfigFile kong.ConfigFlag `name:"config" placeholder:"FILE" help:"YAML file with the names of the flags as keys."`

	Serve Serve `cmd:"" help:"Run the server."`
	Demo  Demo  `cmd:"" help:"Run a server with two invented authorities, on localhost."`
	User  User  `cmd:"" help:"Clerks."`

	Settings Settings `cmd:"" help:"All settings of an authority as one file."`
	OpenAPI  struct{} `cmd:"" name:"openapi" help:"Print the API as OpenAPI 3.1."`
	Version  struct{} `cmd:"" help:"Print the version."`
	Backup   Backup   `cmd:"" help:"Write a copy of the database of a running server."`
	Restore  Restore  `cmd:"" help:"Put a copy in the place of the database. The server must not run."`
}

// Serve is the server.
type Serve struct{ Config }

// Demo is the server with invented authorities, and their towns' pages on another origin.
type Demo struct {
	Config
	TownListen string   `default:"127.0.0.1:8081" help:"Address of the towns' pages."`
	TownOrigin []string `placeholder:"ORIGIN" help:"Another site that may show the demo's board and frame: http://127.0.0.1:8000. Repeatable."`
}

// User is the administration of clerks, for as long as there is no page for it.
type User struct {
	Add AddUser `cmd:"" help:"Add a clerk. The password is read from standard input."`
}

// AddUser adds a clerk.
type AddUser struct {
	Database  string   `default:"schalter.db" help:"SQLite file, or postgres://..."`
	Authority string   `required:"" help:"Slug of the authority."`
	Email     string   `required:"" help:"What the clerk logs in with."`
	Name      string   `required:"" help:"As citizens see it: Frau Huber."`
	Office    []string `help:"Slug of an office that the clerk may serve. Repeatable."`
	Role      string   `default:"clerk" enum:"clerk,supervisor,admin,operator" help:"clerk, supervisor, admin or operator."`
	Contact   bool     `help:"Show the clerk on the board."`
}

// Backup says what to copy where.
type Backup struct {
	Database string `default:"schalter.db" help:"SQLite file."`
	KeepDays int    `default:"30" help:"Days after which dated copies in a directory are deleted; at most 30."`
	To       string `arg:"" name:"file" help:"The copy, or a directory of dated copies."`
}

// Validate keeps what was deleted from living on in copies.
func (b Backup) Validate() error {
	if b.KeepDays < 1 || b.KeepDays > 30 {
		return fmt.Errorf("keep-days: %d is not between 1 and 30: what is deleted must go from the copies too", b.KeepDays)
	}
	return nil
}

// Restore says which copy goes where.
type Restore struct {
	Database string `default:"schalter.db" help:"SQLite file."`
	File     string `arg:"" help:"The copy."`
}

// parse reads the command line. command is what was chosen: "serve", "user add", "backup <file>".
func parse(args []string, options ...kong.Option) (cli CLI, command string, err error) {
	var file yamlFile
	parser, err := kong.New(&cli, append([]kong.Option{
		kong.Name("schalter"), kong.Description("A virtual citizens' office."), kong.UsageOnError(),
		kong.DefaultEnvars("SCHALTER"), kong.Configuration(func(r io.Reader) (kong.Resolver, error) {
			var err error
			file, err = loadYAML(r)
			return file, err
		}),
	}, options...)...)
	if err != nil {
		return cli, "", err
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		// kong tells the first problem only, and a misspelt key is often why another is missing.
		if unknown := file.Validate(parser.Model); unknown != nil && !strings.Contains(err.Error(), unknown.Error()) {
			err = errors.Join(unknown, err)
		}
		return cli, "", err
	}
	return cli, ctx.Command(), nil
}

// yamlFile answers flags that neither the command line nor the environment has.
type yamlFile map[string]any

func loadYAML(r io.Reader) (yamlFile, error) {
	values := yamlFile{}
	if err := yaml.NewDecoder(r).Decode(&values); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return values, nil
}

// Validate refuses keys that are no flags: a misspelt setting must not be silently absent.
func (y yamlFile) Validate(app *kong.Application) error {
	known := map[string]bool{}
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if f, ok := node.(*kong.Flag); ok {
			known[f.Name] = true
		}
		return next(nil)
	})
	var errs []error
	for key := range y {
		if !known[key] {
			errs = append(errs, fmt.Errorf("configuration file: unknown key %q", key))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

// Resolve is kong's question for one flag.
func (y yamlFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, ok := os.LookupEnv(name); ok {
			return nil, nil
		}
	}
	return y[flag.Name], nil
}

// Validate fills in the demo's origins and then checks all.
func (d *Demo) Validate() error {
	if _, port, err := net.SplitHostPort(d.Listen); err == nil {
		if d.PublicURL == "" {
			d.PublicURL = "http://localhost:" + port
		}
		if d.ConsoleURL == "" {
			d.ConsoleURL = "http://console.localhost:" + port
		}
	}
	return d.Config.Validate()
}

// Validate returns all that is wrong, joined.
func (c *Config) Validate() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for name, address := range map[string]string{"listen": c.Listen, "media-listen": c.MediaListen} {
		if _, _, err := net.SplitHostPort(address); err != nil {
			wrong("%s: %q is not host:port", name, address)
		}
	}
	for name, address := range map[string]string{"metrics-listen": c.MetricsListen, "turn-listen": c.TURNListen, "turn-tls-listen": c.TURNTLSListen} {
		if _, _, err := net.SplitHostPort(address); err != nil && address != "" {
			wrong("%s: %q is not host:port", name, address)
		}
	}
	errs = append(errs, c.checkRelay()...)
	if _, err := c.mediaPorts(); err != nil {
		errs = append(errs, err)
	}
	if err := web.CheckOrigins(c.PublicURL, c.ConsoleURL); err != nil {
		errs = append(errs, err)
	}
	for name, address := range map[string]string{"public-url": c.PublicURL, "console-url": c.ConsoleURL} {
		if u, err := url.Parse(address); err == nil && u.Scheme == "http" && !isLocal(u.Hostname()) {
			wrong("%s: %q must be https: browsers give no camera to http", name, address)
		}
	}
	if scheme, _, ok := strings.Cut(c.Database, "://"); c.Database == "" || ok && scheme != "postgres" && scheme != "postgresql" {
		wrong("database: %q is neither a file nor postgres://", scheme)
	}
	for _, a := range c.MediaAddress {
		if _, err := netip.ParseAddr(a); err != nil {
			wrong("media-address: %q is not an IP address", a)
		}
	}
	if _, err := c.proxies(); err != nil {
		errs = append(errs, err)
	}
	if _, err := prefixes("sso-network", c.SSONetwork); err != nil {
		errs = append(errs, err)
	}
	if _, err := mail.New(mail.Config{URL: c.SMTPURL, From: c.SMTPFrom}); err != nil {
		errs = append(errs, err)
	}
	if (c.SMTPUser == "") != (c.SMTPPassword == "") {
		wrong("smtp-user and smtp-password-file: one without the other")
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		wrong("tls-cert and tls-key: one without the other")
	}
	if c.Listen == c.MetricsListen && !strings.HasSuffix(c.Listen, ":0") {
		wrong("metrics-listen: must differ from listen, so that nobody outside reads it")
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

func isLocal(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

// mediaPorts are the ports of which each participant gets one; zero: all share one.
func (c *Config) mediaPorts() (ports sfu.Ports, err error) {
	if c.MediaPorts != "" {
		ports.First, ports.Last, err = portRange("media-ports", c.MediaPorts)
	}
	return ports, err
}

// proxies are the trusted ones; a single address is a prefix too.
func (c *Config) proxies() ([]netip.Prefix, error) { return prefixes("trusted-proxy", c.TrustedProxy) }

func prefixes(flag string, texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	var errs []error
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if a, errAddr := netip.ParseAddr(text); errAddr == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %q is not a network such as 10.0.0.0/8", flag, text))
			continue
		}
		out = append(out, p.Masked())
	}
	return out, errors.Join(errs...)
}

// mailer is the sender of mail; nil if none is set up.
func (c *Config) mailer() (*mail.Sender, error) {
	password := []byte(nil)
	if c.SMTPPassword != "" {
		var err error
		if password, err = os.ReadFile(c.SMTPPassword); err != nil {
			return nil, fmt.Errorf("smtp-password-file: %w", err)
		}
	}
	return mail.New(mail.Config{URL: c.SMTPURL, User: c.SMTPUser, Password: strings.TrimRight(string(password), "\r\n"), From: c.SMTPFrom})
}
