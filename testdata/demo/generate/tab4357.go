package main

// tab4357 is emissions by municipality in the environmental accounts: other
// rules than Kolada's, not official, and frozen at 2022.
func tab4357(w *world) *table {
	const first, last = 2008, 2022
	var towns []place
	for _, p := range w.places {
		if p.Level == "municipality" {
			towns = append(towns, p)
		}
	}
	t := &table{
		id: "TAB4357", title: "Utsläpp av växthusgaser efter kommun och ämne",
		subject: "MI", area: "Miljö", updated: "2024-10-10T06:00:00Z",
		vars: []variable{placeVariable(towns), {code: "AmneMiljo", label: "ämne", codes: named("GHG växthusgaser")},
			contents(code{code: "000000KY", label: "Utsläpp", unit: "kt CO2-ekvivalenter", decimals: 1}), years(first, last)},
	}
	t.vars[0].elimination, t.vars[0].total = false, ""
	return t.fill(func(at []int) float64 {
		return 1.08 * w.towns[at[0]].emissions(first+at[3]) / 1000
	})
}
