package scb

import (
	"errors"
	"io"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// NewReader yields the cells of all bodies, a row a cell in the bodies' order,
// until next answers io.EOF. Records have 122 880 rows, the last one fewer,
// whatever the bodies have. An error of next or of a body shows in Err, and no
// record follows it. Bodies may have their variables and codes in any order;
// columns are found by variable.
//
// While a record is in use the following one is decoded, so at most two and a
// body are held. next is never called by two goroutines at a time, and may use
// the slice it returned again.
//
// It is a plain struct: DuckDB calls Next from C on a thread that is locked to
// it, where Go's pulled iterators (array.ReaderFromIter) stop the program.
func NewReader(columns Columns, next func() ([]byte, error)) array.RecordReader {
	r := &bodies{columns: columns, schema: columns.Schema(), next: next, codes: make([]numbering, len(columns))}
	r.rows.codes = make([][]int32, len(columns))
	r.statuses.number("") // none, which is null in every record
	r.holders.Store(1)
	return r
}

type bodies struct {
	holders atomic.Int64
	columns Columns
	schema  *arrow.Schema
	next    func() ([]byte, error)
	ahead   chan decoded // what is being decoded; nil before the first Next and after the end
	current arrow.RecordBatch
	err     error

	// Of the goroutine that decodes, while there is one.
	codes    []numbering // by column
	statuses numbering
	body     *stretch // what is left of the body that was read last
	rows     rows
	end      error // why no body follows
}

type decoded struct {
	record arrow.RecordBatch
	err    error
}

// Retain adds a holder.
func (r *bodies) Retain() { r.holders.Add(1) }

// Release lets the last holder wait for the body that is being decoded, and
// drop it.
func (r *bodies) Release() {
	if r.holders.Add(-1) != 0 {
		return
	}
	r.drop()
	if r.ahead != nil {
		if got := <-r.ahead; got.record != nil {
			got.record.Release()
		}
		r.ahead = nil
	}
	r.err = io.EOF
}

func (r *bodies) drop() {
	if r.current != nil {
		r.current.Release()
		r.current = nil
	}
}

// Schema is that of Columns.
func (r *bodies) Schema() *arrow.Schema { return r.schema }

// Next moves to the next record and starts on the one after.
func (r *bodies) Next() bool {
	r.drop()
	if r.err != nil {
		return false
	}
	if r.ahead == nil {
		r.start()
	}
	got := <-r.ahead
	r.ahead, r.current, r.err = nil, got.record, got.err
	if r.err != nil {
		return false
	}
	r.start()
	return true
}

// start decodes one record. The channel has room for it, so the goroutine ends
// even if nobody asks.
func (r *bodies) start() {
	ahead := make(chan decoded, 1)
	r.ahead = ahead
	go func() {
		record, err := r.decode()
		ahead <- decoded{record, err}
	}()
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

// decode makes the next record of as many bodies as it takes. What was decoded
// before an error is yielded before it.
func (r *bodies) decode() (arrow.RecordBatch, error) {
	for len(r.rows.values) < recordRows && r.end == nil && r.holders.Load() > 0 {
		r.end = r.more()
		r.rows.take(r.body)
	}
	if len(r.rows.values) == 0 {
		return nil, r.end
	}
	return r.record(), nil
}

// more reads a body when nothing is left of the one before.
func (r *bodies) more() error {
	if r.body.left() > 0 {
		return nil
	}
	r.body = nil
	body, err := r.next()
	if err != nil {
		return err
	}
	cube, err := Decode(body)
	if err != nil {
		return err
	}
	r.body, err = r.stretch(cube)
	return err
}
