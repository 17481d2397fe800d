package scb

import (
	"context"
	"effekt/sources"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
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

// plain is a body as encoding/json reads it, another route than the decoder's.
type plain struct {
	ID        []string
	Size      []int
	Value     []*float64
	Status    map[string]string
	Dimension map[string]struct {
		Category struct{ Index map[string]int }
	}
}

// at is the cell of one code per variable.
func (p plain) at(codes ...string) int {
	cell := 0
	for i, code := range codes {
		cell = cell*p.Size[i] + p.Dimension[p.ID[i]].Category.Index[code]
	}
	return cell
}

// Every cell of every real answer, code by code.
func TestDecodeRecordings(t *testing.T) {
	t.Parallel()
	for name, cells := range map[string]int{"TAB6471-data-county-month-sv.json": 21 * 11 * 3 * 4, "TAB5780-data-status-dotdot-en.json": 325, "TAB1267-data-two-cells-en-2025-02.json": 2} {
		body := recorded(t, name)
		var want plain
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatal(err)
		}
		cube, err := Decode(body)
		if err != nil || len(cube.Values) != cells || len(want.Value) != cells {
			t.Fatalf("%s: %d cells: %v", name, len(cube.Values), err)
		}
		for cell := range cube.Values {
			i := want.at(codesAt(cube, cell)...)
			if missing := want.Value[i] == nil; missing != math.IsNaN(cube.Values[cell]) || !missing && *want.Value[i] != cube.Values[cell] {
				t.Errorf("%s: cell %d is %v", name, cell, cube.Values[cell])
			}
		}
		for key, symbol := range want.Status {
			if cell, err := strconv.Atoi(key); err != nil || cube.StatusOf(cell) != symbol {
				t.Errorf("%s: status of cell %s is %q", name, key, cube.StatusOf(cell))
			}
		}
		if name[:7] == "TAB5780" && (cube.Missing != 74 || cube.StatusOf(73) != ".." || cube.StatusOf(74) != "") {
			t.Errorf("%d cells are missing", cube.Missing)
		}
	}
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
	tables, err := Source{Caller: served{list: body}}.Listing(context.Background(), 30)
	if n := strings.Count(string(body), `"firstPeriod"`); err != nil || len(tables) != n || n == 0 {
		t.Errorf("%d tables of %d: %v", len(tables), n, err)
	}
	for id, listed := range tables {
		if listed.ID != id || listed.Updated == "" || listed.LastPeriod == "" || listed.TimeUnit == "" {
			t.Errorf("%s: %+v", id, listed)
		}
	}
}

// The real description of TAB6471.
func TestDescribeRecordings(t *testing.T) {
	t.Parallel()
	metadata := recorded(t, "TAB6471-metadata-sv.json")
	s := Source{Caller: served{metadata, nil}, Base: "http://scb", Language: "sv"}
	d := Dataset{
		File: "datasets/x.toml", Table: "TAB6471", RegionVariable: "Region",
		Select: map[string][]string{
			"Region": {"country", "counties", "municipalities"}, "Alder": {"TotSA", "0..4"}, "Kon": {"label:kvinnor"}, "ContentsCode": {"000007SF"}, "Tid": {"2025.."},
		},
		Words: map[string][]string{"country": {"00"}, "counties": {"22", "23", "24"}, "municipalities": {"2401", "2480"}},
	}
	table, err := s.Describe(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, v := range table.Variables {
		sizes = append(sizes, len(v.Codes))
	}
	if table.ID != "TAB6471" || table.Resolved[0].Code != "2" || table.Variables[0].All != 312 || sizes[0] != 6 || sizes[1] != 6 || sizes[2] != 1 {
		t.Errorf("%s %v %+v", table.ID, sizes, table.Resolved)
	}
	if !strings.Contains(strings.Join(table.Notes, " "), "slump") {
		t.Errorf("no note of the noise in %q", table.Notes)
	}
	delete(d.Select, "Kon")
	if problems := told(t, s, d); !strings.Contains(problems, "variable Kon (kön) is not selected") || !strings.Contains(problems, "it has 3: ") {
		t.Error(problems)
	}
}
