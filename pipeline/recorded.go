package pipeline

import (
	"context"
	"effekt/pipeline/ledger"
	"errors"
	"strings"
)

// recorded does a run that writes in the data folder: a line in the ledger
// before and after, the lock between them. A run that finds the lock held is
// in the ledger too, for whoever wonders why nothing came that night.
func (p *Pipeline) recorded(ctx context.Context, job func(context.Context) (Result, error)) (Result, error) {
	run := ledger.Run{Command: p.Command, County: p.Config.County.Code, Version: p.Version, Start: p.Now()}
	id, err := ledger.Begin(p.Dir.Runs(), run)
	if err != nil {
		return Result{}, err
	}
	run.ID = id
	result, err := p.locked(ctx, job)
	if noted := ledger.End(p.Dir.Runs(), p.ended(ctx, run, result, err)); err == nil {
		err = noted
	}
	return result, err
}

func (p *Pipeline) locked(ctx context.Context, job func(context.Context) (Result, error)) (Result, error) {
	lock, err := p.Dir.Lock(ctx, p.Command, 0, p.Now())
	if err != nil {
		return Result{}, err
	}
	doubt := p.doubtClock()
	result, err := job(ctx)
	result.Clock = doubt
	return result, errors.Join(err, lock.Unlock())
}

// ended is the run's last line. Its exit code is the process's.
func (p *Pipeline) ended(ctx context.Context, run ledger.Run, result Result, err error) ledger.Run {
	run.End, run.Published, run.BuildID = p.Now(), result.Published, result.BuildID
	run.Counts.Rows = result.Rows
	for _, d := range result.Datasets {
		run.Datasets = append(run.Datasets, datasetLine(d))
		run.Counts.Cells += d.Cells
	}
	for _, c := range result.Checks {
		run.Counts.Checks++
		run.Counts.Offending += int64(c.Rows)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		run.Outcome = ledger.Interrupted
	case err != nil:
		run.Outcome, run.Error = ledger.Failed, err.Error()
	case result.Degraded():
		run.Outcome, run.Error = ledger.Degraded, leftOut(result)
	default:
		run.Outcome = ledger.OK
	}
	return run
}

// leftOut is why tables were left out of the build, and what is wrong in the
// inbox and with the clock.
func leftOut(result Result) string {
	var reasons []string
	for _, left := range result.LeftOut {
		reasons = append(reasons, left.Error())
	}
	for _, h := range result.Handed {
		if err := h.Err(); err != nil {
			reasons = append(reasons, err.Error())
		}
	}
	if result.Clock != nil {
		reasons = append(reasons, result.Clock.Error())
	}
	return strings.Join(reasons, "; ")
}

func datasetLine(d DatasetResult) ledger.Dataset {
	line := ledger.Dataset{Name: d.Name, Source: d.Source, State: string(d.State), Requests: d.Requests, Bytes: d.Bytes, TookMS: d.Took.Milliseconds()}
	if d.Err != nil {
		line.Error = d.Err.Error()
	}
	return line
}

// carried completes the results of a run with what went wrong last for the
// data sets that it did not ask for: a build alone, or a refresh of one source,
// must not make the figures of another look fresh.
func (p *Pipeline) carried(results []DatasetResult) ([]DatasetResult, error) {
	known := map[string]bool{}
	for _, r := range results {
		known[r.Name] = true
	}
	troubles, err := p.troubles()
	if err != nil {
		return results, err
	}
	all := append([]DatasetResult(nil), results...)
	for _, d := range p.Config.Datasets {
		if trouble, ok := troubles[d.Name]; ok && !known[d.Name] && d.Off == "" {
			all = append(all, DatasetResult{Name: d.Name, Source: d.Source, State: Failed, Err: errors.New(trouble.Error)})
		}
	}
	return all, nil
}

// trouble is why a data set's last fetch failed, and when.
type trouble struct {
	ledger.Dataset
	run ledger.Run
}

// troubles is what the ledger's last word on each data set says went wrong.
func (p *Pipeline) troubles() (map[string]trouble, error) {
	runs, _, err := ledger.Read(p.Dir.Runs(), 0)
	if err != nil {
		return nil, err
	}
	seen, found := map[string]bool{}, map[string]trouble{}
	for _, run := range runs {
		for _, d := range run.Datasets {
			if !seen[d.Name] && d.Error != "" {
				found[d.Name] = trouble{d, run}
			}
			seen[d.Name] = true
		}
	}
	return found, nil
}
