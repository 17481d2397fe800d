package scb

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Columns names the variables of a data set's table, in order: Code is looked
// up in each body, Column is the table's column.
type Columns []struct{ Code, Column string }

// Columns are the columns of the table.
func (t Table) Columns() Columns {
	columns := make(Columns, len(t.Variables))
	for i, v := range t.Variables {
		columns[i].Code, columns[i].Column = v.Code, v.Column
	}
	return columns
}

// Schema is one dictionary-encoded text column per variable, then year int32
// (null where the period names none), value float64 (null where missing) and
// status text (null where none).
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

// Record is a cube as one record, a row a cell in the cube's order. A cube with
// other variables than columns, or without a data part, is an error.
func Record(columns Columns, schema *arrow.Schema, cube *Cube) (arrow.RecordBatch, error) {
	if cube.Values == nil {
		return nil, errors.New("scb: a body without values")
	}
	if len(cube.Dimensions) != len(columns) {
		return nil, fmt.Errorf("scb: a body has %d variables, the table %d", len(cube.Dimensions), len(columns))
	}
	places := make([]int, len(columns))
	for i, column := range columns {
		places[i] = slices.IndexFunc(cube.Dimensions, func(d Dimension) bool { return d.Code == column.Code })
		if places[i] < 0 {
			return nil, fmt.Errorf("scb: a body lacks the variable %s", column.Code)
		}
		if slices.Contains(places[:i], places[i]) {
			return nil, fmt.Errorf("scb: two columns of the variable %s", column.Code)
		}
	}
	arrays := make([]arrow.Array, 0, len(columns)+3)
	for _, i := range places {
		arrays = append(arrays, codes(cube, i))
	}
	arrays = append(arrays, years(cube), values(cube), statuses(cube))
	defer func() {
		for _, a := range arrays {
			a.Release()
		}
	}()
	return array.NewRecordBatch(schema, arrays, int64(len(cube.Values))), nil
}

// spread lays one number per code of dimension i over the cells: each number
// as often as the faster dimensions have cells, and all of it as often as the
// slower ones have.
func spread(cube *Cube, i int, byCode []int32) []int32 {
	run := 1
	for _, d := range cube.Dimensions[i+1:] {
		run *= len(d.Codes)
	}
	out := make([]int32, len(cube.Values))
	if len(out) == 0 {
		return out
	}
	block := len(byCode) * run
	for code, number := range byCode {
		fill(out[code*run:(code+1)*run], number)
	}
	for n := block; n < len(out); n *= 2 {
		copy(out[n:], out[:n])
	}
	return out
}

func codes(cube *Cube, i int) arrow.Array {
	dictionary := cube.Dimensions[i].Codes
	places := make([]int32, len(dictionary))
	for place := range places {
		places[place] = int32(place)
	}
	return dictionaryArray(dictionary, spread(cube, i, places), nil)
}

// dictionaryArray wraps places without copying; valid marks rows, nil all.
func dictionaryArray(dictionary []string, places []int32, valid []byte) arrow.Array {
	words := array.NewStringBuilder(memory.DefaultAllocator)
	defer words.Release()
	words.AppendValues(dictionary, nil)
	list := words.NewArray()
	defer list.Release()
	data := array.NewDataWithDictionary(codeType(), len(places), buffers(arrow.Int32Traits.CastToBytes(places), valid),
		nulls(valid), 0, list.Data().(*array.Data))
	defer data.Release()
	return array.NewDictionaryData(data)
}

// years is the year of every cell's period.
func years(cube *Cube) arrow.Array {
	i := slices.IndexFunc(cube.Dimensions, func(d Dimension) bool { return d.Role == "time" })
	if i < 0 {
		none := make([]int32, len(cube.Values))
		return primitive(arrow.PrimitiveTypes.Int32, arrow.Int32Traits.CastToBytes(none), make([]byte, bitmapLen(len(none))), len(none))
	}
	byCode := make([]int32, len(cube.Dimensions[i].Codes))
	known := true
	for place, period := range cube.Dimensions[i].Codes {
		year, ok := Year(period)
		byCode[place], known = int32(year), known && ok
	}
	out := spread(cube, i, byCode)
	var valid []byte
	if !known {
		valid = bitmap(len(out), func(cell int) bool { return out[cell] != 0 })
	}
	return primitive(arrow.PrimitiveTypes.Int32, arrow.Int32Traits.CastToBytes(out), valid, len(out))
}

func values(cube *Cube) arrow.Array {
	var valid []byte
	if cube.Missing > 0 {
		valid = bitmap(len(cube.Values), func(cell int) bool { return !math.IsNaN(cube.Values[cell]) })
	}
	return primitive(arrow.PrimitiveTypes.Float64, arrow.Float64Traits.CastToBytes(cube.Values), valid, len(cube.Values))
}

func statuses(cube *Cube) arrow.Array {
	places := make([]int32, len(cube.Values))
	if cube.Status == nil {
		return dictionaryArray([]string{""}, places, make([]byte, bitmapLen(len(places))))
	}
	for cell, place := range cube.Status {
		places[cell] = int32(place)
	}
	return dictionaryArray(cube.Symbols, places, bitmap(len(places), func(cell int) bool { return places[cell] != 0 }))
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
	data := array.NewData(t, rows, buffers(raw, valid), nil, nulls(valid), 0)
	defer data.Release()
	return array.MakeFromData(data)
}

func buffers(raw, valid []byte) []*memory.Buffer {
	var bits *memory.Buffer
	if valid != nil {
		bits = memory.NewBufferBytes(valid)
	}
	return []*memory.Buffer{bits, memory.NewBufferBytes(raw)}
}

func nulls(valid []byte) int {
	if valid == nil {
		return 0
	}
	return array.UnknownNullCount
}
