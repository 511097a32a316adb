// Package widget embeds what browsers get: the bundles that build.mjs writes to dist.
//
// May import: the standard library only.
package widget

import (
	"embed"
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
