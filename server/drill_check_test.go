//go:build drill

package main

import (
	"database/sql"
	"fmt"
	"os"
	"testing"
	"time"

	"schalter/server/civic"
)

// row is what the check reads of a ticket.
type row struct {
	id, office, label, state, clerk, desk string
	number                                int
	calledAt, servedAt, endedAt           int64
	key                                   []byte
}

// check reads the database that a kill has left: how many of the acknowledged acts are in it, and which invariants
// (RELIABILITY section 2, I1 to I4 and I6) it breaks. I5, the order of calls, is what the histories in queue are about.
func (l *ledger) check(database string) (found int, violations []string) {
	wrong := func(format string, args ...any) { violations = append(violations, fmt.Sprintf(format, args...)) }
	violations = append(violations, l.strange...)
	db, err := sql.Open("sqlite", "file:"+database+"?_pragma=busy_timeout(5000)")
	if err != nil {
		wrong("open: %v", err)
		return 0, violations
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		wrong("integrity: %.200s %v", verdict, err)
	}
	tickets, err := ticketRows(db)
	if err != nil {
		wrong("read tickets: %v", err)
		return 0, violations
	}
	for _, a := range l.acts {
		if t, ok := tickets[string(a.ticket)]; !ok || !a.shows(t) {
			wrong("acknowledged, and not there: %s of %s (%+v)", a.kind, a.label, t)
		} else {
			found++
		}
	}
	busy, keys := map[string]string{}, map[string]string{}
	for _, t := range tickets {
		active := t.state == "called" || t.state == "serving"
		over := civic.TicketState(t.state).Over()
		switch { // I1
		case !known(t.state):
			wrong("%s is %q", t.label, t.state)
		case active && (t.clerk == "" || t.desk == "" || t.calledAt == 0):
			wrong("%s is %s, with no clerk, desk or call", t.label, t.state)
		case over != (t.endedAt != 0):
			wrong("%s is %s, ended %d", t.label, t.state, t.endedAt)
		case (t.state == "serving" || t.state == "served") && t.servedAt == 0:
			wrong("%s is %s and has never entered", t.label, t.state)
		}
		for _, holder := range []string{t.clerk, t.desk} { // I4
			if !active {
				continue
			}
			if other := busy[holder]; other != "" {
				wrong("%s has %s and %s", holder, other, t.label)
			}
			busy[holder] = t.label
		}
		if other := keys[string(t.key)]; other != "" || !l.asked[string(t.key)] { // I3
			wrong("%s and %q were drawn with one key, or with none that was ever sent", t.label, other)
		}
		keys[string(t.key)] = t.label
	}
	// Each of these counts what must not be: I2, I6, and that the parts of one transaction came together.
	for what, query := range map[string]string{
		"numbers given twice": `SELECT COUNT(*) FROM (SELECT 1 FROM tickets GROUP BY issuing_office_id, day, number HAVING COUNT(*) > 1)`,
		"offices whose numbers have gaps, or whose counter is not their count": `SELECT COUNT(*) FROM counters c WHERE c.number <>
			(SELECT COUNT(*) FROM tickets t WHERE t.issuing_office_id = c.office_id AND t.day = c.day AND t.number BETWEEN 1 AND c.number)`,
		"tickets that no counter has counted": `SELECT COUNT(*) FROM tickets t WHERE NOT EXISTS
			(SELECT 1 FROM counters c WHERE c.office_id = t.issuing_office_id AND c.day = t.day AND c.number >= t.number)`,
		"tickets without a secret": `SELECT COUNT(*) FROM tickets t WHERE NOT EXISTS (SELECT 1 FROM ticket_secrets s WHERE s.ticket_id = t.id)`,
		"called or serving without a running visit, or the other way round": `SELECT COUNT(*) FROM tickets t WHERE
			(t.state IN ('called', 'serving')) <> EXISTS (SELECT 1 FROM visits v WHERE v.ticket_id = t.id AND v.state <> 'ended')`,
		"serving in a visit that nobody has entered, or the other way round": `SELECT COUNT(*) FROM tickets t JOIN visits v ON v.ticket_id = t.id
			WHERE v.state <> 'ended' AND (t.state = 'serving') <> (v.entered_at > 0)`,
		"ended tickets without their record, or records of nothing": `SELECT ABS((SELECT COUNT(*) FROM tickets WHERE ended_at > 0) - (SELECT COUNT(*) FROM ticket_records))`,
		"ended visits without their record, or records of nothing":  `SELECT ABS((SELECT COUNT(*) FROM visits WHERE state = 'ended' AND entered_at > 0) - (SELECT COUNT(*) FROM visit_records))`,
		"rows that refer to nothing":                                `SELECT COUNT(*) FROM pragma_foreign_key_check`,
	} {
		var n int
		if err := db.QueryRow(query).Scan(&n); err != nil || n != 0 {
			wrong("%d %s %v", n, what, err)
		}
	}
	return found, violations
}

func known(state string) bool {
	for _, s := range civic.TicketStates {
		if string(s) == state {
			return true
		}
	}
	return false
}

// shows says whether a ticket has got as far as the act that was acknowledged.
func (a act) shows(t row) bool {
	if t.label != a.label {
		return false
	}
	switch a.kind {
	case "draw":
		return t.office == string(a.office) && string(t.key) == string(a.key)
	case "call", "recall":
		return t.calledAt > 0
	case "enter":
		return t.servedAt > 0
	case "finish":
		return t.state == "served"
	case "leave":
		return t.state == "left" || t.state == "served"
	case "return": // it is called again sooner or later, and may be missed again
		return t.state != "missed" || t.calledAt > a.asked.UnixMicro()
	case "park", "transfer":
		return t.servedAt > 0 && (t.state != "serving" || t.calledAt > a.asked.UnixMicro())
	case "more-time", "lapse": // that call is over; a later one may run
		return t.state != "called" && t.state != "serving" || t.calledAt > a.asked.UnixMicro()
	}
	return false
}

func ticketRows(db *sql.DB) (map[string]row, error) {
	rows, err := db.Query(`SELECT id, issuing_office_id, label, state, COALESCE(clerk_id, ''), COALESCE(desk_id, ''), number, called_at, served_at,
		ended_at, idempotency_hash FROM tickets`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]row{}
	for rows.Next() {
		var t row
		if err := rows.Scan(&t.id, &t.office, &t.label, &t.state, &t.clerk, &t.desk, &t.number, &t.calledAt, &t.servedAt, &t.endedAt, &t.key); err != nil {
			return nil, err
		}
		out[t.id] = t
	}
	return out, rows.Err()
}

// bare takes the constraints off the tickets, so that a mutant can break them.
const bare = `CREATE TABLE bare AS SELECT * FROM tickets; DROP TABLE tickets; ALTER TABLE bare RENAME TO tickets;`

// mutants damages copies of the database, each in one way that a faulty program or disk might, and counts what the check
// says of each beyond what it says of the constraints having been taken off.
func (l *ledger) mutants(t *testing.T, database string) map[string]int {
	out := map[string]int{}
	_, unharmed := l.check(mutate(t, database, bare))
	for name, statements := range map[string]string{
		"an acknowledged ticket is lost":  `DELETE FROM tickets WHERE id = (SELECT MAX(id) FROM tickets)`,
		"a number is given twice":         `UPDATE tickets SET number = 1, label = substr(label, 1, 2) || '001' WHERE id = (SELECT id FROM tickets WHERE number = 2 LIMIT 1)`,
		"a clerk has two tickets":         `UPDATE tickets SET state = 'serving', ended_at = 0 WHERE id IN (SELECT id FROM tickets WHERE state = 'served' AND clerk_id = (SELECT clerk_id FROM tickets WHERE state = 'served' LIMIT 1) LIMIT 2)`,
		"a finished visit comes back":     `UPDATE tickets SET state = 'waiting', ended_at = 0 WHERE id = (SELECT id FROM tickets WHERE state = 'served' LIMIT 1)`,
		"the counter has run ahead":       `UPDATE counters SET number = number + 1 WHERE office_id = 'drill-0'`,
		"an entering is undone":           `UPDATE tickets SET served_at = 0 WHERE id = (SELECT id FROM tickets WHERE state = 'served' LIMIT 1)`,
		"a key draws twice":               `INSERT INTO tickets SELECT * FROM tickets WHERE number = 1 LIMIT 1; UPDATE tickets SET id = 'twin' WHERE rowid = (SELECT MAX(rowid) FROM tickets)`,
		"a record is lost":                `DELETE FROM ticket_records WHERE id = (SELECT MAX(id) FROM ticket_records)`,
		"a visit runs without its ticket": `UPDATE visits SET state = 'open', ended_at = 0 WHERE id = (SELECT id FROM visits WHERE state = 'ended' LIMIT 1)`,
	} {
		_, violations := l.check(mutate(t, database, bare+statements))
		out[name] = len(violations) - len(unharmed)
	}
	_, violations := l.check(scratch(t, database))
	out["a page of the file is garbage"] = len(violations)
	return out
}

func mutate(t *testing.T, database, statements string) string {
	t.Helper()
	path := copyOf(t, database)
	db, err := sql.Open("sqlite", "file:"+path)
	must(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err = db.Exec("PRAGMA foreign_keys = OFF")
	must(t, err)
	_, err = db.Exec(statements)
	must(t, err)
	return path
}

// scratch overwrites the middle of the file, after its log was written into it.
func scratch(t *testing.T, database string) string {
	t.Helper()
	path := mutate(t, database, "PRAGMA wal_checkpoint(TRUNCATE)")
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	defer f.Close()
	st, err := f.Stat()
	must(t, err)
	for at := st.Size() / 4 / 4096 * 4096; at < st.Size()/2; at += 4096 {
		_, err = f.WriteAt([]byte(time.Now().String()), at)
		must(t, err)
	}
	return path
}
