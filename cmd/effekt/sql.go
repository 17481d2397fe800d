package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"effekt/pipeline"
	"effekt/pipeline/answer"
	"effekt/pipeline/datadir"
	"effekt/pipeline/warehouse"

	"github.com/spf13/cobra"
)

func (a *app) sql() *cobra.Command {
	var format string
	var limit time.Duration
	cmd := &cobra.Command{
		Use: "sql 'SELECT …'", Short: "Safe read-only SQL on the published database",
		Example: `  effekt sql --format csv "from mart.indicator_value where region = '24'"`,
		Args:    takes(1, 1, "give one statement in quotes: effekt sql 'select …'"),
		PreRunE: func(*cobra.Command, []string) error {
			if limit < 0 {
				return usage("--timeout %s: want a time as in 90s or 5m, or 0 for no limit", limit)
			}
			return choice("format", format, "table", "csv", "json", "markdown")
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return inTime(cmd.Context(), limit, func(ctx context.Context) error {
				return a.query(ctx, args[0], answer.Formats()[format](a.stdout))
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table, csv, json or markdown")
	cmd.Flags().DurationVar(&limit, "timeout", time.Minute, "longest time that the statement may take, as in 90s or 5m; 0 sets no limit")
	return cmd
}

// inTime stops a statement that takes longer than it may.
func inTime(ctx context.Context, limit time.Duration, ask func(context.Context) error) error {
	limited, cancel := ctx, context.CancelFunc(func() {})
	if limit > 0 {
		limited, cancel = context.WithTimeout(ctx, limit)
	}
	defer cancel()
	err := ask(limited)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("the statement took longer than %s and was stopped: narrow it down, or give it more time with --timeout", limit)
	}
	return err
}

func (a *app) query(ctx context.Context, statement string, to answer.Rows) error {
	database, err := published(&pipeline.Pipeline{Dir: datadir.Dir{Root: a.folder()}})
	if err != nil {
		return err
	}
	r, err := warehouse.Open(ctx, database)
	if err != nil {
		return err
	}
	var answer warehouse.Result
	err = r.Each(ctx, statement, func(columns warehouse.Result) error {
		answer = columns
		return to.Write(names(columns.Columns))
	}, func(row []any) error {
		for i, v := range row {
			row[i] = warehouse.Plain(v, answer.Types[i])
		}
		return to.Write(row)
	})
	if err == nil {
		err = to.End()
	}
	return errors.Join(err, r.Close())
}

// names are the columns' names, each once, as DuckDB itself renames a second.
func names(columns []string) []any {
	seen := map[string]bool{}
	all := make([]any, len(columns))
	for i, column := range columns {
		name := column
		for n := 1; seen[name]; n++ {
			name = fmt.Sprintf("%s_%d", column, n)
		}
		seen[name] = true
		all[i] = name
	}
	return all
}
