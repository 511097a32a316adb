package web

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"schalter/server/protocol"
)

// TestEveryMemberOfAViewIsNoticed changes one member after the other, however deep.
func TestEveryMemberOfAViewIsNoticed(t *testing.T) {
	full := func() protocol.CitizenTicket {
		var v protocol.CitizenTicket
		fill(reflect.ValueOf(&v).Elem(), "")
		return v
	}
	if !same(full(), full()) {
		t.Fatal("two equal views differ")
	}
	silent := []string{".Revision", ".Now"}
	changes := 0
	var walk func(path string, at func(*protocol.CitizenTicket) reflect.Value)
	walk = func(path string, at func(*protocol.CitizenTicket) reflect.Value) {
		sample := full()
		here := at(&sample)
		if here.Kind() == reflect.Struct && here.Type() != reflect.TypeFor[time.Time]() {
			for i := range here.NumField() {
				walk(path+"."+here.Type().Field(i).Name, func(v *protocol.CitizenTicket) reflect.Value { return at(v).Field(i) })
			}
			return
		}
		if here.Kind() == reflect.Pointer {
			walk(path, func(v *protocol.CitizenTicket) reflect.Value { return at(v).Elem() })
		}
		if here.Kind() == reflect.Slice {
			walk(path+"[0]", func(v *protocol.CitizenTicket) reflect.Value { return at(v).Index(0) })
		}
		changed := full()
		to := at(&changed)
		switch to.Kind() {
		case reflect.String:
			to.SetString("other")
		case reflect.Bool:
			to.SetBool(false)
		case reflect.Int, reflect.Int64:
			to.SetInt(8)
		case reflect.Struct:
			to.Set(reflect.ValueOf(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)))
		default:
			to.SetZero()
		}
		changes++
		if same(full(), changed) != slices.Contains(silent, path) {
			t.Errorf("a change of %s: same is %v", path, same(full(), changed))
		}
	}
	walk("", func(v *protocol.CitizenTicket) reflect.Value { return reflect.ValueOf(v).Elem() })
	if changes < 35 {
		t.Errorf("only %d members", changes)
	}
}

func BenchmarkSame(b *testing.B) {
	var x, y protocol.CitizenTicket
	fill(reflect.ValueOf(&x).Elem(), "")
	fill(reflect.ValueOf(&y).Elem(), "")
	b.ReportAllocs()
	for b.Loop() {
		if !same(x, y) {
			b.Fatal("differ")
		}
	}
}
