package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"effekt/sources/replay"

	"github.com/xuri/excelize/v2"
)

// A value for next year is a forecast: it is kept as one, and nothing is made or
// said of it. The report of this year is written, and the day on which the year
// has ended makes an outcome of it.
func TestForecast(t *testing.T) {
	t.Parallel()
	server, running := serving(t)
	next := time.Now().Year() + 1
	if err := server.Revise(func(l *replay.Library) error {
		for _, place := range []string{"0000", "0024", "0025", "2480", "2482"} {
			l.AddKolada("N00401", place, next, "T", 987.625, time.Now())
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	mine, dir := hurried(t, running), filepath.Join(t.TempDir(), "d")
	sql := func(dir, query string) string {
		t.Helper()
		return output(t, "sql", "--format", "csv", "--config", mine, "--data", dir, query)
	}
	output(t, "refresh", "--config", mine, "--data", dir)
	const about = " where indicator_id = 'ghg_per_capita' and "
	for query, want := range map[string]string{
		"select value, flags from mart.indicator_value" + about + "region = '24' and year = " + strconv.Itoa(next):      "987.625,[forecast]",
		"select last_year, state from mart.indicator" + about + "true":                                                  "2023,current",
		"select last_year, direction from mart.indicator_trend" + about + "region = '24'":                               "2023,down",
		"select max(last_year) from mart.indicator_trend_since" + about + "region = '24'":                               "2023",
		"select max(year) from mart.indicator_change" + about + "true":                                                  "2023",
		"select max(year) from mart.indicator_compare" + about + "true":                                                 "2023",
		"select max(year) from mart.indicator_spread" + about + "true":                                                  "2023",
		"select count(*) from ops.check where check_name in ('jump', 'value_range') and sample like '%ghg_per_capita%'": "0",
		"select count(*) from mart.effect_chain" + about + "indicator_year > 2023":                                      "0",
		"select count(*) from mart.revision where year = " + strconv.Itoa(next):                                         "0",
	} {
		if _, got, _ := strings.Cut(sql(dir, query), "\n"); got != want+"\n" {
			t.Errorf("%s: %q, want %s", query, got, want)
		}
	}
	if got := output(t, "status", "--config", mine, "--data", dir); strings.Contains(got, strconv.Itoa(next)+" ") {
		t.Errorf("status takes the forecast for a period that has come: %s", got)
	}
	out := filepath.Join(t.TempDir(), "report")
	year := strconv.Itoa(next - 1)
	output(t, "report", "--year", year, "--format", "html,xlsx", "--config", mine, "--data", dir, "--out", out)
	page := read(t, filepath.Join(out, "aterrapport-"+year+".html"))
	table := pageTables(t, page)["Växthusgasutsläpp per invånare, ton CO2-ekv."]
	if table["2023"] == nil || table[strconv.Itoa(next)] != nil || strings.Contains(string(page), "987,63") {
		t.Errorf("the page tells the forecast: %v", table)
	}
	forecastIsMarked(t, filepath.Join(out, "aterrapport-"+year+".xlsx"), next)

	for day, want := range map[string]string{strconv.Itoa(next) + "-12-31": "2023", strconv.Itoa(next+1) + "-01-01": strconv.Itoa(next)} {
		then := filepath.Join(t.TempDir(), "published", "effekt.duckdb")
		if err := os.MkdirAll(filepath.Dir(then), 0o755); err != nil {
			t.Fatal(err)
		}
		output(t, "build", "--config", mine, "--data", dir, "--as-of", day, "--out", then)
		if _, got, _ := strings.Cut(sql(filepath.Dir(filepath.Dir(then)), "select last_year from mart.indicator"+about+"true"), "\n"); got != want+"\n" {
			t.Errorf("as of %s the last year is %s, want %s", day, got, want)
		}
	}
}

// forecastIsMarked demands that the workbook's list of all values has the
// forecasts, as what they are.
func forecastIsMarked(t *testing.T, path string, year int) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, row := range rows {
			if len(row) > 11 && row[1] == "ghg_per_capita" && row[5] == strconv.Itoa(year) && row[11] == "prognos" {
				found++
			} else if strings.Contains(strings.Join(row, "|"), "|987.625|") {
				t.Errorf("sheet %s: %v", sheet, row)
			}
		}
		if sheet == "Alla värden" && found != 5 {
			t.Errorf("%d forecasts are marked, want 5", found)
		}
	}
}
