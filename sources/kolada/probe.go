package kolada

import (
	"context"
	"effekt/sources"
	"slices"
	"time"
)

// Probe returns the rows of d that Kolada says have changed since the date of
// since in UTC, deleted ones included. Kolada documents neither the time zone
// nor whether the date is included, so since should lie a day before the last
// successful fetch began. Rows for regions and years that d does not ask for
// are left out.
func (s Source) Probe(ctx context.Context, d Dataset, since time.Time) ([]Value, error) {
	requests, err := s.ProbeRequests(d, since)
	if err != nil {
		return nil, err
	}
	var values []Value
	pages := newPageReader()
	for _, r := range requests {
		for _, err := range s.pages(ctx, r, pages.read) {
			if err != nil {
				return nil, d.named(err)
			}
			values = append(values, d.Asked(pages.page.Values)...)
		}
	}
	return values, nil
}

// ProbeRequests lists the first request of every block that Probe asks for.
// A probe is to be cheap: it names the regions and no years, or, where that
// takes fewer lists of 25, the years and no regions. The answer then holds all
// of Sweden, but only what has changed.
func (s Source) ProbeRequests(d Dataset, since time.Time) ([]sources.Request, error) {
	tails := regionPaths(d.Regions)
	if years := yearPaths(d.Years); d.Years != nil && len(years) < len(tails) {
		tails = years
	}
	return s.plan(d, "probe", tails, "?from_date="+since.UTC().Format(time.DateOnly))
}

// Union is a data set that asks for all that any of some asks for, and for
// what only their combination names.
func Union(name string, some ...Dataset) Dataset {
	all := Dataset{Name: name, Years: []int{}}
	for _, d := range some {
		all.KPIs, all.Regions = append(all.KPIs, d.KPIs...), append(all.Regions, d.Regions...)
		if d.Years == nil {
			all.Years = nil
		}
		if all.Years != nil {
			all.Years = append(all.Years, d.Years...)
		}
	}
	return all
}

// Asked are the rows whose KPI, region and year d asks for.
func (d Dataset) Asked(rows []Value) []Value {
	kpis, regions := d.ids(), map[string]bool{}
	for _, region := range d.Regions {
		regions[region] = true
	}
	var kept []Value
	for _, v := range rows {
		if slices.Contains(kpis, v.KPI) && regions[v.Municipality] && d.hasYear(v.Year) {
			kept = append(kept, v)
		}
	}
	return kept
}

// Changed tells whether any probed row differs in value, count, status or
// presence from what held returns for its key. A row that Kolada has deleted
// and that is not held is no change.
func Changed(probe []Value, held func(Key) (Value, bool)) bool {
	for _, v := range probe {
		h, ok := held(v.Key)
		if v.Deleted != (!ok || h.Deleted) || (!v.Deleted && v != h) {
			return true
		}
	}
	return false
}
