package kolada

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"effekt/sources"
)

// inquiry is one group of KPIs and what is found out about it.
type inquiry struct {
	sources.Task
	group
	probed  group // what a probe asks for
	verdict sources.Verdict
}

// Due probes the groups that are not to be fetched anyway: all at once where
// that takes no more requests than one by one. A group whose last vintage had to
// leave out a KPI is asked for until it comes or the config is changed.
func (s Source) Due(ctx context.Context, ask sources.Caller, tasks []sources.Task) []sources.Verdict {
	inquiries := make([]*inquiry, len(tasks))
	var open []*inquiry
	for i, t := range tasks {
		q := &inquiry{Task: t}
		q.group, q.verdict.Err = groupOf(t)
		lacks := func(k kpi) bool { return !slices.Contains(t.Held.Newest().KPIs, k.id) }
		q.verdict.Due = q.verdict.Err == nil && (t.Stale || slices.ContainsFunc(q.kpis, lacks))
		if inquiries[i] = q; !q.verdict.Due && q.verdict.Err == nil {
			open = append(open, q)
		}
	}
	if len(open) > 0 {
		s.probe(ctx, ask, open)
	}
	verdicts := make([]sources.Verdict, len(tasks))
	for i, q := range inquiries {
		verdicts[i] = q.verdict
	}
	return verdicts
}

// probe asks what has changed. It goes back to a day before Kolada last
// answered, so what it names is compared with what is held.
func (s Source) probe(ctx context.Context, ask sources.Caller, open []*inquiry) {
	oldest := slices.MinFunc(open, func(a, b *inquiry) int { return a.Asked.Compare(b.Asked) })
	since := oldest.Asked.Add(-24 * time.Hour)
	apart, whole := 0, group{name: "probe", years: []int{}}
	for _, q := range open {
		q.narrow()
		apart += len(s.probeRequests(q.probed, since))
		whole = whole.union(q.probed)
	}
	if len(s.probeRequests(whole, since)) > apart {
		for _, q := range open {
			q.settle(s.changes(ctx, ask, q.probed, since))
		}
		return
	}
	rows, err := s.changes(ctx, ask, whole, since)
	for _, q := range open {
		q.settle(rows, err)
	}
}

// union asks for all that either asks for, and for what only their combination
// names.
func (g group) union(other group) group {
	g.kpis, g.regions = append(g.kpis, other.kpis...), append(g.regions, other.regions...)
	if g.years == nil || other.years == nil {
		g.years = nil
	} else {
		g.years = append(g.years, other.years...)
	}
	return g
}

// changes are the rows of a group that Kolada says have changed since the date
// of since in UTC, deleted ones included. Kolada documents neither the time zone
// nor whether the date is included.
func (s Source) changes(ctx context.Context, ask sources.Caller, g group, since time.Time) (rows []Value, err error) {
	err = s.read(ctx, ask, g, s.probeRequests(g, since), func(values []Value) { rows = append(rows, g.asked(values)...) })
	return rows, err
}

// narrow decides what a probe asks for. A group of all years and many regions asks
// for the years that are held and those that may come, which makes fewer lists;
// an earlier year that is new comes with the next full fetch.
func (q *inquiry) narrow() {
	q.probed = q.group
	if q.years != nil || len(q.regions) <= maxIDs {
		return
	}
	held, err := newest(q.Held)
	if err != nil {
		return // settle meets the error again, if it matters
	}
	now := q.Now.Year()
	years := map[int]bool{now - 1: true, now: true, now + 1: true, now + 2: true}
	for key := range held {
		years[key.Year] = true
	}
	q.probed.years = slices.Sorted(maps.Keys(years))
}

// settle decides by the rows that a probe named. A source that does not know
// the question is fetched in full; one that is overloaded is not.
func (q *inquiry) settle(rows []Value, err error) {
	var refused *sources.StatusError
	if errors.As(err, &refused) && refused.Status < 500 && refused.Status != http.StatusTooManyRequests {
		q.verdict.Due = true
		return
	}
	if q.verdict.Err = err; err != nil {
		return
	}
	if rows = q.asked(rows); len(rows) == 0 {
		return
	}
	held, err := newest(q.Held)
	q.verdict.Err = err
	q.verdict.Due = err == nil && slices.ContainsFunc(rows, func(v Value) bool { return changed(v, held) })
	// Pages bear no stamp: other rows since a fetch was interrupted mean that what
	// it received is old.
	q.verdict.Key = fmt.Sprintf("%x", sha256.Sum256([]byte(fmt.Sprint(rows))))
}

// changed tells whether a row differs in value, count, status or presence from
// what is held. A row that Kolada has deleted and that is not held is no change.
func changed(v Value, held map[Key]Value) bool {
	was, ok := held[v.Key]
	return v.Deleted != (!ok || was.Deleted) || !v.Deleted && v != was
}

// newest is what the newest vintage holds.
func newest(held sources.Set) (map[Key]Value, error) {
	values := map[Key]Value{}
	if len(held.Parts) == 0 {
		return values, nil
	}
	err := eachPage(held.Parts[0], func(page []Value) {
		for _, value := range page {
			values[value.Key] = value
		}
	})
	return values, err
}
