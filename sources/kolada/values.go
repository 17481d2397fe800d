package kolada

import (
	"errors"
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
	return newReader(v.schema, v.batch)
}

func valueSchema() *arrow.Schema {
	code := codeType()
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

func codeType() *arrow.DictionaryType {
	return &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
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

	kpis, areas, genders, statuses codes
}

// codes numbers texts in the order they are met.
type codes struct {
	index map[string]int32
	texts []string
	last  int32
}

// number returns the text's position. Most often it is that of the text
// before, or the one after that: genders and regions take turns.
func (c *codes) number(text string) int32 {
	if n := int(c.last); n < len(c.texts) {
		if c.texts[n] == text {
			return c.last
		}
		if n = (n + 1) % len(c.texts); c.texts[n] == text {
			c.last = int32(n)
			return c.last
		}
	}
	n, ok := c.index[text]
	if !ok {
		if c.index == nil {
			c.index = map[string]int32{}
		}
		n = int32(len(c.texts))
		c.index[text] = n
		c.texts = append(c.texts, text)
	}
	c.last = n
	return n
}

// batch makes a batch of the next body that has any new row.
func (v *valueBatches) batch() (arrow.RecordBatch, error) {
	for {
		body, err := v.bodies.take()
		if err != nil {
			return nil, err
		}
		v.columns.clear()
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
	key := recordKey{v.kpis.number(rows[0].KPI), v.areas.number(rows[0].Municipality), int32(rows[0].Year)}
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
			v.columns.append(key, f, v.statuses.texts[f.status])
		}
	}
	return nil
}

// figure is the row without its record's key.
func (v *valueBatches) figure(r *Value) figure {
	return figure{
		value: r.Value, count: r.Count,
		gender: v.genders.number(r.Gender), status: v.statuses.number(r.Status),
		hasValue: r.HasValue, hasCount: r.HasCount, hasStatus: r.HasStatus, deleted: r.Deleted,
	}
}

// valueColumns are the columns of one batch while it is filled. Their memory
// is used again, so a batch gets copies.
type valueColumns struct {
	kpis, areas, years, genders   []int32
	values                        []float64
	counts                        []int64
	statuses                      []string
	hasValue, hasCount, hasStatus []bool
}

func (c *valueColumns) clear() {
	c.kpis, c.areas, c.years, c.genders = c.kpis[:0], c.areas[:0], c.years[:0], c.genders[:0]
	c.values, c.counts, c.statuses = c.values[:0], c.counts[:0], c.statuses[:0]
	c.hasValue, c.hasCount, c.hasStatus = c.hasValue[:0], c.hasCount[:0], c.hasStatus[:0]
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
	c, mem := &v.columns, memory.DefaultAllocator
	values, counts, statuses := array.NewFloat64Builder(mem), array.NewInt64Builder(mem), array.NewStringBuilder(mem)
	values.AppendValues(c.values, c.hasValue)
	counts.AppendValues(c.counts, c.hasCount)
	statuses.AppendValues(c.statuses, c.hasStatus)
	columns := []arrow.Array{
		coded(c.kpis, v.kpis.texts), coded(c.areas, v.areas.texts), int32s(c.years), coded(c.genders, v.genders.texts),
		values.NewArray(), counts.NewArray(), statuses.NewArray(),
	}
	batch := array.NewRecordBatch(v.schema, columns, int64(len(c.years)))
	for _, column := range columns {
		column.Release()
	}
	return batch
}

func int32s(numbers []int32) arrow.Array {
	b := array.NewInt32Builder(memory.DefaultAllocator)
	b.AppendValues(numbers, nil)
	return b.NewArray()
}

// coded makes a dictionary array of positions among texts.
func coded(positions []int32, texts []string) arrow.Array {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	b.AppendValues(texts, nil)
	indices, dictionary := int32s(positions), b.NewArray()
	defer indices.Release()
	defer dictionary.Release()
	return array.NewDictionaryArray(codeType(), indices, dictionary)
}
