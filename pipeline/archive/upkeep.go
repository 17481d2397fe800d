package archive

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
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
func (a *Archive) Verify(ctx context.Context) (Checkup, error) {
	var c Checkup
	named, err := a.named(&c)
	if err != nil {
		return c, err
	}
	stored, err := a.stored(ctx, &c)
	if err != nil {
		return c, err
	}
	for hash, manifest := range named {
		err, there := stored[hash]
		switch {
		case !there:
			c.Troubles = append(c.Troubles, Trouble{What: "missing", Path: objectName(hash), Used: manifest})
		case err != nil:
			c.Troubles = append(c.Troubles, Trouble{What: "damaged", Path: objectName(hash), Used: manifest, Err: err})
		}
	}
	for hash, err := range stored {
		if _, used := named[hash]; !used {
			c.Troubles = append(c.Troubles, Trouble{What: "dangling", Path: objectName(hash), Err: err})
		}
	}
	slices.SortFunc(c.Troubles, func(x, y Trouble) int { return strings.Compare(x.What+x.Path, y.What+y.Path) })
	return c, nil
}

func objectName(hash string) string { return filepath.Join(objects, hash[:2], hash+".zst") }

// named maps each object that a manifest names to the first that does. A
// manifest that cannot be read is a trouble.
func (a *Archive) named(c *Checkup) (map[string]string, error) {
	found := map[string]string{}
	last := ""
	err := a.manifests(func(source, dataset, name string) {
		if folder := filepath.Join(source, dataset); folder != last {
			last = folder
			if _, err := readRemoved(filepath.Join(a.dir, folder)); err != nil {
				c.Troubles = append(c.Troubles, Trouble{What: "unread", Path: removedPath(folder), Err: err})
			}
		}
		path := filepath.Join(source, dataset, name+".json")
		m, err := readManifest(filepath.Join(a.dir, path))
		c.Manifests++
		if err != nil {
			c.Troubles = append(c.Troubles, Trouble{What: "unread", Path: path, Err: err})
			return
		}
		for _, hash := range m.objects() {
			if _, ok := found[hash]; !ok {
				found[hash] = path
			}
		}
	})
	return found, err
}

// manifests visits every vintage's place, by source, data set and time.
func (a *Archive) manifests(visit func(source, dataset, name string)) error {
	sources, err := folders(a.dir)
	if err != nil {
		return wrap(err)
	}
	for _, source := range sources {
		datasets, err := folders(filepath.Join(a.dir, source))
		if err != nil {
			return wrap(err)
		}
		for _, dataset := range datasets {
			all, err := names(filepath.Join(a.dir, source, dataset))
			if err != nil {
				return wrap(err)
			}
			for _, name := range all {
				visit(source, dataset, name)
			}
		}
	}
	return nil
}

// folders are the folders that may hold a source or a data set.
func folders(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if missing(err) {
		return nil, nil
	}
	var all []string
	for _, entry := range entries {
		if entry.IsDir() && entry.Name() != objects && validName(entry.Name()) {
			all = append(all, entry.Name())
		}
	}
	return all, err
}

// stored maps each object there is to what is wrong with it, nil when nothing is.
func (a *Archive) stored(ctx context.Context, c *Checkup) (map[string]error, error) {
	found := map[string]error{}
	err := filepath.WalkDir(filepath.Join(a.dir, objects), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case missing(err):
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case entry.IsDir() && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		}
		hash, ok := strings.CutSuffix(entry.Name(), ".zst")
		if entry.IsDir() || !ok || !validHash(hash) {
			return nil
		}
		if info, err := entry.Info(); err == nil {
			c.Bytes += info.Size()
		}
		c.Objects++
		_, found[hash] = a.Get(hash)
		return nil
	})
	return found, wrap(err)
}

// Keep says which vintages Prune leaves: the newest Latest of each data set, at
// least one, and all that were fetched at or after Since. Also names those that
// something else rests on, as "source/dataset/name".
type Keep struct {
	Latest int
	Since  time.Time
	Also   map[string]bool
}

// Pruned is what Prune removed, or would remove.
type Pruned struct {
	Vintages []string // "source/dataset/name"
	Objects  int
	Bytes    int64
}

// Prune removes vintages that keep does not name, and the objects that then
// belong to none. It notes first what it removes, then removes manifests, so that
// a stop in between leaves dangling objects and never a manifest without them,
// nor a past that is gone without a word. With really false nothing
// is touched. An archive with damaged manifests is left alone: it cannot be told
// what they need.
func (a *Archive) Prune(ctx context.Context, keep Keep, really bool) (Pruned, error) {
	var p Pruned
	needed := map[string]bool{}
	var problems []error
	gone := map[string][]Removed{}
	place := map[string][]string{} // data set → names, oldest first
	err := a.manifests(func(source, dataset, name string) {
		key := filepath.Join(source, dataset)
		place[key] = append(place[key], name)
	})
	for key, all := range place {
		for n, name := range all {
			path := filepath.Join(key, name+".json")
			m, err := readManifest(filepath.Join(a.dir, path))
			if err != nil {
				problems = append(problems, err)
				continue
			}
			stays := n >= len(all)-max(keep.Latest, 1) || !keep.Since.IsZero() && !m.Fetched.Before(keep.Since) || keep.Also[filepath.ToSlash(filepath.Join(key, name))]
			if !stays {
				gone[key] = append(gone[key], Removed{name, m.Fetched, m.KPIs, a.now().UTC()})
				p.Vintages = append(p.Vintages, filepath.ToSlash(filepath.Join(key, name)))
				continue
			}
			for _, hash := range m.objects() {
				needed[hash] = true
			}
		}
	}
	if err := errors.Join(append(problems, err)...); err != nil {
		return Pruned{}, err
	}
	slices.Sort(p.Vintages)
	if really {
		if err := a.remove(gone); err != nil {
			return p, err
		}
	}
	return p, a.sweep(ctx, needed, really, &p)
}

// sweep removes the objects that nothing needs. Those of a fetch under way are
// young and stay; files' times are the machine's own, whatever the program's
// clock is set to.
func (a *Archive) sweep(ctx context.Context, needed map[string]bool, really bool, p *Pruned) error {
	young := time.Now().Add(-resumeWithin)
	err := filepath.WalkDir(filepath.Join(a.dir, objects), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case missing(err):
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case entry.IsDir() && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		}
		hash, ok := strings.CutSuffix(entry.Name(), ".zst")
		if entry.IsDir() || !ok || !validHash(hash) || needed[hash] {
			return nil
		}
		info, err := entry.Info()
		if err != nil || info.ModTime().After(young) {
			return err
		}
		p.Objects++
		p.Bytes += info.Size()
		if really {
			return os.Remove(path)
		}
		return nil
	})
	return wrap(err)
}
