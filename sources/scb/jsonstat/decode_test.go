package jsonstat

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"effekt/sources/jsontext"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

// Every form of scb-api.md §11, one file each, against what stands in the file
// of the same name that ends in .golden.
func TestDecodeTakesEveryForm(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/decode/*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		cube, err := Decode(body)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		golden(t, strings.TrimSuffix(file, ".json")+".golden", show(cube))
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s:\n%s", file, diff)
	}
}

// show renders a cube, a line per cell with its codes.
func show(c *Cube) string {
	var b strings.Builder
	fmt.Fprintf(&b, "label %q, table %q, %d missing\n", c.Label, c.ID, c.Missing)
	for i, note := range c.Notes {
		fmt.Fprintf(&b, "note %q mandatory=%v\n", note, i < c.Mandatory)
	}
	for _, d := range c.Dimensions {
		fmt.Fprintf(&b, "dimension %s %q role=%q codes=%q labels=%q units=%v notes=%q elimination=%v codelists=%q\n",
			d.Code, d.Label, d.Role, d.Codes, d.Labels, d.Units, d.Notes, d.Elimination, codelists(d))
	}
	if c.Values == nil {
		b.WriteString("no data part\n")
	}
	for i, v := range c.Values {
		number := strconv.FormatFloat(v, 'g', -1, 64)
		fmt.Fprintf(&b, "%v = %s %q\n", codesAt(c, i), number, c.StatusOf(i))
	}
	return b.String()
}

func codelists(d Dimension) []string {
	var all []string
	for _, c := range d.Codelists {
		all = append(all, strings.TrimSuffix(c.ID+" ("+c.Label+")", " ()"))
	}
	return all
}

// codesAt divides repeatedly, the way the specification tells it.
func codesAt(c *Cube, cell int) []string {
	codes := make([]string, len(c.Dimensions))
	for i := len(codes) - 1; i >= 0; i-- {
		all := c.Dimensions[i].Codes
		codes[i] = all[cell%len(all)]
		cell /= len(all)
	}
	return codes
}

const (
	head  = `{"class":"dataset","id":["A","B"],"size":[2,2],"dimension":{"A":{"category":{"index":["x","y"]}},"B":{"category":{"index":["v","w"]}}},`
	three = `{"id":["A"],"size":[3],"dimension":{"A":{"category":{"index":["x","y","z"]}}},`
)

func oneDimension(size, dimension, rest string) string {
	return `{"id":["A"],"size":[` + size + `],"dimension":{"A":` + dimension + `}` + rest + `}`
}

func TestDecodeRefusesWithAPosition(t *testing.T) {
	t.Parallel()
	manyCodes := `{"category":{"index":[` + strings.TrimSuffix(strings.Repeat(`"%d",`, 3000), ",") + `]}}`
	codes := make([]any, 3000)
	for i := range codes {
		codes[i] = i
	}
	manyCodes = fmt.Sprintf(manyCodes, codes...)
	for _, test := range []struct{ body, text string }{
		{"", "the body ends"},
		{"<html>", `found "<html>"`},
		{"null", `found "null"`},
		{`[]`, `found "[]"`},
		{`{"detail":"x"}`, "dimension is missing"},
		{`{"type":"Parameter error","title":"Non-existent table","status":404}`, "dimension is missing"},
		{head + `"value":[1,2,3`, "the body ends inside the values"},
		{head + `"value":[1,2,3]}`, "3 values for 4 cells"},
		{head + `"value":[1,2,3,4,5]}`, "more than 4 values"},
		{head + `"value":[1,2,3,4,]}`, "more than 4 values"},
		{head + `"value":[1,2,3,"4"]}`, "want a number"},
		{head + `"value":[1,2,3,NaN]}`, "want a number"},
		{head + `"value":[1,2,3,nul]}`, "want a number"},
		{head + `"value":[1,2,3,true]}`, "want a number"},
		{head + `"value":[1,2,3,[4]]}`, `want a comma`},
		{head + `"value":[1,2,3,4],"value":[1,2,3,4]}`, `member "value" twice`},
		{head + `"value":[1,2,3,1e999]}`, "out of range"},
		{head + `"value":[1,2,3,-1e999]}`, "out of range"},
		{head + `"value":[01,2,3,4]}`, "leading zero"},
		{head + `"value":[1.,2,3,4]}`, "want a number"},
		{head + `"value":[.5,2,3,4]}`, "want a number"},
		{head + `"value":[1e,2,3,4]}`, "want a number"},
		{head + `"value":[+1,2,3,4]}`, "want a number"},
		{head + `"value":[1 2,3,4,5]}`, `want a comma`},
		{head + `"value":"1"}`, `want an array`},
		{head + `"value":null}`, `want an array`},
		{head + `"value":{"4":1}}`, `is no place among 4`},
		{head + `"value":{"-1":1}}`, "is no place"},
		{head + `"value":{"01":1}}`, "is no place"},
		{head + `"value":{"99999999999999999999":1}}`, "is no place"},
		{head + `"value":{"1":1,"1":2}}`, "cell 1 twice"},
		{head + `"value":{"1":"}"}}`, `want a comma`},
		{head + `"value":[1,2,3,4],"status":{"9":".."}}`, "is no place"},
		{head + `"value":[1,2,3,4],"status":{"1":"a","1":"b"}}`, "cell 1 twice"},
		{head + `"value":[1,2,3,4],"status":["a","b"]}`, "2 statuses for 4 cells"},
		{head + `"value":[1,2,3,4],"status":{"1":7}}`, `want a string`},
		{head + `"value":[1,2,3,4],"status":7}`, `want a string`},
		{head + `"value":[1,2,3,4]}x`, "want the end of the body"},
		{head + `"value":[1,2,3,4]}` + "\x00", "want the end of the body"},
		{head + "\"label\":\"J\xe4mtland\",\"value\":[1,2,3,4]}", "not UTF-8"},
		{head + "\"label\":\"a\nb\",\"value\":[1,2,3,4]}", "control character"},
		{head + `"label":"\x","value":[1,2,3,4]}`, "no escape"},
		{head + `"label":"\u12g4","value":[1,2,3,4]}`, "no escape"},
		{head + `"updated":7,"value":[1,2,3,4]}`, `want a string`},
		{head + `"link":{"a":tru},"value":[1,2,3,4]}`, "want a value"},
		{`{"class":"collection","id":[],"dimension":{},"value":[1]}`, `class "collection"`},
		{`{"class":"dataset","size":[],"dimension":{},"value":[1]}`, "id is missing"},
		{`{"class":"dataset","id":[],"dimension":{},"value":[1]}`, "size is missing"},
		{`{"id":["A"],"size":[1],"dimension":{},"value":[1]}`, "not described"},
		{`{"id":["A","A"],"size":[1,1],"dimension":{"A":{"category":{"index":["x"]}}},"value":[1]}`, `"A" twice`},
		{`{"id":["A"],"size":[1],"role":{"time":["A"],"metric":["A"]},"dimension":{"A":{"category":{"index":["x"]}}},"value":[1]}`, "both"},
		{oneDimension("1", `{"href":"https://x"}`, `,"value":[1]`), "has no category"},
		{oneDimension("2", `{"category":{"label":{"x":"X","y":"Y"}}}`, `,"value":[1,2]`), "no index and 2 labels"},
		{oneDimension("2", `{"category":{"index":{"x":0,"y":2}}}`, `,"value":[1,2]`), "no permutation"},
		{oneDimension("2", `{"category":{"index":{"x":1,"y":1}}}`, `,"value":[1,2]`), "no permutation"},
		{oneDimension("1", `{"category":{"index":{"x":0.5}}}`, `,"value":[1]`), "want a position"},
		{oneDimension("1", `{"category":{"index":{"x":-1}}}`, `,"value":[1]`), "want a position"},
		{oneDimension("1", `{"category":{"index":{"x":1e300}}}`, `,"value":[1]`), "want a position"},
		{oneDimension("2", `{"category":{"index":{"x":0,"x":1}}}`, `,"value":[1,2]`), `"x" twice`},
		{oneDimension("2", `{"category":{"index":["x","x"]}}`, `,"value":[1,2]`), `"x" twice`},
		{oneDimension("3", `{"category":{"index":["x","y"]}}`, `,"value":[1,2,3]`), "size 3 but 2 codes"},
		{oneDimension("1,1", `{"category":{"index":["x"]}}`, `,"value":[1]`), "2 sizes for 1 dimensions"},
		{oneDimension("-1", `{"category":{"index":["x"]}}`, `,"value":[1]`), "want a size, have -1"},
		{oneDimension("1e18", `{"category":{"index":["x"]}}`, `,"value":[1]`), "want a size, have 1e18"},
		{oneDimension("1.5", `{"category":{"index":["x"]}}`, `,"value":[1]`), "want a size, have 1.5"},
		{strings.Repeat(`{"dataset":`, 100_000), "nested deeper"},
		{`{"a":` + strings.Repeat("[", 100_000), "nested deeper"},
		{`{"id":["A","B","C"],"size":[3000,3000,3000],"dimension":{"A":` + manyCodes + `,"B":` + manyCodes + `,"C":` + manyCodes + `},"value":{"0":1}}`, "more than 100000000 cells"},
		{`{"id":["A","B"],"size":[3000,3000],"dimension":{"A":` + manyCodes + `,"B":` + manyCodes + `},"value":{"0":1}}`, "9000000 cells in a body of"},
		{`{"id":["A","B"],"size":[3000,3000],"dimension":{"A":` + manyCodes + `,"B":` + manyCodes + `},"value":[1]}`, "do not fit"},
	} {
		var position *jsontext.PositionError
		_, err := Decode([]byte(test.body))
		switch {
		case !errors.As(err, &position):
			t.Errorf("%.90s: error %v", test.body, err)
		case position.Offset < 0 || position.Offset > int64(len(test.body)):
			t.Errorf("%.90s: offset %d", test.body, position.Offset)
		case !strings.Contains(position.Text, test.text):
			t.Errorf("%.90s: %q, want %q in it", test.body, position.Text, test.text)
		}
	}
}

func TestPositionPointsAtTheFault(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		three + `"value":[1,2,¤"x"]}`,
		three + `"value":[1,2,3],"status":{"0":"a",¤"3":"b"}}`,
		three + `"value":[1,¤1e400,3]}`,
		`{"id":["A"],"size":[1],"dimension":{"A":{"category":{"index":¤{"x":7}}}},"value":[1]}`,
		`{"id":["A"],"size":¤[2],"dimension":{"A":{"category":{"index":{"x":0}}}},"value":[1]}`,
	} {
		before, after, _ := strings.Cut(body, "¤")
		var position *jsontext.PositionError
		if _, err := Decode([]byte(before + after)); !errors.As(err, &position) || position.Offset != int64(len(before)) {
			t.Errorf("%s: %v, want byte %d", body, err, len(before))
		}
	}
}

// A metadata answer describes tables of any size: it holds no cells.
func TestDecodeMetadataOfAHugeTable(t *testing.T) {
	t.Parallel()
	body := huge(20)
	cube, err := Decode([]byte(body))
	if err != nil || cube.Values != nil || len(cube.Dimensions) != 20 {
		t.Errorf("%v", err)
	}
	if _, err := Decode([]byte(strings.Replace(body, `"value":[]`, `"value":{"0":1}`, 1))); err == nil {
		t.Error("a body that claims 10^20 cells was accepted")
	}
}

// huge is a table of n variables with ten codes each.
func huge(n int) string {
	var id, size, dimension []string
	for i := range n {
		id = append(id, fmt.Sprintf(`"V%d"`, i))
		size = append(size, "10")
		dimension = append(dimension, fmt.Sprintf(`"V%d":{"category":{"index":["0","1","2","3","4","5","6","7","8","9"]}}`, i))
	}
	return `{"class":"dataset","id":[` + strings.Join(id, ",") + `],"size":[` + strings.Join(size, ",") +
		`],"dimension":{` + strings.Join(dimension, ",") + `},"value":[]}`
}

func TestManyStatuses(t *testing.T) {
	t.Parallel()
	const cells = 70_000
	var index, value, same, different bytes.Buffer
	for i := range cells {
		fmt.Fprintf(&index, `,"%d":%d`, i, i)
		value.WriteString(",null")
		fmt.Fprintf(&same, `,"%d":"%s"`, i, []string{"..", "-"}[i%2])
		fmt.Fprintf(&different, `,"%d":"s%d"`, i, i)
	}
	body := func(status string) []byte {
		return fmt.Appendf(nil, `{"id":["A"],"size":[%d],"dimension":{"A":{"category":{"index":{%s}}}},"value":[%s],"status":{%s}}`,
			cells, index.String()[1:], value.String()[1:], status[1:])
	}
	cube, err := Decode(body(same.String()))
	if err != nil || cube.StatusOf(0) != ".." || cube.StatusOf(cells-1) != "-" || len(cube.Symbols) != 3 {
		t.Errorf("%v", err)
	}
	if _, err := Decode(body(different.String())); err == nil {
		t.Error("70 000 different statuses were accepted")
	}
}
