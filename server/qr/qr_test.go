package qr_test

import (
	"fmt"
	"strings"
	"testing"

	"schalter/server/qr"
)

func TestACodeHasItsFindersAndItsQuietZone(t *testing.T) {
	c, err := qr.Encode("https://schalter.test/v/musterstadt#ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if err != nil {
		t.Fatal(err)
	}
	finder := []string{"1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"}
	for _, corner := range [][2]int{{4, 4}, {c.Size - 11, 4}, {4, c.Size - 11}} {
		for y, row := range finder {
			for x, want := range row {
				if c.Dark(corner[0]+x, corner[1]+y) != (want == '1') {
					t.Fatalf("no finder at %v", corner)
				}
			}
		}
	}
	for i := range c.Size {
		for edge := range 4 {
			for _, at := range [][2]int{{i, edge}, {edge, i}, {i, c.Size - 1 - edge}, {c.Size - 1 - edge, i}} {
				if c.Dark(at[0], at[1]) {
					t.Fatalf("%v is dark in the quiet zone", at)
				}
			}
		}
	}
}

// TestThePathIsTheModules draws the path again by its own commands.
func TestThePathIsTheModules(t *testing.T) {
	c, err := qr.Encode("Nummer 017")
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[[2]int]bool{}
	for part := range strings.SplitSeq(strings.TrimSuffix(c.Path(), "z"), "z") {
		var x, y, w, back int
		if _, err := fmt.Sscanf(part, "M%d %dh%dv1h-%d", &x, &y, &w, &back); err != nil || w != back {
			t.Fatalf("%q: %v", part, err)
		}
		for i := range w {
			drawn[[2]int{x + i, y}] = true
		}
	}
	for y := range c.Size {
		for x := range c.Size {
			if drawn[[2]int{x, y}] != c.Dark(x, y) {
				t.Fatalf("module %d %d", x, y)
			}
		}
	}
	if _, err := qr.Encode(strings.Repeat("x", 3000)); err == nil {
		t.Error("a text that fits no code is no error")
	}
}
