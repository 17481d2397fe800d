package pipeline

import (
	"context"
	"effekt/config"
	"effekt/pipeline/models"
	"effekt/pipeline/warehouse"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A core or indicator model that cannot be made, by its SQL or by the data it
// reads, is left out with its reason, and with it those that rest on it; the
// others go on. A mart stands over all of them, so its failure is the build's.

// ModelError says that a table was left out of the published file, and why.
type ModelError struct {
	Table string // "indicator.grp_per_capita"
	Err   error
}

// Error is the table and the reason.
func (e ModelError) Error() string { return e.Table + ": " + e.Err.Error() }

// Unwrap is the reason.
func (e ModelError) Unwrap() error { return e.Err }

// indispensable tells whether nothing can be published without a table.
func indispensable(table string) bool {
	return strings.HasPrefix(table, "mart.") || table == "core.region" || table == "core.indicator_value"
}

// leaveOut notes why a table is left out, or returns the error when it is
// indispensable.
func (m *making) leaveOut(table string, err error) error {
	if indispensable(table) {
		return fmt.Errorf("%s: %w", table, err)
	}
	if m.failed == nil {
		m.failed = map[string]error{}
	}
	m.failed[table] = err
	return nil
}

// attempt makes one model, or leaves it out.
func (m *making) attempt(ctx context.Context, model models.Model) error {
	if err := models.Rests(model, m.failed); err != nil {
		return m.leaveOut(model.Table, err)
	}
	err := m.make(ctx, model.Table, model.Query)
	if err == nil {
		err = m.inspect(ctx, model)
	}
	var wrong shapeError
	if err == nil || (!warehouse.SelectFailed(err) && !errors.As(err, &wrong)) {
		return err
	}
	if m.made[model.Table] && !indispensable(model.Table) {
		delete(m.made, model.Table)
		if err := m.build.Exec(ctx, "drop table "+model.Table); err != nil {
			return err
		}
	}
	return m.leaveOut(model.Table, fmt.Errorf("%s: %w", model.Path, err))
}

// shapeError says that a SELECT ran but returned what it must not.
type shapeError string

// Error is what is wrong.
func (e shapeError) Error() string { return string(e) }

// inspect finds what would make figures wrong without an error: two rows for
// the same thing, or an indicator without its columns.
func (m *making) inspect(ctx context.Context, model models.Model) error {
	switch schema, _, _ := strings.Cut(model.Table, "."); schema {
	case "core":
		return m.unique(ctx, model.Table, m.grains[model.Table])
	case "indicator":
		return m.inspectIndicator(ctx, model.Table)
	}
	return nil
}

func (m *making) unique(ctx context.Context, table string, grain []string) error {
	if len(grain) == 0 {
		return nil
	}
	columns := strings.Join(grain, ", ")
	found, err := m.build.Query(ctx, fmt.Sprintf("select %s, count(*) from %s group by %s having count(*) > 1", columns, table, columns), 1)
	if err != nil {
		return err
	}
	if len(found.Rows) > 0 {
		return shapeError(fmt.Sprintf("more than one row with the same %s, as %v", columns, found.Rows[0]))
	}
	return nil
}

// inspectIndicator holds an indicator to the contract that every mart relies on.
func (m *making) inspectIndicator(ctx context.Context, table string) error {
	described, err := m.build.Query(ctx, "describe "+table, 0)
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
	bad, err := m.build.Query(ctx, `select region, year, sex, value, status from `+table+`
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

// noteModels tells SQL which tables were made, which were left out, and what
// could not be read.
func (m *making) noteModels(ctx context.Context) error {
	var rows []row
	for table := range m.made {
		rows = append(rows, row{"model": table, "error": nil})
	}
	for table, err := range m.failed {
		rows = append(rows, row{"model": table, "error": err.Error()})
	}
	for _, u := range slices.Concat(m.unreadable, m.notHolding()) {
		rows = append(rows, row{"model": u.Table, "error": u.Err.Error()})
	}
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(a["model"].(string), b["model"].(string)) })
	return m.table(ctx, "ops", "model", "model VARCHAR, error VARCHAR", rows)
}

// left lists the indicators that were left out, and the data sets and KPIs that
// could not be read.
func (m *making) left() []ModelError {
	all := slices.Concat(m.unreadable, m.notHolding())
	for _, table := range slices.Sorted(maps.Keys(m.failed)) {
		if !strings.HasPrefix(table, "core.") {
			all = append(all, ModelError{table, m.failed[table]})
		}
	}
	return all
}

// leftBefore reads from the published file what it lacks.
func (p *Pipeline) leftBefore(ctx context.Context) ([]ModelError, error) {
	r, err := warehouse.Open(ctx, p.Dir.Database())
	if err != nil {
		return nil, err
	}
	left, err := unmade(ctx, r)
	left = slices.DeleteFunc(left, func(l ModelError) bool { return strings.HasPrefix(l.Table, "core.") })
	return left, errors.Join(err, r.Close())
}

// unreadable is a stored body that cannot be read as what it should be, as when
// the same figure comes twice with different values.
type unreadable struct{ error }

// Unwrap is what stands in the body.
func (u unreadable) Unwrap() error { return u.error }

// without goes on without the rows of a table at SCB whose bodies cannot be
// read; what is calculated from it is then missing, with the reason.
func (m *making) without(ctx context.Context, d config.Dataset, err error) error {
	m.unread(d, "scb."+d.Name, err)
	return m.build.Empty(ctx, warehouse.Table{Schema: "scb", Name: d.Name}, emptyColumns(d))
}

// unread notes in ops.dataset and in the result what could not be read.
func (m *making) unread(d config.Dataset, table string, err error) {
	m.unreadable = append(m.unreadable, ModelError{table, err})
	r := m.in.results[d.Name]
	r.Err = errors.Join(r.Err, err)
	m.in.results[d.Name] = r
}

// loadReadable loads the KPIs of a part; when it cannot be read, each by itself,
// so that one that comes twice leaves out no other.
func (m *making) loadReadable(ctx context.Context, d config.Dataset, value warehouse.Table, p part) error {
	err := m.loadPart(ctx, value, p)
	if !errors.As(err, &unreadable{}) {
		return err
	}
	for _, kpi := range p.kpis {
		err := m.loadPart(ctx, value, part{p.vintage, []string{kpi}})
		if errors.As(err, &unreadable{}) {
			m.unread(d, "kolada."+kpi, err)
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}
