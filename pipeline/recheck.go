package pipeline

import (
	"context"
	"effekt/pipeline/checks"
	"effekt/pipeline/warehouse"
	"errors"
	"fmt"
	"strings"
)

// Recheck runs every check anew on the published file, which it only reads.
// The checks are those of today's sql, so one that was added since the file
// was built is run too. The file is shown as found; the error is a check that
// could not run.
func (p *Pipeline) Recheck(ctx context.Context, database string) (found []checks.Result, err error) {
	r, err := warehouse.Open(ctx, database)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for _, file := range p.SQL.Macros {
		if err := r.Macro(ctx, file.Query); err != nil {
			return nil, fmt.Errorf("sql/%s: %w", file.Path, err)
		}
	}
	tables, err := r.Query(ctx, "select schema_name || '.' || table_name from duckdb_tables() where not internal", 0)
	if err != nil {
		return nil, err
	}
	made := map[string]bool{}
	for _, row := range tables.Rows {
		made[fmt.Sprint(row[0])] = true
	}
	left, err := unmade(ctx, r)
	if err != nil {
		return nil, err
	}
	for _, c := range checks.All(p.SQL, made) {
		answer, err := r.Query(ctx, "select * from ("+c.Query+"\n) limit 1000", 0)
		if err != nil {
			found = append(found, checks.Broken(c, err, lacking(c.Query, left)))
			continue
		}
		found = append(found, c.Result(answer.Columns, answer.Rows))
	}
	return found, nil
}

// unmade lists the tables that the published file lacks, with the reasons.
func unmade(ctx context.Context, r *warehouse.Reader) ([]ModelError, error) {
	found, err := r.Query(ctx, "select model, error from ops.model where error is not null order by model", 0)
	if err != nil {
		return nil, err
	}
	var all []ModelError
	for _, line := range found.Rows {
		all = append(all, ModelError{fmt.Sprint(line[0]), errors.New(fmt.Sprint(line[1]))})
	}
	return all, nil
}

// lacking lists the tables left out that a query names.
func lacking(query string, left []ModelError) []string {
	var names []string
	for _, l := range left {
		if strings.Contains(query, l.Table) {
			names = append(names, l.Table)
		}
	}
	return names
}
