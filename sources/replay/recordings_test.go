package replay

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// recording reads a real body, and skips where the folder of them is not.
func recording(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "recordings", name))
	if err != nil {
		t.Skip("no recordings here")
	}
	return body
}

// wholeTable puts the cells of a real data answer into a real metadata answer:
// the folder's form. What cannot be known from metadata, the total of Kon, is
// taken from the data answer.
func wholeTable(t *testing.T, metadata []byte, part *table) []byte {
	t.Helper()
	var whole dataset
	if err := json.Unmarshal(metadata, &whole); err != nil {
		t.Fatal(err)
	}
	cells := 1
	for _, n := range whole.Size {
		cells *= n
	}
	values := slices.Repeat([]string{"null"}, cells)
	for cell, value := range part.values {
		at, rest, outer := 0, cell, 1
		for i, variable := range slices.Backward(part.ID) {
			codes := part.Dimension[variable].Category.Index
			at += outer * slices.Index(whole.Dimension[variable].Category.Index, codes[rest%len(codes)])
			rest, outer = rest/len(codes), outer*whole.Size[i]
		}
		values[at] = fmt.Sprint(value)
	}
	text := strings.Replace(string(metadata), `"value": []`, `"value": [`+strings.Join(values, ",")+`]`, 1)
	return []byte(strings.Replace(text, `"elimination": true,
        "show": "value",
        "codelists": []`, `"elimination": true, "eliminationValueCode": "TotSa", "show": "value", "codelists": []`, 1))
}

func TestAnswersAsRecorded(t *testing.T) {
	t.Parallel()
	metadata := recording(t, "scb-v2/TAB6471-metadata-sv.json")
	data := recording(t, "scb-v2/TAB6471-data-county-month-sv.json")
	part, err := decodeTable("TAB6471", data)
	if err != nil {
		t.Fatal(err)
	}
	lib, err := Open(fstest.MapFS{
		"scb/TAB6471.json":                  {Data: wholeTable(t, metadata, part)},
		"scb/codelists/agg_Ålder10årJ.json": {Data: recording(t, "scb-v2/codelist-agg_Alder10arJ-sv.json")},
	})
	if err != nil {
		t.Fatal(err)
	}
	running := listen(t, New(lib, Options{}))
	var w wanted
	for _, variable := range part.ID {
		codes := []string(part.Dimension[variable].Category.Index)
		w.Selection = append(w.Selection, wantedVariable{VariableCode: variable, ValueCodes: &codes})
	}
	path := running.SCB() + "/tables/TAB6471"
	same(t, "metadata", metadata, get(t, path+"/metadata?lang=sv").body, running.SCB())
	same(t, "data", data, post(t, path+"/data?lang=sv&outputFormat=json-stat2", string(encode(w))).body, running.SCB())
	list := recording(t, "scb-v2/codelist-agg_Alder10arJ-sv.json")
	members(t, "codelist", list, get(t, running.SCB()+"/codelists/agg_%C3%85lder10%C3%A5rJ?lang=sv").body)
	members(t, "tables", recording(t, "scb-v2/tables-page1-of-213-sv.json"), get(t, running.SCB()+"/tables").body)
	members(t, "config", recording(t, "scb-v2/config-2026-06.json"), get(t, running.SCB()+"/config").body)
	for name, variable := range map[string]string{
		"scb-v2/error-400-missing-selection.json":     "Kon 1",
		"scb-v2/error-400-non-existent-variable.json": "$$SORT 0",
	} {
		same(t, name, recording(t, name), post(t, path+"/data?outputFormat=json-stat2", selection(variable)).body, "")
	}
}

// same compares two bodies as JSON, once the server's address is SCB's.
func same(t *testing.T, name string, want []byte, got, base string) {
	t.Helper()
	if base != "" {
		got = strings.ReplaceAll(got, base, "https://statistikdatabasen.scb.se/api/v2")
	}
	var w, g any
	if err := json.Unmarshal(want, &w); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Errorf("%s (-real +replayed):\n%s", name, diff)
	}
}

// members compares which members two bodies have, at any depth; elements of
// arrays are taken together.
func members(t *testing.T, name string, want []byte, got string) {
	t.Helper()
	if diff := cmp.Diff(keys(t, want), keys(t, []byte(got))); diff != "" {
		t.Errorf("%s (-real +replayed):\n%s", name, diff)
	}
}

func keys(t *testing.T, body []byte) []string {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	collect(v, "", found)
	return slices.Sorted(maps.Keys(found))
}

func collect(v any, path string, found map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for key, member := range v {
			collect(member, path+"."+key, found)
		}
	case []any:
		for _, element := range v {
			collect(element, path, found)
		}
	default:
		if path != ".page.links.rel" && path != ".page.links.href" && path != ".page.links.hreflang" {
			found[fmt.Sprintf("%s %T", path, v)] = true
		}
	}
}

func TestKoladaAsRecorded(t *testing.T) {
	t.Parallel()
	folder := fstest.MapFS{
		"kolada/data/N21704.json":  {Data: recording(t, "kolada-v3/data-N21704-five-municipalities-2023.json")},
		"kolada/municipality.json": {Data: recording(t, "kolada-v3/municipality-all-312-2026-03-23.reconstructed.json")},
		"kolada/kpi.json":          {Data: wholeCatalogue(t)},
	}
	lib, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	base := listen(t, New(lib, Options{})).Kolada()
	data := get(t, base+"/data/kpi/N21704/municipality/0180,0580,1280,1480,2480/year/2023").body
	real := strings.TrimSuffix(strings.TrimSpace(string(folder["kolada/data/N21704.json"].Data)), "}")
	members(t, "data", []byte(real+`,"count":5,"next_url":null,"previous_url":null}`), data)
	want := map[string]int{"/kpi": 5000, "/kpi?page=2": 1099, "/municipality": 312, "/kpi/N00914": 0}
	for path, n := range want {
		var e koladaPage
		get(t, base+path).json(t, &e)
		if len(e.Values) != n || e.Count != n {
			t.Errorf("%s: %d, want %d", path, e.Count, n)
		}
	}
	var catalogue, replayed struct{ Values []json.RawMessage }
	if err := json.Unmarshal([]byte(`{"values":`+string(folder["kolada/kpi.json"].Data)+`}`), &catalogue); err != nil {
		t.Fatal(err)
	}
	get(t, base+"/kpi").json(t, &replayed)
	same(t, "kpi", catalogue.Values[4999], string(replayed.Values[4999]), "")
}

func wholeCatalogue(t *testing.T) []byte {
	t.Helper()
	var all []json.RawMessage
	for part := range 3 {
		var some []json.RawMessage
		if err := json.Unmarshal(recording(t, fmt.Sprintf("kolada-v3/kpi-all-6099-2026-03-23.reconstructed.part%d.json", part+1)), &some); err != nil {
			t.Fatal(err)
		}
		all = append(all, some...)
	}
	body, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
