package civic

import "slices"

// Role is what a Caller may be.
type Role string

// The roles that exist so far.
const (
	RoleNobody  Role = ""        // the public: may see the board and draw
	RoleCitizen Role = "citizen" // holds a ticket's secret
	RoleClerk   Role = "clerk"   // holds a console session
)

// Caller is who is asking, established by identity. It is passed to every feature method that acts for someone:
// permissions belong in signatures.
type Caller struct {
	Role        Role
	AuthorityID AuthorityID
	Ticket      TicketID   // of a citizen
	Clerk       ClerkID    // of a clerk
	Offices     []OfficeID // which a clerk may serve
}

// MayServe refuses everyone but a clerk of that office. To others the office does not exist: NotFound.
func (c Caller) MayServe(authority AuthorityID, office OfficeID) error {
	if c.Role != RoleClerk {
		return Errorf(Forbidden, KeyForbidden, "role %q may not serve an office", c.Role)
	}
	if c.AuthorityID != authority || !slices.Contains(c.Offices, office) {
		return Errorf(NotFound, KeyOfficeUnknown, "clerk %s has no office %s", c.Clerk, office)
	}
	return nil
}

// MayWork refuses everyone but the desk's own clerk.
func (c Caller) MayWork(d Desk) error {
	if c.Role != RoleClerk {
		return Errorf(Forbidden, KeyForbidden, "role %q has no desk", c.Role)
	}
	if c.AuthorityID != d.AuthorityID || c.Clerk != d.ClerkID {
		return Errorf(NotFound, KeyDeskUnknown, "clerk %s has no desk %s", c.Clerk, d.ID)
	}
	return nil
}

// MayHold refuses everyone but the holder of the ticket's secret.
func (c Caller) MayHold(t Ticket) error {
	if c.Role != RoleCitizen || c.AuthorityID != t.AuthorityID || c.Ticket != t.ID {
		return Errorf(NotFound, KeyTicketUnknown, "caller does not hold ticket %s", t.ID)
	}
	return nil
}
