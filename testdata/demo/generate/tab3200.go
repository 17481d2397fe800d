package main

import "math"

// tab3200 is the labour market status by BAS: counts that are protected, so
// that parts and totals differ a little, and the published rate.
func tab3200(w *world) *table {
	const first, last = 2020, 2024
	ages := []ageClass{{"15-74", 15, 74}, {"20-64", 20, 64}, {"060-64", 60, 64}}
	codes := classCodes(ages)
	codes[2].label = "60-64 år"
	t := &table{
		id: "TAB3200", subject: "AM", area: "Arbetsmarknad", official: true,
		title:   "Befolkningens arbetsmarknadsstatus (BAS) efter region, kön, ålder och födelseregion",
		updated: "2025-11-28T07:00:00Z",
		notes:   []string{"Uppgifterna är skyddade; totaler är inte alltid lika med summan av sina delar."},
		vars: []variable{
			w.regionVariable(), sexesAndBoth(), {code: "Alder", label: "ålder", codes: codes},
			{code: "Fodelseregion", label: "födelseregion", elimination: true, total: "tot",
				codes: named("tot totalt", "in inrikes född", "ut utrikes född")},
			contents(code{code: "000002NT", label: "antal sysselsatta", unit: "antal"},
				code{code: "000002NM", label: "antal arbetslösa", unit: "antal"},
				code{code: "000002NL", label: "antal i arbetskraften", unit: "antal"},
				code{code: "000002NU", label: "antal totalt", unit: "antal"},
				code{code: "000002NS", label: "sysselsättningsgrad", unit: "procent", decimals: 1}),
			years(first, last),
		},
	}
	at := func(sex, age, birth, content, y int) int {
		return (((sex*len(ages)+age)*3+birth)*5+content)*(last-first+1) + y
	}
	w.summed(t, func(town *town, out []float64) {
		for i, class := range ages {
			for y := range last - first + 1 {
				for sex := range 2 {
					for abroad := range 2 {
						for c, n := range town.work(first+y, sex, abroad, class) {
							for _, s := range []int{sex, 2} {
								out[at(s, i, abroad+1, c, y)] += float64(n)
								out[at(s, i, 0, c, y)] += float64(n)
							}
						}
					}
				}
			}
		}
	})
	t.protectWork()
	return t.blank("-", func(codes []string, v float64) bool { return v == 0 }).
		blank("..", func(codes []string, _ float64) bool {
			return codes[0] == "2403" && codes[1] == "2" && codes[3] == "ut" && codes[5] == "2020"
		})
}

// work is the number of employed, of unemployed, in the labour force and in all.
func (t *town) work(year, sex, abroad int, class ageClass) [4]int {
	s, f, since := float64(sex), float64(abroad), float64(year-2022)
	share := t.abroad + 0.004*since
	if abroad == 0 {
		share = 1 - share
	}
	all := int(float64(t.folk(year, sex, class.from, class.to))*share + 0.5)
	rate := 0.832 - 0.012*s - (0.17+0.06*s)*f + 0.02*t.skill + 0.035*t.rural*(1-f) +
		0.006*since + 0.012*swing("work", t.n) + 0.004*swing("work year", t.n, year)
	out := 0.032 + 0.085*f - 0.004*s - 0.003*since + 0.008*swing("idle", t.n)
	switch class.code {
	case "15-74":
		rate, out = rate-0.13, out*0.9
	case "060-64":
		rate, out = rate-0.11, out*0.7
	}
	employed := int(float64(all)*clamp(rate, 0.3, 0.93) + 0.5)
	idle := int(float64(all)*clamp(out, 0.008, 0.2) + 0.5)
	return [4]int{employed, idle, employed + idle, all}
}

// protectWork moves the counts of parts by a few persons and sets the rate from
// the counts as published.
func (t *table) protectWork() {
	at := make([]int, len(t.vars))
	years := len(t.vars[5].codes)
	for i, n := range t.values {
		part := at[1] < 2 || at[3] > 0
		switch {
		case at[4] == 4:
			employed, all := t.values[i-4*years], t.values[i-years]
			t.values[i] = 100 * employed / math.Max(all, 1)
		case part && n >= 30:
			t.values[i] = n + float64(int(unit("protect", i)*5)-2)
		}
		t.next(at)
	}
}
