package main

import (
	"math"
	"slices"
)

// A table is one SCB table: what tables.toml says of it, and its cells.
type table struct {
	ID            string
	Title         string // without years and notice
	Subject, Area string // two letters, and the same in words
	Updated       string
	Notes         []string
	Noise         bool // cells carry noise: sums of them are discouraged
	Unofficial    bool
	Variables     []string
	Contents      []value
	Years         [2]int
	Window        int // years that a period holds, if more than one
	Missing       []missing
	vars          []variable
	places        []place
	values        []float64      // last variable fastest; NaN where missing
	status        map[int]string // by position in values
}

// missing replaces cells by a symbol: those with one of these codes of each
// variable named, and with zero those that are 0.
type missing struct {
	Symbol string
	Zero   bool
	At     map[string][]string
}

// A formula gives a table's cells: what a town has, for the table to add up, or
// the figure of a place. After changes the whole.
type formula struct {
	town  func(t *town, c cell) float64
	place func(p place, c cell) float64
	after func(t *table)
}

// A cell is what its codes stand for.
type cell struct {
	at       []int // positions in the variables; reused
	year     int
	sex      int // men, where the table has none
	from, to int // ages
}

// size is the number of cells.
func (t *table) size() int {
	n := 1
	for _, v := range t.vars {
		n *= len(v.values)
	}
	return n
}

// each visits the first n cells.
func (t *table) each(n int, visit func(i int, c cell)) {
	c := cell{at: make([]int, len(t.vars)), to: ages - 1}
	for i := range n {
		for d, v := range t.vars {
			switch value := v.values[c.at[d]]; v.Code {
			case "Tid":
				c.year = value.year
			case "Kon":
				c.sex = value.sex
			case "Alder":
				c.from, c.to = value.from, value.to
			}
		}
		visit(i, c)
		for d := len(c.at) - 1; d >= 0; d-- {
			if c.at[d]++; c.at[d] < len(t.vars[d].values) {
				break
			}
			c.at[d] = 0
		}
	}
}

// fill sets the cells.
func (t *table) fill(w *world, f formula) {
	t.values, t.status = make([]float64, t.size()), map[int]string{}
	switch {
	case f.town != nil:
		t.add(w, f.town)
	case len(t.places) == 0:
		t.each(t.size(), func(i int, c cell) { t.values[i] = f.place(place{}, c) })
	default:
		t.each(t.size(), func(i int, c cell) { t.values[i] = f.place(t.places[c.at[0]], c) })
	}
	if f.after != nil {
		f.after(t)
	}
	for _, m := range t.Missing {
		t.blank(m)
	}
}

// add makes counts that add up exactly: places are sums of their towns, both
// sexes of men and women.
func (t *table) add(w *world, count func(t *town, c cell) float64) {
	width := len(t.values) / len(t.places)
	own := make([][]float64, len(w.towns))
	for n := range w.towns {
		own[n] = make([]float64, width)
		t.each(width, func(i int, c cell) {
			for _, c.sex = range parts(c.sex) {
				own[n][i] += count(&w.towns[n], c)
			}
		})
	}
	for r, p := range t.places {
		for _, n := range p.towns {
			for i, v := range own[n] {
				t.values[r*width+i] += v
			}
		}
	}
}

func (t *table) blank(m missing) {
	t.each(len(t.values), func(i int, c cell) {
		if m.Zero && t.values[i] != 0 {
			return
		}
		for d, v := range t.vars {
			if codes := m.At[v.Code]; codes != nil && !slices.Contains(codes, v.values[c.at[d]].Code) {
				return
			}
		}
		t.values[i], t.status[i] = math.NaN(), m.Symbol
	})
}

// disturb gives every cell noise of its own, as the Cell Key Method does: a
// small whole number. An empty cell stays empty, and none goes below zero.
func (t *table) disturb() {
	for i, v := range t.values {
		t.values[i] = noise(t.ID, int(v), i)
	}
}

func noise(table string, n, cell int) float64 {
	if n == 0 {
		return 0
	}
	return float64(max(0, n+int(unit("noise "+table, cell)*5)-2))
}

// tremble is disturb for flows, which may go below zero.
func (t *table) tremble() {
	for i, v := range t.values {
		if v != 0 {
			t.values[i] = v + float64(int(unit("noise "+t.ID, i)*5)-2)
		}
	}
}

// protect moves the counts of parts in TAB3200 by a few persons and sets the rate
// from the counts as published.
func (t *table) protect() {
	years := len(t.vars[5].values)
	t.each(len(t.values), func(i int, c cell) {
		n := t.values[i]
		switch part := c.sex != total || c.at[3] > 0; {
		case c.at[4] == 4:
			t.values[i] = 100 * t.values[i-4*years] / math.Max(t.values[i-years], 1)
		case part && n >= 30:
			t.values[i] = n + float64(int(unit("protect", i)*5)-2)
		}
	})
}
