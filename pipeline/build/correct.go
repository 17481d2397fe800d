package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"effekt/config"
	"effekt/pipeline/number"
	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"
	"effekt/sources"
)

// The states of a correction in a build.
const (
	applied = "applied"
	stopped = "stopped" // the agency's value is not the expected one
	expired = "expired" // its last day has passed
)

// tried is a correction and what became of it.
type tried struct {
	config.Correction
	number int // as it stands in corrections.toml, from 1
	state  string
	err    error    // why it does not hold
	found  *float64 // the agency's value now
}

// corrections is what of the corrections decides a build: the text, and which of
// them have expired.
func (in Inputs) corrections() string {
	if len(in.Config.Corrections) == 0 {
		return ""
	}
	text, err := json.Marshal(in.Config.Corrections)
	parts := []any{string(text), err}
	for _, c := range in.Config.Corrections {
		parts = append(parts, in.over(c))
	}
	return run.Fingerprint(parts...)
}

// over tells whether a correction's last day has passed, on the day that the
// build is of.
func (in Inputs) over(c config.Correction) bool {
	return in.At().UTC().After(c.ValidUntil.Add(24*time.Hour - time.Nanosecond))
}

// correct applies the corrections that hold, cells first: with those the
// figures are made anew, and what came out otherwise is flagged.
func (m *making) correct(ctx context.Context) error {
	if slices.ContainsFunc(m.Config.Corrections, func(c config.Correction) bool { return c.Dataset != "" }) && m.made["core.indicator_value"] {
		if err := m.correctCells(ctx); err != nil {
			return err
		}
	}
	for n, c := range m.Config.Corrections {
		if c.Indicator == "" || !m.made["core.indicator_value"] {
			continue
		}
		one, err := m.correctFigure(ctx, tried{Correction: c, number: n + 1})
		if err != nil {
			return fmt.Errorf("correction %d: %w", n+1, err)
		}
		m.corrections = append(m.corrections, one)
	}
	return m.noteCorrections(ctx)
}

func (m *making) correctCells(ctx context.Context) error {
	const uncorrected = "previous.uncorrected"
	if err := m.db.Exec(ctx, "create table "+uncorrected+" as select indicator_id, region, year, sex, value, status from core.indicator_value"); err != nil {
		return err
	}
	changed := false
	for n, c := range m.Config.Corrections {
		if c.Dataset == "" {
			continue
		}
		one, err := m.correctCell(ctx, tried{Correction: c, number: n + 1})
		if err != nil {
			return fmt.Errorf("correction %d: %w", n+1, err)
		}
		m.corrections = append(m.corrections, one)
		changed = changed || one.state == applied
	}
	if !changed {
		return nil
	}
	if err := m.unmake(ctx); err != nil {
		return err
	}
	if err := m.figures(ctx); err != nil {
		return err
	}
	return m.db.Exec(ctx, `update core.indicator_value as figure set flags = list_append(coalesce(figure.flags, []), 'corrected')
		where not exists (select 1 from `+uncorrected+` as before
			where before.indicator_id = figure.indicator_id and before.region = figure.region and before.year = figure.year and before.sex = figure.sex
			and before.value is not distinct from figure.value and before.status is not distinct from figure.status)`)
}

// unmake drops what the first pass made of uncorrected cells.
func (m *making) unmake(ctx context.Context) error {
	for table := range m.made {
		if err := m.db.Exec(ctx, "drop table if exists "+warehouse.QuoteTable(table)); err != nil {
			return err
		}
	}
	m.made = map[string]bool{}
	for table := range m.failed {
		if m.plan.Failed[table] == nil {
			delete(m.failed, table)
		}
	}
	return nil
}

// correctCell tries the guard of one cell and replaces it when it holds. A cell
// is named by the columns of its table, or as the publisher names its variables.
func (m *making) correctCell(ctx context.Context, t tried) (tried, error) {
	table, ok := m.tableOf(t.Dataset)
	if !ok {
		return t, fmt.Errorf("no table holds the cells of %s", t.Dataset)
	}
	status := "null"
	if t.Missing {
		status = "'..'"
	}
	var where []string
	for variable, code := range t.Cell {
		where = append(where, warehouse.Quote(table.ColumnOf(variable))+"::varchar = "+warehouse.Text(code))
	}
	slices.Sort(where)
	exact := func(expect, found float64) bool { return math.Abs(expect-found) <= 1e-9*math.Abs(expect) }
	return m.replace(ctx, t, warehouse.QuoteTable(table.Schema+"."+table.Name), strings.Join(where, " and "), "value = "+literal(t.Value)+", status = "+status, exact)
}

// tableOf is the table that holds a data set's cells.
func (m *making) tableOf(dataset string) (sources.Table, bool) {
	holds := func(t sources.Table) bool {
		return t.Dataset == dataset || len(t.Key) > 0 && t.Dataset == "" && slices.ContainsFunc(t.Fill, func(f sources.Fill) bool { return f.Dataset == dataset })
	}
	i := slices.IndexFunc(m.tables, holds)
	if i < 0 {
		return sources.Table{}, false
	}
	return m.tables[i], true
}

// correctFigure does the same for a figure, whose guard is as exact as it is
// printed.
func (m *making) correctFigure(ctx context.Context, t tried) (tried, error) {
	i := slices.IndexFunc(m.Config.Indicators, func(i config.Indicator) bool { return i.ID == t.Indicator })
	if i < 0 {
		return t, fmt.Errorf("there is no indicator %q", t.Indicator)
	}
	decimals := m.Config.Indicators[i].Decimals
	where := fmt.Sprintf("indicator_id = %s and region = %s and year = %d and sex = %s", warehouse.Text(t.Indicator), warehouse.Text(t.Region), t.Year, warehouse.Text(t.Sex))
	status := "'A'"
	if t.Missing {
		status = "'O'"
	}
	set := "value = " + literal(t.Value) + ", numerator = null, denominator = null, status = " + status + ", flags = list_append(coalesce(flags, []), 'corrected')"
	printed := func(expect, found float64) bool {
		return number.Round(expect, decimals) == number.Round(found, decimals)
	}
	return m.replace(ctx, t, "core.indicator_value", where, set, printed)
}

// replace changes the one row that a correction is of, when its guard holds.
func (m *making) replace(ctx context.Context, t tried, table, where, set string, same func(expect, found float64) bool) (tried, error) {
	type row struct {
		Value *float64 `column:"value"`
	}
	found, err := warehouse.Select[row](ctx, m.db, "select value from "+table+" where "+where+" limit 2")
	if err != nil && !warehouse.SelectFailed(err) {
		return t, err
	}
	switch {
	case err != nil:
		t.err = err
	case len(found) == 0:
		t.err = errors.New("there is no such value any more")
	case len(found) > 1:
		t.err = errors.New("more than one cell has these codes: name every variable")
	default:
		t.found = found[0].Value
		t.err = t.guard(same)
	}
	switch {
	case m.over(t.Correction):
		t.state, t.err = expired, fmt.Errorf("its last day was %s: take it away, or give it a later one", t.ValidUntil.Format(time.DateOnly))
	case t.err != nil:
		t.state = stopped
	default:
		t.state = applied
		return t, m.db.Exec(ctx, "update "+table+" set "+set+" where "+where)
	}
	return t, nil
}

// guard tells why a correction does not hold: the agency says something else than
// when it was written.
func (t tried) guard(same func(expect, found float64) bool) error {
	if (t.found == nil) == (t.Expect == nil) && (t.found == nil || same(*t.Expect, *t.found)) {
		return nil
	}
	return fmt.Errorf("the agency's value is %s now, it was %s when the correction was written: look at it again", shownValue(t.found), shownValue(t.Expect))
}

func shownValue(v *float64) string {
	if v == nil {
		return "missing"
	}
	return fmt.Sprint(*v)
}

func literal(v *float64) string {
	if v == nil {
		return "null"
	}
	return fmt.Sprintf("%v::double", *v)
}

type correctionRow struct {
	Number     int      `json:"number"`
	Indicator  string   `json:"indicator_id,omitempty"`
	Dataset    string   `json:"dataset,omitempty"`
	Corrects   string   `json:"corrects"`
	Region     string   `json:"region,omitempty"`
	Year       int      `json:"year,omitempty"`
	Sex        string   `json:"sex,omitempty"`
	Expected   *float64 `json:"expected"`
	Found      *float64 `json:"found"`
	Value      *float64 `json:"value"`
	Reason     string   `json:"reason"`
	Who        string   `json:"who"`
	Reference  string   `json:"reference"`
	ValidUntil string   `json:"valid_until" type:"DATE"`
	State      string   `json:"state"`
	Error      string   `json:"error,omitempty"`
}

// noteCorrections lays what became of each in ops.correction. One that does not
// hold is in ops.model too, among what is not as it should be.
func (m *making) noteCorrections(ctx context.Context) error {
	slices.SortFunc(m.corrections, func(a, b tried) int { return a.number - b.number })
	var rows []correctionRow
	for _, t := range m.corrections {
		r := correctionRow{
			t.number, t.Indicator, t.Dataset, t.Of(), t.Region, t.Year, t.Sex, t.Expect, t.found, t.Value, t.Reason, t.Who, t.Reference,
			t.ValidUntil.Format(time.DateOnly), t.state, "",
		}
		if t.err != nil {
			r.Error = t.err.Error()
		}
		rows = append(rows, r)
	}
	return load(ctx, m, "ops", "correction", rows)
}

// notHolding lists the corrections that do not hold, as what is not as it should
// be.
func (m *making) notHolding() []run.LeftOut {
	var all []run.LeftOut
	for _, t := range m.corrections {
		if t.err != nil {
			all = append(all, run.LeftOut{Table: fmt.Sprintf("correction.%d", t.number), Err: fmt.Errorf("%s (%s): %w", t.Of(), t.state, t.err)})
		}
	}
	return all
}
