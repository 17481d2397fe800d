//go:build duckdb_arrow

package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"github.com/duckdb/duckdb-go/v2"
)

// ErrNotReading refuses a statement that is anything but one SELECT.
var ErrNotReading = errors.New("only one reading statement (select, from, with, describe, summarize, explain) is allowed")

// Reader is a published file opened for reading only. Statements may come from
// anybody: the file is read-only, nothing outside it can be reached, and the
// settings are locked.
type Reader struct{ build *Build }

// Open opens the published file at path.
func Open(ctx context.Context, path string) (*Reader, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	b, err := open(ctx, path+"?access_mode=read_only", Settings{})
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

// Query runs one reading statement and keeps at most limit rows; 0 keeps all.
func (r *Reader) Query(ctx context.Context, statement string, limit int) (Result, error) {
	if err := r.reading(ctx, statement); err != nil {
		return Result{}, err
	}
	rows, err := r.build.conn.QueryContext(ctx, statement)
	if err != nil {
		return Result{}, err
	}
	return read(rows, limit)
}

// reading prepares the statement, which runs nothing, and looks at its type.
// The driver refuses to prepare several statements at once.
func (r *Reader) reading(ctx context.Context, statement string) error {
	return r.build.conn.Raw(func(driverConn any) error {
		conn, ok := driverConn.(*duckdb.Conn)
		if !ok {
			return fmt.Errorf("driver connection is %T", driverConn)
		}
		prepared, err := conn.PrepareContext(ctx, statement)
		if err != nil {
			return err
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

func read(rows *sql.Rows, limit int) (result Result, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	types, err := rows.ColumnTypes()
	if err != nil {
		return Result{}, err
	}
	for _, t := range types {
		result.Columns = append(result.Columns, t.Name())
		result.Types = append(result.Types, t.DatabaseTypeName())
	}
	for rows.Next() {
		if limit > 0 && len(result.Rows) == limit {
			result.More = true
			return result, nil
		}
		row := make([]any, len(types))
		pointers := make([]any, len(types))
		for i := range row {
			pointers[i] = &row[i]
		}
		if err := rows.Scan(pointers...); err != nil {
			return Result{}, err
		}
		result.Rows = append(result.Rows, row)
	}
	return result, rows.Err()
}
