package kolada

import (
	"fmt"
	"slices"

	"effekt/sources/records"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// NewReader reads pages of /data as records of kolada.value: kpi, municipality
// and gender, year, value, count and status, the last three null where Kolada
// says null or nothing. next returns one body after another, io.EOF at the
// end; a body becomes one batch.
//
// Deleted rows are left out. Kolada does not document the order between pages,
// so a row may come twice: the same row again is dropped, the same key with
// another figure is an error that names it, because there is no telling which
// one holds. Give it the bodies of one vintage, not of several. Where kpis are
// named the rows of all others are passed over.
func NewReader(next func() ([]byte, error), kpis ...string) array.RecordReader {
	code := records.CodeType()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "kpi", Type: code},
		{Name: "municipality", Type: code},
		{Name: "year", Type: arrow.PrimitiveTypes.Int32},
		{Name: "gender", Type: code},
		{Name: "value", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "count", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "status", Type: code, Nullable: true},
	}, nil)
	v := &valueBatches{bodies: bodies{next: next}, schema: schema, only: kpis, read: map[recordKey][]figure{}}
	v.decoder = newDecoder(v.record)
	return records.NewReader(schema, v.batch)
}

// valueBatches makes the batches of NewReader.
type valueBatches struct {
	bodies  bodies
	schema  *arrow.Schema
	decoder *decoder
	only    []string // the KPIs to read; empty for all
	rows    []row    // of the next batch

	// Every figure that has been read is remembered, so that one which comes twice
	// is known. Those of a record come together: one look-up serves all its genders.
	read   map[recordKey][]figure
	block  []figure // where read's figures stand
	merged []figure // of the record being read

	kpis, areas, genders, statuses records.Codes
}

// recordKey is a record's key by the numbers of its texts.
type recordKey struct{ kpi, area, year int32 }

// figure is one gender's row of a record: what two rows of the same key must
// agree on.
type figure struct {
	value                                  float64
	count                                  int64
	gender, status                         int32
	hasValue, hasCount, hasStatus, deleted bool
}

type row struct {
	recordKey
	figure
}

// batch makes a batch of the next body that has any new row.
func (v *valueBatches) batch() (arrow.RecordBatch, error) {
	for v.rows = v.rows[:0]; len(v.rows) == 0; {
		body, err := v.bodies.take()
		if err != nil {
			return nil, err
		}
		if _, err := v.decoder.page(body); err != nil {
			return nil, v.bodies.fault(err)
		}
	}
	return v.build(), nil
}

// record appends the rows of one record that are new and not deleted.
func (v *valueBatches) record(values []Value) error {
	if len(values) == 0 || (len(v.only) > 0 && !slices.Contains(v.only, values[0].KPI)) {
		return nil
	}
	key := recordKey{v.kpis.Number(values[0].KPI), v.areas.Number(values[0].Municipality), int32(values[0].Year)}
	known := v.read[key]
	all := append(v.merged[:0], known...)
	for i := range values {
		f := v.figure(&values[i])
		n := slices.IndexFunc(all, func(k figure) bool { return k.gender == f.gender })
		if n >= 0 && all[n] != f {
			return v.conflict(values[i].Key, all[n], f)
		}
		if n >= 0 {
			continue
		}
		if all = append(all, f); !f.deleted {
			v.rows = append(v.rows, row{key, f})
		}
	}
	if v.merged = all; len(all) > len(known) {
		v.read[key] = v.keep(all)
	}
	return nil
}

// keep gives the figures a place of their own. Blocks are filled and never moved: a
// slice that grows would copy everything several times over.
func (v *valueBatches) keep(figures []figure) []figure {
	if cap(v.block)-len(v.block) < len(figures) {
		v.block = make([]figure, 0, max(blockRows, len(figures)))
	}
	v.block = append(v.block, figures...)
	return v.block[len(v.block)-len(figures):]
}

const blockRows = 8192

// figure is the row without its record's key.
func (v *valueBatches) figure(r *Value) figure {
	return figure{
		value: r.Value, count: r.Count,
		gender: v.genders.Number(r.Gender), status: v.statuses.Number(r.Status),
		hasValue: r.HasValue, hasCount: r.HasCount, hasStatus: r.HasStatus, deleted: r.Deleted,
	}
}

// conflict is the error of two figures for the same key.
func (v *valueBatches) conflict(k Key, before, now figure) error {
	words := func(f figure) string {
		value := "null"
		switch {
		case f.deleted:
			return "deleted"
		case f.hasValue:
			value = fmt.Sprint(f.value)
		}
		return fmt.Sprintf("%s (count %d, status %q)", value, f.count, v.statuses.Texts[f.status])
	}
	return fmt.Errorf("kpi %s, municipality %s, year %d, gender %s comes twice: as %s and as %s", k.KPI, k.Municipality, k.Year, k.Gender, words(before), words(now))
}

// build makes a batch of the rows. It carries the whole dictionary so far: a
// number means the same in every batch.
func (v *valueBatches) build() arrow.RecordBatch {
	has := func(holds func(r row) bool) []byte { return records.Valid(v.rows, holds) }
	return records.Batch(v.schema, len(v.rows),
		records.Dictionary(v.kpis.Texts, column(v.rows, func(r *row) int32 { return r.kpi }), nil),
		records.Dictionary(v.areas.Texts, column(v.rows, func(r *row) int32 { return r.area }), nil),
		records.Numbers(column(v.rows, func(r *row) int32 { return r.year }), nil),
		records.Dictionary(v.genders.Texts, column(v.rows, func(r *row) int32 { return r.gender }), nil),
		records.Numbers(column(v.rows, func(r *row) float64 { return r.value }), has(func(r row) bool { return r.hasValue })),
		records.Numbers(column(v.rows, func(r *row) int64 { return r.count }), has(func(r row) bool { return r.hasCount })),
		records.Dictionary(v.statuses.Texts, column(v.rows, func(r *row) int32 { return r.status }), has(func(r row) bool { return r.hasStatus })),
	)
}

func column[T any](rows []row, of func(*row) T) []T {
	all := make([]T, len(rows))
	for i := range rows {
		all[i] = of(&rows[i])
	}
	return all
}
