package demo_test

import (
	"strings"
	"testing"
)

type kpi struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Gendered    bool   `json:"is_divided_by_gender"`
	Kind        string `json:"municipality_type"`
}

type record struct {
	KPI          string `json:"kpi"`
	Municipality string `json:"municipality"`
	Period       int    `json:"period"`
	Values       []struct {
		Gender  string   `json:"gender"`
		Count   int      `json:"count"`
		Value   *float64 `json:"value"`
		Deleted bool     `json:"isdeleted"`
	} `json:"values"`
}

func TestKolada(t *testing.T) {
	t.Parallel()
	var kpis struct{ Values []kpi }
	read(t, "kolada/kpi.json", &kpis)
	var places struct {
		Values []struct{ ID, Title, Type string }
	}
	read(t, "kolada/municipality.json", &places)
	known := map[string]bool{}
	for _, p := range places.Values {
		known[p.ID] = true
	}
	if len(known) != 312 {
		t.Errorf("%d regions, not the country, 21 regions and 290 municipalities", len(known))
	}
	for _, k := range kpis.Values {
		t.Run(k.ID, func(t *testing.T) {
			t.Parallel()
			if !strings.HasPrefix(k.Description, "SYNTETISKA DEMODATA") {
				t.Error("the description does not say that it is synthetic")
			}
			var data struct{ Values []record }
			read(t, "kolada/data/"+k.ID+".json.zst", &data)
			checkRecords(t, k, known, data.Values)
		})
	}
}

func checkRecords(t *testing.T, k kpi, known map[string]bool, records []record) {
	t.Helper()
	if len(records) == 0 {
		t.Fatal("no records")
	}
	want := 1
	if k.Gendered {
		want = 3
	}
	seen := map[string]int{}
	for _, r := range records {
		if r.KPI != k.ID || !known[r.Municipality] || len(r.Values) != want {
			t.Fatalf("record of %s, %s %d with %d values", r.KPI, r.Municipality, r.Period, len(r.Values))
		}
		seen[r.Municipality]++
		for _, v := range r.Values {
			if v.Value == nil && v.Count != 0 && !v.Deleted {
				t.Errorf("%s %d %s is null, neither deleted nor of count 0", r.Municipality, r.Period, v.Gender)
			}
		}
	}
	for _, must := range map[string][]string{"A": {"0000", "0024", "2480"}, "L": {"0000", "0024"}, "K": {"0000", "2480"}}[k.Kind] {
		if seen[must] == 0 {
			t.Errorf("nothing for %s", must)
		}
	}
}

func TestKoladaTraits(t *testing.T) {
	t.Parallel()
	var sick, broadband struct{ Values []record }
	read(t, "kolada/data/N00957.json.zst", &sick)
	deleted, null, shuffled := 0, 0, 0
	for _, r := range sick.Values {
		if r.Values[0].Gender != "T" {
			shuffled++
		}
		for _, v := range r.Values {
			switch {
			case v.Deleted:
				deleted++
			case v.Value == nil:
				null++
			}
		}
	}
	if deleted == 0 || null == 0 || shuffled == 0 {
		t.Errorf("%d deleted, %d null, %d shuffled: none may be 0", deleted, null, shuffled)
	}
	read(t, "kolada/data/N07918.json.zst", &broadband)
	for _, r := range broadband.Values {
		if r.Municipality == "2425" && r.Period == 2019 {
			t.Error("the record that should be missing is there")
		}
	}
}
