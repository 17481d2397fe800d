package outcomes

import "github.com/xuri/excelize/v2"

// kind is what a spreadsheet says a cell holds.
type kind int

const (
	empty kind = iota
	word
	number
	truth
	failure // #N/A and its like
)

// cell is a cell as it stands, before its column gives it a meaning.
type cell struct {
	kind    kind
	text    string // as stored: 45352.5 for a number, 1 for true
	date    bool   // a number that the sheet shows as a date
	percent bool   // a number that the sheet shows a hundred times larger
	formula string
}

// line is a row of a sheet. number is 1-based.
type line struct {
	number int
	hidden bool
	cells  []cell
}

// grid is a sheet of a workbook, or a CSV file.
type grid struct {
	file, name string
	date1904   bool
	lines      []line
	merged     []string // ranges
}

// address is the name of a cell, "C7"; column is 0-based.
func address(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		return ""
	}
	return name
}

// said is how much text the cells hold together, in bytes.
func said(grids []grid) (n int) {
	for _, g := range grids {
		for _, l := range g.lines {
			for _, c := range l.cells {
				n += len(c.text)
			}
		}
	}
	return n
}

func (l *line) blank() bool {
	for _, c := range l.cells {
		if c.kind != empty && tidy(c.text) != "" {
			return false
		}
	}
	return true
}
