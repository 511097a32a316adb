package identity_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// Everything that the account to be deleted has, in texts that stand nowhere else.
var leftovers = []string{"Zwetschgenkern", "zwetschge@amt", "KEYOFZWETSCHGE", "subject-zwetschge", "Passkey Zwetschge", "Browser Zwetschge", "credential-zwetschge"}

// plum is a disabled account that has had everything.
func (o *office) plum(t *testing.T, role civic.Role) civic.Clerk {
	t.Helper()
	ctx := t.Context()
	c := civic.Clerk{ID: "z", AuthorityID: "a", Email: "Zwetschge@amt", Name: "Frau Zwetschgenkern", ContactPerson: true, Offices: []civic.OfficeID{"o"},
		Role: role, TOTPSecret: "KEYOFZWETSCHGE", TOTPStep: 7, SSOSubject: "subject-zwetschge", Disabled: true}
	err := o.store.Write(ctx, func(tx *store.Tx) (err error) {
		known, err := tx.Clerk(ctx, "a", "c")
		if err != nil {
			return err
		}
		c.PasswordHash = known.PasswordHash
		if err := tx.SaveClerk(ctx, c); err != nil {
			return err
		}
		if err := tx.InsertPasskey(ctx, store.Passkey{Authority: "a", ID: []byte("k"), Clerk: "z", Name: "Passkey Zwetschge", Credential: "credential-zwetschge"}); err != nil {
			return err
		}
		token := store.AccountToken{Authority: "a", Clerk: "z", Kind: store.TokenReset, Expires: o.now().Add(time.Hour)}
		if err := tx.InsertAccountToken(ctx, token, identity.Hash("link")); err != nil {
			return err
		}
		return tx.InsertSession(ctx, civic.Session{ID: "s", AuthorityID: "a", ClerkID: "z", CreatedAt: o.now(), SeenAt: o.now(),
			ExpiresAt: o.now().Add(time.Hour), Stage: civic.StageFull, Agent: "Browser Zwetschge"}, identity.Hash("session"))
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestADeletedAccount(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		admin := o.as(t, civic.RoleAdmin).Caller()
		was := o.plum(t, civic.RoleAdmin)
		ended, err := o.Delete(ctx, admin, "z")
		if err != nil || len(ended) != 1 {
			t.Fatalf("%v, %v", ended, err)
		}
		err = o.store.Read(ctx, func(tx *store.Tx) error {
			c, err := tx.Clerk(ctx, "a", "z")
			if err != nil {
				return err
			}
			if c.Name != "" || c.Email != "deleted-z" || c.PasswordHash != "" || c.TOTPSecret != "" || c.TOTPStep != 0 || c.SSOSubject != "" ||
				c.ContactPerson || len(c.Offices) != 0 || !c.Disabled || !c.Deleted || c.Role != civic.RoleClerk {
				t.Errorf("left: %+v", c)
			}
			passkeys, err := tx.Passkeys(ctx, "a", "z")
			if err != nil || len(passkeys) != 0 {
				t.Errorf("passkeys: %v, %v", passkeys, err)
			}
			for _, email := range []string{was.Email, c.Email} {
				if _, err := tx.ClerkByEmail(ctx, email); civic.CodeOf(err) != civic.NotFound {
					t.Errorf("by %s: %v", email, err)
				}
			}
			_, err = tx.AccountToken(ctx, identity.Hash("link"), o.now())
			refused(t, "a link in hand", err, civic.NotFound, "token_unknown")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{was.Email, "deleted-z"} {
			_, wrong := o.Login(ctx, email, password, "")
			refused(t, "signing in as "+email, wrong, civic.Unauthenticated, civic.KeyLoginWrong)
		}
		staff, err := o.Staff(ctx, admin)
		if err != nil || len(staff) != 1 {
			t.Errorf("staff: %+v, %v", staff, err)
		}
		p := identity.Profile{Name: "Frau Neu", Role: civic.RoleClerk}
		_, _, err = o.Change(ctx, admin, "z", p)
		refused(t, "bringing it back", err, civic.NotFound, civic.KeyClerkUnknown)
		_, err = o.InviteAgain(ctx, admin, "z")
		refused(t, "inviting it", err, civic.NotFound, civic.KeyClerkUnknown)
		refused(t, "linking it", o.LinkSSO(ctx, admin, "z", "s1"), civic.NotFound, civic.KeyClerkUnknown)
		_, err = o.Delete(ctx, admin, "z")
		refused(t, "deleting it again", err, civic.NotFound, civic.KeyClerkUnknown)
		if _, _, err := o.Invite(ctx, admin, was.Email, p); err != nil {
			t.Errorf("the address is free again: %v", err)
		}
		if log := strings.Join(o.acts(t), "\n"); !strings.Contains(log, "staff.deleted z") {
			t.Errorf("the log:\n%s", log)
		}
	})
}

func TestWhoMayDeleteWhom(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		admin := o.as(t, civic.RoleAdmin).Caller()
		supervisor := o.colleague(t, "supervisor@example", civic.RoleSupervisor).Caller()
		o.plum(t, civic.RoleOperator)
		try := func(what string, by civic.Caller, id civic.ClerkID, code civic.Code, key string) {
			t.Helper()
			_, err := o.Delete(ctx, by, id)
			refused(t, what, err, code, key)
		}
		try("an operator", admin, "z", civic.Forbidden, civic.KeyRoleAbove)
		try("the own one, and the last admin", admin, "c", civic.Conflict, civic.KeyRoleOwn)
		try("one that may sign in", admin, "supervisor@example", civic.Conflict, civic.KeyNotDisabled)
		try("nobody's", admin, "unknown", civic.NotFound, civic.KeyClerkUnknown)
		elsewhere := civic.Caller{Role: civic.RoleAdmin, AuthorityID: "b", Clerk: "x"}
		if _, err := o.Delete(ctx, elsewhere, "z"); civic.CodeOf(err) != civic.NotFound {
			t.Errorf("of another authority: %v", err)
		}
		err := o.store.Write(ctx, func(tx *store.Tx) error { // disabled in the midst of a conversation
			y := civic.Clerk{ID: "y", AuthorityID: "a", Email: "y@example", Name: "Herr Y", Role: civic.RoleClerk, Disabled: true}
			if err := tx.SaveClerk(ctx, y); err != nil {
				return err
			}
			ticket, err := tx.Ticket(ctx, "a", "t")
			if err != nil {
				return err
			}
			from := ticket.State
			ticket.State, ticket.Clerk, ticket.CalledAt = civic.Serving, "y", o.now()
			return tx.UpdateTicket(ctx, ticket, from)
		})
		if err != nil {
			t.Fatal(err)
		}
		o.pass(time.Second)
		try("by a supervisor", supervisor, "y", civic.Forbidden, civic.KeyForbidden)
		try("in conversation", admin, "y", civic.Conflict, "account_serving")
	})
}

// TestNoByteOfADeletedAccountIsLeft: neither in the database's file nor in the log beside it.
func TestNoByteOfADeletedAccountIsLeft(t *testing.T) {
	dsn := storetest.SQLiteDSN(t)
	st, err := store.Open(t.Context(), store.Config{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, st)
	admin := o.as(t, civic.RoleAdmin).Caller()
	o.plum(t, civic.RoleClerk)
	holds := func(text string) bool {
		for _, file := range []string{dsn, dsn + "-wal"} {
			raw, err := os.ReadFile(file)
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if bytes.Contains(bytes.ToLower(raw), []byte(strings.ToLower(text))) {
				return true
			}
		}
		return false
	}
	for _, text := range leftovers {
		if !holds(text) {
			t.Fatalf("%q is not in the file: this test would not see it stay", text)
		}
	}
	if _, err := o.Delete(t.Context(), admin, "z"); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	for _, text := range leftovers {
		if holds(text) {
			t.Errorf("%q is still in the file", text)
		}
	}
}
