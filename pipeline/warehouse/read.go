//go:build duckdb_arrow

package warehouse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// ErrNotReading refuses a statement that is anything but one SELECT.
var ErrNotReading = errors.New("only one reading statement (select, from, with, values, describe, summarize, show, explain) is allowed")

// memoryOfReader bounds what a statement may use; DuckDB would else take 80 % of
// the machine.
const memoryOfReader = "2GB"

// Reader is a published file opened for reading only. Statements may come from
// anybody: the file is read-only, nothing outside it can be reached, and the
// settings are locked.
type Reader struct{ build *Build }

// Open opens the published file at path.
func Open(ctx context.Context, path string) (*Reader, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	b, err := session(ctx, Settings{MemoryLimit: memoryOfReader},
		"attach "+Text(path)+" as "+catalog+" (read_only)",
		"use "+catalog,
		"set enable_external_access = false",
		"set lock_configuration = true")
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return &Reader{b}, nil
}

// Parquet is a folder of <schema>/<table>.parquet for reading, as if it were a
// published file. Only files of the project's own may be read so.
func Parquet(ctx context.Context, folder string) (*Reader, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*", "*.parquet"))
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("%s holds no Parquet files", folder)
	}
	if err != nil {
		return nil, err
	}
	var views []string
	for _, path := range paths {
		schema, name := Quote(filepath.Base(filepath.Dir(path))), Quote(strings.TrimSuffix(filepath.Base(path), ".parquet"))
		views = append(views, "create schema if not exists "+schema, "create view "+schema+"."+name+" as from read_parquet("+Text(path)+")")
	}
	b, err := session(ctx, Settings{}, views...)
	if err != nil {
		return nil, err
	}
	return &Reader{b}, nil
}

// Close lets the file go.
func (r *Reader) Close() error { return r.build.Abandon() }

// Macro makes a temporary macro of the project's own SQL, which lives in memory
// and goes with the reader.
func (r *Reader) Macro(ctx context.Context, statement string) error {
	return r.build.Exec(ctx, statement)
}

// Query runs one reading statement and keeps at most limit rows; 0 keeps all.
func (r *Reader) Query(ctx context.Context, statement string, limit int) (Result, error) {
	if err := r.reading(statement); err != nil {
		return Result{}, err
	}
	result, err := r.build.Query(ctx, statement, limit)
	return result, outOfReach(err)
}

// Each runs one reading statement and hands over the columns, as a Result without
// rows, and then one row at a time, without a second copy of the answer; the
// driver itself holds all of it.
func (r *Reader) Each(ctx context.Context, statement string, head func(Result) error, row func([]any) error) error {
	if err := r.reading(statement); err != nil {
		return err
	}
	return outOfReach(r.build.each(ctx, statement, head, row))
}

// reading looks at the first word, for PRAGMA becomes a SELECT when it is
// parsed, then prepares the statement, which runs nothing, and looks at its
// type. Prepare is taken rather than PrepareContext, which runs all but the
// last of several statements.
func (r *Reader) reading(statement string) error {
	if ok, _ := regexp.MatchString(readingWord, statement); !ok {
		return ErrNotReading
	}
	return r.build.driver(func(conn *duckdb.Conn) error {
		prepared, err := conn.Prepare(statement)
		if err != nil && strings.Contains(err.Error(), "PrepareContext") { // several statements
			return ErrNotReading
		}
		if err != nil {
			return outOfReach(err)
		}
		stmt := prepared.(*duckdb.Stmt) //nolint:forcetypeassert // Prepare makes no other
		kind, err := stmt.StatementType()
		if err == nil && kind != duckdb.STATEMENT_TYPE_SELECT && kind != duckdb.STATEMENT_TYPE_EXPLAIN {
			err = ErrNotReading
		}
		return errors.Join(err, stmt.Close())
	})
}

// readingWord is a first word, after comments and brackets, that reads.
const readingWord = `(?is)^(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*` +
	`(?:select|from|with|values|table|describe|desc|summarize|show|explain|pivot|unpivot)(?:[^a-z]|$)`

// shortError says the first lines of an error, which it still is.
type shortError struct {
	line string
	error
}

// Error is the lines.
func (e shortError) Error() string { return e.line }

// Unwrap is DuckDB's own error, by which SelectFailed judges.
func (e shortError) Unwrap() error { return e.error }

// outOfReach makes one line of DuckDB's refusal to leave the file, be it that a file
// is no table here.
func outOfReach(err error) error {
	if err == nil {
		return nil
	}
	line, rest, _ := strings.Cut(err.Error(), "\n")
	if strings.HasPrefix(line, "Catalog Error: ") {
		if near, _, _ := strings.Cut(rest, "\n"); strings.HasPrefix(near, "Did you mean") {
			line += "\n" + near
		}
		return shortError{line, err}
	}
	if reason, ok := strings.CutPrefix(line, "Permission Error: "); ok {
		return fmt.Errorf("only the published tables can be read: %s", reason)
	}
	return err
}

// Result is a small answer held in memory.
type Result struct {
	Columns []string
	Types   []string // DuckDB's type names
	Rows    [][]any
}

// errEnough ends an answer at its limit.
var errEnough = errors.New("enough rows")

// Query runs a SELECT in the build and keeps at most limit rows; 0 keeps all.
func (b *Build) Query(ctx context.Context, query string, limit int) (Result, error) {
	var result Result
	err := b.each(ctx, query, func(columns Result) error {
		result = columns
		return nil
	}, func(row []any) error {
		result.Rows = append(result.Rows, row)
		if len(result.Rows) == limit {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return Result{}, err
	}
	return result, nil
}

func (b *Build) each(ctx context.Context, query string, head func(Result) error, row func([]any) error) (err error) {
	rows, err := b.conn.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	var columns Result
	for _, t := range types {
		columns.Columns, columns.Types = append(columns.Columns, t.Name()), append(columns.Types, t.DatabaseTypeName())
	}
	if err := head(columns); err != nil {
		return err
	}
	for rows.Next() {
		values, pointers := make([]any, len(types)), make([]any, len(types))
		for i := range values {
			pointers[i] = &values[i]
		}
		if err := rows.Scan(pointers...); err != nil {
			return err
		}
		if err := row(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// querier is a Build or a Reader.
type querier interface {
	Query(ctx context.Context, statement string, limit int) (Result, error)
}

// Select reads all rows of a statement into structs, strictly: each column has
// a field with its name as the tag `column`, and each such field a column. NULL
// is "", a zero time or nil; in a field that cannot say so (int, float64, bool)
// it is an error, as is a value of another kind.
func Select[T any](ctx context.Context, from querier, statement string) ([]T, error) {
	found, err := from.Query(ctx, statement, 0)
	if err != nil {
		return nil, err
	}
	fields, err := fieldsOf(reflect.TypeFor[T](), found.Columns)
	if err != nil {
		return nil, err
	}
	all := make([]T, len(found.Rows))
	for n, row := range found.Rows {
		into := reflect.ValueOf(&all[n]).Elem()
		for i, cell := range row {
			if err := assign(into.FieldByIndex(fields[i]), cell); err != nil {
				return nil, fmt.Errorf("column %s: %w", found.Columns[i], err)
			}
		}
	}
	return all, nil
}

// fieldsOf finds each column's field, also in embedded structs.
func fieldsOf(t reflect.Type, columns []string) ([][]int, error) {
	byColumn := map[string][]int{}
	for _, field := range reflect.VisibleFields(t) {
		if name, ok := field.Tag.Lookup("column"); ok {
			byColumn[name] = field.Index
		}
	}
	fields := make([][]int, len(columns))
	for i, column := range columns {
		if fields[i] = byColumn[column]; fields[i] == nil {
			return nil, fmt.Errorf("column %s has no field in %s, or comes twice", column, t)
		}
		delete(byColumn, column)
	}
	for column := range byColumn {
		return nil, fmt.Errorf("no column %s for %s", column, t)
	}
	return fields, nil
}

// assign sets a field to a cell as the driver gives it.
func assign(field reflect.Value, cell any) error {
	value, kind := reflect.ValueOf(cell), field.Kind()
	list, isList := cell.([]any)
	switch {
	case cell == nil && (kind == reflect.Pointer || kind == reflect.Slice || kind == reflect.String || field.Type() == reflect.TypeFor[time.Time]()):
		return nil
	case cell == nil:
		return fmt.Errorf("NULL for %s", field.Type())
	case kind == reflect.Pointer:
		field.Set(reflect.New(field.Type().Elem()))
		return assign(field.Elem(), cell)
	case kind == reflect.Slice && isList:
		field.Set(reflect.MakeSlice(field.Type(), len(list), len(list)))
		var err error
		for i, item := range list {
			err = cmp.Or(err, assign(field.Index(i), item))
		}
		return err
	case field.CanInt() && value.CanInt() && !field.OverflowInt(value.Int()):
	case kind == value.Kind() && kind != reflect.Struct && kind != reflect.Slice, field.Type() == value.Type():
	default:
		return fmt.Errorf("%v (%T) for %s", cell, cell, field.Type())
	}
	field.Set(value.Convert(field.Type()))
	return nil
}
