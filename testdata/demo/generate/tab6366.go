package main

// tab6366 is the share of employees whose education matches their occupation.
func tab6366(w *world) *table {
	const first, last = 2019, 2024
	t := &table{
		id: "TAB6366", title: "Matchad förvärvsgrad efter region, kön och ålder/födelseland",
		subject: "AM", area: "Arbetsmarknad", updated: "2026-09-03T06:00:00Z", official: true,
		vars: []variable{w.regionVariable(), sexesAndBoth(),
			{code: "AlderFodelselandgr", label: "ålder/födelseland", codes: named("totalt totalt", "20-39 20-39 år", "40-64 40-64 år")},
			contents(code{code: "000007I3", label: "Matchad förvärvsgrad, procent", unit: "procent", decimals: 1}),
			years(first, last)},
	}
	return t.fill(func(at []int) float64 {
		year := first + at[4]
		return w.average(w.places[at[0]], year, func(t *town) float64 {
			return 69 + 6*t.skill + []float64{men: -1.8, women: 1.8, total: 0}[at[1]] + []float64{0, -2.5, 1.5}[at[2]] +
				2*swing("match", t.n) + 0.3*float64(year-2021) + 0.5*wave("match", year, t.n)
		})
	})
}
