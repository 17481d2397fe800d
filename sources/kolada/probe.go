package kolada

import (
	"context"
	"time"
)

// Probe returns the rows of d that Kolada says have changed since the date of
// since in UTC, deleted ones included. Kolada documents neither the time zone
// nor whether the date is included, so since should lie a day before the last
// successful fetch began. Rows for years that d does not ask for are left out.
//
// No years are named in the request: a probe is to be cheap, and one block of
// KPIs and regions then costs one request whatever its years.
func (s Source) Probe(ctx context.Context, d Dataset, since time.Time) ([]Value, error) {
	requests, err := s.plan(d, "probe", nil, "?from_date="+since.UTC().Format(time.DateOnly))
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
			values = appendYears(values, pages.page.Values, d)
		}
	}
	return values, nil
}

// appendYears appends the rows whose year d asks for.
func appendYears(to, from []Value, d Dataset) []Value {
	for _, v := range from {
		if d.hasYear(v.Year) {
			to = append(to, v)
		}
	}
	return to
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
