package pipeline

import (
	"context"
	"effekt/pipeline/datadir"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"
)

// apart is how far from one another two answers came that belong to different
// runs.
const apart = 30 * time.Minute

// BuildHistory publishes what the archive holds with the history of changes
// made anew from the archive alone: the figures of every run that brought
// something are made in turn, each compared with those before it, all by today's
// config and SQL. It takes as many builds as there were such runs.
func (p *Pipeline) BuildHistory(ctx context.Context) (Result, error) {
	if err := p.ownCounty(ctx); err != nil {
		return Result{}, err
	}
	return p.recorded(ctx, func(ctx context.Context) (result Result, err error) {
		if err := p.historyIsWhole(); err != nil {
			return result, err
		}
		if err := p.Dir.Clean(); err != nil {
			return result, err
		}
		work, err := os.MkdirTemp("", "effekt-history-*")
		if err != nil {
			return result, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
		dir, err := datadir.Open(work)
		if err != nil {
			return result, err
		}
		moments, err := p.moments()
		if err != nil {
			return result, err
		}
		p.tell(Progress{Step: "history", Total: len(moments)})
		for _, at := range moments {
			then := *p
			then.Dir, then.AsOf, then.Now, then.Watch, then.past = dir, at, func() time.Time { return at }, nil, dir.Parquet()
			if _, err := then.Build(ctx, nil, true); err != nil {
				return result, fmt.Errorf("as it was %s: %w", at.UTC().Format(time.RFC3339), err)
			}
			p.tell(Progress{Step: "history", Done: 1})
		}
		now := *p
		now.past = dir.Parquet()
		return now.Build(ctx, nil, true)
	})
}

// moments are when each run had brought what it brought, oldest first.
func (p *Pipeline) moments() ([]time.Time, error) {
	var all []time.Time
	for _, d := range p.Config.Datasets {
		vintages, err := p.Archive.Vintages(d.Source, d.Name)
		if err != nil {
			return nil, err
		}
		for _, v := range vintages {
			all = append(all, v.Fetched)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	var last []time.Time
	for i, at := range all {
		if i == len(all)-1 || all[i+1].Sub(at) > apart {
			last = append(last, at)
		}
	}
	return last, nil
}

// pastParquet is the folder of what was published before: the published one, or
// while the history is made anew that of the step before.
func (p *Pipeline) pastParquet() string {
	if p.past != "" {
		return p.past
	}
	return p.Dir.Parquet()
}
