package report

import (
	"context"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"time"

	"effekt/pipeline/warehouse"
	"effekt/sql"
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

// holds tells whether a table or column is to be read, which an older file may lack.
func (r *reader) holds(name string) bool { return !r.older() || r.columns[name] }

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

// columnsOf lists a struct's columns: their names, what is empty in their fields,
// and their names with that instead of NULL.
func columnsOf(t reflect.Type) (names, typed, lenient string) {
	var columns, nulls, filled []string
	for _, field := range reflect.VisibleFields(t) {
		if name, ok := field.Tag.Lookup("column"); ok {
			quoted := warehouse.Quote(name)
			columns = append(columns, quoted)
			nulls = append(nulls, empty(field.Type)+" as "+quoted)
			filled = append(filled, fmt.Sprintf("coalesce(%s, %s) as %[1]s", quoted, empty(field.Type)))
		}
	}
	return strings.Join(columns, ", "), strings.Join(nulls, ", "), strings.Join(filled, ", ")
}

// empty is what stands in SQL for a field that says nothing.
func empty(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[string]():
		return "null::varchar"
	case reflect.TypeFor[[]string]():
		return "null::varchar[]"
	case reflect.TypeFor[time.Time]():
		return "null::timestamp"
	case reflect.TypeFor[*float64]():
		return "null::double"
	case reflect.TypeFor[*int]():
		return "null::integer"
	case reflect.TypeFor[*bool]():
		return "null::boolean"
	case reflect.TypeFor[bool]():
		return "false"
	}
	return "0"
}
