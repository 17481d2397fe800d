package report

import (
	"effekt/pipeline/number"
	"effekt/pipeline/report/document"
	"slices"
	"strconv"
	"strings"
)

// recent is how many years the table of an indicator shows.
const recent = 10

// valueTable is the county's last years of a sex beside the country, and where
// it is of both sexes, women and men.
func (r Report) valueTable(i Indicator, sex string) document.Table {
	t := document.Table{
		Caption: i.called(sex) + ", " + i.Unit,
		Header:  []string{"År", bySex(r.CountyName, sex), bySex("Riket", sex), "Kvinnor", "Män", "Ändring 1 år", "Ändring 5 år", "Anmärkning"},
	}
	own := i.series(r.County, sex)
	part := func(of string, year int) string {
		if sex != "total" {
			return "–" // the county's own column says it
		}
		return i.bare(i.at(r.County, of, year))
	}
	for _, v := range own[max(0, len(own)-recent):] {
		t.Rows = append(t.Rows, []document.Cell{
			{Text: strconv.Itoa(v.Year)},
			numeric(i.bare(v.Value)), numeric(i.bare(i.at("00", sex, v.Year))),
			numeric(part("women", v.Year)), numeric(part("men", v.Year)),
			numeric(i.change(v.Change1, v.Percent1)), numeric(i.change(v.Change5, v.Percent5)),
			{Text: strings.Join(remarks(v), ", ")},
		})
	}
	return filled(t)
}

// filled is the table without the columns in which nothing is said, the first
// two apart.
func filled(t document.Table) document.Table {
	said := func(column int) bool {
		return column < 2 || slices.ContainsFunc(t.Rows, func(row []document.Cell) bool { return row[column].Text != "–" && row[column].Text != "" })
	}
	kept := document.Table{Caption: t.Caption, Rows: make([][]document.Cell, len(t.Rows))}
	for column, head := range t.Header {
		if !said(column) {
			continue
		}
		kept.Header = append(kept.Header, head)
		for n, row := range t.Rows {
			kept.Rows[n] = append(kept.Rows[n], row[column])
		}
	}
	return kept
}

func numeric(text string) document.Cell { return document.Cell{Text: text, Number: true} }

// change is in points for shares and in per cent for levels.
func (i Indicator) change(points, percent *float64) string {
	switch {
	case i.Change == "percent" && percent != nil:
		return number.Signed(*percent, 1) + nbsp + "%"
	case i.Change != "percent" && points != nil:
		return number.Signed(*points, i.Decimals)
	}
	return "–"
}

// remarks are a figure's flags and status in words.
func remarks(v Value) []string {
	words := map[string]string{
		"preliminary": "preliminär", "perturbed": "slumpbrus", "break": "brott", "revised": "reviderad", "small_denominator": "liten nämnare", "corrected": "rättad", "forecast": "prognos",
	}
	var all []string
	for _, flag := range v.Flags {
		if word, ok := words[flag]; ok {
			all = append(all, word)
		}
	}
	switch v.Status {
	case "O":
		all = append(all, "uppgift saknas")
	case "M":
		all = append(all, "kan inte förekomma")
	case "Q":
		all = append(all, "dold, litet underlag")
	}
	return all
}
