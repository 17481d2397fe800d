package main

func (w *world) lowStandard(p place, year, _ int) (float64, bool) {
	return w.mixed(p, year, 2, func(t *town) float64 {
		return 14.5 + 3.5*t.rural - 4*t.skill + 2.2*t.student + 12*(t.abroad-0.15) + 1.5*swing("poor", t.n) + 0.5*wave("poor", year, t.n)
	})
}

func (w *world) gini(p place, year, _ int) (float64, bool) {
	return w.mixed(p, year, 3, func(t *town) float64 {
		return 0.27 + 0.05*t.skill + 0.012*swing("gini", t.n) + 0.0012*float64(year-2018) + 0.005*wave("gini", year, t.n)
	})
}

// turnout has election years only.
func (w *world) turnout(p place, year, sex int) (float64, bool) {
	if year%4 != 2 {
		return 0, false
	}
	return w.mixed(p, year, 2, func(t *town) float64 {
		return 81.5 + 5*t.skill - 12*(t.abroad-0.15) + 1.2*swing("turnout", t.n) + 0.8*swing("election", year) +
			[]float64{men: -0.9, women: 0.9, total: 0}[sex]
	})
}

// distrust is a survey every other year, too small for the smallest
// municipalities; in others it was not made each time.
func (w *world) distrust(p place, year, sex int) (float64, bool) {
	small := p.Level == "municipality" && (w.both(p, 2024, 0, 100) < 6000 || unit("survey", p.at, year) < 0.4)
	if year%2 != 0 || small {
		return 0, false
	}
	return w.mixed(p, year, 1, func(t *town) float64 {
		return 33 - 9*t.skill + 20*(t.abroad-0.15) + 2*swing("trust", t.n) + 1.5*swing("trust year", t.n, year) +
			[]float64{men: -0.5, women: 0.5, total: 0}[sex]
	})
}

func (w *world) longIdle(p place, year, sex int) (float64, bool) {
	return w.mixed(p, year, 2, func(t *town) float64 {
		return clamp(2.4+10*(t.abroad-0.12)-1.1*t.skill+0.8*bump(float64(year), 2021, 1.2)+0.5*swing("long", t.n)+
			0.25*wave("long", year, t.n)+[]float64{men: 0.15, women: -0.15, total: 0}[sex], 0.3, 9)
	})
}

func (w *world) idleYoung(p place, year, sex int) (float64, bool) {
	return w.mixed(p, year, 2, func(t *town) float64 {
		return 7.6 + 2*t.rural - 2.4*t.student + 0.9*bump(float64(year), 2020, 0.8) - 0.13*float64(year-2017) +
			0.9*swing("neet", t.n) + []float64{men: 0.4, women: -0.4, total: 0}[sex]
	})
}

func (w *world) completion(p place, year, sex int) (float64, bool) {
	return w.mixed(p, year, 2, func(t *town) float64 {
		return 76.5 + 4*t.skill - 14*(t.abroad-0.15) + 0.25*float64(year-2019) + 1.5*swing("school", t.n) +
			0.7*wave("school", year, t.n) + []float64{men: -2.1, women: 2.2, total: 0}[sex]
	})
}

// built is per 1,000 of mean population, of the dwellings of TAB2538.
func (w *world) built(p place, year, _ int) (float64, bool) {
	sum := 0.0
	for _, n := range p.towns {
		sum += w.towns[n].dwellings(year, 0) + w.towns[n].dwellings(year, 1)
	}
	return round(1000*sum/w.mean(p, year), 2), true
}
