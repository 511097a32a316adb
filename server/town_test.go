package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/store"
)

// The tests' two authorities. Nothing in them hangs on the time of day.
const (
	town, otherTown = "mitte", "fremd" // slugs

	officeMain   civic.OfficeID = "o-main"   // open around the clock
	officeSecond civic.OfficeID = "o-second" // likewise
	officeShut   civic.OfficeID = "o-shut"   // has no hours
	officeDates  civic.OfficeID = "o-dates"  // by appointment only
	officeOther  civic.OfficeID = "o-other"  // of the other authority, open around the clock
	topicMain    civic.TopicID  = "t-main"
	topicSecond  civic.TopicID  = "t-second"

	huber = "huber@mitte.test"
	maier = "maier@mitte.test"
	berg  = "berg@fremd.test" // of the other authority

	password = "eine lange Brücke 42"
)

func authorityOf(office civic.OfficeID) string {
	if office == officeOther {
		return otherTown
	}
	return town
}

// passwordHash is cheap: argon2id reads its costs from the hash.
var passwordHash = sync.OnceValues(func() (string, error) {
	return argon2id.CreateHash(password, &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
})

// clerkID is none that tells the address: ids may stand in logs.
func clerkID(email string) civic.ClerkID {
	return civic.ClerkID(fmt.Sprintf("c-%x", identity.Hash(email)[:6]))
}

// fill writes the authorities, with further clerks of the main office if the test needs a crowd.
func fill(t testing.TB, st *store.Store, crowd ...string) {
	t.Helper()
	hash, err := passwordHash()
	if err != nil {
		t.Fatal(err)
	}
	always := weekly("0-6 00:00-24:00")
	ctx := t.Context()
	err = st.Write(ctx, func(tx *store.Tx) error {
		for _, slug := range []string{town, otherTown} {
			a := civic.Authority{ID: civic.AuthorityID("a-" + slug), Slug: slug, Name: civic.Text{"de": "Stadt " + slug}, Phone: "0123 456", Origins: []string{"https://town.test"}, Published: true}
			if err := tx.SaveAuthority(ctx, a); err != nil {
				return err
			}
		}
		for _, o := range []civic.Office{
			{ID: officeMain, Prefix: "H", Hours: always, ListsContacts: true}, {ID: officeSecond, Prefix: "Z", Hours: always},
			{ID: officeShut, Prefix: "S"}, {ID: officeDates, Prefix: "D", Hours: always, AppointmentOnly: true},
			{ID: officeOther, Prefix: "F", Hours: always},
		} {
			o.AuthorityID = civic.AuthorityID("a-" + authorityOf(o.ID))
			o.Slug, o.Name = string(o.ID), civic.Text{"de": "Amt " + o.Prefix}
			if err := tx.SaveOffice(ctx, o); err != nil {
				return err
			}
		}
		for id, office := range map[civic.TopicID]civic.OfficeID{topicMain: officeMain, topicSecond: officeSecond} {
			if err := tx.SaveTopic(ctx, "a-"+town, civic.Topic{ID: id, OfficeID: office, Name: civic.Text{"de": string(id)}}); err != nil {
				return err
			}
		}
		for _, email := range append([]string{huber, maier, berg}, crowd...) {
			c := civic.Clerk{ID: clerkID(email), AuthorityID: "a-" + town, Email: email, Name: "Frau " + email[:1], PasswordHash: hash,
				ContactPerson: true, Offices: []civic.OfficeID{officeMain, officeSecond}}
			if email == berg {
				c.AuthorityID, c.Offices, c.Role = "a-"+otherTown, []civic.OfficeID{officeOther}, civic.RoleAdmin // who can do most
			}
			if err := tx.SaveClerk(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// log is what a program has logged.
type logBuffer struct {
	mu   sync.Mutex // guards text
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// program is the whole program, running in this process.
type program struct {
	*system
	address
	logs *logBuffer
}

// testConfig is everything on ports that the system chooses.
func testConfig(database string) Config {
	return Config{
		Listen: "127.0.0.1:0", PublicURL: "http://localhost:0", ConsoleURL: "http://console.localhost:0", Database: database,
		MediaListen: "127.0.0.1:0", MediaAddress: []string{"127.0.0.1"}, MetricsListen: "127.0.0.1:0", LogLevel: "debug",
	}
}

// launch starts the program on a SQLite file of its own, with the tests' authorities in it.
func launch(t testing.TB, change ...func(*Config)) *program {
	t.Helper()
	return launchAt(t, time.Now, change...)
}

// launchAt is launch with a clock that the test turns.
func launchAt(t testing.TB, now func() time.Time, change ...func(*Config)) *program {
	t.Helper()
	return launchOn(t, filepath.Join(t.TempDir(), "schalter.db"), now, func(st *store.Store) { fill(t, st) }, change...)
}

// launchOn is launchAt on a certain SQLite file; with is what is written before anybody is served.
func launchOn(t testing.TB, database string, now func() time.Time, with func(*store.Store), change ...func(*Config)) *program {
	t.Helper()
	cfg := testConfig(database)
	for _, c := range change {
		c(&cfg)
	}
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	logs := &logBuffer{}
	ctx, stop := context.WithCancel(context.Background())
	s, err := start(ctx, cfg, now, slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		stop()
		t.Fatalf("the program does not start (is the widget built? node widget/build.mjs): %v", err)
	}
	with(s.store)
	served := make(chan error, 1)
	go func() { served <- s.serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Errorf("the program ends with: %v", err)
		}
		if t.Failed() {
			t.Logf("log:\n%s", logs)
		}
	})
	return &program{s, addressOf(t, s.listener.Addr().String()), logs}
}

func unlimited(c *Config) { c.Unlimited = true }
