package build

import (
	"context"
	"slices"

	"effekt/pipeline/warehouse"
	"effekt/sources"
)

// comment writes the Swedish description of every table and column.
func (m *making) comment(ctx context.Context) error {
	tables, err := m.db.Columns(ctx)
	if err != nil {
		return err
	}
	for t, columns := range tables {
		source := m.sourceTable(t)
		comments := map[string]string{}
		for _, column := range columns {
			comments[column] = m.describeColumn(t, source, column)
		}
		if err := m.db.Comment(ctx, t, m.title(t, source), comments); err != nil {
			return err
		}
	}
	return nil
}

func (m *making) sourceTable(t warehouse.Table) sources.Table {
	i := slices.IndexFunc(m.tables, func(s sources.Table) bool { return s.Schema == t.Schema && s.Name == t.Name })
	if i < 0 {
		return sources.Table{}
	}
	return m.tables[i]
}

// title is a table's description: that of its SQL, of the source, of the
// indicator, or of the list of columns.
func (m *making) title(t warehouse.Table, source sources.Table) string {
	prefix := m.asOf()
	if m.Synthetic {
		prefix += "SYNTETISKA DEMODATA. "
	}
	for _, file := range slices.Concat(m.SQL.Core, m.SQL.Indicators, m.SQL.Marts) {
		if file.Table() == t.String() {
			return prefix + file.Title
		}
	}
	if source.Title != "" {
		return prefix + source.Title
	}
	for _, i := range m.Config.Indicators {
		if t.Schema == "indicator" && i.ID == t.Name {
			return prefix + i.Description
		}
	}
	text, ok := m.SQL.Columns[t.String()]
	if !ok {
		text = "Tabell " + t.String() + "."
	}
	return prefix + text
}

// describeColumn is a column's description: of the workbook's rule, of the list
// of columns, or of the source.
func (m *making) describeColumn(t warehouse.Table, source sources.Table, column string) string {
	if text, ok := outcomeColumn(t, column); ok {
		return text
	}
	if text, ok := m.SQL.Describe(t.String(), column); ok {
		return text
	}
	for _, c := range source.Columns {
		if c.Name == column && c.Comment != "" {
			return c.Comment
		}
	}
	return "Kolumnen " + column + "."
}
