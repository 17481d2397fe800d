package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"effekt/pipeline/build"
	"effekt/pipeline/datadir"
	"effekt/pipeline/run"
)

// Build builds, checks and publishes what the archive holds.
func (p *Pipeline) Build(ctx context.Context) (run.Result, error) {
	return p.recorded(ctx, func(ctx context.Context) (run.Result, error) { return p.publish(ctx, nil, false) })
}

// publish builds what is held now; force builds it though nothing has changed.
func (p *Pipeline) publish(ctx context.Context, fetched []run.Dataset, force bool) (run.Result, error) {
	in, err := p.Inputs(fetched...)
	if err != nil {
		return run.Result{Datasets: fetched}, err
	}
	result, err := build.Publish(ctx, p.Dir, in, force, p.Watch)
	result.Datasets = fetched
	return result, err
}

// BuildTo builds and checks what the archive holds, or held at AsOf, into the
// file at out. The published file is left alone.
func (p *Pipeline) BuildTo(ctx context.Context, out string) (run.Result, error) {
	return p.recordedFor(ctx, nil, func(ctx context.Context) (run.Result, error) {
		in, err := p.Inputs()
		if err != nil {
			return run.Result{}, err
		}
		in.Trouble = nil
		return build.To(ctx, p.Dir, in, out, p.Watch)
	})
}

// apart is how far from one another two answers came that belong to different
// runs.
const apart = 30 * time.Minute

// BuildHistory publishes what the archive holds with the history of changes
// made anew from the archive alone: the figures of every run that brought
// something are made in turn, each compared with those before it, all by today's
// config and SQL. It takes as many builds as there were such runs.
func (p *Pipeline) BuildHistory(ctx context.Context) (run.Result, error) {
	return p.recorded(ctx, func(ctx context.Context) (result run.Result, err error) {
		if err := p.Held().Whole(); err != nil {
			return result, fmt.Errorf("the history of changes cannot be made anew, for some of the archive has been pruned; what is published keeps the history it has:\n%w", err)
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
		if err := p.replay(ctx, dir); err != nil {
			return result, err
		}
		now := *p
		now.past = dir.Parquet()
		return now.publish(ctx, nil, true)
	})
}

// replay builds in dir what was held after every run that brought something, each
// build beside the one before.
func (p *Pipeline) replay(ctx context.Context, dir datadir.Dir) error {
	moments, err := p.moments()
	if err != nil {
		return err
	}
	p.Watch.Tell(run.Progress{Step: "history", Total: len(moments)})
	for _, at := range moments {
		then := *p
		then.Dir, then.AsOf, then.Now, then.Watch, then.past = dir, at, func() time.Time { return at }, nil, dir.Parquet()
		if _, err := then.publish(ctx, nil, true); err != nil {
			return fmt.Errorf("as it was %s: %w", at.UTC().Format(time.RFC3339), err)
		}
		p.Watch.Tell(run.Progress{Step: "history", Done: 1})
	}
	return nil
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
