package pipeline_test

import (
	"context"
	"testing"
	"time"

	"effekt/pipeline/archive"
	"effekt/pipeline/run"
	"effekt/sources"
)

// next fetches what the source says has changed and gives the state.
func (b *bench) next() string {
	b.t.Helper()
	results, err := b.pipeline.Fetcher().Fetch(context.Background(), run.Want{})
	if err != nil || len(results) != 1 || results[0].Err != nil {
		b.t.Fatalf("%+v: %v", results, err)
	}
	return results[0].State
}

// at sets the pipeline's and the archive's clock.
func (b *bench) at(now time.Time) {
	b.t.Helper()
	b.pipeline.Now = func() time.Time { return now }
	store, err := archive.Open(b.pipeline.Dir.Archive(), b.pipeline.Now)
	if err != nil {
		b.t.Fatal(err)
	}
	b.pipeline.Archive = store
}

// breakOff fetches everything but does not come to the vintage.
func (b *bench) breakOff() {
	b.t.Helper()
	p, ctx := b.pipeline, context.Background()
	held, err := p.Held().Dataset(p.Config.Datasets[0])
	if err != nil {
		b.t.Fatal(err)
	}
	fetch, err := p.Archive.Begin(held.Source, held.Name, held.Asked)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := p.Sources[0].Fetch(ctx, fetch.Caller(p.Client), p.Held().Task(held, false), sources.Verdict{Due: true}); err != nil {
		b.t.Fatal(err)
	}
	if err := fetch.Abort(); err != nil {
		b.t.Fatal(err)
	}
}

// A table is updated between an interrupted fetch and the one that resumes it.
// What came before must not count as the update.
func TestUpdateAfterAnInterruptedFetch(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if state := b.next(); state != run.Fetched {
		t.Fatal(state)
	}
	b.breakOff()
	const updated = "2026-06-09T06:00:00Z"
	b.edit("2026-06-08T06:00:00Z", updated)
	if state := b.next(); state != run.Fetched || b.manifest().SourceUpdated != updated {
		t.Errorf("%s: the latest vintage is of %s", state, b.manifest().SourceUpdated)
	}
	if state := b.next(); state != run.Unchanged {
		t.Error(state)
	}
}

// A clock that was a year ahead must not keep updates away for a year.
func TestClockThatWasAhead(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	right := b.pipeline.Now()
	b.at(right.AddDate(1, 0, 0))
	if state := b.next(); state != run.Fetched {
		t.Fatal(state)
	}
	if state := b.next(); state != run.Unchanged { // notes a check, too
		t.Fatal(state)
	}
	b.at(right)
	if state := b.next(); state != run.Fetched {
		t.Errorf("%s, though the last answer lies ahead", state)
	}
	if m := b.manifest(); !m.Fetched.Equal(right) {
		t.Errorf("the latest is of %s", m.Fetched)
	}
	if state := b.next(); state != run.Unchanged {
		t.Error(state)
	}
}
