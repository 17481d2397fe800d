package sql

import (
	"errors"
	"io/fs"
)

// Overlay lays the analyst's own files over the shipped ones: a file with the
// same path replaces the shipped file, any other is added.
type Overlay struct{ Own, Shipped fs.FS }

// Open opens the analyst's file, or the shipped one where there is none.
func (o Overlay) Open(name string) (fs.File, error) {
	file, err := o.Own.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return o.Shipped.Open(name)
	}
	return file, err
}

// Glob lists the matching paths of both, each once.
func (o Overlay) Glob(pattern string) ([]string, error) {
	own, err := fs.Glob(o.Own, pattern)
	if err != nil {
		return nil, err
	}
	shipped, err := fs.Glob(o.Shipped, pattern)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var all []string
	for _, path := range append(own, shipped...) {
		if !seen[path] {
			seen[path] = true
			all = append(all, path)
		}
	}
	return all, nil
}
