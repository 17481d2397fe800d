package scb

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"effekt/sources"

	"github.com/google/go-cmp/cmp"
)

// shelf answers by the role of a request, and by its page, from invented bodies
// that have the traits of the real ones: every shape is read without recordings
// too.
type shelf map[string]string

func (s shelf) Call(_ context.Context, r sources.Request) (sources.Answer, error) {
	file := s[r.Role]
	if strings.Contains(r.URL, "pageNumber=2") {
		file = s[r.Role+" 2"]
	}
	body, err := os.ReadFile(file)
	if err == nil {
		err = r.Check(body)
	}
	return sources.Answer{Request: r, Status: 200, Body: body, Attempts: 1}, err
}

func onShelf() shelf {
	return shelf{
		"config": "testdata/bodies/config_2_0.json", "listing": "testdata/bodies/tables_page.json", "listing 2": "testdata/bodies/tables_search.json",
		"metadata": "testdata/bodies/metadata.json", "codelist": "testdata/bodies/codelist.json", "data": "jsonstat/testdata/decode/scb_data_month_codelist.json",
	}
}

func TestConfigLikeTheRealOnes(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]sources.Limit{"config_2_0": {Calls: 20, Window: 15 * time.Second}, "config_2_2": {Calls: 2, Window: time.Second}} {
		var told sources.Limit
		s := &Source{Tighten: func(l sources.Limit) { told = l }}
		cells, err := s.limit(t.Context(), shelf{"config": "testdata/bodies/" + file + ".json"})
		if err != nil || cells != 120_000 || told != want {
			t.Errorf("%s: %d cells, %+v: %v", file, cells, told, err)
		}
	}
}

// The first of two pages has links to the next, the last has none.
func TestListingLikeTheRealOnes(t *testing.T) {
	t.Parallel()
	got, err := (&Source{}).list(t.Context(), onShelf(), "listing", recent())
	want := map[string]listed{
		"TAB1001": {
			ID: "TAB1001", Label: "Påhittat per månad efter region, ålder och kön. Månad 2031M11 - 2031M12", Updated: "2031-12-31T07:00:00Z",
			FirstPeriod: "2031M11", LastPeriod: "2031M12", Variables: []string{"region", "ålder", "kön", "tabellinnehåll", "månad"},
		},
		"TAB1002": {
			ID: "TAB1002", Label: "Påhittade räntor efter sektor. Månad 2030M03 - 2031M03", Updated: "2031-08-27T06:00:00Z",
			FirstPeriod: "2030M03", LastPeriod: "2031M03", Variables: []string{"sektor", "avtal", "tabellinnehåll", "månad"},
		},
		"TAB1004": {
			ID: "TAB1004", Label: "Påhittad folkmängd efter region. År 2030 - 2032", Updated: "2033-02-21T07:00:00Z",
			FirstPeriod: "2030", LastPeriod: "2032", Variables: []string{"region", "civilstånd", "tabellinnehåll", "år"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

// invented selects of the invented table by an aggregation, whose id is not ASCII
// and whose codes are of another kind than the table's own.
func invented() sources.Task {
	task := newcomers("TAB1001")
	task.Frequency, task.County = "month", "99"
	task.Words = map[string][]string{"country": {"00"}, "counties": {"98", "99"}}
	task.Codelists = map[string]string{"Alder": "label:Påhittade 10-årsklasser"}
	task.Select = map[string][]string{
		"Region": {"counties"}, "Alder": {"all"}, "Kon": {"TotSa", "label:män", "2"}, "ContentsCode": {"000000XX"}, "Tid": {"2031M11..2031M12"},
	}
	return task
}

// Metadata, codelist and data together make a fetch.
func TestFetchLikeTheRealOnes(t *testing.T) {
	t.Parallel()
	s := &Source{Base: "http://scb", Language: "sv"}
	kept := keeping(onShelf())
	task := invented()
	got, err := s.Fetch(t.Context(), kept, task, sources.Verdict{})
	if err != nil {
		t.Fatal(err)
	}
	if url := kept.stored["codelist"][0].URL; url != "http://scb/codelists/agg_P%C3%A5hittad%C3%85lder10%C3%A5rX?lang=sv" {
		t.Error(url)
	}
	want := sources.Description{
		Table: "TAB1001", Title: "Påhittat per månad efter region, ålder och kön. Månad 2031M11 - 2031M12", SourceUpdated: "2031-12-31T07:00:00Z", Official: new(true),
		Resolved: []sources.Resolved{
			{Variable: "Alder", Term: "label:Påhittade 10-årsklasser", Code: "agg_PåhittadÅlder10årX", Codelist: true}, {Variable: "Kon", Term: "label:män", Code: "1"},
		},
		Notes: []string{
			"Värdena är påhittade och störda med slump.", "Andra noten: summan av delarna är inte helheten.", "Tredje\u00a0noten.", "Fjärde noten.", "ålder: Med ålder avses påhittad ålder.",
		},
		Mandatory: 5,
		Variables: []sources.Variable{
			{Code: "Region", Label: "region", Column: "region", Codes: []sources.Code{{Code: "98", Label: "Påhittade län", Position: 1}, {Code: "99", Label: "Andra län", Position: 2}}},
			{Code: "Alder", Label: "ålder", Column: "alder", Codelist: "agg_PåhittadÅlder10årX", Codes: []sources.Code{{Code: "-9", Label: "0-9 år"}, {Code: "10-19", Label: "10-19 år", Position: 1}, {Code: "100+10", Label: "100+ år", Position: 2}}},
			{Code: "Kon", Label: "kön", Column: "kon", Codes: []sources.Code{{Code: "TotSa", Label: "totalt, samtliga män och kvinnor"}, {Code: "1", Label: "män", Position: 1}, {Code: "2", Label: "kvinnor", Position: 2}}},
			{Code: "ContentsCode", Label: "tabellinnehåll", Column: "contents", Role: "metric", Codes: []sources.Code{{Code: "000000XX", Label: "Påhittat per månad", Unit: "antal"}}},
			{Code: "Tid", Label: "månad", Column: "period", Role: "time", Codes: []sources.Code{{Code: "2031M11", Label: "2031M11"}, {Code: "2031M12", Label: "2031M12", Position: 1}}},
		},
	}
	if diff := cmp.Diff(sources.Fetched{Description: want}, got); diff != "" {
		t.Error("(-want +got):\n", diff)
	}
	set := sources.Set{Dataset: task.Dataset, Parts: []sources.Part{kept.part(got.Description, "x")}}
	r := s.Tables([]sources.Set{set})[0].Fill[0].Read()
	defer r.Release()
	if !r.Next() || r.RecordBatch().NumRows() != 36 {
		t.Error(r.Err())
	}
}

// The table's own ages are of several kinds in one variable, its regions of
// three levels, and what a codelist stands for is not among them.
func TestMetadataLikeTheRealOnes(t *testing.T) {
	t.Parallel()
	s := &Source{Base: "http://scb", Language: "sv"}
	for name, test := range map[string]struct {
		change func(*sources.Task)
		codes  int    // of Alder
		want   string // a problem
	}{
		"whole years":        {func(task *sources.Task) { task.Select["Alder"] = []string{"0..2"} }, 3, ""},
		"classes by name":    {func(task *sources.Task) { task.Select["Alder"] = []string{"TotSA", "-4", "5-9"} }, 3, ""},
		"TotSa":              {func(task *sources.Task) { task.Select["Alder"] = []string{"TotSa"} }, 0, `variable Alder has no code "TotSa"; it has: 0, TotSA, -4, -9, 1, 2, 5-9, 100+`},
		"municipalities":     {func(task *sources.Task) { task.Select["Region"] = []string{"9801", "9902"} }, 8, ""},
		"a codelist":         {func(task *sources.Task) { task.Codelists = map[string]string{"Alder": "agg_X"} }, 8, `variable Alder has no codelist "agg_X"; it has: agg_PåhittadÅlder10årX (Påhittade 10-årsklasser), vs_ÅlderX (Påhittade åldrar)`},
		"sex is left out":    {func(task *sources.Task) { delete(task.Select, "Kon") }, 8, "variable Kon (kön) is not selected"},
		"months, not a year": {func(task *sources.Task) { task.Frequency = "year" }, 8, `variable Tid: codes "2031M11", "2031M12", where whole years are wanted`},
	} {
		task := invented()
		task.Codelists = nil
		test.change(&task)
		got, err := s.describe(t.Context(), onShelf(), task)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
		if n := len(got.Variables[1].Codes); n != test.codes {
			t.Errorf("%s: %d ages", name, n)
		}
	}
}

// Both shapes of a refused request are the publisher's own word, shown as it is,
// and nothing that what is held would be refused for.
func TestRefusedRequestsLikeTheRealOnes(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{"error_parameter": `"title": "Påhittat: ett val saknas"`, "error_validation": `"errors": {"outputFormat": ["Invented: not valid."]}`} {
		body, err := os.ReadFile("testdata/bodies/" + file + ".json")
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write(body)
		}))
		client, err := sources.NewClient(sources.Settings{Limits: map[string]sources.Limit{server.URL: {Calls: 1000, Window: time.Second}}})
		if err != nil {
			t.Fatal(err)
		}
		s := &Source{Base: server.URL, Language: "sv", maxCells: 1000}
		_, err = s.Fetch(t.Context(), client, invented(), sources.Verdict{})
		var status *sources.StatusError
		var refusal *sources.Refusal
		if !errors.As(err, &status) || errors.As(err, &refusal) || status.Status != 400 || status.Attempt != 1 || !strings.Contains(err.Error(), want[:20]) || !strings.Contains(string(status.Body), want) {
			t.Errorf("%s: %v", file, err)
		}
		server.Close()
	}
}
