package scb

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// Series is the cells of a content in one period and place: the country, a
// county, or all that are neither. One municipality may be left out for reasons
// of its own; all at once have been lost on the way.
type Series struct{ Content, Place, Period string }

// others is the place of all that is neither country nor county.
const others = "all municipalities"

// Counts is how many cells of each series say something: a value, or «-», which
// is an exact zero. A series that was asked for has a count, if only 0.
type Counts map[Series]int

// Add counts an answer to what d asks for.
func (c Counts) Add(body []byte, d Dataset) error {
	cube, err := Decode(body)
	if err != nil {
		return err
	}
	contents, inContent := cube.along(func(d Dimension) bool { return d.Role == "metric" })
	regions, inRegion := cube.along(func(v Dimension) bool { return strings.EqualFold(v.Code, d.RegionVariable) })
	periods, inPeriod := cube.along(func(d Dimension) bool { return d.Role == "time" })
	held, all := make([]int, len(contents)*len(regions)*len(periods)), min(inContent, inRegion, inPeriod)
	for from := 0; from < len(cube.Values); from += all {
		at := (from/inContent%len(contents)*len(regions)+from/inRegion%len(regions))*len(periods) + from/inPeriod%len(periods)
		for cell := from; cell < from+all; cell++ {
			if !math.IsNaN(cube.Values[cell]) || zero(cube.StatusOf(cell)) {
				held[at]++
			}
		}
	}
	for i, n := range held {
		place := i / len(periods)
		c[Series{contents[place/len(regions)], d.place(regions[place%len(regions)]), periods[i%len(periods)]}] += n
	}
	return nil
}

// along gives a dimension's codes and how many cells in a row have the same one;
// where there is no such dimension, all cells have the code "".
func (c *Cube) along(wanted func(Dimension) bool) (codes []string, cells int) {
	i := slices.IndexFunc(c.Dimensions, wanted)
	if i < 0 || len(c.Values) == 0 {
		return []string{""}, max(1, len(c.Values))
	}
	return c.Dimensions[i].Codes, run(c, i)
}

func zero(symbol string) bool { return symbol == "-" || symbol == "–" }

// place is where a region's figures are counted.
func (d Dataset) place(region string) string {
	if slices.Contains(d.Words["country"], region) || slices.Contains(d.Words["counties"], region) {
		return region
	}
	return others
}

// Emptied is a problem for each content of the table that holds nothing in any
// answer: a code in the metadata need not have values, and one that had them
// and has none any more has been moved or withdrawn. So it is for each place
// that had values before; without any before, for the country and the county.
func Emptied(t Table, d Dataset, now, before Counts) error {
	problems := &Problems{Table: t.ID}
	for _, v := range t.Variables {
		if v.Role != "metric" {
			continue
		}
		for _, c := range v.Codes {
			if now.sum(func(s Series) bool { return s.Content == c.Code }) == 0 {
				problems.add("variable %s: code %q (%s) has not one value: every cell that was asked for is missing", v.Code, c.Code, c.Label)
			} else if gone := now.gone(c.Code, before); len(gone) > 0 {
				problems.add("variable %s: code %q (%s) has not one value any more for %s: what is held stays", v.Code, c.Code, c.Label, some(gone))
			}
		}
	}
	if len(problems.List) == 0 && len(before) == 0 {
		t.lacking(d, now, problems)
	}
	if len(problems.List) > 0 {
		return problems
	}
	return nil
}

func (c Counts) sum(of func(Series) bool) (sum int) {
	for s, n := range c {
		if of(s) {
			sum += n
		}
	}
	return sum
}

// gone are the places where a content had values before, of those that are asked
// for still.
func (c Counts) gone(content string, before Counts) []string {
	var places []string
	for s := range c {
		here := func(other Series) bool { return other.Content == content && other.Place == s.Place }
		if s.Content == content && !slices.Contains(places, s.Place) && c.sum(here) == 0 && before.sum(here) > 0 {
			places = append(places, s.Place)
		}
	}
	slices.Sort(places)
	return places
}

// Announced lists the periods that were asked for and have not one value.
func (c Counts) Announced() []string {
	held := map[string]int{}
	for s, n := range c {
		held[s.Period] += n
	}
	maps.DeleteFunc(held, func(_ string, n int) bool { return n > 0 })
	return slices.Sorted(maps.Keys(held))
}

// lacking tells of the country and the county where they were selected and have
// no value of any content.
func (t Table) lacking(d Dataset, now Counts, problems *Problems) {
	for _, v := range t.Variables {
		for _, c := range v.Codes {
			must := strings.EqualFold(v.Code, d.RegionVariable) && (c.Code == d.County || slices.Contains(d.Words["country"], c.Code))
			if must && now.sum(func(s Series) bool { return s.Place == c.Code }) == 0 {
				problems.add("region %s (%s) has not one value: every cell that was asked for is missing", c.Code, c.Label)
			}
		}
	}
}
