package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"effekt/pipeline/report/chart"

	"pgregory.net/rapid"
)

// neighbours is an indicator with a figure of each of many counties in 2025.
func neighbours(polarity string, values []float64) (Figures, Indicator) {
	i := Indicator{ID: "x", Label: "X", Unit: "%", Polarity: polarity}
	for n := range values {
		i.Values = append(i.Values, Value{Region: fmt.Sprint(24 + n), Name: fmt.Sprintf("Län %02d", n), Level: "county", Sex: "total", Year: 2025, Value: &values[n]})
	}
	i.Compare = []Comparison{{Year: 2025, Sex: "total", Rank: 1, Of: len(values)}}
	return Figures{County: "24", CountyName: "Län 00"}, i
}

// The ranking has every county once, the best first, and the county itself marked.
func TestDotsAreRanked(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-10, 10), 2, 25).Draw(t, "values")
		polarity := rapid.SampledFrom([]string{"higher_is_better", "lower_is_better", "neutral"}).Draw(t, "polarity")
		f, i := neighbours(polarity, values)
		latest, _ := i.latest("24", "total")
		dots := f.dots(i, "total", latest, i.Compare[0]).Dots
		own := 0
		for n, dot := range dots {
			if dot.Own {
				own++
			}
			if n == 0 {
				continue
			}
			if before := dots[n-1].Value; polarity == "lower_is_better" && before > dot.Value || polarity != "lower_is_better" && before < dot.Value {
				t.Fatalf("%s: %v before %v", polarity, before, dot.Value)
			}
		}
		if len(dots) != len(values) || own != 1 {
			t.Fatalf("%d dots of %d, %d of the county's", len(dots), len(values), own)
		}
	})
}

// A line chart has the county, and behind it twenty other counties at most; a count
// stands by itself.
func TestLineSeries(t *testing.T) {
	t.Parallel()
	f, i := neighbours("neutral", make([]float64, 40))
	roles := func(l chart.Line) map[chart.Role]int {
		count := map[chart.Role]int{}
		for _, s := range l.Series {
			count[s.Role]++
		}
		return count
	}
	if got := roles(f.line(i, "total")); got[chart.Own] != 1 || got[chart.Other] != background || got[chart.Country] != 0 {
		t.Errorf("%v", got)
	}
	i.Additive = true
	if got := roles(f.line(i, "total")); len(got) != 1 || got[chart.Own] != 1 {
		t.Errorf("a count: %v", got)
	}
}

// A caption explains the marks that the chart has, and no others.
func TestMarks(t *testing.T) {
	t.Parallel()
	one := 1.0
	known := []chart.Observation{{Year: 2025, Value: &one, Preliminary: true}, {Year: 2026, Perturbed: true}}
	got := marks(chart.Line{Series: []chart.Series{{Role: chart.Own, Observations: known}}})
	if got != " Ihålig punkt är preliminär." {
		t.Errorf("%q", got)
	}
	got = marks(chart.Line{Series: []chart.Series{{Role: chart.Other, Observations: known}}, Chart: chart.Chart{Breaks: []int{2020}}})
	if got != " Tunna grå linjer är de andra länen. Streckad lodrät linje är ett brott i serien." {
		t.Errorf("%q", got)
	}
}

// One municipality is no spread to draw; several are, each once.
func TestPanels(t *testing.T) {
	t.Parallel()
	f, one := Figures{County: "09", CountyName: "Ön"}, 1.0
	i := Indicator{ID: "x", Label: "X", Values: []Value{{Region: "0980", Name: "Staden", Level: "municipality", Sex: "total", Year: 2025, Value: &one}}}
	if got := f.panels(i, "total"); len(got) != 0 {
		t.Errorf("%d figures", len(got))
	}
	i.Values = append(i.Values, Value{Region: "0981", Name: "Landet", Level: "municipality", Sex: "total", Year: 2025, Value: &one})
	if got := f.regions(i, "municipality", "total"); len(got) != 2 || len(f.panels(i, "total")) != 1 {
		t.Errorf("%v", got)
	}
}

// Each chart of the report has an id of its own, which the page's references need.
func TestChartIDs(t *testing.T) {
	t.Parallel()
	var ids []string
	for _, kind := range []string{"linje", "rang", "kommuner"} {
		for _, sex := range []string{"total", "women", "men"} {
			ids = append(ids, Indicator{ID: "x"}.chart(kind, sex, "").ID)
		}
	}
	slices.Sort(ids)
	if got := slices.Compact(slices.Clone(ids)); len(got) != 9 || strings.ContainsAny(strings.Join(ids, ""), ` "`) {
		t.Errorf("%q", ids)
	}
}
