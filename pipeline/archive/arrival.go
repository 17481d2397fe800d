package archive

import (
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Arrival is when a vintage came. Gone is nil while the archive holds it.
type Arrival struct {
	Vintage string
	At      time.Time
	Gone    *Removed
}

// Arrivals lists a data set's vintages with those that have been removed, oldest
// first, each with the time from which it counts.
func (a *Archive) Arrivals(source, dataset string) ([]Arrival, error) {
	folder, all, err := a.came(source, dataset, time.Time{})
	if err != nil {
		return nil, err
	}
	removed, err := readRemoved(folder)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].At = a.fetchedAt(folder, all[i].Vintage)
	}
	for _, r := range removed {
		// One that is there was noted, and then not removed: the pruning was stopped.
		if !slices.ContainsFunc(all, func(v Arrival) bool { return v.Vintage == r.Name }) {
			all = append(all, Arrival{r.Name, r.Fetched, &r})
		}
	}
	slices.SortFunc(all, func(x, y Arrival) int { return strings.Compare(x.Vintage, y.Vintage) })
	correct(all, a.now())
	return all, nil
}

// fetchedAt reads a manifest's time once: manifests never change. One that cannot
// be read counts from its name's time, and whoever needs it meets the error.
func (a *Archive) fetchedAt(folder, name string) time.Time {
	path := filepath.Join(folder, name+".json")
	if known, ok := a.fetched.Load(path); ok {
		return known.(time.Time) //nolint:forcetypeassert // nothing else is stored
	}
	b, err := readBeginning(path)
	if err != nil || b.Fetched.IsZero() {
		t, _ := time.Parse(nameForm, name) // names gave it as a time
		return t
	}
	a.fetched.Store(path, b.Fetched)
	return b.Fetched
}

// correct moves the times that cannot be right, for the clock was wrong then:
// vintages are named in the order in which they came, so a time that is before an
// earlier one's, or after a later one's, is none. Each is moved to the nearest
// that its believed neighbours leave.
func correct(all []Arrival, now time.Time) {
	if slices.IsSortedFunc(all, func(x, y Arrival) int { return x.At.Compare(y.At) }) {
		return
	}
	right := believed(append(slices.Clone(all), Arrival{At: now}))[:len(all)]
	for i := range all {
		if next := slices.Index(right[i:], true); next > 0 && all[i].At.After(all[i+next].At) {
			all[i].At = all[i+next].At
		}
		if i > 0 && all[i].At.Before(all[i-1].At) {
			all[i].At = all[i-1].At
		}
	}
}

// believed marks the most times that agree with one another and with the clock
// now. Where as many agree either way it takes those that came first, so that
// what was known of a day stays what it was.
func believed(all []Arrival) []bool {
	agree := make([]int, len(all)) // how many from this one on, this one believed
	for i := len(all) - 1; i >= 0; i-- {
		for j := i + 1; j < len(all); j++ {
			if !all[j].At.Before(all[i].At) {
				agree[i] = max(agree[i], agree[j])
			}
		}
		agree[i]++
	}
	right, left, last := make([]bool, len(all)), slices.Max(agree), time.Time{}
	for i, v := range all {
		if agree[i] == left && !v.At.Before(last) {
			right[i], left, last = true, left-1, v.At
		}
	}
	return right
}
