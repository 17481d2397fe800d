//go:build duckdb_arrow

package warehouse

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Moment is a time as tables keep it: in UTC, to the second.
type Moment struct{ time.Time }

// MarshalJSON writes the time as DuckDB reads a TIMESTAMP.
func (m Moment) MarshalJSON() ([]byte, error) {
	return []byte(m.UTC().Format(`"2006-01-02T15:04:05Z"`)), nil
}

// LoadStructs makes table t of a few rows that the program itself holds. The
// columns are the fields, named by their json tags; a tag `type` says another
// DuckDB type than the field's own. Fields that omit their zero value are NULL
// there.
func LoadStructs[T any](ctx context.Context, b *Build, t Table, rows []T) error {
	columns, err := columnsOfStruct(reflect.TypeFor[T]())
	if err != nil {
		return fmt.Errorf("load %s: %w", t, err)
	}
	if rows == nil {
		rows = []T{}
	}
	return b.LoadRows(ctx, t, columns, rows)
}

func columnsOfStruct(t reflect.Type) ([]Column, error) {
	var columns []Column
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
			return nil, fmt.Errorf("field %s of %s is no column", field.Name, t)
		}
		if name != "-" {
			columns = append(columns, Column{name, kind})
		}
	}
	return columns, nil
}

// typeOf is the DuckDB type that holds a Go type, "" where none does.
func typeOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return typeOf(t.Elem())
	case reflect.Slice:
		return typeOf(t.Elem()) + "[]"
	case reflect.String:
		return "VARCHAR"
	case reflect.Int:
		return "INTEGER"
	case reflect.Int64:
		return "BIGINT"
	case reflect.Float64:
		return "DOUBLE"
	case reflect.Bool:
		return "BOOLEAN"
	}
	if t == reflect.TypeFor[Moment]() {
		return "TIMESTAMP"
	}
	return ""
}
