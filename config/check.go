package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// check finds what is well-formed but makes no sense.
func (l *loader) check(c *Config, county string, o Overrides) {
	for _, r := range c.Regions {
		if r.Code == county && r.Level == "county" {
			c.County = r
		}
	}
	switch {
	case c.County.Code != "" || !l.sound(regionsName):
	case o.County != "":
		l.add(Problem{File: "--county", Message: fmt.Sprintf("%q is no county in regions.toml; it has %s", county, counties(c.Regions))})
	default:
		l.find(settingsName, "county", "%q is no county in regions.toml; it has %s", county, counties(c.Regions))
	}
	l.settings(c, o)
	l.regions(c.Regions)
	l.framework(&c.Framework)
	for _, d := range c.Datasets {
		l.dataset(c, d)
	}
	for i := range c.Indicators {
		l.indicator(c, &c.Indicators[i])
	}
}

// counties lists the codes that a county can be chosen by.
func counties(regions []Region) string {
	var codes []string
	for _, r := range regions {
		if r.Level == "county" {
			codes = append(codes, r.Code)
		}
	}
	return strings.Join(codes, ", ")
}

func identifier(name string) bool {
	ok, _ := regexp.MatchString(`^[a-z][a-z0-9_]*$`, name)
	return ok
}

// name checks a file's name, which becomes a table's.
func (l *loader) name(file, name string) {
	if !identifier(name) {
		l.add(Problem{File: file, Message: "the file's name becomes a table's: want lower-case ASCII letters, digits and _, and then .toml"})
	}
}

func (l *loader) dataset(c *Config, d Dataset) {
	l.name(d.File, d.Name)
	l.oneOf(d.File, "frequency", d.Frequency, "year", "quarter", "month")
	if d.RefetchDays < 1 || d.RefetchDays > 3650 {
		l.find(d.File, "refetch_days", "refetch_days %d: want 1 to 3650", d.RefetchDays)
	}
	if !slices.Contains([]string{"scb", "nuts3"}, d.RegionCoding) && (d.RegionCoding != "kolada" || len(d.KPIs) == 0) {
		l.find(d.File, d.RegionCoding, "region_coding %q: want scb or nuts3", d.RegionCoding)
	}
	if _, ok := c.Dataset(d.Successor); !ok && d.Successor != "" {
		l.find(d.File, strconv.Quote(d.Successor), "there is no data set %q", d.Successor)
	}
	switch d.Source {
	case "scb":
		l.table(d)
	case "kolada":
		l.group(c, d)
	default:
		l.find(d.File, "source", "source %q: want scb or kolada", d.Source)
	}
}

func (l *loader) table(d Dataset) {
	if ok, _ := regexp.MatchString(`^TAB[0-9]+$`, d.Table); !ok && !l.frozen && (d.Off == "" || d.Table != "") {
		l.find(d.File, "table", "table %q: want SCB's id, as in TAB638; the names of its older API (matrix) are not in the newer one, "+
			"so look the table up; while its id is not known, take table out and write off = \"why\"", d.Table)
	}
	if len(d.Select) == 0 && l.sound(d.File) {
		l.find(d.File, "[select]", "[select] names the codes of every variable of the table")
	}
	for variable, terms := range d.Select {
		if len(terms) == 0 {
			l.find(d.File, variable, "variable %s selects nothing", variable)
		}
		for _, term := range terms {
			l.term(d, variable, term)
		}
	}
	for _, variable := range d.Optional {
		if _, ok := d.Select[variable]; !ok {
			l.find(d.File, strconv.Quote(variable), "optional variable %s is not under [select]", variable)
		}
	}
	for variable, term := range d.Codelists {
		l.term(d, variable, term)
	}
}

// term refuses what is not known, and a label without text. A label may hold a
// question mark.
func (l *loader) term(d Dataset, variable, term string) {
	label, labelled := strings.CutPrefix(term, "label:")
	empty := func(wording string) bool { return strings.TrimSpace(wording) == "" }
	switch {
	case labelled && slices.ContainsFunc(strings.Split(label, "|"), empty):
		l.find(d.File, strconv.Quote(term), "variable %s: label: needs the label's text", variable)
	case !labelled && (strings.Contains(term, "?") || term == ""):
		l.find(d.File, strconv.Quote(term), "variable %s: the code %q is unknown", variable, term)
	}
}

func (l *loader) group(c *Config, d Dataset) {
	if len(d.KPIs) == 0 && l.sound(d.File) {
		l.find(d.File, "source", "a Kolada data set needs at least one [[kpi]]")
	}
	seen := map[string]bool{}
	id := regexp.MustCompile(`^[NU][0-9]{5}$`)
	for _, k := range d.KPIs {
		if !id.MatchString(k.ID) {
			l.find(d.File, strconv.Quote(k.ID), "KPI %q: want N or U and five digits", k.ID)
		}
		if seen[k.ID] {
			l.find(d.File, strconv.Quote(k.ID), "KPI %s twice", k.ID)
		}
		seen[k.ID] = true
		for _, other := range c.Datasets {
			if other.Name < d.Name && slices.ContainsFunc(other.KPIs, func(o KPI) bool { return o.ID == k.ID }) {
				l.find(d.File, strconv.Quote(k.ID), "KPI %q is also in %s: every figure would be there twice", k.ID, other.File)
			}
		}
	}
	words := c.Words("kolada")
	for _, term := range d.Regions {
		if _, ok := words[term]; !ok && term != "municipalities" && l.sound(regionsName) {
			l.find(d.File, strconv.Quote(term), "unknown region word %q: want country, counties, municipalities or all_municipalities", term)
		}
	}
	if _, err := d.YearList(time.Now()); err != nil {
		l.find(d.File, "years", "%v", err)
	}
}

// YearList is the years a Kolada data set asks for: "1990..", which goes two
// years past now for forecasts, "2000..2024", or nil for "all".
func (d Dataset) YearList(now time.Time) ([]int, error) {
	if d.Years == "all" || d.Years == "" {
		return nil, nil
	}
	from, to, ok := strings.Cut(d.Years, "..")
	if to == "" && ok {
		to = strconv.Itoa(now.Year() + 2)
	}
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	if !ok || err1 != nil || err2 != nil || first > last || first < 1900 || last > 2200 {
		return nil, fmt.Errorf("years %q: want \"1990..\", \"2000..2024\" or \"all\"", d.Years)
	}
	var years []int
	for year := first; year <= last; year++ {
		years = append(years, year)
	}
	return years, nil
}

func (l *loader) indicator(c *Config, i *Indicator) {
	l.name(i.File, i.ID)
	for key, text := range map[string]string{"label": i.Label.SV, "unit": i.Unit.SV, "formula": i.Formula, "source": i.Source} {
		if text == "" {
			l.find(i.File, key, "%s is missing", key)
		}
	}
	l.oneOf(i.File, "polarity", i.Polarity, "higher_is_better", "lower_is_better", "neutral")
	l.oneOf(i.File, "change", i.Change, "points", "percent")
	for _, sex := range i.Sex {
		l.oneOf(i.File, "sex", sex, "total", "women", "men")
	}
	if len(i.Sex) == 0 {
		l.find(i.File, "sex", "sex names the series that exist: total, women, men")
	}
	for _, area := range i.Areas {
		l.oneOf(i.File, "areas", area, "N1", "N2", "N3", "N4", "NX")
	}
	for _, goal := range i.Goals {
		l.oneOf(i.File, "goals", goal, "V1", "V2", "D1", "D2", "D3")
	}
	if i.Minimum != nil && i.Maximum != nil && !(*i.Minimum <= *i.Maximum) {
		l.find(i.File, "minimum", "minimum %v is above maximum %v", *i.Minimum, *i.Maximum)
	}
	for _, b := range i.Breaks {
		if b.Year < 1900 || b.Year > 2200 || b.Reason == "" {
			l.find(i.File, "[[breaks]]", "break %d: want the first year after it, and a reason", b.Year)
		}
	}
	if i.LagMonths != nil && (*i.LagMonths < 0 || *i.LagMonths > 120) {
		l.find(i.File, "lag_months", "lag_months %d: want 0 to 120", *i.LagMonths)
	}
	if i.Decimals < 0 || i.Decimals > 6 {
		l.find(i.File, "decimals", "decimals %d: want 0 to 6", i.Decimals)
	}
	l.oneOf(i.File, "denominator", i.Denominator, "", "persons")
	if i.Every < 1 || i.Every > 10 {
		l.find(i.File, "every", "every %d: want 1 to 10 years", i.Every)
	}
	if b := i.Balance; b != nil && (b.Above == "" || b.Below == "") {
		l.find(i.File, "balance", "balance: want above and below, what the distance to it is called in Swedish on each side")
	}
	if _, err := time.Parse(time.DateOnly, "2001-"+i.YearEnds); err != nil && i.YearEnds != "" {
		l.find(i.File, "year_ends", "year_ends %q: want a month and a day, as in \"09-14\"", i.YearEnds)
	}
	if strings.Contains(strings.ToLower(i.Source), "egen bearbetning") && !l.frozen {
		l.find(i.File, "source", "source %q: the agencies are not the source of what is calculated: write «Egen beräkning på uppgifter från …»", i.Source)
	}
	for _, name := range i.Datasets {
		if _, ok := c.Dataset(name); !ok {
			l.find(i.File, strconv.Quote(name), "there is no data set %q", name)
		}
	}
	off := func(name string) bool { d, _ := c.Dataset(name); return d.Off != "" }
	if i.Off == "" && len(i.Datasets) > 0 && !slices.ContainsFunc(i.Datasets, func(name string) bool { return !off(name) }) {
		l.find(i.File, "datasets", "every data set of the indicator is off: write off = \"why\" here too, in Swedish, for the report shows it")
	}
	if t := i.Target; t != nil && (t.Source == "" || t.Owner == "" || t.Year < 1900 || t.Year > 2200) {
		l.find(i.File, "target", "a target needs a value, a year and its own source and owner")
	}
	for _, text := range append([]string{i.KPI, i.Formula}, i.Datasets...) {
		if strings.Contains(text, "?") && i.Off == "" {
			i.Off = fmt.Sprintf("definitionen innehåller något okänt: %s", text)
		}
	}
	l.kpi(c, i)
}

// kpi makes sure that a data set fetches the KPI that an indicator reads.
func (l *loader) kpi(c *Config, i *Indicator) {
	if i.KPI == "" || i.Off != "" {
		return
	}
	for _, name := range i.Datasets {
		d, _ := c.Dataset(name)
		if !l.sound(d.File) || slices.ContainsFunc(d.KPIs, func(k KPI) bool { return k.ID == i.KPI }) {
			return
		}
	}
	l.find(i.File, strconv.Quote(i.KPI), "no data set of the indicator fetches KPI %s", i.KPI)
}

func (l *loader) oneOf(file, key, got string, want ...string) {
	switch {
	case slices.Contains(want, got):
	case got == "":
		l.find(file, key, "%s is missing: want %s", key, strings.Join(want, ", "))
	default:
		l.find(file, key, "%s %q: want %s", key, got, strings.Join(want, ", "))
	}
}
