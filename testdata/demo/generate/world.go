package main

import (
	"math"
	"strconv"
)

const (
	firstYear = 1998 // first year of any series here
	lastYear  = 2025
	ages      = 101 // 0 … 99 and 100+
	men       = 0
	women     = 1
)

// A world is the invented country that all tables describe, so that they
// agree with one another.
type world struct {
	places []place
	towns  []town
}

// A town is one municipality with the traits that decide its figures. Traits
// are shares of 1 unless something else is said.
type town struct {
	region
	n       int     // position in world.towns
	size    float64 // inhabitants at the end of 2024
	growth  float64 // per year
	student float64 // pull of a university
	rural   float64 // 1 in the smallest municipalities
	skill   float64 // education level
	abroad  float64 // share born abroad, 2024
	people  [lastYear - firstYear + 1][2][ages]int32
}

func newWorld(all []region) *world {
	w := &world{places: places(all)}
	for _, r := range all {
		if r.Level == "municipality" {
			w.towns = append(w.towns, newTown(r, len(w.towns)))
		}
	}
	w.settle()
	for i := range w.towns {
		w.towns[i].settleTraits()
		w.towns[i].populate()
	}
	return w
}

func newTown(r region, n int) town {
	return town{region: r, n: n, size: weight(r.Code), student: students(r.Code)}
}

// settle scales the weights so that each county gets its invented size.
func (w *world) settle() {
	for _, p := range w.places {
		if p.Level != "county" {
			continue
		}
		sum := 0.0
		for _, t := range p.towns {
			sum += w.towns[t].size
		}
		for _, t := range p.towns {
			w.towns[t].size *= 1000 * countySize(p.Code) / sum
		}
	}
}

func (t *town) settleTraits() {
	t.rural = clamp(1-math.Log(t.size/3000)/math.Log(100000.0/3000), 0, 1)
	t.growth = -0.006 + 0.0036*math.Log(t.size/5000) + 0.002*swing("growth", t.n)
	t.skill = clamp(0.55*(1-t.rural)+0.3*t.student+0.15+0.12*swing("skill", t.n), 0.05, 1)
	if t.County == "01" {
		t.skill = clamp(t.skill+0.15, 0, 1)
	}
	t.abroad = clamp(0.20-0.10*t.rural+0.06*swing("abroad", t.n), 0.05, 0.4)
}

// countySize is a county's population in thousands: an order of size, no statistic.
func countySize(code string) float64 {
	sizes := map[string]float64{
		"01": 2450, "03": 400, "04": 300, "05": 470, "06": 370, "07": 205, "08": 245,
		"09": 61, "10": 160, "12": 1420, "13": 340, "14": 1770, "17": 285, "18": 310,
		"19": 280, "20": 285, "21": 290, "22": 240, "23": 132, "24": 278, "25": 248,
	}
	if s, ok := sizes[code]; ok {
		return s
	}
	return 200
}

// weight is a municipality's size relative to its county. SCB numbers the
// county's chief town 80 and its other old towns 81 and up, which is near
// enough; two northern counties are given by hand.
func weight(code string) float64 {
	byHand := map[string]float64{
		"2401": 7, "2403": 2.4, "2404": 5.5, "2409": 7, "2417": 4, "2418": 3, "2421": 6, "2422": 2.5,
		"2425": 2.6, "2460": 9, "2462": 6.5, "2463": 2.8, "2480": 132, "2481": 12, "2482": 75,
		"2260": 9, "2262": 18, "2280": 25, "2281": 98, "2282": 18, "2283": 19, "2284": 55,
	}
	if w, ok := byHand[code]; ok {
		return w
	}
	number, _ := strconv.Atoi(code)
	spread := math.Exp(0.8 * swing("weight", number))
	switch last := number % 100; {
	case last == 80:
		return 10 + countySize(code[:2])/100
	case last > 80:
		return 3.5 * spread
	case last >= 60:
		return 1.2 * spread
	}
	return 0.9 * spread
}

// students is the pull of a university town.
func students(code string) float64 {
	return map[string]float64{
		"0180": 0.2, "0380": 0.9, "0580": 0.8, "0680": 0.4, "0780": 0.7, "1280": 0.4, "1281": 1, "1480": 0.4,
		"1780": 0.5, "1880": 0.6, "2080": 0.2, "2281": 0.2, "2380": 0.4, "2480": 1, "2580": 0.5,
	}[code]
}
