package jsontext

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Bytes reads a string. Without escapes the bytes are those of the body.
func (s *Scanner) Bytes() []byte {
	if s.Next() != '"' {
		s.Want("a string")
		return nil
	}
	start := s.at + 1
	for i, c := range s.body[start:] {
		switch {
		case c == '"':
			s.at = start + i + 1
			return s.body[start : start+i]
		case c == '\\':
			return s.unescape(start, start+i)
		case c < ' ':
			s.FailAt(start+i, "a control character in a string")
			return nil
		}
	}
	s.FailAt(len(s.body), "the body ends inside a string")
	return nil
}

// unescape reads the rest of a string whose first backslash is at i.
func (s *Scanner) unescape(start, i int) []byte {
	text := bytes.Clone(s.body[start:i])
	for s.at = i; s.at < len(s.body); {
		switch c := s.body[s.at]; {
		case c == '"':
			s.at++
			return text
		case c == '\\':
			text = s.escape(text)
		case c < ' ':
			s.FailAt(s.at, "a control character in a string")
		default:
			text = append(text, c)
			s.at++
		}
	}
	s.FailAt(len(s.body), "the body ends inside a string")
	return nil
}

// escape appends what the backslash here stands for.
func (s *Scanner) escape(text []byte) []byte {
	const named, meant = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	at := s.at
	if at+1 < len(s.body) {
		if k := bytes.IndexByte([]byte(named), s.body[at+1]); k >= 0 {
			s.at += 2
			return append(text, meant[k])
		}
	}
	r, ok := s.unit(at)
	if ok && utf16.IsSurrogate(r) {
		low, _ := s.unit(at + 6)
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			s.FailAt(at, "half a surrogate pair")
		}
	} else if !ok {
		s.FailAt(at, "no escape")
	}
	return utf8.AppendRune(text, r)
}

// unit passes over one \u escape at a byte.
func (s *Scanner) unit(at int) (rune, bool) {
	rest := s.body[min(at, len(s.body)):]
	if len(rest) < 6 && bytes.IndexByte(rest, '"') < 0 {
		s.FailAt(len(s.body), "the body ends inside a string")
		return 0, false
	}
	if len(rest) < 6 || rest[0] != '\\' || rest[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(rest[2:6]), 16, 16)
	s.at = at + 6
	return rune(n), err == nil
}

// Text reads a string.
func (s *Scanner) Text() string { return string(s.Bytes()) }

// TextOrNull reads a string, or null as "".
func (s *Scanner) TextOrNull() string {
	if s.Null() {
		return ""
	}
	return s.Text()
}

// Texts reads an array of strings.
func (s *Scanner) Texts() []string {
	all := []string{}
	s.Elements(func() { all = append(all, s.Text()) })
	return all
}
