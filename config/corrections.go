package config

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

const correctionsFile = "corrections.toml"

type correctionsFileContent struct {
	Correction []Correction `toml:"correction"`
}

// Correction replaces one figure, or one cell of a source, until ValidUntil. It
// holds only as long as what it replaces is what was expected.
type Correction struct {
	// Of a figure; Sex is total when it is not said.
	Indicator string `toml:"indicator"`
	Region    string `toml:"region"`
	Year      int    `toml:"year"`
	Sex       string `toml:"sex"`
	// Of a source's cell: codes by SCB's variable or by the column of
	// kolada.value.
	Dataset string            `toml:"dataset"`
	Cell    map[string]string `toml:"cell"`

	Expect        *float64 `toml:"expect"` // a figure to its indicator's decimals
	ExpectMissing bool     `toml:"expect_missing"`
	Value         *float64 `toml:"value"`
	Missing       bool     `toml:"missing"` // nothing is shown
	Reason        string   `toml:"reason"`
	Who           string   `toml:"who"` // a function, never a person
	Reference     string   `toml:"reference"`
	ValidUntil    Day      `toml:"valid_until"` // the last day
}

// Of names what is corrected, on one line.
func (c Correction) Of() string {
	if c.Indicator != "" {
		return fmt.Sprintf("%s, region %s, %d, %s", c.Indicator, c.Region, c.Year, c.Sex)
	}
	var codes []string
	for variable, code := range c.Cell {
		codes = append(codes, variable+"="+code)
	}
	slices.Sort(codes)
	return c.Dataset + ", " + strings.Join(codes, " ")
}

// corrections reads the file, which a config may lack.
func (l *loader) corrections(c *Config) {
	if _, err := fs.Stat(l.fsys, correctionsFile); errors.Is(err, fs.ErrNotExist) {
		return
	}
	var content correctionsFileContent
	l.file(correctionsFile, &content, false)
	c.Corrections = content.Correction
	seen := map[string]bool{}
	for i := range c.Corrections {
		one := &c.Corrections[i]
		if one.Sex == "" && one.Indicator != "" {
			one.Sex = "total"
		}
		l.correction(c, i+1, *one)
		if seen[one.Of()] {
			l.find(correctionsFile, one.at(), "correction %d is of the same as another: %s", i+1, one.Of())
		}
		seen[one.Of()] = true
	}
}

// at is what the file says first of a correction.
func (c Correction) at() string {
	if c.Indicator != "" {
		return strconv.Quote(c.Indicator)
	}
	return strconv.Quote(c.Dataset)
}

func (l *loader) correction(c *Config, n int, one Correction) {
	tell := func(format string, args ...any) {
		l.find(correctionsFile, one.at(), "correction %d: %s", n, fmt.Sprintf(format, args...))
	}
	if (one.Indicator == "") == (one.Dataset == "") {
		tell("want either an indicator or a dataset with a cell")
		return
	}
	if one.Indicator != "" {
		l.correctedFigure(c, one, tell)
	} else {
		l.correctedCell(c, one, tell)
	}
	if (one.Expect == nil) != one.ExpectMissing {
		tell("want expect, the agency's value when this was written, or expect_missing = true")
	}
	if (one.Value == nil) != one.Missing {
		tell("want value, or missing = true")
	}
	for name, text := range map[string]string{"reason": one.Reason, "who": one.Who, "reference": one.Reference} {
		if strings.TrimSpace(text) == "" {
			tell("%s is missing", name)
		}
	}
	if one.ValidUntil.IsZero() {
		tell("valid_until is missing: the last day on which this holds")
	}
}

func (l *loader) correctedFigure(c *Config, one Correction, tell func(string, ...any)) {
	if !slices.ContainsFunc(c.Indicators, func(i Indicator) bool { return i.ID == one.Indicator }) {
		tell("there is no indicator %q", one.Indicator)
	}
	if !slices.ContainsFunc(c.Regions, func(r Region) bool { return r.Code == one.Region }) {
		tell("there is no region %q", one.Region)
	}
	if !slices.Contains([]string{"total", "women", "men"}, one.Sex) {
		tell("sex %q: want total, women or men", one.Sex)
	}
	if one.Year < 1900 || one.Year > 2200 {
		tell("year %d is none", one.Year)
	}
	if len(one.Cell) > 0 {
		tell("a cell belongs to a dataset")
	}
}

func (l *loader) correctedCell(c *Config, one Correction, tell func(string, ...any)) {
	if _, ok := c.Dataset(one.Dataset); !ok {
		tell("there is no data set %q", one.Dataset)
	}
	if len(one.Cell) == 0 {
		tell("cell is missing: the codes of one cell")
	}
	if one.Region != "" || one.Year != 0 || one.Sex != "" {
		tell("region, year and sex belong to an indicator; a cell has its codes")
	}
}
