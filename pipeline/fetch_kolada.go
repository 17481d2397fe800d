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
)

func (p *Pipeline) kolada(caller sources.Caller) kolada.Source {
	return kolada.Source{Caller: caller, Base: p.Config.Kolada.BaseURL}
}

func (p *Pipeline) fetchKolada(ctx context.Context, datasets []config.Dataset, full bool) []DatasetResult {
	inquiries := make([]*inquiry, len(datasets))
	for i, d := range datasets {
		q := &inquiry{task: p.task(d), start: p.Now()}
		var err error
		q.group, err = p.group(d)
		q.err = errors.Join(q.err, err)
		q.due = q.err == nil && (p.stale(q.task, full) || q.incomplete())
		inquiries[i] = q
	}
	p.probe(ctx, inquiries)
	results := make([]DatasetResult, len(datasets))
	for i, q := range inquiries {
		results[i] = p.told(p.fetchGroup(ctx, q))
	}
	return results
}

func (p *Pipeline) fetchGroup(ctx context.Context, q *inquiry) DatasetResult {
	switch {
	case q.err != nil:
		return failed(q.task, q.err)
	case !q.due:
		return p.unchanged(q.task, archive.Checked{At: q.start})
	}
	v, left, err := p.tryGroup(ctx, q.task, q.group, fingerprint(q.asked, q.named))
	if err != nil {
		return failed(q.task, err)
	}
	return fetched(q.task, v, p.Now().Sub(q.start), left)
}

func (p *Pipeline) group(d config.Dataset) (kolada.Dataset, error) {
	years, err := d.YearList(p.Now())
	if err != nil {
		return kolada.Dataset{}, err
	}
	group := kolada.Dataset{Name: d.Name, Years: years, County: p.Config.County.Kolada}
	for _, k := range d.KPIs {
		group.KPIs = append(group.KPIs, kolada.KPI(k))
	}
	words := p.Config.Words("kolada")
	for _, term := range d.Regions {
		group.Regions = append(group.Regions, words[term]...)
	}
	return group, nil
}

// tryGroup fetches the KPIs that are as the config says. left names those that
// are not; their last good vintage stays in use. An interrupted fetch is resumed
// when its key was the same.
func (p *Pipeline) tryGroup(ctx context.Context, t task, group kolada.Dataset, key string) (v archive.Vintage, left, err error) {
	fetch, err := p.Archive.Begin(t.Source, t.Name, key)
	if err != nil {
		return v, nil, err
	}
	survey := &kolada.Survey{}
	source := p.kolada(p.watched(fetch.Caller(p.Client), t.Name))
	source.Seen = survey
	metadata, problems, err := source.Describe(ctx, group)
	good := without(group, problems)
	if err == nil && len(good.KPIs) == 0 {
		return v, nil, errors.Join(joined(problems), fetch.Forget(), p.refused(t))
	}
	if err == nil {
		err = drain(source, ctx, good)
	}
	switch {
	case errors.Is(err, kolada.ErrPages): // resumed, they would be no better
		return v, nil, errors.Join(err, fetch.Forget(), p.refused(t))
	case err != nil:
		return v, nil, errors.Join(err, fetch.Abort())
	}
	for _, gap := range survey.Gaps(good, metadata) {
		p.Log.Debug("asked for and not there", "dataset", t.Name, "gap", gap)
	}
	problems = append(problems, survey.Problems(good, metadata, p.surveyed(t, good))...)
	m := archive.Manifest{Source: t.Source, Dataset: t.Name, Origin: p.origin(), Asked: t.asked, Regions: good.Regions}
	for _, k := range without(good, problems).KPIs {
		m.KPIs = append(m.KPIs, k.ID)
	}
	if len(m.KPIs) == 0 {
		return v, nil, errors.Join(joined(problems), fetch.Forget(), p.refused(t))
	}
	v, err = fetch.Renew(m, t.latest)
	return v, joined(problems), err
}

// surveyed is what is held of all that a group asks for. What is damaged cannot be
// compared with, and must not keep its replacement out.
func (p *Pipeline) surveyed(t task, group kolada.Dataset) *kolada.Survey {
	held := &kolada.Survey{}
	if err := p.inUse(t.Dataset, func(values []kolada.Value) { held.Add(kolada.Page{Values: group.Asked(values)}) }); err != nil {
		p.Log.Warn("what came cannot be compared with all that is held", "dataset", t.Name, "error", err)
	}
	return held
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
