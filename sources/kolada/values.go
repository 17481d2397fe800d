package kolada

import (
	"effekt/sources/records"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// NewReader reads pages of /data as records of kolada.value: kpi,
// municipality and gender (dictionary-encoded text), year (int32), value
// (float64), count (int64) and status (text), the last three null where Kolada
// says null or nothing. next returns one body after another, io.EOF at the
// end; a body becomes one batch.
//
// Deleted rows are left out. Kolada does not document the order between pages,
// so a row may come twice: the same row again is dropped, the same key with
// another figure is an error that names it, because there is no telling which
// one holds. Give it the bodies of one vintage, not of several. Where kpis are
// named the rows of all others are passed over.
func NewReader(next func() ([]byte, error), kpis ...string) array.RecordReader {
	v := &valueBatches{bodies: bodies{next: next}, schema: valueSchema(), history: newHistory(), only: kpis}
	v.decoder = newDecoder(v.record)
	return records.NewReader(v.schema, v.batch)
}

func valueSchema() *arrow.Schema {
	code := records.CodeType()
	return arrow.NewSchema([]arrow.Field{
		{Name: "kpi", Type: code},
		{Name: "municipality", Type: code},
		{Name: "year", Type: arrow.PrimitiveTypes.Int32},
		{Name: "gender", Type: code},
		{Name: "value", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "count", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "status", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil)
}

// valueBatches makes the batches of NewReader.
type valueBatches struct {
	bodies  bodies
	decoder *decoder
	schema  *arrow.Schema
	history *history
	only    []string // the KPIs to read; empty for all
	figures []figure // of the record being read
	columns valueColumns

	kpis, areas, genders, statuses records.Codes
}

// batch makes a batch of the next body that has any new row.
func (v *valueBatches) batch() (arrow.RecordBatch, error) {
	for {
		body, err := v.bodies.take()
		if err != nil {
			return nil, err
		}
		if _, err := v.decoder.page(body); err != nil {
			return nil, v.bodies.fault(err)
		}
		if len(v.columns.years) > 0 {
			return v.build(), nil
		}
	}
}

// record appends the rows of one record that are new and not deleted.
func (v *valueBatches) record(rows []Value) error {
	if len(rows) == 0 || (len(v.only) > 0 && !slices.Contains(v.only, rows[0].KPI)) {
		return nil
	}
	key := recordKey{v.kpis.Number(rows[0].KPI), v.areas.Number(rows[0].Municipality), int32(rows[0].Year)}
	if key.kpi >= maxCodes || key.area >= maxCodes {
		return errors.New("more ids than Kolada can have")
	}
	v.figures = v.figures[:0]
	for i := range rows {
		v.figures = append(v.figures, v.figure(&rows[i]))
	}
	fresh, err := v.history.fresh(key, v.figures)
	if err != nil {
		return v.named(err, rows[0].Key)
	}
	for i := range fresh {
		if f := &fresh[i]; !f.deleted {
			v.columns.append(key, f, v.statuses.Texts[f.status])
		}
	}
	return nil
}

// figure is the row without its record's key.
func (v *valueBatches) figure(r *Value) figure {
	return figure{
		value: r.Value, count: r.Count,
		gender: v.genders.Number(r.Gender), status: v.statuses.Number(r.Status),
		hasValue: r.HasValue, hasCount: r.HasCount, hasStatus: r.HasStatus, deleted: r.Deleted,
	}
}

// valueColumns are the columns of one batch while it is filled.
type valueColumns struct {
	kpis, areas, years, genders   []int32
	values                        []float64
	counts                        []int64
	statuses                      []string
	hasValue, hasCount, hasStatus []bool
}

// columnsFor has room for a batch as long as the one before: pages are alike.
func columnsFor(rows int) valueColumns {
	return valueColumns{
		kpis: make([]int32, 0, rows), areas: make([]int32, 0, rows), years: make([]int32, 0, rows), genders: make([]int32, 0, rows),
		values: make([]float64, 0, rows), counts: make([]int64, 0, rows), statuses: make([]string, 0, rows),
		hasValue: make([]bool, 0, rows), hasCount: make([]bool, 0, rows), hasStatus: make([]bool, 0, rows),
	}
}

func (c *valueColumns) append(k recordKey, f *figure, status string) {
	c.kpis = append(c.kpis, k.kpi)
	c.areas = append(c.areas, k.area)
	c.years = append(c.years, k.year)
	c.genders = append(c.genders, f.gender)
	c.values = append(c.values, f.value)
	c.hasValue = append(c.hasValue, f.hasValue)
	c.counts = append(c.counts, f.count)
	c.hasCount = append(c.hasCount, f.hasCount)
	c.statuses = append(c.statuses, status)
	c.hasStatus = append(c.hasStatus, f.hasStatus)
}

// build makes a record of the columns. Every batch carries the whole
// dictionary so far: positions mean the same in all of them.
func (v *valueBatches) build() arrow.RecordBatch {
	c := v.columns
	v.columns = columnsFor(len(c.years))
	status := array.NewStringBuilder(memory.DefaultAllocator)
	defer status.Release()
	status.AppendValues(c.statuses, c.hasStatus)
	has := func(b bool) bool { return b }
	return records.Batch(v.schema, len(c.years),
		records.Dictionary(v.kpis.Texts, c.kpis, nil), records.Dictionary(v.areas.Texts, c.areas, nil), records.Int32s(c.years, nil),
		records.Dictionary(v.genders.Texts, c.genders, nil), records.Float64s(c.values, records.Valid(c.hasValue, has)),
		records.Int64s(c.counts, records.Valid(c.hasCount, has)), status.NewArray())
}

// bodies counts the bodies that next gave, for messages.
type bodies struct {
	next func() ([]byte, error)
	n    int
}

// take returns the next body, io.EOF at the end.
func (b *bodies) take() ([]byte, error) {
	body, err := b.next()
	b.n++
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, b.fault(err)
	}
	return body, err
}

// fault says in which body err was.
func (b *bodies) fault(err error) error { return fmt.Errorf("kolada: body %d: %w", b.n, err) }
