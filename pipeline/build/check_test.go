package build

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"effekt/config"
	"effekt/pipeline/checks"
	"effekt/pipeline/datadir"

	"github.com/google/go-cmp/cmp"

	effektsql "effekt/sql"
)

// A check that cannot be run stops the publication and is named, unless what it
// lacks is a table that was left out.
func TestACheckThatCannotBeRunIsAFinding(t *testing.T) {
	t.Parallel()
	m := emptyMaking(t, config.Embedded, shippedAnd(t, effektsql.Files, map[string]string{
		"core/broken.sql":   "-- Trasig.\n-- grain: region\nselect nosuch as region",
		"checks/broken.sql": "-- Trasig.\n-- severity: warn\nselect nosuch from core.region",
		"checks/lacks.sql":  "-- Saknar.\n-- severity: error\nselect * from core.broken",
	}))
	made(t, m)
	results, err := m.check(t.Context())
	var failed *checks.FailedError
	if !errors.As(err, &failed) || len(failed.Results) != 1 || failed.Results[0].Name != "broken" || !strings.Contains(err.Error(), "nosuch") {
		t.Errorf("error %v", err)
	}
	for _, r := range results {
		if r.Name == "lacks" && (r.Severity != "warn" || r.Rows != 1 || r.Sample[0][0] != "core.broken") {
			t.Errorf("the check of a table that was left out: %+v", r)
		}
	}
}

// Each build carries the findings of those before it, up to a hundred runs.
func TestChecksAreKeptFromRunToRun(t *testing.T) {
	t.Parallel()
	dir, err := datadir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	build := func(n int) *making {
		m := emptyMaking(t, config.Embedded, effektsql.Files)
		m.Published, m.Now = dir.Parquet(), start.AddDate(0, 0, n)
		m.Own.ID = m.Now.Format("20060102T150405Z")
		if err := m.order(t.Context()); err != nil {
			t.Fatal(err)
		}
		finding := checks.Result{Check: checks.Check{Name: "x", Title: "Titel.", Severity: "warn"}, Rows: n, Columns: []string{"region", "value"}, Sample: [][]string{{"24", "1"}, {"25", "2"}}}
		if err := m.keepChecks(t.Context(), []checks.Result{finding}); err != nil {
			t.Fatal(err)
		}
		if err := m.db.Export(t.Context(), dir.Parquet(), map[string]string{"effekt_build": "x"}); err != nil {
			t.Fatal(err)
		}
		return m
	}
	build(0)
	build(1)
	m := build(2)
	held := func(m *making) string {
		found, err := m.db.Query(t.Context(), "select run_id, rows, sample from effekt.ops.check order by run_id", 0)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(found.Rows)
	}
	want := "[[20260301T090000Z 0 region=24 value=1; region=25 value=2] [20260302T090000Z 1 region=24 value=1; region=25 value=2] [20260303T090000Z 2 region=24 value=1; region=25 value=2]]"
	if diff := cmp.Diff(want, held(m)); diff != "" {
		t.Error(diff)
	}
	if err := m.db.Exec(t.Context(), "insert into effekt.ops.check select 'r' || n, timestamp '2025-01-01' + to_days(n::integer), 'x', 'Titel.', 'warn', 0, null from range(200) as t(n)"); err != nil {
		t.Fatal(err)
	}
	if err := m.db.Export(t.Context(), dir.Parquet(), map[string]string{"effekt_build": "x"}); err != nil {
		t.Fatal(err)
	}
	found, err := build(3).db.Query(t.Context(), "select count(distinct run_id), max(run_id) filter (where starts_with(run_id, 'r')) from effekt.ops.check", 0)
	if err != nil || found.Rows[0][0] != int64(100) {
		t.Errorf("%v runs kept, want 100: %v", found.Rows, err)
	}
}

// A history that cannot be read decides no figure: it begins anew, and says so.
func TestADamagedHistoryBeginsAnew(t *testing.T) {
	t.Parallel()
	dir, err := datadir.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir.Parquet(), "ops"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir.Parquet(), "ops", "check.parquet"), []byte("no parquet"), 0o644); err != nil {
		t.Fatal(err)
	}
	m := emptyMaking(t, config.Embedded, effektsql.Files)
	var log bytes.Buffer
	m.Published, m.Warn = dir.Parquet(), slog.New(slog.NewTextHandler(&log, nil)).Warn
	if err := m.order(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := m.keepChecks(t.Context(), []checks.Result{{Check: checks.Check{Name: "x"}}}); err != nil {
		t.Fatal(err)
	}
	found, err := m.db.Query(t.Context(), "select count(*) from effekt.ops.check", 0)
	if err != nil || found.Rows[0][0] != int64(1) || !strings.Contains(log.String(), "begins anew") {
		t.Errorf("%v %v %s", found.Rows, err, log.String())
	}
}
