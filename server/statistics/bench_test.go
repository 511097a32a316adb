package statistics

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// BenchmarkAYear answers for a year of an authority with twenty offices: 200,000 records, most of them different. What is
// promised is less than a second each.
func BenchmarkAYear(b *testing.B) {
	dsn := filepath.Join(b.TempDir(), "year.db")
	st := storetest.Open(b, dsn)
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	const many = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d)`
	const where = `'a', hex(randomblob(13)), 'o' || (i %% 20), 't' || (i * 7 %% 60), date('2026-01-01', (i * 13 %% 365) || ' days'), 8 + i %% 9, 1 + i %% 5`
	for _, q := range []string{
		`INSERT INTO authorities (id, slug, name, phone, email, address, privacy, imprint, statement, accent, origins, texts)
			VALUES ('a', 'a', '{}', '', '', '', '', '', '', '', '[]', '{}')`,
		fmt.Sprintf(many, 20) + `INSERT INTO offices (authority_id, id, slug, name, about, prefix, position, hours, phone, email, appointment_only,
			lists_contacts, issuing_stopped, in_row, revision) SELECT 'a', 'o' || i, i, '{}', '{}', 'A', i, '[]', '', '', FALSE, TRUE, '', 0, 0 FROM n`,
		fmt.Sprintf(many+`INSERT INTO ticket_records SELECT `+where+`,
			CASE i %% 10 WHEN 1 THEN 'left' WHEN 2 THEN 'missed' WHEN 3 THEN 'closed' ELSE 'served' END, abs(random()) %% 3600, 1 FROM n`, 110_000),
		fmt.Sprintf(many+`INSERT INTO visit_records SELECT `+where+`, 'served', abs(random()) %% 3600, 2, '' FROM n`, 80_000),
		fmt.Sprintf(many+`INSERT INTO desk_records SELECT 'a', hex(randomblob(13)), 'o' || (i %% 20), date('2026-01-01', (i * 13 %% 365) || ' days'), 14400 FROM n`, 10_000),
	} {
		if _, err := db.Exec(q); err != nil {
			b.Fatalf("%s: %v", q, err)
		}
	}
	s, err := New(st, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	for _, by := range []By{store.GroupNone, store.GroupHour, store.GroupWeekday, store.GroupDay, store.GroupMonth, store.GroupOffice, store.GroupTopic} {
		b.Run("by "+string(by), func(b *testing.B) {
			for b.Loop() {
				f, err := s.Figures(b.Context(), civic.Caller{Role: civic.RoleAdmin, AuthorityID: "a"}, Query{From: "2026-01-01", To: "2026-12-31", By: by})
				if err != nil || f.Total.Drawn.N != 110_000 || f.Total.Visits.N != 80_000 {
					b.Fatal(err, says(f.Total))
				}
			}
		})
	}
}
