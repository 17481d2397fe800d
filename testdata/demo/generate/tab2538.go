package main

import "math"

// tab2538 is completed dwellings in new buildings: lumpy, and «-» where none was built.
func tab2538(w *world) *table {
	const first, last = 2010, 2025
	t := &table{
		id: "TAB2538", title: "Färdigställda lägenheter i nybyggda hus efter region och hustyp",
		subject: "BO", area: "Boende, byggande och bebyggelse", updated: "2026-05-11T06:00:00Z", official: true,
		vars: []variable{w.regionVariable(),
			{code: "Hustyp", label: "hustyp", elimination: true, codes: named("FLERBO flerbostadshus", "SMÅHUS småhus")},
			contents(code{code: "BO0101A5", label: "Färdigställda lägenheter i nybyggda hus", unit: "antal"}),
			years(first, last)},
	}
	width := last - first + 1
	return w.summed(t, func(town *town, out []float64) {
		for y := range width {
			out[y] = town.dwellings(first+y, 0)
			out[width+y] = town.dwellings(first+y, 1)
		}
	}).blank("-", func(_ []string, v float64) bool { return v == 0 })
}

// dwellings completed in a year: flats (0) come a house at a time, small houses (1) one by one.
func (t *town) dwellings(year, small int) float64 {
	rate := 0.0011 - 0.0004*t.rural
	least := 1.0
	if small == 0 {
		rate, least = clamp(0.0042-0.0034*t.rural, 0.0002, 1), 12
	}
	boom := 0.7 + 0.9*bump(float64(year), 2019, 3.5)
	n := rate * boom * (1 + 0.6*swing("dwellings", t.n, year, small)) * t.inhabitants(year)
	if n < least {
		return least * math.Floor(n/least+unit("house", t.n, year, small))
	}
	return math.Round(n)
}
