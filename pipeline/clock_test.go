package pipeline_test

import (
	"effekt/pipeline"
	"effekt/sources/replay"
	"errors"
	"strings"
	"testing"
	"time"
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
		result, err := w.open().Refresh(t.Context(), pipeline.Want{})
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
	result, err := w.open().BuildOnly(t.Context())
	w.named("a build", result, err)
	result = w.refresh()
	w.named("a refresh", result, nil)
	w.one(figure("grp", 2023), "77 A")
	w.at(w.clock().AddDate(0, 0, 9))
	w.sound()
	w.one(figure("grp", 2023), "77 A")
}

func (w *world) named(what string, result pipeline.Result, err error) {
	w.t.Helper()
	if err != nil || !result.Degraded() || !strings.Contains(result.Err().Error(), "the clock shows") {
		w.t.Errorf("%s: %v, %v", what, result.Err(), err)
	}
}
