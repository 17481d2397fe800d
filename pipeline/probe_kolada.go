package pipeline

import (
	"context"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/sources"
	"effekt/sources/kolada"
	"errors"
	"net/http"
	"slices"
	"time"
)

// inquiry is one group of KPIs with what is known of it: whether it must be
// fetched, or, in the task, why it cannot be.
type inquiry struct {
	task
	group kolada.Dataset
	start time.Time
	due   bool
	// named is a hash of the rows that made it due. Pages bear no stamp: other
	// rows since a fetch was interrupted mean that what it received is old.
	named string
}

// incomplete tells that the last vintage had to leave out a KPI, which is asked
// for until it comes or the config is changed.
func (q *inquiry) incomplete() bool {
	return slices.ContainsFunc(q.group.KPIs, func(k kolada.KPI) bool { return !slices.Contains(q.latest.KPIs, k.ID) })
}

// probe asks what has changed of the groups that are not due anyway: all at
// once where that takes no more requests than one by one. since is a day
// before the source last answered, so what it names is compared with what is
// held.
func (p *Pipeline) probe(ctx context.Context, inquiries []*inquiry) {
	open := slices.DeleteFunc(slices.Clone(inquiries), func(q *inquiry) bool { return q.due || q.err != nil })
	if len(open) == 0 {
		return
	}
	source, since := p.kolada(p.Client), p.Now()
	var groups []kolada.Dataset
	apart := 0
	for _, q := range open {
		if asked := q.lastAsked().Add(-24 * time.Hour); asked.Before(since) {
			since = asked
		}
		groups = append(groups, p.probed(q))
		requests, _ := source.ProbeRequests(groups[len(groups)-1], since) // what is wrong with it, Probe says
		apart += len(requests)
	}
	whole := kolada.Union("probe", groups...)
	if requests, err := source.ProbeRequests(whole, since); err != nil || len(requests) > apart {
		for i, q := range open {
			rows, err := source.Probe(ctx, groups[i], since)
			p.settle(q, rows, err)
		}
		return
	}
	rows, err := source.Probe(ctx, whole, since)
	for _, q := range open {
		p.settle(q, rows, err)
	}
}

// probed is what a probe asks for. A group of all years and many regions asks
// for the years that are held and those that may come, which makes fewer lists;
// an earlier year that is new comes with the next full fetch.
func (p *Pipeline) probed(q *inquiry) kolada.Dataset {
	group := q.group
	if group.Years != nil || len(group.Regions) <= 25 {
		return group
	}
	held, err := p.held(q.latest)
	if err != nil {
		return group // settle meets the error again, if it matters
	}
	now := p.Now().Year()
	years := []int{now - 1, now, now + 1, now + 2}
	for key := range held {
		if !slices.Contains(years, key.Year) {
			years = append(years, key.Year)
		}
	}
	slices.Sort(years)
	group.Years = years
	return group
}

// settle decides by the rows that a probe named. A source that does not know
// the question is fetched in full; one that is overloaded is not.
func (p *Pipeline) settle(q *inquiry, rows []kolada.Value, err error) {
	var refused *sources.StatusError
	if errors.As(err, &refused) && refused.Status < 500 && refused.Status != http.StatusTooManyRequests {
		q.due = true
		return
	}
	if q.err = err; err != nil {
		return
	}
	if rows = q.group.Asked(rows); len(rows) == 0 {
		return
	}
	held, err := p.held(q.latest)
	q.err = err
	q.due = err == nil && kolada.Changed(rows, func(k kolada.Key) (kolada.Value, bool) {
		v, ok := held[k]
		return v, ok
	})
	q.named = fingerprint(rows)
}

func (p *Pipeline) held(v archive.Vintage) (map[kolada.Key]kolada.Value, error) {
	held := map[kolada.Key]kolada.Value{}
	err := p.pages(v, func(page kolada.Page) {
		for _, value := range page.Values {
			held[value.Key] = value
		}
	})
	return held, err
}

// inUse reads a group's values page by page, each KPI's from the vintage that
// holds it.
func (p *Pipeline) inUse(d config.Dataset, read func([]kolada.Value)) error {
	vintages, err := p.vintages(d)
	for _, part := range parts(d, vintages) {
		other := func(v kolada.Value) bool { return !slices.Contains(part.kpis, v.KPI) }
		err = errors.Join(err, p.pages(part.vintage, func(page kolada.Page) { read(slices.DeleteFunc(page.Values, other)) }))
	}
	return err
}

// pages reads the data of a vintage.
func (p *Pipeline) pages(v archive.Vintage, read func(kolada.Page)) error {
	for _, request := range v.Data("data") {
		body, err := p.Archive.Get(request.Object)
		if err != nil {
			return err
		}
		page, err := kolada.DecodePage(body)
		if err != nil {
			return err
		}
		read(page)
	}
	return nil
}
