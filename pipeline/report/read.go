// Package report makes the report-back of what is published: figures, the
// outcomes that stand beside them, and what is missing, as a page, a Word file
// and a workbook with the same text and numbers.
//
// Sentences come from data by a fixed vocabulary, never from two points alone,
// and no sentence says that an effort caused an effect.
package report

import (
	"context"
	"effekt/config"
	"effekt/pipeline/warehouse"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Figures is what the report reads of a published file, for one county.
type Figures struct {
	County, CountyName string
	Synthetic          bool
	Municipalities     int // of the county
	Built              time.Time
	BuildID            string
	Indicators         []Indicator // in the order of the file
	Revisions          []Revision
	Datasets           []Dataset
	Outcomes           Outcomes
	Corrections        []Correction
}

// Correction is one of our own, with what became of it.
type Correction struct {
	Corrects, State, Reason, Who, Reference string
	Found, Value                            *float64
	ValidUntil                              time.Time
}

// Indicator is one indicator with everything that is said of it.
type Indicator struct {
	ID, Label, Description, Unit, Formula, Source string
	LabelEN, UnitEN                               string
	Decimals                                      int
	Polarity, Change                              string
	Balance                                       *config.Balance // of a signed difference, or a ratio with a point of balance
	Areas, Goals, Caveats                         []string
	Official                                      *bool
	Notes                                         []string // that the source wants shown with the figures
	Target                                        *Target
	Additive                                      bool // counties come to the country, so a gap to it means nothing
	State, Reason                                 string
	Standing                                      string    // of what it is made of: ok, overdue, frozen or discontinued; empty: not known
	Expected                                      time.Time // when the next year's value was to be there; zero: not known
	Breaks                                        []Break
	Values                                        []Value // of the county, the country, counties and municipalities
	Forecasts                                     []Value // theirs for years that have not ended: no part of anything that is said
	Compare                                       []Comparison
	Trend                                         []Trend
	Since                                         []Trend // from each year to the latest; none in an edition of an older program
	Spread                                        []Spread
}

// Target is what somebody else has aimed at; it is not the strategy's goal.
type Target struct {
	Value         float64
	Year          int
	Source, Owner string
	Reached       *bool // nil where no direction is better
}

// Value is one figure of mart.indicator_value.
type Value struct {
	Region, Name, Level, Sex, Status string
	Year                             int
	Period                           string
	Value                            *float64
	Flags                            []string
	Change1, Change5, Change10       *float64 // in the indicator's unit; points for shares
	Percent1, Percent5, Percent10    *float64
}

// Comparison is a county's place in a year.
type Comparison struct {
	Year, Rank, Of int
	Sex            string
	Country, Gap   *float64
}

// Trend is mart.indicator_trend of the county.
type Trend struct {
	Sex, Direction             string
	Says                       string // what may be said of it; empty: Direction alone tells
	Side                       string // of the point of balance on which the last value lies
	First, Last, Years         int
	FirstValue, LastValue      *float64
	Slope, SlopeLow, SlopeHigh *float64
}

// Spread is mart.indicator_spread of the county's municipalities.
type Spread struct {
	Year                      int
	Sex                       string
	Lowest, Median, Highest   *float64
	LowestName, HighestName   string
	Count, MunicipalitiesInIt int
}

// Break is the first year after a break.
type Break struct {
	Year   int
	Reason string
}

// Revision is a figure of the county that changed since an earlier edition.
type Revision struct {
	Indicator, Sex, Kind, Cause string
	Year                        int
	Old, New                    *float64
	Noted                       time.Time
}

// Dataset is a source with its stamp.
type Dataset struct {
	Name, Source, Table, Title, Vintage, Stamp, LastPeriod, Error string
	Fetched                                                       time.Time
	Notes                                                         []string // that the source wants shown with the figures
	Series                                                        []Series // one of a table, one for each KPI of a group
}

// Series is how fresh a data set's series is, by core.freshness.
type Series struct{ KPI, LastPeriod, Standing string }

// reader asks a published file.
type reader struct {
	file   *warehouse.Reader
	county string
	err    error
}

// rows answers a query as maps by column; after an error it answers nothing.
func (r *reader) rows(ctx context.Context, query string) []map[string]any {
	if r.err != nil {
		return nil
	}
	found, err := r.file.Query(ctx, query, 0)
	if err != nil {
		r.err = err
		return nil
	}
	all := make([]map[string]any, len(found.Rows))
	for i, row := range found.Rows {
		all[i] = map[string]any{}
		for k, column := range found.Columns {
			all[i][column] = row[k]
		}
	}
	return all
}

// ErrNothing says that there is no published file to report from.
var ErrNothing = errors.New("nothing is published yet: run «effekt refresh» first")

// Read reads the published file for the county it was built for.
func Read(ctx context.Context, database string) (Figures, error) {
	file, err := warehouse.Open(ctx, database)
	if err != nil {
		return Figures{}, fmt.Errorf("%w: %w", ErrNothing, err)
	}
	return figuresOf(ctx, file)
}

// figuresOf reads everything and lets the file go.
func figuresOf(ctx context.Context, file *warehouse.Reader) (f Figures, err error) {
	defer func() { err = errors.Join(err, file.Close()) }()
	r := &reader{file: file}
	for _, row := range r.rows(ctx, `select setting.county, setting.synthetic, region.name, build.build_id, build.built,
		(select count(*) from core.region as part where part.level = 'municipality' and part.county = setting.county) as municipalities
		from config.setting as setting join core.region as region on region.region = setting.county cross join config.build as build`) {
		f.County, f.CountyName, f.Synthetic = text(row["county"]), text(row["name"]), row["synthetic"] == true
		f.BuildID, f.Built, f.Municipalities = text(row["build_id"]), moment(row["built"]), whole(row["municipalities"])
	}
	r.county = f.County
	f.Indicators = r.indicators(ctx, f.Built)
	f.Revisions = r.revisions(ctx)
	f.Datasets = r.datasets(ctx)
	f.Outcomes = r.outcomes(ctx)
	f.Corrections = r.corrections(ctx)
	return f, r.err
}

func (r *reader) indicators(ctx context.Context, built time.Time) []Indicator {
	var all []Indicator
	at := map[string]int{}
	for _, row := range r.rows(ctx, "select about.*, meta.* from mart.indicator as meta join config.indicator as about using (indicator_id) order by indicator_id") {
		i := Indicator{
			ID: text(row["indicator_id"]), Label: text(row["label_sv"]), Description: text(row["description_sv"]), Unit: text(row["unit"]),
			Formula: text(row["formula"]), Source: text(row["source"]), Polarity: text(row["polarity"]), Change: text(row["change"]),
			Decimals: whole(row["decimals"]), Areas: texts(row["areas"]), Goals: texts(row["goals"]), Caveats: texts(row["caveats"]),
			State: text(row["state"]), Reason: text(row["state_reason"]), Additive: row["additive"] == true,
		}
		i.LabelEN, i.UnitEN = text(row["label_en"]), text(row["unit_en"])
		i.Expected, i.Standing = moment(row["next_expected"]), text(row["standing"])
		if _, known := row["standing"]; !known && !i.Expected.IsZero() && built.After(i.Expected.AddDate(0, 3, 0)) {
			i.Standing = "overdue" // in an edition of an older program, that had no standing
		}
		i.Official, i.Notes, i.Target, i.Balance = flag(row["official"]), texts(row["notes"]), target(row), balance(row)
		at[i.ID] = len(all)
		all = append(all, i)
	}
	each := func(query string, take func(i *Indicator, row map[string]any)) {
		for _, row := range r.rows(ctx, query) {
			if k, ok := at[text(row["indicator_id"])]; ok {
				take(&all[k], row)
			}
		}
	}
	county := warehouse.Text(r.county)
	each("select * from config.break order by year", func(i *Indicator, row map[string]any) {
		i.Breaks = append(i.Breaks, Break{whole(row["year"]), text(row["reason"])})
	})
	each(`select figure.*, region.name, region.level, change.* exclude (indicator_id, region, sex, year)
		from mart.indicator_value as figure join core.region as region using (region)
		left join mart.indicator_change as change using (indicator_id, region, sex, year)
		where region.level in ('country', 'county') or region.county = `+county+` order by region, sex, year`, func(i *Indicator, row map[string]any) {
		v := Value{
			Region: text(row["region"]), Name: text(row["name"]), Level: text(row["level"]), Sex: text(row["sex"]), Status: text(row["status"]),
			Year: whole(row["year"]), Period: text(row["period"]), Value: double(row["value"]), Flags: texts(row["flags"]),
			Change1: double(row["change_1y"]), Change5: double(row["change_5y"]), Change10: double(row["change_10y"]),
			Percent1: double(row["change_1y_pct"]), Percent5: double(row["change_5y_pct"]), Percent10: double(row["change_10y_pct"]),
		}
		if slices.Contains(v.Flags, "forecast") {
			i.Forecasts = append(i.Forecasts, v)
			return
		}
		i.Values = append(i.Values, v)
	})
	each("select * from mart.indicator_compare where region = "+county+" order by year, sex", func(i *Indicator, row map[string]any) {
		i.Compare = append(i.Compare, Comparison{whole(row["year"]), whole(row["rank"]), whole(row["n"]), text(row["sex"]), double(row["country_value"]), double(row["gap"])})
	})
	each("select * from mart.indicator_trend where region = "+county+" order by sex", func(i *Indicator, row map[string]any) {
		i.Trend = append(i.Trend, i.trendOf(r.county, row))
	})
	if r.has(ctx, "mart", "indicator_trend_since") {
		each("select * from mart.indicator_trend_since where region = "+county+" order by sex, first_year", func(i *Indicator, row map[string]any) {
			i.Since = append(i.Since, i.trendOf(r.county, row))
		})
	}
	each(`select spread.*, low.name as lowest_name, high.name as highest_name from mart.indicator_spread as spread
		join core.region as low on low.region = spread.lowest_region join core.region as high on high.region = spread.highest_region
		where spread.county = `+county+` order by year, sex`, func(i *Indicator, row map[string]any) {
		i.Spread = append(i.Spread, Spread{
			Year: whole(row["year"]), Sex: text(row["sex"]), Lowest: double(row["lowest"]), Median: double(row["median"]), Highest: double(row["highest"]),
			LowestName: text(row["lowest_name"]), HighestName: text(row["highest_name"]), Count: whole(row["n"]), MunicipalitiesInIt: whole(row["municipalities"]),
		})
	})
	return all
}

func (i Indicator) trendOf(county string, row map[string]any) Trend {
	t := Trend{
		Sex: text(row["sex"]), Direction: text(row["direction"]), Says: text(row["says"]), Side: text(row["side"]), First: whole(row["first_year"]), Last: whole(row["last_year"]), Years: whole(row["years"]),
		FirstValue: double(row["first_value"]), LastValue: double(row["last_value"]),
		Slope: double(row["slope"]), SlopeLow: double(row["slope_low"]), SlopeHigh: double(row["slope_high"]),
	}
	if t.Says != "" {
		return t
	}
	// An edition of an older program did not hold the line against the figures.
	t.FirstValue, t.LastValue = i.at(county, t.Sex, t.First), i.at(county, t.Sex, t.Last)
	if t.FirstValue != nil && t.LastValue != nil {
		moved := i.rounded(*t.LastValue) - i.rounded(*t.FirstValue)
		if t.Direction == "up" && moved <= 0 || t.Direction == "down" && moved >= 0 {
			t.Says = "unclear"
		}
	}
	return t
}

// has tells whether a file has a table that those of older programs lack.
func (r *reader) has(ctx context.Context, schema, table string) bool {
	return len(r.rows(ctx, "select 1 from information_schema.tables where table_schema = "+warehouse.Text(schema)+" and table_name = "+warehouse.Text(table))) > 0
}

func (r *reader) revisions(ctx context.Context) []Revision {
	var all []Revision
	for _, row := range r.rows(ctx, "select * from mart.revision where kind in ('revised_value', 'withdrawn', 'recalculated') and region = "+
		warehouse.Text(r.county)+" order by indicator_id, year, sex, noted") {
		all = append(all, Revision{
			Indicator: text(row["indicator_id"]), Sex: text(row["sex"]), Kind: text(row["kind"]), Cause: text(row["cause"]), Year: whole(row["year"]),
			Old: double(row["old_value"]), New: double(row["new_value"]), Noted: moment(row["noted"]),
		})
	}
	return all
}

func (r *reader) datasets(ctx context.Context) []Dataset {
	var all []Dataset
	series := r.series(ctx)
	for _, row := range r.rows(ctx, "select * from ops.dataset order by name") {
		all = append(all, Dataset{
			Series: series[text(row["name"])],
			Name:   text(row["name"]), Source: text(row["source"]), Table: text(row["table_id"]), Title: text(row["title"]), Vintage: text(row["vintage"]),
			Stamp: text(row["source_updated"]), LastPeriod: text(row["last_period"]), Error: text(row["error"]), Fetched: moment(row["fetched"]), Notes: texts(row["notes"]),
		})
	}
	return all
}

// series are those of each data set, which an edition of an older program tells of
// in ops.dataset.
func (r *reader) series(ctx context.Context) map[string][]Series {
	query := "select *, name as dataset, '' as series from ops.dataset"
	if r.has(ctx, "core", "freshness") {
		query = "select dataset, series, last_period, standing from core.freshness order by dataset, series"
	}
	all := map[string][]Series{}
	for _, row := range r.rows(ctx, query) {
		name := text(row["dataset"])
		all[name] = append(all[name], Series{text(row["series"]), text(row["last_period"]), text(row["standing"])})
	}
	return all
}

// corrections are none in an edition of an older program.
func (r *reader) corrections(ctx context.Context) []Correction {
	if !r.has(ctx, "ops", "correction") {
		return nil
	}
	var all []Correction
	for _, row := range r.rows(ctx, "select * from ops.correction order by number") {
		all = append(all, Correction{
			Corrects: text(row["corrects"]), State: text(row["state"]), Reason: text(row["reason"]), Who: text(row["who"]), Reference: text(row["reference"]),
			Found: double(row["found"]), Value: double(row["value"]), ValidUntil: moment(row["valid_until"]),
		})
	}
	return all
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func texts(v any) []string {
	list, _ := v.([]any)
	var all []string
	for _, item := range list {
		all = append(all, fmt.Sprint(item))
	}
	return all
}

// target is an indicator's; an edition of an older program has none.
func target(row map[string]any) *Target {
	value := double(row["target_value"])
	if value == nil {
		return nil
	}
	return &Target{*value, whole(row["target_year"]), text(row["target_source"]), text(row["target_owner"]), flag(row["target_reached"])}
}

// balance is an indicator's; an edition of an older program has none.
func balance(row map[string]any) *config.Balance {
	at := double(row["balance"])
	if at == nil {
		return nil
	}
	return &config.Balance{
		At: *at, Above: text(row["balance_above"]), Below: text(row["balance_below"]),
		SideAbove: text(row["balance_side_above"]), SideBelow: text(row["balance_side_below"]),
	}
}

func flag(v any) *bool {
	if b, ok := v.(bool); ok {
		return &b
	}
	return nil
}

func double(v any) *float64 {
	if f, ok := v.(float64); ok {
		return &f
	}
	return nil
}

func whole(v any) int {
	switch n := v.(type) {
	case int32:
		return int(n)
	case int64:
		return int(n)
	}
	return 0
}

func moment(v any) time.Time {
	t, _ := v.(time.Time)
	return t
}
