package scb

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// maxDepth bounds nesting; SCB's deepest member has seven levels.
const maxDepth = 64

// PositionError refuses a body and says where.
type PositionError struct {
	Offset int64 // byte in the body
	Text   string
}

// Error says what is wrong and at which byte.
func (e *PositionError) Error() string {
	return fmt.Sprintf("json-stat2: byte %d: %s", e.Offset, e.Text)
}

// scanner walks the bytes of a body once. The values are most of the body and
// are read by hand; everything else is left to encoding/json.
type scanner struct {
	body []byte
	at   int
}

func (s *scanner) refuse(format string, args ...any) error {
	return &PositionError{int64(s.at), fmt.Sprintf(format, args...)}
}

func (s *scanner) space() {
	for s.at < len(s.body) {
		switch s.body[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// peek is the next byte that is not space, 0 at the end.
func (s *scanner) peek() byte {
	s.space()
	if s.at < len(s.body) {
		return s.body[s.at]
	}
	return 0
}

func (s *scanner) expect(c byte) error {
	if got := s.peek(); got != c {
		if got == 0 {
			return s.refuse("the body ends, want %q", c)
		}
		return s.refuse("found %q, want %q", got, c)
	}
	s.at++
	return nil
}

// text reads a string with its escapes undone.
func (s *scanner) text() (string, error) {
	start := s.at
	if err := s.skipText(); err != nil {
		return "", err
	}
	var text string
	if err := json.Unmarshal(s.body[start:s.at], &text); err != nil {
		return "", &PositionError{int64(start), err.Error()}
	}
	return text, nil
}

func (s *scanner) skipText() error {
	if err := s.expect('"'); err != nil {
		return err
	}
	for s.at < len(s.body) {
		switch s.body[s.at] {
		case '\\':
			s.at += 2
		case '"':
			s.at++
			return nil
		default:
			s.at++
		}
	}
	return s.refuse("the body ends inside a string")
}

// members calls visit with each key of an object, standing at its value.
func (s *scanner) members(visit func(key string) error) error {
	if err := s.expect('{'); err != nil {
		return err
	}
	seen := map[string]bool{}
	for first := true; s.peek() != '}'; first = false {
		if !first {
			if err := s.expect(','); err != nil {
				return err
			}
		}
		s.space()
		key, err := s.text()
		if err != nil {
			return err
		}
		if seen[key] {
			return s.refuse("member %q twice", key)
		}
		seen[key] = true
		if err := s.expect(':'); err != nil {
			return err
		}
		s.space()
		if err := visit(key); err != nil {
			return err
		}
	}
	s.at++
	return nil
}

// raw passes over one value of any kind and returns its bytes.
func (s *scanner) raw() ([]byte, error) {
	s.space()
	start := s.at
	depth := 0
	for {
		switch c := s.peek(); c {
		case 0:
			return nil, s.refuse("the body ends inside a value")
		case '{', '[':
			depth++
			s.at++
			if depth > maxDepth {
				return nil, s.refuse("nested deeper than %d", maxDepth)
			}
		case '}', ']':
			depth--
			s.at++
		case '"':
			if err := s.skipText(); err != nil {
				return nil, err
			}
		default:
			s.at++
			for depth == 0 && s.at < len(s.body) && !delimiter(s.body[s.at]) {
				s.at++
			}
		}
		if depth <= 0 {
			return s.body[start:s.at], nil
		}
	}
}

func delimiter(c byte) bool {
	switch c {
	case ',', '}', ']', ' ', '\t', '\n', '\r':
		return true
	}
	return false
}

// number reads a JSON number, or null as NaN, which no JSON number can be.
func (s *scanner) number() (float64, error) {
	start := s.at
	if s.at+4 <= len(s.body) && string(s.body[s.at:s.at+4]) == "null" {
		s.at += 4
		return math.NaN(), nil
	}
	negative := s.at < len(s.body) && s.body[s.at] == '-'
	if negative {
		s.at++
	}
	first := s.at
	mantissa, digits := s.digits(0)
	if digits == 0 || digits > 1 && s.body[first] == '0' {
		s.at = start
		return 0, s.refuse("not a number or null")
	}
	decimals := 0
	if s.at < len(s.body) && s.body[s.at] == '.' {
		s.at++
		mantissa, decimals = s.digits(mantissa)
		if decimals == 0 {
			return 0, s.refuse("no digit after the decimal point")
		}
	}
	exact := digits+decimals <= 15 && decimals <= 22
	if s.at < len(s.body) && (s.body[s.at]|0x20) == 'e' || !exact {
		return s.slowNumber(start)
	}
	// Both operands are exact, so the one division rounds correctly.
	value := float64(mantissa) / powerOfTen(decimals)
	if negative {
		value = -value
	}
	return value, nil
}

// digits reads decimal digits onto mantissa, which may wrap round: more than
// 15 digits are read again by strconv.
func (s *scanner) digits(mantissa uint64) (uint64, int) {
	start := s.at
	for s.at < len(s.body) {
		c := s.body[s.at] - '0'
		if c > 9 {
			break
		}
		mantissa = mantissa*10 + uint64(c)
		s.at++
	}
	return mantissa, s.at - start
}

func (s *scanner) slowNumber(start int) (float64, error) {
	for s.at < len(s.body) && !delimiter(s.body[s.at]) {
		s.at++
	}
	literal := s.body[start:s.at]
	var checked json.Number
	if err := json.Unmarshal(literal, &checked); err != nil {
		s.at = start
		return 0, s.refuse("not a number: %q", literal[:min(len(literal), 40)])
	}
	value, err := strconv.ParseFloat(string(literal), 64)
	if err != nil {
		s.at = start
		return 0, s.refuse("number out of range: %q", literal[:min(len(literal), 40)])
	}
	return value, nil
}

func powerOfTen(n int) float64 {
	powers := [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}
	return powers[n]
}
