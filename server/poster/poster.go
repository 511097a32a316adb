// Package poster makes a sheet for notice boards, waiting rooms and newspapers: who invites, a QR code, what to do.
//
// The PDF has real text and a link, but no tags: the library can't write them. Whoever cannot see the sheet has the
// link beside it in the console.
//
// May import: qr, the standard library, and libraries for PDF and fonts.
package poster

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/signintech/gopdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"schalter/server/qr"
)

// Sheet is what stands on the poster. German, for it hangs in a German town hall.
type Sheet struct {
	Authority string
	Office    string // empty: all offices
	Phone     string // may be empty
	Accent    string // "#rrggbb"; anything else: ours
	Link      string // where the code leads
	Logo      []byte // PNG or JPEG; may be empty
}

// Sizes in points, on A4.
const (
	width, height = 595.28, 841.89
	margin        = 56.0
	inner         = width - 2*margin
	band          = 110.0
	codeSize      = 255.0 // 9 cm: read from two metres
)

type sheet struct {
	gopdf.GoPdf
	err error
}

// PDF draws the sheet, on one A4 page.
func (s Sheet) PDF() ([]byte, error) {
	code, err := qr.Encode(s.Link)
	if err != nil {
		return nil, fmt.Errorf("poster: QR code: %w", err)
	}
	p := &sheet{}
	p.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	p.SetInfo(gopdf.PdfInfo{Title: "Virtuelles Bürgerbüro – " + s.Authority, Author: s.Authority, Creator: "Schalter", CreationDate: time.Time{}})
	p.check(p.AddTTFFontData("regular", goregular.TTF))
	p.check(p.AddTTFFontData("bold", gobold.TTF))
	p.AddPage()

	p.head(s)
	title, what := "Virtuelles Bürgerbüro", "Sprechen Sie mit uns per Video, von zu Hause aus."
	if s.Office != "" {
		title, what = s.Office, "Virtuelles Bürgerbüro: Sprechen Sie mit uns per Video."
	}
	p.SetTextColor(23, 33, 43)
	y := p.lines(title, "bold", 34, 2, band+50)
	y = p.lines(what, "regular", 16, 2, y+8)
	y = p.code(code, s.Link, y+22)
	y = p.lines("Richten Sie die Kamera Ihres Handys auf das Muster und tippen Sie auf den Link.", "regular", 15, 2, y+18)
	y = p.lines("Ziehen Sie eine Nummer. Wir rufen Sie auf.", "bold", 15, 2, y+2)
	y = p.lines("Oder geben Sie am Computer ein:", "regular", 15, 1, y+14)
	p.lines(strings.TrimPrefix(s.Link, "https://"), "bold", 15, 1, y+2)
	free := "Ohne Konto, ohne Programm, kostenlos."
	if s.Phone != "" {
		free += " Lieber am Telefon? " + s.Phone
	}
	p.lines(free, "regular", 12, 2, height-margin-14)
	if p.err != nil {
		return nil, fmt.Errorf("poster: %w", p.err)
	}
	return p.GetBytesPdfReturnErr()
}

func (p *sheet) check(err error) {
	if p.err == nil {
		p.err = err
	}
}

// head is a band in the authority's colour with its name, and its logo on white.
func (p *sheet) head(s Sheet) {
	r, g, b := colour(s.Accent)
	p.SetFillColor(r, g, b)
	p.RectFromUpperLeftWithStyle(0, 0, width, band, "F")
	room := inner
	if len(s.Logo) > 0 {
		room -= p.logo(s.Logo)
	}
	if light(r, g, b) {
		p.SetTextColor(0, 0, 0)
	} else {
		p.SetTextColor(255, 255, 255)
	}
	p.within(room, s.Authority, "bold", 24, 2, band/2-14)
}

// logo stands at the right of the band, at most 2.5 cm high and 5 cm wide; it returns what it takes of the width.
func (p *sheet) logo(data []byte) float64 {
	holder, err := gopdf.ImageHolderByBytes(data)
	p.check(err)
	w, h, err := pixels(data)
	p.check(err)
	if p.err != nil {
		return 0
	}
	scale := min(142/w, 70/h)
	w, h = w*scale, h*scale
	p.SetFillColor(255, 255, 255)
	p.RectFromUpperLeftWithStyle(width-margin-w-8, (band-h)/2-8, w+16, h+16, "F")
	p.check(p.ImageByHolder(holder, width-margin-w, (band-h)/2, &gopdf.Rect{W: w, H: h}))
	return w + 24
}

// lines writes text from y on, smaller until it fits the lines it may have; it returns where the next text may stand.
func (p *sheet) lines(text, font string, size float64, most int, y float64) float64 {
	return p.within(inner, text, font, size, most, y)
}

func (p *sheet) within(room float64, text, font string, size float64, most int, y float64) float64 {
	var parts []string
	for ; size >= 8; size-- {
		p.check(p.SetFont(font, "", size))
		if p.err != nil {
			return y
		}
		var err error
		if parts, err = p.SplitTextWithWordWrap(text, room); err == nil && len(parts) <= most {
			break
		}
	}
	for _, part := range parts {
		p.SetXY(margin, y)
		p.check(p.Cell(nil, part))
		y += size * 1.3
	}
	return y
}

// code draws the dark modules, each row's neighbours as one bar so that no hairline shows between them.
func (p *sheet) code(code qr.Code, link string, y float64) float64 {
	module := codeSize / float64(code.Size)
	left := (width - codeSize) / 2
	p.SetFillColor(0, 0, 0)
	for row := range code.Size {
		for from := 0; from < code.Size; from++ {
			to := from
			for code.Dark(to, row) {
				to++
			}
			if to > from {
				p.RectFromUpperLeftWithStyle(left+float64(from)*module, y+float64(row)*module, float64(to-from)*module, module, "F")
				from = to
			}
		}
	}
	p.AddExternalLink(link, left, y, codeSize, codeSize)
	return y + codeSize
}

// colour of "#rrggbb".
func colour(text string) (r, g, b uint8) {
	if n, err := strconv.ParseUint(strings.TrimPrefix(text, "#"), 16, 24); err == nil && len(text) == 7 {
		return uint8(n >> 16), uint8(n >> 8), uint8(n)
	}
	return 0x0b, 0x4f, 0x6c
}

// light says whether black reads better on a colour than white: its luminance (WCAG 2.2), roughly, is above 0.18.
func light(r, g, b uint8) bool {
	square := func(c uint8) float64 { return float64(c) / 255 * float64(c) / 255 }
	return 0.2126*square(r)+0.7152*square(g)+0.0722*square(b) > 0.18
}
