package run

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Name is the first file of the submission; More is how many others it has.
func (h Handed) Name() string { return filepath.Base(h.Paths[0]) }

// More is how many files the submission has beside the first.
func (h Handed) More() int { return len(h.Paths) - 1 }

// Fared says in a line what became of the submission.
func (h Handed) Fared() string {
	name := h.Name()
	if h.More() > 0 {
		name += fmt.Sprintf(" and %d more", h.More())
	}
	switch {
	case h.Unreadable != nil:
		return "refused " + name + ": it cannot be read"
	case h.Refused() && h.Review != "":
		return fmt.Sprintf("refused %s: %d errors, marked in %s; nothing was read in", name, h.Reading.Errors(), h.Review)
	case h.Refused():
		return fmt.Sprintf("refused %s: %d errors; nothing was read in", name, h.Reading.Errors())
	case h.Vintage == "":
		return fmt.Sprintf("unchanged %s: all %d rows were read in before", name, h.Reading.Same)
	}
	return fmt.Sprintf("read in %s: %d new rows, %d read in before, round %s", name, len(h.Reading.Rows), h.Reading.Same, h.Reading.Stamp.Round)
}

// Causes are the kinds of what keeps its last good state, each once.
func (r Result) Causes() (all []string) {
	tell := func(so bool, what string) {
		if so {
			all = append(all, what)
		}
	}
	indicator := func(left LeftOut) bool { return strings.HasPrefix(left.Table, "indicator.") }
	tell(slices.ContainsFunc(r.Datasets, func(d Dataset) bool { return d.Err != nil }), "some source could not be refreshed and keeps its last good figures")
	tell(slices.ContainsFunc(r.LeftOut, indicator), "some indicator could not be calculated and is left out")
	tell(slices.ContainsFunc(r.LeftOut, func(left LeftOut) bool { return !indicator(left) }), "some stored answer cannot be read")
	tell(slices.ContainsFunc(r.Handed, func(h Handed) bool { return h.Err() != nil }), "some file of the inbox could not be read or moved")
	tell(r.Clock != nil, "the clock is in doubt")
	return all
}
