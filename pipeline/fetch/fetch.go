// Package fetch brings what is new of every source into the archive: what is due
// → ask → compare with what was held → keep. It knows no publisher.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"effekt/config"
	"effekt/pipeline/archive"
	"effekt/pipeline/held"
	"effekt/pipeline/run"
	"effekt/sources"

	"golang.org/x/sync/errgroup"
)

// atOnce is how many data sets of one source are fetched side by side, so that
// the metadata of one does not hold up the data of another.
const atOnce = 3

// Fetcher fetches data sets. Origin is written in every manifest.
type Fetcher struct {
	held.Store
	Sources []sources.Source
	Client  sources.Caller
	Origin  archive.Origin
	Watch   run.Watch
}

// Fetch brings what is new into the archive, the sources side by side. A data
// set that fails is a value in the results, which are by name; only ctx stops
// everything.
func (f Fetcher) Fetch(ctx context.Context, want run.Want) ([]run.Dataset, error) {
	wanted, err := f.Wanted(want)
	if err != nil {
		return nil, err
	}
	bySource := make([][]run.Dataset, len(f.Sources))
	var g errgroup.Group
	for i, source := range f.Sources {
		g.Go(func() error {
			bySource[i] = f.source(ctx, source, wanted[source.Name()], want.Full)
			return nil
		})
	}
	_ = g.Wait() // failures are in the results
	results := slices.Concat(bySource...)
	slices.SortFunc(results, func(a, b run.Dataset) int { return strings.Compare(a.Name, b.Name) })
	return results, ctx.Err()
}

// Wanted are the data sets that a run asks for, by source. It is an error when
// there is none, with what is near.
func (f Fetcher) Wanted(want run.Want) (map[string][]config.Dataset, error) {
	wanted := map[string][]config.Dataset{}
	for _, d := range f.Config.Datasets {
		switch {
		case want.Source != "" && want.Source != d.Source || want.Dataset != "" && want.Dataset != d.Name:
		case d.Off == "":
			wanted[d.Source] = append(wanted[d.Source], d)
		case want.Dataset != "":
			return nil, fmt.Errorf("the data set %s is off: %s", d.Name, d.Off)
		}
	}
	if len(wanted) == 0 {
		return nil, f.unmatched(want)
	}
	return wanted, nil
}

// unmatched names what is near a source or data set that there is not.
func (f Fetcher) unmatched(want run.Want) error {
	var names, agencies []string
	for _, d := range f.Config.Datasets {
		names, agencies = append(names, d.Name), append(agencies, d.Source)
	}
	slices.Sort(agencies)
	agencies = slices.Compact(agencies)
	switch {
	case want.Source != "" && !slices.Contains(agencies, want.Source):
		return fmt.Errorf("no data set matches source %q%s", want.Source, sources.Hint(want.Source, agencies))
	case !slices.Contains(names, want.Dataset):
		return fmt.Errorf("no data set matches %q%s", want.Dataset, sources.Hint(want.Dataset, names))
	}
	return fmt.Errorf("no data set matches: %q is of another source than %q", want.Dataset, want.Source)
}

// task is one data set on its way.
type task struct {
	held.Dataset
	ask     sources.Task
	verdict sources.Verdict
	begun   time.Time
	err     error // of the archive
}

func (f Fetcher) task(d config.Dataset, full bool) task {
	t := task{begun: f.Now()}
	t.Dataset, t.err = f.Dataset(d)
	t.ask = f.Task(t.Dataset, full)
	t.ask.Expect = func(answers int) { f.Watch.Tell(run.Progress{Step: d.Name, Total: answers}) }
	return t
}

// source fetches what is due of one source.
func (f Fetcher) source(ctx context.Context, source sources.Source, datasets []config.Dataset, full bool) []run.Dataset {
	tasks := make([]task, len(datasets))
	var asks []sources.Task
	var sound []int
	for i, d := range datasets {
		if tasks[i] = f.task(d, full); tasks[i].err == nil {
			asks, sound = append(asks, tasks[i].ask), append(sound, i)
		}
	}
	if len(asks) > 0 {
		for n, verdict := range source.Due(ctx, f.Client, asks) {
			tasks[sound[n]].verdict = verdict
		}
	}
	results := make([]run.Dataset, len(tasks))
	var g errgroup.Group
	g.SetLimit(atOnce)
	for i, t := range tasks {
		g.Go(func() error {
			results[i] = f.settle(ctx, source, t)
			f.Watch.Tell(run.Progress{Step: t.Name, Result: &results[i]})
			return nil
		})
	}
	_ = g.Wait() // failures are in the results
	return results
}

// settle does with a data set what was found out about it.
func (f Fetcher) settle(ctx context.Context, source sources.Source, t task) run.Dataset {
	r := run.Dataset{Name: t.Name, Source: t.Source, State: run.Failed, Vintage: t.Latest().Name}
	switch {
	case t.err != nil:
		r.Err = t.err
	case t.verdict.Err != nil:
		r.Err = t.verdict.Err
	case !t.verdict.Due:
		r.State, r.Err = run.Unchanged, f.Archive.SetChecked(t.Source, t.Name, archive.Checked{
			At: t.begun, Whole: t.Checked.Whole, ListedUpdated: t.verdict.Listed, Discontinued: t.Checked.Discontinued || t.verdict.Discontinued,
		})
	default:
		v, left, err := f.attempt(ctx, source, t)
		if errors.Is(err, sources.ErrMoved) {
			f.Log.Warn("fetching once more", "dataset", t.Name, "reason", err)
			v, left, err = f.attempt(ctx, source, t)
		}
		if r.Err = err; err == nil {
			fetched(&r, v, f.Now().Sub(t.begun))
			r.Err = left
		}
	}
	return r
}

func fetched(r *run.Dataset, v archive.Vintage, took time.Duration) {
	r.State, r.Vintage, r.Requests, r.Took, r.Cells = run.Fetched, v.Name, len(v.Requests), took, cells(v)
	for _, request := range v.Requests {
		r.Bytes += int64(request.Bytes)
	}
}

// cells is how many cells a vintage of a table asked for, 0 where there are none.
func cells(v archive.Vintage) int64 {
	if len(v.Variables) == 0 {
		return 0
	}
	n := int64(1)
	for _, variable := range v.Variables {
		n *= int64(len(variable.Codes))
	}
	return n
}

// attempt fetches a data set once. left says what was left out of it. What is
// refused leaves nothing to resume, and is asked for again until it is mended.
func (f Fetcher) attempt(ctx context.Context, source sources.Source, t task) (v archive.Vintage, left, err error) {
	key := t.Asked
	if t.verdict.Key != "" {
		key = run.Fingerprint(t.Asked, t.verdict.Key)
	}
	fetch, err := f.Archive.Begin(t.Source, t.Name, key)
	if err != nil {
		return v, nil, err
	}
	came, err := source.Fetch(ctx, f.Watch.Caller(fetch.Caller(f.Client), t.Name), t.ask, t.verdict)
	var refusal *sources.Refusal
	switch {
	case errors.As(err, &refusal), errors.Is(err, sources.ErrMoved):
		return v, nil, errors.Join(err, fetch.Forget(), f.keep(t))
	case err != nil:
		return v, nil, errors.Join(err, fetch.Abort())
	}
	v, err = fetch.Renew(archive.Manifest{Origin: f.Origin, Description: came.Description, Asked: t.Asked}, t.Latest())
	return v, came.Left, err
}

// keep notes that what came must not take the place of what is held.
func (f Fetcher) keep(t task) error {
	if t.Latest().Name == "" {
		return nil
	}
	c := t.Checked
	c.Kept = t.Latest().Name
	return f.Archive.SetChecked(t.Source, t.Name, c)
}
