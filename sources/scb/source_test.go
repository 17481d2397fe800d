package scb

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"effekt/config"
	"effekt/sources"
	"effekt/sources/replay"
	"effekt/sources/scb/jsonstat"

	"github.com/google/go-cmp/cmp"
)

// scripted answers each request with the next body.
type scripted struct {
	bodies []string
	asked  []string
}

func (c *scripted) Call(_ context.Context, r sources.Request) (sources.Answer, error) {
	c.asked = append(c.asked, r.URL)
	body := []byte(c.bodies[min(len(c.asked), len(c.bodies))-1])
	return sources.Answer{Request: r, Status: 200, Body: body}, r.Check(body)
}

// The limits are asked for once; a pace that is not announced is told as zero.
func TestLimits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		options  replay.Options
		cells    int64
		announce sources.Limit
	}{
		{replay.Options{MaxCells: 500, Calls: 30, Window: 10 * time.Second}, 500, sources.Limit{Calls: 30, Window: 10 * time.Second}},
		{replay.Options{}, 150_000, sources.Limit{}},
	} {
		server, s, ask := serve(t, jobs(), test.options)
		var told []sources.Limit
		s.Tighten = func(l sources.Limit) { told = append(told, l) }
		for range 3 {
			if got, err := s.limit(context.Background(), ask); err != nil || got != test.cells {
				t.Error(got, err)
			}
		}
		if diff := cmp.Diff([]sources.Limit{test.announce}, told); diff != "" || server.Count("scb", "config") != 1 {
			t.Error(server.Count("scb", "config"), diff)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := &Source{}
	if _, err := s.limit(ctx, failing{role: "config", err: ctx.Err()}); err == nil || s.down != nil {
		t.Error("an interrupted question says nothing of the publisher: ", err, s.down)
	}
	for _, body := range []string{`{}`, `{"maxDataCells":0}`, `{"maxDataCells":1,"timeWindow":-1}`, `{"maxDataCells":1,"maxCallsPerTimeWindow":-1}`, `[]`, `<html>`, `{"maxDataCells":1e30}`} {
		s, ask := &Source{}, &scripted{bodies: []string{body}}
		if got, err := s.limit(context.Background(), ask); err == nil {
			t.Errorf("%s: %v", body, got)
		}
		if got, err := s.limit(context.Background(), ask); err == nil || len(ask.asked) != 1 { // asked once, told of every data set
			t.Error(got, err)
		}
	}
}

func TestListing(t *testing.T) {
	t.Parallel()
	old := jobs()[0]
	server, s, ask := serve(t, jobs(), replay.Options{Now: func() time.Time { return time.Date(2026, 6, 10, 0, 0, 0, 0, time.UTC) }})
	if err := server.Revise(func(l *replay.Library) error {
		return errors.Join(l.SetUpdated(old.id, "2020-01-01T06:00:00Z"), l.SetDiscontinued("TAB8", true))
	}); err != nil {
		t.Fatal(err)
	}
	got, err := s.list(context.Background(), ask, "listing", recent())
	if err != nil || len(got) != 2 || got["TAB9"].Updated != "2026-06-08T06:00:00Z" || !got["TAB8"].Discontinued || got["TAB9"].LastPeriod != "2023" {
		t.Errorf("%+v: %v", got, err)
	}
}

// recent asks for the tables updated in the last five days.
func recent() url.Values { return url.Values{"pastDays": {"5"}, "includeDiscontinued": {"true"}} }

// The server may cut the pages, and says in each how many there are.
func TestListingReadsAllPages(t *testing.T) {
	t.Parallel()
	pages := &scripted{bodies: []string{
		`{"tables":[{"id":"TAB1"}],"page":{"totalPages":2}}`, `{"tables":[{"id":"tab2"}],"page":{"totalPages":2}}`, `{"tables":[{"id":"TAB3"}],"page":{"totalPages":2}}`,
	}}
	got, err := (&Source{Base: "http://scb", Language: "sv"}).list(context.Background(), pages, "listing", recent())
	if err != nil || len(got) != 2 || got["TAB2"].ID != "tab2" {
		t.Errorf("%v: %v", got, err)
	}
	want := []string{
		"http://scb/tables?includeDiscontinued=true&lang=sv&pageNumber=1&pageSize=10000&pastDays=5",
		"http://scb/tables?includeDiscontinued=true&lang=sv&pageNumber=2&pageSize=10000&pastDays=5",
	}
	if diff := cmp.Diff(want, pages.asked); diff != "" {
		t.Error(diff)
	}
	for body, text := range map[string]string{`{"tables":[],"page":{"totalPages":1000000}}`: "1000000 pages", `{"page":{}}`: "no tables", `{"tables":null}`: "no tables"} {
		_, err := (&Source{}).list(context.Background(), &scripted{bodies: []string{body}}, "listing", recent())
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// One 404 proves nothing; two do.
func TestMetadataIsAskedForTwice(t *testing.T) {
	t.Parallel()
	server, s, ask := serve(t, jobs(), replay.Options{Faults: []replay.Fault{{Kind: "404-table", Role: "metadata", Request: 1}}})
	if problems := told(t, s, ask, newcomers("TAB7")); problems != "" {
		t.Error(problems)
	}
	asked := server.Requests()
	if len(asked) != 2 || asked[0].Query == asked[1].Query {
		t.Errorf("the second must miss the server's cache: %+v", asked)
	}
	_, err := s.describe(context.Background(), ask, newcomers("TAB404"))
	var status *sources.StatusError
	if !errors.As(err, &status) || status.Status != 404 || server.Count("scb", "metadata") != 4 {
		t.Errorf("%v after %d requests", err, server.Count("scb", "metadata"))
	}
}

func TestRecheckIsInterrupted(t *testing.T) {
	t.Parallel()
	_, s, ask := serve(t, jobs(), replay.Options{})
	s.Recheck = time.Hour
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if _, err := s.describe(ctx, ask, newcomers("TAB404")); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestCodelist(t *testing.T) {
	t.Parallel()
	server, s, ask := serve(t, jobs(), replay.Options{})
	d := newcomers("TAB7")
	d.Codelists, d.Select["BakgrVar"] = map[string]string{"bakgrvar": "vs_BakgrVar"}, []string{"A2", "A1"}
	table, err := s.describe(context.Background(), ask, d)
	if err != nil {
		t.Fatal(err)
	}
	want := []sources.Code{{Code: "A1", Label: "nya"}, {Code: "A2", Label: "vistelsetid 2-3 år", Position: 1}}
	if diff := cmp.Diff(want, table.Variables[2].Codes); diff != "" || table.Variables[2].Codelist != "vs_BakgrVar" {
		t.Error(diff)
	}
	requests, err := s.requests(table, 1000, func(int, *jsonstat.Cube) {})
	if err != nil || len(requests) != 1 {
		t.Fatal(len(requests), err)
	}
	if _, err := ask.Call(context.Background(), requests[0]); err != nil || !strings.Contains(string(requests[0].Body), `"codelist":"vs_BakgrVar"`) {
		t.Errorf("%s: %v", requests[0].Body, err)
	}
	d.Codelists = map[string]string{"BakgrVar": "vs_Nix"}
	if problems := told(t, s, ask, d); !strings.Contains(problems, `variable BakgrVar has no codelist "vs_Nix"; it has: vs_BakgrVar (Alla av bakgrund)`) {
		t.Error(problems)
	}
	d.Codelists = map[string]string{"Kon": "vs_Kon"}
	if _, err := s.describe(context.Background(), ask, d); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a codelist that is not there: %v", err)
	}
	for _, body := range []string{`{}`, `{"values":[]}`, `{"values":[{"code":"1"},{"code":"1"}]}`, `{"values":[{"label":"x"}]}`, `nonsense`} {
		if _, err := s.codelist(context.Background(), &scripted{bodies: []string{body}}, "vs_X"); err == nil {
			t.Errorf("%s was accepted", body)
		}
	}
	if server.Count("scb", "codelist") == 0 {
		t.Error("no codelist was asked for")
	}
}

// Everything that does not fit is told at once.
func TestDescribeTellsAllProblems(t *testing.T) {
	t.Parallel()
	_, s, ask := serve(t, jobs(), replay.Options{})
	problems := told(t, s, ask, sources.Task{Dataset: config.Dataset{
		File: "datasets/x.toml", Table: "TAB9", RegionVariable: "Region",
		Select: map[string][]string{
			"region": {"counties"}, "Region": {"00"}, "Nix": {"1"}, "Kon": {"3"}, "ContentsCode": {"C1"}, "Tid": {"2021..2023"}, "BakgrVar": {"A1", "label:x"},
		},
		Labels: map[string]map[string]string{"Kon": {"1": "herrar", "9": "alla"}, "Borta": {}},
		Units:  map[string]map[string]string{"ContentsCode": {"C1": "kronor"}},
	}, Words: map[string][]string{"counties": {"01", "23"}}})
	for _, want := range []string{
		`Region and region (in select) are the same variable`, `there is no variable Nix (in select); the table has: Typ, Region`,
		`there is no variable Borta (in labels)`, `variable Typ (typ) is not selected; left out it would be summed away silently, so name its codes under [select] in datasets/x.toml; it has 2: x (hus), y (lägenhet)`,
		`variable Kon has no code "3"; it has: 1, 2`, `code "1" is now labelled "män", the config pins "herrar"`, `variable Kon has no code "9"`,
		`variable Tid has no code "2021"`, `no code has the label "x"`, `code "C1" is now in "", the config pins "kronor"`,
	} {
		if !strings.Contains(problems, want) {
			t.Errorf("no %q in\n%s", want, problems)
		}
	}
}

// The regions of a table that has NUTS 3 codes for its counties, and of one
// that lacks a county: which is named, and never left out silently.
func TestRegionsInTheTablesOwnCoding(t *testing.T) {
	t.Parallel()
	nuts := fixture{"TAB4642", []string{
		"Region region 00=Riket SE322=Jämtlands_län SE331=Västerbottens_län 2480=Umeå", "ContentsCode innehåll C1=Kvot", "Tid år 2023=2023",
	}}
	_, s, ask := serve(t, []fixture{nuts}, replay.Options{})
	d := sources.Task{Dataset: config.Dataset{
		File: "datasets/x.toml", Table: "TAB4642", RegionVariable: "Region",
		Select: map[string][]string{"Region": {"country", "counties", "municipalities"}, "ContentsCode": {"C1"}, "Tid": {"all"}},
	}, Words: map[string][]string{"country": {"00"}, "counties": {"SE322", "SE331"}, "municipalities": {"2480"}}}
	table, err := s.describe(context.Background(), ask, d)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range table.Variables[0].Codes {
		got = append(got, c.Code)
	}
	if !slices.Equal(got, []string{"00", "SE322", "SE331", "2480"}) {
		t.Error(got)
	}
	d.Words["counties"] = []string{"SE322", "SE331", "SE110"}
	if problems := told(t, s, ask, d); !strings.Contains(problems, `region SE110 has vanished from TAB4642, which "counties" asks for (variable Region)`) {
		t.Error(problems)
	}
	d.Words["counties"] = []string{"23", "24"}
	if problems := told(t, s, ask, d); !strings.Contains(problems, `TAB4642 has none of the regions that "counties" asks for (variable Region), 23, 24; it has: 00, SE322, SE331, 2480: is region_coding right?`) {
		t.Error(problems)
	}
}
