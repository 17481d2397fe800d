// Package explain takes one published figure back to the cells it was made of,
// and each cell to the request, the stored body and the byte where it stands.
//
// Which cells a figure rests on is not written down anywhere; it is found by
// trial. The indicator's own SQL is run again in memory, on copies of the
// county in which some cells are hidden: a cell whose loss changes the figure is
// an input. So the answer is true of the SQL as it is, for indicators nobody had
// thought of when this was written.
package explain

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"effekt/config"
	"effekt/pipeline/held"
	"effekt/pipeline/warehouse"
	"effekt/sources"

	effektsql "effekt/sql"
)

// Question names one figure. Sex is total, women or men.
type Question struct {
	Indicator string `json:"indicator_id"`
	Region    string `json:"region"` // SCB's form: 00, 24, 2480
	Year      int    `json:"year"`
	Sex       string `json:"sex"`
}

// row is the condition that selects the figure's row.
func (q Question) row() string {
	return fmt.Sprintf("indicator_id = %s and region = %s and year = %d and sex = %s",
		warehouse.Text(q.Indicator), warehouse.Text(q.Region), q.Year, warehouse.Text(q.Sex))
}

// Material is what a figure is explained from.
type Material struct {
	SQL      *effektsql.Library
	Held     held.Store // with the config
	Sources  []sources.Source
	Database string // the published file
}

// Figure is what is published of a figure, and what a trial is judged by.
type Figure struct {
	Value       *float64 `json:"value" column:"value"` // not rounded; nil when missing
	Status      string   `json:"status" column:"status"`
	Flags       []string `json:"flags" column:"flags"`
	Numerator   *float64 `json:"numerator" column:"numerator"`
	Denominator *float64 `json:"denominator" column:"denominator"`
}

// Explanation is a figure with everything behind it.
type Explanation struct {
	Question
	Label    string `json:"label"`
	Unit     string `json:"unit"`
	Decimals int    `json:"decimals"`
	Figure
	Formula  string    `json:"formula"`
	Source   string    `json:"source"`
	Caveats  []string  `json:"caveats"`
	Steps    []Step    `json:"steps"`
	Inputs   []Input   `json:"inputs"`
	Vintages []Vintage `json:"vintages"`
	// Corrections are our own, that may have made it another than the agency's.
	Corrections []Correction `json:"corrections,omitempty"`
	// Remark says how far the search for inputs went, when it stopped short.
	Remark string `json:"remark,omitempty"`
}

// Step is one SELECT on the way, first to last, with the rows of its result
// that belong to the figure's region.
type Step struct {
	Table   string   `json:"table"`
	File    string   `json:"file"` // under sql/; empty for one read straight from Kolada
	SQL     string   `json:"sql"`
	Columns []string `json:"columns"`
	Rows    [][]any  `json:"rows"`
}

// Code is a variable's code with its label.
type Code struct {
	Variable string `json:"variable"`
	Code     string `json:"code"`
	Label    string `json:"label,omitempty"`
}

// Input is one cell that the figure rests on, as the agency sent it unless it is
// Corrected.
type Input struct {
	Dataset string   `json:"dataset"`
	Table   string   `json:"table"` // SCB's table, or Kolada with the KPI
	Codes   []Code   `json:"codes"`
	Value   *float64 `json:"value"`
	Status  string   `json:"status,omitempty"` // the agency's symbol, verbatim
	Origin  *Origin  `json:"origin"`           // nil when the archive no longer has it; see Missing
	Missing string   `json:"missing,omitempty"`
	// Corrected tells that Value is our own; the agency's is Origin.Raw.
	Corrected bool              `json:"corrected,omitempty"`
	codes     map[string]string // by the column of the cell's table
}

// Correction is one of our own that may have made the figure another than the
// agency's; see config/corrections.toml.
type Correction struct {
	Corrects   string   `json:"corrects" column:"corrects"`
	State      string   `json:"state" column:"state"`       // applied, stopped or expired
	Expected   *float64 `json:"expected" column:"expected"` // the agency's value when it was written
	Found      *float64 `json:"found" column:"found"`       // the agency's value in this build
	Value      *float64 `json:"value" column:"value"`       // what stands in its place
	Reason     string   `json:"reason" column:"reason"`
	Who        string   `json:"who" column:"who"`
	Reference  string   `json:"reference" column:"reference"`
	ValidUntil string   `json:"valid_until" column:"valid_until"`
	Dataset    string   `json:"-" column:"dataset"` // of a cell
}

// Origin is the answer that brought a cell and where it stands in it.
type Origin struct {
	Vintage string    `json:"vintage"`
	Method  string    `json:"method"`
	URL     string    `json:"url"`
	Body    string    `json:"body,omitempty"` // sha256 of what was sent, itself in the archive
	Sent    string    `json:"sent,omitempty"` // that text, at most maxSent characters of it
	HTTP    int       `json:"http_status"`
	At      time.Time `json:"received"`
	Object  string    `json:"object"` // sha256 of the body received
	Cell    int       `json:"cell"`   // of a JSON-stat answer; -1 at Kolada
	Offset  int64     `json:"offset"` // byte in the body; -1 where the body leaves the value out
	Raw     string    `json:"raw"`    // the bytes there
}

// Vintage is a complete answer of a source that the figure rests on.
type Vintage struct {
	Dataset string    `json:"dataset"`
	Name    string    `json:"vintage"`
	Title   string    `json:"title"`
	Stamp   string    `json:"source_updated,omitempty"` // the agency's own
	Fetched time.Time `json:"fetched"`
	Notes   []string  `json:"notes,omitempty"` // the agency's, mandatory ones first
}

// ErrNoFigure says that the published file has no row for the question.
var ErrNoFigure = errors.New("no such figure is published")

// ErrSuppressed says that the figure is published as too small to show: what it
// was, or is made of, would show it.
var ErrSuppressed = errors.New("the figure is suppressed, and so is what it is made of")

// Explain answers a question. A figure that is missing is explained too.
func Explain(ctx context.Context, m Material, q Question) (_ Explanation, err error) {
	t, err := begin(ctx, m, q)
	if err != nil {
		return Explanation{}, err
	}
	defer func() { err = errors.Join(err, t.build.Abandon()) }()
	for _, step := range []func(context.Context) error{t.published, t.prepare, t.narrow, t.steps, t.trace, t.corrections} {
		if err := step(ctx); err != nil {
			return t.Explanation, err
		}
	}
	return t.Explanation, nil
}

// published reads what is published of the figure and what the config says of its
// indicator. A suppressed figure is refused before anything of it is kept.
func (t *trial) published(ctx context.Context) error {
	i := slices.IndexFunc(t.Held.Config.Indicators, func(i config.Indicator) bool { return i.ID == t.Indicator })
	if i < 0 {
		return fmt.Errorf("%w: there is no indicator %q", ErrNoFigure, t.Indicator)
	}
	found, err := figures(ctx, t.build, "published.mart.indicator_value", t.row())
	switch {
	case err != nil:
		return err
	case len(found) != 1:
		return t.none("")
	case found[0].suppressed():
		return ErrSuppressed
	}
	about := t.Held.Config.Indicators[i]
	t.Label, t.Unit, t.Decimals, t.Formula = about.Label.SV, about.Unit.SV, about.Decimals, about.Formula
	t.Source, t.Caveats, t.Figure = about.Source, about.Caveats, found[0].Figure
	return nil
}

// none is the error of a question that has no figure.
func (q Question) none(when string) error {
	return fmt.Errorf("%w: %s, region %s, year %d, sex %s%s", ErrNoFigure, q.Indicator, q.Region, q.Year, q.Sex, when)
}

// regional is a figure with its region, or with the copy of it.
type regional struct {
	Region string `column:"region"`
	Figure
}

// figures reads figures from a table or another source of rows.
func figures(ctx context.Context, db *warehouse.Build, from, where string) ([]regional, error) {
	return warehouse.Select[regional](ctx, db, "select region, value, status, flags, numerator, denominator from "+from+" where "+where)
}

// smallDenominator is the flag that the build sets on figures that are too small.
const smallDenominator = "small_denominator"

// suppressed tells a figure that is hidden for its small denominator.
func (f Figure) suppressed() bool {
	return f.Status == "Q" && slices.Contains(f.Flags, smallDenominator)
}

// tolerance is relative: the same cells may be added in another order, which
// moves the last digits of a binary fraction; a hidden cell moves far more.
const tolerance = 1e-9

func (f Figure) same(g Figure) bool {
	near := func(a, b *float64) bool {
		if a == nil || b == nil {
			return a == b
		}
		return math.Abs(*a-*b) <= tolerance*math.Max(math.Abs(*a), math.Abs(*b))
	}
	return f.Status == g.Status && slices.Equal(f.Flags, g.Flags) &&
		near(f.Value, g.Value) && near(f.Numerator, g.Numerator) && near(f.Denominator, g.Denominator)
}
