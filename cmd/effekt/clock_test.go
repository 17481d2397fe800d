package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	t.Parallel()
	started := time.Now().Add(-time.Hour)
	for set, want := range map[string]time.Time{
		"2026-02-21":           time.Date(2026, 2, 21, 1, 0, 0, 0, time.UTC),
		"2026-02-21T15:00:00Z": time.Date(2026, 2, 21, 16, 0, 0, 0, time.UTC),
	} {
		now, err := clock(set, started)
		if err != nil {
			t.Fatal(err)
		}
		if off := now().Sub(want); off < 0 || off > time.Minute {
			t.Errorf("%s: an hour later it is %s, want %s", set, now(), want)
		}
	}
	if _, err := clock("21/2", started); err == nil {
		t.Error("a day that is none was taken")
	}
}

// A demonstration of another day hands in the rounds that had opened by then,
// and the rest when its day has come.
func TestDemoOfAnotherDay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "d")
	rounds := func(day string) string {
		t.Helper()
		t.Setenv("EFFEKT_NOW", day)
		var out, log strings.Builder
		if code := execute(context.Background(), []string{"demo", "--data", dir}, &out, &log); code != exitDone {
			t.Fatalf("%s: exit %d: %s", day, code, log.String())
		}
		return output(t, "sql", "--data", dir, "--format", "csv", "select string_agg(distinct omgang, ' ' order by omgang) as rounds from outcome.result")
	}
	rounds("2024-03-01")
	if _, err := os.Stat(filepath.Join(dir, "report", "aterrapport-2024.html")); err != nil {
		t.Errorf("on a day before its figures: %v", err)
	}
	if got := rounds("2026-02-20"); got != "rounds\n2025H2\n" {
		t.Errorf("in February: %q", got)
	}
	if got := rounds("2026-09-20"); got != "rounds\n2025H2 2026H1\n" {
		t.Errorf("later: %q", got)
	}
}
