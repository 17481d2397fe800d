package scb

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"
)

const small = `{"class":"dataset","id":["Region","Tid"],"size":[2,2],"dimension":{
 "Region":{"label":"region","category":{"index":{"24":1,"23":0},"label":{"23":"Jämtlands län"}}},
 "Tid":{"category":{"index":["2023","2024"]}}},%s}`

// cells renders a cube's cells as text.
func cells(c *Cube) string {
	var out []string
	for i, v := range c.Values {
		symbol := c.Status[i] + c.AllStatus
		if math.IsNaN(v) {
			out = append(out, "null"+symbol)
			continue
		}
		out = append(out, fmt.Sprintf("%v %s", v, symbol))
	}
	return strings.Join(out, " ")
}

func TestDecodeTakesEveryForm(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ members, want string }{
		"dense, status object":     {`"value":[1,2.5,null,-4e1],"status":{"2":".."}`, "1  2.5  null.. -40 "},
		"no status":                {`"value":[1,2,3,4]`, "1  2  3  4 "},
		"sparse":                   {`"value":{"0":7,"3":0.1}`, "7  null null 0.1 "},
		"status array with gaps":   {`"value":[1,null,3,4],"status":["","-",null,"p"]`, "1  null- 3  4 p"},
		"one status string":        {`"value":[1,2,3,4],"status":"e"`, "1 e 2 e 3 e 4 e"},
		"one-element status array": {`"value":[1,2,3,4],"status":["e"]`, "1 e 2 e 3 e 4 e"},
		"metadata answer":          {`"value":[]`, ""},
		"many digits":              {`"value":[0.1234567890123456789,123456789012345678,1e-7,-0]`, "0.12345678901234568  1.2345678901234568e+17  1e-07  -0 "},
	}
	for name, test := range tests {
		cube, err := Decode(fmt.Appendf(nil, small, test.members))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := cells(cube); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		if diff := cmp.Diff([]string{"23", "24"}, cube.Dimensions[0].Codes); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	permuted := `{"value":[5],"dimension":{"A":{"category":{"label":{"x":"X"}}}},"size":[1],"id":["A"],"class":"dataset"}`
	if cube, err := Decode([]byte(permuted)); err != nil || cells(cube) != "5 " {
		t.Errorf("permuted members: %v", err)
	}
	old := `{"dataset":{"dimension":{"id":["A"],"size":[1],"role":{"metric":["A"]},"A":{"category":{"index":{"x":0}}}},"value":[5]}}`
	if cube, err := Decode([]byte(old)); err != nil || cells(cube) != "5 " || cube.Dimensions[0].Role != "metric" {
		t.Errorf("json-stat 1.x: %v", err)
	}
}

func TestDecodeRefusesWithAPosition(t *testing.T) {
	t.Parallel()
	bodies := []string{
		"", "{", "<html>", "[]", "null", `{"detail":"x"}`,
		fmt.Sprintf(small, `"value":[1,2,3]`), fmt.Sprintf(small, `"value":[1,2,3,4,5]`), fmt.Sprintf(small, `"value":[1,2,3,"4"]`),
		fmt.Sprintf(small, `"value":[1,2,3,1e999]`), fmt.Sprintf(small, `"value":[1,2,3,NaN]`), fmt.Sprintf(small, `"value":[01,2,3,4]`),
		fmt.Sprintf(small, `"value":[1,2,3,4],"status":{"9":".."}`), fmt.Sprintf(small, `"value":[1,2,3,4],"status":["a","b"]`),
		fmt.Sprintf(small, `"value":{"4":1}`), fmt.Sprintf(small, `"value":[1,2,3,4],"value":[1,2,3,4]`),
		fmt.Sprintf(small, `"value":[1,2,3,4]`) + "x", strings.Repeat("[", 100),
		`{"id":["A"],"size":[2],"dimension":{"A":{"category":{"index":{"x":0,"y":2}}}},"value":[1,2]}`,
		`{"id":["A"],"size":[2],"dimension":{"A":{"href":"x"}},"value":[1,2]}`,
		`{"class":"collection","id":[],"dimension":{},"value":[1]}`,
	}
	for _, body := range bodies {
		var position *PositionError
		if _, err := Decode([]byte(body)); !errors.As(err, &position) {
			t.Errorf("%.80q: error %v", body, err)
		}
	}
}

func TestReaderMatchesByCode(t *testing.T) {
	t.Parallel()
	bodies := []string{
		fmt.Sprintf(small, `"value":[1,2,null,4],"status":{"2":"-"}`),
		`{"id":["Tid","Region"],"size":[1,2],"dimension":{"Region":{"category":{"index":["23","24"]}},"Tid":{"category":{"index":["1998-2002"]}}},"value":[8,9]}`,
	}
	r := NewReader(Columns{{"Region", "region"}, {"Tid", "period"}}, func() ([]byte, error) {
		if len(bodies) == 0 {
			return nil, io.EOF
		}
		body := bodies[0]
		bodies = bodies[1:]
		return []byte(body), nil
	})
	defer r.Release()
	var got []string
	for r.Next() {
		record := r.RecordBatch()
		for row := range int(record.NumRows()) {
			line := ""
			for i := range record.Columns() {
				line += record.Column(i).ValueStr(row) + " "
			}
			got = append(got, line)
		}
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	null := array.NullValueStr
	want := []string{
		"23 2023 2023 1 " + null + " ", "23 2024 2024 2 " + null + " ", "24 2023 2023 " + null + " - ", "24 2024 2024 4 " + null + " ",
		"23 1998-2002 2002 8 " + null + " ", "24 1998-2002 2002 9 " + null + " ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestYear(t *testing.T) {
	t.Parallel()
	for period, want := range map[string]int{"2024": 2024, "2024K2": 2024, "2024M06": 2024, "2026V30": 2026, "1998-2002": 2002, "2023/24": 2024, "tot": 0, "99": 0} {
		if got, _ := Year(period); got != want {
			t.Errorf("%s: %d, want %d", period, got, want)
		}
	}
}

// Figures read in the recorded body by counting: men + women need not be the
// total in a table with noise.
func TestRecordedBodies(t *testing.T) {
	t.Parallel()
	dir := "../../../shared/recordings/scb-v2/"
	body, err := os.ReadFile(dir + "TAB6471-data-county-month-sv.json")
	if err != nil {
		t.Skip("the recordings are not here")
	}
	cube, err := Decode(body)
	if err != nil {
		t.Fatal(err)
	}
	if got := cube.Cells(); got != 21*11*3*1*4 || len(cube.Values) != got {
		t.Errorf("%d cells, %d values", got, len(cube.Values))
	}
	body, err = os.ReadFile(dir + "TAB5780-data-status-dotdot-en.json")
	if err != nil {
		t.Fatal(err)
	}
	cube, err = Decode(body)
	if err != nil {
		t.Fatal(err)
	}
	missing := 0
	for _, v := range cube.Values {
		if math.IsNaN(v) {
			missing++
		}
	}
	if missing != 74 || cube.Status[0] != ".." {
		t.Errorf("%d missing, status of the first %q", missing, cube.Status[0])
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(fmt.Appendf(nil, small, `"value":[1,2.5,null,-4e1],"status":{"2":".."}`))
	f.Add([]byte(`{"dataset":{"dimension":{"id":["A"],"size":[1],"A":{"category":{"index":{"x":0}}}},"value":{"0":5}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		cube, err := Decode(body)
		if err != nil || cube.Values == nil {
			return
		}
		if len(cube.Values) != cube.Cells() {
			t.Errorf("%d values for %d cells", len(cube.Values), cube.Cells())
		}
		columns := make(Columns, len(cube.Dimensions))
		for i, d := range cube.Dimensions {
			columns[i].Code, columns[i].Column = d.Code, fmt.Sprint("c", i)
		}
		record, err := Record(columns, columns.Schema(), cube)
		if err == nil && record.NumRows() != int64(cube.Cells()) {
			t.Errorf("%d rows for %d cells", record.NumRows(), cube.Cells())
		}
	})
}

// page is a full page, 150 000 cells of five variables.
func page() []byte {
	var b strings.Builder
	b.WriteString(`{"class":"dataset","id":["Region","Alder","Kon","ContentsCode","Tid"],"size":[30,50,2,1,50],"dimension":{`)
	for i, size := range []int{30, 50, 2, 1, 50} {
		name := []string{"Region", "Alder", "Kon", "ContentsCode", "Tid"}[i]
		fmt.Fprintf(&b, `%q:{"category":{"index":{`, name)
		for k := range size {
			fmt.Fprintf(&b, `"%d":%d,`, 1970+k, k)
		}
		s := strings.TrimSuffix(b.String(), ",")
		b.Reset()
		b.WriteString(s + "}}},")
	}
	s := strings.TrimSuffix(b.String(), ",")
	b.Reset()
	b.WriteString(s + `},"value":[`)
	for k := range 150_000 {
		if k > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%d", (k*7919)%12345)
	}
	b.WriteString("]}")
	return []byte(b.String())
}

func BenchmarkDecode(b *testing.B) {
	body := page()
	columns := Columns{{"Region", "region"}, {"Alder", "alder"}, {"Kon", "kon"}, {"ContentsCode", "contents"}, {"Tid", "period"}}
	schema := columns.Schema()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		cube, err := Decode(body)
		if err != nil {
			b.Fatal(err)
		}
		record, err := Record(columns, schema, cube)
		if err != nil {
			b.Fatal(err)
		}
		record.Release()
	}
	b.ReportMetric(150_000*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mcells/s")
}
