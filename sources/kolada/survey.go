package kolada

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
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
	rows   int // values, null or not, deleted ones left out
	values int // values that are not null
}

// add takes note of one page of data.
func (s *survey) add(p Page) {
	if s.pairs == nil {
		s.pairs, s.years, s.unknown, s.fates = map[pair]*tally{}, map[int]int{}, map[string]int{}, map[pair]map[slot]fate{}
	}
	for gender, n := range p.Unknown {
		s.unknown[gender] += n
	}
	var last Key
	var t *tally
	var fates map[slot]fate
	for i := range p.Values {
		v := &p.Values[i]
		if fates == nil || v.Municipality != last.Municipality || v.KPI != last.KPI {
			fates, t, last = s.fatesOf(pair{v.KPI, placeOf(v.Municipality)}), nil, v.Key
		}
		at := slot{v.Year, v.Gender}
		fates[at] = max(fates[at], v.fate())
		if v.Deleted {
			continue
		}
		if t == nil {
			t = s.tally(pair{v.KPI, v.Municipality})
		}
		t.rows++
		if v.HasValue {
			t.values++
		}
		s.years[v.Year]++
	}
}

func (s *survey) tally(p pair) *tally {
	t := s.pairs[p]
	if t == nil {
		t = &tally{}
		s.pairs[p] = t
	}
	return t
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
	unknown := tell("unknown to Kolada", without(slices.Concat(g.ids(), distinct(g.regions)), l.ids()))
	kpis, regions := without(g.ids(), unknown), without(distinct(g.regions), unknown)
	cameKPIs, cameRegions := s.came()
	kpis = without(kpis, tell("no record for KPI", without(kpis, cameKPIs)))
	regions = without(regions, tell("no record for region", without(regions, cameRegions)))
	tell("no record for year", without(texts(distinct(g.years)), texts(slices.Collect(maps.Keys(s.years)))))
	for _, k := range kpis {
		tell(k+": no record in region", keep(regions, func(r string) bool { return s.pairs[pair{k, r}] == nil }))
		tell(k+": only null in region", keep(regions, func(r string) bool {
			t := s.pairs[pair{k, r}]
			return t != nil && t.values == 0
		}))
	}
	unasked := append(without(cameKPIs, g.ids()), without(cameRegions, g.regions)...)
	slices.Sort(unasked)
	tell("came without being asked", unasked)
	for _, gender := range slices.Sorted(maps.Keys(s.unknown)) {
		tell("gender other than T, K and M", []string{fmt.Sprintf("%q (%d)", gender, s.unknown[gender])})
	}
	return all
}

// texts are numbers as text.
func texts(numbers []int) []string {
	all := make([]string, len(numbers))
	for i, n := range numbers {
		all[i] = strconv.Itoa(n)
	}
	return all
}

// problems names what should not take the place of what is held: KPIs without a
// single value in any region, which have been emptied or renumbered; figures
// that are held and lost; and of what comes first, the lack of figures that the
// metadata says are there.
func (s *survey) problems(g group, l listed, held *survey) []problem {
	empty := s.emptied(g)
	told := func(p problem) bool {
		return slices.ContainsFunc(empty, func(q problem) bool { return q.kpi == p.kpi })
	}
	return append(empty, slices.DeleteFunc(append(s.lost(held), s.lacking(g, l, held)...), told)...)
}

func (s *survey) emptied(g group) []problem {
	rows, values := map[string]int{}, map[string]int{}
	for p, t := range s.pairs {
		rows[p.kpi] += t.rows
		values[p.kpi] += t.values
	}
	var found []problem
	for _, k := range g.ids() {
		switch {
		case values[k] > 0:
		case rows[k] > 0:
			found = append(found, problem{k, fmt.Sprintf("all %d values are null: Kolada holds nothing for these regions and years", rows[k])})
		default:
			found = append(found, problem{k, "not one value: Kolada answered without it for every region and year"})
		}
	}
	return found
}

// came lists the KPIs and the regions that have any record.
func (s *survey) came() (kpis, regions []string) {
	for p := range s.pairs {
		kpis, regions = append(kpis, p.kpi), append(regions, p.region)
	}
	return distinct(kpis), distinct(regions)
}

// without returns the items that are not among those left out.
func without(items, out []string) []string {
	gone := make(map[string]bool, len(out))
	for _, x := range out {
		gone[x] = true
	}
	return keep(items, func(x string) bool { return !gone[x] })
}

// keep returns the items that are as wanted, nil when none is.
func keep(items []string, wanted func(string) bool) []string {
	var kept []string
	for _, x := range items {
		if wanted(x) {
			kept = append(kept, x)
		}
	}
	return kept
}
