package report

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// book is a workbook on its way.
type book struct {
	*excelize.File
	report   Report
	heads    int // styles
	integers map[int]int
	say      func(string) string // the words of the workbook in its language
	err      error
}

// XLSX writes the workbook: contents, one sheet for each national area with
// tidy tables and native charts, all values, and sources. Numbers are numbers,
// not rounded, shown with the indicator's decimals.
func (r Report) XLSX(w io.Writer) error {
	return r.workbook(w, func(swedish string) string { return swedish }, "sv-SE")
}

// EnglishXLSX is the same workbook with its own words, names and units of
// indicators in English.
func (r Report) EnglishXLSX(w io.Writer) error {
	r.Indicators = slices.Clone(r.Indicators)
	for n := range r.Indicators {
		i := &r.Indicators[n]
		i.Label, i.Unit, i.Source = i.english(), i.englishUnit(), i.englishSource()
	}
	words := workbookWords()
	return r.workbook(w, func(swedish string) string { return words[swedish] }, "en-GB")
}

func (r Report) workbook(w io.Writer, say func(string) string, language string) (err error) {
	b := &book{File: excelize.NewFile(), report: r, integers: map[int]int{}, say: say}
	defer func() { err = errors.Join(err, b.Close()) }()
	b.heads, b.err = b.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Border: []excelize.Border{{Type: "bottom", Color: "595959", Style: 1}}})
	b.contents()
	for _, goal := range r.Framework.Goals {
		if goal.Kind == "national" {
			b.area(goal.Code, goal.Name)
		}
	}
	b.values()
	b.corrections()
	b.sources()
	if b.err != nil {
		return fmt.Errorf("xlsx: %w", b.err)
	}
	b.err = b.DeleteSheet("Sheet1")
	if b.err == nil {
		b.SetActiveSheet(0)
		b.err = b.SetDocProps(&excelize.DocProperties{Title: fmt.Sprintf("%s %d, %s", b.say("Återrapportering"), r.Year, r.CountyName), Language: language})
	}
	if b.err == nil {
		_, b.err = b.WriteTo(w)
	}
	return b.err
}

// sheet makes a sheet with a bold first row that stays in sight.
func (b *book) sheet(name string, head []string, widths ...float64) {
	if b.err != nil {
		return
	}
	if _, b.err = b.NewSheet(name); b.err != nil {
		return
	}
	cells := make([]any, len(head))
	for i, text := range head {
		cells[i] = text
		if said := b.say(text); said != "" {
			cells[i] = said
		}
	}
	b.row(name, 1, cells)
	last, err := excelize.CoordinatesToCellName(len(head), 1)
	b.err = errors.Join(b.err, err, b.SetCellStyle(name, "A1", last, b.heads),
		b.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	for i, width := range widths {
		column, err := excelize.ColumnNumberToName(i + 1)
		b.err = errors.Join(b.err, err, b.SetColWidth(name, column, column, width))
	}
}

// row writes cells from column A. Text that a spreadsheet would take for a
// formula is still text: it is stored as a string.
func (b *book) row(sheet string, row int, cells []any) {
	for i, cell := range cells {
		if b.err != nil {
			return
		}
		name, err := excelize.CoordinatesToCellName(i+1, row)
		if err != nil {
			b.err = err
			return
		}
		switch v := cell.(type) {
		case nil:
		case *float64:
			if v != nil {
				b.err = b.SetCellFloat(sheet, name, *v, -1, 64)
			}
		case string:
			b.err = b.SetCellStr(sheet, name, v)
		default:
			b.err = b.SetCellValue(sheet, name, v)
		}
	}
}

// decimals is the style of numbers with so many decimals.
func (b *book) decimals(n int) int {
	if style, ok := b.integers[n]; ok {
		return style
	}
	format := "#,##0"
	if n > 0 {
		format += "." + strings.Repeat("0", n)
	}
	style, err := b.NewStyle(&excelize.Style{CustomNumFmt: &format})
	b.err = errors.Join(b.err, err)
	b.integers[n] = style
	return style
}

func (b *book) contents() {
	name := b.say("Innehåll")
	b.sheet(name, []string{"Blad", "Innehåll"}, 18, 90)
	rows := [][]any{}
	if b.report.Synthetic {
		rows = append(rows, []any{"OBS", b.say("SYNTETISKA DEMODATA: siffrorna är påhittade och är ingen statistik.")})
	}
	for _, goal := range b.report.Framework.Goals {
		if goal.Kind == "national" {
			rows = append(rows, []any{goal.Code, goal.Name})
		}
	}
	rows = append(rows, []any{b.say("Alla värden"), b.say("Varje värde för länet, riket, länen och länets kommuner")})
	if len(b.report.Corrections) > 0 {
		rows = append(rows, []any{b.say("Rättelser"), b.say("Egna rättelser av källornas uppgifter")})
	}
	rows = append(rows, []any{b.say("Källor"), b.say("Definitioner, källor och datamängder")},
		[]any{}, []any{"", b.say(standing)}, []any{"", fmt.Sprintf("%s. %s %s, %s.", b.report.CountyName, b.say("Bygge"), b.report.BuildID, b.report.Built.Format("2006-01-02"))})
	for i, row := range rows {
		b.row(name, i+2, row)
		if len(row) > 0 && slices.Contains(b.GetSheetList(), fmt.Sprint(row[0])) {
			continue
		}
	}
	for i, row := range rows {
		if len(row) == 2 && row[0] != "" && row[0] != "OBS" && b.err == nil {
			b.err = b.SetCellHyperLink(name, fmt.Sprintf("A%d", i+2), fmt.Sprintf("'%s'!A1", row[0]), "Location")
		}
	}
}

// areaColumns are the series of an area's sheet, from column C.
func areaColumns(county string) []areaColumn {
	return []areaColumn{
		{"C", county, "total"},
		{"D", "00", "total"},
		{"E", county, "women"},
		{"F", "00", "women"},
		{"G", county, "men"},
		{"H", "00", "men"},
	}
}

type areaColumn struct{ name, region, sex string }

// area has the county's and the country's series of each indicator of an area
// as one table without gaps, and the charts in a column beside it. A column holds
// one sex, or both, and never another where that does not exist.
func (b *book) area(code, title string) {
	head := []string{"Indikator", "År"}
	for _, column := range areaColumns(b.report.County) {
		whose := b.report.CountyName
		if column.region == "00" {
			whose = b.say("Riket")
		}
		head = append(head, b.bySex(whose, column.sex))
	}
	b.sheet(code, append(head, "Enhet", "Anmärkning"), 44, 8, 18, 14, 27, 16, 27, 16, 22, 24)
	row, charts := 2, 0
	for _, i := range b.report.Indicators {
		if !slices.Contains(i.Areas, code) {
			continue
		}
		first := row
		for _, year := range i.years(b.report.County) {
			cells := []any{i.Label, year}
			for _, column := range areaColumns(b.report.County) {
				cells = append(cells, i.at(column.region, column.sex, year))
			}
			b.row(code, row, append(cells, i.Unit, b.remarks(i, year)))
			row++
		}
		if row == first {
			b.row(code, row, []any{i.Label, nil, nil, nil, nil, nil, nil, nil, i.Unit, b.say("uppgift saknas")})
			row++
			continue
		}
		if b.err == nil {
			b.err = b.SetCellStyle(code, fmt.Sprintf("C%d", first), fmt.Sprintf("H%d", row-1), b.decimals(i.Decimals))
		}
		for _, sex := range i.told(b.report.County) {
			if b.chart(code, i, sex, first, row-1, 2+16*charts) {
				charts++
			}
		}
	}
	if row == 2 {
		b.row(code, 2, []any{b.say("Ingen indikator är kopplad till området:") + " " + title})
	}
}

// bySex is whose a series is, in the workbook's language.
func (b *book) bySex(whose, sex string) string {
	if sex == "total" {
		return whose
	}
	return whose + ", " + b.say(sexName(sex))
}

// title is a chart's: the finding, or in English the name with the trend.
func (b *book) title(i Indicator, sex string) string {
	if b.say("Källor") == "Källor" {
		return b.report.finding(i, sex)
	}
	trend, _ := i.trend(sex)
	return fmt.Sprintf("%s, %s: %s", b.bySex(i.Label, sex), b.report.CountyName, i.englishTrend(trend))
}

// inWords are a figure's remarks, word for word in the workbook's language.
func (b *book) inWords(v Value) string {
	all := remarks(v)
	for n, words := range all {
		all[n] = b.say(words)
	}
	return strings.Join(all, ", ")
}

// remarks are those of the county's figures of a year, with the sex where the
// sexes have not the same.
func (b *book) remarks(i Indicator, year int) string {
	var all []string
	for _, sex := range i.told(b.report.County) {
		all = append(all, b.inWords(i.value(b.report.County, sex, year)))
	}
	if len(all) == 1 || all[0] == all[1] {
		return all[0]
	}
	return fmt.Sprintf("%s: %s; %s: %s", b.say("kvinnor"), cmp.Or(all[0], "–"), b.say("män"), cmp.Or(all[1], "–"))
}

// chart is a line chart of Excel's own at a row, of the series of a sex that have
// a value, over the rows first to last of the sheet. It tells whether there is one.
func (b *book) chart(sheet string, i Indicator, sex string, first, last, at int) bool {
	if b.err != nil {
		return false
	}
	c := &excelize.Chart{
		Type: excelize.Line, Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: b.title(i, sex)}}},
		Legend: excelize.ChartLegend{Position: "bottom"}, ShowBlanksAs: "gap", Dimension: excelize.ChartDimension{Width: 560, Height: 300},
		Format: excelize.GraphicOptions{AltText: b.title(i, sex)},
	}
	for _, column := range areaColumns(b.report.County) {
		if _, ok := i.latest(column.region, sex); !ok || column.sex != sex || i.Additive && column.region == "00" {
			continue
		}
		rows := func(column string) string { return fmt.Sprintf("'%s'!$%s$%d:$%[2]s$%[4]d", sheet, column, first, last) }
		c.Series = append(c.Series, excelize.ChartSeries{
			Name: fmt.Sprintf("'%s'!$%s$1", sheet, column.name), Categories: rows("B"), Values: rows(column.name), Marker: excelize.ChartMarker{Symbol: "circle", Size: 4},
		})
	}
	if len(c.Series) == 0 {
		return false
	}
	b.err = b.AddChart(sheet, fmt.Sprintf("L%d", at), c)
	return true
}

func (b *book) values() {
	name := b.say("Alla värden")
	b.sheet(name, []string{"Indikator", "Id", "Region", "Regionkod", "Nivå", "År", "Period", "Kön", "Värde", "Enhet", "Status", "Anmärkning"}, 44, 30, 22, 10, 12, 8, 12, 8, 16, 22, 8, 24)
	row := 2
	levels := map[string]string{"country": "riket", "county": "län", "municipality": "kommun"}
	for _, i := range b.report.Indicators {
		first := row
		for _, v := range slices.Concat(i.Values, i.Forecasts) {
			b.row(name, row, []any{i.Label, i.ID, v.Name, v.Region, b.say(levels[v.Level]), v.Year, v.Period, b.say(sexName(v.Sex)), v.Value, i.Unit, v.Status, b.inWords(v)})
			row++
		}
		if row > first && b.err == nil {
			b.err = b.SetCellStyle(name, fmt.Sprintf("I%d", first), fmt.Sprintf("I%d", row-1), b.decimals(i.Decimals))
		}
	}
	if b.err == nil && row > 2 {
		b.err = b.AutoFilter(name, fmt.Sprintf("A1:L%d", row-1), nil)
	}
}

// corrections are our own, where there are any.
func (b *book) corrections() {
	if len(b.report.Corrections) == 0 {
		return
	}
	name := b.say("Rättelser")
	b.sheet(name, correctionHead(), 60, 16, 16, 36, 60, 24, 24, 14)
	for n, c := range b.report.Corrections {
		b.row(name, n+2, []any{c.Corrects, c.Found, c.Value, b.say(correctionStates()[c.State]), c.Reason, c.Who, c.Reference, c.ValidUntil.Format("2006-01-02")})
	}
}

func (b *book) sources() {
	name := b.say("Källor")
	b.sheet(name, []string{"Indikator", "Så räknas den", "Enhet", "Källa", "Officiell statistik", "Att tänka på"}, 44, 60, 22, 40, 18, 90)
	row := 2
	for _, i := range b.report.Indicators {
		flag := b.say("okänt")
		if i.Official != nil {
			flag = map[bool]string{true: b.say("ja"), false: b.say("nej")}[*i.Official]
		}
		b.row(name, row, []any{i.Label, i.Formula, i.Unit, i.Source, flag, strings.Join(i.Caveats, " ")})
		row++
	}
	row++
	for _, d := range b.report.Datasets {
		b.row(name, row, []any{d.Title, d.table(), "", b.say("tidsstämpel") + " " + d.Stamp, d.LastPeriod, d.Error})
		row++
	}
}
