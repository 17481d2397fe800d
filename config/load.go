package config

import (
	"bytes"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// maxFile bounds a config file in bytes, maxProblems the mistakes told of one.
const (
	maxFile     = 1 << 20
	maxProblems = 50
)

// Problem is one mistake, where it stands and the line itself.
type Problem struct {
	File      string
	Line, Col int // 1-based; 0 when the file as a whole is meant
	Message   string
	Source    string // the line
}

// String shows the place, the message, the line and a caret under the column.
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Message)
	}
	before := []rune(p.Source)[:min(max(p.Col-1, 0), len([]rune(p.Source)))]
	indent := strings.Map(func(r rune) rune {
		if r == '\t' {
			return '\t'
		}
		return ' '
	}, string(before))
	return fmt.Sprintf("%s:%d:%d: %s\n  %s\n  %s^", p.File, p.Line, p.Col, p.Message, p.Source, indent)
}

// Problems is every mistake of the config.
type Problems struct{ List []Problem }

// Error shows all of them, in the order of files and lines.
func (p *Problems) Error() string {
	lines := []string{fmt.Sprintf("the config has %d mistakes", len(p.List))}
	for _, problem := range p.List {
		lines = append(lines, problem.String())
	}
	return strings.Join(lines, "\n")
}

func (p *Problems) orNil() error {
	if len(p.List) == 0 {
		return nil
	}
	slices.SortStableFunc(p.List, func(a, b Problem) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	return p
}

type loader struct {
	fsys     fs.FS
	sum      hash.Hash
	bodies   []source
	problems Problems
}

type source struct {
	file string
	body []byte
}

func (l *loader) list(folder string) []string {
	names, err := fs.Glob(l.fsys, folder+"/*.toml")
	if err != nil {
		l.problems.List = append(l.problems.List, Problem{File: folder, Message: err.Error()})
	}
	slices.Sort(names)
	return names
}

// file decodes a file strictly into target; hashed files decide figures.
func (l *loader) file(name string, target any, hashed bool) {
	body, err := l.read(name)
	if err != nil {
		l.problems.List = append(l.problems.List, Problem{File: name, Message: err.Error()})
		return
	}
	l.bodies = append(l.bodies, source{name, body})
	if hashed {
		fmt.Fprintf(l.sum, "%s\x00%d\x00%s", name, len(body), body)
	}
	l.decode(name, body, target)
}

func (l *loader) read(name string) ([]byte, error) {
	info, err := fs.Stat(l.fsys, name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("%d bytes, at most %d are read", info.Size(), maxFile)
	}
	body, err := fs.ReadFile(l.fsys, name)
	return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), err
}

// decode stops at the first wrong value of a file, so each offending line is
// blanked and the rest decoded again until nothing more is found.
func (l *loader) decode(name string, body []byte, target any) {
	lines := strings.Split(string(body), "\n")
	original := slices.Clone(lines)
	for range maxProblems {
		decoder := toml.NewDecoder(strings.NewReader(strings.Join(lines, "\n")))
		err := decoder.DisallowUnknownFields().Decode(target)
		if err == nil {
			return
		}
		rows := l.record(name, original, err)
		if len(rows) == 0 {
			return
		}
		for _, row := range rows {
			lines[row-1] = ""
		}
	}
}

// record notes the mistakes of one decoding and returns their lines.
func (l *loader) record(name string, lines []string, err error) []int {
	var strict *toml.StrictMissingError
	var wrong *toml.DecodeError
	var rows []int
	switch {
	case errors.As(err, &strict):
		for i := range strict.Errors {
			row, col := strict.Errors[i].Position()
			l.at(name, lines, row, col, fmt.Sprintf("unknown key %q", strings.Join(strict.Errors[i].Key(), ".")))
			rows = append(rows, row)
		}
	case errors.As(err, &wrong):
		row, col := wrong.Position()
		l.at(name, lines, row, col, strings.TrimPrefix(wrong.Error(), "toml: ")+hint(lines, row))
		rows = append(rows, row)
	default:
		l.problems.List = append(l.problems.List, Problem{File: name, Message: err.Error()})
	}
	return rows
}

// hint reminds of quotes where a number stands for a code.
func hint(lines []string, row int) string {
	if row < 1 || row > len(lines) {
		return ""
	}
	_, value, ok := strings.Cut(lines[row-1], "=")
	value = strings.TrimSpace(strings.Trim(strings.TrimSpace(value), "[]"))
	if ok && value != "" && value[0] >= '0' && value[0] <= '9' {
		return "; a code is text: write it in quotes"
	}
	return ""
}

func (l *loader) at(name string, lines []string, row, col int, message string) {
	p := Problem{File: name, Line: row, Col: col, Message: message}
	if row >= 1 && row <= len(lines) {
		p.Source = strings.TrimSuffix(lines[row-1], "\r")
	}
	l.problems.List = append(l.problems.List, p)
}

// find points at the first place in the file where the text stands.
func (l *loader) find(file, text, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	for _, s := range l.bodies {
		if s.file != file {
			continue
		}
		lines := strings.Split(string(s.body), "\n")
		for i, line := range lines {
			if before, _, ok := strings.Cut(line, text); ok && text != "" {
				l.at(file, lines, i+1, len([]rune(before))+1, message)
				return
			}
		}
	}
	l.problems.List = append(l.problems.List, Problem{File: file, Message: message})
}
