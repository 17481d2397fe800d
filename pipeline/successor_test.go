package pipeline_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"effekt/config"
	"effekt/pipeline/freshness"
	"effekt/sources/replay"
)

// A table that has stopped is told of with the one that carries it on, its
// likeness and a data set's file that the config takes.
func TestSuccessorIsProposed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	w.later(24 * time.Hour)
	w.forget()
	w.sound()
	if n := w.catalogued(); n != 0 {
		t.Errorf("%d requests for the list of all tables while none has stopped", n)
	}
	w.revise(func(l *replay.Library) error {
		if err := l.CopyTable("TAB3138", "TAB9138"); err != nil {
			return err
		}
		return l.AddPeriod("TAB9138", "2029")
	})
	w.at(time.Date(2029, 6, 1, 0, 0, 0, 0, time.UTC))
	w.refresh()
	if w.catalogued() == 0 {
		t.Error("the list of all tables was not asked for when one has stopped")
	}
	line := w.grp()
	s := line.Proposal
	if s.Table != "TAB9138" || s.LastPeriod != "2029" || s.Score < 0.99 || line.Standing != "frozen" {
		t.Fatalf("%+v", line)
	}
	if !strings.Contains(s.TOML, `table = "TAB9138"`) || !strings.Contains(s.TOML, `Region = ["country", "counties"]`) {
		t.Errorf("the piece of config:\n%s", s.TOML)
	}
	files := fstest.MapFS{}
	maps.Copy(files, w.config)
	files["datasets/grp_next.toml"] = &fstest.MapFile{Data: []byte(s.TOML)}
	if _, err := config.Load(files, config.Overrides{}); err != nil {
		t.Errorf("the config does not take it: %v\n%s", err, s.TOML)
	}
	w.forget()
	w.later(24 * time.Hour)
	w.refresh()
	if n := w.catalogued(); n != 0 {
		t.Errorf("looked for again the day after: %d requests", n)
	}
}

// catalogued is how often SCB was asked for its list of all tables, not of those
// with news.
func (w *world) catalogued() (n int) {
	for _, r := range w.server.Load().Requests() {
		if r.Role == "listing" && !strings.Contains(r.Query, "pastDays") {
			n++
		}
	}
	return n
}

func (w *world) grp() freshness.Line {
	w.t.Helper()
	lines, err := w.open().Status(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range lines {
		if l.Name == "grp" {
			return l
		}
	}
	w.t.Fatal("no data set grp")
	return freshness.Line{}
}

// When two periods have been seen to come, the table's own rhythm says when it is
// late, and not the delay that the config expects (24 months here).
func TestRhythmOfATable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	for _, year := range []string{"2025", "2026", "2027"} {
		next, err := time.Parse(time.DateOnly, year+"-12-31")
		if err != nil {
			t.Fatal(err)
		}
		w.at(next.AddDate(0, 2, 0))
		w.revise(func(l *replay.Library) error {
			return errors.Join(l.AddPeriod("TAB3138", year), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
		})
		w.refresh()
	}
	for day, want := range map[string]freshness.Standing{"2029-03-20": freshness.Fresh, "2029-07-01": freshness.Overdue, "2030-04-01": freshness.Frozen} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		w.at(at)
		if line := w.grp(); line.Standing != want {
			t.Errorf("%s: %+v, want %s", day, line, want)
		}
	}
}

// A table that SCB calls ended is told of at once.
func TestDiscontinued(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	w.later(24 * time.Hour)
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.SetDiscontinued("TAB3138", true), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
	})
	w.sound()
	if line := w.grp(); line.Standing != freshness.Stopped || line.Reason == "" {
		t.Errorf("%+v", line)
	}
}

// What has changed in a table's description since the vintage before is told.
func TestNewsOfATable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	if news := w.grp().News; len(news) != 0 {
		t.Errorf("of a first vintage: %v", news)
	}
	w.later(24 * time.Hour)
	w.revise(func(l *replay.Library) error {
		if err := l.Relabel("TAB3138", "", "", "BRP på nytt sätt. År 2012-2024"); err != nil {
			return err
		}
		return l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339))
	})
	w.sound()
	if news := w.grp().News; len(news) != 1 || !strings.Contains(news[0], `another title: "BRP på nytt sätt", was `) {
		t.Errorf("%v", news)
	}
	w.revised(101) // the next vintage hides nothing that nobody may have seen
	if news := w.grp().News; len(news) != 1 {
		t.Errorf("the day after: %v", news)
	}
	w.later(40 * 24 * time.Hour)
	w.revised(102)
	if news := w.grp().News; len(news) != 0 {
		t.Errorf("a month later: %v", news)
	}
}

// revised lets a day pass on which a figure of the table has changed.
func (w *world) revised(value float64) {
	w.t.Helper()
	w.later(24 * time.Hour)
	w.revise(func(l *replay.Library) error {
		return errors.Join(l.SetValue("TAB3138", grp("24", "2023"), value, ""), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
	})
	w.sound()
}
