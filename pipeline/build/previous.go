package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"effekt/pipeline/warehouse"
)

// What is published now is laid beside the new build while the models run, so
// that SQL can tell what has changed and carry the history of changes on. The
// schema is dropped before anything is published.

// previousTable is a table that is kept of the published file.
type previousTable struct {
	name, parquet string
	columns       string
}

func previousTables() []previousTable {
	return []previousTable{
		{"indicator_value", "mart/indicator_value", "indicator_id VARCHAR, region VARCHAR, year INTEGER, sex VARCHAR, value DOUBLE, status VARCHAR, flags VARCHAR[]"},
		{"revision", "mart/revision", "indicator_id VARCHAR, region VARCHAR, year INTEGER, sex VARCHAR, noted TIMESTAMP, kind VARCHAR, cause VARCHAR, " +
			"old_value DOUBLE, new_value DOUBLE, old_status VARCHAR, new_status VARCHAR, whose VARCHAR, vintage VARCHAR"},
		{"dataset", "ops/dataset", "name VARCHAR, vintage VARCHAR"},
		{"build", "config/build", "build_id VARCHAR, definitions VARCHAR"},
		{"setting", "config/setting", "county VARCHAR, synthetic BOOLEAN"},
	}
}

// loadPrevious loads what was published for the same county, or empty tables when
// that is nothing. A published file of another county or of synthetic data has
// no history in common with this one.
func (m *making) loadPrevious(ctx context.Context) error {
	same, err := m.sameCounty(ctx)
	if err != nil {
		return err
	}
	for _, t := range previousTables() {
		columns := columnsOf(t.columns)
		table := warehouse.Table{Schema: "previous", Name: t.name}
		if err := m.db.Empty(ctx, table, columns); err != nil {
			return err
		}
		path := m.past(t.parquet)
		if _, err := os.Stat(path); err != nil || !same {
			continue
		}
		var names []string
		for _, c := range columns {
			names = append(names, warehouse.Quote(c.Name))
		}
		if err := m.db.Append(ctx, table, "select "+strings.Join(names, ", ")+" from read_parquet("+warehouse.Text(path)+")"); err != nil {
			return fmt.Errorf("what is published cannot be compared with: %w", err)
		}
	}
	return nil
}

// columnsOf reads "name TYPE, name TYPE".
func columnsOf(list string) []warehouse.Column {
	var all []warehouse.Column
	for field := range strings.SplitSeq(list, ", ") {
		name, kind, _ := strings.Cut(field, " ")
		all = append(all, warehouse.Column{Name: name, Type: kind})
	}
	return all
}

func (m *making) past(parquet string) string {
	return filepath.Join(m.Past, filepath.FromSlash(parquet)+".parquet")
}

func (m *making) sameCounty(ctx context.Context) (bool, error) {
	path := m.past("config/setting")
	if _, err := os.Stat(path); err != nil || m.Past == "" {
		return false, nil //nolint:nilerr // nothing was published before
	}
	type row struct {
		County    string `column:"county"`
		Synthetic bool   `column:"synthetic"`
	}
	found, err := warehouse.Select[row](ctx, m.db, "select county, synthetic from read_parquet("+warehouse.Text(path)+")")
	if err != nil {
		return false, fmt.Errorf("what is published cannot be read: %w", err)
	}
	return len(found) == 1 && found[0] == row{m.Config.County.Code, m.Synthetic}, nil
}
