package config

import (
	"bytes"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

// maxFile bounds a config file in bytes, maxProblems the mistakes told of one.
const (
	maxFile     = 1 << 20
	maxProblems = 50
)

type loader struct {
	fsys     fs.FS
	sum      hash.Hash
	bodies   []source
	problems Problems
	frozen   bool // what only a config of today must say is not asked of it
}

// source is a file that was read, with the rows that could not be decoded.
type source struct {
	file  string
	lines []string
	wrong map[int]bool
}

// list names the TOML files of a folder. Hidden files are an editor's or the
// system's own; without a folder there are none.
func (l *loader) list(folder string) []string {
	entries, err := fs.ReadDir(l.fsys, folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.add(Problem{File: folder, Message: err.Error()})
	}
	var names []string
	for _, entry := range entries {
		if name := entry.Name(); strings.EqualFold(path.Ext(name), ".toml") && name[0] != '.' {
			names = append(names, folder+"/"+name)
		}
	}
	return names
}

// file decodes a file strictly into target; hashed files decide figures.
func (l *loader) file(name string, target any, hashed bool) {
	body, err := l.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		err = errors.New("is missing; a config folder is whole: effekt.toml, regions.toml, framework.toml, datasets/ and indicators/")
	}
	if err != nil {
		l.add(Problem{File: name, Message: err.Error()})
		return
	}
	s := source{name, strings.Split(string(body), "\n"), map[int]bool{}}
	l.bodies = append(l.bodies, s)
	if hashed {
		fmt.Fprintf(l.sum, "%s\x00%d\x00%s", name, len(body), body)
	}
	l.decode(s, target)
	if len(s.wrong) == 0 {
		l.spelling(name, body, target)
	}
}

func (l *loader) read(name string) ([]byte, error) {
	info, err := fs.Stat(l.fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is no file")
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("%d bytes, at most %d are read", info.Size(), maxFile)
	}
	body, err := fs.ReadFile(l.fsys, name)
	return bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), err
}

// decode stops at the first wrong value of a file, so each offending line is
// blanked and the rest decoded again until nothing more is found.
func (l *loader) decode(s source, target any) {
	lines := slices.Clone(s.lines)
	for range maxProblems {
		decoder := toml.NewDecoder(strings.NewReader(strings.Join(lines, "\n")))
		err := decoder.DisallowUnknownFields().Decode(target)
		if err == nil || !l.record(s, lines, err) {
			return
		}
	}
}

// record notes the mistakes of one decoding and blanks their lines; false when
// nothing is left to blank. A mistake that stays though its line is gone began
// in a line before, as a list that is never closed does.
func (l *loader) record(s source, lines []string, err error) bool {
	var strict *toml.StrictMissingError
	var wrong *toml.DecodeError
	before := len(s.wrong)
	note := func(row, col int, message string) {
		if row < 1 || row > len(lines) {
			row = len(lines)
		}
		if !s.wrong[row] {
			l.at(s, row, runes(lines[row-1], col), message)
		}
		for row > 1 && s.wrong[row] {
			row--
		}
		s.wrong[row], lines[row-1] = true, ""
	}
	switch {
	case errors.As(err, &strict):
		for i := range strict.Errors {
			row, col := strict.Errors[i].Position()
			note(row, col, fmt.Sprintf("unknown key %q", strings.Join(strict.Errors[i].Key(), ".")))
		}
	case errors.As(err, &wrong):
		row, col := wrong.Position()
		header := row >= 1 && row <= len(lines) && strings.HasPrefix(strings.TrimSpace(lines[row-1]), "[")
		note(row, col, plainly(wrong.Error()))
		if header { // what follows would be read as another section's
			return false
		}
	default:
		l.add(Problem{File: s.file, Message: err.Error()})
	}
	return len(s.wrong) > before
}

// runes turns a column in bytes into one in runes.
func runes(line string, col int) int {
	return utf8.RuneCountInString(line[:max(0, min(col-1, len(line)))]) + 1
}

func (l *loader) add(p Problem) { l.problems.List = append(l.problems.List, p) }

func (l *loader) at(s source, row, col int, message string) {
	l.add(Problem{File: s.file, Line: row, Col: col, Message: message, Source: strings.TrimSuffix(s.lines[row-1], "\r")})
}

// find points at the place in the file where the text stands: where a line
// begins with it, else the first. Of a file that was not read, of a line that
// was not understood and of what is missing in a file with such lines, enough
// has been told.
func (l *loader) find(file, text, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	i := slices.IndexFunc(l.bodies, func(s source) bool { return s.file == file })
	if i < 0 {
		return
	}
	s := l.bodies[i]
	row := s.row(text)
	switch {
	case row > 0 && !s.wrong[row]:
		before, _, _ := strings.Cut(s.lines[row-1], text)
		l.at(s, row, utf8.RuneCountInString(before)+1, message)
	case row == 0 && len(s.wrong) == 0:
		l.add(Problem{File: file, Message: message})
	}
}

// findIn points at a key of a section, or at the section where it lacks it.
func (l *loader) findIn(file, section, key, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	i := slices.IndexFunc(l.bodies, func(s source) bool { return s.file == file })
	if i < 0 {
		return
	}
	s := l.bodies[i]
	header := s.row("[" + section + "]")
	for row := header + 1; header > 0 && row <= len(s.lines); row++ {
		line := strings.TrimSpace(s.lines[row-1])
		if strings.HasPrefix(line, "[") {
			break
		}
		if strings.HasPrefix(line, key) {
			if !s.wrong[row] {
				l.at(s, row, strings.Index(s.lines[row-1], key)+1, message)
			}
			return
		}
	}
	l.find(file, "["+section+"]", "%s", message)
}

// findNth points at a key of the nth [[section]] of a file, or at the section
// where it lacks it; what is commented out is no section.
func (l *loader) findNth(file, section string, n int, key, message string) {
	i := slices.IndexFunc(l.bodies, func(s source) bool { return s.file == file })
	if i < 0 {
		return
	}
	s := l.bodies[i]
	first := s.nth("[["+section+"]]", n)
	if first == 0 { // written as one list
		l.find(file, section, "%s", message)
		return
	}
	row := first
	for at := first + 1; at <= len(s.lines) && !strings.HasPrefix(strings.TrimSpace(s.lines[at-1]), "["); at++ {
		name, _, _ := strings.Cut(s.lines[at-1], "=")
		if key != "" && strings.TrimSpace(name) == key {
			row = at
			break
		}
	}
	if !s.wrong[row] {
		l.at(s, row, len(s.lines[row-1])-len(strings.TrimLeft(s.lines[row-1], " \t"))+1, message)
	}
}

// nth is the line of the nth such head, from 1; 0 when there are fewer.
func (s source) nth(head string, n int) int {
	for i, line := range s.lines {
		if strings.HasPrefix(strings.TrimSpace(line), head) {
			if n--; n == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// row is the line where a text stands, from 1; 0 when it stands nowhere.
func (s source) row(text string) int {
	if text == "" {
		return 0
	}
	begins := func(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), text) }
	i := slices.IndexFunc(s.lines, begins)
	if i < 0 {
		i = slices.IndexFunc(s.lines, func(line string) bool { return strings.Contains(line, text) })
	}
	return i + 1
}

// sound tells whether a file was read and understood, so that what is missing
// in it is really missing.
func (l *loader) sound(file string) bool {
	return slices.ContainsFunc(l.bodies, func(s source) bool { return s.file == file && len(s.wrong) == 0 })
}
