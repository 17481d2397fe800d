// Package config reads what analysts edit: settings, regions, data sets and
// indicators, all in TOML. Every mistake of every file is told at once, each
// with file, line and caret, before anything else happens.
package config

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// Embedded is the shipped config.
//
//go:embed *.toml datasets/*.toml indicators/*.toml report/*.md
var Embedded embed.FS

// Config is everything, checked.
type Config struct {
	settings               // of effekt.toml
	County     Region      // instead of its code
	Regions    []Region    // by code
	Datasets   []Dataset   // by name
	Indicators []Indicator // by id
	Framework  Framework
	// Corrections are no part of Hash: they change single figures and are told
	// apart from a change of definitions.
	Corrections []Correction
	// Hash is the sha256 in hex of all that can change a figure or a text in
	// the published file: county, figures, regions, data sets, indicators and framework.
	Hash string
}

// Overrides come from flags and the environment; empty fields change nothing.
type Overrides struct {
	County, SCBBaseURL, KoladaBaseURL string
	// Frozen says that the config is an edition's: it was checked when it was
	// frozen, and rules on its wording that came later do not bind it.
	Frozen bool
}

// API is how one publisher is reached and how often it may be asked.
type API struct {
	BaseURL  string   `toml:"base_url"`
	Language string   `toml:"language"`
	Calls    int      `toml:"calls"` // in any window
	Window   Duration `toml:"window"`
}

// HTTP is how patient the client is.
type HTTP struct {
	UserAgent     string   `toml:"user_agent"`
	CAFile        string   `toml:"ca_file"`
	Connect       Duration `toml:"connect"`
	TLS           Duration `toml:"tls"`
	Header        Duration `toml:"header"`
	Idle          Duration `toml:"idle"`
	Total         Duration `toml:"total"`
	Attempts      int      `toml:"attempts"`
	WaitMin       Duration `toml:"wait_min"`
	WaitMax       Duration `toml:"wait_max"`
	RetryAfterMax Duration `toml:"retry_after_max"`
	MaxBodyMB     int64    `toml:"max_body_mb"`
	InFlight      int      `toml:"in_flight"`
}

// Build bounds what a build may use of the machine.
type Build struct {
	MemoryLimit string `toml:"memory_limit"`
	Threads     int    `toml:"threads"`
}

// Figures is what is done with figures that are right but uncertain.
type Figures struct {
	// SmallDenominator is how many persons a municipality's rate needs; 0 lets
	// every rate stand.
	SmallDenominator float64 `toml:"small_denominator"`
	// SmallAction is "flag" or "suppress".
	SmallAction string `toml:"small_action"`
}

// Schedule is when jobs run.
type Schedule struct {
	Timezone string `toml:"timezone"`
	Jobs     []Job  `toml:"jobs"`
}

// Job is one scheduled command of effekt itself.
type Job struct {
	Name    string   `toml:"name"`
	Cron    string   `toml:"cron"`
	Command []string `toml:"command"`
}

// Duration is written "30s" or "10m".
type Duration time.Duration

// UnmarshalText reads the form of time.ParseDuration; a negative one is refused.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return err
	}
	if parsed < 0 {
		return fmt.Errorf("%q is negative", text)
	}
	*d = Duration(parsed)
	return nil
}

// Region is the country, a county or a municipality, in each source's coding.
type Region struct {
	Code   string `toml:"code" json:"region"`           // SCB's form: 00, 24, 2480
	Name   string `toml:"name" json:"name"`             // as SCB writes it
	Level  string `toml:"-" json:"level"`               // country, county or municipality
	County string `toml:"-" json:"county,omitempty"`    // the municipality's or the county's own
	NUTS3  string `toml:"nuts3" json:"nuts3,omitempty"` // of a county
	Kolada string `toml:"-" json:"kolada_id"`           // 0000, 0024, 2480
}

// Dataset is one SCB table or one group of Kolada KPIs.
type Dataset struct {
	Name           string                       `toml:"-"`
	File           string                       `toml:"-"`
	Source         string                       `toml:"source"`
	Title          string                       `toml:"title"`
	Table          string                       `toml:"table"`
	Frequency      string                       `toml:"frequency"`
	RegionVariable string                       `toml:"region_variable"`
	RegionCoding   string                       `toml:"region_coding"`
	Select         map[string][]string          `toml:"select"`
	Optional       []string                     `toml:"optional"` // variables of Select that the table may lack
	Codelists      map[string]string            `toml:"codelists"`
	Labels         map[string]map[string]string `toml:"labels"` // pinned, by variable and code
	Units          map[string]map[string]string `toml:"units"`  // the same for units
	KPIs           []KPI                        `toml:"kpi"`
	Regions        []string                     `toml:"regions"`
	Years          string                       `toml:"years"`
	RefetchDays    int                          `toml:"refetch_days"`
	Note           string                       `toml:"note"`
	// Off says why the data set is not fetched; empty when it is.
	Off string `toml:"off"`
	// Successor is the data set in which the series goes on when this table has
	// ended.
	Successor string `toml:"successor"`
}

// KPI is a Kolada key figure with the title it must have.
type KPI struct {
	ID    string `toml:"id"`
	Title string `toml:"title"`
}

// Indicator says what an indicator means; how it is calculated is
// sql/indicators/<id>.sql, or KPI for one read straight from Kolada.
type Indicator struct {
	ID          string `toml:"-"`
	File        string `toml:"-"`
	Label       Label  `toml:"label"`
	Description string `toml:"description"`
	Areas       []string
	Goals       []string
	Unit        Label    `toml:"unit"`
	Decimals    int      `toml:"decimals"`
	Polarity    string   `toml:"polarity"`
	Change      string   `toml:"change"`
	Balance     *Balance `toml:"balance"`
	Sex         []string `toml:"sex"`
	Minimum     *float64 `toml:"minimum"`
	Maximum     *float64 `toml:"maximum"`
	Formula     string   `toml:"formula"`
	Caveats     []string `toml:"caveats"`
	Source      string   `toml:"source"`
	Official    *bool    `toml:"official"`
	KPI         string   `toml:"kpi"`
	Datasets    []string `toml:"datasets"`
	LagMonths   *int     `toml:"lag_months"`
	// Every is how many years lie between two values: 4 for elections.
	Every int `toml:"every"`
	// YearEnds is the month and day, "09-14", on which what is measured is over;
	// a value that comes before that is a forecast. Empty is the year's last day.
	YearEnds string `toml:"year_ends"`
	// Denominator is "persons" when the SQL's denominator counts people, so that
	// the floor for small denominators applies.
	Denominator string `toml:"denominator"`
	// Additive tells that the counties' values add up to the country's.
	Additive bool    `toml:"additive"`
	Breaks   []Break `toml:"breaks"`
	Target   *Target `toml:"target"`
	// Off says why the indicator is not calculated; empty when it is.
	Off string `toml:"off"`
}

// Label is a text in Swedish and English.
type Label struct {
	SV string `toml:"sv"`
	EN string `toml:"en"`
}

// Balance is the point at which a signed difference, or a ratio, is even. What
// grows or shrinks is the distance to it, which Above and Below name in Swedish
// while the value lies there; the sides are said after it, where the names do not
// tell them.
type Balance struct {
	At        float64 `toml:"at" column:"balance"`
	Above     string  `toml:"above" column:"balance_above"`
	Below     string  `toml:"below" column:"balance_below"`
	SideAbove string  `toml:"side_above" column:"balance_side_above"`
	SideBelow string  `toml:"side_below" column:"balance_side_below"`
}

// Break is the first year after a break in the series.
type Break struct {
	Year   int    `toml:"year"`
	Reason string `toml:"reason"`
}

// Target belongs to somebody and comes from somewhere; it is never the goal.
type Target struct {
	Value  float64 `toml:"value"`
	Year   int     `toml:"year"`
	Source string  `toml:"source"`
	Owner  string  `toml:"owner"`
}

type regionsFile struct {
	Region []Region `toml:"region"`
}

type settings struct {
	County   string   `toml:"county"`
	SCB      API      `toml:"scb"`
	Kolada   API      `toml:"kolada"`
	HTTP     HTTP     `toml:"http"`
	Build    Build    `toml:"build"`
	Figures  Figures  `toml:"figures"`
	Schedule Schedule `toml:"schedule"`
}

// Load reads the config in fsys. The error is a *Problems with every mistake.
func Load(fsys fs.FS, o Overrides) (*Config, error) {
	l := &loader{fsys: fsys, sum: sha256.New(), frozen: o.Frozen}
	var regions regionsFile
	c := &Config{}
	l.file("effekt.toml", &c.settings, false)
	l.file("regions.toml", &regions, true)
	l.file(frameworkFile, &c.Framework, true)
	c.Regions = regions.list()
	for _, name := range l.list("datasets") {
		d := Dataset{Name: strings.TrimSuffix(path.Base(name), ".toml"), File: name, RegionVariable: "Region", RefetchDays: 30, Frequency: "year"}
		l.file(name, &d, true)
		if d.RegionCoding == "" {
			d.RegionCoding = "scb"
			if len(d.KPIs) > 0 {
				d.RegionCoding = "kolada"
			}
		}
		c.Datasets = append(c.Datasets, d)
	}
	for _, name := range l.list("indicators") {
		i := Indicator{ID: strings.TrimSuffix(path.Base(name), ".toml"), File: name, Every: 1}
		l.file(name, &i, true)
		c.Indicators = append(c.Indicators, i)
	}
	override(&c.settings.County, o.County)
	override(&c.SCB.BaseURL, o.SCBBaseURL)
	override(&c.Kolada.BaseURL, o.KoladaBaseURL)
	l.check(c, c.settings.County, o)
	l.corrections(c)
	fmt.Fprintf(l.sum, "county %s figures %+v", c.settings.County, c.Figures)
	c.Hash = hex.EncodeToString(l.sum.Sum(nil))
	return c, l.problems.orNil()
}

func override(setting *string, value string) {
	if value != "" {
		*setting = strings.TrimSuffix(value, "/")
	}
}

// list completes each region with what its code says.
func (f regionsFile) list() []Region {
	regions := f.Region
	for i := range regions {
		r := &regions[i]
		switch {
		case r.Code == "00":
			r.Level, r.Kolada = "country", "0000"
		case len(r.Code) == 2:
			r.Level, r.County, r.Kolada = "county", r.Code, "00"+r.Code
		default:
			r.Level, r.County, r.Kolada = "municipality", r.Code[:min(2, len(r.Code))], r.Code
		}
	}
	slices.SortFunc(regions, func(a, b Region) int { return strings.Compare(a.Code, b.Code) })
	return regions
}

// Words gives the analyst's terms for regions in one coding: "scb", "nuts3" or
// "kolada". municipalities are the county's own.
func (c *Config) Words(coding string) map[string][]string {
	words := map[string][]string{}
	for _, r := range c.Regions {
		code := r.In(coding)
		switch r.Level {
		case "country":
			words["country"] = append(words["country"], code)
		case "county":
			words["counties"] = append(words["counties"], code)
		case "municipality":
			words["all_municipalities"] = append(words["all_municipalities"], code)
			if r.County == c.County.Code {
				words["municipalities"] = append(words["municipalities"], code)
			}
		}
	}
	return words
}

// In is the region's code in a coding: "scb", "nuts3" or "kolada".
func (r Region) In(coding string) string {
	switch {
	case coding == "kolada":
		return r.Kolada
	case coding == "nuts3" && r.Level == "county":
		return r.NUTS3
	}
	return r.Code
}

// EndedYear is the last year of which the indicator can have an outcome on a
// day: one that was over the day before.
func (i Indicator) EndedYear(day time.Time) int {
	if day.Format("01-02") > cmp.Or(i.YearEnds, "12-31") {
		return day.Year()
	}
	return day.Year() - 1
}

// publisher is a source that the settings have a section of, and what a data set
// of it must hold.
type publisher struct {
	name  string
	api   API
	check func(*loader, *Config, Dataset)
}

// publishers are the sources that a data set may name.
func (c *Config) publishers() []publisher {
	return []publisher{{"scb", c.SCB, (*loader).table}, {"kolada", c.Kolada, (*loader).group}}
}

// API is how a source is reached, by its name; the zero value where the settings
// have no section of it.
func (c *Config) API(source string) API {
	for _, p := range c.publishers() {
		if p.name == source {
			return p.api
		}
	}
	return API{}
}

// Dataset finds a data set by name.
func (c *Config) Dataset(name string) (Dataset, bool) {
	i := slices.IndexFunc(c.Datasets, func(d Dataset) bool { return d.Name == name })
	if i < 0 {
		return Dataset{}, false
	}
	return c.Datasets[i], true
}
