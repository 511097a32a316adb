package settings

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"schalter/server/civic"
	"schalter/server/store"
)

// FileBytes is how large a file of settings may be.
const FileBytes = 512 << 10

// head stands above every file.
const head = `# All settings of an authority in Schalter. An import makes of this what it says; what is left out stays as it is.
# Not in it: staff, the logo, and single sign-on, which belongs to one server and one issuer.
`

// Difference is one setting that differs.
type Difference struct {
	Path          string // "offices.bauamt.prefix"
	Before, After string // as in the file; empty: not there
}

// Export writes all settings of an authority as one YAML file: no secrets, no staff, no logo, no single sign-on.
func (s *Service) Export(ctx context.Context, caller civic.Caller) ([]byte, error) {
	if err := mayAdminister(caller); err != nil {
		return nil, err
	}
	var all Settings
	err := s.store.Read(ctx, func(tx *store.Tx) (err error) {
		if all.Authority, err = tx.Authority(ctx, caller.AuthorityID); err != nil {
			return err
		}
		return all.load(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	return encode(fileOf(all))
}

func encode(f file) ([]byte, error) {
	text, err := yaml.MarshalWithOptions(f, yaml.IndentSequence(true))
	return append([]byte(head), text...), err
}

// Import makes of the settings what a file says, in one transaction, and returns what differs; a dry one only tells.
// Invalid with flaws that name the file's lines.
func (s *Service) Import(ctx context.Context, caller civic.Caller, text []byte, dry bool) ([]Difference, error) {
	if err := mayAdminister(caller); err != nil {
		return nil, err
	}
	f, err := decode(text)
	if err != nil {
		return nil, err
	}
	a := act{name: "settings.imported", revision: AnyRevision, dry: dry}
	differ, err := s.change(ctx, caller, a, f.into)
	return differ, withLines(err, f, text)
}

// decode reads a file strictly: unknown and doubled keys are refused.
func decode(text []byte) (f file, err error) {
	defer func() {
		if recover() != nil { // of the parser, on what no fuzzer of its authors has found
			err = civic.Flawed(civic.Invalid, civic.KeyFileUnreadable, []civic.Flaw{{Key: "file_unreadable"}})
		}
	}()
	if len(text) > FileBytes {
		return f, civic.Errorf(civic.TooLarge, civic.KeyBodyTooLarge, "file of %d bytes", len(text))
	}
	if line := nestedAt(text); line > 0 {
		return f, civic.Flawed(civic.Invalid, civic.KeyFileUnreadable, []civic.Flaw{{Key: "file_syntax", Line: line}})
	}
	if bytes.ContainsAny(text, "&*") && aliases(text) { // a small file may unfold to gigabytes
		return f, civic.Flawed(civic.Invalid, civic.KeyFileUnreadable, []civic.Flaw{{Key: "file_aliases"}})
	}
	if err := yaml.UnmarshalWithOptions(text, &f, yaml.Strict()); err != nil {
		return f, civic.Flawed(civic.Invalid, civic.KeyFileUnreadable, []civic.Flaw{flawOf(err)})
	}
	if f.Schalter != fileVersion {
		return f, civic.Flawed(civic.Invalid, civic.KeyFileUnreadable, []civic.Flaw{{Path: "schalter", Key: "file_version", Line: 1}})
	}
	for i, o := range f.Offices {
		if slices.ContainsFunc(f.Offices[:i], func(other fileOffice) bool { return other.Slug == o.Slug }) {
			return f, withLines(civic.Flawed(civic.Invalid, civic.KeySettingsInvalid, []civic.Flaw{{Path: "offices." + o.Slug + ".slug", Key: "slug_taken"}}), f, text)
		}
	}
	return f, nil
}

// maxNesting is deeper than any setting within brackets or dashes of one line.
const maxNesting = 8

// nestedAt is the line on which a file nests too deeply, 0 for none. The parser calls itself for each bracket and each dash:
// half a megabyte of "[" takes gigabytes of stack, which no recover catches, and the whole program would end.
func nestedAt(text []byte) int {
	depth, dashes, line := 0, 0, 0
	for _, t := range lexer.Tokenize(string(text)) {
		if t.Position.Line != line {
			line, dashes = t.Position.Line, 0
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType:
			dashes++
		}
		if depth > maxNesting || dashes > maxNesting {
			return line
		}
	}
	return 0
}

// aliases says whether a file has anchors or aliases.
func aliases(text []byte) bool {
	parsed, err := parser.ParseBytes(text, 0)
	if err != nil {
		return false // the decoder will say what is wrong
	}
	found := visitor(false)
	for _, doc := range parsed.Docs {
		ast.Walk(&found, doc.Body)
	}
	return bool(found)
}

type visitor bool

func (v *visitor) Visit(n ast.Node) ast.Visitor {
	if n.Type() == ast.AnchorType || n.Type() == ast.AliasType {
		*v = true
	}
	return v
}

var quoted = regexp.MustCompile(`"([A-Za-z0-9_.-]{1,60})"`)

// flawOf says where YAML stops making sense. Of its own words only the name of an unknown key is told.
func flawOf(err error) civic.Flaw {
	flaw := civic.Flaw{Key: "file_syntax"}
	var located yaml.Error
	if errors.As(err, &located) {
		if t := located.GetToken(); t != nil && t.Position != nil {
			flaw.Line = t.Position.Line
		}
	}
	var unknown *yaml.UnknownFieldError
	var wrong *yaml.TypeError
	switch {
	case errors.As(err, &unknown):
		flaw.Key = "key_unknown"
		if m := quoted.FindStringSubmatch(unknown.Message); m != nil {
			flaw.Path = m[1]
		}
	case errors.As(err, &wrong):
		flaw.Key = "value_wrong"
	}
	return flaw
}

// withLines adds to flaws the lines of the file on which they stand.
func withLines(err error, f file, text []byte) error {
	var e *civic.Error
	if !errors.As(err, &e) || len(e.Flaws) == 0 {
		return err
	}
	parsed, perr := parser.ParseBytes(text, 0)
	if perr != nil {
		return err
	}
	for i := range e.Flaws {
		e.Flaws[i].Line = lineOf(parsed, f, e.Flaws[i].Path)
	}
	return err
}

// lineOf finds the line of a path, or of the nearest thing above it that the file has.
func lineOf(parsed *ast.File, f file, path string) int {
	parts := strings.Split(path, ".")
	if len(parts) > 1 && parts[0] == "offices" {
		at := slices.IndexFunc(f.Offices, func(o fileOffice) bool { return o.Slug == parts[1] })
		if at < 0 {
			return 0
		}
		parts[1] = strconv.Itoa(at)
	}
	for ; len(parts) > 0; parts = parts[:len(parts)-1] {
		at := "$"
		for _, p := range parts {
			if _, err := strconv.Atoi(p); err == nil {
				at += "[" + p + "]"
			} else {
				at += "." + p
			}
		}
		p, err := yaml.PathString(at)
		if err != nil {
			continue
		}
		if n, err := p.FilterFile(parsed); err == nil && n != nil && n.GetToken() != nil {
			return n.GetToken().Position.Line
		}
	}
	return 0
}

// differences lists what differs between two settings, by the words of the file.
func differences(before, after Settings) ([]Difference, error) {
	was, is := fileOf(before), fileOf(after)
	out, err := fieldsThatDiffer("authority", reflect.ValueOf(was.Authority), reflect.ValueOf(is.Authority))
	if err != nil {
		return nil, err
	}
	names := func(f file) (slugs []string) {
		for _, o := range f.Offices {
			slugs = append(slugs, o.Slug)
		}
		return slugs
	}
	for i, o := range is.Offices {
		old := fileOffice{}
		// An office is the same by its id: its slug may be what has changed.
		if at := slices.IndexFunc(before.Offices, func(b civic.Office) bool { return b.ID == after.Offices[i].ID }); at >= 0 {
			old = was.Offices[at]
		}
		more, err := fieldsThatDiffer("offices."+o.Slug, reflect.ValueOf(old), reflect.ValueOf(o))
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	if a, b := names(was), names(is); !slices.Equal(a, b) {
		out = append(out, Difference{"offices", strings.Join(a, ", "), strings.Join(b, ", ")})
	}
	return out, nil
}

func fieldsThatDiffer(path string, was, is reflect.Value) ([]Difference, error) {
	var out []Difference
	for i := range is.NumField() {
		if reflect.DeepEqual(was.Field(i).Interface(), is.Field(i).Interface()) {
			continue
		}
		name, _, _ := strings.Cut(is.Type().Field(i).Tag.Get("yaml"), ",")
		before, err := inFlow(was.Field(i))
		if err != nil {
			return nil, err
		}
		after, err := inFlow(is.Field(i))
		if err != nil {
			return nil, err
		}
		if before != after {
			out = append(out, Difference{path + "." + name, before, after})
		}
	}
	return out, nil
}

// inFlow writes a value on one line.
func inFlow(v reflect.Value) (string, error) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "", nil
		}
		v = v.Elem()
	}
	if v.Kind() == reflect.String {
		return v.String(), nil
	}
	text, err := yaml.MarshalWithOptions(v.Interface(), yaml.Flow(true))
	if err != nil {
		return "", fmt.Errorf("write a setting: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

func paths(differ []Difference) []string {
	var out []string
	for _, d := range differ {
		out = append(out, d.Path)
	}
	return out
}
