// Package kolada reads Kolada's API v3: the key figures (KPIs) that RKA
// publishes for Sweden's municipalities, regions and the country.
//
// Three things about the API decide the shape of the package. No list in an
// address may hold more than 25 ids, so every request is a block of at most 25
// KPIs, 25 regions and 25 years. Answers come in pages of at most 5 000
// records and only next_url tells that there are more. And almost nothing is
// an error to Kolada: an unknown id or a misspelt parameter gives 200 with an
// empty list, so what came is compared with what was asked for (see Survey).
//
// Fetching is apart from decoding: Fetch and Describe yield bodies, unaltered;
// DecodePage, NewReader and their kin turn stored bodies into values and Arrow
// records with no I/O.
package kolada

import (
	"effekt/sources"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxIDs is the most ids that one list in an address may hold: KPIs, regions
// and years alike. Longer lists are refused by the API.
const maxIDs = 25

// Source is Kolada, reached through a Caller that does all waiting and
// retrying. It holds no state of its own and may be copied.
type Source struct {
	Caller sources.Caller
	// Base is the address before "/kpi": https://api.kolada.se/v3.
	Base string
	// Seen, when not nil, takes note of every page that Fetch yields, so that
	// gaps can be told without decoding the pages once more. One Fetch at a
	// time may use it.
	Seen *Survey
}

// Dataset is a group of KPIs fetched together.
type Dataset struct {
	// Name is the data set's name in the config, for messages.
	Name string
	KPIs []KPI
	// Regions are Kolada's own ids: "0000", "0024", "2480".
	Regions []string
	County  string // the region that is reported on; a first answer without it is a problem
	// Years to ask for; nil asks for all that Kolada holds.
	Years []int
}

// KPI is a key figure as the config pins it. An empty Title pins nothing.
type KPI struct{ ID, Title string }

// Problem is something about one KPI, or about the regions when KPI is empty,
// that a person has to look at. The data set's last good figures should stay.
type Problem struct{ KPI, Text string }

// String is the problem as one line.
func (p Problem) String() string {
	if p.KPI == "" {
		return p.Text
	}
	return p.KPI + ": " + p.Text
}

// ids lists the data set's KPIs, each once, in the order of the config.
func (d Dataset) ids() []string {
	ids := make([]string, len(d.KPIs))
	for i, k := range d.KPIs {
		ids[i] = k.ID
	}
	return distinct(ids)
}

// hasYear tells whether the data set asks for the year.
func (d Dataset) hasYear(year int) bool {
	return d.Years == nil || slices.Contains(d.Years, year)
}

// valid refuses what Kolada would answer with an empty 200: nothing to ask
// for, and ids that cannot be Kolada's (all faults at once).
func (d Dataset) valid() error {
	var faults []string
	if len(d.KPIs) == 0 {
		faults = append(faults, "no KPI")
	}
	if len(d.Regions) == 0 {
		faults = append(faults, "no region")
	}
	if d.Years != nil && len(d.Years) == 0 {
		faults = append(faults, "no year")
	}
	for _, id := range append(d.ids(), d.Regions...) {
		if !validID(id) {
			faults = append(faults, fmt.Sprintf("%q is not an id of Kolada's: only letters A-Z and digits", id))
		}
	}
	for _, y := range d.Years {
		if y < minYear || y > maxYear {
			faults = append(faults, fmt.Sprintf("%d is not a year", y))
		}
	}
	if faults == nil {
		return nil
	}
	return errors.New(strings.Join(faults, "; "))
}

// validID tells whether every byte of id is an ASCII letter or digit.
func validID(id string) bool {
	for i := range len(id) {
		c := id[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return id != ""
}

// named puts the package and the data set before an error.
func (d Dataset) named(err error) error {
	return fmt.Errorf("kolada: %s: %w", d.Name, err)
}

// distinct keeps the first of equal items.
func distinct[T comparable](items []T) []T {
	seen := make(map[T]bool, len(items))
	kept := make([]T, 0, len(items))
	for _, x := range items {
		if !seen[x] {
			seen[x] = true
			kept = append(kept, x)
		}
	}
	return kept
}

// chunks cuts items into the fewest runs of at most size, as equal in length
// as can be. Equal runs keep the pages of an answer equally full: 26 ids
// become 13 and 13, not 25 and 1.
func chunks[T any](items []T, size int) [][]T {
	n := (len(items) + size - 1) / size
	cut := make([][]T, 0, n)
	for i := range n {
		cut = append(cut, items[i*len(items)/n:(i+1)*len(items)/n])
	}
	return cut
}
