//go:build unix

package pipeline_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"effekt/pipeline/archive"
	"effekt/pipeline/build"
	"effekt/pipeline/explain"
	"effekt/pipeline/run"
	"effekt/sources/replay"
)

// asOf makes what was known at a moment and gives all its figures.
func (w *world) asOf(at time.Time) ([]string, error) {
	w.t.Helper()
	p := w.open()
	p.AsOf = at
	out := filepath.Join(w.t.TempDir(), "then.duckdb")
	if _, err := p.BuildTo(w.t.Context(), out); err != nil {
		return nil, err
	}
	return query(w.t.Context(), out, allFigures)
}

// After a pruning the days whose answer is still held give the same figures as
// before, and the others none: never another day's.
func TestThePastThatIsPruned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var days []time.Time
	day := func(edit func(*replay.Library) error) {
		w.later(24 * time.Hour)
		if edit != nil {
			w.revise(edit)
		}
		w.sound()
		days = append(days, w.clock().Add(time.Hour))
	}
	regionalProduct := func(value float64) func(*replay.Library) error {
		return func(l *replay.Library) error {
			return errors.Join(l.SetValue("TAB3138", grp("24", "2022"), value, ""), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
		}
	}
	sick := 33.0
	day(nil)
	day(regionalProduct(111))
	day(regionalProduct(222))
	day(func(l *replay.Library) error { return l.SetKolada("N00957", "0024", 2022, "T", &sick, w.clock()) })
	day(regionalProduct(333))
	before := map[int][]string{}
	for i, at := range days {
		figures, err := w.asOf(at)
		if err != nil {
			t.Fatal(err)
		}
		before[i] = figures
	}
	if slices.Equal(before[0], before[1]) || slices.Equal(before[2], before[3]) {
		t.Fatal("the days do not differ")
	}
	prune := func(latest int) {
		t.Helper()
		p := w.open()
		if _, err := p.Archive.Prune(t.Context(), archive.Keep{Latest: latest}, true); err != nil {
			t.Fatal(err)
		}
	}
	held := func(when string, want ...int) {
		t.Helper()
		for i, at := range days {
			figures, err := w.asOf(at)
			if slices.Contains(want, i) {
				if err != nil || !slices.Equal(figures, before[i]) {
					t.Errorf("%s, day %d: %v, the same figures: %v", when, i, err, slices.Equal(figures, before[i]))
				}
				continue
			}
			gone, ok := errors.AsType[*archive.PrunedError](err)
			if !ok || gone.Dataset != "grp" || !strings.Contains(err.Error(), "what was known at "+at.Format("2006-01-02 15:04:05")+" UTC has been pruned: grp (vintage 2026") {
				t.Errorf("%s, day %d: %v", when, i, err)
			}
		}
	}
	held("before", 0, 1, 2, 3, 4)
	prune(2) // grp keeps the third day's and the fifth's, health the first and the fourth
	held("two kept", 2, 3, 4)
	_, err := w.asOf(days[0])
	if third := days[2].Add(-time.Hour); err == nil || !strings.HasSuffix(err.Error(), "; the nearest that remains: later "+third.Format(time.RFC3339Nano)) {
		t.Errorf("the first day: %v", err)
	}
	if _, err := w.asOf(days[0].AddDate(-1, 0, 0)); err == nil || !strings.Contains(err.Error(), "held nothing") {
		t.Errorf("before the first day: %v", err)
	}
	prune(1)
	held("one kept", 4)

	// A figure of what was not pruned is still known of every day.
	p := w.open()
	p.AsOf = days[0]
	why := func(indicator string) (explain.Why, error) {
		q := explain.Question{Indicator: indicator, Region: "24", Year: 2022, Sex: "total"}
		return explain.WhyChanged(t.Context(), sideOf(p), sideOf(w.open()), false, q, "the first day")
	}
	if y, err := why("income"); err != nil || y.Old == nil {
		t.Errorf("a figure that rests on nothing pruned: %+v, %v", y, err)
	}
	if y, err := why("grp"); err == nil || !strings.Contains(err.Error(), "has been pruned: grp") {
		t.Errorf("a figure that rests on what was pruned: %+v, %v", y, err)
	}
	// The history that is published is the only one there is.
	const revisions = "select count(*) from mart.revision"
	count := w.query(revisions)
	if _, err := w.open().BuildHistory(t.Context()); err == nil || !strings.Contains(err.Error(), "some of the archive has been pruned") || !strings.Contains(err.Error(), "grp lacks 3 vintages") {
		t.Errorf("the history made anew: %v", err)
	}
	w.one(revisions, count[0])
	w.sound()
	if _, err := w.open().Build(t.Context()); err != nil {
		t.Error(err)
	}
}

// What is published stays explained, though something newer has been fetched.
func TestPublishedVintagesAreNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	in, err := w.open().Inputs()
	if err != nil {
		t.Fatal(err)
	}
	w.announce(9)
	if _, err := w.open().FetchOnly(t.Context(), run.Want{}); err != nil {
		t.Fatal(err)
	}
	names, err := build.Vintages(t.Context(), w.dir.Database())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range in.Datasets {
		got, err := w.open().Held().Published(want.Dataset, names[name])
		if err != nil || len(got.Used()) != len(want.Used()) {
			t.Fatalf("%s: %d vintages, want %d: %v", name, len(got.Used()), len(want.Used()), err)
		}
		for i, v := range want.Used() {
			if got.Used()[i].Name != v.Name {
				t.Errorf("%s %s, want %s", name, got.Used()[i].Name, v.Name)
			}
		}
	}
	if err := os.Remove(w.dir.Database()); err != nil {
		t.Fatal(err)
	}
	if got, err := build.Vintages(t.Context(), w.dir.Database()); err != nil || len(got) != 0 {
		t.Errorf("nothing is published: %v, %v", got, err)
	}
}
