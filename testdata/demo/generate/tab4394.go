package main

// tab4394 is life expectancy at birth over windows of five years, by sex and
// with no total; the smallest municipalities have none.
func tab4394(w *world) *table {
	const first, last = 2002, 2025 // last years of the windows
	windows := variable{code: "Tid", label: "period"}
	for y := first; y <= last; y++ {
		window := itoa(y-4) + "-" + itoa(y)
		windows.codes = append(windows.codes, code{code: window, label: window})
	}
	t := &table{
		id: "TAB4394", title: "Återstående medellivslängd vid födelsen efter region och kön",
		subject: "BE", area: "Befolkning", updated: "2026-03-18T07:00:00Z", official: true,
		vars: []variable{w.regionVariable(), sexes(),
			contents(code{code: "000000NH", label: "Återstående medellivslängd", unit: "år", decimals: 2}), windows},
	}
	return t.fill(func(at []int) float64 {
		year, s := first+at[3], float64(at[1])
		return w.average(w.places[at[0]], year, func(t *town) float64 {
			return 77.4 + 4.4*s + (0.165-0.055*s)*float64(year-first) + 1.2*t.skill - 0.7*t.rural +
				0.8*swing("life", t.n, at[1]) + 0.15*wave("life", year, t.n, at[1])
		})
	}).blank("..", func(codes []string, _ float64) bool {
		return codes[0] == "2403" || codes[0] == "2422"
	})
}
