package main

// classes are the published age classes of the tables with noise: the total,
// five-year and ten-year classes, which overlap, and the three codes of the
// highest class.
func classes() []ageClass {
	out := []ageClass{{"TotSA", 0, 100}, {"-4", 0, 4}, {"-9", 0, 9}}
	for from := 5; from < 100; from += 5 {
		out = append(out, fiveYears(from))
		if from%10 == 0 {
			out = append(out, tenYears(from))
		}
	}
	return append(out, ageClass{"100+1", 100, 100}, ageClass{"100+5", 100, 100}, ageClass{"100+10", 100, 100})
}

func fiveYears(from int) ageClass {
	return ageClass{itoa(from) + "-" + itoa(from+4), from, from + 4}
}

func tenYears(from int) ageClass {
	return ageClass{itoa(from) + "-" + itoa(from+9), from, from + 9}
}

// tab5557 continues TAB638 from 2025 on: every cell, totals included, carries
// noise of its own, so parts and totals differ.
func tab5557(w *world) *table {
	const year = 2025
	ages := classes()
	t := &table{
		id: "TAB5557", title: "Folkmängden efter region, civilstånd, ålder och kön",
		subject: "BE", area: "Befolkning", updated: "2026-02-24T07:00:00Z", official: true, noSums: true,
		notes: []string{noiseNote},
		vars: []variable{
			w.regionVariable(),
			{code: "Civilstand", label: "civilstånd", codes: named("SC totalt, samtliga civilstånd",
				"OG ogifta", "G gifta", "SK skilda", "ÄNKL änkor/änklingar")},
			{code: "Alder", label: "ålder", codes: classCodes(ages)},
			sexesCKM(),
			contents(code{code: "000007ME", label: "Folkmängd", unit: "antal"}), years(year, year),
		},
	}
	w.summed(t, func(town *town, out []float64) {
		for i, class := range ages {
			for age := class.from; age <= class.to; age++ {
				for sex := range 2 {
					for c, n := range town.married(year, sex, age) {
						for _, civil := range []int{0, c + 1} {
							for _, kon := range []int{0, sex + 1} {
								out[(civil*len(ages)+i)*3+kon] += float64(n)
							}
						}
					}
				}
			}
		}
	})
	t.disturb()
	return t
}

// noiseNote is the gist of what the publisher notes on such tables.
const noiseNote = "Från och med 2025 bär varje cell en liten slumpmässig osäkerhet; totaler är inte alltid lika med summan av sina delar."

// disturb gives every cell its noise.
func (t *table) disturb() {
	for i, v := range t.values {
		t.values[i] = noise(t.id, int(v), []int{i})
	}
}

// published is the noisy cell of all ages and marital statuses in TAB5557.
func (w *world) published(p place, sex int) int {
	kon := []int{men: 1, women: 2, total: 0}[sex]
	return int(noise("TAB5557", w.sexed(p, lastYear, sex, 0, 100), []int{p.at*5*len(classes())*3 + kon}))
}
