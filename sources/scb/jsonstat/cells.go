package jsonstat

import (
	"bytes"
	"math"
)

const (
	// maxCells bounds what one body may claim to hold.
	maxCells = 100_000_000
	// sparseCells and sparsePerByte bound what a sparse body may claim: its
	// cells take no room in it, so a few bytes could ask for all memory.
	sparseCells, sparsePerByte = 1 << 20, 64
	// maxSymbols is how many different statuses fit in Status.
	maxSymbols = 1 << 16
)

// data reads values and status. An empty array beside cells is no data part,
// as SCB's metadata answers have it; so is the lack of a value member.
func (p *parts) data() {
	if !p.seek("value") {
		return
	}
	cells, err := p.cube.Cells()
	if (err != nil || cells != 0) && bytes.HasPrefix(p.Rest(), []byte("[")) && !p.Open('[') {
		return
	}
	p.seek("value")
	switch {
	case err != nil || cells > maxCells:
		p.FailAt(p.at["value"], "more than %d cells", maxCells)
	case p.Next() == '{':
		p.sparse(int(cells))
	default:
		p.dense(int(cells))
	}
	p.status(int(cells))
}

// dense reads one number or null per cell.
func (p *parts) dense(cells int) {
	start := p.Offset()
	// A cell takes two bytes at least, itself and what divides it from the next.
	if p.Next() == '[' && cells > (len(p.Rest())+1)/2 {
		p.FailAt(start, "%d cells do not fit in what is left of the body", cells)
		return
	}
	values := make([]float64, cells)
	i := 0
	for ok := p.Open('['); ok; ok = p.More('[') {
		if i == cells {
			p.FailAt(start, "more than %d values for %d cells", cells, cells)
			return
		}
		if p.Null() {
			p.cube.Missing++
			values[i] = math.NaN()
		} else {
			values[i] = p.Number()
		}
		i++
	}
	if i != cells {
		p.FailAt(start, "%d values for %d cells", i, cells)
	}
	p.cube.Values = values
}

// sparse reads an object of values by cell; what is not there is missing.
func (p *parts) sparse(cells int) {
	if cells > max(sparseCells, sparsePerByte*p.end) {
		p.FailAt(p.at["value"], "%d cells in a body of %d bytes", cells, p.end)
		return
	}
	p.cube.Values = make([]float64, cells)
	fill(p.cube.Values, math.NaN())
	p.cube.Missing = cells
	p.byCell(cells, func(cell int) {
		if !p.Null() {
			p.cube.Missing--
			p.cube.Values[cell] = p.Number()
		}
	})
}

// byCell reads an object whose names are cells, each at most once.
func (p *parts) byCell(cells int, read func(cell int)) {
	seen := make([]bool, cells)
	for ok := p.Open('{'); ok; ok = p.More('{') {
		at := p.Offset()
		cell := p.Index(cells)
		if p.Err() != nil {
			return
		}
		if seen[cell] {
			p.FailAt(at, "cell %d twice", cell)
			return
		}
		seen[cell] = true
		read(cell)
	}
}

// symbols collects statuses; a cell's symbol nearly always is its neighbour's.
type symbols struct {
	*parts
	seen map[string]uint16
	last uint16
	raw  []byte // the last symbol as it stands in the body, in quotes
}

// status reads the four forms: an object by cell, an array by cell, one string
// or an array of one for all cells. null and "" are no status.
func (p *parts) status(cells int) {
	if !p.seek("status") || p.Null() || cells == 0 {
		return
	}
	all := &symbols{parts: p, seen: map[string]uint16{"": 0}}
	p.cube.Symbols, p.cube.Status = []string{""}, make([]uint16, cells)
	switch p.Next() {
	case '{':
		p.byCell(cells, func(cell int) { p.cube.Status[cell] = all.read() })
	case '[':
		all.array()
	default:
		fill(p.cube.Status, all.read())
	}
	if len(p.cube.Symbols) == 1 {
		p.cube.Symbols, p.cube.Status = nil, nil
	}
}

func (y *symbols) array() {
	at, cells, n := y.Offset(), y.cube.Status, 0
	y.Elements(func() {
		if symbol := y.read(); n < len(cells) {
			cells[n] = symbol
		}
		n++
	})
	switch n {
	case 1:
		fill(cells, cells[0])
	case len(cells):
	default:
		y.FailAt(at, "%d statuses for %d cells", n, len(cells))
	}
}

// read reads one symbol. Most are the same as the one before, which is compared
// as it stands in the body.
func (y *symbols) read() uint16 {
	y.Next()
	if len(y.raw) > 2 && bytes.HasPrefix(y.Rest(), y.raw) {
		y.Advance(len(y.raw))
		return y.last
	}
	at, rest := y.Offset(), y.Rest()
	symbol := y.TextOrNull()
	if y.Err() != nil {
		return 0
	}
	place, ok := y.seen[symbol]
	if !ok {
		if len(y.cube.Symbols) == maxSymbols {
			y.FailAt(at, "more than %d different statuses", maxSymbols)
			return 0
		}
		place = uint16(len(y.cube.Symbols))
		y.seen[symbol] = place
		y.cube.Symbols = append(y.cube.Symbols, symbol)
	}
	y.last, y.raw = place, rest[:len(rest)-len(y.Rest())]
	return place
}

// fill sets all of s to v, by doubling copies.
func fill[T any](s []T, v T) {
	if len(s) == 0 {
		return
	}
	s[0] = v
	for n := 1; n < len(s); n *= 2 {
		copy(s[n:], s[:n])
	}
}
