package pipeline

import (
	"context"
	"effekt/pipeline/checks"
	"effekt/pipeline/warehouse"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	keptRows   = 1000 // offending rows counted of one check
	keptRuns   = 100  // runs whose checks stay in ops.check, the present one with them
	checkTable = "run_id VARCHAR, checked TIMESTAMP, check_name VARCHAR, title VARCHAR, severity VARCHAR, rows BIGINT, sample VARCHAR"
)

// check runs every check, keeps the outcome in ops.check and stops on errors.
func (m *making) check(ctx context.Context) ([]checks.Result, error) {
	var results []checks.Result
	for _, c := range checks.All(m.pipeline.SQL, m.made) {
		r, err := m.runCheck(ctx, c)
		if err != nil {
			return results, fmt.Errorf("check %s: %w", c.Name, err)
		}
		results = append(results, r)
	}
	if err := m.loadChecks(ctx, results); err != nil {
		return results, err
	}
	return results, checks.Verdict(results)
}

// runCheck finds the offending rows. A check that cannot be run is itself a
// finding: an error, unless all it lacks is a table that was left out, which
// the run says elsewhere.
func (m *making) runCheck(ctx context.Context, c checks.Check) (checks.Result, error) {
	found, err := m.build.Query(ctx, fmt.Sprintf("select * from (%s\n) limit %d", c.Query, keptRows), 0)
	if err != nil {
		if !warehouse.SelectFailed(err) {
			return checks.Result{}, err
		}
		var left []ModelError
		for _, table := range slices.Sorted(maps.Keys(m.failed)) {
			left = append(left, ModelError{table, m.failed[table]})
		}
		return checks.Broken(c, err, lacking(c.Query, left)), nil
	}
	return c.Result(found.Columns, found.Rows), nil
}

// loadChecks writes ops.check: this run's findings, and those of earlier runs
// from the published file that this one will replace.
func (m *making) loadChecks(ctx context.Context, results []checks.Result) error {
	run, now := m.runID, stamp(m.pipeline.Now())
	var rows []row
	for _, r := range results {
		rows = append(rows, row{"run_id": run, "checked": now, "check_name": r.Name, "title": r.Title, "severity": r.Severity, "rows": r.Rows, "sample": sample(r)})
	}
	if err := m.table(ctx, "ops", "check", checkTable, rows); err != nil {
		return err
	}
	return m.earlierChecks(ctx, run)
}

func sample(r checks.Result) any {
	lines := make([]string, len(r.Sample))
	for i, cells := range r.Sample {
		parts := make([]string, len(cells))
		for j, cell := range cells {
			parts[j] = r.Columns[j] + "=" + cell
		}
		lines[i] = strings.Join(parts, " ")
	}
	return empty(strings.Join(lines, "; "))
}

// earlierChecks adds what the published file holds of earlier runs. Where that
// is damaged or of another form the history begins anew: it decides no figure.
func (m *making) earlierChecks(ctx context.Context, run string) error {
	path := filepath.Join(m.pipeline.Dir.Parquet(), "ops", "check.parquet")
	if _, err := os.Stat(path); err != nil {
		return nil //nolint:nilerr // the first run has no history
	}
	query := fmt.Sprintf(`select run_id, checked, check_name, title, severity, rows, sample
		from read_parquet('%s')
		where run_id <> '%s'
		qualify dense_rank() over (order by checked desc, run_id desc) < %d`, strings.ReplaceAll(path, "'", "''"), run, keptRuns)
	err := m.build.Append(ctx, warehouse.Table{Schema: "ops", Name: "check"}, query)
	if err != nil && ctx.Err() == nil {
		m.pipeline.Log.Warn("the checks of earlier runs could not be read; their history begins anew", "error", err)
		return nil
	}
	return err
}
