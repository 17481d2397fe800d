package scb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"effekt/sources"
	"effekt/sources/scb/jsonstat"

	"golang.org/x/sync/errgroup"
)

// Fetch asks for the metadata and then for all of the selection. One stamp must
// stand in all answers, or the table changed between them.
func (s *Source) Fetch(ctx context.Context, ask sources.Caller, t sources.Task, due sources.Verdict) (sources.Fetched, error) {
	maxCells, err := s.limit(ctx, ask)
	if err != nil {
		return sources.Fetched{}, err
	}
	kept := &keptAnswers{Caller: ask}
	d, err := s.describe(ctx, kept, t)
	if err == nil {
		err = cmp.Or(older(t, d.SourceUpdated), changed(t, d))
	}
	var came counts
	var stamps []string
	if err == nil {
		came, stamps, err = s.cells(ctx, kept, t, d, maxCells)
	}
	if err == nil && kept.some.Load() { // as old as that: from before an update, perhaps
		stamps = append(stamps, d.SourceUpdated, cmp.Or(due.Listed, d.SourceUpdated))
	}
	if err == nil {
		err = cmp.Or(unmoved(stamps), older(t, stamps...))
	}
	if err == nil {
		err = emptied(t, d, came, held(t))
	}
	if err != nil {
		return sources.Fetched{}, refused(err)
	}
	d.ListedUpdated, d.Discontinued, d.Announced = due.Listed, d.Discontinued || due.Discontinued, came.announced()
	return sources.Fetched{Description: d}, nil
}

// refused makes *Problems a refusal; any other error may pass.
func refused(err error) error {
	if _, ok := errors.AsType[*Problems](err); ok {
		return sources.Refuse(err)
	}
	return err
}

// keptAnswers notes whether any answer came from an interrupted fetch.
type keptAnswers struct {
	sources.Caller
	some atomic.Bool
}

// Call asks, and sees from the attempts where the answer came from.
func (k *keptAnswers) Call(ctx context.Context, r sources.Request) (sources.Answer, error) {
	answer, err := k.Caller.Call(ctx, r)
	if err == nil && answer.Attempts == 0 {
		k.some.Store(true)
	}
	return answer, err
}

// cells asks for all of the selection and counts what came. Each answer is
// decoded once, by the check that lets it in.
func (s *Source) cells(ctx context.Context, ask sources.Caller, t sources.Task, d sources.Description, maxCells int64) (counts, []string, error) {
	var mu sync.Mutex
	came, stamps := map[int]counts{}, map[int]string{}
	requests, err := s.requests(d, maxCells, func(n int, cube *jsonstat.Cube) {
		one := counts{}
		one.add(cube, t)
		mu.Lock()
		defer mu.Unlock()
		came[n], stamps[n] = one, cube.Updated
	})
	if err != nil {
		return nil, nil, err
	}
	if t.Expect != nil {
		t.Expect(len(requests))
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, s.InFlight))
	for _, request := range requests {
		g.Go(func() error {
			_, err := ask.Call(ctx, request)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	all, told := counts{}, make([]string, len(requests))
	for n := range requests {
		told[n] = stamps[n]
		for series, cells := range came[n] {
			all[series] += cells
		}
	}
	return all, told, nil
}

// unmoved demands one stamp of all.
func unmoved(stamps []string) error {
	if other := slices.IndexFunc(stamps, func(stamp string) bool { return stamp != stamps[0] }); other > 0 {
		return fmt.Errorf("%w: %s and %s", sources.ErrMoved, stamps[0], stamps[other])
	}
	return nil
}

// older is a problem when an answer is of an earlier update than what is held.
// SCB's servers have lagged months behind one another, and what the slower ones
// do not have yet has not been withdrawn.
func older(t sources.Task, stamps ...string) error {
	newest := t.Held.Newest().SourceUpdated
	held, unknown := time.Parse(time.RFC3339, newest)
	for _, stamp := range stamps {
		at, err := time.Parse(time.RFC3339, stamp)
		if err == nil && unknown == nil && t.Held.SameTable() && at.Before(held) {
			return &Problems{Table: t.Table, List: []string{fmt.Sprintf(
				"the answer is of %s, older than what is held, of %s: what is held stays until the source has caught up", stamp, newest)}}
		}
	}
	return nil
}
