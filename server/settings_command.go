package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"schalter/server/bus"
	"schalter/server/civic"
	"schalter/server/settings"
	"schalter/server/store"
)

// Settings carries all settings of an authority from one server to another.
type Settings struct {
	Export ExportSettings `cmd:"" help:"Write all settings of an authority into a YAML file."`
	Import ImportSettings `cmd:"" help:"Make of an authority's settings what a YAML file says. A running server shows it within 30 seconds."`
}

// ExportSettings says whose settings go where.
type ExportSettings struct {
	Database  string `default:"schalter.db" help:"SQLite file, or postgres://..."`
	Authority string `required:"" help:"Slug of the authority."`
	File      string `arg:"" help:"The file."`
}

// ImportSettings says whose settings come from where.
type ImportSettings struct {
	ExportSettings
	DryRun bool `help:"Only tell what would change."`
}

func exportSettings(ctx context.Context, e ExportSettings, out io.Writer) error {
	return withSettings(ctx, e, func(s *settings.Service, program civic.Caller) error {
		text, err := s.Export(ctx, program)
		if err != nil {
			return err
		}
		if err := os.WriteFile(e.File, text, 0o600); err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "wrote the settings of %s to %s\n", e.Authority, e.File)
		return err
	})
}

func importSettings(ctx context.Context, i ImportSettings, out io.Writer) error {
	text, err := os.ReadFile(i.File)
	if err != nil {
		return err
	}
	return withSettings(ctx, i.ExportSettings, func(s *settings.Service, program civic.Caller) error {
		differ, err := s.Import(ctx, program, text, i.DryRun)
		if err != nil {
			return withPlaces(err, i.File)
		}
		for _, d := range differ {
			fmt.Fprintf(out, "%s: %s -> %s\n", d.Path, d.Before, d.After)
		}
		what := "changed"
		if i.DryRun {
			what = "would change"
		}
		_, err = fmt.Fprintf(out, "%d settings of %s %s\n", len(differ), i.Authority, what)
		return err
	})
}

// withPlaces writes flaws as compilers do, so that editors find the lines.
func withPlaces(err error, file string) error {
	var e *civic.Error
	if !errors.As(err, &e) || len(e.Flaws) == 0 {
		return err
	}
	errs := []error{err}
	for _, f := range e.Flaws {
		errs = append(errs, fmt.Errorf("%s:%d: %s: %s", file, f.Line, f.Path, f.Key))
	}
	return errors.Join(errs...)
}

// withSettings opens a database and acts in the place of an authority's admin: whoever has the database may.
func withSettings(ctx context.Context, e ExportSettings, do func(*settings.Service, civic.Caller) error) error {
	st, err := store.Open(ctx, store.Config{DSN: e.Database, Log: newLog("warn", os.Stderr)})
	if err != nil {
		return err
	}
	defer st.Close()
	var a civic.Authority
	err = st.Read(ctx, func(tx *store.Tx) (err error) {
		a, err = tx.AuthorityBySlug(ctx, e.Authority)
		return err
	})
	if err != nil {
		return err
	}
	s, err := settings.New(st, bus.New(), time.Now)
	if err != nil {
		return err
	}
	return do(s, civic.Caller{Role: civic.RoleAdmin, AuthorityID: a.ID})
}
