package kolada

import (
	"fmt"
	"slices"
	"strings"
)

// Survey counts what came, so that it can be compared with what was asked for.
// The zero Survey is ready for use; it is not safe for concurrent use.
type Survey struct {
	pairs map[pair]*tally
	years map[int]int
	fates map[pair]map[slot]fate // by KPI and place
	// Unknown counts values by a gender other than T, K and M.
	Unknown map[string]int
}

type pair struct{ kpi, region string }

// tally is what came for one KPI and region.
type tally struct {
	rows   int // values, null or not, deleted ones left out
	values int // values that are not null
}

// Add takes note of one page of data.
func (s *Survey) Add(p Page) {
	if s.pairs == nil {
		s.pairs, s.years, s.Unknown, s.fates = map[pair]*tally{}, map[int]int{}, map[string]int{}, map[pair]map[slot]fate{}
	}
	for gender, n := range p.Unknown {
		s.Unknown[gender] += n
	}
	var last Key
	var t *tally
	var fates map[slot]fate
	for i := range p.Values {
		v := &p.Values[i]
		if fates == nil || v.Municipality != last.Municipality || v.KPI != last.KPI {
			fates, t, last = s.fatesOf(pair{v.KPI, place(v.Municipality)}), nil, v.Key
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

func (s *Survey) tally(p pair) *tally {
	t := s.pairs[p]
	if t == nil {
		t = &tally{}
		s.pairs[p] = t
	}
	return t
}

// GapKind says what is missing, in words for a log.
type GapKind string

// The kinds of gap. A record whose values are all deleted, or that has none,
// counts as no record.
const (
	GapUnknown GapKind = "unknown to Kolada"        // IDs are KPIs and regions that the metadata lacks
	GapKPI     GapKind = "no record for KPI"        // IDs are KPIs without any record
	GapRegion  GapKind = "no record for region"     // IDs are regions without any record
	GapYear    GapKind = "no record for year"       // IDs are years without any record
	GapPair    GapKind = "no record in region"      // KPI has records, but none for the regions IDs
	GapValue   GapKind = "only null in region"      // KPI has records for the regions IDs, all null
	GapUnasked GapKind = "came without being asked" // IDs are KPIs and regions
)

// Gap is one kind of difference between what was asked for and what came.
type Gap struct {
	Kind GapKind
	// KPI is set for GapPair and GapValue.
	KPI string
	IDs []string
}

// String is the gap as one line.
func (g Gap) String() string {
	if g.KPI == "" {
		return string(g.Kind) + ": " + strings.Join(g.IDs, " ")
	}
	return g.KPI + ": " + string(g.Kind) + ": " + strings.Join(g.IDs, " ")
}

// Gaps compares what came with d and with what Kolada lists. None of them is a
// fault by itself: a KPI for municipalities has nothing for a region, and the
// newest year fills up slowly. Ids unknown to the metadata are told once and
// not again as missing.
func (s *Survey) Gaps(d Dataset, m Metadata) []Gap {
	unknown := m.unknown(d)
	kpis, regions := without(d.ids(), unknown), without(distinct(d.Regions), unknown)
	gaps := addGap(nil, GapUnknown, "", unknown)
	cameKPIs, cameRegions := s.came()
	emptyKPIs, emptyRegions := without(kpis, cameKPIs), without(regions, cameRegions)
	gaps = addGap(gaps, GapKPI, "", emptyKPIs)
	gaps = addGap(gaps, GapRegion, "", emptyRegions)
	gaps = addGap(gaps, GapYear, "", s.emptyYears(d))
	left := without(regions, emptyRegions)
	for _, k := range without(kpis, emptyKPIs) {
		gaps = addGap(gaps, GapPair, k, keep(left, func(r string) bool { return s.pairs[pair{k, r}] == nil }))
		gaps = addGap(gaps, GapValue, k, keep(left, func(r string) bool {
			t := s.pairs[pair{k, r}]
			return t != nil && t.values == 0
		}))
	}
	return addGap(gaps, GapUnasked, "", s.unasked(d))
}

// Problems names what should not take the place of what is held: KPIs of d
// without a single value in any region, which have been emptied or renumbered;
// figures that are held and lost; and of what comes first, the lack of figures
// that the metadata says are there.
func (s *Survey) Problems(d Dataset, m Metadata, held *Survey) []Problem {
	empty := s.emptied(d)
	told := func(p Problem) bool {
		return slices.ContainsFunc(empty, func(q Problem) bool { return q.KPI == p.KPI })
	}
	return append(empty, slices.DeleteFunc(append(s.lost(held), s.lacking(d, m, held)...), told)...)
}

func (s *Survey) emptied(d Dataset) []Problem {
	rows, values := map[string]int{}, map[string]int{}
	for p, t := range s.pairs {
		rows[p.kpi] += t.rows
		values[p.kpi] += t.values
	}
	var found []Problem
	for _, k := range d.ids() {
		switch {
		case values[k] > 0:
		case rows[k] > 0:
			found = append(found, Problem{KPI: k, Text: fmt.Sprintf("all %d values are null: Kolada holds nothing for these regions and years", rows[k])})
		default:
			found = append(found, Problem{KPI: k, Text: "not one value: Kolada answered without it for every region and year"})
		}
	}
	return found
}

// came lists the KPIs and the regions that have any record.
func (s *Survey) came() (kpis, regions []string) {
	for p := range s.pairs {
		kpis, regions = append(kpis, p.kpi), append(regions, p.region)
	}
	return distinct(kpis), distinct(regions)
}

func (s *Survey) emptyYears(d Dataset) []string {
	var empty []string
	for _, y := range distinct(d.Years) {
		if s.years[y] == 0 {
			empty = append(empty, fmt.Sprint(y))
		}
	}
	return empty
}

// unasked lists the KPIs and regions that d does not name.
func (s *Survey) unasked(d Dataset) []string {
	kpis, regions := s.came()
	ids := append(without(kpis, d.ids()), without(regions, d.Regions)...)
	slices.Sort(ids)
	return ids
}

// unknown lists the KPIs and regions of d that the metadata lacks.
func (m Metadata) unknown(d Dataset) []string {
	var listed []string
	for _, k := range m.KPIs {
		listed = append(listed, k.ID)
	}
	for _, r := range m.Municipalities {
		listed = append(listed, r.ID)
	}
	return without(append(d.ids(), distinct(d.Regions)...), listed)
}

// addGap appends a gap unless it is empty.
func addGap(gaps []Gap, kind GapKind, kpi string, ids []string) []Gap {
	if len(ids) == 0 {
		return gaps
	}
	return append(gaps, Gap{Kind: kind, KPI: kpi, IDs: ids})
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
