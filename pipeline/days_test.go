package pipeline_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"effekt/pipeline/edition"
	"effekt/pipeline/explain"
	"effekt/sources/replay"
)

// day is what an agency does on one day, and what is then known of the county's
// GRP of 2023 and 2024.
type day struct {
	name   string
	change func(l *replay.Library, stamp string) error
	want   string // value and status of 2023 and 2024
	failed bool
}

func days() []day {
	value := func(year string, v float64) func(*replay.Library, string) error {
		return func(l *replay.Library, stamp string) error {
			symbol := ""
			if math.IsNaN(v) {
				symbol = ".."
			}
			return errors.Join(l.SetValue("TAB3138", grp("24", year), v, symbol), l.SetUpdated("TAB3138", stamp))
		}
	}
	label := func(text string) func(*replay.Library, string) error {
		return func(l *replay.Library, stamp string) error {
			return errors.Join(l.Relabel("TAB3138", "ContentsCode", "NR0105AH", text), l.SetUpdated("TAB3138", stamp))
		}
	}
	return []day{
		{"first", func(l *replay.Library, stamp string) error {
			return errors.Join(value("2023", 100)(l, stamp), value("2024", 200)(l, stamp))
		}, "100 A, 200 A", false},
		{"nothing", func(*replay.Library, string) error { return nil }, "100 A, 200 A", false},
		{"revised", value("2023", 110), "110 A, 200 A", false},
		{"withdrawn", value("2024", math.NaN()), "110 A, <nil> O", false},
		{"renamed", func(l *replay.Library, stamp string) error {
			return errors.Join(label("Något helt annat")(l, stamp), value("2023", 999)(l, stamp))
		}, "110 A, <nil> O", true},
		{"named as before", func(l *replay.Library, stamp string) error {
			return errors.Join(label("BRP, löpande priser, mnkr")(l, stamp), value("2023", 120)(l, stamp))
		}, "120 A, <nil> O", false},
		{"given back", value("2024", 210), "120 A, 210 A", false},
	}
}

// TestDays lives through a week at the source. Every day is then asked for again
// as it was; the history, the explanation and the edition say what happened.
func TestDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.at(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	evening := map[string]time.Time{}
	for _, d := range days() {
		w.revise(func(l *replay.Library) error { return d.change(l, w.clock().Format(time.RFC3339)) })
		result := w.refresh()
		if result.Degraded() != d.failed {
			t.Errorf("%s: %v", d.name, result.Err())
		}
		w.one(bothYears, d.want)
		evening[d.name] = w.clock().Add(time.Hour)
		w.later(24 * time.Hour)
	}
	for _, d := range days() {
		w.asItWas(d, evening[d.name])
	}
	w.told()
	history := w.query(revisions)
	if err := os.RemoveAll(w.dir.Published()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.open().BuildHistory(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again := w.query(revisions); !slices.Equal(again, history) {
		t.Errorf("the history from the archive alone:\n%s\nwant\n%s", strings.Join(again, "\n"), strings.Join(history, "\n"))
	}
	w.frozen()
}

// TestArchiveGrowsWithChanges refreshes day after day, with one change in fifty:
// the archive takes little more than the bodies that came with it.
func TestArchiveGrowsWithChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sound()
	before, bodies := w.archived(), int64(0)
	for n := range 50 {
		w.later(24 * time.Hour)
		if n == 20 {
			w.revise(func(l *replay.Library) error {
				return errors.Join(l.SetValue("TAB3138", grp("24", "2023"), 100, ""), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
			})
		}
		for _, d := range w.sound().Datasets {
			bodies += d.Bytes
		}
	}
	if grown := w.archived() - before; grown > bodies*12/10 {
		t.Errorf("the archive has grown by %d bytes, with %d bytes of bodies fetched", grown, bodies)
	}
	if n := w.vintages("scb", "grp"); n > 4 {
		t.Errorf("%d vintages of a table that changed once", n)
	}
}

// TestYearOfFullFetches asks for everything 250 days in a row; on one in fifty a
// table has changed. What has not is no other vintage, so the archive grows by no
// more than the bodies that did, however small they are beside their manifests.
func TestYearOfFullFetches(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.allWell("first", w.fetch(question{full: true}))
	before, changed := w.archived(), int64(0)
	for n := range 250 {
		w.later(24 * time.Hour)
		if n%50 == 25 {
			w.revise(func(l *replay.Library) error {
				return errors.Join(l.SetValue("TAB3138", grp("24", "2023"), float64(n), ""), l.SetUpdated("TAB3138", w.clock().Format(time.RFC3339)))
			})
		}
		results := w.fetch(question{full: true})
		w.allWell("every day", results)
		if n%50 == 25 {
			changed += results["grp"].Bytes
		}
	}
	if grown := w.archived() - before; grown > changed*12/10 {
		t.Errorf("the archive has grown by %d bytes, with %d bytes of bodies that changed", grown, changed)
	}
	if grp, income := w.vintages("scb", "grp"), w.vintages("scb", "income"); grp != 6 || income != 1 {
		t.Errorf("%d vintages of a table that changed five times, %d of one that never did", grp, income)
	}
}

// archived is what the archive takes on disk.
func (w *world) archived() int64 {
	w.t.Helper()
	var sum int64
	err := filepath.WalkDir(w.dir.Archive(), func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		sum += info.Size()
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return sum
}

const (
	bothYears = "select string_agg(coalesce(value::bigint::varchar, '<nil>') || ' ' || status, ', ' order by year) from mart.indicator_value where indicator_id = 'grp' and region = '24' and year in (2023, 2024)"
	revisions = "select year, kind, cause, old_value, new_value, old_status, new_status, noted::date::varchar from mart.revision where indicator_id = 'grp' and region = '24' and year in (2023, 2024) order by noted, year"
)

// asItWas builds the database of an evening.
func (w *world) asItWas(d day, at time.Time) {
	w.t.Helper()
	p := w.open()
	p.AsOf = at
	out := filepath.Join(w.t.TempDir(), "then.duckdb")
	if _, err := p.BuildTo(w.t.Context(), out); err != nil {
		w.t.Fatalf("%s: %v", d.name, err)
	}
	if got, err := query(w.t.Context(), out, bothYears); err != nil || len(got) != 1 || got[0] != d.want {
		w.t.Errorf("%s, as it was: %v, %v, want %s", d.name, got, err, d.want)
	}
}

// told holds the history and one figure's explanation against what happened.
func (w *world) told() {
	w.t.Helper()
	want := []string{
		"2023 revised_value source 100 110 A A 2026-03-04",
		"2024 withdrawn source 200 <nil> A O 2026-03-05",
		"2023 revised_value source 110 120 A A 2026-03-07",
		"2024 new_period source <nil> 210 O A 2026-03-08",
	}
	if got := w.query(revisions); !slices.Equal(got, want) {
		w.t.Errorf("the history:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	p := w.open()
	e, err := explain.Explain(w.t.Context(), materialOf(p),
		explain.Question{Indicator: "grp", Region: "24", Year: 2023, Sex: "total"})
	if err != nil || len(e.Inputs) != 1 || e.Inputs[0].Origin == nil || e.Inputs[0].Origin.Raw != "120" || e.Value == nil || *e.Value != 120 {
		w.t.Errorf("explained: %+v, %v", e, err)
	}
	then := w.open()
	then.AsOf = time.Date(2026, 3, 4, 20, 0, 0, 0, time.UTC)
	if got := w.why(then); got != "110 → 120, source_revision 10" {
		w.t.Errorf("why: %s", got)
	}
}

// frozen freezes, flips a byte and looks again.
func (w *world) frozen() {
	w.t.Helper()
	p := w.open()
	in, err := p.Inputs()
	if err != nil {
		w.t.Fatal(err)
	}
	f := edition.Frozen{Inputs: in, Dir: p.Dir, Archive: p.Archive, Config: w.config, SQL: w.sql}
	if _, err := edition.Freeze(w.t.Context(), f, "2026"); err != nil {
		w.t.Fatal(err)
	}
	folder := filepath.Join(p.Dir.Editions(), "2026")
	v, err := edition.Verify(w.t.Context(), folder, slog.New(slog.DiscardHandler), publishers)
	if err != nil || !v.Sound() || v.Compared == 0 {
		w.t.Errorf("as frozen: %+v, %v", v, err)
	}
	object := w.anObject(folder)
	body, err := os.ReadFile(object)
	if err != nil {
		w.t.Fatal(err)
	}
	body[len(body)/2] ^= 1
	if err := errors.Join(os.Chmod(object, 0o644), os.WriteFile(object, body, 0o644)); err != nil {
		w.t.Fatal(err)
	}
	v, err = edition.Verify(w.t.Context(), folder, slog.New(slog.DiscardHandler), publishers)
	if err != nil || v.Sound() || len(v.Files) != 1 || v.Files[0].What != "changed" {
		w.t.Errorf("with a byte flipped: %+v, %v", v, err)
	}
}

func (w *world) anObject(folder string) string {
	w.t.Helper()
	all, err := filepath.Glob(filepath.Join(folder, "archive", "objects", "*", "*.zst"))
	if err != nil || len(all) == 0 {
		w.t.Fatalf("no objects: %v", err)
	}
	return all[0]
}
