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

// recordRows is how many rows a record has, the last one excepted. DuckDB
// stores rows in groups of so many. Fed with records of another length it
// stores broken groups first and then reads, joins and compresses them all
// anew, which takes as long as everything else about the table together.
const recordRows = 122_880

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

// rows are those of the next record. Codes and statuses are numbered through
// all bodies, so that a record may hold rows of several.
type rows struct {
	codes    [][]int32 // by column
	years    []int32   // 0 where the period names none
	values   []float64 // NaN where missing
	statuses []int32   // 0 where none
}

// numbering numbers texts in the order they are met.
type numbering struct {
	texts []string
	index map[string]int32
}

func (n *numbering) number(text string) int32 {
	place, ok := n.index[text]
	if !ok {
		if n.index == nil {
			n.index = map[string]int32{}
		}
		place = int32(len(n.texts))
		n.texts, n.index[text] = append(n.texts, text), place
	}
	return place
}

func (n *numbering) numbers(texts []string) []int32 {
	places := make([]int32, len(texts))
	for i, text := range texts {
		places[i] = n.number(text)
	}
	return places
}

// axis is a dimension's number for each of its codes. Down the rows each is
// repeated as often as the faster dimensions have cells, and all of it as
// often as the slower ones have.
type axis struct {
	numbers []int32
	run     int
}

// spread fills out with the numbers from a row on.
func (a axis) spread(out []int32, row int) {
	period := len(a.numbers) * a.run
	code, left := row%period/a.run, a.run-row%a.run
	filled := 0
	for filled < min(period, len(out)) {
		n := min(left, len(out)-filled)
		fill(out[filled:filled+n], a.numbers[code])
		filled, left, code = filled+n, a.run, (code+1)%len(a.numbers)
	}
	// One period is filled, or all there is room for.
	for n := period; n < len(out); n *= 2 {
		copy(out[n:], out[:n])
	}
}

// stretch is a cube of which some rows have been taken.
type stretch struct {
	cube    *Cube
	columns []axis
	years   axis
	symbols []int32 // the number of each of the cube's symbols
	taken   int
}

func (s *stretch) left() int {
	if s == nil {
		return 0
	}
	return len(s.cube.Values) - s.taken
}

// stretch holds a cube against the columns. A cube with other variables than
// they, or without a data part, is an error.
func (r *bodies) stretch(cube *Cube) (*stretch, error) {
	if cube.Values == nil {
		return nil, errors.New("scb: a body without values")
	}
	if len(cube.Dimensions) != len(r.columns) {
		return nil, fmt.Errorf("scb: a body has %d variables, the table %d", len(cube.Dimensions), len(r.columns))
	}
	s := &stretch{cube: cube, columns: make([]axis, len(r.columns)), years: axis{[]int32{0}, 1}, symbols: r.statuses.numbers(cube.Symbols)}
	for i, column := range r.columns {
		place := slices.IndexFunc(cube.Dimensions, func(d Dimension) bool { return d.Code == column.Code })
		if place < 0 {
			return nil, fmt.Errorf("scb: a body lacks the variable %s", column.Code)
		}
		if slices.ContainsFunc(r.columns[:i], func(c struct{ Code, Column string }) bool { return c.Code == column.Code }) {
			return nil, fmt.Errorf("scb: two columns of the variable %s", column.Code)
		}
		s.columns[i] = axis{r.codes[i].numbers(cube.Dimensions[place].Codes), run(cube, place)}
	}
	if i := slices.IndexFunc(cube.Dimensions, func(d Dimension) bool { return d.Role == "time" }); i >= 0 {
		s.years = axis{years(cube.Dimensions[i].Codes), run(cube, i)}
	}
	return s, nil
}

// run is how many cells the dimensions after i have together.
func run(cube *Cube, i int) int {
	cells := 1
	for _, d := range cube.Dimensions[i+1:] {
		cells *= len(d.Codes)
	}
	return cells
}

// years are those of the periods, 0 where a period names none.
func years(periods []string) []int32 {
	numbers := make([]int32, len(periods))
	for i, period := range periods {
		if year, ok := Year(period); ok {
			numbers[i] = int32(year)
		}
	}
	return numbers
}

// take moves rows of the cube until the record is full.
func (r *rows) take(s *stretch) {
	n := min(recordRows-len(r.values), s.left())
	if n == 0 {
		return
	}
	from := s.taken
	add := func(to []int32, a axis) []int32 {
		to = slices.Grow(to, n)[:len(to)+n]
		a.spread(to[len(to)-n:], from)
		return to
	}
	for i, a := range s.columns {
		r.codes[i] = add(r.codes[i], a)
	}
	r.years = add(r.years, s.years)
	r.values = append(r.values, s.cube.Values[from:from+n]...)
	if s.cube.Status == nil {
		r.statuses = add(r.statuses, axis{[]int32{0}, 1})
	} else {
		for _, symbol := range s.cube.Status[from : from+n] {
			r.statuses = append(r.statuses, s.symbols[symbol])
		}
	}
	s.taken += n
}

// record makes a record of the rows and starts on the next ones.
func (r *bodies) record() arrow.RecordBatch {
	full := r.rows
	r.rows = rows{codes: make([][]int32, len(r.columns))}
	arrays := make([]arrow.Array, 0, len(r.columns)+3)
	for i, numbers := range full.codes {
		arrays = append(arrays, dictionaryArray(r.codes[i].texts, numbers, nil))
	}
	arrays = append(arrays,
		primitive(arrow.PrimitiveTypes.Int32, arrow.Int32Traits.CastToBytes(full.years), bitmap(full.years, func(y int32) bool { return y != 0 }), len(full.years)),
		primitive(arrow.PrimitiveTypes.Float64, arrow.Float64Traits.CastToBytes(full.values), bitmap(full.values, func(v float64) bool { return !math.IsNaN(v) }), len(full.values)),
		dictionaryArray(r.statuses.texts, full.statuses, bitmap(full.statuses, func(s int32) bool { return s != 0 })),
	)
	defer func() {
		for _, a := range arrays {
			a.Release()
		}
	}()
	return array.NewRecordBatch(r.schema, arrays, int64(len(full.values)))
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

// bitmap marks the rows that hold something, nil when all do.
func bitmap[T any](rows []T, valid func(T) bool) []byte {
	bits := make([]byte, (len(rows)+7)/8)
	whole := true
	for row, value := range rows {
		if valid(value) {
			bits[row/8] |= 1 << (row % 8)
		} else {
			whole = false
		}
	}
	if whole {
		return nil
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
