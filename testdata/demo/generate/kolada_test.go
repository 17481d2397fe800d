package main

import (
	"strings"
	"testing"
)

func constant(place, int, int) (float64, bool) { return 7, true }

func TestSeriesHaveTheirPlaces(t *testing.T) {
	t.Parallel()
	w := testWorld(t)
	for kind, want := range map[string]int{"K": 291, "L": 22, "A": 312} {
		if got := len(kpi{ID: "N1", Kind: kind, Years: [2]int{2020, 2020}}.records(w.places, constant)); got != want {
			t.Errorf("%s: %d records, want %d", kind, got, want)
		}
	}
	odd := figure(constant).but(func(p place, year int) bool { return year%2 == 0 || p.Code == "24" })
	for _, r := range (kpi{ID: "N1", Kind: "L", Years: [2]int{2020, 2023}}).records(w.places, odd) {
		if r.Period%2 == 0 || r.Municipality == "0024" {
			t.Errorf("a record of %s %d that is left out", r.Municipality, r.Period)
		}
	}
}

// Each gender comes once, in an order that differs between records.
func TestGendersComeInAnyOrder(t *testing.T) {
	t.Parallel()
	w, orders := testWorld(t), map[string]int{}
	for _, p := range w.places {
		var order strings.Builder
		for _, v := range (kpi{ID: "N1", Gendered: true}).record(p, 2020, constant).Values {
			order.WriteString(v.Gender)
			if *v.Value != 7 || v.Count != 1 {
				t.Errorf("%+v", v)
			}
		}
		orders[order.String()]++
	}
	if len(orders) < 3 {
		t.Errorf("orders %v", orders)
	}
	for order := range orders {
		if len(order) != 3 || !strings.Contains(order, "T") || !strings.Contains(order, "K") || !strings.Contains(order, "M") {
			t.Errorf("genders %s", order)
		}
	}
}

func TestTraits(t *testing.T) {
	t.Parallel()
	if g := trait("N00957", "2418", 2013, women, 1); g.Value != nil || !g.Deleted {
		t.Errorf("not withdrawn: %+v", g)
	}
	if g := trait("N00957", "2403", 2012, women, 1); g.Value != nil || g.Deleted || g.Count != 0 {
		t.Errorf("not null: %+v", g)
	}
	if g := trait("N00957", "2403", 2012, men, 1); g.Value == nil || *g.Value != 1 || g.Gender != "M" {
		t.Errorf("another gender has the trait: %+v", g)
	}
}

// A region bears the name that Kolada has for it, and every KPI and table of
// the files has a formula.
func TestNamesAndFormulas(t *testing.T) {
	t.Parallel()
	w := testWorld(t)
	kinds := map[string]int{}
	for i, p := range w.koladaPlaces() {
		kinds[p["type"]]++
		if i > 0 && p["id"] <= w.koladaPlaces()[i-1]["id"] {
			t.Errorf("%s out of order", p["id"])
		}
		if p["id"] == "0024" && p["title"] != "Region Västerbotten" {
			t.Errorf("0024 is %q", p["title"])
		}
	}
	if kinds["L"] != 22 || kinds["K"] != 290 {
		t.Errorf("types %v", kinds)
	}
	figures, formulas := w.figures(), w.formulas()
	if len(figures) != len(w.spec.KPI) || len(formulas) != len(w.spec.Table) {
		t.Errorf("%d figures for %d KPIs, %d formulas for %d tables", len(figures), len(w.spec.KPI), len(formulas), len(w.spec.Table))
	}
	for _, k := range w.spec.KPI {
		if figures[k.ID] == nil {
			t.Errorf("no figure for %s", k.ID)
		}
	}
}
