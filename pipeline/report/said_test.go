package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"effekt/config"
	"effekt/pipeline/report/document"
)

// told is everything that a report says of a series: sentence, heading of chart
// and sheet, table of what stands out, table of the goal and English summary.
func told(r Report) map[string]string {
	r.Framework = config.Framework{Goals: []config.Goal{{Code: "N1", Kind: "national", Name: "Nationellt"}, {Code: "V1", Kind: "sustainability", Name: "Eget"}}}
	i := r.Indicators[0]
	in := r.inEnglish()
	b := &book{Report: in}
	return map[string]string{
		"sentence": trendSentence(i, "total"), "heading": r.finding(i, "total"), "summary": cells(r.summary(), 4), "goal": cells(r.goals(), 4),
		"english": cells([]document.Block{in.englishArea("N1", "Nationellt")}, 6), "sheet": b.title(in.Indicators[0], "total"),
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
	for _, word := range r.Indicators[0].assertable() {
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
	older := Trend{Sex: "total", Direction: "up", First: 2020, Last: 2024, Years: 5}
	if got := i.held("24", older).says(); got != "unclear" {
		t.Errorf("1,03 and 1,03: %s", got)
	}
	if i.Decimals = 3; i.held("24", older).says() != "up" {
		t.Error("1,031 and 1,034 have not gone up")
	}
}

// Of a signed difference the distance to its point of balance is what grows or
// shrinks, everywhere and in both languages.
func TestDistanceToBalance(t *testing.T) {
	t.Parallel()
	c, err := config.Load(config.Embedded, config.Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	about := func(id string) Indicator {
		k := slices.IndexFunc(c.Indicators, func(i config.Indicator) bool { return i.ID == id })
		return Indicator{Label: "X", LabelEN: "X", Unit: c.Indicators[k].Unit.SV, Decimals: c.Indicators[k].Decimals, Balance: c.Indicators[k].Balance}
	}
	up, down := 0.02, -0.02
	for _, test := range []struct {
		name, id string
		first    float64
		last     float64
		trend    Trend
		said     string // heading, and with or without har in the tables
		sentence string
		english  string
		claims   []string
	}{
		{
			"men's gap grows", "employment_gap_sex", -2.19, -2.28,
			Trend{Direction: "down", Says: "away", Side: "below", Slope: &down},
			"skillnaden har ökat, högre bland män", "har skillnaden ökat, högre bland män: värdet har i genomsnitt ändrats med −0,02 procentenheter per år", "farther from 0, below",
			[]string{"ökat", "skillnaden har ökat"},
		},
		{
			"men's gap shrinks", "employment_gap_sex", -2.4, -2.2,
			Trend{Direction: "up", Says: "closer", Side: "below", Slope: &up},
			"skillnaden har minskat, högre bland män", "har skillnaden minskat, högre bland män", "closer to 0, below",
			[]string{"minskat", "skillnaden har minskat"},
		},
		{
			"women's gap grows", "post_secondary_gap_sex", 9, 10,
			Trend{Direction: "up", Says: "away", Side: "above", Slope: &up},
			"skillnaden har ökat, högre bland kvinnor", "har skillnaden ökat, högre bland kvinnor", "farther from 0, above",
			[]string{"ökat", "skillnaden har ökat"},
		},
		{
			"the gap is gone", "employment_gap_birth_region", 0.9, 0.0,
			Trend{Direction: "down", Says: "closer", Side: "at", Slope: &down},
			"skillnaden har minskat", "har skillnaden minskat: värdet", "closer to 0",
			[]string{"minskat", "skillnaden har minskat"},
		},
		{
			"the gap has turned", "employment_gap_birth_region", 0.9, -0.5,
			Trend{Direction: "down", Says: "crossed_down", Side: "below", Slope: &down},
			"har gått från plus till minus", "har värdet gått från plus till minus, i genomsnitt −0,02", "from above to below 0",
			[]string{"gått från plus till minus"},
		},
		{
			"more move out", "domestic_net_migration_rate", -1, -3,
			Trend{Direction: "down", Says: "away", Side: "below", Slope: &down},
			"underskottet har ökat", "har underskottet ökat: värdet har i genomsnitt ändrats med −0,020", "farther from 0, below",
			[]string{"underskottet har ökat"},
		},
		{
			"fewer move out", "domestic_net_migration_rate", -3, -1,
			Trend{Direction: "up", Says: "closer", Side: "below", Slope: &up},
			"underskottet har minskat", "har underskottet minskat", "closer to 0, below",
			[]string{"underskottet har minskat"},
		},
		{
			"more move in", "international_net_migration_rate", 1, 3,
			Trend{Direction: "up", Says: "away", Side: "above", Slope: &up},
			"överskottet har ökat", "har överskottet ökat", "farther from 0, above",
			[]string{"överskottet har ökat", "ökat"},
		},
		{
			"fewer move in", "young_adult_net_migration_rate", 3, 1,
			Trend{Direction: "down", Says: "closer", Side: "above", Slope: &down},
			"överskottet har minskat", "har överskottet minskat", "closer to 0, above",
			[]string{"överskottet har minskat", "minskat"},
		},
		{
			"out turns to in", "domestic_net_migration_rate", -1, 1,
			Trend{Direction: "up", Says: "crossed_up", Side: "above", Slope: &up},
			"har gått från minus till plus", "har värdet gått från minus till plus", "from below to above 0",
			[]string{"gått från minus till plus"},
		},
		{
			"from nothing to in", "domestic_net_migration_rate", 0, 1,
			Trend{Direction: "up", Says: "away", Side: "above", Slope: &up},
			"överskottet har ökat", "har överskottet ökat", "farther from 0, above",
			[]string{"överskottet har ökat", "ökat"},
		},
		{
			"fewer women", "women_per_100_men_20_39", 94, 92,
			Trend{Direction: "down", Says: "away", Side: "below", Slope: &down},
			"underskottet av kvinnor har ökat", "har underskottet av kvinnor ökat", "farther from 100, below",
			[]string{"underskottet av kvinnor har ökat"},
		},
		{
			"more women than men", "women_per_100_men_20_39", 99, 101,
			Trend{Direction: "up", Says: "crossed_up", Side: "above", Slope: &up},
			"har gått från under 100 till över 100", "har värdet gått från under 100 till över 100", "from below to above 100",
			[]string{"gått från under 100 till över 100"},
		},
		{
			"nothing", "employment_gap_sex", -2.2, -2.2,
			Trend{Direction: "flat", Says: "flat", Side: "below", Slope: &up},
			"", "är värdet i stort sett oförändrat", "flat",
			[]string{"i stort sett oförändrat"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := saidOf([]float64{test.first, test.first, test.first, test.last, test.last}, about(test.id), test.trend)
			goal := strings.TrimPrefix(test.said, "har ")
			if test.said == "" {
				goal = "i stort sett oförändrat"
			}
			heading := "X: " + test.said + " i Västerbottens län 2020–2024"
			if test.said == "" {
				heading = "X: " + goal + " i Västerbottens län"
			}
			expect(t, r, map[string]string{"sentence": test.sentence, "heading": heading, "summary": test.said, "goal": goal, "english": test.english, "sheet": ": " + test.english}, test.claims...)
		})
	}
}

// Beside the country it is the larger distance, not the higher number, that is the
// larger difference; over the point of balance the numbers themselves are told.
func TestDistanceBesideTheCountry(t *testing.T) {
	t.Parallel()
	gap := Indicator{Unit: "procentenheter", Decimals: 1, Balance: &config.Balance{Above: "skillnaden", Below: "skillnaden"}}
	rate := Indicator{Unit: "%", Decimals: 1, Balance: &config.Balance{Above: "ökningstakten", Below: "minskningstakten"}}
	for _, test := range []struct {
		i            Indicator
		own, country float64
		want         string
	}{
		{gap, -2.3, -2.0, "Skillnaden är 0,3 procentenheter större än i riket."},
		{gap, -2.0, -2.3, "Skillnaden är 0,3 procentenheter mindre än i riket."},
		{gap, 2.3, 2.0, "Skillnaden är 0,3 procentenheter större än i riket."},
		{gap, 0, -0.4, "Skillnaden är 0,4 procentenheter mindre än i riket."},
		{gap, 0.5, -0.4, "Värdet är 0,9 procentenheter högre än i riket."},
		{gap, -2.31, -2.33, "Värdet är på samma nivå som i riket."},
		{rate, 1, 0.4, "Ökningstakten är 0,6 procentenheter större än i riket."},
		{rate, -1, -0.4, "Minskningstakten är 0,6 procentenheter större än i riket."},
		{Indicator{Unit: "%", Decimals: 1}, -1, -0.4, "Värdet är 0,6 procentenheter lägre än i riket."},
	} {
		distance := test.own - test.country
		test.i.Compare = []Comparison{{Year: 2024, Sex: "total", Country: &test.country, Gap: &distance}}
		if got := (Figures{}).compareSentence(test.i, Value{Year: 2024, Value: &test.own}, "total"); got != test.want {
			t.Errorf("%v beside %v: %q, want %q", test.own, test.country, got, test.want)
		}
	}
}

// A conclusion of an older edition is told by the line's direction, which is not
// taken for growth.
func TestConclusionsOfDistances(t *testing.T) {
	t.Parallel()
	i := Indicator{Balance: &config.Balance{At: 100}}
	for code, want := range map[string]string{"away": "längre från 100", "closer": "närmare 100", "crossed_up": "från under 100 till över 100", "up": "uppåt", "flat": "i stort sett oförändrat", "3 of 21": "3 av 21"} {
		if got := i.said(code); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
	if got := (Indicator{}).said("up"); got != "ökat" {
		t.Error(got)
	}
}
