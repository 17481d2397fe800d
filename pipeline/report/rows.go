package report

import (
	"context"
	"effekt/pipeline/warehouse"
	"effekt/sql"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"time"
)

// reader asks a published file.
type reader struct {
	file    *warehouse.Reader
	county  string          // as SQL text
	columns map[string]bool // that the file has: schema.table, and schema.table.column
	err     error
}

type column struct {
	Table string `column:"relation"`
	Name  string `column:"column_name"`
}

func newReader(ctx context.Context, file *warehouse.Reader) *reader {
	r := &reader{file: file, columns: map[string]bool{}, county: warehouse.Text("")}
	found, err := warehouse.Select[column](ctx, file, "select table_schema || '.' || table_name as relation, column_name from information_schema.columns")
	r.err = err
	for _, c := range found {
		r.columns[c.Table], r.columns[c.Table+"."+c.Name] = true, true
	}
	return r
}

// older tells whether a program before the one that writes the standing of each
// indicator has made the file.
func (r *reader) older() bool { return !r.columns["mart.indicator.standing"] }

// holds tells whether a table is to be read, which an older file may lack.
func (r *reader) holds(table string) bool { return !r.older() || r.columns[table] }

// published is where the published facts of indicators are read. In an older file
// the rule of the SQL itself tells which are overdue.
func (r *reader) published(ctx context.Context) string {
	if !r.older() || r.err != nil || !r.columns["mart.indicator.next_expected"] {
		return "mart.indicator"
	}
	rule, err := fs.ReadFile(sql.Files, "macros/freshness.sql")
	if err == nil {
		err = r.file.Macro(ctx, string(rule))
	}
	r.err = err
	return "(select *, case when (select built from config.build) > overdue_on(next_expected) then 'overdue' end as standing from mart.indicator)"
}

// rows reads a source into structs, by the names of its columns. A column that is
// missing is an error, except in an older file: what was added later is empty there.
func rows[T any](ctx context.Context, r *reader, source, order string) []T {
	if r.err != nil {
		return nil
	}
	names, typed, lenient := columnsOf(reflect.TypeFor[T]())
	if r.older() {
		names, source = lenient, fmt.Sprintf("select %s where false union all by name (%s)", typed, source)
	}
	found, err := warehouse.Select[T](ctx, r.file, fmt.Sprintf("select %s from (%s) order by %s", names, source, order))
	r.err = err
	return found
}

// each reads the rows of a source that are about an indicator, and hands them to it.
func each[T interface{ indicator() string }](ctx context.Context, r *reader, at map[string]*Indicator, source, order string, to func(*Indicator, T)) {
	for _, row := range rows[T](ctx, r, source, order) {
		if i := at[row.indicator()]; i != nil {
			to(i, row)
		}
	}
}

// columnsOf lists a struct's columns: their names, NULL of their types, and their
// names with what stands for NULL in a field that cannot be empty.
func columnsOf(t reflect.Type) (names, typed, lenient string) {
	var columns, nulls, filled []string
	for _, field := range reflect.VisibleFields(t) {
		name, ok := field.Tag.Lookup("column")
		if !ok {
			continue
		}
		kind, instead := "varchar", ""
		switch base := elem(field.Type); {
		case base == reflect.TypeFor[time.Time]():
			kind = "timestamp"
		case base.Kind() == reflect.Int:
			kind, instead = "integer", "0"
		case base.Kind() == reflect.Float64:
			kind, instead = "double", "0"
		case base.Kind() == reflect.Bool:
			kind, instead = "boolean", "false"
		case base.Kind() == reflect.Slice:
			kind = "varchar[]"
		}
		columns, nulls = append(columns, name), append(nulls, "null::"+kind+" as "+name)
		if instead != "" && field.Type.Kind() != reflect.Pointer {
			name = fmt.Sprintf("coalesce(%s, %s) as %[1]s", name, instead)
		}
		filled = append(filled, name)
	}
	return strings.Join(columns, ", "), strings.Join(nulls, ", "), strings.Join(filled, ", ")
}

func elem(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}
