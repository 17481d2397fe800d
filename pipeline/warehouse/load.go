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
	counted := &countingReader{RecordReader: r}
	stored, err := b.scan(ctx, t, counted)
	if err == nil {
		err = r.Err()
	}
	if err == nil && stored != counted.rows {
		err = fmt.Errorf("%d rows sent, %d stored", counted.rows, stored)
	}
	if err != nil {
		drop := "drop table if exists " + t.quoted()
		_, dropErr := b.conn.ExecContext(context.WithoutCancel(ctx), drop)
		return 0, errors.Join(fmt.Errorf("load %s: %w", t, err), dropErr)
	}
	return stored, nil
}

func (b *Build) scan(ctx context.Context, t Table, r array.RecordReader) (stored int64, err error) {
	if _, err := b.conn.ExecContext(ctx, "use memory"); err != nil {
		return 0, err
	}
	release, err := b.register(r)
	if err != nil {
		return 0, err
	}
	create := fmt.Sprintf("create table %s as select * from memory.main.%s", t.quoted(), stream)
	_, err = b.conn.ExecContext(ctx, create)
	_, dropErr := b.conn.ExecContext(context.WithoutCancel(ctx), "drop view if exists memory.main."+stream)
	release()
	if err := errors.Join(err, dropErr); err != nil {
		return 0, err
	}
	err = b.conn.QueryRowContext(ctx, "select count(*) from "+t.quoted()).Scan(&stored)
	return stored, err
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
