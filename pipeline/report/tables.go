package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"effekt/pipeline/number"
	"effekt/pipeline/report/document"
)

// The three forms of the report share these tables: a cell holds the text of page
// and Word file, and the number of the workbook.

// row makes cells of texts, years (0: none), days and cells.
func row(values ...any) []document.Cell {
	cells := make([]document.Cell, len(values))
	for n, value := range values {
		switch value := value.(type) {
		case document.Cell:
			cells[n] = value
		case int:
			cells[n] = document.Cell{Text: year(value), Value: value}
		case time.Time:
			cells[n] = document.Cell{Text: day(value)}
		default:
			cells[n] = document.Cell{Text: fmt.Sprint(value)}
		}
	}
	return cells
}

func year(y int) string {
	if y == 0 {
		return "–"
	}
	return strconv.Itoa(y)
}

func day(t time.Time) string { return t.Format(time.DateOnly) }

// numeric is a cell that is a number in print, and v in a workbook.
func numeric(text string, v *float64) document.Cell {
	return document.Cell{Text: text, Number: true, Value: v}
}

// cell is a value without its unit, for tables that say it elsewhere.
func (i Indicator) cell(v *float64) document.Cell { return numeric(i.bare(v), v) }

// bare is a value without its unit.
func (i Indicator) bare(v *float64) string { return i.words.number(swedish(v, i.Decimals)) }

func swedish(v *float64, decimals int) string {
	if v == nil {
		return "–"
	}
	return number.Swedish(*v, decimals)
}

// listed is a table, or a sentence where it has no rows.
func listed(t document.Table, otherwise string) document.Block {
	if len(t.Rows) == 0 {
		return plain(otherwise)
	}
	return t
}

// lead is how rows about indicators begin: name, year, value and unit.
func (i Indicator) lead(sex string, latest Value) []document.Cell {
	return row(i.called(sex), latest.Year, i.cell(latest.Value), i.Unit)
}

// place is the county's among the counties.
func (i Indicator) place(c Comparison) document.Cell {
	if c.Rank == 0 {
		return numeric("–", nil)
	}
	return numeric(fmt.Sprintf(i.words.say("%d av %d"), c.Rank, c.Of), nil)
}

// recent is how many years the table of an indicator shows.
const recent = 10

// valueTable is the county's last years of a sex beside the country, and where
// it is of both sexes, women and men.
func (r Report) valueTable(i Indicator, sex string) document.Table {
	t := r.words.table(i.called(sex)+", "+i.Unit, "År", r.words.bySex(r.CountyName, sex), r.words.bySex("Riket", sex), "Kvinnor", "Män", "Ändring 1 år", "Ändring 5 år", "Anmärkning")
	own := i.series(r.County, sex)
	for _, v := range own[max(0, len(own)-recent):] {
		one, five := i.changes(v)
		t.Rows = append(t.Rows, slices.Concat(row(v.Year, i.cell(v.Value)), r.beside(i, v), row(one, five, strings.Join(r.words.remarks(v), ", "))))
	}
	return filled(t)
}

// beside are the figures of the country, and of women and men where the county's
// own is of both.
func (r Report) beside(i Indicator, v Value) []document.Cell {
	cells := row(i.cell(i.at("00", v.Sex, v.Year)))
	for _, sex := range []string{"women", "men"} {
		var part *float64
		if v.Sex == "total" {
			part = i.at(r.County, sex, v.Year)
		}
		cells = append(cells, i.cell(part))
	}
	return cells
}

// filled is the table without the columns in which nothing is said, the first
// two apart.
func filled(t document.Table) document.Table {
	kept := document.Table{Caption: t.Caption, Rows: make([][]document.Cell, len(t.Rows))}
	for column, head := range t.Header {
		said := func(row []document.Cell) bool { return row[column].Text != "–" && row[column].Text != "" }
		if column > 1 && !slices.ContainsFunc(t.Rows, said) {
			continue
		}
		kept.Header = append(kept.Header, head)
		for n, row := range t.Rows {
			kept.Rows[n] = append(kept.Rows[n], row[column])
		}
	}
	return kept
}

// changes are those of a year and of five.
func (i Indicator) changes(v Value) (one, five document.Cell) {
	return i.change(v.Change1, v.Percent1), i.change(v.Change5, v.Percent5)
}

// change is in points for shares and in per cent for levels.
func (i Indicator) change(points, percent *float64) document.Cell {
	text := "–"
	switch {
	case i.Change == "percent" && percent != nil:
		text = number.Signed(*percent, 1) + nbsp + "%"
	case i.Change != "percent" && points != nil:
		text = number.Signed(*points, i.Decimals)
	}
	return numeric(i.words.number(text), nil)
}

// remarks are a figure's flags and status in words.
func (w wording) remarks(v Value) []string {
	flags := map[string]string{
		"preliminary": "preliminär", "perturbed": "slumpbrus", "break": "brott", "revised": "reviderad", "small_denominator": "liten nämnare", "corrected": "rättad", "forecast": "prognos",
	}
	var all []string
	for _, flag := range v.Flags {
		if word, ok := flags[flag]; ok {
			all = append(all, w.say(word))
		}
	}
	if word, ok := map[string]string{"O": "uppgift saknas", "M": "kan inte förekomma", "Q": "dold, litet underlag"}[v.Status]; ok {
		all = append(all, w.say(word))
	}
	return all
}

const noCorrections = "Inga egna rättelser av källornas uppgifter har gjorts."

// corrected are the corrections of our own, and whether they hold; reasons are as
// they were written.
func (r Report) corrected() document.Table {
	t := r.words.table("Egna rättelser av källornas uppgifter", "Uppgift", "Källans värde", "Rättat värde", "Läge", "Skäl", "Ansvarig", "Referens", "Till och med")
	states := map[string]string{"applied": "gäller", "stopped": "gäller inte: källan har ändrat sig", "expired": "gäller inte: sista dagen har passerat"}
	for _, c := range r.Corrections {
		t.Rows = append(t.Rows, row(c.Corrects, r.exact(c.Found), r.exact(c.Value), r.words.say(states[c.State]), c.Reason, c.Who, c.Reference, c.ValidUntil))
	}
	return t
}

// exact is a number with all its decimals.
func (r Report) exact(v *float64) document.Cell {
	decimals := 0
	if v != nil {
		_, fraction, _ := strings.Cut(strconv.FormatFloat(*v, 'f', -1, 64), ".")
		decimals = len(fraction)
	}
	return numeric(r.words.number(swedish(v, decimals)), v)
}

// official is whether the data of a figure is official statistics, in a table.
func (r Report) official(i Indicator) string {
	if i.Official == nil {
		return r.words.say("okänt")
	}
	return r.words.say(map[bool]string{true: "ja", false: "nej"}[*i.Official])
}
