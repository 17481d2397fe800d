package replay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/klauspost/compress/zstd"
)

// The test table has a variable of every kind. A cell's value names its
// positions: region, age, sex, contents and year are its decimal digits.
const testTable = `{"version":"2.0","class":"dataset","label":"Provtabell. År 2020-2024","source":"SCB","updated":"2026-06-08T06:00:00Z",
"note":["En not."],"role":{"time":["Tid"],"metric":["ContentsCode"]},
"id":["Region","Alder","Kon","ContentsCode","Tid"],"size":[6,5,2,2,5],
"dimension":{
 "Region":{"label":"region","category":{"index":{"00":0,"01":1,"0180":2,"24":3,"2401":4,"2480":5},
  "label":{"00":"Riket","01":"Stockholms län","0180":"Stockholm","24":"Västerbottens län","2401":"Nordmaling","2480":"Umeå"}},
  "extension":{"elimination":true,"eliminationValueCode":"00","show":"code_value","codelists":[{"id":"vs_Län","label":"Län","type":"Valueset"}]}},
 "Alder":{"label":"ålder","category":{"index":["0","1","2","3","a,b"]},
  "extension":{"elimination":false,"codelists":[{"id":"agg_Två","label":"Tvåårsklasser","type":"Aggregation"},{"id":"vs_Borta","label":"Utan fil","type":"Valueset"}]}},
 "Kon":{"label":"kön","category":{"index":{"1":0,"2":1},"label":{"1":"män","2":"kvinnor"}},"extension":{"elimination":true}},
 "ContentsCode":{"label":"tabellinnehåll","category":{"index":{"C1":0,"C2":1},"label":{"C1":"Antal","C2":"Andel"},
  "unit":{"C1":{"base":"antal","decimals":0},"C2":{"base":"procent","decimals":1}}},
  "extension":{"elimination":false,"refperiod":{"C1":"31 dec","C2":"31 dec"}}},
 "Tid":{"label":"år","category":{"index":["2020","2021","2022","2023","2024"]},"extension":{"elimination":false,"show":"code"}}},
"extension":{"px":{"tableid":"TAB1","contents":"Prov","heading":["ContentsCode","Tid"],"stub":["Region","Alder","Kon"],"matrix":"TAB1","subject-code":"BE","subject-area":"Befolkning"}},
"value":%s,"status":{"0":"..","1":"-","101":"-","111":".."}}`

// testValues are the numbers, with null where status says why, and a half at
// cell 3.
func testValues() string {
	var list []string
	for cell := range 6 * 5 * 2 * 2 * 5 {
		word := fmt.Sprint(number(cell))
		switch cell {
		case 0, 1, 101, 111:
			word = "null"
		case 3:
			word += ".5"
		}
		list = append(list, word)
	}
	return "[" + strings.Join(list, ",") + "]"
}

func number(cell int) int {
	total := cell % 5
	for i, size := range []int{2, 2, 5, 6} {
		cell /= []int{5, 2, 2, 5}[i]
		total += cell % size * []int{10, 100, 1000, 10000}[i]
	}
	return total
}

func testFolder(t testing.TB) fstest.MapFS {
	t.Helper()
	table := fmt.Sprintf(testTable, testValues())
	old := strings.NewReplacer(`"TAB1"`, `"TAB22"`, "2026-06-08", "2020-06-08").Replace(table)
	return fstest.MapFS{
		"scb/TAB1.json":      {Data: []byte(table)},
		"scb/TAB22.json.zst": {Data: pack(t, old)},
		"scb/codelists/vs_Län.json": {Data: []byte(`{"id":"vs_Län","label":"Län","type":"Valueset","values":[
			{"code":"24","label":"Västerbottens län","valueMap":["24"]},{"code":"01","label":"Stockholms län","valueMap":["01"]},{"code":"99","label":"Finns ej","valueMap":["99"]}]}`)},
		"scb/codelists/agg_Två.json": {Data: []byte(`{"id":"agg_Två","label":"Tvåårsklasser","type":"Aggregation","values":[
			{"code":"0-1","label":"0-1 år","valueMap":["1","0"]},{"code":"2-3","label":"2-3 år","valueMap":["2","3","99"]}]}`)},
		"kolada/kpi.json":          {Data: []byte(testKPIs())},
		"kolada/municipality.json": {Data: []byte(`{"values":[{"id":"0000","title":"Riket","type":"L"},{"id":"0024","title":"Region Västerbotten","type":"L"},{"id":"2480","title":"Umeå","type":"K"}]}`)},
		"kolada/data/a.json":       {Data: []byte(testRecords())},
	}
}

func pack(t testing.TB, text string) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll([]byte(text), nil)
}

func testKPIs() string {
	var list []string
	for i := range 30 {
		list = append(list, fmt.Sprintf(`{"title":"Mått %d, andel (%%)","id":"N%05d","auspice":null,"is_divided_by_gender":true,"municipality_type":"A"}`, i, i))
	}
	return "[" + strings.Join(list, ",") + "]"
}

// testRecords are 2 KPIs × 3 regions × 4 years.
func testRecords() string {
	var list []string
	for k := range 2 {
		for _, region := range []string{"0000", "0024", "2480"} {
			for year := 2020; year < 2024; year++ {
				list = append(list, fmt.Sprintf(`{"kpi":"N%05d","municipality":"%s","period":%d,"values":[
					{"gender":"T","count":1,"value":%d.25},{"gender":"K","value":null},{"gender":"M","value":1,"isdeleted":true,"count":3,"status":"x"}]}`,
					k, region, year, year))
			}
		}
	}
	return `{"values":[` + strings.Join(list, ",") + `]}`
}

func testLibrary(t testing.TB) *Library {
	t.Helper()
	lib, err := Open(testFolder(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := lib.SetDiscontinued("TAB22", true); err != nil {
		t.Fatal(err)
	}
	return lib
}

// serve starts a server that closes with the test. Today is 2026-07-01.
func serve(t testing.TB, o Options) (*Server, *Running) {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC) }
	}
	s := New(testLibrary(t), o)
	return s, listen(t, s)
}

func listen(t testing.TB, s *Server) *Running {
	t.Helper()
	r, err := Start(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// reply is an answer as a client has it after reading it all.
type reply struct {
	status int
	header http.Header
	body   string
	err    error // of reading the body
}

func get(t testing.TB, url string) reply {
	t.Helper()
	response, err := http.Get(url)
	return read(t, response, err)
}

func post(t testing.TB, url, body string) reply {
	t.Helper()
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	return read(t, response, err)
}

const dataPath = "/tables/TAB1/data?lang=sv&outputFormat=json-stat2"

// selection is a body that asks for variables written "Tid 2020,2021" or, by a
// codelist, "Region@vs_Län 24". A semicolon stands for a comma within a code.
func selection(variables ...string) string {
	var w wanted
	for _, text := range variables {
		variable, list, _ := strings.Cut(text, " ")
		variable, codelist, _ := strings.Cut(variable, "@")
		codes := []string{}
		for code := range strings.SplitSeq(list, ",") {
			if code != "" {
				codes = append(codes, strings.ReplaceAll(code, ";", ","))
			}
		}
		w.Selection = append(w.Selection, wantedVariable{variable, codelist, &codes})
	}
	return string(encode(w))
}

func read(t testing.TB, response *http.Response, err error) reply {
	t.Helper()
	if err != nil {
		return reply{err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(body), err}
}

func (r reply) json(t testing.TB, to any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(r.body)))
	if err := d.Decode(to); err != nil {
		t.Fatalf("status %d: %v\n%.400s", r.status, err, r.body)
	}
}
