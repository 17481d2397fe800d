//go:build duckdb_arrow

package warehouse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/duckdb/duckdb-go/v2"
)

// stream is the name of the one Arrow view, in the in-memory database only.
const stream = "arrow_stream"

// Load makes table t of all batches r yields and returns its rows. The stream
// is scanned once; when it fails, or the counts differ, no table is left.
func (b *Build) Load(ctx context.Context, t Table, r array.RecordReader) (int64, error) {
	rows, err := b.scan(ctx, t, "create table "+t.quoted()+" as", 0, r)
	if err != nil {
		return 0, fmt.Errorf("load %s: %w", t, err)
	}
	return rows, nil
}

// LoadMore adds all batches r yields to table t, matching columns by name, and
// returns how many rows came. Like Load it scans the stream once and counts;
// after an error the table is as it was.
func (b *Build) LoadMore(ctx context.Context, t Table, r array.RecordReader) (int64, error) {
	before, err := b.rows(ctx, t)
	var rows int64
	if err == nil {
		rows, err = b.scan(ctx, t, "insert into "+t.quoted()+" by name", before, r)
	}
	if err != nil {
		return 0, fmt.Errorf("load %s: %w", t, err)
	}
	return rows, nil
}

// scan runs into over the whole stream and returns the rows that came. The view
// of the stream is made and dropped outside the transaction, which may write to
// one database only.
func (b *Build) scan(ctx context.Context, t Table, into string, before int64, r array.RecordReader) (int64, error) {
	if _, err := b.conn.ExecContext(ctx, "use memory"); err != nil {
		return 0, err
	}
	counted := &countingReader{RecordReader: r}
	release, err := b.register(counted)
	if err != nil {
		return 0, err
	}
	err = b.whole(ctx, func() error {
		_, err := b.conn.ExecContext(ctx, into+" select * from memory.main."+stream)
		if err = errors.Join(err, r.Err()); err != nil {
			return err
		}
		after, err := b.rows(ctx, t)
		if err == nil && after != before+counted.rows {
			err = fmt.Errorf("%d rows sent, %d stored", counted.rows, after-before)
		}
		return err
	})
	_, dropErr := b.conn.ExecContext(context.WithoutCancel(ctx), "drop view if exists memory.main."+stream)
	release()
	return counted.rows, errors.Join(err, dropErr)
}

// whole runs what do does in one transaction, or undoes it.
func (b *Build) whole(ctx context.Context, do func() error) error {
	if _, err := b.conn.ExecContext(ctx, "begin"); err != nil {
		return err
	}
	if err := do(); err != nil {
		_, undone := b.conn.ExecContext(context.WithoutCancel(ctx), "rollback")
		return errors.Join(err, undone)
	}
	_, err := b.conn.ExecContext(ctx, "commit")
	return err
}

func (b *Build) rows(ctx context.Context, t Table) (n int64, err error) {
	err = b.conn.QueryRowContext(ctx, "select count(*) from "+t.quoted()).Scan(&n)
	return n, err
}

func (b *Build) register(r array.RecordReader) (release func(), err error) {
	err = b.conn.Raw(func(driverConn any) error {
		conn, ok := driverConn.(*duckdb.Conn)
		if !ok {
			return fmt.Errorf("driver connection is %T", driverConn)
		}
		a, err := duckdb.NewArrowFromConn(conn)
		if err != nil {
			return err
		}
		release, err = a.RegisterView(r, stream)
		return err
	})
	return release, err
}

// countingReader counts the rows DuckDB took.
type countingReader struct {
	array.RecordReader
	rows int64
}

// Next moves on and counts the batch.
func (c *countingReader) Next() bool {
	if !c.RecordReader.Next() {
		return false
	}
	c.rows += c.RecordBatch().NumRows()
	return true
}

// LoadRows makes table t of a few rows that the program itself holds. columns
// maps each JSON key of a row to its DuckDB type, in order.
func (b *Build) LoadRows(ctx context.Context, t Table, columns []Column, rows any) error {
	encoded, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("load %s: %w", t, err)
	}
	create := "create table " + t.quoted() + " as select " + selectList(columns) +
		" from (select unnest(from_json(?::json, " + text(structure(columns)) + ")) as r)"
	if _, err := b.conn.ExecContext(ctx, create, string(encoded)); err != nil {
		return fmt.Errorf("load %s: %w", t, err)
	}
	return nil
}

// Column is a name and a DuckDB type.
type Column struct{ Name, Type string }

func selectList(columns []Column) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = "r." + quote(c.Name) + " as " + quote(c.Name)
	}
	return strings.Join(list, ", ")
}

// structure is the shape from_json takes: one object of DuckDB types by key, in
// a list.
func structure(columns []Column) string {
	fields := make([]string, len(columns))
	for i, c := range columns {
		fields[i] = strconv.Quote(c.Name) + ":" + strconv.Quote(c.Type)
	}
	return "[{" + strings.Join(fields, ",") + "}]"
}

// Empty makes table t with columns and no rows, for a data set that has never
// come: what is calculated from it is then missing, not an error.
func (b *Build) Empty(ctx context.Context, t Table, columns []Column) error {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = quote(c.Name) + " " + c.Type
	}
	_, err := b.conn.ExecContext(ctx, "create table "+t.quoted()+" ("+strings.Join(list, ", ")+")")
	if err != nil {
		return fmt.Errorf("empty table %s: %w", t, err)
	}
	return nil
}
