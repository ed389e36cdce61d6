// Package dashboard holds the built web page, so that the hub's one binary
// carries it. It guarantees that the hub builds without Node too: the page is
// then simply not there, and Files says so.
package dashboard

import (
	"embed"
	"io/fs"
)

// dist is what "npm run build" made, and a placeholder where it did not run.
//
//go:embed all:dist
var dist embed.FS

// Files returns the files of the page, index.html at the root, and whether the
// page was built. Beside each text file lies the same file compressed, with
// ".gz" after its name. Files under assets/ carry a hash in their names and
// never change.
func Files() (fs.FS, bool) {
	files, err := fs.Sub(dist, "dist")
	if err != nil { // "dist" is a valid path: this cannot be
		return nil, false
	}
	_, err = fs.Stat(files, "index.html")
	return files, err == nil
}
