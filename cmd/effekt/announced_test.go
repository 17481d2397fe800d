package main

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"effekt/sources/replay"
)

// A year that the old tables only announce, every cell «..», changes no figure:
// what the tables that go on have of it stands, and the old ones are as ended as
// before.
func TestAnnouncedYear(t *testing.T) {
	t.Parallel()
	server, running := serving(t)
	mine, dir := hurried(t, running), filepath.Join(t.TempDir(), "d")
	sql := func(query string) []string {
		t.Helper()
		return strings.Split(output(t, "sql", "--format", "csv", "--config", mine, "--data", dir, query), "\n")
	}
	const (
		figures   = "select indicator_id, region, year, sex, value, status, flags from mart.indicator_value order by all"
		freshness = "select name, last_period, standing from ops.dataset where source = 'scb' order by name"
	)
	output(t, "refresh", "--config", mine, "--data", dir)
	before, fresh := sql(figures), sql(freshness)
	if err := server.Revise(func(l *replay.Library) error {
		var all []error
		for _, id := range []string{"TAB638", "TAB5169", "TAB1212", "TAB3200"} {
			all = append(all, l.AddPeriod(id, "2025"), l.Blank(id, "Tid", "..", "2025"), l.SetUpdated(id, ""))
		}
		return errors.Join(all...)
	}); err != nil {
		t.Fatal(err)
	}
	output(t, "refresh", "--config", mine, "--data", dir)
	held, was := map[string]bool{}, map[string]bool{}
	for _, row := range sql(figures) {
		held[row] = true
	}
	for _, row := range before {
		if was[row] = true; !held[row] {
			t.Errorf("gone, or another: %s", row)
		}
	}
	for row := range held { // of the announced year itself, where no table goes on
		if !was[row] && (!strings.Contains(row, ",2025,") || !strings.HasSuffix(row, ",,O,[]")) {
			t.Errorf("came with the announcement: %s", row)
		}
	}
	if is := sql(freshness); !slices.Equal(fresh, is) {
		t.Errorf("freshness %q, was %q", is, fresh)
	}
}
