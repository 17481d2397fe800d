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
)

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
	return ""
}
