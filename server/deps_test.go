package main

import (
	"go/build"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "schalter/"

// arrows are the imports that DESIGN section 2 allows, package by package, each with its reason. What is not in here is
// not allowed: a new arrow is first a line here.
var arrows = map[string][]string{
	// main wires all of them
	"server": {"server/civic", "server/store", "server/bus", "server/sfu", "server/identity", "server/mail", "server/queue", "server/settings", "server/statistics", "server/visit", "server/web", "widget", "examples"},
	// the vocabulary stands on the standard library alone
	"server/civic": {},
	// ids and enums
	"server/protocol": {"server/civic"},
	// ids in topics
	"server/bus": {"server/civic"},
	// names of days, for civic's calendar
	"server/holiday": {"server/civic"},
	// rows are civic's types
	"server/store": {"server/civic"},
	// opens databases for tests
	"server/store/storetest": {"server/store"},
	// sends what it is given
	"server/mail": {},
	// catches mail for tests
	"server/mail/mailtest": {},
	// a bad network for drills
	"server/linksim": {},
	// packets know no ticket
	"server/sfu": {},
	// a program of its own that drives the switch, and the whole program: it founds a town and speaks as our pages do
	"server/sfuload": {"server/sfu", "server/store", "server/civic", "server/identity", "server/protocol"},
	// features stand on rows and hints, never on each other
	"server/identity": {"server/store", "server/civic", "server/mail"},
	"server/queue":    {"server/store", "server/bus", "server/civic", "server/holiday"}, // and a status on the calendar
	// settings: what a calendar may be made of
	"server/settings":   {"server/store", "server/bus", "server/civic", "server/holiday"},
	"server/statistics": {"server/store", "server/civic"},
	// and the rooms of visits on the switch; invitations go by mail
	"server/visit": {"server/store", "server/bus", "server/civic", "server/sfu", "server/mail"},
	// the edge speaks for the features; holiday has what the settings may choose from; sfu's lines and seats are what its room frames carry
	"server/web": {"server/civic", "server/holiday", "server/poster", "server/protocol", "server/identity", "server/queue", "server/settings", "server/statistics", "server/visit", "server/sfu", "server/qr", "widget"},
	// codes to point a telephone at
	"server/qr": {},
	// draws on a sheet what it is told, with a code
	"server/poster": {"server/qr"},
	// embedded files
	"widget":   {},
	"examples": {},
}

// keepers are libraries that only the named packages may import, tests aside.
var keepers = map[string][]string{
	"github.com/gofiber/fiber":    {"server/web"},
	"github.com/valyala/fasthttp": {"server/web"},
	"github.com/coder/websocket":  {"server/web", "server/sfuload"},
	"github.com/pion/":            {"server/sfu", "server/sfuload"},
	"github.com/rickar/cal":       {"server/holiday"},
	"github.com/boombuler/":       {"server/qr"},
	"database/sql":                {"server/store", "server/store/storetest"},
	"github.com/wneessen/go-mail": {"server/mail"},
	"github.com/emersion/":        {"server/mail/mailtest"},
	"github.com/go-webauthn/":     {"server/identity"},
	"github.com/coreos/go-oidc":   {"server/identity"},
	"modernc.org/":                {"server/store"},
	"github.com/jackc/pgx":        {"server/store", "server/store/storetest"},
}

func TestArrows(t *testing.T) {
	for dir, imports := range packages(t) {
		allowed, known := arrows[dir]
		if !known {
			t.Errorf("package %s is not in the list of arrows", dir)
			continue
		}
		for _, path := range imports {
			if own, ok := strings.CutPrefix(path, module); ok {
				if !slices.Contains(allowed, own) {
					t.Errorf("%s imports %s: no such arrow", dir, own)
				}
				continue
			}
			if dir == "server/civic" && strings.Contains(strings.Split(path, "/")[0], ".") {
				t.Errorf("civic imports %s: it stands on the standard library alone", path)
			}
			for library, who := range keepers {
				if strings.HasPrefix(path, library) && !slices.Contains(who, dir) {
					t.Errorf("%s imports %s: only %v may", dir, path, who)
				}
			}
		}
	}
}

// packages returns the imports, without those of tests, of every Go package of the project by folder.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, top := range []string{"server", "widget", "examples"} {
		root := filepath.Join("..", top)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			if n := d.Name(); n == "testdata" || n == "node_modules" || n == "dist" {
				return fs.SkipDir
			}
			p, err := build.ImportDir(path, 0)
			if _, none := err.(*build.NoGoError); none {
				return nil
			}
			if err != nil {
				return err
			}
			rel, err := filepath.Rel("..", path)
			out[filepath.ToSlash(rel)] = p.Imports
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(out) < 10 {
		t.Fatalf("only %d packages found: the test looks in the wrong place", len(out))
	}
	return out
}
