package build

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"effekt/config"
	"effekt/pipeline/checks"
	"effekt/pipeline/run"
	"effekt/pipeline/warehouse"

	effektsql "effekt/sql"
)

const (
	keptRows = 1000 // offending rows counted of one check
	keptRuns = 100  // runs whose checks stay in ops.check, the present one with them
)

type checkRow struct {
	Run      string `json:"run_id"`
	Checked  string `json:"checked" type:"TIMESTAMP"`
	Name     string `json:"check_name"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
	Rows     int64  `json:"rows"`
	Sample   string `json:"sample,omitempty"`
}

// check runs every check, keeps the outcome in ops.check and stops on errors.
func (m *making) check(ctx context.Context) ([]checks.Result, error) {
	var left []run.LeftOut
	for _, table := range slices.Sorted(maps.Keys(m.failed)) {
		left = append(left, run.LeftOut{Table: table, Err: m.failed[table]})
	}
	results, err := runChecks(ctx, m.db, m.SQL, m.made, lacking(left))
	if err != nil {
		return results, err
	}
	if err := m.keepChecks(ctx, results); err != nil {
		return results, err
	}
	return results, checks.Verdict(results)
}

// keepChecks fills ops.check with what was found now and in earlier runs.
func (m *making) keepChecks(ctx context.Context, results []checks.Result) error {
	var rows []checkRow
	for _, r := range results {
		rows = append(rows, checkRow{m.Own.ID, stamp(m.Now), r.Name, r.Title, r.Severity, int64(r.Rows), sample(r)})
	}
	if err := load(ctx, m, "ops", "check", rows); err != nil {
		return err
	}
	return m.earlierChecks(ctx)
}

// asker runs SELECTs: a database under construction, or a published one.
type asker interface {
	Query(ctx context.Context, query string, limit int) (warehouse.Result, error)
}

// runChecks finds the offending rows of every check. A check that cannot be run
// is itself a finding: an error, unless all it lacks is a table that was left
// out, which the run says elsewhere.
func runChecks(ctx context.Context, db asker, l *effektsql.Library, made map[string]bool, lacks func(query string, err error) []string) ([]checks.Result, error) {
	var results []checks.Result
	for _, c := range checks.All(l, made) {
		found, err := db.Query(ctx, fmt.Sprintf("select * from (%s\n) limit %d", c.Query, keptRows), 0)
		switch {
		case warehouse.SelectFailed(err):
			results = append(results, checks.Broken(c, err, lacks(c.Query, err)))
		case err != nil:
			return results, fmt.Errorf("check %s: %w", c.Name, err)
		default:
			results = append(results, c.Result(found.Columns, found.Rows))
		}
	}
	return results, nil
}

// lacking lists the tables left out that a query names.
func lacking(left []run.LeftOut) func(query string, err error) []string {
	return func(query string, _ error) []string {
		var names []string
		for _, l := range left {
			if strings.Contains(query, l.Table) {
				names = append(names, l.Table)
			}
		}
		return names
	}
}

// lackingIn lists the tables that today's SQL makes, that a query names and that a
// file lacks; or a column, where the file is of other config or SQL.
func lackingIn(made map[string]bool, l *effektsql.Library, other bool) func(query string, err error) []string {
	return func(query string, err error) []string {
		var names []string
		for _, file := range slices.Concat(l.Core, l.Indicators, l.Marts) {
			if !made[file.Table()] && strings.Contains(query, file.Table()) {
				names = append(names, file.Table())
			}
		}
		if len(names) == 0 && other && warehouse.NoColumn(err) {
			names = []string{"a column that a build by today's config and SQL has"}
		}
		return names
	}
}

func sample(r checks.Result) string {
	lines := make([]string, len(r.Sample))
	for i, cells := range r.Sample {
		parts := make([]string, len(cells))
		for j, cell := range cells {
			parts[j] = r.Columns[j] + "=" + cell
		}
		lines[i] = strings.Join(parts, " ")
	}
	return strings.Join(lines, "; ")
}

// earlierChecks adds what the published file holds of earlier runs. Where that
// is damaged or of another form the history begins anew: it decides no figure.
func (m *making) earlierChecks(ctx context.Context) error {
	path := filepath.Join(m.Published, "ops", "check.parquet")
	if _, err := os.Stat(path); err != nil || m.Published == "" {
		return nil //nolint:nilerr // the first run has no history
	}
	query := fmt.Sprintf(`select run_id, checked, check_name, title, severity, rows, sample
		from read_parquet(%s)
		where run_id <> %s
		qualify dense_rank() over (order by checked desc, run_id desc) < %d`, warehouse.Text(path), warehouse.Text(m.Own.ID), keptRuns)
	err := m.db.Append(ctx, warehouse.Table{Schema: "ops", Name: "check"}, query)
	if err != nil && ctx.Err() == nil {
		m.Warn("the checks of earlier runs could not be read; their history begins anew", "error", err)
		return nil
	}
	return err
}

// Recheck runs every check anew on a published file, which it only reads. The
// checks are today's: one that was added since the file was built is run too, and
// only warns where the file lacks what a build of today would have. The error is a
// check that could not be asked.
func Recheck(ctx context.Context, c *config.Config, l *effektsql.Library, database string) (found []checks.Result, err error) {
	r, err := warehouse.Open(ctx, database)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for _, file := range l.Macros {
		if err := r.Macro(ctx, file.Query); err != nil {
			return nil, fmt.Errorf("sql/%s: %w", file.Path, err)
		}
	}
	type row struct {
		Table string `column:"name"`
	}
	tables, err := warehouse.Select[row](ctx, r, "select schema_name || '.' || table_name as name from duckdb_tables() where not internal")
	if err != nil {
		return nil, err
	}
	made := map[string]bool{}
	for _, t := range tables {
		made[t.Table] = true
	}
	other := !builtBy(ctx, r, Inputs{Config: c, SQL: l}.definitions())
	return runChecks(ctx, r, l, made, lackingIn(made, l, other))
}

// builtBy tells whether a file is of the same config and SQL; one that does not say
// is older.
func builtBy(ctx context.Context, r *warehouse.Reader, definitions string) bool {
	type row struct {
		Definitions string `column:"definitions"`
	}
	found, err := warehouse.Select[row](ctx, r, "select definitions from config.build")
	return err == nil && len(found) == 1 && found[0].Definitions == definitions
}
