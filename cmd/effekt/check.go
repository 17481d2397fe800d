package main

import (
	"context"
	"effekt/config"
	"effekt/pipeline"
	"effekt/pipeline/build"
	"effekt/pipeline/checks"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// errOffences is a published file that an error-level check points at.
var errOffences = errors.New("the published database breaks checks of level error")

func (a *app) check() *cobra.Command {
	var configOnly bool
	cmd := &cobra.Command{
		Use: "check", Short: "Check the config, and the published database anew", Args: noArgs,
		Long: `check reads the config and tells every mistake in it (exit code 2), then runs
every check on the published database, which it only reads, and prints how many
rows each found and the first of them. Rows of a check of level error give exit
code 1.

With --config-only no database is needed, and every indicator is listed: ready,
resolves at fetch (something it names is looked up at the source the first
time), or off and why.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.settings(a.overrides())
			if err != nil {
				return err
			}
			if configOnly {
				return a.showConfig(p)
			}
			if err := a.reading(p, a.readable()); err != nil {
				return err
			}
			return a.recheck(cmd.Context(), p)
		},
	}
	cmd.Flags().BoolVar(&configOnly, "config-only", false, "only read the config and list the indicators")
	return cmd
}

func (a *app) showConfig(p *pipeline.Pipeline) error {
	w := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
	written := map[string]bool{}
	for _, file := range p.SQL.Indicators {
		written[file.Name] = true
	}
	var without []error
	for _, i := range p.Config.Indicators {
		if i.Off == "" && i.KPI == "" && !written[i.ID] {
			without = append(without, fmt.Errorf("%s: the indicator has neither a kpi nor sql/indicators/%s.sql", i.File, i.ID))
		}
		fmt.Fprintf(w, "%s\t%s\n", i.ID, readiness(p.Config, i))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(without) > 0 {
		return usageError{errors.Join(without...)}
	}
	return nil
}

// readiness says whether an indicator can be calculated from what is written.
func readiness(c *config.Config, i config.Indicator) string {
	if i.Off != "" {
		return "off: " + i.Off
	}
	var open []string
	for _, term := range c.Open(i) {
		open = append(open, term.String())
	}
	for _, name := range i.Datasets {
		d, _ := c.Dataset(name)
		at := slices.IndexFunc(d.KPIs, func(k config.KPI) bool { return k.ID == i.KPI })
		if at >= 0 && d.KPIs[at].Title == "" {
			open = append(open, fmt.Sprintf("%s: the title of %s", name, i.KPI))
		}
	}
	if len(open) > 0 {
		return "resolves at fetch: " + strings.Join(open, ", ")
	}
	return "ready"
}

func (a *app) recheck(ctx context.Context, p *pipeline.Pipeline) error {
	database := p.Dir.Database()
	if !exists(database) {
		return noDatabase(database)
	}
	found, err := build.Recheck(ctx, p.Config, p.SQL, database)
	w := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "check\tseverity\trows\ttitle")
	broken := 0
	for _, r := range found {
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", r.Name, r.Severity, r.Rows, r.Title)
		if r.Severity == "error" && r.Rows > 0 {
			broken++
		}
	}
	if err := errors.Join(err, w.Flush()); err != nil {
		return err
	}
	a.showOffences(found)
	if broken > 0 {
		return fmt.Errorf("%w: %d of %d", errOffences, broken, len(found))
	}
	return nil
}

// showOffences shows the first rows of every check that found any.
func (a *app) showOffences(found []checks.Result) {
	for _, r := range found {
		if r.Rows == 0 {
			continue
		}
		fmt.Fprintf(a.stdout, "\n%s (%s), %d rows:\n", r.Name, r.Severity, r.Rows)
		for _, row := range r.Sample {
			cells := make([]string, len(row))
			for i, cell := range row {
				cells[i] = r.Columns[i] + "=" + cell
			}
			fmt.Fprintln(a.stdout, "  "+strings.Join(cells, " "))
		}
	}
}

func noDatabase(path string) error {
	return fmt.Errorf("nothing has been published yet at %s: run «effekt refresh», or «effekt demo» without network", path)
}
