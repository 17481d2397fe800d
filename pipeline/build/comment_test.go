package build

import (
	"strings"
	"testing"

	"effekt/config"

	effektsql "effekt/sql"
)

// Every table and column is described in Swedish, also those of data sets that
// have never come.
func TestEveryColumnIsDescribed(t *testing.T) {
	t.Parallel()
	m := emptyMaking(t, config.Embedded, effektsql.Files)
	made(t, m)
	if err := m.keepChecks(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := m.comment(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err := m.db.Query(t.Context(), `
		select schema_name || '.' || table_name as name, comment from duckdb_tables() where database_name = 'effekt'
		union all
		select schema_name || '.' || table_name || '.' || column_name, comment from duckdb_columns() where database_name = 'effekt' and not internal`, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Rows) < 100 {
		t.Errorf("only %d tables and columns", len(found.Rows))
	}
	for _, row := range found.Rows {
		name, comment := row[0].(string), cellText(row[1])
		if comment == "" || comment == "Tabell "+name+"." || strings.HasPrefix(comment, "Kolumnen ") {
			t.Errorf("%s is described as %q", name, comment)
		}
	}
}
