package archive

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Renew is Commit of what may be the same answer as last, the newest vintage.
// When every body is, and all that the manifest says of them, last stays the
// newest and only the check is noted: another manifest would tell nothing, and
// a year of them would weigh more than all that has changed in it. A last that
// lies ahead of the clock is never renewed: it would go on lying ahead.
func (f *Fetch) Renew(m Manifest, last Vintage) (v Vintage, err error) {
	same, err := f.repeats(m, last)
	if err != nil {
		return Vintage{}, fmt.Errorf("archive: %w", err)
	}
	if !same {
		return f.Commit(m)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	// An object that was found damaged has been written anew.
	err = f.archive.settle(last.objects())
	if err = cmp.Or(err, f.let(err == nil)); err != nil {
		return Vintage{}, err
	}
	// The journal is gone before: a kill in between has all asked for once more,
	// and leaves no answers that a later fetch would take for its own.
	return last, f.archive.SetChecked(f.source, f.dataset, Checked{At: f.started, Whole: f.archive.now().UTC(), ListedUpdated: m.ListedUpdated, Discontinued: m.Discontinued})
}

// repeats tells whether m would be last again, but for when and how long it was
// asked for.
func (f *Fetch) repeats(m Manifest, last Vintage) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if last.Name == "" || last.Fetched.After(f.archive.now().Add(Skew)) {
		return false, nil
	}
	// The list's stamp is remembered for what it was compared with next time.
	if m.ListedUpdated != "" && m.ListedUpdated != last.ListedUpdated && m.ListedUpdated != last.SourceUpdated {
		return false, nil
	}
	m.Format, m.Source, m.Dataset, m.Requests = Format, f.source, f.dataset, f.requests()
	now, err := m.timeless().encode()
	if err != nil {
		return false, err
	}
	before, err := last.timeless().encode()
	return bytes.Equal(now, before), err
}

// timeless is the manifest without what differs between two of the same answer:
// times, the order of what was asked side by side, and whose the archive is,
// which an older one does not say.
func (m Manifest) timeless() Manifest {
	m.Started, m.Fetched, m.ListedUpdated, m.Origin = time.Time{}, time.Time{}, "", Origin{}
	requests := make([]Request, len(m.Requests))
	for i, r := range m.Requests {
		r.Received, r.TookMS, r.Attempts = time.Time{}, 0, 0
		requests[i] = r
	}
	slices.SortStableFunc(requests, func(a, b Request) int {
		return cmp.Or(strings.Compare(a.Role, b.Role), strings.Compare(a.question(), b.question()))
	})
	m.Requests = requests
	return m
}
