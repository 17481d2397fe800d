package archive

import (
	"cmp"
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// Trouble is something wrong with the archive, and what it concerns.
type Trouble struct {
	What string // damaged, missing, unread or dangling
	Path string // the object or manifest, inside the archive
	Used string // the first manifest that names a missing or damaged object
	Err  error  // why a manifest or object cannot be read; nil for the rest
}

// Checkup is what Verify found.
type Checkup struct {
	Manifests, Objects int
	Bytes              int64 // of the objects as they are stored
	Troubles           []Trouble
}

// Verify reads every manifest and every object: an object must have the hash
// that is its name, and be there when a manifest names it. An object that no
// manifest names is dangling, which is no loss: an interrupted fetch leaves
// some, and the next one uses them.
func (a *Archive) Verify(ctx context.Context) (c Checkup, err error) {
	named, err := a.named(&c)
	if err != nil {
		return c, err
	}
	err = a.stored(ctx, func(hash, _ string, info fs.FileInfo) error {
		c.Objects++
		c.Bytes += info.Size()
		_, damaged := a.Get(hash)
		manifest, used := named[hash]
		switch {
		case !used:
			c.Troubles = append(c.Troubles, Trouble{What: "dangling", Path: objectName(hash), Err: damaged})
		case damaged != nil:
			c.Troubles = append(c.Troubles, Trouble{What: "damaged", Path: objectName(hash), Used: manifest, Err: damaged})
		}
		delete(named, hash)
		return nil
	})
	for hash, manifest := range named {
		c.Troubles = append(c.Troubles, Trouble{What: "missing", Path: objectName(hash), Used: manifest})
	}
	slices.SortFunc(c.Troubles, func(x, y Trouble) int { return strings.Compare(x.What+x.Path, y.What+y.Path) })
	return c, err
}

// named maps each object that a manifest names to the first that does. A
// manifest that cannot be read is a trouble.
func (a *Archive) named(c *Checkup) (map[string]string, error) {
	found := map[string]string{}
	sets, err := vintagesOf(a.dir)
	for _, s := range sets {
		if _, err := readRemoved(filepath.Join(s.dir, s.name)); err != nil {
			c.Troubles = append(c.Troubles, Trouble{What: "unread", Path: removedPath(s.name), Err: err})
		}
		for _, name := range s.names {
			c.Manifests++
			m, err := readManifest(s.path(name))
			if err != nil {
				c.Troubles = append(c.Troubles, Trouble{What: "unread", Path: s.place(name), Err: err})
			}
			for _, hash := range m.objects() {
				found[hash] = cmp.Or(found[hash], s.place(name))
			}
		}
	}
	return found, err
}

// stored visits each object that is there.
func (a *Archive) stored(ctx context.Context, visit func(hash, path string, info fs.FileInfo) error) error {
	return filepath.WalkDir(filepath.Join(a.dir, objects), func(path string, entry fs.DirEntry, err error) error {
		if missing(err) {
			return nil
		}
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		hash, ok := strings.CutSuffix(entry.Name(), ".zst")
		if entry.IsDir() || !ok || !validHash(hash) {
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return visit(hash, path, info)
	})
}
