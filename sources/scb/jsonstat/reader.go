package jsonstat

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"effekt/sources/records"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// Columns names the variables of a data set's table, in order: Code is looked
// up in each body, Column is the table's column.
type Columns []struct{ Code, Column string }

// Schema is one dictionary-encoded text column per variable, then year int32
// (null where the period names none), value float64 (null where missing) and
// status text (null where none).
func (c Columns) Schema() *arrow.Schema {
	fields := make([]arrow.Field, 0, len(c)+3)
	for _, column := range c {
		fields = append(fields, arrow.Field{Name: column.Column, Type: records.CodeType()})
	}
	return arrow.NewSchema(append(fields,
		arrow.Field{Name: "year", Type: arrow.PrimitiveTypes.Int32, Nullable: true},
		arrow.Field{Name: "value", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		arrow.Field{Name: "status", Type: records.CodeType(), Nullable: true},
	), nil)
}

// NewReader yields the cells of all bodies, a row a cell in the bodies' order,
// until next answers io.EOF. Bodies may have their variables and codes in any
// order; columns are found by variable. next may use the slice it returned
// again.
func NewReader(columns Columns, next func() ([]byte, error)) array.RecordReader {
	b := &bodies{columns: columns, schema: columns.Schema(), next: next, codes: make([]records.Codes, len(columns))}
	b.rows.codes = make([][]int32, len(columns))
	b.statuses.Number("") // none, which is null in every record
	return records.NewReader(b.schema, b.batch)
}

// bodies makes batches of bodies. Codes and statuses are numbered through all
// of them, so that a batch may hold rows of several.
type bodies struct {
	columns  Columns
	schema   *arrow.Schema
	next     func() ([]byte, error)
	codes    []records.Codes // by column
	statuses records.Codes
	body     *cursor // what is left of the body that was read last
	rows     rows
	end      error // why no body follows
}

// rows are those of the next batch.
type rows struct {
	codes    [][]int32 // by column
	years    []int32   // 0 where the period names none
	values   []float64 // NaN where missing
	statuses []int32   // 0 where none
}

// batch makes the next batch of as many bodies as it takes. What was decoded
// before an error is yielded before it.
func (b *bodies) batch() (arrow.RecordBatch, error) {
	for len(b.rows.values) < records.Rows && b.end == nil {
		b.end = b.more()
		b.rows.take(b.body)
	}
	if len(b.rows.values) == 0 {
		return nil, b.end
	}
	return b.record(), nil
}

// more reads a body when nothing is left of the one before.
func (b *bodies) more() error {
	if b.body.left() > 0 {
		return nil
	}
	b.body = nil
	body, err := b.next()
	if err != nil {
		return err
	}
	cube, err := Decode(body)
	if err != nil {
		return err
	}
	b.body, err = b.cursor(cube)
	return err
}

// cursor is a decoded cube and how many of its rows have been emitted.
type cursor struct {
	cube    *Cube
	columns []axis
	years   axis
	symbols []int32 // the number of each of the cube's symbols
	emitted int
}

func (c *cursor) left() int {
	if c == nil {
		return 0
	}
	return len(c.cube.Values) - c.emitted
}

// cursor holds a cube against the columns. A cube with other variables than
// they, or without a data part, is an error.
func (b *bodies) cursor(cube *Cube) (*cursor, error) {
	if cube.Values == nil {
		return nil, errors.New("json-stat2: a body without values")
	}
	if len(cube.Dimensions) != len(b.columns) {
		return nil, fmt.Errorf("json-stat2: a body has %d variables, the table %d", len(cube.Dimensions), len(b.columns))
	}
	c := &cursor{cube: cube, columns: make([]axis, len(b.columns)), years: axis{[]int32{0}, 1}, symbols: numbers(&b.statuses, cube.Symbols)}
	for i, column := range b.columns {
		place := slices.IndexFunc(cube.Dimensions, func(d Dimension) bool { return d.Code == column.Code })
		if place < 0 {
			return nil, fmt.Errorf("json-stat2: a body lacks the variable %s", column.Code)
		}
		if slices.ContainsFunc(b.columns[:i], func(c struct{ Code, Column string }) bool { return c.Code == column.Code }) {
			return nil, fmt.Errorf("json-stat2: two columns of the variable %s", column.Code)
		}
		c.columns[i] = axis{numbers(&b.codes[i], cube.Dimensions[place].Codes), cube.Run(place)}
	}
	if i := slices.IndexFunc(cube.Dimensions, func(d Dimension) bool { return d.Role == "time" }); i >= 0 {
		c.years = axis{years(cube.Dimensions[i].Codes), cube.Run(i)}
	}
	return c, nil
}

func numbers(codes *records.Codes, texts []string) []int32 {
	places := make([]int32, len(texts))
	for i, text := range texts {
		places[i] = codes.Number(text)
	}
	return places
}

// Run is how many cells the dimensions after i have together.
func (c *Cube) Run(i int) int {
	cells := 1
	for _, d := range c.Dimensions[i+1:] {
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

// axis is a dimension's number for each of its codes. In row-major order each
// code repeats `run` times, and the list repeats once per combination of the
// slower dimensions.
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

// take moves rows of the cube until the batch is full.
func (r *rows) take(c *cursor) {
	n := min(records.Rows-len(r.values), c.left())
	if n == 0 {
		return
	}
	from := c.emitted
	add := func(to []int32, a axis) []int32 {
		to = slices.Grow(to, n)[:len(to)+n]
		a.spread(to[len(to)-n:], from)
		return to
	}
	for i, a := range c.columns {
		r.codes[i] = add(r.codes[i], a)
	}
	r.years = add(r.years, c.years)
	r.values = append(r.values, c.cube.Values[from:from+n]...)
	if c.cube.Status == nil {
		r.statuses = add(r.statuses, axis{[]int32{0}, 1})
	} else {
		for _, symbol := range c.cube.Status[from : from+n] {
			r.statuses = append(r.statuses, c.symbols[symbol])
		}
	}
	c.emitted += n
}

// record makes a batch of the rows and starts on the next ones.
func (b *bodies) record() arrow.RecordBatch {
	full := b.rows
	b.rows = rows{codes: make([][]int32, len(b.columns))}
	arrays := make([]arrow.Array, 0, len(b.columns)+3)
	for i, places := range full.codes {
		arrays = append(arrays, records.Dictionary(b.codes[i].Texts, places, nil))
	}
	arrays = append(arrays,
		records.Numbers(full.years, records.Valid(full.years, func(y int32) bool { return y != 0 })),
		records.Numbers(full.values, records.Valid(full.values, func(v float64) bool { return !math.IsNaN(v) })),
		records.Dictionary(b.statuses.Texts, full.statuses, records.Valid(full.statuses, func(s int32) bool { return s != 0 })),
	)
	return records.Batch(b.schema, len(full.values), arrays...)
}
