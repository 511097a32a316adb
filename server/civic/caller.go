package civic

import "slices"

// Role is what a Caller may be.
type Role string

// The roles. Each of the console's includes the ones before it.
const (
	RoleNobody     Role = ""           // the public: may see the board and draw
	RoleCitizen    Role = "citizen"    // holds a ticket's secret
	RoleGuest      Role = "guest"      // holds the token of an invitation to one visit
	RoleClerk      Role = "clerk"      // serves at the desks of own offices
	RoleSupervisor Role = "supervisor" // and sees to the hours and figures of own offices
	RoleAdmin      Role = "admin"      // and to all of the authority: offices, staff, settings
	RoleOperator   Role = "operator"   // and founds other authorities, without seeing into them
)

// StaffRoles are the roles of the console, each including the ones before it.
var StaffRoles = []Role{RoleClerk, RoleSupervisor, RoleAdmin, RoleOperator}

// Staff says whether the role is one of the console's.
func (r Role) Staff() bool { return slices.Contains(StaffRoles, r) }

// Includes says whether the role may do what other may. Citizens' and staff's roles include nothing of each other.
func (r Role) Includes(other Role) bool {
	if !other.Staff() {
		return r == other
	}
	return slices.Index(StaffRoles, r) >= slices.Index(StaffRoles, other)
}

// Caller is who is asking, established by identity. It is passed to every feature method that acts for someone:
// permissions belong in signatures.
type Caller struct {
	Role        Role
	AuthorityID AuthorityID
	Ticket      TicketID     // of a citizen
	Guest       GuestID      // of a guest
	Visit       VisitID      // of a guest
	Clerk       ClerkID      // of a clerk
	Session     SessionID    // of a clerk
	Offices     []OfficeID   // which a clerk may serve
	Stage       SessionStage // of a clerk's login: until it is full, only its next step is open
}

// MayServe refuses everyone but a clerk of that office. To others the office does not exist: NotFound.
func (c Caller) MayServe(authority AuthorityID, office OfficeID) error {
	if !c.Role.Staff() {
		return Errorf(Forbidden, KeyForbidden, "role %q may not serve an office", c.Role)
	}
	if c.AuthorityID != authority || !slices.Contains(c.Offices, office) {
		return Errorf(NotFound, KeyOfficeUnknown, "clerk %s has no office %s", c.Clerk, office)
	}
	return nil
}

// MayManage refuses everyone but a supervisor of that office, or an admin of its authority.
func (c Caller) MayManage(authority AuthorityID, office OfficeID) error {
	if !c.Role.Includes(RoleSupervisor) {
		return Errorf(Forbidden, KeyForbidden, "role %q may not manage an office", c.Role)
	}
	if c.AuthorityID != authority || !c.Role.Includes(RoleAdmin) && !slices.Contains(c.Offices, office) {
		return Errorf(NotFound, KeyOfficeUnknown, "%s %s has no office %s", c.Role, c.Clerk, office)
	}
	return nil
}

// MayWork refuses everyone but the desk's own clerk, as long as that one serves its office.
func (c Caller) MayWork(d Desk) error {
	if err := c.MayEnd(d); err != nil {
		return err
	}
	return c.MayServe(d.AuthorityID, d.OfficeID)
}

// MayEnd refuses everyone but the desk's own clerk. Whose office was taken away may still end what runs at the desk: the
// citizen is in the midst of it.
func (c Caller) MayEnd(d Desk) error {
	if !c.Role.Staff() {
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
