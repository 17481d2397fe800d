package replay

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// FuzzRequest: whatever comes in, one of the known statuses goes out, and JSON
// where JSON is claimed.
func FuzzRequest(f *testing.F) {
	f.Add("/api/v2/tables/TAB1/data", "outputFormat=json-stat2", `{"selection":[{"variableCode":"Alder","codelist":"agg_Två","valueCodes":["*"]}]}`)
	f.Add("/api/v2/tables/TAB1/data", "outputFormat=json-stat2", selection("Region 24,00", "Alder a;b", "Kon 2,1", "ContentsCode C1", "Tid 2020"))
	f.Add("/api/v2/tables/TAB1/metadata", "lang=EN", "")
	f.Add("/api/v2/codelists/", "lang=", "")
	f.Add("/api/v2/tables", "pageSize=9223372036854775807&pageNumber=2&pastDays=999999999&query=%22", "")
	f.Add("/v3/data/kpi/N00000/municipality/,/year/-5", "page=9223372036854775807&per_page=1&from_date=2020-01-01", "")
	f.Add("/v3//", "", "")
	f.Add("/v2", "", "")
	lib := testLibrary(f)
	known := []int{200, 301, 307, 400, 404, 415, 422, 500, 501}
	f.Fuzz(func(t *testing.T, path, query, body string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", strings.NewReader(body))
		if body != "" {
			r.Method = http.MethodPost
			r.Header.Set("Content-Type", "application/json")
		}
		r.URL.Path, r.URL.RawQuery = path, query
		w := httptest.NewRecorder()
		New(lib, Options{}).ServeHTTP(w, r)
		if !slices.Contains(known, w.Code) {
			t.Fatalf("status %d", w.Code)
		}
		if strings.Contains(w.Header().Get("Content-Type"), "json") && !json.Valid(w.Body.Bytes()) {
			t.Fatalf("not JSON: %s", w.Body)
		}
	})
}

// FuzzTable: a folder's file is decoded whole or refused, and what is decoded
// can be served.
func FuzzTable(f *testing.F) {
	f.Add([]byte(`{"id":["A","Tid"],"size":[1,2],"dimension":{"A":{"category":{"index":{"x":0},"label":{"x":"X"}}},"Tid":{"category":{"index":["1","2"]}}},"value":[null,7],"status":{"0":"p"}}`))
	f.Add([]byte(`{"id":[],"size":[],"dimension":{},"value":[1]}`))
	f.Add([]byte(`{"id":["A"],"size":[0],"dimension":{"A":{"category":{"index":[]}}},"value":[],"extension":{"px":null}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		decoded, err := decodeTable("T", body)
		if err != nil {
			return
		}
		server := New(&Library{tables: map[string]*table{"T": decoded}}, Options{})
		for _, path := range []string{"/api/v2/tables", "/api/v2/tables/T/metadata"} {
			w := httptest.NewRecorder()
			server.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
			if w.Code != 200 || !json.Valid(w.Body.Bytes()) {
				t.Fatalf("%s: %d %s", path, w.Code, w.Body)
			}
		}
		var picked [][]int
		for _, n := range decoded.Size[:len(decoded.ID)] {
			picked = append(picked, positions(n))
		}
		if body := decoded.extract(picked); !json.Valid(body) {
			t.Fatalf("%s", body)
		}
	})
}
