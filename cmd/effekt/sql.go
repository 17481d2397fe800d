package main

import (
	"context"
	"effekt/pipeline/warehouse"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) sql() *cobra.Command {
	var format string
	var timeout time.Duration
	cmd := &cobra.Command{
		Use: "sql 'SELECT …'", Short: "Safe read-only SQL on the published database",
		Long: `sql runs one reading statement on the published database and can do nothing else:
no file, network or setting is within its reach. It needs no write permission
and may run during a refresh.

csv begins with a line of names; NULL is an empty cell, and text that a
spreadsheet would take for a formula gets an apostrophe before it (numbers stay
numbers). json is an array with an object a line, with text as it is.

A statement that takes longer than --timeout is stopped, as Ctrl-C stops it.`,
		Example: `  effekt sql --format csv "from mart.indicator_value where region = '24'"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("give one statement in quotes: effekt sql 'select …'")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.inTime(cmd.Context(), args[0], format, timeout)
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table, csv, json or markdown")
	cmd.Flags().DurationVar(&timeout, "timeout", time.Minute, "longest time that the statement may take, as in 90s or 5m; 0 sets no limit")
	return cmd
}

// inTime runs a statement for as long as it may take.
func (a *app) inTime(ctx context.Context, statement, format string, limit time.Duration) error {
	if limit < 0 {
		return usageError{fmt.Errorf("--timeout %s: want a time as in 90s or 5m, or 0 for no limit", limit)}
	}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if limit > 0 {
		limited, cancel = context.WithTimeout(ctx, limit)
	}
	defer cancel()
	err := a.query(limited, statement, format)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("the statement took longer than %s and was stopped: narrow it down, or give it more time with --timeout", limit)
	}
	return err
}

func (a *app) query(ctx context.Context, statement, format string) error {
	to, ok := a.writer(format)
	if !ok {
		return usageError{fmt.Errorf("--format %q: want table, csv, json or markdown", format)}
	}
	database := a.database()
	if !exists(database) {
		return noDatabase(database)
	}
	r, err := warehouse.Open(ctx, database)
	if err != nil {
		return err
	}
	var answer warehouse.Result
	err = r.Each(ctx, statement, func(columns warehouse.Result) error {
		answer = columns
		return to.head(names(columns.Columns))
	}, func(row []any) error {
		for i, v := range row {
			row[i] = warehouse.Plain(v, answer.Types[i])
		}
		return to.row(row)
	})
	if err == nil {
		err = to.end()
	}
	return errors.Join(err, r.Close())
}

// names are the columns' names, each once, as DuckDB itself renames a second.
func names(columns []string) []string {
	seen := map[string]bool{}
	all := make([]string, len(columns))
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
