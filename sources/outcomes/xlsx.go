package outcomes

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// unreadable is the sentence for a zip that is no sound workbook.
const unreadable = "Arbetsboken är skadad och kan inte läsas. Öppna den i kalkylprogrammet, spara igen som .xlsx och lämna in på nytt."

// openBook opens a guarded workbook. The library may panic on hostile input.
func openBook(f File) (book *excelize.File, err error) {
	defer recovered(f.Name, &err)
	book, err = excelize.OpenReader(bytes.NewReader(f.Body), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxAll, UnzipXMLSizeLimit: maxPart})
	if err != nil {
		return nil, &FileError{f.Name, unreadable}
	}
	return book, nil
}

func recovered(name string, err *error) {
	if recover() != nil {
		*err = &FileError{name, unreadable}
	}
}

// readWorkbook gives every sheet of a workbook, and its stamp.
func readWorkbook(f File) (grids []grid, stamp Stamp, err error) {
	defer recovered(f.Name, &err)
	book, err := openBook(f)
	if err != nil {
		return nil, Stamp{}, err
	}
	defer func() { _ = book.Close() }() // nothing was written
	r := &sheetReader{file: f.Name, book: book, styles: map[int]style{}}
	for _, name := range book.GetSheetList() {
		if fold(name) == fold(stampSheet) {
			stamp = readStamp(book, name)
			continue
		}
		if ignored(name) {
			continue
		}
		g, err := r.read(name)
		if err != nil {
			return nil, stamp, err
		}
		grids = append(grids, g)
	}
	return grids, stamp, nil
}

func ignored(name string) bool {
	for _, own := range []string{readmeSheet, listsSheet, reviewSheet} {
		if fold(name) == fold(own) {
			return true
		}
	}
	return false
}

func readStamp(book *excelize.File, sheet string) Stamp {
	text := func(at string) string {
		value, err := book.GetCellValue(sheet, at)
		if err != nil {
			return ""
		}
		return tidy(value)
	}
	version, _ := strconv.Atoi(text("B1")) // none is 0, which a template never has
	return Stamp{Version: version, Round: text("B2"), Unit: text("B3")}
}

// style is what a number format says of a number.
type style struct{ date, percent bool }

type sheetReader struct {
	file   string
	book   *excelize.File
	styles map[int]style
}

func (r *sheetReader) read(name string) (grid, error) {
	g := grid{file: r.file, name: name}
	if props, err := r.book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		g.date1904 = *props.Date1904
	}
	rows, err := r.book.Rows(name)
	if err != nil {
		return g, &FileError{r.file, unreadable}
	}
	used := 0
	for n := 1; rows.Next(); n++ {
		raw, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return g, &FileError{r.file, unreadable}
		}
		if len(raw) == 0 {
			continue
		}
		if used++; used > maxRows {
			return g, &FileError{r.file, fmt.Sprintf("Bladet %s har mer än %d rader. Lämna in den arbetsbok som mallen gav.", shown(name), maxRows)}
		}
		l, err := r.line(name, n, raw[:min(len(raw), maxCols)])
		if err != nil {
			return g, err
		}
		g.lines = append(g.lines, l)
	}
	return g, r.merges(&g)
}

func (r *sheetReader) line(sheet string, n int, raw []string) (line, error) {
	l := line{number: n}
	for column, text := range raw {
		c, err := r.cell(sheet, address(column, n), text)
		if err != nil {
			return l, err
		}
		l.cells = append(l.cells, c)
	}
	visible, err := r.book.GetRowVisible(sheet, n)
	l.hidden = err == nil && !visible && !l.blank()
	return l, nil
}

func (r *sheetReader) cell(sheet, at, text string) (cell, error) {
	formula, err := r.book.GetCellFormula(sheet, at)
	if err != nil {
		return cell{}, &FileError{r.file, unreadable}
	}
	c := cell{text: text, formula: formula}
	if text == "" {
		return c, nil
	}
	t, err := r.book.GetCellType(sheet, at)
	if err != nil {
		return cell{}, &FileError{r.file, unreadable}
	}
	c.kind = kindOf(t, text)
	if c.kind == number {
		s := r.style(sheet, at)
		c.date, c.percent = s.date || t == excelize.CellTypeDate, s.percent
	}
	return c, nil
}

func kindOf(t excelize.CellType, text string) kind {
	switch t {
	case excelize.CellTypeBool:
		return truth
	case excelize.CellTypeError:
		return failure
	case excelize.CellTypeNumber, excelize.CellTypeUnset:
		if _, err := strconv.ParseFloat(text, 64); err == nil {
			return number
		}
	case excelize.CellTypeFormula:
		if strings.HasPrefix(text, "#") {
			return failure
		}
	}
	return word
}

// style says whether a cell's format shows dates or per cent.
func (r *sheetReader) style(sheet, at string) style {
	id, err := r.book.GetCellStyle(sheet, at)
	if err != nil {
		return style{}
	}
	if known, ok := r.styles[id]; ok {
		return known
	}
	var s style
	if full, err := r.book.GetStyle(id); err == nil {
		s = styleOf(full)
	}
	r.styles[id] = s
	return s
}

func styleOf(full *excelize.Style) style {
	if full.CustomNumFmt != nil {
		code := strings.ToLower(*full.CustomNumFmt)
		code = strings.Map(func(r rune) rune { // what stands in quotes is no format
			if strings.ContainsRune("ymd%", r) {
				return r
			}
			return -1
		}, unquoted(code))
		return style{date: strings.ContainsAny(code, "yd"), percent: strings.Contains(code, "%")}
	}
	n := full.NumFmt
	return style{date: n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 50 && n <= 58, percent: n == 9 || n == 10}
}

// unquoted drops the literal parts of a number format.
func unquoted(code string) string {
	var b strings.Builder
	inside := false
	for _, r := range code {
		switch {
		case r == '"':
			inside = !inside
		case r == '[':
			inside = true
		case r == ']':
			inside = false
		case !inside:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// merges spreads the value of a merged cell down its first column, for that is
// how people merge: one effort's id beside its three rows.
func (r *sheetReader) merges(g *grid) error {
	merged, err := r.book.GetMergeCells(g.name)
	if err != nil {
		return &FileError{r.file, unreadable}
	}
	for _, m := range merged {
		column, top, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		_, bottom, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 != nil || err2 != nil || bottom-top > maxRows || len(g.merged) > maxRows/10 {
			continue
		}
		g.merged = append(g.merged, m.GetStartAxis()+":"+m.GetEndAxis())
		g.spread(column-1, top, bottom)
	}
	return nil
}

func (g *grid) spread(column, top, bottom int) {
	var value cell
	for i := range g.lines {
		l := &g.lines[i]
		switch {
		case l.number == top && column < len(l.cells):
			value = l.cells[column]
		case l.number > top && l.number <= bottom:
			for len(l.cells) <= column {
				l.cells = append(l.cells, cell{})
			}
			value.spread = true
			l.cells[column] = value
		}
	}
}
