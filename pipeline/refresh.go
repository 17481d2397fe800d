package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"
)

// Refresh is the main job: fetch what is new, read the inbox, build, check, publish. An error
// means that nothing was published; a source that failed shows in the result.
// Like the other runs here it holds the data folder's lock throughout and has
// its lines in the ledger.
func (p *Pipeline) Refresh(ctx context.Context, want Want) (Result, error) {
	if err := p.ownCounty(ctx); err != nil {
		return Result{}, err
	}
	return p.recorded(ctx, func(ctx context.Context) (Result, error) {
		if err := p.Dir.Free(spare); err != nil {
			return Result{}, err
		}
		results, err := p.fetchAll(ctx, want)
		if err != nil {
			return Result{Datasets: results}, err
		}
		handed, err := p.readInbox(ctx)
		if err != nil {
			return Result{Datasets: results, Handed: handed}, err
		}
		result, err := p.Build(ctx, results, false)
		result.Handed = handed
		if errors.Is(err, ErrNothing) {
			err = errors.Join(result.Err(), err)
		}
		return result, err
	})
}

// FetchOnly brings what is new into the archive and stops there.
func (p *Pipeline) FetchOnly(ctx context.Context, want Want) (Result, error) {
	if err := p.ownCounty(ctx); err != nil {
		return Result{}, err
	}
	return p.recorded(ctx, func(ctx context.Context) (Result, error) {
		results, err := p.fetchAll(ctx, want)
		return Result{Datasets: results}, err
	})
}

// BuildOnly builds, checks and publishes what the archive holds.
func (p *Pipeline) BuildOnly(ctx context.Context) (Result, error) {
	if err := p.ownCounty(ctx); err != nil {
		return Result{}, err
	}
	return p.recorded(ctx, func(ctx context.Context) (Result, error) { return p.Build(ctx, nil, false) })
}

// BuildTo builds and checks what the archive holds, or held at AsOf, into the
// file at out. The published file is left alone.
func (p *Pipeline) BuildTo(ctx context.Context, out string) (Result, error) {
	return p.recorded(ctx, func(ctx context.Context) (Result, error) { return p.buildTo(ctx, out) })
}

// fetchAll fetches; what is wrong with the data folder itself is no source's
// fault and stops the run.
func (p *Pipeline) fetchAll(ctx context.Context, want Want) ([]DatasetResult, error) {
	results, err := p.Fetch(ctx, want)
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
