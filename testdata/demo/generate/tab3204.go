package main

import "math"

// tab3204 is jobs by place of work and by place of residence.
func tab3204(w *world) *table {
	const first, last = 2020, 2024
	t := &table{
		id: "TAB3204", title: "Sysselsatta 15–74 år efter region, kön, näringsgren (SNI 2007) och födelseregion. Årligt register",
		subject: "AM", area: "Arbetsmarknad", updated: "2025-11-28T07:00:00Z", official: true,
		vars: []variable{w.regionVariable(), sexesAndBoth(),
			{code: "SNI2007", label: "näringsgren SNI 2007", elimination: true, total: "A-U+US", codes: named("A-U+US totalt")},
			{code: "Fodelseregion", label: "födelseregion", elimination: true, total: "tot", codes: named("tot totalt")},
			contents(code{code: "000002XH", label: "sysselsatta, dagbefolkning", unit: "antal"},
				code{code: "000002XI", label: "sysselsatta, nattbefolkning", unit: "antal"}),
			years(first, last)},
	}
	width := last - first + 1
	return w.summed(t, func(town *town, out []float64) {
		for _, sex := range []int{men, women, total} {
			for y := range width {
				day, night := town.jobs(first+y, sex)
				out[sex*2*width+y], out[(sex*2+1)*width+y] = day, night
			}
		}
	})
}

// jobs counts a town's jobs and its residents with a job; women and men add up.
func (t *town) jobs(year, sex int) (day, night float64) {
	if sex == total {
		d1, n1 := t.jobs(year, men)
		d2, n2 := t.jobs(year, women)
		return d1 + d2, n1 + n2
	}
	class := ageClass{"15-74", 15, 74}
	for abroad := range 2 {
		night += float64(t.work(year, sex, abroad, class)[0])
	}
	ratio := 0.86 + 0.18*(1-t.rural)*t.skill + 0.12*t.student + 0.06*t.rural + 0.05*swing("commute", t.n)
	return math.Round(night * ratio), night
}
