package main

import (
	"context"
	"effekt/pipeline/datadir"
	"effekt/pipeline/warehouse"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

func (a *app) sql() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "sql 'SELECT …'", Short: "Safe read-only SQL on the published database",
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
	write, ok := map[string]func(warehouse.Result) error{
		"table": a.writeTable, "csv": a.writeCSV, "json": a.writeJSON, "markdown": a.writeMarkdown,
	}[format]
	if !ok {
		return usageError{fmt.Errorf("--format %q: want table, csv, json or markdown", format)}
	}
	r, err := warehouse.Open(ctx, a.database())
	if err != nil {
		return fmt.Errorf("no published database: %w", err)
	}
	answer, err := r.Query(ctx, statement, 0)
	if err := errors.Join(err, r.Close()); err != nil {
		return err
	}
	return write(answer)
}

// database is the published file; after a bare «effekt demo» that is the
// demonstration's, when there is no other.
func (a *app) database() string {
	real := datadir.Dir{Root: a.data("data")}.Database()
	demo := datadir.Dir{Root: "data-demo"}.Database()
	if !exists(real) && exists(demo) && a.data("") == "" {
		fmt.Fprintln(a.stderr, "SYNTETISKA DEMODATA from", demo)
		return demo
	}
	return real
}

func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = cellText(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(v)
}

func texts(row []any) []string {
	cells := make([]string, len(row))
	for i, v := range row {
		cells[i] = cellText(v)
	}
	return cells
}

func (a *app) writeTable(r warehouse.Result) error {
	w := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, strings.Join(r.Columns, "\t"))
	for _, row := range r.Rows {
		fmt.Fprintln(w, strings.Join(texts(row), "\t"))
	}
	return w.Flush()
}

func (a *app) writeCSV(r warehouse.Result) error {
	w := csv.NewWriter(a.stdout)
	if err := w.Write(r.Columns); err != nil {
		return err
	}
	for _, row := range r.Rows {
		if err := w.Write(texts(row)); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func (a *app) writeJSON(r warehouse.Result) error {
	rows := make([]map[string]any, len(r.Rows))
	for i, row := range r.Rows {
		rows[i] = map[string]any{}
		for k, column := range r.Columns {
			rows[i][column] = row[k]
		}
	}
	encoder := json.NewEncoder(a.stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(rows)
}

func (a *app) writeMarkdown(r warehouse.Result) error {
	escape := strings.NewReplacer("|", `\|`, "\n", " ")
	line := func(cells []string) {
		for i, c := range cells {
			cells[i] = escape.Replace(c)
		}
		fmt.Fprintln(a.stdout, "| "+strings.Join(cells, " | ")+" |")
	}
	line(append([]string{}, r.Columns...))
	fmt.Fprintln(a.stdout, "|"+strings.Repeat(" --- |", len(r.Columns)))
	for _, row := range r.Rows {
		line(texts(row))
	}
	return nil
}
