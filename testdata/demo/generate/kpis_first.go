package main

import "math"

// mixed averages a trait of the towns, as everything but counts is made here.
func (w *world) mixed(p place, year, decimals int, trait func(t *town) float64) (float64, bool) {
	return round(w.average(p, year, trait), decimals), true
}

func (w *world) sickDays(p place, year, sex int) (float64, bool) {
	return w.mixed(p, year, 2, func(t *town) float64 {
		days := 27 + 8*t.rural - 9*t.skill + 4*swing("sick", t.n) - 0.35*float64(year-2018) + 1.2*wave("sick", year, t.n)
		return days * (1 + 0.22*[]float64{men: -1, women: 1, total: 0}[sex])
	})
}

// emissionsPerHead is high where heavy industry stands: one town in Norrbotten
// most of all.
func (w *world) emissionsPerHead(p place, year, _ int) (float64, bool) {
	return w.mixed(p, year, 3, func(t *town) float64 {
		return t.emissions(year) / t.inhabitants(year)
	})
}

// emissions are a town's, in tonnes.
func (t *town) emissions(year int) float64 {
	tonnes := 3 + 3.5*t.rural + 1.5*unit("emissions", t.n)
	switch {
	case t.Code == "2580":
		tonnes += 34
	case t.County == "25":
		tonnes += 3
	}
	down := math.Exp(-0.022 * float64(year-2015))
	return tonnes * down * (1 + 0.02*wave("emissions", year, t.n)) * t.inhabitants(year)
}

func (w *world) broadband(p place, year, _ int) (float64, bool) {
	if p.Code == "2425" && year == 2019 {
		return 0, false
	}
	return w.mixed(p, year, 2, func(t *town) float64 {
		top := 99.2 - 2.6*t.rural - 1.2*unit("broadband", t.n)
		return top - (30+28*t.rural)*math.Exp(-0.42*float64(year-2017))
	})
}

func (w *world) newFirms(p place, year, _ int) (float64, bool) {
	return w.mixed(p, year, 2, func(t *town) float64 {
		return 9 + 5*t.skill + 1.6*swing("firms", t.n) + 0.7*wave("firms", year, t.n) - 0.08*float64(year-2016)
	})
}

// inhabitants are those of TAB638 and TAB5557, and a forecast for 2030 of
// larger places.
func (w *world) inhabitants(p place, year, sex int) (float64, bool) {
	switch {
	case year < lastYear:
		return float64(w.sexed(p, year, sex, 0, 100)), true
	case year == lastYear:
		return float64(w.published(p, sex)), true
	case year == 2030 && p.Level != "municipality":
		now, before := w.sexed(p, 2024, sex, 0, 100), w.sexed(p, 2019, sex, 0, 100)
		return math.Round(float64(now) + 1.2*float64(now-before)), true
	}
	return 0, false
}

// sexed counts men, women or both.
func (w *world) sexed(p place, year, sex, from, to int) int {
	if sex == total {
		return w.both(p, year, from, to)
	}
	return w.folk(p, year, sex, from, to)
}

// postSecondary is the share of TAB3981, the unknown level in the denominator,
// not rounded.
func (w *world) postSecondary(p place, year, sex int) (float64, bool) {
	higher, all := 0, 0
	var parts [levels]int
	for _, n := range p.towns {
		for s := range 2 {
			if sex != total && sex != s {
				continue
			}
			for age := 25; age <= 64; age++ {
				w.towns[n].schooled(year, s, age, parts[:])
				higher += parts[4] + parts[5] + parts[6]
				for _, k := range parts {
					all += k
				}
			}
		}
	}
	return round(100*float64(higher)/float64(all), 6), true
}

// emissions are the tonnes that emissionsPerHead divides.
func (w *world) emissions(p place, year, _ int) (float64, bool) {
	sum := 0.0
	for _, n := range p.towns {
		sum += w.towns[n].emissions(year)
	}
	return round(sum, 1), true
}

// dependency is a quotient here and per 100 in SCB's table.
func (w *world) dependency(p place, year, _ int) (float64, bool) {
	working := float64(w.both(p, year, 20, 64))
	return round(float64(w.both(p, year, 0, 100))/working-1, 4), true
}
