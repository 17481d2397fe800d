package main

const levels = 8 // UtbildningsNiva 1 … 7 and US

// tab3981 is the population by level of education: exact, no totals, and the
// level unknown (US) as a value of its own. The real table has ages 16–74.
func tab3981(w *world) *table {
	const first, last = 2015, 2025
	const youngest, oldest = 24, 66
	t := &table{
		id: "TAB3981", title: "Befolkning 16-74 år efter region, ålder, utbildningsnivå och kön",
		subject: "UF", area: "Utbildning och forskning", updated: "2026-04-27T06:00:00Z", official: true,
		vars: []variable{
			w.regionVariable(),
			{code: "Alder", label: "ålder", elimination: true, codes: classCodes(singleAges(youngest, oldest))},
			{code: "UtbildningsNiva", label: "utbildningsnivå", elimination: true, codes: named(
				"1 förgymnasial utbildning kortare än 9 år", "2 förgymnasial utbildning, 9 (10) år",
				"3 gymnasial utbildning, högst 2 år", "4 gymnasial utbildning, 3 år",
				"5 eftergymnasial utbildning, mindre än 3 år", "6 eftergymnasial utbildning, 3 år eller mer",
				"7 forskarutbildning", "US uppgift om utbildningsnivå saknas")},
			sexes(),
			contents(code{code: "UF0506A1", label: "Befolkning", unit: "antal"}), years(first, last),
		},
	}
	width := last - first + 1
	return w.summed(t, func(town *town, out []float64) {
		var parts [levels]int
		for age := youngest; age <= oldest; age++ {
			for sex := range 2 {
				for y := range width {
					town.schooled(first+y, sex, age, parts[:])
					for level, n := range parts {
						out[(((age-youngest)*levels+level)*2+sex)*width+y] = float64(n)
					}
				}
			}
		}
	})
}

// schooled divides the people of one age and sex by level of education. Women,
// later years of birth and towns with a university have more of it.
func (t *town) schooled(year, sex, age int, out []int) {
	born := float64(year - age)
	later := rise(born, 1972, 13)
	old := 1 - rise(born, 1962, 6)
	s := float64(sex)
	higher := clamp((0.13+0.25*later+0.10*s*(0.4+later)+0.30*(t.skill-0.4))*rise(float64(age), 23.5, 1.5), 0.04, 0.88)
	long := 0.42 + 0.12*s + 0.15*t.skill
	doctor := 0.03 * t.skill * rise(float64(age), 33, 2)
	rest := 1 - higher - 0.015
	parts := [levels - 1]float64{
		rest * 0.12 * old, rest * (0.17 - 0.03*s), rest * 0.45 * (1 - later),
		0, higher * (1 - long), higher * (long - doctor), higher * doctor,
	}
	parts[3] = rest - parts[0] - parts[1] - parts[2]
	divide(int(t.people[year-firstYear][sex][age]), unit("school", sex, age), parts[:], out)
}
