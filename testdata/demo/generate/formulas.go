package main

import "math"

// formulas are those of the tables, by id.
func (w *world) formulas() map[string]formula {
	accounts, prices := w.accounts(), prices()
	tremble := (*table).tremble
	return map[string]formula{
		"TAB638":  {town: byAge(func(t *town, c cell) float64 { return t.married(c, c.at[1]+1) })},
		"TAB5557": {town: byAge(func(t *town, c cell) float64 { return t.married(c, c.at[1]) }), after: (*table).disturb},
		"TAB3981": {town: func(t *town, c cell) float64 { return float64(t.schooled(c.year, c.sex, c.from)[c.at[2]]) }},
		"TAB3200": {town: (*town).status, after: (*table).protect},
		"TAB3554": {place: func(p place, c cell) float64 {
			from20 := 1 + 0.045*float64(c.at[2])
			return from20 * w.average(p, c.year, func(t *town) float64 { return t.income(c.year, c.sex) })
		}},
		"TAB3138": {place: func(p place, c cell) float64 { return accounts[p.Code].content(c.at[1], c.at[2]) }},
		"TAB5169": {town: func(t *town, c cell) float64 { return float64(t.change(c.year, c.sex)[c.at[1]]) }},
		"TAB6481": {town: func(t *town, c cell) float64 { return float64(t.change(c.year, c.sex)[c.at[1]]) }, after: tremble},
		"TAB1212": {town: byAge((*town).moves)},
		"TAB6640": {town: byAge((*town).moves), after: tremble},
		"TAB4394": {place: func(p place, c cell) float64 {
			s := float64(c.sex)
			return w.average(p, c.year, func(t *town) float64 {
				return 77.4 + 4.4*s + (0.165-0.055*s)*float64(c.year-2002) + 1.2*t.skill - 0.7*t.rural +
					0.8*swing("life", t.n, c.sex) + 0.15*wave("life", c.year, t.n, c.sex)
			})
		}},
		"TAB2538": {town: func(t *town, c cell) float64 { return t.dwellings(c.year, c.at[1]) }},
		"TAB4642": {place: func(p place, c cell) float64 {
			young, old := w.both(p, c.year, 0, 19), w.both(p, c.year, 65, 100)
			return 100 * float64([]int{young + old, old, young}[c.at[1]]) / float64(w.both(p, c.year, 20, 64))
		}},
		"TAB4352": {place: func(_ place, c cell) float64 { return prices[c.year] }},
		"TAB6366": {place: func(p place, c cell) float64 {
			return w.average(p, c.year, func(t *town) float64 {
				return 69 + 6*t.skill + bySex(c.sex, -1.8, 1.8) + []float64{0, -2.5, 1.5}[c.at[2]] +
					2*swing("match", t.n) + 0.3*float64(c.year-2021) + 0.5*wave("match", c.year, t.n)
			})
		}},
		"TAB6384": {place: func(p place, c cell) float64 { return newcomers(p, c, 0) }},
		"TAB389":  {place: func(p place, c cell) float64 { return newcomers(p, c, -6) }},
		"TAB5655": {place: func(p place, c cell) float64 {
			employed := sum(w, p, func(t *town) int { return t.working(c, 0)[0] })
			all := sum(w, p, func(t *town) int { return t.working(c, 0)[3] })
			return 100 * float64(employed) / float64(all)
		}},
		"TAB3204": {town: func(t *town, c cell) float64 { return t.jobs(c)[c.at[4]] }},
		"TAB4357": {place: func(p place, c cell) float64 { return 1.08 * w.towns[p.towns[0]].emissions(c.year) / 1000 }},
	}
}

// byAge adds up what single years of age have.
func byAge(count func(t *town, c cell) float64) func(t *town, c cell) float64 {
	return func(t *town, c cell) float64 {
		sum := 0.0
		for age := c.from; age <= c.to; age++ {
			one := c
			one.from, one.to = age, age
			sum += count(t, one)
		}
		return sum
	}
}

// parts are the sexes that one, or both, consist of.
func parts(sex int) []int {
	if sex == total {
		return []int{men, women}
	}
	return []int{sex}
}

// bySex is what men and women have, 0 for both.
func bySex(sex int, ofMen, ofWomen float64) float64 {
	return []float64{men: ofMen, women: ofWomen, total: 0}[sex]
}

// married divides the people of one age and sex by marital status: 1 single, 2
// married, 3 divorced, 4 widowed, 0 all of them. The shares depend on age and sex
// alone.
func (t *town) married(c cell, status int) float64 {
	n := int(t.people[c.year-firstYear][c.sex][c.from])
	out := []int{n, n, 0, 0, 0}
	if c.from >= 18 {
		a, s := float64(c.from), float64(c.sex)
		ever := 0.78 * rise(a, 35-2.5*s, 5.5)
		widowed := rise(a, 93-11*s, 6)
		if a < 45 {
			widowed = 0
		}
		divorced := 0.27 * rise(a, 46, 7)
		divide(n, unit("marital", c.sex, c.from), []float64{1 - ever, ever * (1 - widowed) * (1 - divorced), ever * (1 - widowed) * divorced}, out[1:])
	}
	return float64(out[status])
}

// schooled divides the people of one age and sex by level of education, 1 … 7 and
// US. Women, later years of birth and towns with a university have more of it.
func (t *town) schooled(year, sex, age int) []int {
	born := float64(year - age)
	later := rise(born, 1972, 13)
	old := 1 - rise(born, 1962, 6)
	s := float64(sex)
	higher := clamp((0.13+0.25*later+0.10*s*(0.4+later)+0.30*(t.skill-0.4))*rise(float64(age), 23.5, 1.5), 0.04, 0.88)
	long := 0.42 + 0.12*s + 0.15*t.skill
	doctor := 0.03 * t.skill * rise(float64(age), 33, 2)
	rest := 1 - higher - 0.015
	parts := []float64{
		rest * 0.12 * old, rest * (0.17 - 0.03*s), rest * 0.45 * (1 - later),
		0, higher * (1 - long), higher * (long - doctor), higher * doctor,
	}
	parts[3] = rest - parts[0] - parts[1] - parts[2]
	out := make([]int, len(parts)+1)
	divide(int(t.people[year-firstYear][sex][age]), unit("school", sex, age), parts, out)
	return out
}

// status is a cell of TAB3200, without the rate that protect sets.
func (t *town) status(c cell) float64 {
	if c.at[4] == 4 {
		return 0
	}
	return float64(t.working(c, c.at[3])[c.at[4]])
}

// working adds up work by place of birth: 0 all, 1 Sweden, 2 abroad.
func (t *town) working(c cell, birth int) (sum [4]int) {
	for _, sex := range parts(c.sex) {
		for abroad := range 2 {
			if birth == 0 || birth == abroad+1 {
				for i, n := range t.work(c.year, sex, abroad, c.from, c.to) {
					sum[i] += n
				}
			}
		}
	}
	return sum
}

// work is the number of employed, of unemployed, in the labour force and in all.
func (t *town) work(year, sex, abroad, from, to int) [4]int {
	s, f, since := float64(sex), float64(abroad), float64(year-2022)
	share := t.abroad + 0.004*since
	if abroad == 0 {
		share = 1 - share
	}
	all := int(float64(t.folk(year, sex, from, to))*share + 0.5)
	rate := 0.832 - 0.012*s - (0.17+0.06*s)*f + 0.02*t.skill + 0.035*t.rural*(1-f) +
		0.006*since + 0.012*swing("work", t.n) + 0.004*swing("work year", t.n, year)
	out := 0.032 + 0.085*f - 0.004*s - 0.003*since + 0.008*swing("idle", t.n)
	switch from {
	case 15:
		rate, out = rate-0.13, out*0.9
	case 60:
		rate, out = rate-0.11, out*0.7
	}
	employed := int(float64(all)*clamp(rate, 0.3, 0.93) + 0.5)
	idle := int(float64(all)*clamp(out, 0.008, 0.2) + 0.5)
	return [4]int{employed, idle, employed + idle, all}
}

// jobs counts a town's jobs and its residents with a job.
func (t *town) jobs(c cell) [2]float64 {
	c.from, c.to = 15, 74
	night := float64(t.working(c, 0)[0])
	ratio := 0.86 + 0.18*(1-t.rural)*t.skill + 0.12*t.student + 0.06*t.rural + 0.05*swing("commute", t.n)
	return [2]float64{math.Round(night * ratio), night}
}

// income is the median in tkr. Women's share of men's goes slowly up.
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

// change is the population and its change in all, by births, by migration, and
// by migration across the border; births and all migration add up to the change.
func (t *town) change(year, sex int) [5]int {
	now, before := t.folk(year, sex, 0, 100), t.folk(year-1, sex, 0, 100)
	mean := float64(now+before) / 2
	births := 0.0022 + 0.0045*t.student - 0.0065*t.rural - 0.0002*float64(year-2015) + 0.0006*swing("births", t.n, year)
	abroad := 0.0042 + 0.0025*bump(float64(year), 2016, 1.6) + 0.0012*swing("border", t.n, year)
	natural := int(math.Round(mean * births))
	return [5]int{now, now - before, natural, now - before - natural, int(math.Round(mean * abroad))}
}

// moves is the net migration of one age: to the universities at 19–21 and away
// from them later, the other way round elsewhere.
func (t *town) moves(c cell) float64 {
	a := float64(c.from)
	to := 0.16*t.student - 0.055*t.rural - 0.01
	rate := 1.4*to*bump(a, 20, 1.6) - 0.5*to*bump(a, 27, 2.5) + 0.006*bump(a, 30, 8) + 0.012*swing("move", t.n, c.year)
	if c.sex == women {
		rate += 0.35 * to * bump(a, 20, 1.6)
	}
	return math.Round(rate*float64(t.folk(c.year-1, c.sex, c.from, c.from)) + 2*unit("mover", t.n, c.year, c.sex, c.from) - 1)
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

// prices is the consumer price index by year.
func prices() map[int]float64 {
	index := map[int]float64{1980: 100}
	for y := 1981; y <= lastYear; y++ {
		rise := 0.013 + 0.006*wave("prices", y)
		switch {
		case y <= 1991:
			rise = 0.07 + 0.02*wave("prices", y)
		case y >= 2022 && y <= 2023:
			rise = 0.082
		}
		index[y] = index[y-1] * math.Exp(rise)
	}
	return index
}

// newcomers is the share of employed by time in Sweden and education.
func newcomers(p place, c cell, shift float64) float64 {
	return []float64{38, 54, 66, 84}[c.at[2]] + bySex(c.sex, 6, -6)*(1-0.28*float64(c.at[2])) +
		7*float64(c.at[3]) + shift + 0.5*float64(c.year-2020) + 4*swing("newcomers", p.at) + swing("newcomers year", p.at, c.year)
}
