package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/google/uuid"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/store"
	"schalter/server/web"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "schalter:", err)
		os.Exit(1)
	}
}

// run is the program; it returns when its command is done or ctx has ended.
func run(ctx context.Context, args []string, in io.Reader, out, logs io.Writer) error {
	cli, command, err := parse(args)
	if err != nil {
		return err
	}
	switch command {
	case "serve":
		return serve(ctx, cli.Serve.Config, out, logs)
	case "demo":
		return demo(ctx, cli.Demo, out, logs)
	case "user add":
		return addUser(ctx, cli.User.Add, in, out)
	case "settings export <file>":
		return exportSettings(ctx, cli.Settings.Export, out)
	case "settings import <file>":
		return importSettings(ctx, cli.Settings.Import, out)
	case "openapi":
		document, err := web.Document()
		if err == nil {
			_, err = fmt.Fprintf(out, "%s\n", document)
		}
		return err
	case "backup <file>":
		return backup(ctx, cli.Backup, time.Now(), out)
	case "restore <file>":
		if err := store.Restore(ctx, cli.Restore.File, cli.Restore.Database); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "restored %s from %s\n", cli.Restore.Database, cli.Restore.File)
		return err
	default: // kong lets nothing else pass
		_, err := fmt.Fprintln(out, version())
		return err
	}
}

func serve(ctx context.Context, cfg Config, out, logs io.Writer) error {
	log := newLog(cfg.LogLevel, logs)
	begun := time.Now()
	s, err := start(ctx, cfg, time.Now, log)
	if err != nil {
		return err
	}
	if err := offerSetup(ctx, s, cfg.Database, out); err != nil {
		return errors.Join(err, s.close())
	}
	log.Info("ready", "listen", s.listener.Addr().String(), "media_port", s.media.Port(), "took", time.Since(begun).Round(time.Millisecond))
	return s.serve(ctx)
}

// offerSetup prints the one-time token of the first administrator, once, as long as nobody is there; it is not for the log.
// Beside a SQLite file there is a file with it.
func offerSetup(ctx context.Context, s *system, database string, out io.Writer) error {
	file := database + ".setup-token"
	if strings.Contains(database, "://") {
		file = ""
	}
	token, err := s.identity.OpenSetup(ctx, file)
	if err != nil || token == "" {
		return err
	}
	_, err = fmt.Fprintf(out, "Nobody is here yet. Make the first administrator within an hour:\n  %s/#/setup\n  token: %s\n", s.consoleURL, token)
	if err == nil && file != "" {
		_, err = fmt.Fprintf(out, "  (also in %s, which goes when the token is used)\n", file)
	}
	return err
}

// newLog writes lines of key=value. Names, addresses, tokens and contents are in none of them.
func newLog(level string, to io.Writer) *slog.Logger {
	var l slog.Level
	_ = l.UnmarshalText([]byte(level)) // kong has checked it
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: l}))
}

// addUser adds a clerk, or changes the one with that e-mail address. The password is the first line of in.
func addUser(ctx context.Context, a AddUser, in io.Reader, out io.Writer) error {
	password, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read password: %w", err)
	}
	log := newLog("warn", os.Stderr)
	st, err := store.Open(ctx, store.Config{DSN: a.Database, Log: log})
	if err != nil {
		return err
	}
	defer st.Close()
	ident, err := identity.New(st, identity.Config{}, time.Now, log)
	if err != nil {
		return err
	}
	hash, err := ident.HashPassword(ctx, strings.TrimRight(password, "\r\n"), a.Name, a.Email)
	if err != nil {
		return fmt.Errorf("password: 8 to 256 characters, and none of the commonest, please: %w", err)
	}
	err = st.Write(ctx, func(tx *store.Tx) error {
		authority, err := tx.AuthorityBySlug(ctx, a.Authority)
		if err != nil {
			return err
		}
		clerk, err := tx.ClerkByEmail(ctx, a.Email)
		if civic.CodeOf(err) == civic.NotFound {
			clerk, err = civic.Clerk{ID: civic.ClerkID(uuid.Must(uuid.NewV7()).String())}, nil
		}
		if err != nil {
			return err
		}
		if clerk.AuthorityID != "" && clerk.AuthorityID != authority.ID {
			return fmt.Errorf("%s is a clerk of another authority", a.Email)
		}
		clerk.AuthorityID, clerk.Email, clerk.Name, clerk.PasswordHash, clerk.ContactPerson = authority.ID, a.Email, a.Name, hash, a.Contact
		clerk.Role = civic.Role(a.Role)
		offices, err := tx.Offices(ctx, authority.ID)
		if err != nil {
			return err
		}
		if clerk.Offices, err = officesNamed(offices, a.Office); err != nil {
			return err
		}
		return tx.SaveClerk(ctx, clerk)
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s may sign in\n", a.Email)
	return err
}

func officesNamed(offices []civic.Office, slugs []string) ([]civic.OfficeID, error) {
	var out []civic.OfficeID
	bySlug := map[string]civic.OfficeID{}
	for _, o := range offices {
		bySlug[o.Slug] = o.ID
	}
	for _, slug := range slugs {
		id, ok := bySlug[slug]
		if !ok {
			return nil, fmt.Errorf("no office %q", slug)
		}
		out = append(out, id)
	}
	return out, nil
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "schalter (unknown build)"
	}
	revision := "unknown revision"
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			revision = s.Value
		}
	}
	return fmt.Sprintf("schalter %s, %s, %s", info.Main.Version, revision, info.GoVersion)
}
