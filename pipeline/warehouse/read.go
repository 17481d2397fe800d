//go:build duckdb_arrow

package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
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
	b, err := open(ctx, path+"?access_mode=read_only", Settings{MemoryLimit: memoryOfReader})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	for _, statement := range []string{"set enable_external_access = false", "set lock_configuration = true"} {
		if _, err := b.conn.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(fmt.Errorf("open %s: %s: %w", path, statement, err), b.shut())
		}
	}
	return &Reader{b}, nil
}

// Close lets the file go.
func (r *Reader) Close() error { return r.build.shut() }

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
	rows, err := r.build.conn.QueryContext(ctx, statement)
	if err != nil {
		return Result{}, outOfReach(err)
	}
	return read(rows, limit)
}

// Each runs one reading statement and hands over one row at a time, without a
// second copy of the answer; the driver itself holds all of it.
func (r *Reader) Each(ctx context.Context, statement string, head func([]Column) error, row func([]any) error) (err error) {
	if err := r.reading(statement); err != nil {
		return err
	}
	rows, err := r.build.conn.QueryContext(ctx, statement)
	if err != nil {
		return outOfReach(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := columnsOf(rows)
	if err == nil {
		err = head(columns)
	}
	if err != nil {
		return err
	}
	for rows.Next() {
		values, err := scan(rows, len(columns))
		if err == nil {
			err = row(values)
		}
		if err != nil {
			return err
		}
	}
	return rows.Err()
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

// outOfReach makes one line of DuckDB's refusal to leave the file, be it that a file
// is no table here.
func outOfReach(err error) error {
	line, rest, _ := strings.Cut(err.Error(), "\n")
	if strings.HasPrefix(line, "Catalog Error: ") {
		if near, _, _ := strings.Cut(rest, "\n"); strings.HasPrefix(near, "Did you mean") {
			line += "\n" + near
		}
		return shortened{line, err}
	}
	if reason, ok := strings.CutPrefix(line, "Permission Error: "); ok {
		return fmt.Errorf("only the published tables can be read: %s", reason)
	}
	return err
}

// shortened is an error of which only the first lines are for people.
type shortened struct {
	text string
	error
}

// Error is those lines.
func (s shortened) Error() string { return s.text }

// Unwrap is all of it.
func (s shortened) Unwrap() error { return s.error }

func columnsOf(rows *sql.Rows) ([]Column, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	columns := make([]Column, len(types))
	for i, t := range types {
		columns[i] = Column{Name: t.Name(), Type: t.DatabaseTypeName()}
	}
	return columns, nil
}

func scan(rows *sql.Rows, width int) ([]any, error) {
	row := make([]any, width)
	pointers := make([]any, width)
	for i := range row {
		pointers[i] = &row[i]
	}
	return row, rows.Scan(pointers...)
}

func read(rows *sql.Rows, limit int) (result Result, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := columnsOf(rows)
	if err != nil {
		return Result{}, err
	}
	for _, c := range columns {
		result.Columns = append(result.Columns, c.Name)
		result.Types = append(result.Types, c.Type)
	}
	for rows.Next() {
		if limit > 0 && len(result.Rows) == limit {
			result.More = true
			return result, nil
		}
		row, err := scan(rows, len(columns))
		if err != nil {
			return Result{}, err
		}
		result.Rows = append(result.Rows, row)
	}
	return result, rows.Err()
}
