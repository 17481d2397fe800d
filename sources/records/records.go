// Package records carries what a source decodes to whoever loads it, as Arrow
// record batches: a reader that works ahead, and columns of codes.
package records

import (
	"errors"
	"io"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Rows is how many rows a batch should have, the last one excepted. DuckDB
// stores rows in groups of so many. Fed with batches of another length it
// stores broken groups first and then reads, joins and compresses them all
// anew, which takes as long as everything else about the table together.
const Rows = 122_880

// NewReader yields what next makes, until it answers io.EOF or another error,
// which shows in Err. While a batch is in use the following one is made, so at
// most two are held; next is never called by two goroutines at a time. The last
// Release waits for the batch that is being made, and drops it.
//
// It is a plain struct: DuckDB calls Next from C on a thread that is locked to
// it, where Go's pulled iterators (array.ReaderFromIter) stop the program.
func NewReader(schema *arrow.Schema, next func() (arrow.RecordBatch, error)) array.RecordReader {
	r := &reader{schema: schema, next: next}
	r.holders.Store(1)
	return r
}

type reader struct {
	holders atomic.Int64
	schema  *arrow.Schema
	next    func() (arrow.RecordBatch, error)
	ahead   chan made // what is being made; nil before the first Next and after the end
	current arrow.RecordBatch
	err     error
}

type made struct {
	batch arrow.RecordBatch
	err   error
}

// Retain adds a holder.
func (r *reader) Retain() { r.holders.Add(1) }

// Release takes a holder away.
func (r *reader) Release() {
	if r.holders.Add(-1) != 0 {
		return
	}
	r.drop()
	if r.ahead != nil {
		if got := <-r.ahead; got.batch != nil {
			got.batch.Release()
		}
		r.ahead = nil
	}
	r.err = io.EOF
}

func (r *reader) drop() {
	if r.current != nil {
		r.current.Release()
		r.current = nil
	}
}

// Schema is the same before the first batch and after the last.
func (r *reader) Schema() *arrow.Schema { return r.schema }

// Next moves to the next batch and starts on the one after.
func (r *reader) Next() bool {
	r.drop()
	if r.err != nil {
		return false
	}
	if r.ahead == nil {
		r.start()
	}
	got := <-r.ahead
	r.ahead, r.current, r.err = nil, got.batch, got.err
	if r.err != nil {
		return false
	}
	r.start()
	return true
}

// start makes one batch. The channel has room for it, so the goroutine ends
// even if nobody asks.
func (r *reader) start() {
	ahead := make(chan made, 1)
	r.ahead = ahead
	go func() {
		batch, err := r.next()
		ahead <- made{batch, err}
	}()
}

// RecordBatch is the current batch, the reader's until the next call of Next.
func (r *reader) RecordBatch() arrow.RecordBatch { return r.current }

// Record is RecordBatch by its older name, which the interface still has.
func (r *reader) Record() arrow.RecordBatch { return r.current }

// Err is what stopped the reader, nil at the end.
func (r *reader) Err() error {
	if errors.Is(r.err, io.EOF) {
		return nil
	}
	return r.err
}

// Codes numbers texts in the order they are met, for a dictionary column.
type Codes struct {
	Texts []string
	index map[string]int32
	last  int32
}

// Number is the text's position. Most often it is that of the text before, or
// the one after that: neighbouring rows share a code or take turns.
func (c *Codes) Number(text string) int32 {
	if n := int(c.last); n < len(c.Texts) {
		if c.Texts[n] == text {
			return c.last
		}
		if n = (n + 1) % len(c.Texts); c.Texts[n] == text {
			c.last = int32(n)
			return c.last
		}
	}
	place, ok := c.index[text]
	if !ok {
		if c.index == nil {
			c.index = map[string]int32{}
		}
		place = int32(len(c.Texts))
		c.index[text] = place
		c.Texts = append(c.Texts, text)
	}
	c.last = place
	return place
}

// CodeType is dictionary-encoded text: codes repeat down a column.
func CodeType() *arrow.DictionaryType {
	return &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
}

// Dictionary is a column of texts, each given as its position among texts. It
// wraps places without copying; valid marks the rows that hold something, nil
// means all.
func Dictionary(texts []string, places []int32, valid []byte) arrow.Array {
	words := array.NewStringBuilder(memory.DefaultAllocator)
	defer words.Release()
	words.AppendValues(texts, nil)
	list := words.NewArray()
	defer list.Release()
	data := array.NewDataWithDictionary(CodeType(), len(places), buffers(arrow.Int32Traits.CastToBytes(places), valid),
		nulls(valid), 0, list.Data().(*array.Data))
	defer data.Release()
	return array.NewDictionaryData(data)
}

// Numbers is a column that wraps numbers; valid is as for Dictionary.
func Numbers[T int32 | int64 | float64](numbers []T, valid []byte) arrow.Array {
	data := array.NewData(arrow.GetDataType[T](), len(numbers), buffers(arrow.GetBytes(numbers), valid), nil, nulls(valid), 0)
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

// Valid marks the rows that hold something, nil when all do.
func Valid[T any](rows []T, holds func(T) bool) []byte {
	bits := make([]byte, (len(rows)+7)/8)
	whole := true
	for row, value := range rows {
		if holds(value) {
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

// Batch makes a batch of columns, which it takes over.
func Batch(schema *arrow.Schema, rows int, columns ...arrow.Array) arrow.RecordBatch {
	batch := array.NewRecordBatch(schema, columns, int64(rows))
	for _, column := range columns {
		column.Release()
	}
	return batch
}
