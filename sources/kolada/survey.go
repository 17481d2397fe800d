package kolada

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"effekt/sources"
)

// survey counts what came, so that it can be compared with what was asked for.
// The zero survey is ready for use; it is not safe for concurrent use.
type survey struct {
	pairs   map[pair]*tally
	years   map[int]int
	fates   map[pair]map[slot]fate // by KPI and place
	unknown map[string]int         // values by a gender other than T, K and M
}

type pair struct{ kpi, region string }

// tally is what came for one KPI and region.
type tally struct {
	rows   int           // values, null or not, deleted ones left out
	values int           // values that are not null
	fates  map[slot]fate // of the KPI in the region's place
}

// add takes note of values of data.
func (s *survey) add(values []Value) {
	if s.pairs == nil {
		s.pairs, s.years, s.unknown, s.fates = map[pair]*tally{}, map[int]int{}, map[string]int{}, map[pair]map[slot]fate{}
	}
	var last pair
	var t *tally
	for i := range values {
		v := &values[i]
		if p := (pair{v.KPI, v.Municipality}); t == nil || p != last {
			t, last = s.tally(p), p
		}
		at := slot{v.Year, v.Gender}
		t.fates[at] = max(t.fates[at], v.fate())
		if v.Gender != "T" && v.Gender != "K" && v.Gender != "M" {
			s.unknown[v.Gender]++
		}
		if v.Deleted {
			continue
		}
		t.rows++
		if v.HasValue {
			t.values++
		}
		s.years[v.Year]++
	}
}

func (s *survey) tally(p pair) *tally {
	if s.pairs[p] == nil {
		place := pair{p.kpi, placeOf(p.region)}
		if s.fates[place] == nil {
			s.fates[place] = map[slot]fate{}
		}
		s.pairs[p] = &tally{fates: s.fates[place]}
	}
	return s.pairs[p]
}

// of is what came for a KPI and a region, the zero value where nothing did.
func (s *survey) of(kpi, region string) tally {
	if t := s.pairs[pair{kpi, region}]; t != nil {
		return *t
	}
	return tally{}
}

// gaps compares what came with a group and with what Kolada lists, in lines for a
// log. None of them is a fault by itself: a KPI for municipalities has nothing
// for a region, and the newest year fills up slowly. What Kolada does not list is
// told once and not again as missing. A record whose values are all deleted, or
// that has none, counts as no record.
func (s *survey) gaps(g group, l listed) []string {
	var all []string
	tell := func(what string, ids []string) []string {
		if len(ids) > 0 {
			all = append(all, what+": "+strings.Join(ids, " "))
		}
		return ids
	}
	kpis, regions := g.ids(), distinct(g.regions)
	unknown := tell("unknown to Kolada", sources.Without(slices.Concat(kpis, regions), l.ids()))
	kpis, regions = sources.Without(kpis, unknown), sources.Without(regions, unknown)
	cameKPIs, cameRegions := s.came()
	kpis = sources.Without(kpis, tell("no record for KPI", sources.Without(kpis, cameKPIs)))
	regions = sources.Without(regions, tell("no record for region", sources.Without(regions, cameRegions)))
	tell("no record for year", sources.Without(distinct(texts(g.years)), texts(slices.Collect(maps.Keys(s.years)))))
	for _, k := range kpis {
		tell(k+": no record in region", slices.DeleteFunc(slices.Clone(regions), func(r string) bool { return s.of(k, r).rows > 0 }))
		tell(k+": only null in region", slices.DeleteFunc(slices.Clone(regions), func(r string) bool { return s.of(k, r).rows == 0 || s.of(k, r).values > 0 }))
	}
	unasked := append(sources.Without(cameKPIs, g.ids()), sources.Without(cameRegions, g.regions)...)
	slices.Sort(unasked)
	tell("came without being asked", unasked)
	for _, gender := range slices.Sorted(maps.Keys(s.unknown)) {
		tell("gender other than T, K and M", []string{fmt.Sprintf("%q (%d)", gender, s.unknown[gender])})
	}
	return all
}

// problems names what should not take the place of what is held: KPIs without a
// single value in any region, which have been emptied or renumbered; figures
// that are held and lost; and of what comes first, the lack of figures that the
// metadata says are there.
func (s *survey) problems(g group, l listed, held *survey) sources.Problems {
	empty := s.emptied(g)
	told := func(p sources.Problem) bool {
		return slices.ContainsFunc(empty, func(q sources.Problem) bool { return q.Of == p.Of })
	}
	return append(empty, slices.DeleteFunc(append(s.lost(held), s.lacking(g, l, held)...), told)...)
}

func (s *survey) emptied(g group) (found sources.Problems) {
	rows, values := map[string]int{}, map[string]int{}
	for p, t := range s.pairs {
		rows[p.kpi] += t.rows
		values[p.kpi] += t.values
	}
	for _, k := range g.ids() {
		switch {
		case values[k] > 0:
		case rows[k] > 0:
			found.Add(k, "all %d values are null: Kolada holds nothing for these regions and years", rows[k])
		default:
			found.Add(k, "not one value: Kolada answered without it for every region and year")
		}
	}
	return found
}

// came lists the KPIs and the regions that have any record.
func (s *survey) came() (kpis, regions []string) {
	for p, t := range s.pairs {
		if t.rows > 0 {
			kpis, regions = append(kpis, p.kpi), append(regions, p.region)
		}
	}
	return distinct(kpis), distinct(regions)
}
