// Package report makes the report-back of what is published: figures, the
// outcomes that stand beside them, and what is missing, as a page, a Word file
// and a workbook with the same text and numbers.
//
// Sentences come from data by a fixed vocabulary, never from two points alone,
// and no sentence says that an effort caused an effect.
package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"effekt/config"
	"effekt/pipeline/warehouse"
)

// Figures is what the report reads of a published file, for one county.
type Figures struct {
	County         string      `column:"county"`
	CountyName     string      `column:"name"`
	Synthetic      bool        `column:"synthetic"`
	Municipalities int         `column:"municipalities"` // of the county
	Built          time.Time   `column:"built"`
	BuildID        string      `column:"build_id"`
	Indicators     []Indicator // in the order of the file
	Revisions      []Revision
	Datasets       []Dataset
	Outcomes       Outcomes
	Corrections    []Correction
}

// Indicator is one indicator with everything that is said of it.
type Indicator struct {
	ID          string   `column:"indicator_id"`
	Label       string   `column:"label_sv"`
	LabelEN     string   `column:"label_en"`
	Description string   `column:"description_sv"`
	Unit        string   `column:"unit"`
	UnitEN      string   `column:"unit_en"`
	Formula     string   `column:"formula"`
	Source      string   `column:"source"`
	Decimals    int      `column:"decimals"`
	Polarity    string   `column:"polarity"`
	Change      string   `column:"change"`
	Areas       []string `column:"areas"`
	Goals       []string `column:"goals"`
	Caveats     []string `column:"caveats"`
	Official    *bool    `column:"official"`
	Additive    bool     `column:"additive"` // counties come to the country, so a gap to it means nothing
	Target
	State    string    `column:"state"`
	Reason   string    `column:"state_reason"`
	Standing string    `column:"standing"`      // the worst of the series that it is made of
	Expected time.Time `column:"next_expected"` // when the next year's value was to be there; zero: not known

	Balance   *config.Balance // of a signed difference, or a ratio with a point of balance
	Breaks    []Break
	Values    []Value // of the county, the country, counties and municipalities
	Forecasts []Value // theirs for years that have not ended: no part of anything that is said
	Compare   []Comparison
	Trend     []Trend
	Since     []Trend // from each year to the latest; none in an edition of an older program
	Spread    []Spread
	words     wording
}

// of names the indicator that a row is about.
type of struct {
	Indicator string `column:"indicator_id"`
}

func (o of) indicator() string { return o.Indicator }

// Target is what somebody else has aimed at; it is not the strategy's goal.
type Target struct {
	Aim     *float64 `column:"target_value"` // nil: there is none
	AimYear *int     `column:"target_year"`
	From    string   `column:"target_source"`
	Owner   string   `column:"target_owner"`
	Reached *bool    `column:"target_reached"` // nil where no direction is better
}

// Value is one figure of mart.indicator_value. Changes are in the indicator's
// unit, points for shares, and in per cent.
type Value struct {
	of
	Region   string   `column:"region"`
	Name     string   `column:"name"`
	Level    string   `column:"level"`
	Sex      string   `column:"sex"`
	Status   string   `column:"status"`
	Year     int      `column:"year"`
	Period   string   `column:"period"`
	Value    *float64 `column:"value"`
	Flags    []string `column:"flags"`
	Change1  *float64 `column:"change_1y"`
	Change5  *float64 `column:"change_5y"`
	Percent1 *float64 `column:"change_1y_pct"`
	Percent5 *float64 `column:"change_5y_pct"`
}

// Comparison is a county's place in a year.
type Comparison struct {
	of
	Year    int      `column:"year"`
	Rank    int      `column:"rank"` // 0: none
	Of      int      `column:"n"`
	Sex     string   `column:"sex"`
	Country *float64 `column:"country_value"`
	Gap     *float64 `column:"gap"`
}

// Trend is mart.indicator_trend of the county.
type Trend struct {
	of
	Sex        string   `column:"sex"`
	Direction  string   `column:"direction"`
	Says       string   `column:"says"` // what may be said of it; empty: Direction alone tells
	Side       string   `column:"side"` // of the point of balance on which the last value lies
	First      int      `column:"first_year"`
	Last       int      `column:"last_year"`
	Years      int      `column:"years"`
	FirstValue *float64 `column:"first_value"`
	LastValue  *float64 `column:"last_value"`
	Slope      *float64 `column:"slope"`
	SlopeLow   *float64 `column:"slope_low"`
	SlopeHigh  *float64 `column:"slope_high"`
}

// Spread is mart.indicator_spread of the county's municipalities.
type Spread struct {
	of
	Year               int      `column:"year"`
	Sex                string   `column:"sex"`
	Lowest             *float64 `column:"lowest"`
	Median             *float64 `column:"median"`
	Highest            *float64 `column:"highest"`
	LowestName         string   `column:"lowest_name"`
	HighestName        string   `column:"highest_name"`
	Count              int      `column:"n"`
	MunicipalitiesInIt int      `column:"municipalities"`
}

// Break is the first year after a break.
type Break struct {
	of
	Year   int    `column:"year"`
	Reason string `column:"reason"`
}

// Revision is a figure of the county that changed since an earlier edition.
type Revision struct {
	of
	Sex   string    `column:"sex"`
	Kind  string    `column:"kind"`
	Cause string    `column:"cause"`
	Year  int       `column:"year"`
	Old   *float64  `column:"old_value"`
	New   *float64  `column:"new_value"`
	Noted time.Time `column:"noted"`
}

// Dataset is a source with its stamp.
type Dataset struct {
	Name       string    `column:"name"`
	Source     string    `column:"source"`
	Table      string    `column:"table_id"`
	Title      string    `column:"title"`
	Stamp      string    `column:"source_updated"`
	LastPeriod string    `column:"last_period"`
	Error      string    `column:"error"`
	Fetched    time.Time `column:"fetched"`
	Notes      []string  `column:"notes"` // that the source wants shown with the figures
	Series     []Series  // one of a table, one for each KPI of a group
}

// Series is how fresh a data set's series is, by core.freshness.
type Series struct {
	Dataset    string `column:"dataset"`
	KPI        string `column:"series"`
	LastPeriod string `column:"last_period"`
	Standing   string `column:"standing"`
}

// Correction is one of our own, with what became of it.
type Correction struct {
	Corrects   string    `column:"corrects"`
	State      string    `column:"state"`
	Reason     string    `column:"reason"`
	Who        string    `column:"who"`
	Reference  string    `column:"reference"`
	Found      *float64  `column:"found"`
	Value      *float64  `column:"value"`
	ValidUntil time.Time `column:"valid_until"`
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

// ReadEdition reads the figures of a frozen edition from its Parquet files.
func ReadEdition(ctx context.Context, folder string) (Figures, error) {
	file, err := warehouse.Parquet(ctx, folder)
	if err != nil {
		return Figures{}, err
	}
	return figuresOf(ctx, file)
}

// figuresOf reads everything and lets the file go.
func figuresOf(ctx context.Context, file *warehouse.Reader) (f Figures, err error) {
	defer func() { err = errors.Join(err, file.Close()) }()
	r := newReader(ctx, file)
	for _, f = range rows[Figures](ctx, r, `select setting.*, region.name, build.build_id, build.built,
		(select count(*) from core.region as part where part.level = 'municipality' and part.county = setting.county) as municipalities
		from config.setting as setting join core.region as region on region.region = setting.county cross join config.build as build`, "county") {
		r.county = warehouse.Text(f.County)
	}
	f.Indicators = r.indicators(ctx, f.County)
	f.Revisions = rows[Revision](ctx, r, "from mart.revision where kind in ('revised_value', 'withdrawn', 'recalculated') and region = "+r.county, "indicator_id, year, sex, noted")
	f.Datasets = r.datasets(ctx)
	f.Outcomes = r.outcomes(ctx)
	if r.holds("ops.correction") {
		f.Corrections = rows[Correction](ctx, r, "from ops.correction", "number")
	}
	return f, r.err
}

// datasets are what the figures come from. An edition of an older program tells of a
// data set as one series.
func (r *reader) datasets(ctx context.Context) []Dataset {
	freshness := "from core.freshness"
	if !r.holds("core.freshness") {
		freshness = "select *, name as dataset, '' as series from ops.dataset"
	}
	series := map[string][]Series{}
	for _, s := range rows[Series](ctx, r, freshness, "dataset, series") {
		series[s.Dataset] = append(series[s.Dataset], s)
	}
	all := rows[Dataset](ctx, r, "from ops.dataset", "name")
	for i := range all {
		all[i].Series = series[all[i].Name]
	}
	return all
}

func (r *reader) indicators(ctx context.Context, county string) []Indicator {
	// What the data sets themselves say goes before the config: whether they are official.
	all := rows[Indicator](ctx, r, `from (select columns(lambda name: name <> 'official') from config.indicator)
		join (select columns('^(indicator_id|official|standing|next_expected|target_reached|state|state_reason)$') from `+r.published(ctx)+`) using (indicator_id)`, "indicator_id")
	at := map[string]*Indicator{}
	for n := range all {
		at[all[n].ID] = &all[n]
	}
	if r.holds("config.indicator.balance") {
		each(ctx, r, at, "from config.indicator where balance is not null", "indicator_id", func(i *Indicator, b balanced) { i.Balance = &b.Balance })
	}
	each(ctx, r, at, "from config.break", "year", func(i *Indicator, b Break) { i.Breaks = append(i.Breaks, b) })
	each(ctx, r, at, `select figure.*, region.name, region.level, change.* exclude (indicator_id, region, sex, year)
		from mart.indicator_value as figure join core.region as region using (region)
		left join mart.indicator_change as change using (indicator_id, region, sex, year)
		where region.level in ('country', 'county') or region.county = `+r.county, "region, sex, year", func(i *Indicator, v Value) {
		if slices.Contains(v.Flags, "forecast") {
			i.Forecasts = append(i.Forecasts, v)
			return
		}
		i.Values = append(i.Values, v)
	})
	each(ctx, r, at, "select * replace (coalesce(rank, 0) as rank, coalesce(n, 0) as n) from mart.indicator_compare where region = "+r.county, "year, sex", func(i *Indicator, c Comparison) {
		i.Compare = append(i.Compare, c)
	})
	each(ctx, r, at, "from mart.indicator_trend where region = "+r.county, "sex", func(i *Indicator, t Trend) { i.Trend = append(i.Trend, i.held(county, t)) })
	if r.holds("mart.indicator_trend_since") {
		each(ctx, r, at, "from mart.indicator_trend_since where region = "+r.county, "sex, first_year", func(i *Indicator, t Trend) {
			i.Since = append(i.Since, i.held(county, t))
		})
	}
	each(ctx, r, at, `select spread.*, low.name as lowest_name, high.name as highest_name from mart.indicator_spread as spread
		join core.region as low on low.region = spread.lowest_region join core.region as high on high.region = spread.highest_region
		where spread.county = `+r.county, "year, sex", func(i *Indicator, s Spread) { i.Spread = append(i.Spread, s) })
	return all
}

// balanced is an indicator with a point of balance; most have none.
type balanced struct {
	of
	config.Balance
}

// held is a trend that says no more than its printed figures do, also where an
// older program did not hold the line against them.
func (i Indicator) held(county string, t Trend) Trend {
	if t.Says != "" {
		return t
	}
	t.FirstValue, t.LastValue = i.at(county, t.Sex, t.First), i.at(county, t.Sex, t.Last)
	if t.FirstValue != nil && t.LastValue != nil {
		moved := i.rounded(*t.LastValue) - i.rounded(*t.FirstValue)
		if t.Direction == "up" && moved <= 0 || t.Direction == "down" && moved >= 0 {
			t.Says = "unclear"
		}
	}
	return t
}
