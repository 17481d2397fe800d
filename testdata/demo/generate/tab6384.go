package main

// tab6384 is employment by time in Sweden, counties only: the country is in
// another table. Codes that no source gives are the demo's own.
func tab6384(w *world) *table {
	return w.newcomers(&table{
		id: "TAB6384", updated: "2026-02-12T07:00:00Z",
		vars: []variable{{}, {}, {}, {}, contents(code{code: "DEMO0003", label: "Andel sysselsatta", unit: "procent", decimals: 1}),
			years(2022, 2024)},
	}, 2022, 0)
}

// tab389 is what TAB6384 replaced: another definition, some points lower, and
// frozen at 2021 without a word in the listing.
func tab389(w *world) *table {
	return w.newcomers(&table{
		id: "TAB389", updated: "2023-02-09T07:00:00Z",
		vars: []variable{{}, {}, {}, {}, contents(code{code: "DEMO0004",
			label: "Andel förvärvsarbetande (ny definition från och med 2019)", unit: "procent", decimals: 1}), years(2012, 2021)},
	}, 2012, -6)
}

func (w *world) newcomers(t *table, first int, shift float64) *table {
	t.title = "Sysselsatta 20-64 år efter region, kön, bakgrundsvariabel och utbildningsnivå"
	t.subject, t.area, t.official = "AA", "Ämnesövergripande statistik", true
	var counties []place
	for _, p := range w.places {
		if p.Level == "county" {
			counties = append(counties, p)
		}
	}
	t.vars[0] = placeVariable(counties)
	t.vars[0].elimination, t.vars[0].total = false, ""
	t.vars[1] = sexesAndBoth()
	t.vars[2] = variable{code: "BakgrVar", label: "bakgrundsvariabel", codes: named("DEMO1 vistelsetid 0-1 år",
		"DEMO2 vistelsetid 2-3 år", "DEMO3 vistelsetid 4-9 år", "DEMO4 inrikes födda")}
	t.vars[3] = variable{code: "UtbNiv", label: "utbildningsnivå", codes: named("000 samtliga utbildningsnivåer", "DEMO9 eftergymnasial utbildning")}
	return t.fill(func(at []int) float64 {
		p, year := counties[at[0]], first+at[5]
		return []float64{38, 54, 66, 84}[at[2]] + []float64{men: 6, women: -6, total: 0}[at[1]]*(1-0.28*float64(at[2])) +
			7*float64(at[3]) + shift + 0.5*float64(year-2020) + 4*swing("newcomers", p.at) + swing("newcomers year", p.at, year)
	})
}
