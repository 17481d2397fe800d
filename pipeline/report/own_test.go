package report

import (
	"strings"
	"testing"
	"testing/fstest"

	"effekt/pipeline/report/document"
)

// grown is an indicator of the county that has grown by one a year, with a
// break, and one that has no figure.
func grown() Report {
	slope, low, high := 1.0, 0.9, 1.1
	up := Indicator{ID: "jobs", Label: "Jobb", Unit: "%", Decimals: 1, Trend: []Trend{{Sex: "total", Direction: "up", First: 2016, Last: 2025, Years: 10, Slope: &slope, SlopeLow: &low, SlopeHigh: &high}}}
	for year := 2010; year <= 2025; year++ {
		value := float64(year - 1950)
		up.Values = append(up.Values, Value{Region: "24", Level: "county", Sex: "total", Year: year, Value: &value})
	}
	// From 2021 on the line holds zero, from 2023 on it has too few years; before
	// the break there is none.
	around := -0.2
	up.Since = []Trend{
		{Sex: "total", Direction: "up", First: 2020, Last: 2025, Years: 6, Slope: &slope, SlopeLow: &low, SlopeHigh: &high},
		{Sex: "total", Direction: "flat", First: 2021, Last: 2025, Years: 5, Slope: &low, SlopeLow: &around, SlopeHigh: &high},
		{Sex: "total", Direction: "too_few_years", First: 2023, Last: 2025, Years: 3},
	}
	up.Breaks = []Break{{Year: 2016, Reason: "ny metod"}}
	life := Indicator{ID: "life", Label: "Livslängd", Unit: "år", Trend: []Trend{{Sex: "women", Direction: "flat"}, {Sex: "men", Direction: "up"}}}
	for sex, value := range map[string]float64{"women": 85, "men": 82} {
		life.Values = append(life.Values, Value{Region: "24", Level: "county", Sex: sex, Year: 2025, Value: &value})
	}
	none := Indicator{ID: "none", Label: "Inget", Reason: "källan är borta"}
	return Report{Figures: Figures{County: "24", CountyName: "Västerbottens län", Indicators: []Indicator{up, none, life}}, Year: 2026}
}

func written(r Report, body string) (string, error) {
	files := fstest.MapFS{"report/text.md": {Data: []byte(body)}}
	r.Own = Own{files: files}
	blocks, err := r.Own.text(r, Section{Kind: "text", File: "text.md"})
	var all []string
	for _, b := range blocks {
		if p, ok := paragraph(b); ok {
			all = append(all, flat(p))
		}
	}
	return strings.Join(all, " / "), err
}

// Figures stand in the text by name, and an assertion only where the trend, and
// the figures since its year, support it. Every mistake has file and line.
func TestOwnText(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ body, want, wrong string }{
		{"Andelen är {{ value \"jobs\" }} år {{ year \"jobs\" }} i {{ county }}.", "Andelen är 75,0\u00a0% år 2025 i Västerbottens län.", ""},
		{"Den har {{ claim \"ökat\" \"jobs\" }}.", "Den har ökat.", ""},
		{"Den har {{ claim \"ökat\" \"jobs\" since 2020 }}.", "Den har ökat.", ""},
		{"Den har {{ claim \"i stort sett oförändrat\" \"jobs\" since 2021 }}.", "Den har i stort sett oförändrat.", ""},
		{"Ett.\n\nDen har {{ claim \"minskat\" \"jobs\" }}.", "", `report/text.md:3:11: claim "minskat" about jobs does not hold: the trend 2016–2025 says "ökat", +1,00 procentenheter a year (+0,90 to +1,10), and the latest figure is 75,0`},
		{"Ett.\n\nDen har {{ claim \"minskat\" \"jobs\" since 2020 }}.", "", "report/text.md:3:11: claim \"minskat\" about jobs since 2020 does not hold: the trend 2020–2025 says \"ökat\", +1,00 procentenheter a year (+0,90 to +1,10); 70,0\u00a0% in 2020, 75,0\u00a0% in 2025"},
		{"Den har {{ claim \"ökat\" \"jobs\" since 2021 }}.", "", `claim "ökat" about jobs since 2021 does not hold: the trend 2021–2025 says "i stort sett oförändrat"`},
		{"Den har {{ claim \"ökat\" \"jobs\" since 2023 }}.", "", `says "för få år" (3)`},
		{"Det är {{ claim \"för få år\" \"jobs\" since 2023 }}.", "Det är för få år.", ""},
		{"Den har {{ claim \"ökat\" \"jobs\" since 2024 }}.", "", "there is no trend from 2024"},
		{"Den har {{ claim \"ökat\" \"jobs\" 2020 }}.", "", "want since and a year"},
		{"Den har {{ claim \"vuxit\" \"jobs\" }}.", "", `claim "vuxit" about jobs: want one of ["ökat" "minskat" "i stort sett oförändrat" "för få år"]`},
		{"Den har {{ claim \"ökat\" \"jobs\" since 2012 }}.", "", "the series is broken 2016"},
		{"Den har {{ claim \"ökat\" \"jobs\" since 2030 }}.", "", "there is no figure for 2030"},
		{"Den har {{ claim \"ökat\" \"none\" }}.", "", "none has no figure for Västerbottens län: källan är borta"},
		{"Ett.\nTvå {{ value \"nix\" }}.", "", `report/text.md:2:8: there is no indicator "nix"`},
		{"{{ value }}", "", "report/text.md:1:"},
		{"Ett.\n{{ value \"jobs\" ", "", "report/text.md:2: unclosed action"},
		{"{{ nix \"jobs\" }}", "", `report/text.md:1: function "nix" not defined`},
		{"{{ printf \"%999999999d\" 1 }}", "", "and nothing else"},
		{"{{ range 9 }}x{{ end }}", "", "and nothing else"},
		{"{{ define \"x\" }}{{ template \"x\" }}{{ end }}{{ template \"x\" }}", "", "nothing"},
		{"{{ value \"jobs\" | print }}", "", "and nothing else"},
		{"", "", ""},
		{"Män lever {{ value \"life\" \"män\" }}, kvinnor {{ value \"life\" \"kvinnor\" }}.", "Män lever 82\u00a0år, kvinnor 85\u00a0år.", ""},
		{"De lever {{ value \"life\" }}.", "", `life []: want one sex, kvinnor or män`},
		{"{{ year \"life\" }}", "", "want one sex"},
		{"{{ year \"life\" \"flickor\" }}", "", `life ["flickor"]: want one sex`},
		{"{{ value \"jobs\" \"kvinnor\" }}", "", "jobs has no figure for Västerbottens län, kvinnor"},
		{"Den har {{ claim \"ökat\" \"life\" \"män\" }} bland män.", "Den har ökat bland män.", ""},
		{"Den har {{ claim \"ökat\" \"life\" \"kvinnor\" }} bland kvinnor.", "", `claim "ökat" about life does not hold`},
		{"Den har {{ claim \"ökat\" \"life\" }}.", "", "want one sex"},
	} {
		got, err := written(grown(), test.body)
		switch {
		case test.wrong == "" && (err != nil || got != test.want):
			t.Errorf("%q: %q, %v; want %q", test.body, got, err, test.want)
		case test.wrong != "" && (err == nil || !strings.Contains(err.Error(), test.wrong)):
			t.Errorf("%q: %v; want %q", test.body, err, test.wrong)
		}
	}
}

// FuzzOwnText holds that no text makes the report stop or grow beyond measure.
func FuzzOwnText(f *testing.F) {
	for _, body := range []string{"# Rubrik\n\n* {{ value \"jobs\" }}\n", "{{ claim \"ökat\" \"jobs\" since 2020 }}", "{{", "[x](javascript:a) <b>", "> {{ county }}\n\n1. a\n"} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if len(body) > 1<<12 {
			return
		}
		got, err := written(grown(), body)
		if err == nil && len(got) > 100*len(body)+1000 {
			t.Fatalf("%d bytes of text became %d", len(body), len(got))
		}
	})
}

func paragraph(b document.Block) ([]document.Span, bool) {
	p, ok := b.(document.Paragraph)
	return p.Text, ok
}
