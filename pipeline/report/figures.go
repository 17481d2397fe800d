package report

import (
	"fmt"
	"slices"
)

// Covers tells whether the figures are those of a report-back of a year. One of a
// year before the latest figure would print what nobody could know then; one of a
// year long after the file was built would print what is out of date.
func (f Figures) Covers(year int) error {
	first, last := 0, 0
	for _, i := range f.Indicators {
		for _, v := range i.Values {
			if v.Region != f.County || v.Value == nil {
				continue
			}
			if first == 0 || v.Year < first {
				first = v.Year
			}
			last = max(last, v.Year)
		}
	}
	if first == 0 {
		return fmt.Errorf("there are no figures for %s: run «effekt refresh»", f.CountyName)
	}
	if year >= first && year < last {
		return fmt.Errorf("the figures of %s go to %d: a report-back of %d is made from its edition (--edition)", f.CountyName, last, year)
	}
	if year < first || year > max(f.Built.Year(), last)+1 {
		return fmt.Errorf("there are no figures for a report-back of %d: those of %s are for %d to %d", year, f.CountyName, first, last)
	}
	return nil
}

// LastYear is the last year for which the county has a figure; 0 for none.
func (f Figures) LastYear() int {
	last := 0
	for _, i := range f.Indicators {
		for _, v := range i.Values {
			if v.Region == f.County && v.Value != nil {
				last = max(last, v.Year)
			}
		}
	}
	return last
}

// latest is the county's last year with a value, and that value, of a sex.
func (i Indicator) latest(county, sex string) (Value, bool) {
	for _, v := range slices.Backward(i.series(county, sex)) {
		if v.Value != nil {
			return v, true
		}
	}
	return Value{}, false
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
