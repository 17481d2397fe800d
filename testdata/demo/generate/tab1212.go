package main

import (
	"math"
	"slices"
)

// tab1212 is net migration by single year of age to 2024, also for the three
// metropolitan areas, whose codes look like municipalities.
func tab1212(w *world) *table {
	const first, last, youngest, oldest = 2013, 2024, 19, 30
	regions := w.metropolitan()
	t := &table{
		id: "TAB1212", title: "Flyttningar efter region, ålder och kön",
		subject: "BE", area: "Befolkning", updated: "2025-02-21T07:00:00Z", official: true,
		vars: []variable{placeVariable(regions),
			{code: "Alder", label: "ålder", elimination: true, codes: classCodes(singleAges(youngest, oldest))}, sexes(),
			contents(code{code: "BE0101AZ", label: "Flyttningsöverskott", unit: "antal"}), years(first, last)},
	}
	width := last - first + 1
	return w.summedOver(t, regions, func(town *town, out []float64) {
		for age := youngest; age <= oldest; age++ {
			for sex := range 2 {
				for y := range width {
					out[((age-youngest)*2+sex)*width+y] = town.moves(first+y, sex, age)
				}
			}
		}
	})
}

// tab6640 continues TAB1212 from 2025 on, by classes and with noise.
func tab6640(w *world) *table {
	regions := w.metropolitan()
	ages := []ageClass{{"TotSA", 0, 100}, {"15-19", 15, 19}, {"20-24", 20, 24}, {"20-29", 20, 29}, {"25-29", 25, 29}, {"30-39", 30, 39}}
	t := &table{
		id: "TAB6640", title: "Flyttningar efter region, ålder och kön",
		subject: "BE", area: "Befolkning", updated: "2026-02-24T07:00:00Z", official: true, noSums: true,
		notes: []string{noiseNote},
		vars: []variable{placeVariable(regions), {code: "Alder", label: "ålder", codes: classCodes(ages)}, sexesCKM(),
			contents(code{code: "00000868", label: "Flyttningsöverskott", unit: "antal"}), years(2025, 2025)},
	}
	t.vars[1].codes[0].label = "totalt, samtliga åldrar"
	w.summedOver(t, regions, func(town *town, out []float64) {
		for i, class := range ages {
			for age := class.from; age <= class.to; age++ {
				for sex := range 2 {
					n := town.moves(2025, sex, age)
					out[i*3] += n
					out[i*3+1+sex] += n
				}
			}
		}
	})
	t.tremble()
	return t
}

// moves is the net migration of one age: to the universities at 19–21 and away
// from them later, the other way round elsewhere.
func (t *town) moves(year, sex, age int) float64 {
	a := float64(age)
	to := 0.16*t.student - 0.055*t.rural - 0.01
	rate := 1.4*to*bump(a, 20, 1.6) - 0.5*to*bump(a, 27, 2.5) + 0.006*bump(a, 30, 8) + 0.012*swing("move", t.n, year)
	if sex == women {
		rate += 0.35 * to * bump(a, 20, 1.6)
	}
	return math.Round(rate*float64(t.folk(year-1, sex, age, age)) + 2*unit("mover", t.n, year, sex, age) - 1)
}

// metropolitan are the usual regions and the three metropolitan areas, here of
// fewer municipalities than in fact.
func (w *world) metropolitan() []place {
	areas := map[string][]string{
		"0010 Stor-Stockholm": {"0180", "0126", "0127", "0182", "0184"},
		"0020 Stor-Göteborg":  {"1480", "1481", "1402"},
		"0030 Stor-Malmö":     {"1280", "1281", "1230"},
	}
	out := slices.Clone(w.places)
	for _, key := range []string{"0010 Stor-Stockholm", "0020 Stor-Göteborg", "0030 Stor-Malmö"} {
		p := place{region: region{Code: key[:4], Name: key[5:]}, at: len(out)}
		for i, t := range w.towns {
			if slices.Contains(areas[key], t.Code) {
				p.towns = append(p.towns, i)
			}
		}
		out = append(out, p)
	}
	return out
}
