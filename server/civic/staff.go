package civic

import "slices"

// Keys of refusals that only the administration of staff meets.
const (
	KeyRoleAbove    = "role_above"
	KeyRoleOwn      = "role_own"
	KeyLastAdmin    = "last_admin"
	KeyClerkUnknown = "clerk_unknown"
	KeyRoleUnknown  = "role_unknown"
	KeyNotDisabled  = "account_not_disabled"
)

// MayAppoint refuses what a caller may not do to an account of the own authority: nobody raises anybody above the own
// role, touches the account of somebody above, or changes the own role or disables oneself. was is the zero Clerk for a new
// account. Admins only; others, and those of other authorities, do not find the account.
func (c Caller) MayAppoint(was, next Clerk) error {
	if !c.Role.Includes(RoleAdmin) {
		return Errorf(Forbidden, KeyForbidden, "role %q has no staff", c.Role)
	}
	if next.AuthorityID != c.AuthorityID || was.ID != "" && was.AuthorityID != c.AuthorityID {
		return Errorf(NotFound, KeyClerkUnknown, "clerk %s is another authority's", next.ID)
	}
	if !next.Role.Staff() {
		return Errorf(Invalid, KeyRoleUnknown, "role %q is none of staff", next.Role)
	}
	if !c.Role.Includes(next.Role) || was.ID != "" && !c.Role.Includes(was.Role) {
		return Errorf(Forbidden, KeyRoleAbove, "%s may not appoint from %s to %s", c.Role, was.Role, next.Role)
	}
	if next.ID == c.Clerk && (next.Role != was.Role || next.Disabled) {
		return Errorf(Conflict, KeyRoleOwn, "clerk %s changes the own role", c.Clerk)
	}
	return nil
}

// AdminLeft refuses a staff without an administrator who may sign in.
func AdminLeft(staff []Clerk) error {
	if slices.ContainsFunc(staff, func(c Clerk) bool { return !c.Disabled && c.Role.Includes(RoleAdmin) }) {
		return nil
	}
	return Errorf(Conflict, KeyLastAdmin, "no administrator would be left of %d clerks", len(staff))
}

// MayDelete refuses to delete the own account, one of somebody above, and one that may still sign in: it is disabled first.
func (c Caller) MayDelete(was Clerk) error {
	if err := c.MayAppoint(was, was.Emptied()); err != nil {
		return err
	}
	if !was.Disabled {
		return Errorf(Conflict, KeyNotDisabled, "clerk %s is not disabled", was.ID)
	}
	return nil
}

// Emptied is what a deleted account leaves (GDPR article 17): the id, at which desks, visits and records point, and nothing
// of the person. In the place of the address, which has to be unique, is what is no address.
func (c Clerk) Emptied() Clerk {
	return Clerk{ID: c.ID, AuthorityID: c.AuthorityID, Email: "deleted-" + string(c.ID), Role: RoleClerk, Disabled: true, Deleted: true}
}
