package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"schalter/examples"
	"schalter/server/civic"
	"schalter/server/identity"
	"schalter/server/store"
)

// demo runs the server with the demo's authorities, and their towns' pages on an origin of their own.
func demo(ctx context.Context, d Demo, out, logs io.Writer) error {
	cfg := d.Config
	towns, err := net.Listen("tcp", d.TownListen)
	if err != nil {
		return fmt.Errorf("listen for the towns' pages: %w", err)
	}
	defer towns.Close()
	log := newLog(cfg.LogLevel, logs)
	s, err := start(ctx, cfg, time.Now, log)
	if err != nil {
		return err
	}
	town := "http://" + towns.Addr().String()
	clerks, err := seed(ctx, s.store, s.identity, append([]string{town}, d.TownOrigin...))
	if err == nil {
		err = seedPast(ctx, s.store, []string{town}, time.Now())
	}
	if err != nil {
		return errors.Join(err, s.close())
	}
	pages := &http.Server{Handler: townPages(s.publicURL), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = pages.Serve(towns) }() // ends with Close
	defer pages.Close()

	fmt.Fprintf(out, "Town page (Landkreis Musterland): %s/county/\n", town)
	fmt.Fprintf(out, "Town page (Stadt Musterstadt): %s/plain-html/\n", town)
	fmt.Fprintf(out, "Console: %s\n", s.consoleURL)
	for _, c := range clerks {
		fmt.Fprintf(out, "Sign in: %s / %s\n", c.mail, c.password)
	}
	if s.metrics != nil {
		fmt.Fprintf(out, "Health: http://%s/healthz\n", s.metrics.listener.Addr())
	}
	return s.serve(ctx)
}

// townPages serves the examples with the demo's own address in the place of https://HOST.
func townPages(publicURL string) http.Handler {
	files := http.FileServerFS(examples.FS)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		page, err := fs.ReadFile(examples.FS, name)
		if err != nil || !strings.HasSuffix(name, ".html") {
			files.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = strings.NewReplacer("https://HOST", publicURL).WriteString(w, string(page)) // a town page that is gone is gone
	})
}

// The demo's two authorities, after the two real places that did this first: a county office with five offices, and a
// town of 12,000. The first office of each is open around the clock, and a second one of the town, so that the demo works at night.

type demoOffice struct {
	slug, prefix, de, en, aboutDE, aboutEN string
	hours                                  civic.OpeningHours
	topics                                 [][2]string // de, en
	contacts, appointments                 bool
}

type demoClerk struct {
	name, mail string
	offices    []string
	contact    bool
	role       civic.Role
}

type demoAuthority struct {
	authority civic.Authority
	offices   []demoOffice
	clerks    []demoClerk
}

// weekly makes opening hours: "1-5 08:00-12:00; 4 14:00-17:00" is Monday to Friday in the morning, Thursday in the
// afternoon too.
func weekly(plan string) civic.OpeningHours {
	var out civic.OpeningHours
	for part := range strings.SplitSeq(plan, ";") {
		var first, last, h1, m1, h2, m2 int
		if n, _ := fmt.Sscanf(strings.TrimSpace(part), "%d-%d %d:%d-%d:%d", &first, &last, &h1, &m1, &h2, &m2); n != 6 {
			panic("demo hours: " + part) // a constant of this file
		}
		for day := first; day <= last; day++ {
			out = append(out, civic.Interval{Weekday: time.Weekday(day), From: h1*60 + m1, To: h2*60 + m2})
		}
	}
	return out
}

// demoAuthorities have their own pages on the first of the origins.
func demoAuthorities(origins []string) []demoAuthority {
	town := origins[0]
	return []demoAuthority{
		{
			authority: civic.Authority{
				Slug: "landkreis-musterland", Name: civic.Text{"de": "Landkreis Musterland", "en": "Musterland County"},
				Phone: "0941 4009-0", Email: "info@landkreis-musterland.example", Address: "Altmühlstraße 3, 93059 Musterland",
				Accent: "#0b4f6c", Origins: origins, Published: true,
				Privacy: town + "/county/datenschutz.html", Imprint: town + "/county/impressum.html", Statement: town + "/county/barrierefreiheit.html",
			},
			offices: []demoOffice{
				{slug: "klimaschutz", prefix: "K", de: "Klimaschutzförderung", en: "Climate protection grants",
					aboutDE: "Photovoltaik, Heizungstausch, Förderprogramme", aboutEN: "Solar power, new heating, grants",
					hours: weekly("0-6 00:00-24:00"), contacts: true,
					topics: [][2]string{{"Photovoltaik", "Solar power"}, {"Heizung", "Heating"}, {"Förderantrag", "Grant application"}}},
				{slug: "wirtschaft", prefix: "W", de: "Existenzgründung und Wirtschaftsförderung", en: "Start-ups and business development",
					aboutDE: "Gründungsberatung, Fördermittel", aboutEN: "Advice for founders, funding",
					hours: weekly("1-4 08:30-12:00; 1-4 13:30-16:00; 5-5 08:30-12:00"), contacts: true,
					topics: [][2]string{{"Gründung", "Starting a business"}, {"Fördermittel", "Funding"}}},
				{slug: "gartenkultur", prefix: "G", de: "Gartenkultur und Landespflege", en: "Horticulture and landscape care",
					aboutDE: "Obstbaum, Streuobst, Gartenberatung", aboutEN: "Fruit trees, orchards, garden advice",
					hours:  weekly("2-2 09:00-11:30; 4-4 09:00-11:30; 4-4 14:00-16:00"),
					topics: [][2]string{{"Obstbäume", "Fruit trees"}, {"Pflanzenschutz", "Plant protection"}}},
				{slug: "suchtberatung", prefix: "S", de: "Suchtberatung und Prävention", en: "Addiction counselling and prevention",
					aboutDE: "Vertraulich, auch ohne Namen", aboutEN: "Confidential, no name needed",
					hours: weekly("1-1 14:00-17:00; 3-3 10:00-12:00; 5-5 10:00-12:00")},
				{slug: "landrat", prefix: "L", de: "Landratsbüro", en: "District administrator's office",
					aboutDE: "Virtuelle Sprechstunde", aboutEN: "Virtual consultation hour",
					hours: weekly("1-4 08:00-12:00; 1-4 13:00-16:00; 5-5 08:00-12:00")},
			},
			clerks: []demoClerk{
				{"Frau Sommer", "sommer@landkreis-musterland.example", []string{"klimaschutz", "gartenkultur"}, true, civic.RoleAdmin},
				{"Herr Winter", "winter@landkreis-musterland.example", []string{"klimaschutz", "wirtschaft", "landrat"}, true, civic.RoleClerk},
				{"Frau Lenz", "lenz@landkreis-musterland.example", []string{"suchtberatung"}, false, civic.RoleClerk},
			},
		},
		{
			authority: civic.Authority{
				Slug: "musterstadt", Name: civic.Text{"de": "Stadt Musterstadt", "en": "Town of Musterstadt"},
				Phone: "0123 45 67-0", Email: "rathaus@musterstadt.example", Address: "Marktplatz 10, 94051 Musterstadt",
				Accent: "#7a1f2b", Origins: origins, Published: true,
				Privacy: town + "/plain-html/datenschutz.html", Imprint: town + "/plain-html/impressum.html", Statement: town + "/plain-html/barrierefreiheit.html",
			},
			offices: []demoOffice{
				{slug: "hauptamt", prefix: "H", de: "Hauptamt", en: "Main office",
					aboutDE: "Ausweise, Meldewesen, Stellen", aboutEN: "Identity cards, registration, jobs",
					hours: weekly("0-6 00:00-24:00"), contacts: true,
					topics: [][2]string{{"Ausweis", "Identity card"}, {"Meldewesen", "Registration"}, {"Stellenausschreibung", "Job offer"}, {"Vandalismus melden", "Report vandalism"}}},
				{slug: "bauamt", prefix: "B", de: "Bauamt", en: "Building office",
					aboutDE: "Bauvoranfragen, Lagepläne, Bebauungspläne", aboutEN: "Building enquiries, site plans, zoning plans",
					hours: weekly("0-6 00:00-24:00"), contacts: true,
					topics: [][2]string{{"Bauvoranfrage", "Building enquiry"}, {"Lageplan", "Site plan"}, {"Bebauungsplan", "Zoning plan"}}},
				{slug: "buergermeisterin", prefix: "M", de: "Bürgermeisterin", en: "Mayor",
					aboutDE: "Virtuelle Sprechstunde", aboutEN: "Virtual consultation hour",
					hours: weekly("4-4 14:00-17:00"), appointments: true},
			},
			clerks: []demoClerk{
				{"Frau Huber", "huber@musterstadt.example", []string{"hauptamt", "bauamt"}, true, civic.RoleAdmin},
				{"Herr Maier", "maier@musterstadt.example", []string{"bauamt", "hauptamt"}, true, civic.RoleClerk},
			},
		},
	}
}

// signIn is a demo clerk's login, printed by the demo.
type signIn struct{ mail, password string }

// seed fills the demo's authorities, or refreshes them: the passwords are new with every start, and nobody else's.
func seed(ctx context.Context, st *store.Store, ident *identity.Service, origins []string) ([]signIn, error) {
	var out []signIn
	for _, d := range demoAuthorities(origins) {
		a := d.authority
		a.ID = civic.AuthorityID(demoID(a.Slug))
		var clerks []civic.Clerk
		for _, c := range d.clerks {
			password := strings.ToLower(rand.Text()[:12])
			hash, err := ident.HashPassword(ctx, password)
			if err != nil {
				return nil, err
			}
			clerk := civic.Clerk{
				ID: civic.ClerkID(demoID(c.mail)), AuthorityID: a.ID, Email: c.mail, Name: c.name, PasswordHash: hash, ContactPerson: c.contact, Role: c.role,
			}
			for _, slug := range c.offices {
				clerk.Offices = append(clerk.Offices, civic.OfficeID(demoID(a.Slug+"/"+slug)))
			}
			clerks = append(clerks, clerk)
			out = append(out, signIn{c.mail, password})
		}
		err := st.Write(ctx, func(tx *store.Tx) error {
			if err := tx.SaveAuthority(ctx, a); err != nil {
				return err
			}
			for i, o := range d.offices {
				if err := saveDemoOffice(ctx, tx, a, i, o); err != nil {
					return err
				}
			}
			for _, c := range clerks {
				if err := tx.SaveClerk(ctx, c); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("fill %s: %w", a.Slug, err)
		}
	}
	return out, nil
}

func saveDemoOffice(ctx context.Context, tx *store.Tx, a civic.Authority, position int, o demoOffice) error {
	office := civic.Office{
		ID: civic.OfficeID(demoID(a.Slug + "/" + o.slug)), AuthorityID: a.ID, Slug: o.slug, Prefix: o.prefix, Position: position,
		Name: civic.Text{"de": o.de, "en": o.en}, About: civic.Text{"de": o.aboutDE, "en": o.aboutEN}, Hours: o.hours,
		ListsContacts: o.contacts, AppointmentOnly: o.appointments, StopsWhenFull: true,
	}
	if err := tx.SaveOffice(ctx, office); err != nil {
		return err
	}
	for i, name := range o.topics {
		err := tx.SaveTopic(ctx, a.ID, civic.Topic{
			ID: civic.TopicID(demoID(a.Slug + "/" + o.slug + "/" + name[0])), OfficeID: office.ID, Name: civic.Text{"de": name[0], "en": name[1]}, Position: i,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// demoID makes the same identifier for the same name, so that a demo started again finds its rows.
func demoID(name string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("schalter-demo/"+name)).String()
}
