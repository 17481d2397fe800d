package outcomes

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Schema is the sheet's columns, named as in the workbook, and then how the
// row came in: rad_id (its name, which ersatter takes), version, ersatt_av
// (null for the version that holds), omgang, inlamnande_enhet, arbetsbok (the
// archive's vintage), inlast (UTC) and dolda_kolumner (values too small to
// publish, null when none). What is not said is null.
func (s Sheet) Schema() *arrow.Schema {
	var fields []arrow.Field
	for _, c := range s.Columns {
		fields = append(fields, arrow.Field{Name: c.Name, Type: arrowType(c), Nullable: true})
	}
	text := arrow.BinaryTypes.String
	return arrow.NewSchema(append(fields,
		arrow.Field{Name: "rad_id", Type: text},
		arrow.Field{Name: "version", Type: arrow.PrimitiveTypes.Int32},
		arrow.Field{Name: "ersatt_av", Type: text, Nullable: true},
		arrow.Field{Name: "omgang", Type: text, Nullable: true},
		arrow.Field{Name: "inlamnande_enhet", Type: text, Nullable: true},
		arrow.Field{Name: "arbetsbok", Type: text},
		arrow.Field{Name: "inlast", Type: &arrow.TimestampType{Unit: arrow.Microsecond}},
		arrow.Field{Name: "dolda_kolumner", Type: text, Nullable: true},
	), nil)
}

func arrowType(c Column) arrow.DataType {
	switch {
	case c.Kind == Date:
		return arrow.FixedWidthTypes.Date32
	case c.Kind == Decimal:
		return arrow.PrimitiveTypes.Float64
	case c.Kind == Integer, c.List == "generisk_aktivitet" && c.Kind == Code, c.List == "fraga":
		return arrow.PrimitiveTypes.Int64
	}
	return arrow.BinaryTypes.String
}

// Record is the rows of one sheet as Arrow. Rows of other sheets are passed
// over. A value that is not in canonical form is an error.
func (s Sheet) Record(rows []Handed) (arrow.RecordBatch, error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, s.Schema())
	defer b.Release()
	for _, row := range rows {
		if row.Sheet != s.Name {
			continue
		}
		for i, c := range s.Columns {
			if err := appendValue(b.Field(i), row.Values[c.Name]); err != nil {
				return nil, fmt.Errorf("outcomes: %s: %s: %w", row.Name(), c.Name, err)
			}
		}
		if err := appendOrigin(b, len(s.Columns), row); err != nil {
			return nil, fmt.Errorf("outcomes: %s: %w", row.Name(), err)
		}
	}
	return b.NewRecordBatch(), nil
}

func appendValue(field array.Builder, value string) error {
	if value == "" {
		field.AppendNull()
		return nil
	}
	if date, ok := field.(*array.Date32Builder); ok {
		day, err := time.Parse(time.DateOnly, value)
		date.Append(arrow.Date32FromTime(day))
		return err
	}
	return field.AppendValueFromString(value)
}

func appendOrigin(b *array.RecordBuilder, at int, row Handed) error {
	for i, value := range []string{row.Name(), strconv.Itoa(row.Version), row.ReplacedBy, row.Round, row.Unit, row.Vintage} {
		if err := appendValue(b.Field(at+i), value); err != nil {
			return err
		}
	}
	const inlast, dolda = 6, 7
	if received, ok := b.Field(at + inlast).(*array.TimestampBuilder); ok {
		received.Append(arrow.Timestamp(row.Received.UnixMicro()))
	}
	return appendValue(b.Field(at+dolda), strings.Join(row.Hidden, ";"))
}
