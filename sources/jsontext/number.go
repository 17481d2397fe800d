package jsontext

import (
	"math"
	"strconv"
)

// Number reads a number as the nearest float64. -0 is read as 0.
func (s *Scanner) Number() float64 {
	c := s.Next()
	start := s.at
	if c == '-' {
		s.at++
	}
	first := s.at
	mantissa, digits := s.digits(0)
	if digits == 0 {
		s.Want("a number")
		return 0
	}
	if digits > 1 && s.body[first] == '0' {
		s.FailAt(start, "a number with a leading zero")
		return 0
	}
	decimals := 0
	if s.at < len(s.body) && s.body[s.at] == '.' {
		s.at++
		if mantissa, decimals = s.digits(mantissa); decimals == 0 {
			s.Want("a number")
			return 0
		}
	}
	// A mantissa up to 2^53 and a power of ten up to 10^22 are exact in float64,
	// so the one division rounds correctly. 19 digits fit in 64 bits.
	if digits+decimals > 19 || mantissa > 1<<53 || s.at < len(s.body) && s.body[s.at]|0x20 == 'e' {
		return s.slowNumber(start)
	}
	value := float64(mantissa)
	if decimals > 0 {
		value /= math.Pow10(decimals) // a table up to 31
	}
	if c == '-' {
		value = 0 - value // and not -value: minus nothing is nothing
	}
	return value
}

// digits reads decimal digits onto mantissa, which may wrap round: more than 19
// digits are read again by strconv.
func (s *Scanner) digits(mantissa uint64) (uint64, int) {
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

// slowNumber reads the number that begins at start, whose mantissa has been
// read.
func (s *Scanner) slowNumber(start int) float64 {
	if s.at < len(s.body) && s.body[s.at]|0x20 == 'e' {
		s.at++
		if s.at < len(s.body) && (s.body[s.at] == '+' || s.body[s.at] == '-') {
			s.at++
		}
		if _, digits := s.digits(0); digits == 0 {
			s.Want("a number")
			return 0
		}
	}
	literal := string(s.body[start:s.at])
	value, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		s.FailAt(start, "number out of range: %.40q", literal)
		return 0
	}
	return value + 0 // -0 as 0
}

// Whole reads a number without fraction, from least to most; 2023.0 is whole.
// what names it in a refusal.
func (s *Scanner) Whole(what string, least, most float64) int64 {
	start, body := s.Offset(), s.body
	n := s.Number()
	if s.err == nil && (n != math.Trunc(n) || n < least || n > most) {
		s.FailAt(start, "want %s, have %s", what, body[start:s.at])
		return 0
	}
	return int64(n)
}

// Index reads the name of a member that is a place below size, as "17", and its
// colon.
func (s *Scanner) Index(size int) int {
	start, body := s.Offset(), s.body
	if s.Next() == '"' {
		s.at++
	}
	place, digits := s.digits(0)
	written := digits == 1 || digits > 1 && digits < 19 && body[start+1] != '0'
	if !written || place >= uint64(size) || s.at != start+1+digits || s.at == len(body) || body[s.at] != '"' {
		s.FailAt(start, "%.20q is no place among %d", body[min(start, len(body)):], size)
		return 0
	}
	s.at++
	if s.Next() != ':' {
		s.Want("a colon")
		return 0
	}
	s.at++
	return int(place)
}
