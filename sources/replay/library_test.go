package replay

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/fstest"
)

func TestOpenEmpty(t *testing.T) {
	t.Parallel()
	if _, err := Open(fstest.MapFS{}); err != nil {
		t.Error(err)
	}
}

func TestOpenNamesTheFile(t *testing.T) {
	t.Parallel()
	table := func(old, new string) string {
		return strings.Replace(fmt.Sprintf(testTable, testValues()), old, new, 1)
	}
	for name, body := range map[string]string{
		"scb/T1.json":              `{`,
		"scb/T2.json":              table(`"size":[6`, `"size":[7`),
		"scb/T3.json":              table(`"id":["Region"`, `"id":["Regin"`),
		"scb/T4.json":              table(`"value":[`, `"value":[1,`),
		"scb/T5.json":              table(`"value":[null`, `"value":[x`),
		"scb/T6.json":              table(`"01":1`, `"01":0`),
		"scb/T7.json":              table(`"status":{`, `"status":{"9999":"..",`),
		"scb/T8.json":              table(`"elimination":true`, `"elimination":"ja"`),
		"scb/T9.json.zst":          "not zstd",
		"scb/TA.json":              table(`"status":{`, `"status":{"-1":"..",`),
		"scb/TB.json":              table(`"value":[`, `"value":{"0":1},"x":[`),
		"scb/codelists/x.json":     `[]`,
		"kolada/kpi.json":          `5`,
		"kolada/data/x.json":       `{"values":[{"period":"i fjol"}]}`,
		"kolada/municipality.json": `{"values":{}}`,
	} {
		_, err := Open(fstest.MapFS{name: {Data: []byte(body)}})
		if err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// Codes stand in either form of index, and a label may be missing.
func TestTableForms(t *testing.T) {
	t.Parallel()
	table, err := decodeTable("T", []byte(`{"id":["A","Tid"],"size":[1,3],"dimension":{"A":{"label":"a","category":{"index":{"x":0},"label":{"x":"X"}}},
		"Tid":{"label":"t","category":{"index":["3","2","1"]}}},"value":[ 1, null ,2.5],"status":{"1":".."}}`))
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(table.values, table.status, table.Dimension["A"].Category.of([]string{"x"}).Label, table.Dimension["Tid"].Category.of([]string{"3"}))
	if want := "[1 NaN 2.5] map[1:..] map[x:X] {[3] map[3:3] map[] map[]}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestAppendNumber(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{
		0: "0", -3: "-3", 2.5: "2.5", 1e14: "100000000000000", 1e21: "1000000000000000000000", 0.0001: "0.0001", math.NaN(): "null",
	} {
		if got := string(appendNumber(nil, v)); got != want {
			t.Errorf("%v: %s", v, got)
		}
	}
}

func TestEncode(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{"": `""`, "län": `"län"`, `a"b\`: `"a\"b\\"`, "<&>": `"<&>"`, "\n": `"\n"`} {
		if got := string(encode(s)); got != want {
			t.Errorf("%q: %s", s, got)
		}
	}
}

// BenchmarkData is one answer of SCB's largest size.
func BenchmarkData(b *testing.B) {
	t := &table{id: "T", values: make([]float64, 150000)}
	t.Dimension = map[string]dimension{}
	var asked []string
	for i, n := range []int{300, 100, 5} {
		code, codes := []string{"R", "A", "Tid"}[i], make(index, n)
		for k := range codes {
			codes[k] = fmt.Sprint(k)
		}
		t.ID, t.Size = append(t.ID, code), append(t.Size, n)
		t.Dimension[code] = dimension{Category: category{Index: codes}}
		asked = append(asked, code+" "+strings.Join(codes, ","))
	}
	for i := range t.values {
		t.values[i] = float64(i * 7)
	}
	var w wanted
	if err := json.Unmarshal([]byte(selection(asked...)), &w); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		picked, refusal := new(Library).resolve(t, w, 150000)
		if refusal != nil {
			b.Fatal(string(refusal.body))
		}
		b.SetBytes(int64(len(t.extract(picked))))
	}
}
