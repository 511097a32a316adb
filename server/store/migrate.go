package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
)

// Numbered files, append-only: a file that has been released is never edited. No way down: a new file goes on.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the database to the newest migration. Each file is one transaction on both databases, so that a
// kill leaves the old schema or the new one, never half of it.
func migrate(ctx context.Context, db *sql.DB, d goose.Dialect, log *slog.Logger, opts ...goose.ProviderOption) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	opts = append(opts, goose.WithDisableGlobalRegistry(true))
	p, err := goose.NewProvider(d, db, files, opts...)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	for _, r := range done {
		log.Info("migrated", "file", r.Source.Path, "took", r.Duration)
	}
	return nil
}
