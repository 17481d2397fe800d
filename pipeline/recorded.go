package pipeline

import (
	"context"
	"errors"
	"strings"

	"effekt/pipeline/run"
)

// recorded does a job that writes in a county's own data folder: a line in the
// ledger before and after, the lock between them.
func (p *Pipeline) recorded(ctx context.Context, job func(context.Context) (run.Result, error)) (run.Result, error) {
	return p.recordedFor(ctx, p.ownCounty, job)
}

// recordedFor does a job when allowed. A run that finds the lock held is in the
// ledger too, for whoever wonders why nothing came that night.
func (p *Pipeline) recordedFor(ctx context.Context, allowed func(context.Context) error, job func(context.Context) (run.Result, error)) (run.Result, error) {
	if allowed != nil {
		if err := allowed(ctx); err != nil {
			return run.Result{}, err
		}
	}
	line := run.Run{Command: p.Command, County: p.Config.County.Code, Version: p.Version, Start: p.Now()}
	id, err := run.Begin(p.Dir.Runs(), line)
	if err != nil {
		return run.Result{}, err
	}
	line.ID = id
	result, err := p.locked(ctx, job)
	if noted := run.End(p.Dir.Runs(), p.ended(ctx, line, result, err)); err == nil {
		err = noted
	}
	return result, err
}

func (p *Pipeline) locked(ctx context.Context, job func(context.Context) (run.Result, error)) (run.Result, error) {
	lock, err := p.Dir.Lock(ctx, p.Command, 0, p.Now())
	if err != nil {
		return run.Result{}, err
	}
	doubt := p.doubtClock()
	result, err := job(ctx)
	result.Clock = doubt
	return result, errors.Join(err, lock.Unlock())
}

// ended is the run's last line. Its exit code is the process's.
func (p *Pipeline) ended(ctx context.Context, line run.Run, result run.Result, err error) run.Run {
	line.End, line.Published, line.BuildID, line.Datasets = p.Now(), result.Published, result.BuildID, result.Datasets
	line.Counts.Rows = result.Rows
	for _, d := range result.Datasets {
		line.Counts.Cells += d.Cells
	}
	for _, c := range result.Checks {
		line.Counts.Checks++
		line.Counts.Offending += int64(c.Rows)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		line.Outcome = run.Interrupted
	case err != nil:
		line.Outcome, line.Error = run.Failed, err.Error()
	case result.Degraded():
		line.Outcome, line.Error = run.Degraded, leftOut(result)
	default:
		line.Outcome = run.OK
	}
	return line
}

// leftOut is what is wrong beside the data sets, which have errors of their own.
func leftOut(result run.Result) string {
	result.Datasets = nil
	if err := result.Err(); err != nil {
		return strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	return ""
}
