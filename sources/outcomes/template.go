package outcomes

import (
	"errors"
	"fmt"
	"io"
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
	return write(w, b, func(s Sheet) []map[string]string {
		var values []map[string]string
		for _, row := range rows {
			if row.Sheet == s.Name {
				values = append(values, row.Values)
			}
		}
		return values
	})
}

func write(w io.Writer, b Book, rows func(Sheet) []map[string]string) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	t := &template{file: f, book: b}
	for _, step := range []func() error{t.looks, t.names, t.readme, t.lists, t.stamp} {
		if err := step(); err != nil {
			return fmt.Errorf("outcomes: template: %w", err)
		}
	}
	for _, s := range Sheets() {
		if err := t.sheet(s, rows(s)); err != nil {
			return fmt.Errorf("outcomes: template: %s: %w", s.Name, err)
		}
	}
	f.SetActiveSheet(0)
	_, err = f.WriteTo(w)
	return err
}

// template is a workbook on its way.
type template struct {
	file   *excelize.File
	book   Book
	styles map[string]int
	ranges map[string]string // where each code list stands
}

func (t *template) looks() error {
	t.styles = map[string]int{}
	for name, style := range styles() {
		id, err := t.file.NewStyle(style)
		if err != nil {
			return err
		}
		t.styles[name] = id
	}
	return nil
}

func styles() map[string]*excelize.Style {
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	iso := "yyyy-mm-dd"
	wrapped := &excelize.Alignment{WrapText: true, Vertical: "top"}
	open := &excelize.Protection{Locked: false}
	const text = 49 // the format «@», so that nothing typed turns into a date
	return map[string]*excelize.Style{
		"title":    {Font: &excelize.Font{Bold: true, Size: 16, Color: "1F3864"}},
		"heading":  {Font: &excelize.Font{Bold: true, Size: 12, Color: "1F3864"}},
		"table":    {Font: &excelize.Font{Bold: true}, Fill: fill("D9E2F3")},
		"":         {Alignment: wrapped},
		"required": {Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: fill("1F3864")},
		"optional": {Font: &excelize.Font{Bold: true, Color: "1F3864"}, Fill: fill("D9E2F3")},
		"example":  {Font: &excelize.Font{Italic: true, Color: "808080"}, Fill: fill("F2F2F2"), NumFmt: text},
		"locked":   {Fill: fill("E7E6E6"), NumFmt: text},
		"text":     {Protection: open, NumFmt: text},
		"number":   {Protection: open},
		"date":     {Protection: open, CustomNumFmt: &iso},
	}
}

func (t *template) names() error {
	if err := t.file.SetSheetName("Sheet1", readmeSheet); err != nil {
		return err
	}
	for _, s := range Sheets() {
		if _, err := t.file.NewSheet(s.Name); err != nil {
			return err
		}
	}
	for _, name := range []string{listsSheet, stampSheet} {
		if _, err := t.file.NewSheet(name); err != nil {
			return err
		}
	}
	return t.file.SetDocProps(&excelize.DocProperties{Title: "Rapport om insatser " + t.book.Round.Name, Creator: "effekt", Language: "sv-SE"})
}

// put writes a text that can never become a formula.
func (t *template) put(sheet, at, text string) error {
	return t.file.SetCellStr(sheet, at, harmless(text))
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(text string) string {
	if text != "" && (text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@' || text[0] == '\t' || text[0] == '\r') {
		return "'" + text
	}
	return text
}

func (t *template) readme() error {
	for i, n := range readme(t.book) {
		for column, text := range n.cells {
			at := address(column, i+1)
			if err := errors.Join(t.put(readmeSheet, at, text), t.file.SetCellStyle(readmeSheet, at, at, t.styles[n.look])); err != nil {
				return err
			}
		}
		if len(n.cells) == 1 && n.look == "" {
			if err := t.file.MergeCell(readmeSheet, address(0, i+1), address(3, i+1)); err != nil {
				return err
			}
			if err := t.file.SetRowHeight(readmeSheet, i+1, 15*float64(1+len(n.cells[0])/150)); err != nil {
				return err
			}
		}
	}
	widths := []float64{34, 70, 34, 40}
	for i, width := range widths {
		if err := t.width(readmeSheet, i, width); err != nil {
			return err
		}
	}
	return t.protect(readmeSheet)
}

func (t *template) width(sheet string, column int, width float64) error {
	name, err := excelize.ColumnNumberToName(column + 1)
	if err != nil {
		return err
	}
	return t.file.SetColWidth(sheet, name, name, width)
}

// lists writes every code list in a column of its own, for the drop-downs to
// point at: written into the cell they could hold 255 characters only.
func (t *template) lists() error {
	t.ranges = map[string]string{}
	column := 0
	for _, s := range Sheets() {
		for _, c := range s.Columns {
			list := t.book.Lists[c.List]
			if c.List == "" || t.ranges[c.List] != "" || len(list) == 0 {
				continue
			}
			if err := t.list(column, c.List, list); err != nil {
				return err
			}
			column++
		}
	}
	return errors.Join(t.freeze(listsSheet, 0, 1), t.protect(listsSheet))
}

func (t *template) list(column int, name string, list []Choice) error {
	head := address(column, 1)
	if err := errors.Join(t.put(listsSheet, head, name), t.file.SetCellStyle(listsSheet, head, head, t.styles["required"]), t.width(listsSheet, column, 34)); err != nil {
		return err
	}
	for i, c := range list {
		if err := t.put(listsSheet, address(column, i+2), c.Display()); err != nil {
			return err
		}
	}
	letter, err := excelize.ColumnNumberToName(column + 1)
	t.ranges[name] = fmt.Sprintf("%s!$%s$2:$%s$%d", listsSheet, letter, letter, len(list)+1)
	return err
}

// stamp says, out of sight, which round and unit the workbook is for.
func (t *template) stamp() error {
	for i, pair := range [][2]string{{"mallversion", strconv.Itoa(Version)}, {"omgång", t.book.Round.Name}, {"enhet", t.book.Unit}} {
		if err := errors.Join(t.put(stampSheet, address(0, i+1), pair[0]), t.put(stampSheet, address(1, i+1), pair[1])); err != nil {
			return err
		}
	}
	return errors.Join(t.protect(stampSheet), t.file.SetSheetVisible(stampSheet, false, true))
}

// protect locks what is locked, without a password: it guards against slips.
func (t *template) protect(sheet string) error {
	return t.file.ProtectSheet(sheet, &excelize.SheetProtectionOptions{
		AutoFilter: true, FormatCells: true, FormatColumns: true, FormatRows: true, InsertRows: true, DeleteRows: true, Sort: true,
		SelectLockedCells: true, SelectUnlockedCells: true,
	})
}

func (t *template) freeze(sheet string, columns, rows int) error {
	return t.file.SetPanes(sheet, &excelize.Panes{
		Freeze: true, XSplit: columns, YSplit: rows, TopLeftCell: address(columns, rows+1), ActivePane: pane(columns),
	})
}

func pane(columns int) string {
	if columns > 0 {
		return "bottomRight"
	}
	return "bottomLeft"
}

func (t *template) sheet(s Sheet, rows []map[string]string) error {
	for i, c := range s.Columns {
		if err := t.column(s, i, c); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	for i, values := range rows {
		if err := t.row(s, firstRow+i, values); err != nil {
			return err
		}
	}
	last := address(len(s.Columns)-1, lastRow)
	return errors.Join(t.freeze(s.Name, 1, 1), t.file.AutoFilter(s.Name, "A1:"+last, nil), t.protect(s.Name))
}

func (t *template) column(s Sheet, i int, c Column) error {
	name, err := excelize.ColumnNumberToName(i + 1)
	if err != nil {
		return err
	}
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
	return errors.Join(
		t.file.SetColStyle(s.Name, name, t.styles[look]), t.width(s.Name, i, max(c.Width, float64(len(c.Name)+5))),
		t.put(s.Name, address(i, 1), c.Name), t.file.SetCellStyle(s.Name, address(i, 1), address(i, 1), t.styles[head]),
		t.put(s.Name, address(i, exampleRow), example), t.file.SetCellStyle(s.Name, address(i, exampleRow), address(i, exampleRow), t.styles["example"]),
		t.validate(s, name, c),
	)
}

// display is a canonical value as it stands in a cell.
func (t *template) display(c Column, value string) string {
	if c.Kind == Code {
		for _, choice := range t.book.Lists[c.List] {
			if choice.Code == value {
				return choice.Display()
			}
		}
	}
	return value
}

// row writes a prefilled row: what identifies it is locked.
func (t *template) row(s Sheet, n int, values map[string]string) error {
	for i, c := range s.Columns {
		value := values[c.Name]
		if value == "" {
			continue
		}
		at := address(i, n)
		if err := t.set(s.Name, at, c, value); err != nil {
			return err
		}
		if c.Follow {
			if err := t.file.SetCellStyle(s.Name, at, at, t.styles["locked"]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *template) set(sheet, at string, c Column, value string) error {
	switch c.Kind {
	case Date:
		day, err := time.Parse(time.DateOnly, value)
		if err != nil {
			return err
		}
		return errors.Join(t.file.SetCellValue(sheet, at, day), t.file.SetCellStyle(sheet, at, at, t.styles["date"]))
	case Integer, Decimal:
		f, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return err
		}
		return t.file.SetCellValue(sheet, at, f)
	case Text, Code, Codes:
	}
	return t.put(sheet, at, t.display(c, value))
}
