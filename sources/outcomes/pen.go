package outcomes

import (
	"cmp"
	"errors"

	"github.com/xuri/excelize/v2"
)

// pen writes into a workbook. It keeps the first error, so that many cells can
// be written before anybody asks.
type pen struct {
	*excelize.File
	err error
}

func (p *pen) do(errs ...error) { p.err = cmp.Or(p.err, errors.Join(errs...)) }

// text writes a text that can never become a formula; column is 0-based.
func (p *pen) text(sheet string, column, row int, text string) {
	p.do(p.SetCellStr(sheet, address(column, row), harmless(text)))
}

// look gives cells of a row a style, from a column to another.
func (p *pen) look(sheet string, from, to, row, style int) {
	p.do(p.SetCellStyle(sheet, address(from, row), address(to, row), style))
}

// style makes a style.
func (p *pen) style(s excelize.Style) int {
	id, err := p.NewStyle(&s)
	p.do(err)
	return id
}

// letter is the name of a column, and width sets how wide it is.
func (p *pen) letter(column int) string {
	name, err := excelize.ColumnNumberToName(column + 1)
	p.do(err)
	return name
}

func (p *pen) width(sheet string, column int, width float64) {
	p.do(p.SetColWidth(sheet, p.letter(column), p.letter(column), width))
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(text string) string {
	if text != "" && (text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@' || text[0] == '\t' || text[0] == '\r') {
		return "'" + text
	}
	return text
}

// clip keeps a text within what Excel lets a prompt hold.
func clip(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}
