package identity_test

import (
	"context"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"schalter/server/civic"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// TestALoginFromBeforeTheFactor: whoever has only the password, and began to sign in before its owner set up the first
// factor, adds none beside it and replaces none.
func TestALoginFromBeforeTheFactor(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		admin := o.as(t, civic.RoleAdmin).Caller()
		if _, _, err := o.SetSignInRules(ctx, admin, true, civic.SSO{}); err != nil {
			t.Fatal(err)
		}
		enrol := func(who string) (confirm func() error) {
			w, err := o.Login(ctx, "huber@example", password, "")
			if err != nil || w.Session.Stage != civic.StageEnrol {
				t.Fatalf("%s: %v, stage %s", who, err, w.Session.Stage)
			}
			key, err := o.NewTOTP(ctx, w, "")
			if err != nil {
				t.Fatal(err)
			}
			return func() error {
				code, _ := totp.GenerateCode(key.Secret(), o.now())
				_, err := o.ConfirmTOTP(ctx, w, code)
				return err
			}
		}
		thief, owner := enrol("thief"), enrol("owner")
		if err := owner(); err != nil {
			t.Fatal(err)
		}
		refused(t, "the thief", thief(), civic.Unauthenticated, civic.KeySessionOver)
	})
}

// TestASessionAloneIsNoPassword: an administrator's session that somebody has found does not give out a link with which to
// set that administrator's password.
func TestASessionAloneIsNoPassword(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		admin := o.as(t, civic.RoleAdmin).Caller()
		link, err := o.InviteAgain(t.Context(), admin, admin.Clerk)
		refused(t, "a link for oneself", err, civic.Conflict, civic.KeyRoleOwn)
		if link.URL != "" {
			t.Error("a link all the same")
		}
	})
}

// TestAWrongPasswordTellsNothingByItsTime: a known account's refusal waits for no write, as an unknown one's does not.
func TestAWrongPasswordTellsNothingByItsTime(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	err := o.store.Write(ctx, func(*store.Tx) error { // nobody else writes meanwhile
		for _, email := range []string{"huber@example", "nobody@example"} {
			_, err := o.Login(ctx, email, "wrong password", "")
			refused(t, email, err, civic.Unauthenticated, civic.KeyLoginWrong)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	o.Close()
	if acts := o.acts(t); len(acts) != 1 || acts[0] != "login.failed c" {
		t.Errorf("%q", acts)
	}
}
