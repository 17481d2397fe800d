package kolada

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// reader turns bodies into record batches, one body at a time. It is what
// NewReader and its kin have in common: batch makes the next batch, or returns
// io.EOF.
type reader struct {
	references atomic.Int64
	schema     *arrow.Schema
	batch      func() (arrow.RecordBatch, error)
	current    arrow.RecordBatch
	err        error
}

func newReader(schema *arrow.Schema, batch func() (arrow.RecordBatch, error)) *reader {
	r := &reader{schema: schema, batch: batch}
	r.references.Store(1)
	return r
}

// Retain adds a reference.
func (r *reader) Retain() { r.references.Add(1) }

// Release drops a reference, and with the last one the current batch.
func (r *reader) Release() {
	if r.references.Add(-1) == 0 {
		r.drop()
	}
}

// drop releases the current batch.
func (r *reader) drop() {
	if r.current != nil {
		r.current.Release()
		r.current = nil
	}
}

// Schema is the same before the first batch and after the last.
func (r *reader) Schema() *arrow.Schema { return r.schema }

// RecordBatch is the current batch, the reader's until the next call of Next.
func (r *reader) RecordBatch() arrow.RecordBatch { return r.current }

// Record is RecordBatch by its older name, which the interface still has.
func (r *reader) Record() arrow.RecordBatch { return r.current }

// Err is why Next returned false; nil at the end.
func (r *reader) Err() error { return r.err }

// Next makes the next batch.
func (r *reader) Next() bool {
	r.drop()
	if r.err != nil || r.batch == nil {
		return false
	}
	batch, err := r.batch()
	if err != nil {
		r.batch = nil
		if !errors.Is(err, io.EOF) {
			r.err = err
		}
		return false
	}
	r.current = batch
	return true
}

// bodies counts the bodies that next gave, for messages.
type bodies struct {
	next func() ([]byte, error)
	n    int
}

// take returns the next body, io.EOF at the end.
func (b *bodies) take() ([]byte, error) {
	body, err := b.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case err != nil:
		return nil, fmt.Errorf("kolada: body %d: %w", b.n+1, err)
	}
	b.n++
	return body, nil
}

// fault says in which body err was.
func (b *bodies) fault(err error) error { return fmt.Errorf("kolada: body %d: %w", b.n, err) }

var _ array.RecordReader = (*reader)(nil)
