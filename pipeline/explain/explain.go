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
	"effekt/config"
	"effekt/pipeline/held"
	"effekt/pipeline/warehouse"
	"effekt/sources"
	"errors"
	"fmt"
	"slices"
	"time"

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

// Explanation is a figure with everything behind it.
type Explanation struct {
	Question
	Label       string    `json:"label"`
	Unit        string    `json:"unit"`
	Decimals    int       `json:"decimals"`
	Value       *float64  `json:"value"` // not rounded; nil when missing
	Status      string    `json:"status"`
	Flags       []string  `json:"flags"`
	Numerator   *float64  `json:"numerator"`
	Denominator *float64  `json:"denominator"`
	Formula     string    `json:"formula"`
	Source      string    `json:"source"`
	Caveats     []string  `json:"caveats"`
	Steps       []Step    `json:"steps"`
	Inputs      []Input   `json:"inputs"`
	Vintages    []Vintage `json:"vintages"`
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
	Corrected bool `json:"corrected,omitempty"`
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
func Explain(ctx context.Context, m Material, q Question) (e Explanation, err error) {
	t, err := begin(ctx, m, q)
	if err != nil {
		return e, err
	}
	defer func() { err = errors.Join(err, t.build.Abandon()) }()
	if e, err = t.figure(ctx); err != nil {
		return e, err
	}
	if err := t.prepare(ctx); err != nil {
		return e, err
	}
	if err := t.narrow(ctx); err != nil {
		return e, fmt.Errorf("looking for the inputs: %w", err)
	}
	e.Remark = t.remark
	if e.Steps, err = t.steps(ctx); err != nil {
		return e, err
	}
	if e.Inputs, e.Vintages, err = t.trace(ctx); err != nil {
		return e, err
	}
	if e.Corrections, err = t.corrections(ctx, e); err != nil {
		return e, err
	}
	e.markCorrected()
	return e, nil
}

// published is what is published of a figure.
type published struct {
	Value       *float64 `column:"value"`
	Status      string   `column:"status"`
	Flags       []string `column:"flags"`
	Numerator   *float64 `column:"numerator"`
	Denominator *float64 `column:"denominator"`
}

// suppressed tells a figure that is hidden for its small denominator.
func (p published) suppressed() bool {
	return p.Status == "Q" && slices.Contains(p.Flags, "small_denominator")
}

// figure reads what is published.
func (t *trial) figure(ctx context.Context) (Explanation, error) {
	q := t.question
	e := Explanation{Question: q}
	i := slices.IndexFunc(t.Held.Config.Indicators, func(i config.Indicator) bool { return i.ID == q.Indicator })
	if i < 0 {
		return e, fmt.Errorf("%w: there is no indicator %q", ErrNoFigure, q.Indicator)
	}
	found, err := warehouse.Select[published](ctx, t.build, "select value, status, flags, numerator, denominator from published.mart.indicator_value where "+q.row())
	switch {
	case err != nil:
		return e, err
	case len(found) != 1:
		return e, fmt.Errorf("%w: %s, region %s, year %d, sex %s", ErrNoFigure, q.Indicator, q.Region, q.Year, q.Sex)
	case found[0].suppressed():
		return e, ErrSuppressed
	}
	about, p := t.Held.Config.Indicators[i], found[0]
	e.Label, e.Unit, e.Decimals, e.Formula = about.Label.SV, about.Unit.SV, about.Decimals, about.Formula
	e.Source, e.Caveats = about.Source, about.Caveats
	e.Value, e.Status, e.Flags, e.Numerator, e.Denominator = p.Value, p.Status, p.Flags, p.Numerator, p.Denominator
	return e, nil
}
