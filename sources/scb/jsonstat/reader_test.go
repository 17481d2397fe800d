package jsonstat

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"effekt/sources/records"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"
)

// page is an answer with one cell per code of A.
func page(codes, values, rest string) string {
	var list []string
	for code := range strings.FieldsSeq(codes) {
		list = append(list, `"`+code+`"`)
	}
	return fmt.Sprintf(`{"class":"dataset","id":["Tid","A"],"size":[1,%d],"dimension":{"Tid":{"category":{"index":["2023/24"]}},"A":{"category":{"index":[%s]}}},"value":[%s]%s}`,
		len(list), strings.Join(list, ","), values, rest)
}

// from yields bodies, then err.
func from(err error, bodies ...string) func() ([]byte, error) {
	return func() ([]byte, error) {
		if len(bodies) == 0 {
			return nil, err
		}
		body := bodies[0]
		bodies = bodies[1:]
		return []byte(body), nil
	}
}

var pageColumns = Columns{{"A", "a"}, {"Tid", "period"}}

// lines reads all records as text, a row a line.
func lines(r array.RecordReader) []string {
	var all []string
	for r.Next() {
		for i := range int(r.RecordBatch().NumRows()) {
			var cells []string
			for _, column := range r.RecordBatch().Columns() {
				cells = append(cells, column.ValueStr(i))
			}
			all = append(all, strings.Join(cells, "|"))
		}
	}
	return all
}

func TestReader(t *testing.T) {
	t.Parallel()
	r := NewReader(pageColumns, from(io.EOF,
		page("x y", "1,null", `,"status":{"0":"p","1":".."}`), page("z", "2.5", ""), page("", "", ""),
	))
	defer r.Release()
	null := array.NullValueStr
	want := []string{"x|2023/24|2024|1|p", "y|2023/24|2024|" + null + "|..", "z|2023/24|2024|2.5|" + null}
	if diff := cmp.Diff(want, lines(r)); diff != "" || r.Err() != nil {
		t.Error(diff, r.Err())
	}
	if r.Next() || r.Err() != nil {
		t.Error("the end did not last")
	}
}

func TestReaderStopsAtAnError(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		want string
	}{
		"no JSON":          {"<html>", "byte 0"},
		"a variable more":  {`{"id":["A","Tid","B"],"size":[1,1,1],"dimension":{"A":{"category":{"index":["x"]}},"B":{"category":{"index":["x"]}},"Tid":{"category":{"index":["2023"]}}},"value":[1]}`, "3 variables, the table 2"},
		"another variable": {strings.ReplaceAll(page("x", "1", ""), `"A"`, `"B"`), "lacks the variable A"},
		"no values":        {page("x", "", ""), "without values"},
		"next":             {"", "disk gone"},
	} {
		bodies := []string{page("x", "1", "")}
		if test.body != "" {
			bodies = append(bodies, test.body, page("y", "2", ""))
		}
		r := NewReader(pageColumns, from(errors.New("disk gone"), bodies...))
		if got := lines(r); len(got) != 1 || r.Err() == nil || !strings.Contains(r.Err().Error(), test.want) || r.Next() {
			t.Errorf("%s: %q, error %v", name, got, r.Err())
		}
		r.Release()
	}
}

// Release waits for the body that is being read, so that its file may be closed
// after: a goroutine left behind fails the bubble.
func TestReleaseWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var reading atomic.Bool
		record := made(1, 0, part{"A", numbered(1, records.Rows)}, part{"Tid", numbered(2023, 1)})
		next := func() ([]byte, error) {
			reading.Store(true)
			time.Sleep(time.Minute)
			reading.Store(false)
			return []byte(record), nil
		}
		NewReader(pageColumns, next).Release() // before anything was asked for
		r := NewReader(pageColumns, next)
		r.Retain()
		if !r.Next() {
			t.Fatal(r.Err())
		}
		synctest.Wait()
		if !reading.Load() {
			t.Fatal("the next body is not read ahead")
		}
		r.Release()
		if !reading.Load() {
			t.Error("one of two holders ended the reader")
		}
		r.Release()
		if reading.Load() || r.Next() {
			t.Error("still reading after the last Release")
		}
	})
}
