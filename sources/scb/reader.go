package scb

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Columns names the variables of a data set's table, in order: Code is looked
// up in each body, Column is the table's column.
type Columns []struct{ Code, Column string }

// Schema is one dictionary-encoded text column per variable, then year int32,
// value float64 (null where missing) and status text (null where none).
func (c Columns) Schema() *arrow.Schema {
	fields := make([]arrow.Field, 0, len(c)+3)
	for _, column := range c {
		fields = append(fields, arrow.Field{Name: column.Column, Type: codeType()})
	}
	return arrow.NewSchema(append(fields,
		arrow.Field{Name: "year", Type: arrow.PrimitiveTypes.Int32, Nullable: true},
		arrow.Field{Name: "value", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		arrow.Field{Name: "status", Type: codeType(), Nullable: true},
	), nil)
}

func codeType() *arrow.DictionaryType {
	return &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
}

// NewReader yields one record a body until next answers io.EOF. An error of
// next or of a body shows in Err, and no record follows it.
//
// It is a plain struct: DuckDB calls Next from C on a thread that is locked to
// it, where Go's pulled iterators (array.ReaderFromIter) stop the program.
func NewReader(columns Columns, next func() ([]byte, error)) array.RecordReader {
	return &bodies{columns: columns, schema: columns.Schema(), next: next}
}

type bodies struct {
	columns Columns
	schema  *arrow.Schema
	next    func() ([]byte, error)
	current arrow.RecordBatch
	err     error
}

// Retain does nothing: the reader owns only its current record.
func (r *bodies) Retain() {}

// Release lets go of the current record.
func (r *bodies) Release() {
	if r.current != nil {
		r.current.Release()
		r.current = nil
	}
}

// Schema is that of Columns.
func (r *bodies) Schema() *arrow.Schema { return r.schema }

// Next decodes the next body.
func (r *bodies) Next() bool {
	r.Release()
	if r.err != nil {
		return false
	}
	record, err := r.record()
	if err != nil {
		r.err = err
		return false
	}
	r.current = record
	return true
}

// RecordBatch is the current record.
func (r *bodies) RecordBatch() arrow.RecordBatch { return r.current }

// Record is the current record under its older name.
func (r *bodies) Record() arrow.RecordBatch { return r.current }

// Err is what stopped the reader, nil at the end.
func (r *bodies) Err() error {
	if errors.Is(r.err, io.EOF) {
		return nil
	}
	return r.err
}

func (r *bodies) record() (arrow.RecordBatch, error) {
	body, err := r.next()
	if err != nil {
		return nil, err
	}
	cube, err := Decode(body)
	if err != nil {
		return nil, err
	}
	return Record(r.columns, r.schema, cube)
}

// Record is a cube as one record, a row a cell.
func Record(columns Columns, schema *arrow.Schema, cube *Cube) (arrow.RecordBatch, error) {
	if len(cube.Dimensions) != len(columns) {
		return nil, fmt.Errorf("scb: a body has %d variables, the table %d", len(cube.Dimensions), len(columns))
	}
	cells := cube.Cells()
	if cube.Values == nil && cells > 0 {
		return nil, errors.New("scb: a body without values")
	}
	arrays := make([]arrow.Array, 0, len(columns)+3)
	for _, column := range columns {
		i := slices.IndexFunc(cube.Dimensions, func(d Dimension) bool { return d.Code == column.Code })
		if i < 0 {
			return nil, fmt.Errorf("scb: a body lacks the variable %s", column.Code)
		}
		arrays = append(arrays, codes(cube.Dimensions[i].Codes, positionsOf(cube, i)))
	}
	arrays = append(arrays, years(cube), values(cube.Values), statuses(cube))
	defer func() {
		for _, a := range arrays {
			a.Release()
		}
	}()
	return array.NewRecordBatch(schema, arrays, int64(cells)), nil
}

// positionsOf is the position in dimension i of every cell: runs as long as the
// faster dimensions together.
func positionsOf(cube *Cube, i int) []int32 {
	run := 1
	for _, d := range cube.Dimensions[i+1:] {
		run *= len(d.Codes)
	}
	positions := make([]int32, cube.Cells())
	size := int32(len(cube.Dimensions[i].Codes))
	code := int32(0)
	for at := 0; at < len(positions); at += run {
		fill(positions[at:at+run], code)
		if code++; code == size {
			code = 0
		}
	}
	return positions
}

// fill sets all of s to v, by doubling copies where runs are long.
func fill[T any](s []T, v T) {
	s[0] = v
	for n := 1; n < len(s); n *= 2 {
		copy(s[n:], s[:n])
	}
}

func codes(dictionary []string, positions []int32) arrow.Array {
	return dictionaryArray(dictionary, positions, nil)
}

// dictionaryArray wraps positions without copying; valid marks rows, nil all.
func dictionaryArray(dictionary []string, positions []int32, valid []byte) arrow.Array {
	words := array.NewStringBuilder(memory.DefaultAllocator)
	defer words.Release()
	words.AppendValues(dictionary, nil)
	list := words.NewArray()
	defer list.Release()
	buffers := []*memory.Buffer{nil, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(positions))}
	nulls := 0
	if valid != nil {
		buffers[0] = memory.NewBufferBytes(valid)
		nulls = array.UnknownNullCount
	}
	data := array.NewDataWithDictionary(codeType(), len(positions), buffers, nulls, 0, list.Data().(*array.Data))
	defer data.Release()
	return array.NewDictionaryData(data)
}

// years is the year of every cell's period, null where a period names none.
func years(cube *Cube) arrow.Array {
	out := make([]int32, cube.Cells())
	i := slices.IndexFunc(cube.Dimensions, func(d Dimension) bool { return d.Role == "time" })
	if i < 0 {
		return primitive(arrow.PrimitiveTypes.Int32, arrow.Int32Traits.CastToBytes(out), make([]byte, bitmapLen(len(out))), len(out))
	}
	byCode := make([]int32, len(cube.Dimensions[i].Codes))
	known := true
	for k, period := range cube.Dimensions[i].Codes {
		year, ok := Year(period)
		byCode[k], known = int32(year), known && ok
	}
	for cell, position := range positionsOf(cube, i) {
		out[cell] = byCode[position]
	}
	var valid []byte
	if !known {
		valid = bitmap(len(out), func(cell int) bool { return out[cell] != 0 })
	}
	return primitive(arrow.PrimitiveTypes.Int32, arrow.Int32Traits.CastToBytes(out), valid, len(out))
}

func values(cells []float64) arrow.Array {
	valid := bitmap(len(cells), func(cell int) bool { return !math.IsNaN(cells[cell]) })
	return primitive(arrow.PrimitiveTypes.Float64, arrow.Float64Traits.CastToBytes(cells), valid, len(cells))
}

func statuses(cube *Cube) arrow.Array {
	cells := cube.Cells()
	positions := make([]int32, cells)
	if cube.AllStatus != "" {
		return dictionaryArray([]string{cube.AllStatus}, positions, nil)
	}
	valid := make([]byte, bitmapLen(cells))
	symbols := []string{""}
	at := map[string]int32{}
	for cell, symbol := range cube.Status {
		if _, ok := at[symbol]; !ok {
			at[symbol] = int32(len(symbols))
			symbols = append(symbols, symbol)
		}
		positions[cell] = at[symbol]
		valid[cell/8] |= 1 << (cell % 8)
	}
	return dictionaryArray(symbols, positions, valid)
}

func bitmapLen(rows int) int { return (rows + 7) / 8 }

func bitmap(rows int, valid func(int) bool) []byte {
	bits := make([]byte, bitmapLen(rows))
	for row := range rows {
		if valid(row) {
			bits[row/8] |= 1 << (row % 8)
		}
	}
	return bits
}

func primitive(t arrow.DataType, raw, valid []byte, rows int) arrow.Array {
	buffers := []*memory.Buffer{nil, memory.NewBufferBytes(raw)}
	nulls := 0
	if valid != nil {
		buffers[0] = memory.NewBufferBytes(valid)
		nulls = array.UnknownNullCount
	}
	data := array.NewData(t, rows, buffers, nil, nulls, 0)
	defer data.Release()
	return array.MakeFromData(data)
}
