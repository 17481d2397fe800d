package main

import (
	"effekt/config"
	"math"
	"strconv"
)

const (
	firstYear = 1998 // first year of any series here
	lastYear  = 2025
	ages      = 101 // 0 … 99 and 100+
	men       = 0
	women     = 1
	total     = 2 // both sexes
)

// A world is the invented country that all tables describe, so that they
// agree with one another.
type world struct {
	spec   *spec
	places []place
	towns  []town
}

// A town is one municipality with the traits that decide its figures. Traits
// are shares of 1 unless something else is said.
type town struct {
	config.Region
	n       int     // position in world.towns
	size    float64 // inhabitants at the end of 2024
	growth  float64 // per year
	student float64 // pull of a university
	rural   float64 // 1 in the smallest municipalities
	skill   float64 // education level
	abroad  float64 // share born abroad, 2024
	people  [lastYear - firstYear + 1][2][ages]int32
}

func newWorld(all []config.Region, s *spec) *world {
	w := &world{spec: s, places: places(all)}
	for _, p := range w.kind("municipality") {
		w.towns = append(w.towns, town{Region: p.Region, n: len(w.towns), size: s.weight(p.Code), student: s.University[p.Code]})
	}
	w.settle()
	for i := range w.towns {
		w.towns[i].settleTraits()
		w.towns[i].populate()
	}
	return w
}

// settle scales the weights so that each county gets its invented size.
func (w *world) settle() {
	for _, p := range w.kind("county") {
		all := sum(w, p, func(t *town) float64 { return t.size })
		for _, t := range p.towns {
			w.towns[t].size *= 1000 * w.spec.County[p.Code].Size / all
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

// weight is a municipality's size relative to its county. SCB numbers the
// county's chief town 80 and its other old towns 81 and up, which is near
// enough; two northern counties are given by hand.
func (s *spec) weight(code string) float64 {
	if w, ok := s.Weight[code]; ok {
		return w
	}
	number, _ := strconv.Atoi(code)
	spread := math.Exp(0.8 * swing("weight", number))
	switch last := number % 100; {
	case last == 80:
		return 10 + s.County[code[:2]].Size/100
	case last > 80:
		return 3.5 * spread
	case last >= 60:
		return 1.2 * spread
	}
	return 0.9 * spread
}
