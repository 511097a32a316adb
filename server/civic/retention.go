package civic

import "time"

// What is kept, as the retention table names it.
const (
	KeptTickets       = "tickets"        // ended tickets with their visits, guests, secrets, codes and grants
	KeptMoveCodes     = "move_codes"     // one-time codes that move a ticket to another device
	KeptAudit         = "audit"          // who did what, without contents
	KeptSessions      = "sessions"       // logins of clerks
	KeptAccountTokens = "account_tokens" // invitations and forgotten passwords
	KeptSSOLogins     = "sso_logins"     // single sign-on under way
	KeptSetupTokens   = "setup_tokens"   // of the first administrator
	KeptCounters      = "counters"       // the last number of a day
	KeptRecords       = "records"        // the anonymous records of the statistics
)

// Kept is one line of the retention table: what is deleted when (REQUIREMENTS P07).
type Kept struct {
	What string
	// For is how long after its end, or in the case of audit after the act. 0 with Own: rows carry their own expiry.
	// 0 without: it is kept for good.
	For time.Duration
	Own bool
	// Shortened: an authority may keep it shorter. Lengthened: longer too, if it gives a reason.
	Shortened, Lengthened bool
}

// Defaults of the table.
const (
	// AuditRetention is how long the audit log is kept.
	AuditRetention = 90 * 24 * time.Hour
	// MoveLife is how long a code that moves a ticket to another device is good.
	MoveLife = 10 * time.Minute
	// CounterRetention is how long a day's counter outlives its day. Its tickets are gone by then; the clock may have jumped.
	CounterRetention = 7 * 24 * time.Hour
	// SessionLife ends every session of a clerk (REQUIREMENTS S07).
	SessionLife = 12 * time.Hour
)

// Table is the retention table of an authority: what the deletion job goes by, and what its administrators read.
func (r Retention) Table() []Kept {
	return []Kept{
		{What: KeptTickets, For: r.Tickets(), Shortened: true},
		{What: KeptMoveCodes, For: MoveLife},
		{What: KeptAudit, For: r.Audit(), Shortened: true, Lengthened: true},
		{What: KeptSessions, For: SessionLife},
		{What: KeptAccountTokens, Own: true},
		{What: KeptSSOLogins, Own: true},
		{What: KeptSetupTokens, Own: true},
		{What: KeptCounters, For: CounterRetention},
		{What: KeptRecords},
	}
}

// Tickets is how long an ended ticket is kept: TicketHours, which can only shorten TicketRetention.
func (r Retention) Tickets() time.Duration {
	if r.TicketHours <= 0 {
		return TicketRetention
	}
	return min(time.Duration(r.TicketHours)*time.Hour, TicketRetention)
}

// Audit is how long an entry of the audit log is kept: AuditDays, longer than AuditRetention only with a reason.
func (r Retention) Audit() time.Duration {
	days := time.Duration(r.AuditDays) * 24 * time.Hour
	if days <= 0 || days > AuditRetention && r.Reason == "" {
		return AuditRetention
	}
	return days
}
