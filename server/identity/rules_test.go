package identity_test

import (
	"testing"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/store"
)

// colleague is another clerk of the office, signed in.
func (o *office) colleague(t *testing.T, email string, role civic.Role) identity.Who {
	t.Helper()
	err := o.store.Write(t.Context(), func(tx *store.Tx) error {
		c, err := tx.Clerk(t.Context(), "a", "c")
		if err != nil {
			return err
		}
		c.ID, c.Email, c.Role, c.SSOSubject = civic.ClerkID(email), email, role, ""
		return tx.SaveClerk(t.Context(), c)
	})
	if err != nil {
		t.Fatal(err)
	}
	w, err := o.Login(t.Context(), email, password, "")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestAStricterRuleEndsWeakLogins: a second factor that becomes a duty ends the logins of who has none, at once, but for the
// one that has set the rule.
func TestAStricterRuleEndsWeakLogins(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		weak, err := o.Login(ctx, "huber@example", password, "")
		if err != nil {
			t.Fatal(err)
		}
		admin, strong := o.colleague(t, "admin@example", civic.RoleAdmin), o.colleague(t, "strong@example", civic.RoleClerk)
		err = o.store.Write(ctx, func(tx *store.Tx) error {
			return tx.SetTOTP(ctx, "a", strong.Clerk.ID, "JBSWY3DPEHPK3PXP", 0)
		})
		if err != nil {
			t.Fatal(err)
		}
		_, ended, err := o.SetSignInRules(ctx, admin.Caller(), true, civic.SSO{})
		if err != nil || len(ended) != 1 || ended[0].ID != weak.Session.ID || ended[0].ClerkID != weak.Clerk.ID {
			t.Errorf("ended %+v, %v", ended, err)
		}
		_, err = o.Who(ctx, weak.Token)
		refused(t, "a password alone", err, civic.Unauthenticated, civic.KeySessionOver)
		for what, w := range map[string]identity.Who{"the admin's own": admin, "with a factor": strong} {
			if _, err := o.Who(ctx, w.Token); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

// TestNobodyIsLockedOut: single sign-on becomes the only way when it leads to an administrator, and groups take nobody's
// place who is the last of them.
func TestNobodyIsLockedOut(t *testing.T) {
	i := runIssuer(t)
	o := withIssuer(t, i, false)
	ctx := t.Context()
	admin := o.as(t, civic.RoleAdmin)
	rules := func(only bool, change func(*civic.SSO)) error {
		sso := civic.SSO{
			Issuer: i.Issuer, ClientID: i.ClientID, ClientSecret: i.ClientSecret, Only: only,
			Roles: map[string]civic.Role{"amt": civic.RoleClerk},
		}
		if change != nil {
			change(&sso)
		}
		_, _, err := o.SetSignInRules(ctx, admin.Caller(), false, sso)
		return err
	}
	refused(t, "no client", rules(false, func(s *civic.SSO) { s.ClientID = "" }), civic.Invalid, "sso_client_missing")
	refused(t, "no group's name", rules(false, func(s *civic.SSO) { s.Roles[" "] = civic.RoleClerk }), civic.Invalid, "sso_group_wrong")
	refused(t, "no administrator could sign in", rules(true, nil), civic.Conflict, "sso_lockout")
	if err := rules(true, func(s *civic.SSO) { s.Roles["leitung"] = civic.RoleAdmin }); err != nil {
		t.Errorf("with a group of administrators: %v", err)
	}
	if err := o.LinkSSO(ctx, admin.Caller(), admin.Clerk.ID, "s1"); err != nil {
		t.Fatal(err)
	}
	if err := rules(true, nil); err != nil {
		t.Errorf("with a linked administrator: %v", err)
	}
	w, _, _, err := o.FinishSSO(ctx, i.signIn(t, o, person{Subject: "s1", Email: "x@example", Groups: []string{"amt"}}), "")
	if err != nil || w.Clerk.ID != admin.Clerk.ID || w.Clerk.Role != civic.RoleAdmin {
		t.Errorf("the last administrator, whose group is a clerk's: %+v, %v", w.Clerk, err)
	}
}
