package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// maxShown bounds in runes what is shown of a line before the caret, and after.
const maxShown = 100

// Problem is one mistake, where it stands and the line itself.
type Problem struct {
	File      string
	Line, Col int // 1-based, Col in runes; 0 when the file as a whole is meant
	Message   string
	Source    string // the line
}

// String shows the place, the message, the line and a caret under the column.
// Of a long line what stands around the caret is shown.
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Message)
	}
	line := []rune(strings.Map(printable, p.Source))
	caret := min(max(p.Col-1, 0), len(line))
	first, last := max(0, caret-maxShown), min(len(line), caret+maxShown)
	indent := strings.Map(func(r rune) rune {
		if r == '\t' {
			return '\t'
		}
		return ' '
	}, string(line[first:caret]))
	return fmt.Sprintf("%s:%d:%d: %s\n  %s\n  %s^", p.File, p.Line, p.Col, p.Message, string(line[first:last]), indent)
}

// printable replaces what a terminal would obey or could not show.
func printable(r rune) rune {
	if r != '\t' && !unicode.IsPrint(r) {
		return unicode.ReplacementChar
	}
	return r
}

// Problems is every mistake of the config.
type Problems struct{ List []Problem }

// Error shows all of them, in the order of files and lines.
func (p *Problems) Error() string {
	noun := "mistakes"
	if len(p.List) == 1 {
		noun = "mistake"
	}
	lines := []string{fmt.Sprintf("the config has %d %s", len(p.List), noun)}
	for _, problem := range p.List {
		lines = append(lines, problem.String())
	}
	return strings.Join(lines, "\n")
}

func (p *Problems) orNil() error {
	if len(p.List) == 0 {
		return nil
	}
	slices.SortFunc(p.List, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Message, b.Message))
	})
	p.List = slices.Compact(p.List)
	return p
}

// plainly says a decoder's message without the names of Go's types.
func plainly(message string) string {
	message = strings.TrimPrefix(message, "toml: ")
	parts := regexp.MustCompile(`^cannot decode TOML (\w+) into (?:struct field \S+ of type )?(\S+)$`).FindStringSubmatch(message)
	if parts == nil {
		return message
	}
	kinds := map[string]string{
		"string": "text", "[]string": "a list of texts", "int": "a whole number", "int64": "a whole number",
		"float64": "a number", "bool": "true or false",
	}
	plain := fmt.Sprintf("found a TOML %s, want %s", parts[1], cmp.Or(kinds[parts[2]], "another kind of value"))
	if numeric := parts[1] == "integer" || parts[1] == "float"; numeric && strings.HasSuffix(parts[2], "string") {
		plain += "; a code is text: write it in quotes"
	}
	return plain
}
