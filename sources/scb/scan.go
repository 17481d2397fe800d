package scb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
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

// scanner walks the bytes of a JSON text. It is stricter than encoding/json: a
// member given twice, or a byte that is not UTF-8, is refused, since one of two
// readings would have to be chosen in silence.
type scanner struct {
	body []byte
	at   int
}

// newScanner passes over a byte order mark and refuses what is not UTF-8.
func newScanner(body []byte) (*scanner, error) {
	s := &scanner{body: body}
	if bytes.HasPrefix(body, []byte("\xef\xbb\xbf")) {
		s.at = 3
	}
	if utf8.Valid(body) {
		return s, nil
	}
	for {
		r, size := utf8.DecodeRune(body[s.at:])
		if r == utf8.RuneError && size <= 1 {
			return nil, s.refuse("not UTF-8")
		}
		s.at += size
	}
}

func (s *scanner) refuse(format string, args ...any) error {
	return s.refuseAt(s.at, format, args...)
}

func (s *scanner) refuseAt(at int, format string, args ...any) error {
	return &PositionError{int64(at), fmt.Sprintf(format, args...)}
}

// wants refuses what stands here.
func (s *scanner) wants(what string) error {
	if s.at >= len(s.body) {
		return s.refuse("the body ends, want %s", what)
	}
	return s.refuse("found %q, want %s", s.body[s.at], what)
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
	if s.peek() != c {
		return s.wants(fmt.Sprintf("%q", c))
	}
	s.at++
	return nil
}

// null passes over a null and says whether one stood here.
func (s *scanner) null() bool {
	s.space()
	if !bytes.HasPrefix(s.body[s.at:], []byte("null")) {
		return false
	}
	s.at += len("null")
	return true
}

// text reads a string with its escapes undone.
func (s *scanner) text() (string, error) {
	s.space()
	start := s.at
	escaped, err := s.skipText()
	if err != nil {
		return "", err
	}
	if !escaped {
		return string(s.body[start+1 : s.at-1]), nil
	}
	var text string
	if err := json.Unmarshal(s.body[start:s.at], &text); err != nil {
		return "", s.refuseAt(start, "%v", err)
	}
	return text, nil
}

// textOrNull reads null as "".
func (s *scanner) textOrNull() (string, error) {
	if s.null() {
		return "", nil
	}
	return s.text()
}

func (s *scanner) skipText() (escaped bool, err error) {
	if err := s.expect('"'); err != nil {
		return false, err
	}
	for s.at < len(s.body) {
		switch c := s.body[s.at]; {
		case c == '"':
			s.at++
			return escaped, nil
		case c < ' ':
			return false, s.refuse("a control character in a string")
		case c == '\\':
			escaped = true
			if err := s.skipEscape(); err != nil {
				return false, err
			}
		default:
			s.at++
		}
	}
	return false, s.refuse("the body ends inside a string")
}

func (s *scanner) skipEscape() error {
	s.at++
	if s.at >= len(s.body) {
		return s.wants("an escape")
	}
	if s.body[s.at] == 'u' {
		for range 4 {
			s.at++
			if s.at >= len(s.body) || strings.IndexByte("0123456789abcdefABCDEF", s.body[s.at]) < 0 {
				return s.wants("a hexadecimal digit")
			}
		}
	} else if strings.IndexByte(`"\/bfnrt`, s.body[s.at]) < 0 {
		return s.wants("an escape")
	}
	s.at++
	return nil
}

// members calls visit with each key of an object, standing at its value.
func (s *scanner) members(visit func(key string) error) error {
	seen := map[string]bool{}
	return s.list('{', '}', func() error {
		start := s.at
		key, err := s.text()
		if err != nil {
			return err
		}
		if seen[key] {
			return s.refuseAt(start, "member %q twice", key)
		}
		seen[key] = true
		if err := s.expect(':'); err != nil {
			return err
		}
		s.space()
		return visit(key)
	})
}

// elements calls visit at each element of an array.
func (s *scanner) elements(visit func() error) error {
	return s.list('[', ']', visit)
}

func (s *scanner) list(open, closing byte, visit func() error) error {
	if err := s.expect(open); err != nil {
		return err
	}
	for first := true; s.peek() != closing; first = false {
		if !first {
			if err := s.expect(','); err != nil {
				return err
			}
			s.space()
		}
		if err := visit(); err != nil {
			return err
		}
	}
	s.at++
	return nil
}

// texts reads an array of strings.
func (s *scanner) texts() ([]string, error) {
	all := []string{}
	err := s.elements(func() error {
		text, err := s.text()
		all = append(all, text)
		return err
	})
	return all, err
}

// skip passes over one value of any kind, depth levels down.
func (s *scanner) skip(depth int) error {
	if depth > maxDepth {
		return s.refuse("nested deeper than %d", maxDepth)
	}
	switch c := s.peek(); c {
	case '{':
		return s.skipObject(depth)
	case '[':
		return s.elements(func() error { return s.skip(depth + 1) })
	case '"':
		_, err := s.skipText()
		return err
	case 't', 'f':
		return s.skipBool()
	case 'n':
		if s.null() {
			return nil
		}
		return s.wants("null")
	}
	_, err := s.number()
	return err
}

// skipObject minds no member given twice: it is for what nobody reads.
func (s *scanner) skipObject(depth int) error {
	return s.list('{', '}', func() error {
		if _, err := s.skipText(); err != nil {
			return err
		}
		if err := s.expect(':'); err != nil {
			return err
		}
		return s.skip(depth + 1)
	})
}

func (s *scanner) skipBool() error {
	for _, word := range [...]string{"true", "false"} {
		if bytes.HasPrefix(s.body[s.at:], []byte(word)) {
			s.at += len(word)
			return nil
		}
	}
	return s.wants("true or false")
}

// raw passes over one value and returns its bytes.
func (s *scanner) raw() ([]byte, error) {
	s.space()
	start := s.at
	err := s.skip(0)
	return s.body[start:s.at], err
}

// unmarshal reads a small value of known shape.
func (s *scanner) unmarshal(into any) error {
	s.space()
	start := s.at
	if err := s.distinct(0); err != nil {
		return err
	}
	if err := json.Unmarshal(s.body[start:s.at], into); err != nil {
		return s.refuseAt(start, "%v", err)
	}
	return nil
}

// distinct passes over one value and minds members given twice, of which
// encoding/json would take the last.
func (s *scanner) distinct(depth int) error {
	if depth > maxDepth {
		return s.refuse("nested deeper than %d", maxDepth)
	}
	switch s.peek() {
	case '{':
		return s.members(func(string) error { return s.distinct(depth + 1) })
	case '[':
		return s.elements(func() error { return s.distinct(depth + 1) })
	}
	return s.skip(depth)
}
