package main

import "math"

const accountsFirst, accountsLast = 2000, 2024

// accounts are a place's regional accounts by year: product in mnkr, change of
// volume in per cent, mean population in persons and jobs in thousands.
type accounts struct {
	product, volume, people, jobs [accountsLast - accountsFirst + 1]float64
}

// content is a cell of TAB3138.
func (a *accounts) content(content, year int) float64 {
	switch content {
	case 0:
		return a.product[year]
	case 1:
		return a.volume[year]
	case 2:
		return a.product[year] * 1000 / math.Max(a.people[year], 1)
	}
	return a.jobs[year]
}

// accounts draws the counties and adds them up, by the places' codes; the country
// has what belongs to no county (90) as well.
func (w *world) accounts() map[string]*accounts {
	all := map[string]*accounts{}
	var counties []*accounts
	for _, p := range w.kind("county") {
		all[p.Code] = w.countyAccounts(p)
		counties = append(counties, all[p.Code])
	}
	for _, g := range w.spec.Groups["accounts"] {
		var members []*accounts
		for _, code := range g.Members {
			members = append(members, all[code])
		}
		all[g.Code] = addUp(members)
	}
	all["00"] = addUp(counties)
	for y := range all["90"].product {
		all["90"].product[y] = math.Round(4000 * math.Exp(0.04*float64(y)))
		all["00"].product[y] += all["90"].product[y]
	}
	return all
}

// addUp adds up counties; their volume change is weighed by product.
func addUp(parts []*accounts) *accounts {
	sum := &accounts{}
	for y := range sum.product {
		for _, p := range parts {
			sum.product[y] += p.product[y]
			sum.volume[y] += p.volume[y] * p.product[y]
			sum.people[y] += p.people[y]
			sum.jobs[y] += p.jobs[y]
		}
		sum.volume[y] /= math.Max(sum.product[y], 1)
	}
	return sum
}

// countyAccounts draws one county: the level in 2024, back by volume and prices.
func (w *world) countyAccounts(p place) *accounts {
	a := &accounts{}
	level := 470 + 300*(w.average(p, 2024, func(t *town) float64 { return t.skill })-0.5) + 40*swing("grp", p.at)
	switch p.Code {
	case "01":
		level += 230
	case "25":
		level += 130 // mines, steel and hydro power
	}
	// The invented business cycle: two bad years with recoveries.
	cycle := map[int]float64{2001: -0.6, 2008: -1.5, 2009: -5.5, 2010: 4, 2011: 1.5, 2020: -3.2, 2021: 4, 2023: -1.2}
	for y := len(a.product) - 1; y >= 0; y-- {
		year := accountsFirst + y
		a.people[y] = w.mean(p, year)
		growth := (a.people[y]/w.mean(p, max(year-1, accountsFirst)) - 1) * 100
		a.volume[y] = round(growth+1.1+cycle[year]+1.3*swing("volume", p.at, year), 1)
		a.product[y] = math.Round(level * a.people[y] / 1000)
		a.jobs[y] = a.people[y] / 1000 * (0.49 + 0.02*swing("jobs", p.at) + 0.001*float64(y-20))
		level /= 1 + (a.volume[y]-growth+1.9)/100
	}
	return a
}
