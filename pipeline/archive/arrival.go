package archive

import (
	"path/filepath"
	"slices"
	"time"
)

// arrivals gives each of a data set's vintages the time from which it counts,
// oldest first. That is what its manifest says it was fetched, unless the clock
// was wrong then: vintages are named in the order in which they came, so a time
// that is before an earlier one's, or after a later one's, cannot be right. The
// most that agree with one another and with the clock now are believed; where
// as many agree either way, those that came first, so that what was known of a
// day stays what it was. Any other time is moved to the nearest that its
// neighbours leave. A manifest that cannot be read counts from its name's time,
// and whoever needs it meets the error.
func (a *Archive) arrivals(folder string, all []string) []time.Time {
	times := make([]time.Time, len(all))
	ordered := true
	for i, name := range all {
		times[i] = a.fetchedAt(filepath.Join(folder, name+".json"), name)
		ordered = ordered && (i == 0 || !times[i].Before(times[i-1]))
	}
	if ordered {
		return times
	}
	return settled(times, believed(append(slices.Clip(times), a.now())))
}

// fetchedAt reads a manifest's time once: manifests never change.
func (a *Archive) fetchedAt(path, name string) time.Time {
	a.mu.Lock()
	t, known := a.fetched[path]
	a.mu.Unlock()
	if known {
		return t
	}
	h, err := readBeginning(path)
	if err != nil {
		t, _ = time.Parse(nameForm, name) // names gave it as a time
		return t
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fetched[path] = h.fetched
	return h.fetched
}

// believed marks the longest row of times none of which is before the one that
// came before it, the earliest such row.
func believed(times []time.Time) []bool {
	length, longest := make([]int, len(times)), 0
	for i := len(times) - 1; i >= 0; i-- {
		for j := i + 1; j < len(times); j++ {
			if !times[j].Before(times[i]) {
				length[i] = max(length[i], length[j])
			}
		}
		length[i]++
		longest = max(longest, length[i])
	}
	in, left, last := make([]bool, len(times)), longest, time.Time{}
	for i, t := range times {
		if length[i] == left && !t.Before(last) {
			in[i], last = true, t
			left--
		}
	}
	return in
}

// settled moves the times that are not believed in between those that are.
func settled(times []time.Time, in []bool) []time.Time {
	moved := make([]time.Time, len(times))
	copy(moved, times)
	var next time.Time // zero: nothing that is believed came later
	for i := len(moved) - 1; i >= 0; i-- {
		if in[i] {
			next = times[i]
		} else if !next.IsZero() && moved[i].After(next) {
			moved[i] = next
		}
	}
	for i := 1; i < len(moved); i++ {
		if moved[i].Before(moved[i-1]) {
			moved[i] = moved[i-1]
		}
	}
	return moved
}
