// Package examples embeds the example pages: the demo serves them as the towns' own sites.
package examples

import "embed"

// FS has one folder for each way to embed.
//
//go:embed all:*
var FS embed.FS
