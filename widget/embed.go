// Package widget embeds what browsers get: the bundles that build.mjs writes to dist.
//
// May import: the standard library only.
package widget

import (
	"embed"
	"encoding/json"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// FS holds board.js, manifest.json and assets/. It holds only .keep as long as build.mjs was not run.
var FS = func() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the name is a constant and valid
	}
	return sub
}()

//go:embed src/locale/administration.de.json src/locale/administration.en.json
var locales embed.FS

// Administration are the texts of the administration's pages by language and key: files that the server writes say the same.
var Administration = map[string]map[string]string{"de": texts("de"), "en": texts("en")}

func texts(lang string) (out map[string]string) {
	raw, err := locales.ReadFile("src/locale/administration." + lang + ".json")
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		panic(err) // it was embedded at build time, and tests read it
	}
	return out
}
