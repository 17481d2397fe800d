package sql

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// maxFile bounds a SQL file; an analyst's SELECT is a page or two.
const maxFile = 1 << 20

// File is one SQL file with what its comment header says.
type File struct {
	Path   string   // "core/population.sql"
	Schema string   // "core", "indicator", "mart", "check" or "macro"
	Name   string   // "population"
	Title  string   // Swedish, the first comment line
	Grain  []string // the columns that identify a row
	// After is the schema that must be made before a macro that reads it.
	After string
	// Severity is "error" or "warn", of a check.
	Severity string
	Query    string
}

// Library is everything under sql/, read and looked through before the first
// statement runs.
type Library struct {
	Macros, Core, Indicators, Marts, Checks []File
	// Columns describes columns in Swedish: "region", or "mart.indicator.unit"
	// where a table means something of its own.
	Columns map[string]string
	// Hash is the sha256 of all files, in hex: a figure may differ when it does.
	Hash string
}

// Read reads all files. Problems of all files are reported together.
func Read(fsys fs.FS) (*Library, error) {
	l := &Library{Columns: map[string]string{}}
	sum := sha256.New()
	var problems []error
	folders := []struct {
		name, schema string
		files        *[]File
	}{
		{"macros", "macro", &l.Macros},
		{"core", "core", &l.Core},
		{"indicators", "indicator", &l.Indicators},
		{"marts", "mart", &l.Marts},
		{"checks", "check", &l.Checks},
	}
	for _, folder := range folders {
		paths, err := fs.Glob(fsys, folder.name+"/*.sql")
		if err != nil {
			return nil, fmt.Errorf("sql: %w", err)
		}
		slices.Sort(paths)
		for _, p := range paths {
			file, err := readFile(fsys, p, folder.schema)
			if err != nil {
				problems = append(problems, err)
				continue
			}
			fmt.Fprintf(sum, "%s\x00%d\x00%s", p, len(file.Query), file.Query)
			*folder.files = append(*folder.files, file)
		}
	}
	columns, err := bounded(fsys, "columns.toml")
	if err == nil {
		err = toml.Unmarshal([]byte(columns), &l.Columns)
	}
	if err != nil {
		problems = append(problems, fmt.Errorf("sql: columns.toml: %w", err))
	}
	fmt.Fprintf(sum, "columns\x00%s", columns)
	l.Hash = hex.EncodeToString(sum.Sum(nil))
	return l, errors.Join(problems...)
}

func bounded(fsys fs.FS, p string) (string, error) {
	info, err := fs.Stat(fsys, p)
	if err != nil {
		return "", err
	}
	if info.Size() > maxFile {
		return "", fmt.Errorf("%d bytes, at most %d are read", info.Size(), maxFile)
	}
	body, err := fs.ReadFile(fsys, p)
	return string(body), err
}

func readFile(fsys fs.FS, p, schema string) (File, error) {
	body, err := bounded(fsys, p)
	if err != nil {
		return File{}, fmt.Errorf("sql/%s: %w", p, err)
	}
	file := File{Path: p, Schema: schema, Name: strings.TrimSuffix(path.Base(p), ".sql"), Query: body}
	if ok, _ := regexp.MatchString(`^[a-z][a-z0-9_]*$`, file.Name); !ok {
		return File{}, fmt.Errorf("sql/%s: the name becomes a table's: want lower-case ASCII letters, digits and _", p)
	}
	file.header()
	return file, file.complete()
}

// header reads the leading comment lines.
func (f *File) header() {
	for line := range strings.Lines(f.Query) {
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "--")
		if !ok {
			return
		}
		comment = strings.TrimSpace(comment)
		key, value, _ := strings.Cut(comment, ":")
		switch {
		case f.Title == "":
			f.Title = comment
		case key == "grain":
			for column := range strings.SplitSeq(value, ",") {
				f.Grain = append(f.Grain, strings.TrimSpace(column))
			}
		case key == "after":
			f.After = strings.TrimSpace(value)
		case key == "severity":
			f.Severity = strings.TrimSpace(value)
		}
	}
}

func (f *File) complete() error {
	var missing []error
	if f.Title == "" {
		missing = append(missing, fmt.Errorf("sql/%s:1: begin with a comment line that says in Swedish what the table holds", f.Path))
	}
	if f.Schema == "check" && f.Severity != "error" && f.Severity != "warn" {
		missing = append(missing, fmt.Errorf("sql/%s: add the line «-- severity: error» or «-- severity: warn»", f.Path))
	}
	if (f.Schema == "core" || f.Schema == "mart" || f.Schema == "indicator") && len(f.Grain) == 0 {
		missing = append(missing, fmt.Errorf("sql/%s: add the line «-- grain: column, column» with what identifies a row", f.Path))
	}
	return errors.Join(missing...)
}

// Table is the table the file makes, "core.population".
func (f *File) Table() string { return f.Schema + "." + f.Name }

// Describe is the Swedish description of a column, and whether there is one.
func (l *Library) Describe(table, column string) (string, bool) {
	if own, ok := l.Columns[table+"."+column]; ok {
		return own, true
	}
	common, ok := l.Columns[column]
	return common, ok
}
