package recompute

import (
	"math"
	"strconv"
)

// bas is a count of TAB3200, 20–64 years.
func (r *reckoner) bas(region string, year int, sex, birth, content string) figure {
	return r.tables["TAB3200"].cell(true, year, "Region", region, "Kon", konOf[sex], "Alder", "20-64", "Fodelseregion", birth, "ContentsCode", content)
}

func (r *reckoner) rate(region string, year int, sex, birth string) figure {
	return per(r.bas(region, year, sex, birth, "000002NT"), r.bas(region, year, sex, birth, "000002NU"), 100)
}

// employment gives indicators 19 to 22.
func (r *reckoner) employment(id string, out emit) {
	final := r.tables["TAB3200"].years()
	for _, region := range r.regions {
		for year := range final {
			if id == "employment_gap_sex" {
				out(region, year, "total", less(r.rate(region, year, "women", "tot"), r.rate(region, year, "men", "tot")))
				continue
			}
			for _, sex := range sexesOf {
				switch id {
				case "employment_rate_20_64":
					out(region, year, sex, r.rate(region, year, sex, "tot"))
				case "employment_gap_birth_region":
					out(region, year, sex, less(r.rate(region, year, sex, "in"), r.rate(region, year, sex, "ut")))
				default:
					out(region, year, sex, per(r.bas(region, year, sex, "tot", "000002NM"), r.bas(region, year, sex, "tot", "000002NL"), 100))
				}
			}
		}
	}
	if id == "employment_rate_20_64" {
		r.preliminary(out)
	}
}

func (r *reckoner) preliminary(out emit) {
	t := r.tables["TAB5655"]
	for year := range t.years() {
		for _, region := range r.regions {
			for _, sex := range sexesOf {
				f := t.cell(false, year, "Region", region, "Kon", konOf[sex], "Alder", "20-64", "Fodelseregion", "tot", "ContentsCode", "000006J6")
				if f.status == "A" {
					f.status = "P"
				}
				if year > r.tables["TAB3200"].lastYear() {
					out(region, year, sex, f)
				}
			}
		}
	}
}

// schooled is the share with post-secondary education, ages 25–64.
func (r *reckoner) schooled(region string, year int, kons ...string) figure {
	var higher, all []figure
	for _, kon := range kons {
		for age := 25; age <= 64; age++ {
			for _, level := range []string{"1", "2", "3", "4", "5", "6", "7", "US"} {
				f := r.tables["TAB3981"].cell(true, year, "Region", region, "Alder", strconv.Itoa(age), "UtbildningsNiva", level, "Kon", kon, "ContentsCode", "UF0506A1")
				all = append(all, f)
				if level == "5" || level == "6" || level == "7" {
					higher = append(higher, f)
				}
			}
		}
	}
	return per(sum(higher...), sum(all...), 100)
}

// education gives indicators 25 and 26.
func (r *reckoner) education(id string, out emit) {
	for year := range r.tables["TAB3981"].years() {
		for _, region := range r.regions {
			women, men := r.schooled(region, year, "2"), r.schooled(region, year, "1")
			if id == "post_secondary_gap_sex" {
				out(region, year, "total", less(women, men))
				continue
			}
			out(region, year, "women", women)
			out(region, year, "men", men)
			out(region, year, "total", r.schooled(region, year, "1", "2"))
		}
	}
}

func (r *reckoner) income(region string, year int, sex string) figure {
	return r.tables["TAB3554"].cell(false, year, "Region", region, "Kon", konOf[sex], "Alder", "tot16+", "Inkomstklass", "TOT", "ContentsCode", "HE0110J8")
}

// incomes gives indicators 17 and 18.
func (r *reckoner) incomes(id string, out emit) {
	prices := r.tables["TAB4352"]
	base := missing("O")
	for year := r.tables["TAB3554"].lastYear(); math.IsNaN(base.value) && year > 1900; year-- {
		base = prices.cell(false, year, "ContentsCode", "000000KL")
	}
	for year := range r.tables["TAB3554"].years() {
		for _, region := range r.regions {
			if id == "income_ratio_women_men" {
				out(region, year, "total", per(r.income(region, year, "women"), r.income(region, year, "men"), 100))
				continue
			}
			for _, sex := range sexesOf {
				price := prices.cell(false, year, "ContentsCode", "000000KL")
				out(region, year, sex, per(combine(func(v ...float64) float64 { return v[0] * base.value }, r.income(region, year, sex)), price, 1))
			}
		}
	}
}

// direct gives indicators 11, 28 and 29.
func (r *reckoner) direct(id string, out emit) {
	for _, region := range r.regions {
		for _, sex := range sexesOf {
			switch id {
			case "life_expectancy_at_birth":
				for year := range r.tables["TAB4394"].years() {
					if sex != "total" {
						out(region, year, sex, r.tables["TAB4394"].cell(false, year, "Region", region, "Kon", konOf[sex], "ContentsCode", "000000NH"))
					}
				}
			case "skills_matching_rate":
				for year := range r.tables["TAB6366"].years() {
					if len(region) == 2 {
						out(region, year, sex, r.tables["TAB6366"].cell(false, year, "Region", region, "Kon", konOf[sex], "AlderFodelselandgr", "totalt", "ContentsCode", "000007I3"))
					}
				}
			default:
				t := r.tables["TAB6384"]
				for year := range t.years() {
					if len(region) == 2 && region != "00" {
						out(region, year, sex, t.cell(false, year, "Region", region, "Kon", konOf[sex], "BakgrVar", t.code("BakgrVar", "vistelsetid 2-3 år"), "UtbNiv", "000",
							"ContentsCode", t.code("ContentsCode", "Andel sysselsatta")))
					}
				}
			}
		}
	}
}

// jobs gives indicator 37.
func (r *reckoner) jobs(out emit) {
	t := r.tables["TAB3204"]
	for _, region := range r.regions {
		for year := range t.years() {
			at := func(content string) figure {
				return t.cell(true, year, "Region", region, "Kon", "1+2", "SNI2007", "A-U+US", "Fodelseregion", "tot", "ContentsCode", content)
			}
			out(region, year, "total", per(at("000002XH"), at("000002XI"), 1))
		}
	}
}

func (r *reckoner) account(region string, year int, label string) figure {
	t := r.tables["TAB3138"]
	return t.cell(false, year, "Region", region, "ContentsCode", t.code("ContentsCode", label))
}

// volume is the chained index, 2015 = 100, year by year.
func (r *reckoner) volume(region string, year int) figure {
	link := func(year int) figure {
		return combine(func(v ...float64) float64 { return 1 + v[0]/100 }, r.account(region, year, "BRP, volymutveckling i procent"))
	}
	switch {
	case year > 2015:
		return combine(func(v ...float64) float64 { return v[0] * v[1] }, r.volume(region, year-1), link(year))
	case year < 2015:
		return per(r.volume(region, year+1), link(year+1), 1)
	}
	return figure{100, "A", false}
}

// products gives indicators 30, 31, 32 and 43.
func (r *reckoner) products(id string, out emit) {
	const product = "BRP, löpande priser, mnkr"
	for year := range r.tables["TAB3138"].years() {
		for _, region := range r.regions {
			if len(region) > 2 {
				continue
			}
			thousands := combine(func(v ...float64) float64 { return v[0] * 1000 }, r.account(region, year, product))
			switch id {
			case "grp_per_capita":
				out(region, year, "total", per(thousands, r.mean(region, year), 1))
			case "grp_per_employed":
				out(region, year, "total", per(r.account(region, year, product), r.account(region, year, "Medelantal sysselsatta, 1000-tal"), 1))
			case "grp_volume_index":
				out(region, year, "total", r.volume(region, year))
			default:
				real := combine(func(v ...float64) float64 { return v[0] * v[1] / 100 * 1000 }, r.account(region, 2015, product), r.volume(region, year))
				out(region, year, "total", per(real, r.kpi("N07702", region, year, "total"), 1))
			}
		}
	}
}
