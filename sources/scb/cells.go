package scb

import "math"

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
func (p *parts) data() error {
	s := p.scan
	if !p.seek("value") {
		return nil
	}
	start := s.at
	cells, err := p.cube.Cells()
	if (err != nil || cells != 0) && s.emptyArray() {
		return nil
	}
	s.at = start
	if err != nil || cells > maxCells {
		return s.refuse("more than %d cells", maxCells)
	}
	if s.peek() == '{' {
		err = p.sparse(int(cells))
	} else {
		err = p.dense(int(cells))
	}
	if err != nil {
		return err
	}
	return p.status(int(cells))
}

// emptyArray says whether nothing but space stands between brackets here.
func (s *scanner) emptyArray() bool {
	if s.peek() != '[' {
		return false
	}
	s.at++
	return s.peek() == ']'
}

// dense reads one number or null per cell.
func (p *parts) dense(cells int) error {
	s, start := p.scan, p.scan.at
	if err := s.expect('['); err != nil {
		return err
	}
	// A cell takes two bytes at least, itself and what divides it from the next.
	if cells > (len(s.body)-s.at+1)/2 {
		return s.refuseAt(start, "%d cells do not fit in what is left of the body", cells)
	}
	values := make([]float64, cells)
	for i := range values {
		if i > 0 {
			if s.at < len(s.body) && s.body[s.at] == ',' {
				s.at++
			} else if err := s.comma(start, i, cells); err != nil {
				return err
			}
		}
		s.space()
		value, err := p.value()
		if err != nil {
			return err
		}
		values[i] = value
	}
	if s.peek() == ',' {
		return s.refuseAt(start, "more than %d values for %d cells", cells, cells)
	}
	p.cube.Values = values
	return s.expect(']')
}

// value reads a number, or null as NaN.
func (p *parts) value() (float64, error) {
	s := p.scan
	if s.at < len(s.body) && s.body[s.at] == 'n' && s.null() {
		p.cube.Missing++
		return math.NaN(), nil
	}
	return s.number()
}

// comma passes over space and a comma between two values.
func (s *scanner) comma(start, got, want int) error {
	if s.peek() == ']' {
		return s.refuseAt(start, "%d values for %d cells", got, want)
	}
	return s.expect(',')
}

// sparse reads an object of values by cell; what is not there is missing.
func (p *parts) sparse(cells int) error {
	s := p.scan
	if cells > max(sparseCells, sparsePerByte*len(s.body)) {
		return s.refuse("%d cells in a body of %d bytes", cells, len(s.body))
	}
	p.cube.Values = make([]float64, cells)
	for i := range p.cube.Values {
		p.cube.Values[i] = math.NaN()
	}
	p.cube.Missing = cells
	seen := make([]bool, cells)
	return s.list('{', '}', func() error {
		start := s.at
		cell, err := s.cellKey(cells)
		if err != nil {
			return err
		}
		if seen[cell] {
			return s.refuseAt(start, "cell %d twice", cell)
		}
		seen[cell] = true
		if s.null() {
			return nil
		}
		p.cube.Missing--
		p.cube.Values[cell], err = s.number()
		return err
	})
}
