package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"schalter/server/civic"
)

// Tx is a transaction. Its methods are the queries, one file per noun. It is used by one goroutine.
type Tx struct {
	db      querier
	dialect *dialect
	fault   func(error) fault
	// shielded: a statement that has begun is not interrupted when its context ends. In SQLite an interrupted UPDATE
	// undoes the whole transaction, and with it the neighbours of a group commit.
	shielded bool
	// failed is the first error of a statement. On PostgreSQL nothing can follow it; here neither on SQLite, so that
	// code tested on one database does not err on the other.
	failed error
}

type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// dialect holds the fragments of SQL that differ.
type dialect struct {
	// elements is a subquery of the texts in the JSON array that is bound to the parameter: "(SELECT ... $n ...)".
	elements func(param string) string
	// skipLocked ends a SELECT whose rows are about to be updated: rows that another transaction holds are left out.
	skipLocked string
}

// begin is called before each statement.
func (tx *Tx) begin(ctx context.Context) (context.Context, error) {
	if tx.failed != nil {
		return nil, tx.failed
	}
	if err := ctx.Err(); err != nil {
		return nil, tx.fail(err)
	}
	if tx.shielded {
		ctx = context.WithoutCancel(ctx)
	}
	return ctx, nil
}

func (tx *Tx) fail(err error) error {
	if tx.failed == nil {
		tx.failed = err
	}
	return err
}

// exec returns the number of changed rows.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) (int, error) {
	ctx, err := tx.begin(ctx)
	if err != nil {
		return 0, err
	}
	res, err := tx.db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, tx.fail(fmt.Errorf("%s: %w", gist(query), err))
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, tx.fail(err)
	}
	return int(n), nil
}

// row is what a scan function reads from.
type row interface{ Scan(dest ...any) error }

// all returns every row of the query.
func all[T any](ctx context.Context, tx *Tx, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	ctx, err := tx.begin(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, tx.fail(fmt.Errorf("%s: %w", gist(query), err))
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, tx.fail(fmt.Errorf("%s: %w", gist(query), err))
		}
		out = append(out, v)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, tx.fail(fmt.Errorf("%s: %w", gist(query), err))
	}
	return out, nil
}

// one returns the only row of the query, or sql.ErrNoRows, which is no failure of the statement.
func one[T any](ctx context.Context, tx *Tx, scan func(row) (T, error), query string, args ...any) (T, error) {
	found, err := all(ctx, tx, scan, query, args...)
	if err == nil && len(found) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		var none T
		return none, err
	}
	return found[0], nil
}

// value scans a row of one column.
func value[T any](r row) (T, error) {
	var v T
	err := r.Scan(&v)
	return v, err
}

// unknown turns sql.ErrNoRows into NotFound.
func unknown(err error, key, what string, id any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return civic.Errorf(civic.NotFound, key, "no %s %v", what, id)
	}
	return err
}

// unique turns the refusal of a unique index into Conflict.
func (tx *Tx) unique(err error, key string) error {
	if err != nil && tx.fault(err) == faultUnique {
		return civic.Errorf(civic.Conflict, key, "%v", err)
	}
	return err
}

// gist names a query in an error by its first line.
func gist(query string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(query), "\n")
	if len(first) > 60 {
		first = first[:60]
	}
	return first
}

// micros is how an instant is stored.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// at scans an instant into t.
func at(t *time.Time) sql.Scanner { return (*instantScanner)(t) }

type instantScanner time.Time

func (s *instantScanner) Scan(src any) error {
	us, ok := src.(int64)
	if !ok {
		return fmt.Errorf("an instant is stored as %T", src)
	}
	*s = instantScanner(instant(us))
	return nil
}

// asJSON is how texts, lists and hours are stored. The types of civic that come here can't fail to marshal.
func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// fromJSON scans JSON into the value that to points to.
func fromJSON(to any) sql.Scanner { return jsonScanner{to} }

type jsonScanner struct{ to any }

func (s jsonScanner) Scan(src any) error {
	switch src := src.(type) {
	case string:
		return json.Unmarshal([]byte(src), s.to)
	case []byte:
		return json.Unmarshal(src, s.to)
	}
	return fmt.Errorf("JSON is stored as %T", src)
}

// ref is how a reference that may be empty is stored: NULL, which foreign keys leave alone.
func ref[T ~string](id T) any {
	if id == "" {
		return nil
	}
	return string(id)
}

// id scans a reference that may be NULL.
func id[T ~string](to *T) sql.Scanner { return refScanner[T]{to} }

type refScanner[T ~string] struct{ to *T }

func (s refScanner[T]) Scan(src any) error {
	switch src := src.(type) {
	case nil:
		*s.to = ""
	case string:
		*s.to = T(src)
	case []byte:
		*s.to = T(src)
	default:
		return fmt.Errorf("a reference is stored as %T", src)
	}
	return nil
}
