package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
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
		tell := func(key, format string, args ...any) {
			l.findNth(correctionsFile, "correction", i+1, key, fmt.Sprintf("correction %d: %s", i+1, fmt.Sprintf(format, args...)))
		}
		one.check(c, tell)
		if seen[one.Of()] {
			tell("", "is of the same as another: %s", one.Of())
		}
		seen[one.Of()] = true
	}
}

// teller notes a mistake at a key of the correction, or at its head.
type teller func(key, format string, args ...any)

func (c Correction) check(all *Config, tell teller) {
	if (c.Indicator == "") == (c.Dataset == "") {
		tell("", "want either an indicator or a dataset with a cell")
		return
	}
	if c.Indicator != "" {
		c.checkFigure(all, tell)
	} else {
		c.checkCell(all, tell)
	}
	c.checkValues(tell)
	for name, text := range map[string]string{"reason": c.Reason, "who": c.Who, "reference": c.Reference} {
		if strings.TrimSpace(text) == "" {
			tell(name, "%s is missing", name)
		}
	}
	if c.ValidUntil.IsZero() {
		tell("valid_until", "valid_until is missing: the last day on which this holds")
	}
}

func (c Correction) checkValues(tell teller) {
	if (c.Expect != nil) == c.ExpectMissing {
		tell("expect", "want expect, the agency's value when this was written, or expect_missing = true")
	}
	if (c.Value != nil) == c.Missing {
		tell("value", "want value, or missing = true")
	}
	for name, v := range map[string]*float64{"expect": c.Expect, "value": c.Value} {
		if v != nil && (math.IsNaN(*v) || math.IsInf(*v, 0)) {
			tell(name, "%s = %v is no figure", name, *v)
		}
	}
}

func (c Correction) checkFigure(all *Config, tell teller) {
	if !slices.ContainsFunc(all.Indicators, func(i Indicator) bool { return i.ID == c.Indicator }) {
		tell("indicator", "there is no indicator %q", c.Indicator)
	}
	if !slices.ContainsFunc(all.Regions, func(r Region) bool { return r.Code == c.Region }) {
		tell("region", "there is no region %q", c.Region)
	}
	if !slices.Contains([]string{"total", "women", "men"}, c.Sex) {
		tell("sex", "sex %q: want total, women or men", c.Sex)
	}
	if c.Year < 1900 || c.Year > 2200 {
		tell("year", "year %d is none", c.Year)
	}
	if len(c.Cell) > 0 {
		tell("cell", "a cell belongs to a dataset")
	}
}

func (c Correction) checkCell(all *Config, tell teller) {
	d, ok := all.Dataset(c.Dataset)
	if !ok {
		tell("dataset", "there is no data set %q", c.Dataset)
	}
	if len(c.Cell) == 0 {
		tell("cell", "cell is missing: the codes of one cell")
	}
	if c.Region != "" || c.Year != 0 || c.Sex != "" {
		tell("", "region, year and sex belong to an indicator; a cell has its codes")
	}
	known := d.cellVariables()
	for variable := range c.Cell {
		if ok && !slices.ContainsFunc(known, func(name string) bool { return strings.EqualFold(name, variable) }) {
			tell("cell", "data set %s has no variable %q: a cell has %s", c.Dataset, variable, strings.Join(known, ", "))
		}
	}
}

// cellVariables name a cell of a data set: SCB's own names of what is selected,
// or the columns of kolada.value.
func (d Dataset) cellVariables() []string {
	if len(d.KPIs) > 0 {
		return []string{"kpi", "municipality", "year", "gender"}
	}
	return append(slices.Sorted(maps.Keys(d.Select)), "contents", "period")
}
