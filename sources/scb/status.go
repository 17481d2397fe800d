package scb

import (
	"slices"
)

// symbols collects statuses; a cell's symbol nearly always is its neighbour's.
type symbols struct {
	cube *Cube
	seen map[string]uint16
	last uint16
}

// status reads the four forms: an object by cell, an array by cell, one string
// or an array of one for all cells. null and "" are no status.
func (p *parts) status(cells int) error {
	if !p.seek("status") || p.scan.null() || cells == 0 {
		return nil
	}
	all := &symbols{cube: p.cube, seen: map[string]uint16{"": 0}}
	p.cube.Symbols, p.cube.Status = []string{""}, make([]uint16, cells)
	var err error
	switch p.scan.peek() {
	case '{':
		err = p.statusByCell(all)
	case '[':
		err = p.statusArray(all)
	default:
		var one uint16
		one, err = all.read(p.scan)
		fill(p.cube.Status, one)
	}
	if len(p.cube.Symbols) == 1 {
		p.cube.Symbols, p.cube.Status = nil, nil
	}
	return err
}

func (p *parts) statusByCell(all *symbols) error {
	s, cells := p.scan, len(p.cube.Status)
	seen := make([]bool, cells)
	return s.list('{', '}', func() error {
		start := s.at
		cell, err := s.cellKey(cells)
		if err != nil {
			return err
		}
		if seen[cell] {
			return s.refuseAt(start, "status of cell %d twice", cell)
		}
		seen[cell] = true
		p.cube.Status[cell], err = all.read(s)
		return err
	})
}

func (p *parts) statusArray(all *symbols) error {
	s, cells, n := p.scan, p.cube.Status, 0
	start := s.at
	err := s.elements(func() error {
		symbol, err := all.read(s)
		if n < len(cells) {
			cells[n] = symbol
		}
		n++
		return err
	})
	switch {
	case err != nil:
		return err
	case n == 1:
		fill(cells, cells[0])
	case n != len(cells):
		return s.refuseAt(start, "%d statuses for %d cells", n, len(cells))
	}
	return nil
}

// read reads one symbol. Most are the same as the one before, which is compared
// as it stands in the body.
func (y *symbols) read(s *scanner) (uint16, error) {
	last := y.cube.Symbols[y.last]
	if end := s.at + len(last) + 2; y.last > 0 && end <= len(s.body) &&
		s.body[s.at] == '"' && s.body[end-1] == '"' && string(s.body[s.at+1:end-1]) == last &&
		!slices.Contains(s.body[s.at+1:end-1], '\\') {
		s.at = end
		return y.last, nil
	}
	start := s.at
	symbol, err := s.textOrNull()
	if err != nil {
		return 0, err
	}
	place, ok := y.seen[symbol]
	if !ok {
		if len(y.cube.Symbols) == maxSymbols {
			return 0, s.refuseAt(start, "more than %d different statuses", maxSymbols)
		}
		place = uint16(len(y.cube.Symbols))
		y.seen[symbol] = place
		y.cube.Symbols = append(y.cube.Symbols, symbol)
	}
	y.last = place
	return place, nil
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
