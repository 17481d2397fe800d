package held

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/sources"
)

// All is what is in use of every data set, by name. Where some of what was in use
// at AsOf has been pruned, the error says what, and the nearest moments of which
// all remains.
func (s Store) All() (map[string]Dataset, error) {
	all := map[string]Dataset{}
	var pruned []*archive.PrunedError
	for _, d := range s.Config.Datasets {
		held, err := s.Dataset(d)
		if gone, ok := errors.AsType[*archive.PrunedError](err); ok {
			pruned = append(pruned, gone)
			continue
		}
		if err != nil {
			return all, err
		}
		all[d.Name] = held
	}
	if len(pruned) > 0 {
		return all, s.gone(pruned)
	}
	return all, nil
}

// Earlier is the vintage of the same table to hold the newest against: the newest
// that is older than since, or the oldest there is; ok is false without any.
func (s Store) Earlier(d Dataset, since time.Time) (before sources.Part, ok bool, err error) {
	for v, err := range s.Archive.Newest(d.Source, d.Name, time.Time{}) {
		if err != nil || !strings.EqualFold(v.Table, d.Latest().Table) {
			return before, ok, err
		}
		if v.Name == d.Latest().Name {
			continue
		}
		if before, ok = s.part(v), true; v.Fetched.Before(since) {
			break
		}
	}
	return before, ok, nil
}

// GoneError says that what was known at a moment cannot be had any more, for some
// of it has been pruned.
type GoneError struct {
	At            time.Time
	Pruned        []*archive.PrunedError
	Before, After time.Time // the nearest that remain; zero: there is none
}

// Error names what is gone and the nearest that remains, in the form that
// --as-of takes.
func (e *GoneError) Error() string {
	var gone, nearest []string
	for _, p := range e.Pruned {
		gone = append(gone, fmt.Sprintf("%s (vintage %s, on %s)", p.Dataset, p.Name, p.Pruned.UTC().Format(time.DateOnly)))
	}
	if !e.Before.IsZero() {
		nearest = append(nearest, "earlier "+e.Before.UTC().Format(time.RFC3339Nano))
	}
	if !e.After.IsZero() {
		nearest = append(nearest, "later "+e.After.UTC().Format(time.RFC3339Nano))
	}
	text := "what was known at " + e.At.UTC().Format("2006-01-02 15:04:05 UTC") + " has been pruned: " + strings.Join(gone, ", ")
	if len(nearest) == 0 {
		return text + "; nothing else of it remains"
	}
	return text + "; the nearest that remains: " + strings.Join(nearest, ", ")
}

// Of tells whether a data set is among them.
func (e *GoneError) Of(dataset string) bool {
	return slices.ContainsFunc(e.Pruned, func(p *archive.PrunedError) bool { return p.Dataset == dataset })
}

// Unwrap is each vintage that is gone.
func (e *GoneError) Unwrap() []error {
	var all []error
	for _, p := range e.Pruned {
		all = append(all, p)
	}
	return all
}

// gone looks for what remains around AsOf: what was known changes only when
// something comes, so those moments are tried.
func (s Store) gone(pruned []*archive.PrunedError) error {
	e := &GoneError{At: s.AsOf, Pruned: pruned}
	var moments []time.Time
	for _, d := range s.Config.Datasets {
		arrivals, err := s.Archive.Arrivals(d.Source, d.Name)
		if err != nil {
			return err
		}
		for _, a := range arrivals {
			moments = append(moments, a.At)
		}
	}
	slices.SortFunc(moments, time.Time.Compare)
	for _, at := range slices.Backward(moments) {
		if at.Before(s.AsOf) && s.remains(at) {
			e.Before = at
			break
		}
	}
	for _, at := range moments {
		if at.After(s.AsOf) && s.remains(at) {
			e.After = at
			break
		}
	}
	return e
}

// remains tells whether all that was known at a moment is still held.
func (s Store) remains(at time.Time) bool {
	s.AsOf = at
	return !slices.ContainsFunc(s.Config.Datasets, func(d config.Dataset) bool {
		_, err := s.Dataset(d)
		return err != nil
	})
}

// Whole is an error where some of what came has been pruned: the history of
// changes cannot be made of what remains.
func (s Store) Whole() error {
	var lacking []error
	for _, d := range s.Config.Datasets {
		arrivals, err := s.Archive.Arrivals(d.Source, d.Name)
		if err != nil {
			return err
		}
		n := 0
		for _, a := range arrivals {
			if a.Gone != nil {
				n++
			}
		}
		if n > 0 {
			lacking = append(lacking, fmt.Errorf("%s lacks %d vintages", d.Name, n))
		}
	}
	return errors.Join(lacking...)
}

// Published is what a file takes of a data set whose newest vintage in it is
// named: the archive may hold newer ones, of which nothing has been published.
// It has no parts when the archive does not hold that vintage any more.
func (s Store) Published(d config.Dataset, vintage string) (Dataset, error) {
	var newest []archive.Vintage
	for v, err := range s.Archive.Newest(d.Source, d.Name, time.Time{}) {
		if len(newest) == 0 && (err != nil || v.Name != vintage) {
			continue // newer, or gone
		}
		if err != nil {
			return Dataset{}, err
		}
		if newest = append(newest, v); len(d.KPIs) == 0 {
			break
		}
	}
	return s.From(d, newest), nil
}
