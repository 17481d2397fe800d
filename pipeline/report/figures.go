package report

import (
	"fmt"
	"slices"
)

// Covers tells whether the figures are those of a report-back of a year. One of a
// year before the latest figure would print what nobody could know then; one of a
// year long after the file was built would print what is out of date.
func (f Figures) Covers(year int) error {
	years := f.reported()
	if len(years) == 0 {
		return fmt.Errorf("there are no figures for %s: run «effekt refresh»", f.CountyName)
	}
	first, last := years[0], years[len(years)-1]
	if year >= first && year < last {
		return fmt.Errorf("the figures of %s go to %d: a report-back of %d is made from its edition (--edition)", f.CountyName, last, year)
	}
	if year < first || year > max(f.Built.Year(), last)+1 {
		return fmt.Errorf("there are no figures for a report-back of %d: those of %s are for %d to %d", year, f.CountyName, first, last)
	}
	return nil
}

// LastYear is the last year for which the county has a figure; 0 for none.
func (f Figures) LastYear() int { return slices.Max(append(f.reported(), 0)) }

// reported are the years for which the county has a figure, in order.
func (f Figures) reported() []int {
	var years []int
	for _, i := range f.Indicators {
		for _, v := range i.Values {
			if v.Region == f.County && v.Value != nil {
				years = append(years, v.Year)
			}
		}
	}
	slices.Sort(years)
	return years
}

// find is the first of all that is asked for.
func find[T any](all []T, asked func(T) bool) (found T, ok bool) {
	if k := slices.IndexFunc(all, asked); k >= 0 {
		return all[k], true
	}
	return found, false
}

// named is the indicator with an id.
func (f Figures) named(id string) (Indicator, bool) {
	return find(f.Indicators, func(i Indicator) bool { return i.ID == id })
}

// trend is the trend of a sex.
func (i Indicator) trend(sex string) (Trend, bool) {
	return find(i.Trend, func(t Trend) bool { return t.Sex == sex })
}

// comparison is the county's place in a year.
func (i Indicator) comparison(year int, sex string) (Comparison, bool) {
	return find(i.Compare, func(c Comparison) bool { return c.Year == year && c.Sex == sex })
}

// latest is the county's last year with a value, and that value, of a sex.
func (i Indicator) latest(county, sex string) (Value, bool) {
	known := slices.DeleteFunc(i.series(county, sex), func(v Value) bool { return v.Value == nil })
	if len(known) == 0 {
		return Value{}, false
	}
	return known[len(known)-1], true
}

// series is the values of a region and sex, by year.
func (i Indicator) series(region, sex string) []Value {
	var values []Value
	for _, v := range i.Values {
		if v.Region == region && v.Sex == sex {
			values = append(values, v)
		}
	}
	slices.SortFunc(values, func(a, b Value) int { return a.Year - b.Year })
	return values
}

// value is the figure of a region, sex and year, empty where there is none.
func (i Indicator) value(region, sex string, year int) Value {
	v, _ := find(i.Values, func(v Value) bool { return v.Region == region && v.Sex == sex && v.Year == year })
	return v
}

// at is the number of a figure; nil where there is none.
func (i Indicator) at(region, sex string, year int) *float64 {
	return i.value(region, sex, year).Value
}

// years are those in which a region has a row, of the sexes that the indicator is
// told by.
func (i Indicator) years(region string) []int {
	var years []int
	for _, sex := range i.told(region) {
		for _, v := range i.series(region, sex) {
			years = append(years, v.Year)
		}
	}
	slices.Sort(years)
	return slices.Compact(years)
}

// told are the sexes that the indicator is told by: total, or women and men
// where no total exists. What is told by sex is named by it everywhere.
func (i Indicator) told(county string) []string {
	if i.mainSex(county) == "total" {
		return []string{"total"}
	}
	return []string{"women", "men"}
}

// called is the indicator's name, with the sex where it is told by sex.
func (i Indicator) called(sex string) string { return i.words.bySex(i.Label, sex) }

// mainSex is the sex that the indicator is told by: total, or women where no
// total exists.
func (i Indicator) mainSex(county string) string {
	if _, ok := i.latest(county, "total"); !ok {
		if _, ok := i.latest(county, "women"); ok {
			return "women"
		}
	}
	return "total"
}
