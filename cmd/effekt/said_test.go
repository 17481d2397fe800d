package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"effekt/sources/replay"
)

// What is said of a figure is as right as the figure, from the source's answer to
// the page: a gap under zero that widens has grown, and figures that are the same
// in print have not changed, whatever the line through them does.
func TestWhatIsSaid(t *testing.T) {
	t.Parallel()
	server, running := serving(t)
	if err := server.Revise(func(l *replay.Library) error {
		all := []error{l.SetUpdated("TAB3200", "")}
		for k, gap := range []float64{-2.19, -2.21, -2.23, -2.26, -2.28} {
			for kon, employed := range map[string]float64{"1": 84000, "2": 84000 + 1000*gap} {
				for content, value := range map[string]float64{"000002NT": employed, "000002NU": 100000} {
					at := map[string]string{"Region": "24", "Alder": "20-64", "Kon": kon, "Fodelseregion": "tot", "ContentsCode": content, "Tid": fmt.Sprint(2020 + k)}
					all = append(all, l.SetValue("TAB3200", at, value, ""))
				}
			}
		}
		for year := 2015; year <= 2024; year++ {
			gini := 0.3170 + 0.00004*float64(year-2015)
			all = append(all, l.SetKolada("N00997", "0024", year, "T", &gini, time.Now()))
		}
		return errors.Join(all...)
	}); err != nil {
		t.Fatal(err)
	}
	mine, dir := hurried(t, running), filepath.Join(t.TempDir(), "d")
	output(t, "refresh", "--config", mine, "--data", dir)
	const says = "select indicator_id, direction, says, side from mart.indicator_trend where region = '24' and sex = 'total' and indicator_id in ('employment_gap_sex', 'gini_disposable_income') order by 1"
	if got := output(t, "sql", "--format", "csv", "--config", mine, "--data", dir, says); got != "indicator_id,direction,says,side\nemployment_gap_sex,down,away,below\ngini_disposable_income,up,flat,\n" {
		t.Error(got)
	}
	out := filepath.Join(t.TempDir(), "report")
	own := filepath.Join(mine, "report", "inledning.md")
	report := func(text string) (int, string) {
		t.Helper()
		if err := os.WriteFile(own, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		code, _, log := called(t, "report", "--year", "2026", "--format", "html", "--config", mine, "--data", dir, "--out", out)
		return code, log
	}
	for _, claim := range []string{
		`"minskat" "employment_gap_sex"`, `"minskat" "employment_gap_sex" since 2020`, `"i stort sett oförändrat" "employment_gap_sex"`,
		`"ökat" "gini_disposable_income"`, `"ökat" "gini_disposable_income" since 2018`,
	} {
		if code, log := report("Den har {{ claim " + claim + " }}."); code != exitUsage || !strings.Contains(log, "does not hold") {
			t.Errorf("claim %s: exit %d: %s", claim, code, log)
		}
	}
	if code, log := report(`Den har {{ claim "ökat" "employment_gap_sex" }}, {{ claim "ökat" "employment_gap_sex" since 2020 }},
{{ claim "skillnaden har ökat" "employment_gap_sex" }}, {{ claim "i stort sett oförändrat" "gini_disposable_income" }}.`); code != exitDone {
		t.Errorf("claims that hold: exit %d: %s", code, log)
	}
	output(t, "report", "--year", "2026", "--lang", "en", "--format", "html", "--config", mine, "--data", dir, "--out", out)
	page := string(read(t, filepath.Join(out, "aterrapport-2026.html")))
	for want, times := range map[string]int{
		"Under 2020–2024 har skillnaden ökat, högre bland män: värdet har i genomsnitt ändrats med −0,02 procentenheter per år": 1,
		"Skillnad i sysselsättningsgrad kvinnor–män: skillnaden har ökat, högre bland män i Västerbottens län 2020–2024":        1,
		"Skillnad i sysselsättningsgrad kvinnor–män: har":                                                                       0,
		"<td>skillnaden har ökat, högre bland män</td>":                                                                         1,
		"Under 2015–2024 är värdet i stort sett oförändrat: avrundat är det 0,317\u00a0index 0–1 alla år.":                      1,
		"Ginikoefficient, disponibel inkomst: i stort sett oförändrat i Västerbottens län 2015–2024":                            1,
		"Ginikoefficient, disponibel inkomst: har ökat":                                                                         0,
	} {
		if got := strings.Count(page, want); got < times || times == 0 && got > 0 {
			t.Errorf("%q stands %d times in the page, want %d", want, got, times)
		}
	}
	if english := string(read(t, filepath.Join(out, "report-back-2026.html"))); !strings.Contains(english, "farther from 0, below") {
		t.Error("the English summary does not say that the gap has grown")
	}
}
