package kolada

import (
	"effekt/sources/jsontext"
	"effekt/sources/records"
	"errors"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// NewKPIReader reads pages of /kpi as one batch of kolada.kpi, columns named
// as the API's fields, all but id and title nullable. next returns one body after
// another, oldest first, io.EOF at the end: where an id comes more than once,
// as when several data sets share a KPI, what came last holds.
func NewKPIReader(next func() ([]byte, error)) array.RecordReader {
	text, flag := arrow.BinaryTypes.String, arrow.FixedWidthTypes.Boolean
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: text},
		{Name: "title", Type: text},
		{Name: "description", Type: text, Nullable: true},
		{Name: "is_divided_by_gender", Type: flag, Nullable: true},
		{Name: "municipality_type", Type: text, Nullable: true},
		{Name: "auspice", Type: text, Nullable: true},
		{Name: "operating_area", Type: text, Nullable: true},
		{Name: "perspective", Type: text, Nullable: true},
		{Name: "prel_publication_date", Type: text, Nullable: true},
		{Name: "publication_date", Type: text, Nullable: true},
		{Name: "publ_period", Type: text, Nullable: true},
		{Name: "has_ou_data", Type: flag, Nullable: true},
	}, nil)
	return listReader(next, schema, kpiInfo,
		func(k KPIInfo) string { return k.ID },
		func(k KPIInfo) []any {
			return []any{
				&k.ID, &k.Title, k.Description, k.IsDividedByGender, k.MunicipalityType, k.Auspice, k.OperatingArea,
				k.Perspective, k.PrelPublicationDate, k.PublicationDate, k.PublPeriod, k.HasOUData,
			}
		})
}

// NewMunicipalityReader reads pages of /municipality as one batch of
// kolada.municipality: id, title, type. Repeated ids are as for NewKPIReader.
func NewMunicipalityReader(next func() ([]byte, error)) array.RecordReader {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: arrow.BinaryTypes.String},
		{Name: "title", Type: arrow.BinaryTypes.String},
		{Name: "type", Type: arrow.BinaryTypes.String},
	}, nil)
	return listReader(next, schema, municipality,
		func(m Municipality) string { return m.ID },
		func(m Municipality) []any { return []any{&m.ID, &m.Title, &m.Type} })
}

// listReader reads all bodies into one batch; row gives an item's columns as
// *string or *bool.
func listReader[T any](next func() ([]byte, error), schema *arrow.Schema, item func(*jsontext.Scanner) T, id func(T) string, row func(T) []any) array.RecordReader {
	done := false
	return records.NewReader(schema, func() (arrow.RecordBatch, error) {
		if done {
			return nil, io.EOF
		}
		done = true
		items, err := latest(&bodies{next: next}, item, id)
		if err != nil {
			return nil, err
		}
		if len(items) == 0 {
			return nil, io.EOF
		}
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		defer b.Release()
		for _, item := range items {
			appendRow(b, row(item))
		}
		return b.NewRecordBatch(), nil
	})
}

// latest reads all bodies. An id that comes again takes its first place with
// its last content.
func latest[T any](from *bodies, item func(*jsontext.Scanner) T, id func(T) string) ([]T, error) {
	var items []T
	place := map[string]int{}
	for {
		body, err := from.take()
		if errors.Is(err, io.EOF) {
			return items, nil
		}
		if err != nil {
			return nil, err
		}
		page, _, err := decodeList(body, item)
		if err != nil {
			return nil, from.fault(err)
		}
		for _, one := range page {
			at, ok := place[id(one)]
			if ok {
				items[at] = one
				continue
			}
			place[id(one)] = len(items)
			items = append(items, one)
		}
	}
}

// appendRow appends one row; nil pointers are null.
func appendRow(b *array.RecordBuilder, row []any) {
	for i, cell := range row {
		switch column := b.Field(i).(type) {
		case *array.StringBuilder:
			if text, _ := cell.(*string); text != nil {
				column.Append(*text)
				continue
			}
			column.AppendNull()
		case *array.BooleanBuilder:
			if flag, _ := cell.(*bool); flag != nil {
				column.Append(*flag)
				continue
			}
			column.AppendNull()
		}
	}
}
