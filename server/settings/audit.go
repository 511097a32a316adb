package settings

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"schalter/server/civic"
	"schalter/server/store"
)

// auditMost is how many lines of the log one look shows, and one file holds.
const auditMost, auditFileMost = 500, 50_000

// AuditLine is a line of the log with the names of today for what it speaks of.
type AuditLine struct {
	store.AuditEntry
	Who, Where string // empty: unknown, or the program itself
}

// deletedAccount stands for the name of somebody whose account was deleted; "value.deleted_account" are its words.
const deletedAccount = "deleted_account"

// In puts what stands for a deleted account into words.
func (l AuditLine) In(words Words) AuditLine {
	for _, text := range []*string{&l.Who, &l.Subject} {
		if *text == deletedAccount {
			*text = cmp.Or(words("value."+deletedAccount), *text)
		}
	}
	return l
}

// Audit returns the authority's log of a span of time, the latest first, at most 500 lines, and whether there are more.
func (s *Service) Audit(ctx context.Context, caller civic.Caller, from, before time.Time) (lines []AuditLine, more bool, err error) {
	lines, err = s.audit(ctx, caller, from, before, auditMost+1)
	if len(lines) > auditMost {
		return lines[:auditMost], true, err
	}
	return lines, false, err
}

func (s *Service) audit(ctx context.Context, caller civic.Caller, from, before time.Time, most int) ([]AuditLine, error) {
	if err := mayAdminister(caller); err != nil {
		return nil, err
	}
	var out []AuditLine
	err := s.store.Read(ctx, func(tx *store.Tx) error {
		entries, err := tx.Audit(ctx, caller.AuthorityID, from, before, most)
		if err != nil {
			return err
		}
		clerks, err := tx.Clerks(ctx, caller.AuthorityID)
		if err != nil {
			return err
		}
		offices, err := tx.Offices(ctx, caller.AuthorityID)
		if err != nil {
			return err
		}
		names := map[string]string{} // of clerks and offices, by their ids, which are random
		for _, c := range clerks {
			names[string(c.ID)] = c.Name
			if c.Deleted {
				names[string(c.ID)] = deletedAccount
			}
		}
		for _, o := range offices {
			names[string(o.ID)] = o.Name["de"]
		}
		named := func(text string) string { return cmp.Or(names[text], text) }
		for _, e := range entries {
			e.Subject = named(e.Subject)
			for key, value := range e.Detail {
				e.Detail[key] = named(value)
			}
			out = append(out, AuditLine{e, names[string(e.Clerk)], names[string(e.Office)]})
		}
		return nil
	})
	return out, err
}

// Words turns a key of the log into words: "act.login", "detail.reason". Empty: there are none.
type Words func(key string) string

// AuditCSV returns the log of a span of time as CSV, with a semicolon between the cells, as German spreadsheets expect.
func (s *Service) AuditCSV(ctx context.Context, caller civic.Caller, from, before time.Time, words Words) ([]byte, error) {
	lines, err := s.audit(ctx, caller, from, before, auditFileMost)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString("\uFEFF") // else spreadsheets take it for Latin-1
	w := csv.NewWriter(&out)
	w.Comma, w.UseCRLF = ';', true
	rows := [][]string{{}}
	for _, column := range []string{"at", "who", "act", "where", "subject", "detail"} {
		rows[0] = append(rows[0], cmp.Or(words("audit."+column), column))
	}
	for _, l := range lines {
		l = l.In(words)
		rows = append(rows, []string{l.At.In(s.zone).Format(time.DateTime), l.Who, cmp.Or(words("act."+l.Act), l.Act), l.Where, l.Subject, DetailText(l.Detail, words)})
	}
	for _, row := range rows {
		for i := range row {
			row[i] = civic.HarmlessCell(row[i])
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("write CSV: %w", err)
	}
	return out.Bytes(), nil
}

// DetailText writes what a line has beside its act: "Geändert: Name, Telefon; Grund: Dringend".
func DetailText(detail map[string]string, words Words) string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(detail)) {
		value := detail[key]
		if key == "fields" {
			value = fieldNames(value, words)
		}
		out = append(out, cmp.Or(words("detail."+key), key)+": "+cmp.Or(words("value."+value), value))
	}
	return strings.Join(out, "; ")
}

// fieldNames puts the paths of settings, "offices.bauamt.prefix", into words: "bauamt: Buchstaben vor der Nummer".
func fieldNames(paths string, words Words) string {
	names := strings.Split(paths, ", ")
	for i, path := range names {
		parts := strings.Split(path, ".")
		last := parts[len(parts)-1]
		name := cmp.Or(words("field."+last), words("value."+last), last)
		if len(parts) == 3 {
			name = parts[1] + ": " + name
		}
		names[i] = name
	}
	return strings.Join(names, ", ")
}
