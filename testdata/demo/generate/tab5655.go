package main

// tab5655 is the preliminary rate of employment, a year ahead of TAB3200.
func tab5655(w *world) *table {
	const first, last = 2020, 2025
	t := &table{
		id: "TAB5655", title: "Sysselsättningsgrad, preliminär årsstatistik (BAS), efter region, kön och ålder",
		subject: "AM", area: "Arbetsmarknad", updated: "2026-02-26T07:00:00Z", official: true,
		vars: []variable{w.regionVariable(), sexesAndBoth(),
			{code: "Alder", label: "ålder", codes: named("20-64 20-64 år")},
			contents(code{code: "000006J6", label: "sysselsättningsgrad", unit: "procent", decimals: 1}), years(first, last)},
	}
	return t.fill(func(at []int) float64 {
		employed, all := w.working(w.places[at[0]], first+at[4], at[1], ageClass{"20-64", 20, 64})
		return 100 * float64(employed) / float64(all)
	})
}

// working is the number of employed and of all of an age class in a place.
func (w *world) working(p place, year, sex int, class ageClass) (employed, all int) {
	for _, n := range p.towns {
		for s := range 2 {
			for abroad := range 2 {
				if sex == total || sex == s {
					c := w.towns[n].work(year, s, abroad, class)
					employed, all = employed+c[0], all+c[3]
				}
			}
		}
	}
	return employed, all
}
