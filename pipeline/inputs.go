package pipeline

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"effekt/pipeline/build"
	"effekt/pipeline/edition"
	"effekt/pipeline/freshness"
	"effekt/pipeline/intake"
	"effekt/pipeline/run"
)

// Inputs gathers all that a build would be made of now, or at AsOf. fetched are
// the results of this run; what went wrong last for the data sets that it did not
// ask for is added, so that a partial run cannot make them look fresh. The error
// is a manifest that cannot be read, or a past that is gone.
func (p *Pipeline) Inputs(fetched ...run.Dataset) (build.Inputs, error) {
	in, err := p.ownInputs()
	if err != nil {
		return in, err
	}
	if in.Datasets, err = p.Held().All(); err != nil {
		return in, err
	}
	in.Trouble, err = p.troubles(fetched)
	return in, err
}

// ownInputs are those that are no data set's.
func (p *Pipeline) ownInputs() (build.Inputs, error) {
	in := build.Inputs{
		Config: p.Config, SQL: p.SQL, Sources: p.Sources, Synthetic: p.Synthetic, AsOf: p.AsOf, Now: p.Now(), WithEdition: p.WithEdition,
		Warn: p.Log.Warn, Published: p.Dir.Parquet(), Past: p.past,
	}
	if p.past == "" && p.AsOf.IsZero() { // what is published came after AsOf
		in.Past = in.Published
	}
	var err error
	if in.Runs, _, err = run.Read(p.Dir.Runs(), 0); err != nil {
		return in, err
	}
	in.Own = run.Run{
		ID: in.Now.UTC().Format("20060102T150405Z"), Command: p.Command, County: p.Config.County.Code, Version: p.Version,
		Start: in.Now, Outcome: run.Running,
	}
	if len(in.Runs) > 0 && in.Runs[0].Outcome == run.Running {
		in.Own = in.Runs[0]
	}
	in.Reported, err = p.Intake().Reported()
	return in, err
}

// troubles is why the last fetch of each data set failed; nothing is known of that
// at AsOf.
func (p *Pipeline) troubles(fetched []run.Dataset) (map[string]error, error) {
	if !p.AsOf.IsZero() {
		return nil, nil
	}
	before, err := run.Troubles(p.Dir.Runs())
	if err != nil {
		return nil, err
	}
	all := map[string]error{}
	for _, d := range p.Config.Datasets {
		if trouble, ok := before[d.Name]; ok && d.Off == "" {
			all[d.Name] = errors.New(trouble.Error)
		}
	}
	for _, d := range fetched {
		delete(all, d.Name)
		if d.Err != nil {
			all[d.Name] = d.Err
		}
	}
	return all, nil
}

// Status tells how each data set stands today; it asks no source and writes
// nothing.
func (p *Pipeline) Status(ctx context.Context) ([]freshness.Line, error) {
	in, err := p.ownInputs()
	if err != nil {
		return nil, err
	}
	troubles, err := run.Troubles(p.Dir.Runs())
	if err != nil {
		return nil, err
	}
	return freshness.Status(ctx, in, p.Held(), troubles)
}

// Reporting lists the rounds that have opened, newest first, by unit.
func (p *Pipeline) Reporting(ctx context.Context) ([]intake.ReportingLine, error) {
	in, err := p.ownInputs()
	if err != nil {
		return nil, err
	}
	return intake.Reporting(ctx, in)
}

// Deadlines lists what is due by the follow-up and learning cycle.
func (p *Pipeline) Deadlines(ctx context.Context) ([]intake.Deadline, error) {
	in, err := p.ownInputs()
	if err != nil {
		return nil, err
	}
	return intake.Deadlines(ctx, in)
}

// Needed names the vintages that the published file, the next build and the
// editions rest on, and all that the organisation has handed in.
func (p *Pipeline) Needed(ctx context.Context) (map[string]bool, error) {
	all := map[string]bool{}
	in, err := p.Inputs()
	if err != nil {
		return nil, err
	}
	for _, submission := range in.Reported.Vintages {
		all[submission] = true
	}
	published, err := build.Vintages(ctx, p.Dir.Database())
	if err != nil {
		return nil, err
	}
	for _, d := range p.Config.Datasets {
		was, err := p.Held().Published(d, published[d.Name])
		if err != nil {
			return nil, err
		}
		for _, v := range slices.Concat(in.Datasets[d.Name].Used(), was.Used()) {
			all[path.Join(v.Source, v.Dataset, v.Name)] = true
		}
	}
	editions, err := edition.List(p.Dir.Editions())
	for _, e := range editions {
		for _, f := range e.Files {
			if name, ok := strings.CutPrefix(f.Path, "archive/"); ok && !strings.HasPrefix(name, "objects/") {
				all[strings.TrimSuffix(name, ".json")] = true
			}
		}
	}
	return all, err
}
