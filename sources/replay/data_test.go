package replay

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// got is a data answer in the form tests compare.
type got struct {
	ID        []string
	Size      []int
	Dimension map[string]struct {
		Category  struct{ Index map[string]int }
		Extension struct {
			Elimination          bool
			EliminationValueCode string
			Codelists            json.RawMessage
		}
	}
	Value  []*float64
	Status map[string]string
	Label  string
}

func (g got) codes(variable string) []string {
	index := g.Dimension[variable].Category.Index
	codes := make([]string, len(index))
	for code, i := range index {
		codes[i] = code
	}
	return codes
}

func (g got) values() []float64 {
	var list []float64
	for _, v := range g.Value {
		if v == nil {
			list = append(list, -1)
		} else {
			list = append(list, *v)
		}
	}
	return list
}

func TestDataSelections(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	base := running.SCB() + "/tables/TAB1/data?lang=sv&outputFormat=json-stat2"
	rest := `{"variableCode":"ContentsCode","valueCodes":["C1"]}`
	for _, tt := range []struct {
		name, items string
		ids         string
		values      []float64
	}{
		{
			"order of the request", `{"variableCode":"Region","valueCodes":["2480","24"]},{"variableCode":"Alder","valueCodes":["3","0"]},{"variableCode":"Kon","valueCodes":["2"]},{"variableCode":"Tid","valueCodes":["2024","2020"]}`,
			"Region Alder Kon ContentsCode Tid",
			[]float64{53104, 53100, 50104, 50100, 33104, 33100, 30104, 30100},
		},
		{
			"codes in any case, TIME", `{"variableCode":"REGION","valueCodes":["24"]},{"variableCode":"alder","valueCodes":["A,B"]},{"variableCode":"Kon","valueCodes":["1"]},{"variableCode":"TIME","valueCodes":["top(1)"]}`,
			"Region Alder Kon ContentsCode Tid",
			[]float64{34004},
		},
		{
			"elimination by code and by sum", `{"variableCode":"Alder","valueCodes":["2"]},{"variableCode":"Tid","valueCodes":["2021"]}`,
			"Alder ContentsCode Tid",
			[]float64{2001 + 2101},
		},
		{
			"explicit elimination", `{"variableCode":"Region","valueCodes":[]},{"variableCode":"Kon","valueCodes":[]},{"variableCode":"Alder","valueCodes":["2"]},{"variableCode":"Tid","valueCodes":["2021"]}`,
			"Alder ContentsCode Tid",
			[]float64{4102},
		},
		{
			"wildcard without match eliminates", `{"variableCode":"Region","valueCodes":["9*"]},{"variableCode":"Kon","valueCodes":["1"]},{"variableCode":"Alder","valueCodes":["2"]},{"variableCode":"Tid","valueCodes":["2021"]}`,
			"Alder Kon ContentsCode Tid",
			[]float64{2001},
		},
		{
			"value set in its order", `{"variableCode":"Region","codelist":"vs_Län","valueCodes":["*"]},{"variableCode":"Kon","valueCodes":["1"]},{"variableCode":"Alder","valueCodes":["2"]},{"variableCode":"Tid","valueCodes":["2021"]}`,
			"Region Alder Kon ContentsCode Tid",
			[]float64{32001, 12001},
		},
		{
			"aggregation", `{"variableCode":"Alder","codelist":"agg_Två","valueCodes":["2-3","0-1"]},{"variableCode":"Region","valueCodes":["24"]},{"variableCode":"Kon","valueCodes":["1"]},{"variableCode":"Tid","valueCodes":["2021"]}`,
			"Region Alder Kon ContentsCode Tid",
			[]float64{32001 + 33001, 30001 + 31001},
		},
		{
			"nil counts as zero in a sum, other symbols do not", `{"variableCode":"Alder","valueCodes":["0"]},{"variableCode":"Region","valueCodes":["00"]},{"variableCode":"Tid","valueCodes":["2020","2021"]}`,
			"Region Alder ContentsCode Tid",
			[]float64{-1, 101},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var g got
			post(t, base, `{"selection":[`+tt.items+`,`+rest+`]}`).json(t, &g)
			if diff := cmp.Diff(tt.values, g.values()); diff != "" {
				t.Error(diff)
			}
			if ids := strings.Join(g.ID, " "); ids != tt.ids {
				t.Errorf("id %s, want %s", ids, tt.ids)
			}
		})
	}
}

func TestGetAndPostAgree(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	path := running.SCB() + "/tables/tab1/data?"
	fromGet := get(t, path+"valuecodes[Region]=24&valueCodes[Alder]=[a,b],0&valuecodes%5BKon%5D=1&valuecodes[ContentsCode]=C1&valuecodes[Tid]=[RANGE(2022,2020)],2024")
	fromPost := post(t, path, `{"selection":[{"variableCode":"Region","valueCodes":["24"]},{"variableCode":"Alder","valueCodes":["a,b","0"]},
		{"variableCode":"Kon","valueCodes":["1"]},{"variableCode":"ContentsCode","valueCodes":["C1"]},{"variableCode":"Tid","valueCodes":["RANGE(2022,2020)","2024"]}]}`)
	if diff := cmp.Diff(fromPost.body, fromGet.body); diff != "" {
		t.Error(diff)
	}
	var g got
	fromGet.json(t, &g)
	if diff := cmp.Diff([]string{"2024", "2020", "2021", "2022"}, g.codes("Tid")); diff != "" {
		t.Error(diff)
	}
}

func TestPlacement(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	path := running.SCB() + "/tables/TAB1/data?valuecodes[Region]=24&valuecodes[Alder]=0,1&valuecodes[ContentsCode]=C1&valuecodes[Tid]=2020"
	for query, want := range map[string]string{
		"":                               "Region Alder ContentsCode Tid",
		"&stub=TIME,region":              "Tid Region Alder ContentsCode",
		"&heading=Alder":                 "Region ContentsCode Tid Alder",
		"&stub=Tid,Region&heading=Alder": "Region Alder ContentsCode Tid",
		"&stub=Nonsense":                 "Region Alder ContentsCode Tid",
		"&stub=Tid,Alder,ContentsCode,Region,Tid": "Region Alder ContentsCode Tid",
	} {
		var g got
		get(t, path+query).json(t, &g)
		if ids := strings.Join(g.ID, " "); ids != want {
			t.Errorf("%s: id %s, want %s", query, ids, want)
		}
	}
}

func TestStatusAndExtension(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	path := running.SCB() + "/tables/TAB1/data?valuecodes[Alder]=0&valuecodes[Kon]=1&valuecodes[ContentsCode]=C1&valuecodes[Tid]=*&valuecodes[Region]="
	var flagged, plain got
	r := get(t, path+"00,24")
	r.json(t, &flagged)
	if diff := cmp.Diff(map[string]string{"0": "..", "1": "-"}, flagged.Status); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]float64{-1, -1, 2, 3.5, 4, 30000, 30001, 30002, 30003, 30004}, flagged.values()); diff != "" {
		t.Error(diff)
	}
	region := flagged.Dimension["Region"].Extension
	if !region.Elimination || region.EliminationValueCode != "00" || region.Codelists != nil {
		t.Errorf("extension with the total: %+v", region)
	}
	if flagged.Label != "Prov efter region, ålder, kön och år" {
		t.Errorf("label %q", flagged.Label)
	}
	if strings.Contains(r.body, `"C2"`) || !strings.Contains(r.body, `"discontinued":null`) {
		t.Errorf("body describes more than the extract, or lacks discontinued: %s", r.body)
	}
	r = get(t, path+"24")
	r.json(t, &plain)
	if strings.Contains(r.body, `"status"`) || plain.Dimension["Region"].Extension.Elimination {
		t.Errorf("status or elimination without reason: %s", r.body)
	}
	if d := r.header.Get("Content-Disposition"); d != `inline; filename="TAB1.json"` {
		t.Errorf("Content-Disposition %q", d)
	}
}

func TestDefaultSelection(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	path := running.SCB() + "/tables/TAB1"
	var fromGet, fromPost got
	get(t, path+"/data").json(t, &fromGet)
	post(t, path+"/data", `{"selection":[]}`).json(t, &fromPost)
	if diff := cmp.Diff(fromGet, fromPost); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{2, 2, 1, 1}, fromGet.Size); diff != "" {
		t.Error(diff)
	}
	var said struct {
		Selection []struct {
			VariableCode, Codelist string
			ValueCodes             []string
		}
	}
	get(t, path+"/defaultselection").json(t, &said)
	if i := slices.IndexFunc(said.Selection, func(s struct {
		VariableCode, Codelist string
		ValueCodes             []string
	},
	) bool {
		return s.VariableCode == "Alder"
	}); said.Selection[i].Codelist != "agg_Två" {
		t.Errorf("defaultselection %+v", said)
	}
}

func TestDialects(t *testing.T) {
	t.Parallel()
	query := url.Values{"valuecodes[Alder]": {"0"}, "valuecodes[Kon]": {"1"}, "valuecodes[ContentsCode]": {"C1"}, "valuecodes[Tid]": {"2020,2022"}, "valuecodes[Region]": {"00"}}
	single := maps.Clone(query)
	single["valuecodes[Tid]"] = []string{"2020"}
	for _, tt := range []struct {
		name    string
		dialect Dialect
		query   url.Values
		want    []string
	}{
		{"sparse", Dialect{Value: "sparse"}, query, []string{`"value":{"1":2},"status":{"0":".."}`}},
		{"status array", Dialect{Status: "array"}, query, []string{`"status":["..",null]`}},
		{"one status, not all the same", Dialect{Status: "single"}, query, []string{`"status":{"0":".."}`}},
		{"one status", Dialect{Status: "single"}, single, []string{`"status":".."`}},
		{"one status in an array", Dialect{Status: "single-array"}, single, []string{`"status":[".."]`}},
		{"index array", Dialect{Index: "array"}, query, []string{`"index":["2020","2022"]`}},
		{"no index", Dialect{Index: "absent"}, query, []string{`"Kon":{"label":"kön","category":{"label":{"1":"män"}}`, `"index":{"2020":0,"2022":1}`}},
		{"shuffled", Dialect{Shuffle: true}, query, []string{`{"class":"dataset","value":[null,2],"status"`, `"index":{"2022":1,"2020":0}`, `"dimension":{"Tid"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, running := serve(t, Options{Dialect: tt.dialect})
			r := get(t, running.SCB()+"/tables/TAB1/data?"+tt.query.Encode())
			if !json.Valid([]byte(r.body)) {
				t.Fatalf("not JSON: %s", r.body)
			}
			for _, want := range tt.want {
				if !strings.Contains(r.body, want) {
					t.Errorf("no %s in %s", want, r.body)
				}
			}
		})
	}
}
