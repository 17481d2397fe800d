package build

import (
	"context"
	"errors"
	"io/fs"
	"slices"

	"effekt/pipeline/archive"
	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"
	"effekt/sources"

	"github.com/apache/arrow-go/v18/arrow/array"
)

// load brings what is held, the config and what has been reported into the new
// file: of a source's tables those that the wanted models read.
func (m *making) load(ctx context.Context) error {
	for _, t := range m.tables {
		if err := m.fill(ctx, t); err != nil {
			return err
		}
	}
	return inTurn(ctx, m.loadConfig, m.loadOps, m.loadOutcomes, m.loadPrevious)
}

// DatasetError says that the stored answers of a data set are damaged, or could
// not be loaded.
type DatasetError struct {
	Dataset string
	Err     error
}

// Error is the data set and the reason.
func (e *DatasetError) Error() string { return e.Dataset + ": " + e.Err.Error() }

// Unwrap is the reason.
func (e *DatasetError) Unwrap() error { return e.Err }

func datasetError(dataset string, err error) error {
	if err == nil {
		return nil
	}
	return &DatasetError{dataset, err}
}

// reads tells whether any wanted model reads a table.
func (m *making) reads(table string) bool {
	return m.goals == nil || slices.Contains(m.plan.Rests(m.goals...), table)
}

// fill makes a source's table of all that fills it, or an empty one of the same
// columns.
func (m *making) fill(ctx context.Context, t sources.Table) error {
	table := warehouse.Table{Schema: t.Schema, Name: t.Name}
	fills := t.Fill
	if !m.reads(table.String()) {
		fills = nil
	}
	if len(fills) == 1 && len(fills[0].Series) == 0 { // whose columns the reader knows
		err := m.feed(ctx, m.db.Load, table, fills[0].Read())
		if !errors.As(err, &unreadable{}) {
			return datasetError(fills[0].Dataset, err)
		}
		m.unreadable(fills[0].Dataset, table.String(), err)
		fills = nil
	}
	columns := make([]warehouse.Column, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = warehouse.Column{Name: c.Name, Type: c.Type}
	}
	if err := m.db.Empty(ctx, table, columns); err != nil {
		return err
	}
	for _, f := range fills {
		if err := m.add(ctx, table, f); err != nil {
			return datasetError(f.Dataset, err)
		}
	}
	return nil
}

// add adds what fills a table; when it cannot be read, each series by itself, so
// that one that comes twice leaves out no other.
func (m *making) add(ctx context.Context, table warehouse.Table, f sources.Fill) error {
	err := m.feed(ctx, m.db.LoadMore, table, f.Read())
	if !errors.As(err, &unreadable{}) {
		return err
	}
	if len(f.Series) == 0 {
		m.unreadable(f.Dataset, table.String(), err)
		return nil
	}
	for _, series := range f.Series {
		err := m.feed(ctx, m.db.LoadMore, table, f.Read(series))
		if errors.As(err, &unreadable{}) {
			m.unreadable(f.Dataset, table.Schema+"."+series, err)
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// feed loads all of r, and tells a body that cannot be read from what else may
// fail.
func (m *making) feed(ctx context.Context, load func(context.Context, warehouse.Table, array.RecordReader) (int64, error), t warehouse.Table, r array.RecordReader) error {
	defer r.Release()
	rows, err := load(ctx, t, r)
	m.rows += rows
	var file *fs.PathError
	if r.Err() != nil && ctx.Err() == nil && !errors.As(r.Err(), &file) && !errors.Is(r.Err(), archive.ErrDamaged) {
		return unreadable{r.Err()}
	}
	return err
}

// unreadable is a stored body that cannot be read as what it should be, as when
// the same figure comes twice with different values.
type unreadable struct{ error }

// Unwrap is what stands in the body.
func (u unreadable) Unwrap() error { return u.error }

// unreadable notes in ops.dataset and in the result what could not be read; what
// is calculated from it is then missing, with the reason.
func (m *making) unreadable(dataset, table string, err error) {
	m.unread = append(m.unread, run.LeftOut{Table: table, Err: err})
	if dataset != "" {
		m.Trouble[dataset] = errors.Join(m.Trouble[dataset], err)
	}
}

// load makes a small table of rows that the program itself holds.
func load[T any](ctx context.Context, m *making, schema, name string, rows []T) error {
	return warehouse.LoadStructs(ctx, m.db, warehouse.Table{Schema: schema, Name: name}, rows)
}
