package records

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"pgregory.net/rapid"
)

func schema() *arrow.Schema {
	return arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int32}}, nil)
}

// tracked is a batch of one number, whose memory a test watches.
func tracked(pool memory.Allocator, number int32) arrow.RecordBatch {
	b := array.NewInt32Builder(pool)
	defer b.Release()
	b.Append(number)
	return Batch(schema(), 1, b.NewArray())
}

// counting makes batches numbered from 0, then err. It notes how many are made
// and whether two calls ran at a time.
type counting struct {
	t       *testing.T
	pool    *memory.CheckedAllocator
	batches int
	err     error

	made    atomic.Int32
	running atomic.Int32
}

func (c *counting) next() (arrow.RecordBatch, error) {
	if c.running.Add(1) > 1 {
		c.t.Error("next is called by two goroutines at a time")
	}
	defer c.running.Add(-1)
	n := int(c.made.Add(1)) - 1
	if n >= c.batches {
		return nil, c.err
	}
	return tracked(c.pool, int32(n)), nil
}

func newCounting(t *testing.T, batches int, err error) *counting {
	t.Helper()
	c := &counting{t: t, pool: memory.NewCheckedAllocator(memory.DefaultAllocator), batches: batches, err: err}
	t.Cleanup(func() { c.pool.AssertSize(t, 0) })
	return c
}

func TestReader(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk gone")
	for name, test := range map[string]struct {
		batches int
		end     error
		want    error
	}{
		"nothing":              {0, io.EOF, nil},
		"three":                {3, io.EOF, nil},
		"the end, wrapped":     {2, fmt.Errorf("archive: %w", io.EOF), nil},
		"an error at once":     {0, broken, broken},
		"an error after three": {3, broken, broken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCounting(t, test.batches, test.end)
			r := NewReader(schema(), c.next)
			if c.made.Load() != 0 || r.RecordBatch() != nil || r.Err() != nil {
				t.Error("something is made before it is asked for")
			}
			n := 0
			for ; r.Next(); n++ {
				if got := r.RecordBatch().Column(0).(*array.Int32).Value(0); int(got) != n || r.Err() != nil {
					t.Errorf("batch %d is %d, %v", n, got, r.Err())
				}
			}
			for range 2 { // the end lasts
				if n != test.batches || r.Next() || r.RecordBatch() != nil || !errors.Is(r.Err(), test.want) || test.want == nil && r.Err() != nil {
					t.Errorf("%d batches, %v; want %d, %v", n, r.Err(), test.batches, test.want)
				}
			}
			if made := int(c.made.Load()); made != test.batches+1 {
				t.Errorf("next was called %d times", made)
			}
			r.Release()
			if r.Next() || r.RecordBatch() != nil || !r.Schema().Equal(schema()) {
				t.Error("a batch after Release")
			}
		})
	}
}

// While a batch is in use the next one is made, and no more.
func TestReaderWorksOneBatchAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCounting(t, 10, io.EOF)
		r := NewReader(schema(), c.next)
		for n := 1; n <= 3; n++ {
			if !r.Next() {
				t.Fatal(r.Err())
			}
			synctest.Wait()
			if made := int(c.made.Load()); made != n+1 {
				t.Errorf("with batch %d in use %d are made", n, made)
			}
		}
		r.Release()
	})
}

// A batch that is held outlives the reader's next one, and the reader.
func TestBatchesOutliveTheReader(t *testing.T) {
	t.Parallel()
	c := newCounting(t, 2, io.EOF)
	r := NewReader(schema(), c.next)
	var held []arrow.RecordBatch
	for r.Next() {
		r.RecordBatch().Retain()
		held = append(held, r.RecordBatch())
	}
	r.Release()
	for i, batch := range held {
		if got := batch.Column(0).(*array.Int32).Value(0); int(got) != i {
			t.Errorf("batch %d holds %d", i, got)
		}
		batch.Release()
	}
}

// The last Release waits for the batch that is being made, so that its file may
// be closed after: a goroutine left behind fails the bubble, a batch left behind
// the allocator.
func TestReleaseWaits(t *testing.T) {
	t.Parallel()
	for _, end := range []error{nil, io.EOF, errors.New("disk gone")} {
		synctest.Test(t, func(t *testing.T) {
			c := newCounting(t, 1, end)
			if end == nil {
				c.batches = 2
			}
			var making atomic.Bool
			next := func() (arrow.RecordBatch, error) {
				making.Store(true)
				time.Sleep(time.Minute)
				making.Store(false)
				return c.next()
			}
			NewReader(schema(), next).Release() // before anything was asked for
			if making.Load() || c.made.Load() != 0 {
				t.Error("a reader that nobody read made a batch")
			}
			r := NewReader(schema(), next)
			r.Retain()
			if !r.Next() {
				t.Fatal(r.Err())
			}
			synctest.Wait()
			if !making.Load() {
				t.Fatal("the next batch is not made ahead")
			}
			r.Release()
			if !making.Load() {
				t.Error("one of two holders ended the reader")
			}
			r.Release()
			if making.Load() || r.Next() {
				t.Error("still at work after the last Release")
			}
		})
	}
}

// The columns hold what went in, whatever is missing.
func TestColumns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		type row struct {
			text    string
			i32     int32
			i64     int64
			f64     float64
			missing bool
		}
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) row {
			return row{
				rapid.SampledFrom([]string{"", "24", "2480", "Åre", "\x00"}).Draw(t, "text"), rapid.Int32().Draw(t, "i32"), rapid.Int64().Draw(t, "i64"),
				rapid.Float64().Draw(t, "f64"), rapid.Bool().Draw(t, "missing"),
			}
		}), 0, 70).Draw(t, "rows")
		var codes Codes
		var places, i32 []int32
		var i64 []int64
		var f64 []float64
		for _, r := range rows {
			places, i32, i64, f64 = append(places, codes.Number(r.text)), append(i32, r.i32), append(i64, r.i64), append(f64, r.f64)
		}
		valid := Valid(rows, func(r row) bool { return !r.missing })
		columns := []arrow.Array{Dictionary(codes.Texts, places, valid), Numbers(i32, valid), Numbers(i64, valid), Numbers(f64, valid)}
		missing := 0
		for i, r := range rows {
			if r.missing {
				missing++
			}
			for _, c := range columns {
				if c.IsNull(i) != r.missing {
					t.Fatalf("row %d of %s: null is %v", i, c.DataType(), c.IsNull(i))
				}
			}
			if r.missing {
				continue
			}
			texts := columns[0].(*array.Dictionary)
			got := row{texts.Dictionary().(*array.String).Value(texts.GetValueIndex(i)), columns[1].(*array.Int32).Value(i), columns[2].(*array.Int64).Value(i), columns[3].(*array.Float64).Value(i), false}
			if got != r {
				t.Fatalf("row %d: %+v, want %+v", i, got, r)
			}
		}
		if missing == 0 && valid != nil {
			t.Fatal("a bitmap though nothing is missing")
		}
		for _, c := range columns {
			if c.Len() != len(rows) || c.NullN() != missing {
				t.Fatalf("%s: %d rows with %d null, want %d and %d", c.DataType(), c.Len(), c.NullN(), len(rows), missing)
			}
			c.Release()
		}
	})
}

// A text has one number, whatever came between.
func TestCodes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOf(rapid.StringMatching(`[a-e]{0,2}`)).Draw(t, "texts")
		var codes Codes
		seen := map[string]int32{}
		for _, text := range texts {
			n := codes.Number(text)
			if known, ok := seen[text]; ok && known != n || codes.Texts[n] != text {
				t.Fatalf("%q is %d in %q, it was %d", text, n, codes.Texts, known)
			}
			seen[text] = n
		}
		if len(codes.Texts) != len(seen) {
			t.Fatalf("%d texts for %d", len(codes.Texts), len(seen))
		}
	})
}

// A batch takes its columns over: nothing is left when it is released.
func TestBatchTakesItsColumnsOver(t *testing.T) {
	t.Parallel()
	pool := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer pool.AssertSize(t, 0)
	batch := tracked(pool, 7)
	if got := fmt.Sprint(batch.Column(0)); batch.NumRows() != 1 || !strings.Contains(got, "7") {
		t.Error(got)
	}
	batch.Release()
}

// BenchmarkReader is what working ahead costs a batch.
func BenchmarkReader(b *testing.B) {
	numbers := make([]int32, Rows)
	r := NewReader(schema(), func() (arrow.RecordBatch, error) { return Batch(schema(), Rows, Numbers(numbers, nil)), nil })
	defer r.Release()
	for b.Loop() {
		if !r.Next() {
			b.Fatal(r.Err())
		}
	}
}
