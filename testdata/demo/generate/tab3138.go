package main

import (
	"math"
	"slices"
)

const grpFirst, grpLast = 2000, 2024

// tab3138 is the gross regional product of the country, the counties, the
// eight national areas and what lies outside the regions (90).
func tab3138(w *world) *table {
	g := w.grp()
	t := &table{
		id: "TAB3138", subject: "NR", area: "Nationalräkenskaper", official: true,
		title: "Regionalräkenskaper efter region (län, riksområde)", updated: "2025-12-16T07:00:00Z",
		vars: []variable{
			{code: "Region", label: "region", codes: g.codes},
			contents(code{code: "NR0105AH", label: "BRP, löpande priser, mnkr", unit: "mnkr"},
				code{code: "NR0105AI", label: "BRP, volymutveckling i procent", unit: "procent", decimals: 1},
				code{code: "DEMO0001", label: "BRP per invånare, löpande priser, tkr", unit: "tkr"},
				code{code: "DEMO0002", label: "Medelantal sysselsatta, 1000-tal", unit: "1000-tal", decimals: 1}),
			years(grpFirst, grpLast),
		},
	}
	return t.fill(func(at []int) float64 { return g.cell(at[0], at[1], at[2]) }).
		blank(".", func(codes []string, _ float64) bool {
			return codes[1] == "NR0105AI" && codes[2] == "2000" || codes[0] == "90" && codes[1] != "NR0105AH"
		})
}

// accounts are the regional accounts by region and year.
type accounts struct {
	codes                 []code
	product, mean, volume [][]float64 // mnkr, persons, per cent
	jobs                  [][]float64 // thousands
}

func (g *accounts) cell(region, content, year int) float64 {
	switch content {
	case 0:
		return g.product[region][year]
	case 1:
		return g.volume[region][year]
	case 2:
		return g.product[region][year] * 1000 / math.Max(g.mean[region][year], 1)
	}
	return g.jobs[region][year]
}

// grp builds the counties first and sums them; the country has 90 as well.
func (w *world) grp() *accounts {
	g := &accounts{codes: []code{{code: "00", label: "Riket"}}}
	g.add(nil)
	for _, p := range w.places {
		if p.Level == "county" {
			g.codes = append(g.codes, code{code: p.Code, label: p.Name})
			g.add(w.countyAccounts(p))
		}
	}
	counties := len(g.codes)
	for i, members := range areas() {
		g.codes = append(g.codes, code{code: "RIKS" + itoa(i+1), label: areaName(i)})
		g.add(g.sum(counties, func(c string) bool { return slices.Contains(members, c) }))
	}
	g.codes = append(g.codes, code{code: "90", label: "Extra-regio"})
	g.add(outside())
	all := g.sum(counties, func(string) bool { return true })
	for y, n := range g.product[len(g.product)-1] {
		all[0][y] += n
	}
	g.product[0], g.volume[0], g.mean[0], g.jobs[0] = all[0], all[1], all[2], all[3]
	return g
}

// add appends one region's product, volume, mean population and jobs.
func (g *accounts) add(rows [][]float64) {
	if rows == nil {
		rows = make([][]float64, 4)
	}
	g.product, g.volume = append(g.product, rows[0]), append(g.volume, rows[1])
	g.mean, g.jobs = append(g.mean, rows[2]), append(g.jobs, rows[3])
}

func emptyAccounts() [][]float64 {
	rows := make([][]float64, 4)
	for i := range rows {
		rows[i] = make([]float64, grpLast-grpFirst+1)
	}
	return rows
}

// sum adds up the chosen counties; their volume change is weighed by product.
func (g *accounts) sum(counties int, chosen func(code string) bool) [][]float64 {
	out := emptyAccounts()
	for i := 1; i < counties; i++ {
		if !chosen(g.codes[i].code) {
			continue
		}
		for y := range out[0] {
			out[0][y] += g.product[i][y]
			out[1][y] += g.volume[i][y] * g.product[i][y]
			out[2][y] += g.mean[i][y]
			out[3][y] += g.jobs[i][y]
		}
	}
	for y := range out[1] {
		out[1][y] /= math.Max(out[0][y], 1)
	}
	return out
}

// outside is production that belongs to no county: a small amount.
func outside() [][]float64 {
	out := emptyAccounts()
	for y := range out[0] {
		out[0][y] = math.Round(4000 * math.Exp(0.04*float64(y)))
	}
	return out
}

// countyAccounts draws one county: the level in 2024, back by volume and prices.
func (w *world) countyAccounts(p place) [][]float64 {
	out := emptyAccounts()
	level := 470 + 300*(w.average(p, 2024, func(t *town) float64 { return t.skill })-0.5) + 40*swing("grp", p.at)
	switch p.Code {
	case "01":
		level += 230
	case "25":
		level += 130 // mines, steel and hydro power
	}
	for y := len(out[0]) - 1; y >= 0; y-- {
		year := grpFirst + y
		out[2][y] = w.mean(p, year)
		growth := (out[2][y]/w.mean(p, max(year-1, grpFirst)) - 1) * 100
		out[1][y] = round(growth+1.1+cycle(year)+1.3*swing("volume", p.at, year), 1)
		out[0][y] = math.Round(level * out[2][y] / 1000)
		out[3][y] = out[2][y] / 1000 * (0.49 + 0.02*swing("jobs", p.at) + 0.001*float64(y-20))
		level /= 1 + (out[1][y]-growth+1.9)/100
	}
	return out
}

// cycle is the invented business cycle: two bad years with recoveries.
func cycle(year int) float64 {
	return map[int]float64{2001: -0.6, 2008: -1.5, 2009: -5.5, 2010: 4, 2011: 1.5, 2020: -3.2, 2021: 4, 2023: -1.2}[year]
}

// areas are the national areas (NUTS 2) by their counties.
func areas() [][]string {
	return [][]string{
		{"01"}, {"03", "04", "05", "18", "19"}, {"06", "07", "08", "09"}, {"10", "12"},
		{"13", "14"}, {"17", "20", "21"}, {"22", "23"}, {"24", "25"},
	}
}

func areaName(i int) string {
	return []string{
		"Stockholm", "Östra Mellansverige", "Småland med öarna", "Sydsverige",
		"Västsverige", "Norra Mellansverige", "Mellersta Norrland", "Övre Norrland",
	}[i]
}
