package pipeline_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"effekt/pipeline/run"
	"effekt/sources/replay"
)

// A clock that is set stands at the same moment anew in every process: that is
// no reason to fetch or to build again, and no fault.
func TestClockThatStandsStill(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	day := w.clock()
	w.sound()
	before := w.file()
	for range 2 {
		w.at(day)
		w.forget()
		result, err := w.open().Refresh(t.Context(), run.Want{})
		if err != nil || result.Degraded() || states(result) != "grp unchanged, health unchanged, income unchanged" || w.asked() > 3 {
			t.Errorf("the same day again: %s, %d requests, %v, %v", states(result), w.asked(), result.Err(), err)
		}
	}
	w.untouched(before)
}

// A clock that has gone back is named, once by each kind of run, and the newest
// vintage stays the newest.
func TestClockThatWentBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.SetValue("TAB3138", grp("24", "2023"), 77, ""), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
	})
	w.later(24 * time.Hour)
	w.sound()
	w.at(w.clock().AddDate(0, 0, -5))
	result, err := w.open().Build(t.Context())
	w.named("a build", result, err)
	result = w.refresh()
	w.named("a refresh", result, nil)
	w.one(figure("grp", 2023), "77 A")
	w.at(w.clock().AddDate(0, 0, 9))
	w.sound()
	w.one(figure("grp", 2023), "77 A")
}

func (w *world) named(what string, result run.Result, err error) {
	w.t.Helper()
	if err != nil || !result.Degraded() || !strings.Contains(result.Err().Error(), "the clock shows") {
		w.t.Errorf("%s: %v, %v", what, result.Err(), err)
	}
}

// What was known of a day stays what it was, though something came since under a
// clock that had gone back; so does the history made anew from the archive.
func TestAsOfAfterAClockThatWentBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC) }
	for n, day := range []struct {
		day   int
		value float64
	}{{1, 100}, {3, 103}, {5, 105}, {2, 199}, {7, 107}} {
		w.at(at(day.day, 8))
		w.revise(func(l *replay.Library) error { // whose clock is right
			return errors.Join(l.SetValue("TAB3138", grp("24", "2023"), day.value, ""), l.SetUpdated("TAB3138", at(1+n, 8).Format(time.RFC3339)))
		})
		w.refresh()
	}
	for day, want := range map[int]string{2: "100 A", 4: "103 A", 6: "199 A", 8: "107 A"} {
		p := w.open()
		p.AsOf = at(day, 20)
		out := filepath.Join(t.TempDir(), "then.duckdb")
		if _, err := p.BuildTo(t.Context(), out); err != nil {
			t.Fatal(err)
		}
		if got, err := query(t.Context(), out, figure("grp", 2023)); err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("as of day %d: %v, %v, want %s", day, got, err, want)
		}
	}
	if _, err := w.open().BuildHistory(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.one("select string_agg(old_value::int || ' ' || new_value::int, ', ' order by noted) from mart.revision where indicator_id = 'grp' and region = '24' and year = 2023",
		"100 103, 103 199, 199 107")
}
