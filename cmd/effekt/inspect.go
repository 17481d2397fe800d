package main

import (
	"context"
	"effekt/config"
	"effekt/pipeline/ledger"
	"effekt/pipeline/warehouse"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	effektsql "effekt/sql"
)

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (a *app) plan() *cobra.Command {
	return &cobra.Command{
		Use: "plan", Short: "What a refresh would cost, and what in the config does not resolve", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.open(a.overrides(), a.data("data"))
			if err != nil {
				return err
			}
			lines, err := p.Plan(cmd.Context())
			w := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "dataset\tcells\trequests\tseconds\tproblem")
			for _, l := range lines {
				problem := ""
				if l.Err != nil {
					problem = l.Err.Error()
					err = errors.Join(err, fmt.Errorf("%s: %w", l.Name, l.Err))
				}
				fmt.Fprintf(w, "%s\t%d\t%d\t%.1f\t%s\n", l.Name, l.Cells, l.Requests, l.Seconds, problem)
			}
			return errors.Join(err, w.Flush())
		},
	}
}

func (a *app) status() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Each data set's last fetch, stamp and latest period; the last runs", Args: noArgs,
		RunE: func(_ *cobra.Command, _ []string) error {
			p, err := a.open(a.overrides(), a.data("data"))
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "dataset\tsource\tfetched\tchecked\tsource's stamp\tlatest period")
			lines, err := p.Status()
			for _, l := range lines {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.Name, l.Source, l.Fetched, l.Checked, l.Updated, l.LastPeriod)
			}
			for _, l := range lines {
				for _, text := range l.Resolved {
					fmt.Fprintf(w, "%s\t%s\n", l.Name, text)
				}
			}
			runs, skipped, readErr := ledger.Read(p.Dir.Runs(), 5)
			fmt.Fprintln(w, "\nrun\tstart\toutcome\terror")
			for _, r := range runs {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.ID, r.Start.Format("2006-01-02 15:04:05"), r.Outcome, r.Error)
			}
			if skipped > 0 {
				fmt.Fprintf(w, "%d damaged lines in the ledger were passed over\n", skipped)
			}
			return errors.Join(err, readErr, w.Flush())
		},
	}
}

func (a *app) check() *cobra.Command {
	var configOnly bool
	cmd := &cobra.Command{
		Use: "check", Short: "Check the config, and the checks of the published database", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if configOnly {
				return a.checkConfig()
			}
			return a.showChecks(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&configOnly, "config-only", false, "only read the config and list the indicators")
	return cmd
}

func (a *app) checkConfig() error {
	configFS, sqlFS, err := a.files()
	if err != nil {
		return err
	}
	c, err := config.Load(configFS, a.overrides())
	if err != nil {
		return err
	}
	if _, err := effektsql.Read(sqlFS); err != nil {
		return usageError{err}
	}
	w := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
	for _, i := range c.Indicators {
		state := "ready"
		if open := c.Open(i); len(open) > 0 {
			state = fmt.Sprint("resolves at fetch: ", open)
		}
		if i.Off != "" {
			state = "off: " + i.Off
		}
		fmt.Fprintf(w, "%s\t%s\n", i.ID, state)
	}
	return w.Flush()
}

func (a *app) showChecks(ctx context.Context) error {
	r, err := warehouse.Open(ctx, a.database())
	if err != nil {
		return fmt.Errorf("no published database: %w", err)
	}
	answer, err := r.Query(ctx, "select check_name, severity, rows, title from ops.check order by rows desc, check_name", 0)
	if err := errors.Join(err, r.Close()); err != nil {
		return err
	}
	return a.writeTable(answer)
}
