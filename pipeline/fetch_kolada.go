package pipeline

import (
	"context"
	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/sources"
	"effekt/sources/kolada"
	"errors"
	"fmt"
	"slices"
	"time"
)

func (p *Pipeline) kolada(caller sources.Caller) kolada.Source {
	return kolada.Source{Caller: caller, Base: p.Config.Kolada.BaseURL}
}

func (p *Pipeline) fetchKolada(ctx context.Context, datasets []config.Dataset, full bool) []DatasetResult {
	results := make([]DatasetResult, len(datasets))
	for i, d := range datasets {
		results[i] = p.told(p.fetchGroup(ctx, p.task(d), full))
	}
	return results
}

func (p *Pipeline) fetchGroup(ctx context.Context, t task, full bool) DatasetResult {
	start := p.Now()
	group, err := p.group(t.Dataset)
	if err := errors.Join(t.err, err); err != nil {
		return failed(t, err)
	}
	if !p.stale(t, full) {
		changed, err := p.probe(ctx, t, group)
		if err != nil {
			return failed(t, err)
		}
		if !changed {
			return p.unchanged(t, archive.Checked{At: start})
		}
	}
	v, left, err := p.tryGroup(ctx, t, group)
	if err != nil {
		return failed(t, err)
	}
	return fetched(t, v, p.Now().Sub(start), left)
}

func (p *Pipeline) group(d config.Dataset) (kolada.Dataset, error) {
	years, err := d.YearList(p.Now())
	if err != nil {
		return kolada.Dataset{}, err
	}
	group := kolada.Dataset{Name: d.Name, Years: years}
	for _, k := range d.KPIs {
		group.KPIs = append(group.KPIs, kolada.KPI(k))
	}
	words := p.Config.Words("kolada")
	for _, term := range d.Regions {
		group.Regions = append(group.Regions, words[term]...)
	}
	return group, nil
}

// probe asks what has changed since a day before the source last answered. The
// day overlaps, so what it names is compared with what is held. A source that
// does not know the question is fetched in full.
func (p *Pipeline) probe(ctx context.Context, t task, group kolada.Dataset) (bool, error) {
	rows, err := p.kolada(p.Client).Probe(ctx, group, t.lastAsked().Add(-24*time.Hour))
	var refused *sources.StatusError
	if errors.As(err, &refused) && refused.Status < 500 {
		return true, nil
	}
	if err != nil || len(rows) == 0 {
		return false, err
	}
	held, err := p.held(t.latest)
	if err != nil {
		return false, err
	}
	return kolada.Changed(rows, func(k kolada.Key) (kolada.Value, bool) {
		v, ok := held[k]
		return v, ok
	}), nil
}

func (p *Pipeline) held(v archive.Vintage) (map[kolada.Key]kolada.Value, error) {
	held := map[kolada.Key]kolada.Value{}
	for _, request := range v.Data("data") {
		body, err := p.Archive.Get(request.Object)
		if err != nil {
			return nil, err
		}
		page, err := kolada.DecodePage(body)
		if err != nil {
			return nil, err
		}
		for _, value := range page.Values {
			held[value.Key] = value
		}
	}
	return held, nil
}

// tryGroup fetches the KPIs that are as the config says. left names those that
// are not; their last good vintage stays in use.
func (p *Pipeline) tryGroup(ctx context.Context, t task, group kolada.Dataset) (v archive.Vintage, left, err error) {
	fetch, err := p.Archive.Begin(t.Source, t.Name, t.asked)
	if err != nil {
		return v, nil, err
	}
	survey := &kolada.Survey{}
	source := p.kolada(p.watched(fetch.Caller(p.Client), t.Name))
	source.Seen = survey
	_, problems, err := source.Describe(ctx, group)
	good := without(group, problems)
	if err == nil && len(good.KPIs) == 0 {
		return v, nil, errors.Join(joined(problems), fetch.Forget())
	}
	if err == nil {
		err = drain(source, ctx, good)
	}
	if err != nil {
		return v, nil, errors.Join(err, fetch.Abort())
	}
	problems = append(problems, survey.Problems(good)...)
	m := archive.Manifest{Source: t.Source, Dataset: t.Name, Asked: t.asked, Regions: good.Regions}
	for _, k := range without(good, problems).KPIs {
		m.KPIs = append(m.KPIs, k.ID)
	}
	if len(m.KPIs) == 0 {
		return v, nil, errors.Join(joined(problems), fetch.Forget())
	}
	v, err = fetch.Commit(m)
	return v, joined(problems), err
}

func drain(source kolada.Source, ctx context.Context, group kolada.Dataset) error {
	for _, err := range source.Fetch(ctx, group) {
		if err != nil {
			return err
		}
	}
	return nil
}

// without leaves out the KPIs with problems; a problem of the regions is one
// of every KPI.
func without(group kolada.Dataset, problems []kolada.Problem) kolada.Dataset {
	kept := group
	kept.KPIs = slices.DeleteFunc(slices.Clone(group.KPIs), func(k kolada.KPI) bool {
		return slices.ContainsFunc(problems, func(q kolada.Problem) bool { return q.KPI == "" || q.KPI == k.ID })
	})
	return kept
}

func joined(problems []kolada.Problem) error {
	all := make([]error, 0, len(problems))
	for _, problem := range problems {
		all = append(all, fmt.Errorf("%s", problem))
	}
	return errors.Join(all...)
}
