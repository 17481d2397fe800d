package replay

import (
	"compress/gzip"
	"encoding/json"
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
	const problem = `{"type":"Parameter error","title":`
	missing, region := problem+`"Missing selection for mandantory variable","status":400}`, "Region 24"
	age, kon, content, year := "Alder 0", "Kon 1", "ContentsCode C1", "Tid 2020"
	for name, tt := range map[string]struct {
		path, body string
		status     int
		want       string
	}{
		"unknown variable":           {dataPath, selection("Nix 1"), 400, problem + `"Non-existent variable","status":400}`},
		"variable before codelist":   {dataPath, selection("Nix 1", "Alder@x 0"), 400, "Non-existent variable"},
		"codelist before mandatory":  {dataPath, selection("Alder@agg_Nix 0"), 400, problem + `"Non-existent codelist","status":400}`},
		"codelist without file":      {dataPath, selection(region, "Alder@vs_Borta 0", kon, content, year), 400, "Non-existent codelist"},
		"of another variable":        {dataPath, selection(region, "Alder@vs_Län 0", kon, content, year), 400, "Non-existent codelist"},
		"codelist in other case":     {dataPath, selection("Region@vs_län 24", age, kon, content, year), 400, "Non-existent codelist"},
		"variable twice":             {dataPath, selection(region, age, age, kon, content, year), 500, ""},
		"no valueCodes":              {dataPath, `{"selection":[{"variableCode":"Alder"}]}`, 500, ""},
		"mandatory before values":    {dataPath, selection("Alder nix"), 400, missing},
		"mandatory and empty":        {dataPath, selection(region, "Alder ", kon, content, year), 400, missing},
		"unknown value":              {dataPath, selection("Region 77", age, kon, content, year), 400, problem + `"Non-existent value","status":400}`},
		"value outside the codelist": {dataPath, selection("Region@vs_Län 2480", age, kon, content, year), 400, "Non-existent value"},
		"an expression":              {dataPath, selection(region, age, kon, content, "Tid *"), 400, "Non-existent value"},
		"values before a repeated":   {dataPath, selection("Region 24,24", age, kon, content, "Tid nix"), 400, "Non-existent value"},
		"literal twice":              {dataPath, selection("Region 24,24", age, kon, content, year), 500, ""},
		"too many cells": {
			dataPath, selection("Region 00,01,24", "Alder 0,1,2,3", "Kon 1,2", content, "Tid 2020,2021,2022,2023,2024"), 400,
			problem + `"Too many cells selected","status":400,"detail":"Too many cells selected"}`,
		},
		"body is not JSON":        {dataPath, `{"selection":`, 400, "One or more validation errors occurred."},
		"format":                  {"/tables/TAB1/data?outputFormat=csv", "{}", 400, `"detail":"Unsupported output format"`},
		"unknown table, data":     {"/tables/TAB9/data", "{}", 400, problem + `"Non-existent table","status":404}`},
		"unknown table, metadata": {"/tables/TAB9/metadata", "", 404, problem + `"Non-existent table","status":404}`},
		"language":                {"/tables?lang=no", "", 400, problem + `"Unsupported language","status":400}`},
		"unknown codelist":        {"/codelists/agg_Nix", "", 404, problem + `"Non-existent codelist","status":400}`},
		"codelist in lower case":  {"/codelists/vs_l%C3%A4n", "", 404, "Non-existent codelist"},
		"page beyond the last":    {"/tables?pageNumber=2", "", 404, problem + `"Non-existent page","status":404}`},
		"navigation is gone":      {"/navigation", "", 404, ""},
		"summed away":             {dataPath, selection(region, age, content, year), 501, "without one of the variables"},
		"aggregation":             {dataPath, selection(region, "Alder@agg_Två 0-1", kon, content, year), 501, "aggregation"},
		"default selection":       {dataPath, "{}", 501, "default selection"},
	} {
		t.Run(name, func(t *testing.T) {
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
	if r, err := http.Post(running.SCB()+dataPath, "text/plain", strings.NewReader("{}")); read(t, r, err).status != 415 {
		t.Error("a body that is not called JSON was read")
	}
}

type tables struct {
	Tables []struct {
		ID, Updated, FirstPeriod, LastPeriod, TimeUnit string
		Discontinued                                   *bool
		VariableNames                                  []string
	}
	Page struct{ PageNumber, PageSize, TotalElements, TotalPages int }
}

func TestListing(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	for query, want := range map[string]string{
		"":                                      "TAB1",
		"?includeDiscontinued=true":             "TAB1 TAB22",
		"?includeDiscontinued=true&lang=en":     "TAB1 TAB22",
		"?includeDiscontinued=true&pastDays=30": "TAB1",
		"?pastDays=10":                          "",
		"?query=PROV+kön":                       "TAB1",
		"?query=kor":                            "",
		"?query=tab1":                           "TAB1",
		"?pageSize=-3&pageNumber=0":             "TAB1",
		"?includeDiscontinued=true&pageSize=10000": "TAB1 TAB22",
		"?includeDiscontinued=true&pageSize=1":     "TAB1",

		"?includeDiscontinued=true&pageSize=1&pageNumber=2": "TAB22",
	} {
		var l tables
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
	server, running := serve(t, Options{})
	for _, period := range []struct{ code, unit string }{{"2025", "Annual"}, {"2025K2", "Quarterly"}, {"2025M06", "Monthly"}, {"2025V30", "Weekly"}, {"2021-2025", "Other"}} {
		if err := server.Revise(func(l *Library) error { return l.AddPeriod("TAB1", period.code) }); err != nil {
			t.Fatal(err)
		}
		var l tables
		get(t, running.SCB()+"/tables?includeDiscontinued=true").json(t, &l)
		if first := l.Tables[0]; first.Discontinued != nil || first.FirstPeriod != "2020" || first.LastPeriod != period.code || first.TimeUnit != period.unit {
			t.Errorf("%+v", first)
		}
		if second := l.Tables[1]; second.Discontinued == nil || !*second.Discontinued || strings.Join(second.VariableNames, " ") != "region ålder kön tabellinnehåll år" {
			t.Errorf("%+v", second)
		}
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
	if again := get(t, running.SCB()+"/tables/tab1/metadata?lang=sv&"); again.body != r.body {
		t.Errorf("an id in lower case: %s", again.body)
	}
}

func TestCodelist(t *testing.T) {
	t.Parallel()
	_, running := serve(t, Options{})
	var list codelist
	get(t, running.SCB()+"/codelists/agg_Tv%C3%A5?lang=sv").json(t, &list)
	if list.ID != "agg_Två" || list.Language != "sv" || len(list.Links) != 1 {
		t.Errorf("%+v", list)
	}
	if diff := cmp.Diff([]string{"2", "3", "99"}, list.Values[1].ValueMap); diff != "" {
		t.Error(diff)
	}
}

func TestConfigAndQuota(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	s, running := serve(t, Options{Calls: 2, Window: 10 * time.Second, Now: func() time.Time { return now }})
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
	for sliding, want := range map[bool]string{true: "yes yes no yes no yes", false: "yes yes no yes yes no"} {
		q := quota{calls: 2, window: 10 * time.Second, sliding: sliding}
		var got []string
		for _, second := range []int{0, 9, 9, 10, 11, 19} {
			refusal, _ := q.take(start.Add(time.Duration(second) * time.Second))
			got = append(got, map[bool]string{true: "yes", false: "no"}[refusal == nil])
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("sliding %v: %s, want %s", sliding, s, want)
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
