// Package explain takes one published figure back to the cells it was made of,
// and each cell to the request, the stored body and the byte where it stands.
//
// Which cells a figure rests on is not written down anywhere; it is found by
// trial. The indicator's own SQL is run again in memory, on copies of the
// county in which one cell at a time is hidden: a cell whose loss changes the
// figure is an input. So the answer is true of the SQL as it is, for indicators
// nobody had thought of when this was written.
package explain

import (
	"context"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/warehouse"
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

// Material is what a figure is explained from.
type Material struct {
	Config   *config.Config
	SQL      *effektsql.Library
	Archive  *archive.Archive
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
	Table   string   `json:"table"` // SCB's table, or Kolada
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
	if err := t.narrow(ctx); err != nil {
		return e, fmt.Errorf("looking for the inputs: %w", err)
	}
	e.Remark = t.remark
	if e.Steps, err = t.steps(ctx); err != nil {
		return e, err
	}
	cells, err := t.cells(ctx)
	if err != nil {
		return e, err
	}
	published, err := t.published(ctx)
	if err != nil {
		return e, err
	}
	if e.Inputs, e.Vintages, err = trace(m, published, cells); err != nil {
		return e, err
	}
	if e.Corrections, err = t.corrections(ctx, e); err != nil {
		return e, err
	}
	e.markCorrected()
	return e, nil
}

// figure reads what is published.
func (t *trial) figure(ctx context.Context) (Explanation, error) {
	q := t.question
	e := Explanation{Question: q}
	i := slices.IndexFunc(t.Config.Indicators, func(i config.Indicator) bool { return i.ID == q.Indicator })
	if i < 0 {
		return e, fmt.Errorf("%w: there is no indicator %q", ErrNoFigure, q.Indicator)
	}
	about := t.Config.Indicators[i]
	e.Label, e.Unit, e.Decimals, e.Formula = about.Label.SV, about.Unit.SV, about.Decimals, about.Formula
	e.Source, e.Caveats = about.Source, about.Caveats
	found, err := t.build.Query(ctx, fmt.Sprintf(`
		select value, status, flags, numerator, denominator from published.mart.indicator_value
		where indicator_id = %s and region = %s and year = %d and sex = %s`,
		warehouse.Text(q.Indicator), warehouse.Text(q.Region), q.Year, warehouse.Text(q.Sex)), 0)
	if err != nil {
		return e, err
	}
	if len(found.Rows) != 1 {
		return e, fmt.Errorf("%w: %s, region %s, year %d, sex %s", ErrNoFigure, q.Indicator, q.Region, q.Year, q.Sex)
	}
	row := found.Rows[0]
	e.Value, e.Numerator, e.Denominator = double(row[0]), double(row[3]), double(row[4])
	e.Status = fmt.Sprint(row[1])
	flags, _ := row[2].([]any)
	for _, flag := range flags {
		e.Flags = append(e.Flags, fmt.Sprint(flag))
	}
	return e, nil
}

func double(v any) *float64 {
	if f, ok := v.(float64); ok {
		return &f
	}
	return nil
}
