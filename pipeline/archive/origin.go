package archive

import (
	"path/filepath"
	"time"
)

// OriginOf tells whose the archive in dir is, by the newest vintage of each data
// set: synthetic when any of them is, and the county of the newest that names
// one. A manifest that cannot be read says nothing here; whoever needs it meets
// the error.
func OriginOf(dir string) Origin {
	newest := map[string]string{}
	_ = (&Archive{dir: filepath.Clean(dir)}).manifests(func(source, dataset, name string) {
		newest[filepath.Join(source, dataset)] = name + ".json"
	})
	var o Origin
	var at time.Time
	for dataset, name := range newest {
		h, err := readBeginning(filepath.Join(dir, dataset, name))
		if err != nil {
			continue
		}
		o.Synthetic = o.Synthetic || h.Synthetic
		if h.County != "" && !h.fetched.Before(at) {
			o.County, at = h.County, h.fetched
		}
	}
	return o
}
