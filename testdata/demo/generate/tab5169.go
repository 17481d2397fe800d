package main

import "math"

// tab5169 is the population change by component to 2024, exact.
func tab5169(w *world) *table {
	return w.changes(&table{
		id: "TAB5169", updated: "2025-02-21T07:00:00Z",
		vars: []variable{{}, {}, sexesAndBoth(), {},
			contents(code{code: "000002Z9", label: "Antal", unit: "antal"}), years(2013, 2024)},
	}, []int{men, women, total})
}

// tab6481 continues TAB5169 from 2025 on, with noise.
func tab6481(w *world) *table {
	t := w.changes(&table{
		id: "TAB6481", updated: "2026-02-24T07:00:00Z", noSums: true,
		notes: []string{noiseNote},
		vars: []variable{{}, {}, sexesCKM(), {},
			contents(code{code: "000007TB", label: "Antal", unit: "antal"}), years(2025, 2025)},
	}, []int{total, men, women})
	t.tremble()
	return t
}

// changes fills in what the two tables have in common. The order of sexes is
// that of the variable Kon.
func (w *world) changes(t *table, order []int) *table {
	t.title, t.subject, t.area, t.official = "Befolkningsförändringar efter region, förändringar, kön och period", "BE", "Befolkning", true
	t.vars[0] = w.regionVariable()
	t.vars[1] = variable{code: "Forandringar", label: "förändringar", codes: named("100 folkmängd", "110 folkökning",
		"135 födelseöverskott", "230 flyttningsöverskott totalt", "260 invandringsöverskott")}
	t.vars[3] = variable{code: "Period", label: "period", codes: named("hel hela året")}
	tid := t.vars[5].codes
	first := lastYear + 1 - len(tid)
	if tid[len(tid)-1].code == "2024" {
		first--
	}
	return w.summed(t, func(town *town, out []float64) {
		for k, sex := range order {
			for y := range tid {
				for c, n := range town.change(first+y, sex) {
					out[(c*3+k)*len(tid)+y] = float64(n)
				}
			}
		}
	})
}

// change is the population and its change in all, by births, by migration, and
// by migration across the border; births and all migration add up to the change.
func (t *town) change(year, sex int) [5]int {
	if sex == total {
		a, b := t.change(year, men), t.change(year, women)
		for i := range a {
			a[i] += b[i]
		}
		return a
	}
	now, before := t.folk(year, sex, 0, 100), t.folk(year-1, sex, 0, 100)
	mean := float64(now+before) / 2
	births := 0.0022 + 0.0045*t.student - 0.0065*t.rural - 0.0002*float64(year-2015) + 0.0006*swing("births", t.n, year)
	abroad := 0.0042 + 0.0025*bump(float64(year), 2016, 1.6) + 0.0012*swing("border", t.n, year)
	natural := int(math.Round(mean * births))
	return [5]int{now, now - before, natural, now - before - natural, int(math.Round(mean * abroad))}
}

// tremble gives every cell noise of its own that may go below zero, for flows.
func (t *table) tremble() {
	for i, v := range t.values {
		if v != 0 {
			t.values[i] = v + float64(int(unit("noise "+t.id, i)*5)-2)
		}
	}
}
