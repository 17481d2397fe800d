package pipeline

import (
	"context"
	"errors"
	"time"
)

// Refresh is the main job: fetch what is new, build, check, publish. It holds
// the data folder's lock throughout. An error means that nothing was published;
// a source that failed shows in the result.
func (p *Pipeline) Refresh(ctx context.Context, want Want) (Result, error) {
	lock, err := p.Dir.Lock(ctx, p.Command, 0, p.Now())
	if err != nil {
		return Result{}, err
	}
	result, err := p.refresh(ctx, want)
	return result, errors.Join(err, lock.Unlock())
}

func (p *Pipeline) refresh(ctx context.Context, want Want) (Result, error) {
	results, err := p.Fetch(ctx, want)
	if err != nil {
		return Result{Datasets: results}, err
	}
	start := time.Now()
	result, err := p.Build(ctx, results, false)
	if errors.Is(err, ErrNothing) {
		return result, errors.Join(result.Err(), err)
	}
	p.Log.Debug("built", "took", time.Since(start), "published", result.Published)
	return result, err
}
