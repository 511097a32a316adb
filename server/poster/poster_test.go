package poster

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tool returns Debian's program (.ci/install), or skips where nobody has installed it.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is missing: run .ci/install", name)
		}
		t.Skipf("%s is missing: run .ci/install", name)
	}
	return path
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(tool(t, name), args...).Output() // zbar complains of a bus on the other one
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// TestThePosterIsReadByOthers: by poppler its text, by zbar its code, from the picture that a printer would make.
func TestThePosterIsReadByOthers(t *testing.T) {
	t.Parallel()
	var logo bytes.Buffer
	picture := image.NewRGBA(image.Rect(0, 0, 120, 60))
	for i := range 60 {
		picture.Set(i, i, color.RGBA{200, 0, 0, 255})
	}
	if err := png.Encode(&logo, picture); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		sheet Sheet
		texts []string
	}{
		"town": {Sheet{Authority: "Stadt Musterstadt", Phone: "0123 45 67-0", Accent: "#7a1f2b", Link: "https://schalter.example/musterstadt"},
			[]string{"Stadt Musterstadt", "Virtuelles Bürgerbüro", "Ziehen Sie eine Nummer. Wir rufen Sie auf.", "schalter.example/musterstadt", "0123 45 67-0"}},
		"office": {Sheet{Authority: "Verwaltungsgemeinschaft Großweißenbach-Übersee am Märchensee", Office: "Straßenverkehrs- und Führerscheinangelegenheiten, Außenstelle Süd",
			Accent: "#ffe600", Link: "https://buergerbuero.grossweissenbach.example/vg-grossweissenbach/strassenverkehr", Logo: logo.Bytes()},
			[]string{"Großweißenbach-Übersee", "Führerscheinangelegenheiten", "Märchensee"}},
		"bare": {Sheet{Authority: "Amt", Accent: "kein", Link: "http://localhost:8080/amt"}, []string{"Amt", "http://localhost:8080/amt"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pdf, err := tt.sheet.PDF()
			if err != nil {
				t.Fatal(err)
			}
			if len(pdf) > 200<<10 {
				t.Errorf("%d bytes", len(pdf))
			}
			dir := t.TempDir()
			file := filepath.Join(dir, "poster.pdf")
			if err := os.WriteFile(file, pdf, 0o600); err != nil {
				t.Fatal(err)
			}
			if keep := os.Getenv("POSTER_KEEP"); keep != "" {
				_ = os.WriteFile(filepath.Join(keep, name+".pdf"), pdf, 0o600)
			}
			text := run(t, "pdftotext", "-layout", file, "-")
			for _, part := range tt.texts {
				if !strings.Contains(text, part) {
					t.Errorf("no %q in:\n%s", part, text)
				}
			}
			info := run(t, "pdfinfo", file)
			if !strings.Contains(info, "(A4)") || !strings.Contains(info, "Pages:           1") {
				t.Errorf("%s", info)
			}
			run(t, "pdftoppm", "-r", "100", "-png", "-singlefile", file, filepath.Join(dir, "page"))
			if got := strings.TrimSpace(run(t, "zbarimg", "--quiet", "--raw", filepath.Join(dir, "page.png"))); got != tt.sheet.Link {
				t.Errorf("the code says %q, want %q", got, tt.sheet.Link)
			}
		})
	}
}

func TestTextOnTheBandIsReadable(t *testing.T) {
	for hex, want := range map[string]bool{"#ffe600": true, "#7a1f2b": false, "#0b4f6c": false, "#ffffff": true, "#000000": false, "#e30613": false, "#00a651": true} {
		if got := light(colour(hex)); got != want {
			t.Errorf("%s: black text %v", hex, got)
		}
	}
}

func TestALinkTooLongForACodeIsRefused(t *testing.T) {
	if _, err := (Sheet{Authority: "Amt", Link: strings.Repeat("x", 5000)}).PDF(); err == nil {
		t.Error("drawn")
	}
}
