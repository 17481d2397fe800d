package main

import (
	"strconv"
	"strings"
)

// regionVariable is the country, the counties and the municipalities by SCB's codes.
func (w *world) regionVariable() variable { return placeVariable(w.places) }

// placeVariable is the region variable of some places.
func placeVariable(places []place) variable {
	v := variable{code: "Region", label: "region", elimination: true, total: "00"}
	for _, p := range places {
		v.codes = append(v.codes, code{code: p.Code, label: p.Name})
	}
	return v
}

// itoa is short for the codes that are numbers.
func itoa(n int) string { return strconv.Itoa(n) }

func years(from, to int) variable {
	v := variable{code: "Tid", label: "år"}
	for y := from; y <= to; y++ {
		v.codes = append(v.codes, code{code: strconv.Itoa(y), label: strconv.Itoa(y)})
	}
	return v
}

func contents(codes ...code) variable {
	return variable{code: "ContentsCode", label: "tabellinnehåll", codes: codes}
}

// sexes is Kon as most tables have it: men and women, no total.
func sexes() variable {
	return variable{code: "Kon", label: "kön", elimination: true, codes: named("1 män", "2 kvinnor")}
}

// sexesAndBoth is Kon with the total that tables before 2025 have.
func sexesAndBoth() variable {
	return variable{
		code: "Kon", label: "kön", elimination: true, total: "1+2",
		codes: named("1 män", "2 kvinnor", "1+2 totalt"),
	}
}

// sexesCKM is Kon as the tables with noise have it, the total first.
func sexesCKM() variable {
	return variable{
		code: "Kon", label: "kön", elimination: true, total: "TotSa",
		codes: named("TotSa totalt, samtliga män och kvinnor", "1 män", "2 kvinnor"),
	}
}

// An ageClass is a published code with the ages it holds.
type ageClass struct {
	code     string
	from, to int
}

func (c ageClass) label() string {
	if strings.HasPrefix(c.code, "100+") {
		return "100+ år"
	}
	if c.from == c.to {
		return strconv.Itoa(c.from) + " år"
	}
	return strconv.Itoa(c.from) + "-" + strconv.Itoa(c.to) + " år"
}

func classCodes(classes []ageClass) []code {
	var out []code
	for _, c := range classes {
		out = append(out, code{code: c.code, label: c.label()})
	}
	return out
}

// singleAges are one code per year of age.
func singleAges(from, to int) []ageClass {
	var out []ageClass
	for a := from; a <= to; a++ {
		out = append(out, ageClass{strconv.Itoa(a), a, a})
	}
	return out
}

// noise is what the Cell Key Method does to one cell: a small whole number of
// its own. An empty cell stays empty and none goes below zero.
func noise(table string, n int, at []int) float64 {
	if n == 0 {
		return 0
	}
	return float64(max(0, n+int(unit("noise "+table, at...)*5)-2))
}
