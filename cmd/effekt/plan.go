package main

import (
	"context"
	"errors"
	"fmt"

	"effekt/pipeline"
	"effekt/pipeline/fetch"

	"github.com/spf13/cobra"
)

// errUnresolved is a config that the sources' metadata does not bear out.
var errUnresolved = errors.New("not everything in the config resolves against the sources' metadata")

func (a *app) plan() *cobra.Command {
	return &cobra.Command{
		Use: "plan", Short: "What a full refresh would cost, and what in the config does not resolve",
		RunE: a.writes(a.own, func(ctx context.Context, p *pipeline.Pipeline, _ []string) error {
			p.Watch = nil
			lines, err := p.Fetcher().Plan(ctx)
			if err != nil {
				return err
			}
			return a.showPlan(p, lines)
		}),
	}
}

func (a *app) showPlan(p *pipeline.Pipeline, lines []fetch.PlanLine) error {
	var all fetch.PlanLine
	calls := map[string]int{} // by source
	unresolved := 0
	for _, l := range lines {
		if l.Err != nil && l.Off == "" {
			unresolved++
		}
		all.Cells, all.Metadata, all.Requests = all.Cells+l.Cells, all.Metadata+l.Metadata, all.Requests+l.Requests
		calls[l.Source] += l.Metadata + l.Requests
	}
	for source, n := range calls { // both are asked at the same time
		all.Seconds = max(all.Seconds, fetch.Seconds(n, p.Config.API(source)))
	}
	if err := a.print("plan", map[string]any{"Lines": lines, "All": all}); err != nil || unresolved == 0 {
		return err
	}
	return fmt.Errorf("%w: %d data sets", errUnresolved, unresolved)
}
