package outcomes

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"
)

const (
	exampleRow = 2
	firstRow   = 3   // of what is filled in
	lastRow    = 600 // that has drop-downs
)

// Template writes the workbook of b's round and unit, with what known says of
// the unit's running efforts filled in for follow-up.
func Template(w io.Writer, b Book, known *Known) error {
	return write(w, b, func(s Sheet) []map[string]string { return prefill(s, b, known) })
}

// Filled writes the workbook of b's round and unit as the unit hands it in, with
// rows under the example of each sheet. Values are in canonical form.
func Filled(w io.Writer, b Book, rows []Row) error {
	return write(w, b, func(s Sheet) (values []map[string]string) {
		for _, row := range rows {
			if row.Sheet == s.Name {
				values = append(values, row.Values)
			}
		}
		return values
	})
}

func write(w io.Writer, b Book, rows func(Sheet) []map[string]string) (err error) {
	t := &template{pen: pen{File: excelize.NewFile()}, book: b, ranges: map[string]string{}}
	defer func() { err = errors.Join(err, t.Close()) }()
	t.looks()
	t.names()
	t.readme()
	t.lists()
	t.stamp()
	for _, s := range Sheets() {
		t.sheet(s, rows(s))
	}
	t.SetActiveSheet(0)
	if t.err != nil {
		return fmt.Errorf("outcomes: template: %w", t.err)
	}
	_, err = t.WriteTo(w)
	return err
}

// template is a workbook on its way.
type template struct {
	pen
	book   Book
	styles map[string]int
	ranges map[string]string // where each code list stands
}

// looks makes the styles.
func (t *template) looks() {
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	iso := "yyyy-mm-dd"
	open := &excelize.Protection{Locked: false}
	const text = 49 // the format «@», so that nothing typed turns into a date
	t.styles = map[string]int{
		"title":    t.style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 16, Color: "1F3864"}}),
		"heading":  t.style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 12, Color: "1F3864"}}),
		"table":    t.style(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: fill("D9E2F3")}),
		"":         t.style(excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}),
		"required": t.style(excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: fill("1F3864")}),
		"optional": t.style(excelize.Style{Font: &excelize.Font{Bold: true, Color: "1F3864"}, Fill: fill("D9E2F3")}),
		"example":  t.style(excelize.Style{Font: &excelize.Font{Italic: true, Color: "808080"}, Fill: fill("F2F2F2"), NumFmt: text}),
		"locked":   t.style(excelize.Style{Fill: fill("E7E6E6"), NumFmt: text}),
		"text":     t.style(excelize.Style{Protection: open, NumFmt: text}),
		"number":   t.style(excelize.Style{Protection: open}),
		"date":     t.style(excelize.Style{Protection: open, CustomNumFmt: &iso}),
	}
}

func (t *template) names() {
	t.do(t.SetSheetName("Sheet1", readmeSheet))
	for _, name := range []string{Efforts, Results, Links, Answers, listsSheet, stampSheet} {
		_, err := t.NewSheet(name)
		t.do(err)
	}
	t.do(t.SetDocProps(&excelize.DocProperties{Title: "Rapport om insatser " + t.book.Round.Name, Creator: "effekt", Language: "sv-SE"}))
}

func (t *template) readme() {
	for i, n := range readme(t.book) {
		row := i + 1
		for column, text := range n.cells {
			t.text(readmeSheet, column, row, text)
			t.look(readmeSheet, column, column, row, t.styles[n.look])
		}
		if len(n.cells) == 1 && n.look == "" {
			t.do(t.MergeCell(readmeSheet, address(0, row), address(3, row)), t.SetRowHeight(readmeSheet, row, 15*float64(1+len(n.cells[0])/150)))
		}
	}
	for i, width := range []float64{34, 70, 34, 40} {
		t.width(readmeSheet, i, width)
	}
	t.protect(readmeSheet)
}

// lists writes every code list in a column of its own, for the drop-downs to
// point at: written into the cell they could hold 255 characters only.
func (t *template) lists() {
	for _, s := range Sheets() {
		for _, c := range s.Columns {
			list := t.book.Lists[c.List]
			if c.List == "" || t.ranges[c.List] != "" || len(list) == 0 {
				continue
			}
			column := len(t.ranges)
			t.text(listsSheet, column, 1, c.List)
			t.look(listsSheet, column, column, 1, t.styles["required"])
			t.width(listsSheet, column, 34)
			for i, choice := range list {
				t.text(listsSheet, column, i+2, choice.Display())
			}
			t.ranges[c.List] = fmt.Sprintf("%s!$%s$2:$%[2]s$%d", listsSheet, t.letter(column), len(list)+1)
		}
	}
	t.freeze(listsSheet, 0)
	t.protect(listsSheet)
}

// stamp says, out of sight, which round and unit the workbook is for.
func (t *template) stamp() {
	for i, pair := range [][2]string{{"mallversion", strconv.Itoa(Version)}, {"omgång", t.book.Round.Name}, {"enhet", t.book.Unit}} {
		t.text(stampSheet, 0, i+1, pair[0])
		t.text(stampSheet, 1, i+1, pair[1])
	}
	t.protect(stampSheet)
	t.do(t.SetSheetVisible(stampSheet, false, true))
}

// protect locks what is locked, without a password: it guards against slips.
func (t *template) protect(sheet string) {
	t.do(t.ProtectSheet(sheet, &excelize.SheetProtectionOptions{
		AutoFilter: true, FormatCells: true, FormatColumns: true, FormatRows: true, InsertRows: true, DeleteRows: true, Sort: true,
		SelectLockedCells: true, SelectUnlockedCells: true,
	}))
}

// freeze keeps the header and some columns in view.
func (t *template) freeze(sheet string, columns int) {
	pane := "bottomLeft"
	if columns > 0 {
		pane = "bottomRight"
	}
	t.do(t.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: columns, YSplit: 1, TopLeftCell: address(columns, 2), ActivePane: pane}))
}

func (t *template) sheet(s Sheet, rows []map[string]string) {
	for i, c := range s.Columns {
		t.column(s, i, c)
	}
	for i, values := range rows {
		for column, c := range s.Columns {
			t.value(s.Name, address(column, firstRow+i), c, values[c.Name])
		}
	}
	t.freeze(s.Name, 1)
	t.do(t.AutoFilter(s.Name, "A1:"+address(len(s.Columns)-1, lastRow), nil))
	t.protect(s.Name)
}

func (t *template) column(s Sheet, i int, c Column) {
	look, head := "text", "optional"
	switch c.Kind {
	case Date:
		look = "date"
	case Integer, Decimal:
		look = "number"
	case Text, Code, Codes:
	}
	if c.Required {
		head = "required"
	}
	example := t.display(c, c.Example)
	if i == 0 {
		example = "EXEMPEL " + c.Example
	}
	t.do(t.SetColStyle(s.Name, t.letter(i), t.styles[look]))
	t.width(s.Name, i, max(c.Width, float64(len(c.Name)+5)))
	t.text(s.Name, i, 1, c.Name)
	t.look(s.Name, i, i, 1, t.styles[head])
	t.text(s.Name, i, exampleRow, example)
	t.look(s.Name, i, i, exampleRow, t.styles["example"])
	t.validate(s, t.letter(i), c)
}

// display is a canonical value as it stands in a cell.
func (t *template) display(c Column, value string) string {
	list := t.book.Lists[c.List]
	if i := slices.IndexFunc(list, func(choice Choice) bool { return choice.Code == value }); c.Kind == Code && i >= 0 {
		return list[i].Display()
	}
	return value
}

// value writes a cell of a prefilled row: what identifies the row is locked.
func (t *template) value(sheet, at string, c Column, value string) {
	if value == "" {
		return
	}
	switch c.Kind {
	case Date:
		day, err := time.Parse(time.DateOnly, value)
		t.do(err, t.SetCellValue(sheet, at, day), t.SetCellStyle(sheet, at, at, t.styles["date"]))
	case Integer, Decimal:
		f, err := strconv.ParseFloat(value, 64)
		t.do(err, t.SetCellValue(sheet, at, f))
	case Text, Code, Codes:
		t.do(t.SetCellStr(sheet, at, harmless(t.display(c, value))))
	}
	if c.Follow {
		t.do(t.SetCellStyle(sheet, at, at, t.styles["locked"]))
	}
}

// validate lets a column's cells say their rule, and refuse what is not in a
// list. Numbers and dates are only warned about: the reader understands more
// ways of writing them than a spreadsheet does.
func (t *template) validate(s Sheet, column string, c Column) {
	dv := excelize.NewDataValidation(true)
	dv.SetSqref(fmt.Sprintf("%s%d:%s%d", column, firstRow, column, lastRow))
	dv.SetInput(clip(c.Name, 32), clip(c.Rule, 255))
	between := func(low, high float64, kind excelize.DataValidationType) {
		t.do(dv.SetRange(low, high, kind, excelize.DataValidationOperatorBetween))
	}
	low, high := c.Range[0], c.Range[1]
	if low == high {
		low, high = 0, 1e12
	}
	switch {
	case c.Kind == Code && t.ranges[c.List] != "":
		dv.SetSqrefDropList(t.ranges[c.List])
		dv.SetError(excelize.DataValidationErrorStyleStop, "Välj ur listan", "Värdet finns inte i listan. Välj ett av dem som visas.")
	case c.Kind == Date:
		between(32874, 73415, excelize.DataValidationTypeDate) // 1990-01-01 to 2100-12-31
		dv.SetError(excelize.DataValidationErrorStyleWarning, "Datum", "Skriv ett datum som 2026-03-01.")
	case c.Kind == Integer, c.Kind == Decimal:
		kind := excelize.DataValidationTypeDecimal
		if c.Kind == Integer {
			kind = excelize.DataValidationTypeWhole
		}
		dv.SetError(excelize.DataValidationErrorStyleWarning, "Tal", clip("Skriv bara ett tal. "+c.Rule, 255))
		between(low, high, kind)
	case c.Name == "insats_id" && s.Name != Efforts:
		dv.SetSqrefDropList(fmt.Sprintf("%s!$A$%d:$A$%d", Efforts, firstRow, lastRow))
		dv.SetError(excelize.DataValidationErrorStyleInformation, "insats_id", "Insatsen står inte på bladet insatser. Det går bra om den är rapporterad tidigare.")
	}
	t.do(t.AddDataValidation(s.Name, dv))
}
