//go:build duckdb_arrow

package warehouse

import (
	"context"
	"fmt"
	"reflect"
	"time"
)

// querier is a Build or a Reader.
type querier interface {
	Query(ctx context.Context, statement string, limit int) (Result, error)
}

// Select reads all rows of a statement into structs, strictly: each column has
// a field with its name as the tag `column`, and each such field a column. NULL
// is "", a zero time or nil; in a field that cannot say so (int, float64, bool)
// it is an error, as is a value of another kind.
func Select[T any](ctx context.Context, from querier, statement string) ([]T, error) {
	found, err := from.Query(ctx, statement, 0)
	if err != nil {
		return nil, err
	}
	fields, err := fieldsOf(reflect.TypeFor[T](), found.Columns)
	if err != nil {
		return nil, err
	}
	all := make([]T, len(found.Rows))
	for n, row := range found.Rows {
		into := reflect.ValueOf(&all[n]).Elem()
		for i, cell := range row {
			if err := assign(into.FieldByIndex(fields[i]), cell); err != nil {
				return nil, fmt.Errorf("column %s: %w", found.Columns[i], err)
			}
		}
	}
	return all, nil
}

// fieldsOf finds each column's field, also in embedded structs.
func fieldsOf(t reflect.Type, columns []string) ([][]int, error) {
	byColumn := map[string][]int{}
	for _, field := range reflect.VisibleFields(t) {
		if name, ok := field.Tag.Lookup("column"); ok {
			byColumn[name] = field.Index
		}
	}
	fields := make([][]int, len(columns))
	for i, column := range columns {
		if fields[i] = byColumn[column]; fields[i] == nil {
			return nil, fmt.Errorf("column %s has no field in %s, or comes twice", column, t)
		}
		delete(byColumn, column)
	}
	for column := range byColumn {
		return nil, fmt.Errorf("no column %s for %s", column, t)
	}
	return fields, nil
}

// assign sets a field to a cell as the driver gives it.
func assign(field reflect.Value, cell any) error {
	if cell == nil {
		if field.Kind() == reflect.Pointer || field.Kind() == reflect.Slice || field.Kind() == reflect.String || field.Type() == reflect.TypeFor[time.Time]() {
			return nil
		}
		return fmt.Errorf("NULL for %s", field.Type())
	}
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
		return assign(field.Elem(), cell)
	}
	value := reflect.ValueOf(cell)
	switch {
	case field.Kind() == reflect.Slice:
		return assignList(field, cell)
	case field.CanInt() && value.CanInt() && !field.OverflowInt(value.Int()):
	case field.Kind() == value.Kind() && value.Kind() != reflect.Struct, field.Type() == value.Type():
	default:
		return fmt.Errorf("%v (%T) for %s", cell, cell, field.Type())
	}
	field.Set(value.Convert(field.Type()))
	return nil
}

func assignList(field reflect.Value, cell any) error {
	list, ok := cell.([]any)
	if !ok {
		return fmt.Errorf("%T for %s", cell, field.Type())
	}
	field.Set(reflect.MakeSlice(field.Type(), len(list), len(list)))
	for i, item := range list {
		if err := assign(field.Index(i), item); err != nil {
			return err
		}
	}
	return nil
}
