package main

// tab4642 is the publisher's own dependency ratio, with counties coded by NUTS 3.
func tab4642(w *world) *table {
	const first, last = 2013, 2025
	regions := variable{code: "Region", label: "region", elimination: true, total: "00"}
	for _, p := range w.places {
		c := code{code: p.Code, label: p.Name}
		if p.Level == "county" && p.NUTS3 != "" {
			c.code = p.NUTS3
		}
		regions.codes = append(regions.codes, c)
	}
	t := &table{
		id: "TAB4642", title: "Demografisk försörjningskvot efter region",
		subject: "BE", area: "Befolkning", updated: "2026-02-24T07:00:00Z", official: true,
		vars: []variable{regions, contents(
			code{code: "00000708", label: "Demografisk försörjningskvot, totalt", unit: "per 100", decimals: 1},
			code{code: "00000707", label: "Demografisk försörjningskvot, 65 år och äldre", unit: "per 100", decimals: 1},
			code{code: "00000709", label: "Demografisk försörjningskvot, 0-19 år", unit: "per 100", decimals: 1}),
			years(first, last)},
	}
	return t.fill(func(at []int) float64 {
		p, year := w.places[at[0]], first+at[2]
		working := float64(w.both(p, year, 20, 64))
		young, old := w.both(p, year, 0, 19), w.both(p, year, 65, 100)
		return 100 * float64([]int{young + old, old, young}[at[1]]) / working
	})
}
