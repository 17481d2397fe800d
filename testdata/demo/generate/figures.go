package main

import "math"

// A figure is a Kolada series' value; one that is not there (ok false) gives no
// record.
type figure func(p place, year, sex int) (value float64, ok bool)

// figures are the formulas of the series, by id.
func (w *world) figures() map[string]figure {
	return map[string]figure{
		"N00957": w.mixed(2, func(t *town, year, sex int) float64 {
			days := 27 + 8*t.rural - 9*t.skill + 4*swing("sick", t.n) - 0.35*float64(year-2018) + 1.2*wave("sick", year, t.n)
			return days * (1 + 0.22*bySex(sex, -1, 1))
		}),
		"N00401": w.mixed(3, func(t *town, year, _ int) float64 { return t.emissions(year) / t.inhabitants(year) }),
		"N07702": func(p place, year, _ int) (float64, bool) {
			return round(sum(w, p, func(t *town) float64 { return t.emissions(year) }), 1), true
		},
		"N07918": w.mixed(2, func(t *town, year, _ int) float64 {
			top := 99.2 - 2.6*t.rural - 1.2*unit("broadband", t.n)
			return top - (30+28*t.rural)*math.Exp(-0.42*float64(year-2017))
		}).but(func(p place, year int) bool { return p.Code == "2425" && year == 2019 }),
		"N00999": w.mixed(2, func(t *town, year, _ int) float64 {
			return 9 + 5*t.skill + 1.6*swing("firms", t.n) + 0.7*wave("firms", year, t.n) - 0.08*float64(year-2016)
		}),
		"N01951": w.inhabitants,
		"N01982": w.postSecondary,
		"N00927": func(p place, year, _ int) (float64, bool) {
			working := float64(w.both(p, year, 20, 64))
			return round(float64(w.both(p, year, 0, 100))/working-1, 4), true
		},
		"N66080": w.mixed(2, func(t *town, year, _ int) float64 {
			return 14.5 + 3.5*t.rural - 4*t.skill + 2.2*t.student + 12*(t.abroad-0.15) + 1.5*swing("poor", t.n) + 0.5*wave("poor", year, t.n)
		}),
		"N00997": w.mixed(3, func(t *town, year, _ int) float64 {
			return 0.27 + 0.05*t.skill + 0.012*swing("gini", t.n) + 0.0012*float64(year-2018) + 0.005*wave("gini", year, t.n)
		}),
		// Election years only.
		"N05401": w.mixed(2, func(t *town, year, sex int) float64 {
			return 81.5 + 5*t.skill - 12*(t.abroad-0.15) + 1.2*swing("turnout", t.n) + 0.8*swing("election", year) + bySex(sex, -0.9, 0.9)
		}).but(func(_ place, year int) bool { return year%4 != 2 }),
		// A survey every other year, too small for the smallest municipalities; in
		// others it was not made each time.
		"U01413": w.mixed(1, func(t *town, year, sex int) float64 {
			return 33 - 9*t.skill + 20*(t.abroad-0.15) + 2*swing("trust", t.n) + 1.5*swing("trust year", t.n, year) + bySex(sex, -0.5, 0.5)
		}).but(func(p place, year int) bool {
			return year%2 != 0 || p.Level == "municipality" && (w.both(p, 2024, 0, 100) < 6000 || unit("survey", p.at, year) < 0.4)
		}),
		"N03926": w.mixed(2, func(t *town, year, sex int) float64 {
			return clamp(2.4+10*(t.abroad-0.12)-1.1*t.skill+0.8*bump(float64(year), 2021, 1.2)+0.5*swing("long", t.n)+
				0.25*wave("long", year, t.n)+bySex(sex, 0.15, -0.15), 0.3, 9)
		}),
		"N02797": w.mixed(2, func(t *town, year, sex int) float64 {
			return 7.6 + 2*t.rural - 2.4*t.student + 0.9*bump(float64(year), 2020, 0.8) - 0.13*float64(year-2017) +
				0.9*swing("neet", t.n) + bySex(sex, 0.4, -0.4)
		}),
		"N60960": w.mixed(2, func(t *town, year, sex int) float64 {
			return 76.5 + 4*t.skill - 14*(t.abroad-0.15) + 0.25*float64(year-2019) + 1.5*swing("school", t.n) +
				0.7*wave("school", year, t.n) + bySex(sex, -2.1, 2.2)
		}),
		"N45702": func(p place, year, _ int) (float64, bool) {
			size := float64(w.both(p, 2024, 0, 100))
			value := 24 + 8.6*math.Log10(size/2500)*(1+0.55*rise(math.Log10(size), 4.6, 0.5)) + 1.5*swing("breadth", p.at)
			return round(clamp(value+0.12*float64(year-2018)+0.3*wave("breadth", year, p.at), 5, 97), 2), true
		},
		"N85085": w.research(5200, 0.5),
		"N85086": w.research(700, 0.3),
		"N85087": w.research(900, 9),
		// Trips fell in 2020 and 2021.
		"N60404": func(p place, year, _ int) (float64, bool) {
			size := w.average(p, year, func(t *town) float64 { return 1 - t.rural })
			level := 12 + 75*size*size + 12*swing("trips", p.at)
			if p.Code == "01" {
				level += 220
			}
			loss := map[int]float64{2020: 0.36, 2021: 0.40, 2022: 0.14, 2023: 0.05}[year]
			return round(math.Max(level, 9)*(1-loss)*(1+0.012*float64(year-2018)), 2), true
		},
		"N07530": w.mixed(2, func(t *town, year, _ int) float64 {
			value := 90 - 24*t.rural + 5*swing("shop", t.n) - 0.1*float64(year-2020)
			if unit("closed", t.n) < 0.25*t.rural && year > 2018+int(6*unit("closing", t.n)) {
				value -= 3.5
			}
			return clamp(value, 20, 99.9)
		}),
		// Near 100 where there is hydro power; a town here and there has a plant
		// that burns something else.
		"N45925": w.mixed(2, func(t *town, year, _ int) float64 {
			north := map[string]float64{"20": 0.8, "21": 0.7, "22": 0.9, "23": 1, "24": 1, "25": 1}[t.County]
			other := (1 - north) * (28 + 25*unit("plant", t.n)) * math.Exp(-0.06*float64(year-2012))
			return clamp(99.6-other-0.8*unit("fuel", t.n, year), 5, 100)
		}),
		"N07945": w.cars(11, 2022.6),
		"N07947": w.cars(7.5, 2021.2),
		// Per 1,000 of mean population, of the dwellings of TAB2538.
		"N07917": func(p place, year, _ int) (float64, bool) {
			built := sum(w, p, func(t *town) float64 { return t.dwellings(year, 0) + t.dwellings(year, 1) })
			return round(1000*built/w.mean(p, year), 2), true
		},
	}
}

// mixed averages a trait of the towns, as everything but counts is made here.
func (w *world) mixed(decimals int, trait func(t *town, year, sex int) float64) figure {
	return func(p place, year, sex int) (float64, bool) {
		return round(w.average(p, year, func(t *town) float64 { return trait(t, year, sex) }), decimals), true
	}
}

// but leaves out some places and years.
func (f figure) but(not func(p place, year int) bool) figure {
	return func(p place, year, sex int) (float64, bool) {
		if not(p, year) {
			return 0, false
		}
		return f(p, year, sex)
	}
}

// emissions are a town's, in tonnes: high where heavy industry stands, one town in
// Norrbotten most of all.
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

// inhabitants are those of TAB638 and of TAB5557 with its noise, and a forecast
// for 2030 of larger places.
func (w *world) inhabitants(p place, year, sex int) (float64, bool) {
	const width = 5 * 34 * 3 // cells of TAB5557 per place: marital status, age, sex
	switch {
	case year < lastYear:
		return float64(w.folk(p, year, sex, 0, 100)), true
	case year == lastYear:
		kon := []int{men: 1, women: 2, total: 0}[sex]
		return noise("TAB5557", w.folk(p, year, sex, 0, 100), p.at*width+kon), true
	case year == 2030 && p.Level != "municipality":
		now, before := w.folk(p, 2024, sex, 0, 100), w.folk(p, 2019, sex, 0, 100)
		return math.Round(float64(now) + 1.2*float64(now-before)), true
	}
	return 0, false
}

// postSecondary is the share of TAB3981, the unknown level in the denominator,
// not rounded.
func (w *world) postSecondary(p place, year, sex int) (float64, bool) {
	higher := sum(w, p, func(t *town) (n int) {
		for _, s := range parts(sex) {
			for age := 25; age <= 64; age++ {
				levels := t.schooled(year, s, age)
				n += levels[4] + levels[5] + levels[6]
			}
		}
		return n
	})
	return round(100*float64(higher)/float64(w.folk(p, year, sex, 25, 64)), 6), true
}

// research is expenditure on R&D, a survey of odd years; level in kronor per
// head in 2023, pull what a university adds.
func (w *world) research(level, pull float64) figure {
	return figure(func(p place, year, _ int) (float64, bool) {
		trait := w.average(p, year, func(t *town) float64 { return 0.5 + 0.7*t.skill + pull*t.student })
		key := int(level)
		spread := math.Exp(0.7*swing("research", p.at, key) + 0.05*swing("research year", p.at, key, year))
		return math.Round(level * trait * spread * math.Exp(0.035*float64(year-2023))), true
	}).but(func(_ place, year int) bool { return year%2 == 0 })
}

// cars is a share of cars that grows along an S: top in per cent of a town of
// middling education, half of it in the given year.
func (w *world) cars(top, half float64) figure {
	return w.mixed(2, func(t *town, year, _ int) float64 {
		local := top * (0.45 + 1.1*t.skill - 0.2*t.rural) * (1 + 0.15*swing("cars", t.n))
		return local * rise(float64(year), half, 1.25)
	})
}
