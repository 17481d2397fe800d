package archive

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"
)

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

// Arrival is when a vintage came. Gone is nil while the archive holds it.
type Arrival struct {
	Vintage string
	At      time.Time
	Gone    *Removed
}

// Arrivals lists a data set's vintages with those that have been removed, oldest
// first.
func (a *Archive) Arrivals(source, dataset string) ([]Arrival, error) {
	folder, held, err := a.list(source, dataset)
	if err != nil {
		return nil, err
	}
	removed, err := readRemoved(folder)
	if err != nil {
		return nil, err
	}
	gone := map[string]*Removed{}
	all := slices.Clone(held)
	for _, r := range removed {
		if _, there := slices.BinarySearch(held, r.Name); there {
			continue // noted, and then not removed: the pruning was stopped
		}
		gone[r.Name] = &r
		all = append(all, r.Name)
		a.mu.Lock()
		a.fetched[filepath.Join(folder, r.Name+".json")] = r.Fetched
		a.mu.Unlock()
	}
	slices.Sort(all)
	came := a.arrivals(folder, all)
	arrivals := make([]Arrival, len(all))
	for i, name := range all {
		arrivals[i] = Arrival{name, came[i], gone[name]}
	}
	return arrivals, nil
}

// until are the arrivals at t or before.
func until(arrivals []Arrival, t time.Time) []Arrival {
	return arrivals[:sort.Search(len(arrivals), func(i int) bool { return arrivals[i].At.After(t) })]
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
func noteRemoved(folder string, more []Removed) error {
	all, err := readRemoved(folder)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(r Removed) bool { // of a pruning that was stopped
		return slices.ContainsFunc(more, func(m Removed) bool { return m.Name == r.Name })
	})
	all = append(all, more...)
	slices.SortFunc(all, func(x, y Removed) int { return strings.Compare(x.Name, y.Name) })
	body, err := json.Marshal(all)
	if err != nil {
		return wrap(err)
	}
	temporary, err := create(filepath.Join(folder, ".pruned"))
	if err == nil {
		err = replace(removedPath(folder), temporary, append(body, '\n'), true)
	}
	if err == nil {
		err = syncFolder(folder)
	}
	return wrap(err)
}

// remove notes what goes, of every data set, and then removes it.
func (a *Archive) remove(gone map[string][]Removed) error {
	for dataset, removed := range gone {
		if err := noteRemoved(filepath.Join(a.dir, dataset), removed); err != nil {
			return err
		}
	}
	for dataset, removed := range gone {
		for _, r := range removed {
			if err := os.Remove(filepath.Join(a.dir, dataset, r.Name+".json")); err != nil {
				return wrap(err)
			}
		}
		if err := syncFolder(filepath.Join(a.dir, dataset)); err != nil {
			return wrap(err)
		}
	}
	return nil
}
