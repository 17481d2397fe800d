package scb

import (
	"bytes"
	"strconv"
)

// number reads a JSON number as the nearest float64.
func (s *scanner) number() (float64, error) {
	start := s.at
	negative := s.at < len(s.body) && s.body[s.at] == '-'
	if negative {
		s.at++
	}
	first := s.at
	mantissa, digits := s.digits(0)
	if digits == 0 {
		s.at = start
		return 0, s.wants("a number")
	}
	if digits > 1 && s.body[first] == '0' {
		return 0, s.refuseAt(start, "a number with a leading zero")
	}
	decimals := 0
	if s.at < len(s.body) && s.body[s.at] == '.' {
		s.at++
		if mantissa, decimals = s.digits(mantissa); decimals == 0 {
			return 0, s.wants("a digit after the decimal point")
		}
	}
	// A mantissa of 15 digits and the power of ten are both exact float64, so
	// the one division rounds correctly.
	if digits+decimals > 15 || s.at < len(s.body) && s.body[s.at]|0x20 == 'e' {
		return s.slowNumber(start)
	}
	value := float64(mantissa)
	if decimals > 0 {
		value /= powerOfTen(decimals)
	}
	if negative {
		value = 0 - value // and not -value: minus nothing is nothing
	}
	return value, nil
}

// digits reads decimal digits onto mantissa, which may wrap round: more than
// 15 digits are read again by strconv.
func (s *scanner) digits(mantissa uint64) (uint64, int) {
	at := s.at
	for at < len(s.body) {
		c := s.body[at] - '0'
		if c > 9 {
			break
		}
		mantissa = mantissa*10 + uint64(c)
		at++
	}
	read := at - s.at
	s.at = at
	return mantissa, read
}

// slowNumber reads the number that begins at start; s stands after its
// decimals.
func (s *scanner) slowNumber(start int) (float64, error) {
	if s.at < len(s.body) && s.body[s.at]|0x20 == 'e' {
		s.at++
		if s.at < len(s.body) && bytes.IndexByte([]byte("+-"), s.body[s.at]) >= 0 {
			s.at++
		}
		if _, digits := s.digits(0); digits == 0 {
			return 0, s.wants("an exponent")
		}
	}
	literal := s.body[start:s.at]
	value, err := strconv.ParseFloat(string(literal), 64)
	if err != nil {
		return 0, s.refuseAt(start, "number out of range: %.40q", literal)
	}
	return value + 0, nil // -0 as 0
}

func powerOfTen(n int) float64 {
	powers := [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}
	return powers[n]
}

// cellKey reads the key of a sparse object, a cell's index below cells.
func (s *scanner) cellKey(cells int) (int, error) {
	start := s.at
	if err := s.expect('"'); err != nil {
		return 0, err
	}
	first := s.at
	cell, digits := s.digits(0)
	canonical := digits == 1 || digits > 1 && digits < 19 && s.body[first] != '0'
	if !canonical || s.at >= len(s.body) || s.body[s.at] != '"' {
		return 0, s.refuseAt(start, "not the index of a cell")
	}
	s.at++
	if cell >= uint64(cells) {
		return 0, s.refuseAt(start, "cell %d, but there are %d cells", cell, cells)
	}
	if err := s.expect(':'); err != nil {
		return 0, err
	}
	s.space()
	return int(cell), nil
}
