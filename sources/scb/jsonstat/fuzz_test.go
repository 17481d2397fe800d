package jsonstat

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// seeds are every form of scb-api.md §11, and some that are refused.
func seeds(f *testing.F) [][]byte {
	f.Helper()
	files, err := filepath.Glob("testdata/decode/*.json")
	if err != nil || len(files) < 20 {
		f.Fatalf("%d files: %v", len(files), err)
	}
	var bodies [][]byte
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	for _, text := range []string{
		head + `"value":[1e400,-0,NaN,01]}`, head + `"value":{"00":1}}`, head + `"value":{"0":1,"0":2}}`, head + `"value":[[1,2],[3,4]]}`,
		`{"id":["A"],"size":[9223372036854775807],"dimension":{"A":{"category":{"index":{"x":0}}}},"value":{"0":1}}`,
		`{"id":["A","A"],"size":[1,1],"dimension":{"A":{"category":{"index":{"x":18446744073709551616}}}},"value":[1]}`,
		`{"dataset":{"value":[1]},"value":[nonsense]}`, strings.Repeat("[", 1000), head + "\"label\":\"\xff\"}",
	} {
		bodies = append(bodies, []byte(text))
	}
	return bodies
}

// Whatever the body: no panic, and what is accepted is JSON and holds together.
func FuzzDecode(f *testing.F) {
	for _, body := range seeds(f) {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		cube, err := Decode(body)
		if err != nil {
			return
		}
		if !json.Valid(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))) || !utf8.Valid(body) {
			t.Fatal("no JSON, and accepted")
		}
		consistent(t, cube)
		if cube.Values == nil {
			return
		}
		var columns Columns
		for _, d := range cube.Dimensions {
			columns = append(columns, struct{ Code, Column string }{d.Code, d.Code})
		}
		r := NewReader(columns, from(io.EOF, string(body)))
		defer r.Release()
		rows := 0
		for r.Next() {
			rows += int(r.RecordBatch().NumRows())
		}
		if r.Err() != nil || rows != len(cube.Values) {
			t.Fatalf("%d rows of %d cells: %v", rows, len(cube.Values), r.Err())
		}
	})
}

// consistent fails unless all parts of a cube fit each other.
func consistent(t *testing.T, c *Cube) {
	t.Helper()
	for _, d := range c.Dimensions {
		if len(d.Labels) != len(d.Codes) || d.Units != nil && len(d.Units) != len(d.Codes) || d.Role != "" && d.Role != "time" && d.Role != "metric" {
			t.Fatalf("dimension %+v", d)
		}
		if sorted := slices.Sorted(slices.Values(d.Codes)); len(slices.Compact(sorted)) != len(d.Codes) {
			t.Fatalf("a code twice in %q", d.Codes)
		}
	}
	if c.Mandatory > len(c.Notes) {
		t.Fatalf("%d of %d notes are mandatory", c.Mandatory, len(c.Notes))
	}
	if c.Values == nil {
		return
	}
	cells, err := c.Cells()
	if err != nil || cells != int64(len(c.Values)) || c.Status != nil && len(c.Status) != len(c.Values) {
		t.Fatalf("%d cells (%v), %d values, %d statuses", cells, err, len(c.Values), len(c.Status))
	}
	missing := 0
	for i, value := range c.Values {
		if math.IsNaN(value) {
			missing++
		} else if math.IsInf(value, 0) || value == 0 && math.Signbit(value) {
			t.Fatalf("cell %d is %v", i, value)
		}
		if c.Status != nil && int(c.Status[i]) >= len(c.Symbols) {
			t.Fatalf("cell %d has status %d of %d", i, c.Status[i], len(c.Symbols))
		}
	}
	if missing != c.Missing {
		t.Fatalf("%d cells are missing, %d are said to be", missing, c.Missing)
	}
}
