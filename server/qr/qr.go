// Package qr makes QR codes that a page draws without a picture: as the path of an SVG.
//
// May import: barcode and the standard library.
package qr

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// quiet is the width of the empty border, in modules, that readers need (ISO/IEC 18004, 5.3.8).
const quiet = 4

// Code is a QR code as a grid of modules, the quiet zone included.
type Code struct {
	Size int // modules a side
	code barcode.Barcode
}

// Encode makes the code of a text, with level M: it bears a loss of 15 %. An error is a text that is too long (over
// 2,331 bytes).
func Encode(text string) (Code, error) {
	code, err := qr.Encode(text, qr.M, qr.Unicode)
	if err != nil {
		return Code{}, fmt.Errorf("QR code: %w", err)
	}
	return Code{Size: code.Bounds().Dx() + 2*quiet, code: code}, nil
}

// Dark says whether the module in column x of row y is dark. Outside of the grid nothing is.
func (c Code) Dark(x, y int) bool {
	x, y = x-quiet, y-quiet
	inner := c.Size - 2*quiet
	if x < 0 || y < 0 || x >= inner || y >= inner {
		return false
	}
	r, _, _, _ := c.code.At(x, y).RGBA()
	return r == 0
}

// Path draws the dark modules in a viewBox of "0 0 Size Size": one rectangle for each run in a row.
func (c Code) Path() string {
	var b strings.Builder
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			if !c.Dark(x, y) {
				continue
			}
			from := x
			for c.Dark(x, y) {
				x++
			}
			fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
		}
	}
	return b.String()
}
