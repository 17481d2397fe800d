package recompute

import (
	"math"
	"strconv"
	"strings"
)

// What follows says the catalogue's definitions once more, in Go, from the
// served bodies. It shares nothing with sql/.

var ( // not state: the words of the sources
	sexesOf = []string{"total", "women", "men"}
	konOf   = map[string]string{"women": "2", "men": "1", "total": "1+2"}
)

func missing(status string) figure { return figure{math.NaN(), status, false} }

func worse(a, b string) string {
	const rank = "APEMQO"
	if strings.Index(rank, a) >= strings.Index(rank, b) {
		return a
	}
	return b
}

// combine applies f to figures; one missing makes the result missing.
func combine(f func(v ...float64) float64, parts ...figure) figure {
	out := figure{status: "A"}
	values := make([]float64, len(parts))
	for i, p := range parts {
		values[i] = p.value
		out.status, out.noisy = worse(out.status, p.status), out.noisy || p.noisy
	}
	out.value = f(values...)
	return out
}

func sum(parts ...figure) figure {
	return combine(func(v ...float64) float64 {
		total := 0.0
		for _, x := range v {
			total += x
		}
		return total
	}, parts...)
}

func less(a, b figure) figure {
	return combine(func(v ...float64) float64 { return v[0] - v[1] }, a, b)
}

// per is a / b × factor; over zero it cannot exist.
func per(a, b figure, factor float64) figure {
	out := combine(func(v ...float64) float64 { return v[0] / v[1] * factor }, a, b)
	if b.value == 0 {
		out.value, out.status = math.NaN(), "M"
	}
	return out
}

func (f figure) perturbed() figure { f.noisy = true; return f }

// reckoner computes indicators for regions from what is served.
type reckoner struct {
	*served
	regions []string
	pops    map[string]figure
}

// emit takes one computed figure.
type emit func(region string, year int, sex string, f figure)

// pop is the population of ages from–to at the end of a year.
func (r *reckoner) pop(region string, year int, sex string, from, to int) figure {
	key := strings.Join([]string{region, strconv.Itoa(year), sex, strconv.Itoa(from), strconv.Itoa(to)}, " ")
	f, ok := r.pops[key]
	if !ok {
		f = r.count(region, year, sex, from, to)
		r.pops[key] = f
	}
	return f
}

func (r *reckoner) count(region string, year int, sex string, from, to int) figure {
	exact, noisy := r.tables["TAB638"], r.tables["TAB5557"]
	var parts []figure
	if year > exact.lastYear() {
		kon := map[string]string{"women": "2", "men": "1", "total": "TotSa"}[sex]
		for _, class := range classesOf(from, to) {
			parts = append(parts, noisy.cell(true, year, "Region", region, "Civilstand", "SC", "Alder", class, "Kon", kon, "ContentsCode", "000007ME").perturbed())
		}
		return sum(parts...)
	}
	ages := []string{"tot"}
	if from >= 0 {
		ages = nil
		for age := from; age <= min(to, 99); age++ {
			ages = append(ages, strconv.Itoa(age))
		}
		if to >= 100 {
			ages = append(ages, "100+")
		}
	}
	for _, kon := range map[string][]string{"women": {"2"}, "men": {"1"}, "total": {"1", "2"}}[sex] {
		for _, civil := range []string{"OG", "G", "SK", "ÄNKL"} {
			for _, age := range ages {
				parts = append(parts, exact.cell(true, year, "Region", region, "Civilstand", civil, "Alder", age, "Kon", kon, "ContentsCode", "BE0101N1"))
			}
		}
	}
	return sum(parts...)
}

// classesOf are the fewest published classes (catalogue 3.1); from −1 is all.
func classesOf(from, to int) []string {
	if from < 0 {
		return []string{"TotSA"}
	}
	var classes []string
	for _, c := range []struct {
		code     string
		from, to int
	}{
		{"-9", 0, 9},
		{"10-19", 10, 19},
		{"20-29", 20, 29},
		{"30-39", 30, 39},
		{"40-49", 40, 49},
		{"50-59", 50, 59},
		{"60-64", 60, 64},
		{"65-69", 65, 69},
		{"70-79", 70, 79},
		{"80-89", 80, 89},
		{"90-99", 90, 99},
		{"100+10", 100, 100},
	} {
		if c.from >= from && c.to <= to {
			classes = append(classes, c.code)
		}
	}
	return classes
}

func (r *reckoner) mean(region string, year int) figure {
	return combine(func(v ...float64) float64 { return (v[0] + v[1]) / 2 }, r.pop(region, year, "total", -1, -1), r.pop(region, year-1, "total", -1, -1))
}

// joinedYears are the years of both tables of a pair.
func (r *reckoner) joinedYears(exact, noisy string) map[int]bool {
	years := map[int]bool{}
	for year := range r.tables[exact].years() {
		years[year] = true
	}
	for year := range r.tables[noisy].years() {
		years[year] = years[year] || year > r.tables[exact].lastYear()
	}
	return years
}

func (r *reckoner) firstYear(years map[int]bool) int {
	first := math.MaxInt
	for year := range years {
		first = min(first, year)
	}
	return first
}

// population gives indicators 1, 2, 7, 8 and 9.
func (r *reckoner) population(id string, out emit) {
	years := r.joinedYears("TAB638", "TAB5557")
	for _, region := range r.regions {
		for year := range years {
			for _, sex := range sexesOf {
				all := r.pop(region, year, sex, -1, -1)
				switch id {
				case "population_total":
					out(region, year, sex, all)
				case "share_aged_80_plus":
					out(region, year, sex, per(r.pop(region, year, sex, 80, 100), all, 100))
				}
			}
			all := r.pop(region, year, "total", -1, -1)
			switch id {
			case "population_growth_rate":
				if before := r.pop(region, year-1, "total", -1, -1); year > r.firstYear(years) {
					out(region, year, "total", per(less(all, before), before, 100))
				}
			case "demographic_dependency_ratio":
				young, old := r.pop(region, year, "total", 0, 19), r.pop(region, year, "total", 65, 100)
				out(region, year, "total", per(sum(young, old), r.pop(region, year, "total", 20, 64), 100))
			case "women_per_100_men_20_39":
				out(region, year, "total", per(r.pop(region, year, "women", 20, 39), r.pop(region, year, "men", 20, 39), 100))
			}
		}
	}
}

func (r *reckoner) change(region string, year int, component string) figure {
	if year <= r.tables["TAB5169"].lastYear() {
		return r.tables["TAB5169"].cell(true, year, "Region", region, "Forandringar", component, "Kon", "1+2", "Period", "hel", "ContentsCode", "000002Z9")
	}
	return r.tables["TAB6481"].cell(true, year, "Region", region, "Forandringar", component, "Kon", "TotSa", "Period", "hel", "ContentsCode", "000007TB").perturbed()
}

// flows gives indicators 3, 4, 5, 6 and 10.
func (r *reckoner) flows(id string, out emit) {
	years := r.joinedYears("TAB5169", "TAB6481")
	if id == "young_adult_net_migration_rate" {
		years = r.joinedYears("TAB1212", "TAB6640")
	}
	if id == "dwellings_completed_per_1000" {
		years = map[int]bool{}
		for year := range r.tables["TAB2538"].years() {
			years[year] = true
		}
	}
	for _, region := range r.regions {
		for year := range years {
			switch id {
			case "natural_change_rate":
				out(region, year, "total", per(r.change(region, year, "135"), r.mean(region, year), 1000))
			case "international_net_migration_rate":
				out(region, year, "total", per(r.change(region, year, "260"), r.mean(region, year), 1000))
			case "domestic_net_migration_rate":
				out(region, year, "total", per(less(r.change(region, year, "230"), r.change(region, year, "260")), r.mean(region, year), 1000))
			case "dwellings_completed_per_1000":
				t := r.tables["TAB2538"]
				built := sum(t.cell(true, year, "Region", region, "Hustyp", "FLERBO", "ContentsCode", "BO0101A5"), t.cell(true, year, "Region", region, "Hustyp", "SMÅHUS", "ContentsCode", "BO0101A5"))
				out(region, year, "total", per(built, r.mean(region, year), 1000))
			default:
				for _, sex := range sexesOf {
					out(region, year, sex, per(r.young(region, year, sex), r.pop(region, year-1, sex, 20, 29), 1000))
				}
			}
		}
	}
}

func (r *reckoner) young(region string, year int, sex string) figure {
	exact, noisy := r.tables["TAB1212"], r.tables["TAB6640"]
	if year > exact.lastYear() {
		kon := map[string]string{"women": "2", "men": "1", "total": "TotSa"}[sex]
		return noisy.cell(true, year, "Region", region, "Alder", "20-29", "Kon", kon, "ContentsCode", "00000868").perturbed()
	}
	var parts []figure
	for _, kon := range map[string][]string{"women": {"2"}, "men": {"1"}, "total": {"1", "2"}}[sex] {
		for age := 20; age <= 29; age++ {
			parts = append(parts, exact.cell(true, year, "Region", region, "Alder", strconv.Itoa(age), "Kon", kon, "ContentsCode", "BE0101AZ"))
		}
	}
	return sum(parts...)
}
