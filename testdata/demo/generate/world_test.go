package main

import (
	"effekt/config"
	"math"
	"slices"
	"testing"
)

func testWorld(t *testing.T) *world {
	t.Helper()
	c, err := config.Load(config.Embedded, config.Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := readSpec()
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(c.Regions, s)
}

func (w *world) named(t *testing.T, code string) place {
	t.Helper()
	i := slices.IndexFunc(w.places, func(p place) bool { return p.Code == code })
	if i < 0 {
		t.Fatalf("no place %s", code)
	}
	return w.places[i]
}

// The parts of the invented country are its whole, however they are counted.
func TestPeopleAddUp(t *testing.T) {
	t.Parallel()
	w := testWorld(t)
	country := w.named(t, "00")
	for _, year := range []int{firstYear, 2024, lastYear} {
		all, counties := w.folk(country, year, total, 0, ages-1), 0
		for _, p := range w.kind("county") {
			counties += w.folk(p, year, total, 0, ages-1)
		}
		if halves := w.folk(country, year, men, 0, ages-1) + w.folk(country, year, women, 0, ages-1); halves != all || counties != all {
			t.Errorf("%d: %d in all, %d men and women, %d in the counties", year, all, halves, counties)
		}
		if young, rest := w.folk(country, year, total, 0, 19), w.folk(country, year, total, 20, 200); young+rest != all {
			t.Errorf("%d: %d in all, %d and %d by age", year, all, young, rest)
		}
	}
	size := 1000 * w.spec.County["24"].Size
	if n := float64(w.folk(w.named(t, "24"), 2024, total, 0, ages-1)); math.Abs(n/size-1) > 0.01 {
		t.Errorf("%v people in a county of %v", n, size)
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	w := testWorld(t)
	for kind, want := range map[string]int{
		"all": 312, "nuts": 312, "country": 1, "county": 21, "municipality": 290, "metropolitan": 312 + 3, "accounts": 1 + 21 + 9, "nosuch": 0,
	} {
		if got := len(w.kind(kind)); got != want {
			t.Errorf("%s: %d places, want %d", kind, got, want)
		}
	}
	for _, p := range w.kind("metropolitan")[312:] {
		if len(p.towns) < 3 {
			t.Errorf("%s has %d municipalities", p.Code, len(p.towns))
		}
	}
}

// Whoever is divided by marital status, school or work is somebody, once.
func TestDivisionsAreOfEverybody(t *testing.T) {
	t.Parallel()
	w := testWorld(t)
	for n := range w.towns {
		town := &w.towns[n]
		for _, age := range []int{0, 17, 18, 44, 45, 80, 100} {
			c := cell{year: 2024, sex: women, from: age, to: age}
			statuses := 0.0
			for status := 1; status <= 4; status++ {
				statuses += town.married(c, status)
			}
			if all := town.married(c, 0); all != statuses || all != float64(town.folk(2024, women, age, age)) {
				t.Fatalf("%s, %d years: %v people, %v by marital status", town.Code, age, all, statuses)
			}
		}
		levels := 0
		for _, k := range town.schooled(2024, men, 30) {
			levels += k
		}
		if all := town.folk(2024, men, 30, 30); levels != all {
			t.Fatalf("%s: %d people, %d by education", town.Code, all, levels)
		}
		for _, birth := range []int{0, 1, 2} {
			work := town.working(cell{year: 2024, sex: total, from: 20, to: 64}, birth)
			if work[0]+work[1] != work[2] || work[2] > work[3] || slices.Min(work[:]) < 0 {
				t.Fatalf("%s: employed, unemployed, in the labour force and all are %v", town.Code, work)
			}
		}
		if c := town.change(2024, total-1); c[2]+c[3] != c[1] {
			t.Fatalf("%s: births and migration are no change: %v", town.Code, c)
		}
	}
}

// The country's product is that of its counties and of what belongs to none.
func TestAccountsAddUp(t *testing.T) {
	t.Parallel()
	w := testWorld(t)
	all := w.accounts()
	for year := range all["00"].product {
		sum, areas := all["90"].product[year], all["90"].product[year]
		for _, p := range w.kind("county") {
			sum += all[p.Code].product[year]
		}
		for _, g := range w.spec.Groups["accounts"] {
			if g.Code != "90" {
				areas += all[g.Code].product[year]
			}
		}
		if got := all["00"].product[year]; got != sum || got != areas {
			t.Errorf("year %d: %v, counties %v, national areas %v", accountsFirst+year, got, sum, areas)
		}
	}
	one := &accounts{}
	one.product[0], one.volume[0], one.people[0], one.jobs[0] = 500, 2, 1000, 3
	other := &accounts{}
	other.product[0], other.volume[0] = 1500, -2
	if sum := addUp(map[string]*accounts{"1": one, "2": other}, []string{"1", "2"}); sum.volume[0] != -1 || sum.content(2, 0) != 2000 || sum.content(3, 0) != 3 {
		t.Errorf("volume %v, product per head %v, jobs %v; want -1, 2000 and 3", sum.volume[0], sum.content(2, 0), sum.content(3, 0))
	}
}
