package main

import "math"

// populate fills in everyone at the end of each year. The fraction of a person
// is settled by one draw per age and sex, the same all years, so that a series
// drifts instead of flickering.
func (t *town) populate() {
	var draw [2][ages]float64
	for sex := range 2 {
		for age := range ages {
			draw[sex][age] = unit("person", t.n, sex, age)
		}
	}
	for y := range t.people {
		shape, sum := t.pyramid(firstYear + y)
		scale := t.inhabitants(firstYear+y) / sum
		for sex := range 2 {
			for age := range ages {
				t.people[y][sex][age] = int32(shape[sex][age]*scale + draw[sex][age])
			}
		}
	}
}

// inhabitants is the population aimed at.
func (t *town) inhabitants(year int) float64 {
	since := float64(year - 2024)
	return t.size * math.Exp(t.growth*since+0.002*(wave("tide", year, t.n)-wave("tide", 2024, t.n)))
}

// pyramid returns the relative number of people by sex and age, and their sum.
func (t *town) pyramid(year int) (shape [2][ages]float64, sum float64) {
	for age := range ages {
		a := float64(age)
		cohort := generation(float64(year) - a)
		local := 1 + 0.3*bump(a, 41, 17) + 1.3*t.student*bump(a, 23, 3.2) - 0.38*t.rural*bump(a, 27, 8) + 0.65*t.rural*rise(a, 62, 5)
		for sex := range 2 {
			n := cohort * local * alive(a, sex)
			if sex == women {
				n *= 0.95 * (1 - 0.09*t.rural*bump(a, 30, 10))
			}
			shape[sex][age] = n
			sum += n
		}
	}
	return shape, sum
}

// generation is the relative size of a year of birth, immigration included.
func generation(born float64) float64 {
	return 1 + 0.09*bump(born, 1945, 5) + 0.08*bump(born, 1966, 6) + 0.12*bump(born, 1991, 6) -
		0.06*bump(born, 1979, 5) - 0.10*rise(born, 2020, 3)
}

// alive is the share that reaches an age; women live some three years longer.
// The last class, 100 and over, holds several years of birth.
func alive(age float64, sex int) float64 {
	share := 1 - rise(age, 84+3.3*float64(sex), 6.2)
	if age >= 100 {
		share *= 1.8
	}
	return share
}

// folk is the number of people in a town by sex and ages from–to.
func (t *town) folk(year, sex, from, to int) int {
	sum := 0
	for _, n := range t.people[year-firstYear][sex][from:min(to+1, ages)] {
		sum += int(n)
	}
	return sum
}

// sum adds up a number of a place's towns.
func sum[N int | float64](w *world, p place, number func(t *town) N) N {
	var all N
	for _, n := range p.towns {
		all += number(&w.towns[n])
	}
	return all
}

// folk is the number of people in a place by sex, or both, and ages from–to.
func (w *world) folk(p place, year, sex, from, to int) int {
	return sum(w, p, func(t *town) (n int) {
		for _, s := range parts(sex) {
			n += t.folk(year, s, from, to)
		}
		return n
	})
}

// both is the number of men and women in a place of ages from–to.
func (w *world) both(p place, year, from, to int) int { return w.folk(p, year, total, from, to) }

// mean is a place's mean population: half the sum of two year-ends.
func (w *world) mean(p place, year int) float64 {
	return float64(w.both(p, year-1, 0, 100)+w.both(p, year, 0, 100)) / 2
}

// average weighs a trait of the towns by the people they have.
func (w *world) average(p place, year int, trait func(t *town) float64) float64 {
	weighed := sum(w, p, func(t *town) float64 { return t.inhabitants(year) * trait(t) })
	return weighed / sum(w, p, func(t *town) float64 { return t.inhabitants(year) })
}
