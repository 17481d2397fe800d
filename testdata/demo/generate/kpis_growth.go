package main

import "math"

func (w *world) breadth(p place, year, _ int) (float64, bool) {
	size := float64(w.both(p, 2024, 0, 100))
	value := 24 + 8.6*math.Log10(size/2500)*(1+0.55*rise(math.Log10(size), 4.6, 0.5)) + 1.5*swing("breadth", p.at)
	return round(clamp(value+0.12*float64(year-2018)+0.3*wave("breadth", year, p.at), 5, 97), 2), true
}

// research is expenditure on R&D, a survey of odd years; level in kronor per
// head in 2023, pull what a university adds.
func (w *world) research(level, pull float64) func(p place, year, sex int) (float64, bool) {
	return func(p place, year, _ int) (float64, bool) {
		if year%2 == 0 {
			return 0, false
		}
		trait := w.average(p, year, func(t *town) float64 { return 0.5 + 0.7*t.skill + pull*t.student })
		key := int(level)
		spread := math.Exp(0.7*swing("research", p.at, key) + 0.05*swing("research year", p.at, key, year))
		return math.Round(level * trait * spread * math.Exp(0.035*float64(year-2023))), true
	}
}

// trips fell in 2020 and 2021.
func (w *world) trips(p place, year, _ int) (float64, bool) {
	size := w.average(p, year, func(t *town) float64 { return 1 - t.rural })
	level := 12 + 75*size*size + 12*swing("trips", p.at)
	if p.Code == "01" {
		level += 220
	}
	loss := map[int]float64{2020: 0.36, 2021: 0.40, 2022: 0.14, 2023: 0.05}[year]
	return round(math.Max(level, 9)*(1-loss)*(1+0.012*float64(year-2018)), 2), true
}

func (w *world) groceries(p place, year, _ int) (float64, bool) {
	return w.mixed(p, year, 2, func(t *town) float64 {
		value := 90 - 24*t.rural + 5*swing("shop", t.n) - 0.1*float64(year-2020)
		if unit("closed", t.n) < 0.25*t.rural && year > 2018+int(6*unit("closing", t.n)) {
			value -= 3.5
		}
		return clamp(value, 20, 99.9)
	})
}

// renewable is near 100 where there is hydro power; a town here and there has a
// plant that burns something else.
func (w *world) renewable(p place, year, _ int) (float64, bool) {
	return w.mixed(p, year, 2, func(t *town) float64 {
		north := map[string]float64{"20": 0.8, "21": 0.7, "22": 0.9, "23": 1, "24": 1, "25": 1}[t.County]
		other := (1 - north) * (28 + 25*unit("plant", t.n)) * math.Exp(-0.06*float64(year-2012))
		return clamp(99.6-other-0.8*unit("fuel", t.n, year), 5, 100)
	})
}

// cars is a share of cars that grows along an S: top in per cent of a town of
// middling education, half of it in the given year.
func (w *world) cars(top, half float64) func(p place, year, sex int) (float64, bool) {
	return func(p place, year, _ int) (float64, bool) {
		return w.mixed(p, year, 2, func(t *town) float64 {
			local := top * (0.45 + 1.1*t.skill - 0.2*t.rural) * (1 + 0.15*swing("cars", t.n))
			return local * rise(float64(year), half, 1.25)
		})
	}
}
