package report

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"effekt/pipeline/report/document"

	"github.com/xuri/excelize/v2"
)

// book is a workbook on its way. After an error nothing more is written.
type book struct {
	*excelize.File
	Report
	heads    int         // style of header rows
	decimals map[int]int // styles of numbers, by their decimals
	err      error
}

// XLSX writes the workbook: contents, one sheet for each national area with
// tidy tables and native charts, all values, and sources. Numbers are numbers,
// not rounded, shown with the indicator's decimals.
func (r Report) XLSX(w io.Writer) (err error) {
	b := &book{File: excelize.NewFile(), Report: r, decimals: map[int]int{}}
	defer func() { err = errors.Join(err, b.Close()) }()
	b.heads = b.style(&excelize.Style{Font: &excelize.Font{Bold: true}, Border: []excelize.Border{{Type: "bottom", Color: "595959", Style: 1}}})
	b.contents()
	for _, goal := range r.ofKind(true) {
		b.area(goal.Code, goal.Name)
	}
	b.values()
	if len(r.Corrections) > 0 {
		b.sheet("Rättelser", r.corrected(), 60, 16, 16, 36, 60, 24, 24, 14)
	}
	b.sources()
	language := map[bool]string{true: "sv-SE", false: "en-GB"}[r.words == nil]
	b.then(func() error { return b.DeleteSheet("Sheet1") })
	b.then(func() error {
		b.SetActiveSheet(0)
		return b.SetDocProps(&excelize.DocProperties{Title: fmt.Sprintf("%s %d, %s", r.words.say("Återrapportering"), r.Year, r.CountyName), Language: language})
	})
	b.then(func() error {
		_, err := b.WriteTo(w)
		return err
	})
	if b.err != nil {
		return fmt.Errorf("xlsx: %w", b.err)
	}
	return nil
}

// EnglishXLSX is the same workbook with its own words, names and units of
// indicators in English.
func (r Report) EnglishXLSX(w io.Writer) error { return r.inEnglish().XLSX(w) }

// then does what follows where nothing has failed.
func (b *book) then(do func() error) {
	if b.err == nil {
		b.err = do()
	}
}

func (b *book) style(s *excelize.Style) (id int) {
	b.then(func() (err error) {
		id, err = b.NewStyle(s)
		return err
	})
	return id
}

// sheet writes a table as a sheet of that name, in the workbook's language, with a
// bold first row that stays in sight. It returns the sheet's name.
func (b *book) sheet(name string, t document.Table, widths ...float64) string {
	name = b.words.say(name)
	b.then(func() error {
		_, err := b.NewSheet(name)
		return err
	})
	var heads []document.Cell
	for _, text := range t.Header {
		heads = append(heads, document.Cell{Text: text})
	}
	b.row(name, 1, heads)
	b.then(func() error {
		last, err := excelize.CoordinatesToCellName(len(t.Header), 1)
		return errors.Join(err, b.SetCellStyle(name, "A1", last, b.heads),
			b.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	})
	for i, width := range widths {
		b.then(func() error {
			column, err := excelize.ColumnNumberToName(i + 1)
			return errors.Join(err, b.SetColWidth(name, column, column, width))
		})
	}
	for n, cells := range t.Rows {
		b.row(name, n+2, cells)
	}
	return name
}

// row writes cells from column A. Text that a spreadsheet would take for a
// formula is still text: it is stored as a string.
func (b *book) row(sheet string, row int, cells []document.Cell) {
	for i, cell := range cells {
		b.then(func() error {
			name, err := excelize.CoordinatesToCellName(i+1, row)
			if err != nil {
				return err
			}
			switch v := cell.Value.(type) {
			case nil:
				return b.SetCellStr(sheet, name, cell.Text)
			case *float64:
				if v == nil {
					return nil
				}
				return b.SetCellFloat(sheet, name, *v, -1, 64)
			}
			return b.SetCellValue(sheet, name, cell.Value)
		})
	}
}

// numbers shows the cells of a rectangle with so many decimals.
func (b *book) numbers(sheet, from, to string, decimals int) {
	style, ok := b.decimals[decimals]
	if !ok {
		format := "#,##0"
		if decimals > 0 {
			format += "." + strings.Repeat("0", decimals)
		}
		style = b.style(&excelize.Style{CustomNumFmt: &format})
		b.decimals[decimals] = style
	}
	b.then(func() error { return b.SetCellStyle(sheet, from, to, style) })
}

func (b *book) contents() {
	say := b.words.say
	t := b.words.table("", "Blad", "Innehåll")
	var sheets [][]document.Cell
	for _, goal := range b.ofKind(true) {
		sheets = append(sheets, row(goal.Code, goal.Name))
	}
	sheets = append(sheets, row(say("Alla värden"), say("Varje värde för länet, riket, länen och länets kommuner")))
	if len(b.Corrections) > 0 {
		sheets = append(sheets, row(say("Rättelser"), say("Egna rättelser av källornas uppgifter")))
	}
	sheets = append(sheets, row(say("Källor"), say("Definitioner, källor och datamängder")))
	if b.Synthetic {
		t.Rows = append(t.Rows, row("OBS", say(synthetic)))
	}
	first := len(t.Rows) + 2
	t.Rows = append(append(t.Rows, sheets...), nil, row("", say(standing)), row("", fmt.Sprintf("%s. %s %s, %s.", b.CountyName, say("Bygge"), b.BuildID, day(b.Built))))
	name := b.sheet("Innehåll", t, 18, 90)
	for n, cells := range sheets {
		b.then(func() error {
			return b.SetCellHyperLink(name, fmt.Sprintf("A%d", first+n), fmt.Sprintf("'%s'!A1", cells[0].Text), "Location")
		})
	}
}

type areaColumn struct{ name, region, sex string }

// areaColumns are the series of an area's sheet, from column C.
func areaColumns(county string) []areaColumn {
	var all []areaColumn
	for _, sex := range []string{"total", "women", "men"} {
		for _, region := range []string{county, "00"} {
			all = append(all, areaColumn{string(rune('C' + len(all))), region, sex})
		}
	}
	return all
}

// block is where an indicator stands on its area's sheet, in rows; no rows: it has
// no figure.
type block struct {
	Indicator
	first, last int
}

// area has the county's and the country's series of each indicator of an area
// as one table without gaps, and the charts in a column beside it. A column holds
// one sex, or both, and never another where that does not exist.
func (b *book) area(code, title string) {
	t := b.words.table("", "Indikator", "År")
	columns := areaColumns(b.County)
	for _, column := range columns {
		whose := map[bool]string{true: b.words.say("Riket"), false: b.CountyName}[column.region == "00"]
		t.Header = append(t.Header, b.words.bySex(whose, column.sex))
	}
	t.Header = append(t.Header, b.words.say("Enhet"), b.words.say("Anmärkning"))
	var blocks []block
	for _, i := range b.Indicators {
		if !slices.Contains(i.Areas, code) {
			continue
		}
		years := i.years(b.County)
		blocks = append(blocks, block{i, len(t.Rows) + 2, len(t.Rows) + 1 + len(years)})
		for _, year := range years {
			cells := row(i.Label, year)
			for _, column := range columns {
				cells = append(cells, i.cell(i.at(column.region, column.sex, year)))
			}
			t.Rows = append(t.Rows, append(cells, row(i.Unit, b.remarks(i, year))...))
		}
		if len(years) == 0 {
			empty := i.cell(nil)
			t.Rows = append(t.Rows, row(i.Label, empty, empty, empty, empty, empty, empty, empty, i.Unit, b.words.say("uppgift saknas")))
		}
	}
	if len(t.Rows) == 0 {
		t.Rows = append(t.Rows, row(b.words.say("Ingen indikator är kopplad till området:")+" "+title))
	}
	b.sheet(code, t, 44, 8, 18, 14, 27, 16, 27, 16, 22, 24)
	charts := 0
	for _, block := range blocks {
		if block.last < block.first {
			continue
		}
		b.numbers(code, fmt.Sprintf("C%d", block.first), fmt.Sprintf("H%d", block.last), block.Decimals)
		for _, sex := range block.told(b.County) {
			if b.chart(code, block, sex, 2+16*charts) {
				charts++
			}
		}
	}
}

// title is a chart's: the finding, or in English the name with the trend.
func (b *book) title(i Indicator, sex string) string {
	if b.words == nil {
		return b.finding(i, sex)
	}
	trend, _ := i.trend(sex)
	return fmt.Sprintf("%s, %s: %s", i.called(sex), b.CountyName, i.englishTrend(trend))
}

// remarks are those of the county's figures of a year, with the sex where the
// sexes have not the same.
func (b *book) remarks(i Indicator, year int) string {
	var all []string
	for _, sex := range i.told(b.County) {
		all = append(all, strings.Join(b.words.remarks(i.value(b.County, sex, year)), ", "))
	}
	if len(all) == 1 || all[0] == all[1] {
		return all[0]
	}
	return fmt.Sprintf("%s: %s; %s: %s", b.words.say("kvinnor"), cmp.Or(all[0], "–"), b.words.say("män"), cmp.Or(all[1], "–"))
}

// chart is a line chart of Excel's own at a row, of the series of a sex that have
// a value, over the rows of the indicator. It tells whether there is one.
func (b *book) chart(sheet string, i block, sex string, at int) bool {
	title := b.title(i.Indicator, sex)
	c := &excelize.Chart{
		Type: excelize.Line, Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title}}},
		Legend: excelize.ChartLegend{Position: "bottom"}, ShowBlanksAs: "gap", Dimension: excelize.ChartDimension{Width: 560, Height: 300},
		Format: excelize.GraphicOptions{AltText: title},
	}
	for _, column := range areaColumns(b.County) {
		if _, ok := i.latest(column.region, sex); !ok || column.sex != sex || i.Additive && column.region == "00" {
			continue
		}
		rows := func(column string) string {
			return fmt.Sprintf("'%s'!$%s$%d:$%[2]s$%[4]d", sheet, column, i.first, i.last)
		}
		c.Series = append(c.Series, excelize.ChartSeries{
			Name: fmt.Sprintf("'%s'!$%s$1", sheet, column.name), Categories: rows("B"), Values: rows(column.name), Marker: excelize.ChartMarker{Symbol: "circle", Size: 4},
		})
	}
	if len(c.Series) == 0 {
		return false
	}
	b.then(func() error { return b.AddChart(sheet, fmt.Sprintf("L%d", at), c) })
	return true
}

func (b *book) values() {
	say := b.words.say
	t := b.words.table("", "Indikator", "Id", "Region", "Regionkod", "Nivå", "År", "Period", "Kön", "Värde", "Enhet", "Status", "Anmärkning")
	levels := map[string]string{"country": "riket", "county": "län", "municipality": "kommun"}
	var blocks []block
	for _, i := range b.Indicators {
		first := len(t.Rows) + 2
		for _, v := range slices.Concat(i.Values, i.Forecasts) {
			t.Rows = append(t.Rows, row(i.Label, i.ID, v.Name, v.Region, say(levels[v.Level]), v.Year, v.Period, say(sexName(v.Sex)), i.cell(v.Value), i.Unit, v.Status,
				strings.Join(b.words.remarks(v), ", ")))
		}
		blocks = append(blocks, block{i, first, len(t.Rows) + 1})
	}
	name := b.sheet("Alla värden", t, 44, 30, 22, 10, 12, 8, 12, 8, 16, 22, 8, 24)
	for _, block := range blocks {
		if block.last >= block.first {
			b.numbers(name, fmt.Sprintf("I%d", block.first), fmt.Sprintf("I%d", block.last), block.Decimals)
		}
	}
	if len(t.Rows) > 0 {
		b.then(func() error { return b.AutoFilter(name, fmt.Sprintf("A1:L%d", len(t.Rows)+1), nil) })
	}
}

func (b *book) sources() {
	t := b.words.table("", "Indikator", "Så räknas den", "Enhet", "Källa", "Officiell statistik", "Att tänka på")
	for _, i := range b.Indicators {
		t.Rows = append(t.Rows, row(i.Label, i.Formula, i.Unit, i.Source, b.official(i), strings.Join(i.Caveats, " ")))
	}
	t.Rows = append(t.Rows, nil)
	for _, d := range b.Datasets {
		t.Rows = append(t.Rows, row(d.Title, d.table(), "", b.words.say("tidsstämpel")+" "+d.Stamp, d.LastPeriod, d.Error))
	}
	b.sheet("Källor", t, 44, 60, 22, 40, 18, 90)
}
