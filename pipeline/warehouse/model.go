//go:build duckdb_arrow

package warehouse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// CreateTable makes t of one SELECT and returns its rows.
func (b *Build) CreateTable(ctx context.Context, t Table, query string) (int64, error) {
	if err := b.Exec(ctx, "create table "+t.quoted()+" as\n"+query); err != nil {
		return 0, err
	}
	return b.rows(ctx, t)
}

// Append adds the rows of a SELECT to t, matching columns by name; columns the
// SELECT lacks become NULL.
func (b *Build) Append(ctx context.Context, t Table, query string) error {
	return b.Exec(ctx, "insert into "+t.quoted()+" by name\n"+query)
}

// References lists the schema-qualified tables a SELECT reads, sorted, without
// running it. DuckDB's own parser answers, so anything but one SELECT is an
// error.
func (b *Build) References(ctx context.Context, query string) ([]Table, error) {
	var tree string
	err := b.conn.QueryRowContext(ctx, "select json_serialize_sql(?::varchar)::varchar", query).Scan(&tree)
	if err != nil {
		return nil, err
	}
	var parsed struct {
		Error      bool   `json:"error"`
		Message    string `json:"error_message"`
		Statements []any  `json:"statements"`
	}
	if err := json.Unmarshal([]byte(tree), &parsed); err != nil {
		return nil, fmt.Errorf("syntax tree: %w", err)
	}
	if parsed.Error {
		return nil, errors.New(parsed.Message)
	}
	if len(parsed.Statements) != 1 {
		return nil, fmt.Errorf("want one SELECT, found %d statements", len(parsed.Statements))
	}
	tables := collect(parsed.Statements[0], nil)
	slices.SortFunc(tables, func(a, b Table) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(tables), nil
}

// collect walks the syntax tree; CTE names have no schema and are passed over.
func collect(node any, found []Table) []Table {
	switch node := node.(type) {
	case map[string]any:
		schema, _ := node["schema_name"].(string)
		name, _ := node["table_name"].(string)
		if node["type"] == "BASE_TABLE" && schema != "" {
			found = append(found, Table{schema, name})
		}
		for _, child := range node {
			found = collect(child, found)
		}
	case []any:
		for _, child := range node {
			found = collect(child, found)
		}
	}
	return found
}

// Columns names the columns of every table in the file, in table order.
func (b *Build) Columns(ctx context.Context) (map[Table][]string, error) {
	type row struct {
		Schema  string   `column:"schema_name"`
		Name    string   `column:"table_name"`
		Columns []string `column:"columns"`
	}
	rows, err := Select[row](ctx, b, `select schema_name, table_name, list(column_name order by column_index) as columns
		from duckdb_columns() where database_name = '`+catalog+`' and not internal group by all`)
	columns := map[Table][]string{}
	for _, r := range rows {
		columns[Table{r.Schema, r.Name}] = r.Columns
	}
	return columns, err
}

// SelectFailed tells whether a SELECT failed by its own text or by the data it
// reads, and would fail again on any machine: not for want of memory or disk,
// nor because somebody stopped it.
func SelectFailed(err error) bool {
	failure, ok := errors.AsType[*duckdb.Error](err)
	return ok && slices.Contains([]duckdb.ErrorType{
		duckdb.ErrorTypeBinder, duckdb.ErrorTypeCatalog, duckdb.ErrorTypeParser, duckdb.ErrorTypeSyntax, duckdb.ErrorTypeConversion,
		duckdb.ErrorTypeOutOfRange, duckdb.ErrorTypeInvalidInput, duckdb.ErrorTypeMismatchType, duckdb.ErrorTypeInvalidType,
		duckdb.ErrorTypeDivideByZero, duckdb.ErrorTypeDecimal, duckdb.ErrorTypeConstraint, duckdb.ErrorTypeExpression,
		duckdb.ErrorTypeNotImplemented, duckdb.ErrorTypeParameterNotResolved, duckdb.ErrorTypeParameterNotAllowed,
	}, failure.Type)
}

// NoColumn tells whether a SELECT failed for want of a column that it names.
func NoColumn(err error) bool {
	failure, ok := errors.AsType[*duckdb.Error](err)
	return ok && failure.Type == duckdb.ErrorTypeBinder
}

// Comment describes a table and its columns to whoever opens the file.
func (b *Build) Comment(ctx context.Context, t Table, title string, columns map[string]string) error {
	var statements strings.Builder
	statements.WriteString("begin;\n") // one transaction, for each is written by itself otherwise
	fmt.Fprintf(&statements, "comment on table %s is %s;\n", t.quoted(), Text(title))
	for column, comment := range columns {
		fmt.Fprintf(&statements, "comment on column %s.%s is %s;\n", t.quoted(), Quote(column), Text(comment))
	}
	statements.WriteString("commit;\n")
	if err := b.Exec(ctx, statements.String()); err != nil {
		return fmt.Errorf("comment on %s: %w", t, err)
	}
	return nil
}

// Export writes each table as dir/<schema>/<table>.parquet, with provenance as
// the file's key-value metadata. The same rows give the same bytes.
func (b *Build) Export(ctx context.Context, dir string, provenance map[string]string) error {
	tables, err := b.Columns(ctx)
	if err != nil {
		return err
	}
	list := make([]string, 0, len(provenance))
	for key, value := range provenance {
		list = append(list, Quote(key)+": "+Text(value))
	}
	for t := range tables {
		if err := os.MkdirAll(filepath.Join(dir, t.Schema), 0o755); err != nil {
			return err
		}
		path := filepath.Join(dir, t.Schema, t.Name+".parquet")
		statement := fmt.Sprintf("copy %s to %s (format parquet, compression zstd, kv_metadata {%s})",
			t.quoted(), Text(path), strings.Join(list, ", "))
		if err := b.Exec(ctx, statement); err != nil {
			return fmt.Errorf("export %s: %w", t, err)
		}
	}
	return nil
}
