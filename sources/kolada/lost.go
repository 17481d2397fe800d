package kolada

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// fate is what Kolada says of a figure. Of several the larger holds: 0 is that
// it has not come at all.
type fate byte

const (
	untold    fate = iota + 1 // null, and nothing of why
	withdrawn                 // marked as deleted, or null with a status
	valued
)

func (v *Value) fate() fate {
	switch {
	case v.Deleted || !v.HasValue && v.Status != "":
		return withdrawn
	case v.HasValue:
		return valued
	}
	return untold
}

// slot is a figure of a KPI and a place.
type slot struct {
	year   int
	gender string
}

// municipalities is the place of all of them together: one may be left out for
// reasons of its own, all at once have been lost on the way.
const municipalities = "municipalities"

// place is where a region's figures are looked after: the country and the
// counties each by itself.
func place(region string) string {
	if regionType(region) == "L" {
		return region
	}
	return municipalities
}

func (s *Survey) fatesOf(p pair) map[slot]fate {
	if s.fates[p] == nil {
		s.fates[p] = map[slot]fate{}
	}
	return s.fates[p]
}

// lost names the figures that are held and have not come. One that is null with
// no word of why is a correction inside a series and a loss at its end, since
// the last year with a value would go back.
func (s *Survey) lost(held *Survey) []Problem {
	places := map[Problem][]string{}
	for p, before := range held.fates {
		if years := lostYears(before, s.fates[p]); len(years) > 0 {
			q := Problem{p.kpi, "the figures of " + inWords(years)}
			places[q] = append(places[q], p.region)
		}
	}
	var found []Problem
	for q, where := range places {
		slices.Sort(where)
		q.Text += fmt.Sprintf(", which are held, have not come for %s, and are not said to be withdrawn", strings.Join(where, ", "))
		found = append(found, q)
	}
	slices.SortFunc(found, func(a, b Problem) int { return cmp.Compare(a.String(), b.String()) })
	return found
}

func lostYears(before, now map[slot]fate) []int {
	last := map[string]int{} // year with a value, by gender
	for at, f := range now {
		if f == valued {
			last[at.gender] = max(last[at.gender], at.year)
		}
	}
	years := map[int]bool{}
	for at, f := range before {
		if f == valued && (now[at] == 0 || now[at] == untold && at.year > last[at.gender]) {
			years[at.year] = true
		}
	}
	return slices.Sorted(maps.Keys(years))
}

// inWords writes years as 2025, or 2012–2025.
func inWords(years []int) string {
	first, last := years[0], years[len(years)-1]
	switch {
	case first == last:
		return fmt.Sprint(first)
	case last-first == len(years)-1:
		return fmt.Sprintf("%d–%d", first, last)
	}
	return fmt.Sprintf("%d–%d (%d years)", first, last, len(years))
}

// lacking names what should be in an answer that is the first. Every region is
// in Kolada's list; a KPI of type L (regions) or A (both) has the county's
// figures. Of the country none tells so for a single KPI.
func (s *Survey) lacking(d Dataset, m Metadata, held *Survey) []Problem {
	var found []Problem
	has := func(kpi, region string) bool { t := s.pairs[pair{kpi, region}]; return t != nil && t.values > 0 }
	for _, region := range []string{"0000", d.County} {
		some := slices.ContainsFunc(d.ids(), func(kpi string) bool { return has(kpi, region) })
		if len(held.fates) == 0 && !some && slices.Contains(d.Regions, region) {
			found = append(found, Problem{Text: fmt.Sprintf("region %s: not one value came for any KPI", region)})
		}
	}
	if len(found) > 0 || !slices.Contains(d.Regions, d.County) {
		return found
	}
	known, _ := held.came()
	for _, k := range m.KPIs {
		regional := k.MunicipalityType != nil && *k.MunicipalityType != "K"
		if regional && slices.Contains(d.ids(), k.ID) && !slices.Contains(known, k.ID) && !has(k.ID, d.County) {
			found = append(found, Problem{k.ID, fmt.Sprintf("not one value came for region %s, and its type (%s) says that regions have it", d.County, *k.MunicipalityType)})
		}
	}
	return found
}
