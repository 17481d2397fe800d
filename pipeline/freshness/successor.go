package freshness

import (
	"context"
	"errors"
	"slices"
	"time"

	"effekt/pipeline/fetch"
	"effekt/pipeline/warehouse"
	"effekt/sources"
)

// lookAgain is how often a successor is looked for that was not found, or not taken.
const lookAgain = 30 * 24 * time.Hour

// Propose looks for tables that carry on those that, by the published file, have
// stopped or are late: a few requests, once a month for as long as the config
// names no successor. What goes wrong is worth a warning only.
func Propose(ctx context.Context, f fetch.Fetcher, database string) {
	names, err := lagging(ctx, database)
	for _, source := range f.Sources {
		finder, ok := source.(sources.Successor)
		if !ok || err != nil {
			continue
		}
		err = propose(ctx, f, finder, source.Name(), names)
	}
	if err != nil && ctx.Err() == nil {
		f.Log.Warn("no successor could be looked for", "error", err)
	}
}

func lagging(ctx context.Context, database string) (names []string, err error) {
	r, err := warehouse.Open(ctx, database)
	if err != nil {
		return nil, err
	}
	type row struct {
		Name     string `column:"name"`
		Standing string `column:"standing"`
	}
	rows, err := warehouse.Select[row](ctx, r, "select name, standing from ops.dataset")
	for _, row := range rows {
		if (Line{Standing: Standing(row.Standing)}).Lagging() {
			names = append(names, row.Name)
		}
	}
	return names, errors.Join(err, r.Close())
}

func propose(ctx context.Context, f fetch.Fetcher, finder sources.Successor, source string, names []string) error {
	var tasks []sources.Task
	for _, d := range f.Config.Datasets {
		if d.Source != source || d.Off != "" || d.Successor != "" || !slices.Contains(names, d.Name) || f.Now().Sub(f.Archive.Proposal(source, d.Name).At) <= lookAgain {
			continue
		}
		of, err := f.Dataset(d)
		if err != nil {
			return err
		}
		tasks = append(tasks, f.Task(of, false))
	}
	if len(tasks) == 0 {
		return nil
	}
	found, err := finder.Propose(ctx, f.Client, tasks)
	for i, proposal := range found {
		err = errors.Join(err, f.Archive.SetProposal(source, tasks[i].Name, proposal))
	}
	return err
}
