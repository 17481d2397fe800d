package scb

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"effekt/config"
	"effekt/sources"
)

const recordings = "../../../shared/recordings/scb-v2"

// recorded is a real body; the test is skipped where there are none.
func recorded(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(recordings, name))
	if os.IsNotExist(err) {
		t.Skip("no recordings here")
	}
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// served answers a request for metadata, and for any list of tables.
type served struct{ metadata, list []byte }

func (s served) Call(_ context.Context, r sources.Request) (sources.Answer, error) {
	body := s.list
	if r.Role == "metadata" {
		body = s.metadata
	}
	return sources.Answer{Request: r, Status: 200, Body: body}, r.Check(body)
}

func TestListingOfRecordings(t *testing.T) {
	t.Parallel()
	body := recorded(t, "tables-search-befolkning-pastDays30-sv.json")
	tables, err := (&Source{}).list(context.Background(), served{list: body}, "listing", url.Values{})
	if n := strings.Count(string(body), `"firstPeriod"`); err != nil || len(tables) != n || n == 0 {
		t.Errorf("%d tables of %d: %v", len(tables), n, err)
	}
	for id, table := range tables {
		if table.ID != id || table.Updated == "" || table.LastPeriod == "" || table.FirstPeriod == "" || len(table.Variables) == 0 {
			t.Errorf("%s: %+v", id, table)
		}
	}
}

// The real description of TAB6471.
func TestDescribeRecordings(t *testing.T) {
	t.Parallel()
	metadata := recorded(t, "TAB6471-metadata-sv.json")
	s, ask := &Source{Base: "http://scb", Language: "sv"}, served{metadata, nil}
	d := sources.Task{Dataset: config.Dataset{
		File: "datasets/x.toml", Table: "TAB6471", RegionVariable: "Region",
		Select: map[string][]string{
			"Region": {"country", "counties", "municipalities"}, "Alder": {"TotSA", "0..4"}, "Kon": {"label:kvinnor"}, "ContentsCode": {"000007SF"}, "Tid": {"2025.."},
		},
	}, Words: map[string][]string{"country": {"00"}, "counties": {"22", "23", "24"}, "municipalities": {"2401", "2480"}}}
	table, err := s.describe(context.Background(), ask, d)
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, v := range table.Variables {
		sizes = append(sizes, len(v.Codes))
	}
	if table.Table != "TAB6471" || table.Resolved[0].Code != "2" || sizes[0] != 6 || sizes[1] != 6 || sizes[2] != 1 {
		t.Errorf("%s %v %+v", table.Table, sizes, table.Resolved)
	}
	if !strings.Contains(strings.Join(table.Notes, " "), "slump") {
		t.Errorf("no note of the noise in %q", table.Notes)
	}
	d.Select["Region"] = []string{"all"}
	if table, err = s.describe(context.Background(), ask, d); err != nil || len(table.Variables[0].Codes) != 312 {
		t.Errorf("%d regions: %v", len(table.Variables[0].Codes), err)
	}
	delete(d.Select, "Kon")
	if problems := told(t, s, ask, d); !strings.Contains(problems, "variable Kon (kön) is not selected") || !strings.Contains(problems, "it has 3: ") {
		t.Error(problems)
	}
}
