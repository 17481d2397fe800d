package pipeline

import (
	"effekt/config"
	"effekt/pipeline/archive"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// pastError says that what was known at AsOf cannot be had any more, for some of
// it has been pruned.
type pastError struct {
	at            time.Time
	pruned        []*archive.PrunedError
	before, after time.Time // the nearest that remain; zero: there is none
}

// Error names what is gone and the nearest that remains, in the form that
// --as-of takes.
func (e *pastError) Error() string {
	var gone []string
	for _, p := range e.pruned {
		gone = append(gone, fmt.Sprintf("%s (vintage %s, on %s)", p.Dataset, p.Name, p.Pruned.UTC().Format(time.DateOnly)))
	}
	var nearest []string
	for _, n := range []struct {
		word string
		at   time.Time
	}{{"earlier", e.before}, {"later", e.after}} {
		if !n.at.IsZero() {
			nearest = append(nearest, n.word+" "+n.at.UTC().Format(time.RFC3339Nano))
		}
	}
	text := "what was known at " + e.at.UTC().Format("2006-01-02 15:04:05 UTC") + " has been pruned: " + strings.Join(gone, ", ")
	if len(nearest) == 0 {
		return text + "; nothing else of it remains"
	}
	return text + "; the nearest that remains: " + strings.Join(nearest, ", ")
}

// Unwrap is each vintage that is gone.
func (e *pastError) Unwrap() []error {
	var all []error
	for _, p := range e.pruned {
		all = append(all, p)
	}
	return all
}

// pastIsGone looks for what remains around AsOf: what was known changes only
// when something comes, so those moments are tried.
func (p *Pipeline) pastIsGone(pruned []*archive.PrunedError) error {
	e := &pastError{at: p.AsOf, pruned: pruned}
	var moments []time.Time
	for _, d := range p.Config.Datasets {
		arrivals, err := p.Archive.Arrivals(d.Source, d.Name)
		if err != nil {
			return err
		}
		for _, a := range arrivals {
			moments = append(moments, a.At)
		}
	}
	slices.SortFunc(moments, time.Time.Compare)
	moments = slices.Compact(moments)
	for _, at := range slices.Backward(moments) {
		if at.Before(p.AsOf) && p.remains(at) {
			e.before = at
			break
		}
	}
	for _, at := range moments {
		if at.After(p.AsOf) && p.remains(at) {
			e.after = at
			break
		}
	}
	return e
}

// remains tells whether all that was known at a moment is still held.
func (p *Pipeline) remains(at time.Time) bool {
	then := *p
	then.AsOf = at
	for _, d := range p.Config.Datasets {
		if _, err := then.vintages(d); err != nil {
			return false
		}
	}
	return true
}

// historyIsWhole refuses to make the history of changes anew from an archive of
// which some has been pruned: what changed then is only in what is published.
func (p *Pipeline) historyIsWhole() error {
	var gone []error
	for _, d := range p.Config.Datasets {
		n, err := p.removed(d)
		if err != nil {
			return err
		}
		if n > 0 {
			gone = append(gone, fmt.Errorf("%s lacks %d vintages", d.Name, n))
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return fmt.Errorf("the history of changes cannot be made anew, for some of the archive has been pruned; what is published keeps the history it has:\n%w", errors.Join(gone...))
}

func (p *Pipeline) removed(d config.Dataset) (n int, err error) {
	arrivals, err := p.Archive.Arrivals(d.Source, d.Name)
	for _, a := range arrivals {
		if a.Gone != nil {
			n++
		}
	}
	return n, err
}
