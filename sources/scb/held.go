package scb

import (
	"maps"
	"math"
	"slices"
	"strings"

	"effekt/sources"
	"effekt/sources/scb/jsonstat"
)

// series is the cells of a content in one period and place: the country, a
// county, or all municipalities together. A single municipality may be left out
// for reasons of its own; when all are missing they have been lost on the way.
type series struct{ content, place, period string }

// municipalities is the place of all that is neither country nor county.
const municipalities = "all municipalities"

// counts is how many cells of each series say something: a value, or «-», which
// is an exact zero. A series that was asked for has a count, if only 0.
type counts map[series]int

// add counts an answer to what t asks for.
func (c counts) add(cube *jsonstat.Cube, t sources.Task) {
	contents, inContent := along(cube, func(d jsonstat.Dimension) bool { return d.Role == "metric" })
	regions, inRegion := along(cube, func(d jsonstat.Dimension) bool { return strings.EqualFold(d.Code, t.RegionVariable) })
	periods, inPeriod := along(cube, func(d jsonstat.Dimension) bool { return d.Role == "time" })
	held, run := make([]int, len(contents)*len(regions)*len(periods)), min(inContent, inRegion, inPeriod)
	for from := 0; from < len(cube.Values); from += run {
		at := (from/inContent%len(contents)*len(regions)+from/inRegion%len(regions))*len(periods) + from/inPeriod%len(periods)
		for cell := from; cell < from+run; cell++ {
			if !math.IsNaN(cube.Values[cell]) || exactZero(cube.StatusOf(cell)) {
				held[at]++
			}
		}
	}
	for i, n := range held {
		at := i / len(periods)
		c[series{contents[at/len(regions)], place(t, regions[at%len(regions)]), periods[i%len(periods)]}] += n
	}
}

// along gives a dimension's codes and how many cells in a row have the same one;
// where there is no such dimension, all cells have the code "".
func along(c *jsonstat.Cube, wanted func(jsonstat.Dimension) bool) (codes []string, cells int) {
	i := slices.IndexFunc(c.Dimensions, wanted)
	if i < 0 || len(c.Values) == 0 {
		return []string{""}, max(1, len(c.Values))
	}
	return c.Dimensions[i].Codes, c.Run(i)
}

// exactZero tells whether a symbol means that there is nothing to count.
func exactZero(symbol string) bool { return symbol == "-" || symbol == "–" }

// place is where a region's figures are counted.
func place(t sources.Task, region string) string {
	if region == t.County || slices.Contains(t.Words["country"], region) || slices.Contains(t.Words["counties"], region) {
		return region
	}
	return municipalities
}

// held counts what is held of the table. What is damaged cannot be compared
// with, and must not keep its replacement out.
func held(t sources.Task) counts {
	all := counts{}
	if !t.Held.SameTable() {
		return all
	}
	err := t.Held.Parts[0].Each("data", func(body []byte) error {
		cube, err := jsonstat.Decode(body)
		if err == nil {
			all.add(cube, t)
		}
		return err
	})
	if err != nil {
		t.Log.Warn("what came cannot be compared with all that is held", "error", err)
	}
	return all
}

// emptied is a problem for each content that holds nothing in any answer: a code
// in the metadata need not have values, and one that had them and has none any
// more has been moved or withdrawn. So it is for each place that had values
// before; without any before, for the country and the county.
func emptied(t sources.Task, d sources.Description, now, before counts) error {
	problems := &Problems{Table: d.Table}
	for _, v := range d.Variables {
		if v.Role != "metric" {
			continue
		}
		for _, c := range v.Codes {
			if now.sum(func(s series) bool { return s.content == c.Code }) == 0 {
				problems.add("variable %s: code %q (%s) has not one value: every cell that was asked for is missing", v.Code, c.Code, c.Label)
			} else if gone := now.gone(c.Code, before); len(gone) > 0 {
				problems.add("variable %s: code %q (%s) has not one value any more for %s: what is held stays", v.Code, c.Code, c.Label, some(gone))
			}
		}
	}
	if len(problems.List) == 0 && len(before) == 0 {
		lacking(t, d, now, problems)
	}
	return problems.orNil()
}

func (c counts) sum(of func(series) bool) (sum int) {
	for s, n := range c {
		if of(s) {
			sum += n
		}
	}
	return sum
}

// gone are the places where a content had values before, of those that are asked
// for still.
func (c counts) gone(content string, before counts) []string {
	var places []string
	for s := range c {
		here := func(other series) bool { return other.content == content && other.place == s.place }
		if s.content == content && !slices.Contains(places, s.place) && c.sum(here) == 0 && before.sum(here) > 0 {
			places = append(places, s.place)
		}
	}
	slices.Sort(places)
	return places
}

// announced lists the periods that were asked for and have not one value.
func (c counts) announced() []string {
	held := map[string]int{}
	for s, n := range c {
		held[s.period] += n
	}
	maps.DeleteFunc(held, func(_ string, n int) bool { return n > 0 })
	return slices.Sorted(maps.Keys(held))
}

// lacking adds a problem for the country and for the county where it was selected
// and has no value of any content.
func lacking(t sources.Task, d sources.Description, now counts, problems *Problems) {
	for _, v := range d.Variables {
		for _, c := range v.Codes {
			must := strings.EqualFold(v.Code, t.RegionVariable) && (c.Code == t.County || slices.Contains(t.Words["country"], c.Code))
			if must && now.sum(func(s series) bool { return s.place == c.Code }) == 0 {
				problems.add("region %s (%s) has not one value: every cell that was asked for is missing", c.Code, c.Label)
			}
		}
	}
}
