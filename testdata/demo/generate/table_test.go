package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCodesAreReadWithTheirMeaning(t *testing.T) {
	t.Parallel()
	v := variable{Codes: []string{"1 män", "1+2 totalt", "-4 0-4 år", "100+1 100+ år", "TotSA 0-100 år", "19..21"}}.expanded(nil)
	var got []string
	for _, c := range v.values {
		got = append(got, fmt.Sprintf("%s|%s sex %d, ages %d-%d", c.Code, c.Label, c.sex, c.from, c.to))
	}
	want := []string{
		"1|män sex 0, ages 0-100", "1+2|totalt sex 2, ages 0-100", "-4|0-4 år sex 2, ages 0-4", "100+1|100+ år sex 2, ages 100-100",
		"TotSA|0-100 år sex 2, ages 0-100", "19|19 år sex 2, ages 19-19", "20|20 år sex 2, ages 20-20", "21|21 år sex 2, ages 21-21",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWindowsEndWithTheirYear(t *testing.T) {
	t.Parallel()
	single, window := (&table{Years: [2]int{2023, 2024}}).time(), (&table{Years: [2]int{2023, 2023}, Window: 5}).time()
	if len(single.values) != 2 || single.values[1].Code != "2024" || single.Label != "år" {
		t.Errorf("years %+v", single)
	}
	if len(window.values) != 1 || window.values[0].Code != "2019-2023" || window.values[0].year != 2023 || window.Label != "period" {
		t.Errorf("windows %+v", window)
	}
}

// small is a table of two ages, two contents and two years.
func small() *table {
	t := &table{ID: "T", Title: "Prov", Years: [2]int{2023, 2024}, Contents: []value{{Code: "A"}, {Code: "B", Decimals: 1}}}
	ages := variable{Code: "Alder", values: []value{meaning("0", "0 år"), meaning("1", "1 år")}}
	t.vars = []variable{ages, {Code: "ContentsCode", values: t.Contents}, t.time()}
	return t
}

func TestCellsAreFilled(t *testing.T) {
	t.Parallel()
	table := small()
	table.Missing = []missing{{Symbol: "-", Zero: true}, {Symbol: "..", At: map[string][]string{"ContentsCode": {"B"}, "Tid": {"2023"}}}}
	table.fill(nil, formula{place: func(_ place, c cell) float64 { return float64(c.from)*(float64(c.year)-2023) + float64(c.at[1])/3 }})
	body, err := table.body()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Label  string
		Value  []*float64
		Status map[string]string
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	var cells []string
	for _, v := range got.Value {
		if v == nil {
			cells = append(cells, "null")
		} else {
			cells = append(cells, fmt.Sprint(*v))
		}
	}
	if s := strings.Join(cells, " "); s != "null null null 0.3 null 1 null 1.3" {
		t.Errorf("cells %s", s)
	}
	if diff := cmp.Diff(map[string]string{"0": "-", "1": "-", "2": "..", "4": "-", "6": ".."}, got.Status); diff != "" {
		t.Error(diff)
	}
	if got.Label != "Prov. År 2023 - 2024 (SYNTETISKA DEMODATA)" {
		t.Errorf("label %q", got.Label)
	}
}

// Noise moves a count by at most two; nobody stays nobody, and only flows go
// below zero.
func TestNoise(t *testing.T) {
	t.Parallel()
	moved, below := 0, 0
	for cell := range 1000 {
		if noise("T", 0, cell, math.Inf(-1)) != 0 {
			t.Fatal("noise in an empty cell")
		}
		stock, flow := noise("T", 1, cell, 0), noise("T", 1, cell, math.Inf(-1))
		if stock < 0 || math.Abs(flow-1) > 2 || stock != max(0, flow) {
			t.Fatalf("cell %d: %v and %v of 1", cell, stock, flow)
		}
		if flow != 1 {
			moved++
		}
		if flow < 0 {
			below++
		}
	}
	if moved < 700 || below < 100 {
		t.Errorf("%d of 1000 moved, %d below zero", moved, below)
	}
}

func TestDrawsDependOnTheirKeyAlone(t *testing.T) {
	t.Parallel()
	seen, sum := map[float64]bool{}, 0.0
	for i := range 1000 {
		u, s, w := unit("a", i), swing("a", i), wave("a", 2000+i%30, i)
		if u != unit("a", i) || u < 0 || u >= 1 || math.Abs(s) > 1 || math.Abs(w) > 1 {
			t.Fatalf("%d: %v, %v, %v", i, u, s, w)
		}
		seen[u] = true
		sum += u
	}
	if len(seen) != 1000 || math.Abs(sum/1000-0.5) > 0.05 {
		t.Errorf("%d different draws, mean %v", len(seen), sum/1000)
	}
	if unit("a", 1, 2) == unit("a", 2, 1) || unit("a", 1) == unit("b", 1) {
		t.Error("two keys give the same draw")
	}
}
