package replay

import (
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
		"scb/listing.json":         `{"TAB9":{}}`,
		"scb/codelists/x.json":     `[]`,
		"kolada/kpi.json":          `5`,
		"kolada/folder.json":       `{"changed":"i går"}`,
		"kolada/data/x.json":       `{"values":[{"period":"i fjol"}]}`,
		"kolada/data/y.json":       `{"values":[{"period":1,"changed":"x"}]}`,
		"kolada/municipality.json": `{"values":{}}`,
	} {
		_, err := Open(fstest.MapFS{name: {Data: []byte(body)}})
		if err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// A folder's table may use any form of JSON-stat, and have no data yet.
func TestTableForms(t *testing.T) {
	t.Parallel()
	form := `{"id":["A","Tid"],"size":[1,3],"dimension":{"A":{"label":"a","category":{"label":{"x":"X"}}},"Tid":{"label":"t","category":{"index":["1","2","3"]}}},"value":%s%s}`
	for _, tt := range []struct{ value, status, want string }{
		{`[1,null,2.5]`, ``, `1 NaN 2.5 map[]`},
		{`[ ]`, ``, `NaN NaN NaN map[]`},
		{`{"1":7,"2":null}`, `,"status":["p",null,""]`, `NaN 7 NaN map[0:p]`},
		{`[1,2,3]`, `,"status":"e"`, `1 2 3 map[0:e 1:e 2:e]`},
		{`[1,2,3]`, `,"status":null`, `1 2 3 map[]`},
		{`[1,2,3]`, `,"status":{"2":"..","1":""}`, `1 2 3 map[2:..]`},
	} {
		table, err := decodeTable("T", fmt.Appendf(nil, form, tt.value, tt.status))
		if err != nil {
			t.Errorf("%s: %v", tt.value, err)
			continue
		}
		if got := fmt.Sprint(table.values[0], table.values[1], table.values[2], table.status); got != strings.ReplaceAll(tt.want, " map", " map") {
			t.Errorf("%s %s: %s, want %s", tt.value, tt.status, got, tt.want)
		}
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

func TestAppendString(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{"": `""`, "län": `"län"`, `a"b\`: `"a\"b\\"`, "<&>": `"<&>"`, "\n": `"\n"`} {
		if got := string(appendString([]byte("x"), s)); got != "x"+want {
			t.Errorf("%q: %s", s, got)
		}
	}
}

// BenchmarkData is one answer of SCB's largest size.
func BenchmarkData(b *testing.B) {
	t := &table{id: "T", timeCode: "Tid", metricCode: "C"}
	for i, n := range []int{300, 100, 5} {
		v := &variable{code: []string{"R", "A", "Tid"}[i]}
		codes := make([]string, n)
		for k := range codes {
			codes[k] = fmt.Sprint(k)
		}
		v.setCodes(codes, codes)
		t.variables = append(t.variables, v)
	}
	t.values = make([]float64, 150000)
	for i := range t.values {
		t.values[i] = float64(i * 7)
	}
	all := func(v string) wantedItem { return wantedItem{variable: v, codes: []string{"*"}} }
	lib := &Library{}
	b.ReportAllocs()
	for b.Loop() {
		s, p := lib.resolve(t, wanted{items: []wantedItem{all("R"), all("A"), all("Tid")}}, 150000)
		if p != nil {
			b.Fatal(p)
		}
		b.SetBytes(int64(len(t.data(s, "sv", Dialect{}))))
	}
}
