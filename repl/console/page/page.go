// Package page holds the files of the page, as they are built from the sources beside it.
package page

import (
	"embed"
	"io/fs"
)

//go:embed built
var built embed.FS

// Files returns the files: index.html and what it needs.
func Files() fs.FS {
	files, _ := fs.Sub(built, "built") // it fails for wrong names only
	return files
}
