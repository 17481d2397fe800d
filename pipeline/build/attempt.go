package build

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"
)

// A core or indicator model that cannot be made, by its SQL or by the data it
// reads, is left out with its reason, and with it those that rest on it; the
// others go on. A mart stands over all of them, so its failure is the build's.

// indispensable tells whether nothing can be published without a table.
func indispensable(table string) bool {
	return strings.HasPrefix(table, "mart.") || table == "core.region" || table == "core.indicator_value" || table == "core.freshness"
}

// leaveOut notes why a table is left out, or returns the error when it is
// indispensable.
func (m *making) leaveOut(table string, err error) error {
	if indispensable(table) {
		return fmt.Errorf("%s: %w", table, err)
	}
	m.failed[table] = err
	return nil
}

// attempt makes one model, or leaves it out.
func (m *making) attempt(ctx context.Context, model Model) error {
	if err := restsOn(model, m.failed); err != nil {
		return m.leaveOut(model.Table, err)
	}
	err := m.create(ctx, model)
	if err == nil {
		err = m.inspect(ctx, model)
	}
	var wrong shapeError
	if err == nil || !warehouse.SelectFailed(err) && !errors.As(err, &wrong) {
		return err
	}
	if m.made[model.Table] && !indispensable(model.Table) {
		delete(m.made, model.Table)
		if err := m.db.Exec(ctx, "drop table "+warehouse.QuoteTable(model.Table)); err != nil {
			return err
		}
	}
	return m.leaveOut(model.Table, fmt.Errorf("%s: %w", model.Path, err))
}

func (m *making) create(ctx context.Context, model Model) error {
	t, err := warehouse.ParseTable(model.Table)
	if err != nil {
		return err
	}
	rows, err := m.db.CreateTable(ctx, t, model.Query)
	if err != nil {
		return err
	}
	m.rows += rows
	m.made[model.Table] = true
	return nil
}

// shapeError says that a SELECT ran but returned what it must not.
type shapeError string

// Error is what is wrong.
func (e shapeError) Error() string { return string(e) }

// inspect finds what would make figures wrong without an error: two rows for
// the same thing, or an indicator without its columns. The grain of a mart is a
// check.
func (m *making) inspect(ctx context.Context, model Model) error {
	switch schema, _, _ := strings.Cut(model.Table, "."); schema {
	case "core":
		return m.unique(ctx, model.Table, model.Grain)
	case "indicator":
		return m.inspectIndicator(ctx, model.Table)
	}
	return nil
}

func (m *making) unique(ctx context.Context, table string, grain []string) error {
	if len(grain) == 0 {
		return nil
	}
	quoted := make([]string, len(grain))
	for i, column := range grain {
		quoted[i] = warehouse.Quote(column)
	}
	found, err := m.db.Query(ctx, fmt.Sprintf("select %s, count(*) from %s group by all having count(*) > 1", strings.Join(quoted, ", "), warehouse.QuoteTable(table)), 1)
	if err != nil {
		return err
	}
	if len(found.Rows) > 0 {
		return shapeError(fmt.Sprintf("more than one row with the same %s, as %v", strings.Join(grain, ", "), found.Rows[0]))
	}
	return nil
}

// inspectIndicator holds an indicator to the contract that every mart relies on.
func (m *making) inspectIndicator(ctx context.Context, table string) error {
	described, err := m.db.Query(ctx, "describe "+warehouse.QuoteTable(table), 0)
	if err != nil {
		return err
	}
	missing := map[string]bool{"region": true, "year": true, "period": true, "sex": true, "value": true, "numerator": true, "denominator": true, "status": true}
	for _, column := range described.Rows {
		name := fmt.Sprint(column[0])
		if !missing[name] && name != "flags" {
			return shapeError(fmt.Sprintf("returns the column %s, which no indicator has", name))
		}
		delete(missing, name)
	}
	if len(missing) > 0 {
		return shapeError("does not return " + strings.Join(slices.Sorted(maps.Keys(missing)), ", "))
	}
	bad, err := m.db.Query(ctx, `select region, year, sex, value, status from `+warehouse.QuoteTable(table)+`
		where region is null or year is null or sex is null or sex not in ('total', 'women', 'men')
			or status is null or status not in ('A', 'P', 'E', 'M', 'O', 'Q') or (value is null) <> (status in ('M', 'O', 'Q'))`, 1)
	if err != nil {
		return err
	}
	if len(bad.Rows) > 0 {
		return shapeError(fmt.Sprintf("a row whose region, year, sex, value and status %v do not go together", bad.Rows[0]))
	}
	return m.unique(ctx, table, []string{"region", "year", "sex"})
}

// modelRow is a row of ops.model.
type modelRow struct {
	Model string `json:"model"`
	Error string `json:"error,omitempty"`
}

// noteModels tells SQL which tables were made, which were left out, and what
// could not be read.
func (m *making) noteModels(ctx context.Context) error {
	var rows []modelRow
	for table := range m.made {
		rows = append(rows, modelRow{Model: table})
	}
	for table, err := range m.failed {
		rows = append(rows, modelRow{table, err.Error()})
	}
	for _, u := range slices.Concat(m.unread, m.notHolding()) {
		rows = append(rows, modelRow{u.Table, u.Err.Error()})
	}
	slices.SortFunc(rows, func(a, b modelRow) int { return strings.Compare(a.Model, b.Model) })
	return load(ctx, m, "ops", "model", rows)
}

// left lists the indicators that were left out, and the data sets and KPIs that
// could not be read.
func (m *making) left() []run.LeftOut {
	all := slices.Concat(m.unread, m.notHolding())
	for _, table := range slices.Sorted(maps.Keys(m.failed)) {
		if !strings.HasPrefix(table, "core.") {
			all = append(all, run.LeftOut{Table: table, Err: m.failed[table]})
		}
	}
	return all
}

// Unmade lists the tables that a published file lacks, with the reasons.
func Unmade(ctx context.Context, r *warehouse.Reader) ([]run.LeftOut, error) {
	type row struct {
		Model string `column:"model"`
		Error string `column:"error"`
	}
	rows, err := warehouse.Select[row](ctx, r, "select model, error from ops.model where error is not null order by model")
	var all []run.LeftOut
	for _, one := range rows {
		all = append(all, run.LeftOut{Table: one.Model, Err: errors.New(one.Error)})
	}
	return all, err
}
