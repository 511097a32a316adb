package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
	"github.com/gofiber/fiber/v2"

	"schalter/server/civic"
)

const (
	bodyLimit  = 32 << 10 // of every body whose route says nothing else
	drainLimit = 4 << 20  // what is still read of a body over its limit, so that its sender reads our answer
)

// readBody reads the whole body, up to its limit. Nothing may be left in the stream: the next request would begin in it.
func readBody(c *fiber.Ctx) error {
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return nil
	}
	body := []byte(nil)
	limit := limitOf(c.Method(), c.Path())
	tooLarge := c.Request().Header.ContentLength() > limit
	if !tooLarge {
		var err error
		if body, err = io.ReadAll(io.LimitReader(stream, int64(limit)+1)); err != nil {
			c.Context().SetConnectionClose()
			return fiber.ErrRequestTimeout
		}
		tooLarge = len(body) > limit
	}
	if tooLarge {
		c.Context().SetConnectionClose()
		_, _ = io.CopyN(io.Discard, stream, drainLimit) // however it ends, the connection closes
		return civic.Errorf(civic.TooLarge, civic.KeyBodyTooLarge, "body over %d bytes", limit)
	}
	c.Request().SetBodyRaw(body)
	return nil
}

// limitOf is how large a request's body may be. The body is read before its route is known.
func limitOf(method, path string) int {
	for i := range Routes {
		if r := &Routes[i]; r.Bytes > 0 && r.Method == method && r.Path == path {
			return r.Bytes
		}
	}
	return bodyLimit
}

// body decodes a request's body strictly: JSON, of T's schema, nothing unknown, nothing after it. Invalid if not.
func body[T any](s *Server, c *fiber.Ctx) (T, error) {
	var v T
	if t, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType)); err != nil || t != fiber.MIMEApplicationJSON {
		return v, fiber.ErrUnsupportedMediaType
	}
	if err := s.schemas.decode(c.Body(), &v); err != nil {
		return v, civic.Errorf(civic.Invalid, civic.KeyBodyMalformed, "%v", err)
	}
	return v, nil
}

// decode decodes data into the value that v points to, checked by the schema of its type.
func (s schemas) decode(data []byte, v any) error {
	tree, err := parseStrict(data)
	if err != nil {
		return err
	}
	schema := s.Map()[reflect.TypeOf(v).Elem().Name()]
	if schema == nil {
		return fmt.Errorf("%T is not on the wire", v)
	}
	var result huma.ValidateResult
	huma.Validate(s.Registry, schema, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, tree, &result)
	if len(result.Errors) > 0 {
		var d *huma.ErrorDetail
		if errors.As(result.Errors[0], &d) {
			if d.Message == validation.MsgUnexpectedProperty {
				return errors.New(d.Message) // without its name, which the client has made up
			}
			return fmt.Errorf("%s: %s", d.Location, d.Message) // without the value: it is nobody's business
		}
		return errors.New("does not fit its schema")
	}
	return unmarshalStrict(data, v)
}

func unmarshalStrict(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if dec.Decode(v) != nil {
		return errors.New("does not fit its type") // encoding/json would quote what the client sent
	}
	return nil
}

// maxDepth is deeper than anything on the wire.
const maxDepth = 16

// parseStrict parses one JSON value. What encoding/json lets pass is an error here: a member twice
// or in capitals, text after the end.
func parseStrict(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	v, err := parseValue(dec, 0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("text after the end of the value")
	}
	return v, nil
}

func parseValue(dec *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errors.New("nested too deeply")
	}
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			v, err := parseValue(dec, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = dec.Token()
		return list, err
	case json.Delim('{'):
		object := map[string]any{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return nil, err
			}
			key := name.(string) // the decoder lets nothing else pass
			if strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") != "" {
				return nil, errors.New("a name that is none of ours") // encoding/json takes NAME for name, and the schema would not see it
			}
			if _, ok := object[key]; ok {
				return nil, errors.New("a member stands twice")
			}
			if object[key], err = parseValue(dec, depth+1); err != nil {
				return nil, err
			}
		}
		_, err = dec.Token()
		return object, err
	}
	return token, nil
}
