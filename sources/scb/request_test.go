package scb

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"effekt/sources/replay"
	"effekt/sources/scb/jsonstat"
)

// However small the limit: all cells come, each once, and are those of the
// table.
func TestRequestsBringEveryCell(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 3, 5, 8, 1000} {
		server, s, ask := serve(t, jobs(), replay.Options{MaxCells: limit})
		table, err := s.describe(context.Background(), ask, newcomers("TAB7"))
		if err != nil {
			t.Fatal(err)
		}
		learned := map[int]*jsonstat.Cube{}
		requests, err := s.requests(table, int64(limit), func(n int, cube *jsonstat.Cube) { learned[n] = cube })
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]float64{}
		for n, request := range requests {
			if _, err := ask.Call(context.Background(), request); err != nil {
				t.Fatal(err)
			}
			cube := learned[n]
			for i, value := range cube.Values {
				got[strings.Join(codesAt(cube, i), " ")] = value
			}
		}
		if cells, err := cells(table); err != nil || cells != 8 || len(got) != 8 {
			t.Errorf("limit %d: %d cells (%v), got %v", limit, cells, err, got)
		}
		// Cells count from 0 over 3 regions, 2 sexes, 4 backgrounds, 2 contents, 2 years.
		for i, region := range []string{"23", "24"} {
			for j, sex := range []string{"1", "2"} {
				for k, year := range []string{"2022", "2023"} {
					key := fmt.Sprintf("%s %s A2 C1 %s", region, sex, year)
					if want := float64(((((i+1)*2+j)*4+1)*2+0)*2 + k); got[key] != want {
						t.Errorf("limit %d: %s is %v, want %v", limit, key, got[key], want)
					}
				}
			}
		}
		if n := server.Count("scb", "data"); n != len(requests) {
			t.Errorf("limit %d: %d requests sent, %d planned", limit, n, len(requests))
		}
	}
}

// An answer is held against what was asked for.
func TestVerify(t *testing.T) {
	t.Parallel()
	const asked = `{"selection":[{"variableCode":"Tid","valueCodes":["2023/24"]},{"variableCode":"A","valueCodes":["x","y"]}]}`
	var request selection
	if err := json.Unmarshal([]byte(asked), &request); err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		page("x y", "1,2"):     "",
		page("y x", "1,2"):     "",
		page("x", "1"):         `variable A: code "y" asked for, not in the answer`,
		page("x y z", "1,2,3"): `variable A: code "z" in the answer, not asked for`,
		page("x y", ""):        "the answer has no values",
		`{"id":["A"],"size":[2],"dimension":{"A":{"category":{"index":["x","y"]}}},"value":[1,2]}`: "variable Tid was asked for and is not in the answer, which has summed it away",
		strings.ReplaceAll(page("x y", "1,2"), `"Tid"`, `"Typ"`):                                   "variable Typ (2023/24) is in the answer and was not asked for",
		"": "the body ends",
	} {
		_, err := request.verify("TAB1", []byte(body))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
}

// page is an answer with one cell per code of A.
func page(codes, values string) string {
	list := strings.Join(strings.Fields(codes), `","`)
	return fmt.Sprintf(`{"class":"dataset","id":["Tid","A"],"size":[1,%d],"dimension":{"Tid":{"category":{"index":["2023/24"]}},"A":{"category":{"index":["%s"]}}},"value":[%s]}`,
		len(strings.Fields(codes)), list, values)
}
