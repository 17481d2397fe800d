package main

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// bookWords are what a workbook says in its language.
type bookWords struct {
	all, year, country string            // a sheet and two heads
	sexes              map[string]string // the codes by the words
	alone              string            // the count that is charted without the country
}

func swedishBook() bookWords {
	return bookWords{"Alla värden", "År", "Riket", map[string]string{"totalt": "total", "kvinnor": "women", "män": "men"}, "Folkmängd"}
}

func englishBook() bookWords {
	return bookWords{"All values", "Year", "Country", map[string]string{"total": "total", "women": "women", "men": "men"}, "Population"}
}

// workbook holds every value of the workbook against the database, and every
// chart against the table beside it.
func workbook(t *testing.T, path string, figures [][]string, words bookWords) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	noCodesInBook(t, f)
	rows, err := f.GetRows(words.all, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	said, ids := map[string][2]string{}, map[string]string{} // value and status; the id by name
	for _, row := range rows[1:] {
		said[strings.Join([]string{row[1], row[3], row[5], words.sexes[row[7]]}, " ")] = [2]string{row[8], row[10]}
		ids[row[0]] = row[1]
	}
	held := map[string]string{}
	for _, row := range figures {
		key := strings.Join([]string{row[0], row[2], row[3], row[4]}, " ")
		held[key] = row[5]
		if got := said[key]; !sameNumber(got[0], row[5]) || got[1] != row[6] {
			t.Errorf("%s: the workbook says %v, the database %s, %s", key, got, row[5], row[6])
		}
	}
	charts := bookCharts(t, path)
	drawn, checked := 0, 0
	for _, sheet := range f.GetSheetList()[1:] {
		area := readArea(t, f, sheet, words)
		if area == nil {
			continue
		}
		checked += area.values(t, ids, held)
		drawn += area.charts(t, charts[sheet], words)
	}
	total := 0
	for _, list := range charts {
		total += len(list)
	}
	if checked < 2000 || drawn < 60 || drawn != total {
		t.Errorf("only %d cells and %d charts of %d of the areas' sheets", checked, drawn, total)
	}
}

// area is the sheet of a goal area: rows of cells, and what its columns hold.
type area struct {
	name  string
	rows  [][]string
	heads map[int][2]string // region and sex of a column
}

// readArea is nil for a sheet that is no area's.
func readArea(t *testing.T, f *excelize.File, sheet string, words bookWords) *area {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	if rows[0][2] != "Västerbottens län" {
		return nil
	}
	a := &area{sheet, rows, map[int][2]string{}}
	for i, head := range rows[0] {
		whose, sex, _ := strings.Cut(head, ", ")
		if region := map[string]string{"Västerbottens län": "24", words.country: "00"}[whose]; region != "" {
			a.heads[i] = [2]string{region, "total"}
			if sex != "" {
				a.heads[i] = [2]string{region, words.sexes[sex]}
			}
		}
	}
	if len(a.heads) != 6 || rows[0][1] != words.year {
		t.Errorf("%s: the heads %q", sheet, rows[0])
	}
	return a
}

// cell is a cell's text, empty after the end of a row.
func (a *area) cell(row, column int) string {
	if column < len(a.rows[row]) {
		return a.rows[row][column]
	}
	return ""
}

// values holds each cell against the database, where each column is of one sex.
func (a *area) values(t *testing.T, ids, held map[string]string) int {
	t.Helper()
	checked := 0
	for n := 1; n < len(a.rows); n++ {
		label, year := a.cell(n, 0), a.cell(n, 1)
		for column, whose := range a.heads {
			key := strings.Join([]string{ids[label], whose[0], year, whose[1]}, " ")
			if got := a.cell(n, column); year != "" && !sameNumber(got, held[key]) {
				t.Errorf("%s row %d: %q in column %d, in the database %s is %q", a.name, n+1, got, column+1, key, held[key])
			}
			checked++
		}
	}
	return checked
}

// charts holds the series of each chart against the table: its own indicator's
// rows, all of them, and the columns of the sexes that the indicator is told by.
func (a *area) charts(t *testing.T, charts []bookChart, words bookWords) int {
	t.Helper()
	var want, got []string
	for first := 1; first < len(a.rows); {
		last := first
		for last+1 < len(a.rows) && a.cell(last+1, 0) == a.cell(first, 0) {
			last++
		}
		want = append(want, a.drawn(first, last, words)...)
		first = last + 1
	}
	for _, c := range charts {
		label := ""
		for n := range a.rows { // the longest name that the title begins with
			if name := a.cell(n, 0); n > 0 && strings.HasPrefix(c.title, name) && len(name) > len(label) {
				label = name
			}
		}
		for _, sex := range []string{"kvinnor", "män", "women", "men"} {
			if strings.HasPrefix(c.title, label+", "+sex) {
				label += ", " + sex
			}
		}
		got = append(got, label+" "+strings.Join(c.series, " "))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("%s: the charts are\n%s\nthe table is\n%s", a.name, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	return len(got)
}

// drawn are the charts that the rows first to last call for: one for both sexes
// together, or one each where there is no total.
func (a *area) drawn(first, last int, words bookWords) []string {
	filled := func(column int) bool {
		return slices.ContainsFunc(a.rows[first:last+1], func(row []string) bool { return column < len(row) && row[column] != "" })
	}
	series := map[string][]string{}
	for column := 2; column < 8; column++ {
		region, sex := a.heads[column][0], a.heads[column][1]
		if !filled(column) || region == "00" && a.cell(first, 0) == words.alone {
			continue
		}
		name := string(rune('A' + column))
		series[sex] = append(series[sex], fmt.Sprintf("'%s'!$%s$1 '%[1]s'!$B$%[3]d:$B$%[4]d '%[1]s'!$%[2]s$%[3]d:$%[2]s$%[4]d", a.name, name, first+1, last+1))
	}
	if series["total"] != nil {
		return []string{a.cell(first, 0) + " " + strings.Join(series["total"], " ")}
	}
	var all []string
	for word, sex := range words.sexes {
		if series[sex] != nil {
			all = append(all, a.cell(first, 0)+", "+word+" "+strings.Join(series[sex], " "))
		}
	}
	return all
}

// bookChart is a chart as it stands in the file: its title, and of each series
// the cells of its name, categories and values.
type bookChart struct {
	title  string
	series []string
}

// bookCharts are the charts of a workbook by the sheet that they refer to.
func bookCharts(t *testing.T, path string) map[string][]bookChart {
	t.Helper()
	packed, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	charts := map[string][]bookChart{}
	for n := 1; ; n++ {
		part, err := packed.Open("xl/charts/chart" + strconv.Itoa(n) + ".xml")
		if err != nil {
			return charts
		}
		var read struct {
			Title  []string `xml:"chart>title>tx>rich>p>r>t"`
			Series []struct {
				Name       string `xml:"tx>strRef>f"`
				Categories string `xml:"cat>strRef>f"`
				Values     string `xml:"val>numRef>f"`
			} `xml:"chart>plotArea>lineChart>ser"`
		}
		if err := xml.NewDecoder(part).Decode(&read); err != nil {
			t.Fatal(err)
		}
		c := bookChart{title: strings.Join(read.Title, "")}
		sheet := ""
		for _, s := range read.Series {
			c.series = append(c.series, s.Name, s.Categories, s.Values)
			sheet, _, _ = strings.Cut(strings.TrimPrefix(s.Values, "'"), "'!")
		}
		charts[sheet] = append(charts[sheet], c)
	}
}
