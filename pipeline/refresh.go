package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"effekt/pipeline/build"
	"effekt/pipeline/freshness"
	"effekt/pipeline/intake"
	"effekt/pipeline/run"
)

// Refresh is the main job: fetch what is new, read the inbox, build, check,
// publish. An error means that nothing was published; a source that failed shows
// in the result. Like the other jobs here it holds the data folder's lock
// throughout and has its lines in the ledger.
func (p *Pipeline) Refresh(ctx context.Context, want run.Want) (run.Result, error) {
	return p.recorded(ctx, func(ctx context.Context) (run.Result, error) {
		if err := p.Dir.Free(build.Spare); err != nil {
			return run.Result{}, err
		}
		fetched, err := p.fetch(ctx, want)
		if err != nil {
			return run.Result{Datasets: fetched}, err
		}
		handed, err := p.Intake().ImportInbox(ctx)
		if err != nil {
			return run.Result{Datasets: fetched, Handed: handed}, err
		}
		result, err := p.publish(ctx, fetched, false)
		result.Handed = handed
		if errors.Is(err, build.ErrNothing) {
			err = errors.Join(result.Err(), err)
		}
		if err == nil {
			freshness.Propose(ctx, p.Fetcher(), p.Dir.Database())
		}
		return result, err
	})
}

// FetchOnly brings what is new into the archive and stops there.
func (p *Pipeline) FetchOnly(ctx context.Context, want run.Want) (run.Result, error) {
	return p.recorded(ctx, func(ctx context.Context) (run.Result, error) {
		fetched, err := p.fetch(ctx, want)
		return run.Result{Datasets: fetched}, err
	})
}

// Import reads submissions into the archive; they are published by the next build.
func (p *Pipeline) Import(ctx context.Context, submissions []intake.Submission) (handed []run.Handed, err error) {
	if err := p.ownCounty(ctx); err != nil {
		return nil, err
	}
	_, err = p.locked(ctx, func(ctx context.Context) (run.Result, error) {
		handed, err = p.Intake().Import(ctx, submissions)
		return run.Result{}, err
	})
	return handed, err
}

// fetch fetches; what is wrong with the data folder itself is no source's fault
// and stops the run.
func (p *Pipeline) fetch(ctx context.Context, want run.Want) ([]run.Dataset, error) {
	results, err := p.Fetcher().Fetch(ctx, want)
	if err != nil {
		return results, err
	}
	for _, r := range results {
		if local(r.Err) {
			return results, fmt.Errorf("%s: %w", r.Name, r.Err)
		}
	}
	return results, nil
}

// local tells a full disk or a folder without permission from a source that
// is down.
func local(err error) bool {
	_, path := errors.AsType[*fs.PathError](err)
	_, link := errors.AsType[*os.LinkError](err)
	if !path && !link {
		return false
	}
	return slices.ContainsFunc([]error{fs.ErrPermission, syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, syscall.EROFS, syscall.EIO},
		func(e error) bool { return errors.Is(err, e) })
}
