package kolada

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"effekt/sources"
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

// placeOf is where a region's figures are looked after: the country and the
// counties each by itself, the municipalities all together. One of them may be
// left out for reasons of its own; all at once have been lost on the way.
func placeOf(region string) string {
	if regionType(region) == "L" {
		return region
	}
	return "municipalities"
}

// lost names the figures that are held and have not come. One that is null with
// no word of why is a correction inside a series and a loss at its end, since
// the last year with a value would go back.
func (s *survey) lost(held *survey) (found sources.Problems) {
	places := map[pair][]string{} // by KPI and years
	for p, before := range held.fates {
		if years := lostYears(before, s.fates[p]); years != "" {
			q := pair{p.kpi, years}
			places[q] = append(places[q], p.region)
		}
	}
	for q, where := range places {
		slices.Sort(where)
		found.Add(q.kpi, "the figures of %s, which are held, have not come for %s, and are not said to be withdrawn", q.region, strings.Join(where, ", "))
	}
	slices.SortFunc(found, func(a, b sources.Problem) int { return strings.Compare(a.Of+a.Text, b.Of+b.Text) })
	return found
}

// lostYears are written as 2025, or 2012–2025; "" when none is lost.
func lostYears(before, now map[slot]fate) string {
	last := map[string]int{} // year with a value, by gender
	for at, f := range now {
		if f == valued {
			last[at.gender] = max(last[at.gender], at.year)
		}
	}
	lost := map[int]bool{}
	for at, f := range before {
		if f == valued && (now[at] == 0 || now[at] == untold && at.year > last[at.gender]) {
			lost[at.year] = true
		}
	}
	years := slices.Sorted(maps.Keys(lost))
	if len(years) == 0 {
		return ""
	}
	from, to := years[0], years[len(years)-1]
	switch {
	case from == to:
		return fmt.Sprint(from)
	case to-from == len(years)-1:
		return fmt.Sprintf("%d–%d", from, to)
	}
	return fmt.Sprintf("%d–%d (%d years)", from, to, len(years))
}

// lacking names what should be in an answer that is the first. Every region is
// in Kolada's list; a KPI of type L (regions) or A (both) has the county's
// figures. Of the country none tells so for a single KPI.
func (s *survey) lacking(g group, l listed, held *survey) (found sources.Problems) {
	for _, region := range []string{"0000", g.county} {
		some := slices.ContainsFunc(g.ids(), func(kpi string) bool { return s.of(kpi, region).values > 0 })
		if len(held.fates) == 0 && !some && slices.Contains(g.regions, region) {
			found.Add("", "region %s: not one value came for any KPI", region)
		}
	}
	if len(found) > 0 || !slices.Contains(g.regions, g.county) {
		return found
	}
	known, _ := held.came()
	for _, k := range l.kpis {
		id, kind := k["id"], k["municipality_type"]
		if kind != "" && kind != "K" && slices.Contains(g.ids(), id) && !slices.Contains(known, id) && s.of(id, g.county).values == 0 {
			found.Add(id, "not one value came for region %s, and its type (%s) says that regions have it", g.county, kind)
		}
	}
	return found
}
