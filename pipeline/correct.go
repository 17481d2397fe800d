package pipeline

import (
	"context"
	"effekt/config"
	"effekt/pipeline/number"
	"effekt/pipeline/warehouse"
	"effekt/sources/scb"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
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

// correctionsID is what of the corrections decides a build: the text, and which
// of them have expired.
func (p *Pipeline) correctionsID() (string, error) {
	if len(p.Config.Corrections) == 0 {
		return "", nil
	}
	text, err := json.Marshal(p.Config.Corrections)
	if err != nil {
		return "", err
	}
	parts := []any{string(text)}
	for _, c := range p.Config.Corrections {
		parts = append(parts, p.over(c))
	}
	return fingerprint(parts...), nil
}

// over tells whether a correction's last day has passed, on the day that the
// build is of.
func (p *Pipeline) over(c config.Correction) bool {
	return p.at().UTC().After(c.ValidUntil.Add(24*time.Hour - time.Nanosecond))
}

// correct applies the corrections that hold, cells first: with those the
// figures are made anew, and what came out otherwise is flagged.
func (m *making) correct(ctx context.Context) error {
	cells := slices.ContainsFunc(m.pipeline.Config.Corrections, func(c config.Correction) bool { return c.Dataset != "" })
	if cells {
		if err := m.correctCells(ctx); err != nil {
			return err
		}
	}
	for n, c := range m.pipeline.Config.Corrections {
		if c.Indicator == "" {
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
	if err := m.build.Exec(ctx, "create table "+uncorrected+" as select indicator_id, region, year, sex, value, status from core.indicator_value"); err != nil {
		return err
	}
	changed := false
	for n, c := range m.pipeline.Config.Corrections {
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
	return m.build.Exec(ctx, `update core.indicator_value as figure set flags = list_append(coalesce(figure.flags, []), 'corrected')
		where not exists (select 1 from `+uncorrected+` as before
			where before.indicator_id = figure.indicator_id and before.region = figure.region and before.year = figure.year and before.sex = figure.sex
			and before.value is not distinct from figure.value and before.status is not distinct from figure.status)`)
}

// unmake drops what the first pass made of uncorrected cells.
func (m *making) unmake(ctx context.Context) error {
	for table := range m.made {
		if err := m.build.Exec(ctx, "drop table if exists "+table); err != nil {
			return err
		}
	}
	m.made = map[string]bool{}
	for table := range m.failed {
		if !slices.ContainsFunc(m.orderFailed, func(t string) bool { return t == table }) {
			delete(m.failed, table)
		}
	}
	return nil
}

// correctCell tries the guard of one cell and replaces it when it holds.
func (m *making) correctCell(ctx context.Context, t tried) (tried, error) {
	d, _ := m.pipeline.Config.Dataset(t.Dataset)
	table, status := "scb."+d.Name, "null"
	if d.Source == "kolada" {
		table, status = "kolada.value", "null"
	}
	if t.Missing {
		status = "'..'"
	}
	var where []string
	for variable, code := range t.Cell {
		where = append(where, warehouse.Quote(cellColumn(d, variable))+"::varchar = "+warehouse.Text(code))
	}
	slices.Sort(where)
	exact := func(expect, found float64) bool { return math.Abs(expect-found) <= 1e-9*math.Abs(expect) }
	return m.replace(ctx, t, table, strings.Join(where, " and "), "value = "+literal(t.Value)+", status = "+status, exact)
}

// cellColumn is the column of a variable, which may be named as SCB does or as
// the table has it.
func cellColumn(d config.Dataset, variable string) string {
	if d.Source == "kolada" || variable == "contents" || variable == "period" {
		return variable
	}
	return scb.Column(variable)
}

// correctFigure does the same for a figure, whose guard is as exact as it is
// printed.
func (m *making) correctFigure(ctx context.Context, t tried) (tried, error) {
	i := slices.IndexFunc(m.pipeline.Config.Indicators, func(i config.Indicator) bool { return i.ID == t.Indicator })
	decimals := m.pipeline.Config.Indicators[i].Decimals
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
	found, err := m.build.Query(ctx, "select value from "+table+" where "+where, 2)
	if err != nil && !warehouse.SelectFailed(err) {
		return t, err
	}
	t.err = m.guard(&t, found, err, same)
	switch {
	case m.pipeline.over(t.Correction):
		t.state, t.err = expired, fmt.Errorf("its last day was %s: take it away, or give it a later one", t.ValidUntil.Format(time.DateOnly))
	case t.err != nil:
		t.state = stopped
	default:
		t.state = applied
		return t, m.build.Exec(ctx, "update "+table+" set "+set+" where "+where)
	}
	return t, nil
}

// guard tells why a correction does not hold.
func (m *making) guard(t *tried, found warehouse.Result, err error, same func(expect, found float64) bool) error {
	switch {
	case err != nil:
		return err
	case len(found.Rows) == 0:
		return errors.New("there is no such value any more")
	case len(found.Rows) > 1:
		return errors.New("more than one cell has these codes: name every variable")
	}
	value, known := found.Rows[0][0].(float64)
	if known {
		t.found = &value
	}
	expects := "missing"
	if t.Expect != nil {
		expects = fmt.Sprint(*t.Expect)
	}
	switch {
	case known != (t.Expect != nil), known && !same(*t.Expect, value):
		return fmt.Errorf("the agency's value is %s now, it was %s when the correction was written: look at it again", shownValue(t.found), expects)
	}
	return nil
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

// noteCorrections lays what became of each in ops.correction. One that does not
// hold is in ops.model too, among what is not as it should be.
func (m *making) noteCorrections(ctx context.Context) error {
	slices.SortFunc(m.corrections, func(a, b tried) int { return a.number - b.number })
	var rows []row
	for _, t := range m.corrections {
		r := row{
			"number": t.number, "indicator_id": empty(t.Indicator), "dataset": empty(t.Dataset), "corrects": t.Of(), "region": empty(t.Region), "sex": empty(t.Sex),
			"expected": t.Expect, "found": t.found, "value": t.Value, "reason": t.Reason, "who": t.Who, "reference": t.Reference,
			"valid_until": t.ValidUntil.Format(time.DateOnly), "state": t.state,
		}
		if t.Year != 0 {
			r["year"] = t.Year
		}
		if t.err != nil {
			r["error"] = t.err.Error()
		}
		rows = append(rows, r)
	}
	return m.table(ctx, "ops", "correction", "number INTEGER, indicator_id VARCHAR, dataset VARCHAR, corrects VARCHAR, region VARCHAR, year INTEGER, sex VARCHAR, "+
		"expected DOUBLE, found DOUBLE, value DOUBLE, reason VARCHAR, who VARCHAR, reference VARCHAR, valid_until DATE, state VARCHAR, error VARCHAR", rows)
}

// notHolding lists the corrections that do not hold, as what is not as it should
// be.
func (m *making) notHolding() []ModelError {
	var all []ModelError
	for _, t := range m.corrections {
		if t.err != nil {
			all = append(all, ModelError{Table: fmt.Sprintf("correction.%d", t.number), Err: fmt.Errorf("%s (%s): %w", t.Of(), t.state, t.err)})
		}
	}
	return all
}
