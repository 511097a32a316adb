package store

import (
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// recorder notes the queries of a transaction.
type recorder struct {
	querier
	queries []recorded
}

type recorded struct {
	query string
	args  []any
}

func (r *recorder) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	r.queries = append(r.queries, recorded{query, args})
	return r.querier.ExecContext(ctx, query, args...)
}

func (r *recorder) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.queries = append(r.queries, recorded{query, args})
	return r.querier.QueryContext(ctx, query, args...)
}

// eachQuery calls every exported method of Tx with empty arguments and passes on the queries that it runs, with their
// plans in an empty SQLite.
func eachQuery(t *testing.T, check func(method, query string, plan []string)) {
	t.Helper()
	s, err := Open(t.Context(), Config{DSN: filepath.Join(t.TempDir(), "x.db"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	kind := reflect.TypeFor[*Tx]()
	for i := range kind.NumMethod() {
		m := kind.Method(i)
		rec := &recorder{}
		s.Write(t.Context(), func(tx *Tx) error {
			rec.querier, tx.db = tx.db, rec
			args := []reflect.Value{reflect.ValueOf(tx)}
			for j := 1; j < m.Type.NumIn(); j++ {
				in := m.Type.In(j)
				switch {
				case in == reflect.TypeFor[context.Context]():
					args = append(args, reflect.ValueOf(t.Context()))
				case in.Kind() == reflect.Slice:
					args = append(args, reflect.MakeSlice(in, 1, 1))
				default:
					args = append(args, reflect.Zero(in))
				}
			}
			if m.Type.IsVariadic() {
				m.Func.CallSlice(args)
			} else {
				m.Func.Call(args)
			}
			return context.Canceled // nothing of it is kept
		})
		if len(rec.queries) == 0 {
			t.Errorf("%s runs no query", m.Name)
		}
		for _, q := range rec.queries {
			err := s.Read(t.Context(), func(tx *Tx) error {
				plan, err := all(t.Context(), tx, func(r row) (detail string, err error) {
					var n int
					return detail, r.Scan(&n, &n, &n, &detail)
				}, "EXPLAIN QUERY PLAN "+q.query, q.args...)
				check(m.Name, q.query, plan)
				return err
			})
			if err != nil {
				t.Errorf("%s: %v", m.Name, err)
			}
		}
	}
}

// acrossAuthorities are the methods whose queries name no authority.
var acrossAuthorities = map[string]string{
	"Authority":            "the id is the authority's",
	"AuthorityBySlug":      "finds the authority",
	"SaveAuthority":        "the id is the authority's",
	"ClerkByEmail":         "the login tells which authority",
	"SessionByHash":        "the secret tells which authority",
	"TouchAuthority":       "the authority itself",
	"TicketBySecret":       "the secret tells which authority",
	"TicketByIdempotency":  "by the secret",
	"TakeResumeCode":       "the secret tells which authority",
	"TakeGrant":            "the secret tells which authority",
	"GuestByToken":         "the secret tells which authority",
	"MovedSecret":          "by the secret",
	"Retentions":           "clockwork",
	"DeleteAudit":          "clockwork",
	"DeleteExpired":        "clockwork",
	"DeleteSessionsBefore": "old ones of all, at any login",
	"See":                  "presence of the pages that a node's sockets have admitted",
	"CalledBefore":         "clockwork",
	"OpenBefore":           "clockwork",
	"InterruptedBefore":    "clockwork",
	"PausedBefore":         "clockwork",
	"UnseenDesks":          "clockwork",
	"AbsentDesks":          "clockwork",
	"NextDeadline":         "clockwork",
	"DeleteEnded":          "clockwork",
	"OpenVisits":           "start of a node",
	"CaptionedVisit":       "by the token",
	"AccountToken":         "the secret tells which authority",
	"TakeAccountToken":     "the secret tells which authority",
	"TakeSSOLogin":         "the secret tells which authority",
	"DeleteTokensBefore":   "old ones of all, at any login",
	"SetSetupToken":        "there is no authority yet",
	"TakeSetupToken":       "there is no authority yet",
	"SetupToken":           "there is no authority yet",
	"AnyClerk":             "asks whether there is anybody",
	"LineUp":               "the id is the authority's",
	"AuthorityCounts":      "counts, for the operator",
}

// names of the column in a condition, or in the list of an INSERT
var namesAuthority = regexp.MustCompile(`authority_id = \$1|INSERT INTO \w+\s+\([^)]*authority_id`)

func TestEveryQueryNamesItsAuthority(t *testing.T) {
	needless := map[string]bool{}
	for m := range acrossAuthorities {
		needless[m] = true
	}
	eachQuery(t, func(method, query string, _ []string) {
		if namesAuthority.MatchString(query) {
			return
		}
		if acrossAuthorities[method] == "" {
			t.Errorf("%s names no authority:\n%s", method, query)
		}
		delete(needless, method)
	})
	for m := range needless {
		t.Errorf("%s needs no exception", m)
	}
}

// wholeTables may be read from end to end.
var wholeTables = map[string]string{
	"Authorities SCAN authorities USING INDEX sqlite_autoindex_authorities_2":     "it lists them all",
	"OpenVisits SCAN visits USING INDEX visits_running":                           "the index holds only what is asked for",
	"Retentions SCAN authorities":                                                 "it lists them all",
	"DeleteExpired SCAN setup_tokens":                                             "one row at most",
	"DeleteEnded SCAN counters":                                                   "one row an office and day, of some days",
	"SetSetupToken SCAN setup_tokens":                                             "it has one row at most",
	"AnyClerk SCAN clerks USING COVERING INDEX sqlite_autoindex_clerks_1":         "it stops at the first row",
	"AuthorityCounts SCAN authorities USING INDEX sqlite_autoindex_authorities_2": "it lists them all",
}

func TestNoQueryReadsAWholeTable(t *testing.T) {
	eachQuery(t, func(method, query string, plan []string) {
		for _, step := range plan {
			if strings.HasPrefix(step, "SCAN ") && !strings.HasPrefix(step, "SCAN json_each") &&
				!strings.Contains(step, "subquery") && step != "SCAN deadlines" && step != "SCAN CONSTANT ROW" &&
				wholeTables[method+" "+step] == "" {
				t.Errorf("%s %s:\n%s\n%q", method, step, query, plan)
			}
		}
	})
}
