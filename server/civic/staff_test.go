package civic

import "testing"

func TestNobodyRaisesAnybodyAboveTheOwnRole(t *testing.T) {
	roles := append([]Role{RoleNobody, RoleCitizen}, StaffRoles...)
	for _, mine := range roles {
		for _, was := range append([]Role{"new"}, StaffRoles...) {
			for _, next := range roles {
				caller := Caller{Role: mine, AuthorityID: "a", Clerk: "me"}
				before := Clerk{ID: "c", AuthorityID: "a", Role: was}
				if was == "new" {
					before = Clerk{}
				}
				err := caller.MayAppoint(before, Clerk{ID: "c", AuthorityID: "a", Role: next})
				admin := mine == RoleAdmin || mine == RoleOperator
				want := admin && next.Staff() && (mine == RoleOperator || next != RoleOperator && was != RoleOperator)
				if (err == nil) != want {
					t.Errorf("%q makes %q of %q: %v, want %v", mine, next, was, err, want)
				}
			}
		}
	}
}

func TestNobodyChangesTheOwnRoleOrAForeignAccount(t *testing.T) {
	me := Caller{Role: RoleOperator, AuthorityID: "a", Clerk: "me"}
	own := Clerk{ID: "me", AuthorityID: "a", Role: RoleOperator}
	for what, next := range map[string]Clerk{
		"a lower role": {ID: "me", AuthorityID: "a", Role: RoleAdmin}, "disabled": {ID: "me", AuthorityID: "a", Role: RoleOperator, Disabled: true},
	} {
		if err := me.MayAppoint(own, next); KeyOf(err) != KeyRoleOwn {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := me.MayAppoint(own, Clerk{ID: "me", AuthorityID: "a", Role: RoleOperator, Name: "anders"}); err != nil {
		t.Errorf("another name: %v", err)
	}
	if err := me.MayAppoint(Clerk{ID: "c", AuthorityID: "b", Role: RoleClerk}, Clerk{ID: "c", AuthorityID: "a", Role: RoleClerk}); CodeOf(err) != NotFound {
		t.Errorf("a foreign account: %v", err)
	}
}

func TestAnAdministratorIsLeft(t *testing.T) {
	admin, clerk, gone := Clerk{Role: RoleAdmin}, Clerk{Role: RoleSupervisor}, Clerk{Role: RoleOperator, Disabled: true}
	if AdminLeft([]Clerk{clerk, admin}) != nil || KeyOf(AdminLeft([]Clerk{clerk, gone})) != KeyLastAdmin {
		t.Error("the last administrator may go")
	}
}
