package main

import "math"

// tab4352 is the consumer price index, yearly means with 1980 = 100. It has no region.
func tab4352(_ *world) *table {
	const first, last = 1980, 2025
	index := []float64{100}
	for y := first + 1; y <= last; y++ {
		rise := 0.013 + 0.006*wave("prices", y)
		switch {
		case y <= 1991:
			rise = 0.07 + 0.02*wave("prices", y)
		case y >= 2022 && y <= 2023:
			rise = 0.082
		}
		index = append(index, index[len(index)-1]*math.Exp(rise))
	}
	t := &table{
		id: "TAB4352", title: "Konsumentprisindex (KPI), årsmedeltal totalt, 1980=100",
		subject: "PR", area: "Priser och konsumtion", updated: "2026-01-15T07:00:00Z", official: true,
		vars: []variable{contents(code{code: "000000KL", label: "KPI, 1980=100", unit: "index", decimals: 2}), years(first, last)},
	}
	return t.fill(func(at []int) float64 { return index[at[1]] })
}
