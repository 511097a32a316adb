package identity_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/mail"
	"schalter/server/mail/mailtest"
	"schalter/server/store"
	"schalter/server/store/storetest"
)

// as gives the clerk of newOffice a role and signs in.
func (o *office) as(t *testing.T, role civic.Role) identity.Who {
	t.Helper()
	o.change(t, func(c *civic.Clerk) { c.Role = role })
	w, err := o.Login(t.Context(), "huber@example", password, "")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (o *office) change(t *testing.T, change func(*civic.Clerk)) {
	t.Helper()
	err := o.store.Write(t.Context(), func(tx *store.Tx) error {
		c, err := tx.Clerk(t.Context(), "a", "c")
		if err != nil {
			return err
		}
		change(&c)
		return tx.SaveClerk(t.Context(), c)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// acts are the audit log's, the oldest first.
func (o *office) acts(t *testing.T) (out []string) {
	t.Helper()
	err := o.store.Read(t.Context(), func(tx *store.Tx) error {
		entries, err := tx.Audit(t.Context(), "a", time.Time{}, o.now().Add(time.Hour), 1000)
		for _, e := range entries {
			out = append([]string{e.Act + " " + e.Subject}, out...)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPasswordsThatEverybodyGuesses(t *testing.T) {
	for password, key := range map[string]string{
		"password": "password_common", "Passwort123!": "password_common", "12345678": "password_common", "87654321": "password_common",
		"aaaaaaaaaaaa": "password_common", "qwertzuiop": "password_common", "1q2w3e4r": "password_common", "Sommer2026!": "password_common",
		"iloveyou1": "password_common", "abcabcabcabc": "password_common", "xyxyxyxy": "password_common", "Willkommen01": "password_common",
		"musterstadt1": "password_personal", "FrauHuber": "password_personal", "huber2026!": "password_personal", "kurz": "password_length",
		strings.Repeat("ä", 257): "password_length",
	} {
		err := identity.CheckPassword(password, "Stadt Musterstadt", "Frau Huber", "huber@musterstadt.example")
		if civic.KeyOf(err) != key {
			t.Errorf("%q: %v, want %s", password, err, key)
		}
	}
	for _, password := range []string{"correct horse battery", "Frau Huber trinkt morgens lieber Tee", "kKz8#vQ2", "ñandú 漢字 über", "Täglich" + strings.Repeat(" ein Wort mehr als gestern", 9)} {
		if err := identity.CheckPassword(password, "Stadt Musterstadt", "Frau Huber", "huber@musterstadt.example"); err != nil {
			t.Errorf("%q: %v", password, err)
		}
	}
}

func TestTheCommonPasswordsAreThousands(t *testing.T) {
	n := 0
	text, err := os.ReadFile("common_passwords.txt")
	if err != nil {
		t.Fatal(err)
	}
	for p := range strings.Lines(string(text)) {
		if n++; identity.CheckPassword(strings.TrimSpace(p)) == nil {
			t.Fatalf("%q passes", p)
		}
	}
	if n < 3000 { // ASVS 6.2.4
		t.Errorf("only %d", n)
	}
}

func TestASecondFactor(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		w := o.as(t, civic.RoleClerk)
		if _, err := o.NewTOTP(ctx, w, "wrong password"); civic.KeyOf(err) != "password_wrong" {
			t.Errorf("without the password: %v", err)
		}
		key, err := o.NewTOTP(ctx, w, password)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = o.ConfirmTOTP(ctx, w, "000000"); civic.KeyOf(err) != "code_wrong" {
			t.Errorf("a wrong first code: %v", err)
		}
		code := func() string {
			code, err := totp.GenerateCode(key.Secret(), o.now())
			if err != nil {
				t.Fatal(err)
			}
			return code
		}
		first := code()
		if _, err = o.ConfirmTOTP(ctx, w, first); err != nil {
			t.Fatal(err)
		}
		login := func() identity.Who {
			w, err := o.Login(ctx, "huber@example", password, "")
			if err != nil || w.Session.Stage != civic.StageFactor {
				t.Fatalf("%v, stage %s", err, w.Session.Stage)
			}
			return w
		}
		half := login()
		_, err = o.Code(ctx, half, first)
		refused(t, "the code of setting up again", err, civic.Invalid, "code_wrong")
		o.pass(30 * time.Second)
		used := code()
		full, err := o.Code(ctx, half, used)
		if err != nil || full.Session.Stage != civic.StageFull || full.Token == half.Token {
			t.Fatalf("%v, stage %s", err, full.Session.Stage)
		}
		_, err = o.Who(ctx, half.Token)
		refused(t, "the token of the first step", err, civic.Unauthenticated, civic.KeySessionOver)
		_, err = o.Code(ctx, login(), used)
		refused(t, "a code used twice", err, civic.Invalid, "code_wrong")
		late := code()
		o.pass(29 * time.Second)
		o.pass(30 * time.Second)
		_, err = o.Code(ctx, login(), late)
		refused(t, "a code of two steps before", err, civic.Invalid, "code_wrong")
		before := code()
		o.pass(30 * time.Second)
		if _, err := o.Code(ctx, login(), before); err != nil {
			t.Errorf("a code of one step before: %v", err)
		}
		slow := login()
		o.pass(identity.StepLife)
		_, err = o.Who(ctx, slow.Token)
		refused(t, "a step that never came", err, civic.Unauthenticated, civic.KeySessionOver)
		if err := o.RemoveTOTP(ctx, full, password); err != nil {
			t.Fatal(err)
		}
		if w, err := o.Login(ctx, "huber@example", password, ""); err != nil || w.Session.Stage != civic.StageFull {
			t.Errorf("after removing: %v, %s", err, w.Session.Stage)
		}
		log := strings.Join(o.acts(t), "\n")
		for _, act := range []string{"factor.added c", "factor.failed c", "factor.removed c", "login c"} {
			if !strings.Contains(log, act) {
				t.Errorf("no %s in\n%s", act, log)
			}
		}
	})
}

func TestTheAuthorityDemandsAFactor(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		admin := o.as(t, civic.RoleAdmin).Caller()
		if _, _, err := o.SetSignInRules(ctx, admin, true, civic.SSO{}); err != nil {
			t.Fatal(err)
		}
		w, err := o.Login(ctx, "huber@example", password, "")
		if err != nil || w.Session.Stage != civic.StageEnrol {
			t.Fatalf("%v, stage %s", err, w.Session.Stage)
		}
		key, err := o.NewTOTP(ctx, w, "")
		if err != nil {
			t.Fatal(err)
		}
		code, _ := totp.GenerateCode(key.Secret(), o.now())
		full, err := o.ConfirmTOTP(ctx, w, code)
		if err != nil || full.Session.Stage != civic.StageFull {
			t.Fatalf("%v, stage %s", err, full.Session.Stage)
		}
		err = o.RemoveTOTP(ctx, full, password)
		refused(t, "removing the last factor", err, civic.Conflict, "factor_last")
	})
}

func TestAConversationOutlivesEveryTimer(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		w := o.as(t, civic.RoleClerk)
		move := func(to civic.TicketState) {
			err := o.store.Write(ctx, func(tx *store.Tx) error {
				ticket, err := tx.Ticket(ctx, "a", "t")
				if err != nil {
					return err
				}
				from := ticket.State
				ticket.State, ticket.Clerk, ticket.CalledAt = to, "c", o.now()
				return tx.UpdateTicket(ctx, ticket, from)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		move(civic.Serving)
		for _, d := range []time.Duration{identity.SessionIdle + time.Minute, identity.SessionLife} {
			o.pass(d)
			if _, err := o.Who(ctx, w.Token); err != nil {
				t.Fatalf("cut after %v: %v", d, err)
			}
			if err := o.store.Write(ctx, func(tx *store.Tx) error { return tx.DeleteExpired(ctx, o.now()) }); err != nil {
				t.Fatal(err)
			}
		}
		move(civic.Served)
		_, err := o.Who(ctx, w.Token)
		refused(t, "after the conversation", err, civic.Unauthenticated, civic.KeySessionOver)

		for _, d := range []time.Duration{identity.SessionIdle + time.Minute, identity.SessionLife} { // a token that somebody has found
			left := o.as(t, civic.RoleClerk)
			o.pass(d)
			fresh := o.as(t, civic.RoleClerk)
			move(civic.Serving)
			o.pass(time.Minute)
			_, err = o.Who(ctx, left.Token)
			refused(t, "over before a conversation in another session", err, civic.Unauthenticated, civic.KeySessionOver)
			if _, err := o.Who(ctx, fresh.Token); err != nil {
				t.Error(err)
			}
			move(civic.Served)
		}
	})
}

func TestSessionsAreSeenAndEnded(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		one := o.as(t, civic.RoleAdmin)
		two, err := o.Login(ctx, "huber@example", password, "Firefox, Linux")
		if err != nil {
			t.Fatal(err)
		}
		list, err := o.Sessions(ctx, one.Caller(), "c")
		if err != nil || len(list) != 2 {
			t.Fatalf("%v, %v", list, err)
		}
		if err := o.EndSession(ctx, one.Caller(), "c", two.Session.ID); err != nil {
			t.Fatal(err)
		}
		_, err = o.Who(ctx, two.Token)
		refused(t, "an ended session", err, civic.Unauthenticated, civic.KeySessionOver)
		if ended, err := o.EndSessions(ctx, one.Caller(), "c"); err != nil || len(ended) != 1 {
			t.Errorf("%v, %v", ended, err)
		}
		_, err = o.Who(ctx, one.Token)
		refused(t, "log out everywhere", err, civic.Unauthenticated, civic.KeySessionOver)
		clerk := civic.Caller{Role: civic.RoleSupervisor, AuthorityID: "a", Clerk: "other"}
		_, err = o.Sessions(ctx, clerk, "c")
		refused(t, "a colleague's sessions", err, civic.Forbidden, civic.KeyForbidden)
		_, err = o.Sessions(ctx, civic.Caller{Role: civic.RoleAdmin, AuthorityID: "b", Clerk: "x"}, "c")
		refused(t, "another authority's", err, civic.NotFound, civic.KeyClerkUnknown)
	})
}

func TestStaff(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		admin := o.as(t, civic.RoleAdmin).Caller()
		p := identity.Profile{Name: "Herr Maier", Role: civic.RoleSupervisor, Offices: []civic.OfficeID{"o"}}
		m, link, err := o.Invite(ctx, admin, "maier@example", p)
		if err != nil || link.Failed || !strings.HasPrefix(link.URL, "http://console.localhost:8080/#/invitation/") {
			t.Fatalf("%+v, %v", link, err)
		}
		token := link.URL[strings.LastIndex(link.URL, "/")+1:]
		if _, err := o.Login(ctx, "maier@example", "", ""); civic.KeyOf(err) != civic.KeyLoginWrong {
			t.Errorf("without a password: %v", err)
		}
		_, _, err = o.SetPassword(ctx, token, "Herr Maier", "")
		refused(t, "a bad password", err, civic.Invalid, "password_personal")
		w, _, err := o.SetPassword(ctx, token, "ein ganz anderer Satz", "")
		if err != nil || w.Clerk.ID != m.Clerk.ID || w.Session.Stage != civic.StageFull {
			t.Fatalf("%+v, %v", w, err)
		}
		_, _, err = o.SetPassword(ctx, token, "ein ganz anderer Satz", "")
		refused(t, "a link used twice", err, civic.Gone, "token_unknown")

		_, _, err = o.Invite(ctx, admin, "HUBER@example", p)
		refused(t, "an address twice", err, civic.Conflict, "email_taken")
		_, _, err = o.Invite(ctx, admin, "x@example\r\nBcc: y@example", p)
		refused(t, "a header in the address", err, civic.Invalid, "account_incomplete")
		_, _, err = o.Invite(ctx, w.Caller(), "x@example", p)
		refused(t, "by a supervisor", err, civic.Forbidden, civic.KeyForbidden)
		above := p
		above.Role = civic.RoleOperator
		_, _, err = o.Change(ctx, admin, m.Clerk.ID, above)
		refused(t, "above the own role", err, civic.Forbidden, civic.KeyRoleAbove)
		self := identity.Profile{Name: "Frau Huber", Role: civic.RoleClerk}
		_, _, err = o.Change(ctx, admin, "c", self)
		refused(t, "the own role", err, civic.Conflict, civic.KeyRoleOwn)
		foreign := p
		foreign.Offices = []civic.OfficeID{"of another authority"}
		_, _, err = o.Change(ctx, admin, m.Clerk.ID, foreign)
		refused(t, "a foreign office", err, civic.NotFound, civic.KeyOfficeUnknown)

		p.Disabled = true
		if _, ended, err := o.Change(ctx, admin, m.Clerk.ID, p); err != nil || len(ended) != 1 {
			t.Fatalf("%v, %v", ended, err)
		}
		_, err = o.Who(ctx, w.Token)
		refused(t, "disabled", err, civic.Unauthenticated, civic.KeySessionOver)
		_, err = o.Login(ctx, "maier@example", "ein ganz anderer Satz", "")
		refused(t, "disabled, signing in", err, civic.Forbidden, "account_disabled")
		log := strings.Join(o.acts(t), "\n")
		for _, act := range []string{"staff.invited ", "password.changed ", "staff.disabled ", "login.failed "} {
			if !strings.Contains(log, act+string(m.Clerk.ID)) {
				t.Errorf("no %s in\n%s", act, log)
			}
		}
		if strings.Contains(log, "maier") || strings.Contains(log, "example") {
			t.Errorf("a name or address in\n%s", log)
		}
	})
}

// TestTwoAdminsCantRemoveEachOther: whatever happens at once, somebody is left.
func TestTwoAdminsCantRemoveEachOther(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		one := o.as(t, civic.RoleAdmin).Caller()
		m, _, err := o.Invite(ctx, one, "maier@example", identity.Profile{Name: "Herr Maier", Role: civic.RoleAdmin})
		if err != nil {
			t.Fatal(err)
		}
		two := civic.Caller{Role: civic.RoleAdmin, AuthorityID: "a", Clerk: m.Clerk.ID}
		var wg sync.WaitGroup
		var errs [2]error
		wg.Go(func() {
			_, _, errs[0] = o.Change(ctx, one, m.Clerk.ID, identity.Profile{Name: "x", Role: civic.RoleClerk})
		})
		wg.Go(func() {
			_, _, errs[1] = o.Change(ctx, two, "c", identity.Profile{Name: "x", Role: civic.RoleClerk})
		})
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("%v, %v", errs[0], errs[1])
		}
	})
}

func TestMailOfInvitationsAndForgottenPasswords(t *testing.T) {
	server := mailtest.Run(t, true)
	sender, err := mail.New(mail.Config{URL: server.URL, From: "Schalter <schalter@stadt.example>", TLS: server.TLS})
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, storetest.SQLite(t))
	s, err := identity.New(o.store, identity.Config{ConsoleURL: "http://console.localhost:8080", Mail: sender}, o.now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	o.Service = s
	ctx := t.Context()
	admin := o.as(t, civic.RoleAdmin).Caller()
	_, link, err := o.Invite(ctx, admin, "maier@example.org", identity.Profile{Name: "Herr\r\nBcc: boese@example.org\r\nMaier", Role: civic.RoleClerk})
	if err != nil || link.URL != "" || link.Failed {
		t.Fatalf("%+v, %v", link, err)
	}
	m := server.Await(t, 1)
	if !m.TLS || len(m.To) != 1 || m.To[0] != "maier@example.org" || regexp.MustCompile(`(?mi)^Bcc:`).MatchString(strings.Split(m.Data, "\r\n\r\n")[0]) {
		t.Errorf("%+v", m)
	}
	if !strings.Contains(m.Data, "/#/invitation/") || !strings.Contains(m.Data, "Dear") || !strings.Contains(m.Data, "sieben Tage") {
		t.Errorf("%s", m.Data)
	}

	for _, unknown := range []string{"nobody@example.org", "maier@example.org", "x"} { // the second has no password yet
		o.Forgotten(unknown)
	}
	o.Forgotten("huber@example")
	reset := server.Await(t, 2)
	if reset.To[0] != "huber@example" {
		t.Fatalf("%+v", reset)
	}
	token := regexp.MustCompile(`/#/reset/(\w+)`).FindStringSubmatch(strings.ReplaceAll(reset.Data, "=\r\n", ""))[1]
	owner, err := o.Token(ctx, token)
	if err != nil || owner.Clerk.ID != "c" || owner.Kind != store.TokenReset {
		t.Fatalf("%+v, %v", owner, err)
	}
	o.pass(identity.ResetLife)
	_, err = o.Token(ctx, token)
	refused(t, "an hour later", err, civic.Gone, "token_unknown")
	s.Close()
	if n := len(server.Messages()); n != 2 {
		t.Errorf("%d messages", n)
	}
	server.Refuse(os.ErrPermission)
	if _, link, err := o.Invite(ctx, admin, "z@example.org", identity.Profile{Name: "Z", Role: civic.RoleClerk}); err != nil || !link.Failed || link.URL == "" {
		t.Errorf("a server that refuses: %+v, %v", link, err)
	}
}

// TestForgettingTakesNoTime: an address with an account and one without are answered at once, before any work.
func TestForgettingTakesNoTime(t *testing.T) {
	server := mailtest.Run(t, true)
	sender, err := mail.New(mail.Config{URL: server.URL, From: "a@b.example", TLS: server.TLS})
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, storetest.SQLite(t))
	s, err := identity.New(o.store, identity.Config{Mail: sender}, o.now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	held, release := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() { // the database's only writer is busy
		done <- o.store.Write(t.Context(), func(*store.Tx) error { close(held); <-release; return nil })
	}()
	<-held
	s.Forgotten("huber@example")
	s.Forgotten("nobody@example")
	close(release) // reached although nothing could be written
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	s.Close()
	if n := len(server.Messages()); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func TestTheFirstAdministrator(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ctx := t.Context()
		now := time.Now()
		s, err := identity.New(st, identity.Config{ConsoleURL: "http://console.localhost", Taken: []string{"api"}}, func() time.Time { return now }, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		stale, err := s.OpenSetup(ctx, file)
		if err != nil {
			t.Fatal(err)
		}
		token, err := s.OpenSetup(ctx, file) // a restart
		if err != nil {
			t.Fatal(err)
		}
		guessed := identity.Founding{Authority: "Neu", Slug: "neu", Name: "Frau Neu", Email: "neu@neu.test"}
		_, err = s.Setup(ctx, "guessed", guessed, "kurz", "")
		refused(t, "a guessed token, before anything is made of the password", err, civic.Gone, "token_unknown")
		info, err := os.Stat(file)
		text, _ := os.ReadFile(file)
		if err != nil || info.Mode().Perm() != 0o600 || strings.TrimSpace(string(text)) != token {
			t.Errorf("%v %v %q", err, info, text)
		}
		f := identity.Founding{Authority: "Stadt Neu", Slug: "neu", Name: "Frau Erste", Email: "erste@neu.example"}
		_, err = s.Setup(ctx, stale, f, "ein ganz anderer Satz", "")
		refused(t, "the token of an earlier start", err, civic.Gone, "token_unknown")
		bad := f
		bad.Slug = "api"
		_, err = s.Setup(ctx, token, bad, "ein ganz anderer Satz", "")
		refused(t, "a slug of ours", err, civic.Invalid, "slug_wrong")

		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for range 4 {
			wg.Go(func() {
				w, err := s.Setup(ctx, token, f, "ein ganz anderer Satz", "")
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
					if w.Clerk.Role != civic.RoleOperator || w.Authority.Published {
						t.Errorf("%+v", w)
					}
				} else if civic.CodeOf(err) != civic.Gone {
					t.Errorf("a loser: %v", err)
				}
			})
		}
		wg.Wait()
		if won != 1 {
			t.Errorf("%d have won", won)
		}
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			t.Errorf("the file is there: %v", err)
		}
		if again, err := s.OpenSetup(ctx, file); again != "" || err != nil {
			t.Errorf("another token: %q, %v", again, err)
		}
		_, err = s.Setup(ctx, token, f, "ein ganz anderer Satz", "")
		refused(t, "for ever", err, civic.Gone, "setup_done")
	})
}

func TestTheSetupTokenEnds(t *testing.T) {
	now := time.Now()
	s, err := identity.New(storetest.SQLite(t), identity.Config{}, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.OpenSetup(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(identity.SetupLife)
	_, err = s.Setup(t.Context(), token, identity.Founding{Authority: "N", Slug: "neu", Name: "E", Email: "e@neu.example"}, "ein ganz anderer Satz", "")
	refused(t, "an hour later", err, civic.Gone, "token_unknown")
}
