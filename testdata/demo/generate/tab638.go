package main

// tab638 is the population by marital status, single year of age and sex: exact
// counts, no total for marital status or sex.
func tab638(w *world) *table {
	const first, last = 2013, 2024
	age := variable{code: "Alder", label: "ålder", elimination: true, total: "tot"}
	age.codes = append(classCodes(singleAges(0, 99)), code{code: "100+", label: "100+ år"}, code{code: "tot", label: "totalt ålder"})
	civil := variable{code: "Civilstand", label: "civilstånd", elimination: true,
		codes: named("OG ogifta", "G gifta", "SK skilda", "ÄNKL änkor/änklingar")}
	t := &table{
		id: "TAB638", title: "Folkmängden efter region, civilstånd, ålder och kön",
		subject: "BE", area: "Befolkning", updated: "2025-02-21T07:00:00Z", official: true,
		vars: []variable{w.regionVariable(), civil, age, sexes(),
			contents(code{code: "BE0101N1", label: "Folkmängd", unit: "antal"}), years(first, last)},
	}
	width := last - first + 1
	at := func(civil, age, sex, year int) int { return ((civil*(ages+1)+age)*2+sex)*width + year }
	return w.summed(t, func(town *town, out []float64) {
		for age := range ages {
			for sex := range 2 {
				for y := range width {
					for c, n := range town.married(first+y, sex, age) {
						out[at(c, age, sex, y)] = float64(n)
						out[at(c, ages, sex, y)] += float64(n)
					}
				}
			}
		}
	})
}

// married divides the people of one age and sex by marital status: single,
// married, divorced, widowed. The shares depend on age and sex alone.
func (t *town) married(year, sex, age int) [4]int {
	n := int(t.people[year-firstYear][sex][age])
	if age < 18 {
		return [4]int{n}
	}
	a, s := float64(age), float64(sex)
	ever := 0.78 * rise(a, 35-2.5*s, 5.5)
	widowed := rise(a, 93-11*s, 6)
	if age < 45 {
		widowed = 0
	}
	divorced := 0.27 * rise(a, 46, 7)
	single := 1 - ever
	parts := [3]float64{single, ever * (1 - widowed) * (1 - divorced), ever * (1 - widowed) * divorced}
	var out [4]int
	divide(n, unit("marital", sex, age), parts[:], out[:])
	return out
}
