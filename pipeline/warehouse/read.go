//go:build duckdb_arrow

package warehouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

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
	if !beginsReading(statement) {
		return ErrNotReading
	}
	return r.build.conn.Raw(func(driverConn any) error {
		conn, ok := driverConn.(*duckdb.Conn)
		if !ok {
			return fmt.Errorf("driver connection is %T", driverConn)
		}
		prepared, err := conn.Prepare(statement)
		if err != nil {
			return refusal(err)
		}
		stmt, ok := prepared.(*duckdb.Stmt)
		if !ok {
			return errors.Join(fmt.Errorf("statement is %T", prepared), prepared.Close())
		}
		kind, err := stmt.StatementType()
		if err == nil && kind != duckdb.STATEMENT_TYPE_SELECT && kind != duckdb.STATEMENT_TYPE_EXPLAIN {
			err = ErrNotReading
		}
		return errors.Join(err, stmt.Close())
	})
}

// beginsReading tells whether the first word, after comments and brackets, is
// one that reads.
func beginsReading(statement string) bool {
	first := regexp.MustCompile(`(?s)^(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*([a-zA-Z]+)`).FindStringSubmatch(statement)
	if first == nil {
		return false
	}
	switch strings.ToLower(first[1]) {
	case "select", "from", "with", "values", "table", "describe", "desc", "summarize", "show", "explain", "pivot", "unpivot":
		return true
	}
	return false
}

// refusal says it in our words when the driver refuses several statements.
func refusal(err error) error {
	if strings.Contains(err.Error(), "PrepareContext") {
		return ErrNotReading
	}
	return outOfReach(err)
}

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
