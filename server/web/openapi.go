package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

const schemaPrefix = "#/components/schemas/"

// schemas knows the JSON Schema of every type on the wire. What clients send is closed (unknown members are refused),
// what the server sends is open (the browser ignores what it doesn't know).
type schemas struct{ huma.Registry }

func newSchemas() schemas {
	s := schemas{huma.NewMapRegistry(schemaPrefix, huma.DefaultSchemaNamer)}
	for _, r := range Routes {
		s.add(r.Body)
		if r.Socket != nil {
			for _, f := range r.Socket.Client {
				s.add(f.Data)
			}
		}
	}
	closed := map[string]bool{}
	for name := range s.Map() {
		closed[name] = true
	}
	s.add(problem.Data)
	for _, r := range Routes {
		s.add(r.Answer)
		if r.Socket != nil {
			for _, f := range r.Socket.Server {
				s.add(f.Data)
			}
		}
	}
	for name, schema := range s.Map() {
		if !closed[name] {
			schema.AdditionalProperties = nil
		}
		for _, p := range schema.Properties {
			if p.Type == huma.TypeArray {
				p.Nullable = false // handlers send [], never null
			}
		}
	}
	return s
}

func (s schemas) add(v any) {
	if v != nil {
		s.Schema(reflect.TypeOf(v), true, "")
	}
}

func refTo(name string) *huma.Schema { return &huma.Schema{Ref: schemaPrefix + name} }

func jsonContent(mime string, v any) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{mime: {Schema: refTo(reflect.TypeOf(v).Name())}}
}

// addFrames adds the frames of a socket and their two unions, discriminated by type.
func (s schemas) addFrames(sock *Socket) {
	union := func(name string, frames []FrameType) {
		u := &huma.Schema{Discriminator: &huma.Discriminator{PropertyName: "type", Mapping: map[string]string{}}}
		for _, f := range frames {
			component := strings.ToUpper(f.Type[:1]) + f.Type[1:] + "Frame"
			frame := &huma.Schema{Type: huma.TypeObject, Required: []string{"type"}, Properties: map[string]*huma.Schema{
				"type": {Type: huma.TypeString, Enum: []any{f.Type}},
			}}
			if f.Data != nil {
				frame.Properties["data"] = refTo(reflect.TypeOf(f.Data).Name())
				frame.Required = append(frame.Required, "data")
			}
			s.Map()[component] = frame
			u.OneOf = append(u.OneOf, refTo(component))
			u.Discriminator.Mapping[f.Type] = schemaPrefix + component
		}
		s.Map()[name] = u
	}
	union(sock.Name+"ClientFrame", sock.Client)
	union(sock.Name+"ServerFrame", sock.Server)
}

var pathParam = regexp.MustCompile(`\{(\w+)\}`)

// Document returns the OpenAPI 3.1 description of the API: everything of Routes but pages and files.
func Document() ([]byte, error) {
	s := newSchemas()
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{Title: "Schalter", Version: "1",
			Description: "Made from the route list. Refusals are RFC 9457 problems. Writes need the header X-Schalter."},
		Components: &huma.Components{Schemas: s.Registry},
		Paths:      map[string]*huma.PathItem{},
	}
	for _, r := range Routes {
		if !strings.HasPrefix(r.Path, "/api/") {
			continue
		}
		if r.Socket != nil {
			s.addFrames(r.Socket)
		}
		item := doc.Paths[r.Path]
		if item == nil {
			item = &huma.PathItem{}
			doc.Paths[r.Path] = item
		}
		if err := setOperation(item, r.Method, operation(r)); err != nil {
			return nil, err
		}
	}
	return json.MarshalIndent(doc, "", "  ")
}

func operation(r Route) *huma.Operation {
	role := string(r.Role)
	if role == "" {
		role = "public"
	}
	op := &huma.Operation{
		Summary: r.Do,
		Tags:    []string{role},
		Responses: map[string]*huma.Response{
			"default": {Description: "A refusal", Content: jsonContent("application/problem+json", problem.Data)},
		},
	}
	for _, m := range pathParam.FindAllStringSubmatch(r.Path, -1) {
		op.Parameters = append(op.Parameters,
			&huma.Param{Name: m[1], In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
	}
	if r.Body != nil {
		op.RequestBody = &huma.RequestBody{Required: true, Content: jsonContent("application/json", r.Body)}
	}
	success := &huma.Response{Description: http.StatusText(r.Status)}
	if r.Answer != nil {
		success.Content = jsonContent("application/json", r.Answer)
	}
	if r.Socket != nil {
		success.Description = fmt.Sprintf("A socket. The client sends %sClientFrame, the server %[1]sServerFrame.", r.Socket.Name)
	}
	op.Responses[strconv.Itoa(r.Status)] = success
	return op
}

func setOperation(item *huma.PathItem, method string, op *huma.Operation) error {
	slot, ok := map[string]**huma.Operation{
		get: &item.Get, post: &item.Post, put: &item.Put, patch: &item.Patch, remove: &item.Delete,
	}[method]
	if !ok || *slot != nil {
		return fmt.Errorf("route list: %s %q is doubled or has an odd method", method, op.Summary)
	}
	*slot = op
	return nil
}
