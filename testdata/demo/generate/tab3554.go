package main

import "math"

// tab3554 is the median earned income in thousands of kronor, by sex and for
// both.
func tab3554(w *world) *table {
	const first, last = 1999, 2024
	t := &table{
		id: "TAB3554", subject: "HE", area: "Hushållens ekonomi", official: true,
		title:   "Sammanräknad förvärvsinkomst för boende i Sverige hela året efter region, kön, ålder och inkomstklass",
		updated: "2026-01-20T07:00:00Z",
		vars: []variable{
			w.regionVariable(), sexesAndBoth(),
			{code: "Alder", label: "ålder", codes: named("tot16+ totalt 16+ år", "tot20+ totalt 20+ år")},
			{code: "Inkomstklass", label: "inkomstklass", elimination: true, total: "TOT", codes: named("TOT totalt")},
			contents(code{code: "HE0110J8", label: "Medianinkomst, tkr", unit: "tkr", decimals: 1}),
			years(first, last),
		},
	}
	return t.fill(func(at []int) float64 {
		year := first + at[5]
		from20 := 1 + 0.045*float64(at[2])
		return from20 * w.average(w.places[at[0]], year, func(t *town) float64 { return t.income(year, at[1]) })
	}).blank("..", func(codes []string, _ float64) bool {
		return codes[0] == "2422" && codes[1] == "2" && (codes[5] == "2003" || codes[5] == "2019")
	})
}

// income is the median in tkr: sex 0 men, 1 women, 2 both. Women's share of
// men's goes slowly up.
func (t *town) income(year, sex int) float64 {
	since := float64(year - 2024)
	level := 318 + 42*(t.skill-0.4) - 14*t.rural + 12*swing("income", t.n)
	if t.County == "25" || t.County == "01" {
		level += 14
	}
	level *= math.Exp(0.0275*since) * (1 + 0.004*wave("income", year, t.n))
	ratio := 0.845 + 0.0042*since + 0.02*swing("gap", t.n) + 0.03*(t.skill-0.4)
	switch sex {
	case men:
		return level * 2 / (1 + ratio)
	case women:
		return level * 2 * ratio / (1 + ratio)
	}
	return level * 0.995
}
