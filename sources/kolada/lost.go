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

// placeOf is where a region's figures are looked after: the country and the
// counties each by itself.
func placeOf(region string) string {
	if regionType(region) == "L" {
		return region
	}
	return municipalities
}

func (s *survey) fatesOf(p pair) map[slot]fate {
	if s.fates[p] == nil {
		s.fates[p] = map[slot]fate{}
	}
	return s.fates[p]
}

// lost names the figures that are held and have not come. One that is null with
// no word of why is a correction inside a series and a loss at its end, since
// the last year with a value would go back.
func (s *survey) lost(held *survey) []problem {
	places := map[problem][]string{}
	for p, before := range held.fates {
		if years := lostYears(before, s.fates[p]); len(years) > 0 {
			q := problem{p.kpi, "the figures of " + inWords(years)}
			places[q] = append(places[q], p.region)
		}
	}
	var found []problem
	for q, where := range places {
		slices.Sort(where)
		q.text += fmt.Sprintf(", which are held, have not come for %s, and are not said to be withdrawn", strings.Join(where, ", "))
		found = append(found, q)
	}
	slices.SortFunc(found, func(a, b problem) int { return cmp.Compare(a.String(), b.String()) })
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
func (s *survey) lacking(g group, l listed, held *survey) []problem {
	var found []problem
	has := func(kpi, region string) bool { t := s.pairs[pair{kpi, region}]; return t != nil && t.values > 0 }
	for _, region := range []string{"0000", g.county} {
		some := slices.ContainsFunc(g.ids(), func(kpi string) bool { return has(kpi, region) })
		if len(held.fates) == 0 && !some && slices.Contains(g.regions, region) {
			found = append(found, problem{"", fmt.Sprintf("region %s: not one value came for any KPI", region)})
		}
	}
	if len(found) > 0 || !slices.Contains(g.regions, g.county) {
		return found
	}
	known, _ := held.came()
	for _, k := range l.kpis {
		regional := k.MunicipalityType != nil && *k.MunicipalityType != "K"
		if regional && slices.Contains(g.ids(), k.ID) && !slices.Contains(known, k.ID) && !has(k.ID, g.county) {
			found = append(found, problem{k.ID, fmt.Sprintf("not one value came for region %s, and its type (%s) says that regions have it", g.county, *k.MunicipalityType)})
		}
	}
	return found
}
