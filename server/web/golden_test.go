package web

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"schalter/server/protocol"
)

const goldenFrames = "testdata/frames.json"

// goldenSocket is every frame of one socket, all members filled.
type goldenSocket struct {
	Client []protocol.Frame `json:"client"`
	Server []protocol.Frame `json:"server"`
}

// TestGoldenFrames: the committed frames are what the server's types say, and the server decodes those of the client. The
// browser's tests read the same file (widget/src/client/golden.test.ts).
func TestGoldenFrames(t *testing.T) {
	all := map[string]goldenSocket{}
	s := newSchemas()
	for _, socket := range []*Socket{&TicketSocket, &GuestSocket, &ConsoleSocket, &RoomSocket} {
		var g goldenSocket
		for _, f := range socket.Client {
			frame := golden(t, f)
			if f.Data != nil {
				into := reflect.New(reflect.TypeOf(f.Data))
				if err := s.decode(frame.Data, into.Interface()); err != nil {
					t.Errorf("%s client frame %s: %v", socket.Name, f.Type, err)
				}
				if again, err := json.Marshal(into.Elem().Interface()); err != nil || !bytes.Equal(again, frame.Data) {
					t.Errorf("%s client frame %s: decoded and encoded it is %s", socket.Name, f.Type, again)
				}
			}
			g.Client = append(g.Client, frame)
		}
		for _, f := range socket.Server {
			g.Server = append(g.Server, golden(t, f))
		}
		all[socket.Name] = g
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(goldenFrames, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(goldenFrames)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, want) {
		t.Errorf("%s is stale; run the test with -update and look at the difference", goldenFrames)
	}
}

func golden(t *testing.T, f FrameType) protocol.Frame {
	t.Helper()
	frame := protocol.Frame{Type: f.Type}
	if f.Data == nil {
		return frame
	}
	v := reflect.New(reflect.TypeOf(f.Data)).Elem()
	fill(v, "")
	var err error
	if frame.Data, err = json.Marshal(v.Interface()); err != nil {
		t.Fatal(err)
	}
	return frame
}

// fill puts a sample into every member, so that nothing is left out as empty. enum is the member's tag.
func fill(v reflect.Value, enum string) {
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Date(2026, 11, 23, 9, 42, 0, 0, time.UTC)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("text")
		for value := range strings.SplitSeq(enum, ",") {
			if value != "" {
				v.SetString(value)
				break
			}
		}
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint64:
		v.SetUint(7)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), enum)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), enum)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, key := range []string{"de", "en"} {
			value := reflect.New(v.Type().Elem()).Elem()
			if fill(value, ""); value.Kind() == reflect.String {
				value.SetString("text in " + key)
			}
			v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), v.Type().Field(i).Tag.Get("enum"))
		}
	}
}
