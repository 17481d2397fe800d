//go:build duckdb_arrow

package warehouse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
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
	return b.scan(ctx, t, "create table "+t.quoted()+" as", 0, r)
}

// LoadMore adds all batches r yields to table t, matching columns by name, and
// returns how many rows came. Like Load it scans the stream once and counts;
// after an error the table is as it was.
func (b *Build) LoadMore(ctx context.Context, t Table, r array.RecordReader) (int64, error) {
	before, err := b.rows(ctx, t)
	if err != nil {
		return 0, fmt.Errorf("load %s: %w", t, err)
	}
	return b.scan(ctx, t, "insert into "+t.quoted()+" by name", before, r)
}

// scan runs into over the whole stream and returns the rows that came. The view
// of the stream is made and dropped outside the transaction, which may write to
// one database only.
func (b *Build) scan(ctx context.Context, t Table, into string, before int64, r array.RecordReader) (int64, error) {
	counted := &countingReader{RecordReader: r}
	err := b.Exec(ctx, "use memory")
	if err == nil {
		var release func()
		if release, err = b.register(counted); err == nil {
			err = b.transfer(ctx, t, into, before, counted)
			err = errors.Join(err, b.Exec(context.WithoutCancel(ctx), "drop view if exists memory.main."+stream))
			release()
		}
	}
	if err != nil {
		return 0, fmt.Errorf("load %s: %w", t, err)
	}
	return counted.rows, nil
}

// transfer takes the stream into the table in one transaction, or leaves it.
func (b *Build) transfer(ctx context.Context, t Table, into string, before int64, r *countingReader) error {
	if err := b.Exec(ctx, "begin"); err != nil {
		return err
	}
	var after int64
	err := errors.Join(b.Exec(ctx, into+" select * from memory.main."+stream), r.Err())
	if err == nil {
		after, err = b.rows(ctx, t)
	}
	if err == nil && after != before+r.rows {
		err = fmt.Errorf("%d rows sent, %d stored", r.rows, after-before)
	}
	if err != nil {
		return errors.Join(err, b.Exec(context.WithoutCancel(ctx), "rollback"))
	}
	return b.Exec(ctx, "commit")
}

func (b *Build) rows(ctx context.Context, t Table) (n int64, err error) {
	err = b.conn.QueryRowContext(ctx, "select count(*) from "+t.quoted()).Scan(&n)
	return n, err
}

func (b *Build) register(r array.RecordReader) (release func(), err error) {
	err = b.driver(func(conn *duckdb.Conn) error {
		a, err := duckdb.NewArrowFromConn(conn)
		if err == nil {
			release, err = a.RegisterView(r, stream)
		}
		return err
	})
	return release, err
}

// driver does what database/sql has no words for.
func (b *Build) driver(do func(*duckdb.Conn) error) error {
	return b.conn.Raw(func(driverConn any) error {
		conn, ok := driverConn.(*duckdb.Conn)
		if !ok {
			return fmt.Errorf("driver connection is %T", driverConn)
		}
		return do(conn)
	})
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

// Column is a name and a DuckDB type.
type Column struct{ Name, Type string }

// Empty makes table t with columns and no rows, for a data set that has never
// come: what is calculated from it is then missing, not an error.
func (b *Build) Empty(ctx context.Context, t Table, columns []Column) error {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = Quote(c.Name) + " " + c.Type
	}
	if err := b.Exec(ctx, "create table "+t.quoted()+" ("+strings.Join(list, ", ")+")"); err != nil {
		return fmt.Errorf("empty table %s: %w", t, err)
	}
	return nil
}

// LoadStructs makes table t of a few rows that the program itself holds. The
// columns are the fields, named by their json tags; a tag `type` says another
// DuckDB type than the field's own. Fields that omit their zero value are NULL
// there.
func LoadStructs[T any](ctx context.Context, b *Build, t Table, rows []T) error {
	shape, err := shapeOf(reflect.TypeFor[T]())
	body, failed := json.Marshal(append([]T{}, rows...)) // no rows are [], not null
	if err = errors.Join(err, failed); err == nil {
		statement := "create table " + t.quoted() + " as select unnest(from_json(?::json, " + Text(shape) + "), max_depth := 2)"
		_, err = b.conn.ExecContext(ctx, statement, string(body))
	}
	if err != nil {
		return fmt.Errorf("load %s: %w", t, err)
	}
	return nil
}

// shapeOf is what from_json takes: one object of DuckDB types by key, in a list.
func shapeOf(t reflect.Type) (string, error) {
	var fields []string
	for _, field := range reflect.VisibleFields(t) {
		if field.Anonymous || !field.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		kind, ok := field.Tag.Lookup("type")
		if !ok {
			kind = typeOf(field.Type)
		}
		if name == "" || kind == "" {
			return "", fmt.Errorf("field %s of %s is no column", field.Name, t)
		}
		if name != "-" {
			fields = append(fields, strconv.Quote(name)+":"+strconv.Quote(kind))
		}
	}
	return "[{" + strings.Join(fields, ",") + "}]", nil
}

// typeOf is the DuckDB type that holds a Go type, "" where none does.
func typeOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return typeOf(t.Elem())
	case reflect.Slice:
		return typeOf(t.Elem()) + "[]"
	}
	return map[reflect.Kind]string{
		reflect.String: "VARCHAR", reflect.Int: "INTEGER", reflect.Int64: "BIGINT", reflect.Float64: "DOUBLE", reflect.Bool: "BOOLEAN",
	}[t.Kind()]
}
