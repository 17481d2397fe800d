package kolada

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// PositionError says where in a body something else stood than what was
// expected. A body cut short has its position at the end.
type PositionError struct {
	// Offset is in bytes from the start of the body, 0 for the first.
	Offset int64
	Text   string
}

func (e *PositionError) Error() string { return fmt.Sprintf("byte %d: %s", e.Offset, e.Text) }

// maxDepth bounds the nesting of values that are skipped.
const maxDepth = 64

// scanner reads JSON (RFC 8259) from left to right without building a tree:
// Kolada's pages hold thousands of small objects, and reflection over them
// would take longer than everything else that is done to a value. The first
// fault sticks: from then on every method returns the zero value and the loops
// of open and more end.
type scanner struct {
	body []byte
	at   int
	err  error
}

// fail notes the first fault and leaves nothing to read.
func (s *scanner) fail(at int, text string) {
	if s.err == nil {
		s.err = &PositionError{Offset: int64(at), Text: text}
	}
	s.body, s.at = nil, 0
}

// want fails at the next byte, saying what stands there instead.
func (s *scanner) want(what string) {
	if s.next(); s.at >= len(s.body) {
		s.fail(s.at, "the body ends where "+what+" should be")
		return
	}
	end := min(s.at+20, len(s.body))
	s.fail(s.at, fmt.Sprintf("want %s, have %q", what, s.body[s.at:end]))
}

// next skips blanks and returns the next byte, not consumed; 0 at the end and
// after a fault.
func (s *scanner) next() byte {
	if s.at < len(s.body) && s.body[s.at] > ' ' {
		return s.body[s.at]
	}
	return s.pastBlanks()
}

func (s *scanner) pastBlanks() byte {
	for s.at < len(s.body) {
		c := s.body[s.at]
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
		s.at++
	}
	return 0
}

// open enters an object or array and tells whether it has a first member.
func (s *scanner) open(start, end byte, what string) bool {
	if s.next() != start {
		s.want(what)
		return false
	}
	s.at++
	if s.next() == end {
		s.at++
		return false
	}
	return true
}

// more goes past the comma before the next member, or past the end.
func (s *scanner) more(end byte) bool {
	switch c := s.next(); c {
	case ',':
		s.at++
		return true
	case end:
		s.at++
	default:
		s.want("a comma or '" + string(end) + "'")
	}
	return false
}

// key reads a member's name and the colon after it.
func (s *scanner) key() []byte {
	name := s.text()
	if s.next() != ':' {
		s.want("a colon")
		return nil
	}
	s.at++
	return name
}

// text reads a string. The bytes are only good until the body changes.
func (s *scanner) text() []byte {
	if s.next() != '"' {
		s.want("a string")
		return nil
	}
	start := s.at + 1
	for i, c := range s.body[start:] {
		switch {
		case c == '"':
			s.at = start + i + 1
			return s.body[start : start+i]
		case c == '\\':
			return s.escaped(start, start+i)
		case c < ' ':
			s.fail(start+i, "a control character in a string")
			return nil
		}
	}
	s.fail(len(s.body), "the body ends inside a string")
	return nil
}

// escaped reads the rest of a string whose first backslash is at i.
func (s *scanner) escaped(start, i int) []byte {
	for i < len(s.body) && s.body[i] != '"' {
		if s.body[i] == '\\' {
			i++
		}
		i++
	}
	if i >= len(s.body) {
		s.fail(len(s.body), "the body ends inside a string")
		return nil
	}
	var text string
	if err := json.Unmarshal(s.body[start-1:i+1], &text); err != nil {
		s.fail(start-1, "a string that cannot be read: "+err.Error())
		return nil
	}
	s.at = i + 1
	return []byte(text)
}

// utf8Text is text as a string of its own, refused unless it is UTF-8.
func (s *scanner) utf8Text() string {
	s.next()
	at := s.at
	b := s.text()
	if !utf8.Valid(b) {
		s.fail(at, "a string that is not UTF-8")
		return ""
	}
	return string(b)
}

// word consumes a literal (null, true, false) if it is next.
func (s *scanner) word(literal string) bool {
	s.next()
	end := s.at + len(literal)
	if end > len(s.body) || string(s.body[s.at:end]) != literal {
		return false
	}
	s.at = end
	return true
}

// null consumes a null if it is next. It looks at one byte first, since most
// values are not null.
func (s *scanner) null() bool { return s.next() == 'n' && s.word("null") }

// flag reads true, false, 1, 0 or null; null is false.
func (s *scanner) flag() bool {
	switch s.next() {
	case 'f':
		if s.word("false") {
			return false
		}
	case 't':
		if s.word("true") {
			return true
		}
	case 'n':
		if s.word("null") {
			return false
		}
	case '0', '1':
		return s.whole("0 or 1", 0, 1) == 1
	}
	s.want("true or false")
	return false
}

// whole reads a number without fraction, from least to most; 2023.0 is whole.
func (s *scanner) whole(what string, least, most float64) int64 {
	s.next()
	at := s.at
	if n, ok := s.digit(); ok && n >= least && n <= most {
		return int64(n)
	}
	n := s.number()
	if s.err == nil && (n != math.Trunc(n) || n < least || n > most) {
		s.fail(at, "want "+what+", have "+string(s.body[at:s.at]))
		return 0
	}
	return int64(n)
}

// digit reads a number of one digit, as most counts are. For anything else
// nothing is consumed.
func (s *scanner) digit() (float64, bool) {
	if s.at+1 >= len(s.body) {
		return 0, false
	}
	c, after := s.body[s.at]-'0', s.body[s.at+1]
	if c > 9 || after != ',' && after != '}' {
		return 0, false
	}
	s.at++
	return float64(c), true
}

// number reads a number, correctly rounded to the nearest float64.
func (s *scanner) number() float64 {
	c := s.next()
	if n, ok := s.decimal(); ok {
		return n
	}
	start := s.at
	if c == '-' {
		s.at++
	}
	first := s.at
	if !s.digits() {
		return 0
	}
	if s.body[first] == '0' && s.at > first+1 {
		s.fail(start, "a number with a leading zero")
		return 0
	}
	if s.at < len(s.body) && s.body[s.at] == '.' {
		s.at++
		if !s.digits() {
			return 0
		}
	}
	if s.at < len(s.body) && s.body[s.at]|0x20 == 'e' {
		return s.exponent(start)
	}
	return s.parse(start)
}

// decimal reads the plain numbers, which nearly all are: digits with at most
// one point, at most 15 digits, no exponent. One division of two whole numbers
// that float64 holds exactly then gives the correctly rounded result. For
// anything else nothing is consumed.
func (s *scanner) decimal() (float64, bool) {
	rest := s.body[s.at:]
	i, negative := 0, false
	if len(rest) > 0 && rest[0] == '-' {
		i, negative = 1, true
	}
	first, point := i, -1
	var digits, scale uint64 = 0, 1
	for ; i < len(rest) && i < 17; i++ {
		c := rest[i]
		if c == '.' && point < 0 {
			point = i
			continue
		}
		if c-'0' > 9 {
			break
		}
		digits = digits*10 + uint64(c-'0')
		if point >= 0 {
			scale *= 10
		}
	}
	whole := i - first
	if point >= 0 {
		whole = point - first
	}
	switch {
	case i == 17 || whole == 0 || point == i-1:
		return 0, false
	case whole > 1 && rest[first] == '0' || i < len(rest) && (rest[i]|0x20 == 'e' || rest[i] == '.'):
		return 0, false
	case digits > 1<<53 || scale > 1<<53:
		return 0, false
	}
	s.at += i
	n := float64(digits) / float64(scale)
	if negative {
		n = -n
	}
	return n, true
}

// exponent reads the rest of a number from its e.
func (s *scanner) exponent(start int) float64 {
	s.at++
	if s.at < len(s.body) && (s.body[s.at] == '+' || s.body[s.at] == '-') {
		s.at++
	}
	if !s.digits() {
		return 0
	}
	return s.parse(start)
}

// parse converts the number from start by the general way.
func (s *scanner) parse(start int) float64 {
	n, err := strconv.ParseFloat(string(s.body[start:s.at]), 64)
	if err != nil {
		s.fail(start, "a number out of range")
		return 0
	}
	return n
}

// digits goes past one or more digits.
func (s *scanner) digits() bool {
	start := s.at
	for s.at < len(s.body) && s.body[s.at]-'0' <= 9 {
		s.at++
	}
	if s.at == start {
		s.want("a number")
		return false
	}
	return true
}

// skip goes past any value.
func (s *scanner) skip(depth int) {
	if depth > maxDepth {
		s.fail(s.at, "too deeply nested")
		return
	}
	switch c := s.next(); c {
	case '{':
		for ok := s.open('{', '}', "an object"); ok; ok = s.more('}') {
			s.key()
			s.skip(depth + 1)
		}
	case '[':
		for ok := s.open('[', ']', "an array"); ok; ok = s.more(']') {
			s.skip(depth + 1)
		}
	case '"':
		s.text()
	case 't', 'f', 'n':
		if !s.word("true") && !s.word("false") && !s.word("null") {
			s.want("a value")
		}
	default:
		s.number()
	}
}

// end fails unless nothing but blanks is left.
func (s *scanner) end() {
	if s.next(); s.at < len(s.body) {
		s.want("the end of the body")
	}
}
