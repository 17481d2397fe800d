package pipeline

import (
	"context"
	"effekt/pipeline/warehouse"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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

// previous loads what is published for the same county, or empty tables when
// that is nothing. A published file of another county or of synthetic data has
// no history in common with this one.
func (m *making) previous(ctx context.Context) error {
	if err := m.build.Schemas(ctx, "previous"); err != nil {
		return err
	}
	same, err := m.sameCounty(ctx)
	if err != nil {
		return err
	}
	for _, t := range previousTables() {
		m.sources["previous."+t.name] = true
		if err := m.build.Empty(ctx, warehouse.Table{Schema: "previous", Name: t.name}, columns(t.columns)); err != nil {
			return err
		}
		path := m.published(t)
		if _, err := os.Stat(path); err != nil || !same {
			continue
		}
		if err := m.build.Append(ctx, warehouse.Table{Schema: "previous", Name: t.name}, "select "+names(t.columns)+" from read_parquet("+warehouse.Text(path)+")"); err != nil {
			return fmt.Errorf("what is published cannot be compared with: %w", err)
		}
	}
	return nil
}

func (m *making) published(t previousTable) string {
	return filepath.Join(m.pipeline.pastParquet(), filepath.FromSlash(t.parquet)+".parquet")
}

func (m *making) sameCounty(ctx context.Context) (bool, error) {
	if !m.pipeline.AsOf.IsZero() && m.pipeline.past == "" {
		return false, nil // what is published came after it
	}
	path := m.published(previousTable{parquet: "config/setting"})
	if _, err := os.Stat(path); err != nil {
		return false, nil //nolint:nilerr // nothing is published yet
	}
	found, err := m.build.Query(ctx, "select county, synthetic from read_parquet("+warehouse.Text(path)+")", 0)
	if err != nil {
		return false, fmt.Errorf("what is published cannot be read: %w", err)
	}
	return len(found.Rows) == 1 && found.Rows[0][0] == m.pipeline.Config.County.Code && found.Rows[0][1] == m.pipeline.Synthetic, nil
}

// names are the columns without their types.
func names(list string) string {
	var all []string
	for _, c := range columns(list) {
		all = append(all, c.Name)
	}
	return strings.Join(all, ", ")
}

// forget drops what was laid beside the build.
func (m *making) forget(ctx context.Context) error {
	return m.build.Exec(ctx, "drop schema previous cascade")
}

// loadBuild names the build itself: definitions is a hash of config and SQL.
func (m *making) loadBuild(ctx context.Context) error {
	p := m.pipeline
	this := []row{{"build_id": m.in.id, "definitions": fingerprint(form, p.Config.Hash, p.SQL.Hash), "built": stamp(p.Now())}}
	return m.table(ctx, "config", "build", "build_id VARCHAR, definitions VARCHAR, built TIMESTAMP", this)
}
