package replay

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Titles, statuses and the odd pairs of them are those of scb-api.md section 9.
func TestRefusals(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{MaxCells: 100})
	all := "valuecodes[Alder]=0&valuecodes[ContentsCode]=C1&valuecodes[Tid]=2020"
	for _, tt := range []struct {
		name, path, body string
		status           int
		want             string
	}{
		{"unknown variable", "/tables/TAB1/data?valuecodes[Nix]=1", "", 400, `{"type":"Parameter error","title":"Non-existent variable","status":400}`},
		{"variable before codelist", "/tables/TAB1/data?valuecodes[Nix]=1&valuecodes[Alder]=0&codelist[Alder]=x", "", 400, `Non-existent`},
		{"codelist before mandatory", "/tables/TAB1/data?valuecodes[Alder]=0&codelist[Alder]=agg_Nix", "", 400, `"Non-existent codelist","status":400`},
		{"codelist of another prefix", "/tables/TAB1/data?" + all + "&codelist[Alder]=Två", "", 400, `Non-existent codelist`},
		{"codelist of another variable", "/tables/TAB1/data?" + all + "&codelist[Alder]=vs_Län", "", 400, `Non-existent codelist`},
		{"codelist in other case", "/tables/TAB1/data?" + all + "&codelist[Alder]=agg_två", "", 400, `Non-existent codelist`},
		{"mandatory before values", "/tables/TAB1/data?valuecodes[Alder]=nix", "", 400, `{"type":"Parameter error","title":"Missing selection for mandantory variable","status":400}`},
		{"mandatory and empty", "/tables/TAB1/data", `{"selection":[{"variableCode":"Alder","valueCodes":[]},{"variableCode":"ContentsCode","valueCodes":["C1"]},{"variableCode":"Tid","valueCodes":["*"]}]}`, 400, `Missing selection`},
		{"mandatory and no match", "/tables/TAB1/data?valuecodes[Alder]=9*&valuecodes[ContentsCode]=C1&valuecodes[Tid]=2020", "", 400, `Missing selection`},
		{"aggregation is mandatory", "/tables/TAB1/data", `{"selection":[{"variableCode":"Alder","codelist":"agg_Två","valueCodes":[]},{"variableCode":"ContentsCode","valueCodes":["C1"]},{"variableCode":"Tid","valueCodes":["*"]}]}`, 400, `Missing selection`},
		{"unknown value", "/tables/TAB1/data?" + all + "&valuecodes[Region]=77", "", 400, `"Non-existent value"`},
		{"base code under aggregation", "/tables/TAB1/data?" + all + "&codelist[Alder]=agg_Två", "", 400, `"Non-existent value"`},
		{"malformed expression", "/tables/TAB1/data?" + all + "&valuecodes[Region]=top(0)", "", 400, `"Illegal selection expression"`},
		{"comma without brackets", "/tables/TAB1/data?" + all + "&valuecodes[Region]=TOP(2,1)", "", 400, `"Illegal selection expression"`},
		{"brackets in a POST", "/tables/TAB1/data", `{"selection":[{"variableCode":"Alder","valueCodes":["[TOP(2,1)]"]},{"variableCode":"ContentsCode","valueCodes":["C1"]},{"variableCode":"Tid","valueCodes":["2020"]}]}`, 400, `"Non-existent value"`},
		{"values before cells", "/tables/TAB1/data?valuecodes[Alder]=*&valuecodes[ContentsCode]=*&valuecodes[Tid]=*,nix&valuecodes[Region]=*", "", 400, `"Non-existent value"`},
		{"too many cells", "/tables/TAB1/data?valuecodes[Alder]=*&valuecodes[ContentsCode]=*&valuecodes[Tid]=*&valuecodes[Region]=*", "", 400, `{"type":"Parameter error","title":"Too many cells selected","status":400,"detail":"Too many cells selected"}`},
		{"literal twice", "/tables/TAB1/data?" + all + "&valuecodes[Region]=24,24", "", 500, ""},
		{"literal twice in a POST", "/tables/TAB1/data", `{"selection":[{"variableCode":"Alder","valueCodes":["0","0"]},{"variableCode":"ContentsCode","valueCodes":["C1"]},{"variableCode":"Tid","valueCodes":["2020"]}]}`, 500, ""},
		{"no valueCodes", "/tables/TAB1/data", `{"selection":[{"variableCode":"Alder"}]}`, 500, ""},
		{"no variable in the name", "/tables/TAB1/data?valuecodes=24", "", 400, `One or more validation errors occurred.`},
		{"body is not JSON", "/tables/TAB1/data", `{"selection":`, 400, `One or more validation errors occurred.`},
		{"unknown format", "/tables/TAB1/data?outputFormat=json&" + all, "", 400, `"errors":{"outputFormat":["The input was not valid."]}`},
		{"format parameters", "/tables/TAB1/data?outputFormat=json-stat2&outputFormatParams=UseTexts&" + all, "", 400, `"Unsupported output format"`},
		{"language", "/tables?lang=no", "", 400, `{"type":"Parameter error","title":"Unsupported language","status":400}`},
		{"unknown table, data", "/tables/TAB9/data?" + all, "", 400, `{"type":"Parameter error","title":"Non-existent table","status":404}`},
		{"unknown table, metadata", "/tables/TAB9/metadata", "", 404, `{"type":"Parameter error","title":"Non-existent table","status":404}`},
		{"unknown table", "/tables/TAB9", "", 404, `Non-existent table`},
		{"unknown table, default selection", "/tables/TAB9/defaultselection", "", 404, `Non-existent table`},
		{"not in English", "/tables/TAB22/metadata?lang=en", "", 404, `Non-existent table`},
		{"unknown codelist", "/codelists/agg_Nix", "", 404, `{"type":"Parameter error","title":"Non-existent codelist","status":400}`},
		{"codelist in other case, alone", "/codeLists/AGG_Två", "", 404, `Non-existent codelist`},
		{"page beyond the last", "/tables?pageNumber=2", "", 404, `{"type":"Parameter error","title":"Non-existent page","status":404}`},
		{"long URL", "/tables/TAB1/data?" + all + "&valuecodes[Region]=" + strings.Repeat("24,", 700), "", 404, `<!DOCTYPE html`},
		{"navigation is gone", "/navigation", "", 404, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var r reply
			if tt.body != "" {
				r = post(t, running.SCB()+tt.path, tt.body)
			} else {
				r = get(t, running.SCB()+tt.path)
			}
			if r.status != tt.status || !strings.Contains(r.body, tt.want) || tt.want == "" && r.body != "" {
				t.Errorf("%d %s, want %d %s", r.status, r.body, tt.status, tt.want)
			}
		})
	}
}

func TestCodelistWithoutValueCodesHasNoEffect(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	r := get(t, running.SCB()+"/tables/TAB1/data?valuecodes[Alder]=0&valuecodes[ContentsCode]=C1&valuecodes[Tid]=2022&codelist[Region]=nix")
	if r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

type listed struct {
	Tables []struct {
		ID, Updated, FirstPeriod, LastPeriod, TimeUnit string
		Discontinued                                   *bool
		VariableNames                                  []string
		Links                                          []struct{ Rel, Href string }
	}
	Page struct {
		PageNumber, PageSize, TotalElements, TotalPages int
		Links                                           []struct{ Rel, Href string }
	}
}

func TestListing(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	for query, want := range map[string]string{
		"":                                          "TAB1",
		"?includeDiscontinued=true":                 "TAB1 TAB22",
		"?includeDiscontinued=TRUE&lang=en":         "TAB1",
		"?includeDiscontinued=true&pastDays=30":     "TAB1",
		"?pastDays=10":                              "",
		"?query=PROV+kön":                           "TAB1",
		"?query=kor":                                "",
		"?query=matrix:tab1":                        "TAB1",
		"?query=matrix:TAB":                         "",
		"?query=nix:TAB1":                           "",
		"?includedis=1&pagesize=-3&pageNumber=0":    "TAB1",
		"/?includeDiscontinued=true&pageSize=10000": "TAB1 TAB22",
		"?includeDiscontinued=true&pageSize=1":      "TAB1",

		"?includeDiscontinued=true&pageSize=1&pageNumber=2": "TAB22",
	} {
		var l listed
		get(t, running.SCB()+"/tables"+query).json(t, &l)
		var ids []string
		for _, table := range l.Tables {
			ids = append(ids, table.ID)
		}
		if s := strings.Join(ids, " "); s != want {
			t.Errorf("%s: %s, want %s", query, s, want)
		}
		if l.Page.TotalPages < 1 {
			t.Errorf("%s: %d pages", query, l.Page.TotalPages)
		}
	}
}

func TestListingMembers(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	var l listed
	get(t, running.SCB()+"/tables?includeDiscontinued=true&pageSize=1").json(t, &l)
	first := l.Tables[0]
	if first.Discontinued != nil || first.FirstPeriod != "2020" || first.LastPeriod != "2024" || first.TimeUnit != "Annual" || len(first.Links) != 4 {
		t.Errorf("%+v", first)
	}
	if next := l.Page.Links[0]; next.Rel != "next" || next.Href != running.SCB()+"/tables/?lang=sv&pagesize=1&pageNumber=2" {
		t.Errorf("next does not forget includeDiscontinued, or is elsewhere: %+v", next)
	}
	var alone struct {
		Language, ID string
		Discontinued *bool
		TimeUnit     string
	}
	get(t, running.SCB()+"/tables/tab22").json(t, &alone)
	if alone.ID != "TAB22" || alone.Discontinued == nil || !*alone.Discontinued || alone.TimeUnit != "Other" {
		t.Errorf("%+v", alone)
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	r := get(t, running.SCB()+"/tables/TAB1/metadata?lang=sv")
	var g got
	r.json(t, &g)
	if diff := cmp.Diff([]int{6, 5, 2, 2, 5}, g.Size); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(r.body, "discontinued") || strings.Contains(r.body, "eliminationValueCode") || !strings.HasSuffix(r.body, `"value":[]}`) {
		t.Errorf("metadata has what only data has: %s", r.body)
	}
	if !g.Dimension["Region"].Extension.Elimination || g.Dimension["Alder"].Extension.Elimination {
		t.Errorf("elimination %+v", g.Dimension)
	}
	if want := `"href":"` + running.SCB() + `/codeLists/vs_Län?lang=sv"`; !strings.Contains(r.body, want) {
		t.Errorf("no %s in %s", want, r.body)
	}
	get(t, running.SCB()+"/tables/TAB1/metadata?codelist[alder]=agg_Två").json(t, &g)
	if diff := cmp.Diff([]string{"0-1", "2-3"}, g.codes("Alder")); diff != "" {
		t.Error(diff)
	}
}

func TestCodelist(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	var list struct {
		ID, Language, Type string
		Languages          []string
		Values             []codelistValue
		Links              []struct{ Rel, Href string }
	}
	get(t, running.SCB()+"/codelists/agg_Tv%C3%A5?lang=en").json(t, &list)
	if list.ID != "agg_Två" || list.Language != "en" || len(list.Links) != 2 {
		t.Errorf("%+v", list)
	}
	if diff := cmp.Diff([]string{"2", "3", "99"}, list.Values[1].ValueMap); diff != "" {
		t.Error(diff)
	}
}

func TestConfigAndQuota(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	s, running := serve(t, Options{Calls: 2, Window: 10 * time.Second, Clock: func() time.Time { return now }})
	var c struct{ MaxDataCells, MaxCallsPerTimeWindow, TimeWindow int }
	for range 4 {
		get(t, running.SCB()+"/config").json(t, &c)
	}
	if c.MaxDataCells != 150000 || c.MaxCallsPerTimeWindow != 2 || c.TimeWindow != 10 {
		t.Errorf("config %+v", c)
	}
	first := get(t, running.SCB()+"/tables")
	want := http.Header{"X-Rate-Limit-Limit": {"10s"}, "X-Rate-Limit-Remaining": {"1"}, "X-Rate-Limit-Reset": {"2026-07-01T12:00:10.0000000Z"}}
	for key, list := range want {
		if diff := cmp.Diff(list, first.header[key]); diff != "" {
			t.Errorf("%s: %s", key, diff)
		}
	}
	now = now.Add(4 * time.Second)
	get(t, running.SCB()+"/tables")
	refused := get(t, running.SCB()+"/tables")
	if refused.status != 429 || refused.header.Get("Retry-After") != "6" || refused.header.Get("Content-Type") != "text/plain" ||
		refused.body != "API calls quota exceeded! maximum admitted 2 per 10s." {
		t.Errorf("%+v", refused)
	}
	if r := get(t, running.Kolada()+"/kpi"); r.status != 200 {
		t.Errorf("Kolada has SCB's quota: %d", r.status)
	}
	now = now.Add(6 * time.Second)
	if r := get(t, running.SCB()+"/tables"); r.status != 200 || r.header.Get("X-Rate-Limit-Remaining") != "1" {
		t.Errorf("after the window: %+v", r)
	}
	if n := s.Count("scb", "listing"); n != 4 {
		t.Errorf("%d listings seen, want 4", n)
	}
}

func TestSlidingQuota(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	q := quota{calls: 2, window: 10 * time.Second, sliding: true}
	r := &http.Request{RemoteAddr: "192.0.2.1:5", Header: http.Header{}}
	other := &http.Request{RemoteAddr: "192.0.2.1:6", Header: http.Header{"X-Forwarded-For": {"192.0.2.9, 192.0.2.1"}}}
	for _, tt := range []struct {
		r    *http.Request
		at   int
		fine bool
	}{{r, 0, true}, {r, 9, true}, {r, 9, false}, {other, 9, true}, {r, 10, true}, {r, 11, false}, {r, 19, true}} {
		refusal, _ := q.take(tt.r, start.Add(time.Duration(tt.at)*time.Second))
		if (refusal == nil) != tt.fine {
			t.Errorf("second %d: fine %v, want %v", tt.at, refusal == nil, tt.fine)
		}
	}
}

func TestGzip(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, running.SCB()+"/tables", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	z, err := gzip.NewReader(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(z); err != nil || !json.Valid(body) {
		t.Errorf("%v %s", err, body)
	}
}

// SCB's matrix is the table's id, whatever a folder calls the table.
func TestMatrixIsTheID(t *testing.T) {
	t.Parallel()
	server, running := serve(t, Options{})
	old := strings.Replace(fmt.Sprintf(testTable, testValues()), `"matrix":"TAB1"`, `"matrix":"ArRegArbStDoN"`, 1)
	if err := server.Revise(func(l *Library) error { return l.SetTable("TAB1", []byte(old)) }); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"metadata", "data?valuecodes[Region]=24&valuecodes[Alder]=0&valuecodes[Kon]=1&valuecodes[ContentsCode]=C1&valuecodes[Tid]=2024"} {
		if r := get(t, running.SCB()+"/tables/TAB1/"+path); r.status != 200 || !strings.Contains(r.body, `"matrix":"TAB1"`) || strings.Contains(r.body, "ArReg") {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
	if r := get(t, running.SCB()+"/tables?query=ArRegArbStDoN"); strings.Contains(r.body, `"TAB1"`) {
		t.Errorf("found by the name in the older API: %s", r.body)
	}
}
