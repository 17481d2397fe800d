package main

import (
	"context"
	"effekt/pipeline/warehouse"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) sql() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "sql 'SELECT …'", Short: "Safe read-only SQL on the published database",
		Long: `sql runs one reading statement on the published database and can do nothing else:
no file, network or setting is within its reach. It needs no write permission
and may run during a refresh.

csv begins with a line of names; NULL is an empty cell, and text that a
spreadsheet would take for a formula gets an apostrophe before it (numbers stay
XX`,
		Example: "  effekt sql --format csv 'from mart.indicator_value where region = ''24'''",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError{errors.New("give one statement in quotes: effekt sql 'select …'")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.query(cmd.Context(), args[0], format) },
	}
	cmd.Flags().StringVar(&format, "format", "table", "table, csv, json or markdown")
	return cmd
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
	var columns []warehouse.Column
	err = r.Each(ctx, statement, func(all []warehouse.Column) error {
		columns = all
		return to.head(names(all))
	}, func(row []any) error {
		for i, v := range row {
			row[i] = warehouse.Plain(v, columns[i].Type)
		}
		return to.row(row)
	})
	if err == nil {
		err = to.end()
	}
	return errors.Join(err, r.Close())
}

// names are the columns' names, each once, as DuckDB itself renames a second.
func names(columns []warehouse.Column) []string {
	seen := map[string]bool{}
	all := make([]string, len(columns))
	for i, c := range columns {
		name := c.Name
		for n := 1; seen[name]; n++ {
			name = fmt.Sprintf("%s_%d", c.Name, n)
		}
		seen[name] = true
		all[i] = name
	}
	return all
}
