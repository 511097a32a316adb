package identity_test

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

const password = "correct horse battery"

type office struct {
	*identity.Service
	store *store.Store
	clock atomic.Int64
}

func (o *office) now() time.Time { return time.UnixMicro(o.clock.Load()).UTC() }

func (o *office) pass(d time.Duration) { o.clock.Add(d.Microseconds()) }

// newOffice has one clerk, huber@example, and one ticket whose secret is "secret".
func newOffice(t *testing.T, st *store.Store) *office {
	o := &office{store: st}
	o.clock.Store(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).UnixMicro())
	s, err := identity.New(st, identity.Config{ConsoleURL: "http://console.localhost:8080", Taken: []string{"api"}}, o.now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	o.Service = s
	hash, err := s.HashPassword(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	err = st.Write(t.Context(), func(tx *store.Tx) error {
		ctx := t.Context()
		a := civic.Authority{ID: "a", Slug: "a", Name: civic.Text{"de": "A"}}
		if err := tx.SaveAuthority(ctx, a); err != nil {
			return err
		}
		b := civic.Office{ID: "o", AuthorityID: "a", Slug: "o", Name: civic.Text{"de": "O"}}
		if err := tx.SaveOffice(ctx, b); err != nil {
			return err
		}
		c := civic.Clerk{ID: "c", AuthorityID: "a", Email: "huber@example", Name: "Frau Huber", PasswordHash: hash, Offices: []civic.OfficeID{"o"}}
		if err := tx.SaveClerk(ctx, c); err != nil {
			return err
		}
		return tx.InsertTicket(ctx, civic.Draw(b, "t", "2026-11-23", 1, o.now()), identity.Hash("secret"), nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func each(t *testing.T, fn func(*testing.T, *office)) {
	storetest.Each(t, func(t *testing.T, st *store.Store) { fn(t, newOffice(t, st)) })
}

func refused(t *testing.T, what string, err error, code civic.Code, key string) {
	t.Helper()
	if civic.CodeOf(err) != code || civic.KeyOf(err) != key {
		t.Errorf("%s: %v, want %s: %s", what, err, code, key)
	}
}

func TestAClerkSignsInAndOut(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		w, err := o.Login(ctx, " Huber@Example ", password, "Firefox, Windows")
		if err != nil {
			t.Fatal(err)
		}
		token := w.Token
		w, err = o.Who(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		caller := w.Caller()
		if caller.Clerk != "c" || caller.MayServe("a", "o") != nil || w.Clerk.Name != "Frau Huber" || w.Session.Agent != "Firefox, Windows" {
			t.Errorf("caller %+v", caller)
		}
		if err := o.Logout(ctx, caller); err != nil {
			t.Fatal(err)
		}
		_, err = o.Who(ctx, token)
		refused(t, "after logout", err, civic.Unauthenticated, civic.KeySessionOver)
	})
}

func TestWrongLoginsAreAlike(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		for what, email := range map[string]string{"wrong password": "huber@example", "unknown account": "nobody@example"} {
			_, err := o.Login(t.Context(), email, "wrong password", "")
			refused(t, what, err, civic.Unauthenticated, civic.KeyLoginWrong)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		idle, err := o.Login(ctx, "huber@example", password, "")
		if err != nil {
			t.Fatal(err)
		}
		busy, err := o.Login(ctx, "huber@example", password, "")
		if err != nil {
			t.Fatal(err)
		}
		for range int(identity.SessionLife / (20 * time.Minute)) {
			if _, err := o.Who(ctx, busy.Token); err != nil {
				t.Fatalf("a session in use ended at %v: %v", o.now(), err)
			}
			o.pass(20 * time.Minute)
		}
		_, err = o.Who(ctx, idle.Token)
		refused(t, "an idle session", err, civic.Unauthenticated, civic.KeySessionOver)
		o.pass(time.Minute)
		_, err = o.Who(ctx, busy.Token)
		refused(t, "after the longest life", err, civic.Unauthenticated, civic.KeySessionOver)
		_, err = o.Who(ctx, "guess")
		refused(t, "a guess", err, civic.Unauthenticated, civic.KeySessionOver)
	})
}

func TestALoginClearsOldSessionsAway(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		old, err := o.Login(ctx, "huber@example", password, "")
		if err != nil {
			t.Fatal(err)
		}
		stored := func() civic.Code {
			return civic.CodeOf(o.store.Read(ctx, func(tx *store.Tx) error {
				_, err := tx.SessionByHash(ctx, identity.Hash(old.Token))
				return err
			}))
		}
		for _, step := range []struct {
			pass time.Duration
			want civic.Code
		}{{identity.SessionLife - time.Second, ""}, {time.Second, civic.NotFound}} {
			o.pass(step.pass)
			if _, err := o.Login(ctx, "huber@example", password, ""); err != nil {
				t.Fatal(err)
			}
			if got := stored(); got != step.want {
				t.Errorf("after %v more: %q, want %q", step.pass, got, step.want)
			}
		}
	})
}

func TestPasswords(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		for _, p := range []string{"", "1234567", strings.Repeat("x", 257)} {
			_, err := o.HashPassword(t.Context(), p)
			refused(t, "a password of "+string(rune(len(p))), err, civic.Invalid, "password_length")
		}
		a, errA := o.HashPassword(t.Context(), "pässwört")
		b, errB := o.HashPassword(t.Context(), "pässwört")
		if errA != nil || errB != nil || a == b || !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("hashes %q and %q, errors %v, %v", a, b, errA, errB)
		}
	})
}

func TestATicketsSecretsAndCodes(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		caller, err := o.Citizen(ctx, "secret")
		if err != nil || caller.Ticket != "t" || caller.Role != civic.RoleCitizen {
			t.Fatalf("caller %+v, error %v", caller, err)
		}
		_, err = o.Citizen(ctx, "guess")
		refused(t, "a guess", err, civic.Unauthenticated, civic.KeyTicketUnknown)

		code, err := o.ResumeCode(ctx, caller)
		if err != nil {
			t.Fatal(err)
		}
		resumed, err := o.Resume(ctx, code)
		if err != nil || resumed.Caller.Ticket != "t" || resumed.Moved {
			t.Fatalf("resumed %+v, error %v", resumed, err)
		}
		_, err = o.Resume(ctx, code)
		refused(t, "a code used twice", err, civic.Unauthenticated, civic.KeyResumeUnknown)
		for _, s := range []string{"secret", resumed.Secret} { // both windows
			if again, err := o.Citizen(ctx, s); err != nil || again.Ticket != "t" {
				t.Errorf("%+v, %v", again, err)
			}
		}
		code, err = o.ResumeCode(ctx, caller)
		if err != nil {
			t.Fatal(err)
		}
		o.pass(identity.ResumeLife + time.Second)
		_, err = o.Resume(ctx, code)
		refused(t, "a code that is over", err, civic.Unauthenticated, civic.KeyResumeUnknown)
		_, err = o.ResumeCode(context.Background(), civic.Caller{Role: civic.RoleClerk})
		refused(t, "a clerk's resume code", err, civic.Forbidden, civic.KeyForbidden)
	})
}
