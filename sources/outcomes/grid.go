package outcomes

import (
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// kind is what a spreadsheet says a cell holds.
type kind int

const (
	empty kind = iota
	word
	number
	truth
	failure // #N/A and its like
)

// style is what a number format says of a number: that the sheet shows it as a
// date, or a hundred times larger.
type style struct{ date, percent bool }

// cell is a cell as it stands, before its column gives it a meaning.
type cell struct {
	kind kind
	text string // as stored: 45352.5 for a number, 1 for true
	style
	formula string
}

// line is a row of a sheet. number is 1-based.
type line struct {
	number int
	hidden bool
	cells  []cell
}

// grid is a sheet of a workbook, or a CSV file: the one model of what is read.
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

// open gives the sheets of a file, the stamp and the parts of a workbook.
func open(f File) ([]grid, Stamp, []part, error) {
	parts, err := guard(f)
	switch {
	case err != nil:
		return nil, Stamp{}, nil, err
	case parts == nil:
		g, err := readCSV(f)
		return []grid{g}, Stamp{}, nil, err
	}
	grids, stamp, err := readWorkbook(f.Name, parts)
	return grids, stamp, parts, err
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
	return !slices.ContainsFunc(l.cells, func(c cell) bool { return c.kind != empty && tidy(c.text) != "" })
}

// put places a cell; column is 0-based.
func (l *line) put(column int, c cell) {
	if column >= len(l.cells) {
		l.cells = append(l.cells, make([]cell, column+1-len(l.cells))...)
	}
	l.cells[column] = c
}

// merge spreads the value of a merged cell down its first column, for that is
// how people merge: one effort's id beside its three rows.
func (g *grid) merge(area string) {
	from, to, _ := strings.Cut(area, ":")
	column, top, err1 := excelize.CellNameToCoordinates(from)
	_, bottom, err2 := excelize.CellNameToCoordinates(to)
	if err1 != nil || err2 != nil || column > maxCols || bottom-top > maxRows || len(g.merged) >= 1000 {
		return
	}
	g.merged = append(g.merged, area)
	var value cell
	for i := range g.lines {
		l := &g.lines[i]
		switch {
		case l.number == top && column <= len(l.cells):
			value = l.cells[column-1]
		case l.number > top && l.number <= bottom && value.kind != empty:
			l.put(column-1, value)
		}
	}
}
