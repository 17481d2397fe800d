package report

import (
	"strings"
	"testing"
	"time"
)

// A trend that is called up never prints an interval with zero in it, and one
// that is flat says that it holds zero.
func TestTrendSentence(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		direction        string
		low, slope, high float64
		want             string
	}{
		{"up", 0.0021, 0.006, 0.0099, "har värdet ökat, i genomsnitt +0,006 procentenheter per år (95-procentigt intervall +0,002 till +0,010)"},
		{"up", 0.9, 1, 1.1, "har värdet ökat, i genomsnitt +1,00 procentenheter per år (95-procentigt intervall +0,90 till +1,10)"},
		{"down", -1.1, -1, -0.000001, "−1,000000 procentenheter per år (95-procentigt intervall −1,100000 till −0,000001)"},
		{"flat", -0.002, 0.001, 0.004, "i stort sett oförändrat: intervallet för förändringen per år, 0,00 till 0,00 procentenheter, rymmer noll"},
	} {
		i := Indicator{Unit: "%", Decimals: 1, Trend: []Trend{{Sex: "total", Direction: test.direction, First: 2016, Last: 2025, Years: 10, Slope: &test.slope, SlopeLow: &test.low, SlopeHigh: &test.high}}}
		if got := trendSentence(i, "total"); !strings.Contains(got, test.want) {
			t.Errorf("%s %g: %q; want %q", test.direction, test.slope, got, test.want)
		}
	}
}

// A report-back is of a year that its figures are for: never an earlier one, in
// which nobody could know them.
func TestCovers(t *testing.T) {
	t.Parallel()
	f := grown().Figures // 2010 to 2025
	f.Built = time.Date(2026, 2, 20, 0, 0, 0, 0, time.UTC)
	for year, wrong := range map[int]string{
		1990: "there are no figures for a report-back of 1990", 2015: "go to 2025: a report-back of 2015 is made from its edition", 2024: "its edition",
		2025: "", 2026: "", 2027: "", 2028: "there are no figures for a report-back of 2028",
	} {
		if err := f.Covers(year); (err == nil) != (wrong == "") || err != nil && !strings.Contains(err.Error(), wrong) {
			t.Errorf("%d: %v; want %q", year, err, wrong)
		}
	}
}
