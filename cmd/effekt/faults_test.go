package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"effekt/sources/replay"
	"effekt/testdata/demo"

	"github.com/google/go-cmp/cmp"
)

// A table that is gone and a KPI that was renamed fail by themselves, and so do a
// county that is missing in a KPI or null in a table and a table that is older than
// what is held: the others go on, the last good figures stay, and the exit code says so.
func TestWhatFailsKeepsItsLastGoodFigures(t *testing.T) {
	t.Parallel()
	library, err := replay.Open(demo.Files)
	if err != nil {
		t.Fatal(err)
	}
	server := replay.New(library, replay.Options{})
	running, err := replay.Start(server)
	if err != nil {
		t.Fatal(err)
	}
	mine := hurried(t, running)
	dir := filepath.Join(t.TempDir(), "d")
	effekt := func(want int, args ...string) (string, string) {
		t.Helper()
		var out, log strings.Builder
		if code := execute(context.Background(), append(args, "--config", mine, "--data", dir), &out, &log); code != want {
			t.Fatalf("%v: exit %d, want %d: %s", args, code, want, log.String())
		}
		return out.String(), log.String()
	}
	figures := "select indicator_id, region, year, sex, value, status from mart.indicator_value order by all"
	effekt(0, "refresh")
	before, _ := effekt(0, "sql", "--format", "csv", figures)

	server.Forget()
	effekt(0, "refresh")
	if asked := len(server.Requests()); asked > 3 {
		t.Errorf("%d requests with nothing new, at most 3", asked)
	}
	if err := server.Revise(func(l *replay.Library) error {
		return errors.Join(l.RemoveTable("TAB3200"), l.RenameKPI("N00957", "Något annat"), l.RemoveRecords("N00999", "0024", 0),
			l.Blank("TAB2538", "Region", "..", "24", "2480"), l.Freeze("TAB3554", "2023"), l.SetUpdated("TAB3554", "2025-01-01T07:00:00Z"))
	}); err != nil {
		t.Fatal(err)
	}
	_, log := effekt(3, "refresh", "--full")
	status, _ := effekt(0, "status")
	for _, want := range []string{
		"employment_bas", "TAB3200", "kolada: N00957", "Något annat", "N00999: the figures of 20", "for 0024",
		"dwellings_completed: TAB2538: variable ContentsCode: code", "any more for 24: ", "income_median: TAB3554: the answer is of 2025-01-01T07:00:00Z, older than what is held",
	} {
		if !strings.Contains(log, want) {
			t.Errorf("no %q in %s", want, log)
		}
	}
	for _, want := range []string{"kolada misslyckades ", "dwellings_completed misslyckades ", "income_median misslyckades "} {
		if !strings.Contains(status, want) {
			t.Errorf("no %q in %s", want, status)
		}
	}
	after, _ := effekt(0, "sql", "--format", "csv", figures)
	if before != after {
		t.Errorf("the last good figures did not stay:\n%s", cmp.Diff(strings.Split(before, "\n"), strings.Split(after, "\n")))
	}
	states, _ := effekt(0, "sql", "--format", "csv", "select indicator_id from mart.indicator where state = 'old' order by 1")
	if !strings.Contains(states, "employment_rate_20_64") || strings.Contains(states, "population_total") {
		t.Errorf("old: %s", states)
	}

	running.Close()
	_, log = effekt(3, "refresh")
	if !strings.Contains(log, "attempt 5 of 5") {
		t.Errorf("no attempts told: %s", log)
	}
}
