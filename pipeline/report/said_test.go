package report

import (
	"effekt/config"
	"effekt/pipeline/report/document"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// told is everything that a report says of a series: sentence, heading of chart
// and sheet, table of what stands out, table of the goal and English summary.
func told(r Report) map[string]string {
	r.Framework = config.Framework{Goals: []config.Goal{{Code: "N1", Kind: "national", Name: "Nationellt"}, {Code: "V1", Kind: "sustainability", Name: "Eget"}}}
	i := r.Indicators[0]
	b := &book{report: r, say: func(string) string { return "" }}
	return map[string]string{
		"sentence": trendSentence(i, "total"), "heading": r.finding(i), "summary": cells(r.summary(), 4), "goal": cells(r.goals(), 4),
		"english": cells(r.englishArea("N1", "Nationellt"), 6), "sheet": b.title(i),
	}
}

// cells are the texts of a column of the tables among blocks.
func cells(blocks []document.Block, column int) string {
	var all []string
	for _, block := range blocks {
		if t, ok := block.(document.Table); ok {
			for _, row := range t.Rows {
				all = append(all, row[column].Text)
			}
		}
	}
	return strings.Join(all, "; ")
}

// saidOf is a report of one indicator of the county, with what its trend says.
func saidOf(values []float64, i Indicator, t Trend) Report {
	low, high := *t.Slope-0.0001, *t.Slope+0.0001
	if t.Direction == "flat" {
		low, high = -*t.Slope, 3**t.Slope
	}
	t.Sex, t.First, t.Last, t.Years, t.SlopeLow, t.SlopeHigh = "total", 2020, 2019+len(values), len(values), &low, &high
	t.FirstValue, t.LastValue = &values[0], &values[len(values)-1]
	i.ID, i.Areas, i.Goals, i.Trend, i.Since = "x", []string{"N1"}, []string{"V1"}, []Trend{t}, []Trend{t}
	for k := range values {
		i.Values = append(i.Values, Value{Region: "24", Level: "county", Sex: "total", Year: 2020 + k, Value: &values[k]})
	}
	i.Compare = []Comparison{{Year: t.Last, Sex: "total", Rank: 1, Of: 21}}
	return Report{Figures: Figures{County: "24", CountyName: "Västerbottens län", Indicators: []Indicator{i}}, Year: 2026}
}

// expect holds what is said, everywhere, and which claims pass.
func expect(t *testing.T, r Report, want map[string]string, claims ...string) {
	t.Helper()
	for where, got := range told(r) {
		if !strings.Contains(got, want[where]) || want[where] == "" && got != "" {
			t.Errorf("%s: %q, want %q", where, got, want[where])
		}
	}
	for _, word := range r.Indicators[0].words() {
		for _, since := range []string{"", " since 2020"} {
			_, err := written(r, fmt.Sprintf("{{ claim %q \"x\"%s }}", word, since))
			if holds := slices.Contains(claims, word); (err == nil) != holds {
				t.Errorf("claim %q%s: %v, want that it holds: %v", word, since, err, holds)
			}
		}
	}
}

// The same series says the same in every place, and no more than its printed
// figures show: where all are 1,03 it has not gone up, whatever the line does.
func TestPrintedFiguresDecide(t *testing.T) {
	t.Parallel()
	slope := 0.001
	kvot := Indicator{Label: "Pendlingskvot", LabelEN: "Ratio", Unit: "kvot", Decimals: 2}
	same := []float64{1.030, 1.031, 1.032, 1.033, 1.034}
	expect(t, saidOf(same, kvot, Trend{Direction: "up", Says: "flat", Slope: &slope}), map[string]string{
		"sentence": "Under 2020–2024 är värdet i stort sett oförändrat: avrundat är det 1,03\u00a0kvot alla år.",
		"heading":  "Pendlingskvot: i stort sett oförändrat i Västerbottens län 2020–2024", "summary": "", "goal": "i stort sett oförändrat", "english": "flat", "sheet": ": flat",
	}, "i stort sett oförändrat")
	expect(t, saidOf([]float64{1.034, 1.02, 1.025, 1.03, 1.033}, kvot, Trend{Direction: "up", Says: "unclear", Slope: &slope}), map[string]string{
		"sentence": "Under 2020–2024 har värdet ingen entydig riktning: linjen genom åren pekar uppåt, men värdet var 1,03\u00a0kvot 2020 och 1,03\u00a0kvot 2024.",
		"heading":  "Pendlingskvot: ingen entydig riktning i Västerbottens län 2020–2024", "summary": "", "goal": "ingen entydig riktning", "english": "unclear", "sheet": ": unclear",
	})
	expect(t, saidOf([]float64{1.03, 1.032, 1.035, 1.037, 1.04}, kvot, Trend{Direction: "up", Says: "up", Slope: &slope}), map[string]string{
		"sentence": "Under 2020–2024 har värdet ökat, i genomsnitt +0,001 kvot per år",
		"heading":  "Pendlingskvot: har ökat i Västerbottens län 2020–2024", "summary": "har ökat", "goal": "ökat", "english": "up", "sheet": ": up",
	}, "ökat")
}

// An edition of an older program has no word of what may be said: its line is held
// against the printed figures here.
func TestOlderEditionIsHeldAgainstItsFigures(t *testing.T) {
	t.Parallel()
	first, last := 1.031, 1.034
	i := Indicator{Decimals: 2, Values: []Value{{Region: "24", Sex: "total", Year: 2020, Value: &first}, {Region: "24", Sex: "total", Year: 2024, Value: &last}}}
	row := map[string]any{"sex": "total", "direction": "up", "first_year": int32(2020), "last_year": int32(2024), "years": int32(5)}
	if got := i.trendOf("24", row).says(); got != "unclear" {
		t.Errorf("1,03 and 1,03: %s", got)
	}
	if i.Decimals = 3; i.trendOf("24", row).says() != "up" {
		t.Error("1,031 and 1,034 have not gone up")
	}
}
