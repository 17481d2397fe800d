package main

import (
	"effekt/pipeline"
	"effekt/pipeline/fetch"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// errUnresolved is a config that the sources' metadata does not bear out.
var errUnresolved = errors.New("not everything in the config resolves against the sources' metadata")

func (a *app) plan() *cobra.Command {
	return &cobra.Command{
		Use: "plan", Short: "What a full refresh would cost, and what in the config does not resolve", Args: noArgs,
		Long: `plan asks the sources for metadata only and prints, per data set, the cells, the
requests (metadata + data) and the seconds that the sources' limits make of them;
then everything in the config that does not resolve against the metadata, and
exits with 1 if there is any. Both sources are asked at the same time by a
refresh, so its time is that of the slower. It is the first thing to run where
the live APIs are reached.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, err := a.settings(a.overrides())
			if err != nil {
				return err
			}
			if err := a.writing(p, a.data("data")); err != nil {
				return err
			}
			p.Watch = nil
			lines, err := p.Fetcher().Plan(cmd.Context())
			if err != nil {
				return err
			}
			return a.showPlan(p, lines)
		},
	}
}

func (a *app) showPlan(p *pipeline.Pipeline, lines []fetch.PlanLine) error {
	w := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "dataset\tsource\tcells\trequests\tseconds\tresolves")
	var all fetch.PlanLine
	calls := map[string]int{} // by source
	var unresolved []error
	for _, l := range lines {
		resolves := "yes"
		switch {
		case l.Off != "":
			resolves = "off: " + l.Off
		case l.Err != nil:
			resolves = "no"
			unresolved = append(unresolved, fmt.Errorf("%s: %w", l.Name, l.Err))
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d+%d\t%.0f\t%s\n", l.Name, l.Source, l.Cells, l.Metadata, l.Requests, l.Seconds, resolves)
		all.Cells, all.Metadata, all.Requests = all.Cells+l.Cells, all.Metadata+l.Metadata, all.Requests+l.Requests
		calls[l.Source] += l.Metadata + l.Requests
	}
	seconds := 0.0
	for source, n := range calls {
		seconds = max(seconds, fetch.Seconds(n, p.Config.APIs()[source]))
	}
	fmt.Fprintf(w, "total\t\t%d\t%d+%d\t%.0f\t\n", all.Cells, all.Metadata, all.Requests, seconds)
	if err := w.Flush(); err != nil || len(unresolved) == 0 {
		return err
	}
	fmt.Fprintln(a.stdout)
	for _, problem := range unresolved {
		fmt.Fprintln(a.stdout, strings.ReplaceAll(problem.Error(), "\n", "\n  "))
	}
	return fmt.Errorf("%w: %d data sets", errUnresolved, len(unresolved))
}
