//go:build duckdb_arrow

package warehouse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	result, err := b.Query(ctx, `select schema_name, table_name, column_name
		from duckdb_columns() where database_name = '`+catalog+`' and not internal
		order by schema_name, table_name, column_index`, 0)
	if err != nil {
		return nil, err
	}
	columns := map[Table][]string{}
	for _, row := range result.Rows {
		t := Table{fmt.Sprint(row[0]), fmt.Sprint(row[1])}
		columns[t] = append(columns[t], fmt.Sprint(row[2]))
	}
	return columns, nil
}

// SelectFailed tells whether a SELECT failed by its own text or by the data it
// reads, and would fail again on any machine: not for want of memory or disk,
// nor because somebody stopped it.
func SelectFailed(err error) bool {
	var failure *duckdb.Error
	if !errors.As(err, &failure) {
		return false
	}
	switch failure.Type {
	case duckdb.ErrorTypeBinder, duckdb.ErrorTypeCatalog, duckdb.ErrorTypeParser, duckdb.ErrorTypeSyntax, duckdb.ErrorTypeConversion,
		duckdb.ErrorTypeOutOfRange, duckdb.ErrorTypeInvalidInput, duckdb.ErrorTypeMismatchType, duckdb.ErrorTypeInvalidType,
		duckdb.ErrorTypeDivideByZero, duckdb.ErrorTypeDecimal, duckdb.ErrorTypeConstraint, duckdb.ErrorTypeExpression,
		duckdb.ErrorTypeNotImplemented, duckdb.ErrorTypeParameterNotResolved, duckdb.ErrorTypeParameterNotAllowed:
		return true
	}
	return false
}
