package pipeline_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"effekt/pipeline/datadir"
	"effekt/pipeline/run"
	"effekt/sources/replay"
)

// interrupt starts a refresh and stops it when it is time. Who waits for what
// never ends would wait for ever; a minute is as good.
func (w *world) interrupt(now func() bool) error {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.t.Context(), time.Minute)
	defer stop()
	ended := make(chan error, 1)
	p := w.open()
	go func() { // awaited below
		_, err := p.Refresh(ctx, run.Want{})
		ended <- err
	}()
	for !now() {
		select {
		case err := <-ended:
			w.t.Fatalf("ended before it was stopped: %v", err)
		case <-time.After(time.Millisecond):
		}
	}
	stop()
	return <-ended
}

// A fetch that is stopped returns at once, and the next one asks only for what
// had not come.
func TestInterruptedFetchResumes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.allWell("first", w.fetch(question{}))
	w.later(31 * 24 * time.Hour)
	w.serve(replay.Options{Faults: []replay.Fault{
		{Role: "data", Path: "TAB3554", Request: 2, Times: 9, Kind: "timeout"}, {Role: "data", Path: "/municipality/", Request: 2, Times: 9, Kind: "timeout"},
	}})
	silent := func() bool {
		n := 0
		for _, seen := range w.server.Load().Requests() {
			if seen.Fault == "timeout" {
				n++
			}
		}
		return n == 2 && !w.open().Archive.Checked("scb", "grp").Whole.IsZero()
	}
	if err := w.interrupt(silent); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if n := w.vintages("scb", "income"); n != 1 {
		t.Errorf("%d vintages, a half one among them", n)
	}
	w.serve(replay.Options{})
	w.sound()
	// Of two answers each, grp had both and health one; income's first may have
	// been on its way.
	if asked := w.asked("data"); asked != 2 && asked != 3 {
		t.Errorf("%d requests for data after the stop, want 2 or 3", asked)
	}
}

// A build that is stopped returns at once and leaves nothing behind.
func TestInterruptedBuildLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	before := w.file()
	w.sql["core/endless.sql"] = &fstest.MapFile{Data: []byte("-- Tar aldrig slut.\n-- grain: n\nselect sum(a.range * b.range) as n from range(10000000) as a, range(10000000) as b")}
	building := func() bool {
		files, err := filepath.Glob(filepath.Join(w.dir.Work(), "*", "effekt.duckdb*"))
		return err == nil && len(files) > 0
	}
	if err := w.interrupt(building); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	w.untouched(before)
	if left, err := os.ReadDir(w.dir.Work()); err != nil || len(left) > 0 {
		t.Errorf("left: %v %v", left, err)
	}
	delete(w.sql, "core/endless.sql")
	w.sound()
	w.untouched(before)
}

// While somebody writes in the data folder nobody else does, and is told who.
func TestHeldFolder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lock, err := w.dir.Lock(t.Context(), "effekt refresh --full", 0, w.clock())
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.open().Refresh(t.Context(), run.Want{})
	held, ok := errors.AsType[*datadir.HeldError](err)
	if host, _ := os.Hostname(); !ok || held.Holder.PID != os.Getpid() || held.Holder.Host != host || !held.Holder.Since.Equal(w.clock()) {
		t.Errorf("error %v", err)
	}
	if text := err.Error(); strings.Contains(text, "\n") || !strings.Contains(text, "2026-06-10 08:00:00 UTC (effekt refresh --full)") {
		t.Errorf("error %s", text)
	}
	if n := w.asked(); n > 0 {
		t.Errorf("%d requests", n)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	w.sound()
}
