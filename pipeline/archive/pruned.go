package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

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

// Removed is a vintage that Prune has removed. It is noted before it goes, so
// that what was known of a day is never taken from another vintage instead.
type Removed struct {
	Name    string    `json:"vintage"`
	Fetched time.Time `json:"fetched"`
	KPIs    []string  `json:"kpis,omitempty"` // that it held
	Pruned  time.Time `json:"pruned"`
}

// PrunedError says that what is asked for rests on a vintage that has been
// removed.
type PrunedError struct {
	Dataset string
	Removed
}

// Error names the vintage, and when it was removed.
func (e *PrunedError) Error() string {
	return fmt.Sprintf("the vintage %s of %s was pruned on %s", e.Name, e.Dataset, e.Pruned.UTC().Format(time.DateOnly))
}

// Prune removes vintages that keep does not name, and the objects that then
// belong to none. It notes first what it removes, then removes manifests, so that
// a stop in between leaves dangling objects and never a manifest without them,
// nor a past that is gone without a word. With really false nothing
// is touched. An archive with damaged manifests is left alone: it cannot be told
// what they need.
func (a *Archive) Prune(ctx context.Context, keep Keep, really bool) (Pruned, error) {
	var p Pruned
	needed, gone := map[string]bool{}, map[string][]Removed{}
	sets, err := vintagesOf(a.dir)
	problems := []error{err}
	for _, s := range sets {
		for n, name := range s.names {
			m, err := readManifest(s.path(name))
			problems = append(problems, err)
			vintage := filepath.ToSlash(filepath.Join(s.name, name))
			if n >= len(s.names)-max(keep.Latest, 1) || !keep.Since.IsZero() && !m.Fetched.Before(keep.Since) || keep.Also[vintage] {
				for _, hash := range m.objects() {
					needed[hash] = true
				}
				continue
			}
			gone[s.name] = append(gone[s.name], Removed{name, m.Fetched, m.KPIs, a.now().UTC()})
			p.Vintages = append(p.Vintages, vintage)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return Pruned{}, err
	}
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
	return a.stored(ctx, func(hash, path string, info fs.FileInfo) error {
		if needed[hash] || info.ModTime().After(young) {
			return nil
		}
		p.Objects++
		p.Bytes += info.Size()
		if !really {
			return nil
		}
		return os.Remove(path)
	})
}

// remove notes what goes, of every data set, and then removes it.
func (a *Archive) remove(gone map[string][]Removed) error {
	for dataset, removed := range gone {
		if err := a.noteRemoved(filepath.Join(a.dir, dataset), removed); err != nil {
			return err
		}
	}
	for dataset, removed := range gone {
		folder := filepath.Join(a.dir, dataset)
		for _, r := range removed {
			if err := os.Remove(filepath.Join(folder, r.Name+".json")); err != nil {
				return err
			}
		}
		if err := syncFolder(folder); err != nil {
			return err
		}
	}
	return nil
}

func removedPath(folder string) string { return filepath.Join(folder, "pruned.json") }

func readRemoved(folder string) ([]Removed, error) {
	body, err := readBounded(removedPath(folder), maxManifest)
	if missing(err) {
		return nil, nil
	}
	var all []Removed
	if err == nil {
		err = json.Unmarshal(body, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("archive: %s, the list of what was pruned, cannot be read: %w", removedPath(folder), err)
	}
	return all, nil
}

// noteRemoved adds to the list of what is removed, and is sure that it is on
// disk.
func (a *Archive) noteRemoved(folder string, more []Removed) error {
	all, err := readRemoved(folder)
	if err != nil {
		return err
	}
	all = append(more, all...)
	slices.SortStableFunc(all, func(x, y Removed) int { return strings.Compare(x.Name, y.Name) })
	all = slices.CompactFunc(all, func(x, y Removed) bool { return x.Name == y.Name }) // noted by a pruning that was stopped
	body, err := json.Marshal(all)
	if err == nil {
		err = a.replace(removedPath(folder), append(body, '\n'), true)
	}
	if err == nil {
		err = syncFolder(folder)
	}
	return err
}
